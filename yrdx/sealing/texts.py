"""Columns of text as matrices of octets, and digests as columns of hexadecimal text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from yrdx.kernels import flat_bytes
from yrdx.sealing.sm3 import Octets

Places = npt.NDArray[np.intp]

_HEX = np.array([list(f"{octet:02x}".encode()) for octet in range(256)], np.uint8)
_HEX_PAIRS: npt.NDArray[np.uint16] = _HEX.view(np.uint16).ravel()


@dataclass(frozen=True, slots=True)
class Messages:
    """Messages of about the same length: a row of octets each, zero after its end."""

    octets: Octets
    lengths: npt.NDArray[np.intp]


def messages_of(texts: pl.Series) -> Messages:
    """The UTF-8 octets of a column of text that has no nulls."""
    ends, data = flat_bytes(texts)
    lengths = np.diff(ends).astype(np.intp)
    width = int(lengths.max(initial=0))
    if len(lengths) and int(lengths.min()) == width:
        return Messages(data.reshape(len(lengths), width), lengths)
    octets = np.zeros((len(lengths), width), np.uint8)
    octets[np.arange(width) < lengths[:, None]] = data
    return Messages(octets, lengths)


def by_blocks(
    messages: Messages, *, block: int, tail: int, lanes: int
) -> Iterator[tuple[int, Places]]:
    """Batches of at most `lanes` messages that fill the same number of blocks, and that number.

    `tail` octets of padding must fit behind each message.
    """
    blocks = np.maximum((messages.lengths + tail - 1) // block + 1, 1)
    for count in np.unique(blocks):
        places = np.flatnonzero(blocks == count)
        for start in range(0, len(places), lanes):
            yield int(count), places[start : start + lanes]


def padded(messages: Messages, places: Places, *, width: int) -> Octets:
    """Some of the messages in rows of `width` octets: a one bit behind each, then zeros."""
    rows = np.zeros((len(places), width), np.uint8)
    taken = min(messages.octets.shape[1], width)
    rows[:, :taken] = messages.octets[places, :taken]
    lengths = messages.lengths[places]
    ended = np.flatnonzero(lengths < width)
    rows[ended, lengths[ended]] = 0x80
    return rows


def hexadecimal(digests: Octets) -> pl.Series:
    """Digests of 32 octets as 64 lower-case characters each."""
    count, width = digests.shape
    data = _HEX_PAIRS[digests].view(np.uint8)
    ends = np.arange(0, (count + 1) * 2 * width, 2 * width, dtype=np.int64)
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(np.ascontiguousarray(data))]
    return pl.Series(pa.Array.from_buffers(pa.large_string(), count, buffers))
