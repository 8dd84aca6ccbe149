"""`yrdx erase`: a person or a delivery out of everything, by law; shown first, done when asked."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from yrdx.cli.terminal import Terminal, plain, terminal_of
from yrdx.cli.verbs import WhichDelivery, landed_delivery

if TYPE_CHECKING:
    from yrdx.model.erasure import ErasureProof

_SHOWN = 200
"""Objects that are listed; the proof has all."""

_OUTCOMES = {
    "replaced": ("以无此人的文件替换", "replaced by one without the rows"),
    "rewritten": ("改写", "written anew"),
    "removed": ("删除", "removed"),
}

File = Annotated[
    str,
    typer.Option(
        "--request",
        help="案卷编号（小写字母、数字、- 和 _），不得含个人信息 Number of the file, which names "
        "nobody.",
    ),
]
Office = Annotated[str, typer.Option("--by", help="要求删除的单位 The office that orders it.")]
Why = Annotated[str, typer.Option("--reason", help="依据和理由 Why; kept, name nobody in it.")]
Apply = Annotated[
    bool, typer.Option("--apply", help="真正删除 Do it; without this nothing is touched.")
]


def person(
    context: typer.Context,
    keys: Annotated[
        list[str],
        typer.Argument(
            metavar="KEY...",
            help="个人标识（各年的都要给出）；写 - 则从标准输入逐行读取 Sealed keys of the person, "
            "those of all years; - reads them from standard input, line by line.",
        ),
    ],
    *,
    request: File,
    by: Office,
    reason: Why,
    apply: Apply = False,
) -> None:
    """从所有存档、校验结果、入库数据和各版快照中删除一个人。 Erase a person from everything.

    先列出涉及的对象；加 --apply 才执行，执行后逐一重读核对并出具证明清单。标识本身不写入任何记录。
    Lists what is concerned; with --apply it is done, everything is read again, and a proof is
    written. The key itself is written nowhere. Best given by standard input: shells keep what was
    typed.
    """
    from yrdx import pipeline
    from yrdx.settings import TIMEZONE, Settings

    terminal = terminal_of(context)
    given = sys.stdin.read().split() if keys == ["-"] else keys
    proof = pipeline.erase_person(
        pipeline.open_exchange(Settings.load()),
        given,
        request=request,
        by=by,
        reason=reason,
        at=datetime.now(TIMEZONE).replace(microsecond=0),
        apply=apply,
    )
    _show(proof, terminal, apply=apply)


def delivery(
    context: typer.Context,
    named: WhichDelivery,
    *,
    request: File,
    by: Office,
    reason: Why,
    apply: Apply = False,
) -> None:
    """从所有存档和各版快照中删除一份（已撤回的）报送。 Erase a delivery that was taken back."""
    from yrdx import pipeline
    from yrdx.settings import TIMEZONE, Settings

    terminal = terminal_of(context)
    exchange = pipeline.open_exchange(Settings.load())
    proof = pipeline.erase_delivery(
        exchange,
        landed_delivery(exchange, named),
        request=request,
        by=by,
        reason=reason,
        at=datetime.now(TIMEZONE).replace(microsecond=0),
        apply=apply,
    )
    _show(proof, terminal, apply=apply)


def _show(proof: ErasureProof, terminal: Terminal, *, apply: bool) -> None:
    from yrdx.store.tombstones import proof_of

    touched = [item for item in proof.looked if item.outcome.value in _OUTCOMES]
    table = terminal.table(("对象", "Object"), ("处理", "Outcome"), ("行", "Rows"))
    for item in touched[:_SHOWN]:
        rows = "" if item.rows is None else f"{item.rows:,}"
        table.add_row(plain(item.key), terminal.word(*_OUTCOMES[item.outcome.value]), rows)
    if touched:
        terminal.say(table)
    looked, count = len(proof.looked), len(touched)
    terminal.say(
        terminal.word(
            f"共查看 {looked:,} 个对象，涉及 {count:,} 个。",
            f"Looked at {looked:,} objects; {count:,} are concerned.",
        )
    )
    if not apply:
        terminal.say(
            terminal.word(
                "尚未删除任何内容；确认后加 --apply 再运行。",
                "Nothing was erased; to do it run this again with --apply.",
            )
        )
        return
    key = proof_of(proof.request.request, "json")
    terminal.say(
        terminal.word(
            f"已删除，并重读全部对象核对无误。证明清单：{key}（及 .csv）",
            f"Erased; all objects were read again and none holds it. Proof: {key} (and .csv)",
        )
    )
    terminal.say(
        terminal.word(
            "请通知相关省份在其源系统中删除，否则下次报送会再次带入；本地缓存和备份不在此列。",
            "Tell the provinces concerned to erase at their source: their next delivery would "
            "bring it back. Readers' caches and backups are not reached.",
        )
    )
