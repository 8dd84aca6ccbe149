"""The header is found by what it says."""

import re

import pytest

from tests.support.reading import ROWS, csv_text, opened, rows_of, workbook, written
from yrdx import catalogue
from yrdx.reading import Table
from yrdx.reading.header import letter, plain
from yrdx.reading.sheet_pieces import column_index
from yrdx.reading.units import factor, split_unit


def matched(table: Table) -> dict[str, str]:
    return {match.column: match.how for match in table.reading.columns}


def test_columns_are_recognised_in_any_order_beside_columns_that_nobody_asked_for(tmp_path):
    content = "序号,备注,在校生数,学校名称,学校标识码\n1,x,5,甲,4133012861\n"
    table = opened(written(tmp_path / "a.csv", content))
    (row,) = rows_of(table)
    assert row["inst_code"] == "4133012861"
    assert table.source_columns == ("_1", "_2", "enrolled", "inst_name", "inst_code")
    assert table.reading.ignored_headers == ("序号", "备注")
    assert table.letters["inst_code"] == "E"
    assert table.headers["_2"] == "备注"


def test_titles_synonyms_field_names_marks_and_width_are_all_understood(tmp_path):
    content = "*学校代码（必填）,INST_NAME,办学 层次★,在校学生数（人）\n4133012861,甲,2,5\n"
    table = opened(written(tmp_path / "a.csv", content))
    assert matched(table) == {
        "inst_code": "synonym",
        "inst_name": "field name",
        "level": "title",
        "enrolled": "synonym",
    }
    assert table.units == {"enrolled": "人"}


def test_title_lines_and_a_unit_line_above_the_header_are_no_data(tmp_path):
    rows = [
        ["附件1：", None, None],
        ["全省学校经费情况表", None, None],
        ["填报单位：某厅  联系电话：13800000000", None, "单位：元"],
        ["学校标识码", "学校名称", "经费"],
        ["4133012861", "甲", "10000"],
    ]
    table = opened(workbook(tmp_path / "a.xlsx", ("数据", rows)))
    assert table.reading.header_row == 4
    assert table.units == {"grant": "元"}
    assert [row["_row"] for row in rows_of(table)] == [5]


def test_a_header_of_two_rows_with_merged_cells_is_joined(tmp_path):
    rows = [
        ["学校标识码", "学校名称", "在校生", None, None],
        [None, None, "合计", "男", "女"],
        ["4133012861", "甲", "5", "2", "3"],
    ]
    table = opened(workbook(tmp_path / "a.xlsx", ("数据", rows)))
    assert table.reading.header_row == 2
    assert table.source_columns == ("inst_code", "inst_name", "enrolled", "male", "female")
    assert table.reading.columns[3].header == "在校生/男"


def test_a_single_header_row_never_swallows_the_row_above_or_below(tmp_path):
    content = "学校名录,,\n学校标识码,学校名称,办学层次\n甲,乙,丙\n"
    table = opened(written(tmp_path / "a.csv", content))
    assert table.reading.header_row == 2
    assert [match.header for match in table.reading.columns] == [
        "学校标识码",
        "学校名称",
        "办学层次",
    ]
    assert len(rows_of(table)) == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (("4133012861", "4133012862"), "inst_code"),
        (("12861", "10335"), "moe5_code"),
        (("1", "0012", "335"), "exam_code"),
    ],
)
def test_the_length_of_the_values_tells_which_school_code_is_meant(tmp_path, values, field):
    content = "院校代码,学校名称\n" + "".join(f"{value},甲\n" for value in values)
    table = opened(written(tmp_path / "a.csv", content))
    assert table.source_columns[0] == field
    assert [note.rule for note in table.notes] == (
        [] if field == "inst_code" else ["school_code_was_told_by_its_length"]
    )


def test_three_school_codes_side_by_side_find_their_own_fields(tmp_path):
    content = "院校代码,学校代码,学校代号,学校名称\n12861,4133012861,12,甲\n"
    table = opened(written(tmp_path / "a.csv", content))
    assert table.source_columns == ("moe5_code", "inst_code", "exam_code", "inst_name")


def test_the_column_with_the_exact_title_wins_over_one_with_a_synonym(tmp_path):
    content = "学校标识码,学校名称,单位名称\n4133012861,甲,某局\n"
    table = opened(written(tmp_path / "a.csv", content))
    assert rows_of(table)[0]["inst_name"] == "甲"


def test_headers_are_compared_without_blanks_marks_and_width():
    assert plain(" 学校　名称＊\n（必填）") == "学校名称"
    assert split_unit("学校数(所)") == ("学校数", "所")
    assert split_unit("经费(单位:万元)") == ("经费", "万元")
    assert split_unit("学校(机构)标识码") == ("学校(机构)标识码", None)


@pytest.mark.parametrize(
    "remark",
    [
        "必填",
        "脱敏",
        "2024年",
        "填代码",
        "实到",
        "含留学生",
        "精确到元",
        "十",
        "单位",
        "单位:万元、人",
    ],
)
def test_what_is_no_unit_is_not_taken_for_one(remark):
    assert split_unit(plain(f"经费（{remark}）"))[1] is None


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("经费（万元）（2024年）", "万元"),
        ("经费【人民币万元】", "人民币万元"),
        ("经费（计量单位：两）", "两"),
        ("经费（美元）", "美元"),
        ("经费单位:亿元", "亿元"),
        ("（千元）经费", "千元"),
        ("占地（万㎡）", "万m2"),
        ("培训（万人次）", "万人次"),
    ],
)
def test_a_unit_is_found_in_whatever_brackets_it_stands(header, unit):
    bare, found = split_unit(plain(header))
    assert found == unit
    assert unit not in bare


@pytest.mark.shared_data
def test_of_the_published_headers_only_those_with_a_unit_state_one(shared_data):
    stated = {}
    for path in sorted((shared_data / "headers").iterdir()):
        for cell in re.split(r"[\t\n]| : ", path.read_text("utf-8")):
            if unit := split_unit(plain(cell))[1]:
                stated[cell] = unit
    assert stated == {
        "平均薪酬（元）": "元",
        "接受实习报酬（元）": "元",
        "接受学生就业起薪线（元/月）": "元/月",
    }


def test_no_name_of_a_field_states_a_unit_that_is_not_agreed():
    for dataset in (*catalogue.datasets(), *catalogue.derived_datasets()):
        for column in dataset.columns.values():
            for name in (column.title.zh, column.title.en, *column.synonyms):
                unit = split_unit(plain(name))[1]
                assert unit is None or unit == column.unit, f"{name} of {dataset.name}"


def test_a_unit_that_means_the_agreed_one_is_no_other(tmp_path):
    content = "学校标识码,学校名称,占地面积（m²）,在校生数（名）\n4133012861,甲,10,5\n"
    table = opened(written(tmp_path / "a.csv", content))
    assert table.units == {"area": "㎡", "enrolled": "人"}


def test_letters_and_positions_agree():
    assert [letter(position) for position in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert all(column_index(letter(position)) == position for position in range(1000))


def test_a_header_below_the_fortieth_row_is_not_looked_for(tmp_path):
    from tests.support.reading import refused

    assert (
        refused(written(tmp_path / "a.csv", "x\n" * 41 + csv_text(ROWS))) == "header_is_not_found"
    )


@pytest.mark.parametrize(
    ("stated", "agreed", "times"),
    [
        ("元/生·年", "元/年", 1),
        ("元/生", "元/年", 1),
        ("万元/生·年", "元/年", 10_000),
        ("元/学年", "元/年", 1),
        ("元/月", "元/年", None),
        ("元/生·年", "万元", None),
        ("元/生", "元", None),
    ],
)
def test_what_one_student_pays_in_a_year_is_tuition_and_no_total(stated, agreed, times):
    assert factor(stated, agreed) == times
