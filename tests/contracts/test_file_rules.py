"""Every rule about a file, a cell or a delivery is run on a good example and on a bad one.

The rules of a dataset have theirs in `schemas/examples`, those about the whole in
`validations/examples`, those about cells on their pages, and many files in `mess/`. What is left
is planted here. A rule that has no example that is run makes the first test fail.
"""

import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from importlib import import_module
from pathlib import Path

import polars as pl
import pytest

from tests.support.dbf import dbf
from tests.support.mess import Mess, as_bytes, as_csv, as_xlsx, grid, records, text_of
from yrdx import catalogue, pipeline
from yrdx.checking.result import Terms
from yrdx.contract.cell_examples import cell_example
from yrdx.contract.rules import explanations
from yrdx.model import Report, Verdict

Write = Callable[[Path], Path]

TESTS = Path(__file__).parent.parent
MESSES: list[Mess] = [
    mess
    for path in sorted((TESTS / "contracts" / "mess").glob("*.py"))
    for mess in import_module(f"tests.contracts.mess.{path.stem}").MESSES
]
ELSEWHERE = {
    "reference_does_not_exist",
    "seal_is_of_another_algorithm",
    "seal_is_of_another_year",
    "correction_has_no_base",
    "correction_has_no_rows",
    "correction_lacks_its_key",
}
"""Rules that need more than one file: some other test names them and shows right and wrong."""


@dataclass(frozen=True, kw_only=True)
class Planted:
    """A file that a rule finds wrong; without a better one, the plain good file is the right one.

    `beside` are rules that follow from the wrong; `terms` those of the delivery.
    """

    bad: Write
    good: Write | None = None
    dataset: str = "student_scale"
    beside: frozenset[str] = frozenset()
    province: str = "00"
    period: str = "undated"

    def right(self) -> Write:
        return self.good or as_csv(grid(records(self.dataset, 2)))


def _changed(dataset: str, /, **changes: str) -> Write:
    """The good file with other cells in its second row."""
    first, second = records(dataset, 2)
    return as_csv(grid([first, {**second, **changes}]))


def _with_column(header: str, *cells: str, dataset: str = "student_scale") -> Write:
    """The good file with one more column."""
    table = grid(records(dataset, len(cells)))
    return as_csv([[*row, cell] for row, cell in zip(table, [header, *cells], strict=True)])


def _archive(members: Mapping[str, bytes], folder: Path) -> Path:
    path = folder / "data.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def _locked(folder: Path) -> Path:
    """A zip whose member says that it is encrypted."""
    path = _archive({"data.csv": b"a,b\r\n1,2\r\n"}, folder)
    content = path.read_bytes()
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = content.index(mark) + place
        content = content[:start] + bytes([content[start] | 1]) + content[start + 1 :]
    path.write_bytes(content)
    return path


def _huge(folder: Path) -> Path:
    path = folder / "data.json"
    with path.open("wb") as file:
        file.write(b'[{"a": 1}]')
        file.truncate((256 << 20) + 1)
    return path


def _table_dbf(*, kind: str) -> Write:
    """A DBF file whose first field is one of characters, or a memo."""
    rows = records("student_scale", 1)
    names = list(rows[0])[:8]
    fields = [(name, "C", 30) for name in names] + [("REMARK", kind, 10)]
    row = [rows[0][name] for name in names]
    return as_bytes(dbf(fields, [[*row, ""]]), name="data.dbf")


_GOOD: Sequence[Sequence[str]] = grid(records("student_scale", 2))
_ID = "11010519491231002X"

PLANTED: dict[str, Planted] = {
    "file_is_empty": Planted(bad=as_bytes(b"")),
    "archive_holds_no_table": Planted(
        bad=partial(_archive, {"Thumbs.db": b"\0", "__MACOSX/data.csv": b"\0"}),
        good=partial(_archive, {"data.csv": text_of(_GOOD).encode(), "Thumbs.db": b"\0"}),
    ),
    "archive_is_a_bomb": Planted(
        bad=partial(_archive, {"data.csv": b"0" * (80 << 20)}),
        good=partial(_archive, {"data.csv": text_of(_GOOD).encode()}),
    ),
    "archive_is_password_protected": Planted(
        bad=_locked, good=partial(_archive, {"data.csv": text_of(_GOOD).encode()})
    ),
    "json_is_too_large": Planted(bad=_huge),
    "memo_is_not_read": Planted(
        bad=_table_dbf(kind="M"),
        good=_table_dbf(kind="C"),
        beside=frozenset(
            {
                "column_was_told_by_its_values",
                "columns_are_not_in_the_contract",
                "required_column_is_missing",
            }
        ),
    ),
    "quotes_are_broken": Planted(bad=_changed("student_scale", direction='"方向')),
    "text_cannot_be_split_into_cells": Planted(
        bad=_changed("student_scale", school_year='"2024-2025"', direction='5" 钢管'),
        good=_changed("student_scale", school_year='"2024-2025"', direction='"5"" 钢管"'),
    ),
    "text_is_not_utf8_or_gb18030": Planted(
        bad=as_bytes(text_of(_GOOD).encode("ascii", "ignore") + b"\xff\xff\xff\xff\r\n")
    ),
    "column_is_garbled": Planted(
        bad=as_csv(
            grid(
                [
                    {
                        **row,
                        "direction": (row["direction"] + "工艺方向")
                        .encode()
                        .decode("gb18030", errors="replace"),
                    }
                    for row in records("student_scale", 6)
                ]
            )
        ),
        good=as_csv(grid(records("student_scale", 6))),
    ),
    "text_was_damaged_before_sending": Planted(
        bad=_changed("student_scale", direction="锟斤拷锟斤拷"),
    ),
    "zone_was_read_as_its_city": Planted(
        dataset="enterprise",
        bad=_changed("enterprise", division_code="320576"),
        beside=frozenset({"division_differs_from_credit_code"}),
    ),
    "county_was_read_as_its_city": Planted(
        dataset="enterprise",
        bad=_changed("enterprise", division_code="440305"),
        beside=frozenset({"division_differs_from_credit_code"}),
    ),
    "level_was_presumed": Planted(
        dataset="teacher",
        bad=_changed("teacher", teacher_type="1", post_level="", double_level="是"),
    ),
    "value_is_not_a_list_of_codes": Planted(
        dataset="institution", bad=_changed("institution", zone_tag="WT&&YRD")
    ),
    "key_is_used_twice": Planted(
        dataset="enterprise",
        bad=as_csv(
            grid(
                [
                    *records("enterprise", 1),
                    *records("enterprise", 1, ent_name="另一个示例企业"),
                ]
            )
        ),
    ),
    "row_is_of_another_province": Planted(
        dataset="enterprise",
        province="33",
        bad=_changed("enterprise", division_code="320505"),
        beside=frozenset({"division_differs_from_credit_code"}),
    ),
    "row_is_of_another_period": Planted(
        dataset="enterprise", period="2024", bad=_changed("enterprise", stat_year="2023")
    ),
    "column_holds_student_numbers": Planted(bad=_with_column("编号", f"G{_ID}", f"G{_ID}")),
    "column_is_named_for_personal_data": Planted(bad=_with_column("身份证号", "未填", "见附件")),
    "cell_looks_like_a_resident_id": Planted(
        dataset="policy_task",
        bad=as_csv(
            grid(
                [
                    *records("policy_task", 30)[:-1],
                    {**records("policy_task", 30)[-1], "evidence": _ID},
                ]
            )
        ),
    ),
}


def _run_elsewhere() -> set[str]:
    """Rules whose examples other tests of contracts run."""
    datasets = list(catalogue.datasets())
    contracts = (*datasets, *catalogue.derived_datasets())
    of_datasets = {rule.code for item in contracts for rule in (*item.rules, *item.list_rules)}
    of_the_whole = {rule.code for item in datasets for rule in catalogue.table_rules(item.name)}
    of_files = {mess.refused for mess in MESSES if mess.refused}
    of_files |= {rule for mess in MESSES for rule, _, _ in mess.findings}
    places = [
        (item, field, catalogue.examples(item)) for item in datasets for field in item.columns
    ]
    of_cells = {code for code in explanations() if cell_example(code, places)}
    return of_datasets | of_the_whole | of_files | of_cells


def test_every_rule_has_a_good_and_a_bad_example_that_are_run() -> None:
    bare = set(explanations()) - _run_elsewhere() - set(PLANTED) - ELSEWHERE
    assert bare == set(), "plant them in this file, or a mess in tests/contracts/mess/"
    others = [path for path in TESTS.rglob("test_*.py") if path != Path(__file__)]
    told = "".join(path.read_text("utf-8") for path in others)
    assert {code for code in ELSEWHERE if f'"{code}"' not in told} == set()


@pytest.mark.parametrize("code", PLANTED)
def test_a_planted_wrong_gets_exactly_its_rule(code: str, tmp_path: Path) -> None:
    planted = PLANTED[code]
    found = findings_of(planted, planted.bad, tmp_path)[1]
    assert found == {code} | planted.beside


@pytest.mark.parametrize("code", PLANTED)
def test_a_good_file_of_the_same_kind_does_not(code: str, tmp_path: Path) -> None:
    planted = PLANTED[code]
    report, found = findings_of(planted, planted.right(), tmp_path)
    assert code not in found
    assert report.reading is not None


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("name", sorted({mess.dataset for mess in MESSES}))
def test_the_files_that_the_messes_are_made_of_are_good(
    name: str, form: str, tmp_path: Path
) -> None:
    table = grid(records(name, 2))
    write = as_csv(table) if form == "csv" else as_xlsx(table)
    report, found = findings_of(Planted(bad=write, dataset=name), write, tmp_path)
    assert (report.verdict, found, report.notes) == (Verdict.ADMITTED, set(), ())


def findings_of(planted: Planted, write: Write, folder: Path) -> tuple[Report, set[str]]:
    path = write(folder)
    delivery = pipeline.identify(
        path,
        filename=path.name,
        province=planted.province,
        unit="self",
        dataset=planted.dataset,
        period=planted.period,
    )
    into = folder / "out"
    into.mkdir()
    terms = Terms(province=planted.province, period=planted.period, today=date(2025, 11, 20))
    report = pipeline.check_file(path, delivery, terms=terms, store=None, into=into)
    assert report.faults == ()
    found = pl.read_parquet(into / "findings.parquet")
    of_the_whole = {rule.code for rule in catalogue.table_rules(planted.dataset)}
    return report, set(found["rule"]) - of_the_whole
