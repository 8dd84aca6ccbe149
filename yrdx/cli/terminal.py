"""Where output goes: language, colours, and cell values that cannot play tricks."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, cast

import typer

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

    from yrdx.model import Text

_WIDTH_OF_A_FILE = 140
"""Columns of the output when it goes into a file or another program."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


class Language(StrEnum):
    """A language of the output."""

    ZH = "zh"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Terminal:
    """What a command prints to, in the language that the reader asked for."""

    language: Language
    debug: bool
    console: Console

    def word(self, zh: str, en: str) -> str:
        """The one of two wordings that the reader asked for."""
        return zh if self.language is Language.ZH else en

    def of(self, text: Text | None) -> str:
        """A text in the reader's language; nothing for None."""
        return self.word(text.zh, text.en) if text else ""

    def say(self, what: RenderableType = "", *, style: str | None = None) -> None:
        """Print a line, unbroken so that a path can be copied, or a table."""
        self.console.print(what, style=style, soft_wrap=isinstance(what, str))

    def told(self, label: str, value: str) -> str:
        """A label and what it stands for, with the colon of the reader's language."""
        return f"{label}{self.word('：', ': ')}{value}"

    def row(self, parts: Iterable[str]) -> str:
        """Parts in a row, with the comma of the reader's language."""
        return self.word("，", ", ").join(parts)

    def heading(self, zh: str, en: str) -> None:
        """Print the heading of a part."""
        self.console.print()
        self.console.print(self.word(zh, en), style="bold")

    def table(self, *headings: tuple[str, str]) -> Table:
        """A table whose headings are pairs of Chinese and English; its first column stays whole."""
        from rich import box
        from rich.table import Table

        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold", expand=False)
        for number, (zh, en) in enumerate(headings):
            table.add_column(self.word(zh, en), overflow="fold", no_wrap=number == 0)
        return table

    @contextmanager
    def progress(
        self, zh: str = "检查", en: str = "checking"
    ) -> Iterator[Callable[[int], None] | None]:
        """Something to tell the number of rows done to; it draws on a terminal only."""
        if not self.console.is_terminal:
            yield None
            return
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        rows = self.word("行", "rows")
        said = TextColumn("{task.completed:,.0f} " + rows)
        columns = (TextColumn(self.word(zh, en)), BarColumn(), said)
        with Progress(*columns, TimeElapsedColumn(), console=self.console, transient=True) as bar:
            task = bar.add_task("", total=None)
            yield lambda done: bar.update(task, completed=done)


def open_terminal(language: Language | None, *, debug: bool) -> Terminal:
    """The terminal of this process; Chinese unless the reader or the system speaks English."""
    from rich.console import Console

    console = Console(markup=False, highlight=False, emoji=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = _WIDTH_OF_A_FILE
    return Terminal(language=language or _language_of_the_system(), debug=debug, console=console)


def terminal_of(context: typer.Context) -> Terminal:
    """The terminal that the shared options opened."""
    return cast(Terminal, context.obj)


def print_for_programs(document: bytes) -> None:
    """Print a document that other programs read: its own bytes, whatever the terminal speaks."""
    typer.echo(document, nl=False)


def plain(value: object) -> str:
    """A value from a file, on one line and without control characters."""
    return _CONTROL.sub("␣", str(value)) if value is not None else ""


def _language_of_the_system() -> Language:
    names = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    spoken = next((name for name in names if name), "")
    return Language.EN if spoken.lower().startswith("en") else Language.ZH


def joined(names: Iterable[str], *, limit: int = 12) -> str:
    """Names in a row; past the limit only their number."""
    known = list(names)
    shown = "、".join(known[:limit])
    return shown if len(known) <= limit else f"{shown} … ({len(known)})"
