"""The ledger of a dataset about people: every count, what was told of it, and everything before.

A ledger is a restricted dataset that the exchange derives from the rows and from its own last
snapshot. It remembers each step of each period, so that what was told once constrains what may be
told later. The counts for everybody are read off its last steps, and off nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from yrdx.derivation import Given, Source
from yrdx.disclosure.history import State, Step
from yrdx.disclosure.tables import Design, count
from yrdx.errors import ConfigurationError, IntegrityError

STEP, IN_FORCE = "step", "in_force"
STATE, COUNTED, COUNTED_IN = "count_state", "counted", "counted_in"
TRUE, AT_LEAST = "true_count", "at_least"


def enter(rows: pl.LazyFrame, design: Design, given: Given, *, source: Source) -> pl.LazyFrame:
    """The ledger after the counts of these rows; a period whose counts stay gets no new step."""
    now = count(rows, design)
    past = _past(given, design)
    periods = sorted({*now[design.period], *past[design.period]})
    frames = [
        part
        for period in periods
        for part in _period(
            now.filter(pl.col(design.period) == period).drop(design.period),
            past.filter(pl.col(design.period) == period),
            design,
            k=given.settings.disclosure_k,
            period=period,
            source=source,
        )
    ]
    return pl.concat([past.clear(), *frames]).lazy()


def _period(
    now: pl.DataFrame,
    past: pl.DataFrame,
    design: Design,
    *,
    k: int,
    period: str,
    source: Source,
) -> Iterator[pl.DataFrame]:
    if not len(now):  # all of it was withdrawn: remembered, and in force no more
        yield past.with_columns(pl.lit(value=False).alias(IN_FORCE))
        return
    numbers = past[STEP].unique().sort().to_list()
    history = [_step(past.filter(pl.col(STEP) == number), design) for number in numbers]
    new = (
        None
        if history and _is_same(history[-1], now, design, k=k)
        else _decided(now, design, history, k=k, source=source)
    )
    last = numbers[-1] if numbers else None
    is_last = pl.lit(value=False) if new else pl.col(STEP) == last
    yield past.with_columns(is_last.alias(IN_FORCE))
    if new:
        yield _rows(new, design, period=period, step_number=(last or 0) + 1).select(past.columns)


def _decided(
    now: pl.DataFrame, design: Design, history: list[Step], *, k: int, source: Source
) -> Step | None:
    try:
        from yrdx.disclosure.deciding import decide  # noqa: PLC0415 - SciPy is in an extra
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            "deciding which counts may be told needs SciPy; install it with: "
            "pip install 'yrdx[disclosure]'"
        ) from error
    return decide(now, design, history=history, k=k, counted_in=source.version).step


def _is_same(step: Step, now: pl.DataFrame, design: Design, *, k: int) -> bool:
    columns = [*design.columns, "rows"]
    known = set(columns) <= set(step.cells.columns)
    return (
        known
        and step.at_least == k
        and step.cells.select(columns).sort(columns).equals(now.select(columns).sort(columns))
    )


def _past(given: Given, design: Design) -> pl.DataFrame:
    """The ledger as it was published last, in its columns."""
    schema = {
        design.period: pl.String(),
        STEP: pl.Int64(),
        **dict.fromkeys(design.columns, pl.String()),
        STATE: pl.String(),
        COUNTED: pl.Int64(),
        COUNTED_IN: pl.String(),
        TRUE: pl.Int64(),
        AT_LEAST: pl.Int64(),
        IN_FORCE: pl.Boolean(),
    }
    if given.own is None:
        return pl.DataFrame(schema=schema)
    return given.own.rows.select(
        pl.col(name).cast(dtype) for name, dtype in schema.items()
    ).collect()


def _step(rows: pl.DataFrame, design: Design) -> Step:
    cells = rows.select(
        *design.columns,
        pl.col(TRUE).alias("rows"),
        pl.col(STATE).alias("state"),
        pl.col(COUNTED).alias("shown"),
        counted_in=pl.col(COUNTED_IN),
    )
    return Step(cells, at_least=int(rows[AT_LEAST].max() or 0))  # type: ignore[arg-type]


def _rows(step: Step, design: Design, *, period: str, step_number: int) -> pl.DataFrame:
    return step.cells.rename({"rows": TRUE, "state": STATE, "shown": COUNTED}).with_columns(
        pl.lit(period).alias(design.period),
        pl.lit(step_number, pl.Int64).alias(STEP),
        pl.lit(step.at_least, pl.Int64).alias(AT_LEAST),
        pl.lit(value=True).alias(IN_FORCE),
    )


def counts_for_all(ledger: pl.LazyFrame, design: Design, given: Given) -> pl.LazyFrame:
    """What everybody may read: the last step of each period, without the counts it does not tell.

    Raises `IntegrityError` where a count was told that the ledger does not know of: then nobody
    could say any more what follows from what.
    """
    cell = [design.period, *design.columns]
    told = pl.col(STATE) == State.PUBLISHED.value
    if given.own is not None:
        known = ledger.filter(told).select(*cell, COUNTED)
        before = given.own.rows.filter(told).select(pl.col(name) for name in (*cell, COUNTED))
        lost = before.join(known, on=[*cell, COUNTED], how="anti").collect()
        if len(lost):
            raise IntegrityError(
                f"{len(lost)} counts were published that the ledger does not have, the first: "
                f"{lost.row(0)}; restore the ledger's last snapshot from a backup, nothing more is "
                f"published of it until then"
            )
    held = pl.col(STATE) == State.HELD.value
    return ledger.filter(pl.col(IN_FORCE)).select(
        *cell, STATE, COUNTED, pl.when(held).then(pl.col(COUNTED_IN)).alias(COUNTED_IN)
    )
