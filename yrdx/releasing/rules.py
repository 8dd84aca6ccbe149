"""The rules between datasets and between provinces, over the snapshots of a release.

When a delivery is checked, what it refers to may not be there yet, or may be another version a
week later. So what is pinned together is judged together: references, the rules of `validations/`
about a delivery that look at other datasets, and those that compare provinces. The rules about a
delivery judge the newest one of each unit.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from yrdx import judging
from yrdx.checking.in_force import as_in_force
from yrdx.checking.result import Terms
from yrdx.comparing import Compared, Published, disagreements
from yrdx.comparison import Comparison
from yrdx.dataset import Dataset, Reference
from yrdx.errors import TransientError
from yrdx.judging.wording import left_open
from yrdx.model import NotChecked, Severity, Text
from yrdx.publication.contents import read
from yrdx.publication.manifest import Lineage, Manifest, period_order
from yrdx.releasing.manifest import Outcome, RuleKind, RuleResult
from yrdx.store.port import ObjectStore
from yrdx.table_rule import PROVINCE, UNIT, About, Kind, Need, TableRule

DANGLING = "reference_is_not_in_its_dataset"

_NO_TARGET = Text(zh="被引用的数据集尚未发布。", en="The dataset referred to is not published.")
_NO_JUDGE = Text(
    zh="本机未安装整体核对组件（yrdx[quality]）。",
    en="The judge of whole deliveries is not installed (yrdx[quality]).",
)
_NOT_THERE = Text(
    zh="需要对照的数据集尚未发布。", en="A dataset that the rule looks at is not published."
)


@dataclass(frozen=True, kw_only=True)
class Together:
    """The pinned snapshots with their contracts, and by what they are judged.

    `table_rules` are those of each dataset that look at other datasets and at nothing else.
    `terms` gives, for a unit's delivery, the stages of rules on the day of the release.
    """

    store: ObjectStore
    manifests: Mapping[str, Manifest]
    datasets: Mapping[str, Dataset]
    names: Mapping[str, Text]
    comparisons: Sequence[Comparison]
    table_rules: Mapping[str, Sequence[TableRule]]
    terms: Mapping[tuple[str, str, str, str], Terms]
    tolerance: float
    day: date
    cache: Path
    _opened: dict[str, pl.LazyFrame] = field(default_factory=dict)

    def rows(self, name: str) -> pl.LazyFrame:
        """The rows of a pinned snapshot, verified once."""
        if name not in self._opened:
            self._opened[name] = read(self.store, self.manifests[name], cache=self.cache)
        return self._opened[name]

    def outcome(
        self, severity: Severity, found: Mapping[str, int], of: Mapping[str, int]
    ) -> Outcome:
        """What it means that so many things are wrong in each province, of so many."""
        if not any(found.values()):
            return Outcome.PASSED
        past = any(
            count > self.tolerance * of.get(province, 0) for province, count in found.items()
        )
        return Outcome.BROKEN if severity is Severity.ERROR and past else Outcome.TOLERATED


def judge_together(together: Together) -> tuple[RuleResult, ...]:
    """What every rule found, in the order of datasets.

    Raises `TransientError` when a rule of ours breaks: nothing is released on less than was agreed.
    """
    if any(_ready(name, together) for name in together.manifests):
        judging.begin_loading()
    found = [*_references(together), *_provinces(together), *_datasets(together)]
    return tuple(sorted(found, key=lambda item: (item.dataset, item.kind.value, item.rule)))


def looks_at_others(rules: Iterable[TableRule]) -> tuple[TableRule, ...]:
    """The rules that need snapshots of other datasets, and nothing else."""
    return tuple(
        rule
        for rule in rules
        if rule.needs and all(need.kind is Kind.SNAPSHOT for need in rule.needs)
    )


def _references(together: Together) -> Iterator[RuleResult]:
    for name in together.manifests:
        for reference in together.datasets[name].references:
            yield _reference(together, name, reference)


def _reference(together: Together, name: str, reference: Reference) -> RuleResult:
    """Rows whose value does not exist where it must; a province without rows there is left out."""
    column = together.datasets[name].columns[reference.column].title
    target = reference.dataset
    known_as = together.datasets.get(target)
    there = known_as.title if known_as else Text(zh=target, en=target)
    told = RuleResult(
        rule=f"{DANGLING}:{reference.column}",
        kind=RuleKind.REFERENCE,
        dataset=name,
        severity=reference.severity,
        outcome=Outcome.NOT_CHECKED,
        text=Text(
            zh=f"“{column.zh}”在“{there.zh}”中不存在", en=f"{column.en} is not in {there.en}"
        ),
        reason=_NO_TARGET,
    )
    if target not in together.manifests:
        return told
    provinces = {file.province for file in together.manifests[target].files}
    rows = together.rows(name).filter(
        pl.col(PROVINCE).is_in(provinces), pl.col(reference.column).is_not_null()
    )
    known = together.rows(target).select(reference.target).drop_nulls().unique()
    dangling = rows.join(known, left_on=reference.column, right_on=reference.target, how="anti")
    counts = [frame.group_by(PROVINCE).len().sort(PROVINCE) for frame in (rows, dangling)]
    of, found = (dict(frame.iter_rows()) for frame in pl.collect_all(counts, engine="streaming"))
    return _told(told, together, found, of)


def _told(
    result: RuleResult, together: Together, found: Mapping[str, int], of: Mapping[str, int]
) -> RuleResult:
    return result.model_copy(
        update={
            "outcome": together.outcome(result.severity, found, of),
            "count": sum(found.values()),
            "examined": sum(of.values()),
            "provinces": {code: found[code] for code in sorted(found) if found[code]},
            "reason": None,
        }
    )


def _provinces(together: Together) -> Iterator[RuleResult]:
    """What provinces report of the same thing; a province's share is of its rows."""
    published = {
        name: Published(
            dataset=together.datasets[name],
            version=manifest.version,
            rows=together.rows(name),
            filenames={item.sha256: item.filename for item in manifest.lineage},
        )
        for name, manifest in together.manifests.items()
        if manifest.files
    }
    titles = {name: dataset.title for name, dataset in together.datasets.items()}
    by_code = {rule.code: rule for rule in together.comparisons}
    for item in disagreements(together.comparisons, published, names=together.names, titles=titles):
        if isinstance(item, NotChecked):
            rule = by_code[item.rule]
            yield _of_comparison(rule).model_copy(update={"reason": item.reason})
        else:
            yield _compared(item, together)


def _compared(item: Compared, together: Together) -> RuleResult:
    found = {province: lines.height for province, lines in item.lines.items()}
    of: Counter[str] = Counter()
    for file in together.manifests[item.rule.dataset].files:
        of[file.province] += file.rows
    return _told(_of_comparison(item.rule), together, found, of)


def _of_comparison(rule: Comparison) -> RuleResult:
    return RuleResult(
        rule=rule.code,
        kind=RuleKind.PROVINCES,
        dataset=rule.dataset,
        severity=rule.severity,
        outcome=Outcome.NOT_CHECKED,
        text=_open(rule.message),
    )


def _open(text: Text) -> Text:
    """A text for many things at once."""
    zh = text.zh.replace("{others}", "其他省份")
    en = text.en.replace("{others}", "another province")
    return left_open(Text(zh=zh, en=en))


def _datasets(together: Together) -> Iterator[RuleResult]:
    """What one dataset says of things in another, for the newest delivery of each unit."""
    reason = _NOT_THERE if judging.judge_version() else _NO_JUDGE
    for name in together.manifests:
        ready = _ready(name, together)
        yield from _judged(name, ready, together)
        for rule in together.table_rules.get(name, ()):
            if rule not in ready:
                yield _of_table_rule(rule, name).model_copy(update={"reason": reason})


def _ready(name: str, together: Together) -> list[TableRule]:
    """The rules about deliveries of a dataset for which all is there, the judge too."""
    return [
        rule
        for rule in together.table_rules.get(name, ())
        if judging.judge_version() is not None
        and all(need.dataset in together.manifests for need in rule.needs)
    ]


def _of_table_rule(rule: TableRule, name: str) -> RuleResult:
    return RuleResult(
        rule=rule.code,
        kind=RuleKind.DATASETS,
        dataset=name,
        severity=rule.severity,
        outcome=Outcome.NOT_CHECKED,
        text=left_open(rule.message),
    )


def _judged(name: str, rules: Sequence[TableRule], together: Together) -> Iterator[RuleResult]:
    if not rules:
        return
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    of: defaultdict[str, Counter[str]] = defaultdict(Counter)
    severities: dict[str, Severity] = {}
    for lineage in _newest_deliveries(together.manifests[name]):
        about = _about(name, lineage, rules, together)
        terms = together.terms.get((name, lineage.province, lineage.unit, lineage.period))
        in_force = as_in_force(rules, terms) if terms else list(rules)
        judged = judging.judge_whole(in_force, about)
        if judged.faults:
            fault = judged.faults[0]
            raise TransientError(
                f"{fault.stage} broke over {name} of {lineage.province}: {fault.message}; nothing "
                f"is released; when trying again does not help, mend the rule"
            )
        for item in judged.rules:
            severities[item.rule.code] = item.rule.severity
            found[item.rule.code][lineage.province] += len(item.findings)
            of[item.rule.code][lineage.province] += item.measured.lines.height
    for rule in rules:
        if rule.code in severities:
            told = _of_table_rule(rule, name)
            told = told.model_copy(update={"severity": severities[rule.code]})
            yield _told(told, together, found[rule.code], of[rule.code])


def _newest_deliveries(manifest: Manifest) -> list[Lineage]:
    """The delivery of each unit's last period."""
    newest: dict[tuple[str, str], Lineage] = {}
    for item in manifest.lineage:
        known = newest.get((item.province, item.unit))
        if known is None or period_order(item.period) > period_order(known.period):
            newest[item.province, item.unit] = item
    return [newest[place] for place in sorted(newest)]


def _about(name: str, lineage: Lineage, rules: Iterable[TableRule], together: Together) -> About:
    dataset = together.datasets[name]
    manifest = together.manifests[name]
    files = tuple(
        file
        for file in manifest.files
        if (file.province, file.period) == (lineage.province, lineage.period)
    )
    own = read(together.store, manifest.model_copy(update={"files": files}), cache=together.cache)
    needs = {need for rule in rules for need in rule.needs}
    terms = Terms(province=lineage.province, period=lineage.period, today=together.day)
    return About(
        dataset=dataset,
        province=lineage.province,
        unit=lineage.unit,
        period=lineage.period,
        today=together.day,
        spoken_of=terms.spoken_of,
        rows=own.filter(pl.col(UNIT) == lineage.unit).select(*dataset.schema),
        not_supplied=lineage.not_supplied,
        given={need: _rows_of(need, together) for need in needs},
    )


def _rows_of(need: Need, together: Together) -> pl.LazyFrame:
    if need.dataset is None:
        raise ValueError("only needs of snapshots are judged here")
    return together.rows(need.dataset)
