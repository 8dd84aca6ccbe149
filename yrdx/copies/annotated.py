"""The annotated copy: the partner's own workbook with its wrongs marked, or one made from his file.

Edited is the XML of the delivered workbook, and only where something is to be said, because to load
and save it by a library loses what the library does not know (drawings, form controls, tables of
other programs). Made anew are files that are no .xlsx, workbooks that are not written as usual or
hold macros, and all that hold personal columns: a workbook keeps a value in too many places
(shared texts, pivot tables, other sheets) for masking one column to hide it.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from yrdx.checking.findings_parquet import read_findings
from yrdx.checking.returned import AnnotatedCopy
from yrdx.copies.marking import Layout, Marked, mark
from yrdx.copies.marks import PROBLEM, about_the_file, marks_by_row
from yrdx.copies.package import NOT_EDITED
from yrdx.copies.places import number_of
from yrdx.copies.plain import Outline, make_plain
from yrdx.copies.source import workbook_of
from yrdx.dataset import Dataset
from yrdx.excel import ROWS_A_SHEET
from yrdx.model import Report
from yrdx.reading.table import Table

NAME = "annotated.xlsx"

_HOW_TO_READ = (
    "“数据”表的最后一列“问题”写明每行哪里不对，可筛选；有问题的单元格加了底色，批注里写着怎么改。"
    "第一列“行号”是原文件中的行（Excel 行或文本的行号）。"
)
_MASK = "含个人信息的列{others}一律遮盖为 ****；填写位置不变，可按行号在原文件中查找。"


def annotate(
    path: Path,
    table: Table,
    dataset: Dataset,
    report: Report,
    *,
    findings: Path,
    into: Path,
    most_rows: int,
    rows_a_sheet: int = ROWS_A_SHEET,
) -> AnnotatedCopy | None:
    """Write `annotated.xlsx` into the folder `into`; None where no row has a finding.

    Of a table with more than `most_rows` rows only those with findings are shown, and no more than
    that many. The same file and the same findings give the same bytes.
    """
    if not report.findings or not _is_any_placed(findings):
        return None
    titles = {name: column.title.zh for name, column in dataset.columns.items()}
    marks = partial(marks_by_row, findings, titles=titles)
    about = about_the_file(findings, titles=titles)
    target = into / NAME
    masked = masked_columns(table, dataset)
    with ExitStack() as stack:
        own = None if masked else stack.enter_context(workbook_of(path, table))
        if own is not None:
            try:
                marked = mark(own, [layout_of(table)], marks, about=about, into=target)
                return _copy(marked, report, is_own=True, shown=report.rows.read)
            except NOT_EDITED:
                target.unlink(missing_ok=True)
        folder = stack.enter_context(tempfile.TemporaryDirectory(dir=into))
        plain = Path(folder) / "plain.xlsx"
        rows, total = _rows_shown(report, findings, most_rows=most_rows)
        outline = Outline(
            title=f"标注文件：{dataset.title.zh}",
            about=_about(report, rows, total=total, masked=masked),
            masked=masked,
            rows=rows,
            rows_a_sheet=rows_a_sheet,
        )
        layouts = make_plain(table, outline, into=plain)
        marks = partial(marks_by_row, findings, titles=titles, rows=rows)
        marked = mark(plain, layouts, marks, about=about, into=target)
        shown = report.rows.read if rows is None else len(rows)
        return _copy(marked, report, is_own=False, shown=shown)


def _is_any_placed(findings: Path) -> bool:
    """Whether any finding is about a row, so that there is something to mark."""
    rows = pl.scan_parquet(findings).select(pl.col("row").is_not_null().any())
    return bool(rows.collect(engine="streaming").item())


def _copy(marked: Marked, report: Report, *, is_own: bool, shown: int) -> AnnotatedCopy:
    return AnnotatedCopy(
        name=NAME,
        cells=marked.cells,
        rows=marked.rows,
        rows_shown=shown,
        is_whole=shown >= report.rows.read,
        is_own_workbook=is_own,
    )


def layout_of(table: Table) -> Layout:
    """Where a table stands in the workbook that it was read from."""
    columns = {name: number_of(letters) for name, letters in table.letters.items()}
    known = {match.column for match in table.reading.columns}
    ours = [
        number
        for name, number in columns.items()
        if name not in known and table.headers.get(name, "").strip() == PROBLEM
    ]
    return Layout(
        table.reading.sheet or "",
        table.reading.header_row or 1,
        columns,
        problem=ours[-1] if ours else None,
    )


def masked_columns(table: Table, dataset: Dataset) -> frozenset[str]:
    """The columns whose values no copy that is stored may show.

    Where a table has personal columns, those that nobody recognised count as personal too.
    """
    supplied = [name for name in dataset.columns if name in table.source_columns]
    personal = {name for name in supplied if dataset.columns[name].sensitivity.is_masked}
    return frozenset(set(table.source_columns) - set(supplied) | personal if personal else ())


def _rows_shown(
    report: Report, findings: Path, *, most_rows: int
) -> tuple[npt.NDArray[np.uint32] | None, int]:
    """The rows that a large table is cut down to, None for all; and how many have findings."""
    if report.rows.read <= most_rows:
        return None, 0
    batches = read_findings(findings, columns=("row",))
    found = [batch["row"].drop_nulls().unique().to_numpy() for batch in batches]
    rows = np.unique(np.concatenate(found)).astype(np.uint32) if found else np.empty(0, np.uint32)
    return rows[:most_rows], len(rows)


def _about(
    report: Report,
    rows: npt.NDArray[np.uint32] | None,
    *,
    total: int,
    masked: frozenset[str],
) -> tuple[tuple[str, str], ...]:
    lines = [
        ("原文件", report.delivery.filename),
        ("怎么看", _HOW_TO_READ),
        ("怎么改", "请在原文件中修改后重新报送完整文件；这里的单元格都是文本，按报送时的原样。"),
    ]
    if rows is not None:
        text = f"原文件共 {report.rows.read:,} 行，这里只列有问题的 {total:,} 行。"
        if len(rows) < total:
            text += f"只列出前 {len(rows):,} 行；全部问题见 errors.xlsx。"
        lines.append(("范围", text))
    if masked:
        others = "（以及未识别的列）" if any(name.startswith("_") for name in masked) else ""
        lines.append(("个人信息", _MASK.format(others=others)))
    return tuple(lines)
