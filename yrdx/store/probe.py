"""The start-up probe: what this bucket's server does with conditional writes.

What it finds is used on top only. Correctness rests on names and on reading back, so that a
server that changes its mind later does no harm.
"""

from __future__ import annotations

import logging
import uuid
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal

from botocore.exceptions import ClientError
from pydantic import ValidationError

from yrdx.errors import ConfigurationError, PublishConflict, SourceRefused, SourceUnavailable
from yrdx.model import Frozen
from yrdx.store.answers import in_our_words
from yrdx.store.keys import OWN

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_LOG = logging.getLogger(__name__)
_WRITERS, _ROUNDS = 8, 2


class Honoured(StrEnum):
    """How far a server honours a condition on a write."""

    ATOMIC = "atomic"
    SEQUENTIAL = "sequential"
    IGNORED = "ignored"
    REFUSED = "refused"
    NOT_TRIED = "not_tried"

    @property
    def is_useful(self) -> bool:
        """Whether sending the condition protects anything."""
        return self in (Honoured.ATOMIC, Honoured.SEQUENTIAL)


class Probed(Frozen):
    """What the probe found for one bucket: `absent` is If-None-Match, `match` is If-Match."""

    absent: Honoured = Honoured.NOT_TRIED
    match: Honoured = Honoured.NOT_TRIED
    etag: Literal["as_given", "bare"] = "as_given"

    def spelled(self, etag: str) -> str:
        """The ETag in the spelling that this server compares with."""
        return etag.strip('"') if self.etag == "bare" else etag


class _Kept(Frozen):
    """What was found is kept beside the objects, for the server that it was found of."""

    server: str
    found: Probed


def kept_or_probed(client: S3Client, bucket: str, prefix: str, *, server: str) -> Probed:
    """What an earlier probe of this `server` found, or else what a new one finds.

    To probe again, delete `.yrdx/probe.json`. Who may only read works without.
    """
    name = f"{prefix}{OWN}probe.json"
    try:
        with in_our_words("read", name):
            kept = _Kept.model_validate_json(
                client.get_object(Bucket=bucket, Key=name)["Body"].read()
            )
        if kept.server == server:
            _LOG.info("store %s: kept from an earlier probe: %s", bucket, kept.found)
            return kept.found
    except (KeyError, ValidationError):
        _LOG.info("store %s is probed for the first time", bucket)
    try:
        found = probe(client, bucket, prefix)
        text = _Kept(server=server, found=found).model_dump_json().encode()
        with in_our_words("write", name):
            client.put_object(Bucket=bucket, Key=name, Body=text)
    except SourceRefused as error:
        _LOG.warning("store %s cannot be probed, we may not write: %s", bucket, error)
        return Probed()
    return found


def probe(client: S3Client, bucket: str, prefix: str) -> Probed:
    """Try the store out under keys of the probe's own, and remove them again.

    Raises `ConfigurationError` when the store does not give back the bytes and the digest that
    it was given: no other precaution could make such a store safe.
    """
    trial = _Trial(client, bucket, f"{prefix}{OWN}probe/{uuid.uuid4().hex}/")
    try:
        trial.must_give_back_what_it_took()
        absent = trial.of_if_absent()
        match, etag = trial.of_if_match()
        found = Probed(absent=absent, match=match, etag=etag)
    finally:
        trial.clean_up()
    _LOG.info("store %s: If-None-Match %s, If-Match %s (ETag %s)", bucket, absent, match, etag)
    return found


class _Trial:
    """One run of the probe: the keys it wrote are the state it must clean up."""

    def __init__(self, client: S3Client, bucket: str, folder: str) -> None:
        self._client, self._bucket, self._folder = client, bucket, folder
        self._written: set[str] = set()

    def must_give_back_what_it_took(self) -> None:
        body, digest = b"yrdx probe \x00\r\n\xff" * 64, "0123456789abcdef" * 4
        self._put("plain", body, Metadata={"sha256": digest})
        with in_our_words("read", self._folder):
            answer = self._client.get_object(Bucket=self._bucket, Key=self._folder + "plain")
            received = answer["Body"].read()
        kept = {name.lower(): value for name, value in answer["Metadata"].items()}
        if received != body or kept.get("sha256") != digest:
            raise ConfigurationError(
                f"YRDX_STORE: bucket {self._bucket} gave back {len(received)} bytes and user "
                f"metadata {kept}, expected the {len(body)} bytes and the sha256 it was given. "
                f"A store that changes what it keeps cannot hold the exchange; use another one."
            )

    def of_if_absent(self) -> Honoured:
        if not self._is_taken("first", IfNoneMatch="*"):
            return Honoured.REFUSED
        if self._is_taken("first", IfNoneMatch="*"):
            return Honoured.IGNORED
        races = (self._winners(f"race-{number}", IfNoneMatch="*") for number in range(_ROUNDS))
        return Honoured.ATOMIC if all(won == 1 for won in races) else Honoured.SEQUENTIAL

    def of_if_match(self) -> tuple[Honoured, Literal["as_given", "bare"]]:
        etag = self._etag("pointer")
        if self._is_taken("pointer", IfMatch='"00000000000000000000000000000000"'):
            return Honoured.IGNORED, "as_given"
        spelling: Literal["as_given", "bare"] = "as_given"
        if not self._is_taken("pointer", IfMatch=etag):
            spelling = "bare"
            if not self._is_taken("pointer", IfMatch=self._etag("pointer").strip('"')):
                return Honoured.REFUSED, "as_given"
        as_found = Probed(etag=spelling)
        races = (
            self._winners("pointer", IfMatch=as_found.spelled(self._etag("pointer")))
            for _ in range(_ROUNDS)
        )
        atomic = all(won == 1 for won in races)
        return Honoured.ATOMIC if atomic else Honoured.SEQUENTIAL, spelling

    def clean_up(self) -> None:
        for name in self._written:
            try:
                with in_our_words("delete", self._folder + name):
                    self._client.delete_object(Bucket=self._bucket, Key=self._folder + name)
            except (KeyError, PublishConflict, SourceRefused, SourceUnavailable) as error:
                _LOG.warning("the probe could not remove %s%s: %s", self._folder, name, error)

    def _put(self, name: str, body: bytes, **condition: Any) -> None:
        self._written.add(name)
        with in_our_words("write", self._folder + name):
            self._client.put_object(
                Bucket=self._bucket, Key=self._folder + name, Body=body, **condition
            )

    def _etag(self, name: str) -> str:
        """The ETag of fresh bytes; servers may answer with none at all."""
        self._put(name, uuid.uuid4().bytes)
        with in_our_words("look at", self._folder + name):
            head = self._client.head_object(Bucket=self._bucket, Key=self._folder + name)
        return str(head.get("ETag", "")) or '""'

    def _is_taken(self, name: str, **condition: str) -> bool:
        """Whether a write under `condition` succeeds; servers refuse with 400, 409, 412, 501."""
        try:
            self._put(name, uuid.uuid4().bytes, **condition)
        except (PublishConflict, ConfigurationError, KeyError) as error:
            if not isinstance(error.__cause__, ClientError):
                raise
            return False
        return True

    def _winners(self, name: str, **condition: str) -> int:
        def write(_: int) -> bool:
            return self._is_taken(name, **condition)

        with ThreadPoolExecutor(_WRITERS) as writers:
            return sum(writers.map(write, range(_WRITERS)))
