"""The report of a release: one page for people, on screen and on paper, that needs nothing else.

The same release gives the same bytes. What is withheld is never drawn as a zero, and every colour
has a sign beside it, so that a print in black and white says the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from yrdx.model import Severity, Text
from yrdx.pages import render
from yrdx.publication import Manifest
from yrdx.publication.manifest import period_order
from yrdx.releasing.indicator_figures import (
    REGIONS,
    STANDING_WORDS,
    Measured,
    Standing,
    measured,
    withheld_by_reason,
    without_rows,
    years_shown,
)
from yrdx.releasing.manifest import Coverage, CoverageState, DatasetChange, Outcome
from yrdx.releasing.map_figures import MOST_LINKS, MOST_NAMED, jobs_of, maps_of
from yrdx.releasing.material import INDICATORS, JOBS, MAP, Material
from yrdx.releasing.page import OUTCOME_WORDS, STATE_WORDS, matrix
from yrdx.settings import TIMEZONE
from yrdx.store import layout

STATE_SIGNS = {
    CoverageState.ARRIVED: "●",
    CoverageState.LATE: "▲",
    CoverageState.CARRIED_FORWARD: "↩",
    CoverageState.WITHHELD: "⊘",
    CoverageState.MISSING: "✗",
}
_PERIODS = 2
"""Periods of a dataset that the matrix shows, the newest ones."""

_WHOLE = Text(zh="长三角", en="Delta")


def report_html(material: Material) -> str:
    """The whole page."""
    release = material.release
    has_indicators = INDICATORS in material.frames
    targets = measured(material, with_target=True) if has_indicators else ()
    others = measured(material, with_target=False) if has_indicators else ()
    return render(
        "report.html.j2",
        "yrdx.releasing",
        filters={"count": lambda number: f"{number:,}"},
        release=release,
        created=release.created.astimezone(TIMEZONE).strftime("%Y-%m-%d %H:%M"),
        titles=material.titles,
        names={**material.names, "30": _WHOLE},
        regions=REGIONS,
        provinces=_provinces(material),
        has=[name for name in (INDICATORS, MAP, JOBS) if name in material.frames],
        years=years_shown(material) if has_indicators else (),
        targets=targets,
        others=others,
        withheld=withheld_by_reason((*targets, *others)),
        nothing=without_rows(material) if has_indicators else (),
        standings=STANDING_WORDS,
        tally=_tally(targets),
        maps=maps_of(material) if MAP in material.frames else (),
        jobs=jobs_of(material) if JOBS in material.frames else {},
        most_links=MOST_LINKS,
        most_named=MOST_NAMED,
        matrix=_newest_periods(release.coverage),
        states=STATE_WORDS,
        signs=STATE_SIGNS,
        coverage=Counter(item.state for item in release.coverage),
        changed=_changed(release.changes),
        quality=[_quality(name, item) for name, item in sorted(material.manifests.items())],
        outcomes=OUTCOME_WORDS,
        outcome_counts=Counter(item.outcome for item in release.rules),
        told=[item for item in release.rules if item.outcome is not Outcome.PASSED],
    )


def _provinces(material: Material) -> list[str]:
    return sorted({item.province for item in material.release.coverage} | material.names.keys())


def _tally(targets: tuple[Measured, ...]) -> Mapping[Standing, int]:
    """How the provinces stand in the newest year, over all measures with a target."""
    return Counter(
        line[-1].standing
        for item in targets
        for region, line in item.lines.items()
        if line and region != REGIONS[0]
    )


def _newest_periods(
    coverage: tuple[Coverage, ...],
) -> dict[tuple[str, str], dict[str, list[Coverage]]]:
    """The matrix of dataset and period, the last periods of every dataset alone."""
    whole = matrix(coverage)
    periods: dict[str, list[str]] = {}
    for name, period in whole:
        periods.setdefault(name, []).append(period)
    newest = {name: sorted(found, key=period_order)[-_PERIODS:] for name, found in periods.items()}
    ordered = sorted(whole, key=lambda place: (place[0], period_order(place[1])))
    return {place: whole[place] for place in ordered if place[1] in newest[place[0]]}


def _changed(changes: tuple[DatasetChange, ...]) -> list[DatasetChange]:
    return sorted(changes, key=lambda item: item.dataset)


def _quality(name: str, manifest: Manifest) -> dict[str, object]:
    """What became of the rows that were delivered, and what was found in them."""
    is_open = not layout.is_restricted(name)
    read = sum(item.rows_read for item in manifest.lineage) if is_open else 0
    rejected = sum(item.rows_rejected for item in manifest.lineage) if is_open else 0
    return {
        "dataset": name,
        "rows": manifest.rows if is_open else None,
        "deliveries": len(manifest.lineage),
        "read": read,
        "rejected": rejected,
        "share": f"{100 * rejected / read:.2f}" if read else "",
        "errors": manifest.findings.get(Severity.ERROR, 0),
        "warnings": manifest.findings.get(Severity.WARNING, 0),
        "waivers": sum(len(item.waivers) for item in manifest.lineage),
        "withdrawn": len(manifest.withdrawn),
    }
