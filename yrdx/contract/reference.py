"""The reference folder: a page for every dataset and rule, and the contracts as they stand.

The contracts kept there are the baseline: they are renewed only by a change that breaks nobody,
or by a new major version.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from yrdx import catalogue
from yrdx.contract.difference import Contract, Difference, difference, opened
from yrdx.contract.document_schemas import document_schemas
from yrdx.contract.odcs import as_yaml, odcs
from yrdx.contract.pages import dictionary_markdown, index_markdown, rule_markdown
from yrdx.contract.rules import rule_pages
from yrdx.errors import ConfigurationError
from yrdx.indicators import indicators_markdown, load_indicators

CONTRACTS = "contracts"
DOCUMENTS = "documents"
"""Schemas of the exchange's own documents."""


def reference_files() -> dict[str, str]:
    """Path within the folder → text of all pages and contracts."""
    datasets, derived = list(catalogue.datasets()), list(catalogue.derived_datasets())
    pages = list(rule_pages())
    files = {"README.md": index_markdown(datasets, pages, derived=derived)}
    definitions = load_indicators(catalogue.indicator_folder())
    files["indicators.md"] = indicators_markdown(definitions)
    for dataset in (*datasets, *derived):
        files[f"datasets/{dataset.name}.md"] = dictionary_markdown(dataset)
        files[f"{CONTRACTS}/{dataset.name}.odcs.yaml"] = as_yaml(odcs(dataset))
    files |= {f"{DOCUMENTS}/{name}": text for name, text in document_schemas().items()}
    return files | {f"rules/{page.code}.md": rule_markdown(page) for page in pages}


def write_reference(into: Path) -> int:
    """Bring the folder up to date and return the number of files that changed.

    Raises:
        ConfigurationError: a contract broke its baseline without a new major version.
    """
    for path, found in broken_baselines(into / CONTRACTS).items():
        breaking = [change for change in found.changes if change.provider or change.reader]
        told = "\n  ".join(f"{item.place}: {item.text.zh} {item.text.en}" for item in breaking)
        raise ConfigurationError(
            f"{path}: 契约有不兼容的改动，须升主版本号 the contract broke its baseline: raise the "
            f"major version in {path.name.partition('.')[0]}.py (now {found.new}), or "
            f"delete the file if the contract was never in use.\n  {told}"
        )
    return write_files(reference_files(), into=into)


def write_files(files: dict[str, str], *, into: Path) -> int:
    """Write what differs, remove what should not be there, and return how many files that was."""
    stale = out_of_date(into, files)
    wanted = {into / name: text for name, text in files.items()}
    for path in stale:
        if path in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path], encoding="utf-8")
        else:
            path.unlink()
    return len(stale)


def out_of_date(into: Path, files: dict[str, str]) -> list[Path]:
    """Files of the folder that say something else than they should, or should not be."""
    wanted = {into / name: text for name, text in files.items()}
    there = {
        path
        for pattern in (
            "*.md",
            "datasets/*.md",
            "rules/*.md",
            f"{CONTRACTS}/*.yaml",
            f"{DOCUMENTS}/*.json",
        )
        for path in into.glob(pattern)
    }
    wrong = [
        path
        for path, text in wanted.items()
        if path not in there or path.read_text(encoding="utf-8") != text
    ]
    return sorted((there - wanted.keys()) | set(wrong))


def broken_baselines(folder: Path) -> dict[Path, Difference]:
    """Baselines that the datasets of today break without a new major version."""
    found = {}
    for path in sorted(folder.glob("*.odcs.yaml")):
        name = path.name.partition(".")[0]
        if name in catalogue.published_names():
            changed = difference(read_contract(path), contract_of(name))
            if not changed.is_compatible:
                found[path] = changed
    return found


def read_contract(path: Path) -> Contract:
    """The contract in an exported ODCS file, in YAML or JSON."""
    try:
        document: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"“{path}”不是 YAML 或 JSON 文件 is neither YAML nor JSON: {error}"
        ) from error
    return opened(document, called=str(path))


def contract_of(name: str) -> Contract:
    """The contract of a dataset as it stands now."""
    return opened(odcs(catalogue.dataset(name)), called=name)
