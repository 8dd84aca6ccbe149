"""AES-CMAC (NIST SP 800-38B, RFC 4493) on many messages at once: one cipher call a block."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

from yrdx.sealing.sm3 import Octets
from yrdx.sealing.texts import Messages, by_blocks, padded

_BLOCK = 16
_LANES = 65_536
_MASK = (1 << 128) - 1


def aes_cmac(key: bytes) -> Callable[[Messages], Octets]:
    """What makes the 16-octet tags of messages under an AES key."""
    encrypt = _cipher(key)
    zero = encrypt(np.zeros((1, _BLOCK), np.uint8)).tobytes()
    whole, cut = _doubled(zero), _doubled(_doubled(zero))
    keys = [np.frombuffer(item, np.uint8) for item in (whole, cut)]

    def tags(messages: Messages) -> Octets:
        found = np.empty((len(messages.lengths), _BLOCK), np.uint8)
        for blocks, places in by_blocks(messages, block=_BLOCK, tail=0, lanes=_LANES):
            width = blocks * _BLOCK
            rows = padded(messages, places, width=width)
            fills_it = (messages.lengths[places] == width)[:, None]
            rows[:, -_BLOCK:] ^= np.where(fills_it, keys[0], keys[1])
            state = np.zeros((len(places), _BLOCK), np.uint8)
            for start in range(0, width, _BLOCK):
                state = encrypt(state ^ rows[:, start : start + _BLOCK])
            found[places] = state
        return found

    return tags


def _doubled(subkey: bytes) -> bytes:
    """Twice the value in the field of 2^128 elements."""
    value = int.from_bytes(subkey, "big")
    twice = ((value << 1) & _MASK) ^ (0x87 if value >> 127 else 0)
    return twice.to_bytes(_BLOCK, "big")


def _cipher(key: bytes) -> Callable[[Octets], Octets]:
    """AES of single blocks, as many as there are in one call."""
    # Each block is chained by hand: as part of CMAC the single-block mode is what is meant.
    cipher = Cipher(AES(key), ECB())  # noqa: S305

    def encrypt(blocks: Octets) -> Octets:
        data = np.ascontiguousarray(blocks).tobytes()
        return np.frombuffer(cipher.encryptor().update(data), np.uint8).reshape(-1, _BLOCK)

    return encrypt
