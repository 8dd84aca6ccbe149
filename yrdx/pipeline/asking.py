"""What a person is asked before something is admitted or published: a headline and Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from yrdx import catalogue
from yrdx.checking.receipt_values import receipt_number
from yrdx.errors import ConfigurationError
from yrdx.model import Report, Severity, Text, Verdict
from yrdx.pipeline.approval import decision_on, receipt_key
from yrdx.pipeline.attempts import attempts_before
from yrdx.pipeline.exchange import Exchange
from yrdx.pipeline.listing import newest_report
from yrdx.pipeline.releasing import keep_preview
from yrdx.publication import Manifest
from yrdx.releasing.proposal import Proposal
from yrdx.store import layout

_VERDICTS = {
    Verdict.ADMITTED: "全部合格 all rows are good",
    Verdict.ADMITTED_IN_PART: "部分合格 good in part",
    Verdict.REJECTED: "退回 rejected",
}
_CAUSES = 8
_DELIVERIES = 40
_STOPS = 40
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&:])")
"""What Markdown reads as more than text: a delivered file cannot put a link in front of people."""
_BLANKS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: `subject` in a line, `body` in Markdown."""

    subject: str
    body: str


def link_to(exchange: Exchange, key: str) -> str:
    """Where people reach an object: by the public address, else as the store names it."""
    public = exchange.settings.public_url
    return f"{public.rstrip('/')}/{key}" if public else exchange.store.uri(key)


def ask_about(exchange: Exchange, report: Report) -> Question:
    """The question whether a checked delivery is admitted: figures and causes, no rows."""
    delivery, rows = report.delivery, report.rows
    who, unit = _supplier(exchange, report)
    title = catalogue.dataset(delivery.dataset).title
    verdict = _VERDICTS[report.verdict] if report.verdict else ""
    findings = " / ".join(f"{report.count(severity):,}" for severity in Severity)
    facts = [
        ("报送方 Supplied by", f"{who.zh} · {unit.zh}"),
        ("数据集 Dataset", f"{title.zh} {title.en}"),
        ("期次 Period", delivery.period),
        ("文件 File", delivery.filename),
        ("第几次报送 Attempt", str(delivery.attempt or 1)),
        ("校验结论 Verdict", verdict),
        ("读到的行 Rows read", f"{rows.read:,}"),
        ("合格行 Good rows", f"{rows.admitted:,}"),
        ("有错误的行 Rows with errors", f"{rows.rejected:,}"),
        ("错误 / 警告 / 提示 Errors / warnings / hints", findings),
        ("回执编号 Receipt", receipt_number(report)),
    ]
    since = report.since_last
    if since is not None:
        told = f"{since.fixed:,} / {since.new:,} / {since.still:,} / {since.back:,}"
        facts.append(("较上次 已改 / 新增 / 仍在 / 复现 fixed / new / still / back", told))
    causes = [
        f"{number}. {_text(item.title.zh)}（{item.count:,} 处 places）"
        for number, item in enumerate(report.causes[:_CAUSES], start=1)
    ]
    link = link_to(exchange, receipt_key(exchange, report))
    body = [_table(facts), "**原因 Causes**", "\n".join(causes) or "没有发现问题 nothing found"]
    body += _instead_of(exchange, report)
    return Question(
        subject=f"入库审批 Admit? {who.zh} {unit.zh} {title.zh} {delivery.period}",
        body="\n\n".join([*body, _reference("回执 Receipt", link)]),
    )


def _instead_of(exchange: Exchange, report: Report) -> list[str]:
    """That questions about earlier attempts are void, where such a question was asked."""
    asked = [newest_report(exchange, item) for item in attempts_before(exchange, report.delivery)]
    void = [
        str(item.delivery.attempt or 1)
        for item in asked
        if item is not None and item.needs_approval and decision_on(exchange, item) is None
    ]
    if not void:
        return []
    zh, en = "、".join(void), ", ".join(void)
    told = f"第 {zh} 次报送已由本次取代，其审批请求作废。 Attempt {en} is superseded by this one, "
    return [told + "and the question about it is withdrawn."]


def ask_about_snapshot(exchange: Exchange, proposed: Manifest) -> Question:
    """The question whether a snapshot is published: what it would be made from."""
    title = catalogue.dataset(proposed.dataset).title
    facts = [
        ("数据集 Dataset", f"{title.zh} {title.en}"),
        ("较之前的版本 Version before", proposed.parent or "—"),
        ("行数 Rows", f"{proposed.rows:,}"),
        ("报送 Deliveries", str(len(proposed.lineage))),
        ("撤回 Withdrawn", str(len(proposed.withdrawn))),
    ]
    lines = [
        f"- {item.period} {item.province}-{item.unit}：{item.rows:,} 行 rows，"
        f"{_text(_VERDICTS[item.verdict])}，"
        + _reference("回执 Receipt", link_to(exchange, _page(item.receipt_key)))
        for item in proposed.lineage[:_DELIVERIES]
    ]
    if len(proposed.lineage) > _DELIVERIES:
        lines.append(f"- … {len(proposed.lineage) - _DELIVERIES:,}")
    return Question(
        subject=f"发布审批 Publish? {title.zh} {title.en}",
        body="\n\n".join([_table(facts), "**由这些报送组成 Made from**", "\n".join(lines)]),
    )


def ask_about_release(exchange: Exchange, proposal: Proposal) -> Question:
    """The question whether a stopped release may pass: what stops it, and what it changes."""
    facts = [
        ("数据集 Datasets", str(len(proposal.pins))),
        ("较之前的批次 Release before", proposal.base.id if proposal.base else "—"),
        ("有变化的数据集 Datasets changed", str(len(proposal.changes))),
        ("新增行 Rows added", f"{sum(item.added for item in proposal.changes):,}"),
        ("更正行 Rows changed", f"{sum(item.changed for item in proposal.changes):,}"),
        ("删除行 Rows removed", f"{sum(item.removed for item in proposal.changes):,}"),
    ]
    stops = [f"- {_text(item.text.zh)} / {_text(item.text.en)}" for item in proposal.stops[:_STOPS]]
    if len(proposal.stops) > _STOPS:
        stops.append(f"- … {len(proposal.stops) - _STOPS:,}")
    link = link_to(exchange, keep_preview(exchange, proposal))
    return Question(
        subject=f"发布确认 Release? {proposal.day} {proposal.made_from[:12]}",
        body="\n\n".join(
            [
                _table(facts),
                "**需确认的事项 What stops it**",
                "\n".join(stops) or "按设置，每个批次都需确认 the settings ask for every release",
                _reference("预览 Preview", link),
            ]
        ),
    )


def report_at(exchange: Exchange, key: str) -> Report:
    """The report under a key of the store."""
    return Report.model_validate_json(exchange.store.get(key))


def report_key(report: Report) -> str:
    """Where a report lies."""
    return layout.checked(report.delivery, rules_digest=report.versions.digest, name="report.json")


def _supplier(exchange: Exchange, report: Report) -> tuple[Text, Text]:
    """The names of province and unit; their codes where the agreement is gone."""
    delivery = report.delivery
    try:
        province = exchange.province(delivery.province)
        return province.name, exchange.agreement(delivery).unit_name
    except ConfigurationError:
        code, unit = delivery.province, delivery.unit
        return Text(zh=code, en=code), Text(zh=unit, en=unit)


def _page(receipt: str) -> str:
    return f"{receipt.removesuffix('.json')}.html"


def _table(facts: Iterable[tuple[str, str]]) -> str:
    lines = [f"| {_text(name)} | {_text(value)} |" for name, value in facts]
    return "\n".join(["| | |", "| --- | --- |", *lines])


def _reference(words: str, link: str) -> str:
    """A link where it is one that a browser opens, else the place in words."""
    if link.startswith(("https://", "http://")):
        return f"[{words}](<{link}>)"
    return f"{words}: {_text(link)}"


def _text(value: str) -> str:
    """A value as plain text of one line, whatever Markdown would make of it."""
    return _SPECIAL.sub(r"\\\1", _BLANKS.sub(" ", value))
