"""Whatever a verdict rests on is in the versions of its report, and so in the report's name."""

from datetime import datetime
from pathlib import Path

import pytest
import yaml

from yrdx import pipeline
from yrdx.model import Report, Verdict, Versions
from yrdx.settings import TIMEZONE, Settings
from yrdx.store import layout

HEADER = (
    "统一社会信用代码,年度,企业名称,注册地区划,行业代码,企业规模,经营状态,产教融合型企业,国有企业"
)
ROWS = [
    "91330100799655058B,2025,杭州示例一厂（生成）,330106,3011,1,1,2,0",
    "91310000132260250X,2025,杭州示例二厂（生成）,330106,3011,2,1,0,0",
    "9144030071526726XG,2025,杭州示例三厂（生成）,330100,3011,3,1,0,0",
    "91330000142943303X,2025,示例四厂（生成）,330106,3011,1,1,0,0",
]
"""The check digit of the last one is wrong: a quarter of the rows."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "provinces").mkdir()
    (tmp_path / "inbox").mkdir()
    agree(tmp_path)
    path = tmp_path / "inbox" / "33_enterprise_2025.csv"
    path.write_text("\n".join([HEADER, *ROWS, ""]), encoding="utf-8")
    path.with_name(path.name + ".ok").touch()
    return tmp_path


def agree(home: Path, **terms: object) -> None:
    province = {
        "code": "33",
        "slug": "zhejiang",
        "name": {"zh": "浙江省", "en": "Zhejiang"},
        "agreements": [
            {
                "unit": "jxt",
                "unit_name": {"zh": "浙江省经济和信息化厅", "en": "Economy and IT"},
                "dataset": "enterprise",
                "source": {"kind": "local_folder", "root": "inbox", "glob": "*.csv"},
                **terms,
            }
        ],
    }
    text = yaml.safe_dump(province, allow_unicode=True)
    (home / "provinces" / "33-zhejiang.yaml").write_text(text, encoding="utf-8")


def opened(home: Path) -> pipeline.Exchange:
    return pipeline.open_exchange(Settings(home=home, store=str(home / "store")))


@pytest.fixture
def delivery(home):
    exchange = opened(home)
    province = exchange.province("33")
    (arrival,) = pipeline.discover(exchange, province).arrivals
    received_at = datetime(2025, 10, 9, 8, 30, tzinfo=TIMEZONE)
    return pipeline.land(exchange, province, arrival, received_at=received_at)


def test_terms_agreed_anew_make_another_report_with_another_verdict(home, delivery):
    strict = pipeline.check(opened(home), delivery)
    assert strict.verdict is Verdict.REJECTED
    assert strict.versions.agreed == {"tolerance": "0.05", "sealing": "hmac-sm3"}
    agree(home, tolerance=0.5)
    lenient = pipeline.check(opened(home), delivery)
    assert lenient.verdict is Verdict.ADMITTED_IN_PART
    agree(home, tolerance=0.5, not_supplied=["ent_name"])
    without_name = pipeline.check(opened(home), delivery)
    agree(home, tolerance=0.5, own_rows_only=True)
    own_rows = pipeline.check(opened(home), delivery)
    agree(home, tolerance=0.5, sealing="hmac-sha256", sealing_year=2025)
    sealed = pipeline.check(opened(home), delivery)
    reports = (strict, lenient, without_name, own_rows, sealed)
    assert len({report.versions.digest for report in reports}) == len(reports)

    outcome = pipeline.replay(opened(home), delivery, digest=strict.versions.digest)
    (moved,) = outcome.moved
    assert (moved.what.zh, moved.then, moved.now) == (
        "协议约定",
        "sealing hmac-sm3, sealing_year —, tolerance 0.05",
        "sealing hmac-sha256, sealing_year 2025, tolerance 0.5",
    )
    agree(home)
    assert pipeline.replay(opened(home), delivery, digest=strict.versions.digest).is_reproduced
    assert pipeline.check(opened(home), delivery) == strict


def test_the_programs_of_others_are_named_and_a_replay_tells_when_they_moved_on(home, delivery):
    exchange = opened(home)
    report = pipeline.check(exchange, delivery)
    assert {"polars", "pyarrow", "xlsxwriter"} <= report.versions.libraries.keys()
    older = report.versions.libraries | {"polars": "0.1"}
    versions = report.versions.model_copy(update={"libraries": older})
    assert versions.digest != report.versions.digest
    then = report.model_copy(update={"versions": versions})
    key = layout.checked(delivery, rules_digest=versions.digest, name="report.json")
    exchange.store.put_if_absent(key, then.model_dump_json().encode())
    (moved,) = pipeline.replay(exchange, delivery, digest=versions.digest).moved
    assert (moved.what.en, moved.then) == ("libraries", "polars 0.1")


def test_a_report_of_before_keeps_its_name(home, delivery):
    report = pipeline.check(opened(home), delivery)
    document = report.model_dump(mode="json")
    for name in ("agreed", "libraries"):
        del document["versions"][name]
    before = Report.model_validate(document).versions
    assert (before.agreed, before.libraries) == ({}, {})
    told = Versions(contract="1", rules="r", code="c")
    assert told.digest == "c215fb25fd64b1b36dff7228eb75d8d0e7bd12f50ce0584a81298239b7deb8ee"
