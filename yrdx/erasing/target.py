"""What is to be erased, and how to find it: in rows, and in the bytes of any file."""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from yrdx.errors import ConfigurationError
from yrdx.model import Delivery
from yrdx.model.erasure import Scope
from yrdx.publication.change_files import BEFORE

_KEY = re.compile(r"[0-9A-Za-z]{8,128}")
_CHUNK = 1 << 20
_ZIP, _PARQUET = b"PK\x03\x04", b"PAR1"
_DEEPEST = 3
"""How far archives within archives are opened."""


@dataclass(frozen=True, slots=True)
class Target:
    """Rows that hold one of `keys` in any column, or those of `delivery`."""

    scope: Scope
    keys: frozenset[str] = frozenset()
    delivery: Delivery | None = None

    def rows(self, schema: Iterable[tuple[str, pl.DataType]]) -> pl.Expr:
        """True for the rows that are to go, of a frame with these columns."""
        if self.delivery is not None:
            names = {"file_sha256", f"{BEFORE}file_sha256"}
            found = [pl.col(name) == self.delivery.sha256 for name, _ in schema if name in names]
        else:
            found = list(self._key_columns(schema))
        if not found:
            return pl.lit(value=False)
        return pl.any_horizontal(found).fill_null(value=False)

    def _key_columns(self, schema: Iterable[tuple[str, pl.DataType]]) -> Iterator[pl.Expr]:
        keys = sorted(self.keys)
        for name, dtype in schema:
            if dtype == pl.String():
                yield pl.col(name).str.contains_any(keys, ascii_case_insensitive=True)
            elif dtype == pl.List(pl.String):
                joined = pl.col(name).list.join(" ")
                yield joined.str.contains_any(keys, ascii_case_insensitive=True)

    def is_in(self, path: Path) -> bool:
        """Whether a file holds any of it: in its bytes, in a Parquet column, inside an archive."""
        with path.open("rb") as file:
            return _holds(file, path, self, depth=0)


def person_target(keys: Iterable[str]) -> Target:
    """A person, by all keys that stand for them (those of several years differ)."""
    given = frozenset(key.strip() for key in keys if key.strip())
    wrong = sorted(len(key) for key in given if not _KEY.fullmatch(key))
    if not given or wrong:
        raise ConfigurationError(
            "请给出个人标识（密封后的十六进制串）give the sealed key of the person: letters and "
            "digits, 8 to 128 of them, as `person_key` or `teacher_key` has it"
        )
    return Target(Scope.PERSON, keys=given)


def delivery_target(delivery: Delivery) -> Target:
    """All rows that came with one delivery, and all that was made of its bytes."""
    return Target(Scope.DELIVERY, delivery=delivery)


def _holds(file: BinaryIO, path: Path, target: Target, *, depth: int) -> bool:
    start = file.read(4)
    file.seek(0)
    if target.keys and _in_bytes(file, target.keys):
        return True
    if start == _PARQUET:
        return _in_parquet(path, target)
    if start == _ZIP and depth < _DEEPEST and target.keys:
        return _in_archive(path, target, depth=depth)
    return False


def _in_bytes(file: BinaryIO, keys: frozenset[str]) -> bool:
    """Whether the bytes hold a key, written in any case, one byte a character or two."""
    spelt = [re.escape(key.encode(form)) for key in keys for form in ("ascii", "utf-16-le")]
    wanted = re.compile(b"|".join(spelt), re.IGNORECASE)
    longest = 2 * max(map(len, keys))
    kept = b""
    while chunk := file.read(_CHUNK):
        if wanted.search(kept + chunk):
            return True
        kept = chunk[-longest:]
    return False


def _in_parquet(path: Path, target: Target) -> bool:
    try:
        with pq.ParquetFile(path) as file:
            groups = range(file.metadata.num_row_groups)
            return any(int(matches(file.read_row_group(at), target).sum()) for at in groups)
    except pa.ArrowInvalid:  # begins like one, and is none
        return False


def matches(rows: pa.Table, target: Target) -> pl.Series:
    """For each row whether it is to go."""
    frame = pl.DataFrame(pl.from_arrow(rows))
    wanted = target.rows(frame.schema.items())
    return frame.select(pl.repeat(value=True, n=pl.len()) & wanted).to_series()


def _in_archive(path: Path, target: Target, *, depth: int) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return any(
                _in_member(archive, name, target, depth=depth) for name in archive.namelist()
            )
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError):  # damaged, or locked
        return False


def _in_member(archive: zipfile.ZipFile, name: str, target: Target, *, depth: int) -> bool:
    with tempfile.NamedTemporaryFile() as copy:
        with archive.open(name) as member:
            while chunk := member.read(_CHUNK):
                copy.write(chunk)
        copy.flush()
        copy.seek(0)
        return _holds(copy, Path(copy.name), target, depth=depth + 1)  # type: ignore[arg-type]
