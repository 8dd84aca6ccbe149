"""`yrdx release`: snapshots that fit together become a release; preview, confirm, take back."""

from __future__ import annotations

import getpass
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yrdx.cli import REJECTED
from yrdx.cli.terminal import Terminal, plain, terminal_of
from yrdx.errors import ConfigurationError, ReleaseStopped
from yrdx.folders import writable_file

if TYPE_CHECKING:
    from yrdx.pipeline import Exchange
    from yrdx.releasing.manifest import Coverage, Pin, Release, RuleResult
    from yrdx.releasing.proposal import Proposal

Day = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"],
        help="以哪一天判断逾期 The day by which deliveries are late.",
        show_default="今天 today",
    ),
]
Who = Annotated[
    str | None,
    typer.Option("--by", help="谁 Who.", show_default="当前系统用户 the system's user"),
]
Why = Annotated[str, typer.Option("--reason", help="理由，将公开 Why; it is published.")]
WhichRelease = Annotated[str, typer.Argument(metavar="RELEASE", help="发布批次编号 Its id.")]


def preview(
    context: typer.Context,
    *,
    day: Day = None,
    html: Annotated[
        Path | None, typer.Option(help="另存为网页 Write it as a page as well.")
    ] = None,
) -> None:
    """预览：将包含哪些快照，对谁有什么变化，有无需专人确认的事项。 What a release would be.

    不写入任何内容。 Nothing is written.
    """
    from yrdx import pipeline

    if html is not None:
        writable_file(html, stated_by="--html")
    terminal, exchange = terminal_of(context), _exchange()
    proposal = _proposed(exchange, terminal, day)
    if proposal is None:
        return
    _tell(proposal, terminal)
    if html is not None:
        html.write_text(pipeline.preview_page(exchange, proposal), encoding="utf-8")
        terminal.say(terminal.told(terminal.word("网页", "Page"), plain(html)))


def create(context: typer.Context, *, day: Day = None) -> None:
    """发布一个批次；有需专人确认的事项时不发布。 Make a release, unless something stops it.

    快照没有变化时不产生新批次。退出码 1：需先确认或先计算衍生数据集。
    The same snapshots make no new release. Exit code 1: confirm, or derive, first.
    """
    from yrdx import pipeline

    terminal, exchange = terminal_of(context), _exchange()
    try:
        made = pipeline.release(exchange, day=_day(day), created=_now())
    except ReleaseStopped as stopped:
        terminal.say(f"{terminal.word('未发布', 'Not released')}：{plain(stopped)}", style="red")
        raise typer.Exit(REJECTED) from None
    if made is None:
        _nothing_new(terminal)
        return
    terminal.say(
        terminal.word(
            f"已发布 {made.id}：{len(made.pins)} 个数据集",
            f"Released {made.id}: {len(made.pins)} datasets",
        ),
        style="green",
    )
    terminal.say(f"  {_place(exchange, made.id)}")


def confirm(
    context: typer.Context,
    proposal: Annotated[
        str, typer.Argument(metavar="PROPOSAL", help="预览中显示的提案编号 As the preview shows.")
    ],
    *,
    reason: Why,
    by: Who = None,
    refuse: Annotated[bool, typer.Option("--refuse", help="不同意 Refuse.")] = False,
    day: Day = None,
) -> None:
    """确认（或不同意）一个需专人确认的提案。 Let a stopped release pass, or refuse it.

    以第一次的决定为准；内容一变就要重新确认。之后请执行 yrdx release create。
    The first decision stays; when anything changes, it is asked for again. Then create it.
    """
    from yrdx import pipeline

    terminal, exchange = terminal_of(context), _exchange()
    found = _proposed(exchange, terminal, day)
    if found is None:
        return
    if len(proposal) < 8 or not found.made_from.startswith(proposal):
        raise ConfigurationError(
            f"现在的提案是 the proposal is now {found.made_from[:12]}，不是 not {proposal!r}; "
            f"请重新预览 look at it again: yrdx release preview"
        )
    decision = pipeline.confirm_release(
        exchange,
        found,
        confirmed=not refuse,
        by=by or getpass.getuser(),
        at=_now(),
        reason=reason,
    )
    word = (
        terminal.word("已确认", "Confirmed")
        if decision.confirmed
        else terminal.word("不同意", "Refused")
    )
    terminal.say(
        f"{word} {proposal}（{plain(decision.by)}：{plain(decision.reason)}）",
        style="green" if decision.confirmed else "yellow",
    )
    if decision.confirmed is refuse:
        terminal.say(
            terminal.word(
                "此前已有决定，以第一次的为准。", "It was decided before: the first decision stays."
            ),
            style="red",
        )


def withdraw(context: typer.Context, release: WhichRelease, *, reason: Why, by: Who = None) -> None:
    """撤回一个批次；历史全部保留。 Take a release back; its history stays.

    读者改为得到此前仍有效的批次。 Readers are led to the newest release that stands.
    """
    from yrdx import pipeline

    terminal, exchange = terminal_of(context), _exchange()
    record = pipeline.withdraw_release(
        exchange, release, by=by or getpass.getuser(), at=_now(), reason=reason
    )
    newest = pipeline.newest_release(exchange)
    stands = newest.id if newest else terminal.word("无", "none")
    terminal.say(
        terminal.word(
            f"已撤回 {record.release}（{plain(record.reason)}）。现行批次：{stands}",
            f"Withdrawn: {record.release} ({plain(record.reason)}). Now in force: {stands}",
        )
    )


def list_(context: typer.Context) -> None:
    """所有批次，从新到旧。 All releases, newest first."""
    from yrdx import pipeline
    from yrdx.cli.verbs import moment

    terminal, exchange = terminal_of(context), _to_look()
    table = terminal.table(
        ("批次", "Release"),
        ("时间", "Created"),
        ("数据集", "Datasets"),
        ("状态", "State"),
        ("确认人、理由", "Confirmed by, why"),
    )
    newest = pipeline.newest_release(exchange)
    for item, withdrawal in pipeline.releases(exchange):
        state = terminal.word("已被取代", "superseded")
        if withdrawal is not None:
            state = terminal.word(
                f"已撤回：{plain(withdrawal.reason)}", f"withdrawn: {plain(withdrawal.reason)}"
            )
        elif newest is not None and item.id == newest.id:
            state = terminal.word("现行", "in force")
        who = item.confirmation
        table.add_row(
            item.id,
            moment(item.created),
            str(len(item.pins)),
            state,
            f"{plain(who.by)}：{plain(who.reason)}" if who else "",
        )
    if table.row_count:
        terminal.say(table)
    else:
        terminal.say(terminal.word("还没有发布批次。", "Nothing was released yet."))


def show(
    context: typer.Context,
    release: Annotated[
        str | None,
        typer.Argument(metavar="[RELEASE]", help="批次编号；不写则为现行批次 None: in force."),
    ] = None,
) -> None:
    """一个批次：快照、变化、覆盖情况、规则结论。 One release: what it pins, and how it stands."""
    from yrdx import pipeline

    terminal, exchange = terminal_of(context), _to_look()
    found = (
        pipeline.release_named(exchange, release) if release else pipeline.newest_release(exchange)
    )
    if found is None:
        terminal.say(terminal.word("还没有发布批次。", "Nothing was released yet."))
        return
    terminal.say(f"{found.id}  {_place(exchange, found.id)}", style="bold")
    _tell_parts(found.pins, found, terminal)
    if found.confirmation is not None:
        who = found.confirmation
        terminal.say(
            terminal.told(
                terminal.word("确认", "Confirmed"), f"{plain(who.by)}：{plain(who.reason)}"
            )
        )


def report(
    context: typer.Context,
    release: Annotated[
        str | None,
        typer.Argument(metavar="[RELEASE]", help="批次编号；不写则为现行批次 None: in force."),
    ] = None,
    *,
    html: Annotated[
        Path | None, typer.Option(help="另存一份 Write a copy of it.", show_default=False)
    ] = None,
) -> None:
    """发布报告：指标与目标、产教对接、到报、变化、质量，可离线阅读和打印。 A release's report.

    批次发布时已生成，此处给出位置；缺少时补生成。 It is made with the release; here is where.
    """
    from yrdx import pipeline

    if html is not None:
        writable_file(html, stated_by="--html")
    terminal, exchange = terminal_of(context), _to_look()
    found = (
        pipeline.release_named(exchange, release) if release else pipeline.newest_release(exchange)
    )
    if found is None:
        terminal.say(terminal.word("还没有发布批次。", "Nothing was released yet."))
        return
    key = pipeline.report_release(exchange, found)
    terminal.say(terminal.told(terminal.word("报告", "Report"), exchange.store.uri(key)))
    if html is not None:
        html.write_bytes(exchange.store.get(key))


def _exchange() -> Exchange:
    from yrdx import pipeline
    from yrdx.settings import Settings

    return pipeline.open_exchange(Settings.load())


def _to_look() -> Exchange:
    """For who only reads: opening writes nothing."""
    from yrdx import pipeline
    from yrdx.settings import Settings

    return pipeline.open_to_look(Settings.load())


def _proposed(exchange: Exchange, terminal: Terminal, day: datetime | None) -> Proposal | None:
    from yrdx import pipeline

    proposal = pipeline.propose_release(exchange, day=_day(day))
    if proposal is None:
        _nothing_new(terminal)
    return proposal


def _nothing_new(terminal: Terminal) -> None:
    terminal.say(
        terminal.word(
            "快照自现行批次以来没有变化。", "No snapshot has changed since the release in force."
        )
    )


def _tell(proposal: Proposal, terminal: Terminal) -> None:
    _tell_parts(proposal.pins, proposal, terminal)
    for item in proposal.outdated:
        names = ", ".join(item.differing)
        terminal.say(
            terminal.word(
                f"✘ 需先重新计算 {item.dataset}（依据已变：{names}）：yrdx derive --publish",
                f"✘ derive {item.dataset} again first ({names} changed): yrdx derive --publish",
            ),
            style="red",
        )
    for stop in proposal.stops:
        terminal.say(f"✘ {terminal.of(stop.text)}", style="red")
    if proposal.needs_a_person:
        short = proposal.made_from[:12]
        terminal.say(
            terminal.word(
                f"需专人确认：yrdx release confirm {short} --reason …",
                f"A person has to confirm: yrdx release confirm {short} --reason …",
            )
        )
    elif not proposal.outdated:
        terminal.say(terminal.word("可以发布。", "Nothing stops it."), style="green")


def _tell_parts(pins: tuple[Pin, ...], of: Proposal | Release, terminal: Terminal) -> None:
    table = terminal.table(
        ("数据集", "Dataset"),
        ("版本", "Version"),
        ("行", "Rows"),
        ("新增", "Added"),
        ("更正", "Changed"),
        ("删除", "Removed"),
        ("变化的省份", "Provinces with changes"),
    )
    changed = {item.dataset: item for item in of.changes}
    for pin in pins:
        change = changed.get(pin.dataset)
        counts = (change.added, change.changed, change.removed) if change else (0, 0, 0)
        provinces = sorted({unit.province for unit in change.units}) if change else []
        table.add_row(
            pin.dataset,
            pin.version,
            "" if pin.rows is None else f"{pin.rows:,}",
            *(f"{count:,}" if count else "" for count in counts),
            " ".join(provinces),
        )
    terminal.say(table)
    _tell_coverage(of.coverage, terminal)
    _tell_rules(of.rules, terminal)


def _tell_coverage(coverage: tuple[Coverage, ...], terminal: Terminal) -> None:
    from yrdx.releasing.page import STATE_WORDS

    counted = Counter(item.state for item in coverage)
    told = (f"{terminal.of(words)} {counted[state]}" for state, words in STATE_WORDS.items())
    terminal.say(terminal.told(terminal.word("覆盖情况", "Coverage"), terminal.row(told)))


def _tell_rules(rules: tuple[RuleResult, ...], terminal: Terminal) -> None:
    from yrdx.releasing.page import OUTCOME_WORDS

    counted = Counter(item.outcome for item in rules)
    told = (f"{terminal.of(words)} {counted[key]}" for key, words in OUTCOME_WORDS.items())
    terminal.say(
        terminal.told(terminal.word("跨集、跨省规则", "Rules over all"), terminal.row(told))
    )


def _place(exchange: Exchange, name: str) -> str:
    from yrdx.store import layout

    return exchange.store.uri(layout.release(name))


def _day(day: datetime | None) -> date:
    return day.date() if day else _now().date()


def _now() -> datetime:
    from yrdx.settings import TIMEZONE

    return datetime.now(TIMEZONE).replace(microsecond=0)
