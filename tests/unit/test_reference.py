"""Code lists: dated, sourced, and true to the published editions where those are at hand."""

import csv
from datetime import date
from pathlib import Path

import pytest

from schemas import reference
from schemas.reference import code_list, divisions, statistical_zones, successors
from yrdx.dataset import CodeList
from yrdx.errors import ConfigurationError

PROVINCES = ("31", "32", "33", "34")
FILES = sorted(
    {path.stem for path in Path(str(reference.__file__)).parent.glob("*.csv") if path.is_file()}
    - {"division_successor"}  # says what became of codes, and is no list of them
)

SECTION_AND_DIVISION = {"K", "70", "P", "83", "T", "97"}
"""Industries where a section has one division, of the same name."""


def in_force(codes: CodeList, day: date) -> set[str]:
    """Codes of the list that are valid on a day."""
    return {
        code.value
        for code in codes.codes
        if (code.valid_from is None or code.valid_from <= day)
        and (code.valid_to is None or day < code.valid_to)
    }


@pytest.mark.parametrize("name", FILES)
def test_every_file_states_title_source_and_version(name: str) -> None:
    codes = code_list(name)
    assert codes.title.zh
    assert codes.title.en
    assert codes.source
    assert codes.codes
    for code in codes.codes:
        assert code.value, name
        assert code.label.zh, f"{name} {code.value} has no Chinese label"
        assert code.label.en.isascii(), f"{name} {code.value}: {code.label.en!r}"


@pytest.mark.parametrize("name", FILES)
def test_a_code_appears_twice_only_with_dates_that_do_not_overlap(name: str) -> None:
    spans: dict[str, list[tuple[date, date]]] = {}
    for code in code_list(name).codes:
        span = (code.valid_from or date.min, code.valid_to or date.max)
        assert span[0] < span[1], f"{name} {code.value} ends before it begins"
        for start, end in spans.get(code.value, []):
            assert span[0] >= end or span[1] <= start, f"{name} {code.value} is valid twice"
        spans.setdefault(code.value, []).append(span)


@pytest.mark.parametrize("name", FILES)
def test_the_label_of_a_code_means_this_code(name: str) -> None:
    codes = code_list(name)
    for code in codes.codes:
        if name == "division" and code.valid_to:
            continue
        if name == "industry" and len(SECTION_AND_DIVISION & {code.value}):
            assert code.label.zh not in codes.by_label, "it means a section and its division"
            continue
        assert codes.by_label[code.label.zh.casefold()] == code.value, code.label.zh


def test_a_list_is_read_once_and_an_unknown_one_is_named() -> None:
    assert code_list("edu_level") is code_list("edu_level")
    with pytest.raises(ConfigurationError, match=r"schemas/reference/no_such_list\.csv"):
        code_list("no_such_list")


@pytest.mark.parametrize(
    ("name", "label", "value"),
    [
        ("edu_level", "高职(专科)", "2"),
        ("edu_level", "高职（专科）", "2"),
        ("edu_level", "专科", "2"),
        ("edu_level", "本科", "4"),
        ("edu_level", "中职", "1"),
        ("ownership_model", "民办", "2"),
        ("ownership_model", "非公办", "2"),
        ("ownership_model", "中外合作办学", "5"),
        ("competent_line", "人社部门", "2"),
        ("catalog_version", "2015高职", "2015"),
        ("catalog_version", "技工2022", "JG2022"),
        ("certificate_level", "高级工", "3"),
        ("province", "浙", "33"),
        ("province", "安徽", "34"),
        ("province", "内蒙古自治区", "15"),
        ("enrollment_channel", "单考单招", "2"),
        ("edu_years", "五年一贯制", "5"),
        ("industry", "教育", ""),
    ],
)
def test_spellings_of_real_files_are_understood(name: str, label: str, value: str) -> None:
    # 教育 is both section P and division 83: it means neither.
    assert code_list(name).by_label.get(label, "") == value


def test_a_word_of_two_scales_means_neither() -> None:
    levels = code_list("certificate_level").by_label
    assert not {"高级", "中级", "初级"} & set(levels)


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("杭州市", "330100"),
        ("杭州", "330100"),
        ("浙江省杭州市", "330100"),
        ("杭州市西湖区", "330106"),
        ("浙江省", "330000"),
        ("皖", "340000"),
        ("上海城区", "310100"),
        ("昆山", "320583"),
        ("巢湖市", "340181"),
        ("崇川区", "320613"),
        ("石家庄市", "130100"),
        ("苏州工业园区", "320500"),
        ("杭州市市直属", "330100"),
        ("杭州市直属", "330100"),
        ("杭州市本级", "330100"),
        ("温州市直", "330300"),
        ("浙江省属", "330000"),
        ("安徽省省直属", "340000"),
        ("义乌市", "330782"),
    ],
)
def test_names_of_places_lead_to_their_code(label: str, value: str) -> None:
    assert divisions().by_label[label] == value


@pytest.mark.parametrize(
    "label", ["西湖区", "鼓楼区", "普陀区", "吉林", "郊区", "市直属", "市本级", "省属"]
)
def test_a_name_that_several_places_bear_leads_nowhere(label: str) -> None:
    assert label not in divisions().by_label


def test_hangzhou_was_divided_anew_in_april_2021() -> None:
    before, after = (
        {code for code in in_force(divisions(), day) if code.startswith("3301")}
        for day in (date(2021, 3, 31), date(2021, 4, 30))
    )
    assert before - after == {"330103", "330104"}
    assert after - before == {"330113", "330114"}


def test_chaohu_was_dissolved_in_2011() -> None:
    assert "341400" in in_force(divisions(), date(2011, 1, 1))
    assert not any(code.startswith("3414") for code in in_force(divisions(), date(2012, 1, 1)))


def test_statistical_zones_are_no_divisions_and_lie_in_a_city() -> None:
    zones = statistical_zones()
    assert len(zones) == 24
    assert not set(zones) & set(divisions().values)
    today = in_force(divisions(), date(2025, 1, 1))
    for zone, city in zones.items():
        assert city in today
        assert city.endswith("00")
        assert zone[:4] == city[:4]
        assert divisions().by_zone[zone] == city
        assert zone not in divisions().by_label


def test_every_division_that_is_no_more_has_successors_of_the_day_it_ended() -> None:
    of_delta = {code for code in divisions().values if code.startswith(PROVINCES)}
    ever_since = in_force(divisions(), date(2025, 1, 1))
    assert set(successors()) == of_delta - ever_since
    for code, after in successors().items():
        ended = max(item.valid_to for item in divisions().codes if item.value == code)
        assert set(after) <= in_force(divisions(), ended), code


def test_hangzhou_s_xiacheng_has_one_successor_and_jianggan_was_divided() -> None:
    assert successors()["330103"] == ("330105",)
    assert successors()["330104"] == ("330102", "330114")


def test_the_four_provinces_have_41_cities_and_305_counties_today() -> None:
    today = {c for c in in_force(divisions(), date(2025, 1, 1)) if c.startswith(PROVINCES)}
    cities = {code for code in today if code.endswith("00") and not code.endswith("0000")}
    assert len(cities) == 41
    assert len(today) - len(cities) - 4 == 305


def test_nineteen_categories_of_majors_stand_at_three_levels() -> None:
    ordinals = [int(value) % 20 for value in code_list("major_category").values]
    assert len(ordinals) == 57
    assert set(ordinals) == set(range(1, 20))
    labels = code_list("major_category").by_label
    assert labels["电子与信息大类（中职）"] == "71"


def test_industries_are_twenty_sections_and_97_divisions() -> None:
    values = code_list("industry").values
    assert len([value for value in values if value.isalpha()]) == 20
    assert sorted(value for value in values if value.isdigit()) == [
        f"{number:02d}" for number in range(1, 98)
    ]


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("edition", "day"),
    [
        ("200712", date(2007, 12, 31)),
        ("201512", date(2015, 12, 31)),
        ("201904", date(2019, 4, 30)),
    ],
)
def test_the_list_agrees_with_the_ministry_s_edition_of_the_day(
    shared_data: Path, edition: str, day: date
) -> None:
    path = shared_data / "reference" / f"gb2260_{edition}.tsv"
    with path.open(encoding="utf-8") as lines:
        published = {row["Code"]: row["Name"] for row in csv.DictReader(lines, delimiter="\t")}
    published = {code: name for code, name in published.items() if code.startswith(PROVINCES)}
    ours = {code for code in in_force(divisions(), day) if code.startswith(PROVINCES)}
    # 310100 stands in GB/T 2260, while the ministry's editions leave it out.
    assert ours - {"310100"} == set(published)
    for code in divisions().codes:
        if code.value in published and code.value in in_force(divisions(), day):
            valid = (code.valid_from or date.min) <= day < (code.valid_to or date.max)
            plain = code.label.zh.removesuffix("（原代码）")
            assert not valid or plain.endswith(published[code.value]), code.value


@pytest.mark.shared_data
def test_the_list_agrees_with_the_divisions_after_2021(shared_data: Path) -> None:
    path = shared_data / "reference" / "yrd_divisions_china-division_2.7.0.csv"
    with path.open(encoding="utf-8") as lines:
        published = {row["code"] for row in csv.DictReader(lines)}
    ours = {c for c in in_force(divisions(), date(2022, 1, 1)) if c.startswith(PROVINCES)}
    assert ours | set(statistical_zones()) == published
