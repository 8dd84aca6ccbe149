"""Every dataset has a template that a partner can fill in and that the exchange reads."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from yrdx import catalogue, pipeline
from yrdx.checking.result import Terms
from yrdx.dataset import Dataset, Kind
from yrdx.model import Report, Severity, Verdict
from yrdx.reading import Refusal, read
from yrdx.reading.header import find_header
from yrdx.template.sample import sample_rows
from yrdx.template.workbook import (
    CODES,
    DATA,
    EXAMPLE,
    HEADER_ROW,
    INSTRUCTIONS,
    headers,
    write_template,
)

EVERY = pytest.mark.parametrize("name", catalogue.dataset_names())
TODAY = date(2025, 11, 20)


def drawn(dataset: Dataset, folder: Path, *, filled: bool = False) -> Path:
    path = folder / f"{dataset.name}.xlsx"
    write_template(dataset, into=path, filled=filled)
    return path


def checked(dataset: Dataset, path: Path, folder: Path) -> Report:
    delivery = pipeline.identify(
        path,
        filename=path.name,
        province="00",
        unit="self",
        dataset=dataset.name,
        period="undated",
    )
    terms = Terms(province="00", period="undated", today=TODAY)
    folder.mkdir()
    return pipeline.check_file(path, delivery, terms=terms, store=None, into=folder)


@EVERY
def test_a_filled_template_passes_its_own_check(name: str, tmp_path: Path) -> None:
    dataset = catalogue.dataset(name)
    path = drawn(dataset, tmp_path, filled=True)
    report = checked(dataset, path, tmp_path / "receipt")
    assert report.faults == ()
    # Two rows are no whole: a list of two tasks leaves clauses without a task.
    of_the_whole = {rule.code for rule in catalogue.table_rules(name)}
    found = [item for item in report.findings if item.rule not in of_the_whole]
    assert [(item.rule, item.column) for item in found] == []
    assert report.verdict is Verdict.ADMITTED
    assert [item for item in report.notes if item.rule == "date_was_rewritten"] == [], (
        "a cell that is a date is written as the template asks"
    )
    assert report.rows.admitted == len(sample_rows(dataset))
    assert report.reading is not None
    assert (report.reading.sheet, report.reading.header_row) == (DATA, HEADER_ROW + 1)
    assert {match.column for match in report.reading.columns} == set(dataset.columns)


@EVERY
def test_a_template_sent_unfilled_is_never_taken_for_its_example(name: str, tmp_path: Path) -> None:
    dataset = catalogue.dataset(name)
    path = drawn(dataset, tmp_path)
    found = read(path, filename=path.name, dataset=dataset)
    assert isinstance(found, Refusal)
    assert [item.rule for item in found.findings] == ["file_has_no_rows"]


@EVERY
def test_a_wrong_on_the_data_sheet_is_found_at_its_cell(name: str, tmp_path: Path) -> None:
    dataset = catalogue.dataset(name)
    field = next(
        field
        for field, column in dataset.columns.items()
        if column.requirement == "M" and column.default is None and field not in dataset.key
    )
    path = drawn(dataset, tmp_path, filled=True)
    book = openpyxl.load_workbook(path)
    place = list(dataset.columns).index(field) + 1
    book[DATA].cell(HEADER_ROW + 2, place).value = None
    book.save(path)
    report = checked(dataset, path, tmp_path / "receipt")
    assert ("required_value_is_missing", field) in {
        (item.rule, item.column) for item in report.findings if item.severity is Severity.ERROR
    }


@EVERY
def test_equal_contracts_give_equal_bytes(name: str, tmp_path: Path) -> None:
    dataset = catalogue.dataset(name)
    first = drawn(dataset, tmp_path, filled=True).read_bytes()
    assert drawn(dataset, tmp_path, filled=True).read_bytes() == first


@EVERY
def test_a_template_says_which_contract_it_is_of(name: str, tmp_path: Path) -> None:
    dataset = catalogue.dataset(name)
    book = openpyxl.load_workbook(drawn(dataset, tmp_path))
    assert book.sheetnames == [INSTRUCTIONS, DATA, CODES, EXAMPLE]
    tmpl = f"{dataset.name}/{dataset.version}"
    assert book.custom_doc_props["tmpl"].value == tmpl
    told = {cell.value for row in book[INSTRUCTIONS].iter_rows() for cell in row}
    assert f"tmpl={tmpl}" in told
    assert {column.title.zh for column in dataset.columns.values()} <= told
    assert "示例" in book[EXAMPLE]["A1"].value
    assert book[EXAMPLE].cell(HEADER_ROW + 2, 1).value is not None


@EVERY
def test_headers_are_understood_marked_and_explained(name: str, tmp_path: Path) -> None:
    dataset = catalogue.dataset(name)
    sheet = openpyxl.load_workbook(drawn(dataset, tmp_path))[DATA]
    found = find_header([[cell.value for cell in row] for row in sheet.iter_rows()], dataset)
    assert found is not None
    assert [match.field for match in found.matches] == list(dataset.columns)
    assert found.first == found.last == HEADER_ROW
    inks = {}
    for place, (field, column) in enumerate(dataset.columns.items(), start=1):
        cell = sheet.cell(HEADER_ROW + 1, place)
        assert cell.value == headers(dataset)[field]
        assert cell.value.endswith({"M": "*", "C": "※"}.get(column.requirement.value, cell.value))
        inks.setdefault(column.requirement, set()).add(cell.fill.start_color.rgb)
        assert column.title.en in cell.comment.text
        assert (column.unit or "") in cell.comment.text
    colours = [ink for group in inks.values() for ink in group]
    assert len(colours) == len(set(colours)) == len(inks)
    assert sheet.freeze_panes == f"B{HEADER_ROW + 2}"


@EVERY
def test_codes_are_text_and_picked_from_the_sheet_of_codes(name: str, tmp_path: Path) -> None:
    dataset = catalogue.dataset(name)
    book = openpyxl.load_workbook(drawn(dataset, tmp_path))
    lists = {
        str(cells.sqref): cells.formula1
        for cells in book[DATA].data_validations.dataValidation
        if cells.type == "list"
    }
    for place, column in enumerate(dataset.columns.values(), start=1):
        letter = openpyxl.utils.get_column_letter(place)
        looks = book[DATA].column_dimensions
        inside = next(d for d in looks.values() if d.min <= place <= d.max)
        if column.kind in (Kind.CODE, Kind.CODES, Kind.YEAR_MONTH, Kind.SCHOOL_YEAR):
            assert inside.number_format == "@"
        if column.codes and column.kind is not Kind.CODES:
            formula = lists[f"{letter}{HEADER_ROW + 2}:{letter}1048576"]
            _, _, cells = formula.rpartition("!")
            listed = [str(cell.value) for (cell,) in book[CODES][cells.replace("$", "")]]
            if column.kind is Kind.CODE:
                assert listed == [code.value for code in column.codes.codes]
            else:
                assert [float(text) for text in listed] == [
                    float(code.value) for code in column.codes.codes
                ]
