"""Retention removes what nothing refers to, and nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.support.admissions import admit_rows, awards
from tests.support.award import DATASET
from yrdx.errors import SnapshotNotFound
from yrdx.model import Delivery
from yrdx.publication import (
    Class,
    Keep,
    Reason,
    apply_changes,
    newest,
    orphans,
    outlived,
    read,
    remove,
    sweep,
    versions,
)
from yrdx.store import layout

TODAY = datetime.now(UTC).date()
NEXT_WEEK = TODAY + timedelta(days=7)
IN_TEN_YEARS = TODAY + timedelta(days=3_650)


def swept(store, *, today=NEXT_WEEK, keep_versions=2, keep_landed_days=730, **more):
    dry_run = more.pop("dry_run", False)
    keep = Keep(versions=keep_versions, landed_days=keep_landed_days, people_versions=1)
    found = sweep(store, keep=keep, today=today, **more)
    if not dry_run:
        remove(store, found)
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


def test_who_would_follow_from_a_version_that_went_is_told_to_read_the_next_one_whole(
    store, three_versions, tmp_path
) -> None:
    first, second, third = three_versions
    swept(store)
    with pytest.raises(SnapshotNotFound, match=f"{first.version}.*read it whole"):
        next(apply_changes(store, second, cache=tmp_path))
    assert [part.rows.height for part in apply_changes(store, third, cache=tmp_path)] == [12]


def test_a_version_that_nothing_leads_to_goes_after_a_day_of_grace(store, three_versions) -> None:
    orphan = "1.0.1-aaaaaaaaaaaa"
    abandoned(store, orphan)
    assert [item.version for item in orphans(store, DATASET.name)] == [orphan]
    assert swept(store, today=TODAY, keep_versions=3) == []
    assert swept(store, keep_versions=3) == [(Reason.ORPHAN, orphan)]
    assert orphans(store, DATASET.name) == ()
    assert len(versions(store, DATASET.name)) == 3


def test_a_version_that_nothing_leads_to_stays_while_a_release_pins_it(
    store, three_versions
) -> None:
    """Its publisher was overtaken on a store without conditional writes, and released meanwhile."""
    overtaken = "1.0.0-0123456789ab"
    abandoned(store, overtaken)
    assert swept(store, keep_versions=3, pinned={layout.manifest(DATASET.name, overtaken)}) == []
    assert swept(store, keep_versions=3) == [(Reason.ORPHAN, overtaken)]


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


def test_what_a_release_pins_stays_and_is_found_along_what_is_left_of_the_others(
    store, three_versions, published
) -> None:
    first, second, third = three_versions
    admit_rows(store, awards(13, province="33"), province="33", attempt=4)
    fourth = published()
    pinned = {layout.manifest(DATASET.name, first.version)}
    superseded = [(Reason.SUPERSEDED, item.version) for item in (third, second)]
    assert swept(store, keep_versions=1, pinned=pinned) == superseded
    assert versions(store, DATASET.name) == (fourth.version, first.version)
    assert read(store, first).collect().height == 10
    left = [item.key for item in store.list(layout.published_prefix(DATASET.name, second.version))]
    assert left == [layout.retired(DATASET.name, second.version)]
    assert swept(store, keep_versions=1, pinned=pinned) == []
    assert orphans(store, DATASET.name) == ()
    swept(store, keep_versions=1), swept(store, keep_versions=1)
    assert versions(store, DATASET.name) == (fourth.version,)
    folders = {item.key.split("/")[2] for item in store.list(layout.PUBLISHED)}
    assert folders == {"latest.json", fourth.version}


def test_of_people_fewer_versions_are_kept_and_landed_bytes_go_though_rows_are_published(
    store, three_versions
) -> None:
    people = {DATASET.name}
    found = swept(store, keep_versions=9, today=IN_TEN_YEARS, people=people)
    gone = [what for reason, what in found if reason is Reason.SUPERSEDED]
    assert gone == [item.version for item in reversed(three_versions[:-1])]
    assert sum(reason is Reason.EXPIRED for reason, _ in found) == 3
    assert read(store, newest(store, DATASET.name)).collect().height == 12


def test_replaced_admissions_go_after_their_time_and_the_rows_in_use_never(
    store, three_versions, published
) -> None:
    assert list(outlived(store, keep=Keep(), today=NEXT_WEEK)) == []
    found = list(outlived(store, keep=Keep(), today=IN_TEN_YEARS))
    assert {item.of for item in found} == {Class.ADMITTED}
    assert all(item.keys[0].endswith("/admission.json") for item in found)
    remove(store, found)
    left = {key.rpartition("/")[2] for key in (o.key for o in store.list(layout.ADMITTED))}
    assert left == {"admission.json", "rows.parquet"}
    assert published() is None, "the next snapshot is made from the same rows as before"


def test_of_a_check_the_copies_and_admitted_rows_go_and_the_documents_stay(store) -> None:
    admission = admit_rows(store, awards(3, province="33"), province="33")
    folder = admission.report_key.rpartition("/")[0]
    for name in ("rows.parquet", "errors.xlsx", "annotated.xlsx", "findings.parquet"):
        store.put_if_absent(f"{folder}/{name}", name.encode())
    waiting = folder.replace("/2025/", "/2024/")  # checked, not admitted yet
    store.put_if_absent(f"{waiting}/rows.parquet", b"rows")
    found = list(outlived(store, keep=Keep(), today=IN_TEN_YEARS))
    remove(store, found)
    left = {item.key for item in store.list(layout.CHECKED)}
    names = {f"{folder}/report.json", f"{folder}/findings.parquet", f"{waiting}/rows.parquet"}
    assert left == names


def test_messages_go_once_a_newer_one_about_their_subject_is_there(store) -> None:
    for number in (1, 2):
        key = layout.message("33", subject="overdue-jyt", number=number)
        store.put_if_absent(key, b"{}")
        store.put_if_absent(layout.sent(key, province="33", channel="office"), key.encode())
    found = list(outlived(store, keep=Keep(), today=IN_TEN_YEARS))
    remove(store, found)
    assert [item.of for item in found] == [Class.MESSAGE]
    assert [item.key.rpartition("/")[2] for item in store.list(layout.OUTBOX)] == [
        "000002.json",
        "overdue-jyt-000002.json",
    ]


def test_the_newest_version_cannot_be_given_up(store, three_versions) -> None:
    with pytest.raises(ValueError, match="newest version always stays"):
        swept(store, keep_versions=0)


def test_a_store_without_any_publication_has_nothing_to_sweep(store) -> None:
    admit_rows(store, awards(3, province="33"), province="33")
    assert swept(store, today=date(2020, 1, 1)) == []
