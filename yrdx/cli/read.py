"""`yrdx read`: look at a published version, or write the chosen part of it into a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yrdx.cli.terminal import Terminal, plain, terminal_of
from yrdx.folders import writable_file

if TYPE_CHECKING:
    from yrdx.reader import Snapshot

_SHOWN = 20
"""Rows on the screen when no number is given."""


def read(
    context: typer.Context,
    spec: Annotated[
        str,
        typer.Argument(
            help="数据集及版本 Dataset and version: student_scale, student_scale@1.*, @1.4.2, "
            "@asof=2026-05-01"
        ),
    ],
    *,
    columns: Annotated[
        str | None, typer.Option(help="只要这些字段，用逗号分隔 Columns, by commas.")
    ] = None,
    where: Annotated[
        str | None,
        typer.Option(help="筛选条件 Condition in SQL: \"src_province = '31'\""),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="写入文件 Write a file: .csv, .parquet, .xlsx")
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=0, help=f"最多多少行 At most so many rows [{_SHOWN}].")
    ] = None,
    complete: Annotated[
        bool,
        typer.Option("--complete", help="有省份未报送或沿用旧期则拒绝 Refuse unless all arrived."),
    ] = False,
    store: Annotated[
        str | None, typer.Option(help="s3://… 或文件夹 or a folder; 默认 default: YRDX_STORE")
    ] = None,
) -> None:
    """读取已发布的数据快照，逐个文件核对摘要。 Read a published snapshot, every file verified.

    不加 --out 时显示前几行；要全部请加 --out。
    Without --out the first rows are shown; write all of them with --out.
    """
    from yrdx.reader import open_snapshot
    from yrdx.reader.writing import write

    terminal = terminal_of(context)
    if out is not None:
        writable_file(out, stated_by="--out")
    snapshot = open_snapshot(
        spec,
        store=store,
        columns=[name.strip() for name in columns.split(",")] if columns else None,
        where=where,
        require="complete" if complete else None,
    )
    if out is None:
        _show(snapshot, terminal, _SHOWN if limit is None else limit)
        return
    rows = write(snapshot, out, limit=limit)
    terminal.say(
        terminal.word(
            f"已写入 {rows:,} 行：{out}（{snapshot.dataset} {snapshot.version}）",
            f"Wrote {rows:,} rows: {out} ({snapshot.dataset} {snapshot.version})",
        )
    )


def _show(snapshot: Snapshot, terminal: Terminal, limit: int) -> None:
    manifest = snapshot.manifest
    terminal.say(
        terminal.word(
            f"{manifest.dataset} {manifest.version}：全部 {manifest.rows:,} 行",
            f"{manifest.dataset} {manifest.version}: {manifest.rows:,} rows in all",
        )
    )
    titles = {item.name: terminal.of(item.title) for item in manifest.columns}
    named = [(name, titles.get(name, "")) for name in snapshot.columns]
    rows = [
        [_cell(value) for value in row.values()]
        for batch in snapshot.batches(limit=limit)
        for row in batch.to_pylist()
    ]
    if not rows and limit:
        terminal.say(terminal.word("其中没有符合条件的行。", "No row fits the condition."))
        return
    if _fit(named, terminal):
        headings = ["\n".join(words) for words in named]
        table = terminal.table(*zip(headings, headings, strict=True))
        for row in rows:
            table.add_row(*row)
        terminal.say(table)
        return
    for number, row in enumerate(rows, start=1):
        record = terminal.table(
            ("字段", "Column"), ("名称", "Title"), (f"第 {number} 行", f"Row {number}")
        )
        for (name, title), value in zip(named, row, strict=True):
            record.add_row(name, title, value)
        terminal.say(record)


def _fit(named: list[tuple[str, str]], terminal: Terminal) -> bool:
    """Whether the headings of a table stand side by side unbroken; else each row is a table."""
    from rich.cells import cell_len

    between = 3
    needed = sum(max(map(cell_len, words)) + between for words in named)
    return needed <= terminal.console.width


def _cell(value: object) -> str:
    from yrdx.dataset import BETWEEN_CODES

    if isinstance(value, list):
        return plain(BETWEEN_CODES.join(map(str, value)))
    if isinstance(value, bool):
        return str(int(value))
    return plain(value)
