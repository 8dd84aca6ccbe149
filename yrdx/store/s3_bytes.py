"""Bytes on the way from and to an S3 server: reads that go on after a cut, uploads in parts."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

import urllib3.exceptions
from botocore.exceptions import BotoCoreError

from yrdx.errors import (
    ConfigurationError,
    IntegrityError,
    PublishConflict,
    SourceRefused,
    SourceUnavailable,
)
from yrdx.store.answers import in_our_words
from yrdx.store.content import CHUNK
from yrdx.store.port import ObjectInfo

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_LOG = logging.getLogger(__name__)
TRIES = 5
_READS = 3
_MOST_PARTS, _MIB = 1000, 1 << 20
_CUT = (BotoCoreError, urllib3.exceptions.HTTPError, OSError)


@dataclass(frozen=True, slots=True)
class Place:
    """One object in one bucket: `key` is what messages call it, `name` what the server does."""

    client: S3Client
    bucket: str
    name: str
    key: str


def pause(attempt: int) -> None:
    """Wait before attempt number `attempt`; not at all before the first, which is 0."""
    if attempt:
        time.sleep(min(0.05 * 2**attempt, 2.0))


def part_size(size: int, least: int) -> int:
    """A part so large that 1,000 of them are enough, in whole MiB: some servers allow no more."""
    needed = -(-size // _MOST_PARTS)
    return max(least, -(-needed // _MIB) * _MIB)


def describe(key: str, answer: Any, *, size: int) -> ObjectInfo:
    """What an answer to HEAD or GET says; names of metadata come back in any case."""
    if "LastModified" not in answer:
        raise SourceUnavailable(
            f"The answer about {key} was no S3 answer: it has no date. See whether a proxy or "
            f"login page stands before the store, and try again."
        )
    metadata = {name.lower(): value for name, value in answer.get("Metadata", {}).items()}
    return ObjectInfo(key, size, metadata.get("sha256"), answer["LastModified"])


def read_into(place: Place, sink: BinaryIO) -> tuple[ObjectInfo, str]:
    """Read all of an object, verified; also gives the ETag, for conditions only.

    Bytes that are not the recorded ones are read again: they may have been damaged on the way, or
    mixed by a server on which the key was being overwritten.
    """
    digest = expected = ""
    for attempt in range(_READS):
        pause(attempt)
        info, etag, digest = _read_once(place, sink)
        if info.sha256 is None:
            raise without_digest(place.key)
        if digest == info.sha256:
            return info, etag
        expected = info.sha256
        _LOG.warning("%s was read as sha256 %s, expected %s", place.key, digest, expected)
    raise IntegrityError(
        f"{place.key} has sha256 {digest}, expected {expected}, {_READS} times over: the stored "
        f"bytes are damaged. Restore them, or delete the key and run the step again."
    )


def without_digest(key: str) -> IntegrityError:
    """The error for an object that cannot be verified."""
    return IntegrityError(
        f"{key} has no sha256 in its metadata: other software put it there. Expected only "
        f"objects that yrdx wrote; remove it and deliver it through the exchange."
    )


def _read_once(place: Place, sink: BinaryIO) -> tuple[ObjectInfo, str, str]:
    """One pass over the bytes; a cut answer is continued, or begun again where it cannot be."""
    sha256, at, furthest, cuts = hashlib.sha256(), 0, 0, 0
    first = answer = _ask(place, 0)
    while True:
        if at == 0:
            sink.seek(0)
            sink.truncate()
        try:
            for chunk in _received(place, answer):
                sink.write(chunk)
                sha256.update(chunk)
                at += len(chunk)
            return describe(place.key, first, size=at), first.get("ETag", ""), sha256.hexdigest()
        except SourceUnavailable:
            cuts = 1 if at >= furthest + CHUNK else cuts + 1  # progress deserves patience
            furthest = max(at, furthest)
            if cuts >= TRIES:
                raise
        pause(cuts)
        answer = _ask_for_the_rest(place, first, at) if at else None
        if answer is None:
            first = answer = _ask(place, 0)
            sha256, at = hashlib.sha256(), 0


def _ask(place: Place, at: int) -> Any:
    rest: dict[str, Any] = {"Range": f"bytes={at}-"} if at else {}
    with in_our_words("read", place.key):
        return place.client.get_object(Bucket=place.bucket, Key=place.name, **rest)


def _ask_for_the_rest(place: Place, first: Any, at: int) -> Any | None:
    """The answer that goes on at byte `at` of the same object, or None: begin again."""
    try:
        answer = _ask(place, at)
    except PublishConflict:  # the object is shorter now
        return None
    whole = f"bytes {at}-{first['ContentLength'] - 1}/{first['ContentLength']}"
    same = all(answer.get(one) == first.get(one) for one in ("ETag", "Metadata", "LastModified"))
    if same and answer.get("ContentRange") == whole:
        return answer
    answer["Body"].close()
    return None


def _received(place: Place, answer: Any) -> Iterator[bytes]:
    body = answer["Body"]
    try:
        while chunk := body.read(CHUNK):
            yield chunk
    except _CUT as error:
        raise SourceUnavailable(
            f"The answer with {place.key} was cut ({error}). The store or the network is in "
            f"trouble; try again later."
        ) from error
    finally:
        body.close()


def write_in_parts(
    place: Place,
    about: dict[str, Any],
    *,
    starts: range,
    send: Callable[[dict[str, Any], int], Any],
    condition: dict[str, Any],
) -> None:
    """One object from many requests: it appears, whole, when the last one is answered.

    Args:
        place: Where the object will be.
        about: Bucket, key, metadata and content type.
        starts: First byte of each part.
        send: Sends the part that begins at a byte; gives an answer with its ETag.
        condition: Condition on the completion, or nothing.
    """
    with in_our_words("begin the upload of", place.key):
        upload_id = place.client.create_multipart_upload(**about)["UploadId"]
    upload: dict[str, Any] = {
        "Bucket": place.bucket,
        "Key": place.name,
        "UploadId": upload_id,
    }
    done = False
    try:
        parts = _send_parts(place, upload, starts=starts, send=send)
        with in_our_words("complete the upload of", place.key):
            place.client.complete_multipart_upload(
                **upload, MultipartUpload={"Parts": parts}, **condition
            )
        done = True
    except KeyError as error:  # completed already, and the answer was lost
        raise PublishConflict(f"The upload of {place.key} is gone. See what is there.") from error
    finally:
        if not done:
            _abort(place, upload)


def _send_parts(
    place: Place,
    upload: dict[str, Any],
    *,
    starts: range,
    send: Callable[[dict[str, Any], int], Any],
) -> list[Any]:
    def part(number: int) -> dict[str, Any]:
        with in_our_words(f"write part {number} of", place.key):
            answer = send(upload | {"PartNumber": number}, starts[number - 1])
        return {"PartNumber": number, "ETag": answer.get("ETag", "")}

    with ThreadPoolExecutor(4) as writers:
        try:
            return [*writers.map(part, range(1, len(starts) + 1))]
        finally:
            writers.shutdown(cancel_futures=True)  # one failed: send no more of them


def _abort(place: Place, upload: dict[str, Any]) -> None:
    try:
        with in_our_words("abort the upload of", place.key):
            place.client.abort_multipart_upload(**upload)
    except KeyError:
        return
    except (SourceUnavailable, SourceRefused, ConfigurationError, PublishConflict) as error:
        _LOG.warning("an unfinished upload of %s may remain: %s", place.key, error)
