"""Before the components start: migrate the metadata database, make the first user and the bucket.

Every step may run again and changes nothing then.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from yrdx.settings import Settings

log = logging.getLogger("initialise")


def main() -> None:
    """All steps in order; the first that fails ends the job."""
    logging.basicConfig(level=logging.INFO)
    subprocess.run([sys.executable, "-m", "airflow", "db", "migrate"], check=True)
    make_first_user("admin", password=Path("/run/secrets/airflow_admin_password"))
    settings = Settings.load()
    if settings.store.startswith("s3://"):
        make_bucket(settings)


def make_first_user(name: str, *, password: Path) -> None:
    """An administrator of the web interface; the password passes no command line."""
    from airflow.providers.fab.auth_manager.cli_commands.utils import (  # noqa: PLC0415 - slow
        get_application_builder,
    )

    with get_application_builder() as builder:
        manager = builder.sm
        if manager.find_user(username=name):
            log.info("user %s is there already", name)
            return
        added = manager.add_user(
            name,
            "on",
            "call",
            f"{name}@localhost",
            manager.find_role("Admin"),
            password.read_text(encoding="utf-8").strip(),
        )
        if not added:
            raise SystemExit(f"user {name} could not be made; see the log above")


def make_bucket(settings: Settings) -> None:
    """The bucket that YRDX_STORE names, where the store is ours to make it in."""
    bucket = settings.store.removeprefix("s3://").partition("/")[0]
    access, secret = settings.s3_access_key, settings.s3_secret_key
    client = boto3.client(
        "s3",
        endpoint_url=settings.s3_endpoint,
        region_name=settings.s3_region,
        aws_access_key_id=access.get_secret_value() if access else None,
        aws_secret_access_key=secret.get_secret_value() if secret else None,
        config=Config(
            signature_version="s3v4",
            request_checksum_calculation="when_required",
            s3={"addressing_style": settings.s3_addressing},
        ),
    )
    try:
        client.head_bucket(Bucket=bucket)
        log.info("bucket %s is there already", bucket)
    except ClientError:
        client.create_bucket(Bucket=bucket)
        log.info("made bucket %s", bucket)


if __name__ == "__main__":
    main()
