"""What a release would be, put together before anybody writes it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from yrdx.model import Sha256, Text
from yrdx.releasing.choosing import Chosen, Outdated
from yrdx.releasing.manifest import (
    Accepted,
    Coverage,
    DatasetChange,
    Measure,
    Outcome,
    Pin,
    Release,
    RuleResult,
    Stop,
)

_FALLS = (Measure.ROWS, Measure.KEYS, Measure.VALUES, Measure.CODES)


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A release as it would be; `made_from` names it, whoever confirms it confirms this.

    `base` is the last release that stands, `parent` the id of the last one of all. `outdated` are
    derived snapshots that have to be derived anew first: there can be no release while there are
    any. `institutions` are the changed rows by institution. `pointer` is the digest of the pointer
    that was read.
    """

    day: date
    chosen: Chosen
    base: Release | None
    parent: str | None
    number: int
    pointer: str | None
    coverage: tuple[Coverage, ...]
    rules: tuple[RuleResult, ...]
    stops: tuple[Stop, ...]
    changes: tuple[DatasetChange, ...]
    institutions: pl.DataFrame
    rules_digest: Sha256
    asks: bool = False

    @property
    def pins(self) -> tuple[Pin, ...]:
        """What it would pin."""
        return self.chosen.pins

    @property
    def outdated(self) -> tuple[Outdated, ...]:
        """Derived snapshots that do not follow from what would be pinned."""
        return self.chosen.outdated

    @property
    def needs_a_person(self) -> bool:
        """Whether somebody has to confirm it: something stops it, or the settings ask."""
        return bool(self.stops) or self.asks

    @property
    def accepted(self) -> Accepted:
        """What persons will have confirmed once it is a release."""
        before = self.base.accepted if self.base else Accepted()
        versions, known = self.chosen.versions, before.rules
        fallen = {stop.dataset for stop in self.stops if stop.dataset and stop.measure in _FALLS}
        return Accepted(
            versions=before.versions | {name: versions[name] for name in sorted(fallen)},
            rules={
                rule_name(item): max(item.count, known.get(rule_name(item), 0))
                for item in self.rules
                if item.outcome is Outcome.BROKEN
            },
        )

    @property
    def made_from(self) -> str:
        """Digest of what is proposed: pins, rules, stops, and what it would follow."""
        stops = [item.model_dump(mode="json", exclude={"text"}) for item in self.stops]
        content = [
            sorted(self.chosen.versions.items()),
            self.rules_digest,
            stops,
            self.base.id if self.base else None,
        ]
        return digest_of(content)


def digest_of(content: object) -> str:
    """SHA-256 of a plain value, by its canonical JSON."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def rule_name(result: RuleResult) -> str:
    """How a rule of a dataset is named among those accepted."""
    return f"{result.dataset} {result.rule}"


def rule_stops(
    rules: Sequence[RuleResult], titles: Mapping[str, Text], *, accepted: Accepted
) -> tuple[Stop, ...]:
    """A stop for each broken rule; one that was confirmed and is no worse now stops nobody."""
    return tuple(
        _rule_stop(item, titles[item.dataset])
        for item in rules
        if item.outcome is Outcome.BROKEN and item.count > accepted.rules.get(rule_name(item), -1)
    )


def _rule_stop(result: RuleResult, title: Text) -> Stop:
    of = f" / {result.examined:,}" if result.examined is not None else ""
    return Stop(
        measure=Measure.RULE,
        text=Text(
            zh=f"{title.zh}：{result.text.zh}（{result.count:,}{of} 处）",
            en=f"{title.en}: {result.text.en} ({result.count:,}{of})",
        ),
        dataset=result.dataset,
        column=result.rule,
        now=float(result.count),
    )


def repeated_stop(versions: Mapping[str, str], withdrawn: Sequence[Release]) -> tuple[Stop, ...]:
    """A stop where a release of the very same snapshots was taken back."""
    return tuple(
        Stop(
            measure=Measure.WITHDRAWN,
            text=Text(
                zh=f"与已撤回的发布 {item.id} 完全相同",
                en=f"the very same snapshots as in the withdrawn release {item.id}",
            ),
        )
        for item in withdrawn
        if {pin.dataset: pin.version for pin in item.pins} == dict(versions)
    )
