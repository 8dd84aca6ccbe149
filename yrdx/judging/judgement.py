"""Judge a delivery as a whole: every rule is measured, judged, and told in findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from yrdx.checking.faults import run
from yrdx.checking.report import title_of
from yrdx.dataset import Dataset
from yrdx.judging.expectations import Opinion, judge
from yrdx.judging.measuring import Measured, measure
from yrdx.judging.wording import findings_of, left_open
from yrdx.model import Fault, Finding, FindingCount, Follower, Severity
from yrdx.table_rule import About, TableRule


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleJudged:
    """One rule, the table that was measured for it, and what was found."""

    measured: Measured
    opinion: Opinion
    findings: tuple[Finding, ...]

    @property
    def rule(self) -> TableRule:
        """The rule."""
        return self.measured.rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """All rules that were judged, what follows only from what others found, and what broke."""

    rules: tuple[RuleJudged, ...]
    followers: tuple[Follower, ...]
    faults: tuple[Fault, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, in the order of the rules."""
        return tuple(finding for item in self.rules for finding in item.findings)

    @property
    def blocked_by(self) -> tuple[str, ...]:
        """Codes of the blocking rules that found an error."""
        return tuple(
            item.rule.code
            for item in self.rules
            if item.rule.blocking and item.rule.severity is Severity.ERROR and item.findings
        )

    def counted(self, dataset: Dataset) -> tuple[FindingCount, ...]:
        """How often each rule found a wrong in each column, in the order of the rules."""
        return tuple(found for item in self.rules for found in _counted(item, dataset))


def judge_whole(
    rules: Iterable[TableRule], about: About, *, headers: Mapping[str, str] | None = None
) -> Judged:
    """Judge a delivery by all rules; one that breaks is a fault and stops no other.

    `headers` are what the delivered file calls its columns, by field.
    """
    judged: list[RuleJudged] = []
    faults: list[Fault] = []
    for rule in rules:
        judge_one = partial(_judge_one, rule, about, headers=headers or {})
        outcome = run(f"rule {rule.code}", judge_one, is_ours=_always)
        if isinstance(outcome, Fault):
            faults.append(outcome)
        else:
            judged.append(outcome)
    followers = tuple(_followers(judged))
    told = tuple(_without(item, followers) for item in judged)
    return Judged(rules=told, followers=followers, faults=tuple(faults))


def _always(_broken: Exception) -> bool:
    """The rows were read before: whatever breaks now is a rule of ours."""
    return True


def _judge_one(rule: TableRule, about: About, *, headers: Mapping[str, str]) -> RuleJudged:
    measured = measure(rule, about)
    opinion = judge(measured)
    found = findings_of(measured, opinion, about.dataset, headers=headers)
    return RuleJudged(measured=measured, opinion=opinion, findings=tuple(found))


def _followers(judged: Sequence[RuleJudged]) -> Iterator[Follower]:
    """Findings on a field that a graver or equal finding on the same field explains."""
    order = list(Severity)
    for cause in judged:
        for column in dict.fromkeys(item.column for item in cause.findings if item.column):
            for item in judged:
                count = sum(finding.column == column for finding in item.findings)
                explained = set(cause.rule.explains) & set(item.rule.needs)
                milder = order.index(cause.rule.severity) <= order.index(item.rule.severity)
                if item is not cause and count and explained and milder:
                    yield Follower(
                        rule=item.rule.code,
                        column=column,
                        follows=cause.rule.code,
                        follows_column=column,
                        count=count,
                    )


def _without(judged: RuleJudged, followers: Iterable[Follower]) -> RuleJudged:
    explained = {item.column for item in followers if item.rule == judged.rule.code}
    told = tuple(item for item in judged.findings if item.column not in explained)
    return replace(judged, findings=told)


def _counted(judged: RuleJudged, dataset: Dataset) -> Iterable[FindingCount]:
    """A single finding gives its own words; of several only what they have in common."""
    rule = judged.rule
    counts = Counter(item.column for item in judged.findings)
    for column, count in counts.items():
        only = [item for item in judged.findings if item.column == column]
        yield FindingCount(
            rule=rule.code,
            severity=rule.severity,
            column=column,
            title=title_of(dataset, column),
            message=only[0].message if count == 1 else left_open(rule.message),
            remedy=only[0].remedy if count == 1 else left_open(rule.remedy),
            source=rule.source,
            count=count,
        )
