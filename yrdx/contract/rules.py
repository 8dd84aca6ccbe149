"""A page for every rule: what it means, why, where it applies, right and wrong, how to repair.

The pages and `yrdx explain` show the same values. Examples come from `schemas/examples` or from
`cell_examples.py`, and those of a dataset's rules are run when the page is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import polars as pl

from yrdx import catalogue
from yrdx.checking import common_rules
from yrdx.checking.receipt_values import MUST_BE_CHANGED, SEVERITY_WORDS, SOURCE_WORDS
from yrdx.contract.cell_examples import cell_example
from yrdx.contract.file_examples import FILE_EXAMPLES
from yrdx.contract.repair import repair_steps
from yrdx.contract.whole import Placed, compared_with, placed_rules, right_and_wrong
from yrdx.dataset import Dataset
from yrdx.errors import ConfigurationError
from yrdx.example import Examples, as_text, broken, typed
from yrdx.judging.wording import left_open
from yrdx.model import Severity, Text
from yrdx.reading.findings import FILE_RULES
from yrdx.reading.normalise import FINDINGS
from yrdx.reading.personal import PERSONAL_FINDINGS
from yrdx.rule import ListRule, Rule

Place = tuple[str, str, Text]
"""Dataset, field and the field's title; no field where it is about the whole delivery."""


_THE_FILE = Text(zh="文件", en="File")
_THE_WHOLE = Text(zh="整份报送", en="whole delivery")
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
    more: tuple[tuple[Text, Text], ...] = ()

    @property
    def facts(self) -> tuple[tuple[Text, Text], ...]:
        """Label and text of all that is to be said, in the order of reading."""
        known = SOURCE_WORDS.get(self.source)
        return (
            (Text(zh="级别", en="Severity"), SEVERITY_WORDS[self.severity]),
            (Text(zh="必须修改", en="Must be changed"), MUST_BE_CHANGED[self.severity]),
            (Text(zh="问题", en="What is wrong"), self.message),
            (Text(zh="怎么改", en="What to do"), self.remedy),
            *self.more,
            (Text(zh="依据", en="Source"), known or Text(zh=self.source, en="")),
        )


@dataclass(frozen=True, slots=True)
class ExampleCell:
    """What a field holds in a right row, and in the wrong one."""

    field: str
    title: Text
    right: str
    wrong: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePage:
    """All that is told about one rule; the example is the first that is known."""

    code: str
    wordings: tuple[Explanation, ...]
    dataset: str | None
    example: tuple[ExampleCell, ...]
    repair: tuple[Text, ...]


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


def rule_page(code: str, wordings: list[Explanation]) -> RulePage:
    """The page of a rule, its example run.

    Raises:
        ConfigurationError: the example in `schemas/examples` does not show the rule.
    """
    places = [place for item in wordings for place in item.places]
    if (placed := _of_the_whole().get(code)) is not None:
        return _page_of_the_whole(placed, wordings)
    columns = {place[:2]: _dataset(place[0]).columns[place[1]] for place in places}
    dataset, example = _first_run(code, places)
    if not example and (shown := cell_example(code, _placed(places))):
        dataset, field, title, right, wrong = shown
        example = (ExampleCell(field, title, right, wrong),)
        columns = columns or {(dataset, field): _dataset(dataset).columns[field]}
    if not example and code in FILE_EXAMPLES:
        words = [
            text.zh if text.zh == text.en else f"{text.zh} {text.en}"
            for text in FILE_EXAMPLES[code]
        ]
        example = (ExampleCell("", _THE_FILE, *words),)
    return RulePage(
        code=code,
        wordings=tuple(wordings),
        dataset=dataset or None,
        example=example,
        repair=repair_steps(code, tuple(columns.values()), beside=_beside(code, places)),
    )


def _page_of_the_whole(placed: Placed, wordings: list[Explanation]) -> RulePage:
    """The page of a rule about the whole: its example is measured figures, and what is said."""
    shown = right_and_wrong(placed)
    return RulePage(
        code=placed.rule.code,
        wordings=tuple(wordings),
        dataset=placed.dataset,
        example=(ExampleCell("", _THE_WHOLE, *shown),) if shown else (),
        repair=repair_steps(placed.rule.code, (), beside=()),
    )


def _first_run(code: str, places: list[Place]) -> tuple[str, tuple[ExampleCell, ...]]:
    """The first place with an example, and the example."""
    for dataset, field, _ in places:
        rule = _find(_dataset(dataset), code, field)
        if rule and (example := _run(_dataset(dataset), rule, _examples(dataset))):
            return dataset, example
    return "", ()


def rule_pages() -> Iterator[RulePage]:
    """The pages of all rules, by code."""
    for code, wordings in explanations().items():
        yield rule_page(code, wordings)


@cache
def _of_the_whole() -> dict[str, Placed]:
    return placed_rules()


@cache
def _dataset(name: str) -> Dataset:
    return catalogue.dataset(name)


@cache
def _examples(name: str) -> Examples:
    return catalogue.examples(_dataset(name))


def _placed(places: list[Place]) -> Iterator[tuple[Dataset, str, Examples]]:
    """Columns to show an example in: those of the rule, or any where it has none of its own."""
    if places:
        yield from ((_dataset(name), field, _examples(name)) for name, field, _ in places)
        return
    for name in catalogue.dataset_names():
        for field in _dataset(name).columns:
            yield _dataset(name), field, _examples(name)


def _find(dataset: Dataset, code: str, field: str) -> Rule | None:
    rules = (*dataset.rules, *catalogue.rules_given_examples(dataset))
    return next((r for r in rules if (r.code, r.column) == (code, field)), None)


def _run(dataset: Dataset, rule: Rule, examples: Examples) -> tuple[ExampleCell, ...]:
    """The columns that matter, once it is proved that the rule tells right from wrong."""
    wrong = examples.wrong(rule)
    if wrong is None:
        return ()
    rows = [examples.good, {**examples.good, **wrong.changes}]
    right_finds, wrong_finds = broken([rule], typed(dataset, rows))
    if right_finds or not wrong_finds:
        raise ConfigurationError(
            f"schemas/examples/{dataset.name}.py: the example of {rule.code} on {rule.column} "
            "does not show the rule: the good row must keep it and the changed row must break it"
        )
    fields = [name for name in dataset.columns if name in rule.columns or name in wrong.changes]
    masked = {name for name in fields if dataset.columns[name].sensitivity.is_masked}
    return tuple(
        ExampleCell(
            name,
            dataset.columns[name].title,
            *(_short(as_text(row.get(name)), masked=name in masked) for row in rows),
        )
        for name in fields
    )


def _short(text: str, *, masked: bool) -> str:
    limit = 24 if masked else 60
    return text if len(text) <= limit else f"{text[:12]}…（{len(text)}）"


def _beside(code: str, places: list[Place]) -> tuple[Text, ...]:
    """Titles of all columns that the rule reads together with its own."""
    for name, field, _ in places:
        rule = _find(_dataset(name), code, field)
        if rule and len(rule.columns) > 1:
            columns = _dataset(name).columns
            return tuple(columns[item].title for item in columns if item in rule.columns)
    return ()


def _all() -> Iterator[tuple[str, Explanation]]:
    for dataset in (*catalogue.datasets(), *catalogue.derived_datasets()):
        rules: list[Rule | ListRule] = [*dataset.rules, *dataset.list_rules]
        for rule in (*rules, *_of_contract(dataset)):
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
    for code, placed in _of_the_whole().items():
        yield code, _explained(placed)


def _explained(placed: Placed) -> Explanation:
    """The wording of a rule about the whole; one that is for all datasets names none."""
    rule, columns = placed.rule, _dataset(placed.dataset).columns
    column = rule.column or ""
    title = columns[column].title if column in columns else _THE_WHOLE
    yes, no = Text(zh="是，整份退回", en="yes, all of it"), Text(zh="否", en="no")
    more = [(Text(zh="不通过即退回", en="Rejects the delivery"), yes if rule.blocking else no)]
    if (against := compared_with(rule)) is not None:
        more.append((Text(zh="对照", en="Compared with"), against))
    return Explanation(
        severity=rule.severity,
        message=left_open(rule.message),
        remedy=left_open(rule.remedy),
        source=rule.source,
        places=() if placed.is_for_all else ((placed.dataset, column, title),),
        more=tuple(more),
    )


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
