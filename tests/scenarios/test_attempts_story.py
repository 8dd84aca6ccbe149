"""A partner gets from rejected to admitted in three attempts; receipts prove themselves.

One wrong code is waived from the start. The first attempt is rejected and explained, the second is
good in part, and one finding comes back; the third brings corrected rows only, and a person
approves it. Four receipts stand in one chain.
"""

import json
import random
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import yaml
from typer.testing import CliRunner

from yrdx import pipeline, publication
from yrdx.checking.attempts import SINCE_LAST
from yrdx.checking.receipt_values import Receipt
from yrdx.checking.signing import PRIVATE, PUBLIC, load_public_keys, new_key
from yrdx.checking.verification import Outcome, verify
from yrdx.cli.app import build
from yrdx.errors import ConfigurationError, PermanentError
from yrdx.model import Severity, Verdict, WaiverState
from yrdx.settings import TIMEZONE, Settings
from yrdx.store import layout

HEADER = (
    "统一社会信用代码,年度,企业名称,注册地区划,行业代码,企业规模,经营状态,产教融合型企业,国有企业"
)
CODES = [
    "913301007996550073", "91330100799655015X", "91330100799655023Q", "91330100799655031K",
    "9133010079965504XB", "91330100799655058B", "913301007996550666", "913301007996550741",
    "91330100799655082U", "91330100799655090N", "91330100799655103C", "91330000142943303X",
    "9144030071526726XG",
]  # fmt: skip
ELSEWHERE = CODES[-1]
"""Registered in another province than its code says: a warning that is right as it stands."""
OLD_CODE = CODES[-2]
"""Its check digit is wrong: an error in every attempt, which a waiver lets pass."""
WAIVER = {
    "id": "old-code",
    "unit": "jxt",
    "dataset": "enterprise",
    "period": "2025",
    "rule": "uscc_check_digit_is_wrong",
    "column": "uscc",
    "limit": 1,
    "until": date(2025, 12, 31),
    "reason": {"zh": "历史登记代码待换发（样例）", "en": "an old code to be replaced (sample)"},
    "accepted_by": {"zh": "数据管理岗（样例角色）", "en": "data steward (sample role)"},
    "accepted_on": date(2025, 9, 20),
}
DECISION = "与年报一致，同意入库"


def a_row(code: str, *, size: str = "1", industry: str = "3011", status: str = "1") -> str:
    return (
        f"{code},2025,示例{CODES.index(code) + 1}厂（生成）,330106,{industry},{size},{status},0,0"
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("exchange")
    (home / "provinces" / "waivers").mkdir(parents=True)
    (home / "inbox" / "enterprise").mkdir(parents=True)
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
                "tolerance": 0.2,
                "approval": "required",
            }
        ],
    }
    (home / "provinces" / "33-zhejiang.yaml").write_text(
        yaml.safe_dump(province, allow_unicode=True), encoding="utf-8"
    )
    (home / "provinces" / "waivers" / "33-zhejiang.yaml").write_text(
        yaml.safe_dump({"code": "33", "waivers": [WAIVER]}, allow_unicode=True), encoding="utf-8"
    )
    new_key(home / "keys")
    return home


@pytest.fixture(scope="module")
def exchange(home) -> pipeline.Exchange:
    settings = Settings(
        home=home, store=str(home / "store"), signing_key_file=home / "keys" / PRIVATE
    )
    return pipeline.open_exchange(settings)


def received(day: int) -> datetime:
    return datetime(2025, 10, 9, 8, 30, tzinfo=TIMEZONE) + timedelta(days=day)


def hand_in(exchange, name: str, rows: list[str], *, header: str = HEADER, day: int):
    """The partner puts a file into the folder; the exchange lands and checks it."""
    path = exchange.settings.home / "inbox" / "enterprise" / name
    path.write_text("\r\n".join([header, *rows, ""]), encoding="utf-8-sig")
    path.with_name(path.name + ".ok").touch()
    province = exchange.province("33")
    (arrival,) = pipeline.discover(exchange, province).arrivals
    delivery = pipeline.land(exchange, province, arrival, received_at=received(day))
    return pipeline.check(exchange, delivery)


def beside(report, name: str) -> str:
    return layout.checked(report.delivery, rules_digest=report.versions.digest, name=name)


def bring(exchange, report, into: Path) -> Path:
    """What the partner gets back: the folder with the receipt."""
    into.mkdir(parents=True, exist_ok=True)
    prefix = layout.checked_prefix(report.delivery, rules_digest=report.versions.digest)
    for item in exchange.store.list(prefix):
        exchange.store.fetch(item.key, into=into / item.key.removeprefix(prefix))
    return into


@pytest.fixture(scope="module")
def story(exchange, home) -> dict:
    """The three attempts, with what was said between them."""
    rows = {code: a_row(code) for code in CODES}
    first = rows | {code: a_row(code, size="9") for code in CODES[:4]}
    first[CODES[5]] = a_row(CODES[5], industry="301")
    one = hand_in(exchange, "33_enterprise_2025.csv", list(first.values()), day=0)
    returned = bring(exchange, one, home / "one") / "errors.xlsx"
    explained = explain(returned, home / "answered.xlsx")
    pipeline.answer(
        exchange, one.delivery, explained, given_by="省经信厅统计岗", given_at=received(1)
    )

    second = rows | {CODES[1]: a_row(CODES[1], size="9"), CODES[7]: a_row(CODES[7], status="8")}
    shuffled = list(second.values())
    random.Random(7).shuffle(shuffled)
    two = hand_in(exchange, "33_enterprise_2025_v2.csv", shuffled, day=2)
    bring(exchange, two, home / "two")

    corrected = [a_row(CODES[1]), a_row(CODES[7]), a_row(CODES[5], industry="301")]
    three = hand_in(exchange, "33_enterprise_2025_更正.csv", corrected, day=4)
    bring(exchange, three, home / "three")
    assert list(pipeline.waiting(exchange)) == [three], "the question about the second is void"
    assert pipeline.admit(exchange, three) is None
    told = {"by": "李审批", "at": received(5), "reason": DECISION}
    pipeline.decide(exchange, three, approved=True, **told)
    approved = bring(exchange, three, home / "approved")
    for name in ("receipt.json", "receipt.html", "decision.json"):
        key = pipeline.receipt_key(exchange, three, name=name)
        (approved / name).write_bytes(exchange.store.get(key))
    folders = [home / name for name in ("one", "two", "three", "approved")]
    return {"reports": (one, two, three), "folders": folders}


def explain(returned: Path, into: Path) -> Path:
    """A clerk fills in the column 说明 where the value is right as it stands."""
    book = openpyxl.load_workbook(returned)
    sheet = book["错误清单"]
    names = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        if row[names.index("规则编号")].value == "division_differs_from_credit_code":
            row[names.index("说明")].value = "企业迁入本省，代码未变更"
    book.save(into)
    return into


def test_three_attempts_lead_from_rejected_to_admitted(story):
    one, _, three = story["reports"]
    verdicts = [report.verdict for report in story["reports"]]
    assert verdicts == [Verdict.REJECTED, Verdict.ADMITTED_IN_PART, Verdict.ADMITTED]
    assert [item.attempt for item in three.attempts] == [1, 2, 3]
    assert [item.errors for item in three.attempts] == [4, 2, 0]
    assert [item.corrects for item in three.attempts] == [False, False, True]
    assert one.since_last is None
    for report, folder in zip(story["reports"], story["folders"], strict=False):
        (use,) = report.waivers
        assert (use.state, use.count) == (WaiverState.HOLDS, 1)
        assert "历史登记代码待换发" in (folder / "receipt.html").read_text("utf-8")
    waits, admitted = (
        Receipt.model_validate_json((folder / "receipt.json").read_bytes())
        for folder in story["folders"][2:]
    )
    assert (waits.status.zh, admitted.status.zh) == ("校验通过，待审批", "已入库")
    assert (waits.decision, admitted.decision.reason) == (None, DECISION)
    assert DECISION in (story["folders"][3] / "receipt.html").read_text("utf-8")


def test_every_finding_is_new_still_there_fixed_or_back_whatever_row_it_moved_to(story):
    _, two, three = story["reports"]
    changes = {(item.rule, item.column): item for item in two.since_last.changes}
    size = changes["value_is_not_in_code_list", "size_code"]
    assert (size.fixed, size.still, size.new, size.back) == (3, 1, 0, 0)
    status = changes["value_is_not_in_code_list", "op_status"]
    assert (status.fixed, status.still, status.new, status.back) == (0, 0, 1, 0)
    assert changes["industry_code_is_not_a_class", "industry_code"].fixed == 1

    changes = {(item.rule, item.column): item for item in three.since_last.changes}
    back = changes["industry_code_is_not_a_class", "industry_code"]
    assert (back.fixed, back.still, back.new, back.back) == (0, 0, 0, 1)
    came_back = {item.column for item in three.since_last.changes if item.back}
    assert came_back == {"industry_code"}, "one cell that was right is wrong again"
    assert three.since_last.fixed == 2


def test_an_explanation_is_carried_to_later_receipts(story):
    _, two, three = story["reports"]
    for report, folder in ((two, story["folders"][1]), (three, story["folders"][2])):
        assert report.since_last.answered == 1
        found = pl.read_parquet(folder / "findings.parquet")
        states = pl.read_parquet(folder / SINCE_LAST)
        assert states.height == found.height
        answered = pl.concat([found, states], how="horizontal").drop_nulls("answer")
        assert answered.select("rule", "state", "answer").rows() == [
            ("division_differs_from_credit_code", "still", "企业迁入本省，代码未变更")
        ]


def test_the_error_list_and_the_page_tell_what_changed(story):
    sheet = openpyxl.load_workbook(story["folders"][1] / "errors.xlsx")["错误清单"]
    names = [cell.value for cell in sheet[1]]
    lines = [dict(zip(names, row, strict=True)) for row in sheet.iter_rows(2, values_only=True)]
    assert {(line["列名"], line["状态"]) for line in lines if line["级别"] == "错误"} == {
        ("企业规模", "未改"),
        ("经营状态", "新增"),
    }
    assert [line["说明"] for line in lines if line["说明"]] == ["企业迁入本省，代码未变更"]
    page = (story["folders"][2] / "receipt.html").read_text("utf-8")
    back = story["reports"][2].since_last.back
    returned = f'复现（改好过，又错了）<b class="back">{back}</b>'
    for words in ("已改好 <b>2</b>", returned, "第 3 次·更正"):
        assert words in page
    assert '<svg class="burn"' in page


def test_corrected_rows_alone_make_a_whole_that_readers_see(story, exchange):
    *_, three = story["reports"]
    assert three.delivery.base == story["reports"][1].delivery.sha256
    assert three.rows.read == three.rows.admitted == len(CODES)
    assert [note.cells for note in three.notes if note.rule == "rows_were_corrected"] == [3]
    admissions = [pipeline.admit(exchange, report) for report in story["reports"]]
    assert [item and item.rows for item in admissions] == [None, None, len(CODES)]
    manifest = pipeline.publish(exchange, "enterprise")
    rows = publication.read(exchange.store, manifest).collect()
    assert sorted(rows["uscc"]) == sorted(CODES)
    assert set(rows["size_code"]) == {"1"}
    ((published,),) = [item.waivers for item in manifest.lineage]
    assert published.waiver.id == WAIVER["id"]
    whole = (story["folders"][2] / "whole.csv").read_text("utf-8-sig").splitlines()
    assert whole[0].startswith("统一社会信用代码,年度,企业名称")
    assert len(whole) == 1 + len(CODES)


def test_the_receipts_are_signed_and_form_a_chain(story, home):
    trusted = load_public_keys([home / "keys" / PUBLIC])
    bodies = [(folder / "receipt.json").read_bytes() for folder in story["folders"]]
    delivered = home / "inbox" / "enterprise" / "33_enterprise_2025_更正.csv"
    for place, links in ((2, ("attempt 1", "attempt 2")), (3, ("attempt 1", "attempt 3"))):
        outcome = verify(
            bodies[place],
            folder=story["folders"][place],
            file=delivered,
            previous=bodies[:place],
            trusted=trusted,
        )
        assert {point.outcome for point in outcome.points} == {Outcome.GOOD}, outcome.points
        told = " ".join(point.text.en for point in outcome.points)
        for words in ("signed by a key that is trusted", "is the file", *links):
            assert words in told
    receipt = Receipt.model_validate_json(bodies[2])
    for name in ("findings.parquet", "receipt.html", "errors.xlsx", "report.json", "whole.csv"):
        assert name in receipt.proof.artefacts


def test_one_byte_changed_anywhere_breaks_the_proof(story, home, tmp_path):
    trusted = load_public_keys([home / "keys" / PUBLIC])
    folder = story["folders"][3]
    body = (folder / "receipt.json").read_bytes()
    before = [(item / "receipt.json").read_bytes() for item in story["folders"][:3]]
    chance = random.Random(1)
    for at in sorted({*chance.sample(range(len(body)), 150), 0, len(body) - 1}):
        changed = bytearray(body)
        changed[at] ^= 1 << chance.randrange(8)
        assert verify(bytes(changed), trusted=trusted).is_broken, (at, body[at - 20 : at + 20])
        assert verify(bytes(changed)).is_broken, "it shows without a published key too"
    for place in range(3):
        changed = bytearray(before[place])
        changed[chance.randrange(len(changed))] ^= 1
        chain = [*before[:place], bytes(changed), *before[place + 1 :]]
        assert verify(body, previous=chain, trusted=trusted).is_broken
    file = bytearray((home / "inbox" / "enterprise" / "33_enterprise_2025_更正.csv").read_bytes())
    file[chance.randrange(len(file))] ^= 1
    (tmp_path / "delivered.csv").write_bytes(file)
    assert verify(body, file=tmp_path / "delivered.csv").is_broken
    (tmp_path / "delivered.csv").unlink()
    assert verify(body + b"\n").is_broken
    for name in json.loads(body)["proof"]["artefacts"]:
        changed = bytearray((folder / name).read_bytes())
        changed[chance.randrange(len(changed))] ^= 1
        (tmp_path / name).write_bytes(changed)
        assert verify(body, folder=tmp_path).is_broken, name
        (tmp_path / name).unlink()


def test_a_receipt_signed_by_somebody_else_is_not_believed(story, home, tmp_path):
    from yrdx.checking.proof import sign, unsigned
    from yrdx.checking.signing import load_signing_key

    new_key(tmp_path / "forger")
    body = (story["folders"][0] / "receipt.json").read_bytes()
    forged = sign(unsigned(body), load_signing_key(tmp_path / "forger" / PRIVATE))
    trusted = load_public_keys([home / "keys" / PUBLIC])
    assert verify(forged, trusted=trusted).is_broken
    assert verify(unsigned(body), trusted=trusted).is_broken
    alone = verify(unsigned(body))
    assert not alone.is_broken
    assert "not signed" in alone.points[1].text.en


def test_a_replay_gives_the_same_bytes_with_and_without_the_key(story, exchange, home):
    for report in story["reports"]:
        outcome = pipeline.replay(exchange, report.delivery)
        assert not outcome.moved, outcome.moved
        assert not outcome.different
        assert outcome.is_reproduced
        assert {"report.json", "receipt.json", "findings.parquet"} <= set(outcome.same)
    unsigning = pipeline.Exchange(
        settings=exchange.settings.model_copy(update={"signing_key_file": None}),
        store=exchange.store,
    )
    assert pipeline.replay(unsigning, story["reports"][2].delivery).is_reproduced


def test_a_replay_under_other_rules_says_what_has_moved_on(story, exchange):
    report = story["reports"][0]
    versions = report.versions.model_copy(update={"rules": "0" * 64, "code": "0.0.1+ancient"})
    ancient = report.model_copy(update={"versions": versions})
    key = layout.checked(report.delivery, rules_digest=versions.digest, name="report.json")
    exchange.store.put_if_absent(key, ancient.model_dump_json(indent=2).encode())
    outcome = pipeline.replay(exchange, report.delivery, digest=versions.digest)
    exchange.store.delete(key)
    moved = {item.what.en: item.then for item in outcome.moved}
    assert moved["rules"] == "0" * 64
    assert moved["code"] == "0.0.1+ancient"
    assert not outcome.is_reproduced
    assert outcome.now.verdict is Verdict.REJECTED


def test_the_command_line_verifies_replays_and_answers(story, home, monkeypatch, tmp_path):
    monkeypatch.setenv("YRDX_HOME", str(home))
    monkeypatch.setenv("YRDX_STORE", str(home / "store"))
    run = CliRunner()
    one, two, three, _ = map(str, story["folders"])
    key = str(home / "keys" / PUBLIC)
    verified = run.invoke(
        build(), ["--lang", "zh", "verify", three, "-p", one, "-p", two, "--key", key]
    )
    assert verified.exit_code == 0, verified.output
    assert "验证通过" in verified.output
    spoilt = tmp_path / "receipt.json"
    spoilt.write_bytes((Path(three) / "receipt.json").read_bytes().replace(b"0.2", b"0.3", 1))
    refused = run.invoke(build(), ["--lang", "en", "verify", str(spoilt)])
    assert refused.exit_code == 1
    assert "was changed" in refused.output
    sha256 = story["reports"][1].delivery.sha256
    replayed = run.invoke(build(), ["--lang", "zh", "replay", sha256[:16]])
    assert replayed.exit_code == 0, replayed.output
    assert "逐字节一致" in replayed.output
    with pytest.raises(ConfigurationError, match="is no error list"):
        pipeline.answer(
            pipeline.open_exchange(Settings.load()),
            story["reports"][0].delivery,
            Path(one) / "receipt.html",
            given_by="省经信厅",
            given_at=received(9),
        )


def test_corrections_without_anything_to_correct_are_sent_back(tmp_path, home):
    exchange = pipeline.open_exchange(Settings(home=home, store=str(tmp_path / "store")))
    province = exchange.province("33")
    arrivals = pipeline.discover(exchange, province).arrivals
    (arrival,) = [item for item in arrivals if "更正" in item.offer.path]
    delivery = pipeline.land(exchange, province, arrival, received_at=received(0))
    report = pipeline.check(exchange, delivery)
    assert delivery.base is None
    assert report.verdict is Verdict.REJECTED
    assert [item.rule for item in report.findings] == ["correction_has_no_base"]
    assert report.count(Severity.ERROR) == 1
    receipt = exchange.store.get(beside(report, "receipt.json"))
    assert json.loads(receipt)["proof"]["signature"] is None


def test_corrections_are_rehearsed_as_the_whole_that_they_make(story, exchange):
    chosen = pipeline.to_rehearse(
        exchange, changed=pipeline.Changed(), province="33", dataset="enterprise"
    )
    (rehearsed,) = pipeline.rehearse(exchange, chosen, changed=pipeline.Changed())
    assert rehearsed.delivery.base is not None
    assert rehearsed.rows_after == rehearsed.rows_before == story["reports"][2].rows
    assert (rehearsed.before, rehearsed.rules) == (rehearsed.after, ())


def test_what_was_not_kept_cannot_be_replayed(story, exchange):
    refused = story["reports"][0].delivery.model_copy(update={"refused": True})
    with pytest.raises(PermanentError, match="not kept"):
        pipeline.replay(exchange, refused)
