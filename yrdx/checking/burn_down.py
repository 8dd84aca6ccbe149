"""How the findings burned down over all attempts: the figures of a small drawing, and by rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from yrdx.checking.receipt_values import Receipt
from yrdx.model import Attempt, Text, Verdict

SHOWN = 12
"""Attempts that are drawn; of more, the last ones."""

HEIGHT = 120
"""Height of the tallest bar, in the units of the drawing."""

_STEP, _WIDTH = 84, 44

VERDICT_WORDS = {
    Verdict.ADMITTED: Text(zh="已入库", en="admitted"),
    Verdict.ADMITTED_IN_PART: Text(zh="部分入库", en="in part"),
    Verdict.REJECTED: Text(zh="退回", en="rejected"),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One attempt as drawn: errors stand at the bottom, warnings on them."""

    attempt: Attempt
    left: int
    width: int
    errors: float
    warnings: float
    verdict: Text

    @property
    def middle(self) -> float:
        """Where the texts of the bar stand."""
        return self.left + self.width / 2


@dataclass(frozen=True, slots=True)
class ChangedRule:
    """What became of the findings of one rule, over all its columns."""

    rule: str
    message: Text | None
    new: int
    still: int
    back: int
    fixed: int


def draw_burn_down(attempts: Sequence[Attempt]) -> tuple[Bar, ...]:
    """The bars of the attempts; none where there is only one, which has burned nothing down."""
    if len(attempts) < 2:
        return ()
    shown = attempts[-SHOWN:]
    most = max(item.errors + item.warnings for item in shown) or 1
    return tuple(
        Bar(
            attempt=item,
            left=16 + place * _STEP,
            width=_WIDTH,
            errors=_height(item.errors, most),
            warnings=_height(item.warnings, most),
            verdict=VERDICT_WORDS[item.verdict],
        )
        for place, item in enumerate(shown)
    )


def _height(count: int, most: int) -> float:
    """As tall as its share, and never so small that something looks like nothing."""
    return 0.0 if count == 0 else max(2.0, round(HEIGHT * count / most, 1))


def changes_by_rule(receipt: Receipt) -> tuple[ChangedRule, ...]:
    """Rules with what came back or is new first; a rule that is wholly put right has no message."""
    return tuple(sorted(_changes(receipt), key=lambda item: (-item.back, -item.new, -item.still)))


def _changes(receipt: Receipt) -> Iterator[ChangedRule]:
    if receipt.since_last is None:
        return
    messages = {group.rule: group.message for group in receipt.groups}
    for rule in dict.fromkeys(change.rule for change in receipt.since_last.changes):
        of_rule = [item for item in receipt.since_last.changes if item.rule == rule]
        yield ChangedRule(
            rule=rule,
            message=messages.get(rule),
            new=sum(item.new for item in of_rule),
            still=sum(item.still for item in of_rule),
            back=sum(item.back for item in of_rule),
            fixed=sum(item.fixed for item in of_rule),
        )
