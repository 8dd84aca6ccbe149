"""Single rows of a text file, picked by their number: the same as reading all of it."""

import numpy as np
import polars as pl
import pytest

from tests.support.reading import csv_text, opened, written

SCHOOLS = [(f"41330128{n % 90 + 10}", f"第{n}学校", "2", "1") for n in range(70_000)]
"""More text than is searched at once."""


def rows_by_reading_all(table, numbers):
    return table.frame.filter(pl.col("_row").is_in(pl.Series(numbers).implode())).collect()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("end", ["with a last line end", "without"])
def test_picked_rows_are_those_that_reading_gives(tmp_path, encoding, line_end, end):
    text = "全省学校名单\n" + csv_text(SCHOOLS)
    if end == "without":
        text = text.rstrip("\n")
    table = opened(written(tmp_path / "a.csv", text.replace("\n", line_end), encoding))
    numbers = np.array([3, 4, 2_500, 39_999, 70_001, 70_002], np.uint32)
    picked = table.pick(numbers)
    assert picked is not None
    assert picked.height == len(numbers)
    assert picked.equals(rows_by_reading_all(table, numbers))


def test_a_blank_line_counts_as_the_frame_counts_it(tmp_path):
    lines = csv_text(SCHOOLS).splitlines()
    lines.insert(1_000, "")
    table = opened(written(tmp_path / "a.csv", "\n".join(lines) + "\n"))
    numbers = np.array([999, 1_002, 3_000], np.uint32)
    expected = rows_by_reading_all(table, numbers)
    picked = table.picked(numbers)
    assert picked is None or picked.equals(expected)
    assert expected["inst_name"].to_list()[-1] == lines[2_999].split(",")[1]


def test_rows_with_quoted_line_breaks_are_found_by_reading(tmp_path):
    schools = [*SCHOOLS[:10], ("4133012861", '"第一\n学校"', "2", "1"), *SCHOOLS[10:]]
    head, *_ = csv_text(SCHOOLS).splitlines()
    text = "\n".join([head, *(",".join(row) for row in schools)]) + "\n"
    table = opened(written(tmp_path / "a.csv", text))
    numbers = np.array([12, 13, 70_002], np.uint32)
    assert table.pick(numbers) is None
    assert table.among(numbers).collect()["inst_name"].to_list() == [
        "第一\n学校", SCHOOLS[10][1], SCHOOLS[-1][1],
    ]  # fmt: skip
