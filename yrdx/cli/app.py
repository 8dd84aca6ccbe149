"""Which commands there are, and the options that all of them share."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from yrdx.cli import (
    approve,
    catalog,
    check,
    compare,
    contents,
    derive,
    documents,
    erase,
    notices,
    read,
    reference,
    rehearse,
    release,
    replay,
    restrict,
    retain,
    seal,
    standing,
    verbs,
    verify,
    withdraw,
)
from yrdx.cli.terminal import Language, open_terminal

ABOUT = """长三角职业教育数据交换 · Yangtze River Delta vocational-education data exchange.

报送前自查：yrdx check 文件 --dataset 数据集。
Check a file before sending it: yrdx check FILE --dataset D.

退出码 Exit codes: 0 通过或部分通过 admitted, 1 退回 rejected, 2 用法或配置有误 usage or
configuration, 3 程序或系统故障 fault, 130 已中断 interrupted.
"""


class Panel(StrEnum):
    """Under which heading the help shows a command."""

    PARTNER = "报送单位 For partners"
    VERBS = "交换流程 The verbs of the exchange"
    STANDING = "查询 What there is"


def build() -> typer.Typer:
    """The application with all its commands."""
    app = typer.Typer(
        name="yrdx",
        help=ABOUT,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(invoke_without_command=True)(_shared)
    app.command("check", rich_help_panel=Panel.PARTNER)(check.check)
    app.command("verify", rich_help_panel=Panel.PARTNER)(verify.verify)
    app.command("seal", rich_help_panel=Panel.PARTNER)(seal.seal)
    app.command("explain", rich_help_panel=Panel.PARTNER)(contents.explain)
    app.command("datasets", rich_help_panel=Panel.PARTNER)(contents.datasets)
    app.command("rules", rich_help_panel=Panel.PARTNER)(contents.rules)
    app.command("template", rich_help_panel=Panel.PARTNER)(documents.template)
    contract = typer.Typer(no_args_is_help=True, help="数据集约定的文件 The contracts as files.")
    contract.command("export")(documents.export)
    contract.command("diff")(documents.diff)
    app.add_typer(contract, name="contract", rich_help_panel=Panel.STANDING)
    lists = typer.Typer(no_args_is_help=True, help="专业目录等参考数据 Lists that are loaded.")
    lists.command("import")(reference.import_)
    lists.command("list")(reference.list_)
    lists.command("show")(reference.show)
    lists.command("diff")(reference.diff)
    lists.command("use")(reference.use)
    app.add_typer(lists, name="reference", rich_help_panel=Panel.STANDING)
    batches = typer.Typer(no_args_is_help=True, help="发布批次 Releases: snapshots that fit.")
    parts = (release.preview, release.create, release.confirm, release.withdraw, release.show)
    for part in (*parts, release.report):
        batches.command(part.__name__)(part)
    batches.command("list")(release.list_)
    app.add_typer(batches, name="release", rich_help_panel=Panel.VERBS)
    keys = typer.Typer(no_args_is_help=True, help="回执签名的密钥 Keys that sign receipts.")
    keys.command("new")(verify.new)
    keys.command("show")(verify.show)
    app.add_typer(keys, name="keys", rich_help_panel=Panel.STANDING)
    app.command("replay", rich_help_panel=Panel.STANDING)(replay.replay)
    app.command("docs", rich_help_panel=Panel.STANDING)(documents.docs)
    for verb in (verbs.discover, verbs.land, replay.answer, verbs.admit, verbs.publish):
        app.command(verb.__name__, rich_help_panel=Panel.VERBS)(verb)
    app.command("derive", rich_help_panel=Panel.VERBS)(derive.derive)
    app.command("approve", rich_help_panel=Panel.VERBS)(approve.approve)
    app.command("withdraw", rich_help_panel=Panel.VERBS)(withdraw.withdraw)
    erasures = typer.Typer(no_args_is_help=True, help="依法删除 Erase by law.")
    erasures.command("person")(erase.person)
    erasures.command("delivery")(erase.delivery)
    app.add_typer(erasures, name="erase", rich_help_panel=Panel.VERBS)
    app.command("restrict", rich_help_panel=Panel.VERBS)(restrict.restrict)
    app.command("catalog", rich_help_panel=Panel.STANDING)(catalog.catalog)
    app.command("retain", rich_help_panel=Panel.VERBS)(retain.retain)
    app.command("rehearse", rich_help_panel=Panel.STANDING)(rehearse.rehearse)
    app.command("compare", rich_help_panel=Panel.VERBS)(compare.compare)
    app.command("read", rich_help_panel=Panel.STANDING)(read.read)
    app.command("notices", rich_help_panel=Panel.VERBS)(notices.notices)
    for look in (standing.status, standing.snapshots):
        app.command(look.__name__, rich_help_panel=Panel.STANDING)(look)
    return app


def _shared(
    context: typer.Context,
    lang: Annotated[
        Language | None,
        typer.Option(
            help="输出语言 Language of the output.",
            envvar="YRDX_LANG",
            show_default="zh，英文系统为 en",
        ),
    ] = None,
    debug: Annotated[
        bool, typer.Option("--debug", help="出错时显示完整信息 Show tracebacks.")
    ] = False,
    version: Annotated[bool, typer.Option("--version", help="版本 Version.")] = False,
) -> None:
    if version:
        from yrdx import __version__

        typer.echo(__version__)
        raise typer.Exit
    context.obj = open_terminal(lang, debug=debug)
