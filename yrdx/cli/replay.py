"""`yrdx replay` and `yrdx answer`: a verdict once more, and what a partner says to its findings."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yrdx.cli import MISUSED, REJECTED
from yrdx.cli.files import readable
from yrdx.cli.terminal import Terminal, joined, plain, terminal_of
from yrdx.cli.verbs import WhichDelivery, landed_delivery

if TYPE_CHECKING:
    from yrdx.pipeline import Replayed


def replay(
    context: typer.Context,
    delivery: WhichDelivery,
    *,
    digest: Annotated[
        str,
        typer.Option(help="哪一次校验：规则摘要的开头 Which check: beginning of its rules digest."),
    ] = "",
) -> None:
    """用留存的原始文件重做校验，逐字节比对当时的结果。 Check again, compare byte for byte.

    退出码 Exit codes: 0 逐字节一致 the same, 1 不一致 different, 2 程序或规则已变，无法逐字节重现
    code or rules have moved on.
    """
    from yrdx import pipeline
    from yrdx.settings import Settings

    terminal = terminal_of(context)
    exchange = pipeline.open_exchange(Settings.load())
    outcome = pipeline.replay(exchange, landed_delivery(exchange, delivery), digest=digest)
    _show(outcome, terminal)
    if outcome.moved:
        raise typer.Exit(MISUSED)
    if outcome.different:
        raise typer.Exit(REJECTED)


def _show(outcome: Replayed, terminal: Terminal) -> None:
    then, now = outcome.then, outcome.now
    verdicts = [str(item.verdict.value if item.verdict else "—") for item in (then, now)]
    terminal.say(terminal.told(terminal.word("当时的结论", "Verdict then"), verdicts[0]))
    terminal.say(terminal.told(terminal.word("重做的结论", "Verdict now"), verdicts[1]))
    for item in outcome.moved:
        what = terminal.told(terminal.of(item.what), f"{item.then} → {item.now}")
        terminal.say(f"? {plain(what)}", style="yellow")
    if outcome.moved:
        terminal.say(
            terminal.word(
                "以上已不是当时的版本，不能逐字节重现；请用当时的版本重做。",
                "These are no longer those of then: replay with them to get the same bytes.",
            ),
            style="yellow",
        )
        return
    if outcome.different:
        told = terminal.told(
            terminal.word("版本相同而结果不同", "Same versions, but different"),
            joined(outcome.different),
        )
        terminal.say(f"✘ {told}", style="bold red")
        return
    told = terminal.told(
        terminal.word("逐字节一致", "Byte for byte the same"), joined(outcome.same)
    )
    terminal.say(f"✔ {told}", style="green")


def answer(
    context: typer.Context,
    delivery: WhichDelivery,
    returned: Annotated[
        Path, typer.Argument(help="填了“说明”列的 errors.xlsx The error list, explained.")
    ],
    *,
    by: Annotated[str, typer.Option(help="谁说明的（单位或岗位） Who explains: an office.")],
) -> None:
    """收下报送单位对问题的说明，带到下一次报送的回执。 Keep explanations for later attempts."""
    from yrdx import pipeline
    from yrdx.settings import TIMEZONE, Settings

    terminal = terminal_of(context)
    exchange = pipeline.open_exchange(Settings.load())
    answers = pipeline.answer(
        exchange,
        landed_delivery(exchange, delivery),
        readable(returned),
        given_by=by,
        given_at=datetime.now(TIMEZONE).replace(microsecond=0),
    )
    terminal.say(
        terminal.word(
            f"收下对回执 {answers.receipt} 的 {len(answers.answers):,} 条说明，下次报送自动带上。",
            f"Kept {len(answers.answers):,} explanations to receipt {answers.receipt}; the next "
            f"attempt carries them.",
        )
    )
