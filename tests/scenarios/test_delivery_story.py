"""A delivery walks from a province's folder to a published snapshot, and everybody can see it."""

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
import yaml

from yrdx import pipeline, publication
from yrdx.errors import SourceUnavailable
from yrdx.model import Report, Severity, Verdict
from yrdx.reading import PERSONAL_RULES
from yrdx.settings import TIMEZONE, Settings

RECEIVED = datetime(2025, 10, 9, 8, 30, tzinfo=TIMEZONE)
HEADER = (
    "统一社会信用代码,年度,企业名称,注册地区划,行业代码,企业规模,经营状态,产教融合型企业,国有企业"
)
GOOD = [
    "91330100799655058B,2025,杭州示例一厂（生成）,330106,3011,1,1,2,0",
    "91310000132260250X,2025,杭州示例二厂（生成）,330106,C3011,中型,在营,0,否",
    "9144030071526726XG,2025,杭州示例三厂(生成),330100,3011,３,1,0,0",
]
WRONG = "91330000142943303X,2025,示例四厂（生成）,330106,3011,1,1,0,0"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "provinces").mkdir()
    (tmp_path / "inbox" / "enterprise").mkdir(parents=True)
    province = {
        "code": "33",
        "slug": "zhejiang",
        "name": {"zh": "浙江省", "en": "Zhejiang"},
        "agreements": [
            {
                "unit": "jxt",
                "unit_name": {"zh": "浙江省经济和信息化厅", "en": "Economy and IT"},
                "dataset": "enterprise",
                "source": {"kind": "local_folder", "root": "inbox", "glob": "enterprise/*"},
            }
        ],
    }
    (tmp_path / "provinces" / "33-zhejiang.yaml").write_text(
        yaml.safe_dump(province, allow_unicode=True), encoding="utf-8"
    )
    return tmp_path


@pytest.fixture
def exchange(home: Path) -> pipeline.Exchange:
    return pipeline.open_exchange(Settings(home=home, store=str(home / "store")))


def hand_in(home: Path, name: str, rows: list[str], encoding: str = "utf-8-sig") -> Path:
    path = home / "inbox" / "enterprise" / name
    path.write_text("\r\n".join([HEADER, *rows, ""]), encoding=encoding)
    path.with_name(path.name + ".ok").touch()
    return path


def walk(exchange: pipeline.Exchange) -> list[Report]:
    """Everything that one run of the province's DAG does."""
    province = exchange.province("33")
    found = pipeline.discover(exchange, province)
    assert not found.unreachable
    judged = []
    for arrival in found.arrivals:
        delivery = pipeline.land(exchange, province, arrival, received_at=RECEIVED)
        report = pipeline.check(exchange, delivery)
        pipeline.admit(exchange, report)
        judged.append(report)
    return judged


def published(exchange: pipeline.Exchange) -> pl.DataFrame:
    manifest = publication.newest(exchange.store, "enterprise")
    assert manifest is not None
    return publication.read(exchange.store, manifest).collect()


def test_a_good_file_becomes_rows_that_readers_see(home, exchange):
    hand_in(home, "33_enterprise_2025.csv", GOOD, encoding="gb18030")
    (report,) = walk(exchange)
    assert report.verdict is Verdict.ADMITTED, report.findings
    assert (report.rows.read, report.rows.admitted) == (3, 3)
    manifest = pipeline.publish(exchange, "enterprise")
    assert manifest is not None
    rows = published(exchange).sort("uscc")
    assert rows["ent_name"].to_list() == [
        "杭州示例二厂（生成）",
        "杭州示例一厂（生成）",
        "杭州示例三厂（生成）",
    ]
    assert rows["size_code"].to_list() == ["2", "1", "3"]
    assert rows["soe_flag"].to_list() == [False, False, False]
    assert rows["stat_year"].to_list() == [2025] * 3


def test_walking_twice_changes_nothing(home, exchange):
    hand_in(home, "33_enterprise_2025.csv", GOOD)
    (report,) = walk(exchange)
    assert pipeline.publish(exchange, "enterprise") is not None
    before = {item.key for item in exchange.store.list("")}
    assert walk(exchange) == []
    (delivery,) = pipeline.deliveries(exchange)
    assert pipeline.check(exchange, delivery) == report
    pipeline.admit(exchange, report)
    assert pipeline.publish(exchange, "enterprise") is None
    assert {item.key for item in exchange.store.list("")} == before


def test_a_file_replaced_after_it_was_discovered_is_landed_as_it_is_now(home, exchange):
    hand_in(home, "2025.csv", GOOD[:1])
    province = exchange.province("33")
    (arrival,) = pipeline.discover(exchange, province).arrivals
    hand_in(home, "2025.csv", GOOD)
    delivery = pipeline.land(exchange, province, arrival, received_at=RECEIVED)
    assert pipeline.check(exchange, delivery).rows.read == len(GOOD)
    assert not pipeline.discover(exchange, province).arrivals, "it would be taken again"


def test_a_file_that_is_being_replaced_is_waited_for(home, exchange):
    path = hand_in(home, "2025.csv", GOOD[:1])
    province = exchange.province("33")
    (arrival,) = pipeline.discover(exchange, province).arrivals
    marker = path.with_name(path.name + ".ok")
    marker.unlink()
    path.write_text("\r\n".join([HEADER, *GOOD[:2]]), encoding="utf-8-sig")
    with pytest.raises(SourceUnavailable, match="changed"):
        pipeline.land(exchange, province, arrival, received_at=RECEIVED)
    hand_in(home, "2025.csv", GOOD)
    delivery = pipeline.land(exchange, province, arrival, received_at=RECEIVED)
    assert pipeline.check(exchange, delivery).rows.read == len(GOOD)


def test_too_many_wrong_rows_send_the_file_back_and_the_corrected_one_replaces_it(home, exchange):
    hand_in(home, "33_enterprise_2025.csv", [*GOOD, WRONG])
    (rejected,) = walk(exchange)
    assert rejected.verdict is Verdict.REJECTED
    (finding,) = [item for item in rejected.findings if item.severity is Severity.ERROR]
    assert (finding.column, finding.count) == ("uscc", 1)
    assert pipeline.publish(exchange, "enterprise") is None

    corrected = WRONG.replace("91330000142943303X", "91330000142943303A")
    hand_in(home, "33_enterprise_2025_v2.csv", [*GOOD, corrected])
    (report,) = walk(exchange)
    assert report.verdict is Verdict.ADMITTED, report.findings
    assert report.delivery.attempt == 2
    pipeline.publish(exchange, "enterprise")
    assert published(exchange).height == 4


def test_raw_identity_numbers_are_never_kept(home, exchange):
    path = home / "inbox" / "enterprise" / "33_enterprise_2025.csv"
    lines = [HEADER + ",法人身份证号", *(f"{row},11010519491231002X" for row in GOOD)]
    path.write_text("\n".join(lines), encoding="utf-8")
    path.with_name(path.name + ".ok").touch()
    (report,) = walk(exchange)
    assert report.verdict is Verdict.REJECTED
    assert report.delivery.refused
    assert [item for item in report.findings if "法人身份证号" in item.message.zh]
    kept = [exchange.store.get(item.key) for item in exchange.store.list("")]
    assert kept
    assert not [body for body in kept if b"11010519491231002X" in body]
    assert not [item for item in exchange.store.list("") if "/original" in item.key]


@pytest.mark.parametrize(
    "lines",
    [
        ["姓名,身份证号,手机号", "张三,11010519491231002X,13812345678"],
        [f"{HEADER},企业名称,备注", *(f"{row},某某,11010519491231002X" for row in GOOD)],
        [HEADER, f'{GOOD[0]},"11010519491231002X', *GOOD[1:]],
    ],
    ids=["no header of the dataset", "a header used twice", "an open quotation mark"],
)
def test_raw_numbers_are_not_kept_either_where_the_file_is_refused_for_another_reason(
    home, exchange, lines
):
    path = home / "inbox" / "enterprise" / "33_enterprise_2025.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    path.with_name(path.name + ".ok").touch()
    (report,) = walk(exchange)
    assert report.delivery.refused
    assert {item.rule for item in report.findings} <= PERSONAL_RULES
    kept = [exchange.store.get(item.key) for item in exchange.store.list("")]
    assert not [body for body in kept if b"11010519491231002X" in body or b"13812345678" in body]
    assert not [item for item in exchange.store.list("") if "/original" in item.key]


def test_the_partners_dry_run_says_what_the_exchange_says(home, exchange, tmp_path):
    path = hand_in(home, "33_enterprise_2025.csv", [*GOOD, WRONG])
    (report,) = walk(exchange)
    into = tmp_path / "dry"
    into.mkdir()
    delivery = pipeline.identify(
        path,
        filename=path.name,
        province="33",
        unit="jxt",
        dataset="enterprise",
        period="2025",
    )
    terms = pipeline.terms_on(RECEIVED.date(), delivery, exchange.agreement(delivery))
    dry = pipeline.check_file(path, delivery, terms=terms, store=exchange.store, into=into)
    received = {"received_at": report.delivery.received_at, "attempt": report.delivery.attempt}
    assert dry.model_copy(update={"delivery": dry.delivery.model_copy(update=received)}) == report


def test_a_torn_file_is_answered_and_disturbs_no_other(home, exchange):
    hand_in(home, "33_enterprise_2025.csv", GOOD)
    torn = home / "inbox" / "enterprise" / "33_enterprise_2024.xlsx"
    torn.write_bytes(b"PK\x03\x04 not really a workbook")
    torn.with_name(torn.name + ".ok").touch()
    reports = {report.delivery.period: report for report in walk(exchange)}
    assert reports["2025"].verdict is Verdict.ADMITTED
    assert reports["2024"].verdict is Verdict.REJECTED
    assert reports["2024"].findings


def test_a_wrong_byte_deep_in_a_file_is_answered_with_its_line(home, exchange):
    rows = [
        f"{GOOD[0][:18]},2025,杭州示例{number}厂（生成）,330106,3011,1,1,2,0"
        for number in range(60_000)
    ]
    path = hand_in(home, "33_enterprise_2025.csv", rows)
    lines = path.read_bytes().split(b"\r\n")
    lines[50_000] = lines[50_000].replace("杭州".encode(), b"\xba\xbc\xd6\xdd")
    path.write_bytes(b"\r\n".join(lines))
    path.with_name(path.name + ".ok").touch()
    (report,) = walk(exchange)
    assert report.verdict is Verdict.REJECTED
    (finding,) = report.findings
    assert finding.rule == "file_has_two_encodings"
    assert "50001" in finding.message.zh.replace(",", "")
