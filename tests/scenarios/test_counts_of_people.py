"""Counts of people over four versions: what everybody may read gives nobody away.

Deliveries of graduates are published row by row under restricted/; the counts for everybody are
derived from them each time. The attacker has the public files of all versions, and nothing else
but which counts did not change.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
import pytest

import yrdx
from tests.support.attacker import Cell, attack
from tests.support.snapshots import publish_rows
from yrdx import catalogue, pipeline
from yrdx.judging.situation import rows_of
from yrdx.pipeline import Exchange
from yrdx.settings import Settings

NAME, COUNTS, LEDGER = (
    "graduate_destination",
    "graduate_destination_count",
    "graduate_destination_count_ledger",
)
AXES = ((2, 1, 0), (3,), (4,), (5,), (6,), (7,))
CUTS = ("edu_level", "dest_type", "major_category", "match_level", "work_province")
COLUMNS = ("province_code", "city_code", "inst_code", *CUTS)


def graduates(province: str, *, seed: int, size: int) -> pl.DataFrame:
    """Graduates of three schools, spread over destinations and majors as real ones are."""
    draw = np.random.default_rng(seed)
    dataset = catalogue.dataset(NAME)
    good = rows_of(dataset, [{}])
    school = draw.choice(["1", "2", "3"], size, p=[0.5, 0.3, 0.2])
    return good.select(pl.all().repeat_by(size).explode()).with_columns(
        person_key=pl.Series([f"{seed:08x}{at:056x}" for at in range(size)]),
        inst_code=pl.Series([f"41{province}01286{one}" for one in school]),
        dest_type=pl.Series(draw.choice(list("12345"), size, p=[0.6, 0.25, 0.07, 0.05, 0.03])),
        major_code=pl.Series(draw.choice(["460301", "510101", "530101"], size, p=[0.6, 0.3, 0.1])),
    )


@pytest.fixture(scope="module")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Exchange:
    """Four versions: two provinces, a correction, a late province, a delivery sent again."""
    home = tmp_path_factory.mktemp("counts")
    opened = pipeline.open_exchange(Settings(home=home, store="store"))
    publish_rows(opened, "institution", {("2024-2025", "33"): [{}]})
    first = {place: graduates(place, seed=int(place), size=240) for place in ("31", "33")}
    publish(opened, first, attempt=1)
    corrected = first["33"].with_columns(
        dest_type=pl.when(pl.int_range(pl.len()) % 9 == 0).then(pl.lit("2")).otherwise("dest_type")
    )
    publish(opened, {"33": corrected}, attempt=2)
    publish(opened, {"34": graduates("34", seed=34, size=120)}, attempt=1)
    publish(opened, {"31": first["31"].head(237)}, attempt=2)
    return opened


def publish(exchange: Exchange, rows: Mapping[str, pl.DataFrame], *, attempt: int) -> None:
    places = {("2024", province): frame for province, frame in rows.items()}
    publish_rows(exchange, NAME, places, attempt=attempt)
    for name in (LEDGER, COUNTS):
        pipeline.derive(exchange, name)
        pipeline.publish(exchange, name)


def versions(exchange: Exchange, name: str) -> list[pl.DataFrame]:
    """All published versions, oldest first."""
    from yrdx.publication import versions as names

    found = reversed(names(exchange.store, name))
    return [
        yrdx.open(f"{name}@{version}", settings=exchange.settings).polars().collect()
        for version in found
    ]


def told(frame: pl.DataFrame) -> dict[Cell, int | None]:
    is_told = pl.when(pl.col("count_state") == "published").then("counted")
    rows = frame.select(*COLUMNS, is_told.alias("told")).rows()
    return {tuple(row[:-1]): row[-1] for row in rows}


def test_everybody_reads_counts_and_nobody_less_than_ten(exchange: Exchange) -> None:
    public = versions(exchange, COUNTS)
    assert len(public) == 4
    for frame in public:
        assert frame["counted"].min() >= 10
        shares = frame["count_state"].value_counts(normalize=True)
        share = dict(shares.rows())
        assert share["published"] > 0.3, "counts that are never told help nobody"
        whole = frame.filter(pl.all_horizontal(pl.col(name) == "all" for name in COLUMNS))
        assert whole["counted"].item() >= 480
    assert "true_count" not in public[-1].columns


def test_all_public_versions_together_leave_ten_values_for_each_untold_count(
    exchange: Exchange,
) -> None:
    public = [told(frame) for frame in versions(exchange, COUNTS)]
    truth = [
        {tuple(row[:-1]): row[-1] for row in frame.select(*COLUMNS, "true_count").rows()}
        for frame in (
            versions(exchange, LEDGER)[-1].filter(pl.col("step") == step)
            for step in range(1, len(public) + 1)
        )
    ]
    assert [set(one) for one in truth] == [set(one) for one in public]
    found = attack(public, AXES, same=lambda cell, a, b: truth[a].get(cell) == truth[b].get(cell))
    assert found
    assert min(one.possible for one in found) >= 10


def test_counts_that_were_told_never_differ_by_fewer_than_ten(exchange: Exchange) -> None:
    public = [told(frame) for frame in versions(exchange, COUNTS)]
    for at, later in enumerate(public):
        for earlier in public[:at]:
            for cell, count in later.items():
                before = earlier.get(cell)
                if count is not None and before is not None:
                    assert count == before or abs(count - before) >= 10, cell


def test_three_people_fewer_do_not_show_in_the_total_of_the_region(exchange: Exchange) -> None:
    third, fourth = versions(exchange, COUNTS)[2:]
    whole = pl.all_horizontal(pl.col(name) == "all" for name in COLUMNS)
    before, after = third.filter(whole), fourth.filter(whole)
    assert after["count_state"].item() == "held"
    assert after["counted"].item() == before["counted"].item() == 600


def test_the_ledger_and_the_rows_lie_apart(exchange: Exchange) -> None:
    keys = [item.key for item in exchange.store.list("published/")]
    assert not [
        key for key in keys if key.startswith((f"published/{NAME}/", f"published/{LEDGER}/"))
    ]
    assert list(exchange.store.list(f"restricted/{LEDGER}/"))
