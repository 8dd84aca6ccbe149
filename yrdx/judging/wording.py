"""Wrong lines of a measured table as findings: whose they are, the figures, and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from yrdx.checking.findings import MASKED
from yrdx.dataset import Dataset
from yrdx.judging.expectations import Opinion
from yrdx.judging.measuring import Measured
from yrdx.model import Finding, Text
from yrdx.table_rule import Expectation

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)(?::([^{}]*))?\}")
"""`{name}` or `{name:format}` in the text of a rule."""

_NOTHING = "—"


def findings_of(
    measured: Measured, opinion: Opinion, dataset: Dataset, *, headers: Mapping[str, str]
) -> Iterator[Finding]:
    """One finding for each wrong line; `headers` are what the file calls its columns."""
    rule = measured.rule
    for line in masked(measured, dataset).lines[list(opinion.wrong)].iter_rows(named=True):
        column = rule.column or line.get("column")
        shown = line.get(rule.value or judged_column(rule.expect) or "")
        yield Finding(
            rule=rule.code,
            severity=rule.severity,
            message=filled_in(rule.message, line),
            remedy=filled_in(rule.remedy, line),
            column=column,
            header=headers.get(column or ""),
            key=" / ".join(as_figure(line[name]) for name in rule.key) or None,
            value=None if shown is None else as_figure(shown),
        )


def masked(measured: Measured, dataset: Dataset) -> Measured:
    """The same table with the personal columns of the dataset covered up."""
    covered = [
        name
        for name in measured.lines.columns
        if name in dataset.columns and dataset.columns[name].sensitivity.is_masked
    ]
    lines = measured.lines.with_columns(pl.lit(MASKED).alias(name) for name in covered)
    return Measured(rule=measured.rule, lines=lines)


def judged_column(expect: Expectation) -> str | None:
    """The first measured column that an expectation judges, None where it counts lines."""
    for name in ("column", "column_B", "column_A"):
        if name in expect.arguments:
            return str(expect.arguments[name])
    return None


def filled_in(text: Text, line: Mapping[str, Any]) -> Text:
    """A rule's text with the figures of a line; what is null shows as a dash."""
    return Text(zh=_filled_in(text.zh, line), en=_filled_in(text.en, line))


def left_open(text: Text) -> Text:
    """A rule's text for many lines at once: an ellipsis stands for each figure."""
    return Text(zh=PLACEHOLDER.sub("…", text.zh), en=PLACEHOLDER.sub("…", text.en))


def placeholders(text: Text) -> frozenset[str]:
    """The measured columns that a text names."""
    return frozenset(name for words in (text.zh, text.en) for name, _ in PLACEHOLDER.findall(words))


def _filled_in(words: str, line: Mapping[str, Any]) -> str:
    def figure(found: re.Match[str]) -> str:
        value, form = line[found[1]], found[2]
        return as_figure(value) if form is None or value is None else format(value, form)

    return PLACEHOLDER.sub(figure, words)


def as_figure(value: Any) -> str:
    """A measured value as people read it."""
    match value:
        case None:
            return _NOTHING
        case bool():
            return "是" if value else "否"
        case float():
            return f"{value:.10g}"
        case _:
            return str(value)
