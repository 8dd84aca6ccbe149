"""Good rows leave in runs that are sorted by key: the same file however the rows arrived."""

import polars as pl
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yrdx.checking.runs import ROW_GROUP, RUN, SortedRuns, order_by_key
from yrdx.reading.table import ROW

SCHEMA = {ROW: pl.UInt32(), "key": pl.String(), "part": pl.Int64()}
WHOLE = pl.DataFrame(
    {
        ROW: range(RUN + 30_000),
        # A shuffle that is always the same, of keys that come twice each.
        "key": [f"{n * 48_271 % 65_011:016x}" for n in range(RUN + 30_000)],
        "part": range(RUN + 30_000),
    },
    schema=SCHEMA,
)

KEYS = st.one_of(
    st.sampled_from(["aaaaaaaa", "aaaaaaab", "aaaaaaaa1", "b", "", "钥匙"]),
    st.text("ab", min_size=8, max_size=9),
    st.integers(0, 2**64 - 1).map(lambda number: f"{number:016x}"),
    st.none(),
)


@settings(deadline=None)
@given(st.lists(st.tuples(KEYS, st.integers(0, 2)), max_size=60))
def test_the_order_is_that_of_keys_and_of_equal_ones_that_of_rows(cells):
    rows = pl.DataFrame(
        [(number, key, part) for number, (key, part) in enumerate(cells)],
        schema=SCHEMA,
        orient="row",
    )

    ordered = rows[order_by_key(rows, ("key", "part"))]

    assert ordered.equals(rows.sort("key", "part", ROW, nulls_last=False))


@pytest.mark.parametrize("size", [7_777, 50_000, RUN, 3 * RUN])
def test_a_file_of_runs_hangs_on_the_rows_alone(tmp_path, size):
    path = tmp_path / "rows.parquet"
    with SortedRuns(path, SCHEMA, ("key",)) as runs:
        for start in range(0, WHOLE.height, size):
            runs.add(WHOLE.slice(start, size))
        runs.flush()

    written = pl.read_parquet(path)

    first, rest = WHOLE.head(RUN), WHOLE.slice(RUN)
    assert written.equals(pl.concat([run.sort("key", ROW) for run in (first, rest)]))
    groups = pq.read_metadata(path)
    assert max(groups.row_group(n).num_rows for n in range(groups.num_row_groups)) <= ROW_GROUP


def test_a_file_that_cannot_be_written_is_an_error_and_no_endless_wait(tmp_path):
    runs = SortedRuns(tmp_path / "gone" / "rows.parquet", SCHEMA, ("key",))

    def write_runs() -> None:
        with runs:
            for _ in range(3):
                runs.add(WHOLE)

    with pytest.raises(OSError, match="No such file"):
        write_runs()
