"""Indicators as the report shows them: against their targets, and side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

import polars as pl

from yrdx.model import Text
from yrdx.releasing.material import INDICATORS, Material

REGIONS = ("30", "31", "32", "33", "34")
"""The whole first, then its members; cities are left to the data."""

_YEARS = 4
"""The newest years that are shown."""

_PLACES = Decimal("0.01")


class Standing(StrEnum):
    """How a region stands in a year."""

    REACHED = "reached"
    NOT_REACHED = "not_reached"
    TOLD = "told"  # a value without a target
    WITHHELD = "withheld"
    ABSENT = "absent"  # the dataset has no row


STANDING_WORDS = {
    Standing.REACHED: ("✓", Text(zh="达到", en="reached")),
    Standing.NOT_REACHED: ("✗", Text(zh="未达到", en="not reached")),
    Standing.TOLD: ("", Text(zh="有值", en="told")),
    Standing.WITHHELD: ("⊘", Text(zh="暂不发布", en="withheld")),
    Standing.ABSENT: ("·", Text(zh="无此项", en="no row")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One value, or why there is none; `length` is that of its bar, in hundredths."""

    region: str
    year: int
    standing: Standing
    value: str = ""
    exact: str = ""
    length: float | None = None
    is_complete: bool = True
    reason: Text | None = None

    @property
    def sign(self) -> str:
        """What tells the standing without colour."""
        return STANDING_WORDS[self.standing][0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A measure: what it is called, its target, and its cells by region."""

    code: str
    title: Text
    unit: str
    definitions: tuple[str, ...]
    target: str = ""
    comparison: str = ""
    target_year: int | None = None
    tick: float | None = None
    lines: Mapping[str, tuple[Cell, ...]]


def years_shown(material: Material) -> tuple[int, ...]:
    """The newest years of the indicators, oldest first."""
    rows = _rows(material)
    return tuple(sorted(rows["stat_year"].unique().to_list())[-_YEARS:])


def measured(material: Material, *, with_target: bool) -> tuple[Measured, ...]:
    """Measures with a target by year, or those without one in the newest year alone."""
    rows = _rows(material)
    years = years_shown(material)[0 if with_target else -1 :]
    has_target = pl.col("target_value").is_not_null().any().over("measure_code")
    wanted = rows.filter(has_target == with_target).sort("measure_code")
    return tuple(
        _measure(str(code), own, years=years, material=material)
        for (code,), own in wanted.group_by("measure_code", maintain_order=True)
    )


def withheld_by_reason(measures: Iterable[Measured]) -> list[tuple[Text, int]]:
    """Why cells are withheld, the most frequent reason first."""
    counted: dict[Text, int] = {}
    for measure in measures:
        for cell in (cell for line in measure.lines.values() for cell in line):
            if cell.standing is Standing.WITHHELD and cell.reason:
                counted[cell.reason] = counted.get(cell.reason, 0) + 1
    return sorted(counted.items(), key=lambda item: (-item[1], item[0].zh))


def without_rows(material: Material) -> tuple[tuple[str, Text], ...]:
    """Measures that are defined, and of which no province has a row: nothing of theirs arrived."""
    there = set(_rows(material)["measure_code"].unique())
    return tuple(
        (code, material.measures[code]) for code in sorted(material.measures.keys() - there)
    )


def _rows(material: Material) -> pl.DataFrame:
    """Rows about whole provinces and the whole region, of all people and schools together."""
    rows = material.frames[INDICATORS]
    is_whole = pl.col("region_code").is_in([f"{code}0000" for code in REGIONS])
    return rows.filter((pl.col("cut") == "all") & is_whole)


def _measure(
    code: str, rows: pl.DataFrame, *, years: tuple[int, ...], material: Material
) -> Measured:
    by_place = {
        (row["region_code"][:2], row["stat_year"]): row for row in rows.iter_rows(named=True)
    }
    newest = rows.sort("stat_year").row(-1, named=True)
    target = next(
        (row for row in rows.iter_rows(named=True) if row["target_value"] is not None), None
    )
    shown = [row for (_, year), row in by_place.items() if year in years]
    values = [row["value"] for row in shown if row["value"] is not None]
    most = max((abs(value) for value in (*values, *_targets(target))), default=Decimal(0))
    words = material.words.get("policy_indicator", {})
    title = material.measures.get(code) or words.get(newest["indicator_code"])
    return Measured(
        code=code,
        title=title or Text(zh=code, en=code),
        unit=newest["unit"],
        definitions=tuple(sorted({row["definition_version"] for row in shown})),
        target=shown_value(target["target_value"]) if target else "",
        comparison=target["target_comparison"] if target else "",
        target_year=target["target_year"] if target else None,
        tick=_length(target["target_value"], most) if target else None,
        lines={
            region: tuple(
                _cell(by_place.get((region, year)), region, year, most=most, material=material)
                for year in years
            )
            for region in REGIONS
        },
    )


def _targets(target: dict[str, Any] | None) -> tuple[Decimal, ...]:
    return (target["target_value"],) if target else ()


def _cell(
    row: dict[str, Any] | None, region: str, year: int, *, most: Decimal, material: Material
) -> Cell:
    if row is None:
        return Cell(region=region, year=year, standing=Standing.ABSENT)
    if row["value"] is None:
        reason = _reason(row, material)
        return Cell(region=region, year=year, standing=Standing.WITHHELD, reason=reason)
    reached = row["is_reached"]
    standing = (
        Standing.TOLD
        if reached is None
        else (Standing.REACHED if reached else Standing.NOT_REACHED)
    )
    return Cell(
        region=region,
        year=year,
        standing=standing,
        value=shown_value(row["value"], beside=row["target_value"]),
        exact=f"{row['value']:f}",
        length=_length(row["value"], most),
        is_complete=bool(row["is_complete"]),
    )


def _reason(row: dict[str, Any], material: Material) -> Text:
    """Why there is no value, with the datasets and provinces that are missing."""
    code = row["reason"]
    label = material.words.get("indicator_reason", {}).get(code, Text(zh=code, en=code))
    names = [name.strip() for name in (row["missing_datasets"] or "").split(";") if name.strip()]
    titles = [material.titles.get(name, Text(zh=name, en=name)) for name in names]
    places = [
        material.names.get(code, Text(zh=code, en=code)) for code in row["provinces_missing"] or ()
    ]
    if not titles and not places:
        return label
    zh = "；".join("、".join(item.zh for item in group) for group in (titles, places) if group)
    en = "; ".join(", ".join(item.en for item in group) for group in (titles, places) if group)
    return Text(zh=f"{label.zh}（{zh}）", en=f"{label.en} ({en})")


def shown_value(value: Decimal, *, beside: Decimal | None = None) -> str:
    """A figure with two places at most; with all of them where rounding would meet the target."""
    rounded = value.quantize(_PLACES)
    if beside is not None and rounded == beside != value:
        rounded = value
    text = f"{rounded:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _length(value: Decimal, most: Decimal) -> float:
    return round(float(max(value, Decimal(0)) / most) * 100, 1) if most else 0.0
