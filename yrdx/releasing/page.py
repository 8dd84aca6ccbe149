"""The page by which a person decides about a release; it needs nothing beside itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import polars as pl

from yrdx.model import Text
from yrdx.pages import render
from yrdx.releasing.changes import INSTITUTION
from yrdx.releasing.manifest import Coverage, CoverageState, Measure, Outcome
from yrdx.releasing.proposal import Proposal

STATE_WORDS = {
    CoverageState.ARRIVED: Text(zh="已到", en="arrived"),
    CoverageState.LATE: Text(zh="逾期", en="late"),
    CoverageState.CARRIED_FORWARD: Text(zh="沿用", en="carried forward"),
    CoverageState.WITHHELD: Text(zh="暂缓", en="withheld"),
    CoverageState.MISSING: Text(zh="缺", en="missing"),
}
OUTCOME_WORDS = {
    Outcome.PASSED: Text(zh="通过", en="passed"),
    Outcome.TOLERATED: Text(zh="有，在容许范围内", en="found, tolerated"),
    Outcome.BROKEN: Text(zh="超出容许范围", en="past the tolerance"),
    Outcome.NOT_CHECKED: Text(zh="未核对", en="not checked"),
}
MEASURE_WORDS = {
    Measure.ROWS: Text(zh="行数", en="rows"),
    Measure.KEYS: Text(zh="主键", en="keys"),
    Measure.VALUES: Text(zh="取值", en="values"),
    Measure.CODES: Text(zh="代码分布", en="codes"),
    Measure.RULE: Text(zh="跨集规则", en="rule"),
    Measure.WITHDRAWN: Text(zh="曾撤回", en="withdrawn"),
}
_MOST = 40
"""Institutions listed on the page; all of them stand in `changes.parquet`."""


def preview_html(
    proposal: Proposal, *, names: Mapping[str, Text], titles: Mapping[str, Text]
) -> str:
    """What the release would be, what it changes for whom, and what stops it.

    `names` are those of provinces, `titles` those of datasets.
    """
    # All of a first release is new: that a school has most rows says nothing.
    listed = most_changed(proposal.institutions, most=_MOST if proposal.base else 0)
    provinces = sorted({item.province for item in proposal.coverage} | names.keys())
    return render(
        "preview.html.j2",
        "yrdx.releasing",
        proposal=proposal,
        titles=titles,
        dropped=[item.dataset for item in proposal.changes if item.now is None],
        changed={item.dataset: item for item in proposal.changes},
        names=names,
        provinces=provinces,
        matrix=matrix(proposal.coverage),
        by_province=_by_province(proposal),
        institutions=listed.to_dicts(),
        all_institutions=proposal.institutions.drop_nulls(INSTITUTION).height,
        states=STATE_WORDS,
        outcomes=OUTCOME_WORDS,
        measures=MEASURE_WORDS,
        counted=Counter(item.state for item in proposal.coverage),
        findings=[item for item in proposal.rules if item.count],
        judged=Counter(item.outcome for item in proposal.rules),
    )


def most_changed(institutions: pl.DataFrame, *, most: int) -> pl.DataFrame:
    """The institutions with most changed rows, by dataset."""
    changed = pl.col("added") + pl.col("changed") + pl.col("removed")
    return (
        institutions.drop_nulls(INSTITUTION)
        .with_columns(changed.alias("all"))
        .sort("all", "dataset", INSTITUTION, descending=[True, False, False])
        .head(most)
    )


def matrix(coverage: tuple[Coverage, ...]) -> dict[tuple[str, str], dict[str, list[Coverage]]]:
    """Dataset and period → province → its agreements."""
    found: dict[tuple[str, str], dict[str, list[Coverage]]] = {}
    for item in coverage:
        line = found.setdefault((item.dataset, item.period), {})
        line.setdefault(item.province, []).append(item)
    return found


def _by_province(proposal: Proposal) -> dict[str, dict[str, Counter[str]]]:
    """Dataset → province → rows added, changed, removed."""
    found: dict[str, dict[str, Counter[str]]] = {}
    for change in proposal.changes:
        for unit in change.units:
            line = found.setdefault(change.dataset, {}).setdefault(unit.province, Counter())
            line.update(added=unit.added, changed=unit.changed, removed=unit.removed)
    return found
