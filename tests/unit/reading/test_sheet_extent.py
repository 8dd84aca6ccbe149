"""A stray cell far from the table is named before it can take all memory."""

import zipfile

import pytest
import xlsxwriter

from tests.support.mess import rewritten
from tests.support.reading import HEADER, ROWS, SCHOOLS, opened, refused, rows_of
from yrdx.reading import Refusal, read
from yrdx.reading.sheet_extent import measure

SHEET_XML = "xl/worksheets/sheet1.xml"


def book_with(path, *strays, formatted=()):
    """A workbook of schools with a word in the stray cells, and formatted cells without one."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("数据")
        for number, row in enumerate((HEADER, *ROWS)):
            sheet.write_row(number, 0, row)
        for place in strays:
            sheet.write(place, "误")
        for place in formatted:
            sheet.write_blank(place, None, book.add_format({"bold": True}))
    return path


@pytest.mark.parametrize("places", [("XFD1048576",), ("ZZ60000",), ("A1048576", "XFD9")])
def test_a_sheet_with_a_stray_cell_is_refused_by_naming_it(tmp_path, places):
    path = book_with(tmp_path / "a.xlsx", *places)
    refusal = read(path, filename="a.xlsx", dataset=SCHOOLS)
    assert isinstance(refusal, Refusal)
    (finding,) = refusal.findings
    assert (finding.rule, finding.sheet) == ("sheet_reaches_too_far", "数据")
    for place in places:
        assert place in finding.message.zh
    assert "、".join(places) in finding.remedy.zh


def test_the_cells_that_a_sheet_reaches_to_are_its_lowest_and_its_rightmost(tmp_path):
    path = book_with(tmp_path / "a.xlsx", "AB90", "Z1000", "C1000", "AA5")
    with zipfile.ZipFile(path) as book:
        extent = measure(book, SHEET_XML)
    assert extent.filled == len(HEADER) * (len(ROWS) + 1) + 4
    assert extent.lowest in (("Z", 1000), ("C", 1000))
    assert extent.rightmost == ("AB", 90)
    assert extent.cells == 1000 * 28


def test_a_cell_that_is_only_formatted_takes_no_room_wherever_it_stands(tmp_path):
    path = book_with(tmp_path / "a.xlsx", formatted=("XFD1048576",))
    assert len(rows_of(opened(path))) == 3


def test_a_column_of_remarks_a_little_way_off_is_no_stray_cell(tmp_path):
    assert len(rows_of(opened(book_with(tmp_path / "a.xlsx", "AZ4", "BM2")))) == 3


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'<c r="XFD1048576"', b"<c r='XFD1048576'"),
        (b'<dimension ref="A1:XFD1048576"/>', b'<dimension ref="A1:D4"/>'),
        (b'<row r="1048576"', b'<row r="5"'),
    ],
)
def test_a_stray_cell_is_found_whatever_else_the_sheet_says(tmp_path, old, new):
    path = book_with(tmp_path / "a.xlsx", "XFD1048576")
    assert refused(rewritten(lambda _: path, SHEET_XML, old, new)(tmp_path)) == (
        "sheet_reaches_too_far"
    )
