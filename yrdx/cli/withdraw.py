"""`yrdx withdraw`: take back a delivery that was admitted by mistake."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from yrdx.cli.terminal import plain, terminal_of
from yrdx.cli.verbs import WhichDelivery, landed_delivery, moment


def withdraw(
    context: typer.Context,
    delivery: WhichDelivery,
    *,
    reason: Annotated[
        str, typer.Option(help="撤回理由，将写入变更记录公开 Why; published in the changelog.")
    ],
) -> None:
    """撤回一份已入库的报送；历史全部保留。 Take back an admitted delivery; its history stays.

    下次发布的快照不再含它的数据，同一单位同期的上一份报送重新有效；旧快照不变。
    The next snapshot is made without it, and what the unit had delivered before for the period
    counts again; older snapshots stay as they are.
    """
    from yrdx import pipeline
    from yrdx.settings import TIMEZONE, Settings

    terminal = terminal_of(context)
    exchange = pipeline.open_exchange(Settings.load())
    found = landed_delivery(exchange, delivery)
    now = datetime.now(TIMEZONE).replace(microsecond=0)
    withdrawal = pipeline.withdraw(exchange, found, reason=reason, withdrawn_at=now)
    when = moment(withdrawal.withdrawn_at)
    name, why = plain(found.filename), plain(withdrawal.reason)
    terminal.say(
        terminal.word(
            f"已于 {when} 撤回 {name}（{why}）。请发布：yrdx publish {found.dataset}",
            f"Withdrawn at {when}: {name} ({why}). Now publish: yrdx publish {found.dataset}",
        )
    )
