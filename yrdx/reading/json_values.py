"""JSON as rows of text: numbers as they are spelled, records wherever they are wrapped."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from yrdx.dataset import BETWEEN_CODES


class RepeatedKey(ValueError):
    """An object names one key twice, so that one of its values would be lost."""


@dataclass(frozen=True, slots=True)
class Records:
    """An array of objects or of arrays, and where in the document it stands."""

    place: str
    items: Sequence[Any]


def parse(text: str) -> Any:
    """A JSON value whose numbers are the text that stands in the file.

    Raises:
        RepeatedKey: an object names one key twice.
        json.JSONDecodeError: the text is not JSON.
        RecursionError: it is nested too deeply to be a table.
    """
    return json.loads(
        text, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_object
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise RepeatedKey(repeated)
    return found


def find_records(value: Any, place: str = "$") -> Iterator[Records]:
    """All arrays of a document that may be tables; what stands inside records is not searched."""
    if isinstance(value, list):
        items = [item for item in value if item is not None]
        if items and (
            all(isinstance(item, dict) for item in items)
            or all(isinstance(item, list) for item in items)
        ):
            yield Records(place, value)
        return
    if isinstance(value, dict):
        inside = [
            found for key, item in value.items() for found in find_records(item, f"{place}.{key}")
        ]
        if inside:
            yield from inside
        elif place == "$" and not any(isinstance(item, dict | list) for item in value.values()):
            yield Records(place, [value])


def flat(item: Any) -> dict[str, str | None]:
    """One record as texts by key; an object inside it is spread, its keys joined by `/`."""
    if item is None:
        return {}
    if isinstance(item, list):
        return {str(position): _text(value) for position, value in enumerate(item)}
    found: dict[str, str | None] = {}
    for key, value in item.items():
        if isinstance(value, dict):
            found |= {f"{key}/{inner}": text for inner, text in flat(value).items()}
        else:
            found[key] = _text(value)
    return found


def _text(value: Any) -> str | None:
    match value:
        case None | "":
            return None
        case bool():
            return "1" if value else "0"
        case str():
            return value
        case list() if not any(isinstance(item, dict | list) for item in value):
            return BETWEEN_CODES.join(text for item in value if (text := _text(item))) or None
        case _:
            return json.dumps(value, ensure_ascii=False)


def keys_of(records: Iterable[dict[str, str | None]]) -> tuple[str, ...]:
    """All keys of records, in the order in which they first appear."""
    keys: dict[str, None] = {}
    for record in records:
        if len(record) != len(keys) or not record.keys() <= keys.keys():
            keys.update(dict.fromkeys(record))
    return tuple(keys)
