"""Every comparison tells those who disagree, and shows nobody the rows of another."""

from collections.abc import Mapping

import polars as pl
import pytest

from tests.support.whole import rows_of
from yrdx import catalogue
from yrdx.comparing import Compared, Published, disagreements
from yrdx.comparison import Comparison, Rows
from yrdx.model import NotChecked, Text
from yrdx.table_rule import PERIOD, PROVINCE, UNIT

RULES = [pytest.param(rule, id=rule.code) for rule in catalogue.comparisons()]
EXAMPLES = catalogue.comparison_examples()
NAMES = {
    "31": Text(zh="上海市", en="Shanghai"),
    "33": Text(zh="浙江省", en="Zhejiang"),
    "34": Text(zh="安徽省", en="Anhui"),
}
ORIGIN = {PROVINCE: "33", UNIT: "jyt", PERIOD: "2025"}


def published(snapshots: Mapping[str, Rows]) -> dict[str, Published]:
    """Rows as a snapshot has them; each file is named after its province."""
    found = {}
    for name, changes in snapshots.items():
        dataset = catalogue.dataset(name)
        rows = rows_of(dataset, changes).with_columns(
            *(
                pl.Series(column, [change.get(column, usual) for change in changes])
                for column, usual in ORIGIN.items()
            ),
            src_row_no=pl.int_range(2, 2 + len(changes), dtype=pl.UInt32),
        )
        rows = rows.with_columns(file_sha256=pl.concat_str(pl.lit("file-of-"), PROVINCE))
        files = {f"file-of-{code}": f"{code}.xlsx" for code in NAMES}
        found[name] = Published(dataset=dataset, version="v1", rows=rows.lazy(), filenames=files)
    return found


def compared(rule: Comparison, snapshots: Mapping[str, Rows]) -> Compared:
    (outcome,) = disagreements([rule], published(snapshots), names=NAMES, titles={})
    assert isinstance(outcome, Compared)
    return outcome


@pytest.mark.parametrize("rule", RULES)
def test_nobody_is_told_where_provinces_agree(rule: Comparison) -> None:
    assert rule.code in EXAMPLES, (
        f"{rule.code} has no example; add one to COMPARED in validations/examples/"
    )
    assert compared(rule, EXAMPLES[rule.code].good).lines == {}


@pytest.mark.parametrize("rule", RULES)
def test_each_side_is_told_with_its_own_rows_only(rule: Comparison) -> None:
    outcome = compared(rule, EXAMPLES[rule.code].bad)
    assert tuple(outcome.lines) == EXAMPLES[rule.code].told
    for province, lines in outcome.lines.items():
        assert lines.height > 0
        assert set(lines["filename"].drop_nulls()) <= {f"{province}.xlsx"}
        for line in lines.iter_rows(named=True):
            assert province not in line["others"].split()
            assert "{" not in line["message_zh"] + line["message_en"]
            assert line["message_zh"].endswith("。")
            assert line["message_en"].endswith(".")
            assert (line["row"] is None) == (line["shown"] == "")


@pytest.mark.parametrize("rule", RULES)
def test_what_is_personal_is_masked(rule: Comparison) -> None:
    columns = catalogue.dataset(rule.dataset).columns
    personal = [name for name in (*rule.key, *rule.shows) if columns[name].sensitivity.is_masked]
    hashes = {
        str(change[name])
        for change in EXAMPLES[rule.code].bad[rule.dataset]
        for name in personal
        if name in change
    }
    for lines in compared(rule, EXAMPLES[rule.code].bad).lines.values():
        told = "".join(str(value) for line in lines.iter_rows() for value in line)
        assert not [value for value in hashes if value in told]
        assert not personal or "****" in told


def test_a_dataset_that_is_not_published_is_named() -> None:
    rule = catalogue.comparisons()[0]
    title = catalogue.dataset(rule.dataset).title
    (outcome,) = disagreements([rule], {}, names=NAMES, titles={rule.dataset: title})
    assert isinstance(outcome, NotChecked)
    assert title.zh in outcome.reason.zh


def test_codes_of_comparisons_are_used_once() -> None:
    codes = [rule.code for rule in catalogue.comparisons()]
    table_rules = {
        rule.code for name in catalogue.dataset_names() for rule in catalogue.table_rules(name)
    }
    assert len(codes) == len(set(codes))
    assert not table_rules & set(codes)
    assert set(EXAMPLES) <= set(codes)
