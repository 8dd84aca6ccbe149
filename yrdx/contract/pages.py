"""Generated pages: the data dictionary of a dataset, a page for a rule, and the index of both."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from yrdx.checking.receipt_values import SEVERITY_WORDS
from yrdx.contract.rules import Explanation, RulePage
from yrdx.dataset import CodeList, Column, Dataset, Kind, Periodicity
from yrdx.model import Text

_LONGEST = 200
"""Code lists with more entries are told by their number on a Markdown page."""

_KINDS = {
    Kind.TEXT: Text(zh="文字", en="text"),
    Kind.CODE: Text(zh="代码", en="code"),
    Kind.INTEGER: Text(zh="整数", en="whole number"),
    Kind.DECIMAL: Text(zh="数值", en="number"),
    Kind.YEAR: Text(zh="年份", en="YYYY"),
    Kind.YEAR_MONTH: Text(zh="年月", en="YYYYMM"),
    Kind.SCHOOL_YEAR: Text(zh="学年", en="YYYY-YYYY"),
    Kind.DATE: Text(zh="日期", en="YYYY-MM-DD"),
    Kind.BOOLEAN: Text(zh="是 1 否 0", en="yes 1, no 0"),
    Kind.CODES: Text(zh="多个代码，以“；”分隔", en="codes separated by “；”"),
}
_PERIODS = {
    Periodicity.YEAR: "每年 yearly",
    Periodicity.SCHOOL_YEAR: "每学年 by school year",
    Periodicity.TERM: "每学期 by term",
}


def dictionary_markdown(dataset: Dataset) -> str:
    """The bilingual data dictionary of a dataset in Markdown."""
    return _render("dictionary.md.j2", **_known_of(dataset))


def dictionary_html(dataset: Dataset) -> str:
    """The bilingual data dictionary of a dataset as one page that needs nothing else."""
    return _render("dictionary.html.j2", **_known_of(dataset))


def rule_markdown(page: RulePage) -> str:
    """The page of a rule."""
    return _render("rule.md.j2", page=page, places=_places, severity_words=SEVERITY_WORDS)


def index_markdown(
    datasets: list[Dataset], pages: list[RulePage], *, derived: list[Dataset]
) -> str:
    """The entrance to all pages."""
    known = {"datasets": datasets, "derived": derived, "pages": pages}
    return _render("index.md.j2", **known, severity_words=SEVERITY_WORDS)


def lists_of(dataset: Dataset) -> list[CodeList]:
    """The code lists of a dataset's columns, each once."""
    used = {column.codes.name: column.codes for column in dataset.columns.values() if column.codes}
    return list(used.values())


def _known_of(dataset: Dataset) -> dict[str, Any]:
    return {
        "dataset": dataset,
        "facts": _facts(dataset),
        "formats": {name: _format(column) for name, column in dataset.columns.items()},
        "rules": {
            name: [rule for rule in dataset.rules if rule.column == name]
            for name in dataset.columns
        },
        "lists": lists_of(dataset),
        "longest": _LONGEST,
        "severity_words": SEVERITY_WORDS,
    }


def _facts(dataset: Dataset) -> list[tuple[str, str]]:
    references = "；".join(
        f"{item.column} → {item.dataset}.{item.target}（{SEVERITY_WORDS[item.severity].zh}）"
        for item in dataset.references
    )
    facts = [
        ("契约版本 Contract", dataset.version),
        ("每行表示 Grain", f"{dataset.grain.zh} {dataset.grain.en}"),
        ("主键 Key", ", ".join(dataset.key)),
        ("备用主键 Alternative key", ", ".join(dataset.alternative_key)),
        ("引用 References", references),
        ("周期 Periodicity", _PERIODS[dataset.periodicity]),
        ("期次字段 Period column", dataset.period_column or ""),
        ("报送方 Supplier", f"{dataset.supplier.zh} {dataset.supplier.en}"),
        ("对应条款 Clauses", "、".join(dataset.clauses)),
    ]
    return [(label, text) for label, text in facts if text]


def _format(column: Column) -> str:
    """Kind of value and what bounds it."""
    kind = _KINDS[column.kind]
    parts = [f"{kind.zh} {kind.en}"]
    if column.width:
        parts.append(f"{column.width} 位 characters")
    if column.max_length:
        parts.append(f"≤ {column.max_length} 字 characters")
    if column.precision:
        parts.append(f"({column.precision}, {column.scale or 0})")
    if column.minimum is not None:
        above = "" if column.maximum is None else f"–{column.maximum}"
        parts.append(f"{column.minimum}{above}" if above else f"≥ {column.minimum}")
    return "，".join(parts)


def _render(name: str, **known: Any) -> str:
    return _environment().get_template(name).render(**known).rstrip() + "\n"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("yrdx.contract", "."),
        autoescape=select_autoescape(enabled_extensions=("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"cell": _cell, "code": _code}
    return environment


def _places(item: Explanation) -> str:
    """Where a wording applies, each field linked to its dataset's page."""
    return "；".join(
        f"[`{dataset}{'.' if field else ''}{field}`](../datasets/{dataset}.md) {title.zh}"
        for dataset, field, title in item.places
    )


def _cell(text: object) -> str:
    """A text that stands in a cell of a Markdown table."""
    return str(text).replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


def _code(text: str) -> str:
    """A value as it is written in a file; what cannot be seen is said."""
    if not text:
        return "（空 empty）"
    shown = text.replace("\n", "↵").replace("|", "\\|")
    return f"`{''.join(c if c.isprintable() else f'U+{ord(c):04X}' for c in shown)}`"
