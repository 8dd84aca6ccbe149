"""People are told what changed, once, by a real web server that takes it; and never any data."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from pydantic import SecretStr

from tests.support.hook import Hook
from yrdx import pipeline
from yrdx.agreements import load_province
from yrdx.errors import ChannelUnavailable
from yrdx.messages import Standing
from yrdx.model import Text, Verdict
from yrdx.settings import TIMEZONE, Settings
from yrdx.store import layout

TODAY = date(2025, 10, 9)
RECEIVED = datetime(2025, 10, 9, 8, 30, tzinfo=TIMEZONE)
NOW = RECEIVED + timedelta(minutes=5)
HEADER = (
    "统一社会信用代码,年度,企业名称,注册地区划,行业代码,企业规模,经营状态,产教融合型企业,国有企业"
)
GOOD = [
    "91330100799655058B,2025,杭州示例一厂（生成）,330106,3011,1,1,2,0",
    "91310000132260250X,2025,杭州示例二厂（生成）,330106,C3011,中型,在营,0,否",
]
WRONG = "91330000142943303X,2025,示例四厂（生成）,330106,3011,1,1,0,0"


@pytest.fixture
def hook(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    made = Hook()
    made.thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    made.thread.join()


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
                "due": "09-30",
                "source": {"kind": "local_folder", "root": "inbox", "glob": "enterprise/*"},
            }
        ],
    }
    text = yaml.safe_dump(province, allow_unicode=True)
    (tmp_path / "provinces" / "33-zhejiang.yaml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def zhejiang(home):
    return load_province(home / "provinces" / "33-zhejiang.yaml")


def opened(home: Path, channels: dict | None, **settings) -> pipeline.Exchange:
    secret = SecretStr(yaml.safe_dump({"33": channels})) if channels else None
    return pipeline.open_exchange(
        Settings(home=home, store=str(home / "store"), channels=secret, **settings)
    )


@pytest.fixture
def exchange(home, hook) -> pipeline.Exchange:
    return opened(home, {"office": hook.url}, public_url="https://exchange.example.cn/files/")


def hand_in(exchange, rows: list[str], name: str, header: str = HEADER):
    path = exchange.settings.home / "inbox" / "enterprise" / name
    path.write_text("\r\n".join([header, *rows, ""]), encoding="utf-8-sig")
    path.with_name(path.name + ".ok").touch()
    province = exchange.province("33")
    (arrival,) = pipeline.discover(exchange, province).arrivals
    delivery = pipeline.land(exchange, province, arrival, received_at=RECEIVED)
    report = pipeline.check(exchange, delivery)
    pipeline.admit(exchange, report)
    return report


def tell(exchange, province, *, days: int = 0, daily: bool = True):
    return pipeline.tell(
        exchange,
        province,
        today=TODAY + timedelta(days=days),
        now=NOW + timedelta(days=days),
        daily=daily,
    )


def test_who_is_overdue_is_told_once_with_the_deadline_in_working_days(exchange, zhejiang, hook):
    (sent,) = tell(exchange, zhejiang)
    assert sent.title == "【职教数据交换】浙江省：1 条通知"
    (taken,) = hook.taken
    assert taken["title"] == sent.title
    assert taken["message"] == (
        "● 逾期未报：职教参与企业与大中型企业名录 2025（浙江省经济和信息化厅）\n"
        "  截止 2025-09-30，已逾期 1 个工作日"
    )
    assert tell(exchange, zhejiang) == ()
    assert tell(exchange, zhejiang, days=30) == (), "the same state is no news"
    assert len(hook.taken) == 1


def test_a_verdict_is_told_once_with_figures_and_the_link_to_the_receipt(exchange, zhejiang, hook):
    report = hand_in(exchange, [*GOOD, WRONG], "33_enterprise_2025.csv")
    assert report.verdict is Verdict.REJECTED
    tell(exchange, zhejiang)
    tell(exchange, zhejiang)
    (taken,) = hook.taken
    assert "● 退回：职教参与企业与大中型企业名录 2025（浙江省经济和信息化厅）" in taken["message"]
    assert "第 1 次报送：合格 2 行，有错误 1 行" in taken["message"]
    key = pipeline.receipt_key(exchange, report)
    assert f"https://exchange.example.cn/files/{key}" in taken["message"]
    hand_in(exchange, GOOD, "33_enterprise_2025_v2.csv")
    tell(exchange, zhejiang)
    assert "● 已入库：职教参与企业与大中型企业名录 2025" in hook.taken[1]["message"]
    assert "逾期" not in hook.taken[1]["message"]
    assert "退回" not in hook.taken[1]["message"]


def test_of_what_changed_several_times_only_the_last_state_is_told(exchange, zhejiang, hook):
    hook.refuses = True
    hand_in(exchange, [*GOOD, WRONG], "33_enterprise_2025.csv")
    with pytest.raises(ChannelUnavailable, match="office"):
        tell(exchange, zhejiang)
    hand_in(exchange, GOOD, "33_enterprise_2025_v2.csv")
    with pytest.raises(ChannelUnavailable):
        tell(exchange, zhejiang)
    hook.refuses = False
    (sent,) = tell(exchange, zhejiang)
    assert [item.standing for item in sent.messages] == [Standing.ADMITTED]
    assert len(pipeline.outbox(exchange, zhejiang)) == 2, "both states are kept"
    assert len(hook.taken) == 1
    assert tell(exchange, zhejiang) == ()


def test_a_state_that_comes_back_is_news_again(exchange, zhejiang, hook):
    report = hand_in(exchange, GOOD, "33_enterprise_2025.csv")
    tell(exchange, zhejiang)
    pipeline.withdraw(exchange, report.delivery, reason="报错了", withdrawn_at=NOW)
    tell(exchange, zhejiang)
    assert "已撤回" in hook.taken[1]["message"]
    assert "报错了" not in hook.taken[1]["message"]


def test_no_channel_that_fails_hurts_a_verdict_or_another_channel(home, zhejiang, hook):
    exchange = opened(home, {"dead": "json://127.0.0.1:9/", "office": hook.url})
    report = hand_in(exchange, GOOD, "33_enterprise_2025.csv")
    with pytest.raises(ChannelUnavailable, match="dead"):
        tell(exchange, zhejiang)
    assert len(hook.taken) == 1
    assert pipeline.admit(exchange, report) is not None
    with pytest.raises(ChannelUnavailable, match="dead"):
        tell(exchange, zhejiang)
    assert len(hook.taken) == 1, "who has taken it gets it once"


def test_a_run_that_was_killed_while_it_sent_is_not_followed_by_a_second_text(
    exchange, zhejiang, hook
):
    exchange.store.put_if_absent(layout.sending("33", "office"), b"killed")
    began = exchange.store.head(layout.sending("33", "office")).modified_at

    def after(minutes: int):
        moment = began + timedelta(minutes=minutes)
        return pipeline.tell(exchange, zhejiang, today=TODAY, now=moment, daily=True)

    assert after(1) == ()
    assert hook.taken == []
    assert len(after(70)) == 1, "an hour later it is somebody else's turn"
    assert after(71) == ()
    assert not list(exchange.store.list("outbox/33/sending/"))


def test_a_daily_channel_gets_one_text_a_day_for_everything(home, zhejiang, hook):
    exchange = opened(home, {"office": {"url": hook.url, "when": "daily"}})
    hand_in(exchange, [*GOOD, WRONG], "33_enterprise_2025.csv")
    assert tell(exchange, zhejiang, daily=False) == ()
    hand_in(exchange, GOOD, "33_enterprise_2024.csv")
    assert tell(exchange, zhejiang, daily=False) == ()
    (sent,) = tell(exchange, zhejiang, daily=True)
    assert len(sent.messages) == 2
    assert len(hook.taken) == 1


def test_working_days_are_counted_from_the_day_on_which_a_text_is_sent(home, zhejiang, hook):
    """The message is kept at six in the morning, and goes out with the next day's."""
    exchange = opened(home, {"office": {"url": hook.url, "when": "daily"}})
    assert tell(exchange, zhejiang, daily=False) == ()
    (sent,) = tell(exchange, zhejiang, days=1, daily=True)
    assert "已逾期 2 个工作日" in sent.body


def test_by_default_nobody_is_told_and_nothing_is_kept(home, zhejiang):
    exchange = opened(home, None)
    assert tell(exchange, zhejiang) == ()
    assert not list(exchange.store.list(layout.OUTBOX))


def test_a_rehearsal_says_what_would_be_sent_and_keeps_nothing(exchange, zhejiang, hook):
    (would,) = pipeline.rehearsed(exchange, zhejiang, today=TODAY)
    assert not list(exchange.store.list(layout.OUTBOX))
    assert hook.taken == []
    (sent,) = tell(exchange, zhejiang)
    assert (would.title, would.body) == (sent.title, sent.body)


def test_nothing_that_a_partner_wrote_ever_reaches_a_channel(exchange, zhejiang, hook):
    planted = "泄露甲乙丙丁"
    phone, link = "13912345678", "https://evil.example/x"
    header = HEADER.replace("企业名称", f"企业名称{planted}") + f",{planted},备注"
    rows = [
        f"91330100799655058B,2025,{planted}有限公司,330106,3011,1,1,2,0,{planted},{link}",
        f"{planted},2025,@all {link},{planted},{phone},9,9,9,9,{planted},{link}",
    ]
    name = f"33_enterprise_2025_{planted}_{phone}.csv"
    hand_in(exchange, rows, name, header)
    told = [item.replace(phone, "") for item in rows]
    hand_in(exchange, told, f"33_enterprise_2024_{planted}.csv", header)
    hand_in(exchange, told[:1], f"33_enterprise_2023_{planted}.csv", HEADER)
    (sent,) = tell(exchange, zhejiang)
    assert {item.standing for item in sent.messages} == {Standing.REFUSED, Standing.REJECTED}
    said = json.dumps(hook.taken, ensure_ascii=False)
    assert "职教参与企业" in said, "something was told"
    for secret in (planted, phone, link, "91330100799655058B", "@all", "有限公司"):
        assert secret not in said
    kept = [item.key for item in exchange.store.list(layout.OUTBOX)]
    assert kept
    for key in kept:
        assert planted not in exchange.store.get(key).decode()


def test_what_provinces_disagree_about_is_told_by_its_number_and_told_again_only_when_it_changes(
    exchange, zhejiang, hook
):
    from yrdx.comparing import Notice, NoticeLine, RuleTold
    from yrdx.model import Severity

    def notice(version: str, lines: int) -> Notice:
        told = RuleTold(
            rule="r",
            dataset="enterprise",
            title=Text(zh="企业主体", en="Enterprises"),
            severity=Severity.WARNING,
            message=Text(zh="x", en="x"),
            remedy=Text(zh="x", en="x"),
            source="s",
            lines=lines,
        )
        line = NoticeLine(rule="r", key="泄露", others=("31",), message=Text(zh="泄露", en="泄露"))
        return Notice(
            province="33",
            name=zhejiang.name,
            compared={"enterprise": version},
            rules="a" * 64,
            told=(told,) if lines else (),
            lines=(line,) * lines,
        )

    def keep(item: Notice, rows: bytes) -> None:
        key = layout.notice("33", item.number, name="rows.parquet")
        exchange.store.put_if_absent(key, rows)
        last = layout.notice("33", item.number, name="notice.json")
        exchange.store.put_if_absent(last, item.model_dump_json().encode())

    keep(notice("1.0.0-a", 2), b"the same lines")
    tell(exchange, zhejiang)
    assert "与其他省份的数据不一致：企业主体" in hook.taken[0]["message"]
    assert "2 处不一致" in hook.taken[0]["message"]
    keep(notice("1.0.1-b", 2), b"the same lines")
    assert tell(exchange, zhejiang) == (), "another snapshot, the same disagreements"
    keep(notice("1.0.2-c", 0), b"no lines")
    tell(exchange, zhejiang)
    assert "已一致" in hook.taken[1]["message"]
    assert "泄露" not in json.dumps(hook.taken, ensure_ascii=False)
