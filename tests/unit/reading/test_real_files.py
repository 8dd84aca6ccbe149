"""Real public files, as their publishers left them, are understood."""

from collections import Counter

import pandera.polars as pa
import polars as pl
import pytest

from tests.support.reading import SCHOOLS, both, column, opened
from yrdx.dataset import Dataset, Kind, Periodicity
from yrdx.reading import find_personal_numbers, normalise, set_apart

pytestmark = pytest.mark.shared_data


class County(pa.DataFrameModel):
    """A page of a statistics yearbook."""

    county: str = column("县（市、区）名称", Kind.TEXT)
    schools: int = column("学校数", Kind.INTEGER, unit="所")
    enrolled: int = column("在校学生数", Kind.INTEGER, unit="人")


class Industry(pa.DataFrameModel):
    """The industries of GB/T 4754 in one list."""

    industry_id: str = column("行业代码", Kind.CODE)
    name: str = column("名称", Kind.TEXT)
    parent_id: str = column("上级代码", Kind.CODE)
    description: str = column("说明", Kind.TEXT)


def contract(model, key):
    return Dataset(
        model=model,
        title=both("表"),
        grain=both("一行"),
        version="1.0.0",
        key=(key,),
        periodicity=Periodicity.YEAR,
        supplier=both("x"),
        clauses=(),
        province=pl.lit("33"),
    )


def test_the_ministrys_list_of_2017_gives_2631_schools_31_bands_and_26_repaired_names(shared_data):
    table = opened(shared_data / "institutions" / "moe_he_list_2017.xls")
    assert table.reading.header_row == 3
    separated = set_apart(table.frame.collect(), table)
    assert separated.data.height == 2631
    assert Counter(row.kind for row in separated.apart) == {"band": 31}
    declared = {row.label: int(row.values["rows"]) for row in separated.apart}
    assert declared["浙江省（107所）"] == 107
    assert sum(declared.values()) == 2631
    result = normalise(separated.data, table, SCHOOLS)
    notes = {(note.column, note.rule): note.cells for note in result.notes}
    assert notes["inst_name", "name_was_joined"] == 26
    assert not result.rows["inst_name"].str.contains(r"\s").any()
    assert result.rows["inst_code"].str.contains("^[0-9]{10}$").all()
    assert find_personal_numbers(table) == ()


def test_every_band_of_the_ministrys_list_agrees_with_the_rows_below_it(shared_data):
    table = opened(shared_data / "institutions" / "moe_he_list_2017.xls")
    separated = set_apart(table.frame.collect(), table)
    numbers = separated.data["_row"]
    bands = [row.row for row in separated.apart] + [numbers.max() + 1]
    for band, following in zip(separated.apart, bands[1:], strict=True):
        below = numbers.is_between(band.row, following, closed="none").sum()
        assert below == int(band.values["rows"]), band.label


def test_a_yearbook_page_keeps_its_total_apart_and_the_rows_add_up_to_it(shared_data):
    path = shared_data / "statistics" / "wenzhou_2017_vocational_high_school_by_county.csv"
    table = opened(path, contract(County, "county"))
    assert table.reading.header_row == 2
    assert table.units == {"schools": "所", "enrolled": "人"}
    separated = set_apart(table.frame.collect(), table)
    (total,) = separated.apart
    assert (total.kind, total.label, total.row) == ("total", "全市", 3)
    assert total.values == {"schools": "35", "enrolled": "72220"}
    assert separated.data["enrolled"].cast(pl.Int64).sum() == 72220
    assert separated.data["county"][0] == "市直属"


def test_lost_zeros_of_the_admission_scores_come_back(shared_data):
    table = opened(shared_data / "enrollment" / "zhejiang_2020_scores.csv")
    assert table.source_columns[1] == "exam_code"
    rows = table.frame.collect()
    assert rows.height == 5294
    result = normalise(rows, table, SCHOOLS)
    notes = {(note.column, note.rule): note.cells for note in result.notes}
    assert notes["exam_code", "leading_zeros_were_restored"] == 604
    assert result.rows["exam_code"].str.len_bytes().unique().to_list() == [4]
    assert notes["inst_name", "brackets_were_made_full_width"] > 0


def test_the_industries_are_found_beside_an_empty_second_sheet(shared_data):
    path = shared_data / "reference" / "gbt4754_2017_onedim.xlsx"
    table = opened(path, contract(Industry, "industry_id"))
    rows = table.frame.collect()
    assert rows.height == 20 + 97 + 473 + 1381
    assert rows["industry_id"].str.len_bytes().value_counts(sort=True)["count"].to_list() == [
        1381,
        473,
        97,
        20,
    ]
