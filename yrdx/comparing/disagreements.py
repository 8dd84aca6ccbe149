"""Find where provinces disagree, and put together what each is told: nobody else's rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from yrdx.checking.findings import MASKED
from yrdx.comparison import OTHERS, TOLD, Comparison, Snapshots
from yrdx.dataset import BETWEEN_CODES, Column, Dataset
from yrdx.model import NotChecked, Text
from yrdx.table_rule import PERIOD, PROVINCE, UNIT

_ROW, _FILE = "src_row_no", "file_sha256"

LINES: dict[str, pl.DataType] = {
    "rule": pl.String(),
    "key": pl.String(),
    "others": pl.String(),
    "message_zh": pl.String(),
    "message_en": pl.String(),
    "remedy_zh": pl.String(),
    "remedy_en": pl.String(),
    "unit": pl.String(),
    "period": pl.String(),
    "filename": pl.String(),
    "row": pl.UInt32(),
    "shown": pl.String(),
}
"""Columns of what a province is told; `others` are codes with blanks between them."""

_NOT_PUBLISHED = Text(
    zh="“{title}”尚未发布，无从对照。",
    en="“{title}” has not been published, so nothing is compared.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One dataset as the newest snapshot has it: its contract, version, rows, and file names."""

    dataset: Dataset
    version: str
    rows: pl.LazyFrame
    filenames: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What one comparison found: the lines of each province that is told, by its code."""

    rule: Comparison
    lines: Mapping[str, pl.DataFrame]


def rules_digest(sources: Iterable[Path]) -> str:
    """Digest of the modules that comparisons are written in."""
    digest = hashlib.sha256()
    for path in sources:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def disagreements(
    rules: Iterable[Comparison],
    published: Mapping[str, Published],
    *,
    names: Mapping[str, Text],
    titles: Mapping[str, Text],
) -> Iterator[Compared | NotChecked]:
    """Run every comparison, or say why it cannot run.

    `names` are the names of provinces by code, `titles` those of datasets.
    """
    for rule in rules:
        absent = [name for name in rule.datasets if name not in published]
        if absent:
            reason = _NOT_PUBLISHED.filled({"title": titles[absent[0]]})
            yield NotChecked(rule=rule.code, column=None, reason=reason)
        else:
            yield _compared(rule, published, names=names)


def _compared(
    rule: Comparison, published: Mapping[str, Published], *, names: Mapping[str, Text]
) -> Compared:
    snapshots = Snapshots({name: published[name].rows for name in rule.datasets})
    found = rule.find(snapshots).select(TOLD, OTHERS, *rule.key).collect(engine="streaming")
    own = published[rule.dataset]
    lines = {
        province: _lines(rule, found.filter(pl.col(TOLD) == province), own, province, names=names)
        for province in sorted(found[TOLD].drop_nulls().unique())
    }
    return Compared(rule=rule, lines=lines)


def _lines(
    rule: Comparison,
    found: pl.DataFrame,
    published: Published,
    province: str,
    *,
    names: Mapping[str, Text],
) -> pl.DataFrame:
    """What one province is told: of the rows, none is looked at but its own."""
    columns = published.dataset.columns
    where = [UNIT, PERIOD, _ROW, _FILE]
    extra = [name for name in rule.shows if name not in rule.key]
    own = published.rows.filter(pl.col(PROVINCE) == province).select(*rule.key, *extra, *where)
    keys = found.lazy().select(rule.key)
    rows = own.join(keys, on=rule.key, how="semi", nulls_equal=True).collect(engine="streaming")
    both = found.join(rows, on=rule.key, how="left", nulls_equal=True).sort(
        *rule.key, UNIT, PERIOD, _ROW, nulls_last=True
    )
    parts = {name: _as_text(name, columns[name]) for name in (*rule.key, *extra)}
    files = pl.DataFrame(
        {_FILE: list(published.filenames), "filename": list(published.filenames.values())},
        schema={_FILE: pl.String, "filename": pl.String},
    )
    zh = {code: name.zh for code, name in names.items()}
    en = {code: name.en for code, name in names.items()}
    texts = both.join(files, on=_FILE, how="left", maintain_order="left").with_columns(**parts)
    return texts.select(
        rule=pl.lit(rule.code),
        key=pl.concat_str(rule.key, separator=" / "),
        others=pl.col(OTHERS).list.join(" "),
        message_zh=_filled_in(rule.message.zh, rule.key, zh, "、"),
        message_en=_filled_in(rule.message.en, rule.key, en, ", "),
        remedy_zh=_filled_in(rule.remedy.zh, rule.key, zh, "、"),
        remedy_en=_filled_in(rule.remedy.en, rule.key, en, ", "),
        unit=pl.col(UNIT),
        period=pl.col(PERIOD),
        filename="filename",
        row=pl.col(_ROW).cast(pl.UInt32),
        shown=_shown(rule.shows, columns),
    ).cast(dict(LINES))  # type: ignore[arg-type]


def _as_text(name: str, column: Column) -> pl.Expr:
    """A value as people read it; personal ones are covered."""
    if column.sensitivity.is_masked:
        return pl.lit(MASKED)
    value = pl.col(name)
    text = (
        value.list.join(BETWEEN_CODES)
        if isinstance(column.dtype, pl.List)
        else value.cast(pl.String)
    )
    return text.fill_null("—")


def _filled_in(words: str, key: Sequence[str], names: Mapping[str, str], separator: str) -> pl.Expr:
    """A text with its placeholders filled from the columns of a line."""
    others = pl.col(OTHERS).list.eval(pl.element().replace(dict(names))).list.join(separator)
    parts: dict[str, pl.Expr] = {name: pl.col(name) for name in key} | {OTHERS: others}
    used = [name for name in parts if f"{{{name}}}" in words]
    form = words
    for name in used:
        form = form.replace(f"{{{name}}}", f"\x00{name}\x00")
    pieces = form.split("\x00")
    return pl.concat_str(
        [parts[piece] if at % 2 else pl.lit(piece) for at, piece in enumerate(pieces)]
    )


def _shown(shows: Sequence[str], columns: Mapping[str, Column]) -> pl.Expr:
    """The province's own figures in one text; empty where it has no row."""
    told = [pl.lit(f"{columns[name].title.zh}：") + pl.col(name) for name in shows]
    there = pl.col(_ROW).is_not_null()
    return pl.when(there).then(pl.concat_str(told, separator="；")).otherwise(pl.lit(""))
