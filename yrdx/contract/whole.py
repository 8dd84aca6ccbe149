"""What a rule's page tells of a rule about whole deliveries: what it needs, right and wrong."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from yrdx import catalogue
from yrdx.judging.measuring import measure
from yrdx.judging.situation import about_of
from yrdx.judging.wording import as_figure, filled_in, judged_column, masked
from yrdx.model import Text
from yrdx.table_rule import Kind, Need, Situation, TableRule

_NEEDS = {
    Kind.PREVIOUS: Text(zh="本单位上一期的数据", en="the last period of the same unit"),
    Kind.NEIGHBOURS: Text(zh="其他省份的数据", en="the rows of the other provinces"),
    Kind.CONTROL_TOTALS: Text(zh="文件所写的合计", en="the totals that the file states"),
}
_NOTHING_FOUND = Text(zh="没有要说的", en="nothing to tell")


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A rule about the whole and the dataset it is for, or that its example is about."""

    rule: TableRule
    dataset: str
    is_for_all: bool


def placed_rules() -> dict[str, Placed]:
    """Code → rule, each once: where its example is, or in the first dataset that it is for."""
    names = set(catalogue.dataset_names())
    found: dict[str, Placed] = {}
    for name in sorted(names):
        for rule in catalogue.table_rules(name):
            module = rule.measure.__module__.rpartition(".")[2]
            example = catalogue.table_examples(module).get(rule.code)
            place = (example.dataset if example else None) or rule.dataset or name
            everywhere = rule.dataset is None and module not in names
            found.setdefault(rule.code, Placed(rule=rule, dataset=place, is_for_all=everywhere))
    return found


def compared_with(rule: TableRule) -> Text | None:
    """What the rule compares a delivery with, in words; None where it looks at nothing else."""
    told = [_need_in_words(need) for need in rule.needs]
    if not told:
        return None
    return Text(zh="、".join(item.zh for item in told), en=", ".join(item.en for item in told))


def _need_in_words(need: Need) -> Text:
    if need.dataset is None:
        return _NEEDS[need.kind]
    title = catalogue.dataset(need.dataset).title
    return Text(zh=f"已发布的“{title.zh}”", en=f"the snapshot of “{title.en}”")


def right_and_wrong(placed: Placed) -> tuple[str, str] | None:
    """What is measured in the good example, and what the rule says of the bad one."""
    rule = placed.rule
    module = rule.measure.__module__.rpartition(".")[2]
    example = catalogue.table_examples(module).get(rule.code)
    if example is None:
        return None
    wrong = _line(placed, example.bad, key=example.keys[0])
    if wrong is None:
        return None
    right = _line(placed, example.good, key=example.keys[0])
    said = filled_in(rule.message, wrong)
    figures = [f"{name} = {as_figure(value)}" for name, value in (right or {}).items()]
    return "，".join(figures) or f"{_NOTHING_FOUND.zh} {_NOTHING_FOUND.en}", f"{said.zh} {said.en}"


def _line(placed: Placed, situation: Situation, *, key: str | None) -> dict[str, object] | None:
    """The measured line with a key; of lines without one that whose figure stands out most."""
    rule, dataset = placed.rule, catalogue.dataset(placed.dataset)
    measured = masked(measure(rule, about_of(situation, dataset)), dataset)
    lines = measured.lines
    judged = judged_column(rule.expect)
    if key is None and judged in lines.columns and lines[judged].dtype.is_numeric():
        lines = lines.sort(pl.col(judged).abs(), descending=True, nulls_last=True)
    for line in lines.iter_rows(named=True):
        if key in (None, " / ".join(as_figure(line[name]) for name in rule.key)):
            return line
    return None
