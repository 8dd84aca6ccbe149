"""Values that repeat are judged once each, and every row gets the same verdict as by itself."""

from dataclasses import replace

import polars as pl
import pytest

from tests.support.tables import GOOD, HEADER, SCHOOL, rule, table_of, terms
from yrdx.checking.plan import marked, plan_of
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
    assert judged.equals(marked(rows.lazy(), plan).collect())
    good = set(judged.filter("row is good")["code"])
    assert good == {"330101"}


def test_a_column_of_ever_new_values_is_not_searched_for_repeats(delivery):
    plan = plan_of(delivery, SCHOOL, terms=terms(), references={})
    rows = delivery.frame.collect()
    new = rows.with_columns(code=pl.int_range(pl.len()).cast(pl.String))
    assert "code" not in Repeating.of(plan, new).columns
