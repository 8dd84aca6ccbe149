"""The rule runner: the one place where any exception of a rule becomes a fault."""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Callable
from typing import TypeVar

from yrdx.errors import YrdxError
from yrdx.model import Fault

Answer = TypeVar("Answer")


def run(
    stage: str, action: Callable[[], Answer], *, is_ours: Callable[[Exception], bool]
) -> Answer | Fault:
    """What `action` gives, or the fault that it turned out to be.

    A failure that is not ours (the file broke while it was read) and the errors that yrdx raises
    on purpose pass through: whoever called the check knows what to do with them.
    """
    try:
        return action()
    except YrdxError:
        raise
    except Exception as broken:
        if not is_ours(broken):
            raise
        return fault_of(stage, broken)


def fault_of(stage: str, broken: Exception) -> Fault:
    """The fault for an exception; the same failure has the same trace id wherever it happens."""
    trace = "".join(traceback.format_exception(broken))
    return Fault(
        stage=stage,
        exception=type(broken).__name__,
        message=str(broken).strip().split("\n", 1)[0][:500],
        trace_id=hashlib.sha256(trace.encode()).hexdigest()[:16],
    )
