"""A new rule walks from draft to enforced, and a waiver holds, is exceeded, and expires."""

import json
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
import yaml
from stdnum.cn import uscc

from yrdx import pipeline, publication
from yrdx.checking.in_force import SHADOW
from yrdx.checking.result import Terms
from yrdx.errors import ConfigurationError
from yrdx.model import Delivery, Report, Severity, Verdict, WaiverState
from yrdx.settings import TIMEZONE, Settings
from yrdx.store import layout

HEADER = (
    "统一社会信用代码,年度,企业名称,注册地区划,行业代码,企业规模,经营状态,产教融合型企业,国有企业"
)
GOOD = [
    "91330100799655058B,2025,杭州示例一厂（生成）,330106,3011,1,1,2,0",
    "91310000132260250X,2025,杭州示例二厂（生成）,330106,3011,2,1,0,0",
    "9144030071526726XG,2025,杭州示例三厂（生成）,330100,3011,3,1,0,0",
]
WRONG = "91330000142943303X,2025,示例四厂（生成）,330106,3011,1,1,0,0"
WRONG_TOO = "91330000142943304X,2025,示例五厂（生成）,330106,3011,1,1,0,0"
TOTAL = "合计,,共四家,,,,,,"
RULE = "uscc_check_digit_is_wrong"
CALENDAR = f"""
rules:
  - rule: {RULE}
    column: uscc
    reason: {{zh: 新规则逐步生效（样例）, en: a new rule comes into force step by step (sample)}}
    steps:
      - {{stage: draft, to: 2025-09-01}}
      - {{stage: shadow, from: 2025-09-01, to: 2025-10-01}}
      - {{stage: warn, from: 2025-10-01, to: 2025-11-01}}
      - {{stage: enforce, from: 2025-11-01}}
"""
WAIVER = {
    "id": "old-codes",
    "unit": "jxt",
    "dataset": "enterprise",
    "period": "2025",
    "rule": RULE,
    "column": "uscc",
    "limit": 1,
    "until": date(2025, 12, 31),
    "reason": {"zh": "历史登记代码待换发（样例）", "en": "old codes wait to be replaced (sample)"},
    "accepted_by": {"zh": "数据管理岗（样例角色）", "en": "data steward (sample role)"},
    "accepted_on": date(2025, 11, 20),
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "provinces" / "waivers").mkdir(parents=True)
    (tmp_path / "calendar").mkdir()
    (tmp_path / "inbox").mkdir()
    province = {
        "code": "33",
        "slug": "zhejiang",
        "name": {"zh": "浙江省", "en": "Zhejiang"},
        "agreements": [
            {
                "unit": "jxt",
                "unit_name": {"zh": "浙江省经济和信息化厅", "en": "Economy and IT"},
                "dataset": "enterprise",
                "period": "2025",
                "source": {"kind": "local_folder", "root": "inbox", "glob": "*.csv"},
            }
        ],
    }
    (tmp_path / "provinces" / "33-zhejiang.yaml").write_text(
        yaml.safe_dump(province, allow_unicode=True), encoding="utf-8"
    )
    return tmp_path


@pytest.fixture
def exchange(home: Path) -> pipeline.Exchange:
    settings = Settings(home=home, store=str(home / "store"), calendar=home / "calendar")
    return pipeline.open_exchange(settings)


def walk_the_rule(home: Path) -> None:
    (home / "calendar" / "enterprise.yaml").write_text(CALENDAR, encoding="utf-8")


def waive(home: Path, **changes: object) -> None:
    content = {"code": "33", "waivers": [WAIVER | changes]}
    (home / "provinces" / "waivers" / "33-zhejiang.yaml").write_text(
        yaml.safe_dump(content, allow_unicode=True), encoding="utf-8"
    )


def receive(
    home: Path,
    exchange: pipeline.Exchange,
    rows: list[str],
    *,
    on: tuple[int, int, int],
    period: int = 2025,
) -> Delivery:
    """A file with these rows arrives on a day; each has another name, and so other bytes."""
    for old in (home / "inbox").iterdir():
        old.unlink()
    path = home / "inbox" / f"33_enterprise_{period}_v{date(*on).toordinal()}.csv"
    path.write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
    path.with_name(path.name + ".ok").touch()
    province = exchange.province("33")
    (arrival,) = pipeline.discover(exchange, province).arrivals
    received_at = datetime(*on, 9, 0, tzinfo=TIMEZONE)
    return pipeline.land(exchange, province, arrival, received_at=received_at)


def kept(exchange: pipeline.Exchange, report: Report, name: str) -> bytes:
    digest = report.versions.digest
    return exchange.store.get(layout.checked(report.delivery, rules_digest=digest, name=name))


def findings(exchange: pipeline.Exchange, report: Report) -> pl.DataFrame:
    return pl.read_parquet(kept(exchange, report, "findings.parquet"))


def of_rule(report: Report) -> list[tuple[Severity, int]]:
    return [(item.severity, item.count) for item in report.findings if item.rule == RULE]


def test_a_rule_walks_from_draft_over_shadow_and_warning_to_enforced(home, exchange):
    walk_the_rule(home)
    days = {"draft": 8, "shadow": 9, "warn": 10, "enforce": 11}
    reports = {
        stage: pipeline.check(
            exchange,
            # Another number of good rows makes other bytes.
            receive(home, exchange, [*GOOD[:number], WRONG], on=(2025, month, 15)),
        )
        for number, (stage, month) in enumerate(days.items())
    }
    verdicts = {stage: report.verdict for stage, report in reports.items()}
    assert verdicts == {
        "draft": Verdict.ADMITTED,
        "shadow": Verdict.ADMITTED,
        "warn": Verdict.ADMITTED,
        "enforce": Verdict.REJECTED,
    }
    assert {stage: of_rule(report) for stage, report in reports.items()} == {
        "draft": [],
        "shadow": [],
        "warn": [(Severity.WARNING, 1)],
        "enforce": [(Severity.ERROR, 1)],
    }
    assert [report.shadow for report in reports.values() if report is not reports["shadow"]] == [
        ()
    ] * 3
    (in_shadow,) = reports["shadow"].shadow
    assert (in_shadow.rule, in_shadow.severity, in_shadow.count) == (RULE, Severity.ERROR, 1)
    assert len({report.versions.calendar for report in reports.values()}) == 4


def test_nothing_that_a_partner_gets_shows_what_is_found_in_the_shadow(home, exchange, tmp_path):
    walk_the_rule(home)
    report = pipeline.check(exchange, receive(home, exchange, [*GOOD, WRONG], on=(2025, 9, 15)))
    assert report.rows.admitted == 4
    for name in ("receipt.json", "receipt.html", "findings.parquet", "errors.xlsx"):
        assert RULE.encode() not in kept(exchange, report, name)
    assert findings(exchange, report).filter(pl.col("rule") == RULE).is_empty()
    apart = pl.read_parquet(kept(exchange, report, SHADOW))
    assert apart.select("rule", "column", "row").rows() == [(RULE, "uscc", 5)]

    trial = tmp_path / "trial"
    trial.mkdir()
    path = next((home / "inbox").glob("*.csv"))
    delivery = pipeline.identify(
        path, filename=path.name, province="33", unit="jxt", dataset="enterprise", period="2025"
    )
    terms = pipeline.with_rules_of_the_day(
        Terms(province="33", period="2025", today=date(2025, 9, 15)),
        delivery,
        settings=exchange.settings,
    )
    dry = pipeline.check_file(path, delivery, terms=terms, store=exchange.store, into=trial)
    assert dry.verdict is report.verdict
    assert dry.shadow == ()
    assert not (trial / SHADOW).exists()
    assert RULE not in (trial / "report.json").read_text(encoding="utf-8")
    assert dry.versions.calendar == report.versions.calendar


def test_a_rule_in_the_shadow_admits_the_same_rows_as_a_draft(home, exchange):
    """The rows pass another way, and must come out the same."""
    walk_the_rule(home)
    rows = [*GOOD, WRONG, WRONG_TOO.replace("3011", "３０１１"), TOTAL]
    seen = []
    for number, day in enumerate([(2025, 8, 15), (2025, 9, 15)]):
        extra = ["91330000142943305X,2025,甲,330106,3011,1,1,0,0"] * number
        report = pipeline.check(exchange, receive(home, exchange, [*rows, *extra], on=day))
        frame = pl.read_parquet(kept(exchange, report, "rows.parquet")).drop("_row")
        seen.append(frame.filter(pl.col("ent_name") != "甲").sort("uscc"))
        assert report.rows.set_aside == 1, "a total is no data, whatever its rules"
    assert seen[0].equals(seen[1])
    assert seen[0].height == 5


def test_history_is_judged_by_the_rules_of_then(home, exchange):
    """What was received before a rule was enforced is not rejected by it when checked again."""
    walk_the_rule(home)
    early = receive(home, exchange, [*GOOD, WRONG], on=(2025, 10, 15))
    late = receive(home, exchange, [*GOOD[:2], WRONG], on=(2025, 11, 15))
    assert pipeline.check(exchange, late).verdict is Verdict.REJECTED
    assert pipeline.check(exchange, early).verdict is Verdict.ADMITTED
    (home / "calendar" / "enterprise.yaml").write_text(
        CALENDAR.replace("2025-11-01", "2025-12-01"), encoding="utf-8"
    )
    report = pipeline.check(exchange, late)
    assert report.verdict is Verdict.ADMITTED
    assert of_rule(report) == [(Severity.WARNING, 1)]


def test_an_entry_that_names_no_rule_stops_the_check_and_says_what_to_do(home, exchange):
    delivery = receive(home, exchange, GOOD, on=(2025, 10, 15))
    for change, told in (
        ((RULE, "uscc_looks_wrong"), "`yrdx rules enterprise` lists them"),
        (("column: uscc", "column: stat_year"), "write one of these as `column`"),
        ((RULE, "required_value_is_missing"), "a row loses its value or its place"),
    ):
        text = CALENDAR.replace(*change)
        (home / "calendar" / "enterprise.yaml").write_text(text, encoding="utf-8")
        with pytest.raises(ConfigurationError, match=r"enterprise\.yaml") as error:
            pipeline.check(exchange, delivery)
        assert told in str(error.value)


def test_a_waiver_holds_up_to_its_limit_and_is_shown_everywhere(home, exchange):
    waive(home)
    report = pipeline.check(exchange, receive(home, exchange, [*GOOD, WRONG], on=(2025, 12, 1)))
    assert report.verdict is Verdict.ADMITTED
    assert of_rule(report) == [(Severity.WARNING, 1)]
    (use,) = report.waivers
    assert (use.state, use.count, use.rows) == (WaiverState.HOLDS, 1, 1)
    assert report.versions.waivers

    (line,) = findings(exchange, report).filter(pl.col("rule") == RULE).to_dicts()
    assert line["severity"] == "warning"
    assert line["remedy_zh"].startswith("已豁免（old-codes，有效至 2025-12-31）")
    receipt = json.loads(kept(exchange, report, "receipt.json"))
    assert [item["state"] for item in receipt["waivers"]] == ["holds"]
    page = kept(exchange, report, "receipt.html").decode()
    for text in ("豁免", "waived", "old-codes", "历史登记代码待换发", "数据管理岗", "2025-12-31"):
        assert text in page

    pipeline.admit(exchange, report)
    manifest = pipeline.publish(exchange, "enterprise")
    assert manifest is not None
    assert publication.read(exchange.store, manifest).collect().height == 4
    (lineage,) = manifest.lineage
    (published,) = lineage.waivers
    assert published == use


def test_a_waiver_that_is_exceeded_is_void_and_changes_nothing(home, exchange):
    rows = [*GOOD, WRONG, WRONG_TOO]
    delivery = receive(home, exchange, rows, on=(2025, 12, 1))
    without = pipeline.check(exchange, delivery)
    waive(home)
    report = pipeline.check(exchange, delivery)
    assert report.verdict is Verdict.REJECTED
    (use,) = report.waivers
    assert (use.state, use.count, use.rows) == (WaiverState.EXCEEDED, 2, 0)
    assert report.findings == without.findings
    assert report.rows == without.rows
    assert findings(exchange, report).equals(findings(exchange, without))
    page = kept(exchange, report, "receipt.html").decode()
    assert "超过上限" in page
    assert "exceeded" in page

    waive(home, limit=2)
    wider = pipeline.check(exchange, delivery)
    assert wider.verdict is Verdict.ADMITTED
    assert wider.waivers[0].rows == 2


def test_a_waiver_expires_by_the_day_of_receipt(home, exchange):
    waive(home)
    last_day = receive(home, exchange, [*GOOD, WRONG], on=(2025, 12, 31))
    day_after = receive(home, exchange, [*GOOD[:2], WRONG], on=(2026, 1, 1))
    assert pipeline.check(exchange, last_day).verdict is Verdict.ADMITTED
    report = pipeline.check(exchange, day_after)
    assert report.verdict is Verdict.REJECTED
    assert [item.state for item in report.waivers] == [WaiverState.EXPIRED]
    assert "已过期" in kept(exchange, report, "receipt.html").decode()


def test_a_waived_row_with_another_error_stays_out(home, exchange):
    waive(home, limit=2)
    worse = WRONG_TOO.replace("330106", "999999")
    report = pipeline.check(
        exchange, receive(home, exchange, [*GOOD, WRONG, worse, TOTAL], on=(2025, 12, 1))
    )
    assert report.rows.rejected == 1
    assert report.rows.set_aside == 1, "a total is no data, though its only error were waived"
    (use,) = report.waivers
    assert (use.count, use.rows) == (2, 1)


def test_a_waiver_speaks_of_one_unit_and_one_period_alone(home, exchange):
    delivery = receive(home, exchange, [*GOOD, WRONG], on=(2025, 12, 1))
    for change in ({"period": "2024"}, {"unit": "jyt"}, {"column": "stat_year"}):
        waive(home, **change)
        if "column" in change:
            with pytest.raises(ConfigurationError, match="write one of these as `column`"):
                pipeline.check(exchange, delivery)
        else:
            report = pipeline.check(exchange, delivery)
            assert (report.verdict, report.waivers) == (Verdict.REJECTED, ())


WHOLE = "row_count_fell_by_half"
"""A rule about the delivery as a whole whose error blocks it, whatever its rows are like."""


@pytest.fixture
def last_year(home, exchange) -> None:
    """Twenty enterprises were published for the year before."""
    codes = [f"9133010000000{number:04d}" for number in range(20)]
    rows = [
        GOOD[0].replace("91330100799655058B,2025", f"{code}{uscc.calc_check_digit(code)},2024")
        for code in codes
    ]
    report = pipeline.check(exchange, receive(home, exchange, rows, on=(2024, 12, 1), period=2024))
    assert report.verdict is Verdict.ADMITTED, report.findings
    pipeline.admit(exchange, report)
    assert pipeline.publish(exchange, "enterprise")


def test_rules_about_the_whole_keep_to_the_calendar_too(home, exchange, last_year):
    walk = CALENDAR.replace(RULE, WHOLE).replace("    column: uscc\n", "")
    (home / "calendar" / "enterprise.yaml").write_text(walk, encoding="utf-8")
    verdicts = {}
    for number, (stage, month) in enumerate({"shadow": 9, "warn": 10, "enforce": 11}.items()):
        row = GOOD[number]
        report = pipeline.check(exchange, receive(home, exchange, [row], on=(2025, month, 15)))
        told = [item.severity for item in report.findings if item.rule == WHOLE]
        verdicts[stage] = (report.verdict, told, [item.rule for item in report.shadow])
        if stage == "shadow":
            assert WHOLE not in report.judged
            assert WHOLE.encode() not in kept(exchange, report, "receipt.json")
            assert report.shadow[0].severity is Severity.ERROR
    assert verdicts == {
        "shadow": (Verdict.ADMITTED, [], [WHOLE]),
        "warn": (Verdict.ADMITTED, [Severity.WARNING], []),
        "enforce": (Verdict.REJECTED, [Severity.ERROR], []),
    }


def test_a_waived_rule_about_the_whole_does_not_block(home, exchange, last_year):
    delivery = receive(home, exchange, GOOD[:1], on=(2025, 12, 1))
    blocked = pipeline.check(exchange, delivery)
    assert (blocked.verdict, blocked.blocked_by) == (Verdict.REJECTED, (WHOLE,))
    waive(home, id="fewer-this-year", rule=WHOLE, column=None)
    report = pipeline.check(exchange, delivery)
    assert (report.verdict, report.blocked_by) == (Verdict.ADMITTED, ())
    (use,) = report.waivers
    assert (use.state, use.count, use.rows) == (WaiverState.HOLDS, 1, 0)
    assert "fewer-this-year" in kept(exchange, report, "receipt.html").decode()
