"""The notice that a province gets: where others disagree with it, by its own rows alone."""

from __future__ import annotations

import hashlib

from pydantic import Field

from yrdx.model import Frozen, NotChecked, ProvinceCode, Severity, Sha256, Slug, Text


class NoticeLine(Frozen):
    """One row of the province that another province disagrees with.

    `others` are the codes of the other provinces. Where the province does not report the thing at
    all, there is no row of its own: only `key` says what it is about. Personal parts are masked;
    `row` and `filename` tell where to look.
    """

    rule: str
    key: str
    others: tuple[ProvinceCode, ...]
    message: Text
    unit: Slug | None = None
    period: str | None = None
    filename: str | None = None
    row: int | None = None
    shown: str = ""


class RuleTold(Frozen):
    """How many lines one comparison gave."""

    rule: str
    dataset: Slug
    title: Text
    severity: Severity
    message: Text
    remedy: Text
    source: str
    lines: int


class Notice(Frozen):
    """What a province is told of the newest snapshots.

    `compared` maps each dataset to the version that was looked at, `rules` is the digest of the
    comparisons. `lines` are the first ones of each; all of them stand in `rows.parquet` and in
    `notice.xlsx`. `words` are the titles of the datasets, and what comparisons that did not run
    would have told, by their names.
    """

    province: ProvinceCode
    name: Text
    compared: dict[str, str]
    rules: Sha256
    told: tuple[RuleTold, ...]
    lines: tuple[NoticeLine, ...]
    not_compared: tuple[NotChecked, ...] = ()
    words: dict[str, Text] = Field(default_factory=dict)

    def named(self, name: str) -> Text:
        """A dataset, or a comparison, as people call it."""
        return self.words.get(name, Text(zh=name, en=name))

    @property
    def number(self) -> str:
        """Names the notice: the same snapshots by the same comparisons give the same one."""
        made_from = "\n".join(f"{name} {version}" for name, version in self.compared.items())
        named = f"{self.province}\n{self.rules}\n{made_from}"
        return hashlib.sha256(named.encode()).hexdigest()[:16]

    @property
    def count(self) -> int:
        """All lines, never capped."""
        return sum(item.lines for item in self.told)

    def errors(self) -> int:
        """Lines of comparisons that call an error."""
        return sum(item.lines for item in self.told if item.severity is Severity.ERROR)
