"""Which number of a version rises: what a change of columns, keys and codes means to readers."""

from __future__ import annotations

import dataclasses
from datetime import date

import polars as pl
import pytest

from tests.support.admissions import admit_rows, awards
from tests.support.award import DATASET, LEVELS
from yrdx.dataset import Code, CodeList
from yrdx.lists import LoadedList
from yrdx.model import Text
from yrdx.publication.codes import Codes, bridge_of, codes_of, compare_codes
from yrdx.publication.facts import (
    Step,
    after,
    columns_of,
    compare_columns,
    compare_keys,
    greatest,
)
from yrdx.store import layout

COLUMNS = columns_of(DATASET)


def with_column(name: str, **facts):
    return tuple(item.model_copy(update=facts) if item.name == name else item for item in COLUMNS)


def without(*names: str):
    return tuple(item for item in COLUMNS if item.name not in names)


@pytest.mark.parametrize(
    ("before", "now", "step"),
    [
        (COLUMNS, COLUMNS, Step.NONE),
        (COLUMNS, without("score"), Step.MAJOR),
        (without("score"), COLUMNS, Step.MINOR),
        (COLUMNS, with_column("score", type="int64"), Step.MAJOR),
        (COLUMNS, with_column("hours_count", unit="小时"), Step.MAJOR),
        (COLUMNS, with_column("level_code", codes="other"), Step.MAJOR),
        (COLUMNS, with_column("note_name", kind="code"), Step.MAJOR),
        (COLUMNS, with_column("score", requirement="O"), Step.MAJOR),
        (with_column("score", requirement="O"), COLUMNS, Step.MINOR),
        (COLUMNS, with_column("score", title=Text(zh="分数", en="Points")), Step.PATCH),
        (COLUMNS, with_column("score", sensitivity="I"), Step.PATCH),
    ],
)
def test_a_change_of_columns_asks_for_the_step_that_it_means_to_readers(before, now, step) -> None:
    assert greatest(item.step for item in compare_columns(before, now)) is step


def test_another_key_is_a_major_change() -> None:
    (change,) = compare_keys((("a", "b"), ()), (("a",), ()))
    assert (change.step, change.place) == (Step.MAJOR, "key")
    assert not list(compare_keys((("a",), ("c",)), (("a",), ("c",))))


@pytest.mark.parametrize(
    ("numbers", "step", "next_numbers"),
    [
        ((1, 4, 2), Step.PATCH, (1, 4, 3)),
        ((1, 4, 2), Step.MINOR, (1, 5, 0)),
        ((1, 4, 2), Step.MAJOR, (2, 0, 0)),
        ((0, 12, 0), Step.PATCH, (1, 0, 0)),
    ],
)
def test_the_numbers_rise_by_their_step(numbers, step, next_numbers) -> None:
    assert after(numbers, step) == next_numbers


def test_a_name_has_its_numbers_and_those_of_old_names_come_before_all_others() -> None:
    name = layout.version_name((1, 14, 2), digest="3f9a0c51d2e4ffff")
    assert name == "1.14.2-3f9a0c51d2e4"
    assert layout.version_numbers(name) == (1, 14, 2)
    assert layout.version_numbers("v000012-3f9a0c51d2e4") == (0, 12, 0)


def levels(*codes: Code) -> Codes:
    (found,) = codes_of(_listed(dataclasses.replace(LEVELS, codes=codes)), {})
    return found


def _listed(codes: CodeList):
    columns = {"level_code": dataclasses.replace(DATASET.columns["level_code"], codes=codes)}
    dataset = dataclasses.replace(DATASET)
    dataset.__dict__["columns"] = columns
    return dataset


def code(value: str, zh: str, **more) -> Code:
    return Code(value, Text(zh=zh, en=zh), **more)


A, B = code("1", "初级"), code("2", "中级")


@pytest.mark.parametrize(
    ("before", "now", "step", "words"),
    [
        ((A, B), (A, B), Step.NONE, ""),
        ((A, B), (A,), Step.MAJOR, "代码删除（certificate_level）：2 中级"),
        ((A,), (A, B), Step.MINOR, "新增代码（certificate_level）：2 中级"),
        (
            (A, B),
            (A, code("2", "中级", valid_to=date(2026, 1, 1))),
            Step.MINOR,
            "代码停用（certificate_level）：2 中级",
        ),
        ((A, B), (A, code("2", "中等")), Step.MINOR, "代码名称改变（certificate_level）：2 中等"),
    ],
)
def test_a_change_of_codes_asks_for_its_step_and_names_them(before, now, step, words) -> None:
    found = list(compare_codes(levels(*before).entries, levels(*now)))
    assert greatest(item.step for item in found) is step
    assert "".join(item.text.zh for item in found) == words


def test_a_bridge_follows_chains_and_tells_renamed_from_merged_and_split() -> None:
    day = date(2020, 1, 1)
    entries = levels(
        code("a", "甲", valid_to=day, successors=("b",)),
        code("b", "乙", valid_to=day, successors=("c",)),
        code("c", "丙"),
        code("d", "丁", valid_to=day, successors=("e", "f")),
        code("e", "戊"),
        code("f", "己"),
        code("g", "庚", valid_to=day, successors=("h",)),
        code("h", "辛"),
        code("i", "壬", valid_to=day),
    ).entries
    assert bridge_of(entries).rows() == [
        ("a", day, "c", "merged"),
        ("b", day, "c", "merged"),
        ("d", day, "e", "split"),
        ("d", day, "f", "split"),
        ("g", day, "h", "renamed"),
    ]


def test_codes_that_succeed_each_other_in_a_circle_end_the_search() -> None:
    day = date(2020, 1, 1)
    entries = levels(
        code("a", "甲", valid_to=day, successors=("b",)),
        code("b", "乙", valid_to=day, successors=("a",)),
    ).entries
    assert bridge_of(entries).is_empty()


def test_the_divisions_of_the_exchange_have_their_bridge() -> None:
    """下城区 went to 拱墅区; 江干区 to two districts."""
    from yrdx import catalogue

    found = {item.name: item for item in codes_of(catalogue.dataset("enterprise"), {})}
    bridge = found["division"].bridge
    gone = bridge.filter(pl.col("code").is_in(["330103", "330104"]))
    assert gone.select("code", "successor").rows() == [
        ("330103", "330105"),
        ("330104", "330102"),
        ("330104", "330114"),
    ]
    assert bridge["successor"].is_in(bridge["code"].implode()).sum() == 0


def test_loaded_lists_are_kept_with_the_version_that_their_rows_were_judged_by(
    store, published, spool
) -> None:
    from tests.support.admissions import partners
    from yrdx.publication import publish

    needing = dataclasses.replace(DATASET)
    needing.__dict__["needed_lists"] = ("major",)
    entries = pl.DataFrame(
        {"edition": ["2021"], "code": ["510201"], "name": ["计算机应用技术"], "level": [None]}
        | {"valid_from": [None], "valid_to": [date(2026, 1, 1)], "is_controlled": [False]}
        | {"successor": ["510299"]}
    ).cast({"level": pl.String, "valid_from": pl.Date})
    loaded = LoadedList(name="major", version="2025.12", sha256="a" * 64, entries=entries)
    admit_rows(store, awards(9, province="31"), province="31")
    manifest = publish(
        needing, store=store, provinces=partners("31"), spool=spool, lists={"major": loaded}
    )
    (_, majors) = manifest.code_lists
    assert (majors.name, majors.loaded) == ("imported-major", True)
    folder = store.root / layout.published_prefix(DATASET.name, manifest.version)
    assert pl.read_parquet(folder / majors.bridge.key).rows() == [
        ("510201", date(2026, 1, 1), "510299", "renamed")
    ]
