"""Checks a file of schools in the way that every file is checked, and gives what comes back."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from tests.support.tables import SCHOOL, terms
from yrdx.checking.returned import Returned
from yrdx.checking.versions import versions_of
from yrdx.model import Delivery, Report
from yrdx.pipeline.ground import Ground
from yrdx.pipeline.judgement import examine


@dataclass(frozen=True)
class Answer:
    report: Report
    returned: Returned
    folder: Path

    def book(self, name: str = "annotated.xlsx") -> openpyxl.Workbook:
        return openpyxl.load_workbook(self.folder / name)

    @property
    def names(self) -> set[str]:
        return {path.name for path in self.folder.iterdir()}


@pytest.fixture
def answer(tmp_path):
    """Checks a file as its partner would, or as a received delivery."""

    def check(path: Path, *, received: bool = False, copy_rows: int = 200_000, **facts) -> Answer:
        folder = tmp_path / f"receipt {len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        delivery = Delivery(
            province="33",
            unit="edu",
            dataset="school",
            period="2025",
            sha256="a" * 64,
            sm3="b" * 64,
            size=path.stat().st_size,
            filename=path.name,
            received_at=datetime(2026, 3, 1, tzinfo=UTC) if received else None,
            attempt=1 if received else None,
        )
        versions = versions_of(SCHOOL, references={})
        report = examine(
            path,
            SCHOOL,
            delivery=delivery,
            terms=terms(**facts),
            ground=Ground(references={}, lists={}, versions=versions, copy_rows=copy_rows),
            into=folder,
            progress=None,
            keep_rows=False,
        )
        receipt = json.loads((folder / "receipt.json").read_text("utf-8"))
        return Answer(report, Returned.model_validate(receipt["returned"]), folder)

    return check
