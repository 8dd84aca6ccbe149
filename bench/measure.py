"""Runs a job in a process of its own, and watches time, processor and memory of its whole tree."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from bench.environment import base

_BLOCK = 1 << 24
_EVERY = 0.03
"""Seconds between two looks at the memory."""
_CHILDREN_EVERY = 10
"""Looks between two searches for new children: a search takes from a core what ours would use."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: wall and processor seconds, peak resident MiB of the process tree, what it said."""

    wall: float
    cpu: float
    peak: float
    output: str = ""


def measure(
    job: str,
    source: Path,
    *,
    scratch: Path,
    python: str | None = None,
    module: str = "bench.jobs",
) -> Measured:
    """Run one job on one file; its output goes into a new folder that is removed.

    It runs in the base install, unless another `python` is named.

    The file is read once before: whoever happens to come first must not pay for the disk.
    """
    python = python or base(scratch)
    with source.open("rb", buffering=0) as file:
        while file.read(_BLOCK):
            pass
    into = Path(tempfile.mkdtemp(dir=scratch))
    try:
        return _watch([python, "-m", module, job, str(source), str(into)])
    finally:
        shutil.rmtree(into)


def _watch(command: Sequence[str]) -> Measured:
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    peak = _Peak(process.pid)
    watcher = threading.Thread(target=peak.watch)
    watcher.start()
    output, _ = process.communicate()
    wall = time.perf_counter() - begun
    peak.ended.set()
    watcher.join()
    said = output.decode(errors="replace")
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{said}")
    return Measured(wall, peak.cpu, peak.bytes / 2**20, said)


class _Peak:
    """The highest sum of resident memory of a process and its children, and their time."""

    def __init__(self, pid: int) -> None:
        # Only who measures needs it: the base install, in which the measured jobs run, has none.
        import psutil

        self.ended = threading.Event()
        self.bytes = 0
        self.cpu = 0.0
        self._process = psutil.Process(pid)
        self._gone = psutil.Error

    def watch(self) -> None:
        """Look until the process ends."""
        children = []
        for look in count():
            if self.ended.wait(_EVERY):
                return
            try:
                if look % _CHILDREN_EVERY == 0:
                    children = self._process.children(recursive=True)
                tree = [self._process, *(child for child in children if child.is_running())]
                resident = sum(item.memory_info().rss for item in tree)
                times = [item.cpu_times() for item in tree]
            except self._gone:
                continue
            self.bytes = max(self.bytes, resident)
            self.cpu = max(self.cpu, sum(item.user + item.system for item in times))
