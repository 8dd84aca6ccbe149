"""Code lists with their validity dates, read from the files beside this module when asked for.

Each CSV states its title, source and version in lines that begin with `#`; then come the columns
`code,zh,en,aliases,valid_from,valid_to`. Aliases are separated by `|`; an alias that two codes
share means neither of them. A code is valid from `valid_from` until the day before `valid_to`;
an empty date leaves that side open.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from functools import cache
from importlib.resources import files

from yrdx.dataset import Code, CodeList
from yrdx.errors import ConfigurationError
from yrdx.model import Text

_FACTS = ("title_zh", "title_en", "source", "version")


def _read(name: str) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Facts and rows of one file; raises `ConfigurationError` when one is missing."""
    file = files(__name__) / f"{name}.csv"
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError as error:
        raise ConfigurationError(
            f"there is no code list {name!r}; add schemas/reference/{name}.csv"
        ) from error
    head = [line[1:].partition(":") for line in lines if line.startswith("#")]
    facts = {key.strip(): value.strip() for key, _, value in head}
    absent = [key for key in _FACTS if not facts.get(key)]
    if absent:
        raise ConfigurationError(
            f"schemas/reference/{name}.csv does not state {', '.join(absent)}; "
            f"add a line such as '# {absent[0]}: …' at its top"
        )
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return facts, list(rows)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _code(row: dict[str, str]) -> Code:
    return Code(
        value=row["code"],
        label=Text(zh=row["zh"], en=row["en"]),
        aliases=tuple(filter(None, (row.get("aliases") or "").split("|"))),
        valid_from=_day(row.get("valid_from")),
        valid_to=_day(row.get("valid_to")),
    )


@cache
def code_list(name: str) -> CodeList:
    """The code list in `<name>.csv`; its order is the file's."""
    facts, rows = _read(name)
    return CodeList(
        name=name,
        title=Text(zh=facts["title_zh"], en=facts["title_en"]),
        source=facts["source"],
        version=facts["version"],
        codes=tuple(_code(row) for row in rows),
    )


@cache
def statistical_zones() -> dict[str, str]:
    """Zone code of the statistics bureaus → code of the city that the zone lies in."""
    _, rows = _read("statistical_zone")
    return {row["code"]: row["parent"] for row in rows}


@cache
def divisions() -> CodeList:
    """Administrative divisions; codes and names of statistical zones mean their parent city.

    A zone code such as 320576 looks like GB/T 2260 and is not: as an alias of the city it is
    repaired, and the repair is recorded like that of any other label.
    """
    plain = code_list("division")
    zones = code_list("statistical_zone")
    inside: dict[str, list[str]] = {}
    for zone in zones.codes:
        names = (zone.value, zone.label.zh, *zone.aliases)
        inside.setdefault(statistical_zones()[zone.value], []).extend(names)
    codes = tuple(
        replace(code, aliases=(*code.aliases, *inside.get(code.value, ()))) for code in plain.codes
    )
    return replace(plain, version=f"{plain.version}+{zones.version}", codes=codes)
