"""An object store in an S3 bucket, for servers that agree on little more than the name.

Every object carries our own SHA-256 as user metadata, and every read is checked against it. Names
and reading back make writes right; conditions on writes are used on top where the start-up probe
found that the server honours them.
"""

from __future__ import annotations

import hashlib
import io
import logging
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from s3transfer.utils import ReadFileChunk

from yrdx.errors import IntegrityError, PublishConflict, SourceUnavailable
from yrdx.settings import Settings
from yrdx.store.answers import in_our_words
from yrdx.store.content import digest_and_size, whole_file
from yrdx.store.keys import OWN, checked_key, checked_prefix
from yrdx.store.port import Body, ObjectInfo
from yrdx.store.probe import Probed, kept_or_probed
from yrdx.store.s3_bytes import (
    TRIES,
    Place,
    describe,
    part_size,
    pause,
    read_into,
    without_digest,
    write_in_parts,
)
from yrdx.store.s3_client import bucket_and_prefix, connect

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_LOG = logging.getLogger(__name__)
_LARGEST_SINGLE_COPY = 5 << 30
_NOT_PROBED = Probed()
_LONGEST_LINK = timedelta(days=7)
_CONTENT_TYPES = {".json": "application/json", ".html": "text/html; charset=utf-8"}


def open_s3(settings: Settings) -> S3Store:
    """The store in the bucket that `YRDX_STORE` names, with what the probe found or kept."""
    bucket, prefix = bucket_and_prefix(settings)
    client = connect(settings)
    probed = _NOT_PROBED
    if settings.s3_conditional_writes == "probe":
        server = f"{settings.s3_endpoint} {settings.s3_forbid_overwrite_header}"
        probed = kept_or_probed(client, bucket, prefix, server=server)
    return S3Store(client, bucket, prefix, probed, part_bytes=settings.s3_part_mib << 20)


@dataclass(frozen=True, slots=True)
class S3Store:
    """The `ObjectStore` in one bucket, under `prefix`; see `open_s3`."""

    client: S3Client
    bucket: str
    prefix: str = ""
    probed: Probed = _NOT_PROBED
    part_bytes: int = 16 << 20
    largest_single_copy: int = _LARGEST_SINGLE_COPY

    def put_if_absent(self, key: str, body: Body) -> ObjectInfo:
        """Store `body` under `key`; other bytes there are a conflict.

        Where the server has no atomic condition, two writers of different bytes at the same
        moment may both be told that they succeeded; what stays is the whole of one of them.
        """
        place = self._place(key)
        digest, size = digest_and_size(body)
        condition = {"IfNoneMatch": "*"} if self.probed.absent.is_useful else {}
        for attempt in range(TRIES):
            pause(attempt)
            if (there := self.head(key)) is not None:
                return _same_or_conflict(there, digest)
            try:
                self._upload(place, body, digest=digest, size=size, condition=condition)
            except PublishConflict:
                continue  # perhaps by our own write, whose answer was lost: look again
            return _same_or_conflict(self._written(key), digest)
        raise PublishConflict(f"{key} is written by others again and again. Try again later.")

    def replace_if_match(self, key: str, body: bytes, *, expected: str | None) -> ObjectInfo:
        """Replace a small object, and read back whose bytes stayed.

        Where the server has no atomic condition, another writer can still come between the
        reading back and the return; readers always see the whole of one of them.
        """
        place = self._place(key)
        digest, size = digest_and_size(body)
        current, etag = self._current(place)
        if current not in (expected, digest):
            raise _overtaken(key, current, expected)
        if current != digest:
            condition = self._condition(current, etag)
            try:
                self._upload(place, body, digest=digest, size=size, condition=condition)
            except (PublishConflict, KeyError):
                _LOG.info("the condition on %s was not met; reading back whose it is", key)
        left, _ = self._current(place)
        if left != digest:
            raise _overtaken(key, left, digest)
        return self._written(key)

    def get(self, key: str) -> bytes:
        """The whole of a small object, verified."""
        sink = io.BytesIO()
        read_into(self._place(key), sink)
        return sink.getvalue()

    def fetch(self, key: str, *, into: Path) -> ObjectInfo:
        """Stream an object into a local file, verified."""
        place = self._place(key)
        with whole_file(into) as file:
            return read_into(place, file)[0]

    def head(self, key: str) -> ObjectInfo | None:
        """What is known of `key`, or None when absent."""
        place = self._place(key)
        try:
            with in_our_words("look at", key):
                answer = self.client.head_object(Bucket=self.bucket, Key=place.name)
        except KeyError:
            return None
        return describe(key, answer, size=answer["ContentLength"])

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        """All objects whose key starts with `prefix`, in key order."""
        where: dict[str, Any] = {"Prefix": self.prefix + checked_prefix(prefix)}
        more: dict[str, Any] = {}
        while True:
            with in_our_words("list", prefix or "the bucket"):
                page = self.client.list_objects_v2(Bucket=self.bucket, **where, **more)
            found = page.get("Contents", [])  # KeyCount is missing on some servers
            for one in found:
                key = one["Key"].removeprefix(self.prefix)
                if not key.startswith(OWN) and not key.endswith("/"):
                    yield ObjectInfo(key, one["Size"], None, one["LastModified"])
            if not page.get("IsTruncated") or not found:
                return
            token = page.get("NextContinuationToken")
            more = {"ContinuationToken": token} if token else {"StartAfter": found[-1]["Key"]}

    def copy(self, source: str, target: str) -> ObjectInfo:
        """Copy inside the store, in parts where it is too large for one request."""
        original, place = self.head(source), self._place(target)
        if original is None:
            raise KeyError(source)
        if original.sha256 is None:
            raise without_digest(source)
        if (there := self.head(target)) is None:
            try:
                self._copy(original, place)
            except PublishConflict:
                _LOG.info("copying to %s was refused or its answer lost; looking again", target)
            there = self._written(target)
        if there.size != original.size:
            raise IntegrityError(
                f"{target} has {there.size} bytes, expected {original.size} as {source} has. "
                f"Delete {target} and copy again."
            )
        return _same_or_conflict(there, original.sha256)

    def delete(self, key: str) -> None:
        """Remove `key`, one request an object: not every server takes a list of them."""
        place = self._place(key)
        try:
            with in_our_words("delete", key):
                self.client.delete_object(Bucket=self.bucket, Key=place.name)
        except KeyError:
            return

    def presign(self, key: str, *, expires: timedelta) -> str:
        """A link by which anyone may read `key` until it expires, in at most seven days."""
        place = self._place(key)
        if not timedelta(seconds=1) <= expires <= _LONGEST_LINK:
            raise ValueError(f"A link cannot live {expires}. Expected one second to seven days.")
        with in_our_words("make a link to", key):
            return self.client.generate_presigned_url(
                "get_object",
                Params={"Bucket": self.bucket, "Key": place.name},
                ExpiresIn=int(expires.total_seconds()),
            )

    def uri(self, key: str) -> str:
        """`s3://bucket/key`, as other tools name the object."""
        return f"s3://{self.bucket}/{self._place(key).name}"

    def _place(self, key: str) -> Place:
        return Place(self.client, self.bucket, self.prefix + checked_key(key), key)

    def _condition(self, current: str | None, etag: str) -> dict[str, Any]:
        if current is None:
            return {"IfNoneMatch": "*"} if self.probed.absent.is_useful else {}
        return {"IfMatch": self.probed.spelled(etag)} if self.probed.match.is_useful else {}

    def _upload(
        self, place: Place, body: Body, *, digest: str, size: int, condition: dict[str, Any]
    ) -> None:
        about = _about(place, digest)
        if isinstance(body, Path) and size > self.part_bytes:
            step = part_size(size, self.part_bytes)

            def send(part: dict[str, Any], start: int) -> Any:
                content: Any = ReadFileChunk.from_filename(str(body), start, step)
                with content:
                    return self.client.upload_part(**part, Body=content)

            starts = range(0, size, step)
            write_in_parts(place, about, starts=starts, send=send, condition=condition)
            return
        with ExitStack() as stack:
            content = stack.enter_context(body.open("rb")) if isinstance(body, Path) else body
            with in_our_words("write", place.key):
                self.client.put_object(**about, Body=content, **condition)

    def _copy(self, original: ObjectInfo, target: Place) -> None:
        source: Any = {"Bucket": self.bucket, "Key": self._place(original.key).name}
        if original.size <= self.largest_single_copy:
            with in_our_words("copy", original.key):
                self.client.copy_object(
                    Bucket=target.bucket, Key=target.name, CopySource=source,
                    MetadataDirective="COPY",
                )  # fmt: skip
            return
        step = part_size(original.size, self.part_bytes)

        def send(part: dict[str, Any], start: int) -> Any:
            piece = f"bytes={start}-{min(start + step, original.size) - 1}"
            answer = self.client.upload_part_copy(**part, CopySource=source, CopySourceRange=piece)
            return answer["CopyPartResult"]

        about = _about(target, str(original.sha256))
        starts = range(0, original.size, step)
        write_in_parts(target, about, starts=starts, send=send, condition={})

    def _written(self, key: str) -> ObjectInfo:
        """What the store says of an object that was just written."""
        for attempt in range(TRIES):
            pause(attempt)
            if (info := self.head(key)) is not None:
                return info
        raise SourceUnavailable(f"{key} was stored but is not to be seen. Try again later.")

    def _current(self, place: Place) -> tuple[str | None, str]:
        """Digest of the bytes now under a key (None: absent), and their ETag for a condition."""
        sink = io.BytesIO()
        try:
            _, etag = read_into(place, sink)
        except KeyError:
            return None, ""
        return hashlib.sha256(sink.getvalue()).hexdigest(), etag


def _about(place: Place, digest: str) -> dict[str, Any]:
    about: dict[str, Any] = {
        "Bucket": place.bucket,
        "Key": place.name,
        "Metadata": {"sha256": digest},
    }
    content_type = _CONTENT_TYPES.get(Path(place.key).suffix)
    return about | ({"ContentType": content_type} if content_type else {})


def _same_or_conflict(there: ObjectInfo, digest: str) -> ObjectInfo:
    if there.sha256 is None:
        raise without_digest(there.key)
    if there.sha256 != digest:
        raise PublishConflict(
            f"{there.key} holds other bytes already: sha256 {there.sha256}, ours {digest}. "
            f"Stored objects never change; write to a new key."
        )
    return there


def _overtaken(key: str, found: str | None, expected: str | None) -> PublishConflict:
    return PublishConflict(
        f"{key} holds sha256 {found}, expected {expected}: another writer came first. Read it "
        f"again and redo the step."
    )
