"""`yrdx reference`: the lists that an operator loads, such as the catalogue of majors."""

from __future__ import annotations

import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yrdx.cli import REJECTED
from yrdx.cli.contents import near
from yrdx.cli.terminal import Terminal, plain, terminal_of
from yrdx.errors import ConfigurationError

if TYPE_CHECKING:
    import polars as pl

    from yrdx.lists import ReferenceList
    from yrdx.reference import About, Difference, Imported
    from yrdx.store.port import ObjectStore

Name = Annotated[str, typer.Argument(metavar="NAME", help="参考数据 List, such as major.")]
Where = Annotated[
    str | None,
    typer.Option(
        "--reference",
        help="参考数据放在哪里 Where the lists lie: directory or s3:// [the store].",
        show_default=False,
    ),
]
_SHOWN = 20
"""Lines of a difference or of findings that are printed; `--all` prints the rest."""

_KINDS = {
    "added": ("新增", "added"),
    "removed": ("删除", "removed"),
    "renamed": ("更名", "renamed"),
    "redated": ("有效期变化", "other days"),
    "changed": ("其他变化", "other facts"),
}


def import_(  # noqa: PLR0913 - each is an option of the command
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV 或 Excel 文件 CSV or workbook.")],
    *,
    name: Annotated[str, typer.Option(help="参考数据名，如 major List, such as major.")],
    version: Annotated[str, typer.Option(help="版本，如 2025.12 Version of the list.")],
    valid_from: Annotated[
        str | None,
        typer.Option(help="未写启用日期的条目从哪天起有效 First day of entries that state none."),
    ] = None,
    source: Annotated[str, typer.Option(help="来源文件、文号 Where the list is from.")] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只检查、只看变化 Change nothing.")
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="列出全部变化 Print all.")] = False,
    reference: Where = None,
) -> None:
    """导入一个版本并启用；有一处错误就不导入。 Import a version of a list and take it into use."""
    from yrdx.reference import difference, import_list, in_use, keep, load
    from yrdx.settings import TIMEZONE

    terminal, shape = terminal_of(context), _shape_of(name)
    if not file.is_file():
        raise ConfigurationError(f"找不到文件“{file}” there is no such file")
    store = _store(reference)
    with tempfile.TemporaryDirectory(prefix="yrdx-") as folder:
        imported = import_list(
            file,
            shape,
            valid_from=_day(valid_from),
            today=datetime.now(TIMEZONE).date(),
            into=Path(folder),
        )
    _show_findings(imported, terminal, limit=None if everything else _SHOWN)
    if imported.entries is None:
        terminal.say(terminal.word("没有导入，请改正后重试。", "Nothing was imported."))
        raise typer.Exit(REJECTED)
    before = in_use(store, name)
    known = load(store, before).entries if before else imported.entries.clear()
    changes = difference(known, imported.entries, shape=shape)
    terminal.say(_compared(before, imported.entries, terminal))
    _show_difference(changes, terminal, limit=None if everything else _SHOWN)
    if dry_run:
        terminal.say(terminal.word("试运行，没有改动。", "A dry run: nothing was changed."))
        return
    about = keep(
        store,
        imported.entries,
        name=name,
        version=version,
        source=source or shape.source,
        filename=file.name,
    )
    terminal.say(
        terminal.word("已启用", "In use now") + f"：{name} {about.version}  {about.sha256[:12]}"
    )


def use(context: typer.Context, name: Name, version: str, *, reference: Where = None) -> None:
    """改用已导入的另一个版本。 Take another imported version into use."""
    from yrdx.reference import use as take

    terminal = terminal_of(context)
    _shape_of(name)
    about = take(_store(reference), name, version)
    terminal.say(terminal.word("已启用", "In use now") + f"：{name} {about.version}")


def list_(context: typer.Context, *, reference: Where = None) -> None:
    """可导入的参考数据和已导入的版本。 The lists there are, and the versions imported."""
    from yrdx import catalogue
    from yrdx.reference import in_use, known_versions

    terminal, store = terminal_of(context), _store(reference)
    table = terminal.table(
        ("名称", "Name"),
        ("内容", "Title"),
        ("版本", "Version"),
        ("启用", "In use"),
        ("条目", "Entries"),
        ("摘要", "SHA-256"),
        ("来源", "Source"),
    )
    for name, shape in catalogue.reference_lists().items():
        current = in_use(store, name)
        versions = known_versions(store, name)
        if not versions:
            table.add_row(name, terminal.of(shape.title), "—", "", "", "", plain(shape.source))
        for about in versions:
            mark = "✓" if current and about.version == current.version else ""
            table.add_row(
                name,
                terminal.of(shape.title),
                about.version,
                mark,
                f"{about.entries:,}",
                about.sha256[:12],
                plain(about.source),
            )
    terminal.say(table)


def show(
    context: typer.Context,
    name: Name,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="CODE", help="代码或名称中的字 Codes or words.")
    ] = None,
    *,
    version: Annotated[str | None, typer.Option(help="版本 Version [the one in use].")] = None,
    reference: Where = None,
) -> None:
    """看一个版本里的条目。 Entries of a list."""
    import polars as pl

    terminal, store = terminal_of(context), _store(reference)
    _shape_of(name)
    entries = _entries(store, name, version)
    if words:
        found = [
            pl.col("code").eq(word) | pl.col("name").str.contains(word, literal=True)
            for word in words
        ]
        entries = entries.filter(pl.any_horizontal(found))
    table = terminal.table(*((column, column) for column in entries.columns))
    for entry in entries.iter_rows():
        table.add_row(*(plain(value) for value in entry))
    terminal.say(table)


def diff(
    context: typer.Context,
    name: Name,
    old: Annotated[str, typer.Argument(metavar="A", help="旧版本 Old version.")],
    new: Annotated[str, typer.Argument(metavar="B", help="新版本 New version.")],
    *,
    everything: Annotated[bool, typer.Option("--all", help="列出全部变化 Print all.")] = False,
    reference: Where = None,
) -> None:
    """两个版本之间新增、删除、更名、改有效期的代码。 What changes between two versions."""
    from yrdx.reference import difference

    terminal, store, shape = terminal_of(context), _store(reference), _shape_of(name)
    changes = difference(_entries(store, name, old), _entries(store, name, new), shape=shape)
    _show_difference(changes, terminal, limit=None if everything else _SHOWN)


def _shape_of(name: str) -> ReferenceList:
    from yrdx import catalogue

    known = catalogue.reference_lists()
    return known[near(name, tuple(known), what="参考数据 reference list")]


def _store(reference: str | None) -> ObjectStore:
    from yrdx import pipeline
    from yrdx.settings import Settings
    from yrdx.store import open_store

    settings = Settings.load()
    if reference is not None:
        settings = settings.model_copy(update={"reference": reference})
    return pipeline.open_lists(settings) or open_store(settings)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ConfigurationError(
            f"日期应写作 2021-03-12 --valid-from takes a day such as 2021-03-12, not {text!r}"
        ) from error


def _entries(store: ObjectStore, name: str, version: str | None) -> pl.DataFrame:
    from yrdx.reference import about_of, in_use, known_versions, load

    about = in_use(store, name) if version is None else about_of(store, name, version)
    if about is None:
        known = ", ".join(item.version for item in known_versions(store, name)) or "—"
        raise ConfigurationError(
            f"没有导入过 {name} {version or ''}，已有版本 there is no such version; known: {known}"
        )
    return load(store, about).entries


def _compared(before: About | None, entries: pl.DataFrame, terminal: Terminal) -> str:
    against = before.version if before else terminal.word("无", "nothing")
    return terminal.word(
        f"读到 {entries.height:,} 条；与启用中的版本（{against}）相比：",
        f"{entries.height:,} entries; compared with what is in use ({against}):",
    )


def _show_findings(imported: Imported, terminal: Terminal, *, limit: int | None) -> None:
    rows = imported.findings.iter_rows(named=True)
    for row in list(rows)[:limit]:
        place = row["cell"] or (f"{terminal.word('行', 'row')} {row['row']}" if row["row"] else "")
        shown = f"“{plain(row['value'])}”" if row["value"] is not None else ""
        said = terminal.word(row["message_zh"], row["message_en"])
        remedy = terminal.word(row["remedy_zh"], row["remedy_en"])
        terminal.say(f"  {place} {row['column'] or ''} {shown} {said}{remedy}")
    rest = imported.findings.height - (limit or imported.findings.height)
    if rest > 0:
        terminal.say(terminal.word(f"  …另有 {rest} 处", f"  … and {rest} more"))


def _show_difference(changes: Difference, terminal: Terminal, *, limit: int | None) -> None:
    if changes.is_empty:
        terminal.say(terminal.word("  没有变化。", "  No change."))
    for kind, count in changes.counts.items():
        if not count:
            continue
        terminal.say(f"  {terminal.word(*_KINDS[kind])}：{count:,}")
        for row in getattr(changes, kind).head(limit or count).iter_rows(named=True):
            both = [plain(row[side]) for side in ("old", "new") if side in row]
            terminal.say(f"    {row['key']}  {' → '.join(both)}")
        if limit and count > limit:
            terminal.say(f"    … {count - limit:,}")
