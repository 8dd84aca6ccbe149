"""Erase from a delivery: its landed bytes, its checks, what was decided, its admitted rows."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

import polars as pl

from yrdx import catalogue
from yrdx.checking.proof import Artefact
from yrdx.erasing.folder import Folder, objects_in
from yrdx.erasing.originals import blank_lines, rows_in
from yrdx.erasing.parquet import count, lines_of, without, without_lines
from yrdx.erasing.receipts import receipt_without, report_without
from yrdx.erasing.target import Target
from yrdx.model import Admission, Delivery
from yrdx.model.erasure import Erased, Request
from yrdx.store import layout
from yrdx.store.content import digest_and_size
from yrdx.store.port import ObjectStore
from yrdx.store.tombstones import decided_folder, folder_of, landed_folder

_COPIES = ("annotated.*", "corrected.*", "changes.xlsx")
"""Copies of what was delivered, row by row."""

_BESIDE_FINDINGS = "since_last*.parquet"


@dataclass(slots=True)
class _Erasing:
    """One delivery while it is seen to; `numbers` are the person's rows in it."""

    store: ObjectStore
    delivery: Delivery
    target: Target
    request: Request
    apply: bool
    key_file: Path | None
    spool: Path
    numbers: set[int] = field(default_factory=set)
    erased: list[Erased] = field(default_factory=list)

    def folder(self, prefix: str) -> Folder:
        return Folder(self.store, self.request, prefix, self.apply)

    def fetch(self, key: str) -> Path:
        """The object as a local file, fetched once."""
        digest = hashlib.sha256(key.encode()).hexdigest()
        path = self.spool / f"{digest}.{key.rpartition('.')[2]}"
        if not path.exists():
            self.store.fetch(key, into=path)
        return path

    def commit(self, folder: Folder) -> None:
        folder.commit()
        self.erased += folder.erased.values()


def erase_from_delivery(
    store: ObjectStore,
    delivery: Delivery,
    target: Target,
    *,
    request: Request,
    apply: bool,
    key_file: Path | None,
) -> tuple[Erased, ...]:
    """Erase a person from all that was made of a delivery, or the delivery itself.

    Its landed bytes come last: as long as they are there, a run that was stopped finds it again.
    """
    with tempfile.TemporaryDirectory() as name:
        erasing = _Erasing(store, delivery, target, request, apply, key_file, Path(name))
        if target.delivery is not None:
            _whole(erasing)
        else:
            _find_rows(erasing)
            _checked(erasing)
            _decided(erasing)
            _admitted(erasing)
            _landed(erasing)
        return tuple(erasing.erased)


def _whole(erasing: _Erasing) -> None:
    """Everything of a delivery but the records that it was here, and was taken back."""
    for prefix in folders_of(erasing.delivery):
        folder = erasing.folder(folder_of(f"{prefix}any"))
        for key in left_of(erasing.store, erasing.delivery, prefix):
            folder.remove(key)
        erasing.commit(folder)


def folders_of(delivery: Delivery) -> tuple[str, ...]:
    """Everything that was made of a delivery lies in these, its landed bytes in the last."""
    return (
        layout.admitted_delivery(delivery),
        layout.checked_all(delivery),
        decided_folder(delivery),
        layout.answers_prefix(delivery),
        landed_folder(delivery),
    )


def left_of(store: ObjectStore, delivery: Delivery, prefix: str) -> list[str]:
    """What is in one of them, but for the records that stay."""
    stay = {layout.landed_delivery(delivery), layout.withdrawal(delivery)}
    return sorted(item.key for item in objects_in(store, prefix) if item.key not in stay)


def _find_rows(erasing: _Erasing) -> None:
    """Numbers of the person's rows: by the rows that were good, and by the landed bytes."""
    store, delivery = erasing.store, erasing.delivery
    prefixes = (layout.checked_all(delivery), layout.admitted_delivery(delivery))
    for prefix in prefixes:
        for item in objects_in(store, prefix):
            if fnmatchcase(_name(item.key), "rows*.parquet"):
                erasing.numbers |= count(erasing.fetch(item.key), erasing.target).numbers
    original = _original(erasing)
    if original is not None and delivery.base is None:  # rows of corrections count in the whole
        erasing.numbers |= rows_in(
            erasing.fetch(original),
            catalogue.dataset(delivery.dataset),
            erasing.target.keys,
            filename=delivery.filename,
        )


def _original(erasing: _Erasing) -> str | None:
    found = objects_in(erasing.store, landed_folder(erasing.delivery))
    return next((item.key for item in found if _name(item.key).startswith("original")), None)


def _name(key: str) -> str:
    return key.rpartition("/")[2]


def _landed(erasing: _Erasing) -> None:
    folder = erasing.folder(landed_folder(erasing.delivery))
    delivery, dataset = erasing.delivery, catalogue.dataset(erasing.delivery.dataset)
    for item in objects_in(erasing.store, folder.prefix):
        if not _name(item.key).startswith("original"):
            continue
        path, into = erasing.fetch(item.key), erasing.spool / "blanked"
        held = rows_in(path, dataset, erasing.target.keys, filename=delivery.filename)
        if not held and not erasing.target.is_in(path):
            continue
        if blank_lines(path, erasing.target, dataset, filename=delivery.filename, into=into):
            folder.replace(item.key, into, rows=len(held) or None)
        else:
            folder.remove(item.key, rows=len(held) or None)
    erasing.commit(folder)


def _checked(erasing: _Erasing) -> None:
    """All checks of the delivery, each in its folder; one tombstone tells of them all."""
    prefix = layout.checked_all(erasing.delivery)
    checks = {item.key.rpartition("/")[0] for item in objects_in(erasing.store, prefix)}
    folder = erasing.folder(prefix)
    for check in sorted(checks):
        _check(erasing, folder, f"{check}/")
    erasing.commit(folder)


def _check(erasing: _Erasing, folder: Folder, check: str) -> None:
    keys = {_name(item.key): item.key for item in objects_in(erasing.store, check)}
    artefacts: dict[str, Artefact | None] = {}
    names: dict[str, str] = {}
    told_of = _findings(erasing, folder, keys, artefacts=artefacts, names=names)
    for name, key in keys.items():
        if fnmatchcase(name, "rows*.parquet"):
            into = erasing.spool / "rows"
            gone = without(erasing.fetch(key), erasing.target, into=into)
            if gone.gone:
                _replaced(folder, key, into, gone.gone, artefacts=artefacts, names=names)
        elif _is_copy(name, has_rows=bool(erasing.numbers), told_of=told_of) or (
            not _is_document(name) and erasing.target.is_in(erasing.fetch(key))
        ):
            folder.remove(key)
            artefacts[name] = None
    _documents(erasing, folder, keys, artefacts=artefacts, names=names)


def _is_copy(name: str, *, has_rows: bool, told_of: bool) -> bool:
    copied = has_rows and any(fnmatchcase(name, pattern) for pattern in _COPIES)
    return copied or (told_of and name == "errors.xlsx")


def _is_document(name: str) -> bool:
    is_findings = fnmatchcase(name, "findings*.parquet") or fnmatchcase(name, _BESIDE_FINDINGS)
    return is_findings or name in ("report.json", "receipt.json", "receipt.html")


def _replaced(
    folder: Folder,
    key: str,
    by: Path,
    rows: int,
    *,
    artefacts: dict[str, Artefact | None],
    names: dict[str, str],
) -> None:
    digest, size = digest_and_size(by)
    new_key = folder.replace(key, by, rows=rows)
    artefacts[_name(key)] = Artefact(sha256=digest, size=size)
    names[_name(key)] = _name(new_key)


def _findings(
    erasing: _Erasing,
    folder: Folder,
    keys: dict[str, str],
    *,
    artefacts: dict[str, Artefact | None],
    names: dict[str, str],
) -> bool:
    """Drop the findings about the person's rows; whether there were any."""
    findings = [key for name, key in keys.items() if fnmatchcase(name, "findings*.parquet")]
    beside = [key for name, key in keys.items() if fnmatchcase(name, _BESIDE_FINDINGS)]
    told_of = False
    for key in findings:
        lines = lines_of(erasing.fetch(key), erasing.numbers)
        if not lines.any():
            continue
        told_of = True
        into = erasing.spool / "lines"
        for each in (*_of_same_length(erasing, beside, len(lines)), key):
            without_lines(erasing.fetch(each), ~lines, into=into)
            _replaced(folder, each, into, int(lines.sum()), artefacts=artefacts, names=names)
    return told_of


def _of_same_length(erasing: _Erasing, keys: list[str], length: int) -> list[str]:
    """Those files whose lines stand beside the findings, line by line."""
    rows = {key: pl.scan_parquet(erasing.fetch(key), glob=False) for key in keys}
    return [key for key, each in rows.items() if each.select(pl.len()).collect().item() == length]


def _documents(
    erasing: _Erasing,
    folder: Folder,
    keys: dict[str, str],
    *,
    artefacts: dict[str, Artefact | None],
    names: dict[str, str],
) -> None:
    """Report, receipt and its page, written anew where they tell of one of the rows."""
    store = erasing.store
    if "report.json" in keys:
        report = report_without(store.get(keys["report.json"]), erasing.numbers)
        folder.rewrite(keys["report.json"], report)
        digest = hashlib.sha256(report).hexdigest()
        artefacts["report.json"] = Artefact(sha256=digest, size=len(report))
    if "receipt.json" not in keys:
        return
    made = receipt_without(
        store.get(keys["receipt.json"]),
        erasing.numbers,
        artefacts=artefacts,
        names=names,
        key_file=erasing.key_file,
    )
    if made is not None:
        if "receipt.html" in keys:
            folder.rewrite(keys["receipt.html"], made[1].encode())
        folder.rewrite(keys["receipt.json"], made[0])


def _decided(erasing: _Erasing) -> None:
    """Receipts that were issued again with a decision."""
    prefix = decided_folder(erasing.delivery)
    found = {item.key.rpartition("/")[0] for item in objects_in(erasing.store, prefix)}
    folder = erasing.folder(prefix)
    for one in sorted(found):
        keys = {_name(item.key): item.key for item in objects_in(erasing.store, f"{one}/")}
        _documents(erasing, folder, keys, artefacts={}, names={})
    erasing.commit(folder)


def _admitted(erasing: _Erasing) -> None:
    """Admitted rows under a new key, which the admission names then."""
    store, prefix = erasing.store, layout.admitted_delivery(erasing.delivery)
    folder = erasing.folder(prefix)
    named = set()
    for item in objects_in(store, prefix):
        if _name(item.key) == "admission.json":
            admission = Admission.model_validate_json(store.get(item.key))
            named.add(admission.rows_key)
            _admission(erasing, folder, item.key, admission)
    for item in objects_in(store, prefix):
        if fnmatchcase(_name(item.key), "rows*.parquet") and item.key not in named:
            gone = count(erasing.fetch(item.key), erasing.target).gone
            if gone and f"{item.key.rpartition('/')[0]}/admission.json" in _keys(erasing, prefix):
                folder.remove(item.key, rows=gone)  # replaced by a run that was stopped
    erasing.commit(folder)


def _keys(erasing: _Erasing, prefix: str) -> set[str]:
    return {item.key for item in objects_in(erasing.store, prefix)}


def _admission(erasing: _Erasing, folder: Folder, key: str, admission: Admission) -> None:
    into = erasing.spool / "admitted"
    gone = without(erasing.fetch(admission.rows_key), erasing.target, into=into)
    if not gone.gone:
        return
    withdrawn: set[int] = set()
    if admission.withdrawn_key is not None:
        lines = pl.read_parquet(erasing.fetch(admission.withdrawn_key), glob=False)
        withdrawn = set(lines["_row"].to_list())
    digest, _ = digest_and_size(into)
    new_key = folder.replace(admission.rows_key, into, rows=gone.gone)
    left = {
        "rows_key": new_key,
        "rows_sha256": digest,
        "rows": admission.rows - len(gone.numbers - withdrawn),
    }
    folder.rewrite(key, admission.model_copy(update=left).model_dump_json(indent=2).encode())
