"""Before the components start: migrate the metadata database, make the first user and the bucket.

Every step may run again and changes nothing then.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

from yrdx.errors import YrdxError
from yrdx.settings import Settings
from yrdx.store import s3_client
from yrdx.store.answers import in_our_words

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
    """The bucket that YRDX_STORE names, where it is not there and the store lets us make it.

    Raises:
        YrdxError: the store does not answer or refuses us; it says what to correct.
    """
    bucket, _ = s3_client.bucket_and_prefix(settings)
    client = s3_client.connect(settings)
    try:
        with in_our_words("look into bucket", bucket):
            client.head_bucket(Bucket=bucket)
        log.info("bucket %s is there already", bucket)
    except KeyError:
        s3_client.make_bucket(settings)
        log.info("made bucket %s", bucket)


if __name__ == "__main__":
    try:
        main()
    except YrdxError as error:
        sys.exit(f"{type(error).__name__}: {error}")
