"""Which columns and rows a reader asks for, and which files cannot hold any of them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from polars.exceptions import PolarsError

from yrdx.errors import ConfigurationError

Condition = str | pl.Expr
"""A condition on rows: SQL as in `src_province = '31' and award_date >= date '2025-01-01'`,
or a polars expression. It judges each row by itself."""

PLACE = ("src_period", "src_province")
"""The columns whose value a manifest tells for every file."""

_EXAMPLE = "src_province = '31' and award_date >= date '2025-01-01'"


@dataclass(frozen=True, slots=True)
class Selection:
    """What is read of a version: `columns`, in their order, of the rows that fulfil `where`.

    `text` is the condition as it was written, where it was written as SQL.
    """

    columns: tuple[str, ...]
    where: pl.Expr | None = None
    text: str | None = None

    def keeps(self, *, period: str, province: str) -> bool:
        """Whether rows of this period and province can be among those asked for."""
        place = pl.DataFrame([(period, province)], schema=list(PLACE), orient="row")
        return all(
            len(place.filter(part)) > 0
            for part in _parts(self.where)
            if set(part.meta.root_names()) <= set(PLACE) and part.meta.root_names()
        )


def select(
    schema: Mapping[str, pl.DataType],
    *,
    columns: Sequence[str] | None,
    where: Condition | None,
) -> Selection:
    """What is asked for; raises `ConfigurationError` where a version cannot answer it."""
    chosen = tuple(columns) if columns is not None else tuple(schema)
    _refuse_unknown(chosen, schema)
    if where is None:
        return Selection(chosen)
    text = where if isinstance(where, str) else None
    try:
        condition = pl.sql_expr(where) if isinstance(where, str) else where
        _refuse_unknown(condition.meta.root_names(), schema)
        answer = pl.DataFrame(schema=dict(schema)).select(condition.alias("answer"))
    except PolarsError as error:
        raise _wrong(where, str(error).splitlines()[0]) from error
    if answer.schema["answer"] != pl.Boolean():
        raise _wrong(where, f"the answer is {answer.schema['answer']}, not true or false")
    return Selection(chosen, condition, text)


def _parts(where: pl.Expr | None) -> Iterator[pl.Expr]:
    """The conditions of which all must hold: `a and b and c` are three."""
    if where is None:
        return
    inputs = where.meta.pop()
    for left, right in (inputs, inputs[::-1]) if len(inputs) == 2 else ():
        if (left & right).meta.eq(where):
            yield from _parts(left)
            yield from _parts(right)
            return
    yield where


def _refuse_unknown(names: Sequence[str], schema: Mapping[str, pl.DataType]) -> None:
    for name in names:
        if name in schema:
            continue
        near = difflib.get_close_matches(name, schema, n=3)
        known = (
            f"是否 did you mean {' / '.join(near)}" if near else f"现有 there are: {list(schema)}"
        )
        raise ConfigurationError(f"没有字段 there is no column {name!r}；{known}")


def _wrong(where: Condition, reason: str) -> ConfigurationError:
    return ConfigurationError(
        f"筛选条件无法使用 this condition cannot be used: {where}：{reason}；"
        f"代码用引号，日期写作 quote codes, and write dates as: {_EXAMPLE}"
    )
