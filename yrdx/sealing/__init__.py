"""From a raw file to one that may leave its owner: personal numbers become keyed hashes."""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from yrdx import __version__
from yrdx.agreements import Sealing
from yrdx.dataset import Dataset
from yrdx.model import Finding, SealedWith, Severity
from yrdx.reading import (
    Refusal,
    Table,
    UnreadableText,
    explain_failure,
    find_personal_numbers,
    is_reading_failure,
    read,
)
from yrdx.sealing import raw_numbers
from yrdx.sealing.algorithms import keyed
from yrdx.sealing.batch import Batch, Plan, seal_batch
from yrdx.sealing.keys import Key, is_open_to_others, key_id, new_key, read_key
from yrdx.sealing.output import PASSING, ErrorList, Writer, write_statement, writer_of
from yrdx.sealing.reasons import REASONS
from yrdx.sealing.sources import Sources, sources_of

__all__ = [
    "REASONS",
    "Key",
    "Outcome",
    "Request",
    "is_open_to_others",
    "key_id",
    "new_key",
    "read_key",
    "seal",
]

FORMAT = "yrdx-seal/1"
BATCH = 32_768
"""Rows sealed together: four times what the hash takes at once."""

_SAMPLE = 20_000

_DEFINITIONS: dict[Sealing, str] = {
    "hmac-sm3": "HMAC-SM3(K, m), RFC 2104, GB/T 32905-2016",
    "hmac-sha256": "HMAC-SHA-256(K, m), RFC 2104, FIPS 180-4",
    "aes-cmac": "AES-256-CMAC(K, 01‖m)‖AES-256-CMAC(K, 02‖m), NIST SP 800-38B",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be sealed, with what, and into which file."""

    dataset: Dataset
    key: Key
    algorithm: Sealing
    into: Path
    id_column: str | None = None
    document_type: str = raw_numbers.RESIDENT_ID


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What sealing a file came to. `refused` says why there is no sealed file at all."""

    sources: Sources | None = None
    read: int = 0
    sealed: int = 0
    apart: int = 0
    not_sealed: Counter[str] = field(default_factory=Counter)
    refused: tuple[Finding, ...] = ()
    errors: Path | None = None
    sidecar: Path | None = None


def seal(path: Path, request: Request, *, progress: Callable[[int], None] | None = None) -> Outcome:
    """Seal a raw file; nothing appears under its final name before all of it is written.

    Rows whose numbers are wrong are left out and listed, by place and reason, in a file beside
    the output. The same file, key and request give the same bytes.
    """
    table = read(path, filename=path.name, dataset=request.dataset)
    if isinstance(table, Refusal):
        return Outcome(refused=table.findings)
    sources = sources_of(table, request.dataset, id_column=request.id_column)
    try:
        return _seal(table, sources, request, progress=progress)
    except (UnreadableText, pl.exceptions.PolarsError) as error:
        if not is_reading_failure(error):
            raise
        return Outcome(refused=explain_failure(error, table).findings)


def _seal(
    table: Table, sources: Sources, request: Request, *, progress: Callable[[int], None] | None
) -> Outcome:
    into = request.into
    plan = _plan(table, sources, request)
    errors = into.with_name(f"{into.stem}.errors.csv")
    sidecar = into.with_name(f"{into.name}.seal.json")
    passing = {place: place.with_name(place.name + PASSING) for place in (errors, sidecar, into)}
    outcome = Outcome(sources=sources)
    listed = ErrorList(passing[errors])
    try:
        writer = writer_of(
            passing[into],
            named=into,
            dataset=plan.dataset,
            fields=plan.fields,
            sealed=SealedWith(
                algorithm=request.algorithm, year=request.key.year, key_id=request.key.id
            ),
        )
        try:
            _stream(plan, writer, listed, outcome, progress=progress)
        finally:
            statement = _statement(request, plan, outcome)
            writer.close(statement)
            listed.close()
        outcome.refused = _found_by_intake(passing[into], request)
        write_statement(passing[sidecar], statement, sealed=passing[into], name=into.name)
        outcome.errors = errors if listed.rows else None
        outcome.sidecar = sidecar if outcome.sealed and not outcome.refused else None
        _give_names(passing, outcome, into=into)
    finally:
        for place in passing.values():
            place.unlink(missing_ok=True)
    return outcome


def _give_names(passing: dict[Path, Path], outcome: Outcome, *, into: Path) -> None:
    """Put what is whole in its place, the sealed file last; take away what an earlier run left."""
    wanted = {outcome.errors, outcome.sidecar, into if outcome.sidecar else None}
    for place, written in passing.items():
        if place in wanted:
            written.replace(place)
        else:
            place.unlink(missing_ok=True)


def _plan(table: Table, sources: Sources, request: Request) -> Plan:
    sample = table.frame.select(*sources.persons.values()).head(_SAMPLE)
    looked_at = sample.collect(engine="streaming")
    return Plan(
        table=table,
        dataset=request.dataset,
        sources=sources,
        keyed=keyed(request.algorithm, request.key.secret),
        document_type=request.document_type,
        damaged=any(
            raw_numbers.looks_damaged(raw_numbers.normalised(column)) for column in looked_at
        ),
    )


def _stream(
    plan: Plan,
    writer: Writer,
    listed: ErrorList,
    outcome: Outcome,
    *,
    progress: Callable[[int], None] | None,
) -> None:
    """Read, seal and write batch by batch: sealing runs on all cores, writing in order."""

    def work(raw: pl.DataFrame) -> tuple[Batch, Any]:
        batch = seal_batch(raw, plan)
        return batch, writer.encode(batch.rows)

    def take(done: Future[tuple[Batch, Any]]) -> None:
        batch, encoded = done.result()
        writer.write(encoded)
        listed.write(batch.not_sealed)
        outcome.not_sealed.update(batch.not_sealed["原因代码 code"])
        outcome.read += batch.read
        outcome.apart += batch.apart
        outcome.sealed += batch.rows.height
        if progress is not None:
            progress(outcome.read)

    workers = os.cpu_count() or 1
    waiting: deque[Future[tuple[Batch, Any]]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="seal") as pool:
        for raw in _batches(plan.table.frame):
            waiting.append(pool.submit(work, raw))
            if len(waiting) > workers:
                take(waiting.popleft())
        while waiting:
            take(waiting.popleft())


def _batches(frame: pl.LazyFrame) -> Iterator[pl.DataFrame]:
    """All rows in order, `BATCH` at a time however the reader hands them over."""
    held: list[pl.DataFrame] = []
    count = 0
    for piece in frame.collect_batches(chunk_size=BATCH, maintain_order=True, engine="streaming"):
        held.append(piece)
        count += piece.height
        while count >= BATCH:
            whole = pl.concat(held, rechunk=False)
            yield whole.head(BATCH).rechunk()
            held = [whole.slice(BATCH)]
            count -= BATCH
    if count:
        yield pl.concat(held).rechunk()


def _statement(request: Request, plan: Plan, outcome: Outcome) -> dict[str, Any]:
    """What a sealed file says of itself; it holds no clock, so that sealing twice is the same."""
    return {
        "format": FORMAT,
        "yrdx": __version__,
        "dataset": request.dataset.name,
        "contract": request.dataset.version,
        "algorithm": request.algorithm,
        "definition": _DEFINITIONS[request.algorithm],
        "messages": {
            **dict.fromkeys(plan.sources.persons, "document type|normalised number"),
            **dict.fromkeys(plan.sources.certificates, "normalised number"),
        },
        "key_id": request.key.id,
        "year": request.key.year,
        "fields": list(plan.fields),
        "rows": {
            "read": outcome.read,
            "sealed": outcome.sealed,
            "not_sealed": outcome.not_sealed.total(),
            "no_data": outcome.apart,
        },
        "reasons": dict(sorted(outcome.not_sealed.items())),
    }


def _found_by_intake(path: Path, request: Request) -> tuple[Finding, ...]:
    """What intake would refuse the sealed file for: then it must not even come into being."""
    table = read(path, filename=request.into.name, dataset=request.dataset)
    if isinstance(table, Refusal):
        return ()
    found = find_personal_numbers(table)
    return tuple(finding for finding in found if finding.severity is Severity.ERROR)
