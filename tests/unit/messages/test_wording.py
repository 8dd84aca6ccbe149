"""Messages count working days as people in China do, and say what is to be said first."""

from datetime import date

import pytest

from yrdx.messages import Message, Standing, digest_of_day
from yrdx.messages.wording import MOST, deadline
from yrdx.messages.working_days import working_days
from yrdx.model import Text

ZHEJIANG = Text(zh="浙江省", en="Zhejiang")

TODAY = date(2025, 10, 20)


def message(standing: Standing, **more) -> Message:
    told = {
        "province": "33",
        "province_name": ZHEJIANG,
        "unit": "jyt",
        "unit_name": Text(zh="浙江省教育厅", en="Department of Education"),
        "dataset": "institution",
        "title": Text(zh="职业院校名录", en="Vocational institutions"),
        "period": "2025",
        "told_on": TODAY,
    }
    return Message.model_validate({**told, "standing": standing, **more})


@pytest.mark.parametrize(
    ("after", "until", "days"),
    [
        (date(2025, 9, 30), date(2025, 10, 8), 0),  # National Day and Mid-Autumn together
        (date(2025, 9, 30), date(2025, 10, 13), 4),  # Saturday the 11th is worked
        (date(2026, 2, 13), date(2026, 2, 24), 2),  # Spring Festival; Saturday the 14th is worked
        (date(2025, 10, 15), date(2025, 10, 15), 0),
        (date(2025, 10, 16), date(2025, 10, 15), 0),
    ],
)
def test_holidays_are_off_and_shifted_days_are_on(after, until, days):
    counted = working_days(after, until)
    assert (counted.days, counted.is_exact) == (days, True)


def test_a_year_without_announced_holidays_is_counted_by_weekdays_and_says_so():
    assert working_days(date(2098, 1, 3), date(2098, 1, 10)).is_exact is False
    assert "节假日安排未公布" in deadline(date(2098, 1, 10), today=date(2098, 1, 3)).zh
    assert "节假日" not in deadline(date(2025, 10, 15), today=date(2025, 10, 10)).zh


def test_the_deadline_says_what_is_left_or_gone():
    assert deadline(date(2025, 10, 15), today=date(2025, 9, 30)).zh == (
        "截止 2025-10-15，还有 6 个工作日"
    )
    assert deadline(date(2025, 10, 15), today=date(2025, 10, 20)).zh == (
        "截止 2025-10-15，已逾期 3 个工作日"
    )


def test_what_needs_somebody_comes_first_and_the_rest_is_counted():
    admitted = [message(Standing.ADMITTED, period=str(year)) for year in range(2000, 2030)]
    overdue = message(Standing.OVERDUE, due=date(2025, 10, 15), overdue=True)
    title, body = digest_of_day([*admitted, overdue], name=ZHEJIANG, today=TODAY)
    assert title == "【职教数据交换】浙江省：31 条通知"
    assert body.startswith(
        "● 逾期未报：职业院校名录 2025（浙江省教育厅）\n  截止 2025-10-15，已逾期"
    )
    assert body.count("●") == MOST
    assert body.endswith(f"另有 {31 - MOST} 条，请用 yrdx notices 或 yrdx status 查看。")


def test_a_channel_speaks_the_language_that_it_was_set_to():
    one = message(Standing.REJECTED, attempt=2, rejected=3, receipt="YRDX-1")
    title, body = digest_of_day([one], name=ZHEJIANG, today=TODAY, language="en")
    assert title == "[Data exchange] Zhejiang: 1 notice(s)"
    assert "Rejected: Vocational institutions 2025 (Department of Education)" in body
    assert "退回" not in body
    both = digest_of_day([one], name=ZHEJIANG, today=TODAY, language="both")[1]
    assert "退回：职业院校名录 2025" in both
    assert "Rejected:" in both
