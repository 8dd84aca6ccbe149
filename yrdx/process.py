"""What a process that checks rows is told once, before polars and numpy are loaded."""

from __future__ import annotations

import atexit
import ctypes
import gc
import os

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""Parameters of the C library's `mallopt`."""

_KEPT = 256 << 20

_ARENAS = max(1, (os.cpu_count() or 1) // 2)
"""Parts of the memory of polars: with one for each thread, a tenth more of it lies idle."""

_OF_POLARS = (
    "_RJEM_MALLOC_CONF",
    f"dirty_decay_ms:1000,muzzy_decay_ms:0,narenas:{_ARENAS}",
)
"""How polars' own allocator is told to hand freed memory back: after one second, and wholly.

Without the second word it only offers the memory to the kernel, and goes on counting as its owner:
a sixth more at the peak. It asks when polars is loaded, never again.
"""


_OF_NUMPY = ("OPENBLAS_NUM_THREADS", "1")
"""Check digits are matrix products that one thread does in a moment; further threads would keep
the other cores busy with waiting for more.
"""


def prepare() -> None:
    """Keep freed memory up to a bound instead of handing it back at once; start no idle thread.

    At its end the process is not searched for garbage, which takes a tenth of a second and finds
    nothing that its end would not free.

    Each batch of rows asks for the same few megabytes again. Handed back, they would be cleared
    by the kernel each time: a fifth of the time of a check. Concerns polars and numpy only where
    they are not loaded yet, and the C library where that is glibc.
    """
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)
    os.environ.setdefault(*_OF_POLARS)
    os.environ.setdefault(*_OF_NUMPY)
    try:
        library = ctypes.CDLL(None)
    except (OSError, TypeError):  # Windows wants a name
        return
    if hasattr(library, "mallopt"):
        library.mallopt(_MMAP_THRESHOLD, _KEPT)
        library.mallopt(_TRIM_THRESHOLD, _KEPT)
        library.mallopt(_ARENA_MAX, 1)
