"""How a kind of mess is written down: a hostile file, and everything that must become of it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import xlsxwriter
from stdnum.cn import uscc

from yrdx.example import as_text

Cells = Sequence[str]
Found = tuple[str, str | None, int | None]
"""Rule, field and row of a finding."""

_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, kw_only=True)
class Mess:
    """One way in which files are messy, and what must become of such a file.

    `write` puts the file into a folder and gives its path. `refused` is the rule for which the
    whole file is refused. Otherwise `findings` are all findings that the check makes, `notes` all
    repairs with the number of repaired cells, and `values` what the admitted rows hold, in their
    order in the file.
    """

    number: int
    words: str
    dataset: str
    write: Callable[[Path], Path]
    refused: str | None = None
    findings: frozenset[Found] = frozenset()
    notes: Mapping[tuple[str | None, str], int] = field(default_factory=dict)
    values: Mapping[str, Sequence[str | None]] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What the report must say of how the file was read, by attribute of its `reading`."""

    def __str__(self) -> str:
        return f"{self.number:02d} {self.words}"


def unit_code(number: int) -> str:
    """A unified social credit code with both of its check characters right."""
    body = f"{47010000 + number:08d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    check = "0X987654321"[total % 11]
    whole = f"12330100{body}{check}"
    return whole + uscc.calc_check_digit(whole)


@cache
def _good(dataset: str) -> dict[str, Any]:
    return dict(import_module(f"schemas.examples.{dataset}").GOOD)


_DISTINCT: dict[str, Callable[[int], dict[str, Any]]] = {
    "institution": lambda i: {
        "inst_code": f"4133{12861 + i:06d}",
        "moe5_code": f"{12861 + i:05d}",
        "address": "示例路1号",
        "uscc": unit_code(i),
        "inst_name": f"示例{'甲乙丙丁戊己庚辛壬癸'[i % 10]}学院",
    },
    "enterprise": lambda i: {"uscc": unit_code(i)},
    "student_scale": lambda i: {"direction": f"方向{i + 1}"},
    "institution_year": lambda i: {"inst_code": f"4133{12861 + i:06d}"},
    "enrollment_plan": lambda i: {"inst_code": f"4133{12861 + i:06d}"},
    "program_offering": lambda i: {"direction": f"方向{i + 1}"},
    "coop_project": lambda i: {"coop_no": f"{_good('coop_project')['coop_no'][:-2]}{i + 1:02d}"},
    "teacher": lambda i: {"teacher_key": f"{i + 10:064x}"},
    "certificate_award": lambda i: {
        "cert_no_hash": f"{i + 10:064x}",
        "person_key": f"{i + 99:064x}",
    },
    "funding_year": lambda i: {"fiscal_year": 2024 - i},
    "guidance_committee": lambda i: {"committee_no": f"33-HZW-{i + 1:02d}"},
    "quality_indicator": lambda i: {"round_no": f"{2024 - i}-S2"},
    "policy_task": lambda i: {
        "task_no": f"{_good('policy_task')['task_no'][:-2]}{i + 1:02d}",
        "evidence": "附件清单",
    },
}


def records(dataset: str, count: int, /, **changes: Any) -> list[dict[str, str]]:
    """Good rows of different keys, as text; `changes` hold for each of them."""
    return [
        {
            name: as_text(value)
            for name, value in {**_good(dataset), **_DISTINCT[dataset](i), **changes}.items()
        }
        for i in range(count)
    ]


def grid(rows: Iterable[Mapping[str, str]], *, fields: Sequence[str] = ()) -> list[list[str]]:
    """Rows below a header of field names."""
    rows = list(rows)
    names = list(fields) or list(rows[0])
    return [names, *([row[name] for name in names] for row in rows)]


def text_of(table: Iterable[Cells], *, separator: str = ",", end: str = "\r\n") -> str:
    """Cells as delimited text, without quotes."""
    return "".join(separator.join(row) + end for row in table)


def as_csv(
    table: Iterable[Cells], *, encoding: str = "utf-8", name: str = "data.csv", **form: str
) -> Callable[[Path], Path]:
    """A writer of a text file."""
    return as_bytes(text_of(list(table), **form).encode(encoding), name=name)


def as_bytes(content: bytes, *, name: str = "data.csv") -> Callable[[Path], Path]:
    """A writer of a file of these bytes."""

    def write(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content)
        return path

    return write


def as_xlsx(
    *sheets: Sequence[Sequence[object]],
    then: Callable[[xlsxwriter.Workbook, Any], None] | None = None,
    name: str = "data.xlsx",
    **options: object,
) -> Callable[[Path], Path]:
    """A writer of a workbook: text as text, numbers as numbers; `then` adds what is special."""

    def write(folder: Path) -> Path:
        path = folder / name
        with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, **options}) as book:
            for table in sheets:
                sheet = book.add_worksheet()
                for number, row in enumerate(table):
                    sheet.write_row(number, 0, row)
            if then:
                then(book, book.worksheets()[0])
        return path

    return write


def rewritten(
    write: Callable[[Path], Path], member: str, old: bytes, new: bytes
) -> Callable[[Path], Path]:
    """A writer of the same workbook with bytes of one of its members replaced."""

    def rewrite(folder: Path) -> Path:
        path = write(folder)
        with zipfile.ZipFile(path) as book:
            members = {name: book.read(name) for name in book.namelist()}
        assert old in members[member], f"{member} does not hold {old!r}"
        members[member] = members[member].replace(old, new)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
            for name, content in members.items():
                book.writestr(name, content)
        return path

    return rewrite


@dataclass(frozen=True)
class Wrong:
    """The row of such a cell is not admitted, for this rule."""

    rule: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Doubt:
    """The row of such a cell is admitted with this value and a warning."""

    rule: str
    value: str | None


Spelling = str | None | Wrong | Doubt


def spelled(
    number: int,
    words: str,
    dataset: str,
    column: str,
    spellings: Sequence[tuple[str | float, Spelling]],
    *,
    notes: Mapping[str, int] | None = None,
    header: str | None = None,
    workbook: bool = False,
    besides: Iterable[Found] = (),
    **changes: Any,
) -> Mess:
    """A file with one messy cell a row: each spelling of `column`, and what it must become.

    `besides` are findings that have nothing to do with the mess itself.
    """
    rows = records(dataset, len(spellings), **changes)
    table: list[list[Any]] = grid(rows)
    place = table[0].index(column)
    if header:
        table[0][place] = header
    findings: set[Found] = set(besides)
    for line, (spelling, meant) in enumerate(spellings, start=1):
        table[line][place] = spelling
        rules = (meant.rule, *meant.also) if isinstance(meant, Wrong) else ()
        rules = (meant.rule,) if isinstance(meant, Doubt) else rules
        findings |= {(rule, column, line + 1) for rule in rules}
    values = [
        meant.value if isinstance(meant, Doubt) else meant
        for _, meant in spellings
        if not isinstance(meant, Wrong)
    ]
    return Mess(
        number=number,
        words=words,
        dataset=dataset,
        write=as_xlsx(table) if workbook else as_csv(table),
        findings=frozenset(findings),
        notes={(column, rule): count for rule, count in (notes or {}).items()},
        values={column: values},
    )
