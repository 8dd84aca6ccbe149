"""Disclosure control: counts of people are published so that nothing is learnt of a few of them.

`tables` says what is counted and counts it, `deciding` which counts may be told, given all that was
told before, and `ledger` makes rows of both. What solves (SciPy) is imported by `deciding` alone.
"""

from yrdx.disclosure.history import State, Step
from yrdx.disclosure.tables import ALL, NONE, Axis, CountTable, Design, count

__all__ = ["ALL", "NONE", "Axis", "CountTable", "Design", "State", "Step", "count"]
