"""The bytes of objects: their digest and size, and reading them in bounded memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from yrdx.store.port import Body

CHUNK = 1 << 20
"""How many bytes are in memory at once when a file is read, hashed or copied."""


def chunks(body: Body) -> Iterator[bytes]:
    """The bytes of `body`, a chunk at a time."""
    if isinstance(body, bytes):
        yield body
        return
    with body.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def digest_and_size(body: Body) -> tuple[str, int]:
    """SHA-256 in hexadecimal, and the number of bytes."""
    sha256, size = hashlib.sha256(), 0
    for chunk in chunks(body):
        sha256.update(chunk)
        size += len(chunk)
    return sha256.hexdigest(), size


def both_digests(path: Path) -> tuple[str, str]:
    """SHA-256 and SM3 of a file in hexadecimal, in one pass."""
    sha256, sm3 = hashlib.sha256(), hashlib.new("sm3")
    for chunk in chunks(path):
        sha256.update(chunk)
        sm3.update(chunk)
    return sha256.hexdigest(), sm3.hexdigest()


@contextmanager
def whole_file(into: Path) -> Iterator[BinaryIO]:
    """A file that appears at `into` only when the block ends well."""
    part = into.with_name(f".{into.name}.part")
    try:
        with part.open("w+b") as file:
            yield file
        part.replace(into)
    finally:
        part.unlink(missing_ok=True)
