"""A partner corrects the annotated workbook that came back, sends it, and it is admitted."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
import yaml

from yrdx import pipeline
from yrdx.checking.returned import Returned
from yrdx.cli import main
from yrdx.model import Report, Verdict
from yrdx.settings import TIMEZONE, Settings
from yrdx.store import layout

RECEIVED = datetime(2025, 10, 9, 8, 30, tzinfo=TIMEZONE)
HEADER = (
    "统一社会信用代码,年度,企业名称,注册地区划,行业代码,企业规模,经营状态,产教融合型企业,国有企业"
)
GOOD = "91330100799655058B,2025,杭州示例一厂（生成）,330106,3011,1,1,2,0"
SPELT = "91310000132260250X,2025年,杭州示例二厂(生成),330106,C3011,中型,在营,0,否"
WRONG = "91330000142943303X,2025,示例四厂（生成）,330106,3011,1,1,0,0"
RIGHT = "9144030071526726XG"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    province = {
        "code": "33",
        "slug": "zhejiang",
        "name": {"zh": "浙江省", "en": "Zhejiang"},
        "agreements": [
            {
                "unit": "jxt",
                "unit_name": {"zh": "浙江省经济和信息化厅", "en": "Economy and IT"},
                "dataset": "enterprise",
                "source": {"kind": "local_folder", "root": "inbox", "glob": "*"},
            }
        ],
    }
    (tmp_path / "provinces").mkdir()
    (tmp_path / "inbox").mkdir()
    text = yaml.safe_dump(province, allow_unicode=True)
    (tmp_path / "provinces" / "33-zhejiang.yaml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def exchange(home: Path) -> pipeline.Exchange:
    return pipeline.open_exchange(Settings(home=home, store=str(home / "store")))


def workbook(path: Path, *rows: str) -> Path:
    book = openpyxl.Workbook()
    for row in (HEADER, *rows):
        book.active.append(row.split(","))
    book.save(path)
    return path


def walk(exchange: pipeline.Exchange, *, on: datetime) -> Report:
    province = exchange.province("33")
    (arrival,) = pipeline.discover(exchange, province).arrivals
    delivery = pipeline.land(exchange, province, arrival, received_at=on)
    report = pipeline.check(exchange, delivery)
    pipeline.admit(exchange, report)
    return report


def fetch(exchange: pipeline.Exchange, report: Report, name: str, *, into: Path) -> Path:
    key = layout.checked(report.delivery, rules_digest=report.versions.digest, name=name)
    exchange.store.fetch(key, into=into)
    return into


def test_the_annotated_workbook_is_corrected_sent_and_admitted(home, exchange, tmp_path):
    workbook(home / "inbox" / "33_enterprise_2025.xlsx", GOOD, SPELT, WRONG)
    (home / "inbox" / "33_enterprise_2025.xlsx.ok").touch()
    rejected = walk(exchange, on=RECEIVED)
    assert rejected.verdict is Verdict.REJECTED

    annotated = fetch(exchange, rejected, "annotated.xlsx", into=tmp_path / "annotated.xlsx")
    book = openpyxl.load_workbook(annotated)
    sheet = book.active
    assert sheet["A4"].fill.fgColor.rgb == "FFFBD9D2"
    assert "统一社会信用代码" in sheet["J4"].value
    sheet["A4"] = RIGHT
    book.save(home / "inbox" / "33_enterprise_2025_v2.xlsx")
    (home / "inbox" / "33_enterprise_2025_v2.xlsx.ok").touch()

    admitted = walk(exchange, on=RECEIVED + timedelta(days=1))
    assert admitted.verdict is Verdict.ADMITTED, admitted.findings
    assert "columns_are_not_in_the_contract" not in {item.rule for item in admitted.findings}


def test_the_corrected_workbook_is_kept_with_the_receipt_and_passes_when_sent(
    home, exchange, tmp_path
):
    workbook(home / "inbox" / "33_enterprise_2025.xlsx", GOOD, SPELT)
    (home / "inbox" / "33_enterprise_2025.xlsx.ok").touch()
    first = walk(exchange, on=RECEIVED)
    receipt = fetch(exchange, first, "receipt.json", into=tmp_path / "receipt.json")
    told = json.loads(receipt.read_text("utf-8"))
    returned = Returned.model_validate(told["returned"])
    assert returned.corrected is not None
    assert returned.corrected.errors == 0
    assert {"corrected.xlsx", "errors.xlsx"} <= set(told["proof"]["artefacts"])

    corrected = home / "inbox" / "33_enterprise_2025_v2.xlsx"
    fetch(exchange, first, "corrected.xlsx", into=corrected)
    (home / "inbox" / "33_enterprise_2025_v2.xlsx.ok").touch()
    again = walk(exchange, on=RECEIVED + timedelta(days=1))

    assert again.verdict is Verdict.ADMITTED
    assert again.rows.admitted == 2
    assert not [note for note in again.notes if note.column]


def test_another_size_of_copies_makes_another_check(home):
    sizes = [pipeline.open_exchange(Settings(home=home, store=str(home / "store"), copy_rows=n))
             for n in (200_000, 1)]  # fmt: skip
    workbook(home / "inbox" / "33_enterprise_2025.xlsx", GOOD, WRONG)
    (home / "inbox" / "33_enterprise_2025.xlsx.ok").touch()
    whole = walk(sizes[0], on=RECEIVED)

    cut = pipeline.check(sizes[1], whole.delivery)

    assert whole.versions.copy_rows is None
    assert cut.versions.copy_rows == 1
    assert cut.versions.digest != whole.versions.digest


def test_the_command_line_writes_the_copies_beside_the_receipt_and_names_them(
    home, monkeypatch, capsys
):
    monkeypatch.chdir(home)
    monkeypatch.setenv("YRDX_HOME", str(home))
    monkeypatch.setenv("YRDX_LANG", "zh")
    monkeypatch.setenv("COLUMNS", "160")
    workbook(home / "33_enterprise_2025.xlsx", GOOD, SPELT, WRONG)

    with pytest.raises(SystemExit) as left:
        main(["check", "33_enterprise_2025.xlsx", "-o", "out"])
    said = capsys.readouterr().out
    assert left.value.code == 1
    assert "annotated.xlsx  标出 2 个有问题的单元格" in said
    assert "corrected.xlsx  替您改好" in said
    assert (home / "out" / "annotated.xlsx").exists()
    assert (home / "out" / "corrected.xlsx").exists()

    workbook(home / "33_enterprise_2025.xlsx", GOOD)
    with pytest.raises(SystemExit) as left:
        main(["check", "33_enterprise_2025.xlsx", "-o", "out"])
    assert left.value.code == 0
    assert not (home / "out" / "annotated.xlsx").exists()
