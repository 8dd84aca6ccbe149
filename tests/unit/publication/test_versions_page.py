"""The page about versions: each of its code blocks runs, from top to bottom."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from tests.support.admissions import admit_rows, awards, partners
from tests.support.award import DATASET
from yrdx.publication import publish
from yrdx.store.local import open_local

BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)


def test_every_example_of_the_page_runs_and_shows_the_changes(
    project: Path,
    tmp_path: Path,
    spool: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    store = open_local(tmp_path / "var" / "store")
    rows = awards(31, province="31")
    level = pl.when(pl.col("_row") < 9).then(pl.lit("3")).otherwise("level_code")
    for attempt, delivered in enumerate((rows, rows.with_columns(level_code=level)), start=1):
        admit_rows(store, delivered, province="31", attempt=attempt)
        publish(DATASET, store=store, provinces=partners("31"), spool=spool)
    page = (project / "docs" / "versions.md").read_text(encoding="utf-8")
    blocks = BLOCK.findall(page.replace("competition_award", DATASET.name))
    assert len(blocks) == 3
    monkeypatch.chdir(tmp_path)
    shown, names = [], {}
    for block in blocks:
        exec(block, names)
        shown.append(capfd.readouterr().out)
    told, duck, applied = shown
    changed = int(re.fullmatch(r"patch \{'level_code': ([0-9])\}\n2025 31 0 \1 0\n", told)[1])
    assert 0 < changed < 7
    assert re.search(rf"31 *│ level_code *│ *{changed} ", duck)
    assert applied == "2025 31 31\n"
