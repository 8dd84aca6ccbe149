"""What changes from one version of a list to another."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from yrdx.lists import ReferenceList


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Entries by what became of them; columns `key`, and `old` and `new` where both exist."""

    added: pl.DataFrame
    removed: pl.DataFrame
    renamed: pl.DataFrame
    redated: pl.DataFrame
    changed: pl.DataFrame

    @property
    def counts(self) -> dict[str, int]:
        """Number of codes by what became of them."""
        kinds = ("added", "removed", "renamed", "redated", "changed")
        return {kind: getattr(self, kind).height for kind in kinds}

    @property
    def is_empty(self) -> bool:
        """Whether both versions say the same."""
        return not any(self.counts.values())


def difference(old: pl.DataFrame, new: pl.DataFrame, *, shape: ReferenceList) -> Difference:
    """Compare two versions code by code; a code with several spans counts once."""
    one, other = _by_code(old, shape), _by_code(new, shape)
    both = one.join(other, on="key", suffix="_new", how="inner").sort("key")
    return Difference(
        added=_told(other.join(one, on="key", how="anti"), "names", "new"),
        removed=_told(one.join(other, on="key", how="anti"), "names", "old"),
        renamed=_pairs(both, "names"),
        redated=_pairs(both, "days"),
        changed=_pairs(both, "facts"),
    )


def _by_code(entries: pl.DataFrame, shape: ReferenceList) -> pl.DataFrame:
    day = pl.format(
        "{}–{}",
        pl.col("valid_from").cast(pl.String).fill_null("…"),
        pl.col("valid_to").cast(pl.String).fill_null("…"),
    )
    facts = [pl.col("is_controlled").cast(pl.Int8).cast(pl.String), pl.col("successor")]
    if not shape.by_level:
        facts.append(pl.col("level"))
    return (
        entries.sort("valid_from", nulls_last=False)
        .select(
            pl.concat_str([pl.col(name) for name in shape.identity], separator=" ").alias("key"),
            pl.col("name"),
            day.alias("day"),
            pl.concat_str([item.fill_null("—") for item in facts], separator=" ").alias("fact"),
        )
        .group_by("key")
        .agg(
            pl.col("name").unique(maintain_order=True).str.join("、").alias("names"),
            pl.col("day").str.join("、").alias("days"),
            pl.col("fact").unique(maintain_order=True).str.join("、").alias("facts"),
        )
    )


def _told(found: pl.DataFrame, what: str, column: str) -> pl.DataFrame:
    return found.select("key", pl.col(what).alias(column)).sort("key")


def _pairs(both: pl.DataFrame, what: str) -> pl.DataFrame:
    changed = both.filter(pl.col(what) != pl.col(f"{what}_new"))
    return changed.select("key", pl.col(what).alias("old"), pl.col(f"{what}_new").alias("new"))
