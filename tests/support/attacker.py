"""An attacker who has everything public, and a solver; no line of it comes from `yrdx`.

It is given the published tables of all versions, and one thing more than any reader has: which
counts did not change between versions (`unchanged`). It sets up one unknown for each count that it
does not know, all sums of all tables of all versions, and asks a linear program for the least and
the greatest value of every unknown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor

import numpy as np
from scipy.optimize import linprog

Cell = tuple[str, ...]
Published = Mapping[Cell, int | None]
"""Cell (a value or `all` for each column) → its count as it is told, None where it is not."""


@dataclass(frozen=True)
class Learnt:
    """What the attacker knows of a count that was not told."""

    version: int
    cell: Cell
    least: int
    greatest: int

    @property
    def possible(self) -> int:
        """How many values the count may have."""
        return self.greatest - self.least + 1


def attack(
    versions: Sequence[Published],
    axes: Sequence[Sequence[int]],
    *,
    same: Callable[[Cell, int, int], bool],
) -> list[Learnt]:
    """What follows of every untold count of every version.

    `axes` are positions of the columns of each axis, from fine to coarse. `same` is the oracle:
    whether a cell had the same count in two versions.
    """
    number, known = _numbered(versions, same)
    rows, right = [], []
    for at, published in enumerate(versions):
        for (total, _), parts in _sums(published, axes).items():
            row: defaultdict[int, int] = defaultdict(int)
            rest = 0
            for cell, sign in [(total, -1), *((one, 1) for one in parts)]:
                index = number[at, cell]
                if index in known:
                    rest -= sign * known[index]
                else:
                    row[index] += sign
            rows.append(row)
            right.append(rest)
    unknown = sorted({index for index in number.values() if index not in known})
    if not unknown:
        return []
    column = {index: at for at, index in enumerate(unknown)}
    matrix = np.zeros((len(rows), len(unknown)))
    for at, row in enumerate(rows):
        for index, sign in row.items():
            matrix[at, column[index]] += sign
    bounds = {index: _bounds(matrix, right, column[index]) for index in unknown}
    return [
        Learnt(at, cell, *bounds[number[at, cell]])
        for (at, cell) in number
        if number[at, cell] not in known
    ]


def _numbered(
    versions: Sequence[Published], same: Callable[[Cell, int, int], bool]
) -> tuple[dict[tuple[int, Cell], int], dict[int, int]]:
    """A number for each count, one for those that are the same; and what is known."""
    number: dict[tuple[int, Cell], int] = {}
    known: dict[int, int] = {}
    for at, published in enumerate(versions):
        for cell, told in published.items():
            before = (v for v in range(at) if cell in versions[v] and same(cell, v, at))
            first = next(before, None)
            number[at, cell] = len(number) if first is None else number[first, cell]
            if told is not None:
                known[number[at, cell]] = told
    return number, known


def _sums(
    published: Published, axes: Sequence[Sequence[int]]
) -> dict[tuple[Cell, int], list[Cell]]:
    """A total, and the column by which its parts are finer → the parts."""
    found: dict[tuple[Cell, int], list[Cell]] = defaultdict(list)
    for cell in published:
        for axis in axes:
            finest = next((column for column in axis if cell[column] != "all"), None)
            if finest is not None:
                total = (*cell[:finest], "all", *cell[finest + 1 :])
                if total in published:
                    found[total, finest].append(cell)
    return found


def _bounds(matrix: np.ndarray, right: list[int], column: int) -> tuple[int, int]:
    least, greatest = [], []
    for sign, into in ((1, least), (-1, greatest)):
        cost = np.zeros(matrix.shape[1])
        cost[column] = sign
        found = linprog(cost, A_eq=matrix, b_eq=right, bounds=(1, None), method="highs")
        assert found.status in (0, 3), found.message  # solved, or without bound
        into.append(sign * found.fun if found.status == 0 else 10**9)
    return ceil(least[0] - 1e-6), floor(greatest[0] + 1e-6)
