"""Numbers that stand in codes of a fixed layout, as polars expressions over numpy."""

from __future__ import annotations

from functools import partial

import numpy as np
import numpy.typing as npt
import polars as pl

from yrdx.kernels import Bytes, Flags, Texts, expression, in_blocks, null_where

_NO_NUMBER = -1


def number_in_code(column: str, *layouts: str) -> pl.Expr:
    """The number that stands in a code where the layout of the code has `#`.

    A layout spells a code of at most 16 ASCII characters: `A` is a capital letter, `9` any digit,
    and `#` a digit of the number. Null where a code has none of the layouts.
    """

    def read(series: pl.Series) -> pl.Series:
        numbers = np.full(len(series), _NO_NUMBER, np.int32)
        texts = Texts(series)
        for width in {len(layout) for layout in layouts}:
            rows, matrix = texts.of_width(width)
            fitting = [layout for layout in layouts if len(layout) == width]
            found = in_blocks(matrix, partial(_numbers, layouts=fitting), np.int32)
            if rows is None:
                numbers = found
                break
            numbers[rows] = found
        return null_where(pl.Series(series.name, numbers), _NO_NUMBER)

    return expression(column, read, pl.Int32)


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
    whole = np.zeros((len(flags), 16), np.bool_)
    whole[:, : flags.shape[1]] = flags
    words = whole.view(np.uint64)
    return words[:, 0], words[:, 1]
