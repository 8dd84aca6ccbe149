"""Findings of one attempt are recognised in the next, whatever row they moved to."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from yrdx.checking.attempts import ANSWERS, SINCE_LAST, Past, compare_attempts, with_states
from yrdx.checking.findings_parquet import SCHEMA
from yrdx.model import Delivery, Report, RowCounts, Verdict, Versions


def a_report(attempt: int, *, rows: int = 100) -> Report:
    delivery = Delivery(
        province="33",
        unit="jyt",
        dataset="institution",
        period="2025",
        sha256=f"{attempt:064x}",
        sm3=f"{attempt:064x}",
        size=1,
        filename=f"{attempt}.csv",
        received_at=datetime(2025, 10, attempt, tzinfo=UTC),
        attempt=attempt,
    )
    return Report(
        delivery=delivery,
        versions=Versions(contract="1.0.0", rules="r", code="c"),
        verdict=Verdict.REJECTED,
        tolerance=0.05,
        rows=RowCounts(read=rows, rejected=rows),
        reading=None,
        findings=(),
        notes=(),
        control_totals=(),
        not_supplied=(),
        missing=(),
        not_checked=(),
    )


def found(*lines: tuple) -> pl.DataFrame:
    """Findings as rule, column, row and key."""
    named = [dict(zip(("rule", "column", "row", "key"), line, strict=True)) for line in lines]
    return pl.DataFrame(named, schema=SCHEMA)


def past(folder: Path, *frames: pl.DataFrame | None, answers: pl.DataFrame | None = None) -> Past:
    """Attempts with these findings; None stands for one that could not be read."""
    reports, paths = [], {}
    for attempt, frame in enumerate(frames, start=1):
        report = a_report(attempt, rows=100 if frame is not None else 0)
        reports.append(report)
        if frame is not None:
            path = folder / f"{attempt}.parquet"
            frame.write_parquet(path)
            paths[report.delivery.sha256] = path
    answers = pl.DataFrame(schema=ANSWERS) if answers is None else answers
    return Past(reports=tuple(reports), findings=paths, answers=answers)


def compared(folder: Path, now: pl.DataFrame, before: Past, *, piece: int = 1_000_000):
    now.write_parquet(folder / "findings.parquet")
    number = len(before.reports) + 1
    report = compare_attempts(a_report(number), before, into=folder, piece=piece)
    states = None
    if (folder / SINCE_LAST).exists():
        states = pl.concat(with_states(folder / "findings.parquet", folder / SINCE_LAST))
    return report, states


def test_a_finding_is_known_by_rule_column_and_key_not_by_its_row(tmp_path):
    before = past(tmp_path, found(("a", "x", 5, "k1"), ("a", "x", 6, "k2"), ("b", "x", 6, "k2")))
    now = found(("a", "x", 91, "k1"), ("a", "y", 91, "k1"), ("a", "x", 92, "k3"))
    report, states = compared(tmp_path, now, before)
    assert states["state"].to_list() == ["still", "new", "new"]
    since = report.since_last
    assert (since.attempt, since.still, since.new, since.back, since.fixed) == (1, 1, 2, 0, 2)
    changes = {(item.rule, item.column): item for item in since.changes}
    assert (changes["a", "x"].fixed, changes["b", "x"].fixed) == (1, 1)
    assert [item.attempt for item in report.attempts] == [1, 2]


def test_without_a_key_the_row_counts(tmp_path):
    before = past(tmp_path, found(("a", "x", 5, None), ("file", None, None, None)))
    now = found(("a", "x", 5, None), ("a", "x", 6, None), ("file", None, None, None))
    _, states = compared(tmp_path, now, before)
    assert states["state"].to_list() == ["still", "new", "still"]


def test_masked_keys_are_told_apart_by_their_number(tmp_path):
    before = past(tmp_path, found(*(("a", "x", row, "****") for row in range(5))))
    now = found(*(("a", "x", row, "****") for row in range(40, 47)))
    report, states = compared(tmp_path, now, before)
    assert states["state"].to_list() == ["still"] * 5 + ["new"] * 2
    assert (report.since_last.still, report.since_last.new, report.since_last.fixed) == (5, 2, 0)


def test_what_was_put_right_and_is_wrong_again_is_back(tmp_path):
    before = past(tmp_path, found(("a", "x", 1, "k1")), found(("a", "x", 2, "k2")))
    _, states = compared(tmp_path, found(("a", "x", 3, "k1"), ("a", "x", 4, "k3")), before)
    assert states["state"].to_list() == ["back", "new"]


def test_an_unreadable_attempt_in_between_put_nothing_right(tmp_path):
    before = past(tmp_path, found(("a", "x", 1, "k1")), None)
    report, states = compared(tmp_path, found(("a", "x", 3, "k1")), before)
    assert states["state"].to_list() == ["still"]
    assert report.since_last.attempt == 1
    assert len(report.attempts) == 3


def test_nothing_is_compared_with_files_that_could_not_be_read(tmp_path):
    report, states = compared(tmp_path, found(("a", "x", 3, "k1")), past(tmp_path, None))
    assert states is None
    assert report.since_last is None
    assert len(report.attempts) == 2


def test_an_explanation_follows_its_finding_and_the_last_one_counts(tmp_path):
    given = [
        {"rule": "a", "column": "x", "row": 1, "key": "k1", "answer": "第一次说明"},
        {"rule": "a", "column": "x", "row": 1, "key": "k1", "answer": "第二次说明"},
        {"rule": "a", "column": "x", "row": 9, "key": "k9", "answer": "已经改好的"},
    ]
    before = past(tmp_path, found(("a", "x", 1, "k1")), answers=pl.DataFrame(given, schema=ANSWERS))
    report, states = compared(tmp_path, found(("a", "x", 7, "k1"), ("a", "x", 8, "k2")), before)
    assert states["answer"].to_list() == ["第二次说明", None]
    assert report.since_last.answered == 1


@pytest.mark.parametrize("piece", [50, 1_000])
def test_pieces_give_what_the_whole_gives(tmp_path, piece):
    def many(start: int, stop: int) -> pl.DataFrame:
        return found(*(("a", "x", row, f"k{row % 700}") for row in range(start, stop)))

    answers = []
    for size, name in ((piece, "pieces"), (1_000_000, "whole")):
        folder = tmp_path / name
        folder.mkdir()
        before = past(folder, many(0, 900), many(300, 800))
        report, states = compared(folder, many(100, 1_200), before, piece=size)
        answers.append((report.since_last, states["state"].to_list()))
    assert answers[0] == answers[1]
    since = answers[0][0]
    assert since.still + since.new + since.back == 1_100
    assert since.back > 0
