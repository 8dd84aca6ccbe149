"""SM3 (GB/T 32905-2016) on many short messages at once, in numpy.

Hashing one message after the other costs a Python call or six a message, and holds the
interpreter's lock meanwhile. Here each of the 64 rounds is done for thousands of messages in a
few calls, which let go of the lock: threads use all cores, and OpenSSL need not know SM3.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint32]
Octets = npt.NDArray[np.uint8]

BLOCK = 64
"""Octets that one compression takes in."""

DIGEST = 32

LANES = 8192
"""Messages compressed together: enough to hide the cost of a call, few enough for the cache."""

_add, _and, _or, _xor = np.add, np.bitwise_and, np.bitwise_or, np.bitwise_xor
_left, _right = np.left_shift, np.right_shift


def _rotated(word: int, by: int) -> int:
    return ((word << by) | (word >> (32 - by))) & 0xFFFFFFFF


def _constant(value: int) -> Words:
    """A number as an array without dimensions: numpy takes it without converting it again."""
    return np.array(value, np.uint32)


def _pair(first: int, second: int) -> tuple[Words, Words]:
    """Shifts that rotate two rows at once, to the left by these numbers of bits."""
    left = np.array([[first], [second]], np.uint32)
    return left, np.uint32(32) - left


_START: Words = np.array(
    [
        [0x7380166F], [0x4914B2B9], [0x172442D7], [0xDA8A0600],
        [0xA96F30BC], [0x163138AA], [0xE38DEE4D], [0xB0FB0E4E],
    ],
    np.uint32,
)  # fmt: skip
_ROUND = tuple(
    _constant(_rotated(0x79CC4519 if turn < 16 else 0x7A879D8A, turn % 32)) for turn in range(64)
)
_BY = {by: (_constant(by), _constant(32 - by)) for by in (7, 12, 15)}
_B_AND_F = _pair(9, 19)
_P0 = _pair(9, 17)
_P1 = tuple(shift.reshape(2, 1, 1) for shift in _pair(15, 23))


class Lanes:
    """The working memory of compressing `count` messages side by side.

    `words` are the 68 words of the schedule, of which the first 16 are the block to take in;
    `state` is the chaining value afterwards.
    """

    def __init__(self, count: int) -> None:
        self.words: Words = np.empty((68, count), np.uint32)
        self.state: Words = np.empty((8, count), np.uint32)
        self._one: Words = np.empty(count, np.uint32)
        self._two: Words = np.empty((2, count), np.uint32)
        self._other_two: Words = np.empty((2, count), np.uint32)
        self._sums: Words = np.empty((2, count), np.uint32)
        self._six: Words = np.empty((2, 3, count), np.uint32)
        self._other_six: Words = np.empty((2, 3, count), np.uint32)

    def take_in(self, block: Octets) -> None:
        """Put one block of octets a message into the first words, most significant first."""
        self.words[:16] = block.view(np.uint32).T
        if np.little_endian:
            self.words[:16].byteswap(inplace=True)

    def compress(self, before: Words) -> None:
        """Compress the block that was taken in, on top of the chaining value `before`."""
        self._expand()
        self.state[:] = before
        rows = list(self.state)
        # Row k of the first half and of the second are always used together, at a stride of 4.
        pairs = [self.state[place::4] for place in range(4)]
        for turn in range(64):
            a, b, c, d = (place % 4 for place in range(-turn, 4 - turn))
            first, second = [rows[k] for k in (a, b, c, d)], [rows[k + 4] for k in (a, b, c, d)]
            self._sum_up(first[0], second[0], turn)
            if turn < 16:
                _xor(pairs[a], pairs[b], self._two)
                _xor(self._two, pairs[c], self._two)
            else:
                self._choose(first, second)
            self._finish(turn, pairs[b], pairs[d], first[3], second[3])
        _xor(self.state, before, self.state)

    def digest(self) -> Octets:
        """The chaining values as octets, one row a message."""
        rows = np.ascontiguousarray(self.state.T)
        if np.little_endian:
            rows.byteswap(inplace=True)
        return rows.view(np.uint8)

    def _expand(self) -> None:
        """Words 16 to 67; each needs the one three before it, so three are made at once."""
        words = self.words
        (left15, right15), (left7, right7) = _BY[15], _BY[7]
        for start in range(16, 68, 3):
            end = min(start + 3, 68)
            new = words[start:end]
            many, others = self._six[:, : end - start], self._other_six[:, : end - start]
            _left(words[start - 3 : end - 3], left15, new)
            _or(new, _right(words[start - 3 : end - 3], right15, many[0]), new)
            _xor(new, words[start - 16 : end - 16], new)
            _xor(new, words[start - 9 : end - 9], new)
            _or(_left(new, _P1[0], many), _right(new, _P1[1], others), many)
            _xor(_xor(new, many[0], new), many[1], new)
            _left(words[start - 13 : end - 13], left7, many[0])
            _or(many[0], _right(words[start - 13 : end - 13], right7, others[0]), many[0])
            _xor(_xor(new, many[0], new), words[start - 6 : end - 6], new)

    def _sum_up(self, a: Words, e: Words, turn: int) -> None:
        """SS2 and SS1 of a round."""
        second, first = self._sums
        (left12, right12), (left7, right7) = _BY[12], _BY[7]
        _or(_left(a, left12, second), _right(a, right12, self._one), second)
        _add(_add(second, e, self._one), _ROUND[turn], self._one)
        _or(_left(self._one, left7, first), _right(self._one, right7, self._one), first)
        _xor(second, first, second)

    def _choose(self, first: list[Words], second: list[Words]) -> None:
        """The majority of a, b, c; and f or g as e says."""
        majority, choice = self._two
        a, b, c, _ = first
        e, f, g, _ = second
        _and(_xor(a, b, majority), _xor(b, c, self._one), majority)
        _xor(majority, b, majority)
        _xor(_and(_xor(f, g, choice), e, choice), g, choice)

    def _finish(self, turn: int, b_and_f: Words, d_and_h: Words, d: Words, h: Words) -> None:
        """TT1 takes the place of d, P0(TT2) that of h; b and f are rotated."""
        two, others, words = self._two, self._other_two, self.words
        _add(d_and_h, _add(two, self._sums, two), d_and_h)
        _add(d, _xor(words[turn], words[turn + 4], self._one), d)
        _add(h, words[turn], h)
        _or(_left(b_and_f, _B_AND_F[0], two), _right(b_and_f, _B_AND_F[1], others), b_and_f)
        _or(_left(h, _P0[0], two), _right(h, _P0[1], others), two)
        _xor(_xor(h, two[0], h), two[1], h)


def sm3(message: bytes) -> bytes:
    """The SM3 digest of one message."""
    return chained(message, before=_START, length=len(message)).tobytes()


def state_after(block: bytes) -> Words:
    """The chaining value after one first block, the same for all messages that begin with it."""
    lanes = Lanes(1)
    lanes.take_in(np.frombuffer(block, np.uint8).reshape(1, BLOCK))
    lanes.compress(_START)
    return lanes.state


def chained(message: bytes, *, before: Words, length: int) -> Octets:
    """The digest of a message whose beginning is in `before` already; `length` counts it whole."""
    padded = message + b"\x80" + bytes(-(len(message) + 9) % BLOCK) + (length * 8).to_bytes(8)
    lanes = Lanes(1)
    for start in range(0, len(padded), BLOCK):
        block = np.frombuffer(padded[start : start + BLOCK], np.uint8)
        lanes.take_in(block.reshape(1, BLOCK))
        lanes.compress(before)
        before = lanes.state.copy()
    return lanes.digest()
