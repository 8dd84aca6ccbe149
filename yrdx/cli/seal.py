"""`yrdx seal`: personal numbers become keyed hashes before a file leaves its owner."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from yrdx.agreements import Sealing
from yrdx.cli import REJECTED
from yrdx.cli.check import dataset_of
from yrdx.cli.files import readable
from yrdx.cli.terminal import Terminal, joined, terminal_of
from yrdx.errors import ConfigurationError
from yrdx.folders import writable

if TYPE_CHECKING:
    from yrdx.sealing import Key, Outcome, Request


def seal(  # noqa: PLR0913 - each is an option of the command
    context: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(help="含原始号码的文件 The file with raw numbers.", show_default=False),
    ] = None,
    *,
    dataset: Annotated[
        str | None, typer.Option("--dataset", "-d", help="数据集 Dataset; see: yrdx datasets.")
    ] = None,
    key_file: Annotated[
        Path | None,
        typer.Option(envvar="YRDX_KEY_FILE", help="年度密钥文件 Key file: person-2025.key."),
    ] = None,
    year: Annotated[
        int | None, typer.Option(help="密钥年度 Year of the key, if its name does not tell.")
    ] = None,
    algorithm: Annotated[
        str, typer.Option(help="约定的算法 As agreed: hmac-sm3, hmac-sha256, aes-cmac.")
    ] = "hmac-sm3",
    id_column: Annotated[
        str | None, typer.Option(metavar="HEADER", help="身份证号列的表头 Header of the IDs.")
    ] = None,
    doc_type: Annotated[
        str, typer.Option(help="无证件类型列时的类型 Document type, JY/T 1001.")
    ] = "1",
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="输出 .csv 或 .parquet Sealed file to write."),
    ] = None,
    new_key: Annotated[
        Path | None, typer.Option(metavar="FILE", help="生成新密钥后结束 Make a new key and end.")
    ] = None,
) -> None:
    """在本单位脱敏：身份证号、证书编号变为密钥杂凑值。 Seal personal numbers at your site."""
    terminal = terminal_of(context)
    if new_key is not None:
        if file is not None:
            raise typer.BadParameter(
                "文件与 --new-key 只能给一个 Give a file or --new-key, not both."
            )
        _make_key(new_key, terminal)
        return
    if file is None or key_file is None or out is None:
        raise typer.BadParameter(
            "请给出文件、--key-file 和 -o 输出文件 Give a file, --key-file, and -o OUT."
        )
    path = readable(file)
    request = _request(
        path, _key(key_file, year, terminal), dataset=dataset, algorithm=algorithm, into=out,
        id_column=id_column, document_type=doc_type,
    )  # fmt: skip
    from yrdx import sealing

    with terminal.progress("脱敏", "sealing") as progress:
        outcome = sealing.seal(path, request, progress=progress)
    _show(outcome, request, terminal)
    if outcome.refused or outcome.not_sealed or not outcome.sealed:
        raise typer.Exit(REJECTED)


def _make_key(path: Path, terminal: Terminal) -> None:
    from yrdx import sealing

    key = sealing.new_key(path)
    terminal.say(f"{path}  {terminal.word('密钥指纹', 'key id')} {key.id}")
    terminal.say(
        terminal.word(
            "请妥善保管：密钥不得与数据一起传送；遗失后同一人无法再对应，泄露后号码可被还原。",
            "Keep it safe: never send it with data. Lost, persons cannot be matched again; leaked, "
            "the numbers can be found out.",
        )
    )


def _key(path: Path, year: int | None, terminal: Terminal) -> Key:
    from yrdx import sealing

    key = sealing.read_key(path, year=year)
    if sealing.is_open_to_others(path):
        typer.echo(
            terminal.word(
                f"警告：其他用户可以读取密钥文件“{path}”，请执行 chmod 600。",
                f"Warning: others may read the key file {path}; run chmod 600.",
            ),
            err=True,
        )
    return key


def _request(
    path: Path, key: Key, *, dataset: str | None, algorithm: str, into: Path,
    id_column: str | None, document_type: str,
) -> Request:  # fmt: skip
    from yrdx import catalogue
    from yrdx.sealing import Request
    from yrdx.sealing.raw_numbers import DOCUMENT_TYPES

    known = {name: name for name in get_args(Sealing)}
    if algorithm not in known:
        raise ConfigurationError(
            f"没有算法 there is no algorithm {algorithm!r}: {', '.join(known)}"
        )
    if document_type.upper() not in DOCUMENT_TYPES:
        raise ConfigurationError(
            f"没有证件类型 there is no document type {document_type!r}: {', '.join(DOCUMENT_TYPES)}"
        )
    if into.resolve() == path.resolve():
        raise ConfigurationError("输出文件不能是原文件 the output must not be the raw file itself")
    if not into.parent.is_dir():
        raise ConfigurationError(f"没有文件夹“{into.parent}” there is no such folder for -o")
    writable(into.parent, stated_by="-o")
    return Request(
        dataset=catalogue.dataset(dataset_of(path, dataset)),
        key=key,
        algorithm=known[algorithm],
        into=into,
        id_column=id_column,
        document_type=document_type.upper(),
    )


def _show(outcome: Outcome, request: Request, terminal: Terminal) -> None:
    """What was sealed, what was left behind, and where everything lies."""
    word = terminal.word
    for finding in outcome.refused:
        terminal.say(terminal.of(finding.message), style="red")
        terminal.say(f"  {terminal.of(finding.remedy)}")
    if outcome.refused:
        terminal.say(word("没有生成脱敏文件。", "No sealed file was made."), style="bold")
        return
    terminal.say(
        word(
            f"读取 {outcome.read:,} 行，已脱敏 {outcome.sealed:,} 行，未脱敏 "
            f"{outcome.not_sealed.total():,} 行，非数据行 {outcome.apart:,} 行。",
            f"{outcome.read:,} rows read, {outcome.sealed:,} sealed, "
            f"{outcome.not_sealed.total():,} not sealed, {outcome.apart:,} no data.",
        ),
        style="bold",
    )
    _show_columns(outcome, terminal)
    _show_reasons(outcome, terminal)
    key = word("密钥指纹", "key id")
    terminal.say(f"  {request.algorithm}  {request.key.year}  {key} {request.key.id}")
    if outcome.sidecar is None:
        terminal.say(word("没有可脱敏的行，未生成文件。", "No row could be sealed: no file."))
    else:
        terminal.say(f"  {request.into}  {word('报送此文件', 'send this file')}")
        terminal.say(f"  {outcome.sidecar}  {word('脱敏说明', 'what it was sealed with')}")
    if outcome.errors is not None:
        terminal.say(f"  {outcome.errors}  {word('未脱敏的行，仅供本单位修改', 'rows to correct')}")


def _show_columns(outcome: Outcome, terminal: Terminal) -> None:
    if outcome.sources is None:
        return
    made = joined([*outcome.sources.sealed, *outcome.sources.beginnings])
    terminal.say(f"  {terminal.told(terminal.word('脱敏字段', 'Sealed'), made)}")
    if outcome.sources.dropped:
        dropped = joined(outcome.sources.dropped, limit=40)
        label = terminal.word("未写入的列", "Columns left behind")
        terminal.say(f"  {terminal.told(label, dropped)}")


def _show_reasons(outcome: Outcome, terminal: Terminal) -> None:
    from yrdx.sealing import REASONS

    for reason, count in sorted(outcome.not_sealed.items()):
        message, remedy = REASONS[reason]
        rows = terminal.word(f"{count:,} 行", f"{count:,} rows")
        terminal.say(f"  {rows}  {terminal.of(message)} {terminal.of(remedy)}")
