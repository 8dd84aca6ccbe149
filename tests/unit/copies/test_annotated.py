"""A partner gets the own workbook back with its wrongs marked, and nothing else of it changed."""

import csv
import posixpath
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from yrdx import excel
from yrdx.copies.marking import MOST_COMMENTED

TITLES = ("字段code", "字段name", "字段students", "字段year")
GROUNDS = {"FFFBD9D2": "error", "FFFFF0C2": "warning", "FFE2F3E5": "changed"}


def rows(count: int = 6) -> list[list]:
    return [[f"33{n:04d}", f"第{n}学校", 100 + n, 2025] for n in range(1, count + 1)]


def mark_of(cell) -> str | None:
    return GROUNDS.get(str(cell.fill.fgColor.rgb)) if cell.fill.patternType == "solid" else None


def marked(sheet) -> dict[str, str]:
    return {c.coordinate: mark_of(c) for row in sheet.iter_rows() for c in row if mark_of(c)}


def problems(sheet) -> dict[int, str]:
    (column,) = [c.column for row in sheet.iter_rows() for c in row if c.value == "问题"]
    found = {row[column - 1].row: row[column - 1].value for row in sheet.iter_rows()}
    return {number: text for number, text in found.items() if text and text != "问题"}


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """What an office makes: a title, colours, a filter, comments, formulas, a hidden sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "名录 2025&1"
    sheet.append(["学校名录"])
    sheet.merge_cells("A1:D1")
    sheet.append([])
    sheet.append(TITLES)
    for row in rows():
        sheet.append(row)
    for cell in sheet[3]:
        cell.fill, cell.font = PatternFill("solid", fgColor="DDEBF7"), Font(bold=True)
    sheet["A5"] = "33X002"
    sheet["A5"].font = Font(name="楷体", size=14, color="FF0000FF")
    sheet["C6"] = "=C4-1000"
    sheet["C7"] = 60_000
    sheet["B8"] = None
    sheet["A5"].comment = Comment("请老王核对", "老王")
    sheet["B4"].comment = Comment("没问题", "老王")
    sheet.auto_filter.ref = "A3:D9"
    sheet.freeze_panes = "A4"
    choice = DataValidation(type="list", formula1='"2024,2025"')
    sheet.add_data_validation(choice)
    choice.add("D4:D9")
    hidden = book.create_sheet("码表")
    hidden["A1"], hidden["A2"] = "说明", "='名录 2025&1'!A4"
    hidden.sheet_state = "hidden"
    path = tmp_path / "名录.xlsx"
    book.save(path)
    return path


def test_wrong_cells_are_coloured_and_told_in_a_comment_and_in_the_column_of_problems(
    answer, workbook
):
    given = answer(workbook)
    sheet = given.book()["名录 2025&1"]

    assert given.returned.annotated.is_own_workbook
    assert marked(sheet) == {"A5": "error", "B8": "error", "C6": "error", "C7": "warning"}
    assert (given.returned.annotated.cells, given.returned.annotated.rows) == (4, 4)
    told = problems(sheet)
    assert set(told) == {5, 6, 7, 8}
    assert told[5].startswith("错误｜字段code：")
    assert told[7] == "警告｜字段students：学生数过大"
    assert "怎么改：请核对。" in sheet["C7"].comment.text
    assert sheet.auto_filter.ref == "A3:E9"
    assert "报送时删去或留着都可以" in sheet["E3"].comment.text


def test_marks_differ_in_print_without_colours(answer, workbook):
    sheet = answer(workbook).book()["名录 2025&1"]

    frames = {sheet[name].border.left.style for name in ("A5", "C7", "A4")}
    assert frames == {"medium", "mediumDashed", None}


def test_nothing_else_of_the_workbook_changes(answer, workbook):
    given = answer(workbook)
    before, after = openpyxl.load_workbook(workbook), given.book()

    assert after.sheetnames == before.sheetnames
    assert after["码表"].sheet_state == "hidden"
    assert after["码表"]["A2"].value == "='名录 2025&1'!A4"
    old, new = before["名录 2025&1"], after["名录 2025&1"]
    for row in old.iter_rows():
        for cell in row:
            same = new[cell.coordinate]
            assert same.value == cell.value
            assert (repr(same.font), same.number_format) == (repr(cell.font), cell.number_format)
            if mark_of(same) is None:
                looks = repr(same.fill), repr(same.border)
                assert looks == (repr(cell.fill), repr(cell.border))
    assert new.merged_cells.ranges == old.merged_cells.ranges
    assert new.freeze_panes == old.freeze_panes
    assert len(new.data_validations.dataValidation) == 1
    assert new["B4"].comment.text == "没问题"


def test_a_comment_of_the_partners_stays_in_front_of_ours(answer, workbook):
    comment = answer(workbook).book()["名录 2025&1"]["A5"].comment

    assert comment.author == "老王"
    assert comment.text.startswith("请老王核对\n【错误】code_is_malformed")


def test_parts_that_say_nothing_of_the_table_keep_their_bytes(answer, workbook):
    given = answer(workbook)

    with zipfile.ZipFile(workbook) as old, zipfile.ZipFile(given.folder / "annotated.xlsx") as new:
        same = {name for name in old.namelist() if new.read(name) == old.read(name)}
        gone = set(old.namelist()) - set(new.namelist())
    assert not gone
    assert {"xl/worksheets/sheet2.xml", "xl/theme/theme1.xml", "docProps/core.xml"} <= same


def test_the_same_file_gives_the_same_bytes(answer, workbook):
    one, two = answer(workbook), answer(workbook)

    for name in one.names:
        assert (one.folder / name).read_bytes() == (two.folder / name).read_bytes(), name


def test_every_link_of_the_package_leads_somewhere_and_every_part_has_a_type(answer, workbook):
    given = answer(workbook)

    with zipfile.ZipFile(given.folder / "annotated.xlsx") as book:
        names = set(book.namelist())
        types = book.read("[Content_Types].xml").decode()
        for links in (name for name in names if name.endswith(".rels")):
            folder = posixpath.dirname(posixpath.dirname(links))
            for target in re.findall(r'Target="([^"]+)"', book.read(links).decode()):
                assert posixpath.normpath(posixpath.join("/", folder, target))[1:] in names
        for name in names - {"[Content_Types].xml"}:
            suffix = name.rpartition(".")[2]
            assert f'"/{name}"' in types or f'Extension="{suffix}"' in types, name


def test_the_annotated_copy_opens_again_as_a_delivery_and_asks_for_nothing_new(answer, workbook):
    given = answer(workbook)
    again = answer(given.folder / "annotated.xlsx")

    assert again.report.findings == given.report.findings
    assert marked(again.book()["名录 2025&1"]) == marked(given.book()["名录 2025&1"])


def test_marks_of_an_earlier_copy_go_where_the_partner_corrected_it(answer, workbook, tmp_path):
    given = answer(workbook)
    book = given.book()
    sheet = book["名录 2025&1"]
    sheet["A5"], sheet["B8"] = "330002", "第五学校"
    book.save(tmp_path / "改过.xlsx")

    again = answer(tmp_path / "改过.xlsx").book()["名录 2025&1"]

    assert marked(again) == {"C6": "error", "C7": "warning"}
    assert set(problems(again)) == {6, 7}
    assert again["B8"].comment is None
    assert again["E3"].value == "问题"
    assert again["F3"].value is None


def test_a_merged_cell_is_marked_where_it_is_seen(answer, tmp_path):
    path = tmp_path / "合并.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, TITLES)
        for number, row in enumerate(rows(), start=1):
            sheet.write_row(number, 0, row)
        sheet.merge_range("D3:D5", "去年", book.add_format({"bold": True}))
        sheet.protect()

    sheet = answer(path).book().active

    assert marked(sheet) == {"D3": "error"}
    assert sheet["D3"].comment is not None
    assert sheet["D4"].comment is None
    assert set(problems(sheet)) == {3, 4, 5}


@pytest.mark.filterwarnings("ignore:.* extension is not supported")  # what openpyxl would lose
def test_an_excel_table_reaches_the_new_column_and_charts_stay(answer, tmp_path):
    path = tmp_path / "表格.xlsx"
    data = rows()
    data[2][0] = "X"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("S")
        columns = [{"header": title} for title in TITLES]
        sheet.add_table("A1:D7", {"columns": columns, "data": data, "name": "学校"})
        sheet.set_column("C:XFD", 12)
        sheet.set_row(5, None, None, {"hidden": True})
        sheet.conditional_format("C2:C7", {"type": "data_bar", "data_bar_2010": True})
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=S!$C$2:$C$7"})
        sheet.insert_chart("H2", chart)
        sheet.insert_button("H20", {"caption": "按钮"})

    given = answer(path)
    sheet = given.book()["S"]

    assert given.returned.annotated.is_own_workbook
    assert marked(sheet) == {"A4": "error"}
    assert sheet.tables["学校"].ref == "A1:E7"
    assert [c.name for c in sheet.tables["学校"].tableColumns] == [*TITLES, "问题"]
    assert sheet.auto_filter.ref is None
    assert sheet.row_dimensions[6].hidden
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(given.folder / "annotated.xlsx") as new:
        for name in old.namelist():
            if "chart" in name or name == "xl/sharedStrings.xml" or "drawing1.xml" in name:
                assert new.read(name) == old.read(name), name
        assert "Button" in new.read("xl/drawings/vmlDrawing1.vml").decode()


def test_a_column_beside_the_table_that_holds_only_formulas_is_not_written_over(answer, tmp_path):
    path = tmp_path / "公式.xlsx"
    book = openpyxl.Workbook()
    book.active.append(TITLES)
    for row in [*rows(2), ["X", "坏", 1, 2025]]:
        book.active.append(row)
    for row in (2, 3, 4):
        book.active[f"E{row}"] = f"=C{row}*2"
    book.save(path)

    sheet = answer(path).book().active

    assert sheet["E4"].value == "=C4*2"
    assert sheet["F1"].value == "问题"


@pytest.mark.parametrize("kind", ["macro", "prefix", "unnumbered", "damaged"])
def test_an_unusual_workbook_comes_back_as_a_plain_one(answer, tmp_path, kind):
    usual = tmp_path / "usual.xlsx"
    with xlsxwriter.Workbook(str(usual)) as book:
        sheet = book.add_worksheet("S")
        for number, row in enumerate([TITLES, *rows(3), ["X", "坏", 1, 2025]]):
            sheet.write_row(number, 0, row)
    path = tmp_path / "unusual.xlsx"
    with zipfile.ZipFile(usual) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            if name.endswith("sheet1.xml") and kind == "prefix":
                body = re.sub(rb"<(/?)([a-zA-Z]+)", rb"<\1x:\2", body).replace(b"<x:?", b"<?")
                body = body.replace(b"xmlns=", b"xmlns:x=")
            if name.endswith("sheet1.xml") and kind == "unnumbered":
                body = re.sub(rb'<row r="[0-9]+"', b"<row", body)
            new.writestr(name, body)
        if kind == "macro":
            new.writestr("xl/vbaProject.bin", b"macro")
        if kind == "damaged":
            new.writestr("xl/media/image1.png", b"stamp of the office")
    path.write_bytes(path.read_bytes().replace(b"stamp of the office", b"damp of the offices"))

    given = answer(path)

    assert not given.returned.annotated.is_own_workbook
    book = given.book()
    assert book.sheetnames == ["说明", "数据"]
    assert marked(book["数据"]) == {"B5": "error"}
    with zipfile.ZipFile(given.folder / "annotated.xlsx") as new:
        assert "xl/vbaProject.bin" not in new.namelist()


def write_csv(path: Path, lines: list[list], encoding: str = "gb18030") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(lines)
    return path


def test_of_a_text_file_a_workbook_is_made_with_its_cells_as_delivered(answer, tmp_path):
    odd = [["330004", "=1+1", "１００", "2025"], ["33X", "a<b&c\n二行", "1", "2025"]]
    lines = [TITLES, *rows(3), *odd]
    given = answer(write_csv(tmp_path / "名录.csv", lines))
    sheet = given.book()["数据"]

    assert [c.value for c in sheet[1]] == ["行号", *TITLES, "问题"]
    assert [c.value for c in sheet[5]][:5] == [5, "330004", "=1+1", "１００", "2025"]
    assert sheet["C5"].data_type == "s"
    assert sheet["C6"].value == "a<b&c\n二行"
    assert marked(sheet) == {"B6": "error"}
    assert sheet.auto_filter.ref == "A1:F6"
    assert "名录.csv" in [row[1].value for row in given.book()["说明"].iter_rows()]


def test_of_a_large_file_only_rows_with_findings_are_shown_and_it_says_so(answer, tmp_path):
    lines = rows(300)
    lines[41][0], lines[99][0], lines[250][0] = "X", "Y", "Z"
    path = write_csv(tmp_path / "大.csv", [TITLES, *lines])

    given = answer(path, copy_rows=100)
    cut = answer(path, copy_rows=2)

    sheet = given.book()["数据"]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == [43, 101, 252]
    assert set(marked(sheet)) == {"B2", "B3", "B4"}
    assert (given.returned.annotated.is_whole, given.returned.annotated.rows_shown) == (False, 3)
    assert "共 300 行，这里只列有问题的 3 行" in given.book()["说明"]["B6"].value
    assert [row[0].value for row in cut.book()["数据"].iter_rows(min_row=2)] == [43, 101]
    assert "只列出前 2 行" in cut.book()["说明"]["B6"].value
    assert given.returned.corrected is None


def test_more_rows_than_a_sheet_takes_go_on_on_the_next(answer, tmp_path, monkeypatch):
    lines = rows(25)
    lines[3][0], lines[20][0] = "X", "Y"
    path = write_csv(tmp_path / "长.csv", [TITLES, *lines])
    given = answer(path)

    from tests.support.tables import SCHOOL
    from yrdx.copies import annotate
    from yrdx.reading import read

    into = tmp_path / "split"
    into.mkdir()
    annotate(
        path,
        read(path, filename=path.name, dataset=SCHOOL),
        SCHOOL,
        given.report,
        findings=given.folder / "findings.parquet",
        into=into,
        most_rows=1_000,
        rows_a_sheet=10,
    )
    book = openpyxl.load_workbook(into / "annotated.xlsx")

    assert book.sheetnames == ["说明", "数据1", "数据2", "数据3"]
    assert [book[name].max_row - 1 for name in book.sheetnames[1:]] == [10, 10, 5]
    assert marked(book["数据1"]) == {"B5": "error"}
    assert marked(book["数据3"]) == {"B2": "error"}
    assert book["数据3"]["B2"].comment is not None
    assert excel.ROWS_A_SHEET == 1_048_575


def test_personal_values_are_masked_in_the_workbook_that_is_kept(answer, tmp_path):
    path = tmp_path / "个人.xlsx"
    book = openpyxl.Workbook()
    book.active.append([*TITLES, "字段contact", "备用"])
    for row in rows(3):
        book.active.append([*row, "秘密甲", "秘密乙"])
    book.active["A3"] = "X"
    book.create_sheet("另存")["A1"] = "秘密丙"
    book.save(path)

    given = answer(path, received=True)

    sheet = given.book()["数据"]
    assert [c.value for c in sheet[2]][1:7] == ["330001", "第1学校", "101", "2025", "****", "****"]
    assert marked(sheet) == {"B3": "error"}
    with zipfile.ZipFile(given.folder / "annotated.xlsx") as kept:
        assert not [name for name in kept.namelist() if "秘密" in kept.read(name).decode("utf-8")]
    assert "遮盖" in given.book()["说明"]["B6"].value


def test_a_good_file_gets_no_copies(answer, tmp_path):
    given = answer(write_csv(tmp_path / "好.csv", [TITLES, *rows()]))

    assert given.returned.annotated is None
    assert given.returned.corrected is None
    assert not {"annotated.xlsx", "corrected.csv", "changes.xlsx"} & given.names


def test_very_many_wrong_cells_are_all_coloured_but_not_all_commented(answer, tmp_path):
    count = MOST_COMMENTED + 200
    lines = [[f"X{n}", "学校", 1, 2025] for n in range(count)]
    sheet = answer(write_csv(tmp_path / "坏.csv", [TITLES, *lines])).book()["数据"]

    assert len(marked(sheet)) == count
    commented = [c for row in sheet.iter_rows() for c in row if c.comment is not None]
    assert len(commented) == MOST_COMMENTED + 1
    assert f"{MOST_COMMENTED:,}" in sheet["F1"].comment.text
    assert len(problems(sheet)) == count
