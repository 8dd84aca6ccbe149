"""What one check evaluates: the columns that are there, the rules that can run, and why not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import NamedTuple

import polars as pl

from yrdx.checking import common_rules as common
from yrdx.checking.faults import run
from yrdx.checking.in_force import as_in_force, is_softened, told
from yrdx.checking.parsing import is_text
from yrdx.checking.result import Terms
from yrdx.dataset import Dataset, Reference, Requirement
from yrdx.lists import LoadedList
from yrdx.model import Fault, NotChecked, Text
from yrdx.reading.table import DOUBT, Table
from yrdx.rule import ListRule, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One check, decided before the first row is read.

    `supplied` are the fields that the file has, in the order of the dataset. `rules` all run.
    `foreign` is true for rows of another province that are to be set aside, None where none are.
    `key` is empty when the file lacks a key column. `always_normalise` tells that a header states
    another unit than the contract, so that every row must be converted. `lists` are the loaded
    lists by name.
    """

    dataset: Dataset
    terms: Terms
    source_columns: tuple[str, ...]
    supplied: tuple[str, ...]
    rules: tuple[Rule, ...]
    foreign: pl.Expr | None
    key: tuple[str, ...]
    alternative_key: tuple[str, ...]
    missing: tuple[str, ...]
    not_checked: tuple[NotChecked, ...]
    faults: tuple[Fault, ...]
    always_normalise: bool
    has_doubts: bool
    lists: Mapping[str, LoadedList]

    @property
    def parsed(self) -> tuple[str, ...]:
        """Supplied fields whose value is not the text itself."""
        return tuple(name for name in self.supplied if not is_text(self.dataset.columns[name]))

    @property
    def judged_as_read(self) -> tuple[str, ...]:
        """Supplied fields whose value that counts is the text that was read."""
        others = {*self.parsed, *self.defaulted}
        return tuple(name for name in self.supplied if name not in others)

    @property
    def defaulted(self) -> tuple[str, ...]:
        """Supplied key columns whose empty cells take the contract's default."""
        columns = self.dataset.columns
        return tuple(
            name
            for name in self.dataset.key
            if name in self.supplied and columns[name].default is not None
        )

    def is_milder(self, rule: Rule) -> bool:
        """Whether a rule may reject no row of this delivery though its author meant it to."""
        return is_softened(rule.code, rule.column, self.terms)

    def without(self, broken: frozenset[str]) -> Plan:
        """The same check without the rules whose code is in `broken`."""
        return replace(self, rules=tuple(rule for rule in self.rules if rule.code not in broken))


def plan_of(
    table: Table,
    dataset: Dataset,
    *,
    terms: Terms,
    references: Mapping[Reference, pl.Series],
    lists: Mapping[str, LoadedList] | None = None,
) -> Plan:
    """Decide what can be checked of a table."""
    columns = dataset.columns
    supplied = tuple(name for name in columns if name in table.source_columns)
    absent = [name for name in columns if name not in supplied]
    missing = tuple(
        name
        for name in absent
        if columns[name].requirement is Requirement.MANDATORY and name not in terms.not_supplied
    )
    wanted, unjudged = _wanted(dataset, supplied, terms=terms, references=references)
    known, unknown = _of_lists(dataset, lists or {})
    wanted, unjudged = as_in_force([*wanted, *known], terms), [*unjudged, *unknown]
    runnable = _runnable(wanted, terms=terms, absent=frozenset(absent), missing=missing)
    foreign = None
    if _can_tell_province(dataset, supplied, terms) and terms.own_rows_only:
        foreign = (dataset.province != terms.province).fill_null(value=False)
    return Plan(
        dataset=dataset,
        terms=terms,
        source_columns=table.source_columns,
        supplied=supplied,
        rules=tuple(runnable.rules),
        foreign=foreign,
        key=_if_supplied(dataset.key, supplied),
        alternative_key=_if_supplied(dataset.alternative_key, supplied),
        missing=missing,
        not_checked=told((*unjudged, *runnable.not_checked), terms),
        faults=tuple(runnable.faults),
        always_normalise=_states_other_unit(table, dataset),
        has_doubts=DOUBT in table.frame.collect_schema(),
        lists=lists or {},
    )


def _if_supplied(names: tuple[str, ...], supplied: tuple[str, ...]) -> tuple[str, ...]:
    return names if set(names) <= set(supplied) else ()


def _states_other_unit(table: Table, dataset: Dataset) -> bool:
    return any(
        name in dataset.columns and unit != dataset.columns[name].unit
        for name, unit in table.units.items()
    )


def _can_tell_province(dataset: Dataset, supplied: tuple[str, ...], terms: Terms) -> bool:
    known = set(dataset.province.meta.root_names()) <= set(supplied)
    return known and "province" not in common.not_stated(terms)


def _wanted(
    dataset: Dataset,
    supplied: tuple[str, ...],
    *,
    terms: Terms,
    references: Mapping[Reference, pl.Series],
) -> tuple[list[Rule], list[NotChecked]]:
    """All rules that this dataset and these terms ask for, and what cannot be judged at all."""
    columns = dataset.columns
    wanted = [
        common.parse_failure(name, columns[name]) for name in supplied if not is_text(columns[name])
    ]
    wanted += dataset.rules
    unjudged: list[NotChecked] = []
    known, unknown = common.references_of(dataset, references)
    wanted += known
    unjudged += [_no_snapshot(item) for item in unknown]
    if "province" not in common.not_stated(terms) and not terms.own_rows_only:
        wanted.append(common.row_is_of_its_province(dataset, terms.province))
    if "period" not in common.not_stated(terms):
        period = common.row_is_of_its_period(dataset, terms.period)
        wanted += [period] if period else []
    if not set(dataset.key) <= set(supplied):
        unjudged.append(_no_key(dataset, supplied))
    return wanted, unjudged


def _of_lists(
    dataset: Dataset, lists: Mapping[str, LoadedList]
) -> tuple[list[Rule], list[NotChecked]]:
    """Rules whose list is loaded, and those that cannot be judged because theirs is not."""
    known = [
        rule.given(lists[rule.needs.name].entries)
        for rule in dataset.list_rules
        if rule.needs.name in lists
    ]
    unknown = [_no_list(rule) for rule in dataset.list_rules if rule.needs.name not in lists]
    return known, unknown


class _Runnable(NamedTuple):
    rules: list[Rule]
    not_checked: list[NotChecked]
    faults: list[Fault]


def _runnable(
    wanted: Iterable[Rule], *, terms: Terms, absent: frozenset[str], missing: tuple[str, ...]
) -> _Runnable:
    """Rules that can run; the others are listed, except those of a missing column itself.

    A column that is absent though it is not mandatory counts as empty throughout, and rules about
    it do run: "required where …" is judged row by row.
    """
    found = _Runnable([], [], [])
    unavailable = (frozenset(terms.not_supplied) & absent) | set(missing)
    for rule in wanted:
        fields = run(
            f"rule {rule.code}", partial(_fields, rule, terms.day_of(rule)), is_ours=_always
        )
        if isinstance(fields, Fault):
            found.faults.append(fields)
            continue
        lacking = unavailable & {rule.column, *fields}
        if not lacking:
            found.rules.append(rule)
        elif rule.column not in missing:
            found.not_checked.append(_lacks(rule, sorted(lacking)))
    return found


def _fields(rule: Rule, today: date) -> list[str]:
    return rule.build(today).meta.root_names()


def _always(_broken: Exception) -> bool:
    return True


def _lacks(rule: Rule, lacking: list[str]) -> NotChecked:
    return NotChecked(
        rule=rule.code,
        column=rule.column,
        reason=Text(
            zh=f"文件没有该规则需要的字段：{'、'.join(lacking)}。",
            en=f"The file lacks fields that this rule reads: {', '.join(lacking)}.",
        ),
    )


def _no_snapshot(reference: Reference) -> NotChecked:
    return NotChecked(
        rule="reference_does_not_exist",
        column=reference.column,
        reason=Text(
            zh="没有被引用数据集的已发布数据可供对照，未核对。",
            en="There is no published data of the dataset referred to, to compare with.",
        ),
    )


def _no_list(rule: ListRule) -> NotChecked:
    needed = rule.needs
    return NotChecked(
        rule=rule.code,
        column=rule.column,
        reason=Text(
            zh=f"尚未导入参考数据“{needed.title.zh}”（{needed.name}），本次未核对。",
            en=f"The reference list “{needed.title.en}” ({needed.name}) has not been imported.",
        ),
    )


def _no_key(dataset: Dataset, supplied: tuple[str, ...]) -> NotChecked:
    lacking = [name for name in dataset.key if name not in supplied]
    return NotChecked(
        rule="key_is_used_twice",
        column=lacking[0],
        reason=Text(
            zh=f"文件没有主键字段 {'、'.join(lacking)}，无法核对重复。",
            en=f"The file lacks the key field {', '.join(lacking)}, so repeats cannot be found.",
        ),
    )
