"""Numbers that stand in codes of a fixed layout, as polars expressions over numpy."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt
import polars as pl

from yrdx.kernels import Bytes, Flags, expression, numbers_by_width

_NO_NUMBER = -1
_LAYOUT = "[A9]*#{1,9}[A9]*"
_WIDEST = 16


def number_in_code(column: str, *layouts: str) -> pl.Expr:
    """The number that stands in a code where the layout of the code has `#`.

    A layout spells a code of at most 16 ASCII characters: `A` is a capital letter, `9` any digit,
    and `#` a digit of the number. Null where a code has none of the layouts.

    Raises:
        ValueError: something is no layout.
    """
    for layout in layouts:
        if not re.fullmatch(_LAYOUT, layout) or len(layout) > _WIDEST:
            raise ValueError(f"{layout!r} is no layout of up to {_WIDEST} signs A, 9 and #")
    readers = {width: _reader(width, layouts) for width in map(len, layouts)}
    return expression(
        column, lambda series: numbers_by_width(series, readers, _NO_NUMBER), pl.Int32
    )


def _reader(width: int, layouts: tuple[str, ...]) -> Callable[[Bytes], npt.NDArray[np.int32]]:
    return partial(_numbers, layouts=[layout for layout in layouts if len(layout) == width])


def _numbers(matrix: Bytes, layouts: list[str]) -> npt.NDArray[np.int32]:
    """The number of each row, `_NO_NUMBER` where it has none of the layouts, all of its width."""
    values = matrix - np.uint8(ord("0"))
    front, back = _eight_at_once(values >= 10)
    numbers = np.full(len(matrix), _NO_NUMBER, np.int32)
    for layout in layouts:
        letters = np.array([char == "A" for char in layout])
        wanted = _eight_at_once(letters[None])
        fits = (front == wanted[0]) & (back == wanted[1])
        for place in np.flatnonzero(letters).tolist():
            fits &= (matrix[:, place] - np.uint8(ord("A"))) < 26
        if fits.any():
            number = np.zeros(len(matrix), np.int32)
            for place, char in enumerate(layout):
                if char == "#":
                    number = number * 10 + values[:, place]
            np.copyto(numbers, number, where=fits)
    return numbers


def _eight_at_once(flags: Flags) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """The up to sixteen flags of each row as two numbers, which compare faster."""
    whole = np.zeros((len(flags), _WIDEST), np.bool_)
    whole[:, : flags.shape[1]] = flags
    words = whole.view(np.uint64)
    return words[:, 0], words[:, 1]
