"""Messy cells become canonical text; what is ambiguous becomes a finding and stays as it is."""

import polars as pl
import pytest

from tests.support.reading import SCHOOLS
from yrdx.model import Reading
from yrdx.reading import DOUBT, ROW, Table, normalise
from yrdx.reading.cells import Repaired, V, distinct
from yrdx.reading.normalise import FINDINGS, NOTES


def table_of(rows: pl.DataFrame, **units: str) -> Table:
    return Table(
        frame=rows.lazy(),
        source_columns=tuple(name for name in rows.columns if name != ROW),
        letters={},
        units=units,
        reading=Reading(format="csv"),
        findings=(),
        notes=(),
        locate=lambda numbers: numbers,
        rows_estimate=None,
    )


def normalised(column: str, *texts: str | None, unit: str | None = None):
    """The canonical texts, the notes as rule → cells, and the findings as text → rule."""
    rows = pl.DataFrame({ROW: range(1, len(texts) + 1), column: texts}).cast(
        {ROW: pl.UInt32, column: pl.String}
    )
    units = {column: unit} if unit else {}
    result = normalise(rows, table_of(rows, **units), SCHOOLS)
    assert all(note.column == column and note.text == NOTES[note.rule] for note in result.notes)
    notes = {note.rule: note.cells for note in result.notes}
    found = {texts[item[ROW] - 1]: item["rule"] for item in result.findings.to_dicts()}
    assert set(found.values()) <= set(FINDINGS)
    return result.rows[column].to_list(), notes, found


@pytest.mark.parametrize(
    "text",
    [
        "2021年9月1日", "2021.9.1", "2021/9/1", "2021-9-1", "20210901", "2021-09-01 00:00:00",
        "2021-09-01T00:00:00Z", "２０２１－０９－０１", "2021 年 9 月 1 日", "二〇二一年九月一日",
        "44440", "44440.0", " 2021-09-01 ", "2021—09—01",
    ],
)  # fmt: skip
def test_every_clear_form_of_a_date_becomes_the_same(text):
    values, notes, found = normalised("opened", text)
    assert values == ["2021-09-01"]
    assert notes
    assert not found


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("9/1/2021", "date_order_is_ambiguous"),
        ("2021.13", None),
    ],
)
def test_dates_that_could_mean_several_days_are_kept_and_told(text, rule):
    assert normalised("opened", text) == ([text], {}, {text: rule} if rule else {})


@pytest.mark.parametrize("text", ["2021年9月", "2021.9", "2021-09"])
def test_a_date_without_a_day_is_read_as_the_first_of_its_month_with_a_warning(text):
    assert normalised("opened", text) == (["2021-09-01"], {}, {text: "day_is_missing"})


def test_a_date_with_a_year_of_two_digits_is_read_with_a_warning():
    values, _, found = normalised("opened", "21.9.1", "98-7-15")
    assert values == ["2021-09-01", "1998-07-15"]
    assert set(found.values()) == {"year_has_two_digits"}


def test_what_is_no_date_stays_what_it_is():
    assert normalised("opened", "去年", "99999", "6月1日")[0] == ["去年", "99999", "6月1日"]


def test_spelled_out_days_of_a_month_are_understood():
    texts = ["二〇二一年十月十日", "二〇二一年十一月二十日", "二零二一年十二月三十一日"]
    assert normalised("opened", *texts)[0] == ["2021-10-10", "2021-11-20", "2021-12-31"]


def test_months_in_all_forms_and_the_one_that_excel_spoils():
    texts = (
        "2021-09",
        "2021.09",
        "2021年9月",
        "2021/9",
        "2021-09-01 00:00:00",
        "2021.9",
        "202109.0",
    )
    assert normalised("founded", *texts)[0] == ["202109"] * 7
    values, _, found = normalised("founded", "2021.1", "2021.10", "2021.12")
    assert values == [None, "202110", "202112"]
    assert found == {"2021.1": "month_is_ambiguous"}


def test_years_and_school_years():
    texts = ("2021年", "2021届", "2021级", "2021.0", "２０２１", "二〇二一年")
    assert normalised("year", *texts)[0] == ["2021"] * 6
    assert normalised("year", "21级")[2] == {"21级": "year_has_two_digits"}
    spans = (
        "2023—2024",
        "2023-2024学年",
        "2023/2024",
        "2023-24",
        "2023学年",
        "2023~2024",
        "2023至2024学年度",
    )
    assert normalised("school_year", *spans)[0] == ["2023-2024"] * 7
    values, _, found = normalised("school_year", "23-24", "2023", "99-00")
    assert values == ["2023-2024", "2023", "1999-2000"]
    assert found["2023"] == "school_year_is_ambiguous"


def test_codes_labels_and_both_in_one_cell():
    texts = ("2", " 2 ", "２", "专科", "高职(专科)", "高职（专科）", "college", "02")
    assert normalised("level", *texts)[0] == ["2", "2", "2", "2", "2", "2", "2", "02"]
    pairs = ("1 中职", "1-中专", "1中职", "中职|1", "1（中职）", "1、中职")
    assert normalised("level", *pairs)[0] == ["1"] * 6
    values, _, found = normalised("level", "1 本科", "小学", "7 中职")
    assert values == ["1 本科", "小学", "7 中职"]
    assert found == {"1 本科": "code_and_label_disagree"}


def test_lost_zeros_come_back_only_where_one_code_is_meant():
    values, notes, found = normalised("division", "1", "2", "12", "33-浙江省", "浙")
    assert values == ["01", "02", "12", "33", "33"]
    assert notes["leading_zeros_were_restored"] == 2
    assert found == {}
    assert normalised("exam_code", "1", "12.0", "'0012", "12345")[0] == [
        "0001",
        "0012",
        "0012",
        "12345",
    ]
    assert normalised("moe5_code", "335")[0] == ["00335"]
    assert normalised("inst_code", "4133", "4133012861.0")[0] == ["4133", "4133012861"]


def test_long_codes_are_cleaned_but_never_corrected_by_guess():
    good = "91330100799655058B"
    texts = (
        good.lower(),
        " 9133 0100 7996 5505 8B",
        "９１３３０１００７９９６５５０５８Ｂ",
        "913301007\n99655058B",
    )
    assert normalised("uscc", *texts)[0] == [good] * 4
    values, _, found = normalised("uscc", "91330100799655O58B", "91330100799655O58C", "3.30106E+17")
    assert values == ["91330100799655O58B", "91330100799655O58C", "3.30106E+17"]
    assert found == {
        "91330100799655O58B": "code_has_lookalike_letters",
        "3.30106E+17": "number_lost_digits",
    }
    assert normalised("sealed", "AB" * 32)[0] == ["ab" * 32]


def test_the_candidate_of_a_lookalike_is_the_code_whose_check_character_is_right():
    rows = pl.DataFrame(
        {ROW: [1], "uscc": ["91330100799655O58B"]}, schema_overrides={ROW: pl.UInt32}
    )
    findings = normalise(rows, table_of(rows), SCHOOLS).findings
    assert findings["candidate"].to_list() == ["91330100799655058B"]


def test_spellings_of_nothing_become_empty_but_same_as_above_does_not():
    texts = ("-", "—", "/", "\\", "无", "暂无", "N/A", "null", "NaN", "　", "#N/A", "……")
    assert normalised("inst_name", *texts)[0] == [None] * 12
    assert normalised("enrolled", *texts)[0] == [None] * 12
    assert normalised("former_name", "无", "—")[0] == ["无", None]
    assert normalised("enrolled", "0")[0] == ["0"]
    assert normalised("inst_name", "同上")[2] == {"同上": "nothing_stands_above"}
    assert normalised("inst_name", "#REF!")[2] == {"#REF!": "cell_holds_an_error"}


def test_names_lose_blanks_and_line_breaks_and_keep_everything_else():
    broken = ("北京\n工业\r\n学院", "江西省   ", "小    学", "\u200b甲校\ufeff")
    assert normalised("inst_name", *broken)[0] == ["北京工业学院", "江西省", "小学", "甲校"]
    assert normalised("inst_name", "宝山校区(东)", "ABC (UK)")[0] == ["宝山校区（东）", "ABC (UK)"]
    assert normalised("inst_name", "中德 School of  Art")[0] == ["中德School of Art"]
    assert normalised("inst_name", "⾦华㎡①校", "𬭊水")[0] == ["金华㎡①校", "𬭊水"]
    assert normalised("inst_name", "阿・热")[0] == ["阿·热"]
    odd = normalised("inst_name", "张\ue000庄学校", "王??学校")[2]
    assert odd == {
        "张\ue000庄学校": "text_has_private_characters",
        "王??学校": "name_has_missing_characters",
    }


def test_what_a_text_is_without_its_control_characters_is_proposed_and_never_taken():
    rows = pl.DataFrame({ROW: [1, 2], "inst_name": [" 示例\x00学 院", "\x07"]}).cast(
        {ROW: pl.UInt32}
    )
    result = normalise(rows, table_of(rows), SCHOOLS)
    assert result.findings["rule"].to_list() == ["text_has_control_characters"] * 2
    assert result.findings["candidate"].to_list() == ["示例学院", None]


def test_numbers_lose_separators_and_units_but_are_never_rounded():
    texts = ("1,234", "1，234", "1 234", "1,234人", "1234.0", "１２３４", "1234 人")
    assert normalised("enrolled", *texts)[0] == ["1234"] * 7
    doubtful = ("1.2万", "约300", "≥50", "300余", "10-20", "100多人", "近100")
    values, _, found = normalised("enrolled", *doubtful)
    assert values == list(normalised("enrolled", *doubtful)[0])
    assert found == dict.fromkeys(doubtful, "number_is_approximate")
    assert normalised("enrolled", "12.5", "-3", "一百")[0] == ["12.5", "-3", "一百"]


def test_units_of_header_and_cell_are_converted_exactly():
    assert normalised("fee", "0.52", "5200元", "0.5万元", unit="万元")[0] == [
        "5200",
        "5200",
        "5000",
    ]
    assert normalised("grant", "12345", "45.6万元", "1亿元", unit="元")[0] == [
        "1.2345",
        "45.6",
        "10000",
    ]
    assert normalised("grant", "12345", "12.5", unit="千元")[0] == ["1234.5", "1.25"]
    assert normalised("area", "10", "300㎡", unit="亩")[0] == ["6666.7", "300"]
    assert normalised("grant", "12.50", "7")[0] == ["12.50", "7"]
    assert normalised("grant", "0.1", unit="亿元")[0] == ["1000"]
    assert normalised("area", "2.5", "1公顷", unit="万平方米")[0] == ["25000", "10000"]
    assert normalised("grant", "100", unit="百元")[0] == ["1"]
    assert normalised("enrolled", "1.5", unit="千人")[0] == ["1500"]
    assert normalised("fee", "1", unit="万")[0] == ["10000"]
    for column, unit in (("area", "万元"), ("grant", "美元"), ("fee", "元/月"), ("grant", "贯")):
        assert normalised(column, "10", unit=unit)[2] == {"10": "unit_is_unknown"}


def test_yes_and_no_in_words_and_signs():
    yes, no = ("是", "√", "Y", "true", "有", "1.0", "１"), ("否", "×", "n", "FALSE", "0.0")
    assert normalised("is_public", *yes)[0] == ["1"] * 7
    assert normalised("is_public", *no)[0] == ["0"] * 5
    assert normalised("is_public", "也许")[0] == ["也许"]


def test_several_codes_in_one_cell():
    texts = ("1,2", "1；2", "中职、专科", "1/2", "1 2", " 1;2; ")
    assert normalised("levels", *texts)[0] == ["1；2"] * 6


def test_an_empty_key_cell_takes_its_default_and_that_is_noted():
    values, notes, _ = normalised("direction", None, "—", "烹饪")
    assert values == ["", "", "烹饪"]
    assert notes["default_was_filled_in"] == 2


def test_canonical_cells_are_neither_changed_nor_noted():
    canonical = {
        "inst_code": "4133012861", "uscc": "91330100799655058B", "inst_name": "浙江（东）·学院",
        "level": "2", "levels": "1；2", "enrolled": "12", "fee": "5200.50", "founded": "202109",
        "opened": "2021-09-01", "year": "2021", "school_year": "2023-2024", "is_public": "1",
    }  # fmt: skip
    for column, text in canonical.items():
        assert normalised(column, text, None) == ([text, None], {}, {})


def test_cells_are_counted_not_different_texts():
    _, notes, _ = normalised("level", *["专科"] * 5, *["本科"] * 3)
    assert notes == {"label_was_replaced_by_code": 8}


def test_doubts_of_a_text_file_and_of_a_workbook_become_findings():
    rows = pl.DataFrame(
        {ROW: [7, 8], "enrolled": ["1", "2"], DOUBT: [None, "x"]}, schema_overrides={ROW: pl.UInt32}
    )
    findings = normalise(rows, table_of(rows), SCHOOLS).findings
    assert findings.to_dicts() == [
        {ROW: 8, "column": None, "rule": "row_has_too_many_cells", "candidate": None}
    ]


def test_a_hundred_thousand_rows_of_mess_take_little_time():
    import time

    count = 100_000
    rows = pl.DataFrame(
        {
            ROW: pl.int_range(1, count + 1, dtype=pl.UInt32, eager=True),
            "inst_name": [f"浙江 {number} 学院(东)" for number in range(count)],
            "opened": [f"2021年{number % 12 + 1}月{number % 28 + 1}日" for number in range(count)],
            "enrolled": [f"{number:,}人" for number in range(count)],
            "uscc": [f"9133010079965{number:05}" for number in range(count)],
        }
    )
    started = time.process_time()
    result = normalise(rows, table_of(rows), SCHOOLS)
    assert time.process_time() - started < 8
    assert result.rows["enrolled"][-1] == "99999"
    assert result.rows["opened"][0] == "2021-01-01"


SLICES = (
    {"opened": ["2021年9月1日", " 20210902 ", "9/1/2021"], "inst_name": ["甲 校", "-", "乙校"]},
    {"opened": ["9/1/2021", "2021年9月1日", "2021年9月1日"], "inst_name": ["同上", "甲 校", "-"]},
    {"opened": [None, "21.9.1", " 20210902 "], "inst_name": ["丙　校", "丙　校", None]},
)


def slices_of_a_delivery() -> list[pl.DataFrame]:
    numbered = [{ROW: range(3 * n + 1, 3 * n + 4), **cells} for n, cells in enumerate(SLICES)]
    return [pl.DataFrame(cells).cast({ROW: pl.UInt32}) for cells in numbered]


@pytest.mark.parametrize("remembered", [0, 2, 20_000])
def test_what_is_repaired_again_in_a_later_slice_is_repaired_the_same(monkeypatch, remembered):
    monkeypatch.setattr("yrdx.reading.cells._REMEMBERED", remembered)
    slices, before = slices_of_a_delivery(), Repaired()
    table = table_of(pl.concat(slices))

    one_after_the_other = [normalise(rows, table, SCHOOLS, before=before) for rows in slices]

    for rows, result in zip(slices, one_after_the_other, strict=True):
        alone = normalise(rows, table, SCHOOLS)
        assert result.rows.equals(alone.rows)
        assert result.notes == alone.notes
        assert result.findings.equals(alone.findings)


def test_a_text_that_was_repaired_before_is_not_repaired_again():
    slices, before = slices_of_a_delivery(), Repaired()
    asked = []

    for rows in slices:
        cells = distinct(rows["inst_name"], V.is_not_null(), names=True)
        before.mend("inst_name", cells, lambda new: asked.extend(new.frame["text"]))

    assert sorted(asked) == ["-", "丙　校", "乙校", "同上", "甲 校"]
