"""The difference of two partitions is what a person would say it is, however the rows are cut."""

from __future__ import annotations

from collections import defaultdict
from itertools import count
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yrdx.publication import difference as comparing
from yrdx.publication.changes import Cause, Kind
from yrdx.publication.difference import Difference, Reason, Side, compare

SCHEMA = {
    "name": pl.String,
    "number": pl.Int64,
    "score": pl.Decimal(6, 2),
    "tags": pl.List(pl.String),
    "src_unit": pl.String,
    "src_row_no": pl.UInt32,
    "file_sha256": pl.String,
}
ARROW = pl.DataFrame(schema=SCHEMA).to_arrow(compat_level=pl.CompatLevel.oldest()).schema
IDENTITY = ("name", "number", "src_unit")
REASONS = {
    "edu": Reason(Cause.DELIVERY, "b" * 64),
    "hrss": Reason(Cause.WITHDRAWAL, "c" * 64),
}


def side(rows, folder: Path, *, sha256: str, sort: bool = True, parts: int = 1) -> Side:
    """Files of rows (name, number, score, tags, unit), in order unless told otherwise."""
    full = [(*row, 2 + at, sha256) for at, row in enumerate(rows)]
    as_text = {**SCHEMA, "score": pl.String}
    frame = pl.DataFrame(full, schema=as_text, orient="row").cast(SCHEMA)
    frame = frame.sort(IDENTITY, maintain_order=True) if sort else frame
    folder.mkdir()
    paths = []
    size = -(-max(len(frame), 1) // parts)
    for number in range(parts):
        path = folder / f"part-{number}.parquet"
        piece = frame.slice(number * size, size)
        if len(piece) or not number:
            table = pa.table(piece.to_arrow()).cast(pa.schema(ARROW))
            pq.write_table(table, path, row_group_size=4)
            paths.append(path)
    return Side(tuple(paths))


def rows_of(found: Difference, kind: Kind) -> list[dict]:
    path = found.files.get(kind)
    return pl.read_parquet(path).to_dicts() if path else []


def expected(old, new) -> dict[Kind, int]:
    """By hand: rows of one identity belong together in their order."""
    places: defaultdict[tuple, list] = defaultdict(lambda: [[], []])
    for which, rows in enumerate((old, new)):
        for at, (name, number, score, tags, unit) in enumerate(rows):
            places[name, number, unit][which].append((score, tags, at))
    found = dict.fromkeys(Kind, 0)
    for before, now in places.values():
        found[Kind.REMOVED] += max(len(before) - len(now), 0)
        found[Kind.ADDED] += max(len(now) - len(before), 0)
        for was, is_now in zip(before, now, strict=False):
            found[Kind.CHANGED if was[:2] != is_now[:2] else Kind.MOVED] += 1
    return found


NAMES = st.sampled_from([None, "", "a", "b", "浙"])
ROWS = st.lists(
    st.tuples(
        NAMES,
        st.one_of(st.none(), st.integers(0, 6)),
        st.sampled_from([None, "1.50", "2.25"]),
        st.sampled_from([None, [], ["x"], ["x", "y"]]),
        st.sampled_from(["edu", "hrss"]),
    ),
    max_size=40,
)


@pytest.mark.parametrize("sort", [True, False])
def test_any_two_partitions_differ_as_counted_by_hand(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, sort: bool
) -> None:
    monkeypatch.setattr(comparing, "ROW_GROUP", 4)
    numbers = count()

    @settings(max_examples=30, deadline=None)
    @given(ROWS, ROWS, st.integers(1, 3))
    def holds(old, new, parts) -> None:
        if not sort:  # files out of order are of older versions; rows then are told by their key
            old, new = (
                list({row[:2] + row[4:]: row for row in rows}.values()) for rows in (old, new)
            )
        folder = tmp_path_factory.mktemp(f"difference-{next(numbers)}")
        (folder / "into").mkdir()
        found = compare(
            side(old, folder / "old", sha256="a" * 64, sort=sort, parts=parts),
            side(new, folder / "new", sha256="b" * 64),
            identity=IDENTITY,
            schema=pa.schema(ARROW),
            reasons=REASONS,
            into=folder / "into",
        )
        counted = dict.fromkeys(Kind, 0)
        for (_, kind), rows in found.rows.items():
            counted[kind] += rows
        assert counted == expected(old, new)
        for kind in Kind:
            assert len(rows_of(found, kind)) == counted[kind]
        changed = rows_of(found, Kind.CHANGED)
        assert sum(found.cells.values()) == sum(len(row["changed_columns"]) for row in changed)
        for row in changed:
            for name in ("score", "tags"):
                differs = row[name] != row[f"before_{name}"]
                assert differs == (name in row["changed_columns"])

    holds()


def test_who_caused_a_change_stands_beside_it(tmp_path: Path) -> None:
    old = [("a", 1, "1.50", [], "edu"), ("b", 1, "1.50", [], "hrss"), ("c", 1, None, [], "edu")]
    new = [("a", 1, "2.25", [], "edu"), ("c", 1, None, [], "edu")]
    (tmp_path / "into").mkdir()
    found = compare(
        side(old, tmp_path / "old", sha256="a" * 64),
        side(new, tmp_path / "new", sha256="b" * 64),
        identity=IDENTITY,
        schema=pa.schema(ARROW),
        reasons=REASONS,
        into=tmp_path / "into",
    )
    (changed,), (removed,) = rows_of(found, Kind.CHANGED), rows_of(found, Kind.REMOVED)
    assert (changed["cause"], changed["caused_by"]) == ("delivery", "b" * 64)
    assert (removed["cause"], removed["caused_by"]) == ("withdrawal", "c" * 64)
    (moved,) = rows_of(found, Kind.MOVED)
    assert (moved["before_src_row_no"], moved["src_row_no"]) == (4, 3)


def test_another_type_is_no_change_and_a_lost_column_neither(tmp_path: Path) -> None:
    rows = [(name, 1, "1.50", ["x"], "edu") for name in "abc"]
    old = side(rows, tmp_path / "old", sha256="a" * 64)
    new = side(rows, tmp_path / "new", sha256="a" * 64)
    path = new.files[0]
    score = pl.when(pl.col("name") == "c").then(7).otherwise(1).cast(pl.Int64)
    frame = pl.read_parquet(path).with_columns(score=score).drop("tags")
    pq.write_table(frame.to_arrow(compat_level=pl.CompatLevel.oldest()), path)
    (tmp_path / "into").mkdir()
    found = compare(
        old,
        new,
        identity=IDENTITY,
        schema=pq.read_schema(path),
        reasons=REASONS,
        into=tmp_path / "into",
    )
    (changed,) = rows_of(found, Kind.CHANGED)
    assert (changed["name"], changed["score"], changed["changed_columns"]) == ("c", 7, ["score"])
    assert (str(changed["before_score"]), changed["before_tags"]) == ("1.50", ["x"])


def test_with_another_key_all_rows_go_and_come(tmp_path: Path) -> None:
    rows = [(name, 1, "1.50", [], "edu") for name in "abc"]
    old, new = (
        side(rows, tmp_path / name, sha256=sha * 64) for name, sha in (("old", "a"), ("new", "b"))
    )
    path = new.files[0]
    frame = pl.read_parquet(path).with_columns(place=pl.lit("x"))
    pq.write_table(frame.to_arrow(compat_level=pl.CompatLevel.oldest()), path)
    (tmp_path / "into").mkdir()
    found = compare(
        old,
        new,
        identity=("place", "src_unit"),
        schema=pq.read_schema(path),
        reasons=REASONS,
        into=tmp_path / "into",
    )
    assert found.rows == {("edu", Kind.REMOVED): 3, ("edu", Kind.ADDED): 3}
