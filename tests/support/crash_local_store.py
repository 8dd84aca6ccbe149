"""Run a write to a local store and die at its n-th line: one process a line, by fork.

Usage: crash_local_store.py STORE_FOLDER STEP OUTCOMES_FILE

Writes one line an attempt: where the writer died, or `done`. Every attempt works on a copy of
STORE_FOLDER at STORE_FOLDER-<n>, so that the test can look at what each one left behind.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import yrdx.store.local
from yrdx.store.local import open_local

NEW, OLD, KEY = b"new " * 500, b"old " * 100, "published/d/latest.json"


def write(root: Path, step: str) -> None:
    import hashlib

    store = open_local(root)
    if step == "put":
        store.put_if_absent(KEY, NEW)
    elif step == "replace":
        store.replace_if_match(KEY, NEW, expected=hashlib.sha256(OLD).hexdigest())
    elif step == "copy":
        store.copy("source.bin", KEY)
    else:
        store.delete(KEY)


def die_at(line: int) -> None:
    """Kill this process, as a power cut would, before the `line`-th line of the store runs."""
    count = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        if frame.f_code.co_filename != yrdx.store.local.__file__:
            return None
        if event == "line":
            count += 1
            if count == line:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)


def main(root: Path, step: str, outcomes: Path) -> None:
    with outcomes.open("w") as file:
        for line in range(1, 2000):
            attempt = root.with_name(f"{root.name}-{line}")
            shutil.copytree(root, attempt)
            child = os.fork()
            if child == 0:
                die_at(line)
                write(attempt, step)
                os._exit(0)
            status = os.waitpid(child, 0)[1]
            died = os.WIFSIGNALED(status)
            file.write(f"{attempt} {'died' if died else 'done'} {status}\n")
            if not died:
                return


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
