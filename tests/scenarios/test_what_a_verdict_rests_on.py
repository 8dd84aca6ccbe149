"""Whatever a verdict rests on is in the versions of its report, and so in the report's name."""

import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
import yaml

from yrdx import pipeline
from yrdx.cli import BROKEN
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
    assert lenient.versions.digest != strict.versions.digest
    others = ({"not_supplied": ["ent_name"]}, {"own_rows_only": True}, {"sealing_year": 2025})
    for terms in others:
        agree(home, **terms)
        exchange = opened(home)
        of = pipeline.terms_of(delivery, exchange.agreement(delivery))
        assert of.agreed.keys() == strict.versions.agreed.keys() | terms.keys()

    agree(home, tolerance=0.5, sealing="hmac-sha256", sealing_year=2025)
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


BROKEN_RULE = """
from dataclasses import replace

from validations.every_delivery import row_count_fell_by_half as whole


def _measure(about):
    raise ZeroDivisionError("the measure divides by nothing")


rule_is_broken = replace(
    whole, code="rule_is_broken", dataset="enterprise", measure=_measure, needs=()
)
"""


def test_a_rule_that_raises_is_a_fault_and_once_it_is_mended_the_same_delivery_is_judged(
    home, delivery, project
):
    agree(home, tolerance=0.5)
    shutil.copytree(project / "validations", home / "code" / "validations")
    (home / "code" / "validations" / "not_yet_right.py").write_text(BROKEN_RULE, encoding="utf-8")
    done = subprocess.run(
        [Path(sys.executable).parent / "yrdx", "check", "--landed", delivery.sha256],
        env=os.environ
        | {"PYTHONPATH": f"{home / 'code'}:{project}"}
        | {"YRDX_HOME": str(home), "YRDX_STORE": str(home / "store")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == BROKEN, done.stderr
    assert "rule_is_broken" in done.stdout
    exchange = opened(home)
    assert not list(exchange.store.list("checked/")), "no verdict, and nothing that looks like one"
    again = pipeline.check(exchange, delivery)
    assert again.verdict is Verdict.ADMITTED_IN_PART
    assert not again.faults
