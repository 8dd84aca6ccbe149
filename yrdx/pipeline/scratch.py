"""Scratch folders: gone when the work is done, and with the next work where it was killed.

They hold copies of what partners delivered. Whoever works in one holds its lock, so that another
process can tell those of the dead from those of the living.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from yrdx.store import locks

_PREFIX = "yrdx-scratch-"


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """A new folder in `folder`; those that killed processes left there are removed first.

    Where there are no locks (Windows), what a killed process left has to be removed by hand.
    """
    if not locks.ARE_THERE:
        with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=folder) as name:
            yield Path(name)
        return
    _remove_left_behind(folder)
    # Under a name that nobody looks for until its lock is held.
    new = Path(tempfile.mkdtemp(prefix=".yrdx-", dir=folder))
    descriptor = os.open(new, os.O_RDONLY)
    path = new.with_name(f"{_PREFIX}{new.name.removeprefix('.yrdx-')}")
    try:
        with suppress(OSError):  # some network file systems lock no folders; then nobody removes it
            locks.mark_as_being_written(descriptor)
            new = new.rename(path)
        yield new
    finally:
        shutil.rmtree(new)
        os.close(descriptor)


def _remove_left_behind(folder: Path) -> None:
    for path in folder.glob(f"{_PREFIX}*"):
        with suppress(OSError):  # another user's, or gone since we listed
            descriptor = os.open(path, os.O_RDONLY)
            try:
                if locks.is_left_behind(descriptor):
                    shutil.rmtree(path)
            finally:
                os.close(descriptor)
