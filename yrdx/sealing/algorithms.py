"""The keyed hashes that personal numbers may be sealed with, each on a whole column at once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np
import polars as pl

from yrdx.agreements import Sealing
from yrdx.errors import ConfigurationError
from yrdx.sealing.aes_cmac import aes_cmac
from yrdx.sealing.sm3 import BLOCK, DIGEST, LANES, Lanes, Octets, Words, chained, sm3, state_after
from yrdx.sealing.texts import Messages, by_blocks, hexadecimal, messages_of, padded

Keyed = Callable[[pl.Series], pl.Series]
"""From a column of text without nulls to as many sealed values of 64 characters."""

_INNER, _OUTER = 0x36, 0x5C
_LENGTH = 8
"""Octets at the end of the last block that state the length of the message."""


def keyed(algorithm: Sealing, key: bytes) -> Keyed:
    """What seals a column under this key; safe to call from several threads at once."""
    match algorithm:
        case "hmac-sm3":
            digest = _hmac_sm3(key)
        case "hmac-sha256":
            digest = _hmac_sha256(key)
        case "aes-cmac":
            digest = _two_cmacs(key)
    return lambda texts: hexadecimal(digest(messages_of(texts))).alias(texts.name)


def hmac_sm3(key: bytes, message: bytes) -> bytes:
    """HMAC-SM3 of one message."""
    inner, outer = _keyed_states(key)
    first = chained(message, before=inner, length=BLOCK + len(message)).tobytes()
    return chained(first, before=outer, length=BLOCK + DIGEST).tobytes()


def _keyed_states(key: bytes) -> tuple[Words, Words]:
    """The chaining values after the two blocks that hold nothing but the key."""
    whole = (sm3(key) if len(key) > BLOCK else key).ljust(BLOCK, b"\0")
    inner, outer = (state_after(bytes(octet ^ pad for octet in whole)) for pad in (_INNER, _OUTER))
    return inner, outer


def _hmac_sm3(key: bytes) -> Callable[[Messages], Octets]:
    """HMAC (RFC 2104) over SM3, in batches that stay in the processor's cache."""
    inner, outer = _keyed_states(key)

    def digest(messages: Messages) -> Octets:
        digests = np.empty((len(messages.lengths), DIGEST), np.uint8)
        batches = by_blocks(messages, block=BLOCK, tail=1 + _LENGTH, lanes=LANES)
        for blocks, places in batches:
            lanes = Lanes(len(places))
            rows = padded(messages, places, width=blocks * BLOCK)
            bits = (BLOCK + messages.lengths[places]) * 8
            rows[:, -_LENGTH:] = bits.astype(">u8").reshape(-1, 1).view(np.uint8)
            before = inner
            for start in range(0, blocks * BLOCK, BLOCK):
                lanes.take_in(np.ascontiguousarray(rows[:, start : start + BLOCK]))
                lanes.compress(before)
                before = lanes.state.copy() if blocks > 1 else inner
            lanes.words[:8] = lanes.state
            lanes.words[8] = 1 << 31
            lanes.words[9:15] = 0
            lanes.words[15] = (BLOCK + DIGEST) * 8
            lanes.compress(outer)
            digests[places] = lanes.digest()
        return digests

    return digest


def _hmac_sha256(key: bytes) -> Callable[[Messages], Octets]:
    """HMAC over SHA-256, message by message: copying a keyed state is what costs least."""
    whole = (hashlib.sha256(key).digest() if len(key) > BLOCK else key).ljust(BLOCK, b"\0")
    inner, outer = (
        hashlib.sha256(bytes(octet ^ pad for octet in whole)) for pad in (_INNER, _OUTER)
    )

    def digest(messages: Messages) -> Octets:
        found = bytearray()
        rows = messages.octets
        for place, length in enumerate(messages.lengths.tolist()):
            first, second = inner.copy(), outer.copy()
            first.update(rows[place, :length].tobytes())
            second.update(first.digest())
            found += second.digest()
        return np.frombuffer(found, np.uint8).reshape(-1, DIGEST)

    return digest


def _two_cmacs(key: bytes) -> Callable[[Messages], Octets]:
    """CMAC(K, 01 ‖ m) ‖ CMAC(K, 02 ‖ m): a tag has 16 octets, a sealed value 32."""
    if len(key) != 32:
        raise ConfigurationError(
            f"aes-cmac 的密钥应为 32 字节，现为 {len(key)} 字节 takes a key of 32 octets, this one "
            f"has {len(key)}; make one by yrdx seal --new-key FILE"
        )
    cmac = aes_cmac(key)

    def digest(messages: Messages) -> Octets:
        count = len(messages.lengths)
        tags = []
        for number in (1, 2):
            first = np.full((count, 1), number, np.uint8)
            numbered = np.concatenate([first, messages.octets], axis=1)
            tags.append(cmac(Messages(numbered, messages.lengths + 1)))
        return np.concatenate(tags, axis=1)

    return digest
