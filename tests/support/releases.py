"""An exchange of two provinces with due days, and schools to publish and release in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import polars as pl
import yaml

from tests.support.dying_store import DyingStore
from tests.support.odd_stores import CarelessStore
from yrdx import catalogue, pipeline
from yrdx.errors import PublishConflict
from yrdx.model import Text
from yrdx.pipeline import Exchange
from yrdx.releasing.chain import newest_release, read_pointer
from yrdx.releasing.changes import CHANGES
from yrdx.releasing.choosing import Chosen
from yrdx.releasing.manifest import Pin, Release
from yrdx.releasing.proposal import Proposal
from yrdx.releasing.writing import withdraw_release, write_release
from yrdx.settings import TIMEZONE, Settings
from yrdx.store.local import open_local
from yrdx.store.port import ObjectStore

DAY = date(2025, 4, 1)
CREATED = datetime(2025, 4, 1, 9, tzinfo=TIMEZONE)
DERIVED = "industry_major_coverage"
NAMES = {"33": ("zhejiang", "浙江省", "Zhejiang"), "34": ("anhui", "安徽省", "Anhui")}
DUE = {"institution": "03-31", "program_offering": "05-31", "student_scale": "11-15"}


def open_exchange(home: Path, **settings: Any) -> Exchange:
    """An exchange in which Zhejiang and Anhui have agreed to deliver, and nothing was delivered."""
    folder = home / "provinces"
    folder.mkdir(parents=True, exist_ok=True)
    for code, (slug, zh, en) in NAMES.items():
        province = {
            "code": code,
            "slug": slug,
            "name": {"zh": zh, "en": en},
            "agreements": [
                {
                    "unit": "edu",
                    "unit_name": {"zh": f"{zh}教育厅", "en": f"{en} Department of Education"},
                    "dataset": dataset,
                    "source": {"kind": "local_folder", "root": "inbox", "glob": "*"},
                    "due": due,
                }
                for dataset, due in DUE.items()
            ],
        }
        text = yaml.safe_dump(province, allow_unicode=True)
        (folder / f"{code}-{slug}.yaml").write_text(text, encoding="utf-8")
    stated = {"release_without": without_others(), "store": str(home / "store")} | settings
    return pipeline.open_exchange(Settings(home=home, **stated))


def without_others() -> str:
    """The derived datasets that no test of releases derives: one of them is enough."""
    return ",".join(name for name in catalogue.derived_names() if name != DERIVED)


def school(number: int, province: str = "33") -> str:
    """The code of a school."""
    return f"41{province}{10_000 + number:06d}"


def schools(
    numbers: Sequence[int], province: str = "33", **changes: Any
) -> list[Mapping[str, Any]]:
    """Rows of institutions, as changes to the good one."""
    return [
        {"inst_code": school(at, province), "uscc": None, "successor_code": None} | changes
        for at in numbers
    ]


def programmes(numbers: Sequence[int], province: str = "33") -> list[Mapping[str, Any]]:
    """A programme of each school."""
    return [{"inst_code": school(at, province), "major_code": "510203"} for at in numbers]


def proposal_of(
    version: str, *, base: Release | None = None, pointer: str | None = None
) -> Proposal:
    """A proposal that pins one snapshot, put together without looking at any."""
    pin = Pin(
        dataset="institution",
        title=Text(zh="职业院校名录", en="Institutions"),
        version=version,
        manifest=f"published/institution/{version}/manifest.json",
        sha256="0" * 64,
        contract="1.0.0",
        rows=1,
    )
    return Proposal(
        day=DAY,
        chosen=Chosen({}, (pin,)),
        base=base,
        parent=base.id if base else None,
        number=base.number + 1 if base else 1,
        pointer=pointer,
        coverage=(),
        rules=(),
        stops=(),
        changes=(),
        institutions=pl.DataFrame(schema=CHANGES),
        rules_digest="0" * 64,
    )


def propose(store: ObjectStore, version: str) -> Proposal:
    """The same, after what the store has released last."""
    _, pointer = read_pointer(store)
    return proposal_of(version, base=newest_release(store), pointer=pointer)


def write(store: ObjectStore, proposal: Proposal, *, created: datetime = CREATED) -> Release:
    """Make it a release."""
    return write_release(store, proposal, confirmation=None, created=created, preview=b"<html>")


def release_and_die(root: Path, at: int, when: Literal["before", "after"], version: str) -> None:
    """Release a snapshot, and die at one write; without it, end well."""
    store = DyingStore(open_local(root), at=at, when=when)
    write(store, propose(store, version))


def withdraw_and_die(root: Path, at: int, when: Literal["before", "after"], name: str) -> None:
    """Take a release back, and die at one write; without it, end well."""
    store = DyingStore(open_local(root), at=at, when=when)
    withdraw_release(store, name, by="张三", at=CREATED, reason="误发")


def release_each(root: Path, versions: Sequence[str], kind: str) -> None:
    """Release snapshots one after the other while others do the same; whoever loses goes on."""
    local = open_local(root)
    store = CarelessStore(local) if kind == "careless" else local
    for version in versions:
        with suppress(PublishConflict):
            write(store, propose(store, version))
