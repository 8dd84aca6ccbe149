"""The S3 client, set up so that it sends nothing which a compatible server may not understand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from yrdx.errors import ConfigurationError, PublishConflict
from yrdx.settings import Settings
from yrdx.store.answers import in_our_words
from yrdx.store.keys import is_key

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_URI = re.compile(r"^s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(.+?))?/?$")


def bucket_and_prefix(settings: Settings) -> tuple[str, str]:
    """The two parts of `YRDX_STORE`; the prefix is empty or ends in a slash."""
    match = _URI.match(settings.store)
    if match is None or (match[2] and not is_key(match[2])):
        raise ConfigurationError(
            f"YRDX_STORE: {settings.store!r} names no place. Expected s3://bucket or "
            f"s3://bucket/prefix, the bucket in lower-case letters, digits and hyphens, the "
            f"prefix in letters, digits and ._=- between single slashes."
        )
    return match[1], f"{match[2]}/" if match[2] else ""


def connect(settings: Settings) -> S3Client:
    """A client for the endpoint, region, addressing style and keys of the settings."""
    endpoint = settings.s3_endpoint
    if endpoint is not None and not re.match(r"^https?://[^/]+/?$", endpoint):
        raise ConfigurationError(
            f"YRDX_S3_ENDPOINT: {endpoint!r} is no address. Expected https://host[:port], "
            f"without bucket or path."
        )
    access, secret = settings.s3_access_key, settings.s3_secret_key
    with in_our_words("connect to", endpoint or "AWS"):
        client: S3Client = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name=settings.s3_region,
            aws_access_key_id=access.get_secret_value() if access else None,
            aws_secret_access_key=secret.get_secret_value() if secret else None,
            verify=str(settings.s3_ca_bundle) if settings.s3_ca_bundle else None,
            config=_config(settings),
        )
    if settings.s3_forbid_overwrite_header:
        _send_instead_of_if_none_match(client, settings.s3_forbid_overwrite_header)
    return client


def make_bucket(settings: Settings) -> None:
    """Create the bucket if it is not there; an endpoint of one's own never gets a location."""
    bucket, _ = bucket_and_prefix(settings)
    place: dict[str, Any] = {}
    if settings.s3_endpoint is None and settings.s3_region != "us-east-1":
        place = {"CreateBucketConfiguration": {"LocationConstraint": settings.s3_region}}
    client = connect(settings)
    try:
        with in_our_words("create bucket", bucket):
            client.create_bucket(Bucket=bucket, **place)
    except PublishConflict:
        with in_our_words("look into bucket", bucket):  # ours already, or somebody else's?
            client.list_objects_v2(Bucket=bucket, MaxKeys=1)


def _config(settings: Settings) -> Config:
    return Config(
        signature_version="s3v4",
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        # A signed payload lets the server find what was damaged on its way in, over https too.
        s3={"addressing_style": settings.s3_addressing, "payload_signing_enabled": True},
        retries={"mode": "standard", "total_max_attempts": settings.s3_attempts},
        connect_timeout=settings.s3_connect_seconds,
        read_timeout=settings.s3_read_seconds,
        max_pool_connections=16,
    )


def _send_instead_of_if_none_match(client: S3Client, header: str) -> None:
    """Vendors that ignore `If-None-Match: *` may offer a header of their own with its meaning."""

    def replace(params: dict[str, Any], **_: Any) -> None:
        if params["headers"].pop("If-None-Match", None) is not None:
            params["headers"][header] = "true"

    for operation in ("PutObject", "CompleteMultipartUpload"):
        client.meta.events.register(f"before-call.s3.{operation}", replace)
