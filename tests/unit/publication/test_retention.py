"""Retention removes what nothing refers to, and nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.support.admissions import admit_rows, awards
from tests.support.award import DATASET
from yrdx.model import Delivery
from yrdx.publication import Reason, newest, orphans, read, sweep, versions
from yrdx.store import layout

TODAY = datetime.now(UTC).date()
NEXT_WEEK = TODAY + timedelta(days=7)
IN_TEN_YEARS = TODAY + timedelta(days=3_650)


def swept(store, *, today=NEXT_WEEK, keep_versions=2, keep_landed_days=730, dry_run=False):
    found = sweep(
        store,
        keep_versions=keep_versions,
        keep_landed_days=keep_landed_days,
        today=today,
        dry_run=dry_run,
    )
    return [(item.reason, item.what) for item in found]


@pytest.fixture
def three_versions(store, published):
    manifests = []
    for attempt in (1, 2, 3):
        admit_rows(store, awards(9 + attempt, province="33"), province="33", attempt=attempt)
        manifests.append(published())
    return manifests


def abandoned(store, version: str) -> None:
    key = layout.data_file(DATASET.name, version, period="2025", province="33", part=0)
    store.put_if_absent(key, b"a publisher died here")


def test_the_last_versions_stay_and_older_ones_go(store, three_versions) -> None:
    first, second, third = three_versions
    assert swept(store) == [(Reason.SUPERSEDED, first.version)]
    assert versions(store, DATASET.name) == (third.version, second.version)
    assert read(store, second).collect().height == 11
    assert not list(store.list(layout.published_prefix(DATASET.name, first.version)))
    assert swept(store) == []


def test_a_version_that_nothing_leads_to_goes_after_a_day_of_grace(store, three_versions) -> None:
    orphan = "1.0.1-aaaaaaaaaaaa"
    abandoned(store, orphan)
    assert [item.version for item in orphans(store, DATASET.name)] == [orphan]
    assert swept(store, today=TODAY, keep_versions=3) == []
    assert swept(store, keep_versions=3) == [(Reason.ORPHAN, orphan)]
    assert orphans(store, DATASET.name) == ()
    assert len(versions(store, DATASET.name)) == 3


def test_what_a_killed_publisher_may_still_finish_is_no_orphan(store, three_versions) -> None:
    for version in ("1.0.3", "1.1.0", "2.0.0"):
        abandoned(store, f"{version}-aaaaaaaaaaaa")
    assert orphans(store, DATASET.name) == ()
    assert swept(store, keep_versions=3) == []


def test_what_can_never_follow_the_newest_version_goes(store, three_versions) -> None:
    unreachable = ["1.0.4-aaaaaaaaaaaa", "1.2.0-aaaaaaaaaaaa", "v000009-aaaaaaaaaaaa"]
    for version in unreachable:
        abandoned(store, version)
    assert swept(store, keep_versions=3) == [(Reason.ORPHAN, name) for name in unreachable]


def test_landed_bytes_past_their_time_go_and_their_record_stays(store, three_versions) -> None:
    landed = [item for item in store.list("landed/") if "original" in item.key]
    assert len(landed) == 3
    assert swept(store, today=IN_TEN_YEARS, keep_versions=9, keep_landed_days=9_999) == []
    assert swept(store, today=IN_TEN_YEARS, keep_versions=9) == []
    found = swept(store, today=IN_TEN_YEARS, keep_versions=2)
    (expired,) = [what for reason, what in found if reason is Reason.EXPIRED]
    left = {item.key for item in store.list("landed/")}
    assert expired in left
    assert sum("original" in key for key in left) == 2
    assert sum("delivery.json" in key for key in left) == 3
    kept = {item.sha256 for item in newest(store, DATASET.name).lineage}
    assert all(any(sha256 in key for key in left if "original" in key) for sha256 in kept)


def test_landed_bytes_that_a_later_delivery_corrects_stay_with_it(store, three_versions) -> None:
    landed = [
        Delivery.model_validate_json(store.get(item.key))
        for item in store.list("landed/")
        if layout.is_delivery(item.key)
    ]
    first, second, third = sorted(landed, key=lambda item: item.attempt)
    for base, delivery in ((first, second), (second, third)):
        key = layout.landed_delivery(delivery)
        store.delete(key)
        correcting = delivery.model_copy(update={"base": base.sha256})
        store.put_if_absent(key, correcting.model_dump_json().encode())
    found = swept(store, today=IN_TEN_YEARS, keep_versions=1)
    assert Reason.EXPIRED not in {reason for reason, _ in found}
    assert sum("original" in item.key for item in store.list("landed/")) == 3


def test_a_dry_run_tells_the_same_and_removes_nothing(store, three_versions) -> None:
    abandoned(store, "v000001-aaaaaaaaaaaa")
    before = [item.key for item in store.list("")]
    told = swept(store, today=IN_TEN_YEARS, keep_versions=1, dry_run=True)
    assert [item.key for item in store.list("")] == before
    assert swept(store, today=IN_TEN_YEARS, keep_versions=1) == told
    assert {reason for reason, _ in told} == set(Reason)


def test_the_newest_version_cannot_be_given_up(store, three_versions) -> None:
    with pytest.raises(ValueError, match="newest version always stays"):
        swept(store, keep_versions=0)


def test_a_store_without_any_publication_has_nothing_to_sweep(store) -> None:
    admit_rows(store, awards(3, province="33"), province="33")
    assert swept(store, today=date(2020, 1, 1)) == []
