"""What a delivery as a whole is compared with: the past, its neighbours, other datasets."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from yrdx import catalogue, judging
from yrdx.dataset import Dataset
from yrdx.errors import ConfigurationError
from yrdx.model import Delivery, NotChecked, Severity, Text
from yrdx.publication import Manifest, read
from yrdx.publication.manifest import period_order
from yrdx.store.port import ObjectStore
from yrdx.table_rule import CONTROL_TOTALS, PREVIOUS, UNIT, Kind, Need, TableRule

NewestSnapshot = Callable[[str], Manifest | None]
"""Dataset → its newest snapshot; the same one however often it is asked."""

_NOT_STATED = "00"

_NO_STORE = Text(
    zh="没有给出可对照的已发布数据，未核对。",
    en="No published data was given to compare with.",
)
_NO_PROVINCE = Text(
    zh="未注明报送省份，无从对照。",
    en="The province was not stated, so there is nothing to compare with.",
)
_NO_PERIOD = Text(
    zh="未注明期次，无法确定上一期。",
    en="The period was not stated, so the one before is not known.",
)
_FIRST = Text(
    zh="没有已发布的更早一期数据，无从比较（首次报送不影响入库）。",
    en="No earlier period was published to compare with; a first delivery may be admitted.",
)
_ALONE = Text(
    zh="其他省份还没有已发布的本数据集，无从对照。",
    en="No other province has published rows of this dataset yet.",
)
_NO_JUDGE = Text(
    zh="本机未安装整体核对组件（安装 yrdx[quality] 后可核对），正式校验时会核对。",
    en="The judge of whole deliveries is not installed here (install yrdx[quality]); "
    "the exchange itself has it.",
)
BY_ROWS = Text(
    zh="逐行检查已使整份文件退回，改正后再核对整体。",
    en="The rows alone already reject the delivery; it is judged as a whole once they are right.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The rules for which everything is there, what they are given, and why others cannot run.

    `sources` holds for each need the snapshot in `store`, narrowed to the files that matter.
    `unit` is the unit whose rows `previous` are. `judge` is the program that will judge.
    """

    rules: tuple[TableRule, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    store: ObjectStore | None = None
    sources: Mapping[Need, Manifest] = field(default_factory=dict)
    judge: str | None = None
    unit: str | None = None
    previous_period: str | None = None

    @property
    def pins(self) -> dict[str, str]:
        """What exactly the rules are given, for the versions of a report.

        Rows of one's own dataset are named by their bytes: what is published later, this delivery
        itself included, does not change them.
        """
        used = {need for rule in self.rules for need in rule.needs}
        return dict(
            _pin(need, manifest, unit=self.unit)
            for need, manifest in self.sources.items()
            if need in used
        )


def surroundings_of(
    dataset: Dataset,
    delivery: Delivery,
    *,
    store: ObjectStore | None,
    newest: NewestSnapshot | None,
) -> Surroundings:
    """What the rules about a delivery as a whole can be given; `newest` is None without a store.

    Raises:
        ConfigurationError: the delivery was received, and blocking rules cannot run because their
            judge is not installed: nothing is judged by less than has been agreed.
    """
    known = catalogue.table_rules(dataset.name)
    judge = judging.judge_version()
    if judge is None and delivery.received_at is not None:
        _refuse_without_judge(dataset, known)
    found: dict[Need, Manifest] = {}
    lacking: dict[Need, Text] = {}
    for need in sorted({need for rule in known for need in rule.needs}, key=repr):
        if need == CONTROL_TOTALS:
            continue
        outcome = _find(need, dataset, delivery, newest=newest)
        if isinstance(outcome, Text):
            lacking[need] = outcome
        else:
            found[need] = outcome
    previous = found.get(PREVIOUS)
    reasons = {rule.code: _reason(rule, lacking, installed=judge is not None) for rule in known}
    return Surroundings(
        rules=tuple(rule for rule in known if reasons[rule.code] is None),
        not_checked=tuple(
            NotChecked(rule=rule.code, column=rule.column, reason=reason)
            for rule in known
            if (reason := reasons[rule.code]) is not None
        ),
        store=store,
        sources=found,
        judge=judge if any(reason is None for reason in reasons.values()) else None,
        unit=_unit_of(delivery, previous) if previous else None,
        previous_period=previous.files[0].period if previous else None,
    )


def _refuse_without_judge(dataset: Dataset, rules: Iterable[TableRule]) -> None:
    blocking = [item.code for item in rules if item.blocking and item.severity is Severity.ERROR]
    if blocking:
        raise ConfigurationError(
            f"{dataset.name} has rules that block admission ({', '.join(blocking)}) and "
            f"great-expectations, which judges them, is not installed; install yrdx[quality] on "
            f"every worker that checks deliveries"
        )


def _reason(rule: TableRule, lacking: Mapping[Need, Text], *, installed: bool) -> Text | None:
    """Why a rule cannot run, None where it can."""
    return next(
        (lacking[need] for need in rule.needs if need in lacking), None if installed else _NO_JUDGE
    )


def open_rows(surroundings: Surroundings, *, cache: Path) -> dict[Need, pl.LazyFrame]:
    """The rows that rules are given, verified; `cache` takes files of a store that is elsewhere."""
    used = {need for rule in surroundings.rules for need in rule.needs}
    opened = {}
    for need, manifest in surroundings.sources.items():
        if need in used and surroundings.store is not None:
            rows = read(surroundings.store, manifest, cache=cache)
            own = need == PREVIOUS and surroundings.unit is not None
            opened[need] = rows.filter(pl.col(UNIT) == surroundings.unit) if own else rows
    return opened


def _find(
    need: Need, dataset: Dataset, delivery: Delivery, *, newest: NewestSnapshot | None
) -> Manifest | Text:
    """The snapshot that answers a need, narrowed to the files that matter, or why there is none."""
    if newest is None:
        return _NO_STORE
    if delivery.province == _NOT_STATED:
        return _NO_PROVINCE
    manifest = newest(need.dataset or dataset.name)
    match need.kind:
        case Kind.PREVIOUS:
            return _find_previous(manifest, delivery)
        case Kind.NEIGHBOURS:
            return _narrowed(manifest, _ALONE, province_is_not=delivery.province)
        case _:
            provinces = {file.province for file in manifest.files} if manifest else set()
            if manifest is None or delivery.province not in provinces:
                return _not_published(need.dataset or "")
            return manifest


def _find_previous(manifest: Manifest | None, delivery: Delivery) -> Manifest | Text:
    if delivery.period == "undated":
        return _NO_PERIOD
    if manifest is None:
        return _FIRST
    unit = _unit_of(delivery, manifest)
    earlier = {
        item.period
        for item in manifest.lineage
        if (item.province, item.unit) == (delivery.province, unit)
        and item.rows
        and period_order("undated") < period_order(item.period) < period_order(delivery.period)
    }
    if not earlier:
        return _FIRST
    return _narrowed(
        manifest, _FIRST, province=delivery.province, period=max(earlier, key=period_order)
    )


def _unit_of(delivery: Delivery, manifest: Manifest) -> str:
    """The unit whose earlier rows count.

    In a dry run that names no unit: the one that its province has, if it is only one.
    """
    units = {item.unit for item in manifest.lineage if item.province == delivery.province}
    if delivery.received_at is None and delivery.unit not in units and len(units) == 1:
        return next(iter(units))
    return delivery.unit


def _narrowed(
    manifest: Manifest | None,
    otherwise: Text,
    *,
    province: str | None = None,
    province_is_not: str | None = None,
    period: str | None = None,
) -> Manifest | Text:
    files = tuple(
        file
        for file in (manifest.files if manifest else ())
        if province in (None, file.province)
        and file.province != province_is_not
        and period in (None, file.period)
    )
    return manifest.model_copy(update={"files": files}) if manifest and files else otherwise


def _not_published(dataset: str) -> Text:
    title = catalogue.dataset(dataset).title
    return Text(
        zh=f"“{title.zh}”还没有本省已发布的数据，无从核对。",
        en=f"The province has no published rows of “{title.en}” to compare with yet.",
    )


def _pin(need: Need, manifest: Manifest, *, unit: str | None) -> tuple[str, str]:
    if need.kind is Kind.SNAPSHOT:
        return manifest.dataset, manifest.version
    named = "\n".join(f"{file.key} {file.sha256}" for file in manifest.files)
    digest = hashlib.sha256(named.encode()).hexdigest()[:12]
    if need == PREVIOUS:
        return f"{manifest.dataset}/previous", f"{manifest.files[0].period}-{unit}+{digest}"
    return f"{manifest.dataset}/{need.kind.value}", digest
