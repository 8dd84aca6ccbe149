"""What the files below `changes/` look like, and how they are written."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from yrdx.publication.changes import Kind
from yrdx.publication.parquet import ROW_GROUP

BEFORE = "before_"
"""Prefix of the columns of a changed row that tell what the parent had."""

_CAUSE = (pa.field("cause", pa.string()), pa.field("caused_by", pa.string()))
_MOVED = pa.schema(
    [
        pa.field("src_unit", pa.string()),
        pa.field(f"{BEFORE}src_row_no", pa.uint32()),
        pa.field("src_row_no", pa.uint32()),
        pa.field(f"{BEFORE}file_sha256", pa.string()),
        pa.field("file_sha256", pa.string()),
    ]
)


MOVED_COLUMNS = tuple(_MOVED.names)


def schemas_of(old: pa.Schema, new: pa.Schema) -> dict[Kind, pa.Schema]:
    """The columns of each kind of file: described as those of the data files are."""
    before = [item.with_name(BEFORE + item.name) for item in old]
    columns = pa.field("changed_columns", pa.list_(pa.string()))
    return {
        Kind.ADDED: new,
        Kind.REMOVED: pa.schema([*old, *_CAUSE], metadata=old.metadata),
        Kind.CHANGED: pa.schema([*new, *before, columns, *_CAUSE], metadata=new.metadata),
        Kind.MOVED: _MOVED,
    }


@dataclass
class ChangeWriter:
    """One Parquet file a kind, each begun with its first row; `finished` once it is closed.

    `reasons` has the columns src_unit, cause and caused_by. Row groups are `ROW_GROUP` rows long
    however the rows come, so that the bytes follow from the rows.
    """

    schemas: dict[Kind, pa.Schema]
    reasons: pl.DataFrame
    into: Path
    finished: dict[Kind, Path] = field(default_factory=dict)
    _waiting: dict[Kind, list[pa.Table]] = field(default_factory=dict)
    _writers: dict[Kind, pq.ParquetWriter] = field(default_factory=dict)

    def write(self, kind: Kind, frame: pl.DataFrame) -> None:
        """Add rows; columns that the kind does not have are left out."""
        if not len(frame):
            return
        schema = self.schemas[kind]
        if "cause" in schema.names:
            frame = frame.join(self.reasons, on="src_unit", how="left", maintain_order="left")
        if kind is Kind.MOVED:
            # Ascending numbers take next to no room.
            frame = frame.sort("src_unit", f"{BEFORE}src_row_no")
        # As text of its own: a few rows as views would keep all that they were picked from.
        waiting = self._waiting.setdefault(kind, [])
        waiting.append(pa.table(frame.select(schema.names).to_arrow()).cast(schema))
        if sum(map(len, waiting)) >= ROW_GROUP:
            whole = pa.concat_tables(waiting)
            cut = len(whole) - len(whole) % ROW_GROUP
            self._waiting[kind] = [whole.slice(cut)]
            self._encode(kind, whole.slice(0, cut))

    def __enter__(self) -> Self:
        """Nothing is opened yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write what waits, unless the comparison broke, and close the files."""
        if error is None:
            for each, waiting in self._waiting.items():
                if sum(map(len, waiting)):
                    self._encode(each, pa.concat_tables(waiting))
        for each, writer in self._writers.items():
            writer.close()
            self.finished[each] = self._path(each)

    def _path(self, kind: Kind) -> Path:
        return self.into / f"{kind.value}.parquet"

    def _encode(self, kind: Kind, rows: pa.Table) -> None:
        if kind not in self._writers:
            path, schema = self._path(kind), self.schemas[kind]
            self._writers[kind] = pq.ParquetWriter(path, schema, **_encoding(kind))
        self._writers[kind].write_table(rows, row_group_size=ROW_GROUP)


def _encoding(kind: Kind) -> dict[str, Any]:
    if kind is not Kind.MOVED:
        return {"compression": "zstd", "compression_level": 3}
    numbers = ("src_row_no", f"{BEFORE}src_row_no")
    return {
        "compression": "zstd",
        "use_dictionary": ["src_unit", "file_sha256", f"{BEFORE}file_sha256"],
        "column_encoding": dict.fromkeys(numbers, "DELTA_BINARY_PACKED"),
    }
