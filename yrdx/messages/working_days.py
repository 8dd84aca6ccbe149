"""Working days (工作日) of mainland China: weekends and holidays off, shifted days on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from yrdx.errors import ConfigurationError

_FRIDAY = 4


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """A number of working days.

    The State Council announces each year's holidays late in the year before: `is_exact` is false
    where a year's were not known, and Monday to Friday were counted.
    """

    days: int
    is_exact: bool = True


def working_days(after: date, until: date) -> WorkingDays:
    """The working days after one day, up to and with another; none where that comes before."""
    days, is_exact = 0, True
    for number in range(1, (until - after).days + 1):
        is_working, is_known = _is_working_day(after + timedelta(days=number))
        days += is_working
        is_exact = is_exact and is_known
    return WorkingDays(days, is_exact)


def _is_working_day(day: date) -> tuple[bool, bool]:
    """Whether people work on a day, and whether that year's holidays are known."""
    try:
        import chinese_calendar  # noqa: PLC0415 - only messages need it
    except ImportError as error:
        raise ConfigurationError(
            "messages count working days by the package chinesecalendar, which is not installed: "
            "install yrdx with its extra `notices`"
        ) from error
    try:
        return bool(chinese_calendar.is_workday(day)), True
    except NotImplementedError:
        return day.weekday() <= _FRIDAY, False
