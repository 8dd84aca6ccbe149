"""`yrdx rehearse`: what changed rules would do to all that has landed, before they are in force."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from yrdx.cli import BROKEN, REJECTED
from yrdx.cli.provinces import code_of
from yrdx.cli.terminal import Terminal, plain, print_for_programs, terminal_of
from yrdx.errors import ConfigurationError

if TYPE_CHECKING:
    from yrdx.model import Delivery, Verdict
    from yrdx.pipeline import Exchange
    from yrdx.pipeline.rehearsal import Changed, Rehearsed, Summary

_AS = {
    "error": ("错误", "error"),
    "warning": ("警告", "warning"),
    "info": ("提示", "hint"),
    "shadow": ("影子", "shadow"),
}
_VERDICTS = {
    "admitted": ("入库", "admitted"),
    "admitted_in_part": ("部分入库", "in part"),
    "rejected": ("退回", "rejected"),
}


def rehearse(
    context: typer.Context,
    *,
    dataset: Annotated[
        str | None, typer.Option("--dataset", "-d", help="只演练一个数据集 One dataset only.")
    ] = None,
    province: Annotated[
        str | None, typer.Option("--province", "-p", help="只演练一个省份 One province only: 33.")
    ] = None,
    rules: Annotated[
        Path | None,
        typer.Option(
            help="改过的数据集模块，代替 schemas/ 中的同名文件 "
            "A changed module, in place of its namesake in schemas/.",
        ),
    ] = None,
    calendar: Annotated[
        Path | None,
        typer.Option(
            help="改过的规则日历，代替 schemas/calendar/ 中的同名文件 "
            "A changed file of the rule calendar, in place of its namesake.",
        ),
    ] = None,
    on: Annotated[
        str | None,
        typer.Option(
            metavar="DAY",
            help="按哪一天的日历：YYYY-MM-DD 或 receipt（各自接收日） Stages of which day.",
            show_default="日历最后一次变化之后 after its last change",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON Print JSON.")] = False,
) -> None:
    """演练：用改过的规则重验已接收的报送，不保存结果。 Try changed rules on all that landed.

    每份约定、每个期次只取最近一次报送，与最近一份回执比较；只要有一份会变差，退出码为 1。
    The newest attempt of each is compared with the last receipt; exit code 1 if any gets worse.
    """
    from yrdx import pipeline
    from yrdx.settings import Settings

    terminal = terminal_of(context)
    exchange = pipeline.open_exchange(Settings.load())
    changed = _changed(rules, calendar)
    chosen = pipeline.to_rehearse(
        exchange,
        changed=changed,
        province=code_of(province, exchange.settings),
        dataset=dataset,
    )
    found = _all(exchange, chosen, terminal, changed=changed, on=on, quiet=as_json)
    if as_json:
        print_for_programs(f"{_as_json(found)}\n".encode())
    else:
        _show(found, terminal)
    if any(item.after is None for item in found):
        raise typer.Exit(BROKEN)
    if any(item.newly_fails for item in found):
        raise typer.Exit(REJECTED)


def _changed(rules: Path | None, calendar: Path | None) -> Changed:
    from yrdx import catalogue, pipeline
    from yrdx.cli.files import readable
    from yrdx.rule_calendar import Calendar

    datasets = {}
    if rules is not None:
        datasets = {rules.stem: catalogue.dataset_from(readable(rules))}
    stages = None
    if calendar is not None:
        stages = Calendar().with_file(readable(calendar))
        pipeline.refuse_unknown_file(stages)
    return pipeline.Changed(datasets=datasets, calendar=stages)


def _all(
    exchange: Exchange,
    chosen: list[Delivery],
    terminal: Terminal,
    *,
    changed: Changed,
    on: str | None,
    quiet: bool,
) -> list[Rehearsed]:
    from yrdx import pipeline

    if not terminal.console.is_terminal or quiet:
        return list(pipeline.rehearse(exchange, chosen, changed=changed, on=_day(on)))
    from rich.progress import track

    found = pipeline.rehearse(exchange, chosen, changed=changed, on=_day(on))
    told = terminal.word("演练", "rehearsing")
    shown = track(found, told, total=len(chosen), console=terminal.console, transient=True)
    return list(shown)


def _day(stated: str | None) -> date | Literal["receipt"] | None:
    """A day, the word for the day of receipt, or None where nothing was stated."""
    if stated is None or stated == "receipt":
        return "receipt" if stated else None
    try:
        return date.fromisoformat(stated)
    except ValueError as error:
        raise ConfigurationError(
            f"日期应写作 YYYY-MM-DD，或 receipt --on takes a day such as 2026-09-01, or receipt, "
            f"not {stated!r}"
        ) from error


def _as_json(found: list[Rehearsed]) -> str:
    told = [
        {**item.model_dump(mode="json"), "newly_fails": item.newly_fails}
        | {"newly_passes": item.newly_passes}
        for item in found
    ]
    return json.dumps({"deliveries": told}, ensure_ascii=False, indent=1)


def _show(found: list[Rehearsed], terminal: Terminal) -> None:
    from yrdx import pipeline

    if not found:
        terminal.say(terminal.word("没有可演练的报送。", "Nothing has landed to rehearse."))
        return
    table = terminal.table(
        ("省份", "Province"),
        ("数据集", "Dataset"),
        ("报送", "Deliveries"),
        ("变差", "Newly fail"),
        ("变好", "Newly pass"),
        ("未校验过", "Never checked"),
        ("规则出错", "Broken"),
    )
    summaries = pipeline.summaries(found)
    for item in summaries:
        figures = (item.deliveries, item.newly_fail, item.newly_pass, item.never_checked)
        table.add_row(item.province, item.dataset, *map(str, (*figures, item.broken)))
    terminal.say(table)
    _verdicts(found, terminal)
    for item in summaries:
        _rules(item, terminal)
    _faults(found, terminal)
    worse = sum(item.newly_fails for item in found)
    terminal.say(
        terminal.word(
            f"共 {len(found)} 份，结论会变差 {worse} 份；没有保存任何结果。",
            f"{len(found)} deliveries, {worse} would get a worse verdict; nothing was stored.",
        )
    )


def _verdicts(found: list[Rehearsed], terminal: Terminal) -> None:
    """The deliveries whose verdict would change."""
    changes = [item for item in found if item.newly_fails or item.newly_passes]
    if not changes:
        return
    terminal.heading("结论会变的报送", "Deliveries whose verdict would change")
    for item in changes:
        delivery = item.delivery
        rejected = f"{item.rows_before.rejected:,} → {item.rows_after.rejected:,}"
        terminal.say(
            f"  {delivery.province} {delivery.unit} {delivery.dataset} {delivery.period} "
            f"{plain(delivery.filename)}: {_verdict(item.before, terminal)} → "
            f"{_verdict(item.after, terminal)}  "
            + terminal.word(f"错误行 {rejected}", f"wrong rows {rejected}"),
            style="red" if item.newly_fails else "green",
        )


def _rules(item: Summary, terminal: Terminal) -> None:
    if not item.rules:
        return
    terminal.heading(
        f"{item.province} {item.dataset}：按规则的变化", f"{item.province} {item.dataset}: by rule"
    )
    table = terminal.table(
        ("规则", "Rule"), ("列", "Column"), ("原来", "Before"), ("演练", "After")
    )
    for change in item.rules:
        before = _count(change.before, change.before_as, terminal)
        after = _count(change.after, change.after_as, terminal)
        table.add_row(change.rule, change.column or "", before, after)
    terminal.say(table)


def _count(number: int, known_as: str | None, terminal: Terminal) -> str:
    return f"{number:,} {terminal.word(*_AS[known_as])}" if known_as else "0"


def _verdict(verdict: Verdict | None, terminal: Terminal) -> str:
    return terminal.word(*_VERDICTS[verdict.value]) if verdict else "—"


def _faults(found: list[Rehearsed], terminal: Terminal) -> None:
    faults = Counter(fault for item in found for fault in item.faults)
    if faults:
        terminal.heading("出错的规则", "Rules that broke")
    for fault, times in faults.items():
        terminal.say(f"  {fault.stage} ×{times}: {fault.exception}: {fault.message}", style="red")
