"""What a release has of each agreement: arrived, late, carried forward, withheld or missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from yrdx.agreements import Agreement, Province
from yrdx.dataset import Periodicity
from yrdx.model import Text
from yrdx.publication.manifest import Lineage, Manifest, period_order
from yrdx.publication.overdue import current_period, due_day
from yrdx.releasing.manifest import Coverage, CoverageState
from yrdx.settings import TIMEZONE
from yrdx.store import layout

WhyNot = Callable[[str, str, str, str], Text | None]
"""Province, unit, dataset, period → why nothing of what came is in the snapshot; None: nothing
came."""

_NOT_DUE = Text(zh="尚未到报送期限", en="not due yet")
_NO_DUE_DAY = Text(zh="协议没有约定报送期限", en="no due day was agreed")


def coverage_of(
    provinces: Sequence[Province],
    manifests: Mapping[str, Manifest],
    *,
    periodicities: Mapping[str, Periodicity],
    day: date,
    why_not: WhyNot,
) -> tuple[Coverage, ...]:
    """One line for each agreement and each period that is in a snapshot or was due last.

    Lateness is judged by `day`. Agreements for datasets that are not in `periodicities` are left
    out.
    """
    agreed = [
        (province, agreement)
        for province in provinces
        for agreement in province.agreements
        if agreement.dataset in periodicities
    ]
    found = [
        _Agreed(province, agreement, manifests.get(agreement.dataset), day, why_not).coverage(
            period, periodicities[agreement.dataset]
        )
        for province, agreement in agreed
        for period in _periods(agreed, agreement.dataset, manifests, periodicities, day)
    ]
    return tuple(
        sorted(found, key=lambda item: (item.dataset, item.province, item.unit, item.period))
    )


def _periods(
    agreed: Sequence[tuple[Province, Agreement]],
    dataset: str,
    manifests: Mapping[str, Manifest],
    periodicities: Mapping[str, Periodicity],
    day: date,
) -> list[str]:
    """The periods that anybody has delivered of a dataset, or was to deliver last."""
    manifest = manifests.get(dataset)
    found = {item.period for item in manifest.lineage} if manifest else set()
    for _, agreement in agreed:
        if agreement.dataset == dataset:
            found |= set(_due_periods(agreement, periodicities[dataset], day))
    return sorted(found, key=period_order)


def _due_periods(agreement: Agreement, periodicity: Periodicity, day: date) -> Iterator[str]:
    if agreement.period is not None:
        yield agreement.period
    elif agreement.due is not None:
        yield current_period(agreement.due, periodicity=periodicity, today=day)[0]


@dataclass(frozen=True, slots=True)
class _Agreed:
    """One agreement, the snapshot of its dataset, and the day of the release."""

    province: Province
    agreement: Agreement
    manifest: Manifest | None
    day: date
    why_not: WhyNot

    def coverage(self, period: str, periodicity: Periodicity) -> Coverage:
        lineage = self._newest(period)
        due = None
        if self.agreement.due is not None:
            due = due_day(self.agreement.due, period=period, periodicity=periodicity)
        arrived = lineage is not None and lineage.period == period
        reason = None if arrived else self._withheld(period)
        is_late = due is not None and due < self.day
        if arrived:
            state = CoverageState.ARRIVED
        elif reason is not None:
            state = CoverageState.WITHHELD
        elif lineage is None:
            state = CoverageState.MISSING
        else:
            state = CoverageState.LATE if is_late else CoverageState.CARRIED_FORWARD
        if reason is None and not arrived:
            reason = self._why(due, is_late=is_late)
        return Coverage(
            dataset=self.agreement.dataset,
            province=self.province.code,
            unit=self.agreement.unit,
            period=period,
            state=state,
            newest=lineage.period if lineage else None,
            age=_age(period, lineage.period) if lineage else None,
            due=due,
            days_late=self._days_late(due, lineage if arrived else None),
            rows=None
            if layout.is_restricted(self.agreement.dataset)
            else lineage.rows
            if lineage
            else 0,
            reason=reason,
        )

    def _newest(self, period: str) -> Lineage | None:
        """What the unit has delivered for the period, or last before it."""
        found = [
            item
            for item in (self.manifest.lineage if self.manifest else ())
            if (item.province, item.unit) == (self.province.code, self.agreement.unit)
            and period_order(item.period) <= period_order(period)
        ]
        return max(found, key=lambda item: period_order(item.period), default=None)

    def _withheld(self, period: str) -> Text | None:
        """Why what came for the period is kept out; None where nothing came."""
        agreement = self.agreement
        for item in self.manifest.withdrawn if self.manifest else ():
            place = (item.province, item.unit, item.period)
            if place == (self.province.code, agreement.unit, period):
                return Text(zh=f"报送已撤回：{item.reason}", en=f"withdrawn: {item.reason}")
        return self.why_not(self.province.code, agreement.unit, agreement.dataset, period)

    def _why(self, due: date | None, *, is_late: bool) -> Text:
        if due is None:
            return _NO_DUE_DAY
        if not is_late:
            return _NOT_DUE
        days = (self.day - due).days
        return Text(
            zh=f"应于 {due} 前报送，已逾期 {days} 天", en=f"was due on {due}, {days} days ago"
        )

    def _days_late(self, due: date | None, arrived: Lineage | None) -> int | None:
        if due is None:
            return None
        if arrived is None:
            return max((self.day - due).days, 0)
        if arrived.received_at is None:
            return None
        return max((arrived.received_at.astimezone(TIMEZONE).date() - due).days, 0)


def _age(period: str, newest: str) -> int | None:
    """How many periods lie between two; None where one of them is undated."""
    if "undated" in (period, newest):
        return 0 if period == newest else None
    terms = 2 if period.count("-") == 2 else 1
    return _number(period, terms) - _number(newest, terms)


def _number(period: str, terms: int) -> int:
    year, *rest = period.split("-")
    return int(year) * terms + (int(rest[1]) if len(rest) == 2 and terms == 2 else 0)
