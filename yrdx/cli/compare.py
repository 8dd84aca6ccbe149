"""`yrdx compare`: what provinces report of the same thing, and a notice to each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from yrdx.cli.provinces import code_of
from yrdx.cli.terminal import terminal_of

if TYPE_CHECKING:
    from yrdx.comparing import Notice
    from yrdx.pipeline import Exchange


def compare(
    context: typer.Context,
    province: Annotated[
        str | None,
        typer.Argument(metavar="PROVINCE", help="只看一个省份 One province only: 33, zhejiang."),
    ] = None,
) -> None:
    """各省最新快照互相对照，各省得到只含本省数据的通知。 Compare provinces; one notice each."""
    from yrdx import pipeline
    from yrdx.settings import Settings

    terminal = terminal_of(context)
    exchange = pipeline.open_exchange(Settings.load())
    code = code_of(province, exchange.settings)
    found = [item for item in pipeline.compare(exchange) if code in (None, item.province)]
    if not found:
        terminal.say(terminal.word("还没有可对照的快照。", "There is no snapshot to compare yet."))
        return
    table = terminal.table(
        ("省份", "Province"),
        ("错误", "Errors"),
        ("不一致", "Disagreements"),
        ("未对照的规则", "Not compared"),
        ("通知", "Notice"),
    )
    for item in found:
        table.add_row(
            terminal.of(item.name),
            f"{item.errors():,}",
            f"{item.count:,}",
            str(len(item.not_compared)),
            _place(exchange, item),
        )
    terminal.say(table)


def _place(exchange: Exchange, notice: Notice) -> str:
    from yrdx.store import layout

    key = layout.notice(notice.province, notice.number, name="notice.html")
    return exchange.store.uri(key)
