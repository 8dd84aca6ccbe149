"""A corrected copy holds every certain repair, nothing guessed, and has passed the same check."""

import csv
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import xlsxwriter

from tests.support.dbf import dbf
from tests.support.tables import SCHOOL, terms
from yrdx.copies import propose
from yrdx.model import Severity, Verdict
from yrdx.reading import read

TITLES = ["字段code", "字段name", "字段students", "字段opened", "字段year", "字段is_public"]
GOOD = ["330001", "第一学校", "100", "1999-09-01", "2025", "1"]
SPELT = ["３３０００２", "第二 学校", "1,200", "1999年9月1日", "2025年", "是"]
WRONG = ["33X003", "第三学校", "-5", "1999-13-41", "2025", "1"]
DOUBTFUL = ["330004", "第四学校", "约100", "99-9-1", "2025", "1"]


def write_csv(path: Path, *lines: list[str], encoding: str = "gb18030") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(lines)
    return path


def changes_in(book: openpyxl.Workbook) -> list[tuple]:
    return [row[1:6] for row in book["更改说明"].iter_rows(min_row=2, values_only=True)]


def errors(report) -> int:
    return report.count(Severity.ERROR)


def test_a_text_file_comes_back_in_utf8_with_its_spellings_set_right_and_passes(answer, tmp_path):
    title = ["学校名录", *[""] * 5]
    path = write_csv(tmp_path / "名录.csv", title, TITLES, GOOD, SPELT)

    given = answer(path)

    text = (given.folder / "corrected.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(text.decode("utf-8-sig").splitlines()))
    assert lines[:3] == [title, TITLES, GOOD]
    assert lines[3] == ["330002", "第二学校", "1200", "1999-09-01", "2025", "1"]
    corrected = given.returned.corrected
    assert (corrected.name, corrected.changes) == ("corrected.csv", "changes.xlsx")
    assert (corrected.cells, corrected.rows, corrected.errors) == (6, 1, 0)
    again = answer(given.folder / "corrected.csv")
    assert again.report.verdict is Verdict.ADMITTED
    assert (again.report.findings, again.report.notes) == ((), ())
    assert again.returned.corrected is None


def test_every_change_is_listed_old_and_new(answer, tmp_path):
    given = answer(write_csv(tmp_path / "名录.csv", TITLES, GOOD, SPELT))

    listed = changes_in(given.book("changes.xlsx"))
    assert (3, "字段code", None, "３３０００２", "330002") in listed
    assert (3, "字段opened", None, "1999年9月1日", "1999-09-01") in listed
    assert len(listed) == given.returned.corrected.cells


def test_every_change_is_given_its_own_reason(answer, tmp_path):
    blank = ["330003 ", "第三学校(南校区)", "100", "1999-09-01", "2025", "1"]
    note = ["注：本表由各校填报。 填表人：某某", "", "", "", "", ""]

    given = answer(write_csv(tmp_path / "名录.csv", TITLES, GOOD, SPELT, blank, note))

    rows = given.book("changes.xlsx")["更改说明"].iter_rows(min_row=2, values_only=True)
    why = {row[4]: row[6] for row in rows}
    assert why["３３０００２"] == "全角的数字、字母和符号转成了半角"
    assert why["330003 "] == "去掉了多余的空格、换行或不可见字符"
    assert why["第二 学校"] == "去掉了名称中间的换行或空格"
    assert why["第三学校(南校区)"] == "名称中的半角括号统一为全角（）"
    assert all(why.values())


def test_nothing_doubtful_is_changed_and_what_is_wrong_stays_for_the_partner(answer, tmp_path):
    path = write_csv(tmp_path / "名录.csv", TITLES, GOOD, SPELT, WRONG, DOUBTFUL)

    given = answer(path)

    text = (given.folder / "corrected.csv").read_text("utf-8-sig")
    lines = list(csv.reader(text.splitlines()))
    assert lines[3:] == [WRONG, DOUBTFUL]
    assert given.returned.corrected.errors == errors(given.report) > 0


def test_rows_that_are_no_data_and_broken_lines_and_blank_lines_stay_as_they_are(answer, tmp_path):
    path = tmp_path / "名录.csv"
    lines = [
        ",".join(TITLES),
        ",".join(GOOD),
        "",
        "合计,,１００,,,",
        '330005,"第五\n学校",１,,2025,',
    ]
    path.write_text("\r\n".join([*lines, ",".join(SPELT[:2]) + ',"1,200",,2025,是', ""]), "utf-8")

    given = answer(path)

    text = (given.folder / "corrected.csv").read_bytes().decode("utf-8-sig")
    assert text.split("\r\n") == [
        *lines[:4],
        "330005,第五学校,1,,2025,",
        "330002,第二学校,1200,,2025,1",
        "",
    ]


def workbook(path: Path, third: str = "第三 学校") -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("名录")
        day = book.add_format({"num_format": "yyyy/m/d"})
        kai = book.add_format({"font_name": "楷体", "bold": True})
        sheet.write_row("A1", ["名录"])
        sheet.write_row("A2", TITLES)
        sheet.write_row("A3", ["330001", "第一学校", 100, None, 2025, True])
        sheet.write_datetime("D3", datetime(1999, 9, 1), day)
        sheet.write_row("A4", ["３３０００２", "", "１２０", "1999年9月1日", 2025, "是"])
        sheet.write_string("B4", "第二 学校", kai)
        sheet.write_row("A5", ["330003", None, None, None, 2025, "0"])
        sheet.write_formula("B5", '="第三 学"&"校"', None, third)
        sheet.write_formula("C5", "=C3+1", None, 101)
        sheet.write_formula("H3", "=SUM(C3:C4)", None, 220)
        book.add_worksheet("其他").write("A1", "不动")
    return path


def test_a_workbook_is_corrected_where_it_stands(answer, tmp_path):
    path = workbook(tmp_path / "名录.xlsx")

    given = answer(path)

    book = given.book("corrected.xlsx")
    sheet = book.worksheets[0]
    values = [[c.value for c in row][:6] for row in sheet.iter_rows(min_row=3, max_row=5)]
    assert values[0] == ["330001", "第一学校", 100, datetime(1999, 9, 1), 2025, True]
    assert values[1] == ["330002", "第二学校", 120, "1999-09-01", 2025, "1"]
    assert values[2][1:3] == ['="第三 学"&"校"', "=C3+1"]
    assert sheet["D3"].number_format == "yyyy/m/d"
    assert sheet["H3"].value == "=SUM(C3:C4)"
    assert (sheet["B4"].font.name, sheet["B4"].border.left.style) == ("楷体", "double")
    assert sheet["B4"].number_format == "@"
    assert book["其他"]["A1"].value == "不动"
    assert (4, "字段students", "C4", "１２０", "120") in changes_in(book)
    assert len(changes_in(book)) == given.returned.corrected.cells == 5
    assert given.returned.corrected.changes == "corrected.xlsx"


def test_the_corrected_workbook_passes_and_has_nothing_left_to_repair(answer, tmp_path):
    path = workbook(tmp_path / "名录.xlsx", third="第三学校")
    given = answer(path)

    again = answer(given.folder / "corrected.xlsx")

    assert again.report.verdict is Verdict.ADMITTED
    assert again.returned.corrected is None
    table = read(given.folder / "corrected.xlsx", filename="corrected.xlsx", dataset=SCHOOL)
    assert propose(table, SCHOOL, terms=terms(), lists={}).height == 0


def test_of_a_dbf_a_corrected_workbook_is_made(answer, tmp_path):
    path = tmp_path / "xuexiao.dbf"
    fields = [("CODE", "C", 12), ("NAME", "C", 20), ("STUDENTS", "C", 8), ("YEAR", "C", 8)]
    path.write_bytes(dbf(fields, [["330001", "第一 学校", "1,200", "2025年"]]))

    given = answer(path)

    row = [c.value for c in given.book("corrected.xlsx")["数据"][2]]
    assert row == ["330001", "第一学校", 1200, "2025"]
    assert given.returned.corrected.errors == 0


def test_bands_and_totals_are_told_apart_in_the_workbook_that_is_made_too(answer, tmp_path):
    path = tmp_path / "xuexiao.dbf"
    fields = [("CODE", "C", 30), ("NAME", "C", 20), ("STUDENTS", "C", 8), ("YEAR", "C", 8)]
    rows = [["浙江省（1所）", "", "", ""], ["330001", "第一 学校", "100", "2025"]]
    path.write_bytes(dbf(fields, [*rows, ["合计", "", "100", ""]]))

    given = answer(path)
    again = answer(given.folder / "corrected.xlsx")

    assert given.report.rows.set_aside == again.report.rows.set_aside == 2
    assert again.report.verdict is Verdict.ADMITTED


def test_a_damaged_workbook_that_can_be_read_is_left_as_it_is(answer, tmp_path):
    path = workbook(tmp_path / "名录.xlsx")
    with zipfile.ZipFile(path, "a") as book:
        book.writestr("xl/media/image1.png", b"stamp of the office")
    path.write_bytes(path.read_bytes().replace(b"stamp of the office", b"damp of the offices"))

    given = answer(path)

    assert given.report.notes
    assert given.returned.corrected is None
    assert "corrected.xlsx" not in given.names


def test_columns_in_another_unit_are_never_rewritten(answer, tmp_path):
    path = write_csv(tmp_path / "名录.csv", TITLES, GOOD, SPELT)
    table = read(path, filename=path.name, dataset=SCHOOL)
    other = table.units | {"students": "万人"}

    changes = propose(replace(table, units=other), SCHOOL, terms=terms(), lists={})

    assert "students" not in set(changes["column"])
    assert "code" in set(changes["column"])


@pytest.mark.parametrize("received", [True, False])
def test_a_copy_with_personal_values_is_made_on_the_partners_own_computer_only(
    answer, tmp_path, received
):
    path = write_csv(tmp_path / "名录.csv", [*TITLES, "字段contact"], [*SPELT, "张　三"])

    given = answer(path, received=received)

    assert (given.returned.corrected is None) == received
    assert ("corrected.csv" in given.names) != received
    if not received:
        listed = changes_in(given.book("changes.xlsx"))
        assert [(old, new) for _, header, _, old, new in listed if header == "字段contact"] == [
            ("****", "****")
        ]


def test_a_large_file_is_not_rewritten(answer, tmp_path):
    path = write_csv(tmp_path / "名录.csv", TITLES, GOOD, SPELT)

    assert answer(path, copy_rows=1).returned.corrected is None
    assert answer(path, copy_rows=2).returned.corrected is not None


def test_the_page_links_both_copies_and_the_proof_names_them(answer, tmp_path):
    given = answer(write_csv(tmp_path / "名录.csv", TITLES, GOOD, SPELT, WRONG))

    page = (given.folder / "receipt.html").read_text("utf-8")
    for name in ("annotated.xlsx", "corrected.csv", "changes.xlsx"):
        assert f'<a href="{name}">' in page
        assert f'"{name}":' in (given.folder / "receipt.json").read_text("utf-8")
    assert "处错误要由您来改" in page


def test_the_same_file_gives_the_same_corrected_bytes(answer, tmp_path):
    path = workbook(tmp_path / "名录.xlsx")
    one, two = answer(path), answer(path)

    assert "corrected.xlsx" in one.names
    for name in one.names:
        assert (one.folder / name).read_bytes() == (two.folder / name).read_bytes(), name


def test_changes_come_in_the_order_of_the_rows(tmp_path):
    path = write_csv(tmp_path / "名录.csv", TITLES, SPELT, GOOD, ["３３０００９", *GOOD[1:]])
    table = read(path, filename=path.name, dataset=SCHOOL)

    changes = propose(table, SCHOOL, terms=terms(), lists={})

    assert changes["row"].is_sorted()
    assert changes.filter(pl.col("row") == 4)["new"].to_list() == ["330009"]
