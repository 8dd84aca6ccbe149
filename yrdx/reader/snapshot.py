"""A version opened for reading: its rows for whichever tool the reader works with."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from yrdx.errors import ConfigurationError, SnapshotNotFound
from yrdx.publication import Manifest, SnapshotFile
from yrdx.publication.at_hand import files_at_hand
from yrdx.publication.contents import scan
from yrdx.publication.facts import dtype_of
from yrdx.publication.parquet import arrow_type
from yrdx.reader.selection import Selection
from yrdx.store.port import ObjectStore
from yrdx.store.tombstones import erased_from, in_words

if TYPE_CHECKING:
    import duckdb as duckdb_
    import pandas as pd

_ROWS = 262_144
"""Rows of one batch."""


@dataclass(frozen=True)
class Snapshot:
    """The chosen rows and columns of one version; nothing is read before a tool asks for it.

    Every file is compared with the SHA-256 in the manifest before its first byte is used. Those of
    an S3 store are fetched into `cache` once, under their digest.
    """

    manifest: Manifest
    store: ObjectStore
    cache: Path
    selection: Selection

    def __repr__(self) -> str:
        return f"<{self.dataset} {self.version}, {len(self.files)} files>"

    @property
    def dataset(self) -> str:
        """The name of the dataset."""
        return self.manifest.dataset

    @property
    def version(self) -> str:
        """The whole name of the version: who pins it reads the same for ever."""
        return self.manifest.version

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read, in their order."""
        return self.selection.columns

    @cached_property
    def files(self) -> tuple[SnapshotFile, ...]:
        """The files that can hold rows asked for, by their period and province."""
        return tuple(
            file
            for file in self.manifest.files
            if self.selection.keeps(period=file.period, province=file.province)
        )

    @cached_property
    def paths(self) -> tuple[Path, ...]:
        """Those files on this machine, verified; for tools that this library does not know.

        They have all columns, and other rows than those asked for.
        """
        try:
            return files_at_hand(self.store, self.manifest, self.files, cache=self.cache)
        except KeyError as error:
            erased = erased_from(self.store, str(error.args[0]))
            why = (
                f"{in_words(erased[0])}；请重新打开该版本 open the version again to read what stays"
                if erased
                else "该版本可能已过保存期，请读取更新的版本 the version may be past its time of "
                "keeping; read a newer one"
            )
            raise SnapshotNotFound(
                f"{self.dataset} {self.version} 的文件已不在 a file of it is there no more: "
                f"{error.args[0]}；{why}"
            ) from error

    @cached_property
    def schema(self) -> pa.Schema:
        """The Arrow types, with what the files say of each column in Chinese and English."""
        if self.paths:
            described = pq.read_schema(self.paths[0])
        else:
            types = {item.name: dtype_of(item) for item in self.manifest.columns}
            described = pa.schema([(name, _as_in_files(dtype)) for name, dtype in types.items()])
        return pa.schema([described.field(name) for name in self.columns], described.metadata)

    def polars(self) -> pl.LazyFrame:
        """The rows as a lazy frame; what is filtered further is looked up in the files too."""
        frame = scan(self.paths, self.manifest)
        where = self.selection.where
        chosen = frame if where is None else frame.filter(where)
        return chosen.select(self.columns)

    def batches(self, *, limit: int | None = None) -> Iterator[pa.RecordBatch]:
        """The rows, or the first of them, in pieces: in the files' order, in bounded memory."""
        rows = self.polars() if limit is None else self.polars().head(limit)
        for piece in rows.collect_batches(chunk_size=_ROWS, maintain_order=True):
            for part in piece.iter_slices(_ROWS):
                plain = part.to_arrow(compat_level=pl.CompatLevel.oldest())
                yield from plain.cast(self.schema).to_batches()

    def arrow(self) -> pa.Table:
        """The rows as an Arrow table, its columns described as in the files."""
        return pa.Table.from_batches(self.batches(), schema=self.schema)

    def pandas(self) -> pd.DataFrame:
        """The rows as a pandas frame of Arrow types: codes stay text, whole numbers whole."""
        pandas = _library("pandas")
        frame: pd.DataFrame = self.arrow().to_pandas(types_mapper=pandas.ArrowDtype)
        return frame

    def duckdb(
        self, connection: duckdb_.DuckDBPyConnection | None = None
    ) -> duckdb_.DuckDBPyRelation:
        """The rows as a DuckDB relation over the files, in this connection or the default one.

        A condition written as SQL is DuckDB's own to push down; the rows that a polars expression
        chooses are in memory.
        """
        duckdb = _library("duckdb")
        db = duckdb.default_connection() if connection is None else connection
        selection = self.selection
        if not self.paths or (selection.where is not None and selection.text is None):
            return db.from_arrow(self.arrow())
        relation = db.read_parquet([str(path) for path in self.paths], hive_partitioning=False)
        if selection.text is not None:
            relation = relation.filter(duckdb.SQLExpression(selection.text))
        return relation.select(*map(duckdb.ColumnExpression, self.columns))


def _as_in_files(dtype: pl.DataType) -> pa.DataType:
    """The Arrow type under the name that Parquet gives to what a list holds."""
    plain = arrow_type(dtype)
    if pa.types.is_list(plain):
        return pa.list_(pa.field("element", plain.value_type))
    return plain


def _library(name: str) -> Any:
    """A library that the base install does not have."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"这里没有安装 {name} is not installed here；请安装 install it with: pip install {name}"
        ) from error
