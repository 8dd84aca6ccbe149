"""Cells that leave their value to the rows above: 同上, and keys written once for a group of rows.

Only suspicious rows come here, and the row above one may be a good one. So the columns in question,
and no others, are read again; in nearly all deliveries there is none.
"""

from __future__ import annotations

import polars as pl

from yrdx.reading.rows import TOTAL
from yrdx.reading.table import ROW, Table
from yrdx.reading.texts import ABOVE, SAME_AS_ABOVE

_BLANKS = " \t\r\n\u3000\u00a0"
_LONGEST = 24
"""Octets of the longest 同上 with six wide blanks around it."""


def take_from_above(
    rows: pl.DataFrame, table: Table, fields: list[str]
) -> tuple[pl.DataFrame, dict[str, int]]:
    """Put the value above beside every 同上, and fill keys down their group.

    Gives the rows, and for each key column how many of its cells were filled. What says 同上 stays
    doubtful: the value stands behind it, for normalising to take with a warning.
    """
    says_same = rows.select_seq(_says_same(name) for name in fields)
    same = [column.name for column in says_same.iter_columns() if column.item()]
    grouped = [name for name in fields if name in table.grouped and rows[name].null_count()]
    wanted = sorted({*same, *grouped})
    if not wanted:
        return rows, {}
    source = table.frame.select(ROW, *wanted).collect(engine="streaming")
    above = source.select(
        pl.col(ROW).cast(rows[ROW].dtype),
        *(_value_above(name).alias(f"{name} above") for name in same),
        *(_value_of_group(name).alias(f"{name} of group") for name in grouped),
    )
    joined = rows.join(above, on=ROW, how="left", maintain_order="left")
    filled = joined.with_columns(
        *(_beside(name) for name in same),
        *(_in_group(name) for name in grouped if name not in same),
    ).select(rows.columns)
    counts = {name: rows[name].null_count() - filled[name].null_count() for name in grouped}
    return filled, {name: count for name, count in counts.items() if count}


def _says_same(name: str) -> pl.Expr:
    text = pl.col(name)
    short = text.filter(text.str.len_bytes() <= _LONGEST)
    return short.str.strip_chars(_BLANKS).is_in(SAME_AS_ABOVE).any()


def _value_above(name: str) -> pl.Expr:
    """The value of the nearest row above that does not say 同上, null where that is empty."""
    text = pl.col(name).str.strip_chars(_BLANKS)
    place = pl.when(~text.is_in(SAME_AS_ABOVE).fill_null(value=False)).then(
        pl.int_range(pl.len(), dtype=pl.UInt32)
    )
    return text.gather(place.forward_fill())


def _beside(name: str) -> pl.Expr:
    text = pl.col(name).str.strip_chars(_BLANKS)
    above = pl.col(f"{name} above")
    opened, closed = ABOVE
    told = pl.concat_str([text, pl.lit(opened), above, pl.lit(closed)])
    says_same = text.is_in(SAME_AS_ABOVE).fill_null(value=False) & above.is_not_null()
    return pl.when(says_same).then(told).otherwise(pl.col(name)).alias(name)


def _value_of_group(name: str) -> pl.Expr:
    """The last value above, but nothing below a total: that ends its group."""
    text = pl.col(name)
    is_total = text.str.replace_all(r"\s+", "").str.contains(TOTAL)
    carried = pl.when(is_total).then(pl.lit("")).otherwise(text).forward_fill()
    return pl.when(carried != "").then(carried)


def _in_group(name: str) -> pl.Expr:
    return pl.coalesce(pl.col(name), pl.col(f"{name} of group")).alias(name)
