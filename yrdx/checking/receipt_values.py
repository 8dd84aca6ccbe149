"""What a partner is told about one delivery: the values behind `receipt.json` and its pages."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from yrdx.checking.approval_words import how_it_stands
from yrdx.checking.cause_wording import headline
from yrdx.checking.findings_parquet import read_findings
from yrdx.checking.listed import listed_of
from yrdx.checking.proof import Proof
from yrdx.checking.returned import Returned
from yrdx.checking.verdict_words import reason
from yrdx.checking.waiver_words import Waived, waived_of, with_waivers
from yrdx.dataset import Dataset
from yrdx.model import (
    Attempt,
    Cause,
    ControlTotal,
    Decision,
    Delivery,
    FindingCount,
    Follower,
    Frozen,
    Note,
    Reading,
    Report,
    RowCounts,
    Severity,
    SinceLast,
    Text,
    Verdict,
    Versions,
)

PLACES = 5
"""How many places the receipt quotes for one rule in one column; the error list has all."""

SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.INFO)

SEVERITY_WORDS = {
    Severity.ERROR: Text(zh="错误", en="error"),
    Severity.WARNING: Text(zh="警告", en="warning"),
    Severity.INFO: Text(zh="提示", en="hint"),
}

MUST_BE_CHANGED = {
    Severity.ERROR: Text(zh="是", en="yes"),
    Severity.WARNING: Text(zh="否，请核实", en="no, please verify"),
    Severity.INFO: Text(zh="否", en="no"),
}

SOURCE_WORDS = {
    "reading": Text(zh="文件读取", en="reading of the file"),
    "contract": Text(zh="数据集约定", en="contract of the dataset"),
}
"""Sources that are no standard and no entry of the agreement, in words."""

_WORD = re.compile(r"(?<![A-Za-z0-9_])[a-z][a-z0-9_]*(?![A-Za-z0-9_])")

STATUS = {
    Verdict.ADMITTED: Text(zh="已入库", en="Admitted"),
    Verdict.ADMITTED_IN_PART: Text(zh="部分入库", en="Admitted in part"),
    Verdict.REJECTED: Text(zh="退回", en="Rejected"),
}
_STATUS_OF_TRIAL = {
    Verdict.ADMITTED: Text(zh="自查通过", en="Would be admitted"),
    Verdict.ADMITTED_IN_PART: Text(zh="自查部分通过", en="Would be admitted in part"),
    Verdict.REJECTED: Text(zh="自查不通过", en="Would be rejected"),
}


class Field(Frozen):
    """A field of the dataset and what it is called."""

    column: str
    title: Text


class Place(Frozen):
    """One wrong place; message and remedy only where they say more than the group's."""

    sheet: str | None
    row: int | None
    cell: str | None
    key: str | None
    value: str | None
    candidate: str | None
    message: Text | None = None
    remedy: Text | None = None

    @property
    def tells(self) -> bool:
        """Whether there is something to say beyond the place and its value."""
        return bool(self.candidate or self.message or self.remedy)


class WrongColumn(Frozen):
    """The places where one rule was broken in one column; the first few are quoted."""

    column: str | None
    title: Text | None
    header: str | None
    count: int
    places: tuple[Place, ...]


class Group(Frozen):
    """All that was wrong by one rule."""

    rule: str
    severity: Severity
    message: Text
    remedy: Text
    source: str
    count: int
    columns: tuple[WrongColumn, ...]


class Unchecked(Frozen):
    """A rule that could not run, with the title of its field."""

    rule: str
    column: str | None
    title: Text | None
    reason: Text


class Receipt(Frozen):
    """The report as the partner gets it.

    The number follows from the bytes and the versions alone. `trial` is true for a partner's own
    dry run: then `delivery`, `status` and `next_step` differ from the receipt of the delivered
    file, and nothing else does.
    `decision` is set where the receipt was issued again after a person had decided.
    """

    number: str
    trial: bool
    delivery: Delivery
    dataset_title: Text
    province_name: Text
    verdict: Verdict
    status: Text
    reason: Text
    next_step: Text
    tolerance: float
    rows: RowCounts
    errors: int
    warnings: int
    hints: int
    groups: tuple[Group, ...]
    waivers: tuple[Waived, ...] = ()
    notes: tuple[Note, ...]
    control_totals: tuple[ControlTotal, ...]
    not_supplied: tuple[Field, ...]
    missing: tuple[Field, ...]
    not_checked: tuple[Unchecked, ...]
    reading: Reading | None
    titles: dict[str, Text]
    versions: Versions
    since_last: SinceLast | None = None
    attempts: tuple[Attempt, ...] = ()
    proof: Proof | None = None
    causes: tuple[Cause, ...] = ()
    headline: Text | None = None
    followers: tuple[Follower, ...] = ()
    listed: int | None = None
    returned: Returned = Returned()
    decision: Decision | None = None


def draw_up(report: Report, dataset: Dataset, *, findings: Path) -> Receipt:
    """The receipt of a report; raises `ValueError` for a report without a verdict."""
    verdict = report.verdict
    if verdict is None:
        raise ValueError(
            f"the report of {report.delivery.filename!r} has no verdict ({len(report.faults)} "
            "faults): a receipt is written only when the check ran to its end; check it again"
        )
    titles = {name: column.title for name, column in dataset.columns.items()}
    trial = report.delivery.received_at is None
    by_verdict = (_STATUS_OF_TRIAL if trial else STATUS)[verdict]
    status, step = how_it_stands(report, verdict, status=by_verdict)
    return Receipt(
        number=receipt_number(report),
        trial=trial,
        delivery=report.delivery,
        dataset_title=dataset.title,
        province_name=_province_name(report, dataset),
        verdict=verdict,
        status=status,
        reason=with_waivers(reason(report, verdict), report),
        next_step=step,
        tolerance=report.tolerance,
        rows=report.rows,
        errors=report.count(Severity.ERROR),
        warnings=report.count(Severity.WARNING),
        hints=report.count(Severity.INFO),
        groups=tuple(_groups(report.findings, _first_places(report.findings, findings))),
        waivers=waived_of(report, titles),
        notes=report.notes,
        control_totals=report.control_totals,
        not_supplied=_fields(report.not_supplied, titles),
        missing=_fields(report.missing, titles),
        not_checked=tuple(
            Unchecked(
                rule=item.rule,
                column=item.column,
                title=titles.get(item.column or ""),
                reason=_in_titles(item.reason, titles),
            )
            for item in report.not_checked
        ),
        reading=report.reading,
        titles=titles,
        versions=report.versions,
        since_last=report.since_last,
        attempts=report.attempts,
        causes=report.causes,
        headline=headline(report.causes),
        followers=report.followers,
        listed=sum(listed_of(report.findings).values()),
    )


def receipt_number(report: Report) -> str:
    """Number of the receipt, derived from the bytes and the rules: the same check, the same one."""
    basis = f"{report.delivery.sha256}/{report.versions.digest}"
    digest = hashlib.sha256(basis.encode()).hexdigest().upper()
    return "-".join(("YRDX", digest[:4], digest[4:8], digest[8:12]))


def _province_name(report: Report, dataset: Dataset) -> Text:
    """The province in words where a code list of the dataset has it, else its code."""
    code = report.delivery.province
    if code == "00":
        return Text(zh="未注明", en="not stated")
    for listed in dataset.code_lists:
        for entry in listed.codes:
            if entry.value == f"{code}0000":
                return entry.label
    return Text(zh=code, en=code)


def _fields(names: Iterable[str], titles: dict[str, Text]) -> tuple[Field, ...]:
    return tuple(
        Field(column=name, title=titles.get(name, Text(zh=name, en=name))) for name in names
    )


def _in_titles(text: Text, titles: dict[str, Text]) -> Text:
    """The text with titles where it names fields: a partner knows no field names."""

    def title_zh(found: re.Match[str]) -> str:
        known = titles.get(found[0])
        return f"“{known.zh}”" if known else found[0]

    def title_en(found: re.Match[str]) -> str:
        known = titles.get(found[0])
        return f"“{known.en}”" if known and "_" in found[0] else found[0]

    return Text(zh=_WORD.sub(title_zh, text.zh), en=_WORD.sub(title_en, text.en))


def _groups(
    counted: tuple[FindingCount, ...], places: dict[tuple[str, str | None], list[Finding]]
) -> Iterator[Group]:
    """Counts put together by rule: errors first, then what was found most.

    Columns of which as much was found stay in the order of the counts, which is that of the table.
    """
    by_rule: dict[tuple[Severity, str], list[FindingCount]] = {}
    for item in counted:
        by_rule.setdefault((item.severity, item.rule), []).append(item)
    totals = {name: sum(item.count for item in items) for name, items in by_rule.items()}
    for name in sorted(by_rule, key=lambda k: (SEVERITIES.index(k[0]), -totals[k], k[1])):
        items = sorted(by_rule[name], key=lambda item: -item.count)
        first = items[0]
        yield Group(
            rule=first.rule,
            severity=first.severity,
            message=first.message,
            remedy=first.remedy,
            source=first.source,
            count=totals[name],
            columns=tuple(
                _wrong_column(item, first, places.get((item.rule, item.column), []))
                for item in items
            ),
        )


Finding = dict[str, str | int | None]
"""One line of `findings.parquet`."""


def _wrong_column(item: FindingCount, first: FindingCount, places: list[Finding]) -> WrongColumn:
    header = places[0]["header"] if places else None
    return WrongColumn(
        column=item.column,
        title=item.title,
        header=None if header is None else str(header),
        count=item.count,
        places=tuple(_place(line, first) for line in places),
    )


def _place(line: Finding, group: FindingCount) -> Place:
    message = Text(zh=str(line["message_zh"] or ""), en=str(line["message_en"] or ""))
    remedy = Text(zh=str(line["remedy_zh"] or ""), en=str(line["remedy_en"] or ""))
    cell = line["cell"]
    return Place.model_validate(
        {name: line[name] for name in ("sheet", "row", "key", "value", "candidate")}
        | {
            "cell": cell and str(cell).rpartition("!")[2],
            "message": message if message.zh and message != group.message else None,
            "remedy": remedy if remedy.zh and remedy != group.remedy else None,
        }
    )


def _first_places(
    counted: tuple[FindingCount, ...], findings: Path
) -> dict[tuple[str, str | None], list[Finding]]:
    """The first places of each rule and column; stops reading when it has them all."""
    wanted = {(item.rule, item.column): min(item.count, PLACES) for item in counted}
    found: dict[tuple[str, str | None], list[Finding]] = {}
    for batch in read_findings(findings):
        heads = batch.group_by(["rule", "column"], maintain_order=True).head(PLACES)
        for line in heads.iter_rows(named=True):
            places = found.setdefault((line["rule"], line["column"]), [])
            if len(places) < PLACES:
                places.append(line)
        if all(len(found.get(name, ())) >= count for name, count in wanted.items()):
            break
    return found
