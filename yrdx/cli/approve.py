"""`yrdx approve`: decide about a delivery, or a snapshot, that waits for a person."""

from __future__ import annotations

import getpass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from yrdx.cli.terminal import Terminal, plain, terminal_of
from yrdx.cli.verbs import checked_report, moment
from yrdx.errors import ConfigurationError

if TYPE_CHECKING:
    from yrdx.model import Decision, SnapshotDecision
    from yrdx.pipeline import Exchange


def approve(
    context: typer.Context,
    delivery: Annotated[
        str | None,
        typer.Argument(
            metavar="[DELIVERY]",
            help="报送的键或 SHA-256 开头；不写则列出待审批的 Key or SHA-256 prefix; none: a list.",
        ),
    ] = None,
    *,
    snapshot: Annotated[
        str | None,
        typer.Option(metavar="DATASET", help="审批该数据集的下一版快照 The next snapshot instead."),
    ] = None,
    refuse: Annotated[bool, typer.Option("--refuse", help="不批准 Refuse.")] = False,
    reason: Annotated[
        str, typer.Option(help="意见，会写进回执 Why; the partner reads it in the receipt.")
    ] = "",
    by: Annotated[
        str | None,
        typer.Option(help="审批人 Who decides.", show_default="当前系统用户 the system's user"),
    ] = None,
) -> None:
    """审批一份等待入库的报送，或待发布的快照。 Approve or refuse what waits for a person.

    以第一次作出的决定为准，意见写进重新出具的回执。批准后请执行 yrdx admit（快照：yrdx publish）。
    The first decision stays; the receipt is issued again with it. After an approval run
    yrdx admit (yrdx publish for a snapshot).
    """
    from yrdx import pipeline
    from yrdx.settings import Settings

    terminal = terminal_of(context)
    exchange = pipeline.open_exchange(Settings.load())
    if delivery is not None and snapshot is not None:
        raise ConfigurationError("请只给出一项 name a delivery or --snapshot, not both")
    if delivery is None and snapshot is None:
        _list(exchange, terminal)
        return
    who = by or getpass.getuser()
    if snapshot is not None:
        _decide_snapshot(exchange, snapshot, terminal, approved=not refuse, by=who, reason=reason)
        return
    report = checked_report(exchange, delivery or "")
    decision = pipeline.decide(
        exchange, report, approved=not refuse, by=who, at=_now(), reason=reason
    )
    _tell(terminal, plain(report.delivery.filename), decision, asked=not refuse)
    receipt = exchange.store.uri(pipeline.receipt_key(exchange, report))
    terminal.say(terminal.told(terminal.word("回执", "Receipt"), plain(receipt)))
    if decision.approved:
        next_one = f"yrdx admit {report.delivery.sha256[:16]}"
        terminal.say(terminal.told(terminal.word("入库", "To admit it"), next_one))


def _decide_snapshot(
    exchange: Exchange, dataset: str, terminal: Terminal, *, approved: bool, by: str, reason: str
) -> None:
    from yrdx import pipeline

    proposed = pipeline.proposed(exchange, dataset)
    if proposed is None:
        terminal.say(terminal.word("没有新的入库数据，快照不变。", "Nothing new to publish."))
        return
    decision = pipeline.decide_snapshot(
        exchange,
        dataset,
        made_from=proposed.made_from,
        approved=approved,
        by=by,
        at=_now(),
        reason=reason,
    )
    _tell(terminal, dataset, decision, asked=approved)
    if decision.approved:
        terminal.say(
            terminal.told(terminal.word("发布", "To publish it"), f"yrdx publish {dataset}")
        )


def _tell(
    terminal: Terminal, what: str, decision: Decision | SnapshotDecision, *, asked: bool
) -> None:
    word = (
        terminal.word("已批准", "Approved")
        if decision.approved
        else terminal.word("不批准", "Refused")
    )
    by, reason, when = plain(decision.by), plain(decision.reason), moment(decision.at)
    told = terminal.word(f"{by}，{when}：{reason}", f"{by}, {when}: {reason}")
    terminal.say(f"{word} {what}（{told}）", style="green" if decision.approved else "yellow")
    if decision.approved != asked:
        terminal.say(
            terminal.word(
                "此前已有决定，以第一次的为准。", "It was decided before: the first decision stays."
            ),
            style="red",
        )


def _list(exchange: Exchange, terminal: Terminal) -> None:
    from yrdx import pipeline

    table = terminal.table(
        ("报送", "Delivery"),
        ("省份", "Province"),
        ("单位", "Unit"),
        ("数据集", "Dataset"),
        ("期次", "Period"),
        ("合格行", "Good"),
        ("错误行", "Wrong"),
        ("回执", "Receipt"),
    )
    for report in pipeline.waiting(exchange):
        delivery = report.delivery
        table.add_row(
            delivery.sha256[:16],
            delivery.province,
            delivery.unit,
            delivery.dataset,
            delivery.period,
            f"{report.rows.admitted:,}",
            f"{report.rows.rejected:,}",
            plain(exchange.store.uri(pipeline.receipt_key(exchange, report))),
        )
    for dataset in exchange.settings.approve_snapshots:
        proposed = pipeline.proposed(exchange, dataset)
        if proposed is None or pipeline.decision_on_snapshot(
            exchange, dataset, made_from=proposed.made_from
        ):
            continue
        word = terminal.word("快照 --snapshot", "--snapshot")
        table.add_row(word, "", "", dataset, "", f"{proposed.rows:,}", "", "")
    if table.row_count:
        terminal.say(table)
    else:
        terminal.say(terminal.word("没有待审批的报送或快照。", "Nothing waits for approval."))


def _now() -> datetime:
    from yrdx.settings import TIMEZONE

    return datetime.now(TIMEZONE).replace(microsecond=0)
