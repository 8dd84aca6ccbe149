"""Rules as they hold for one delivery: by the calendar on the day of receipt, and by its waivers.

A waived rule runs as a warning, so that its rows are admitted; where there turn out to be more
findings than the waiver accepts, the check is made again without it. What is found in the shadow
is taken out of the findings at the end, so that nothing that a partner gets can show it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import polars as pl

from yrdx.checking.common_rules import PARSE_FAILURES
from yrdx.checking.result import Checked, Terms
from yrdx.dataset import Dataset
from yrdx.model import (
    Fault,
    FindingCount,
    NotChecked,
    Severity,
    Text,
    Waiver,
    WaiverState,
    WaiverUse,
)
from yrdx.reading.table import ROW, Table
from yrdx.rule_calendar import InForce, Stage

SHADOW = "shadow.parquet"
"""What rules in the shadow found; only the exchange has it."""

NOT_FOR_DISCUSSION = frozenset(
    {
        *(code for code, _ in PARSE_FAILURES.values()),
        "row_is_of_another_province",
        "row_is_of_another_period",
    }
)
"""Rules that neither calendar nor waiver changes: without them a value is lost, or misplaced."""

Declared = dict[tuple[str, str | None], Severity]
"""Rule and column → severity."""

_ROWS_AT_ONCE = 100_000

AnyRule = TypeVar("AnyRule", bound=Any)


def as_in_force(rules: Iterable[AnyRule], terms: Terms) -> list[AnyRule]:
    """The rules that run for a delivery, with the severity that their findings have in it.

    Rules of rows, of lists and of tables alike. A rule in the shadow runs as a hint.
    """
    found = []
    for rule in rules:
        if rule.code in NOT_FOR_DISCUSSION:
            found.append(rule)
            continue
        standing = terms.in_force.of(rule)
        if not standing.stage.is_run:
            continue
        severity = Severity.INFO if standing.stage is Stage.SHADOW else standing.severity
        changed = rule if severity is rule.severity else replace(rule, severity=severity)
        waiver = _waiver_of(changed, terms) if severity is Severity.ERROR else None
        found.append(_waived(changed, waiver) if waiver else changed)
    return found


def is_softened(code: str, column: str | None, terms: Terms) -> bool:
    """Whether a rule may be milder for this delivery than its author declared it."""
    stage = terms.in_force.stage(code, column)
    named = any((waiver.rule, waiver.column) == (code, column) for waiver in terms.waivers)
    return named or stage is not Stage.ENFORCE


def _waiver_of(rule: Any, terms: Terms) -> Waiver | None:
    """The waiver that holds for the findings of a rule."""
    return next(
        (
            waiver
            for waiver in terms.waivers
            if (waiver.rule, waiver.column) == (rule.code, rule.column)
            and _state(waiver, terms) is WaiverState.HOLDS
        ),
        None,
    )


def _waived(rule: AnyRule, waiver: Waiver) -> AnyRule:
    remedy = Text(
        zh=f"已豁免（{waiver.id}，有效至 {waiver.until}），本次不必修改；到期前请改正："
        f"{rule.remedy.zh}",
        en=f"Waived ({waiver.id}, until {waiver.until}): nothing to change this time. Before "
        f"that day: {rule.remedy.en}",
    )
    waived: AnyRule = replace(rule, severity=Severity.WARNING, remedy=remedy)
    return waived


def _state(waiver: Waiver, terms: Terms) -> WaiverState:
    if terms.today > waiver.until:
        return WaiverState.EXPIRED
    return WaiverState.EXCEEDED if waiver.id in terms.exceeded else WaiverState.HOLDS


def newly_exceeded(findings: Iterable[FindingCount], terms: Terms) -> frozenset[str]:
    """Ids of waivers that hold, but accept fewer findings than there are."""
    counted = list(findings)
    return frozenset(
        waiver.id
        for waiver in terms.waivers
        if _state(waiver, terms) is WaiverState.HOLDS and _count(waiver, counted) > waiver.limit
    )


def within_limits(
    check: Callable[[Terms], Checked], terms: Terms, *, into: Path
) -> tuple[Checked, Terms]:
    """The check with all waivers that hold to its end, and the terms that say which do not.

    Void, a waiver changes nothing: what was written with it is thrown away.
    """
    checked = check(terms)
    while not checked.faults and (exceeded := newly_exceeded(checked.findings, terms)):
        for path in into.glob("*.parquet"):
            path.unlink()
        terms = replace(terms, exceeded=terms.exceeded | exceeded)
        checked = check(terms)
    return checked, terms


def _count(waiver: Waiver, findings: Iterable[FindingCount]) -> int:
    return sum(
        item.count for item in findings if (item.rule, item.column) == (waiver.rule, waiver.column)
    )


def waiver_uses(
    checked: Checked, table: Table, findings: Iterable[FindingCount], terms: Terms
) -> tuple[WaiverUse, ...]:
    """What became of each waiver of which there is something in the delivery."""
    counted = list(findings)
    uses = []
    for waiver in terms.waivers:
        count, state = _count(waiver, counted), _state(waiver, terms)
        if count:
            rows = _admitted_rows(waiver, checked, table) if state is WaiverState.HOLDS else 0
            uses.append(WaiverUse(waiver=waiver, state=state, count=count, rows=rows))
    return tuple(uses)


def _admitted_rows(waiver: Waiver, checked: Checked, table: Table) -> int:
    """Rows that were admitted though the waived rule is broken in them."""
    found = pl.scan_parquet(checked.findings_path).filter(pl.col("row").is_not_null())
    named = (pl.col("rule") == waiver.rule) & pl.col("column").eq_missing(pl.lit(waiver.column))
    rows = found.filter(named).select(pl.col("row").unique()).collect(engine="streaming")["row"]
    rejected = (
        found.filter(pl.col("severity") == Severity.ERROR.value)
        .filter(pl.col("row").is_in(rows.implode()))
        .select(pl.col("row").unique())
        .collect(engine="streaming")["row"]
    )
    out = rows.is_in(rejected.implode())
    if checked.withdrawn_path is not None:
        withdrawn = table.locate(pl.read_parquet(checked.withdrawn_path)[ROW])
        out = out | rows.is_in(withdrawn.cast(rows.dtype).implode())
    return int((~out).sum())


def declared_severities(dataset: Dataset) -> Declared:
    """Rule and column → severity as its author declared it, for the rules of rows and lists."""
    declared: Declared = {
        ("reference_does_not_exist", item.column): item.severity for item in dataset.references
    }
    declared |= {(rule.code, rule.column): rule.severity for rule in dataset.rules}
    return declared | {(rule.code, rule.column): rule.severity for rule in dataset.list_rules}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shadow:
    """What rules in the shadow found, and which of them broke."""

    findings: tuple[FindingCount, ...] = ()
    faults: tuple[Fault, ...] = ()


def told(not_checked: Iterable[NotChecked], terms: Terms) -> tuple[NotChecked, ...]:
    """What a partner is told of rules that could not run: only of those that are in force."""
    silent = (Stage.DRAFT, Stage.SHADOW, Stage.RETIRED)
    return tuple(
        item
        for item in not_checked
        if item.rule in NOT_FOR_DISCUSSION
        or terms.in_force.stage(item.rule, item.column) not in silent
    )


def take_shadow_out(
    checked: Checked, declared: Declared, *, in_force: InForce, into: Path
) -> tuple[Checked, Shadow]:
    """The check without what rules in the shadow found, and what they found.

    Counted apart, their findings have the severity that they would have if they were enforced. A
    rule in the shadow that breaks takes no verdict away: the check was made again without it.
    """
    faults = _faults_of_shadow(checked.faults, declared, in_force)
    silent = {code for code, column in declared if _is_shadow(code, column, in_force)}
    checked = replace(
        checked,
        faults=tuple(fault for fault in checked.faults if fault not in faults),
        followers=tuple(
            item for item in checked.followers if not _is_shadow(item.rule, item.column, in_force)
        ),
        judged=tuple(code for code in checked.judged if code not in silent),
    )
    found = tuple(item for item in checked.findings if _is_shadow(item.rule, item.column, in_force))
    if not found:
        return checked, Shadow(faults=faults)
    _split(checked.findings_path, found, into=into)
    checked = replace(checked, findings=tuple(f for f in checked.findings if f not in found))
    counted = tuple(
        item.model_copy(update={"severity": declared.get((item.rule, item.column), item.severity)})
        for item in found
    )
    return checked, Shadow(findings=counted, faults=faults)


def _is_shadow(code: str, column: str | None, in_force: InForce) -> bool:
    return code not in NOT_FOR_DISCUSSION and in_force.stage(code, column) is Stage.SHADOW


def _faults_of_shadow(
    faults: Iterable[Fault], declared: Declared, in_force: InForce
) -> tuple[Fault, ...]:
    """Faults of rules that are in the shadow wherever they stand: with one, all of them went."""
    return tuple(
        fault
        for fault in faults
        if (code := fault.stage.removeprefix("rule ")) != fault.stage
        and (columns := [column for known, column in declared if known == code])
        and all(_is_shadow(code, column, in_force) for column in columns)
    )


def _split(findings: Path, shadow: Iterable[FindingCount], *, into: Path) -> None:
    """Move what was found in the shadow from `findings.parquet` into a file of its own."""
    of_shadow = pl.any_horizontal(
        (pl.col("rule") == item.rule) & pl.col("column").eq_missing(pl.lit(item.column))
        for item in shadow
    )
    whole = pl.scan_parquet(findings)
    whole.filter(of_shadow).sink_parquet(into / SHADOW, compression="zstd")
    rest = into / "told.parquet"
    whole.filter(~of_shadow).sink_parquet(
        rest, compression="zstd", compression_level=1, row_group_size=_ROWS_AT_ONCE
    )
    rest.replace(findings)
