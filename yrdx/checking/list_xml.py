"""Streams millions of lines into the sheets of a workbook that xlsxwriter has drawn.

The looks come from the drawn workbook: three sample rows on each list sheet, one a severity, show
the styles. The rows are made as XML by polars, piece by piece. What repeats stands once among the
strings that all sheets share, as Excel itself writes it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import polars as pl

from yrdx.checking.receipt_values import SEVERITIES
from yrdx.excel import SPECIAL, xml_text, xml_texts
from yrdx.model import Severity

LETTERS = "ABCDEFGHIJKLMN"
"""Columns of a list."""

NUMBERS = "AE"
"""Columns of numbers."""

_FEW = 200
"""Different texts of one column in one piece, up to which they are shared."""

MARKUP = 900
"""Bytes of a line beside its own texts, at most."""

_ROWS_AT_ONCE = 25_000
_STYLE = re.compile(rf'<c r="[{LETTERS}]([234])" s="([0-9]+)"')
_SHARED_STRINGS = "xl/sharedStrings.xml"


@dataclass(slots=True)
class _Strings:
    """The strings that all sheets share: those drawn, and those that the lines add."""

    drawn: str
    first: int
    added: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, drawn: str) -> _Strings:
        """The strings of the drawn workbook."""
        return cls(drawn, drawn.count("<si>"))

    def number(self, text: str) -> int:
        """The number under which cells refer to a text."""
        return self.added.setdefault(text, self.first + len(self.added))

    def as_xml(self) -> str:
        """All of them; Excel counts them itself."""
        head = re.sub(r' (?:count|uniqueCount)="[0-9]+"', "", self.drawn)
        body = "".join(
            f'<si><t xml:space="preserve">{xml_text(text, in_attribute=False)}</t></si>'
            for text in self.added
        )
        return head.replace("</sst>", f"{body}</sst>")


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The XML of a drawn list sheet, cut where its rows belong."""

    head: str
    tail: str
    styles: dict[Severity, tuple[str, ...]]


def _cut(drawn: str) -> _Sheet:
    """Cut a drawn sheet after its header row, and learn the styles from the sample rows."""
    styles: dict[Severity, tuple[str, ...]] = dict.fromkeys(SEVERITIES, ())
    for row, style in _STYLE.findall(drawn):
        styles[SEVERITIES[int(row) - 2]] += (style,)
    head, _, rest = drawn.partition('<row r="2"')
    tail = rest[rest.index("</sheetData>") :]
    return _Sheet(head=re.sub(r"<dimension [^>]*/>", "", head), tail=tail, styles=styles)


def fill(
    drawn: Path,
    lines: Iterator[pl.DataFrame],
    *,
    sheets: list[tuple[int, int]],
    wide: bool,
    into: Path,
) -> None:
    """Copy the drawn workbook part by part, streaming the lines into its list sheets.

    `sheets` are the numbers of the list sheets and how many lines each takes. The lines come as
    columns A to N of text, with `severity` beside them.
    """
    rest: list[pl.DataFrame] = []
    pack = zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
    with zipfile.ZipFile(drawn) as source, pack as target:
        names = {f"xl/worksheets/sheet{number}.xml": length for number, length in sheets}
        strings = _Strings.of(source.read(_SHARED_STRINGS).decode())
        for name in source.namelist():
            if name not in (*names, _SHARED_STRINGS):
                with target.open(name, "w") as stream:
                    stream.write(source.read(name))
        for name, length in names.items():
            sheet = _cut(source.read(name).decode())
            # Zip64 only where it may be needed: Excel offers to "repair" a workbook that has it.
            with target.open(name, "w", force_zip64=wide) as stream:
                stream.write(sheet.head.encode())
                _stream(stream, sheet, lines, rest, strings, length=length)
                stream.write(sheet.tail.encode())
        with target.open(_SHARED_STRINGS, "w") as stream:
            stream.write(strings.as_xml().encode())


def _stream(
    stream: IO[bytes],
    sheet: _Sheet,
    lines: Iterator[pl.DataFrame],
    rest: list[pl.DataFrame],
    strings: _Strings,
    *,
    length: int,
) -> None:
    """Write the next `length` lines; what the last piece has too much is left in `rest`."""
    row = 2
    while row < length + 2:
        piece = rest.pop() if rest else next(lines, None)
        if piece is None:
            break
        room = min(length + 2 - row, _ROWS_AT_ONCE)
        if piece.height > room:
            rest.append(piece.slice(room))
            piece = piece.head(room)
        if piece.height:
            stream.write(_as_xml(piece, sheet, strings, first=row).encode())
            row += piece.height


def _as_xml(lines: pl.DataFrame, sheet: _Sheet, strings: _Strings, *, first: int) -> str:
    """The rows of one piece (all of one severity) as XML."""
    styles = sheet.styles[Severity(lines["severity"][0])]
    row = pl.lit(pl.int_range(first, first + lines.height, eager=True).cast(pl.String))
    parts: list[pl.Expr] = [pl.lit('<row r="'), row, pl.lit('">')]
    for column, style in zip(LETTERS, styles, strict=True):
        parts += [pl.lit(f'<c r="{column}'), row, _rest_of_cell(lines[column], style, strings)]
    parts.append(pl.lit("</row>"))
    return str(lines.select(pl.concat_str(parts).str.join("")).item())


def _rest_of_cell(values: pl.Series, style: str, strings: _Strings) -> pl.Expr:
    """A cell behind its row: a number, a text that is never taken for a formula, or nothing."""
    empty = f'" s="{style}"/>'
    if values.null_count() == len(values):
        return pl.lit(empty)
    kind = "><v>{}</v></c>"
    if values.name not in NUMBERS:
        if values.n_unique() <= _FEW:
            return _shared(values, style, strings, empty=empty)
        kind = ' t="inlineStr"><is><t xml:space="preserve">{}</t></is></c>'
        values = _escaped(values)
    start, _, end = f'" s="{style}"{kind}'.partition("{}")
    return pl.concat_str(pl.lit(start), pl.lit(values), pl.lit(end)).fill_null(empty)


def _shared(values: pl.Series, style: str, strings: _Strings, *, empty: str) -> pl.Expr:
    """The cell of a text that repeats."""
    known = values.unique(maintain_order=True).drop_nulls().to_list()
    cells = {text: f'" s="{style}" t="s"><v>{strings.number(text)}</v></c>' for text in known}
    if len(known) == 1 and not values.null_count():
        return pl.lit(cells[known[0]])
    return pl.lit(values).replace_strict(cells, default=empty, return_dtype=pl.String)


def _escaped(values: pl.Series) -> pl.Series:
    """Text as XML wants it; what XML cannot say at all becomes the replacement character."""
    return xml_texts(values) if values.str.contains(SPECIAL).any() else values
