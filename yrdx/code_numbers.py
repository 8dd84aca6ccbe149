"""Numbers that stand in codes of a fixed layout, as polars expressions over numpy."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt
import polars as pl

from yrdx.kernels import Bytes, expression, numbers_by_width

Words = npt.NDArray[np.uint64]

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
    halves = [(_no_digit(half), _no_letter(half)) for half in _halves(matrix)]
    numbers = np.full(len(matrix), _NO_NUMBER, np.int32)
    for layout in layouts:
        wrong = [
            (no_digit & digits) | (no_letter & letters)
            for (no_digit, no_letter), digits, letters in zip(
                halves, _masks(layout, "9#"), _masks(layout, "A"), strict=True
            )
        ]
        fits = (wrong[0] | wrong[1]) == 0
        if fits.any():
            number = np.zeros(len(matrix), np.int32)
            for place, char in enumerate(layout):
                if char == "#":
                    number = number * 10 + (matrix[:, place] - np.uint8(ord("0")))
            np.copyto(numbers, number, where=fits)
    return numbers


# Eight characters are judged at once, each in its byte of a number. The highest bit of a byte tells
# the verdict. What is added to a character overflows into the next byte only where the character
# is not ASCII: there it is neither digit nor letter, and the text fits no layout anyway.


def _each(byte: int) -> np.uint64:
    """A number that holds the same byte eight times."""
    return np.uint64(byte * 0x0101010101010101)


def _no_digit(half: Words) -> Words:
    value = half ^ _each(ord("0"))  # 0 to 9 for a digit, more for anything else
    return (value + _each(0x80 - 10)) | value


def _no_letter(half: Words) -> Words:
    from_a = half + _each(0x80 - ord("A"))
    beyond_z = half + _each(0x80 - ord("Z") - 1)
    return ~from_a | beyond_z | half


def _masks(layout: str, chars: str) -> tuple[np.uint64, np.uint64]:
    """The highest bits of the bytes in which a layout has one of `chars`, in two halves."""
    bits = bytes(0x80 if char in chars else 0 for char in layout.ljust(_WIDEST))
    front, back = np.frombuffer(bits, np.uint64)
    return front, back


def _halves(matrix: Bytes) -> tuple[Words, Words]:
    """The first and the last eight bytes of each row as numbers, zeros behind shorter ones."""
    rows, width = matrix.shape
    if width < _WIDEST:
        whole = np.zeros((rows, _WIDEST), np.uint8)
        whole[:, :width] = matrix
        matrix = whole
    words = np.ascontiguousarray(matrix).view(np.uint64)
    return words[:, 0], words[:, 1]
