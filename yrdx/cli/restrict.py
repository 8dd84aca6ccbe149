"""`yrdx restrict`: snapshots with rows about people leave the place where everybody reads."""

from __future__ import annotations

from typing import Annotated

import typer

from yrdx.cli.terminal import terminal_of


def restrict(
    context: typer.Context,
    dataset: Annotated[str, typer.Argument(help="含个人明细的数据集 Dataset about people.")],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只列出，不移动 Only say what would be moved.")
    ] = False,
) -> None:
    """把含个人明细的旧快照从公开目录移到受限目录。 Move old snapshots about people.

    版本名称和内容不变；此前已被下载的副本不受影响，须另行处理。
    Versions keep names and bytes. Copies that somebody took before are beyond its reach.
    """
    from yrdx import pipeline, publication
    from yrdx.errors import ConfigurationError
    from yrdx.settings import Settings
    from yrdx.store import layout

    terminal = terminal_of(context)
    if not layout.is_restricted(dataset):
        raise ConfigurationError(
            f"数据集 {dataset} 不是受限数据集 {dataset} is not restricted; restricted=True in its "
            f"contract says so"
        )
    store = pipeline.open_exchange(Settings.load()).store
    keys = (publication.misplaced if dry_run else publication.restrict)(store, dataset)
    for key in keys:
        terminal.say(key)
    terminal.say(
        terminal.word(
            f"{'将移动' if dry_run else '已移动'} {len(keys)} 个对象到 "
            f"{layout.published_prefix(dataset)}",
            f"{'Would move' if dry_run else 'Moved'} {len(keys)} objects to "
            f"{layout.published_prefix(dataset)}",
        )
    )
