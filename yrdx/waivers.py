"""Waivers: who accepts which finding, up to which number, until when, and why.

They lie beside the agreements, one file a province (`provinces/waivers/33-zhejiang.yaml`), because
other people decide on them than on agreements. Cheap and parse-safe.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from pydantic import model_validator

from yrdx.errors import ConfigurationError
from yrdx.model import Delivery, Frozen, ProvinceCode, Waiver
from yrdx.yaml_files import read_yaml


class _File(Frozen):
    code: ProvinceCode
    waivers: tuple[Waiver, ...] = ()

    @model_validator(mode="after")
    def _says_nothing_twice(self) -> Self:
        ids = [waiver.id for waiver in self.waivers]
        places = [_place(waiver) for waiver in self.waivers]
        for waiver, place in zip(self.waivers, places, strict=True):
            if ids.count(waiver.id) > 1:
                raise ValueError(f"the id {waiver.id} is used twice; give each waiver its own")
            if places.count(place) > 1:
                raise ValueError(
                    f"{waiver.id} and another waiver accept the same finding; keep one and change "
                    "its limit or its last day"
                )
            if waiver.accepted_on > waiver.until:
                raise ValueError(
                    f"{waiver.id} was accepted on {waiver.accepted_on}, after its last day "
                    f"{waiver.until}; correct one of the two"
                )
        return self


def _place(waiver: Waiver) -> tuple[str, str, str, str, str | None]:
    return waiver.unit, waiver.dataset, waiver.period, waiver.rule, waiver.column


def load_waivers(path: Path) -> tuple[Waiver, ...]:
    """Read one file; raises `ConfigurationError` naming file, field and fix."""
    read = read_yaml(path, _File)
    if not path.stem.startswith(f"{read.code}-"):
        raise ConfigurationError(
            f"{path.name} holds waivers of province {read.code}; name it {read.code}-<name>.yaml, "
            "or correct `code`"
        )
    return read.waivers


def waivers_for(delivery: Delivery, *, folder: Path) -> tuple[Waiver, ...]:
    """All waivers that speak of a delivery, in the order of their ids, whether they hold or not."""
    found = [
        waiver
        for path in sorted(folder.glob(f"{delivery.province}-*.yaml"))
        for waiver in load_waivers(path)
        if (waiver.unit, waiver.dataset, waiver.period)
        == (delivery.unit, delivery.dataset, delivery.period)
    ]
    return tuple(sorted(found, key=lambda waiver: waiver.id))


def digest_of(waivers: Iterable[Waiver]) -> str:
    """Digest of all that the waivers say; empty where there are none."""
    told = [waiver.model_dump(mode="json") for waiver in waivers]
    if not told:
        return ""
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
