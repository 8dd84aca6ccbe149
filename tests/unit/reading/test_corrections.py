"""Corrected rows alone are put over the rows they correct, and the whole is a plain file again."""

from pathlib import Path

import polars as pl
import pytest

from yrdx import catalogue
from yrdx.reading import Refusal, Table, read
from yrdx.reading.corrections import Corrected, holds_corrections, merge_corrections

DATASET = catalogue.dataset("enterprise")
HEADER = (
    "统一社会信用代码,年度,企业名称,注册地区划,行业代码,企业规模,经营状态,产教融合型企业,国有企业"
)
ONE, TWO, THREE = "91330100799655058B", "91310000132260250X", "9144030071526726XG"


def table(folder: Path, name: str, *lines: str) -> Table:
    path = folder / name
    path.write_text("\r\n".join([*lines, ""]), encoding="utf-8-sig")
    read_as = read(path, filename=name, dataset=DATASET)
    assert isinstance(read_as, Table), read_as
    return read_as


def merged(folder: Path, base: Table, corrections: Table) -> tuple[Corrected, pl.DataFrame]:
    whole = folder / "whole.csv"
    corrected = merge_corrections(base, corrections, DATASET, into=whole)
    assert isinstance(corrected, Corrected), corrected
    return corrected, pl.read_csv(whole, infer_schema=False)


def a_row(code: str, name: str, *, size: str = "1") -> str:
    return f"{code},2025,{name},330106,3011,{size},1,0,0"


@pytest.mark.parametrize(
    ("name", "holds"),
    [
        ("33_institution_2025_delta.csv", True),
        ("33_institution_2025_DELTA2.xlsx", True),
        ("33_institution_2025_更正.csv", True),
        ("职业院校名录（更正）.xlsx", True),
        ("职业院校名录更正2.et", True),
        ("职业院校名录_补正_v3.xls", True),
        ("33_institution_2025.csv", False),
        ("更正后的职业院校名录.xlsx", False),
        ("deltares_2025.csv", False),
        ("名录_delta说明.xlsx", False),
    ],
)
def test_the_end_of_the_name_tells_that_a_file_holds_corrections(name, holds):
    assert holds_corrections(name) is holds


def test_rows_are_replaced_in_their_place_and_new_ones_follow(tmp_path):
    base = table(tmp_path, "base.csv", HEADER, a_row(ONE, "一厂", size="9"), a_row(TWO, "二厂"))
    over = table(tmp_path, "over.csv", HEADER, a_row(THREE, "三厂"), a_row(ONE, "一厂（更名）"))
    corrected, whole = merged(tmp_path, base, over)
    assert (corrected.replaced, corrected.added, corrected.kept) == (1, 1, 1)
    assert whole.columns[:3] == ["统一社会信用代码", "年度", "企业名称"]
    assert whole["统一社会信用代码"].to_list() == [ONE, TWO, THREE]
    assert whole["企业名称"].to_list() == ["一厂（更名）", "二厂", "三厂"]
    assert whole["企业规模"].to_list() == ["1", "1", "1"]


def test_other_columns_than_the_file_has_keep_their_values_and_an_empty_cell_empties(tmp_path):
    header = f"{HEADER},示范企业称号"
    base = table(tmp_path, "base.csv", header, a_row(ONE, "一厂", size="9") + ",省级")
    over = table(
        tmp_path, "over.csv", "统一社会信用代码,年度,企业规模,示范企业称号", f"{ONE},2025,2,"
    )
    corrected, whole = merged(tmp_path, base, over)
    assert (corrected.replaced, corrected.added) == (1, 0)
    row = whole.row(0, named=True)
    assert (row["企业名称"], row["企业规模"], row["示范企业称号"]) == ("一厂", "2", None)


def test_keys_meet_in_canonical_text_however_they_are_spelt(tmp_path):
    base = table(tmp_path, "base.csv", HEADER, a_row(ONE.lower(), "一厂"), a_row(TWO, "二厂"))
    wide = "９１３１００００１３２２６０２５０Ｘ"
    over = table(tmp_path, "over.csv", HEADER, a_row(ONE, "甲"), a_row(wide, "乙"))
    corrected, whole = merged(tmp_path, base, over)
    assert (corrected.replaced, corrected.added) == (2, 0)
    assert whole["企业名称"].to_list() == ["甲", "乙"]


def test_a_correction_of_a_key_used_twice_reaches_both_rows(tmp_path):
    base = table(tmp_path, "base.csv", HEADER, a_row(ONE, "一厂"), a_row(ONE, "二厂"))
    over = table(tmp_path, "over.csv", HEADER, a_row(ONE, "一厂"))
    corrected, whole = merged(tmp_path, base, over)
    assert corrected.replaced == 2
    assert whole["企业名称"].to_list() == ["一厂", "一厂"]


def test_corrections_that_contradict_each_other_stay_for_the_check_to_find(tmp_path):
    base = table(tmp_path, "base.csv", HEADER, a_row(ONE, "一厂"), a_row(TWO, "二厂"))
    over = table(tmp_path, "over.csv", HEADER, a_row(ONE, "甲"), a_row(ONE, "乙"))
    corrected, whole = merged(tmp_path, base, over)
    assert whole["企业名称"].to_list() == ["甲", "二厂", "乙"]
    assert (corrected.replaced, corrected.added) == (1, 1)


def test_totals_spoke_of_the_rows_as_they_were_and_stay_out(tmp_path):
    total = "合计,,,,,,,,"
    base = table(tmp_path, "base.csv", HEADER, a_row(ONE, "一厂"), total)
    over = table(tmp_path, "over.csv", HEADER, a_row(ONE, "甲"))
    _, whole = merged(tmp_path, base, over)
    assert whole.height == 1


def test_corrections_without_their_key_are_refused(tmp_path):
    base = table(tmp_path, "base.csv", HEADER, a_row(ONE, "一厂"))
    over = table(tmp_path, "over.csv", "年度,企业名称,企业规模,经营状态", "2025,一厂,2,1")
    refused = merge_corrections(base, over, DATASET, into=tmp_path / "whole.csv")
    assert isinstance(refused, Refusal)
    (finding,) = refused.findings
    assert finding.rule == "correction_lacks_its_key"
    assert "统一社会信用代码" in finding.message.zh


def test_corrections_without_a_row_are_refused(tmp_path):
    base = table(tmp_path, "base.csv", HEADER, a_row(ONE, "一厂"))
    over = table(tmp_path, "over.csv", HEADER, "合计,,,,,,,,")
    refused = merge_corrections(base, over, DATASET, into=tmp_path / "whole.csv")
    assert isinstance(refused, Refusal)
    assert [item.rule for item in refused.findings] == ["correction_has_no_rows"]
