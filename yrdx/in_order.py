"""Work on the items of a stream a few at a time, and hand the answers out in the stream's order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def in_order(
    work: Callable[[Item], Answer], items: Iterable[Item], *, at_once: int, beyond: int = 1
) -> Iterator[Answer]:
    """The answer of `work` for each item, while `at_once` threads work on those that follow.

    So many items `beyond` those are taken, for no thread to wait; each costs the memory it takes.
    """
    waiting: deque[Future[Answer]] = deque()
    with ThreadPoolExecutor(at_once, thread_name_prefix="judge") as workers:
        for item in items:
            waiting.append(workers.submit(work, item))
            if len(waiting) >= at_once + beyond:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
