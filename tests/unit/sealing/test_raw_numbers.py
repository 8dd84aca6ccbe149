"""Numbers that mean the same are one number before they are sealed; wrong ones are told apart."""

import polars as pl
import pytest

from yrdx.sealing import reasons
from yrdx.sealing.raw_numbers import (
    beginnings,
    document_types,
    doubts_about_certificates,
    doubts_about_persons,
    looks_damaged,
    normalised,
)

RIGHT = "11010519491231002X"


def doubt(number: str | None, kind: str | None = "1", *, damaged: bool = False) -> str | None:
    numbers = normalised(pl.Series([number], dtype=pl.String))
    types = pl.Series([kind], dtype=pl.String)
    return doubts_about_persons(numbers, types, damaged=damaged)[0]


@pytest.mark.parametrize(
    "spelling",
    [
        "11010519491231002x",
        " 11010519491231002X ",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105 19491231 002X",
        "'11010519491231002X",
        "\ufeff11010519491231002X\t",
        "110105\u300019491231002ｘ",
        "11010519491231002Х",
        "11010519491231002х",
    ],
)
def test_every_spelling_of_a_number_becomes_one(spelling):
    assert normalised(pl.Series([spelling])).to_list() == [RIGHT]
    assert doubt(spelling) is None


def test_dashes_of_certificate_numbers_stay_as_they_were_before():
    assert normalised(pl.Series(["浙教证字第—0001号"])).to_list() == ["浙教证字第—0001号"]


def test_nothing_but_blanks_is_no_number():
    assert normalised(pl.Series(["  ", "\u3000", None, "'"])).to_list() == [None] * 4


@pytest.mark.parametrize(
    ("number", "why"),
    [
        (None, reasons.NUMBER_IS_MISSING),
        ("110105194912310021", reasons.NUMBER_FAILS_ITS_CHECK),
        ("110105194913310021", reasons.NUMBER_FAILS_ITS_CHECK),
        ("110105491231002", reasons.NUMBER_HAS_15_DIGITS),
        ("1101051949123100", reasons.NUMBER_HAS_WRONG_LENGTH),
        ("1.10105E+17", reasons.NUMBER_WAS_DAMAGED),
        ("110105194912310000", reasons.NUMBER_WAS_DAMAGED),
        ("a" * 64, reasons.NUMBER_IS_SEALED_ALREADY),
        ("某人", reasons.NUMBER_HAS_WRONG_LENGTH),
        ("11010519491231002乂", reasons.NUMBER_FAILS_ITS_CHECK),
    ],
)
def test_a_wrong_resident_id_says_what_is_wrong(number, why):
    assert doubt(number) == why


def test_other_documents_are_judged_by_their_own_form():
    assert doubt("E12345678", "A") is None
    assert doubt("护照", "A") == reasons.DOCUMENT_NUMBER_IS_MALFORMED
    assert doubt(RIGHT, None) == reasons.DOCUMENT_TYPE_IS_UNKNOWN
    assert doubt("11010519491231002X", "B") is None
    assert doubt("E12345678", "B") == reasons.NUMBER_HAS_WRONG_LENGTH


def test_document_types_come_as_codes_or_words():
    stated = pl.Series(["1", "居民身份证", " 护照 ", "ａ", "驾驶证", None])
    assert document_types(stated).to_list() == ["1", "1", "A", "A", None, None]


def test_a_right_check_is_not_trusted_in_a_file_that_excel_has_cut():
    by_chance = "330106200501010000"
    valid = next(
        number
        for day in range(10, 29)
        for month in range(10, 13)
        if doubt(number := f"330106200{5}{month}{day}1000"[:15] + "000") is None
    )
    cut = [f"3301062005{month:02d}{day:02d}1000" for month in (1, 2) for day in range(10, 20)]
    assert looks_damaged(pl.Series([by_chance, *cut]))
    assert not looks_damaged(pl.Series([valid, RIGHT]))
    assert doubt(valid, damaged=True) == reasons.NUMBER_WAS_DAMAGED
    assert doubt(RIGHT, damaged=True) is None


def test_certificate_numbers_lose_their_serial():
    numbers = pl.Series(
        [
            "S000133000001243000123",
            "YT00013300000124000123",
            "2433010000330012",
            "3301000012345",
            "证字第1号",
            None,
        ]
    )
    assert beginnings(numbers).to_list() == [
        "S000133000001243",
        "YT00013300000124",
        "24330100003",
        "3301000000000",
        None,
        None,
    ]


def test_certificate_numbers_of_any_body_are_sealed_but_not_rests_of_them():
    numbers = pl.Series(["浙教证字第（2024）0001号", "X1", "2.43301E+15", "f" * 64, None])
    assert doubts_about_certificates(normalised(numbers)).to_list() == [
        None,
        reasons.CERTIFICATE_NUMBER_IS_MALFORMED,
        reasons.NUMBER_WAS_DAMAGED,
        reasons.NUMBER_IS_SEALED_ALREADY,
        reasons.NUMBER_IS_MISSING,
    ]
