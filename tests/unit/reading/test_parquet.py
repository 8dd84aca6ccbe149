"""Typed Parquet passes as the text that a person would have typed."""

import datetime as dt
from decimal import Decimal

import polars as pl

from tests.support.reading import SCHOOLS, opened, rows_of
from yrdx.reading import Refusal, normalise, read


def test_typed_columns_become_canonical_text(tmp_path):
    pl.DataFrame(
        {
            "inst_code": [4133012861],
            "学校名称": ["甲"],
            "成立日期": [dt.date(2024, 9, 1)],
            "建校年月": [dt.datetime(2024, 9, 1)],
            "公办": [True],
            "学费": [5000.0],
            "经费": [Decimal("12.50")],
            "在校生数": [7],
            "各层次": [["1", "2"]],
            "曾用名": [""],
        }
    ).write_parquet(tmp_path / "a.parquet")
    table = opened(tmp_path / "a.parquet")
    (row,) = rows_of(table)
    assert row["_row"] == 1
    assert row["inst_code"] == "4133012861"
    assert row["opened"] == "2024-09-01"
    assert row["is_public"] == "1"
    assert row["fee"] == "5000"
    assert row["grant"] == "12.50"
    assert row["levels"] == "1；2"
    assert row["former_name"] is None
    assert table.rows_estimate == 1
    normalised = normalise(table.frame.collect(), table, SCHOOLS)
    assert normalised.rows["founded"].to_list() == ["202409"]


def test_whatever_byte_of_its_end_is_damaged_a_file_is_read_or_refused(tmp_path):
    path = tmp_path / "a.parquet"
    pl.DataFrame({"学校标识码": ["4133012861"], "学校名称": ["甲"]}).write_parquet(path)
    whole = path.read_bytes()
    sound = {"rows": 0, "file_is_damaged": 0}
    for place in range(len(whole) - 8 - int.from_bytes(whole[-8:-4], "little"), len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x15]) + whole[place + 1 :])
        outcome = read(path, filename="a.parquet", dataset=SCHOOLS)
        if isinstance(outcome, Refusal) and outcome.findings[0].rule == "file_is_damaged":
            sound["file_is_damaged"] += 1
        else:
            sound["rows"] += 1
    assert all(sound.values())
