"""Which rows of a partition are other ones than in the version before, and which of their cells.

Both sides are sorted by what identifies a row, so they are read side by side, a stretch of keys at
a time: memory does not depend on how many rows there are. That they are sorted is looked at, never
taken on trust.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from yrdx.publication.change_files import BEFORE, MOVED_COLUMNS, ChangeWriter, schemas_of
from yrdx.publication.changes import Cause, Kind
from yrdx.publication.merge import Rows, find_runs, is_before, merge
from yrdx.publication.parquet import ROW_GROUP, ahead

ORIGIN = ("src_row_no", "file_sha256")
"""Columns that tell where a row comes from, and nothing else of it."""

_OLD, _NEW = "_old", "_new"


@dataclass(frozen=True)
class Side:
    """The files of one partition in one version, in their order."""

    files: tuple[Path, ...]

    @cached_property
    def schema(self) -> pa.Schema:
        """The columns of the files."""
        return pq.read_schema(self.files[0])

    @cached_property
    def types(self) -> dict[str, pl.DataType]:
        """Column → polars type."""
        empty = pl.DataFrame(pl.from_arrow(self.schema.empty_table()))
        return dict(empty.schema)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the rows of a unit differ, and which delivery caused it."""

    cause: Cause
    caused_by: str


@dataclass(slots=True)
class Difference:
    """Counted by unit and kind, and changed cells by column; the files hold the rows."""

    rows: Counter[tuple[str, Kind]] = field(default_factory=Counter)
    cells: Counter[str] = field(default_factory=Counter)
    files: dict[Kind, Path] = field(default_factory=dict)


def compare(
    old: Side,
    new: Side | None,
    *,
    identity: Sequence[str],
    schema: pa.Schema,
    reasons: Mapping[str, Reason],
    into: Path,
) -> Difference:
    """Compare the rows of a partition; with no `new` side all old ones are removed.

    `identity` are the columns that tell one row from another, in the order of the new files, whose
    columns are those of `schema`. `reasons` are by unit. Rows that are other ones go into one file
    a kind, in the empty folder `into`.
    """
    found = Difference()
    with ChangeWriter(schemas_of(old.schema, schema), reasons=_frame_of(reasons), into=into) as out:
        if new is None or not _has_identity(old, new, identity):
            _all(old, Kind.REMOVED, out, found)
            if new is not None:
                _all(new, Kind.ADDED, out, found)
        else:
            comparison = _Comparison(old.types, new.types, tuple(identity))
            olds, news = _sorted(old, identity, into / "o"), _sorted(new, identity, into / "n")
            for before, now in _stretches(olds, news, identity):
                comparison.note(before, now, out, found)
    found.files = out.finished
    return found


def _frame_of(reasons: Mapping[str, Reason]) -> pl.DataFrame:
    rows = [(unit, item.cause.value, item.caused_by) for unit, item in reasons.items()]
    return pl.DataFrame(
        rows, schema=dict.fromkeys(("src_unit", "cause", "caused_by"), pl.String()), orient="row"
    )


def _has_identity(old: Side, new: Side, identity: Sequence[str]) -> bool:
    """Whether rows of both sides can be told to be the same: not after another key was agreed."""
    return all(old.types.get(name) == new.types[name] for name in identity)


def _all(side: Side, kind: Kind, out: ChangeWriter, found: Difference) -> None:
    for frame in _frames(side.files):
        out.write(kind, frame)
        _count(found, kind, frame)


def _count(found: Difference, kind: Kind, frame: pl.DataFrame) -> None:
    for unit, rows in frame["src_unit"].value_counts().iter_rows():
        found.rows[unit, kind] += rows


def _frames(files: Sequence[Path]) -> Iterator[pl.DataFrame]:
    """The rows of the files, some at a time, the next ones being read meanwhile."""
    return ahead(_read(files))


def _read(files: Sequence[Path]) -> Iterator[pl.DataFrame]:
    """A row group at a time: pyarrow's batches of a whole file hold ever more of it."""
    for path in files:
        scan = pl.scan_parquet(path, glob=False, hive_partitioning=False, low_memory=True)
        for at in range(0, pq.read_metadata(path).num_rows, ROW_GROUP):
            yield scan.slice(at, ROW_GROUP).collect()


def _sorted(side: Side, identity: Sequence[str], spool: Path) -> Iterator[pl.DataFrame]:
    """The rows in ascending order of what identifies them."""
    if _is_sorted(side, identity):
        return _frames(side.files)
    spool.mkdir()
    files = [Rows(path) for path in side.files]
    return merge(files, key=identity, order=identity, spool=spool)


def _is_sorted(side: Side, identity: Sequence[str]) -> bool:
    ends: list[pl.DataFrame] = []
    for path in side.files:
        if len(find_runs(Rows(path), identity)) > 1:
            return False
        rows = pq.read_metadata(path).num_rows
        keys = pl.scan_parquet(path, hive_partitioning=False).select(identity)
        ends += [keys.slice(at, 1).collect() for at in (0, rows - 1)]
    # The files follow each other when their first and last rows do.
    columns = [pl.col(name) for name in identity]
    falls = is_before(columns, [column.shift(1) for column in columns])
    return not ends or int(pl.concat(ends)[1:].select(falls.sum()).item() or 0) == 0


def _stretches(
    old: Iterator[pl.DataFrame], new: Iterator[pl.DataFrame], identity: Sequence[str]
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """All rows of both sides in stretches; all rows of one identity are in the same stretch."""
    columns = [pl.col(name) for name in identity]
    sides = [_Unread(old), _Unread(new)]
    while True:
        for side in sides:
            side.read_on(at_least=2)
        open_ends = [side.rows.tail(1).select(identity) for side in sides if not side.ended]
        if not open_ends:
            if any(len(side.rows) for side in sides):
                yield sides[0].take_all(), sides[1].take_all()
            return
        bound = pl.concat(open_ends).sort(identity).head(1)
        until = is_before(columns, [pl.lit(item) for item in bound])
        taken = [side.take(until) for side in sides]
        if any(len(frame) for frame in taken):
            yield taken[0], taken[1]
        else:  # all that is read of a side has one identity
            for side in sides:
                side.read_on(at_least=len(side.rows) + 1)


@dataclass(slots=True)
class _Unread:
    """One side while it is read: rows that are read and not yet given away."""

    unread: Iterator[pl.DataFrame]
    rows: pl.DataFrame = field(default_factory=pl.DataFrame)
    ended: bool = False

    def read_on(self, *, at_least: int) -> None:
        while len(self.rows) < at_least and not self.ended:
            frame = next(self.unread, None)
            if frame is None:
                self.ended = True
            else:
                self.rows = pl.concat([self.rows, frame]) if len(self.rows) else frame

    def take(self, until: pl.Expr) -> pl.DataFrame:
        """The rows for which `until` is true, which are the first ones."""
        if not len(self.rows):
            return self.rows
        size = int(self.rows.select(until.sum()).item())
        taken, self.rows = self.rows.head(size), self.rows.slice(size)
        return taken

    def take_all(self) -> pl.DataFrame:
        taken, self.rows = self.rows, self.rows.clear()
        return taken


@dataclass(frozen=True)
class _Comparison:
    """How rows of two sides are compared, whose columns may differ."""

    old_types: Mapping[str, pl.DataType]
    new_types: Mapping[str, pl.DataType]
    identity: tuple[str, ...]

    @cached_property
    def differs(self) -> dict[str, pl.Expr]:
        """Column → whether its cell is another one; a column that is new counts where it is filled.

        Where a column has another type the old value is first given that type.
        """
        found = {}
        for name, dtype in self.new_types.items():
            if name in self.identity or name in ORIGIN:
                continue
            if name not in self.old_types:
                found[name] = pl.col(name).is_not_null()
                continue
            before = pl.col(BEFORE + name)
            if self.old_types[name] != dtype:
                before = before.cast(dtype, strict=False)
            found[name] = pl.col(name).ne_missing(before)
        return found

    def note(
        self, before: pl.DataFrame, now: pl.DataFrame, out: ChangeWriter, found: Difference
    ) -> None:
        """Compare all rows of one stretch and write down what is other."""
        before = before if before.width else pl.DataFrame(schema=dict(self.old_types))
        now = now if now.width else pl.DataFrame(schema=dict(self.new_types))
        pairs = self._pairs(before, now)
        if pairs is not None:
            at_old, at_new, only_old, only_new = pairs
            for kind, frame in (
                (Kind.REMOVED, before[only_old]),
                (Kind.ADDED, now[only_new]),
            ):
                out.write(kind, frame)
                _count(found, kind, frame)
            before, now = before[at_old], now[at_new]
        self._note_cells(before, now, out, found)

    def _pairs(
        self, before: pl.DataFrame, now: pl.DataFrame
    ) -> tuple[pl.Series, pl.Series, pl.Series, pl.Series] | None:
        """Which rows belong together, and which stand alone; None when each does with its like."""
        names = list(self.identity)
        if before.height == now.height and before.select(names).equals(now.select(names)):
            return None
        old, new = (self._numbered(*side) for side in ((before, _OLD), (now, _NEW)))
        on = [*names, "_occurrence"]
        both = new.join(old, on=on, how="inner", nulls_equal=True).sort(_NEW)
        alone_old = old.join(both, on=_OLD, how="anti")[_OLD].sort()
        alone_new = new.join(both, on=_NEW, how="anti")[_NEW].sort()
        return both[_OLD], both[_NEW], alone_old, alone_new

    def _numbered(self, frame: pl.DataFrame, place: str) -> pl.DataFrame:
        """Identities with their places; rows of equal identity are told apart by their order."""
        occurrence = pl.int_range(pl.len(), dtype=pl.UInt32).over(self.identity)
        keys = frame.select(self.identity)
        same = is_same([pl.col(name) for name in self.identity])
        repeats = len(keys) and bool(keys.select(same.any()).item())
        counted = occurrence if repeats else pl.lit(0, pl.UInt32)
        return keys.with_columns(counted.alias("_occurrence")).with_row_index(place)

    def _note_cells(
        self, before: pl.DataFrame, now: pl.DataFrame, out: ChangeWriter, found: Difference
    ) -> None:
        """Rows of the same identity, side by side."""
        renamed = before.rename({name: BEFORE + name for name in before.columns})
        both = pl.concat([now, renamed], how="horizontal")
        cells = both.select(**self.differs)
        changed = cells.select(pl.any_horizontal(pl.all())).to_series()
        if changed.any():
            of_changed = cells.filter(changed)
            for name, count in zip(of_changed.columns, of_changed.sum().row(0), strict=True):
                found.cells[name] += count
            names = [pl.when(pl.col(name)).then(pl.lit(name)) for name in of_changed.columns]
            listed = of_changed.select(pl.concat_list(names).list.drop_nulls()).to_series()
            frame = both.filter(changed).with_columns(listed.alias("changed_columns"))
            out.write(Kind.CHANGED, frame)
            _count(found, Kind.CHANGED, frame)
        origins = both.select(MOVED_COLUMNS)
        moved = [pl.col(name).ne_missing(pl.col(BEFORE + name)) for name in ORIGIN]
        has_moved = origins.select(pl.any_horizontal(moved)).to_series()
        frame = origins.filter(~changed & has_moved)
        out.write(Kind.MOVED, frame)
        _count(found, Kind.MOVED, frame)


def is_same(columns: Sequence[pl.Expr]) -> pl.Expr:
    """Whether a row has the same values as the one before it."""
    return pl.all_horizontal([column.eq_missing(column.shift(1)) for column in columns]) & (
        pl.int_range(pl.len()) > 0
    )
