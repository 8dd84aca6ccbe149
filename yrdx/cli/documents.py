"""`yrdx template`, `yrdx contract`, `yrdx docs`: what is generated from the contracts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yrdx.cli import REJECTED
from yrdx.cli.contents import near
from yrdx.cli.terminal import print_for_programs, terminal_of
from yrdx.folders import writable, writable_file

if TYPE_CHECKING:
    from yrdx.contract.difference import Contract, Difference
    from yrdx.dataset import Dataset

WhichDataset = Annotated[str, typer.Argument(help="数据集 Dataset.")]


def template(
    context: typer.Context,
    dataset: WhichDataset,
    *,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="写到哪个文件 The file.", show_default="DATASET.xlsx"),
    ] = None,
    filled: Annotated[
        bool, typer.Option("--filled", help="在“数据”中填入示例行 With the example rows in it.")
    ] = False,
) -> None:
    """Excel 填报模板。 The Excel template of a dataset."""
    from yrdx.template.workbook import write_template

    terminal = terminal_of(context)
    found = _dataset(dataset)
    into = writable_file(out or Path(f"{found.name}.xlsx"), stated_by="-o")
    write_template(found, into=into, filled=filled)
    terminal.say(str(into))


def export(
    context: typer.Context,
    dataset: WhichDataset,
    *,
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="odcs、json-schema、frictionless、arrow、dictionary；不写则全部 all unless named.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="写到哪个文件夹 The folder; else one format is printed."),
    ] = None,
) -> None:
    """把数据集约定导出为通用格式。 Write the contract of a dataset for other programs."""
    from yrdx.contract.files import Format, contract_files

    terminal = terminal_of(context)
    found = _dataset(dataset)
    formats = [Format(near(form, tuple(Format), what="格式 format"))] if form else list(Format)
    if form and out is None:
        shown = next(iter(contract_files(found, formats[0]).values()))
        print_for_programs(shown)
        return
    into = writable(out or Path(f"{found.name}-contract"), stated_by="-o")
    for one in formats:
        for name, content in contract_files(found, one).items():
            (into / name).write_bytes(content)
            terminal.say(str(into / name))


def diff(
    context: typer.Context,
    old: Annotated[str, typer.Argument(help="旧的 ODCS 文件，或数据集 ODCS file or dataset.")],
    new: Annotated[str, typer.Argument(help="新的 ODCS 文件，或数据集 ODCS file or dataset.")],
) -> None:
    """两版约定的差别、影响谁、该升哪一级版本。 What changed, whom it breaks, which version."""
    from yrdx.contract.difference import difference

    found = difference(_contract(old), _contract(new))
    _show(found, context)
    if not found.is_compatible:
        raise typer.Exit(REJECTED)


def docs(
    context: typer.Context,
    *,
    out: Annotated[Path, typer.Option("--out", "-o", help="文件夹 The folder.")] = Path(
        "docs/reference"
    ),
) -> None:
    """生成数据字典、规则页和契约文件。 Write all pages about datasets and rules."""
    from yrdx.contract.reference import write_reference

    terminal = terminal_of(context)
    changed = write_reference(writable(out, stated_by="-o"))
    terminal.say(
        terminal.word(f"{out}：更新了 {changed} 个文件。", f"{out}: {changed} files changed.")
    )


def _show(found: Difference, context: typer.Context) -> None:
    terminal = terminal_of(context)
    table = terminal.table(
        ("位置", "Place"),
        ("改动", "Change"),
        ("报送方", "Provider"),
        ("使用方", "Reader"),
        ("版本", "Step"),
    )
    breaks = terminal.word("不兼容", "breaks")
    for change in sorted(found.changes, key=lambda change: -change.step):
        marks = (breaks if change.provider else "", breaks if change.reader else "")
        table.add_row(change.place, terminal.of(change.text), *marks, change.step.name.lower())
    if found.changes:
        terminal.say(table)
    else:
        terminal.say(terminal.word("没有差别。", "No difference."))
    asked, taken = found.asked.name.lower(), found.taken.name.lower()
    terminal.say(
        terminal.word(
            f"{found.old} → {found.new}：按改动应升 {asked}，实际升 {taken}。",
            f"{found.old} → {found.new}: the changes ask for {asked}, the step taken is {taken}.",
        )
    )
    if found.taken < found.asked:
        told = terminal.word("版本号升得不够。", "The version step is too small.")
        terminal.say(told, style="red" if not found.is_compatible else "yellow")


def _contract(named: str) -> Contract:
    """The contract in a file, or of the dataset of that name."""
    from yrdx.contract.reference import contract_of, read_contract

    return (
        read_contract(Path(named)) if Path(named).is_file() else contract_of(_dataset(named).name)
    )


def _dataset(name: str) -> Dataset:
    from yrdx import catalogue

    return catalogue.dataset(near(name, catalogue.published_names(), what="数据集 dataset"))
