"""What a cell of a file may hold that no typed value can show, for the rules about such cells.

A test puts every wrong text into a file, checks it, and finds just that rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from yrdx.dataset import Column, Dataset, Kind
from yrdx.example import Examples, as_text
from yrdx.model import Text

_CELLS: dict[str, tuple[Kind, str]] = {
    "value_is_not_a_whole_number": (Kind.INTEGER, "若干"),
    "value_is_not_a_number": (Kind.DECIMAL, "若干"),
    "value_is_not_a_year": (Kind.YEAR, "去年"),
    "value_is_not_a_year_and_month": (Kind.YEAR_MONTH, "秋季"),
    "value_is_not_a_school_year": (Kind.SCHOOL_YEAR, "上学年"),
    "value_is_not_a_date": (Kind.DATE, "2025-02-30"),
    "value_is_not_yes_or_no": (Kind.BOOLEAN, "部分"),
    "cell_holds_an_error": (Kind.TEXT, "#REF!"),
    "nothing_stands_above": (Kind.TEXT, "同上"),
    "day_is_missing": (Kind.DATE, "2025年9月"),
    "date_order_is_ambiguous": (Kind.DATE, "03/04/2025"),
    "month_is_ambiguous": (Kind.YEAR_MONTH, "2021.1"),
    "school_year_is_ambiguous": (Kind.SCHOOL_YEAR, "2024"),
    "year_has_two_digits": (Kind.DATE, "25-03-04"),
    "number_is_approximate": (Kind.INTEGER, "约3000"),
    "text_has_private_characters": (Kind.TEXT, "示例\ue000学院"),
    "name_has_missing_characters": (Kind.TEXT, "示例??学院"),
}
"""Rule → the kind of column that shows it, and the text of a wrong cell."""


def _disagreeing(column: Column) -> str | None:
    if column.codes is None or column.kind is not Kind.CODE or len(column.codes.codes) < 2:
        return None
    first, second = column.codes.codes[:2]
    return f"{first.value} {second.label.zh}"


_FROM_COLUMN: dict[str, Callable[[Column], str | None]] = {"code_and_label_disagree": _disagreeing}

Shown = tuple[str, str, Text, str, str]
"""Dataset, field, title of the field, right cell, wrong cell."""


def cell_example(code: str, places: Iterable[tuple[Dataset, str, Examples]]) -> Shown | None:
    """A right and a wrong cell for a rule about cells, in the first column that fits."""
    if code not in _CELLS and code not in _FROM_COLUMN:
        return None
    for dataset, field, examples in places:
        column = dataset.columns[field]
        wrong = _wrong_cell(code, column)
        right = as_text(examples.good.get(field))
        if wrong and right and not column.sensitivity.is_masked:
            return dataset.name, field, column.title, right, wrong
    return None


def _wrong_cell(code: str, column: Column) -> str | None:
    if code in _FROM_COLUMN:
        return _FROM_COLUMN[code](column)
    kind, text = _CELLS[code]
    return text if column.kind is kind else None
