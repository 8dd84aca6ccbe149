"""Whoever subtracts versions, provinces, totals and tables from one another learns nothing."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.attacker import Learnt, attack
from yrdx.disclosure import Axis, CountTable, Design, State, Step, count
from yrdx.disclosure.deciding import decide

PLACE = Axis(("school", "city", "province"))
DESIGN = Design(
    "year",
    "person",
    (
        CountTable((PLACE, Axis(("destination",)))),
        CountTable((PLACE, Axis(("major",)))),
        CountTable((Axis(("province",)), Axis(("destination",)), Axis(("match",)))),
    ),
)
AXES = ((0, 1, 2), (3,), (4,), (5,))
assert DESIGN.columns == ("school", "city", "province", "destination", "major", "match")


def people(seed: int, *, schools: int = 6, size: int = 60, provinces: int = 2) -> pl.DataFrame:
    """Graduates of some schools, most of them in work, the rest spread thinly."""
    draw = np.random.default_rng(seed)
    sizes = draw.integers(size // 2, size * 2, schools)
    school = np.repeat(np.arange(schools), sizes)
    city = school % (2 * provinces)
    total = len(school)
    return pl.DataFrame(
        {
            "year": ["2025"] * total,
            "person": [f"{seed}-{at}" for at in range(total)],
            "school": [f"s{at}" for at in school],
            "city": [f"c{at}" for at in city],
            "province": [f"p{at % provinces}" for at in city],
            "destination": draw.choice(["work", "study", "other"], total, p=[0.7, 0.25, 0.05]),
            "major": draw.choice(["51", "52", "53"], total, p=[0.6, 0.3, 0.1]),
            "match": draw.choice(["1", "2"], total, p=[0.85, 0.15]),
        }
    )


def changed(rows: pl.DataFrame, seed: int, *, share: float) -> pl.DataFrame:
    """Some people leave, some have another destination, and a few are new."""
    draw = np.random.default_rng(seed)
    stays = rows.filter(pl.Series(draw.random(len(rows)) > share / 2))
    moves = pl.Series(draw.random(len(stays)) < share)
    other = pl.when(moves).then(pl.lit("other")).otherwise(pl.col("destination"))
    new = people(seed, size=6).head(int(60 * share) + 1)
    return pl.concat([stays.with_columns(destination=other), new])


def publish(versions: list[pl.DataFrame], *, k: int = 10, complementary: bool = True) -> list[Step]:
    """Every version decided after the ones before it; held wholly, it adds no step."""
    history: list[Step] = []
    for number, rows in enumerate(versions):
        cells = count(rows.lazy(), DESIGN).drop("year")
        decided = decide(
            cells,
            DESIGN,
            history=history,
            k=k,
            counted_in=f"1.0.{number}",
            complementary=complementary,
        )
        if decided.step is not None:
            history.append(decided.step)
            assert decided.open_values is None or decided.open_values >= k
    return history


def learnt(history: list[Step]) -> list[Learnt]:
    """What the attacker makes of all that was published; of the counts it gets none."""
    truth = [
        {tuple(row[:-1]): row[-1] for row in step.cells.select(*DESIGN.columns, "rows").rows()}
        for step in history
    ]
    public = []
    for step in history:
        told = pl.when(pl.col("state") == State.PUBLISHED.value).then(pl.col("shown"))
        frame = step.cells.select(*DESIGN.columns, told=told)
        public.append({tuple(row[:-1]): row[-1] for row in frame.rows()})
    return attack(public, AXES, same=lambda cell, a, b: truth[a].get(cell) == truth[b].get(cell))


def test_everything_public_together_leaves_ten_values_for_each_count_that_is_not_told() -> None:
    first = people(3)
    versions = [first, changed(first, 4, share=0.02)]
    late = people(5, schools=4, provinces=1).with_columns(
        province=pl.lit("p9"), city="c9" + pl.col("city"), school="s9" + pl.col("school")
    )
    versions.append(pl.concat([versions[-1], late]))
    history = publish(versions)
    assert len(history) == 3
    found = learnt(history)
    assert found
    assert min(one.possible for one in found) >= 10


def test_the_same_attacker_reads_small_counts_where_only_those_are_left_out() -> None:
    first = people(3)
    history = publish([first, changed(first, 4, share=0.02)], complementary=False)
    assert any(one.possible == 1 for one in learnt(history))


def test_versions_decided_without_looking_back_give_one_another_away() -> None:
    first = people(3)
    apart = [publish([one])[0] for one in (first, changed(first, 4, share=0.02))]
    assert any(one.possible < 10 for one in learnt(apart))


@settings(max_examples=6, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 10_000),
    k=st.sampled_from([3, 5, 10]),
    shares=st.lists(st.sampled_from([0.0, 0.01, 0.1, 0.5]), max_size=2),
)
def test_no_history_of_versions_tells_an_untold_count(
    seed: int, k: int, shares: list[float]
) -> None:
    versions = [people(seed, schools=4, size=25)]
    for number, share in enumerate(shares):
        versions.append(changed(versions[-1], seed + number + 1, share=share))
    found = learnt(publish(versions, k=k))
    assert min((one.possible for one in found), default=k) >= k
