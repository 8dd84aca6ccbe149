"""An attempt compared with the ones before: what is new, still there, back again, or put right.

Findings are matched by rule, column and business key, because row numbers move; where a finding
has no key, by its cell or row. The same place found twice counts twice. Findings are brought down
to 64-bit digests, compared in numpy piece by piece, so that memory stays bounded however many
there are: one byte a finding, and the digests of one piece.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from yrdx.checking.findings_parquet import read_findings
from yrdx.checking.spill import Numbers
from yrdx.model import Attempt, Change, Report, Severity, SinceLast, State, Text

STATES = tuple(State)
STATE_WORDS = {
    State.NEW: Text(zh="新增", en="new"),
    State.STILL: Text(zh="未改", en="still there"),
    State.BACK: Text(zh="复现", en="back again"),
    State.FIXED: Text(zh="已改好", en="fixed"),
}
SINCE_LAST = "since_last.parquet"
"""Beside `findings.parquet`, line by line: the state of each finding, and how it was explained."""

ANSWERS: dict[str, Any] = {
    "rule": pl.String,
    "column": pl.String,
    "sheet": pl.String,
    "row": pl.UInt32,
    "cell": pl.String,
    "key": pl.String,
    "answer": pl.String,
}
"""A partner's explanations, with what they are matched by."""

_MATCHED_BY = ["rule", "column", "sheet", "row", "cell", "key"]
_PIECE = 4_000_000
"""Findings, of all attempts together, whose digests are compared at once."""

_NEW, _STILL, _BACK = (STATES.index(state) for state in (State.NEW, State.STILL, State.BACK))

Digests = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.int64]
Kinds = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The attempts before this one, oldest first; `findings` maps those that were read to theirs.

    `answers` are the explanations given to them, later ones last. `receipt_sha256` is the digest
    of the last one's receipt, None where it has none.
    """

    reports: tuple[Report, ...]
    findings: dict[str, Path]
    answers: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=ANSWERS))
    receipt_sha256: str | None = None

    @property
    def last_read(self) -> Report | None:
        """The last attempt whose rows were read: what an unreadable file says is not compared."""
        read = [item for item in self.reports if item.delivery.sha256 in self.findings]
        return read[-1] if read else None


def attempt_of(report: Report) -> Attempt:
    """One attempt in figures; raises `ValueError` for a report without a verdict."""
    if report.verdict is None:
        raise ValueError(f"the check of {report.delivery.filename!r} came to no verdict")
    return Attempt(
        attempt=report.delivery.attempt,
        sha256=report.delivery.sha256,
        received_at=report.delivery.received_at,
        verdict=report.verdict,
        errors=report.count(Severity.ERROR),
        warnings=report.count(Severity.WARNING),
        hints=report.count(Severity.INFO),
        corrects=report.delivery.base is not None,
    )


def compare_attempts(report: Report, past: Past, *, into: Path, piece: int = _PIECE) -> Report:
    """The report with what changed since the attempts before; writes `SINCE_LAST` into `into`.

    Nothing is compared when this file could not be read, or none before it could.
    """
    attempts = (*(attempt_of(item) for item in past.reports), attempt_of(report))
    last = past.last_read
    if last is None or report.rows.read == 0:
        return report.model_copy(update={"attempts": attempts})
    earlier = [
        past.findings[item.delivery.sha256]
        for item in past.reports
        if item.delivery.sha256 in past.findings and item is not last
    ]
    now = into / "findings.parquet"
    compared = _Compared.of(now, past.findings[last.delivery.sha256], earlier, piece=piece)
    answered = _write_states(now, compared.states, past.answers, into=into / SINCE_LAST)
    total = {state: int((compared.states == place).sum()) for place, state in enumerate(STATES)}
    since_last = SinceLast(
        attempt=last.delivery.attempt,
        sha256=last.delivery.sha256,
        new=total[State.NEW],
        still=total[State.STILL],
        back=total[State.BACK],
        fixed=sum(change.fixed for change in compared.changes),
        answered=answered,
        changes=compared.changes,
    )
    return report.model_copy(update={"since_last": since_last, "attempts": attempts})


@dataclass(frozen=True, slots=True)
class _Found:
    """The findings of one attempt that belong to one piece, in the order of the file."""

    digests: Digests
    kinds: Kinds
    places: Counts


@dataclass(frozen=True, slots=True)
class _Compared:
    states: npt.NDArray[np.uint8]
    changes: tuple[Change, ...]

    @classmethod
    def of(cls, now: Path, before: Path, earlier: Sequence[Path], *, piece: int) -> _Compared:
        """Compare piece by piece: equal digests always fall into the same piece."""
        kinds: dict[tuple[str, str | None], int] = {}
        with tempfile.TemporaryDirectory(dir=now.parent) as folder:
            spilt = [
                _Spilt.of(path, kinds, into=Path(folder) / str(place))
                for place, path in enumerate((now, before, *earlier))
            ]
            return cls._of_spilt(spilt, kinds, piece=piece)

    @classmethod
    def _of_spilt(
        cls, spilt: Sequence[_Spilt], kinds: dict[tuple[str, str | None], int], *, piece: int
    ) -> _Compared:
        pieces = max(1, -(-sum(item.digests.count for item in spilt) // piece))
        states = np.zeros(spilt[0].digests.count, np.uint8)
        tally: dict[tuple[int, int], int] = {}
        for number in range(pieces):
            these, those, *earlier = (item.load(number, pieces=pieces) for item in spilt)
            known = [item.digests for item in earlier]
            once = np.unique(np.concatenate([np.zeros(0, np.uint64), *known]))
            state = np.where(
                _occurrence(these.digests) < _times(these.digests, those.digests),
                _STILL,
                np.where(np.isin(these.digests, once), _BACK, _NEW),
            )
            states[these.places] = state
            is_fixed = _occurrence(those.digests) >= _times(those.digests, these.digests)
            for place in (_NEW, _STILL, _BACK):
                _count(tally, these.kinds[state == place], place)
            _count(tally, those.kinds[is_fixed], STATES.index(State.FIXED))
        return cls(states, tuple(_changes(kinds, tally)))


@dataclass(frozen=True, slots=True)
class _Spilt:
    """Digest and kind of every finding of one attempt, on disk: read from Parquet only once."""

    digests: Numbers
    kinds: Numbers

    @classmethod
    def of(cls, path: Path, kinds: dict[tuple[str, str | None], int], *, into: Path) -> _Spilt:
        """Spill the findings in `path`; new pairs of rule and column are added to `kinds`."""
        spilt = cls(
            Numbers(into.with_suffix(".digests"), np.uint64),
            Numbers(into.with_suffix(".kinds"), np.uint32),
        )
        for batch in _batches(path, _MATCHED_BY):
            marked = batch.select("rule", "column", digest=_digest())
            for pair in marked.select("rule", "column").unique(maintain_order=True).iter_rows():
                kinds.setdefault(pair, len(kinds))
            known = pl.DataFrame(
                [(*pair, place) for pair, place in kinds.items()],
                schema={"rule": pl.String, "column": pl.String, "kind": pl.UInt32},
                orient="row",
            )
            kind = marked.join(
                known, on=["rule", "column"], how="left", nulls_equal=True, maintain_order="left"
            )["kind"]
            spilt.digests.add(marked["digest"])
            spilt.kinds.add(kind)
        return spilt

    def load(self, number: int, *, pieces: int) -> _Found:
        """The findings that belong to one piece."""
        digests, kinds, places = [], [], []
        start = 0
        for some, which in zip(self.digests.pieces(), self.kinds.pieces(), strict=True):
            chosen = np.flatnonzero(some % np.uint64(pieces) == number)
            digests.append(some[chosen])
            kinds.append(which[chosen])
            places.append(chosen + start)
            start += len(some)
        return _Found(
            np.concatenate([np.zeros(0, np.uint64), *digests]),
            np.concatenate([np.zeros(0, np.uint32), *kinds]),
            np.concatenate([np.zeros(0, np.int64), *places]),
        )


def _digest() -> pl.Expr:
    """What a finding is matched by; digests are compared within one process only."""
    place = pl.concat_str(
        [pl.col("sheet"), pl.coalesce("cell", pl.col("row").cast(pl.String))],
        separator="\x1f",
        ignore_nulls=True,
    )
    by_key = pl.concat_str([pl.lit("key\x1f"), pl.col("key")])
    by_place = pl.concat_str([pl.lit("place\x1f"), place])
    parts = [pl.col("rule"), pl.col("column").fill_null(""), pl.coalesce(by_key, by_place)]
    return pl.concat_str(parts, separator="\x1e").hash(seed=0)


def _occurrence(digests: Digests) -> Counts:
    """How often each digest stood before in the same file."""
    order = np.argsort(digests, kind="stable")
    ordered = digests[order]
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)])
    lengths = np.diff(np.append(starts, len(ordered)))
    occurrence = np.empty(len(digests), np.int64)
    occurrence[order] = np.arange(len(digests)) - np.repeat(starts, lengths)
    return occurrence


def _times(digests: Digests, others: Digests) -> Counts:
    """How often each digest stands among the others."""
    known, counts = np.unique(others, return_counts=True)
    if not len(known):
        return np.zeros(len(digests), np.int64)
    at = np.searchsorted(known, digests).clip(max=len(known) - 1)
    return np.where(known[at] == digests, counts[at], 0)


def _count(tally: dict[tuple[int, int], int], kinds: Kinds, state: int) -> None:
    for kind, count in zip(*np.unique(kinds, return_counts=True), strict=True):
        tally[int(kind), state] = tally.get((int(kind), state), 0) + int(count)


def _changes(
    kinds: dict[tuple[str, str | None], int], tally: dict[tuple[int, int], int]
) -> Iterator[Change]:
    """One line for each rule and column, in a fixed order."""
    for rule, column in sorted(kinds, key=lambda pair: (pair[0], pair[1] or "")):
        counts = {
            state.value: tally.get((kinds[rule, column], place), 0)
            for place, state in enumerate(STATES)
        }
        if any(counts.values()):
            yield Change.model_validate({"rule": rule, "column": column, **counts})


def _write_states(
    now: Path, states: npt.NDArray[np.uint8], answers: pl.DataFrame, *, into: Path
) -> int:
    """Write state and explanation line by line beside the findings; gives how many have one."""
    words = pl.Series([state.value for state in STATES])
    given = (
        answers.select(digest=_digest(), answer="answer")
        if answers.height
        else pl.DataFrame(schema={"digest": pl.UInt64, "answer": pl.String})
    ).unique("digest", keep="last", maintain_order=True)
    schema = pa.schema([("state", pa.large_string()), ("answer", pa.large_string())])
    answered = start = 0
    with pq.ParquetWriter(into, schema, compression="zstd", compression_level=1) as writer:
        for batch in _batches(now, _MATCHED_BY):
            state = words.gather(states[start : start + batch.height]).alias("state")
            start += batch.height
            answer = batch.select(digest=_digest()).join(
                given, on="digest", how="left", maintain_order="left"
            )["answer"]
            answered += answer.count()
            frame = pl.DataFrame([state, answer])
            writer.write_table(frame.to_arrow(compat_level=pl.CompatLevel.oldest()))
    return answered


def with_states(findings: Path, states: Path | None) -> Iterator[pl.DataFrame]:
    """Findings piece by piece with `state` and `answer` beside them, null where there are none."""
    nothing = pl.lit(None, pl.String)
    if states is None:
        for found in read_findings(findings):
            yield found.with_columns(state=nothing, answer=nothing)
        return
    beside = _batches(states, ["state", "answer"])
    held = pl.DataFrame(schema={"state": pl.String, "answer": pl.String})
    for found in read_findings(findings):
        while held.height < found.height:
            held = pl.concat([held, next(beside)])
        yield found.with_columns(*held.head(found.height))
        held = held.slice(found.height)


def _batches(path: Path, columns: list[str]) -> Iterator[pl.DataFrame]:
    with pq.ParquetFile(path) as file:
        # Group by group: asked for all of them at once, the reader would hold on to what it read.
        for group in range(file.num_row_groups):
            for batch in file.iter_batches(131_072, row_groups=[group], columns=columns):
                frame = pl.from_arrow(batch)
                if isinstance(frame, pl.DataFrame):
                    texts = [name for name in columns if name != "row"]
                    yield frame.with_columns(pl.col(texts).cast(pl.String))
