"""The page for downstream readers: each of its code blocks runs, from top to bottom."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.admissions import admit_rows, awards, partners
from tests.support.award import DATASET
from yrdx.publication import publish
from yrdx.store.local import open_local

BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)


def test_every_example_of_the_page_runs_and_shows_the_rows(
    project: Path,
    tmp_path: Path,
    spool: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    store = open_local(tmp_path / "var" / "store")
    admit_rows(store, awards(31, province="31"), province="31", not_supplied=("score",))
    admit_rows(store, awards(47, province="33"), province="33", period="2024")
    manifest = publish(DATASET, store=store, provinces=partners("31", "32", "33"), spool=spool)
    assert manifest is not None
    page = (project / "docs" / "reading-snapshots.md").read_text(encoding="utf-8")
    blocks = BLOCK.findall(page.replace("competition_award", DATASET.name))
    assert len(blocks) == 8
    monkeypatch.chdir(tmp_path)
    shown, names = [], {}
    for block in blocks:
        exec(block, names)
        shown.append(capfd.readouterr().out)
    find, duck, polars, arrow, pandas, verified, columns, states = shown
    assert find == ""
    assert re.search(r"31 *│ 2025 *│ *31 ", duck)
    assert re.search(r"33 *│ 2024 *│ *47 ", duck)
    assert re.search(r"33 *┆ 47 ", polars)
    assert arrow.startswith("78 ['cert_no', 'issuer'")
    assert re.search(r"^31 +31\n33 +47$", pandas, re.MULTILINE)
    assert verified == f"{manifest.version} 78\n"
    assert "hours_count int64 学时 Hours 学时\n" in columns
    assert "31 edu 2025 arrived\n32 edu 2024 missing\n" in states
    assert "33 edu 2025 carried_forward\n{'31': ['score']}\n" in states
