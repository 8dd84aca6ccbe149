"""`yrdx check`: a partner's own dry run, or the check of a landed delivery."""

from __future__ import annotations

import re
import shutil
import tempfile
from dataclasses import replace
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yrdx.cli import BROKEN, REJECTED
from yrdx.cli.files import readable
from yrdx.cli.terminal import Terminal, terminal_of
from yrdx.errors import ConfigurationError

if TYPE_CHECKING:
    from yrdx.checking.result import Terms
    from yrdx.model import Delivery, Report
    from yrdx.settings import Settings

_PROVINCE = re.compile(r"^([0-9]{2})[_-]")
_PERIOD = re.compile(r"^(undated|[0-9]{4}|[0-9]{4}-[0-9]{4}(-[12])?)$")
_KEPT = ("receipt.html", "errors.xlsx", "receipt.json", "report.json", "findings.parquet")
_AT_TIMES = ("since_last.parquet", "whole.csv")


def check(  # noqa: PLR0913 - each is an option of the command
    context: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(help="要检查的文件 The file to check.", show_default=False),
    ] = None,
    *,
    dataset: Annotated[
        str | None,
        typer.Option("--dataset", "-d", help="数据集 Dataset; 列出全部 list them: yrdx datasets."),
    ] = None,
    province: Annotated[
        str | None, typer.Option(help="省份代码，如 33 Province code, such as 33.")
    ] = None,
    unit: Annotated[str, typer.Option(help="报送单位代号 Id of the supplying unit.")] = "self",
    period: Annotated[
        str | None, typer.Option(help="期次，如 2025、2024-2025 Period, such as 2024-2025.")
    ] = None,
    tolerance: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="容许的错误行比例 Share of wrong rows allowed [0.05]."),
    ] = None,
    not_supplied: Annotated[
        str | None,
        typer.Option(help="约定暂缺的字段，逗号分隔 Fields agreed as not supplied: a,b."),
    ] = None,
    own_rows_only: Annotated[
        bool, typer.Option("--own-rows-only", help="只取本省的行 Own province's rows only.")
    ] = False,
    base: Annotated[
        Path | None,
        typer.Option(
            help="只报更正的行时：上次报送的文件 The file before, where only corrected rows come."
        ),
    ] = None,
    agreement: Annotated[
        str | None,
        typer.Option(
            metavar="UNIT", help="按 provinces/ 中该单位的约定检查 Take the terms of this unit."
        ),
    ] = None,
    store: Annotated[
        str | None,
        typer.Option(help="对照已发布的快照 Check references in this store: directory or s3://."),
    ] = None,
    reference: Annotated[
        str | None,
        typer.Option(
            help="专业目录等参考数据所在 Imported reference lists: directory or s3://.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="回执放在哪里 Folder of the receipt.", show_default="FILE-receipt/"
        ),
    ] = None,
    landed: Annotated[
        str | None,
        typer.Option(
            metavar="KEY", help="改为检查已接收的报送 Check a landed delivery by key or SHA-256."
        ),
    ] = None,
) -> None:
    """报送前自查：与正式校验同样的规则、同样的回执。 Check a file by the exchange's own rules."""
    terminal = terminal_of(context)
    if landed is not None:
        if file is not None or base is not None:
            raise typer.BadParameter(
                "文件与 --landed 只能给一个 Give a file or --landed, not both."
            )
        _check_landed(landed, terminal)
        return
    if file is None:
        raise typer.BadParameter("请给出要检查的文件 Name the file to check.")
    from yrdx import pipeline
    from yrdx.settings import Settings

    path, below = readable(file), _base_of(file, base, terminal)
    settings = Settings.load()
    if store is not None:
        settings = settings.model_copy(update={"store": store})
    if reference is not None:
        settings = settings.model_copy(update={"reference": reference})
    delivery = _identify(
        path,
        dataset=dataset_of(path, dataset),
        province=province,
        unit=agreement or unit,
        period=period,
    )
    terms = _terms(delivery, settings, agreed=agreement is not None)
    if tolerance is not None:
        terms = replace(terms, tolerance=tolerance)
    if not_supplied is not None:
        terms = replace(terms, not_supplied=_known_fields(not_supplied, delivery.dataset))
    terms = replace(terms, own_rows_only=own_rows_only or terms.own_rows_only)
    terms = pipeline.with_rules_of_the_day(terms, delivery, settings=settings)
    into = out or Path(f"{path.stem}-receipt")
    report = _try(
        path,
        delivery,
        terms,
        settings,
        use_store=store is not None,
        base=below,
        into=into,
        terminal=terminal,
    )
    _leave(report)


def _try(
    path: Path,
    delivery: Delivery,
    terms: Terms,
    settings: Settings,
    *,
    use_store: bool,
    base: Path | None,
    into: Path,
    terminal: Terminal,
) -> Report:
    """Check in a scratch folder, keep what a partner needs, and print it."""
    from yrdx import pipeline
    from yrdx.checking.receipt_values import Receipt
    from yrdx.checking.returned import COPIES
    from yrdx.cli.show import show, show_faults
    from yrdx.folders import writable
    from yrdx.store import open_to_read

    opened = open_to_read(settings) if use_store else None
    lists = pipeline.open_lists(settings, opened=open_to_read)
    if settings.spool:
        writable(settings.spool, stated_by="YRDX_SPOOL")
    writable(into, stated_by="-o")
    with tempfile.TemporaryDirectory(prefix="yrdx-", dir=settings.spool) as folder:
        with terminal.progress() as progress:
            report = pipeline.check_file(
                path,
                delivery,
                terms=terms,
                store=opened,
                lists=lists,
                into=Path(folder),
                base=base,
                keep_rows=False,
                copy_rows=settings.copy_rows,
                progress=progress,
            )
        if report.verdict is None:
            show_faults(report, terminal)
            return report
        for name in (*_AT_TIMES, *COPIES, *pipeline.QUALITY):
            (into / name).unlink(missing_ok=True)  # of a check before, and perhaps not of this one
        for name in (*_KEPT, *_AT_TIMES, *COPIES, *pipeline.QUALITY):
            if (Path(folder) / name).exists():
                shutil.copyfile(Path(folder) / name, into / name)
    receipt = Receipt.model_validate_json((into / "receipt.json").read_text(encoding="utf-8"))
    show(receipt, terminal)
    terminal.heading("回执", "Receipt")
    terminal.say(f"  {into / 'receipt.html'}  {terminal.word('用浏览器打开', 'open in a browser')}")
    terminal.say(
        f"  {into / 'errors.xlsx'}  {terminal.word('逐条修改的清单', 'list of all places')}"
    )
    for name, text in receipt.returned.told():
        terminal.say(f"  {into / name}  {terminal.of(text)}")
    if (into / "quality.html").exists():
        told = terminal.word("整体核对的数据，供技术人员", "the whole in figures, for engineers")
        terminal.say(f"  {into / 'quality.html'}  {told}")
    return report


def _check_landed(name: str, terminal: Terminal) -> None:
    from yrdx import pipeline
    from yrdx.checking.receipt_values import Receipt
    from yrdx.cli.show import show, show_faults
    from yrdx.cli.verbs import landed_delivery
    from yrdx.settings import Settings
    from yrdx.store import layout

    exchange = pipeline.open_exchange(Settings.load())
    delivery = landed_delivery(exchange, name)
    with terminal.progress() as progress:
        report = pipeline.check(exchange, delivery, progress=progress)
    if report.verdict is None:
        show_faults(report, terminal)
    else:
        keys = {
            file: layout.checked(delivery, rules_digest=report.versions.digest, name=file)
            for file in _KEPT[:3]
        }
        receipt = Receipt.model_validate_json(exchange.store.get(keys["receipt.json"]))
        show(receipt, terminal)
        terminal.heading("回执", "Receipt")
        for key in keys.values():
            terminal.say(f"  {exchange.store.uri(key)}")
        prefix = layout.checked_prefix(delivery, rules_digest=report.versions.digest)
        for copy, text in receipt.returned.told():
            terminal.say(f"  {exchange.store.uri(prefix + copy)}  {terminal.of(text)}")
    _leave(report)


def _leave(report: Report) -> None:
    from yrdx.model import Verdict

    if report.verdict is None:
        raise typer.Exit(BROKEN)
    if report.verdict is Verdict.REJECTED:
        raise typer.Exit(REJECTED)


def _base_of(file: Path, base: Path | None, terminal: Terminal) -> Path | None:
    """The file that corrections correct; the exchange knows corrections by their file's name."""
    from yrdx.reading.corrections import holds_corrections

    told = holds_corrections(file.name)
    if base is None:
        if told:
            terminal.say(
                terminal.word(
                    "只检查更正的行；加 --base 上次报送的文件，检查合成后的完整表",
                    "only the corrected rows are checked; with --base FILE the whole they make",
                ),
                style="yellow",
            )
        return None
    if not told:
        raise ConfigurationError(
            f"用 --base 时，文件名要以“更正”或 _delta 结尾，正式报送才认得出只含更正的行 the name "
            f"of a file with corrected rows ends in 更正 or _delta, else the exchange takes it for "
            f"a whole one: {file.stem}_更正{file.suffix}"
        )
    if holds_corrections(base.name):
        raise ConfigurationError(
            f"“{base.name}”也只含更正的行，请给出上次回执里的 whole.csv holds corrected rows only "
            f"too; name the whole.csv beside its receipt"
        )
    return readable(base)


def dataset_of(path: Path, stated: str | None) -> str:
    """The dataset that was named, or that the file's name tells: its id, or its Chinese title."""
    from yrdx import catalogue

    names = catalogue.dataset_names()
    if stated is not None:
        if stated in names:
            return stated
        near = get_close_matches(stated, names, n=1, cutoff=0.5)
        hint = f"是不是 did you mean {near[0]}? " if near else ""
        raise ConfigurationError(
            f"没有数据集 there is no dataset {stated!r}。{hint}全部 all: {', '.join(names)}"
        )
    within = [name for name in names if name in path.stem]
    if within:
        return max(within, key=len)
    titled = [item.name for item in catalogue.datasets() if item.title.zh in path.stem]
    if len(titled) == 1:
        return titled[0]
    raise ConfigurationError(
        f"从文件名“{path.name}”看不出是哪个数据集，请加上 the name does not tell the dataset; add "
        f"--dataset {'|'.join(names)}"
    )


def _identify(
    path: Path, *, dataset: str, province: str | None, unit: str, period: str | None
) -> Delivery:
    """The delivery that the file would be; what is not stated is taken from its name."""
    from yrdx import pipeline

    named = _PROVINCE.match(path.name)
    code = province or (named.group(1) if named and dataset in path.stem else "00")
    when = period or pipeline.period_of(path.name) or pipeline.UNDATED
    if not re.fullmatch(r"[0-9]{2}", code):
        raise ConfigurationError(
            f"省份代码应为两位数字 --province takes two digits such as 33, not {code!r}"
        )
    if not _PERIOD.match(when):
        raise ConfigurationError(
            f"期次应写作 2025、2024-2025 或 2024-2025-1 --period takes one of these, not {when!r}"
        )
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", unit):
        raise ConfigurationError(
            f"单位代号只能用小写字母、数字、- 和 _ a unit's id is lower-case, not {unit!r}"
        )
    return pipeline.identify(
        path, filename=path.name, province=code, unit=unit, dataset=dataset, period=when
    )


def _terms(delivery: Delivery, settings: Settings, *, agreed: bool) -> Terms:
    """The agreement's terms where one is named, else the usual ones; judged as of today."""
    from yrdx import pipeline
    from yrdx.agreements import load_provinces
    from yrdx.checking.result import Terms
    from yrdx.settings import TIMEZONE

    today = datetime.now(TIMEZONE).date()
    if not agreed:
        return Terms(province=delivery.province, period=delivery.period, today=today)
    for province in load_provinces(settings.provinces):
        if province.code == delivery.province:
            agreement = province.agreement(unit=delivery.unit, dataset=delivery.dataset)
            return pipeline.terms_on(today, delivery, agreement)
    raise ConfigurationError(
        f"{settings.provinces} 中没有省份“{delivery.province}”的约定，请用 --province 给出省份，"
        "用 YRDX_HOME 指定 provinces/ 所在的文件夹 there is no province "
        f"{delivery.province!r}: name it by --province, and the folder that holds provinces/ by "
        "YRDX_HOME"
    )


def _known_fields(stated: str, dataset: str) -> tuple[str, ...]:
    from yrdx import catalogue

    fields = tuple(name.strip() for name in stated.split(",") if name.strip())
    known = catalogue.dataset(dataset).columns
    for name in fields:
        if name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f"是不是 did you mean {near[0]}? " if near else ""
            raise ConfigurationError(
                f"{dataset} 没有字段 has no field {name!r}。{hint}全部 all: {', '.join(known)}"
            )
    return fields
