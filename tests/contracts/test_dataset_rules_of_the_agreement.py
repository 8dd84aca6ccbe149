"""Every numbered rule about a dataset has its place, and what the tables name is there."""

import ast
import re
from pathlib import Path

import pytest

from yrdx import catalogue
from yrdx.contract.rules import explanations

NUMBERS = (
    *(f"T0{n}" for n in range(1, 5)),
    *(f"T1{n}" for n in range(1, 4)),
    *(f"T2{n}" for n in range(1, 5)),
    *("T31", "T32", "T41", "T42", "T43", "T51", "T52", "T53"),
    *(f"T6{n}" for n in range(1, 5)),
    *(f"T7{n}" for n in range(1, 5)),
    *("T81", "T82", "T91", "T92", "T93", "T94", "T101", "T102", "T111", "T112", "T121", "T122"),
    *("T131", "T132", "T133", "T141", "T142", "T151", "T152", "T153", "T161", "T171", "T172"),
)
"""The dataset rules of the exchange agreement."""

_ROW = re.compile(r"^\| (?!Rule|---)(.+?) \| (.+) \|$", re.MULTILINE)


def tables() -> dict[str, list[tuple[str, str]]]:
    """Module → the lines of the table in its docstring."""
    found = {}
    for path in catalogue.comparison_sources():
        told = ast.get_docstring(ast.parse(Path(path).read_text(encoding="utf-8"))) or ""
        if lines := _ROW.findall(told):
            found[path.stem] = lines
    return found


def known_codes() -> set[str]:
    return {*explanations(), *(rule.code for rule in catalogue.comparisons())}


@pytest.mark.parametrize("number", NUMBERS)
def test_the_rule_is_judged_somewhere_or_it_is_said_why_not(number: str) -> None:
    named = re.compile(rf"\b{number}\b")
    places = [place for lines in tables().values() for rule, place in lines if named.search(rule)]
    assert places, f"no table in validations/ says where {number} is judged; add a line to one"


def test_what_the_tables_name_exists() -> None:
    names = {
        name
        for lines in tables().values()
        for _, place in lines
        for name in re.findall(r"`([a-z][a-z0-9_]+)`", place)
    }
    unknown = names - known_codes()
    assert not unknown, f"tables in validations/ name rules that are not there: {sorted(unknown)}"


def test_every_rule_about_the_whole_names_its_number() -> None:
    said = re.compile(r"\b[EGT][0-9]{1,3}\b")
    without = {"funded_school_is_not_on_the_list", "monitored_school_is_not_on_the_list"}
    without |= {"transfers_exceed_every_earlier_cohort"}  # agreed in words, without a number
    rules = {
        rule.code: rule.source
        for name in catalogue.dataset_names()
        for rule in catalogue.table_rules(name)
    }
    rules |= {rule.code: rule.source for rule in catalogue.comparisons()}
    assert not [code for code in rules if code not in without and not said.search(rules[code])]
