"""Other counts that everything published would fit as well: what proves that nothing is told.

A witness is a whole table of whole counts, each at least one, that has every published count and
every sum as they are published. Who knows all that is published cannot tell it from the truth. A
count that is one thing in one witness and ten more in another is not told within ten.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize, sparse

from yrdx.disclosure.system import Counts, Flags, System

Costs = np.ndarray[tuple[int], np.dtype[np.float64]]
Unknowns = np.ndarray[tuple[int], np.dtype[np.intp]]

_NODES = 200
"""Branches that a search for whole numbers may take; a limit in seconds would not be the same
on every machine."""

FREE = 1e-6
"""What it costs to move a count that is hidden anyway: next to nothing, so that little is moved."""

_REWARD = 1e3
"""What it is worth to move a count by one that must be moved; to hide a count costs at most 1."""


@dataclass(frozen=True)
class Task:
    """What may move, at which `cost`, and what should.

    `wanted` is by how much: upwards where positive, downwards where negative.
    """

    system: System
    movable: Flags
    cost: Costs
    wanted: Counts


def is_witness(system: System, difference: Counts, *, published: Flags) -> bool:
    """Whether the truth plus this difference fits all that is published, in whole numbers."""
    return bool(
        not difference[published].any()
        and (system.count + difference >= 1).all()
        and not (system.relations @ difference).any()
    )


def find(task: Task) -> Counts | None:
    """The difference of a witness that has as much as it can of what is wanted, hiding little.

    None when no whole numbers were found.
    """
    columns = np.flatnonzero(task.movable)
    problem = _Problem.of(task, columns)
    found = problem.solve()
    if found is None:
        return None
    if _is_whole(found):
        return _spread(task, columns, np.rint(found).astype(np.int64))
    hidden_anyway = task.cost[columns] <= FREE
    worth = hidden_anyway | (np.abs(found) > 1e-9) | (task.wanted[columns] != 0)
    fewer = columns[worth]
    whole = _Problem.of(task, fewer).solve(whole=True)
    return None if whole is None else _spread(task, fewer, np.rint(whole).astype(np.int64))


def _is_whole(values: Costs) -> bool:
    return bool((np.abs(values - np.rint(values)) < 1e-6).all())


def _spread(task: Task, columns: Unknowns, values: Counts) -> Counts:
    difference = np.zeros(len(task.movable), dtype=np.int64)
    difference[columns] = values
    return difference


@dataclass(frozen=True)
class _Problem:
    """min cost of all that moves minus the reward for what should: up, down >= 0, one a column."""

    relations: sparse.csr_matrix
    room: Counts
    cost: Costs
    wanted: Counts

    @classmethod
    def of(cls, task: Task, columns: Unknowns) -> _Problem:
        relations = task.system.relations[:, columns]
        touched = np.flatnonzero(np.diff(relations.indptr))
        return cls(
            relations[touched],
            task.system.count[columns] - 1,
            task.cost[columns],
            task.wanted[columns],
        )

    def solve(self, *, whole: bool = False) -> Costs | None:
        """How far each column moves."""
        size, targets = len(self.room), np.flatnonzero(self.wanted)
        sign = np.sign(self.wanted[targets]).astype(float)
        pick = sparse.csr_matrix(
            (sign, (np.arange(len(targets)), targets)), shape=(len(targets), size)
        )
        reached = -sparse.identity(len(targets), format="csr")
        rows = self.relations.shape[0]
        empty = sparse.csr_matrix((rows, len(targets)))
        matrix = sparse.vstack(
            [
                sparse.hstack([self.relations, -self.relations, empty]),
                sparse.hstack([pick, -pick, reached]),
            ]
        ).tocsc()
        low = np.zeros(rows + len(targets))
        high = np.concatenate([np.zeros(rows), np.full(len(targets), np.inf)])
        limits = np.concatenate(
            [np.full(size, np.inf), self.room, np.abs(self.wanted[targets])]
        ).astype(float)
        result = optimize.milp(
            np.concatenate([self.cost, self.cost, np.full(len(targets), -_REWARD)]),
            constraints=optimize.LinearConstraint(matrix, low, high),
            bounds=optimize.Bounds(np.zeros(len(limits)), limits),
            integrality=np.ones(len(limits)) if whole else np.zeros(len(limits)),
            options={"node_limit": _NODES},
        )
        if result.x is None:
            return None
        return np.asarray(result.x[:size] - result.x[size : 2 * size])
