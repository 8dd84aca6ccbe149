"""Keys used twice anywhere in a delivery, found by a number per row and proven by reading again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from yrdx.checking.common_rules import CONTRACT, KEY_USED_TWICE
from yrdx.checking.findings import FindingsFile, Wording, key_text
from yrdx.checking.marking import KEY_HASH, identity
from yrdx.checking.plan import Plan
from yrdx.checking.spill import Numbers, Spill
from yrdx.model import Severity
from yrdx.reading.table import ROW

_AT_ONCE = 300_000
"""Rows whose keys are compared, or explained, at one time."""

_SORTED_AT_ONCE = 4_000_000
"""Hashes that are put in order at one time."""

_SLICE = 50_000
_OTHER, _IS_WRONG, _DIGEST = "other row", "is wrong", "digest of row"

Rows = npt.NDArray[np.uint32]

GoodRows = Callable[[Rows], pl.LazyFrame]
"""Gives the typed rows with these numbers, ascending."""


@dataclass(slots=True)
class KeyLedger:
    """Twelve bytes on disk for every row that has a key, and the keys of rows looked at twice."""

    plan: Plan
    hashes: Numbers
    rows: Numbers
    wrong: Spill
    repaired: Spill

    @classmethod
    def inside(cls, folder: Path, *, plan: Plan) -> KeyLedger:
        """A new ledger in an empty folder."""
        return cls(
            plan,
            Numbers(folder / "hashes.bin", np.uint64),
            Numbers(folder / "rows.bin", np.uint32),
            Spill(folder / "wrong.arrow"),
            Spill(folder / "repaired.arrow"),
        )

    def add_good(self, rows: pl.DataFrame) -> None:
        """Note good rows that carry `KEY_HASH`; those without a key do not count."""
        if self.plan.key:
            self._add(rows)

    def add_repaired(self, rows: pl.DataFrame) -> None:
        """Note good rows whose text in the file is not the text that counts."""
        if self.plan.key:
            self._add(rows)
            self.repaired.add(rows.select(ROW, *_kept(self.plan), digest_of_row(self.plan)))

    def add_wrong(self, rows: pl.DataFrame) -> None:
        """Note wrong rows too: whether their twins are right is not for us to guess."""
        if self.plan.key:
            self._add(rows)
            self.wrong.add(rows.select(ROW, *_kept(self.plan), digest_of_row(self.plan)))

    def close(self) -> None:
        """End writing."""
        self.wrong.close()
        self.repaired.close()

    def _add(self, rows: pl.DataFrame) -> None:
        keyed = rows.select(ROW, KEY_HASH)
        if keyed[KEY_HASH].null_count():
            keyed = keyed.drop_nulls(KEY_HASH)
        self.hashes.add(keyed[KEY_HASH])
        self.rows.add(keyed[ROW])


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats:
    """Rows that share their key with another row.

    `repeated` are rows equal to an earlier one in every value. `clashing` differ from the row
    `other`; `clashing_good` of them were good until then. `keys` are the keys of all clashing
    rows, None where they are too many to hold.
    """

    repeated: Rows
    clashing: Rows
    other: Rows
    clashing_good: Rows
    keys: pl.DataFrame | None

    @property
    def withdrawn(self) -> Rows:
        """Rows that were written before their key turned up again."""
        return np.sort(np.concatenate([self.repeated, self.clashing_good]))


def digest_of_row(plan: Plan) -> pl.Expr:
    """A number for all values of a row together, so that equal rows are told from others."""
    total = pl.lit(0, dtype=pl.UInt64)
    for place, name in enumerate(plan.supplied):
        # The place multiplies in, or two columns that swap values would look the same.
        total = total + pl.col(name).hash(seed=place + 101) * (2 * place + 1)
    return total.alias(_DIGEST)


def _kept(plan: Plan) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*plan.key, *plan.alternative_key)))


def find_repeats(ledger: KeyLedger, *, good_rows: GoodRows) -> Repeats:
    """All rows whose key is used by another row, compared value by value."""
    ledger.close()
    parts: list[tuple[Rows, Rows, Rows, Rows]] = []
    keys: pl.DataFrame | None = None
    for wanted in _suspected(ledger):
        candidates = _candidates(ledger, wanted, good_rows=good_rows)
        keys = candidates if not parts else None
        parts.append(_compare(candidates, ledger.plan))
    repeated, clashing, other, clashing_good = (
        np.concatenate([np.zeros(0, np.uint32), *(part[place] for part in parts)])
        for place in range(4)
    )
    return Repeats(
        repeated=repeated, clashing=clashing, other=other, clashing_good=clashing_good, keys=keys
    )


def _suspected(ledger: KeyLedger) -> Iterator[Rows]:
    """Numbers of the rows that share a hash with another row, in portions of whole groups."""
    twice = np.concatenate(list(_used_twice(ledger.hashes)))
    if not len(twice):
        return
    twice, counts = np.unique(twice, return_counts=True)
    portion = (np.cumsum(counts + 1) - 1) // _AT_ONCE
    for number in range(int(portion[-1]) + 1):
        wanted = twice[portion == number]
        if len(wanted):
            yield _rows_with(ledger, wanted)


def _used_twice(hashes: Numbers) -> Iterator[npt.NDArray[np.uint64]]:
    """Hashes that come more than once, found among those that begin alike: never all in memory."""
    bits = (hashes.count // _SORTED_AT_ONCE).bit_length()
    for beginning in range(1 << bits):
        pieces = hashes.pieces()
        if bits:
            pieces = (piece[piece >> (64 - bits) == beginning] for piece in pieces)
        ordered = pl.Series(np.concatenate([np.zeros(0, np.uint64), *pieces])).sort().to_numpy()
        yield ordered[1:][ordered[1:] == ordered[:-1]]


def _rows_with(ledger: KeyLedger, wanted: npt.NDArray[np.uint64]) -> Rows:
    values = pl.Series(wanted).implode()
    found = [
        rows[pl.Series(hashes).is_in(values).to_numpy()]
        for hashes, rows in zip(ledger.hashes.pieces(), ledger.rows.pieces(), strict=True)
    ]
    return np.sort(np.concatenate(found))


def _candidates(ledger: KeyLedger, wanted: Rows, *, good_rows: GoodRows) -> pl.DataFrame:
    """The keys and digests of the rows `wanted`, wherever they were written."""
    plan = ledger.plan
    is_wanted = pl.col(ROW).is_in(pl.Series(wanted).implode())
    is_wrong = pl.lit(value=True).alias(_IS_WRONG)
    wrong = [rows.filter(is_wanted) for rows in ledger.wrong.slices(_SLICE)]
    repaired = [rows.filter(is_wanted) for rows in ledger.repaired.slices(_SLICE)]
    seen = [rows[ROW] for rows in (*wrong, *repaired)]
    good = good_rows(np.setdiff1d(wanted, pl.concat(seen).to_numpy()) if seen else wanted).select(
        ROW, *_kept(plan), digest_of_row(plan)
    )
    parts = [good.collect(engine="streaming"), *repaired]
    return pl.concat(
        [
            *(rows.with_columns(~is_wrong) for rows in parts),
            *(rows.with_columns(is_wrong) for rows in wrong),
        ],
        how="vertical_relaxed",
    )


def _compare(rows: pl.DataFrame, plan: Plan) -> tuple[Rows, Rows, Rows, Rows]:
    """Rows repeated, rows clashing, the row each clashes with, and those clashing but good."""
    earliest = pl.col(ROW).min()
    others = (
        pl.when(pl.col(ROW) == earliest)
        .then(pl.col(ROW).filter(pl.col(ROW) != earliest).min())
        .otherwise(earliest)
    )
    first_good = pl.col(ROW).filter(~pl.col(_IS_WRONG)).min()
    same = identity(plan)
    groups = rows.with_columns(
        pl.len().over(same).alias("rows of key"),
        (pl.col(_DIGEST).n_unique() == 1).over(same).alias("all equal"),
        first_good.over(same).alias("first good"),
        others.over(same).alias(_OTHER),
    ).filter(pl.col("rows of key") > 1)
    is_good = ~pl.col(_IS_WRONG)
    repeated = groups.filter("all equal", is_good, pl.col(ROW) != pl.col("first good"))
    clashing = groups.filter(~pl.col("all equal"))
    return (
        repeated[ROW].to_numpy(),
        clashing[ROW].to_numpy(),
        clashing[_OTHER].to_numpy(),
        clashing.filter(is_good)[ROW].to_numpy(),
    )


def explain_repeats(
    repeats: Repeats, ledger: KeyLedger, *, good_rows: GoodRows, findings: FindingsFile
) -> None:
    """Write a finding for every clashing row, in the order of the rows."""
    if not len(repeats.clashing):
        return
    plan = ledger.plan
    number = findings.number(_wording(plan))
    order = np.argsort(repeats.clashing)
    rows, other = repeats.clashing[order], repeats.other[order]
    for start in range(0, len(rows), _AT_ONCE):
        stop = start + _AT_ONCE
        portion = pl.DataFrame({ROW: rows[start:stop], _OTHER: other[start:stop]})
        keys = repeats.keys
        if keys is None:
            keys = _candidates(ledger, rows[start:stop], good_rows=good_rows)
        found = portion.join(keys, on=ROW, how="left", maintain_order="left")
        place = findings.table.locate(found[_OTHER]).cast(pl.String)
        findings.add(
            found.select(
                ROW,
                pl.lit(number).alias("number"),
                key_text(plan.dataset).alias("key"),
                pl.col(plan.key[0]).cast(pl.String).alias("value"),
                pl.format("→ {}", pl.lit(place)).alias("candidate"),
            )
        )


def _wording(plan: Plan) -> Wording:
    message, remedy = KEY_USED_TWICE
    return Wording(
        rule="key_is_used_twice",
        severity=Severity.ERROR,
        column=plan.key[0],
        message=message,
        remedy=remedy,
        source=CONTRACT,
        candidate_is_a_place=True,
    )
