"""`yrdx derive`: the exchange's own datasets, made from the published snapshots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from yrdx.cli.contents import near
from yrdx.cli.terminal import Terminal, terminal_of
from yrdx.errors import ConfigurationError

if TYPE_CHECKING:
    from yrdx.pipeline import Exchange


def derive(
    context: typer.Context,
    dataset: Annotated[
        str | None, typer.Argument(help="衍生数据集 Derived dataset; without one: all.")
    ] = None,
    *,
    source: Annotated[
        list[str] | None,
        typer.Option(
            "--from", metavar="DATASET@VERSION", help="依据的快照，可重复；不写则用最新。 Sources."
        ),
    ] = None,
    publish: Annotated[
        bool, typer.Option("--publish", help="随即发布快照 Publish each of them at once.")
    ] = False,
) -> None:
    """由已发布的快照计算衍生数据集。 Derive the exchange's own datasets from the snapshots.

    同样的快照和口径总是得到同样的数据，重复运行不产生新版本。
    The same snapshots and definitions give the same bytes; doing it again changes nothing.
    """
    from yrdx import catalogue, pipeline
    from yrdx.settings import Settings

    terminal = terminal_of(context)
    exchange = pipeline.open_exchange(Settings.load())
    known = catalogue.derived_in_order()
    if dataset is not None:
        known = (near(dataset, known, what="衍生数据集 derived dataset"),)
    for name in known:
        _derive(exchange, name, versions=_versions(source), publish=publish, terminal=terminal)


def _versions(source: list[str] | None) -> dict[str, str] | None:
    """What `--from` names: dataset → version."""
    if not source:
        return None
    found = {}
    for item in source:
        name, at, version = item.partition("@")
        if not at or not version:
            raise ConfigurationError(
                f"--from {item!r}: 请写成 write DATASET@VERSION，例如 as institution@1.0.0-…"
            )
        found[name] = version
    return found


def _derive(
    exchange: Exchange,
    name: str,
    *,
    versions: dict[str, str] | None,
    publish: bool,
    terminal: Terminal,
) -> None:
    from yrdx import pipeline

    derived = pipeline.derive(exchange, name, versions=versions)
    sources = ", ".join(f"{source} {version}" for source, version in derived.sources.items())
    terminal.say(
        terminal.word(
            f"{name}：{derived.rows:,} 行，依据 {sources or '（尚无已发布的快照）'}",
            f"{name}: {derived.rows:,} rows, from {sources or 'no snapshot: none is published'}",
        )
    )
    if not publish:
        return
    manifest = pipeline.publish(exchange, name)
    if manifest is None:
        terminal.say(terminal.word("  快照不变。", "  The snapshot stays as it is."))
        return
    terminal.say(terminal.word(f"  已发布 {manifest.version}", f"  Published {manifest.version}"))
