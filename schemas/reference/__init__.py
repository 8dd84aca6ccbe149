"""Code lists with their validity dates, read from the files beside this module when asked for.

Each CSV states its title, source and version in lines that begin with `#`; then come the columns
`code,zh,en,aliases,valid_from,valid_to`. Aliases are separated by `|`; an alias that two codes
share means neither of them. What says less than a code (是, where a level is asked for) stands in
a column `presumed`, and is read as the code with a warning. A code is valid from `valid_from`
until the day before `valid_to`; an empty date leaves that side open.
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
        presumed=tuple(filter(None, (row.get("presumed") or "").split("|"))),
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
def successors() -> dict[str, tuple[str, ...]]:
    """Abolished division → the divisions that its area went to."""
    _, rows = _read("division_successor")
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        found[row["code"]] = (*found.get(row["code"], ()), row["successor"])
    return found


_OF_CITY = ("本级", "市本级", "市直", "市直属", "直属", "市属", "市级", "直管")
_OF_PROVINCE = ("本级", "省本级", "省直", "省直属", "直属", "省属", "省级", "直管")


def _labels_of_its_own(code: Code) -> tuple[str, ...]:
    """What files call that which a city or province governs itself (杭州市本级, 浙江省属).

    The bare words 市直属 and 省属 name no place, so they lead nowhere.
    """
    if not code.value.endswith("00") or code.valid_to:
        return ()
    endings = _OF_PROVINCE if code.value.endswith("0000") else _OF_CITY
    places = (code.label.zh, *code.aliases)
    named = [f"{place}{ending}" for place in places for ending in endings]
    # 杭州市 + 市属 is written 杭州市属, which 杭州 + 市属 gives already.
    return tuple(dict.fromkeys(named))


def _beginnings(codes: tuple[Code, ...]) -> tuple[tuple[str, str], ...]:
    """How counties outside the four provinces begin, which the list does not have, and their city.

    Beijing, Tianjin, Chongqing, Hong Kong and others have no city between: 1101 lies in 110000.
    """
    members = code_list("member_province").values
    outside = [code.value for code in codes if not code.value.startswith(members)]
    cities = [value for value in outside if value.endswith("00") and value[2:4] != "00"]
    with_cities = {value[:2] for value in cities}
    whole = [value for value in outside if value[2:] == "0000" and value[:2] not in with_cities]
    return (
        *((value[:4], value) for value in cities),
        *((value[:2] + middle, value) for value in whole for middle in ("00", "01", "02")),
    )


@cache
def divisions() -> CodeList:
    """Administrative divisions; what lies in a city without being a division means the city.

    A zone code such as 320576 looks like GB/T 2260 and is not: it is read as the city that the
    zone lies in, with a warning. So is a county outside the four provinces, where the list stops
    at cities. Names of zones, and of what a city governs itself, are labels.
    """
    plain = code_list("division")
    zones = code_list("statistical_zone")
    inside: dict[str, list[str]] = {}
    names: dict[str, list[str]] = {}
    for zone in zones.codes:
        city = statistical_zones()[zone.value]
        inside.setdefault(city, []).append(zone.value)
        names.setdefault(city, []).extend((zone.label.zh, *zone.aliases))
    codes = tuple(
        replace(
            code,
            aliases=(*code.aliases, *names.get(code.value, ()), *_labels_of_its_own(code)),
            zones=tuple(inside.get(code.value, ())),
            successors=successors().get(code.value, ()) if code.valid_to else (),
        )
        for code in plain.codes
    )
    return replace(
        plain,
        version=f"{plain.version}+{zones.version}",
        codes=codes,
        beginnings=_beginnings(plain.codes),
    )
