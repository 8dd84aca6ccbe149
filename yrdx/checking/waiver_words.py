"""What a partner is told of waivers: which hold, which are void and why, and what follows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from yrdx.model import Frozen, Report, Text, WaiverState, WaiverUse


class Waived(Frozen):
    """One waiver in a receipt; `outcome` says in words what it did this time."""

    id: str
    rule: str
    column: str | None
    title: Text | None
    state: WaiverState
    outcome: Text
    count: int
    limit: int
    rows: int
    until: date
    reason: Text
    accepted_by: Text
    accepted_on: date


def waived_of(report: Report, titles: Mapping[str, Text]) -> tuple[Waived, ...]:
    """All waivers of a report, those that hold first."""
    order = list(WaiverState)
    return tuple(
        Waived(
            id=use.waiver.id,
            rule=use.waiver.rule,
            column=use.waiver.column,
            title=titles.get(use.waiver.column or ""),
            state=use.state,
            outcome=_outcome(use),
            count=use.count,
            limit=use.waiver.limit,
            rows=use.rows,
            until=use.waiver.until,
            reason=use.waiver.reason,
            accepted_by=use.waiver.accepted_by,
            accepted_on=use.waiver.accepted_on,
        )
        for use in sorted(report.waivers, key=lambda use: order.index(use.state))
    )


def _outcome(use: WaiverUse) -> Text:
    count, limit, until = use.count, use.waiver.limit, use.waiver.until
    match use.state:
        case WaiverState.HOLDS:
            return Text(
                zh=f"有效：{count:,} 处按警告处理，{use.rows:,} 行照常入库并注明。",
                en=f"Holds: {count:,} findings count as warnings, {use.rows:,} rows are admitted "
                "and marked.",
            )
        case WaiverState.EXCEEDED:
            return Text(
                zh=f"失效：超过上限（允许 {limit:,} 处，实有 {count:,} 处），全部按错误处理。",
                en=f"Void, because exceeded: {limit:,} findings are accepted and there are "
                f"{count:,}; all of them count as errors.",
            )
        case WaiverState.EXPIRED:
            return Text(
                zh=f"失效：已过期（有效至 {until}），{count:,} 处全部按错误处理。",
                en=f"Void, because its last day was {until}: all {count:,} findings count as "
                "errors.",
            )


def with_waivers(reason: Text, report: Report) -> Text:
    """The reason of a verdict, and what waivers have to do with it."""
    admitted = [use for use in report.waivers if use.rows]
    void = [use for use in report.waivers if use.state is not WaiverState.HOLDS]
    if admitted:
        rows = sum(use.rows for use in admitted)
        ids = ", ".join(use.waiver.id for use in admitted)
        reason = Text(
            zh=f"{reason.zh}其中带有已豁免问题的 {rows:,} 行照常入库（豁免 {ids}）。",
            en=f"{reason.en} {rows:,} of the rows have a waived finding ({ids}).",
        )
    if void:
        ids = ", ".join(use.waiver.id for use in void)
        reason = Text(
            zh=f"{reason.zh}豁免 {ids} 已失效，不起作用。",
            en=f"{reason.en} Waiver {ids} is void and changed nothing.",
        )
    return reason
