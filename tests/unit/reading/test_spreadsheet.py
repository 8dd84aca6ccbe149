"""Workbooks: values as a person sees them, cells that lie, sheets that hide."""

import datetime as dt
import subprocess
import sys
import zipfile

import pytest
import xlsxwriter

from tests.support.reading import HEADER, ROWS, SCHOOLS, opened, refused, rows_of, workbook
from yrdx.reading import normalise, read

SHEET = [list(HEADER), *map(list, ROWS)]


def test_numbers_dates_and_booleans_come_out_as_a_person_reads_them(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet("数据")
        sheet.write_row(0, 0, ("学校标识码", "学校名称", "成立日期", "公办", "学费", "在校生数"))
        sheet.write_row(1, 0, (3633000526, "甲"))
        sheet.write_datetime("C2", dt.datetime(2024, 9, 1), day)
        sheet.write_boolean("D2", True)
        sheet.write_number("E2", 0.1 + 0.2)
        sheet.write_number("F2", 1234)
    table = opened(path)
    (row,) = rows_of(table)
    assert row["inst_code"] == "3633000526"
    assert row["fee"] == "0.3"
    assert row["opened"] == "2024-09-01", "no midnight that nobody typed"
    normalised = normalise(table.frame.collect(), table, SCHOOLS).rows.row(0, named=True)
    assert normalised["opened"] == "2024-09-01"
    assert normalised["is_public"] == "1"
    assert normalised["enrolled"] == "1234"


def test_rows_and_letters_are_those_of_excel_though_the_table_starts_elsewhere(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("数据")
        for number, row in enumerate(SHEET):
            sheet.write_row(number + 4, 2, row)
    table = opened(path)
    assert table.reading.header_row == 5
    assert table.letters["inst_code"] == "C"
    assert table.reading.columns[0].letter == "C"
    assert [row["_row"] for row in rows_of(table)] == [6, 7, 8]


def test_cells_merged_downwards_are_filled_and_noted(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("数据")
        sheet.merge_range("A1:C1", "学校名录")
        sheet.write_row(1, 0, ("学校标识码", "学校名称", "年度"))
        sheet.merge_range("B3:B5", "浙江机电职业技术学院")
        for number in range(3):
            sheet.write_row(number + 2, 0, ("4133012861",))
            sheet.write_row(number + 2, 2, (str(2022 + number),))
    table = opened(path)
    assert [row["inst_name"] for row in rows_of(table)] == ["浙江机电职业技术学院"] * 3
    (note,) = table.notes
    assert (note.column, note.rule, note.cells) == ("inst_name", "merged_cells_were_filled_down", 2)


def test_an_empty_second_sheet_and_a_sheet_of_instructions_are_passed_over(tmp_path):
    sheets = [
        ("填报说明", [["一、请如实填写"], ["二、学校标识码为 10 位"]]),
        ("数据", SHEET),
        ("代码表", [["代码", "名称"], ["1", "中职"]]),
        ("Sheet3", []),
    ]
    table = opened(workbook(tmp_path / "a.xlsx", *sheets))
    assert table.reading.sheet == "数据"
    assert len(rows_of(table)) == 3


def test_the_sheet_that_knows_most_fields_is_taken(tmp_path):
    poorer = [["学校标识码", "学校名称"], ["4133012861", "甲"]]
    table = opened(workbook(tmp_path / "a.xlsx", ("示例", poorer), ("数据", SHEET)))
    assert table.reading.sheet == "数据"


def test_two_sheets_that_fit_equally_well_are_refused(tmp_path):
    assert (
        refused(workbook(tmp_path / "a.xlsx", ("一", SHEET), ("二", SHEET))) == "sheet_is_ambiguous"
    )


LARGE = [[*HEADER, "学费"], *([*row, "6000"] for row in ROWS)]


def test_a_second_sheet_with_a_column_fewer_is_not_dropped_but_refused(tmp_path):
    path = workbook(tmp_path / "a.xlsx", ("数据", LARGE), ("宁波", SHEET[:3]))
    refusal = read(path, filename="a.xlsx", dataset=SCHOOLS)
    (finding,) = refusal.findings
    assert finding.rule == "sheet_is_ambiguous"
    assert "“数据”（3 行）、“宁波”（2 行）" in finding.message.zh
    assert "合并到一个工作表" in finding.remedy.zh


def test_a_sheet_of_instructions_under_the_headers_is_no_second_delivery(tmp_path):
    told = [row[:-1] for row in LARGE[:2]]
    table = opened(workbook(tmp_path / "a.xlsx", ("数据", LARGE), ("填报说明", told)))
    assert table.reading.sheet == "数据"
    assert not table.findings


@pytest.mark.parametrize(
    "fewer",
    [[row[:2] for row in SHEET], [row[1:] for row in SHEET]],
    ids=["much fewer columns", "without the key"],
)
def test_a_second_sheet_that_cannot_be_the_delivery_is_named_with_its_rows(tmp_path, fewer):
    table = opened(workbook(tmp_path / "a.xlsx", ("宁波", fewer), ("数据", LARGE)))
    assert table.reading.sheet == "数据"
    (finding,) = table.findings
    assert (finding.rule, finding.sheet) == ("sheet_was_not_read", "宁波")
    assert "3 行数据" in finding.message.zh
    assert "“数据”" in finding.remedy.zh


def test_sheets_without_rows_of_their_own_and_those_to_look_things_up_in_are_not_named(tmp_path):
    pair = [["学校标识码", "学校名称"], ["4133012861", "甲"]]
    sheets = [
        ("数据", LARGE),
        ("空表", [LARGE[0], ["注：逐校填写"]]),
        ("学校代码对照", pair),
        ("示例", SHEET),
    ]
    table = opened(workbook(tmp_path / "a.xlsx", *sheets))
    assert (table.reading.sheet, table.findings) == ("数据", ())


def test_rows_are_found_on_the_sheet_that_has_them_though_an_empty_one_knows_more(tmp_path):
    table = opened(workbook(tmp_path / "a.xlsx", ("模板", LARGE[:1]), ("宁波", SHEET)))
    assert (table.reading.sheet, len(rows_of(table))) == ("宁波", 3)


def test_a_template_with_an_empty_copy_of_the_sheet_is_not_ambiguous(tmp_path):
    table = opened(workbook(tmp_path / "a.xlsx", ("空表", SHEET[:1]), ("数据", SHEET)))
    assert table.reading.sheet == "数据"


def test_hidden_rows_are_read_with_a_warning_and_hidden_sheets_come_second(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        hidden = book.add_worksheet("旧数据")
        sheet = book.add_worksheet("数据")
        for number, row in enumerate(SHEET):
            hidden.write_row(number, 0, row)
            sheet.write_row(number, 0, row)
        sheet.activate()
        sheet.set_first_sheet()
        hidden.hide()
        sheet.set_row(2, None, None, {"hidden": True})
    table = opened(path)
    assert table.reading.sheet == "数据"
    assert len(rows_of(table)) == 3
    (finding,) = table.findings
    assert finding.rule == "rows_are_hidden"
    assert "有 1 行" in finding.message.zh


def test_a_file_whose_only_table_is_hidden_is_read_with_a_warning(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("封面").write("A1", "封面")
        hidden = book.add_worksheet("数据")
        for number, row in enumerate(SHEET):
            hidden.write_row(number, 0, row)
        hidden.hide()
    assert [finding.rule for finding in opened(path).findings] == ["sheet_is_hidden"]


def test_a_sheet_that_declares_a_wrong_dimension_is_read_whole(tmp_path):
    source = workbook(tmp_path / "a.xlsx", ("数据", SHEET))
    target = tmp_path / "b.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("sheet1.xml"):
                assert b'<dimension ref="A1:D4"/>' in content
                content = content.replace(b'<dimension ref="A1:D4"/>', b'<dimension ref="A1"/>')
            new.writestr(name, content)
    assert len(rows_of(opened(target))) == 3


def test_a_formula_whose_result_is_the_empty_text_has_a_value(tmp_path):
    path = tmp_path / "a.xlsx"
    workbook(path, ("数据", SHEET))
    target = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("sheet1.xml"):
                cell = b'<c r="E2" t="str"><f>IF(1,"")</f><v></v></c></row><row r="3"'
                content = content.replace(b'</row><row r="3"', cell)
                assert b"<f>" in content
            new.writestr(name, content)
    assert "_doubt" not in opened(target).frame.collect_schema().names()


@pytest.mark.parametrize("style", ["text", "number"])
def test_old_xls_files_are_read_like_new_ones(tmp_path, style):
    xlwt = pytest.importorskip("xlwt")
    book = xlwt.Workbook()
    sheet = book.add_sheet("数据")
    for number, row in enumerate(SHEET):
        for place, text in enumerate(row):
            is_number = style == "number" and number and place in (0, 3)
            sheet.write(number, place, int(text) if is_number else text)
    book.save(str(tmp_path / "a.xls"))
    table = opened(tmp_path / "a.xls")
    assert table.reading.format == "xls"
    assert [row["inst_code"] for row in rows_of(table)] == [row[0] for row in ROWS]
    assert [row["enrolled"] for row in rows_of(table)] == [row[3] for row in ROWS]


def test_an_old_xls_file_is_loaded_where_the_system_can_bound_no_memory(tmp_path):
    xlwt = pytest.importorskip("xlwt")
    book = xlwt.Workbook()
    book.add_sheet("数据").write(0, 0, "学校标识码")
    book.save(str(tmp_path / "a.xls"))
    # What is None in sys.modules cannot be imported, as `resource` on Windows.
    child = (
        "import sys; sys.modules['resource'] = None\n"
        "from yrdx.reading.sheets import main; sys.exit(main(*sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", child, str(tmp_path / "a.xls"), str(tmp_path)], check=False
    )
    assert done.returncode == 0
    assert (tmp_path / "sheets.json").exists()


def test_a_long_number_in_an_old_xls_file_is_recognised_as_damaged(tmp_path):
    xlwt = pytest.importorskip("xlwt")
    book = xlwt.Workbook()
    sheet = book.add_sheet("数据")
    for place, text in enumerate(("统一社会信用代码", "学校名称")):
        sheet.write(0, place, text)
    sheet.write(1, 0, "123301004700950161")
    sheet.write(2, 0, 123301004700950161)
    book.save(str(tmp_path / "a.xls"))
    table = opened(tmp_path / "a.xls")
    findings = normalise(table.frame.collect(), table, SCHOOLS).findings
    assert findings.select("_row", "column", "rule").rows() == [(3, "uscc", "number_lost_digits")]


def test_vertically_merged_cells_of_an_old_xls_file_are_filled_too(tmp_path):
    xlwt = pytest.importorskip("xlwt")
    book = xlwt.Workbook()
    sheet = book.add_sheet("数据")
    for place, text in enumerate(("学校标识码", "学校名称", "年度")):
        sheet.write(0, place, text)
    sheet.write_merge(1, 3, 1, 1, "浙江机电职业技术学院")
    for number in range(3):
        sheet.write(number + 1, 0, "4133012861")
        sheet.write(number + 1, 2, str(2022 + number))
    book.save(str(tmp_path / "a.xls"))
    table = opened(tmp_path / "a.xls")
    assert [row["inst_name"] for row in rows_of(table)] == ["浙江机电职业技术学院"] * 3
