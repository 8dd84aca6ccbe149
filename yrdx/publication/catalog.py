"""`catalog.json`: everything that is published, for programs that look for it.

It says nothing that manifests and releases do not say; it is made anew from them after each
publication, each release and each removal.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from yrdx.model import Frozen, Period, ProvinceCode, Sha256, Slug, Text
from yrdx.publication.facts import Step
from yrdx.publication.manifest import State, Version


class Access(StrEnum):
    """Who may read the rows of a dataset."""

    PUBLIC = "public"
    RESTRICTED = "restricted"  # with credentials of their own


class CatalogFile(Frozen):
    """A document of a version; `key` is relative to the root of the store."""

    key: str
    sha256: Sha256
    bytes: int


class CatalogVersion(Frozen):
    """One published version that is still kept; `documents` are by name, as `datapackage.json`.

    `step` is what it means to readers of its parent, None for a first one. `provinces` tells how
    each stands in the newest period. `rows` and `bytes` are null of rows about people. `erased`
    names requests by which rows were erased by law.
    """

    version: Version
    semver: str
    parent: Version | None
    created: datetime | None
    contract: str
    rows: int | None
    bytes: int | None
    newest_period: Period | None
    provinces: dict[ProvinceCode, State] = Field(default_factory=dict)
    step: Step | None = None
    folder: str
    manifest: CatalogFile
    documents: dict[str, CatalogFile] = Field(default_factory=dict)
    erased: tuple[Slug, ...] = ()


class CatalogDataset(Frozen):
    """A dataset of which anything is published; `versions` are newest first.

    `counts` is the public dataset that counts the rows of a restricted one.
    """

    name: Slug
    title: Text
    grain: Text
    access: Access
    derived: bool = False
    counts: Slug | None = None
    newest: Version
    versions: tuple[CatalogVersion, ...]


class CatalogRelease(Frozen):
    """A release, and the version of each dataset that it pins; `stands` unless withdrawn."""

    id: str
    day: date
    created: datetime
    stands: bool
    superseded_by: str | None = None
    manifest: CatalogFile
    report: str | None = None
    pins: dict[Slug, Version]


class Catalog(Frozen):
    """All datasets by name, and all releases, newest first."""

    form: Literal["yrdx catalog 1"] = "yrdx catalog 1"
    datasets: tuple[CatalogDataset, ...] = ()
    releases: tuple[CatalogRelease, ...] = ()
