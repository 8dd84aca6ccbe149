"""Which keys a store takes, so that the same key works on every server and file system."""

from __future__ import annotations

import re

OWN = ".yrdx/"
"""Where a store keeps its own notes; no key of the exchange can begin with a dot."""

_SEGMENT = re.compile(r"[A-Za-z0-9_=-][A-Za-z0-9._=-]*")
_PREFIX = re.compile(r"([A-Za-z0-9_=-][A-Za-z0-9._=-]*/)*([A-Za-z0-9_=-][A-Za-z0-9._=-]*)?")
_LONGEST_KEY, _LONGEST_SEGMENT = 900, 240


def is_key(key: str) -> bool:
    """Whether every server and file system could hold `key`."""
    segments = key.split("/")
    good = all(_SEGMENT.fullmatch(one) and len(one) <= _LONGEST_SEGMENT for one in segments)
    return good and len(key) <= _LONGEST_KEY


def checked_key(key: str) -> str:
    """The key itself; raises `ValueError` when some server or file system could not hold it.

    Servers differ on `//`, on a leading `/`, on `..` and on characters that URLs escape; file
    systems on the length of a name. What all of them hold is what `layout.py` builds.
    """
    if not is_key(key):
        raise ValueError(
            f"{key!r} is no object key. Expected segments of letters, digits and ._=- that begin "
            f"with no dot, joined by single slashes, at most {_LONGEST_KEY} characters; build "
            f"keys with yrdx.store.layout."
        )
    return key


def checked_prefix(prefix: str) -> str:
    """The prefix itself; raises `ValueError` when no key could begin with it."""
    if not _PREFIX.fullmatch(prefix):
        raise ValueError(
            f"{prefix!r} begins no object key. Expected '' or the beginning of a key; build "
            f"prefixes with yrdx.store.layout."
        )
    return prefix
