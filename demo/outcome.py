"""What the demonstration gave: verdicts, receipts, planted wrongs found, snapshots, one query."""

from __future__ import annotations

import json
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from rich.console import Console
from rich.table import Table

from demo.generate import SLUGS
from yrdx import catalogue, pipeline, publication
from yrdx.model import Delivery, Report, Verdict
from yrdx.pipeline import Exchange
from yrdx.releasing.page import OUTCOME_WORDS, STATE_WORDS
from yrdx.settings import Settings
from yrdx.store import layout

VERDICTS = {
    Verdict.ADMITTED: "[green]入库 admitted[/]",
    Verdict.ADMITTED_IN_PART: "[yellow]部分入库 in part[/]",
    Verdict.REJECTED: "[red]退回 rejected[/]",
}


def tell(home: Path, console: Console, *, project: Path) -> None:
    """Print everything a newcomer wants to see."""
    exchange = pipeline.open_exchange(Settings.load())
    planted = json.loads((home / "planted.json").read_text(encoding="utf-8"))
    judged = [
        (delivery, pipeline.newest_report(exchange, delivery))
        for delivery in pipeline.deliveries(exchange)
    ]
    console.print(_deliveries(exchange, judged, home / "receipts"))
    _planted(exchange, judged, planted, console)
    _references(judged, console)
    console.print(_snapshots(exchange))
    _release(exchange, console, project=project)
    _query(exchange, console, project=project)


def _deliveries(
    exchange: Exchange, judged: list[tuple[Delivery, Report | None]], folder: Path
) -> Table:
    """One line a delivery; its receipt is copied under a name that people can read."""
    table = Table(title="交付与回执 / deliveries, receipts", title_justify="left", show_edge=False)
    table.add_column("结论 / verdict", no_wrap=True)
    for title in ("读入\nread", "入库\nadmitted", "退回\nrejected", "修正\nrepaired"):
        table.add_column(title, justify="right")
    table.add_column(
        "回执 / receipt（旁边是错误清单 / error list beside: …errors.xlsx）", overflow="fold"
    )
    for delivery, report in judged:
        if report is None or report.verdict is None:
            table.add_row("[red]故障 fault[/]", "", "", "", "", delivery.filename)
            continue
        rows = report.rows
        admitted = 0 if report.verdict is Verdict.REJECTED else rows.admitted
        counts = (rows.read, admitted, rows.rejected, rows.normalised)
        receipt = _receipt(exchange, report, folder)
        table.add_row(
            VERDICTS[report.verdict],
            *(f"{count:,}" for count in counts),
            str(receipt.relative_to(folder.parents[2])),
        )
    return table


def _receipt(exchange: Exchange, report: Report, folder: Path) -> Path:
    """Copy receipt and error list out of the store; gives the receipt's path."""
    delivery = report.delivery
    target = folder / f"{delivery.province}-{SLUGS[delivery.province]}"
    target.mkdir(parents=True, exist_ok=True)
    for name, suffix in (("errors.xlsx", "errors.xlsx"), ("receipt.html", "html")):
        key = layout.checked(delivery, rules_digest=report.versions.digest, name=name)
        path = target / f"{delivery.filename}.{suffix}"
        path.write_bytes(exchange.store.get(key))
    return path


def _planted(
    exchange: Exchange,
    judged: list[tuple[Delivery, Report | None]],
    planted: list[dict[str, Any]],
    console: Console,
) -> None:
    """Compare what was planted with what was found at the very row and column."""
    found = total = surprising = 0
    reports = {delivery.filename: (delivery, report) for delivery, report in judged}
    for told in planted:
        delivery, report = reports.get(Path(told["path"]).name, (None, None))
        verdict = str(report.verdict) if report is not None else "not discovered"
        surprising += verdict != told["expected"]
        total += len(told["planted"])
        if delivery is None or report is None:
            continue
        places = _places(exchange, delivery, report)
        found += sum(
            (item["rule"], item["row"], item["column"]) in places for item in told["planted"]
        )
    console.print(
        f"\n预先埋入的 {total} 处错误，准确找到 [bold]{found}[/] 处 / "
        f"of {total} planted wrongs, [bold]{found}[/] were found at their very cell; "
        f"{len(planted) - surprising} of {len(planted)} files got the verdict they deserve"
    )


def _references(judged: list[tuple[Delivery, Report | None]], console: Console) -> None:
    """How many deliveries came after the snapshot that they refer to."""
    referring = [
        report
        for delivery, report in judged
        if report is not None
        and report.reading is not None
        and any(
            other.dataset != delivery.dataset
            for other in catalogue.dataset(delivery.dataset).references
        )
    ]
    checked = sum(bool(report.versions.references) for report in referring)
    total = len(referring)
    console.print(
        f"{total} 份交付引用院校名录，{checked} 份已核对，其余先于名录首次发布（回执注明“未核对”）"
        f" / of {total} deliveries that refer to institutions, {checked} were checked against the "
        "published list; the others came before its first snapshot, and their receipts say so\n"
    )


def _places(
    exchange: Exchange, delivery: Delivery, report: Report
) -> set[tuple[str, int | None, str | None]]:
    key = layout.checked(delivery, rules_digest=report.versions.digest, name="findings.parquet")
    findings = pl.read_parquet(BytesIO(exchange.store.get(key)))
    return set(findings.select("rule", "row", "column").rows())


def _snapshots(exchange: Exchange) -> Table:
    table = Table(title="快照 / snapshots", title_justify="left", show_edge=False)
    table.add_column("数据集 / dataset")
    table.add_column("版本 / version")
    table.add_column("行数 / rows", justify="right")
    table.add_column("省市 / provinces")
    for name in catalogue.published_names():
        manifest = publication.newest(exchange.store, name)
        if manifest is None:  # nobody delivers it yet
            continue
        provinces = sorted({file.province for file in manifest.files})
        table.add_row(name, manifest.version, f"{manifest.rows:,}", " ".join(provinces))
    return table


def _release(exchange: Exchange, console: Console, *, project: Path) -> None:
    """The release in one line, and where its pages lie."""
    release = pipeline.newest_release(exchange)
    if release is None:
        console.print("[red]没有发布批次 / nothing was released[/]")
        return
    states = Counter(item.state for item in release.coverage)
    told = "，".join(f"{STATE_WORDS[state].zh} {count}" for state, count in states.items())
    outcomes = Counter(item.outcome for item in release.rules)
    judged = "，".join(f"{OUTCOME_WORDS[item].zh} {count}" for item, count in outcomes.items())
    console.print(
        f"\n发布批次 / release [bold]{release.id}[/]：{len(release.pins)} 个数据集 / datasets；"
        f"覆盖 / coverage {told}；跨集规则 / rules {judged}"
    )
    for name in ("report.html", "preview.html"):
        key = layout.release(release.id, file=name)
        if exchange.store.head(key) is not None:
            path = Path(exchange.store.uri(key)).relative_to(project)
            console.print(f"  {path}", soft_wrap=True)


def _query(exchange: Exchange, console: Console, *, project: Path) -> None:
    """One line of SQL over a snapshot, and what it really answers."""
    manifest = publication.newest(exchange.store, "student_scale")
    if manifest is None:
        return
    root = Path(exchange.store.uri(layout.manifest("student_scale", manifest.version))).parent
    shown = root.relative_to(project)
    files = f"{shown}/data/**/*.parquet"
    sql = (
        "SELECT src_province, count(*) AS rows, sum(enrolled) AS enrolled "  # noqa: S608
        f"FROM read_parquet('{files}', hive_partitioning=false) GROUP BY ALL ORDER BY ALL"
    )
    console.print("\n[bold]试一试 / try[/]")
    command = f'''.venv/bin/python -c "import duckdb; duckdb.sql(\\"{sql}\\").show()"'''
    console.print(f"  {command}", soft_wrap=True, highlight=False, markup=False)
    answer = duckdb.sql(sql.replace(f"'{shown}", f"'{root}"))
    console.print(str(answer), highlight=False)
