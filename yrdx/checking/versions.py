"""What a verdict rests on, as digests: contract, rules, reference data, code."""

from __future__ import annotations

import hashlib
import inspect
import sys
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path

import yrdx
from yrdx import catalogue
from yrdx.checking.proof import Digests
from yrdx.dataset import CodeList, Dataset
from yrdx.lists import LoadedList
from yrdx.model import Versions

_LIBRARIES = ("fastexcel", "jinja2", "numpy", "openpyxl", "polars", "pyarrow", "xlsxwriter")
"""What reads files, evaluates rules and writes what the partner gets, beside our own code."""


def digests_of(dataset: Dataset, *, lists: Mapping[str, LoadedList] | None = None) -> Digests:
    """Full digests of what `versions_of` names in short words."""
    module = inspect.getsource(sys.modules[dataset.model.__module__])
    loaded = {f"imported/{name}": item.sha256 for name, item in sorted((lists or {}).items())}
    codes = {item.name: _sha256(repr(item)) for item in dataset.code_lists}
    return Digests(
        contract=_sha256(module),
        rules=_rules_digest(dataset),
        reference_data=codes | loaded,
        code=_code_digest(),
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def _code_digest() -> str:
    """Digest of the machinery's own source: a mended reader, engine or page is another version."""
    digest = hashlib.sha256()
    root = Path(yrdx.__file__).parent
    for path in sorted([*root.rglob("*.py"), *root.rglob("*.j2")]):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def _libraries() -> dict[str, str]:
    return {name: metadata.version(name) for name in _LIBRARIES}


def _rules_digest(dataset: Dataset) -> str:
    """Digest of the modules in which the dataset, its columns and its rules are written.

    Which of the modules beside it a dataset draws on is not asked: all that define no dataset of
    their own count. So do the modules of rules about its deliveries as a whole.
    """
    digest = hashlib.sha256(dataset.version.encode())
    module = sys.modules[dataset.model.__module__]
    digest.update(inspect.getsource(module).encode())
    if module.__package__:
        for shared in _shared_sources(Path(inspect.getfile(module)).parent):
            digest.update(shared)
    for path in catalogue.table_rule_modules(dataset.name):
        digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def _shared_sources(folder: Path) -> tuple[bytes, ...]:
    sources = [path.read_bytes() for path in sorted(folder.glob("*.py"))]
    return tuple(source for source in sources if b"\nDATASET" not in source)


def _list_digest(codes: CodeList) -> str:
    return _sha256(repr(codes))[:12]


def versions_of(
    dataset: Dataset,
    *,
    references: Mapping[str, str],
    lists: Mapping[str, LoadedList] | None = None,
) -> Versions:
    """Versions for one check; `references` maps a dataset to the snapshot version it is read at.

    Loaded lists stand among the reference data as `imported/<name>`.
    """
    loaded = {f"imported/{name}": item.stamp for name, item in sorted((lists or {}).items())}
    return Versions(
        contract=dataset.version,
        rules=_rules_digest(dataset),
        reference_data={
            item.name: f"{item.version}+{_list_digest(item)}" for item in dataset.code_lists
        }
        | loaded,
        references=dict(sorted(references.items())),
        code=f"{yrdx.__version__}+{_code_digest()[:12]}",
        libraries=_libraries(),
    )
