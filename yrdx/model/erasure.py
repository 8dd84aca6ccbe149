"""What was erased by law: who asked, why, when, and what has taken the place of what.

None of it tells who was erased. A person's key, or any hash of it, would be a link to the person
for whoever can make the same hash; a request is named by the number of its file in the office.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from yrdx.model.words import Frozen, Sha256, Slug

Said = Annotated[str, Field(min_length=1)]


class Scope(StrEnum):
    """What was asked to be erased."""

    PERSON = "person"
    DELIVERY = "delivery"


class Request(Frozen):
    """An order to erase; `request` is the number of its file, `by` the office that answers for it.

    Neither `by` nor `reason` may name the person: both are kept and published for good.
    """

    form: Literal["yrdx erasure 1"] = "yrdx erasure 1"
    request: Slug
    scope: Scope
    by: Said
    reason: Said
    at: datetime


class Erased(Frozen):
    """An object that held what was erased, and what has taken its place.

    `new_key` is None where nothing has. Where both keys are the same, a document was written anew
    in its place. `rows` counts the rows that went, None where rows are not what it consists of.
    `written_at` is when the object was written, by the clock of the store: a document that is
    written anew loses that time there.
    """

    key: str
    sha256: Sha256 | None
    bytes: int
    new_key: str | None = None
    new_sha256: Sha256 | None = None
    rows: int | None = None
    written_at: datetime | None = None


class Tombstone(Frozen):
    """Lies in each folder that something was erased from, for each request one."""

    form: Literal["yrdx tombstone 1"] = "yrdx tombstone 1"
    request: Request
    folder: str
    erased: tuple[Erased, ...]


class Outcome(StrEnum):
    """What became of an object that was looked at."""

    UNTOUCHED = "untouched"
    REPLACED = "replaced"  # by another object, without the rows
    REWRITTEN = "rewritten"  # a document, in its place
    REMOVED = "removed"


class Looked(Frozen):
    """An object that was looked at, and what became of it."""

    key: str
    bytes: int
    outcome: Outcome
    sha256: Sha256 | None = None
    new_key: str | None = None
    new_sha256: Sha256 | None = None
    rows: int | None = None


class ErasureProof(Frozen):
    """Every object that was looked at; `verified_at` is when all of them were read again.

    By then none of them held what was to be erased.
    """

    form: Literal["yrdx proof of erasure 1"] = "yrdx proof of erasure 1"
    request: Request
    verified_at: datetime
    rows: int
    looked: tuple[Looked, ...]

    def count(self, outcome: Outcome) -> int:
        """How many objects this became of."""
        return sum(item.outcome is outcome for item in self.looked)
