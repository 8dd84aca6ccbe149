"""`yrdx retain`: what has outlived its time of keeping; shown first, removed only when asked."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from yrdx.cli.terminal import Terminal, plain, terminal_of

if TYPE_CHECKING:
    from yrdx.publication import Keep, Swept
    from yrdx.store.port import ObjectInfo

_CLASSES = {
    "landed": ("原文件", "Landed bytes"),
    "checked": ("校验用的行和副本", "Rows and copies of a check"),
    "admitted": ("待发布的行", "Admitted rows"),
    "version": ("快照", "Snapshot"),
    "message": ("通知", "Message"),
    "notice": ("对照通知书", "Notice"),
}
_REASONS = {
    "orphan": ("中断的写入留下，无人引用", "left by a killed or overtaken write"),
    "superseded": ("已有更新的，保存期已过", "replaced by a newer one, kept long enough"),
    "expired": ("保存期已过", "past its time of keeping"),
}


def retain(
    context: typer.Context,
    *,
    apply: Annotated[
        bool, typer.Option("--apply", help="真正删除 Remove it; without this nothing is touched.")
    ] = False,
) -> None:
    """列出超过保存期限的内容；加 --apply 才删除。 List what has outlived its time of keeping.

    最新快照和发布版引用的快照永不删除；报告、回执、报送记录长期保留。
    The newest snapshot and what a release pins are never removed; reports, receipts and the
    records of deliveries stay. The rules are settings: YRDX_KEEP_… (docs/retention.md).
    """
    from yrdx import pipeline
    from yrdx.settings import TIMEZONE, Settings

    terminal = terminal_of(context)
    exchange = pipeline.open_exchange(Settings.load())
    now = datetime.now(TIMEZONE)
    old = pipeline.expired(exchange, today=now.date())
    left = pipeline.orphans(exchange, now=now)
    _show_rules(pipeline.keep_of(exchange.settings), terminal)
    _show(old, left, terminal)
    if not old and not left:
        terminal.say(terminal.word("没有到期的内容。", "Nothing has outlived its time."))
    elif apply:
        removed = pipeline.sweep_expired(exchange, today=now.date())
        count = sum(len(item.keys) for item in removed)
        count += len(pipeline.sweep_orphans(exchange, now=now))
        terminal.say(terminal.word(f"已删除 {count} 个对象。", f"{count} objects removed."))
    else:
        terminal.say(
            terminal.word(
                "以上尚未删除；确认后运行 yrdx retain --apply。",
                "Nothing was removed; to do it: yrdx retain --apply",
            )
        )


def _show_rules(keep: Keep, terminal: Terminal) -> None:
    versions = terminal.word("快照 {} 个", "{} snapshots")
    days = {
        "landed": terminal.word("原文件 {} 天", "landed bytes {} days"),
        "checked": terminal.word("校验副本 {} 天", "copies of checks {} days"),
        "admitted": terminal.word("被替代的行 {} 天", "replaced rows {} days"),
    }
    told = [versions.format(keep.versions)]
    told += [text.format(getattr(keep, f"{name}_days")) for name, text in days.items()]
    of_people = [versions.format(keep.people_versions)]
    of_people += [text.format(getattr(keep, f"people_{name}_days")) for name, text in days.items()]
    people = terminal.word("含个人字段的数据集", "Datasets about people")
    terminal.say(terminal.told(terminal.word("保存规则", "Kept"), terminal.row(told)))
    terminal.say(terminal.told(people, terminal.row(of_people)))


def _show(old: tuple[Swept, ...], left: tuple[ObjectInfo, ...], terminal: Terminal) -> None:
    table = terminal.table(
        ("类别", "Class"),
        ("数据集", "Dataset"),
        ("内容", "What"),
        ("对象", "Objects"),
        ("字节", "Bytes"),
        ("原因", "Why"),
    )
    for item in old:
        table.add_row(
            terminal.word(*_CLASSES[item.of.value]),
            item.dataset,
            plain(item.what),
            f"{len(item.keys):,}",
            f"{item.size:,}",
            terminal.word(*_REASONS[item.reason.value]),
        )
    for info in left:
        unfinished = terminal.word("未完成的写入", "Unfinished write")
        why = terminal.word(*_REASONS["orphan"])
        table.add_row(unfinished, "", plain(info.key), "1", f"{info.size:,}", why)
    if table.row_count:
        terminal.say(table)
