"""`yrdx datasets`, `yrdx rules`, `yrdx explain`: what is asked for, and why."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated

import typer

from yrdx.cli.terminal import Terminal, joined, plain, terminal_of
from yrdx.errors import ConfigurationError

if TYPE_CHECKING:
    from yrdx.contract.rules import RulePage
    from yrdx.rule import ListRule, Rule


def datasets(context: typer.Context) -> None:
    """全部数据集。 All datasets."""
    from yrdx import catalogue

    terminal = terminal_of(context)
    table = terminal.table(
        ("数据集", "Dataset"),
        ("名称", "Title"),
        ("主键", "Key"),
        ("字段", "Fields"),
        ("规则", "Rules"),
        ("版本", "Version"),
    )
    for item in (*catalogue.datasets(), *catalogue.derived_datasets()):
        table.add_row(
            item.name,
            terminal.of(item.title),
            ", ".join(item.key),
            str(len(item.columns)),
            str(len(item.rules)),
            item.version,
        )
    terminal.say(table)


def rules(
    context: typer.Context,
    dataset: Annotated[str, typer.Argument(help="数据集 Dataset.")],
) -> None:
    """一个数据集的字段和规则。 The fields and rules of a dataset."""
    from yrdx import catalogue
    from yrdx.checking.receipt_values import SEVERITY_WORDS
    from yrdx.template.instructions import REQUIREMENTS

    terminal = terminal_of(context)
    found = catalogue.dataset(near(dataset, catalogue.published_names(), what="数据集 dataset"))
    terminal.say(f"{found.name}  {terminal.of(found.title)}  {found.version}", style="bold")
    fields = terminal.table(
        ("字段", "Field"), ("名称", "Title"), ("要求", "Required"), ("代码表", "Codes")
    )
    for name, column in found.columns.items():
        codes = terminal.of(column.codes.title) if column.codes else ""
        needed = terminal.of(REQUIREMENTS[column.requirement])
        fields.add_row(name, terminal.of(column.title), needed, codes)
    terminal.say(fields)
    table = terminal.table(
        ("字段", "Field"),
        ("级别", "Severity"),
        ("规则", "Rule"),
        ("问题", "What is wrong"),
        ("依据", "Source"),
    )
    every: list[Rule | ListRule] = [*found.rules, *found.list_rules]
    for rule in every:
        severity = terminal.of(SEVERITY_WORDS[rule.severity])
        table.add_row(rule.column, severity, rule.code, terminal.of(rule.message), rule.source)
    terminal.say(table)


def explain(
    context: typer.Context,
    rule: Annotated[str, typer.Argument(help="规则编号或其中的词 Rule of a receipt, or a word.")],
) -> None:
    """一条规则是什么意思、怎么改。 What a rule means and what to do about it."""
    from yrdx.contract.rules import explanations, rule_page

    known = explanations()
    terminal = terminal_of(context)
    if rule not in known:
        alike = [
            code
            for code, wordings in known.items()
            if rule.lower() in code or any(rule in item.message.zh for item in wordings)
        ]
        if not alike:
            near(rule, tuple(known), what="规则 rule")
        terminal.say(terminal.word(f"与“{rule}”有关的规则：", f"Rules about {rule!r}:"))
        for code in alike:
            terminal.say(f"  {code}  {terminal.of(known[code][0].message)}")
        return
    _explain(rule_page(rule, known[rule]), terminal)


def _explain(page: RulePage, terminal: Terminal) -> None:
    terminal.say(page.code, style="bold")
    for item in page.wordings:
        for label, text in item.facts:
            english = f"\n      {text.en}" if len(text.zh) > 20 and text.en else f" {text.en}"
            terminal.say(f"  {label.zh} {label.en}：{text.zh}{english}")
        if item.places:
            terminal.say("  用于 Applies to：")
            for dataset, column, title in item.places:
                place = f"{dataset}.{column}" if column else dataset
                terminal.say(f"    {place}  {title.zh} {title.en}")
        terminal.say()
    if page.example:
        of = f"（{page.dataset}）" if page.dataset else ""
        terminal.say(f"  例 Example{of}：")
        for cell in page.example:
            told = f"对 right “{plain(cell.right)}”  错 wrong “{plain(cell.wrong)}”"
            terminal.say(f"    {cell.title.zh} {cell.title.en}：{told}")
        terminal.say()
    terminal.say("  在 Excel 中修改 How to repair in Excel：")
    for number, step in enumerate(page.repair, start=1):
        terminal.say(f"    {number}. {step.zh}\n       {step.en}")


def near(name: str, known: tuple[str, ...], *, what: str) -> str:
    """The name, if it is known; raises `ConfigurationError` with what was probably meant."""
    if name in known:
        return name
    alike = get_close_matches(name, known, n=3, cutoff=0.5)
    hint = f"是不是 did you mean: {', '.join(alike)}?" if alike else f"全部 all: {joined(known)}"
    raise ConfigurationError(f"没有{what} there is no such: {name!r}。{hint}")
