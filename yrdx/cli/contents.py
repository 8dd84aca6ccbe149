"""`yrdx datasets`, `yrdx rules`, `yrdx explain`: what is asked for, and why."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated

import typer

from yrdx.cli.terminal import Terminal, joined, terminal_of
from yrdx.errors import ConfigurationError

if TYPE_CHECKING:
    from yrdx.cli.explanations import Explanation


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
    for item in catalogue.datasets():
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

    terminal = terminal_of(context)
    found = catalogue.dataset(_near(dataset, catalogue.dataset_names(), what="数据集 dataset"))
    terminal.say(f"{found.name}  {terminal.of(found.title)}  {found.version}", style="bold")
    fields = terminal.table(
        ("字段", "Field"), ("名称", "Title"), ("必填", "Required"), ("代码表", "Codes")
    )
    for name, column in found.columns.items():
        codes = terminal.of(column.codes.title) if column.codes else ""
        fields.add_row(name, terminal.of(column.title), column.requirement.value, codes)
    terminal.say(fields)
    table = terminal.table(
        ("字段", "Field"),
        ("级别", "Severity"),
        ("规则", "Rule"),
        ("问题", "What is wrong"),
        ("依据", "Source"),
    )
    for rule in found.rules:
        severity = terminal.of(SEVERITY_WORDS[rule.severity])
        table.add_row(rule.column, severity, rule.code, terminal.of(rule.message), rule.source)
    terminal.say(table)


def explain(
    context: typer.Context,
    rule: Annotated[str, typer.Argument(help="规则编号或其中的词 Rule of a receipt, or a word.")],
) -> None:
    """一条规则是什么意思、怎么改。 What a rule means and what to do about it."""
    from yrdx.cli.explanations import explanations

    known = explanations()
    terminal = terminal_of(context)
    if rule not in known:
        alike = [
            code
            for code, wordings in known.items()
            if rule.lower() in code or any(rule in item.message.zh for item in wordings)
        ]
        if not alike:
            _near(rule, tuple(known), what="规则 rule")
        terminal.say(terminal.word(f"与“{rule}”有关的规则：", f"Rules about {rule!r}:"))
        for code in alike:
            terminal.say(f"  {code}  {terminal.of(known[code][0].message)}")
        return
    _explain(rule, known[rule], terminal)


def _explain(rule: str, wordings: list[Explanation], terminal: Terminal) -> None:
    from yrdx.checking.receipt_values import MUST_BE_CHANGED, SEVERITY_WORDS, SOURCE_WORDS

    terminal.say(rule, style="bold")
    for item in wordings:
        severity = SEVERITY_WORDS[item.severity]
        must = MUST_BE_CHANGED[item.severity]
        for label, text in (("级别 Severity", severity), ("必须修改 Must be changed", must)):
            terminal.say(f"  {label}：{text.zh} {text.en}")
        terminal.say(f"  问题 What is wrong：{item.message.zh}\n      {item.message.en}")
        terminal.say(f"  怎么改 What to do：{item.remedy.zh}\n      {item.remedy.en}")
        known = SOURCE_WORDS.get(item.source)
        source = f"{known.zh} {known.en}" if known else item.source
        terminal.say(f"  依据 Source：{source}")
        if item.places:
            terminal.say("  用于 Applies to：")
            for dataset, column, title in item.places:
                terminal.say(f"    {dataset}.{column}  {title.zh} {title.en}")
        terminal.say()


def _near(name: str, known: tuple[str, ...], *, what: str) -> str:
    if name in known:
        return name
    near = get_close_matches(name, known, n=3, cutoff=0.5)
    hint = f"是不是 did you mean: {', '.join(near)}?" if near else f"全部 all: {joined(known)}"
    raise ConfigurationError(f"没有{what} there is no such: {name!r}。{hint}")
