"""What every other value is made of: sentences, severities, classes, names."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Frozen(BaseModel):
    """A value that becomes JSON: immutable, and strict about unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Frozen):
    """The same sentence in Chinese and in English."""

    zh: str
    en: str

    def filled(self, facts: Mapping[str, object]) -> Text:
        """The sentence with its braces filled; a fact that is a `Text` in the language of each."""
        zh = {name: fact.zh if isinstance(fact, Text) else fact for name, fact in facts.items()}
        en = {name: fact.en if isinstance(fact, Text) else fact for name, fact in facts.items()}
        return Text(zh=self.zh.format_map(zh), en=self.en.format_map(en))


class Severity(StrEnum):
    """What a finding does to its row: error rejects it, warning and info admit it."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Verdict(StrEnum):
    """What became of a delivery; a report with faults has none."""

    ADMITTED = "admitted"
    ADMITTED_IN_PART = "admitted_in_part"
    REJECTED = "rejected"


class Sensitivity(StrEnum):
    """Class of a field, L1 to L4 of DB31/T 310030-2025."""

    PUBLIC = "P"
    INTERNAL = "I"
    PERSONAL = "PI"
    SENSITIVE_PERSONAL = "SPI"

    @property
    def is_masked(self) -> bool:
        """Whether values are masked in findings, receipts, logs and pages."""
        return self in (Sensitivity.PERSONAL, Sensitivity.SENSITIVE_PERSONAL)


Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


ProvinceCode = Annotated[str, Field(pattern=r"^[0-9]{2}$")]


Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]


Period = Annotated[str, Field(pattern=r"^(undated|[0-9]{4}|[0-9]{4}-[0-9]{4}(-[12])?)$")]
"""`2025` a year, `2024-2025` a school year, `2024-2025-1` a term, `undated` when nobody said."""
