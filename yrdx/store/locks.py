"""Locks on open files, by which writers in several processes keep apart.

Windows has none of this kind. There, and wherever else they are missing, one process may write to
a directory at a time, with as many threads as it likes; readers never need a lock.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

try:
    import fcntl
except ImportError:
    fcntl = None  # type: ignore[assignment]

ARE_THERE = fcntl is not None
"""Whether processes can see each other's locks."""

_ONE_THREAD = threading.Lock()


@contextmanager
def held(file: IO[bytes]) -> Iterator[None]:
    """Wait until nobody else holds the lock of a file, and hold it until the file is closed."""
    if ARE_THERE:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    else:
        with _ONE_THREAD:
            yield


def mark_as_being_written(file: IO[bytes] | int) -> None:
    """Let other processes see that the writer of a file is alive, until it closes the file."""
    if ARE_THERE:
        fcntl.flock(file, fcntl.LOCK_EX)


def is_left_behind(file: IO[bytes] | int) -> bool:
    """Whether the writer of a file is known to be dead; without locks nobody can know."""
    if not ARE_THERE:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
