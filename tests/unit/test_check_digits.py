"""Check digits against an independent implementation (python-stdnum) and known numbers."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from yrdx.kernels import (
    hash_is_well_formed,
    organisation_code_is_valid,
    resident_id_is_valid,
    uscc_is_valid,
    uscc_organisation_is_valid,
)

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

VALID_USCC = [
    "91110108551385082Q",
    "91330100799655058B",
    "12100000470095016Q",
    "9144030071526726XG",
    "91310000132260250X",
    "91350100M000100Y43",
]


def judge(expression: pl.Expr, *values: str | None) -> list[bool | None]:
    """What an expression over the column `n` says of values."""
    return (
        pl.DataFrame({"n": list(values)}, schema={"n": pl.String}).select(expression)["n"].to_list()
    )


def organisation_check(body: str) -> str:
    """GB 11714 as the standard writes it: weights 3 7 9 10 5 8 4 2, eleven minus the remainder."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(
        ORGANISATION_ALPHABET.index(sign) * weight
        for sign, weight in zip(body, weights, strict=True)
    )
    return {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))


def test_known_credit_codes_are_valid() -> None:
    assert judge(uscc_is_valid("n"), *VALID_USCC) == [True] * 6


def test_a_known_wrong_credit_code_is_found() -> None:
    wrong, right = "91330000142943303X", "91330000142943303A"
    assert judge(uscc_is_valid("n"), wrong, right) == [False, True]


def test_a_sum_divisible_by_31_gives_the_check_character_zero() -> None:
    # Libraries that forget the last "mod 31" look for a 32nd character here.
    bodies = [f"91330100{number:08d}0" for number in range(10_000_000, 10_002_000)]
    trapped = [body for body in bodies if uscc.calc_check_digit(body) == "0"]
    assert 30 < len(trapped) < 100, "one code in 31 falls into the trap"
    assert judge(uscc_is_valid("n"), *(f"{body}0" for body in trapped)) == [True] * len(trapped)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(USCC_ALPHABET, min_size=17, max_size=17), min_size=1, max_size=40))
def test_check_characters_of_credit_codes_agree_with_stdnum(bodies: list[str]) -> None:
    right = [body + uscc.calc_check_digit(body) for body in bodies]
    assert all(judge(uscc_is_valid("n"), *right))
    others = [
        body + USCC_ALPHABET[(USCC_ALPHABET.index(code[-1]) + 1) % 31]
        for body, code in zip(bodies, right, strict=True)
    ]
    assert not any(judge(uscc_is_valid("n"), *others))


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(VALID_USCC), st.integers(0, 17), st.sampled_from("IOSVZ"))
def test_letters_that_the_standard_leaves_out_are_never_valid(
    code: str, place: int, letter: str
) -> None:
    assert judge(uscc_is_valid("n"), code[:place] + letter + code[place + 1 :]) == [False]


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(VALID_USCC), st.integers(0, 17), st.sampled_from(USCC_ALPHABET))
def test_one_wrong_character_is_always_found(code: str, place: int, sign: str) -> None:
    spoiled = code[:place] + sign + code[place + 1 :]
    assert judge(uscc_is_valid("n"), spoiled) == [spoiled == code]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(ORGANISATION_ALPHABET, min_size=8, max_size=8), min_size=1, max_size=40))
def test_organisation_codes_keep_their_standard_alone_and_inside_a_credit_code(
    bodies: list[str],
) -> None:
    codes = [body + organisation_check(body) for body in bodies]
    assert all(judge(organisation_code_is_valid("n"), *codes))
    assert all(judge(uscc_organisation_is_valid("n"), *(f"91330100{code}0" for code in codes)))
    spoiled = [code[:8] + ("1" if code[8] == "0" else "0") for code in codes]
    assert not any(judge(organisation_code_is_valid("n"), *spoiled))
    assert not any(
        judge(uscc_organisation_is_valid("n"), *(f"91330100{code}0" for code in spoiled))
    )


def test_the_organisation_code_inside_the_known_credit_codes_is_valid() -> None:
    assert judge(uscc_organisation_is_valid("n"), *VALID_USCC) == [True] * 6


@settings(max_examples=200, deadline=None)
@given(
    st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    st.integers(0, 999),
    st.sampled_from(["330106", "310101", "110105", "340102"]),
)
def test_check_characters_of_resident_ids_agree_with_stdnum(
    birth: date, serial: int, region: str
) -> None:
    body = f"{region}{birth:%Y%m%d}{serial:03d}"
    check = ric.calc_check_digit(body + "0")
    others = [sign for sign in "0123456789X" if sign != check]
    verdicts = judge(resident_id_is_valid("n"), body + check, *(body + sign for sign in others))
    assert verdicts == [True] + [False] * 10


def test_a_known_resident_id_is_valid_and_a_day_that_never_was_is_not() -> None:
    impossible = "11010519490231002"
    impossible += ric.calc_check_digit(impossible + "0")
    assert judge(resident_id_is_valid("n"), "11010519491231002X", impossible) == [True, False]


def test_excel_s_damage_passes_a_check_digit_once_in_eleven() -> None:
    # Why a number that ends in 000 is suspected by its form, not by its check digit alone.
    first = date(1990, 1, 1)
    damaged = [f"330106{first + timedelta(days=day):%Y%m%d}0000" for day in range(3_000)]
    passed = sum(map(bool, judge(resident_id_is_valid("n"), *damaged)))
    assert 200 < passed < 350


@pytest.mark.parametrize(
    "kernel",
    [
        uscc_is_valid,
        uscc_organisation_is_valid,
        organisation_code_is_valid,
        resident_id_is_valid,
        hash_is_well_formed,
    ],
)
def test_nothing_to_judge_stays_null_and_odd_texts_are_wrong(kernel) -> None:
    odd = ["", "0", "９１３３０１００７９９６５５０５８Ｂ", "杭州", "9133010079965505 8B", "a" * 63]
    assert judge(kernel("n"), None, *odd, None) == [None, *[False] * len(odd), None]


def test_stdnum_agrees_that_the_known_codes_are_valid() -> None:
    for code in VALID_USCC:
        try:
            uscc.validate(code)
        except ValidationError as error:
            # stdnum asks for eight leading digits, which these all have.
            pytest.fail(f"{code}: {error!r}")


@settings(max_examples=100, deadline=None)
@given(st.text("0123456789abcdefABG", min_size=63, max_size=65))
def test_sealed_values_are_64_lower_case_hexadecimal_characters(value: str) -> None:
    expected = len(value) == 64 and set(value) <= set("0123456789abcdef")
    assert judge(hash_is_well_formed("n"), value, "0123456789abcdef" * 4) == [expected, True]
