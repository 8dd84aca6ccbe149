"""Rehearse: judge what has landed by changed rules, store nothing, and tell what would change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from yrdx import catalogue
from yrdx.agreements import load_provinces
from yrdx.dataset import Dataset
from yrdx.errors import ConfigurationError
from yrdx.model import Delivery, Fault, Frozen, Report, RowCounts, Verdict
from yrdx.pipeline.exchange import Exchange
from yrdx.pipeline.ground import ground_of
from yrdx.pipeline.judgement import examine_landed
from yrdx.pipeline.listing import deliveries, newest_report
from yrdx.pipeline.terms import calendar_of, known_waivers, refuse_unknown, stages, terms_of
from yrdx.rule_calendar import EVERY_DATASET, Calendar, load_calendar_of

SHADOW = "shadow"
"""Stands in place of a severity where a rule is in the shadow."""

_FROM_GOOD_TO_BAD = (Verdict.ADMITTED, Verdict.ADMITTED_IN_PART, Verdict.REJECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What is rehearsed in place of what is there: contracts by dataset, files of the calendar.

    `calendar` takes the place of those files that it has; None: the calendar that is there.
    """

    datasets: Mapping[str, Dataset] = field(default_factory=dict)
    calendar: Calendar | None = None

    def concerns(self, dataset: str) -> bool:
        """Whether anything changes for a dataset; where nothing was given, all are rehearsed."""
        files = self.calendar.entries if self.calendar else {}
        named = {*self.datasets, *files}
        return not named or dataset in named or EVERY_DATASET in named


class RuleChange(Frozen):
    """How often a rule was found broken in a column, and as what: a severity, or the shadow."""

    rule: str
    column: str | None
    before: int
    before_as: str | None
    after: int
    after_as: str | None


class Rehearsed(Frozen):
    """One delivery: what its partner was told last, and what they would be told.

    `before` is None for what was never checked, `after` where a rule broke (`faults`). `day` is
    the day whose stages of rules were taken.
    """

    delivery: Delivery
    day: date
    before: Verdict | None
    after: Verdict | None
    rows_before: RowCounts
    rows_after: RowCounts
    rules: tuple[RuleChange, ...]
    faults: tuple[Fault, ...]

    @property
    def newly_fails(self) -> bool:
        """Whether the verdict gets worse."""
        return self._step() > 0

    @property
    def newly_passes(self) -> bool:
        """Whether the verdict gets better."""
        return self._step() < 0

    def _step(self) -> int:
        if self.before is None or self.after is None:
            return 0
        return _FROM_GOOD_TO_BAD.index(self.after) - _FROM_GOOD_TO_BAD.index(self.before)


def to_rehearse(
    exchange: Exchange, *, changed: Changed, province: str | None, dataset: str | None
) -> list[Delivery]:
    """The newest attempt of everything that has landed and that the changes concern.

    What came under an agreement that is no more has nothing to be judged by, and is left out.
    """
    agreed = {
        (one.code, agreement.unit, agreement.dataset)
        for one in load_provinces(exchange.settings.provinces)
        for agreement in one.agreements
    }
    newest: dict[tuple[str, str, str, str], Delivery] = {}
    for delivery in deliveries(exchange, province=province, dataset=dataset):
        if delivery.refused or not changed.concerns(delivery.dataset):
            continue
        if (delivery.province, delivery.unit, delivery.dataset) not in agreed:
            continue
        place = (delivery.province, delivery.dataset, delivery.unit, delivery.period)
        known = newest.get(place)
        if known is None or (delivery.attempt or 0) > (known.attempt or 0):
            newest[place] = delivery
    return [newest[place] for place in sorted(newest)]


def rehearse(
    exchange: Exchange,
    chosen: Iterable[Delivery],
    *,
    changed: Changed,
    on: date | Literal["receipt"] | None = None,
) -> Iterator[Rehearsed]:
    """Judge deliveries by the changed rules, one after the other; nothing is stored.

    Values are judged by the day of receipt as ever; the stages of rules by the day `on`. Without
    one, it is the last day on which the calendar changes anything: every rule has come then as
    far as it is meant to.
    """
    for delivery in chosen:
        yield _rehearsed(exchange, delivery, changed=changed, on=on)


def _rehearsed(
    exchange: Exchange,
    delivery: Delivery,
    *,
    changed: Changed,
    on: date | Literal["receipt"] | None,
) -> Rehearsed:
    dataset = changed.datasets.get(delivery.dataset) or catalogue.dataset(delivery.dataset)
    calendar = _calendar(exchange, dataset, changed)
    terms = terms_of(delivery, exchange.agreement(delivery))
    if isinstance(on, date):
        day = on
    else:
        last = calendar.last_change or terms.today
        day = terms.today if on else max(terms.today, last)
    terms = replace(
        terms,
        in_force=stages(calendar, delivery, day=day),
        waivers=known_waivers(delivery, dataset, folder=exchange.settings.waivers),
    )
    ground = ground_of(dataset, delivery, store=exchange.store, lists=exchange.list_store)
    with exchange.spool() as spool:
        after = examine_landed(
            exchange,
            delivery,
            dataset,
            terms=terms,
            ground=ground,
            spool=spool,
            progress=None,
        )
    return _compared(newest_report(exchange, delivery), after, day=day)


def _calendar(exchange: Exchange, dataset: Dataset, changed: Changed) -> Calendar:
    """The calendar of a dataset, with the files that are rehearsed in place of those there."""
    folder = exchange.settings.calendar or catalogue.calendar_folder()
    if changed.calendar is None:
        return calendar_of(dataset, folder=folder)
    there = load_calendar_of(dataset.name, folder=folder)
    calendar = Calendar(there.entries | changed.calendar.entries)
    refuse_unknown(calendar, dataset)
    return calendar


def refuse_unknown_file(calendar: Calendar) -> None:
    """Raise `ConfigurationError` for a calendar whose file is named after no dataset."""
    known = {*catalogue.dataset_names(), EVERY_DATASET}
    for stem in calendar.entries:
        if stem not in known:
            raise ConfigurationError(
                f"{stem}.yaml: a file of the calendar is named after its dataset, or "
                f"{EVERY_DATASET}.yaml; there are: {', '.join(sorted(known))}"
            )


def _compared(before: Report | None, after: Report, *, day: date) -> Rehearsed:
    return Rehearsed(
        delivery=after.delivery,
        day=day,
        before=before.verdict if before else None,
        after=after.verdict,
        rows_before=before.rows if before else RowCounts(),
        rows_after=after.rows,
        rules=tuple(_rule_changes(before, after)) if before else (),
        faults=(*after.faults, *after.shadow_faults),
    )


def _rule_changes(before: Report, after: Report) -> Iterator[RuleChange]:
    """Rules that found another number of wrongs, or found them as something else."""
    told, would = _counts(before), _counts(after)
    for rule, column in sorted({*told, *would}, key=lambda place: (place[0], place[1] or "")):
        count, known_as = told.get((rule, column), (0, None))
        new_count, new_as = would.get((rule, column), (0, None))
        if (count, known_as) != (new_count, new_as):
            yield RuleChange(
                rule=rule,
                column=column,
                before=count,
                before_as=known_as,
                after=new_count,
                after_as=new_as,
            )


def _counts(report: Report) -> dict[tuple[str, str | None], tuple[int, str]]:
    counts: dict[tuple[str, str | None], tuple[int, str]] = {}
    for item in report.findings:
        known = counts.get((item.rule, item.column), (0, ""))[0]
        counts[item.rule, item.column] = known + item.count, item.severity.value
    for item in report.shadow:
        counts[item.rule, item.column] = item.count, SHADOW
    return counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """All deliveries of one province and dataset together."""

    province: str
    dataset: str
    deliveries: int
    newly_fail: int
    newly_pass: int
    never_checked: int
    broken: int
    rules: tuple[RuleChange, ...]


def summaries(rehearsed: Iterable[Rehearsed]) -> tuple[Summary, ...]:
    """Province by province and dataset by dataset."""
    groups: dict[tuple[str, str], list[Rehearsed]] = {}
    for item in rehearsed:
        place = (item.delivery.province, item.delivery.dataset)
        groups.setdefault(place, []).append(item)
    return tuple(
        Summary(
            province=province,
            dataset=dataset,
            deliveries=len(items),
            newly_fail=sum(item.newly_fails for item in items),
            newly_pass=sum(item.newly_passes for item in items),
            never_checked=sum(item.before is None for item in items),
            broken=sum(item.after is None for item in items),
            rules=_together(change for item in items for change in item.rules),
        )
        for (province, dataset), items in sorted(groups.items())
    )


def _together(changes: Iterable[RuleChange]) -> tuple[RuleChange, ...]:
    before: Counter[tuple[str, str | None, str | None, str | None]] = Counter()
    after: Counter[tuple[str, str | None, str | None, str | None]] = Counter()
    for change in changes:
        place = (change.rule, change.column, change.before_as, change.after_as)
        before[place] += change.before
        after[place] += change.after
    return tuple(
        RuleChange(
            rule=place[0],
            column=place[1],
            before=before[place],
            before_as=place[2],
            after=after[place],
            after_as=place[3],
        )
        for place in sorted(before, key=lambda place: tuple(part or "" for part in place))
    )
