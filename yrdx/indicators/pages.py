"""The page of all measures, written from the definitions."""

from __future__ import annotations

from collections.abc import Iterable

from yrdx.indicators.definition import Constant, Indicator, Version

_HEAD = """# 政策指标的口径 Definitions of the indicators

由 `schemas/indicators/` 生成，请勿手工修改；说明见 [docs/indicators.md](../indicators.md)。
Generated from the definitions; explained in [docs/indicators.md](../indicators.md).

| 分项 Measure | 名称 Title | 怎么算 Meaning | 来源 From | 分组 Cuts | 目标 Target | 版本 |
| --- | --- | --- | --- | --- | --- | --- |
"""

_COMPARISONS = {"at_least": "≥", "at_most": "≤"}


def indicators_markdown(indicators: Iterable[Indicator]) -> str:
    """A page with one line for each version of each measure."""
    lines = _HEAD.splitlines()
    for indicator in indicators:
        lines += [_line(indicator, version) for version in indicator.versions]
    return "\n".join(lines) + "\n"


def _line(indicator: Indicator, version: Version) -> str:
    years = f"{version.valid_from}–{version.valid_to or ''}"
    cells = [
        f"[{indicator.name}](../../schemas/indicators/{indicator.name}.yaml)",
        f"{indicator.title.zh}<br>{indicator.title.en}",
        _meaning(version),
        "<br>".join(f"`{name}`" for name in version.datasets),
        "<br>".join((", ".join(version.levels), *version.cuts)) if version.figures else "",
        _target(indicator),
        f"{version.version}（{years}）",
    ]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _meaning(version: Version) -> str:
    told = [version.meaning.zh, version.meaning.en]
    if version.withheld is not None:
        told += [f"**暂不发布 withheld**：{version.withheld.zh} {version.withheld.en}"]
    if version.whole_list is not None:
        told += [f"**名录须确认齐全 needs the whole list**：`{version.whole_list}`"]
    if version.people:
        told += ["按人统计，人数过少的不发布。 Counts persons; few are not told."]
    denominator = version.denominator
    if isinstance(denominator, Constant):
        told += [f"分母 denominator：{denominator.source}"]
    return "<br>".join(told)


def _target(indicator: Indicator) -> str:
    target = indicator.target
    if target is None:
        return ""
    sign = _COMPARISONS[target.comparison]
    return f"{sign} {target.value:g} {indicator.unit}（{target.year}）"
