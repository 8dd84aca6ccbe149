"""Intake holds a sealed file to the agreement: another algorithm or year of the key is told."""

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
import yaml

from tests.support.spoiling import good_row
from yrdx import catalogue, pipeline, sealing
from yrdx.example import as_text
from yrdx.model import Report, Verdict
from yrdx.settings import TIMEZONE, Settings

RECEIVED = datetime(2025, 10, 9, 8, 30, tzinfo=TIMEZONE)
NAME = "certificate_award"


def seal(folder: Path, into: Path, *, algorithm: str, year: int = 2025) -> None:
    """One raw certificate, sealed at its owner's."""
    key = folder / f"person-{year}.key"
    if not key.exists():
        sealing.new_key(key)
    row = {**good_row(catalogue.dataset(NAME)), "cert_no_hash": "S000133000001243000123"}
    columns = {"身份证号": "11010519491231002X"} | {
        field: as_text(value) for field, value in row.items() if field != "person_key"
    }
    raw = folder / "raw.csv"
    pl.DataFrame([{**columns, "cert_no_prefix": None}]).write_csv(raw)
    outcome = sealing.seal(
        raw,
        sealing.Request(
            dataset=catalogue.dataset(NAME),
            key=sealing.read_key(key, year=year),
            algorithm=algorithm,
            into=into,
        ),
    )
    assert (outcome.sealed, outcome.refused) == (1, ())


def received(home: Path, **agreed: object) -> Report:
    """What becomes of the files in the inbox under an agreement."""
    (home / "provinces").mkdir()
    agreement = {
        "unit": "jyt",
        "unit_name": {"zh": "浙江省教育厅", "en": "Department of Education"},
        "dataset": NAME,
        "period": "2024-2025-2",
        "source": {
            "kind": "local_folder", "root": "inbox", "complete": {"by": "name", "name": "sealed.*"},
        },
        **agreed,
    }  # fmt: skip
    province = {
        "code": "33",
        "slug": "zhejiang",
        "name": {"zh": "浙江省", "en": "Zhejiang"},
        "agreements": [agreement],
    }
    text = yaml.safe_dump(province, allow_unicode=True)
    (home / "provinces" / "33-zhejiang.yaml").write_text(text, encoding="utf-8")
    exchange = pipeline.open_exchange(Settings(home=home, store=str(home / "store")))
    (arrival,) = pipeline.discover(exchange, exchange.province("33")).arrivals
    delivery = pipeline.land(exchange, exchange.province("33"), arrival, received_at=RECEIVED)
    return pipeline.check(exchange, delivery)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "home" / "inbox").mkdir(parents=True)
    return tmp_path / "home" / "inbox"


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_file_sealed_as_agreed_passes_and_its_report_says_how(kind, inbox, tmp_path):
    seal(tmp_path, inbox / f"sealed.{kind}", algorithm="hmac-sm3")
    (inbox / f"sealed.{kind}.seal.json").unlink()
    report = received(inbox.parent, sealing="hmac-sm3", sealing_year=2025)
    assert report.verdict is Verdict.ADMITTED, report.findings
    sealed = report.reading.sealed
    assert (sealed.algorithm, sealed.year, len(sealed.key_id)) == ("hmac-sm3", 2025, 16)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_another_algorithm_than_agreed_is_refused_with_both_names(kind, inbox, tmp_path):
    seal(tmp_path, inbox / f"sealed.{kind}", algorithm="hmac-sha256")
    (inbox / f"sealed.{kind}.seal.json").unlink()
    report = received(inbox.parent)
    assert report.verdict is Verdict.REJECTED
    (found,) = report.findings
    assert found.rule == "seal_is_of_another_algorithm"
    for text in (found.message.zh, found.message.en):
        assert "hmac-sha256" in text
        assert "hmac-sm3" in text
    assert "yrdx seal --algorithm hmac-sm3" in found.remedy.zh


def test_the_key_of_another_year_is_refused_also_once_excel_has_saved_the_file(inbox, tmp_path):
    seal(tmp_path, tmp_path / "sealed.csv", algorithm="hmac-sm3", year=2024)
    lines = (tmp_path / "sealed.csv").read_text("utf-8-sig").splitlines()
    with xlsxwriter.Workbook(str(inbox / "sealed.xlsx")) as book:
        sheet = book.add_worksheet()
        for row, line in enumerate(lines):
            sheet.write_row(row, 0, line.split(","))
    report = received(inbox.parent, sealing_year=2025)
    assert report.verdict is Verdict.REJECTED
    (found,) = report.findings
    assert found.rule == "seal_is_of_another_year"
    assert ("2024" in found.message.en, "2025" in found.remedy.zh) == (True, True)


def test_what_is_sealed_by_other_means_and_says_nothing_is_not_compared(inbox, tmp_path):
    seal(tmp_path, tmp_path / "sealed.csv", algorithm="hmac-sha256")
    lines = (tmp_path / "sealed.csv").read_text("utf-8-sig").splitlines()
    (inbox / "sealed.csv").write_text("\n".join([*lines[1:], ""]), encoding="utf-8")
    report = received(inbox.parent)
    assert report.verdict is Verdict.ADMITTED
    assert report.reading.sealed is None
