"""The kernels agree with python-stdnum and with the calendar of the standard library."""

import random
import string
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from yrdx import kernels

USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def judge(expression: pl.Expr, *values: str | None) -> list[bool | None]:
    frame = pl.DataFrame({"x": values}, schema={"x": pl.String})
    return frame.select(expression).to_series().to_list()


def test_published_credit_codes_pass_and_a_wrong_check_digit_fails():
    good = ["91110108551385082Q", "91330100799655058B", "12100000470095016Q", "9144030071526726XG"]
    good += ["91310000132260250X", "91350100M000100Y43"]
    assert judge(kernels.uscc_is_valid("x"), *good) == [True] * 6
    bad = ["91330000142943303X", "91110108551385082q", "91110108551385082", "", None]
    assert judge(kernels.uscc_is_valid("x"), *bad) == [False, False, False, False, None]


def test_credit_codes_agree_with_an_independent_implementation():
    chance = random.Random(5)
    codes = []
    for _ in range(40_000):
        body = "91" + "".join(chance.choices(string.digits, k=6))
        body += "".join(chance.choices(USCC, k=9))
        codes.append(body + chance.choice([uscc.calc_check_digit(body), chance.choice(USCC)]))
    # python-stdnum also wants the last character within its alphabet; ours are all from it.
    assert judge(kernels.uscc_is_valid("x"), *codes) == [uscc.is_valid(code) for code in codes]


def organisation_check(body: str) -> str:
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    value = 11 - sum(w * int(c, 36) for w, c in zip(weights, body, strict=True)) % 11
    return {10: "X", 11: "0"}.get(value, str(value))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=9, max_size=9)))
def test_organisation_codes_follow_the_standard_alone_and_inside_a_credit_code(codes):
    codes = codes + [code[:8] + organisation_check(code[:8]) for code in codes]
    expected = [organisation_check(code[:8]) == code[8] for code in codes]
    assert judge(kernels.organisation_code_is_valid("x"), *codes) == expected
    wrapped = [f"91330100{code}0" for code in codes]
    assert judge(kernels.uscc_organisation_is_valid("x"), *wrapped) == expected


def test_resident_numbers_agree_with_an_independent_implementation():
    chance = random.Random(7)
    numbers = ["11010519491231002X"]
    for _ in range(20_000):
        born = f"{chance.randint(1901, 2025)}{chance.randint(0, 13):02}{chance.randint(0, 32):02}"
        body = f"330102{born}{chance.randint(0, 999):03}"
        check = chance.choice([ric.calc_check_digit(body + "0"), chance.choice("0123456789Xx")])
        numbers.append(body + check)

    def expected(number: str) -> bool:
        try:
            date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
        except ValueError:
            return False
        return ric.calc_check_digit(number) == number[17]

    answers = judge(kernels.resident_id_is_valid("x"), *numbers)
    assert answers == [expected(number) for number in numbers]
    assert answers[0] is True
    odd = ["11010519491231002", "1101051949123100２X", None, "\x3110105194912310 2X"]
    assert judge(kernels.resident_id_is_valid("x"), *odd) == [False, False, None, False]


@settings(max_examples=100, deadline=None)
@given(
    st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%Y/%m/%d"]),
)
def test_every_date_is_read_in_three_spellings(day, spelling):
    text = day.strftime(spelling)
    assert judge(kernels.date_from_text("x"), text, None, "0" + text) == [day, None, None]


def test_what_is_no_date_is_null():
    texts = ["2025-02-29", "2025-13-01", "2025-00-10", "2025-01-00", "20251", "2025.01.01"]
    texts += ["2025-01/01", "1899-12-31", "2101-01-01", "２０２５-01", "2025年1月1日", ""]
    assert judge(kernels.date_from_text("x"), *texts) == [None] * len(texts)
    assert judge(kernels.date_from_text("x"), "2024-02-29", "20240229") == [date(2024, 2, 29)] * 2


@pytest.mark.parametrize(
    "odd",
    [
        " a",
        "a ",
        "a\nb",
        "\ta",
        "a\u3000",
        "\u00a0a",
        "a\u200bb",
        "A１",
        "(a)",
        "\ufeffa",
        "a\ue000",
    ],
)
def test_text_that_needs_repair_is_noticed_in_its_own_row_only(odd):
    assert judge(kernels.text_has_odd_characters("x"), "浙江（校区）", odd, None, "乙") == [
        False,
        True,
        False,
        False,
    ]


def test_a_code_is_plain_ascii():
    codes = ["3301", "３３01", "33 01", None, "", "a\x7f", "张"]
    answers = judge(kernels.code_has_odd_bytes("x"), *codes)
    assert answers == [False, True, True, False, False, True, True]


def test_kernels_stream_and_keep_rows_in_place():
    values = ["91110108551385082Q", None, "x", "91330100799655058B"] * 50_000
    frame = pl.LazyFrame({"x": values})
    answer = frame.select(kernels.uscc_is_valid("x")).collect(engine="streaming").to_series()
    assert answer.to_list() == [True, None, False, True] * 50_000


def test_an_empty_column_and_a_column_of_nulls_are_no_trouble():
    for make in (kernels.uscc_is_valid, kernels.date_from_text, kernels.text_has_odd_characters):
        assert judge(make("x")) == []
    assert judge(kernels.date_from_text("x"), None, None) == [None, None]
