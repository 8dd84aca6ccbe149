"""The words of messages: one text for all that is new to a province."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from yrdx.messages.message import Message, Standing
from yrdx.messages.working_days import working_days
from yrdx.model import Text

MOST = 20
"""Messages that one text tells one by one; of the others only the number."""

_WORDS = {
    Standing.OVERDUE: Text(zh="逾期未报", en="Overdue, nothing came"),
    Standing.REFUSED: Text(zh="拒收（含个人号码）", en="Refused (personal numbers)"),
    Standing.REJECTED: Text(zh="退回", en="Rejected"),
    Standing.NOT_APPROVED: Text(zh="未批准入库", en="Not approved"),
    Standing.WITHDRAWN: Text(zh="已撤回", en="Withdrawn"),
    Standing.DISAGREES: Text(zh="与其他省份的数据不一致", en="Disagrees with other provinces"),
    Standing.WAITING: Text(zh="待审批", en="Waits for approval"),
    Standing.ADMITTED_IN_PART: Text(zh="部分入库", en="Admitted in part"),
    Standing.ADMITTED: Text(zh="已入库", en="Admitted"),
    Standing.AGREES: Text(zh="与其他省份的数据已一致", en="Agrees with other provinces now"),
}
"""In the order in which people want to read them."""

_ORDER = tuple(_WORDS)
_SETTLED = frozenset({Standing.ADMITTED, Standing.ADMITTED_IN_PART, Standing.WAITING})


def digest_of_day(
    messages: Sequence[Message], *, name: Text, today: date, language: str = "zh"
) -> tuple[str, str]:
    """Title and body of one text for all messages to a province of this name.

    Working days are counted from the day on which it is sent: a message may have waited.
    """
    titles = Text(
        zh=f"【职教数据交换】{name.zh}：{len(messages)} 条通知",
        en=f"[Data exchange] {name.en}: {len(messages)} notice(s)",
    )
    ordered = sorted(messages, key=_order)
    parts = [_in(language, _paragraph(message, today)) for message in ordered[:MOST]]
    if len(ordered) > MOST:
        more = len(ordered) - MOST
        left = Text(
            zh=f"另有 {more} 条，请用 yrdx notices 或 yrdx status 查看。",
            en=f"{more} more: see yrdx notices or yrdx status.",
        )
        parts.append(_in(language, left))
    title = titles.en if language == "en" else titles.zh
    return title, "\n\n".join(parts)


def headline(message: Message) -> Text:
    """Dataset, period and how it stands."""
    word = _WORDS[message.standing]
    if message.title is None:
        zh = "、".join(item.zh for item in message.datasets)
        en = ", ".join(item.en for item in message.datasets)
        return Text(zh=f"{word.zh}：{zh}", en=f"{word.en}: {en}")
    period = "" if message.period in (None, "undated") else f"{message.period}"
    unit = message.unit_name or Text(zh="", en="")
    return Text(
        zh=f"{word.zh}：{message.title.zh} {period}（{unit.zh}）",
        en=f"{word.en}: {message.title.en} {period} ({unit.en})",
    )


def deadline(due: date, *, today: date) -> Text:
    """The due day, and how many working days are left or have passed."""
    left, gone = working_days(today, due), working_days(due, today)
    known = left.is_exact and gone.is_exact
    hint = Text(
        zh="" if known else "，节假日安排未公布，按周一至周五计",
        en="" if known else "; Monday to Friday, as the holidays are not announced",
    )
    if today <= due:
        return Text(
            zh=f"截止 {due}，还有 {left.days} 个工作日{hint.zh}",
            en=f"due {due}, {left.days} working days left{hint.en}",
        )
    return Text(
        zh=f"截止 {due}，已逾期 {gone.days} 个工作日{hint.zh}",
        en=f"was due {due}, {gone.days} working days ago{hint.en}",
    )


def _order(message: Message) -> tuple[int, str, str, str]:
    place = _ORDER.index(message.standing)
    return place, message.dataset or "", message.unit or "", message.period or ""


def _in(language: str, text: Text) -> str:
    if language == "both":
        return f"{text.zh}\n{text.en}"
    return text.en if language == "en" else text.zh


def _paragraph(message: Message, today: date) -> Text:
    lines = [headline(message), *_figures(message)]
    if message.due is not None and message.standing not in _SETTLED:
        lines.append(deadline(message.due, today=today))
    if message.receipt is not None:
        lines.append(Text(zh=f"回执 {message.receipt}", en=f"receipt {message.receipt}"))
    if message.link is not None:
        lines.append(Text(zh=message.link, en=message.link))
    return Text(
        zh="\n  ".join(["● " + lines[0].zh, *(line.zh for line in lines[1:])]),
        en="\n  ".join(["● " + lines[0].en, *(line.en for line in lines[1:])]),
    )


def _figures(message: Message) -> list[Text]:
    found = []
    if message.disagreements:
        found.append(
            Text(
                zh=f"{message.disagreements:,} 处不一致",
                en=f"{message.disagreements:,} disagreements",
            )
        )
    if message.attempt is not None:
        found.append(
            Text(
                zh=f"第 {message.attempt} 次报送：合格 {message.admitted:,} 行，"
                f"有错误 {message.rejected:,} 行；"
                f"错误 {message.errors:,} 处，警告 {message.warnings:,} 处",
                en=f"attempt {message.attempt}: {message.admitted:,} good rows, "
                f"{message.rejected:,} with errors; {message.errors:,} errors, "
                f"{message.warnings:,} warnings",
            )
        )
    return found
