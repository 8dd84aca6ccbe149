"""Disclosure control: counts of people are published so that nothing is learnt of a few of them.

`count` makes the cells, `decide` says which of them may be told, given all that was told before.
"""

from yrdx.disclosure.deciding import Decided, decide
from yrdx.disclosure.history import State, Step
from yrdx.disclosure.tables import ALL, NONE, Axis, CountTable, Design, count

__all__ = [
    "ALL",
    "NONE",
    "Axis",
    "CountTable",
    "Decided",
    "Design",
    "State",
    "Step",
    "count",
    "decide",
]
