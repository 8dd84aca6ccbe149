"""Two provinces report one project differently: each gets a notice with its own rows alone."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
import yaml
from typer.testing import CliRunner

from tests.support.whole import write_csv
from validations.measures import last_period
from yrdx import catalogue, pipeline
from yrdx.cli.app import build
from yrdx.comparing import Notice
from yrdx.model import Verdict
from yrdx.settings import TIMEZONE, Settings
from yrdx.store import layout
from yrdx.table_rule import PERIOD, PROVINCE, UNIT

RECEIVED = datetime(2025, 10, 9, 8, 30, tzinfo=TIMEZONE)
PROVINCES = {"33": ("zhejiang", "浙江省", "Zhejiang"), "34": ("anhui", "安徽省", "Anhui")}
DATASETS = ("articulation_project", "enrollment_plan", "certificate_award")
PERIODS = dict(zip(DATASETS, ("2024-2025", "2025", "2024-2025-1"), strict=True))

SHARED = {"down_inst": "4134013059", "project_no": "33-2024-0044"}
OF_ANHUI = {"down_inst": "4134013059", "project_no": "34-2024-0003"}
PLAN = {"inst_code": "4133012861", "source_province": "34"}
IN_ANHUI = {"inst_code": "4134013059", "person_key": "9" * 64, "issuer_uscc": "12330106MA71000193"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "provinces").mkdir()
    for code, (slug, zh, en) in PROVINCES.items():
        agreements = [
            {
                "unit": "jyt",
                "unit_name": {"zh": f"{zh}教育厅", "en": f"{en} Department of Education"},
                "dataset": dataset,
                "source": {
                    "kind": "local_folder",
                    "root": f"inbox/{code}",
                    "glob": f"{dataset}/*",
                },
            }
            for dataset in DATASETS
        ]
        province = {"code": code, "slug": slug, "name": {"zh": zh, "en": en}}
        (tmp_path / "provinces" / f"{code}-{slug}.yaml").write_text(
            yaml.safe_dump(province | {"agreements": agreements}, allow_unicode=True),
            encoding="utf-8",
        )
        for dataset in DATASETS:
            (tmp_path / "inbox" / code / dataset).mkdir(parents=True)
    return tmp_path


@pytest.fixture
def exchange(home: Path) -> pipeline.Exchange:
    return pipeline.open_exchange(Settings(home=home, store=str(home / "store")))


def hand_in(
    home: Path, code: str, dataset: str, rows: Sequence[dict[str, Any]], *, attempt: int = 1
) -> None:
    name = f"{code}_{dataset}_{PERIODS[dataset]}_v{attempt}.csv"
    path = home / "inbox" / code / dataset / name
    write_csv(path, catalogue.dataset(dataset), rows)
    path.with_name(path.name + ".ok").touch()


def walk(exchange: pipeline.Exchange, *, day: int = 0) -> None:
    """Everything up to new snapshots."""
    for code in PROVINCES:
        province = exchange.province(code)
        for arrival in pipeline.discover(exchange, province).arrivals:
            received = RECEIVED + timedelta(days=day)
            delivery = pipeline.land(exchange, province, arrival, received_at=received)
            report = pipeline.check(exchange, delivery)
            assert report.verdict is Verdict.ADMITTED, (delivery.filename, report.findings)
            pipeline.admit(exchange, report)
    for dataset in DATASETS:
        pipeline.publish(exchange, dataset)


@pytest.fixture
def disagreeing(home: Path, exchange: pipeline.Exchange) -> pipeline.Exchange:
    """Zhejiang plans 100 in the shared project, Anhui says 90; other things differ too."""
    hand_in(home, "33", "articulation_project", [{}, SHARED])
    hand_in(home, "34", "articulation_project", [OF_ANHUI | {"plan_num": 90, "admitted_num": 88}])
    hand_in(home, "33", "enrollment_plan", [PLAN, PLAN | {"major_code": "510203"}])
    hand_in(home, "34", "enrollment_plan", [PLAN])
    hand_in(home, "33", "certificate_award", [{}])
    hand_in(home, "34", "certificate_award", [IN_ANHUI])
    walk(exchange)
    return exchange


def of(notices: Sequence[Notice], code: str) -> Notice:
    return next(item for item in notices if item.province == code)


def codes(notice: Notice) -> dict[str, int]:
    return {item.rule: item.lines for item in notice.told}


def everything(exchange: pipeline.Exchange, notice: Notice) -> str:
    """All that the files of a notice say."""

    def stored(name: str) -> bytes:
        return exchange.store.get(layout.notice(notice.province, notice.number, name=name))

    rows = pl.read_parquet(BytesIO(stored("rows.parquet")))
    sheet = openpyxl.load_workbook(BytesIO(stored("notice.xlsx"))).active
    assert sheet is not None
    cells = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row]
    return "\n".join(
        [
            stored("notice.json").decode(),
            stored("notice.html").decode(),
            *(str(value) for line in rows.iter_rows() for value in line),
            *cells,
        ]
    )


def test_each_province_is_told_with_its_own_rows_alone(disagreeing: pipeline.Exchange) -> None:
    notices = pipeline.compare(disagreeing)
    zhejiang, anhui = of(notices, "33"), of(notices, "34")
    assert codes(zhejiang) == {
        "shared_project_is_reported_differently": 1,
        "plan_is_not_reported_by_the_other": 1,
        "certificate_is_reported_by_two_provinces": 1,
    }
    assert codes(anhui) == {
        "shared_project_is_reported_differently": 1,
        "plan_is_reported_by_the_other_only": 1,
        "certificate_is_reported_by_two_provinces": 1,
    }
    own = next(line for line in zhejiang.lines if "project" in line.rule)
    assert (own.filename, own.row) == ("33_articulation_project_2024-2025_v1.csv", 3)
    assert own.shown == "项目编号：33-2024-0044；计划数：100；录取数：105"
    assert "安徽省" in own.message.zh
    assert "Anhui" in own.message.en
    for item in (*zhejiang.told, *anhui.told):
        assert "{" not in f"{item.message} {item.remedy}", "the text of a rule has an open place"
    told_to_zhejiang = everything(disagreeing, zhejiang)
    assert "33-2024-0044" in told_to_zhejiang
    for foreign in ("34-2024-0003", "34_articulation", "34_certificate", "计划数：90"):
        assert foreign not in told_to_zhejiang
    told_to_anhui = everything(disagreeing, anhui)
    assert "计划数：90" in told_to_anhui
    for foreign in ("33-2024-0044", "33_articulation", "33_enrollment", "计划数：100；录取数：105"):
        assert foreign not in told_to_anhui
    hashes = ("9" * 64, "0123456789abcdef" * 4, "fedcba9876543210" * 4)
    assert not [item for item in hashes if item in told_to_anhui + told_to_zhejiang]


def test_what_a_province_does_not_report_is_told_without_rows(
    disagreeing: pipeline.Exchange,
) -> None:
    anhui = of(pipeline.compare(disagreeing), "34")
    (line,) = [item for item in anhui.lines if item.rule == "plan_is_reported_by_the_other_only"]
    assert (line.row, line.filename, line.shown) == (None, None, "")
    assert line.key == "2025 / 4133012861 / 510203 / 2021 / 34 / 1"


def test_a_notice_speaks_in_titles_and_names_the_other_province(
    disagreeing: pipeline.Exchange,
) -> None:
    notice = of(pipeline.compare(disagreeing), "33")
    read = everything(disagreeing, notice)
    for item in notice.told:
        assert "对方省份" not in f"{item.message} {item.remedy}"
    assert read.count("请与安徽省的对口单位核对") >= 5, "page, workbook and all lines"
    page = disagreeing.store.get(layout.notice("33", notice.number, name="notice.html")).decode()
    assert "贯通培养项目 1.0.0" in page
    for name, version in notice.compared.items():
        assert f"{name} " not in page
        assert version not in page
    for absent in notice.not_compared:
        assert f"<td>{absent.rule}" not in page


def test_of_two_units_that_deliver_the_same_each_has_a_last_period_of_its_own() -> None:
    rows = pl.LazyFrame(
        {
            PROVINCE: ["33", "33", "33", "34"],
            UNIT: ["jyt", "jyt", "rst", "jyt"],
            PERIOD: ["2024", "2025", "2024", "undated"],
        }
    )
    last = last_period(rows).collect()
    assert last.rows() == [("33", "jyt", "2025"), ("33", "rst", "2024"), ("34", "jyt", "undated")]


def test_comparing_again_changes_nothing(disagreeing: pipeline.Exchange) -> None:
    notices = pipeline.compare(disagreeing)
    before = {item.key: item.sha256 for item in disagreeing.store.list("")}
    assert pipeline.compare(disagreeing) == notices
    assert {item.key: item.sha256 for item in disagreeing.store.list("")} == before
    assert pipeline.notices(disagreeing, "33") == [of(notices, "33")]


def test_a_corrected_delivery_ends_the_disagreement(
    home: Path, disagreeing: pipeline.Exchange
) -> None:
    first = pipeline.compare(disagreeing)
    hand_in(home, "34", "articulation_project", [OF_ANHUI], attempt=2)
    walk(disagreeing, day=1)
    second = pipeline.compare(disagreeing)
    for code in PROVINCES:
        assert "shared_project_is_reported_differently" not in codes(of(second, code))
        assert of(second, code).number != of(first, code).number
        assert pipeline.notices(disagreeing, code) == [of(first, code), of(second, code)]


def test_the_command_line_names_each_notice(
    home: Path, disagreeing: pipeline.Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YRDX_HOME", str(home))
    monkeypatch.setenv("YRDX_STORE", str(home / "store"))
    monkeypatch.setenv("COLUMNS", "400")
    outcome = CliRunner().invoke(build(), ["--lang", "zh", "compare", "anhui"])
    assert outcome.exit_code == 0, outcome.output
    (notice,) = pipeline.notices(disagreeing, "34")
    assert "安徽省" in outcome.output
    assert notice.number in outcome.output
    assert "浙江省" not in outcome.output
