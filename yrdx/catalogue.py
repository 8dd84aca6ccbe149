"""Finds content by its being there: alone in loading schemas, validations and connectors.

Listing names imports no dataframe library: DAG parsing rests on it.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import pkgutil
import re
import sys
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from yrdx.errors import ConfigurationError

if TYPE_CHECKING:
    from yrdx.comparison import Comparison, ComparisonExample
    from yrdx.dataset import Dataset
    from yrdx.derivation import Derivation
    from yrdx.example import Examples
    from yrdx.lists import ReferenceList
    from yrdx.rule import Rule
    from yrdx.table_rule import TableExample, TableRule

_EXPORTS_DATASET = re.compile(r"^DATASET\b", re.MULTILINE)
_IS_RESTRICTED = re.compile(r"^    restricted=True,$", re.MULTILINE)


def _package(name: str) -> ModuleType:
    """Import a content package, and make sure that it is ours and not a namesake."""
    package = importlib.import_module(name)
    if getattr(package, "__yrdx__", None) is not True:
        raise ConfigurationError(
            f"the package {name!r} found at {getattr(package, '__file__', None)} is not part of "
            f"yrdx; remove the other package of that name from the Python path"
        )
    return package


def _modules(package: str) -> list[str]:
    return sorted(
        info.name
        for info in pkgutil.iter_modules(_package(package).__path__)
        if not info.name.startswith("_")
    )


def dataset_names() -> tuple[str, ...]:
    """Ids of all datasets that are delivered, told by their source: nothing is imported.

    Even a broken one counts.
    """
    return _names_in(*_package("schemas").__path__)


def derived_names() -> tuple[str, ...]:
    """Ids of all datasets that the exchange derives itself, told in the same way."""
    return _names_in(*(f"{folder}/derived" for folder in _package("schemas").__path__))


def published_names() -> tuple[str, ...]:
    """Ids of all datasets of which there are snapshots: those delivered, then those derived."""
    return (*dataset_names(), *derived_names())


def restricted_names() -> frozenset[str]:
    """Ids of all datasets whose rows are not for everybody, told in the same way."""
    folders = [Path(folder) for folder in _package("schemas").__path__]
    return _restricted_in(*folders, *(folder / "derived" for folder in folders))


@cache
def _restricted_in(*folders: Path) -> frozenset[str]:
    """Object keys rest on it: looked up once in a process."""
    sources = [path for folder in folders for path in folder.glob("*.py")]
    found = (path for path in sources if _IS_RESTRICTED.search(path.read_text(encoding="utf-8")))
    return frozenset(path.stem for path in found)


def _names_in(*folders: str) -> tuple[str, ...]:
    sources = sorted(path for folder in folders for path in Path(folder).glob("*.py"))
    return tuple(path.stem for path in sources if _exports_dataset(path, _stamp(path)))


def _stamp(path: Path) -> tuple[int, int]:
    """What tells that a source was written anew."""
    found = path.stat()
    return found.st_mtime_ns, found.st_size


@cache
def _exports_dataset(path: Path, _written: tuple[int, int]) -> bool:
    """Whether a source exports a dataset; each is read once, for it is asked often."""
    return _EXPORTS_DATASET.search(path.read_text(encoding="utf-8")) is not None


def dataset(name: str) -> Dataset:
    """The dataset with the id `name`, delivered or derived.

    Raises `ConfigurationError` when there is none.
    """
    known = published_names()
    if name not in known:
        raise ConfigurationError(f"没有数据集 there is no dataset {name!r}。{_meant(name, known)}")
    from yrdx.dataset import Dataset  # noqa: PLC0415 - see above

    module = _dataset_module(name)
    found = getattr(module, "DATASET", None)
    if not isinstance(found, Dataset):
        path = module.__name__.replace(".", "/")
        raise ConfigurationError(f"{path}.py must export DATASET, a yrdx.dataset.Dataset")
    return found


def refuse_unknown(name: str, *, named_by: str) -> None:
    """Raise `ConfigurationError` when no dataset `name` is delivered; told by file names alone."""
    _refuse_if_absent(name, dataset_names(), named_by=named_by)


def refuse_unpublished(name: str, *, named_by: str) -> None:
    """Raise `ConfigurationError` when there are no snapshots of a dataset `name`, in that way."""
    _refuse_if_absent(name, published_names(), named_by=named_by)


def _refuse_if_absent(name: str, known: tuple[str, ...], *, named_by: str) -> None:
    if name not in known:
        raise ConfigurationError(
            f"{named_by}：没有数据集 names a dataset that does not exist: {name!r}。"
            f"{_meant(name, known)}"
        )


def _meant(name: str, known: tuple[str, ...]) -> str:
    """What was probably meant by a name that is not known; all names where nothing is alike."""
    alike = get_close_matches(name, known, n=1, cutoff=0.5)
    return f"是不是 did you mean {alike[0]}?" if alike else f"全部 all: {', '.join(known)}"


def _dataset_module(name: str) -> ModuleType:
    is_derived = name in derived_names()
    if is_derived and name in dataset_names():
        raise ConfigurationError(
            f"schemas/{name}.py and schemas/derived/{name}.py have the same name; rename one"
        )
    return importlib.import_module(f"schemas.{'derived.' if is_derived else ''}{name}")


def derivation(name: str) -> Derivation:
    """How the rows of a derived dataset are made."""
    from yrdx.derivation import Derivation  # noqa: PLC0415 - see above

    if name not in derived_names():
        raise ConfigurationError(
            f"{name!r} is not derived; derived datasets: {', '.join(derived_names()) or 'none'}"
        )
    found = getattr(_dataset_module(name), "DERIVATION", None)
    if not isinstance(found, Derivation):
        raise ConfigurationError(
            f"schemas/derived/{name}.py must export DERIVATION, a yrdx.derivation.Derivation"
        )
    unknown = set(found.needs) - set(published_names())
    if unknown or name in found.needs:
        raise ConfigurationError(
            f"schemas/derived/{name}.py: needs= names {sorted(unknown) or name}; name datasets "
            f"that are published, and not itself (looks_back=True gives its own last snapshot)"
        )
    return found


def derived_in_order() -> tuple[str, ...]:
    """Ids of all derived datasets, each after those that it is derived from."""
    waiting = {name: set(derivation(name).needs) for name in derived_names()}
    found: list[str] = []
    while waiting:
        ready = sorted(name for name, needs in waiting.items() if not needs & waiting.keys())
        if not ready:
            raise ConfigurationError(
                f"schemas/derived: {', '.join(waiting)} need each other; take one need away"
            )
        found += ready
        for name in ready:
            del waiting[name]
    return tuple(found)


def derived_datasets() -> Iterator[Dataset]:
    """All derived datasets, by id."""
    return (dataset(name) for name in derived_names())


def content_digest(name: str) -> str:
    """Digest of all modules and files that a derived dataset may draw on, but other datasets'."""
    digest = hashlib.sha256()
    for folder in map(Path, _package("schemas").__path__):
        others = {f"{other}.py" for other in published_names()} - {f"{name}.py"}
        for path in sorted(folder.glob("*.py")) + sorted((folder / "derived").glob("*.py")):
            if path.name not in others:
                digest.update(path.relative_to(folder).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def dataset_from(path: Path) -> Dataset:
    """The dataset that a file describes in place of the one in `schemas/`, to be rehearsed.

    Raises `ConfigurationError` for a file that is not named after a dataset or exports none.
    """
    from yrdx.dataset import Dataset  # noqa: PLC0415 - see above

    if path.stem not in dataset_names():
        raise ConfigurationError(
            f"{path.name} is named after no dataset; name it as the file in schemas/ whose place "
            f"it takes: {', '.join(f'{name}.py' for name in dataset_names())}"
        )
    found = getattr(_module_at(path), "DATASET", None)
    if not isinstance(found, Dataset):
        raise ConfigurationError(f"{path} must export DATASET, a yrdx.dataset.Dataset")
    return found


def _module_at(path: Path) -> ModuleType:
    """Run a module that is in no package; pandera finds its names under `sys.modules`."""
    name = f"rehearsed.{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ConfigurationError(f"{path} is not a Python module; its name must end in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (SyntaxError, ImportError, AttributeError, NameError, TypeError, ValueError) as error:
        raise ConfigurationError(f"{path} cannot be loaded: {error}") from error
    return module


def datasets() -> Iterator[Dataset]:
    """All delivered datasets, by id."""
    return (dataset(name) for name in dataset_names())


def calendar_folder() -> Path:
    """Where the calendar of rules lies, one file a dataset."""
    return next(Path(folder) for folder in _package("schemas").__path__) / "calendar"


def indicator_folder() -> Path:
    """Where the definitions of the indicators lie, one file a measure."""
    return next(Path(folder) for folder in _package("schemas").__path__) / "indicators"


def collapse_folder() -> Path:
    """Where datasets state limits of their own for what may fall away, one file a dataset."""
    return next(Path(folder) for folder in _package("validations").__path__) / "collapse"


def table_rules(of: str) -> tuple[TableRule, ...]:
    """The rules about a delivery of the dataset `of` as a whole, in the order of their modules.

    They are found in `validations/`: in the module that has the dataset's name, and in those that
    have no dataset's name, where a rule may be for one dataset only.
    """
    from yrdx.table_rule import TableRule  # noqa: PLC0415 - see above

    return tuple(
        found
        for path in table_rule_modules(of)
        for found in vars(importlib.import_module(f"validations.{path.stem}")).values()
        if isinstance(found, TableRule) and found.dataset in (None, of)
    )


def comparisons() -> tuple[Comparison, ...]:
    """What provinces' snapshots are compared by, from all modules of `validations/`."""
    from yrdx.comparison import Comparison  # noqa: PLC0415 - see above

    return tuple(
        found
        for name in _modules("validations")
        if name != "examples"
        for found in vars(importlib.import_module(f"validations.{name}")).values()
        if isinstance(found, Comparison)
    )


def comparison_sources() -> tuple[Path, ...]:
    """Sources of all modules in which comparisons can stand, with what they draw on."""
    folders = [Path(folder) for folder in _package("validations").__path__]
    return tuple(sorted(path for folder in folders for path in folder.glob("*.py")))


def comparison_examples() -> dict[str, ComparisonExample]:
    """Comparison → snapshots that agree, and some that do not."""
    found: dict[str, ComparisonExample] = {}
    for name in _modules("validations"):
        full = f"validations.examples.{name}"
        if name != "examples" and importlib.util.find_spec(full):
            found |= getattr(importlib.import_module(full), "COMPARED", {})
    return found


def table_rule_modules(of: str) -> tuple[Path, ...]:
    """Sources of all modules of `validations/` that bear on deliveries of the dataset `of`."""
    others = set(dataset_names()) - {of}
    folders = [Path(folder) for folder in _package("validations").__path__]
    found = sorted(path for folder in folders for path in folder.glob("*.py"))
    return tuple(path for path in found if path.stem not in others | {"__init__"})


def table_examples(module: str) -> dict[str, TableExample]:
    """Rule → good and bad deliveries for the rules of a module of `validations/`."""
    full = f"validations.examples.{module}"
    if not importlib.util.find_spec(full):
        return {}
    found: dict[str, TableExample] = importlib.import_module(full).EXAMPLES
    return found


def reference_lists() -> dict[str, ReferenceList]:
    """The lists that an operator may load, by name: those that some rule or repair needs."""
    found: dict[str, ReferenceList] = {}
    for item in datasets():
        found |= {rule.needs.name: rule.needs for rule in item.list_rules}
        found |= {repair.needs.name: repair.needs for repair in item.repairs if repair.needs}
    return dict(sorted(found.items()))


def examples(of: Dataset) -> Examples:
    """Good rows and wrongs of a dataset; a row is made from its columns where none is stated."""
    from yrdx.example import Examples, Wrong, make_row  # noqa: PLC0415 - see above

    package = importlib.import_module("schemas.examples")
    stated = _stated_examples(of.name)
    spoilings: dict[tuple[str, str], dict[str, Any]] = getattr(stated, "SPOILINGS", {})
    wrongs = []
    for rule in of.rules:
        changes = spoilings.get((rule.code, rule.column))
        if changes is None and rule.code == "required_value_is_missing":
            changes = {rule.column: None}
        if changes is None:
            value = package.wrong_value(rule, of.columns[rule.column])
            changes = None if value is None else {rule.column: value}
        if changes is not None:
            wrongs.append(Wrong(rule.code, rule.column, changes))
    lists = importlib.import_module("schemas.examples.lists")
    for needing in of.list_rules:
        changes = lists.wrong(needing.code, needing.column)
        if changes is not None:
            wrongs.append(Wrong(needing.code, needing.column, changes))
    return Examples(
        good=stated.GOOD if stated else make_row(of, known_values()),
        good_too=tuple(getattr(stated, "GOOD_TOO", ())),
        wrongs=tuple(wrongs),
    )


def rules_given_examples(of: Dataset) -> tuple[Rule, ...]:
    """The dataset's rules that need a loaded list, given the example of the list."""
    lists = importlib.import_module("schemas.examples.lists")
    return tuple(rule.given(lists.entries(rule.needs.name)) for rule in of.list_rules)


def known_values() -> dict[str, list[Any]]:
    """Field → the values that it has in the good rows of all datasets, each once."""
    found: dict[str, list[Any]] = {}
    for name in dataset_names():
        if stated := _stated_examples(name):
            for field, value in stated.GOOD.items():
                if value is not None and value not in found.setdefault(field, []):
                    found[field].append(value)
    return found


def _stated_examples(name: str) -> ModuleType | None:
    full = f"schemas.examples.{name}"
    return importlib.import_module(full) if importlib.util.find_spec(full) else None


def connector_names() -> tuple[str, ...]:
    """Kinds of all connectors, without importing any of them."""
    return tuple(_modules("connectors"))


def connector(kind: str) -> ModuleType:
    """The connector module for `kind`; it has the names of `yrdx.connector.Connector`."""
    if kind not in connector_names():
        raise ConfigurationError(
            f"there is no connector {kind!r}; known: {', '.join(connector_names())}"
        )
    return importlib.import_module(f"connectors.{kind}")
