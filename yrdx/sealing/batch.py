"""One batch of rows: judged, and sealed as far as they are good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

import polars as pl

from yrdx.dataset import Column, Dataset, Kind
from yrdx.kernels import resident_id_is_valid, uscc_is_valid
from yrdx.reading import DOUBT, ROW, Table, set_apart
from yrdx.reading.personal_numbers import holds_a_number
from yrdx.sealing import raw_numbers, reasons
from yrdx.sealing.algorithms import Keyed
from yrdx.sealing.sources import Sources

_YEAR = "^[^0-9]*((?:19|20)[0-9]{2})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that sealing a batch needs to know; the same for every batch of a file."""

    table: Table
    dataset: Dataset
    sources: Sources
    keyed: Keyed
    document_type: str
    damaged: bool

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that the sealed file has, in the order of the contract."""
        made = {*self.sources.sealed, *self.sources.beginnings, *self.sources.kept}
        return tuple(name for name in self.dataset.columns if name in made)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Sealed rows; the rows not sealed with column and reason; how many were no data."""

    rows: pl.DataFrame
    not_sealed: pl.DataFrame
    apart: int
    read: int


def seal_batch(raw: pl.DataFrame, plan: Plan) -> Batch:
    """Seal the good rows of a batch, and say why the others are not."""
    numbers = {name: raw_numbers.normalised(raw[source]) for name, source in _sealed(plan)}
    types = _document_types(raw, plan)
    pieces = _beginnings(raw, numbers, plan)
    doubts = pl.DataFrame(
        [
            raw[ROW],
            *(column.alias(name) for name, column in _doubts(raw, numbers, types, pieces, plan)),
        ]
    )
    names = [name for name in doubts.columns if name != ROW]
    good = doubts.select(pl.all_horizontal(pl.col(name).is_null() for name in names)).to_series()
    bad = raw.filter(~good)
    data = set_apart(bad, plan.table).data if bad.height else bad
    kept = pl.col(ROW).is_in(data[ROW].implode())
    return Batch(
        rows=_sealed_rows(raw, numbers, types, pieces, good, plan),
        not_sealed=_explained(doubts.filter(~good).filter(kept), names, plan),
        apart=bad.height - data.height,
        read=raw.height,
    )


def _sealed(plan: Plan) -> list[tuple[str, str]]:
    return list(plan.sources.sealed.items())


def _document_types(raw: pl.DataFrame, plan: Plan) -> pl.Series:
    """The type of document of each row: as stated there, else as stated for the whole file."""
    usual = pl.Series([plan.document_type]).new_from_index(0, raw.height)
    column = plan.sources.document_type
    if column is None:
        return usual
    stated = raw[column]
    types = raw_numbers.document_types(stated)
    return pl.select(pl.when(stated.is_null()).then(usual).otherwise(types)).to_series()


def _beginnings(
    raw: pl.DataFrame, numbers: Mapping[str, pl.Series], plan: Plan
) -> dict[str, tuple[pl.Series, pl.Series]]:
    """Field → what stands before the serial, and whether the row must have it."""
    found = {}
    for name, seal in plan.sources.beginnings.items():
        whole = numbers[seal.part_of or name]
        wanted = pl.Series([True]).new_from_index(0, raw.height)
        if seal.only is not None and seal.only[0] in raw.columns:
            column = plan.dataset.columns[seal.only[0]]
            wanted = _codes(raw[seal.only[0]], column).is_in(seal.only[1]).fill_null(value=False)
        shown = raw_numbers.beginnings(whole)
        found[name] = (pl.select(pl.when(wanted).then(shown)).to_series(), wanted)
    return found


def _codes(texts: pl.Series, column: Column) -> pl.Series:
    """Codes from codes or labels of the column's list; null for what is neither."""
    if column.codes is None:
        return texts
    names = {**column.codes.by_label, **{code.casefold(): code for code in column.codes.values}}
    plain = texts.str.normalize("NFKC").str.strip_chars().str.to_lowercase()
    return plain.replace_strict(names, default=None, return_dtype=pl.String)


def _doubts(
    raw: pl.DataFrame,
    numbers: Mapping[str, pl.Series],
    types: pl.Series,
    pieces: Mapping[str, tuple[pl.Series, pl.Series]],
    plan: Plan,
) -> list[tuple[str, pl.Series]]:
    """Field → the reason why it keeps its row from being sealed, most telling first."""
    columns, sources = plan.dataset.columns, plan.sources
    found = [
        (name, raw_numbers.doubts_about_persons(numbers[name], types, damaged=plan.damaged))
        for name in sources.persons
    ]
    found += [
        (name, raw_numbers.doubts_about_certificates(numbers[name]))
        for name in sources.certificates
    ]
    found += [
        (name, _reason(shown.is_null() & wanted, reasons.CERTIFICATE_NUMBER_IS_MALFORMED))
        for name, (shown, wanted) in pieces.items()
    ]
    found += [
        (name, _reason(holds, reasons.CELL_HOLDS_A_PERSONAL_NUMBER))
        for name in sources.kept
        if (holds := _holds_a_number(raw[name], columns[name])) is not None
    ]
    if DOUBT in raw.columns:
        found.append((DOUBT, _reason(raw[DOUBT].is_not_null(), reasons.ROW_IS_DOUBTFUL)))
    return found


def _reason(where: pl.Series, reason: str) -> pl.Series:
    return pl.select(pl.when(where).then(pl.lit(reason))).to_series()


def _holds_a_number(texts: pl.Series, column: Column) -> pl.Series | None:
    """Which cells of a column that is kept hold an ID or phone number; None where none does."""
    if column.kind is Kind.TEXT:
        found = holds_a_number(texts)
        return found if found.any() else None
    if not (texts.str.len_bytes() >= 18).any():
        return None
    cells = raw_numbers.normalised(texts).to_frame("number")
    holds = resident_id_is_valid("number")
    if column.width == 18:  # a credit code of digits only may pass for an ID number
        holds &= ~uscc_is_valid("number")
    return cells.select(holds.fill_null(value=False)).to_series()


def _sealed_rows(
    raw: pl.DataFrame,
    numbers: Mapping[str, pl.Series],
    types: pl.Series,
    pieces: Mapping[str, tuple[pl.Series, pl.Series]],
    good: pl.Series,
    plan: Plan,
) -> pl.DataFrame:
    """The fields of the good rows: hashes, beginnings, and what is kept."""
    made: dict[str, pl.Series] = {}
    for name in plan.sources.persons:
        stated = pl.DataFrame([types.alias("type"), numbers[name].alias("number")]).filter(good)
        message = stated.select(pl.concat_str("type", "number", separator="|")).to_series()
        made[name] = plan.keyed(message)
    for name in plan.sources.certificates:
        made[name] = plan.keyed(numbers[name].filter(good))
    for name, (shown, _) in pieces.items():
        made[name] = shown.filter(good)
    for name in plan.sources.kept:
        made[name] = _no_more_than_asked(raw[name].filter(good), plan.dataset.columns[name])
    return pl.DataFrame([made[name].alias(name) for name in plan.fields])


def _no_more_than_asked(texts: pl.Series, column: Column) -> pl.Series:
    """A date of birth loses its month and day where the contract asks for the year."""
    if column.kind is Kind.YEAR and column.sensitivity.is_masked:
        return texts.str.extract(_YEAR)
    return texts


def _explained(doubts: pl.DataFrame, names: list[str], plan: Plan) -> pl.DataFrame:
    """One line a row: where it stands, the header of the column in doubt, and why."""
    first = reduce(
        lambda rest, name: (
            pl.when(pl.col(name).is_not_null())
            .then(pl.struct(field=pl.lit(name), reason=pl.col(name)))
            .otherwise(rest)
        ),
        reversed(names),
        pl.struct(field=pl.lit(None, pl.String), reason=pl.lit(None, pl.String)),
    )
    sources = {**plan.sources.sealed}
    for name, seal in plan.sources.beginnings.items():
        sources[name] = plan.sources.sealed.get(seal.part_of or "", name)
    headers = {name: plan.table.headers.get(sources.get(name, name), "") for name in names}
    reason = pl.col("reason")

    def words(number: int, language: str) -> pl.Expr:
        return reason.replace_strict(
            {code: getattr(texts[number], language) for code, texts in reasons.REASONS.items()},
            return_dtype=pl.String,
        )

    return (
        doubts.select(pl.col(ROW), found=first)
        .unnest("found")
        .select(
            pl.col(ROW).map_batches(plan.table.locate, return_dtype=pl.UInt32).alias("行号 row"),
            pl.col("field")
            .replace_strict(headers, return_dtype=pl.String, default="")
            .alias("列名 column"),
            reason.alias("原因代码 code"),
            words(0, "zh").alias("原因"),
            words(1, "zh").alias("如何修改"),
            words(0, "en").alias("reason"),
            words(1, "en").alias("remedy"),
        )
    )
