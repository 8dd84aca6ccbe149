"""The Yangtze River Delta vocational-education data exchange; start with docs/architecture.md.

`yrdx.open("student_scale@1.*")` reads what is published: docs/recipes/.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from yrdx.reader import Snapshot
    from yrdx.reader import open_snapshot as open  # noqa: A004 - as gzip.open is, behind its name

__all__ = ["Snapshot", "__version__", "open"]

_NAMES = {"open": "open_snapshot", "Snapshot": "Snapshot"}


def __getattr__(name: str) -> Any:
    """What readers use, imported when it is first asked for."""
    if name not in _NAMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from yrdx import reader  # noqa: PLC0415 - importing yrdx costs nothing

    return getattr(reader, _NAMES[name])


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
