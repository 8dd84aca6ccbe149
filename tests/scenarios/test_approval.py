"""What was agreed to be approved waits for a person, who decides once; the partner reads it."""

import hashlib
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import yaml

from yrdx import pipeline, publication
from yrdx.checking.signing import PRIVATE, PUBLIC, load_public_keys, new_key
from yrdx.checking.verification import verify
from yrdx.errors import ConfigurationError
from yrdx.model import Verdict
from yrdx.pipeline.asking import ask_about
from yrdx.settings import TIMEZONE, Settings
from yrdx.store import layout

RECEIVED = datetime(2025, 10, 9, 8, 30, tzinfo=TIMEZONE)
DECIDED = datetime(2025, 10, 10, 15, 5, tzinfo=TIMEZONE)
HEADER = (
    "统一社会信用代码,年度,企业名称,注册地区划,行业代码,企业规模,经营状态,产教融合型企业,国有企业"
)
GOOD = [
    "91330100799655058B,2025,杭州示例一厂（生成）,330106,3011,1,1,2,0",
    "91310000132260250X,2025,杭州示例二厂（生成）,330106,C3011,中型,在营,0,否",
]
WRONG = "91330000142943303X,2025,示例四厂（生成）,330106,3011,1,1,0,0"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "provinces").mkdir()
    (tmp_path / "inbox" / "enterprise").mkdir(parents=True)
    agree(tmp_path, approval="required")
    new_key(tmp_path / "keys")
    return tmp_path


def agree(home: Path, **more: str) -> None:
    agreement = {
        "unit": "jxt",
        "unit_name": {"zh": "浙江省经济和信息化厅", "en": "Economy and IT"},
        "dataset": "enterprise",
        "source": {"kind": "local_folder", "root": "inbox", "glob": "enterprise/*"},
        **more,
    }
    province = {
        "code": "33",
        "slug": "zhejiang",
        "name": {"zh": "浙江省", "en": "Zhejiang"},
        "agreements": [agreement],
    }
    text = yaml.safe_dump(province, allow_unicode=True)
    (home / "provinces" / "33-zhejiang.yaml").write_text(text, encoding="utf-8")


@pytest.fixture
def exchange(home: Path) -> pipeline.Exchange:
    return opened(home)


def opened(home: Path, **settings) -> pipeline.Exchange:
    return pipeline.open_exchange(
        Settings(
            home=home,
            store=str(home / "store"),
            signing_key_file=home / "keys" / PRIVATE,
            **settings,
        )
    )


def hand_in(exchange, rows: list[str], name: str = "33_enterprise_2025.csv"):
    """Land one file and check it."""
    path = exchange.settings.home / "inbox" / "enterprise" / name
    path.write_text("\r\n".join([HEADER, *rows, ""]), encoding="utf-8-sig")
    path.with_name(path.name + ".ok").touch()
    province = exchange.province("33")
    (arrival,) = pipeline.discover(exchange, province).arrivals
    delivery = pipeline.land(exchange, province, arrival, received_at=RECEIVED)
    return pipeline.check(exchange, delivery)


def decide(exchange, report, *, approved: bool, reason: str, by: str = "李审批"):
    return pipeline.decide(exchange, report, approved=approved, by=by, at=DECIDED, reason=reason)


def receipt(exchange, report, name: str = "receipt.json") -> bytes:
    return exchange.store.get(pipeline.receipt_key(exchange, report, name=name))


def test_a_good_delivery_waits_and_its_receipt_says_so(exchange):
    report = hand_in(exchange, GOOD)
    assert report.verdict is Verdict.ADMITTED
    assert pipeline.is_waiting(exchange, report)
    assert list(pipeline.waiting(exchange, province="33")) == [report]
    assert pipeline.admit(exchange, report) is None
    assert pipeline.publish(exchange, "enterprise") is None
    told = json.loads(receipt(exchange, report))
    assert told["status"]["zh"] == "校验通过，待审批"
    assert "已入库" not in told["next_step"]["zh"]


def test_approved_it_is_admitted_and_the_receipt_is_issued_again_in_one_chain(exchange, home):
    report = hand_in(exchange, GOOD)
    first = receipt(exchange, report)
    decision = decide(exchange, report, approved=True, reason="与年报一致，同意入库")
    admission = pipeline.admit(exchange, report)
    assert admission is not None
    assert admission.rows == 2
    assert json.loads(exchange.store.get(admission.decision_key)) == decision.model_dump(
        mode="json"
    )
    assert pipeline.publish(exchange, "enterprise").rows == 2
    assert list(pipeline.waiting(exchange)) == []
    again = receipt(exchange, report)
    told = json.loads(again)
    assert (told["status"]["zh"], told["decision"]["by"]) == ("已入库", "李审批")
    assert told["proof"]["previous"]["sha256"] == hashlib.sha256(first).hexdigest()
    trusted = load_public_keys([home / "keys" / PUBLIC])
    assert not verify(again, previous=[first], trusted=trusted).is_broken
    page = receipt(exchange, report, "receipt.html").decode()
    assert "与年报一致，同意入库" in page
    assert "2025-10-10 15:05" in page


def test_refused_nothing_is_admitted_and_the_partner_reads_why(exchange, home, tmp_path):
    report = hand_in(exchange, GOOD)
    first = receipt(exchange, report)
    reason = "企业数较上年减少一半，请核实 <b>是否漏报</b>"
    decide(exchange, report, approved=False, reason=reason)
    assert pipeline.admit(exchange, report) is None
    assert not list(exchange.store.list(layout.ADMITTED))
    again = receipt(exchange, report)
    told = json.loads(again)
    assert told["status"]["zh"] == "未批准入库"
    assert told["decision"]["reason"] == reason
    page = receipt(exchange, report, "receipt.html").decode()
    assert "请核实 &lt;b&gt;是否漏报" in page
    assert "<b>是否漏报" not in page
    trusted = load_public_keys([home / "keys" / PUBLIC])
    forged = again.replace("减少一半".encode(), "减少三成".encode())
    assert forged != again
    assert verify(forged, previous=[first], trusted=trusted).is_broken
    assert not verify(again, previous=[first], trusted=trusted).is_broken
    # What lies beside the receipt belongs to it: the page with the decision, the first error list.
    folder = tmp_path / "sent"
    folder.mkdir()
    for name in ("receipt.html", "decision.json"):
        (folder / name).write_bytes(receipt(exchange, report, name))
    checked = layout.checked_prefix(report.delivery, rules_digest=report.versions.digest)
    exchange.store.fetch(f"{checked}errors.xlsx", into=folder / "errors.xlsx")
    assert not verify(again, folder=folder, previous=[first], trusted=trusted).is_broken
    (folder / "decision.json").write_bytes((folder / "decision.json").read_bytes() + b" ")
    assert verify(again, folder=folder, previous=[first], trusted=trusted).is_broken


def test_the_first_decision_stays_and_deciding_again_changes_no_byte(exchange):
    report = hand_in(exchange, GOOD)
    decision = decide(exchange, report, approved=False, reason="不同意")
    before = {item.key: exchange.store.get(item.key) for item in exchange.store.list("decided/")}
    later = pipeline.decide(
        exchange,
        report,
        approved=True,
        by="王副处长",
        at=DECIDED + timedelta(days=1),
        reason="同意",
    )
    assert later == decision
    after = {item.key: exchange.store.get(item.key) for item in exchange.store.list("decided/")}
    assert after == before
    assert pipeline.admit(exchange, report) is None


def test_a_decision_whose_receipt_was_not_issued_is_finished_by_the_next_call(exchange):
    report = hand_in(exchange, GOOD)
    decide(exchange, report, approved=True, reason="同意")
    whole = receipt(exchange, report)
    key = pipeline.receipt_key(exchange, report, name="receipt.json")
    exchange.store.delete(key)
    decide(exchange, report, approved=True, reason="同意")
    assert exchange.store.get(key) == whole


def test_the_next_attempt_waits_for_itself(exchange):
    refused = hand_in(exchange, GOOD[:1])
    decide(exchange, refused, approved=False, reason="缺一家企业")
    second = hand_in(exchange, GOOD, "33_enterprise_2025_v2.csv")
    assert pipeline.is_waiting(exchange, second)
    assert pipeline.admit(exchange, second) is None
    decide(exchange, second, approved=True, reason="已补齐")
    assert pipeline.admit(exchange, second).rows == 2


def test_a_later_attempt_withdraws_the_question_about_the_one_before(exchange):
    first = hand_in(exchange, GOOD[:1])
    rejected = hand_in(exchange, [*GOOD, WRONG], "33_enterprise_2025_v2.csv")
    assert rejected.verdict is Verdict.REJECTED
    assert pipeline.is_waiting(exchange, first), "what was rejected replaces nothing"
    later = hand_in(exchange, GOOD, "33_enterprise_2025_v3.csv")
    assert list(pipeline.waiting(exchange)) == [later]
    assert "第 1 次报送已由本次取代，其审批请求作废" in ask_about(exchange, later).body
    with pytest.raises(ConfigurationError, match=later.delivery.sha256[:16]):
        decide(exchange, first, approved=True, reason="同意")
    assert pipeline.admit(exchange, first) is None
    assert not list(exchange.store.list(layout.DECIDED))
    decide(exchange, later, approved=True, reason="同意")
    assert pipeline.admit(exchange, later).rows == 2


def test_a_rejected_delivery_waits_for_nobody(exchange):
    report = hand_in(exchange, [*GOOD, WRONG])
    assert report.verdict is Verdict.REJECTED
    assert not pipeline.is_waiting(exchange, report)
    with pytest.raises(ConfigurationError, match="needs no approval"):
        decide(exchange, report, approved=True, reason="同意")


def test_a_decision_needs_a_name_and_a_reason(exchange):
    report = hand_in(exchange, GOOD)
    with pytest.raises(ConfigurationError, match="reason"):
        decide(exchange, report, approved=False, reason="  ")
    with pytest.raises(ConfigurationError, match="who decides"):
        decide(exchange, report, approved=True, reason="同意", by="")
    assert pipeline.is_waiting(exchange, report)


def test_where_nothing_is_agreed_nobody_is_asked_and_reports_keep_their_names(home):
    agree(home)
    exchange = opened(home)
    report = hand_in(exchange, GOOD)
    assert not report.needs_approval
    named = json.loads(report.model_dump_json())["versions"]
    assert named["approval"] is None
    without = report.versions.model_copy(update={"approval": "required"})
    assert without.digest != report.versions.digest
    assert pipeline.admit(exchange, report).decision_key is None
    assert not list(exchange.store.list(layout.DECIDED))


def test_a_snapshot_that_is_to_be_approved_is_published_only_as_it_was_approved(home):
    agree(home)
    exchange = opened(home, approve_snapshots="institution, enterprise")
    pipeline.admit(exchange, hand_in(exchange, GOOD[:1]))
    asked = pipeline.proposed(exchange, "enterprise")
    assert (asked.rows, len(asked.lineage)) == (1, 1)
    assert pipeline.publish(exchange, "enterprise") is None
    # Meanwhile more is admitted: what was approved is no longer what would be published.
    pipeline.admit(exchange, hand_in(exchange, GOOD, "33_enterprise_2025_v2.csv"))
    answer = {"approved": True, "by": "李审批", "at": DECIDED, "reason": "同意发布"}
    pipeline.decide_snapshot(exchange, "enterprise", made_from=asked.made_from, **answer)
    assert pipeline.publish(exchange, "enterprise") is None
    assert publication.newest(exchange.store, "enterprise") is None
    asked = pipeline.proposed(exchange, "enterprise")
    pipeline.decide_snapshot(exchange, "enterprise", made_from=asked.made_from, **answer)
    assert pipeline.publish(exchange, "enterprise").rows == 2
    assert pipeline.proposed(exchange, "enterprise") is None


def test_nothing_is_published_while_a_dataset_to_be_approved_is_misspelt(home):
    agree(home)
    exchange = opened(home, approve_snapshots="instituton，enterprise")
    pipeline.admit(exchange, hand_in(exchange, GOOD))
    with pytest.raises(ConfigurationError, match="YRDX_APPROVE_SNAPSHOTS"):
        pipeline.publish(exchange, "enterprise")
    assert publication.newest(exchange.store, "enterprise") is None


def test_a_refused_snapshot_stays_unpublished_until_it_would_be_another(home):
    agree(home)
    exchange = opened(home, approve_snapshots="enterprise")
    pipeline.admit(exchange, hand_in(exchange, GOOD[:1]))
    asked = pipeline.proposed(exchange, "enterprise")
    answer = {"by": "李审批", "at": DECIDED, "reason": "等安徽省"}
    pipeline.decide_snapshot(
        exchange, "enterprise", made_from=asked.made_from, approved=False, **answer
    )
    assert pipeline.publish(exchange, "enterprise") is None
    kept = pipeline.decision_on_snapshot(exchange, "enterprise", made_from=asked.made_from)
    assert (kept.approved, kept.reason) == (False, "等安徽省")
    pipeline.admit(exchange, hand_in(exchange, GOOD, "33_enterprise_2025_v2.csv"))
    assert pipeline.proposed(exchange, "enterprise").made_from != asked.made_from
