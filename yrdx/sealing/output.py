"""Files that sealing writes: each under a passing name until it is whole."""

from __future__ import annotations

import hashlib
import io
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import polars as pl
import pyarrow.parquet as pq

from yrdx.dataset import Dataset
from yrdx.errors import ConfigurationError
from yrdx.model import SealedWith
from yrdx.reading.seal_statement import METADATA, statement_line

PASSING = ".part"
"""End of the name of a file that is being written; connectors take no such file."""

_BOM = b"\xef\xbb\xbf"


class Writer(Protocol):
    """A sealed file being written: batches are encoded side by side, and written in order."""

    def encode(self, rows: pl.DataFrame) -> Any:
        """Rows as they will stand in the file; may run in any thread."""

    def write(self, encoded: Any) -> None:
        """Append what was encoded."""

    def close(self, statement: dict[str, Any]) -> None:
        """End the file; what is stated about it goes into it, where its format has a place."""


@dataclass(slots=True)
class CsvWriter:
    """Comma-separated UTF-8 with a mark, which Excel opens, under the titles of the contract.

    The line above the titles says how the file was sealed.
    """

    path: Path
    titles: tuple[str, ...]
    sealed: SealedWith
    _file: BinaryIO = field(init=False)

    def __post_init__(self) -> None:
        self._file = self.path.open("wb")
        header = pl.DataFrame(schema=dict.fromkeys(self.titles, pl.String))
        line = f"{statement_line(self.sealed)}\r\n".encode()
        self._file.write(_BOM + line + _csv(header, header=True))

    def encode(self, rows: pl.DataFrame) -> bytes:
        """Rows as lines of text."""
        return _csv(rows, header=False)

    def write(self, encoded: bytes) -> None:
        """Append lines."""
        self._file.write(encoded)

    def close(self, statement: dict[str, Any]) -> None:  # noqa: ARG002 - CSV has no place at its end
        """End the file, all of it on disk."""
        if not self._file.closed:
            _settle(self._file)


@dataclass(slots=True)
class ParquetWriter:
    """Text columns under the names of the fields, with the statement in the file's metadata."""

    path: Path
    names: tuple[str, ...]
    _writer: pq.ParquetWriter = field(init=False)

    def __post_init__(self) -> None:
        empty = pl.DataFrame(schema=dict.fromkeys(self.names, pl.String))
        self._writer = pq.ParquetWriter(
            self.path,
            empty.to_arrow(compat_level=pl.CompatLevel.oldest()).schema,
            compression="zstd",
            compression_level=1,
            store_schema=False,
        )

    def encode(self, rows: pl.DataFrame) -> Any:
        """Rows as an Arrow table."""
        return rows.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())

    def write(self, encoded: Any) -> None:
        """Append a row group."""
        self._writer.write_table(encoded)

    def close(self, statement: dict[str, Any]) -> None:
        """End the file."""
        if self._writer.is_open:
            self._writer.add_key_value_metadata({METADATA: _json(statement)})
            self._writer.close()


def writer_of(
    path: Path, *, named: Path, dataset: Dataset, fields: tuple[str, ...], sealed: SealedWith
) -> Writer:
    """The writer for the format that the output's name asks for."""
    match named.suffix.lower():
        case ".csv":
            titles = tuple(dataset.columns[name].title.zh for name in fields)
            return CsvWriter(path, titles, sealed)
        case ".parquet":
            return ParquetWriter(path, fields)
        case other:
            raise ConfigurationError(
                f"输出文件应为 .csv 或 .parquet，不能是“{other}” the output ends in .csv or "
                f".parquet, not in {other!r}; name it so by -o"
            )


@dataclass(slots=True)
class ErrorList:
    """The rows that were not sealed, for the partner: places and reasons, never values."""

    path: Path
    rows: int = 0
    _file: BinaryIO | None = None

    def write(self, found: pl.DataFrame) -> None:
        """Append rows in the columns of the list; the file begins with the first of them."""
        if not found.height:
            return
        if self._file is None:
            self._file = self.path.open("wb")
            self._file.write(_BOM + _csv(found.clear(), header=True))
        self._file.write(_csv(found, header=False))
        self.rows += found.height

    def close(self) -> None:
        """End the list, if there is one."""
        if self._file is not None and not self._file.closed:
            _settle(self._file)


def write_statement(path: Path, statement: dict[str, Any], *, sealed: Path, name: str) -> None:
    """The sidecar of a sealed file: what it was sealed with, and by what digest it is known."""
    with sealed.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    facts = {"name": name, "bytes": sealed.stat().st_size, "sha256": digest}
    with path.open("wb") as sidecar:
        sidecar.write(_json({**statement, "file": facts}) + b"\n")
        _settle(sidecar)


def _json(statement: dict[str, Any]) -> bytes:
    return json.dumps(statement, ensure_ascii=False, indent=2).encode()


def _csv(rows: pl.DataFrame, *, header: bool) -> bytes:
    lines = io.BytesIO()
    rows.write_csv(lines, include_header=header, line_terminator="\r\n")
    return lines.getvalue()


def _settle(file: BinaryIO) -> None:
    """Close a file when its bytes are on disk, so that its new name never outruns them."""
    file.flush()
    os.fsync(file.fileno())
    file.close()
