"""Sealing keys: made here, read from a file, named by a fingerprint, never shown."""

from __future__ import annotations

import base64
import binascii
import os
import re
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path

from yrdx.errors import ConfigurationError
from yrdx.sealing.algorithms import hmac_sm3

SHORTEST = 32
"""Octets that a key must have at least."""

_FEWEST_DIFFERENT = 16
"""A key of fewer different octets was typed, not drawn by lot."""

_NAMED_FOR_YEAR = re.compile(r"(?:^|[^0-9])((?:19|20)[0-9]{2})(?:[^0-9]|$)")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2})+")


@dataclass(frozen=True, slots=True)
class Key:
    """A key of one year. `id` tells keys apart without telling anything about them."""

    secret: bytes = field(repr=False)
    year: int
    id: str


def read_key(path: Path, *, year: int | None) -> Key:
    """The key in a file of hexadecimal or base64 text; its year as stated or as the file's name."""
    try:
        text = "".join(path.read_text(encoding="ascii").split())
    except UnicodeDecodeError as error:
        raise _malformed(path) from error
    except OSError as error:
        raise ConfigurationError(
            f"密钥文件“{path}”不能读取 the key file cannot be read: {error.strerror}; "
            f"向本省数据交换负责人索取，或用 --new-key 生成 ask for it, or make one by --new-key"
        ) from error
    secret = _decode(text, path)
    return Key(secret, _year_of(path, year), key_id(secret))


def new_key(path: Path) -> Key:
    """Draw a key by lot into a new file that nobody but its owner may read."""
    secret = secrets.token_bytes(SHORTEST)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise ConfigurationError(
            f"“{path}”已存在，不会覆盖密钥 exists, and a key is never overwritten; "
            "name another file"
        ) from error
    except OSError as error:
        raise ConfigurationError(f"不能写入“{path}” cannot be written: {error.strerror}") from error
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secret.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return Key(secret, _year_in(path) or 0, key_id(secret))


def key_id(secret: bytes) -> str:
    """A fingerprint: the first eight octets of the HMAC-SM3 of a constant under the key."""
    return hmac_sm3(secret, b"yrdx sealing key")[:8].hex()


def is_open_to_others(path: Path) -> bool:
    """Whether others than the owner may read a key file, as far as the system tells."""
    return os.name == "posix" and bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))


def _decode(text: str, path: Path) -> bytes:
    try:
        secret = (
            bytes.fromhex(text) if _HEX.fullmatch(text) else base64.b64decode(text, validate=True)
        )
    except (ValueError, binascii.Error) as error:
        raise _malformed(path) from error
    if len(secret) < SHORTEST or len(set(secret)) < _FEWEST_DIFFERENT:
        raise _malformed(path)
    return secret


def _malformed(path: Path) -> ConfigurationError:
    """The same words for all that may be wrong with a key: details would tell of the key."""
    return ConfigurationError(
        f"“{path}”不是密钥文件：应为至少 {SHORTEST} 个随机字节的十六进制或 Base64 文本 "
        f"is no key file: it takes at least {SHORTEST} random octets in hexadecimal or base64; "
        f"make one by yrdx seal --new-key FILE"
    )


def _year_in(path: Path) -> int | None:
    found = _NAMED_FOR_YEAR.search(path.stem)
    return int(found.group(1)) if found else None


def _year_of(path: Path, stated: int | None) -> int:
    named = _year_in(path)
    if stated is not None and named is not None and stated != named:
        raise ConfigurationError(
            f"--year {stated} 与密钥文件“{path.name}”的年度不一致 is not the year in the name of "
            f"the key file; keys change yearly: take the file person-{stated}.key"
        )
    year = stated if stated is not None else named
    if year is None:
        raise ConfigurationError(
            f"看不出密钥“{path.name}”属于哪一年 the name does not tell the key's year: "
            f"add --year, or name the file person-2025.key"
        )
    return year
