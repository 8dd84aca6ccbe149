"""Values that repeat are judged once each, and every row gets the same verdict as by itself."""

from dataclasses import replace

import polars as pl
import pytest

from tests.support.tables import GOOD, HEADER, SCHOOL, rule, table_of, terms
from yrdx.checking.marking import Marking
from yrdx.checking.plan import plan_of
from yrdx.checking.repeating import Repeating

VALUES = ["330101", "330102", "33010", "３３０１０１", " 330101", None, "null", "330102"]


@pytest.fixture
def delivery(tmp_path):
    cells = GOOD.split(",")
    lines = [",".join([VALUES[n % len(VALUES)] or "", *cells[1:]]) for n in range(4_000)]
    path = tmp_path / "delivery.csv"
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return table_of(path)


def test_each_row_is_marked_as_if_judged_by_itself(delivery):
    refused = rule("code_is_refused", "code", pl.col("code") != "330102")

    dataset = SCHOOL
    references = {item: pl.Series(["330101"]) for item in dataset.references}
    plan = plan_of(delivery, dataset, terms=terms(), references=references)
    plan = replace(plan, rules=(*plan.rules, refused))
    rows = delivery.frame.collect()
    repeating = Repeating.of(plan, rows)
    assert {"code", "name"} <= set(repeating.columns)
    judged = repeating.judge(rows)
    assert judged.equals(Marking.of(plan).mark(rows))
    good = set(judged.filter("row is good")["code"])
    assert good == {"330101"}


@pytest.mark.parametrize("remembered", [0, 1, 20_000])
def test_verdicts_that_are_remembered_are_those_of_each_batch_by_itself(
    delivery, monkeypatch, remembered
):
    monkeypatch.setattr("yrdx.checking.repeating._REMEMBERED", remembered)
    plan = plan_of(delivery, SCHOOL, terms=terms(), references={})
    rows = delivery.frame.collect()
    # Good and wrong values come anew in each batch; some only in the last, some only in the first.
    batches = [rows.filter(pl.col("code") != "330102"), rows, rows.filter(pl.col("code").is_null())]
    repeating = Repeating.of(plan, rows)

    judged = [repeating.judge(batch) for batch in batches]

    alone = [Marking.of(plan).mark(batch) for batch in batches]
    assert all(one.equals(other) for one, other in zip(judged, alone, strict=True))
    assert set(judged[1].filter("row is good")["code"]) == {"330101", "330102"}


def test_a_value_found_good_is_not_judged_again(delivery):
    plan = plan_of(delivery, SCHOOL, terms=terms(), references={})
    rows = delivery.frame.collect().filter(pl.col("code") == "330101")
    asked = []

    def seen(values):
        asked.extend(values)
        return values.is_not_null()

    term = pl.col("code").map_batches(seen, return_dtype=pl.Boolean)
    repeating = replace(Repeating.of(plan, rows), columns={"code": term})

    for _ in range(3):
        repeating.judge(rows)

    assert asked == ["330101"]


def test_a_column_of_ever_new_values_is_not_searched_for_repeats(delivery):
    plan = plan_of(delivery, SCHOOL, terms=terms(), references={})
    rows = delivery.frame.collect()
    new = rows.with_columns(code=pl.int_range(pl.len()).cast(pl.String))
    assert "code" not in Repeating.of(plan, new).columns
