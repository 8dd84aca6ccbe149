"""What the XML of a sheet tells is told however the program that wrote it spells it."""

import re
import zipfile

import pytest
import xlsxwriter

from tests.support.mess import rewritten
from tests.support.reading import HEADER, ROWS, SCHOOLS, opened, rows_of, workbook
from yrdx.reading import normalise

SHEET_XML = "xl/worksheets/sheet1.xml"
CODES = [["统一社会信用代码", "学校名称"], ["123301004700950161", "甲"], [0, "乙"]]


def with_xml(folder, rows, old, new):
    """A workbook of the rows whose sheet says `new` where it said `old`."""
    source = workbook(folder / "a.xlsx", ("数据", rows))
    return rewritten(lambda _: source, SHEET_XML, old, new)(folder)


def doubts(path):
    """Row, column and rule of what is doubtful in the cells of a workbook."""
    table = opened(path)
    found = normalise(table.frame.collect(), table, SCHOOLS).findings
    return found.select("_row", "column", "rule").rows()


@pytest.mark.parametrize(
    "number",
    [
        b"123301004700368096",
        b"123301004700368096.0",
        b"1.23301004700368E+17",
        b"1.23301004700368096E17",
        b"1.23301004700368e+17",
        b"1.23301004700368E+017",
        b"2.0240101000123457E19",
    ],
)
def test_a_long_number_is_recognised_as_damaged_however_it_is_spelt(tmp_path, number):
    old, new = b'<c r="A3"><v>0</v></c>', b'<c r="A3"><v>%s</v></c>' % number
    assert doubts(with_xml(tmp_path, CODES, old, new)) == [(3, "uscc", "number_lost_digits")]


def test_a_long_number_that_a_formula_gave_is_damaged_too(tmp_path):
    new = b'<c r="A3"><f>VALUE(B9)</f><v>1.23301004700368E+17</v></c>'
    path = with_xml(tmp_path, CODES, b'<c r="A3"><v>0</v></c>', new)
    assert doubts(path) == [(3, "uscc", "number_lost_digits")]


def test_a_small_number_in_scientific_notation_is_taken_as_it_is(tmp_path):
    rows = [["学校标识码", "学校名称", "学费"], ["4133012861", "甲", 0]]
    for spelling in (b"1.5E3", b"1500", b"1.5e+003"):
        new = b'<c r="C2"><v>%s</v></c>' % spelling
        assert doubts(with_xml(tmp_path, rows, b'<c r="C2"><v>0</v></c>', new)) == []


def test_a_cell_that_is_only_formatted_does_not_hide_the_formula_behind_it(tmp_path):
    rows = [list(HEADER), [*ROWS[0][:3], 0]]
    formula = b'<c r="C2" s="1"/><c r="D2"><f>1+0</f>%s</c>'
    for value, found in (
        (b"<v></v>", [(2, "enrolled", "formula_has_no_value")]),
        (b"<v>1</v>", []),
    ):
        old = b'<c r="C2" t="s"><v>6</v></c><c r="D2"><v>0</v></c>'
        assert doubts(with_xml(tmp_path, rows, old, formula % value)) == found


NAMESPACE = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SPELLINGS = {
    "a prefix": lambda xml: re.sub(rb"<(/?)([a-z])", rb"<\1x:\2", xml, flags=re.IGNORECASE).replace(
        b'xmlns="' + NAMESPACE, b'xmlns:x="' + NAMESPACE
    ),
    "no places": lambda xml: re.sub(rb' r="[A-Z]*[0-9]+"', b"", xml),
    "places after styles": lambda xml: re.sub(rb'<c( r="[A-Z]+[0-9]+")( s="1")', rb"<c\2\1", xml),
    "apostrophes": lambda xml: re.sub(rb'<c r="([A-Z]+[0-9]+)"', rb"<c r='\1'", xml),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_sheet_in_another_spelling_tells_the_same(tmp_path, spelling):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("数据")
        sheet.write_row(0, 0, ("学校标识码", "学校名称", "学费", "统一社会信用代码"))
        sheet.write_row(1, 0, ("4133012861",))
        sheet.merge_range("B2:B3", "浙江 <甲> 学院", book.add_format({"bold": True}))
        sheet.write("C2", 0.35, book.add_format({"num_format": "0%"}))
        sheet.write("D2", 123301004700368096)
        sheet.write("A3", "4133012862")
        sheet.write_formula("C3", "=1+0", None, "")
        sheet.write("D3", "123301004700950161")
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column("D:D", None, None, {"hidden": True})
    usual = opened(path)
    with zipfile.ZipFile(path) as book:
        xml = book.read(SHEET_XML)
    respelt = SPELLINGS[spelling](xml[xml.index(b"<worksheet") :])
    assert respelt != xml
    table = opened(rewritten(lambda _: path, SHEET_XML, xml, respelt)(tmp_path))
    assert rows_of(table) == rows_of(usual)
    assert rows_of(table)[0]["fee"] == "35%"
    assert sorted(doubts(path)) == [
        (2, "fee", "unit_is_unknown"),
        (2, "uscc", "number_lost_digits"),
        (3, "fee", "formula_has_no_value"),
    ]
    assert (table.findings, table.notes) == (usual.findings, usual.notes)
    assert [note.rule for note in table.notes] == ["merged_cells_were_filled_down"]
    assert [found.rule for found in table.findings] == ["columns_are_hidden", "rows_are_hidden"]


def test_merged_cells_are_filled_though_the_last_row_is_an_empty_one(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("数据")
        sheet.write_row(0, 0, ("学校标识码", "学校名称"))
        sheet.merge_range("B2:B3", "甲学院")
        sheet.write("A2", "4133012861")
        sheet.write("A3", "4133012862")
        sheet.set_row(3, 40)
    with zipfile.ZipFile(path) as book:
        assert b"/></sheetData>" in book.read(SHEET_XML)
    assert [row["inst_name"] for row in rows_of(opened(path))] == ["甲学院"] * 2


@pytest.mark.parametrize("named", ["xl/Worksheets/Sheet1.xml", "xl\\worksheets\\sheet1.xml"])
def test_a_sheet_is_found_however_the_archive_spells_its_name(tmp_path, named):
    formula = b'<c r="A3"><f>1+0</f></c>'
    path = with_xml(tmp_path, CODES, b'<c r="A3"><v>0</v></c>', formula)
    with zipfile.ZipFile(path) as book:
        members = {name: book.read(name) for name in book.namelist()}
    with zipfile.ZipFile(path, "w") as book:
        for name, content in members.items():
            # ZipInfo turns the slashes of this system; what is set later stays as it is.
            info = zipfile.ZipInfo(name)
            info.filename = named if name == SHEET_XML else name
            book.writestr(info, content)
    assert doubts(path) == [(3, "uscc", "formula_has_no_value")]
