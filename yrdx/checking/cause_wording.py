"""Causes in a data officer's words: what happened, where, and what one correction mends it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from yrdx.checking.common_rules import ABOUT_THE_DELIVERY
from yrdx.checking.finding_patterns import DIGITS, Shape
from yrdx.dataset import Dataset
from yrdx.model import Cause, FindingCount, Pattern, Report, Severity, Text

_NAMED = 4
"""Columns that a title names; the rest are counted."""

_SHOWN = 40
"""Characters of a value that a title quotes."""


@dataclass(frozen=True, slots=True)
class Named:
    """What titles need to call things by name: `unit` is the field that tells whose a row is."""

    dataset: Dataset
    unit: str | None
    report: Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a cause is about; `headers` are the columns as the file calls them."""

    pattern: Pattern
    detail: str | tuple[int, int] | None
    shape: Shape | None
    wrongs: tuple[FindingCount, ...]
    headers: Mapping[str, str | None]
    count: int


def word(subject: Subject, named: Named) -> tuple[Text, Text]:
    """Title and remedy of a cause."""
    if any(wrong.rule in ABOUT_THE_DELIVERY for wrong in subject.wrongs):
        subject = replace(subject, shape=None)  # however the values look, that is not the matter
    title, first_step = _told(subject, named)
    said = _remedies(subject.wrongs)
    if first_step is None:
        return title, said
    is_of_values = subject.pattern in (Pattern.WHOLE_COLUMN, Pattern.SAME_VALUE)
    if is_of_values and not _is_about_form(subject.wrongs, named.dataset):
        return title, said
    return title, Text(zh=f"{first_step.zh}{said.zh}", en=f"{first_step.en} {said.en}")


def headline(causes: Sequence[Cause]) -> Text | None:
    """How few causes explain how much, for the first line of a receipt."""
    if not causes:
        return None
    total = sum(cause.count for cause in causes)
    largest = sorted(causes, key=lambda cause: -cause.count)
    few, explained = 0, 0
    while explained < 0.95 * total and few < 5:
        explained += largest[few].count
        few += 1
    if few == len(causes):
        return Text(
            zh=f"{total:,} 处问题归为 {few} 个原因。",
            en=f"{total:,} findings come from {few} cause{'s' * (few > 1)}.",
        )
    share = f"{explained / total:.1%}"
    if few == 1:
        return Text(
            zh=f"{total:,} 处问题归为 {len(causes)} 个原因，其中一个占 {share}。",
            en=f"{total:,} findings come from {len(causes)} causes; one explains {share}.",
        )
    return Text(
        zh=f"{total:,} 处问题归为 {len(causes)} 个原因，其中 {few} 个占 {share}。",
        en=f"{total:,} findings come from {len(causes)} causes; {few} of them explain {share}.",
    )


def share_words(share: float) -> str:
    """A share as people read it; what is there is never nothing."""
    return f"{share:.1%}" if share >= 0.0005 else "<0.1%"


def _told(subject: Subject, named: Named) -> tuple[Text, Text | None]:
    columns = _columns(subject)
    message = _message(subject.wrongs, subject.shape)
    detail = subject.detail
    match subject.pattern, detail:
        case Pattern.SHIFTED_COLUMNS, str(moved):
            return _out_of_place(moved, subject, named)
        case Pattern.SAME_UNIT, str(unit):
            return _of_unit(unit, columns, message, named)
        case Pattern.BLOCK_OF_ROWS, (int(first), int(last)):
            return _of_block(first, last, columns, message)
        case Pattern.SAME_VALUE, str(value):
            return (
                Text(
                    zh=f"{columns.zh}有 {subject.count:,} 处都填成“{_short(value)}”：{message.zh}",
                    en=f"{columns.en}: {subject.count:,} times “{_short(value)}”: {message.en}",
                ),
                Text(
                    zh="都是同一个值，可用“查找和替换”一次改完。",
                    en="It is the same value throughout: replace it once and for all.",
                ),
            )
        case Pattern.WHOLE_COLUMN, _:
            return (
                Text(
                    zh=f"{columns.zh}几乎每行都有同样的问题：{message.zh}",
                    en=f"{columns.en}, throughout: {message.en}",
                ),
                Text(
                    zh="整列错法相同，多半是导出或列格式的问题，请在源头改一次后重新导出。",
                    en="A whole column is wrong in the same way: mend the export or the format "
                    "of the column once, and export again.",
                ),
            )
        case _:
            if not any(wrong.column for wrong in subject.wrongs):
                return message, None
            return Text(zh=f"{columns.zh}：{message.zh}", en=f"{columns.en}: {message.en}"), None


def _is_about_form(wrongs: Sequence[FindingCount], dataset: Dataset) -> bool:
    """Whether all values are wrong by how they are written, which an export or a format may do.

    A hint asks for no correction, and what contradicts other columns, other datasets or the terms
    of the delivery may be written well: one correction of the column would make it worse.
    """
    told = {(wrong.rule, wrong.column) for wrong in wrongs}
    return not (
        any(wrong.severity is Severity.INFO or wrong.rule in ABOUT_THE_DELIVERY for wrong in wrongs)
        or any(
            rule.columns != {rule.column}
            for rule in dataset.rules
            if (rule.code, rule.column) in told
        )
    )


def _of_unit(unit: str, columns: Text, message: Text, named: Named) -> tuple[Text, Text]:
    title = named.dataset.columns[named.unit].title if named.unit else Text(zh="主键", en="Key")
    return (
        Text(
            zh=f"问题集中在{title.zh}为“{unit}”的行：{columns.zh}，{message.zh}",
            en=f"Mostly rows of {title.en} “{unit}”: {columns.en}: {message.en}",
        ),
        Text(
            zh="都出自同一单位，请联系该单位核对后一并改正。",
            en="All of it comes from one unit: let it check and correct its rows together.",
        ),
    )


def _of_block(first: int, last: int, columns: Text, message: Text) -> tuple[Text, Text]:
    return (
        Text(
            zh=f"第 {first:,}–{last:,} 行整段有问题：{columns.zh}，{message.zh}",
            en=f"Rows {first:,} to {last:,} as a block: {columns.en}: {message.en}",
        ),
        Text(
            zh="出错的行连成一段，请检查这一段是否整段粘贴错位、取自旧表或导出中断。",
            en="The rows follow one another: look whether that stretch was pasted out of place, "
            "taken from an older table, or cut off by the export.",
        ),
    )


def _out_of_place(moved: str, subject: Subject, named: Named) -> tuple[Text, Text]:
    kind, _, detail = moved.partition(":")
    remedy = Text(
        zh="请对照表头把内容移回所属的列，再重新导出；其他问题多半随之消失。",
        en="Move the contents under their own headers and export again; most of the rest will be "
        "gone then.",
    )
    if kind == "swapped":
        one, other = (_called(name, subject, named) for name in detail.split(","))
        title = Text(
            zh=f"{one.zh}和{other.zh}两列的内容像是互换了",
            en=f"The contents of {one.en} and {other.en} seem to have changed places",
        )
        return title, remedy
    columns = _columns(subject)
    step = int(detail)
    side = ("右", "right") if step > 0 else ("左", "left")
    title = Text(
        zh=f"{columns.zh}的内容像是整体向{side[0]}错了 {abs(step)} 列",
        en=f"The contents of {columns.en} seem to be {abs(step)} column(s) too far {side[1]}",
    )
    return title, remedy


def _called(name: str, subject: Subject, named: Named) -> Text:
    title = named.dataset.columns[name].title
    return Text(zh=f"“{subject.headers.get(name) or title.zh}”", en=f"“{title.en}”")


def _columns(subject: Subject) -> Text:
    """The columns by the names that the file gives them; many are counted."""
    names: dict[str, tuple[str, str]] = {}
    for wrong in subject.wrongs:
        if wrong.column:
            en = wrong.title.en if wrong.title else wrong.column
            zh = subject.headers.get(wrong.column) or (wrong.title.zh if wrong.title else en)
            names.setdefault(wrong.column, (f"“{zh}”", f"“{en}”"))
    shown = list(names.values())[:_NAMED]
    more = len(names) - len(shown)
    zh = "".join(zh for zh, _ in shown)
    en = ", ".join(en for _, en in shown)
    if not names:
        return Text(zh="整份文件", en="The file")
    if more:
        return Text(zh=f"{zh}等 {len(names)} 列", en=f"{en} and {more} more columns")
    return Text(zh=f"{zh}列" if len(names) == 1 else f"{zh} {len(names)} 列", en=en)


def _message(wrongs: Sequence[FindingCount], shape: Shape | None) -> Text:
    """What the rule says, and what all values look like; or how many rules say something."""
    messages = list(dict.fromkeys((item.message.zh, item.message.en) for item in wrongs))
    if len(messages) > 1:
        return Text(
            zh=f"共 {len(messages)} 种问题", en=f"{len(messages)} different things are wrong"
        )
    zh, en = messages[0]
    said = Text(zh=zh.partition("；")[0].rstrip("。"), en=en.partition(";")[0].rstrip("."))
    if shape is None:
        return said
    looks = _shape(*shape)
    return Text(zh=f"{said.zh}（填的{looks.zh}）", en=f"{said.en} ({looks.en})")


def _remedies(wrongs: Sequence[FindingCount]) -> Text:
    """What to do, each remedy once; of many only the first, which mends most."""
    remedies = list(dict.fromkeys((item.remedy.zh, item.remedy.en) for item in wrongs))[:2]
    return Text(zh="".join(zh for zh, _ in remedies), en=" ".join(en for _, en in remedies))


def _shape(characters: str, length: int) -> Text:
    match characters:
        case str(kind) if kind == DIGITS:
            return Text(zh=f"都是 {length} 位数字", en=f"all of {length} digits")
        case _:
            return Text(zh=f"都是 {length} 个字符", en=f"all of {length} characters")


def _short(value: str) -> str:
    return value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"
