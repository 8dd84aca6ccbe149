"""`yrdx notices`: what people are told, by which channel, and what is still to be sent."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from yrdx.cli.terminal import Terminal, joined, plain, terminal_of
from yrdx.errors import ChannelUnavailable, ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yrdx.agreements import Province
    from yrdx.pipeline import Exchange, Sent


def notices(
    context: typer.Context,
    province: Annotated[
        str | None,
        typer.Argument(metavar="[PROVINCE]", help="只看一个省份 One province: 33, zhejiang."),
    ] = None,
    *,
    send: Annotated[
        bool, typer.Option("--send", help="现在发送，含每日汇总 Send now, daily ones too.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="显示将发送的内容，不发送 Show, do not send.")
    ] = False,
) -> None:
    """逾期、校验结果、跨省不一致的通知。 What people are told; never any data.

    不带选项时列出已记录的通知。通知渠道写在密钥 YRDX_CHANNELS 中，默认不通知任何人。
    Without an option: what was told so far. Channels are in the secret YRDX_CHANNELS; by default
    nobody is told.
    """
    from yrdx import pipeline
    from yrdx.cli.verbs import named_provinces
    from yrdx.settings import TIMEZONE, Settings

    terminal = terminal_of(context)
    exchange = pipeline.open_exchange(Settings.load())
    if send and dry_run:
        raise ConfigurationError("请只给出一项 give --send or --dry-run, not both")
    chosen = named_provinces(exchange, province, everyone=province is None)
    if not send and not dry_run:
        _list(exchange, chosen, terminal)
        return
    now = datetime.now(TIMEZONE)
    silent: list[str] = []
    for one in chosen:
        if dry_run:
            _show(pipeline.rehearsed(exchange, one, today=now.date()), one, terminal)
            continue
        try:
            sent = pipeline.tell(exchange, one, today=now.date(), now=now, daily=True)
        except ChannelUnavailable as error:
            silent.append(str(error))
        else:
            _tell(sent, one, terminal)
    if silent:
        raise ChannelUnavailable("; ".join(silent))


def _list(exchange: Exchange, provinces: Iterable[Province], terminal: Terminal) -> None:
    from yrdx import pipeline
    from yrdx.messages.wording import headline
    from yrdx.store import layout

    table = terminal.table(
        ("日期", "Day"),
        ("省份", "Province"),
        ("通知", "Notice"),
        ("已送达", "Taken by"),
        ("未送达", "Still to be sent to"),
    )
    for one in provinces:
        channels = [channel.name for channel in pipeline.channels(exchange, one)]
        for kept in sorted(pipeline.outbox(exchange, one), key=lambda item: item.message.told_on):
            had = {
                name: exchange.store.head(layout.sent(kept.key, province=one.code, channel=name))
                is not None
                for name in channels
            }
            table.add_row(
                f"{kept.message.told_on}",
                terminal.of(one.name),
                plain(terminal.of(headline(kept.message))),
                joined(name for name in channels if had[name]),
                joined(name for name in channels if not had[name]),
            )
    if table.row_count:
        terminal.say(table)
    else:
        terminal.say(terminal.word("还没有通知。", "Nobody was told anything yet."))


def _show(texts: tuple[Sent, ...], province: Province, terminal: Terminal) -> None:
    if not texts:
        _nothing(province, terminal)
    for text in texts:
        terminal.say(f"→ {text.channel.name} ({text.channel.when})", style="bold")
        terminal.say(f"{text.title}\n\n{text.body}\n")


def _tell(texts: tuple[Sent, ...], province: Province, terminal: Terminal) -> None:
    if not texts:
        _nothing(province, terminal)
    for text in texts:
        count, name = len(text.messages), text.channel.name
        terminal.say(
            terminal.word(
                f"{province.name.zh}：已发送 {count} 条到 {name}。",
                f"{province.name.en}: sent {count} to {name}.",
            )
        )


def _nothing(province: Province, terminal: Terminal) -> None:
    terminal.say(
        terminal.word(
            f"{province.name.zh}：没有要发送的通知，或没有设置渠道。",
            f"{province.name.en}: nothing to send, or no channels are set.",
        )
    )
