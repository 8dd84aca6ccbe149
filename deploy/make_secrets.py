"""Make the files in deploy/secrets/ that are not there yet: random passwords, never shown."""

from __future__ import annotations

import base64
import json
import os
import secrets
import sys
from pathlib import Path


def make_secrets(folder: Path) -> list[str]:
    """Write what is missing; gives the names of the new files."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    new: list[str] = []

    def secret(name: str, value: str) -> str:
        path = folder / name
        if not path.exists():
            path.write_text(value, encoding="utf-8")
            # Containers run as other users; the folder above keeps this host's users out.
            path.chmod(0o444)
            new.append(name)
        return path.read_text(encoding="utf-8").strip()

    database = secret("postgres_password", secrets.token_urlsafe(24))
    broker = secret("redis_password", secrets.token_urlsafe(24))
    access = secret("yrdx_s3_access_key", secrets.token_hex(10))
    key = secret("yrdx_s3_secret_key", secrets.token_urlsafe(30))
    where = f"airflow:{database}@postgres:5432/airflow"
    secret("airflow_database_url", f"postgresql+psycopg2://{where}")
    secret("airflow_result_backend", f"db+postgresql+psycopg2://{where}")
    secret("airflow_broker_url", f"redis://:{broker}@redis:6379/0")
    secret("airflow_fernet_key", base64.urlsafe_b64encode(os.urandom(32)).decode())
    secret("airflow_jwt_secret", secrets.token_hex(32))
    secret("airflow_secret_key", secrets.token_hex(32))
    secret("airflow_admin_password", secrets.token_urlsafe(18))
    secret("receipt_signing_key", _signing_key())
    secret("yrdx_channels", "# Whom notices go to, see docs/operations.md; as it is, to nobody.\n")
    exchange = {
        "name": "exchange",
        "credentials": [{"accessKey": access, "secretKey": key}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    secret("object_store_identities", json.dumps({"identities": [exchange]}, indent=2))
    return new


def _signing_key() -> str:
    """A new Ed25519 key as PEM (PKCS #8, RFC 8410): any 32 random bytes are one."""
    octets = bytes.fromhex("302e020100300506032b657004220420") + os.urandom(32)
    body = base64.b64encode(octets).decode()
    return f"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n"


if __name__ == "__main__":
    target = Path(__file__).resolve().parent / "secrets"
    made = make_secrets(target)
    sys.stdout.write(f"{len(made)} new secret(s) in {target}\n")
