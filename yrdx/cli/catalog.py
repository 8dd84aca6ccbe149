"""`yrdx catalog`: what is published and released; brings `catalog.json` up to date."""

from __future__ import annotations

from typing import Annotated

import typer

from yrdx.cli.terminal import print_for_programs, terminal_of


def catalog(
    context: typer.Context,
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="输出 catalog.json 的内容 Print the document itself.")
    ] = False,
) -> None:
    """更新并列出公开目录 catalog.json。 Renew catalog.json and list what it has.

    每次发布快照和发布版之后自动更新，平时无需手工运行。
    It is renewed after each publication and each release; running this is hardly ever needed.
    """
    from yrdx import pipeline
    from yrdx.settings import Settings
    from yrdx.store import layout

    terminal = terminal_of(context)
    exchange = pipeline.open_exchange(Settings.load())
    made = pipeline.refresh_catalog(exchange.store)
    if as_json:
        print_for_programs(f"{made.model_dump_json(indent=1)}\n".encode())
        return
    access = {
        "public": terminal.word("公开", "public"),
        "restricted": terminal.word("受限", "restricted"),
    }
    table = terminal.table(
        ("数据集", "Dataset"),
        ("名称", "Title"),
        ("权限", "Access"),
        ("最新版本", "Newest"),
        ("行数", "Rows"),
        ("版本数", "Versions"),
    )
    for item in made.datasets:
        newest = item.versions[0]
        table.add_row(
            item.name,
            terminal.of(item.title),
            access[item.access.value],
            newest.version,
            "" if newest.rows is None else f"{newest.rows:,}",
            str(len(item.versions)),
        )
    if table.row_count:
        terminal.say(table)
    for release in made.releases:
        state = (
            terminal.word("有效", "stands")
            if release.stands
            else terminal.word("撤回", "taken back")
        )
        terminal.say(f"{release.id}  {state}  {len(release.pins)}")
    terminal.say(exchange.store.uri(layout.CATALOG))
