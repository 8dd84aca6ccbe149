"""Who has agreed to deliver what: `provinces/*.yaml`, cheap to read and safe at DAG parsing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from yrdx.errors import ConfigurationError
from yrdx.model import Frozen, Period, ProvinceCode, Slug, Text
from yrdx.yaml_files import read_yaml

Sealing = Literal["hmac-sm3", "hmac-sha256", "aes-cmac"]
"""The keyed hash by which a partner seals personal numbers before they leave."""


_MONTH_AND_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")


class Agreement(Frozen):
    """One province's supplying unit delivers one dataset from one source.

    `source` is passed to the connector named by its `kind`. `due` is the day of each period by
    which the delivery is expected (`MM-DD`). `tolerance` is the share of rejected rows up to
    which the good rows are admitted. `not_supplied` names fields that this source does not have
    yet: published as null, and said so. `own_rows_only` keeps only the province's own rows of a
    national list. `sealing` names the keyed hash of the personal numbers: the one that the partner
    gives to `yrdx seal`, and that stands in every sealed file; `sealing_year` is the year of the
    key, where the period calls for that of a certain year. A file sealed otherwise is refused.
    `approval: required` lets a checked delivery wait until a person has approved it.
    """

    unit: Slug
    unit_name: Text
    dataset: Slug
    source: dict[str, Any]
    period: Period | None = None
    due: str | None = None
    tolerance: Annotated[float, Field(ge=0, le=1)] = 0.05
    not_supplied: tuple[str, ...] = ()
    own_rows_only: bool = False
    sealing: Sealing = "hmac-sm3"
    sealing_year: Annotated[int, Field(ge=2000, le=2999)] | None = None
    approval: Literal["required"] | None = None

    @field_validator("due")
    @classmethod
    def _is_month_and_day(cls, value: str | None) -> str | None:
        if value is not None and not _MONTH_AND_DAY.fullmatch(value):
            raise ValueError(f'{value!r} is no month and day; write them as in "10-15"')
        return value


class Province(Frozen):
    """A partner province and its agreements."""

    code: ProvinceCode
    slug: Slug
    name: Text
    schedule: str = "0 6 * * *"
    contact: str = ""
    agreements: tuple[Agreement, ...]

    @model_validator(mode="after")
    def _agrees_once(self) -> Self:
        agreed = [(agreement.unit, agreement.dataset) for agreement in self.agreements]
        for unit, dataset in agreed:
            if agreed.count((unit, dataset)) > 1:
                raise ValueError(
                    f"unit {unit} has two agreements for dataset {dataset}, and deliveries would "
                    "come under the first alone; keep one, or give the other its own unit"
                )
        return self

    @property
    def filename(self) -> str:
        """The file that describes it."""
        return f"{self.code}-{self.slug}.yaml"

    def agreement(self, *, unit: str, dataset: str) -> Agreement:
        """The agreement of `unit` for `dataset`; raises `ConfigurationError` when there is none."""
        for agreement in self.agreements:
            if (agreement.unit, agreement.dataset) == (unit, dataset):
                return agreement
        raise ConfigurationError(
            f"{self.name.zh}没有单位“{unit}”报送 {dataset} 的约定，请核对单位和数据集，或在 "
            f"provinces/{self.filename} 中增加 {self.name.en} has no agreement of unit "
            f"{unit!r} for dataset {dataset!r}: check both, or add one to that file"
        )


def load_province(path: Path) -> Province:
    """Read one `provinces/*.yaml`; raises `ConfigurationError` naming file, field and fix."""
    province = read_yaml(path, Province)
    if path.name != province.filename:
        raise ConfigurationError(
            f"{path.name} 写的是省份 describes province {province.code} {province.slug}；"
            f"请把文件改名为 rename the file to {province.filename}"
        )
    return province


def province_files(folder: Path) -> list[Path]:
    """The files of all provinces, by name; hidden ones are what editors and systems leave there."""
    return sorted(path for path in folder.glob("*.yaml") if not path.name.startswith("."))


def load_each(paths: Iterable[Path]) -> Iterator[tuple[Path, Province | ConfigurationError]]:
    """Each file with the province that it describes, or with what is wrong with it."""
    for path in paths:
        try:
            yield path, load_province(path)
        except ConfigurationError as error:
            yield path, error


def load_provinces(folder: Path) -> Iterator[Province]:
    """All provinces, by code; a broken file raises when its turn comes."""
    for path in province_files(folder):
        yield load_province(path)
