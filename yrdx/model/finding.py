"""What is wrong with a delivery, what was repaired, and the few causes of many findings."""

from __future__ import annotations

from enum import StrEnum

from yrdx.model.words import Frozen, Severity, Text


class Finding(Frozen):
    """The data is wrong: one rule broken at one place.

    `row` is the Excel row or the physical line of a text file, counted from 1; None when the
    finding is about the file or a column. `value` is the original text, masked if personal.
    """

    rule: str
    severity: Severity
    message: Text
    remedy: Text
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    header: str | None = None
    cell: str | None = None
    key: str | None = None
    value: str | None = None
    candidate: str | None = None


class Fault(Frozen):
    """We are wrong: a rule or stage that broke; it forces a retry, never a verdict."""

    stage: str
    exception: str
    message: str
    trace_id: str


class Note(Frozen):
    """One normalisation, counted: `cells` cells of `column` were repaired by `rule`."""

    column: str | None
    rule: str
    cells: int
    text: Text


class ControlTotal(Frozen):
    """A band or total row kept out of the data and compared with the rows it declares.

    `declared` and `counted` map a column (or `rows`) to the figure; None where not comparable.
    """

    label: str
    sheet: str | None
    row: int
    declared: dict[str, float]
    counted: dict[str, float]

    @property
    def agrees(self) -> bool:
        """Whether every declared figure equals what the rows give."""
        return all(self.counted.get(name) == figure for name, figure in self.declared.items())


class FindingCount(Frozen):
    """How often one rule was broken in one column, with its texts."""

    rule: str
    severity: Severity
    column: str | None
    title: Text | None
    message: Text
    remedy: Text
    source: str
    count: int


class Follower(Frozen):
    """What a rule found wrong only because a value that it reads is told wrong already.

    Such findings are not told one by one: `count` cells of `column` break `rule`, and in each of
    their rows `follows` was found on `follows_column`.
    """

    rule: str
    column: str | None
    follows: str
    follows_column: str | None
    count: int


class Pattern(StrEnum):
    """What findings of one cause have in common."""

    WHOLE_FILE = "whole file"
    SHIFTED_COLUMNS = "shifted columns"
    WHOLE_COLUMN = "whole column"
    SAME_VALUE = "same value"
    SAME_UNIT = "same unit"
    BLOCK_OF_ROWS = "block of rows"
    SAME_SHAPE = "same shape"
    SCATTERED = "scattered"


class Example(Frozen):
    """One place at which a cause shows; the value is masked if personal."""

    sheet: str | None = None
    row: int | None = None
    cell: str | None = None
    header: str | None = None
    key: str | None = None
    value: str | None = None


class Cause(Frozen):
    """Findings that one mistake explains, and what to do about all of them at once.

    The causes of a report share out all its findings: each finding belongs to one cause, and
    `share` is this one's part of them. `followers` counts what was found only because of it.
    """

    pattern: Pattern
    severity: Severity
    title: Text
    remedy: Text
    rules: tuple[str, ...]
    columns: tuple[str, ...]
    count: int
    share: float
    followers: int = 0
    first_row: int | None = None
    last_row: int | None = None
    examples: tuple[Example, ...] = ()
