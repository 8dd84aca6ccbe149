"""The map of industries and majors as the report draws it, with its orphans and gaps by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from yrdx.model import Text
from yrdx.releasing.material import JOBS, MAP, Material

MOST_LINKS = 30
"""Links of chains that are drawn for a province, those with most edges first."""

MOST_NAMED = 15
"""Orphans, gaps and jobs that are named for a province; all stand in the data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Square:
    """How many majors of a broad category serve a link, and how many of them are offered."""

    mapped: int
    offered: int

    @property
    def sign(self) -> str:
        """● all of them, ◐ some, ○ none: read without colour."""
        return "○" if not self.offered else "●" if self.offered == self.mapped else "◐"

    @property
    def standing(self) -> str:
        """The same as a word, for the colour."""
        return {"○": "gap", "●": "whole", "◐": "part"}[self.sign]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link of an industrial chain: a line of the matrix."""

    industry: str
    node: str
    is_offered: bool
    squares: Mapping[str, Square]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvinceMap:
    """The newest map of a province: matrix, counts, and what lacks a counterpart, by name."""

    province: str
    year: int
    school_year: str | None
    versions: str
    categories: tuple[tuple[str, Text], ...]
    links: tuple[Link, ...]
    counts: Mapping[str, int]
    orphans: tuple[dict[str, Any], ...]
    gaps: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job that people are asked for, with the bars of demand and supply in hundredths."""

    name: str
    occupation: str
    industry: Text
    level: Text
    state: Text
    is_gap: bool
    demand: int
    supply: str
    ratio: str
    demand_length: float
    supply_length: float


def maps_of(material: Material) -> tuple[ProvinceMap, ...]:
    """The map of every province that has one, in the newest year."""
    rows = material.frames[MAP]
    newest = rows.filter(pl.col("stat_year") == pl.col("stat_year").max().over("province_code"))
    return tuple(
        _map(str(province), own, material=material)
        for (province,), own in newest.sort("province_code").group_by(
            "province_code", maintain_order=True
        )
    )


def _map(province: str, rows: pl.DataFrame, *, material: Material) -> ProvinceMap:
    edges = rows.filter(pl.col("coverage_state").is_in(["1", "2"]))
    orphans = rows.filter(pl.col("coverage_state") == "3")
    placed = edges.with_columns(category=_category(), offered=pl.col("coverage_state") == "1")
    labels = material.words.get("major_category", {})
    categories = tuple(
        (code, _category_words(code, labels))
        for code in sorted(placed["category"].drop_nulls().unique())
    )
    nodes = edges.select("industry_code", "chain_node", "node_is_offered").unique()
    majors = ["catalog_version", "major_code"]
    return ProvinceMap(
        province=province,
        year=rows["stat_year"][0],
        school_year=rows["school_year"].max(),  # type: ignore[arg-type]
        versions="；".join(sorted(edges["map_versions"].drop_nulls().unique())),
        categories=categories,
        links=_links(placed),
        counts={
            "edges": edges.height,
            "edges_offered": placed.filter("offered").height,
            "links": nodes.height,
            "links_offered": nodes.filter("node_is_offered").height,
            "majors": edges.select(majors).n_unique(),
            "orphans": orphans.height,
            "not_judged": rows.filter(pl.col("coverage_state") == "4").height,
        },
        orphans=tuple(
            orphans.sort("schools", "major_code", descending=[True, False]).iter_rows(named=True)
        ),
        gaps=tuple(_gaps(edges, named=_names(material)).iter_rows(named=True)),
    )


def _names(material: Material) -> pl.DataFrame:
    """What majors are called, by whoever offers them."""
    rows = material.frames[MAP].drop_nulls("major_name")
    return rows.group_by("catalog_version", "major_code").agg(name=pl.col("major_name").min())


def _gaps(edges: pl.DataFrame, *, named: pl.DataFrame) -> pl.DataFrame:
    """Majors that the map asks for and no school of the province offers, with their jobs."""
    found = (
        edges.filter(pl.col("coverage_state") == "2")
        .group_by("catalog_version", "major_code")
        .agg(
            nodes=pl.col("chain_node").unique().sort().str.join("、"),
            jobs=pl.col("job_name").drop_nulls().unique().sort().str.join("、"),
            relation=pl.col("relation").max(),
            only=(~pl.col("node_is_offered")).any(),
            elsewhere=pl.col("schools_elsewhere").max(),
            stopped=pl.col("schools_not_enrolling").max(),
        )
        .join(named, on=["catalog_version", "major_code"], how="left")
    )
    order = ["only", "relation", "catalog_version", "major_code"]
    return found.sort(order, descending=[True, True, True, False])


def _links(edges: pl.DataFrame) -> tuple[Link, ...]:
    by_square = (
        edges.drop_nulls("category")
        .group_by("industry_code", "chain_node", "category")
        .agg(
            mapped=pl.struct("catalog_version", "major_code").n_unique(),
            offered=pl.struct("catalog_version", "major_code").filter("offered").n_unique(),
        )
    )
    order = edges.group_by("industry_code", "chain_node").agg(
        pl.len(), is_offered=pl.col("node_is_offered").any()
    )
    shown = order.sort("len", "industry_code", "chain_node", descending=[True, False, False])
    found = []
    for line in shown.head(MOST_LINKS).sort("industry_code", "chain_node").iter_rows(named=True):
        own = by_square.filter(
            (pl.col("industry_code") == line["industry_code"])
            & (pl.col("chain_node") == line["chain_node"])
        )
        squares = {
            row["category"]: Square(mapped=row["mapped"], offered=row["offered"])
            for row in own.iter_rows(named=True)
        }
        found.append(
            Link(
                industry=line["industry_code"],
                node=line["chain_node"],
                is_offered=line["is_offered"],
                squares=squares,
            )
        )
    return tuple(found)


def _category() -> pl.Expr:
    """The ordinal of the broad category, the same at all levels; the edition of 2021 has it."""
    first = pl.col("major_code").str.head(2).cast(pl.Int16, strict=False)
    ordinal = (first % 20).cast(pl.String).str.zfill(2)
    return pl.when(pl.col("catalog_version") == "2021").then(ordinal)


def _category_words(ordinal: str, labels: Mapping[str, Text]) -> Text:
    """The category's name without its level."""
    label = labels.get(str(int(ordinal) + 60), Text(zh=ordinal, en=ordinal))
    return Text(zh=label.zh.partition("（")[0], en=label.en.partition(" (")[0])


def jobs_of(material: Material) -> Mapping[str, tuple[Job, ...]]:
    """Province → jobs that people are asked for in the newest year, the widest gap first."""
    rows = material.frames[JOBS]
    newest = rows.filter(pl.col("stat_year") == pl.col("stat_year").max().over("province_code"))
    asked = newest.filter(pl.col("demand_num") > 0).with_columns(
        lacking=pl.col("demand_num") - pl.col("supply_shared").fill_null(0)
    )
    most = float(asked["demand_num"].max() or 1)  # type: ignore[arg-type]
    ordered = asked.sort(
        "province_code", "lacking", "occupation_code", descending=[False, True, False]
    )
    return {
        str(province): tuple(_job(row, most, material) for row in own.iter_rows(named=True))
        for (province,), own in ordered.group_by("province_code", maintain_order=True)
    }


def _job(row: dict[str, Any], most: float, material: Material) -> Job:
    def words(name: str, code: str) -> Text:
        return material.words.get(name, {}).get(code, Text(zh=code, en=code))

    supply: Decimal | None = row["supply_shared"]
    ratio: Decimal | None = row["supply_ratio"]
    return Job(
        name=row["job_name"] or "",
        occupation=row["occupation_code"],
        industry=words("industry", row["industry_division"]),
        level=words("edu_level", row["edu_level"]),
        state=words("supply_state", row["supply_state"]),
        is_gap=row["supply_state"] in ("2", "3"),
        demand=row["demand_num"],
        supply="" if supply is None else f"{supply:,f}",
        ratio="" if ratio is None else f"{ratio:f}",
        demand_length=round(row["demand_num"] / most * 100, 1),
        supply_length=round(min(float(supply or 0) / most, 1) * 100, 1),
    )
