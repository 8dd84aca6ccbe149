"""`yrdx verify` and `yrdx keys`: whether a receipt is what the exchange issued, and its keys."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yrdx.cli import REJECTED
from yrdx.cli.files import readable
from yrdx.cli.terminal import Terminal, plain, terminal_of
from yrdx.folders import writable

if TYPE_CHECKING:
    from yrdx.checking.verification import Verification

_SIGNS = {"good": ("✔", "green"), "broken": ("✘", "bold red"), "unknown": ("?", "yellow")}


def verify(
    context: typer.Context,
    receipt: Annotated[
        Path, typer.Argument(help="回执 receipt.json，或它所在的文件夹 The receipt, or its folder.")
    ],
    file: Annotated[
        Path | None,
        typer.Argument(help="报送的文件，核对是不是同一份 The delivered file.", show_default=False),
    ] = None,
    *,
    previous: Annotated[
        list[Path] | None,
        typer.Option(
            "--previous",
            "-p",
            help="以前各次报送的回执，可多次给出 Receipts of earlier attempts.",
            show_default=False,
        ),
    ] = None,
    key: Annotated[
        list[Path] | None,
        typer.Option(
            "--key",
            "-k",
            help="数据交换中心公布的公钥；给出后必须由它签名 Published key that must have signed "
            "[YRDX_PUBLIC_KEY_FILE].",
            show_default=False,
        ),
    ] = None,
) -> None:
    """离线验证回执：内容、签名、附件、前后衔接。 Verify a receipt offline.

    退出码 Exit codes: 0 没有发现改动 nothing was changed, 1 有改动 something was changed.
    """
    from yrdx.checking.proof import RECEIPT
    from yrdx.checking.signing import load_public_keys
    from yrdx.checking.verification import verify as verified
    from yrdx.settings import Settings

    terminal = terminal_of(context)
    published = Settings.load().public_key_file
    path = _receipt(receipt, RECEIPT)
    outcome = verified(
        path.read_bytes(),
        folder=path.parent,
        file=readable(file) if file else None,
        previous=[_receipt(item, RECEIPT).read_bytes() for item in previous or ()],
        trusted=load_public_keys(key or ([published] if published else [])),
    )
    _show(outcome, terminal)
    if outcome.is_broken:
        raise typer.Exit(REJECTED)


def _receipt(path: Path, name: str) -> Path:
    return readable(path / name if path.is_dir() else path)


def _show(outcome: Verification, terminal: Terminal) -> None:
    receipt = outcome.receipt
    if receipt is not None:
        attempt = receipt.delivery.attempt
        facts = [receipt.number, terminal.of(receipt.dataset_title), receipt.delivery.filename]
        if attempt:
            facts.append(terminal.word(f"第 {attempt} 次报送", f"attempt {attempt}"))
        terminal.say(plain(" · ".join((*facts, terminal.of(receipt.status)))), style="bold")
    for point in outcome.points:
        sign, style = _SIGNS[point.outcome.value]
        terminal.say(f"{sign} {plain(terminal.of(point.text))}", style=style)
    if outcome.is_broken:
        told = terminal.word("验证不通过：有内容被改动。", "Not verified: something was changed.")
        terminal.say(told, style="bold red")
    elif any(point.outcome.value == "unknown" for point in outcome.points):
        terminal.say(
            terminal.word(
                "没有发现改动；标“?”的各项未能核对。",
                "Nothing was changed; what is marked ? could not be verified.",
            )
        )
    else:
        terminal.say(terminal.word("验证通过。", "Verified."), style="bold green")


def new(
    context: typer.Context,
    into: Annotated[Path, typer.Argument(metavar="FOLDER", help="放在哪个文件夹 Where to.")],
) -> None:
    """生成回执签名用的密钥对。 Make the pair of keys that receipts are signed by."""
    from yrdx.checking.signing import PRIVATE, PUBLIC, new_key

    terminal = terminal_of(context)
    public = new_key(writable(into, stated_by="FOLDER"))
    private_words = terminal.word(
        "私钥，只放在数据交换中心（YRDX_SIGNING_KEY_FILE）",
        "private: stays with the exchange (YRDX_SIGNING_KEY_FILE)",
    )
    public_words = terminal.word("公钥，请公布", "public: publish it")
    terminal.say(f"{into / PRIVATE}  {private_words}")
    terminal.say(f"{into / PUBLIC}  {public_words}")
    terminal.say(terminal.told(terminal.word("指纹", "Fingerprint"), public.fingerprint))


def show(
    context: typer.Context,
    key: Annotated[Path, typer.Argument(help="公钥或私钥文件 Public or private key (PEM).")],
) -> None:
    """显示公钥及其指纹，便于公布和核对。 The public key and its fingerprint."""
    from yrdx.checking.signing import load_public_keys, load_signing_key

    terminal, path = terminal_of(context), readable(key)
    is_private = b"PRIVATE KEY" in path.read_bytes()
    keys = (load_signing_key(path).public,) if is_private else load_public_keys([path])
    for public in keys:
        terminal.say(public.pem.strip())
        terminal.say(terminal.told(terminal.word("指纹", "Fingerprint"), public.fingerprint))
