"""The number that stands in a code where its layout has `#`."""

import re

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yrdx.code_numbers import number_in_code

LAYOUTS = ("A9##99", "AA##", "##9999", "99999999#9999999")
PATTERNS = [
    layout.replace("A", "[A-Z]").replace("9", "[0-9]").replace("##", "([0-9]{2})")
    for layout in LAYOUTS[:3]
] + ["[0-9]{8}([0-9])[0-9]{7}"]


def by_hand(text: str | None) -> int | None:
    for pattern in PATTERNS:
        if text is not None and (found := re.fullmatch(pattern, text)):
            return int(found[1])
    return None


NEAR = st.from_regex("|".join(f"(?:{pattern})" for pattern in PATTERNS), fullmatch=True)
ANY = st.one_of(st.none(), NEAR, st.text("A9z中-", max_size=17), st.text(max_size=6))


@settings(deadline=None)
@given(st.lists(ANY, max_size=40))
def test_it_is_what_a_pattern_takes_out_of_each_text(texts: list[str | None]) -> None:
    rows = pl.DataFrame({"code": texts}, schema={"code": pl.String})

    found = rows.select(number_in_code("code", *LAYOUTS)).to_series()

    assert found.to_list() == [by_hand(text) for text in texts]


@pytest.mark.parametrize("layout", ["", "A99", "#9#", "a#", "9999999999999999#", "##########"])
def test_what_is_no_layout_is_refused_when_the_rule_is_made(layout: str) -> None:
    with pytest.raises(ValueError, match="is no layout"):
        number_in_code("code", layout)
