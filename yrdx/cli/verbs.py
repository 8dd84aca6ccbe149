"""The verbs `discover`, `land`, `admit`, `publish` by hand, as the DAGs run them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from yrdx.cli import BROKEN, MISUSED, REJECTED, provinces
from yrdx.cli.terminal import Terminal, plain, terminal_of
from yrdx.errors import ConfigurationError

if TYPE_CHECKING:
    from yrdx.agreements import Province
    from yrdx.model import Delivery, Report
    from yrdx.pipeline import Exchange, Unreachable

WhichProvince = Annotated[
    str | None,
    typer.Argument(metavar="PROVINCE", help="省份代码或代号，如 33、zhejiang Code or slug."),
]
AllProvinces = Annotated[bool, typer.Option("--all", help="所有省份 All provinces.")]
WhichDelivery = Annotated[
    str, typer.Argument(metavar="DELIVERY", help="报送的键或 SHA-256 开头 Key, or SHA-256 prefix.")
]


def discover(
    context: typer.Context, province: WhichProvince = None, *, everyone: AllProvinces = False
) -> None:
    """看看各来源有什么新文件，不取回。 List what has arrived and is not landed yet."""
    from yrdx import pipeline

    terminal = terminal_of(context)
    exchange = _exchange()
    unreachable: list[Unreachable] = []
    table = terminal.table(
        ("省份", "Province"),
        ("单位", "Unit"),
        ("数据集", "Dataset"),
        ("文件", "File"),
        ("字节", "Bytes"),
        ("修改时间", "Modified"),
    )
    for one in named_provinces(exchange, province, everyone=everyone):
        found = pipeline.discover(exchange, one)
        unreachable.extend(found.unreachable)
        for arrival in found.arrivals:
            table.add_row(
                terminal.of(one.name),
                arrival.unit,
                arrival.dataset,
                plain(arrival.offer.path),
                f"{arrival.offer.size:,}",
                moment(arrival.offer.modified_at),
            )
    if table.row_count:
        terminal.say(table)
    else:
        terminal.say(terminal.word("没有新文件。", "Nothing new."))
    _leave_if_unreachable(unreachable, terminal)


def land(
    context: typer.Context, province: WhichProvince = None, *, everyone: AllProvinces = False
) -> None:
    """取回新文件并存档；含个人号码的当场拒收。 Fetch what has arrived and keep its bytes."""
    from yrdx import pipeline
    from yrdx.settings import TIMEZONE
    from yrdx.store import layout

    terminal = terminal_of(context)
    exchange = _exchange()
    unreachable: list[Unreachable] = []
    landed = 0
    for one in named_provinces(exchange, province, everyone=everyone):
        found = pipeline.discover(exchange, one)
        unreachable.extend(found.unreachable)
        for arrival in found.arrivals:
            delivery = pipeline.land(
                exchange, one, arrival, received_at=datetime.now(TIMEZONE).replace(microsecond=0)
            )
            landed += 1
            state = terminal.word("已接收", "landed")
            if delivery.refused:
                state = terminal.word("拒收（含个人号码）", "refused (personal numbers)")
            terminal.say(
                f"{state}  {plain(delivery.filename)}\n  {layout.landed_delivery(delivery)}"
            )
    terminal.say(terminal.word(f"共 {landed} 份。", f"{landed} in all."))
    _leave_if_unreachable(unreachable, terminal)


def admit(context: typer.Context, delivery: WhichDelivery) -> None:
    """把一份已校验报送的合格行送入待发布区。 Admit the good rows of a checked delivery."""
    from yrdx import pipeline

    terminal = terminal_of(context)
    exchange = _exchange()
    report = checked_report(exchange, delivery)
    admission = pipeline.admit(exchange, report)
    if admission is None and report.needs_approval:
        _leave_unapproved(exchange, report, terminal)
    if admission is None:
        terminal.say(
            terminal.word(
                f"{plain(report.delivery.filename)} 已退回，没有可入库的行。",
                f"{plain(report.delivery.filename)} was rejected: nothing to admit.",
            )
        )
        raise typer.Exit(REJECTED)
    terminal.say(
        terminal.word(
            f"已入库 {admission.rows:,} 行：{exchange.store.uri(admission.rows_key)}",
            f"Admitted {admission.rows:,} rows: {exchange.store.uri(admission.rows_key)}",
        )
    )


def _leave_unapproved(exchange: Exchange, report: Report, terminal: Terminal) -> NoReturn:
    """Say that a person has to approve first, or has refused."""
    from yrdx import pipeline

    decision, sha256 = pipeline.decision_on(exchange, report), report.delivery.sha256[:16]
    if decision is None:
        raise ConfigurationError(
            f"{report.delivery.filename} 待审批 waits for approval: "
            f"yrdx approve {sha256} --reason …"
        )
    by, reason = plain(decision.by), plain(decision.reason)
    terminal.say(terminal.word(f"未批准入库：{reason}（{by}）", f"Refused by {by}: {reason}"))
    raise typer.Exit(REJECTED)


def publish(
    context: typer.Context,
    dataset: Annotated[str, typer.Argument(help="数据集 Dataset.")],
) -> None:
    """把已入库的报送发布为新快照。 Publish what was admitted as the newest snapshot."""
    from yrdx import pipeline
    from yrdx.cli.standing import one_liner

    terminal = terminal_of(context)
    exchange = _exchange()
    manifest = pipeline.publish(exchange, dataset)
    if manifest is None:
        terminal.say(terminal.word("没有新的入库数据，快照不变。", "Nothing new to publish."))
        return
    terminal.say(
        terminal.word(
            f"已发布 {dataset} {manifest.version}：{manifest.rows:,} 行",
            f"Published {dataset} {manifest.version}: {manifest.rows:,} rows",
        )
    )
    if manifest.files:
        terminal.say(f"  {one_liner(exchange, manifest)}")


def landed_delivery(exchange: Exchange, name: str) -> Delivery:
    """The delivery that a key, or the beginning of a SHA-256, names."""
    from yrdx import pipeline
    from yrdx.store import layout

    key = name[max(name.find(layout.LANDED), 0) :].rstrip("/")
    found = [
        item
        for item in pipeline.deliveries(exchange)
        if item.sha256.startswith(name.lower())
        or layout.landed_delivery(item).startswith(f"{key.removesuffix('/delivery.json')}/")
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        raise ConfigurationError(
            f"没有这份报送 no landed delivery is named {name!r}; `yrdx status` lists them"
        )
    keys = "\n  ".join(layout.landed_delivery(item) for item in found[:20])
    raise ConfigurationError(f"{name!r} 对应多份报送 names several deliveries:\n  {keys}")


def checked_report(exchange: Exchange, name: str) -> Report:
    """The newest report of the delivery that a key, or the beginning of a SHA-256, names."""
    from yrdx import pipeline

    found = landed_delivery(exchange, name)
    report = pipeline.newest_report(exchange, found)
    if report is None:
        raise ConfigurationError(
            f"{found.filename} 还没有校验 was never checked; first run: "
            f"yrdx check --landed {found.sha256[:16]}"
        )
    return report


def moment(when: datetime) -> str:
    """A time by the clock of the exchange."""
    from yrdx.settings import TIMEZONE

    return when.astimezone(TIMEZONE).strftime("%Y-%m-%d %H:%M")


def _exchange() -> Exchange:
    from yrdx import pipeline
    from yrdx.settings import Settings

    return pipeline.open_exchange(Settings.load())


def named_provinces(exchange: Exchange, named: str | None, *, everyone: bool) -> list[Province]:
    """The provinces that were asked for: one by its code or slug, or all."""
    from yrdx.agreements import load_province

    settings = exchange.settings
    if everyone == (named is not None):
        raise ConfigurationError(
            "请给出一个省份，或 --all name one province, or --all; "
            f"已有 there are: {provinces.stems(settings)}"
        )
    paths = [provinces.file_of(named, settings)] if named is not None else provinces.files(settings)
    return [load_province(path) for path in paths]


def _leave_if_unreachable(unreachable: list[Unreachable], terminal: Terminal) -> None:
    for source in unreachable:
        terminal.say(f"✘ {source.unit} {source.dataset}: {plain(source.error)}", style="red")
    if unreachable:
        passing = all(source.is_transient for source in unreachable)
        raise typer.Exit(BROKEN if passing else MISUSED)
