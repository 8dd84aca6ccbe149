"""All rules that a receipt can name, from wherever they are written, with their texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl

from yrdx import catalogue
from yrdx.checking import common_rules
from yrdx.dataset import Dataset
from yrdx.model import Severity, Text
from yrdx.reading.findings import FILE_RULES
from yrdx.reading.normalise import FINDINGS
from yrdx.reading.personal import PERSONAL_FINDINGS
from yrdx.rule import Rule

Place = tuple[str, str, Text]
"""Dataset, field and the field's title."""


_FILLED_IN = re.compile(r"\{[a-z_]+\}")

_OF_DELIVERY = (
    ("required_column_is_missing", Severity.ERROR, common_rules.MISSING_COLUMN),
    ("key_is_used_twice", Severity.ERROR, common_rules.KEY_USED_TWICE),
    ("control_total_disagrees", Severity.WARNING, common_rules.TOTAL_DISAGREES),
)
"""Rules about a delivery as a whole, which no row breaks by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One wording of a rule, and where it applies."""

    severity: Severity
    message: Text
    remedy: Text
    source: str
    places: tuple[Place, ...] = ()


def explanations() -> dict[str, list[Explanation]]:
    """Rule → its wordings; a rule that is worded alike in many columns has one."""
    found: dict[str, list[Explanation]] = {}
    for code, item in _all():
        wordings = found.setdefault(code, [])
        for position, known in enumerate(wordings):
            if replace(known, places=()) == replace(item, places=()):
                wordings[position] = replace(known, places=(*known.places, *item.places))
                break
        else:
            wordings.append(item)
    return dict(sorted(found.items()))


def _all() -> Iterator[tuple[str, Explanation]]:
    for dataset in catalogue.datasets():
        for rule in (*dataset.rules, *_of_contract(dataset)):
            place = (dataset.name, rule.column, dataset.columns[rule.column].title)
            yield rule.code, _worded(rule.severity, rule.message, rule.remedy, rule.source, place)
    for code, item in FILE_RULES.items():
        yield code, _worded(item.severity, item.message, item.remedy, "reading")
    for code, worded in PERSONAL_FINDINGS.items():
        yield code, _worded(*worded, "reading")
    for code, (severity, message, remedy, source) in FINDINGS.items():
        yield code, _worded(severity, message, remedy, source)
    for code, severity, wording in _OF_DELIVERY:
        yield code, _worded(severity, *wording, common_rules.CONTRACT)


def _of_contract(dataset: Dataset) -> Iterator[Rule]:
    """Rules that follow from the dataset's contract and the terms of a delivery."""
    for name, column in dataset.columns.items():
        if column.kind in common_rules.PARSE_FAILURES:
            yield common_rules.parse_failure(name, column)
    for reference in dataset.references:
        dtype = dataset.columns[reference.column].dtype
        nothing = pl.Series([], dtype=pl.String)
        yield common_rules.reference_exists(reference, nothing, dtype=dtype)
    yield common_rules.row_is_of_its_province(dataset, "33")
    of_period = common_rules.row_is_of_its_period(dataset, "2024-2025")
    if of_period is not None:
        yield of_period


def _worded(
    severity: Severity, message: Text, remedy: Text, source: str, *places: Place
) -> Explanation:
    """An explanation; what a finding fills in with what was found is left open as "…"."""
    message, remedy = (
        Text(zh=_FILLED_IN.sub("…", text.zh), en=_FILLED_IN.sub("…", text.en))
        for text in (message, remedy)
    )
    return Explanation(
        severity=severity, message=message, remedy=remedy, source=source, places=places
    )
