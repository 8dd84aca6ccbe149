"""The report of a release shows what the data say, to people and on paper."""

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import polars as pl
import pytest

from tests.support.release_material import material
from yrdx.releasing.indicator_figures import shown_value
from yrdx.releasing.manifest import CoverageState
from yrdx.releasing.material import INDICATORS, JOBS, MAP, Material
from yrdx.releasing.report import report_html


@dataclass
class Element:
    """An element of the page: its tag, attributes, text and what it lies in."""

    tag: str
    attributes: dict[str, str | None]
    parent: "Element | None"
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def inside(self, name: str) -> str | None:
        """The nearest value of an attribute, of the element or of what it lies in."""
        at: Element | None = self
        while at is not None and name not in at.attributes:
            at = at.parent
        return at.attributes[name] if at else None

    def all(self, tag: str | None = None) -> list["Element"]:
        found = [self] if tag in (None, self.tag) else []
        return found + [each for child in self.children for each in child.all(tag)]

    @property
    def whole_text(self) -> str:
        return self.text + "".join(child.whole_text for child in self.children)


class Page(HTMLParser):
    VOID = frozenset({"meta", "br", "rect", "path"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.root = self.at = Element("", {}, None)
        self.feed(text)
        self.close()
        assert self.at is self.root, f"<{self.at.tag}> is not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs), self.at)
        self.at.children.append(element)
        if tag not in self.VOID:
            self.at = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.at.children.append(Element(tag, dict(attrs), self.at))

    def handle_endtag(self, tag: str) -> None:
        assert self.at.tag == tag, f"</{tag}> closes <{self.at.tag}>"
        assert self.at.parent is not None
        self.at = self.at.parent

    def handle_data(self, data: str) -> None:
        self.at.text += data


@pytest.fixture(scope="module")
def given() -> Material:
    return material()


@pytest.fixture(scope="module")
def text(given: Material) -> str:
    return report_html(given)


@pytest.fixture(scope="module")
def page(text: str) -> Element:
    return Page(text).root


def section(page: Element, name: str) -> Element:
    return next(each for each in page.all("section") if each.attributes.get("id") == name)


def test_the_values_shown_are_those_of_the_data(given: Material, page: Element) -> None:
    cells = [each for each in page.all("td") if each.attributes.get("data-value")]
    shown = {
        (each.inside("data-measure"), each.inside("data-region"), each.inside("data-year")): each
        for each in cells
    }
    rows = given.frames[INDICATORS].filter(pl.col("value").is_not_null())
    newest = rows["stat_year"].max()
    expected = {
        (row["measure_code"], row["region_code"][:2], str(row["stat_year"])): row
        for row in rows.iter_rows(named=True)
        if row["target_value"] is not None or row["stat_year"] == newest
    }
    assert shown.keys() == expected.keys()
    for place, row in expected.items():
        assert shown[place].attributes["data-value"] == f"{row['value']:f}"
        assert shown_value(row["value"], beside=row["target_value"]) in shown[place].whole_text
        sign = {True: "✓", False: "✗", None: ""}[row["is_reached"]]
        assert sign in shown[place].whole_text, "the standing is told without colour"


def test_what_is_withheld_is_told_with_its_reason_and_never_as_a_number(page: Element) -> None:
    cells = [each for each in page.all("td") if each.attributes.get("data-standing") == "withheld"]
    assert {each.inside("data-measure") for each in cells} == {"K01", "K03"}
    assert len(cells) == 17
    for each in cells:
        assert "data-value" not in each.attributes
        assert not re.search("[0-9]", each.whole_text), each.whole_text
        assert not each.all("svg"), "no bar is drawn where there is no value"
    told = {each.inside("data-measure"): each.whole_text for each in cells}
    assert "名录未确认齐全" in told["K01"]
    assert "职业技能证书" in told["K03"]
    assert "安徽省" in told["K03"]


def test_an_indicator_without_any_row_is_told_too(given: Material) -> None:
    rows = given.frames[INDICATORS].filter(pl.col("measure_code") != "K06")
    kept = {name: getattr(given, name) for name in Material.__slots__ if name != "frames"}
    page = Page(report_html(Material(**kept, frames={**given.frames, INDICATORS: rows}))).root
    (nothing,) = (
        each for each in page.all("ul") if "nothing" in (each.attributes.get("class") or "")
    )
    assert nothing.all("b")[0].text == "K06"
    assert "绩效" in nothing.whole_text


def test_a_value_just_short_of_its_target_is_not_rounded_up_to_it(given: Material) -> None:
    rows = given.frames[INDICATORS]
    target = rows.filter(pl.col("measure_code") == "K04")["target_value"][0]
    short = target.__class__("49.9999")
    assert shown_value(short, beside=target) == "49.9999"
    assert shown_value(target.__class__("49.1234"), beside=target) == "49.12"


def test_the_matrix_of_the_map_counts_the_majors_of_the_data(
    given: Material, page: Element
) -> None:
    rows = given.frames[MAP].filter(pl.col("coverage_state").is_in(["1", "2"]))
    expected: dict[tuple[str, str, str, str], list[set[str]]] = {}
    for row in rows.iter_rows(named=True):
        ordinal = f"{int(row['major_code'][:2]) % 20:02d}"
        place = (row["province_code"], row["industry_code"], row["chain_node"], ordinal)
        mapped, offered = expected.setdefault(place, [set(), set()])
        mapped.add(row["major_code"])
        if row["coverage_state"] == "1":
            offered.add(row["major_code"])
    names = ("data-province", "data-industry", "data-node", "data-category")
    found = {}
    for each in page.all("td"):
        if "data-category" in each.attributes:
            place = tuple(each.inside(name) or "" for name in names)
            found[place] = each.text.strip()
    assert found == {
        place: f"{'○' if not offered else '●' if offered == mapped else '◐'} "
        f"{len(offered)}/{len(mapped)}"
        for place, (mapped, offered) in expected.items()
    }


def test_orphans_and_gaps_are_named(given: Material, page: Element) -> None:
    rows = given.frames[MAP]
    for css, state in (("orphans", "3"), ("gaps", "2")):
        found = {
            (each.inside("data-province"), each.attributes["data-major"])
            for block in page.all("div")
            if block.attributes.get("class") == css
            for each in block.all("li")
        }
        own = rows.filter(pl.col("coverage_state") == state)
        assert found == set(own.select("province_code", "major_code").unique().iter_rows())
    assert "学前教育" in section(page, "map").whole_text


def test_jobs_show_demand_supply_and_ratio_of_the_data(given: Material, page: Element) -> None:
    rows = given.frames[JOBS].filter(pl.col("demand_num") > 0)
    expected = {
        (row["province_code"], row["occupation_code"]): (
            f"{row['demand_num']:,}",
            "不详 —" if row["supply_shared"] is None else f"{row['supply_shared']:,f}",
            "—" if row["supply_ratio"] is None else f"{row['supply_ratio']:f}",
        )
        for row in rows.iter_rows(named=True)
    }
    found = {
        (each.inside("data-province"), each.attributes["data-occupation"]): tuple(
            cell.text for cell in each.all("td") if cell.attributes.get("class") == "n"
        )
        for each in page.all("tr")
        if "data-occupation" in each.attributes
    }
    assert found == expected


def test_the_matrix_of_completeness_has_a_sign_and_a_word_for_every_state(
    given: Material, page: Element
) -> None:
    signs = {"arrived": "● 已到", "late": "▲ 逾期", "carried_forward": "↩ 沿用"}
    signs |= {"withheld": "⊘ 暂缓", "missing": "✗ 缺"}
    tags = [each for each in page.all("span") if "data-state" in each.attributes]
    found = Counter()
    for each in tags:
        state = each.attributes["data-state"]
        assert each.text == signs[state or ""]
        found[each.inside("data-dataset"), each.inside("data-province"), state] += 1
    expected = Counter((i.dataset, i.province, i.state.value) for i in given.release.coverage)
    assert found == expected
    assert {state.value for state in CoverageState} == {state for _, _, state in found}
    aged = next(i for i in given.release.coverage if i.state is CoverageState.CARRIED_FORWARD)
    assert aged.age == 1
    assert "1 期前" in section(page, "coverage").whole_text


def test_what_changed_and_the_quality_are_those_of_the_manifests(page: Element) -> None:
    changes = section(page, "changes").whole_text
    assert all(words in changes for words in ("1.1.0 → 1.2.0", "1,204", "31", "新到浙江省"))
    quality = section(page, "quality").whole_text
    assert all(words in quality for words in ("34,567", "214", "1,560", "缺少对照数据", "12 / 420"))


@pytest.mark.parametrize(
    ("left_out", "told"),
    [(INDICATORS, "政策指标"), (MAP, "产教对接覆盖"), (JOBS, "人才供需对接")],
)
def test_a_release_without_a_derived_dataset_says_so(left_out: str, told: str) -> None:
    pinned = tuple(name for name in (INDICATORS, MAP, JOBS) if name != left_out)
    page = Page(report_html(material(derived_too=pinned))).root
    assert f"本批次不含“{told}”" in page.whole_text
    assert "不代表数值为零" in page.whole_text


def test_the_same_release_gives_the_same_bytes(given: Material, text: str) -> None:
    shuffled = {name: frame.reverse() for name, frame in given.frames.items()}
    again = Material(
        **{name: getattr(given, name) for name in Material.__slots__ if name != "frames"},
        frames=shuffled,
    )
    assert report_html(again) == text, "the order of rows in the files tells nothing"


def test_the_page_needs_no_network_and_no_script(text: str, page: Element) -> None:
    assert not re.search("https?:|url[(]|@import|<script|<link|<img|<iframe", text)
    for each in page.all("a"):
        target = each.attributes["href"] or ""
        assert section(page, target.removeprefix("#"))


def test_the_page_can_be_read_aloud(page: Element) -> None:
    assert page.all("html")[0].attributes["lang"] == "zh-CN"
    assert len(page.all("h1")) == 1
    assert page.all("main")
    for table in page.all("table"):
        heads = table.all("thead")[0].all("th")
        assert heads
        assert all(head.attributes.get("scope") == "col" for head in heads)
    for each in page.all("svg"):
        assert each.attributes.get("aria-hidden") == "true", "its figures stand beside it"


def test_texts_from_outside_are_shown_and_not_run(given: Material) -> None:
    wild: dict[str, Any] = {"major_name": pl.lit("<script>alert(1)</script>")}
    frames = {**given.frames, MAP: given.frames[MAP].with_columns(**wild)}
    kept = {name: getattr(given, name) for name in Material.__slots__ if name != "frames"}
    found = report_html(Material(**kept, frames=frames))
    assert "&lt;script&gt;alert(1)" in found
    assert "<script" not in found
