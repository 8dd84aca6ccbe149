"""Which version a reader means: `student_scale@1.*`, `…@1.4.2`, `…@asof=2026-05-01`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from yrdx.errors import ConfigurationError, SnapshotNotFound, SourceRefused
from yrdx.publication import Manifest
from yrdx.publication.pointer import newest_first, published_on
from yrdx.store import layout
from yrdx.store.port import ObjectStore

_DATASET = re.compile(r"[a-z0-9][a-z0-9_-]*")
_NUMBERS = re.compile(r"([0-9]+)(?:\.([0-9]+)(?:\.([0-9]+))?)?(\.\*)?")
_NAME = re.compile(r"(v[0-9]{6}|[0-9]+\.[0-9]+\.[0-9]+)-[0-9a-f]{4,12}")
_AS_OF = "asof="
_TOLD = 12
"""Versions that a refusal names."""


@dataclass(frozen=True, slots=True)
class Spec:
    """A dataset and which of its versions; the newest of those that fit is meant.

    At most one of the others is given: `numbers`, the beginning of major, minor and patch;
    `name`, the name of a version or its beginning; `as_of`, the day on which it was the newest.
    """

    dataset: str
    numbers: tuple[int, ...] = ()
    name: str = ""
    as_of: date | None = None


def parse(text: str) -> Spec:
    """What a text means; raises `ConfigurationError` when it means nothing."""
    dataset, _, version = text.strip().partition("@")
    if not _DATASET.fullmatch(dataset) or (not version and "@" in text):
        raise _meaningless(text)
    if not version:
        return Spec(dataset)
    if version.startswith(_AS_OF):
        return Spec(dataset, as_of=_day(text, version.removeprefix(_AS_OF)))
    if _NAME.fullmatch(version):
        return Spec(dataset, name=version)
    found = _NUMBERS.fullmatch(version)
    is_whole = found is not None and found[3] is not None
    if found is None or is_whole == bool(found[4]):  # 1.4.2 or 1.4.* or 1.*: nothing in between
        raise _meaningless(text)
    return Spec(dataset, numbers=tuple(int(part) for part in found.groups()[:3] if part))


def resolve(store: ObjectStore, spec: Spec) -> Manifest:
    """The newest published version that a spec means; raises `SnapshotNotFound` without one.

    Versions are followed back from the pointer, so that what was written and never published,
    because another publisher was faster, is never found.
    """
    seen: list[str] = []
    try:
        for manifest in newest_first(store, spec.dataset):
            if _fits(store, manifest, spec):
                return manifest
            seen.append(manifest.version)
    except SourceRefused as error:
        if layout.is_restricted(spec.dataset):
            raise SourceRefused(_about_people(spec.dataset)) from error
        raise
    raise _absent(store, spec, seen)


def _fits(store: ObjectStore, manifest: Manifest, spec: Spec) -> bool:
    if spec.as_of is not None:
        day = published_on(store, manifest)
        return day is not None and day <= spec.as_of
    if spec.name:
        return manifest.version.startswith(spec.name)
    return manifest.numbers[: len(spec.numbers)] == spec.numbers


def _day(text: str, day: str) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError as error:
        raise _meaningless(text) from error


def _meaningless(text: str) -> ConfigurationError:
    return ConfigurationError(
        f"无法理解要读取的版本 no version is named by {text!r}；可写为 expected one of: "
        "student_scale, student_scale@1.*, student_scale@1.4.*, student_scale@1.4.2, "
        "student_scale@1.4.2-3f9a0c51d2e4, student_scale@asof=2026-05-01"
    )


def _absent(store: ObjectStore, spec: Spec, seen: list[str]) -> SnapshotNotFound:
    if not seen and layout.is_restricted(spec.dataset):
        return SnapshotNotFound(_about_people(spec.dataset))
    if not seen:
        where = store.uri(layout.pointer(spec.dataset))
        return SnapshotNotFound(
            f"数据集 {spec.dataset} 还没有发布任何版本 no version of it is published: there is no "
            f"{where}；请核对数据集名称和 YRDX_STORE see to the name and to YRDX_STORE"
        )
    told = ", ".join(seen[:_TOLD])
    if spec.as_of is not None:
        return SnapshotNotFound(
            f"{spec.dataset} 在 {spec.as_of} 及以前没有仍保存的版本 has no version that was "
            f"published by then and is still kept；现有 there are: {told}"
        )
    wanted = spec.name or ".".join(map(str, spec.numbers))
    return SnapshotNotFound(
        f"{spec.dataset} 没有版本 has no version {wanted}，或已不再保存 or keeps it no more；"
        f"现有 there are: {told}"
    )


def _about_people(dataset: str) -> str:
    counts = layout.public_counts(dataset)
    return (
        f"数据集 {dataset} 含个人明细，此处没有可读取的版本 rows of {dataset} are about people, "
        "and no version can be read here；"
        f"请改用公开的汇总数据 read the counts for everybody: {counts}"
        f"；经批准使用明细的，请设置 who may read the rows sets YRDX_RESTRICTED_ACCESS_KEY, "
        "YRDX_RESTRICTED_SECRET_KEY (YRDX_RESTRICTED_STORE)"
    )
