"""Corrections on their way to a check: the whole that they make with the rows they correct."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import polars as pl

from yrdx import catalogue
from yrdx.dataset import Dataset
from yrdx.errors import IntegrityError
from yrdx.model import Delivery, Note
from yrdx.pipeline.exchange import Exchange
from yrdx.reading import Refusal, Table, UnreadableText, explain_failure, is_reading_failure, read
from yrdx.reading.corrections import (
    WHOLE,
    Corrected,
    holds_corrections,
    merge_corrections,
)
from yrdx.reading.findings import refuse
from yrdx.store import layout
from yrdx.store.tombstones import current_key, erased_from, in_words


def base_of(
    exchange: Exchange, delivery: Delivery, *, earlier: Iterable[Delivery], spool: Path
) -> str | None:
    """The SHA-256 of the delivery whose rows this one corrects; None for a whole one.

    It is the last one before that can be read. None too where there is none: the check says so.
    """
    if not holds_corrections(delivery.filename):
        return None
    dataset = catalogue.dataset(delivery.dataset)
    for before in reversed(tuple(earlier)):
        key = current_key(exchange.store, layout.landed_original(before))
        if before.refused or key is None:
            continue
        path = spool / "before"
        exchange.store.fetch(key, into=path)
        if isinstance(read(path, filename=before.filename, dataset=dataset), Table):
            return before.sha256
    return None


def fetch_whole(
    exchange: Exchange, delivery: Delivery, dataset: Dataset, *, into: Path
) -> tuple[Path, Corrected | Refusal | None]:
    """The landed bytes of a delivery as a file; corrections are merged into the whole.

    The whole follows from landed bytes alone, however many corrections stand on one another.
    Raises `IntegrityError` when bytes are gone that it is made from.
    """
    into.mkdir()
    path, key = into / "original", layout.landed_original(delivery)
    try:
        exchange.store.fetch(current_key(exchange.store, key) or key, into=path)
    except KeyError as error:
        erased = erased_from(exchange.store, key)
        why = (
            in_words(erased[0])
            if erased
            else "they have outlived their retention, or were removed; restore them from a backup"
        )
        raise IntegrityError(
            f"the landed bytes of {delivery.filename} are gone ({key}): {why}"
        ) from error
    if delivery.base is None:
        told = holds_corrections(delivery.filename)
        return path, refuse("correction_has_no_base") if told else None
    key = layout.landed_delivery(delivery.model_copy(update={"sha256": delivery.base}))
    before = Delivery.model_validate_json(exchange.store.get(key))
    below, broken = fetch_whole(exchange, before, dataset, into=into / "base")
    if isinstance(broken, Refusal):
        return path, refuse("correction_has_no_base")
    name = before.filename if before.base is None else WHOLE
    return merge(below, path, dataset, names=(name, delivery.filename), into=into)


def merge(
    base: Path, corrections: Path, dataset: Dataset, *, names: tuple[str, str], into: Path
) -> tuple[Path, Corrected | Refusal]:
    """Merge two local files into `WHOLE` in the folder `into`, or say why that cannot be."""
    over = read(corrections, filename=names[1], dataset=dataset)
    if isinstance(over, Refusal):
        return corrections, over
    below = read(base, filename=names[0], dataset=dataset)
    if isinstance(below, Refusal):
        return corrections, refuse("correction_has_no_base")
    whole = into / WHOLE
    try:
        return whole, merge_corrections(below, over, dataset, into=whole)
    except (UnreadableText, pl.exceptions.ComputeError) as error:
        if not is_reading_failure(error):
            raise
        return corrections, explain_failure(error, over)


def noted(table: Table | Refusal, corrected: Corrected | None) -> Table | Refusal:
    """The table of the whole, with a note of what was merged."""
    if corrected is None or isinstance(table, Refusal):
        return table
    cells = corrected.replaced + corrected.added
    note = Note(column=None, rule="rows_were_corrected", cells=cells, text=corrected.text)
    return replace(
        table,
        notes=(note, *table.notes),
        findings=(*table.findings, *corrected.findings),
    )
