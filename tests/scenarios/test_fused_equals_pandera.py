"""The fused pass and pandera's own validation find the same wrongs, in every dataset.

The fused pass looks closer at suspicious rows only. So pandera judges what normalising makes of
all rows: if the fast path let one row pass that normalising would change, or that a rule finds
wrong, the two would differ.
"""

import csv
import random
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandera.errors import SchemaErrors

from tests.support.spoiling import good_row, wrongs
from tests.support.tables import table_of
from yrdx import catalogue
from yrdx.checking import Terms, check
from yrdx.checking.marking import typed
from yrdx.checking.plan import plan_of
from yrdx.dataset import Dataset
from yrdx.reading import normalise
from yrdx.reading.normalise import FINDINGS

ROWS = 80
Cell = tuple[int, str, str]
"""Row, rule, column."""

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
NOISE = (
    lambda text: f" {text}",
    lambda text: f"{text}\u3000",
    lambda text: f"\u00a0{text} ",
    lambda text: text.translate(FULL_WIDTH),
    lambda text: text.replace("-", "/"),
    lambda text: text.replace("（", "(").replace("）", ")"),
    lambda text: text.lower(),
    lambda text: text[:1] + " " + text[2:],
    lambda text: text[:2] + "\n" + text[2:],
    lambda text: f"'{text}",
    lambda text: f"`{text}",
    lambda text: text.replace("-", "—"),
    lambda _text: "无",
    lambda _text: "N/a",
    lambda _text: "-",
    lambda _text: "",
    lambda _text: "合计",
    lambda _text: "12.5万",
    lambda _text: "\ufeffx？",
)


def text_of(value: Any) -> str:
    """A typed value as canonical text."""
    match value:
        case None:
            return ""
        case bool():
            return str(int(value))
        case list():
            return "；".join(value)
        case _:
            return str(value)


def generated(dataset: Dataset, chance: random.Random) -> list[dict[str, str]]:
    """Good rows, most of them with planted wrongs, with noise, or with both."""
    planted, rows = wrongs(dataset), []
    for _ in range(ROWS):
        row = dict(good_row(dataset))
        for wrong in chance.sample(planted, chance.choice([0, 0, 1, 1, 2, 3])):
            row |= wrong.changes
        texts = {name: text_of(row[name]) for name in dataset.columns}
        for name in chance.sample(list(texts), chance.choice([0, 0, 1, 2])):
            texts[name] = chance.choice(NOISE)(texts[name])
        rows.append(texts)
    return rows


def write(rows: list[dict[str, str]], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def found_by_pandera(dataset: Dataset, frame: pl.DataFrame) -> set[Cell]:
    """What `Model.validate` finds, by the rows of the file."""
    numbers = frame["_row"].to_list()
    try:
        dataset.model.validate(frame.select(dataset.schema.keys()), lazy=True)
    except SchemaErrors as wrong:
        cases = wrong.failure_cases.iter_rows(named=True)
        return {(numbers[case["index"]], case["check"], case["column"]) for case in cases}
    return set()


def assert_the_same_values(kept: pl.DataFrame, frame: pl.DataFrame, dataset: Dataset) -> None:
    """A good row holds what normalising makes of it, whether or not the fast path looked closer.

    What other columns of the row repair is left out.
    """
    repaired = {repair.column for repair in dataset.repairs}
    names = [name for name in dataset.schema if name not in repaired]
    same = frame.join(kept.select("_row"), on="_row", how="semi").sort("_row")
    assert kept.select("_row", *names).rows() == same.select("_row", *names).rows()


@pytest.mark.parametrize("name", catalogue.dataset_names())
@settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(seed=st.integers(0, 2**32))
def test_the_fused_pass_finds_what_pandera_finds(name: str, seed: int) -> None:
    dataset = catalogue.dataset(name)
    rules = {rule.code for rule in dataset.rules}
    terms = Terms(province="00", period="undated", today=date.today())
    with TemporaryDirectory() as folder:
        path = Path(folder) / "delivery.csv"
        write(generated(dataset, random.Random(seed)), path)
        table = table_of(path)
        outcome = check(table, dataset, terms=terms, references={}, into=Path(folder))
        findings = pl.read_parquet(outcome.findings_path)
        findings = findings.filter(pl.col("rule") != "control_total_disagrees")
        kept = pl.read_parquet(outcome.rows_path).sort("_row")
        raw = table.frame.collect()
    assert outcome.faults == ()
    repaired = normalise(raw, table, dataset)
    plan = plan_of(table, dataset, terms=terms, references={})
    frame = typed(repaired.rows.lazy(), plan).collect()
    admitted = set(kept["_row"])
    judged = set(findings["row"]) | admitted
    expected = {cell for cell in found_by_pandera(dataset, frame) if cell[0] in judged}
    fused = set(findings.select("row", "rule", "column").iter_rows())
    unreadable = {(row, column) for row, rule, column in fused if rule not in rules}
    # Pandera sees only that an unreadable cell became null; ours says what was unreadable.
    echoes = {
        (row, "required_value_is_missing", column)
        for row, column in unreadable
        if repaired.rows.filter(pl.col("_row") == row)[column].item() is not None
    }
    told = {cell for cell in fused if cell[1] in rules}
    assert told <= expected - echoes
    # What is not told follows from an error in its row, and is counted there.
    reads = {(rule.code, rule.column): rule.columns | {rule.column} for rule in dataset.rules}
    errors = {
        (row, column)
        for row, column in findings.filter(severity="error").select("row", "column").iter_rows()
    }
    followers = expected - echoes - told
    for row, rule, column in followers:
        causes = {name for name in reads[rule, column] if (row, name) in errors}
        assert causes or (row, None) in errors, (row, rule, column)
    counted = sum(item.count for item in outcome.followers if item.rule in rules)
    assert counted == len(followers)
    rejecting = {rule.code for rule in dataset.rules if rule.severity == "error"}
    rejecting |= {rule for rule, texts in FINDINGS.items() if texts[0] == "error"}
    rejecting |= {rule for rule in findings["rule"].unique() if rule.startswith("value_is_not_a")}
    wrong = {row for row, rule, _ in fused if rule in rejecting}
    assert not wrong & admitted
    assert_the_same_values(kept, frame, dataset)
    apart = outcome.counts.set_aside
    assert len(judged) + apart == raw.height
