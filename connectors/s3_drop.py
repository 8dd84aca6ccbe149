"""Files that a partner uploads into an inbox bucket of any S3-compatible store."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import boto3
from botocore.config import Config as ClientConfig
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from pydantic import Field

from yrdx.connector import Completeness, complete
from yrdx.errors import SourceRefused, SourceUnavailable
from yrdx.model import Frozen, Offer

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_BLOCK = 1 << 20
_REFUSALS = frozenset({400, 401, 403, 404})
"""Answers that a person has to put right: wrong request, key, permission or bucket name."""
_PASSING = frozenset({"NoSuchKey", "RequestTimeout", "SlowDown"})
"""Error codes that pass by themselves, whatever their status: the object was just replaced."""


class Config(Frozen):
    """Where the inbox is. Credentials are named, never written: the agreement is in git.

    `access_key_env` and `secret_key_env` name environment variables; where a variable is absent,
    the file named by `<variable>_FILE` is read, as container secrets are handed over.
    """

    kind: Literal["s3_drop"]
    bucket: str
    prefix: str = Field(default="", description="folder in the bucket, for example 33-zhejiang/")
    glob: str = Field(default="*", description="paths below prefix, for example institution/*")
    complete: Completeness = Completeness()
    endpoint: str | None = Field(default=None, description="https://…, None: AWS")
    region: str = "us-east-1"
    addressing: Literal["path", "virtual"] = "path"
    access_key_env: str
    secret_key_env: str
    ca_bundle: Path | None = Field(default=None, description="certificate bundle of the store")


def offers(config: Config) -> Iterator[Offer]:
    """The complete objects below the prefix."""
    with _client(config) as client:
        listing = list(_listing(client, config))
    yield from complete(listing, glob=config.glob, completeness=config.complete)


def fetch(config: Config, offer: Offer, *, into: Path) -> None:
    """Download one object, and make sure that it is the one that was listed, and whole."""
    key = config.prefix + offer.path
    received = 0
    with _client(config) as client, into.open("wb") as file:
        answer = client.get_object(Bucket=config.bucket, Key=key)
        tag = answer.get("ETag", "")
        for block in answer["Body"].iter_chunks(_BLOCK):
            received += file.write(block)
    if received != offer.size or _version(tag, received) != offer.version:
        raise SourceUnavailable(
            f"s3://{config.bucket}/{key} gave {received} bytes of version {tag}, expected "
            f"{offer.size} of version {offer.version}; it changed or the answer was cut, and is "
            f"fetched again"
        )


def _listing(client: S3Client, config: Config) -> Iterator[Offer]:
    pages = client.get_paginator("list_objects_v2").paginate(
        Bucket=config.bucket, Prefix=config.prefix
    )
    for page in pages:
        for item in page.get("Contents", []):
            if item["Key"].endswith("/"):  # a console's stand-in for a folder
                continue
            yield Offer(
                uri=f"s3://{config.bucket}/{item['Key']}",
                path=item["Key"].removeprefix(config.prefix),
                size=item["Size"],
                modified_at=item["LastModified"],
                version=_version(item.get("ETag", ""), item["Size"]),
            )


def _version(tag: str, size: int) -> str:
    """ETags come quoted or bare, in upper or lower case, or not at all."""
    return f"{tag.strip(chr(34)).lower()}-{size}"


@contextmanager
def _client(config: Config) -> Iterator[S3Client]:
    """A client whose errors are told as ours, and which closes its connections."""
    where = f"s3://{config.bucket}/{config.prefix} at {config.endpoint or 'AWS'}"
    try:
        client = boto3.client(
            "s3",
            endpoint_url=config.endpoint,
            region_name=config.region,
            aws_access_key_id=_secret(config.access_key_env),
            aws_secret_access_key=_secret(config.secret_key_env),
            verify=str(config.ca_bundle) if config.ca_bundle else None,
            config=ClientConfig(
                signature_version="s3v4",
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                s3={"addressing_style": config.addressing},
                retries={"mode": "standard", "total_max_attempts": 2},
                connect_timeout=10,
                read_timeout=60,
            ),
        )
    except (ValueError, BotoCoreError) as error:
        raise SourceRefused(f"the settings of {where} make no S3 client: {error}") from error
    try:
        yield client
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        passing = error.response.get("Error", {}).get("Code") in _PASSING
        kind = SourceRefused if status in _REFUSALS and not passing else SourceUnavailable
        raise kind(
            f"{where} answered {status}: {error}; check the bucket's name, that the key in "
            f"{config.access_key_env} may list and read it, and that the store is up"
        ) from error
    except ParamValidationError as error:
        raise SourceRefused(f"{where} is no place: {error}; correct `bucket`") from error
    except (BotoCoreError, OSError) as error:
        raise SourceUnavailable(
            f"{where} does not answer, or its answer could not be kept: {error}"
        ) from error
    finally:
        client.close()


def _secret(variable: str) -> str:
    if value := os.environ.get(variable):
        return value
    if file := os.environ.get(f"{variable}_FILE"):
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SourceRefused(
                f"{variable}_FILE names {file}, which cannot be read: {error}"
            ) from error
    raise SourceRefused(
        f"the environment has neither {variable} nor {variable}_FILE; "
        f"set one of them where the exchange's tasks run"
    )
