"""A receipt in a terminal: what became of the file, what is wrong, what to do."""

from __future__ import annotations

from rich.panel import Panel
from rich.table import Table
from rich.text import Text as Styled

from yrdx.checking.cause_wording import share_words
from yrdx.checking.receipt_values import SEVERITY_WORDS, Field, Group, Place, Receipt
from yrdx.cli.terminal import Terminal, joined, plain
from yrdx.model import Report, Severity, Verdict, WaiverState

_TONES = {
    Verdict.ADMITTED: "bold blue",
    Verdict.ADMITTED_IN_PART: "bold yellow",
    Verdict.REJECTED: "bold red",
}
_SIGNS = {Verdict.ADMITTED: "✔", Verdict.ADMITTED_IN_PART: "▲", Verdict.REJECTED: "✘"}
_INKS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}
_PLACES, _CAUSES = 3, 8
_ROWS = 12
"""Control totals that are listed; the page has all."""


def show(receipt: Receipt, terminal: Terminal) -> None:
    """Print a receipt."""
    _banner(receipt, terminal)
    _numbers(receipt, terminal)
    _causes(receipt, terminal)
    _reading(receipt, terminal)
    _fields(
        receipt.missing,
        terminal,
        zh="缺少的必填字段",
        en="Mandatory fields that the file lacks",
        style="red",
    )
    _since_last(receipt, terminal)
    _wrong(receipt, terminal)
    _waivers(receipt, terminal)
    _notes(receipt, terminal)
    _totals(receipt, terminal)
    _fields(
        receipt.not_supplied,
        terminal,
        zh="约定暂不提供的字段",
        en="Fields that the source does not supply yet, as agreed",
        style="",
    )
    _unchecked(receipt, terminal)


def _since_last(receipt: Receipt, terminal: Terminal) -> None:
    """What became of the findings of the attempt before, and how they burned down."""
    since = receipt.since_last
    if len(receipt.attempts) > 1:
        terminal.heading("与上次报送相比", "Since the attempt before")
        burned = " → ".join(
            f"{item.errors:,}" + (f"+{item.warnings:,}" if item.warnings else "")
            for item in receipt.attempts
        )
        words = terminal.word("各次的错误（+警告）", "Errors (+warnings) of each attempt")
        terminal.say(f"  {terminal.told(words, burned)}")
    if since is None:
        return
    figures = [
        ("已改好", "fixed", since.fixed),
        ("未改", "still there", since.still),
        ("新增", "new", since.new),
        ("复现", "back again", since.back),
    ]
    if since.answered:
        figures.append(("已说明", "explained", since.answered))
    told = terminal.row(f"{terminal.word(zh, en)} {figure:,}" for zh, en, figure in figures)
    terminal.say(f"  {told}", style="yellow" if since.back else None)


def show_faults(report: Report, terminal: Terminal) -> None:
    """Print why a check came to no verdict."""
    terminal.say(
        terminal.word(
            "检查没有完成，没有结论。这是系统故障，不是您的数据的问题：",
            "The check did not finish, so there is no verdict. The fault is ours, not your data's:",
        ),
        style="bold red",
    )
    for fault in report.faults:
        terminal.say(f"  {fault.stage}: {fault.exception}: {fault.message} [{fault.trace_id}]")


def _banner(receipt: Receipt, terminal: Terminal) -> None:
    tone = _TONES[receipt.verdict]
    said = Styled()
    said.append(f"{_SIGNS[receipt.verdict]} {terminal.of(receipt.status)}\n", style=tone)
    said.append(f"{terminal.of(receipt.reason)}\n")
    said.append(terminal.word("下一步：", "Next: "), style="bold")
    said.append(terminal.of(receipt.next_step))
    title = f"{terminal.of(receipt.dataset_title)} · {plain(receipt.delivery.filename)}"
    terminal.say(
        Panel(said, title=Styled(title), subtitle=Styled(receipt.number), border_style=tone)
    )


def _numbers(receipt: Receipt, terminal: Terminal) -> None:
    rows = receipt.rows
    if rows.read == 0:
        return
    figures = (
        ("读到", "read", rows.read),
        ("合格", "good", rows.admitted),
        ("有错误", "with errors", rows.rejected),
        ("重复", "repeated", rows.repeated),
        ("不计入数据", "no data", rows.set_aside),
        ("已自动规范", "normalised", rows.normalised),
    )
    told = terminal.row(f"{terminal.word(zh, en)} {figure:,}" for zh, en, figure in figures)
    terminal.say(terminal.told(terminal.word("行数", "Rows"), told))


def _causes(receipt: Receipt, terminal: Terminal) -> None:
    """What to correct first; the places of single cells come further down."""
    if receipt.headline is None:
        return
    terminal.heading(f"先看原因：{receipt.headline.zh}", f"Causes first: {receipt.headline.en}")
    for number, cause in enumerate(receipt.causes[:_CAUSES], start=1):
        said = Styled(f"{number:>3}. ")
        word = terminal.of(SEVERITY_WORDS[cause.severity])
        said.append(f"{word} ", style=f"bold {_INKS[cause.severity]}")
        said.append(plain(terminal.of(cause.title)))
        said.append(f"  ×{cause.count:,} {share_words(cause.share)}", style="bold")
        if cause.followers:
            more = f"（另有 {cause.followers:,} 处只因它而起）"
            said.append(terminal.word(more, f" ({cause.followers:,} more follow from it)"), "dim")
        said.append(f"\n     → {terminal.of(cause.remedy)}", style="green")
        terminal.say(said)
    hidden = len(receipt.causes) - _CAUSES
    if hidden > 0:
        terminal.say(terminal.word(f"     … 另有 {hidden} 个原因", f"     … {hidden} more causes"))


def _reading(receipt: Receipt, terminal: Terminal) -> None:
    reading = receipt.reading
    if reading is None:
        return
    facts = [
        reading.format,
        reading.encoding,
        reading.member,
        reading.sheet and terminal.word(f"工作表“{reading.sheet}”", f"sheet {reading.sheet!r}"),
        reading.header_row
        and terminal.word(
            f"表头在第 {reading.header_row} 行", f"header in row {reading.header_row}"
        ),
    ]
    terminal.heading("文件是怎样读的", "How the file was read")
    terminal.say(plain(terminal.row(str(fact) for fact in facts if fact)))
    taken = (
        f"{plain(match.letter)} {plain(match.header)} → {_title(match.column, receipt, terminal)}"
        for match in reading.columns
    )
    terminal.say("  " + terminal.word("；", "; ").join(taken))
    if reading.ignored_headers:
        ignored = joined(map(plain, reading.ignored_headers))
        terminal.say(terminal.told(terminal.word("没有用到的列", "Columns not used"), ignored))


def _title(column: str, receipt: Receipt, terminal: Terminal) -> str:
    if column == "rows":
        return terminal.word("行数", "rows")
    return terminal.of(receipt.titles[column]) if column in receipt.titles else column


def _fields(fields: tuple[Field, ...], terminal: Terminal, *, zh: str, en: str, style: str) -> None:
    if fields:
        terminal.heading(f"{zh}（{len(fields)}）", f"{en} ({len(fields)})")
        names = (f"{terminal.of(field.title)} ({field.column})" for field in fields)
        terminal.say("  " + terminal.word("、", ", ").join(names), style=style or None)


def _wrong(receipt: Receipt, terminal: Terminal) -> None:
    terminal.heading(
        f"哪里错了：错误 {receipt.errors:,}，警告 {receipt.warnings:,}，提示 {receipt.hints:,}",
        f"What is wrong: errors {receipt.errors:,}, warnings {receipt.warnings:,}, "
        f"hints {receipt.hints:,}",
    )
    if not receipt.groups:
        terminal.say(terminal.word("  没有发现问题。", "  Nothing was found."))
    for group in receipt.groups:
        terminal.say(_group(group, terminal))


def _waivers(receipt: Receipt, terminal: Terminal) -> None:
    if receipt.waivers:
        terminal.heading("豁免", "Waivers")
    for item in receipt.waivers:
        where = f"{item.rule}/{item.column}" if item.column else item.rule
        style = None if item.state is WaiverState.HOLDS else "red"
        terminal.say(f"  {item.id} {where}: {terminal.of(item.outcome)}", style=style)


def _group(group: Group, terminal: Terminal) -> Styled:
    ink = _INKS[group.severity]
    said = Styled()
    said.append(f"{terminal.of(SEVERITY_WORDS[group.severity])} ", style=f"bold {ink}")
    said.append(terminal.of(group.message))
    said.append(f"  ×{group.count:,}", style="bold")
    said.append(f"  {group.rule}\n", style="dim")
    said.append(f"  → {terminal.of(group.remedy)}\n", style="green")
    each = max(1, _PLACES // len(group.columns))
    for wrong in group.columns[: 2 * _PLACES]:
        name = plain(wrong.header) or terminal.of(wrong.title) or wrong.column or ""
        for place in wrong.places[:each]:
            if name or place.row is not None or place.value is not None:
                said.append(f"    {_place(place, name, terminal)}\n")
    hidden = group.count - sum(len(w.places[:each]) for w in group.columns[: 2 * _PLACES])
    if hidden > 0:
        said.append(terminal.word(f"    … 另有 {hidden:,} 处\n", f"    … {hidden:,} more\n"), "dim")
    said.right_crop(1)
    return said


def _place(place: Place, name: str, terminal: Terminal) -> str:
    where = terminal.word("整份文件", "the file")
    if place.row is not None:
        where = terminal.word(f"第 {place.row} 行", f"row {place.row}")
    if place.sheet and place.cell:
        where = f"{place.sheet}!{place.cell}"
    parts = [plain(where), plain(name)]
    if place.value is not None:
        parts.append(f"“{plain(place.value)[:60]}”")
    elif place.row is not None:
        parts.append(terminal.word("（空）", "(empty)"))
    if place.candidate:
        parts.append(f"{terminal.word('候选值', 'candidate')} {plain(place.candidate)[:60]}")
    if place.message:
        parts.append(plain(terminal.of(place.message)))
    return "  ".join(part for part in parts if part)


def _notes(receipt: Receipt, terminal: Terminal) -> None:
    if not receipt.notes:
        return
    terminal.heading("已替您规范（不需要改）", "Normalised for you (nothing to do)")
    table = terminal.table(("列", "Column"), ("做了什么", "What was done"), ("单元格", "Cells"))
    for note in receipt.notes:
        column = _title(note.column, receipt, terminal) if note.column else ""
        table.add_row(column, terminal.of(note.text), f"{note.cells:,}")
    terminal.say(table)


def _totals(receipt: Receipt, terminal: Terminal) -> None:
    totals = receipt.control_totals
    if not totals:
        return
    wrong = [total for total in totals if not total.agrees]
    terminal.heading("合计核对", "Control totals")
    if not wrong:
        terminal.say(
            terminal.word(
                f"  {len(totals)} 个合计（分组）行不作为数据，与明细全部一致。",
                f"  {len(totals)} total and band rows were kept out; all agree with the rows.",
            )
        )
        return
    terminal.say(
        terminal.word(
            f"  {len(totals)} 个合计（分组）行中有 {len(wrong)} 个与明细不一致：",
            f"  {len(wrong)} of {len(totals)} total and band rows disagree with the rows:",
        ),
        style="yellow",
    )
    table: Table = terminal.table(
        ("行", "Row"), ("标签", "Label"), ("项目", "Figure"), ("所写", "Said"), ("实际", "Counted")
    )
    for total in wrong[:_ROWS]:
        for name, figure in total.declared.items():
            counted = total.counted.get(name)
            shown = "—" if counted is None else f"{counted:,.10g}"
            name = _title(name, receipt, terminal)  # noqa: PLW2901
            table.add_row(str(total.row), plain(total.label), name, f"{figure:,.10g}", shown)
    terminal.say(table)


def _unchecked(receipt: Receipt, terminal: Terminal) -> None:
    if not receipt.not_checked:
        return
    terminal.heading("这次没有检查的规则", "Rules that were not checked")
    reasons: dict[str, list[str]] = {}
    for item in receipt.not_checked:
        reasons.setdefault(terminal.of(item.reason), []).append(terminal.of(item.title))
    for reason, titles in reasons.items():
        number = terminal.word(f"{len(titles)} 条规则", f"{len(titles)} rules")
        about = joined(dict.fromkeys(title for title in titles if title))
        told = f"{number} · {about}" if about else number
        terminal.say(f"  {terminal.told(reason.rstrip('。.'), told)}")
