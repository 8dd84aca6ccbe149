"""A second delivery is judged as a whole: against the first one, and against what others say."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import yaml

from tests.support.whole import write_csv
from yrdx import catalogue, judging, pipeline
from yrdx.checking.result import Terms
from yrdx.cli import REJECTED
from yrdx.model import Report, Verdict
from yrdx.pipeline.ground import ground_of
from yrdx.pipeline.judgement import examine
from yrdx.settings import TIMEZONE, Settings
from yrdx.store import layout
from yrdx.table_rule import PREVIOUS, About, TableRule

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

RECEIVED = datetime(2026, 10, 9, 8, 30, tzinfo=TIMEZONE)
DATASETS = ("institution", "funding_year", "student_scale", "institution_year")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "provinces").mkdir()
    province = {
        "code": "33",
        "slug": "zhejiang",
        "name": {"zh": "浙江省", "en": "Zhejiang"},
        "agreements": [
            {
                "unit": "jyt",
                "unit_name": {"zh": "浙江省教育厅", "en": "Department of Education"},
                "dataset": name,
                "source": {"kind": "local_folder", "root": "inbox", "glob": f"{name}/*"},
            }
            for name in DATASETS
        ],
    }
    (tmp_path / "provinces" / "33-zhejiang.yaml").write_text(
        yaml.safe_dump(province, allow_unicode=True), encoding="utf-8"
    )
    return tmp_path


@pytest.fixture
def exchange(home: Path) -> pipeline.Exchange:
    return pipeline.open_exchange(Settings(home=home, store=str(home / "store")))


def deliver(exchange: pipeline.Exchange, dataset: str, period: str, rows: list[dict]) -> Report:
    """One delivery from the inbox to its report, and into the next snapshot if admitted."""
    folder = exchange.settings.home / "inbox" / dataset
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"33_{dataset}_{period}.csv"
    write_csv(path, catalogue.dataset(dataset), rows)
    path.with_name(path.name + ".ok").touch()
    province = exchange.province("33")
    (arrival,) = pipeline.discover(exchange, province).arrivals
    delivery = pipeline.land(exchange, province, arrival, received_at=RECEIVED)
    report = pipeline.check(exchange, delivery)
    assert report.faults == ()
    if pipeline.admit(exchange, report):
        assert pipeline.publish(exchange, dataset) is not None
    return report


def kept(exchange: pipeline.Exchange, report: Report, name: str) -> bytes:
    key = layout.checked(report.delivery, rules_digest=report.versions.digest, name=name)
    return exchange.store.get(key)


ORGANISATION = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def credit_code(number: int) -> str:
    """A valid credit code of a school."""
    body = f"47010{number:03d}"
    rest = sum(
        int(digit) * weight for digit, weight in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)
    )
    inner = "0123456789X0"[11 - rest % 11]
    from stdnum.cn import uscc

    first = f"12330100{body}{inner}"
    return first + uscc.calc_check_digit(first)


def schools(count: int = 12) -> list[dict]:
    return [
        {
            "inst_code": f"41330{12_000 + number}",
            "moe5_code": str(12_000 + number),
            "uscc": credit_code(number),
            "inst_name": f"示例{number:02d}职业技术学院",
            "status": "1",
            "successor_code": None,
        }
        for number in range(count)
    ]


def years(period: str, *, count: int = 12, factor: int = 1, grown: float = 1.0) -> list[dict]:
    return [
        {
            "inst_code": school["inst_code"],
            "school_year": period,
            "stat_date": datetime(int(period[:4]), 9, 1).date(),
            "equip_value": (10_000 + 100 * number) * factor,
            "enrolled_total": round((9_000 + 10 * number) * grown),
        }
        for number, school in enumerate(schools(count))
    ]


def codes(report: Report) -> set[str]:
    return {item.rule for item in report.findings}


def test_a_first_delivery_has_nothing_to_be_compared_with_and_is_told_so(exchange):
    report = deliver(exchange, "institution_year", "2023-2024", years("2023-2024"))
    assert report.verdict is Verdict.ADMITTED, report.findings
    reasons = {item.rule: item.reason.zh for item in report.not_checked}
    assert "首次报送不影响入库" in reasons["row_count_fell_by_half"]
    assert "院校名录" in reasons["running_school_did_not_report"]
    assert report.judged == ()
    assert report.versions.judge is None


def test_a_second_delivery_in_another_unit_is_sent_back_and_a_missing_school_is_named(
    home, exchange, tmp_path
):
    assert deliver(exchange, "institution", "2024", schools()).verdict is Verdict.ADMITTED
    first = deliver(exchange, "institution_year", "2023-2024", years("2023-2024"))
    assert first.verdict is Verdict.ADMITTED, first.findings

    wrong = years("2024-2025", count=11, factor=10)
    report = deliver(exchange, "institution_year", "2024-2025", wrong)
    assert report.verdict is Verdict.REJECTED
    assert report.blocked_by == ("figures_jumped_by_a_power_of_ten",)
    assert report.rows.rejected == 0, "no row is wrong by itself"
    assert report.versions.references["institution_year/previous"].startswith("2023-2024-jyt+")
    assert report.versions.judge == judging.judge_version()
    assert "row_count_fell_by_half" in report.judged

    findings = pl.read_parquet(kept(exchange, report, "findings.parquet"))
    (jump,) = findings.filter(pl.col("rule") == "figures_jumped_by_a_power_of_ten").to_dicts()
    assert jump["column"] == "equip_value"
    assert "10 倍" in jump["message_zh"]
    assert "10 times" in jump["message_en"]
    assert "equipment_has_changed_much" not in codes(report), "it only follows from the unit"
    (follower,) = report.followers
    assert (follower.rule, follower.count) == ("equipment_has_changed_much", 11)
    (missing,) = findings.filter(pl.col("rule") == "running_school_did_not_report").to_dicts()
    assert "示例11职业技术学院" in missing["message_zh"]
    assert missing["row"] is None

    page = kept(exchange, report, "receipt.html").decode()
    assert "退回" in page
    assert "示例11职业技术学院" in page
    (tmp_path / "errors.xlsx").write_bytes(kept(exchange, report, "errors.xlsx"))
    listed = openpyxl.load_workbook(tmp_path / "errors.xlsx")["错误清单"]
    lines = {row[8]: row for row in listed.iter_rows(min_row=2, values_only=True)}
    line = lines["figures_jumped_by_a_power_of_ten"]
    assert line[4] is None, "there is no row to point at"
    assert line[11] == "是"

    quality = json.loads(kept(exchange, report, "quality.json"))
    told = {item["code"]: item for item in quality["rules"]}
    assert told["figures_jumped_by_a_power_of_ten"]["success"] is False
    assert told["row_count_fell_by_half"]["success"] is True
    assert told["row_count_fell_by_half"]["expectation"]["meta"]["source"] == "G3"
    data_docs = kept(exchange, report, "quality.html").decode()
    assert "http" not in data_docs
    assert "src=" not in data_docs

    assert told["equipment_has_changed_much"]["wrong"] == 11, "engineers see followers too"

    corrected = deliver(exchange, "institution_year", "2024-2025", years("2024-2025"))
    assert corrected.verdict is Verdict.ADMITTED, corrected.findings
    assert corrected.blocked_by == ()
    assert not codes(corrected) & {"running_school_did_not_report", "enrolled_has_changed_much"}


def test_a_check_made_again_after_its_own_publication_is_the_same_check(exchange):
    deliver(exchange, "institution_year", "2023-2024", years("2023-2024"))
    report = deliver(exchange, "institution_year", "2024-2025", years("2024-2025", grown=1.02))
    assert report.verdict is Verdict.ADMITTED, report.findings
    assert pipeline.check(exchange, report.delivery) == report


def test_rows_that_are_rejected_leave_nothing_to_judge_the_whole_by(exchange):
    deliver(exchange, "institution_year", "2023-2024", years("2023-2024"))
    wrong = [{**row, "enrolled_total": -1} for row in years("2024-2025")]
    report = deliver(exchange, "institution_year", "2024-2025", wrong)
    assert report.verdict is Verdict.REJECTED
    reasons = {item.rule: item.reason.zh for item in report.not_checked}
    assert "改正后再核对整体" in reasons["row_count_fell_by_half"]
    assert report.blocked_by == ()


def examined(exchange: pipeline.Exchange, path: Path, *, rules: tuple[TableRule, ...]) -> Report:
    """A check of the file by other rules about the whole than those of the catalogue."""
    dataset = catalogue.dataset("institution_year")
    of = {"province": "33", "unit": "jyt", "dataset": dataset.name, "period": "2024-2025"}
    delivery = pipeline.identify(path, filename=path.name, **of)
    ground = ground_of(dataset, delivery, store=exchange.store, lists=None)
    into = path.with_suffix("")
    into.mkdir()
    return examine(
        path,
        dataset,
        delivery=delivery,
        terms=Terms(province="33", period="2024-2025", today=RECEIVED.date()),
        ground=replace(ground, surroundings=replace(ground.surroundings, rules=rules)),
        into=into,
        progress=None,
    )


def test_a_rule_that_breaks_is_a_fault_and_gives_no_verdict(exchange, tmp_path):
    deliver(exchange, "institution_year", "2023-2024", years("2023-2024"))

    def measure(_about: About) -> pl.LazyFrame:
        raise ZeroDivisionError("the measure divides by nothing")

    first, second, *_ = [
        rule for rule in catalogue.table_rules("institution_year") if rule.needs == (PREVIOUS,)
    ]
    path = tmp_path / "broken.csv"
    write_csv(path, catalogue.dataset("institution_year"), years("2024-2025"))
    report = examined(exchange, path, rules=(replace(first, measure=measure), second))
    assert report.verdict is None
    (fault,) = report.faults
    assert fault.stage == f"rule {first.code}"
    assert fault.exception == "ZeroDivisionError"
    assert report.judged == (second.code,), "one that breaks stops no other"
    assert not (tmp_path / "broken" / "receipt.html").exists()


def test_a_measure_that_looks_at_what_its_rule_does_not_need_is_a_fault(exchange, tmp_path):
    deliver(exchange, "institution_year", "2023-2024", years("2023-2024"))
    (rule,) = [
        item
        for item in catalogue.table_rules("institution_year")
        if item.code == "row_count_fell_by_half"
    ]
    path = tmp_path / "undeclared.csv"
    write_csv(path, catalogue.dataset("institution_year"), years("2024-2025"))
    report = examined(exchange, path, rules=(replace(rule, needs=()),))
    (fault,) = report.faults
    assert "PREVIOUS" in fault.message


def without_judge(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    """The command line in an installation without Great Expectations."""
    hide = "import sys; sys.modules['great_expectations'] = None; import yrdx.cli; yrdx.cli.main()"
    return subprocess.run(
        [sys.executable, "-c", hide, *arguments],
        cwd=home,
        env={**os.environ, "YRDX_HOME": str(home), "YRDX_STORE": "store"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_its_judge_a_dry_run_says_so_and_the_exchange_judges_nothing(exchange, home):
    deliver(exchange, "institution_year", "2023-2024", years("2023-2024"))
    path = home / "33_institution_year_2024-2025.csv"
    write_csv(path, catalogue.dataset("institution_year"), years("2024-2025"))
    tried = without_judge("check", str(path), "--store", "store", "--out", "receipt", home=home)
    assert tried.returncode == 0, tried.stderr
    report = Report.model_validate_json((home / "receipt" / "report.json").read_text())
    reasons = {item.rule: item.reason.zh for item in report.not_checked}
    assert "yrdx[quality]" in reasons["row_count_fell_by_half"]
    assert not (home / "receipt" / "quality.html").exists()

    (landed,) = pipeline.deliveries(exchange)
    refused = without_judge("check", "--landed", landed.sha256, home=home)
    assert refused.returncode != 0
    assert "install yrdx[quality]" in refused.stderr + refused.stdout


def test_with_its_judge_a_dry_run_leaves_the_engineers_page_beside_the_receipt(exchange, home):
    deliver(exchange, "institution_year", "2023-2024", years("2023-2024"))
    path = home / "33_institution_year_2024-2025.csv"
    write_csv(path, catalogue.dataset("institution_year"), years("2024-2025", factor=10))
    tried = subprocess.run(
        [
            *(str(Path(sys.executable).with_name("yrdx")), "check", str(path)),
            *("--store", str(home / "store"), "--out", str(home / "receipt")),
        ],
        env={**os.environ, "YRDX_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert tried.returncode == REJECTED, tried.stderr
    assert "10 倍" in tried.stdout
    assert (home / "receipt" / "quality.html").exists()
