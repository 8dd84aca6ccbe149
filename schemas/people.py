"""Columns about persons: sealed where they would tell who it is, and what a graduate has.

They are built like those in `columns`.
"""

from __future__ import annotations

from typing import Any, Unpack

from schemas import code_rules
from schemas.columns import Facts, Shape, code, field, year
from schemas.reference import code_list
from yrdx.dataset import Kind, Raw, Seal
from yrdx.model import Sensitivity


def sealed(name: str, zh: str, **facts: Unpack[Facts]) -> Any:
    """A keyed hash made at the source in place of a personal number."""
    facts.setdefault("sensitivity", Sensitivity.PERSONAL)
    checks = [code_rules.hash_is_malformed(name)]
    shape: Shape = {"width": 64, "pattern": "^[0-9a-f]{64}$"}
    return field(name, zh, kind=Kind.CODE, checks=checks, shape=shape, facts=facts)


_OWNERS = ("", "学生", "考生", "毕业生", "教师", "教职工", "持证人", "本人")
_NUMBERS = (
    "身份证",
    "身份证号",
    "身份证号码",
    "居民身份证号",
    "居民身份证号码",
    "公民身份号码",
    "身份证件号",
    "身份证件号码",
    "证件号",
    "证件号码",
)
RAW_NUMBERS_OF_PERSONS = (
    *(f"{owner}{number}" for owner in _OWNERS for number in _NUMBERS),
    *("SFZH", "SFZHM", "SFZJH", "SFZJHM", "ZJHM"),
)
"""What files call the identity document of the person a row speaks of; parents are not meant."""


def person_key(name: str, zh: str, **facts: Unpack[Facts]) -> Any:
    """A person, sealed from the number of an identity document."""
    facts["seal"] = Seal(Raw.PERSON, headers=RAW_NUMBERS_OF_PERSONS)
    return sealed(name, zh, **facts)


def sealed_person() -> Any:
    """The person that a row speaks of: one of the pupils or students of an institution."""
    return person_key(
        "person_key",
        "个人标识（脱敏）",
        en="Sealed person",
        synonyms=("个人标识(脱敏)", "个人标识", "人员标识", "个人脱敏标识", "脱敏标识"),
        description=(
            "在本单位用脱敏工具生成的 HMAC-SM3 值，不得为身份证号、学号等原始号码。",
            "HMAC-SM3 made at the source by the sealing tool; never an ID or student number.",
        ),
    )


def graduation_year(*, ahead: int = 0, **facts: Unpack[Facts]) -> Any:
    """The calendar year in which the person graduates, at most `ahead` years from now."""
    facts["en"] = "Year of graduation"
    facts["synonyms"] = ("届别", "毕业年份", "毕业届别", "毕业年", "BYND")
    return year("grad_year", "毕业年度", ahead=ahead, **facts)


def education_level(zh: str) -> Any:
    """The level that the person is educated at; datasets call it by either name."""
    return code(
        "edu_level",
        zh,
        codes=code_list("edu_level"),
        en="Education level",
        synonyms=tuple(
            name for name in ("培养层次", "层次", "办学层次", "学历层次", "PYCC") if name != zh
        ),
    )


def certificate_hash(name: str, zh: str, **facts: Unpack[Facts]) -> Any:
    """A certificate, sealed from its number; the field's own synonyms name the raw column, too."""
    facts["seal"] = Seal(Raw.CERTIFICATE)
    return sealed(name, zh, **facts)


def certificate_prefix(name: str, zh: str, **facts: Unpack[Facts]) -> Any:
    """The beginning of a certificate number, without its serial."""
    checks = [
        code_rules.certificate_prefix_is_malformed(name),
        code_rules.certificate_prefix_holds_the_serial(name),
    ]
    shape: Shape = {"max_length": 16, "pattern": code_rules.CERTIFICATE_PREFIX}
    return field(name, zh, kind=Kind.CODE, checks=checks, shape=shape, facts=facts)
