"""What is written over the cells of a workbook: personal numbers in it keep the file out."""

import zipfile

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment

from tests.support.reading import HEADER, ROWS, opened, refused
from yrdx.reading import find_in_unread, find_personal_numbers

ID = "11010519491231002X"
PHONE = "13812345678"
SAID = [("number_of_a_person_stands_in_a_comment",
         "批注或文本框中写有公民身份号码或手机号码：单元格 B3。")]  # fmt: skip
THREADED = (
    '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/'
    f'threadedcomments"><threadedComment ref="B3"><text>经办人 {PHONE}</text>'
    "</threadedComment></ThreadedComments>"
)
LINKS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.microsoft.com/office/2017/10/relationships/'
    'threadedComment" Target="../threadedComments/threadedComment1.xml"/></Relationships>'
)


def written(path, over, *, rows=(HEADER, *ROWS)):
    """A workbook of a sheet of schools and one of nothing; `over` writes over their cells."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheets = [book.add_worksheet(name) for name in ("学校", "说明")]
        for number, row in enumerate(rows):
            sheets[0].write_row(number, 0, row)
        over(*sheets)
    return path


def told(path):
    found = find_personal_numbers(opened(path))
    return [(finding.rule, finding.message.zh) for finding in found]


@pytest.mark.parametrize("text", [f"经办人：{PHONE}", f"身份证 {ID[:6]} {ID[6:14]} {ID[14:]}"])
def test_a_comment_with_a_number_of_a_person_is_told_by_its_cell(tmp_path, text):
    path = written(tmp_path / "a.xlsx", lambda sheet, _: sheet.write_comment("B3", text))
    assert told(path) == SAID
    assert PHONE not in str(find_personal_numbers(opened(path)))


def test_comments_that_hold_no_number_of_a_person_raise_no_alarm(tmp_path):
    def over(sheet, _):
        sheet.write_comment("A1", "学校标识码 10 位，如 4133012861；咨询电话 0571-88880000")
        sheet.insert_textbox("D2", "填报说明：本表由各校填报")

    assert told(written(tmp_path / "a.xlsx", over)) == []


def test_a_text_box_is_told_by_the_cell_under_its_corner(tmp_path):
    box = f"联系人\n手机 {PHONE}"
    path = written(tmp_path / "a.xlsx", lambda sheet, _: sheet.insert_textbox("B3", box))
    assert told(path) == SAID


def test_a_number_cut_into_runs_of_another_font_is_one_number(tmp_path):
    path = written(tmp_path / "a.xlsx", lambda sheet, _: sheet.write_comment("B3", "手机 138QQ"))
    with zipfile.ZipFile(path) as book:
        members = {name: book.read(name) for name in book.namelist()}
    xml = members["xl/comments1.xml"].decode()
    before, _, after = xml.partition("<r>")
    run, _, after = after.partition("</r>")
    runs = [run.replace("手机 138QQ", part) for part in ("手机 1381234", "5678")]
    members["xl/comments1.xml"] = (
        before + "".join(f"<r>{part}</r>" for part in runs) + after
    ).encode()
    cut = tmp_path / "b.xlsx"
    with zipfile.ZipFile(cut, "w") as book:
        for name, content in members.items():
            book.writestr(name, content)
    assert told(path) == []
    assert told(cut) == SAID


def test_comments_of_the_sheets_that_are_not_read_are_searched_too(tmp_path):
    def over(_, other):
        other.write("A1", "填报说明")
        other.write_comment("B3", f"有问题找 {PHONE}")

    path = written(tmp_path / "a.xlsx", over)
    assert told(path) == SAID
    assert find_personal_numbers(opened(path))[0].sheet == "说明"


def test_comments_of_other_programs_and_threads_of_comments_are_found(tmp_path):
    book = openpyxl.Workbook()
    for row in (HEADER, *ROWS):
        book.active.append(row)
    book.active["B3"].comment = Comment(f"经办人 {PHONE}", "填报人")
    book.save(tmp_path / "a.xlsx")
    assert told(tmp_path / "a.xlsx") == SAID

    plain = written(tmp_path / "b.xlsx", lambda *_: None)
    with zipfile.ZipFile(plain, "a") as archive:
        archive.writestr("xl/worksheets/_rels/sheet1.xml.rels", LINKS)
        archive.writestr("xl/threadedComments/threadedComment1.xml", THREADED)
    assert told(plain) == SAID


def test_comments_of_a_workbook_that_is_refused_are_searched(tmp_path):
    def over(sheet, _):
        sheet.write_comment("B3", f"经办人 {PHONE}")

    path = written(tmp_path / "a.xlsx", over, rows=[("甲", "乙"), ("丙", "丁")])
    assert refused(path) == "header_is_not_found"
    assert [(item.rule, item.message.zh) for item in find_in_unread(path)] == SAID


def test_a_part_of_comments_that_is_broken_keeps_no_sheet_from_being_read(tmp_path):
    path = written(tmp_path / "a.xlsx", lambda *_: None)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/worksheets/_rels/sheet1.xml.rels", LINKS)
        archive.writestr("xl/threadedComments/threadedComment1.xml", THREADED[:-30])
    assert opened(path).frame.collect().height == len(ROWS)
