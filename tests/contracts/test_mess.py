"""The 44 kinds of mess in real files: each is repaired, warned about or refused as agreed."""

from datetime import date
from importlib import import_module
from pathlib import Path

import polars as pl
import pytest

from tests.support.mess import Mess
from yrdx import catalogue, pipeline
from yrdx.checking.result import Terms
from yrdx.example import as_text
from yrdx.model import Report, Severity, Verdict

MODULES = sorted(path.stem for path in (Path(__file__).parent / "mess").glob("*.py"))
MESSES: list[Mess] = [
    mess for stem in MODULES for mess in import_module(f"tests.contracts.mess.{stem}").MESSES
]
ELSEWHERE = {38: "test_mess_of_resending.py"}
"""Kinds that show only between deliveries, and where they are tested."""
TODAY = date(2025, 11, 20)


def test_every_kind_of_mess_has_its_file():
    known = {mess.number for mess in MESSES} | set(ELSEWHERE)
    assert known == set(range(1, 45)), "add the missing kinds to tests/contracts/mess/"
    assert all((Path(__file__).parent / name).exists() for name in ELSEWHERE.values())


@pytest.mark.parametrize("mess", MESSES, ids=str)
def test_a_messy_file_gets_exactly_the_answer_agreed(mess: Mess, tmp_path: Path):
    path = mess.write(tmp_path)
    report = checked(path, mess.dataset, tmp_path / "out")
    found = pl.read_parquet(tmp_path / "out" / "findings.parquet")
    if mess.refused:
        assert (report.verdict, report.reading and report.rows.read) in (
            (Verdict.REJECTED, None), (Verdict.REJECTED, 0),
        )  # fmt: skip
        assert mess.refused in found["rule"].to_list(), found["rule", "message_zh"].rows()
        assert_told(found)
        return
    assert report.faults == ()
    of_the_whole = [rule.code for rule in catalogue.table_rules(mess.dataset)]
    of_rows = found.filter(~pl.col("rule").is_in(of_the_whole))
    told = {(rule, column, row) for rule, column, row in of_rows["rule", "column", "row"].rows()}
    assert told == mess.findings
    assert_told(found)
    assert {(note.column, note.rule): note.cells for note in report.notes} == mess.notes
    rows = admitted_rows(tmp_path / "out", report)
    for column, values in mess.values.items():
        assert [as_text(value) or None for value in rows[column].to_list()] == list(values), column
    for name, fact in mess.facts.items():
        assert getattr(report.reading, name) == fact


def checked(path: Path, dataset: str, into: Path) -> Report:
    delivery = pipeline.identify(
        path, filename=path.name, province="00", unit="self", dataset=dataset, period="undated"
    )
    into.mkdir()
    terms = Terms(province="00", period="undated", today=TODAY)
    return pipeline.check_file(path, delivery, terms=terms, store=None, into=into)


def admitted_rows(folder: Path, report: Report) -> pl.DataFrame:
    rows = pl.read_parquet(folder / "rows.parquet").sort("_row")
    if (folder / "withdrawn.parquet").exists():
        rows = rows.join(pl.read_parquet(folder / "withdrawn.parquet"), on="_row", how="anti")
    assert rows.height == report.rows.admitted
    return rows


def assert_told(found: pl.DataFrame) -> None:
    """Every finding says in both languages what is wrong and what to do."""
    for name in ("message_zh", "message_en", "remedy_zh", "remedy_en"):
        assert found[name].str.len_chars().min() is None or found[name].str.len_chars().min() > 3
        assert not found[name].str.contains(r"\{[a-z_]+\}").any()
    assert set(found["severity"]) <= set(map(str, Severity))
