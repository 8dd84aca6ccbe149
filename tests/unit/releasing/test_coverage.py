"""What a release says of each agreement and period: arrived, late, carried forward or missing."""

from datetime import date

import pytest

from tests.support.admissions import admit_rows, awards, partners
from tests.support.award import DATASET
from yrdx.dataset import Periodicity
from yrdx.model import Text
from yrdx.publication import Manifest, publish
from yrdx.releasing.coverage import coverage_of
from yrdx.releasing.manifest import Coverage, CoverageState
from yrdx.store.local import open_local

REJECTED = Text(zh="校验未通过，已退回", en="rejected by the check")


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    """Zhejiang delivered 2024 and 2025 (received on 2 and 3 March 2025), Anhui 2024 only."""
    folder = tmp_path_factory.mktemp("published")
    store = open_local(folder / "store")
    admit_rows(store, awards(5, province="33"), province="33", period="2024")
    admit_rows(store, awards(6, province="33"), province="33", period="2025", attempt=2)
    admit_rows(store, awards(7, province="34"), province="34", period="2024")
    made = publish(DATASET, store=store, provinces=partners("33", "34"), spool=folder)
    assert made is not None
    return made


def covered(
    manifest: Manifest,
    day: date,
    *,
    due: str | None = "02-28",
    reasons: dict[tuple[str, str, str, str], Text] | None = None,
) -> dict[tuple[str, str], Coverage]:
    found = coverage_of(
        partners("31", "33", "34", due=due),
        {DATASET.name: manifest},
        periodicities={DATASET.name: Periodicity.YEAR},
        day=day,
        why_not=lambda *place: (reasons or {}).get(place),
    )
    return {(item.province, item.period): item for item in found}


def test_what_came_too_late_has_arrived_all_the_same(manifest: Manifest) -> None:
    found = covered(manifest, date(2025, 3, 10))
    own = found["33", "2025"]
    assert (own.state, own.age, own.days_late, own.rows) == (CoverageState.ARRIVED, 0, 3, 6)
    assert own.reason is None


def test_an_older_period_stands_in_and_is_late_once_the_day_is_past(manifest: Manifest) -> None:
    late = covered(manifest, date(2025, 3, 10))["34", "2025"]
    assert (late.state, late.newest, late.age) == (CoverageState.LATE, "2024", 1)
    assert (late.days_late, late.rows) == (10, 7)
    assert late.reason is not None
    assert "逾期 10 天" in late.reason.zh
    early = covered(manifest, date(2025, 2, 28))["34", "2025"]
    assert (early.state, early.days_late) == (CoverageState.CARRIED_FORWARD, 0)
    never = covered(manifest, date(2025, 3, 10), due=None)["34", "2025"]
    assert (never.state, never.days_late) == (CoverageState.CARRIED_FORWARD, None)


def test_a_period_that_nobody_has_delivered_yet_is_told_once_it_was_due(manifest: Manifest) -> None:
    assert ("33", "2026") not in covered(manifest, date(2026, 2, 28))
    found = covered(manifest, date(2026, 3, 1))
    assert found["33", "2026"].state is CoverageState.LATE
    assert (found["34", "2026"].newest, found["34", "2026"].age) == ("2024", 2)


def test_who_has_never_delivered_is_missing(manifest: Manifest) -> None:
    found = covered(manifest, date(2025, 3, 10))["31", "2024"]
    assert (found.state, found.newest, found.rows) == (CoverageState.MISSING, None, 0)


def test_what_came_and_is_kept_out_is_withheld_with_the_reason(manifest: Manifest) -> None:
    place = ("31", "edu", DATASET.name, "2025")
    found = covered(manifest, date(2025, 3, 10), reasons={place: REJECTED})["31", "2025"]
    assert (found.state, found.reason) == (CoverageState.WITHHELD, REJECTED)
