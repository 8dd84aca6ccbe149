"""`yrdx status` and `yrdx snapshots`: where every agreement and every dataset stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from yrdx.cli.terminal import Terminal, joined, plain, terminal_of
from yrdx.errors import ConfigurationError, SourceRefused

if TYPE_CHECKING:
    from rich.text import Text as Styled

    from yrdx.agreements import Agreement, Province
    from yrdx.model import Delivery
    from yrdx.pipeline import Exchange
    from yrdx.publication import Manifest, Overdue
    from yrdx.store.port import ObjectStore

_WORDS = {
    "admitted": ("✔ 已入库", "✔ admitted", "blue"),
    "admitted_in_part": ("▲ 部分入库", "▲ in part", "yellow"),
    "rejected": ("✘ 退回", "✘ rejected", "red"),
    "refused": ("✘ 拒收", "✘ refused", "red"),
    "waiting": ("… 待审批", "… waits for approval", "yellow"),
    "not_approved": ("✘ 未批准", "✘ not approved", "red"),
    "landed": ("… 待校验", "… to be checked", ""),
    "nothing": ("— 未报送", "— nothing yet", "dim"),
}


_FACTS = 8
"""Changes of columns, codes and coverage that are listed; the changelog has all."""


def status(
    context: typer.Context,
    province: Annotated[
        str | None, typer.Argument(help="只看一个省份 One province only: 33, zhejiang.")
    ] = None,
) -> None:
    """各省各数据集报送到哪一步。 Where every agreement stands."""
    from yrdx import pipeline
    from yrdx.agreements import load_province, province_files
    from yrdx.settings import TIMEZONE, Settings

    terminal = terminal_of(context)
    exchange = pipeline.open_exchange(Settings.load())
    today = datetime.now(TIMEZONE).date()
    table = terminal.table(
        ("省份", "Province"),
        ("单位", "Unit"),
        ("数据集", "Dataset"),
        ("期次", "Period"),
        ("状态", "State"),
        ("合格行", "Good"),
        ("错误行", "Wrong"),
        ("接收时间", "Received"),
        ("截止", "Due"),
        ("报送", "Delivery"),
    )
    found = False
    for path in province_files(exchange.settings.provinces):
        if province is not None and province not in (path.stem, *path.stem.split("-", 1)):
            continue
        found = True
        try:
            one = _without_unknown_datasets(load_province(path), terminal)
        except ConfigurationError as error:
            terminal.say(f"✘ {error}", style="red")
            continue
        overdue = pipeline.overdue(exchange, one, today=today)
        late = {(item.unit, item.dataset): item for item in overdue}
        landed = list(pipeline.deliveries(exchange, province=one.code))
        for agreement in one.agreements:
            last = _last(landed, agreement)
            named = (terminal.of(one.name), agreement.unit, agreement.dataset)
            missed = late.get((agreement.unit, agreement.dataset))
            for period in _periods(last, missed):
                is_late = missed is not None and missed.period == period
                days = (today - missed.due).days if missed and is_late else None
                due = _due(agreement, days, terminal)
                delivery = last.get(period)
                table.add_row(*named, *_row(exchange, delivery, period, due, terminal))
    if not found:
        raise ConfigurationError(
            f"{exchange.settings.provinces} 中没有省份 has no province {province or ''}; "
            "YRDX_HOME 指定 provinces/ 所在文件夹 names the folder that holds provinces/"
        )
    terminal.say(table)


def _without_unknown_datasets(province: Province, terminal: Terminal) -> Province:
    """The province without the agreements whose dataset does not exist, of which it tells."""
    from yrdx import pipeline

    known = []
    for agreement in province.agreements:
        try:
            pipeline.refuse_unknown_dataset(agreement, province=province)
        except ConfigurationError as error:
            terminal.say(f"✘ {error}", style="red")
        else:
            known.append(agreement)
    return province.model_copy(update={"agreements": tuple(known)})


def _last(landed: list[Delivery], agreement: Agreement) -> dict[str, Delivery]:
    """Period → its last delivery under the agreement, the newest period first."""
    last: dict[str, Delivery] = {}
    for delivery in sorted(landed, key=lambda item: (item.period, item.attempt or 0)):
        if (delivery.unit, delivery.dataset) == (agreement.unit, agreement.dataset):
            last[delivery.period] = delivery
    return dict(reversed(last.items()))


def _due(agreement: Agreement, days: int | None, terminal: Terminal) -> Styled:
    from rich.text import Text as Styled

    if days is None:
        return Styled(agreement.due or "")
    late = terminal.word(f"（逾期 {days} 天）", f" ({days} days overdue)")
    return Styled(f"{agreement.due}{late}", style="red")


def _periods(last: dict[str, Delivery], missed: Overdue | None) -> list[str]:
    """The periods that a line each is told about, newest first; one without name if there is none.

    That which is overdue is among them, whether something came for it or not.
    """
    if missed is None or missed.period in last:
        return list(last) or [""]
    return sorted([missed.period, *last], reverse=True)


def _row(
    exchange: Exchange, delivery: Delivery | None, period: str, due: Styled, terminal: Terminal
) -> tuple[str | Styled, ...]:
    if delivery is None:
        return period, _word("nothing", terminal), "", "", "", due, ""
    return period, *_delivered(exchange, delivery, terminal), due, delivery.sha256[:12]


def _delivered(
    exchange: Exchange, delivery: Delivery, terminal: Terminal
) -> tuple[str | Styled, ...]:
    from yrdx import pipeline
    from yrdx.cli.verbs import moment

    received = moment(delivery.received_at) if delivery.received_at else ""
    if delivery.refused:
        return _word("refused", terminal), "", "", received
    report = pipeline.newest_report(exchange, delivery)
    if report is None or report.verdict is None:
        return _word("landed", terminal), "", "", received
    rows = report.rows
    state = report.verdict.value
    if report.needs_approval:
        decision = pipeline.decision_on(exchange, report)
        if decision is None or not decision.approved:
            state = "not_approved" if decision else "waiting"
    word = _word(state, terminal)
    return word, f"{rows.admitted:,}", f"{rows.rejected:,}", received


def _word(state: str, terminal: Terminal) -> Styled:
    from rich.text import Text as Styled

    zh, en, style = _WORDS[state]
    return Styled(terminal.word(zh, en), style=style)


def snapshots(
    context: typer.Context,
    dataset: Annotated[
        str | None, typer.Argument(help="数据集；给出时列出各版本 Dataset: lists its versions.")
    ] = None,
) -> None:
    """已发布的快照，以及怎样打开。 Published snapshots, and how to open them."""
    from yrdx import catalogue, pipeline, publication
    from yrdx.settings import Settings

    terminal = terminal_of(context)
    exchange = pipeline.open_to_look(Settings.load())
    store = exchange.store
    closed: list[str] = []
    if dataset is None:
        shown = list(_newest(store, closed))
    else:
        known = catalogue.dataset(dataset).name
        shown = [
            publication.read_manifest(store, known, version)
            for version in publication.versions(store, known)
        ]
    if not shown and not closed:
        terminal.say(terminal.word("还没有发布过快照。", "Nothing was published yet."))
        return
    for manifest in shown:
        _snapshot(exchange, manifest, terminal)
    for name in closed:
        terminal.say(
            terminal.word(
                f"{name}：含个人明细，须有单独的凭证才能读取",
                f"{name}: rows about people, read with credentials of their own",
            )
        )


def _newest(store: ObjectStore, closed: list[str]) -> Iterator[Manifest]:
    """The newest snapshots; names of those that only others may read are put into `closed`."""
    from yrdx import catalogue, publication
    from yrdx.store import layout

    for name in catalogue.published_names():
        try:
            manifest = publication.newest(store, name)
        except SourceRefused:
            if not layout.is_restricted(name):
                raise
            closed.append(name)
            continue
        if manifest is not None:
            yield manifest


def _snapshot(exchange: Exchange, manifest: Manifest, terminal: Terminal) -> None:
    periods = sorted({item.period for item in manifest.files})
    provinces = sorted({item.province for item in manifest.files})
    terminal.say(f"{manifest.dataset}  {manifest.version}", style="bold")
    terminal.say(
        terminal.word(
            f"  {manifest.rows:,} 行；期次 {joined(periods)}；省份 {joined(provinces)}；"
            f"数据标准 {manifest.contract}",
            f"  {manifest.rows:,} rows; periods {joined(periods)}; provinces {joined(provinces)}; "
            f"contract {manifest.contract}",
        )
    )
    _changes(manifest, terminal)
    for province, columns in manifest.as_null.items():
        if columns:
            names = joined(columns)
            terminal.say(
                terminal.word(
                    f"  {province} 暂不提供：{names}", f"  {province} does not supply: {names}"
                )
            )
    for item in manifest.lineage:
        for use in item.waivers:
            place = f"{item.province} {item.unit} {item.period}"
            terminal.say(
                terminal.word(
                    f"  {place}：{use.rows:,} 行带有已豁免的问题（{use.waiver.id}，"
                    f"{use.waiver.rule}）",
                    f"  {place}: {use.rows:,} rows with a waived finding ({use.waiver.id}, "
                    f"{use.waiver.rule})",
                )
            )
    if manifest.files:
        terminal.say(f"  {plain(one_liner(exchange, manifest))}", style="green")
    terminal.say()


def _changes(manifest: Manifest, terminal: Terminal) -> None:
    """What the version changes against the one before, in a few lines."""
    changes = manifest.changes
    if changes is None:
        return
    step = terminal.word(
        {"major": "主版本", "minor": "次版本"}.get(changes.step.value, "修订"), changes.step.value
    )
    terminal.say(
        terminal.word(
            f"  {step}，较 {manifest.parent}：新增 {changes.added:,} 行，"
            f"更正 {changes.changed:,} 行，删除 {changes.removed:,} 行",
            f"  {step}, against {manifest.parent}: {changes.added:,} rows added, "
            f"{changes.changed:,} changed, {changes.removed:,} removed",
        )
    )
    for fact in changes.facts[:_FACTS]:
        terminal.say(plain(f"    {fact.place}: {terminal.of(fact.text)}"))
    if len(changes.facts) > _FACTS:
        more = len(changes.facts) - _FACTS
        terminal.say(terminal.word(f"    … 另有 {more:,} 项", f"    … {more:,} more"))


def one_liner(exchange: Exchange, manifest: Manifest) -> str:
    """A DuckDB query that opens the snapshot; its folders' names are no columns of it."""
    from yrdx.store import layout

    uri = exchange.store.uri(layout.manifest(manifest.dataset, manifest.version))
    glob = f"{uri.rpartition('/')[0]}/data/*/*/*.parquet"
    quoted = glob.replace("'", "''")
    query = f"FROM read_parquet('{quoted}', hive_partitioning=false) LIMIT 10"
    return f'duckdb -c "{query}"'
