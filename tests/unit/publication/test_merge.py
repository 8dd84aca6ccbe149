"""Merging sorted runs gives the same rows as sorting them all, in bounded pieces."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yrdx.publication import merge as merging
from yrdx.publication.merge import Rows, find_runs, merge

KEY = ("name", "number")


def frame(pairs) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "_row": pl.Series(range(len(pairs)), dtype=pl.UInt32),
            "name": pl.Series([a for a, _ in pairs], dtype=pl.String),
            "number": pl.Series([b for _, b in pairs], dtype=pl.Int64),
        }
    )


def merged(files: list[Rows], spool: Path) -> pl.DataFrame:
    return pl.concat(
        [
            pl.DataFrame(schema={"_row": pl.UInt32, "name": pl.String, "number": pl.Int64}),
            *merge(files, key=KEY, order=(*KEY, "_row"), spool=spool),
        ]
    )


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds so low that a few hundred rows need several passes and many steps."""
    monkeypatch.setattr(merging, "DECODED_ROWS", 8)
    monkeypatch.setattr(merging, "OPEN_ROWS", 16)
    monkeypatch.setattr(merging, "PIECE", 20)
    monkeypatch.setattr(merging, "KEYS_AT_ONCE", 7)


@pytest.mark.parametrize("long_enough", [1, 50_000])
@pytest.mark.usefixtures("small")
def test_any_rows_in_any_order_come_out_sorted_and_complete(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory, long_enough: int
) -> None:
    monkeypatch.setattr(merging, "LONG_ENOUGH", long_enough)
    names = st.one_of(st.none(), st.sampled_from(["", "a", "b", "浙", "江"]))
    pairs = st.lists(st.tuples(names, st.one_of(st.none(), st.integers(0, 9))), max_size=120)

    @settings(max_examples=60, deadline=None)
    @given(pairs)
    def holds(found) -> None:
        folder = tmp_path_factory.mktemp("merge")
        rows = frame(found)
        rows.write_parquet(folder / "rows.parquet", row_group_size=9)
        result = merged([Rows(folder / "rows.parquet")], folder)
        assert result.equals(rows.sort([*KEY, "_row"]))

    holds()


def test_files_of_one_name_do_not_get_in_each_others_way(tmp_path: Path) -> None:
    files = []
    for name in ("edu", "hrss"):
        path = tmp_path / name / "rows.parquet"
        path.parent.mkdir()
        frame([(f"{name}{9 - at}", at) for at in range(9)]).write_parquet(path)
        files.append(Rows(path))
    found = merged(files, tmp_path)
    assert found["name"].to_list() == [f"{n}{at}" for n in ("edu", "hrss") for at in range(1, 10)]


@pytest.mark.usefixtures("small")
def test_many_long_runs_of_several_files_are_merged_in_several_passes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(merging, "LONG_ENOUGH", 10)
    dice = random.Random(7)
    everything = frame([(dice.choice("abcdef"), dice.randrange(10_000)) for _ in range(900)])
    files = []
    for at in range(0, 900, 300):
        runs = [everything.slice(at + i, 25).sort(KEY) for i in range(0, 300, 25)]
        path = tmp_path / f"rows-{at}.parquet"
        pl.concat(runs).write_parquet(path, row_group_size=20)
        files.append(Rows(path))
        assert len(find_runs(files[-1], KEY)) == 12
    assert merged(files, tmp_path).equals(everything.sort([*KEY, "_row"]))
    assert len(list(tmp_path.glob("merged-*.parquet"))) > 5


def test_withdrawn_rows_are_left_out_and_columns_are_made_by_their_expressions(
    tmp_path: Path,
) -> None:
    rows = frame([(letter, at) for at, letter in enumerate("dcba")])
    rows.write_parquet(tmp_path / "rows.parquet")
    select = {
        "name": pl.col("name").str.to_uppercase(),
        "number": pl.col("number"),
        "_row": pl.col("_row"),
    }
    source = Rows(tmp_path / "rows.parquet", select, np.array([1, 3], dtype=np.uint32))
    (found,) = merge([source], key=KEY, order=KEY, spool=tmp_path)
    assert found["name"].to_list() == ["B", "D"]


def test_runs_are_found_by_the_whole_key(tmp_path: Path) -> None:
    pairs = [("a", 1), ("a", 2), ("b", 1), ("b", 0), ("c", 5), ("a", 9), (None, 1), ("a", None)]
    frame(pairs).write_parquet(tmp_path / "rows.parquet")
    runs = find_runs(Rows(tmp_path / "rows.parquet"), KEY)
    assert [(run.start, run.stop) for run in runs] == [(0, 3), (3, 5), (5, 6), (6, 8)]
