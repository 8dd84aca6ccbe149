"""What has outlived its use besides versions and landed bytes: working files, rows, messages.

Documents stay: `delivery.json`, `report.json`, findings and receipts prove for good what was
received and what it was worth. They hold no personal value; findings and receipts mask them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from fnmatch import fnmatchcase

from yrdx.publication.plan import admitted
from yrdx.publication.retention import Class, Keep, Reason, Swept, day_of
from yrdx.store import layout, places
from yrdx.store.port import ObjectInfo, ObjectStore
from yrdx.store.tombstones import as_first_written

_WAITING = ("rows*.parquet", "withdrawn*.parquet")
"""What a check leaves for `admit`, which copies it."""

_COPIES = ("annotated.*", "corrected.*", "changes.xlsx", "errors.xlsx")
"""What a partner corrects a delivery by."""


def outlived(
    store: ObjectStore, *, keep: Keep, today: date, people: Collection[str] = ()
) -> Iterator[Swept]:
    """All of it that is past its time; `retention.remove` removes it."""
    yield from _checked(store, keep=keep, today=today, people=people)
    yield from _admitted(store, keep=keep, today=today, people=people)
    before = today - timedelta(days=keep.messages_days)
    yield from _messages(store, before=before)
    yield from _notices(store, before=before)


def _checked(
    store: ObjectStore, *, keep: Keep, today: date, people: Collection[str]
) -> Iterator[Swept]:
    admissions = {item.key for item in store.list(layout.ADMITTED)}
    folders: defaultdict[str, list[ObjectInfo]] = defaultdict(list)
    for item in as_first_written(store, layout.CHECKED):
        is_people = places.checked_dataset(item.key) in people
        days = keep.people_checked_days if is_people else keep.checked_days
        if day_of(item) >= today - timedelta(days=days):
            continue
        folder, _, name = item.key.rpartition("/")
        if _is_one_of(name, _COPIES) or (
            _is_one_of(name, _WAITING) and places.admission_of_check(item.key) in admissions
        ):
            folders[folder].append(item)
    for folder, items in folders.items():
        dataset = places.checked_dataset(items[0].key)
        yield _swept(Reason.EXPIRED, dataset, folder, items, of=Class.CHECKED)


def _is_one_of(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _admitted(
    store: ObjectStore, *, keep: Keep, today: date, people: Collection[str]
) -> Iterator[Swept]:
    """Admissions that no next snapshot would be made from, their proving document first."""
    folders: defaultdict[str, defaultdict[str, list[ObjectInfo]]]
    folders = defaultdict(lambda: defaultdict(list))
    for item in as_first_written(store, layout.ADMITTED):
        folder, _, name = item.key.rpartition("/")
        if places.proof(item.key) is not None:
            items = folders[places.admitted_dataset(item.key)][folder]
            items.insert(0 if name == "admission.json" else len(items), item)
    for dataset, its_folders in folders.items():
        days = keep.people_admitted_days if dataset in people else keep.admitted_days
        before = today - timedelta(days=days)
        used = {key.rpartition("/")[0] for key in admitted(store, dataset)[0]}
        for folder, items in its_folders.items():
            if folder not in used and max(map(day_of, items)) < before:
                yield _swept(Reason.SUPERSEDED, dataset, folder, items, of=Class.ADMITTED)


def _messages(store: ObjectStore, *, before: date) -> Iterator[Swept]:
    """Messages about a subject that there is a newer one about, with the notes of their sending."""
    subjects: defaultdict[tuple[str, str], list[ObjectInfo]] = defaultdict(list)
    sent: defaultdict[tuple[str, str], list[ObjectInfo]] = defaultdict(list)
    for item in store.list(layout.OUTBOX):
        match places.outbox_place(item.key):
            case ("messages", province, subject):
                subjects[province, subject].append(item)
            case ("sent", province, name):
                sent[province, name].append(item)
    for (province, subject), items in subjects.items():
        for item in items[:-1]:
            if day_of(item) < before:
                number = item.key.rpartition("/")[2]
                notes = sent[province, f"{subject}-{number}"]
                yield _swept(Reason.SUPERSEDED, "", item.key, [item, *notes], of=Class.MESSAGE)


def _notices(store: ObjectStore, *, before: date) -> Iterator[Swept]:
    """Notices to a province that a newer one has followed, their proving document first."""
    provinces: defaultdict[str, defaultdict[str, list[ObjectInfo]]]
    provinces = defaultdict(lambda: defaultdict(list))
    for item in store.list(layout.NOTICES):
        folder, _, name = item.key.rpartition("/")
        items = provinces[folder.rpartition("/")[0]][folder]
        items.insert(0 if name == "notice.json" else len(items), item)
    for folders in provinces.values():
        newest = max(folders, key=lambda folder: (folders[folder][0].modified_at, folder))
        for folder, items in folders.items():
            if folder != newest and max(map(day_of, items)) < before:
                yield _swept(Reason.SUPERSEDED, "", folder, items, of=Class.NOTICE)


def _swept(reason: Reason, dataset: str, what: str, items: list[ObjectInfo], *, of: Class) -> Swept:
    keys = tuple(item.key for item in items)
    return Swept(reason, dataset, what, keys, sum(item.size for item in items), of=of)
