"""Publish: admitted rows become a snapshot that says where every row comes from."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from tests.support.admissions import admit_rows, awards, files_below, in_runs
from tests.support.award import DATASET
from tests.support.odd_stores import CarelessStore, FarStore, OvertakenStore, WatchedStore
from yrdx.errors import ConfigurationError, IntegrityError, PublishConflict
from yrdx.model import Severity
from yrdx.publication import (
    State,
    newest,
    read,
    read_column,
    read_manifest,
    versions,
)
from yrdx.publication.parquet import ENVELOPE
from yrdx.store import layout
from yrdx.store.local import open_local


def folder_of(store, manifest) -> Path:
    return store.root / "published" / manifest.dataset / manifest.version


def test_nothing_admitted_publishes_nothing(store, published) -> None:
    assert published() is None
    assert newest(store, DATASET.name) is None
    assert versions(store, DATASET.name) == ()


def test_a_snapshot_holds_the_admitted_rows_sorted_by_key_and_their_origin(
    store, published
) -> None:
    rows = awards(500, province="33")
    admission = admit_rows(store, in_runs(rows, run=200), province="33", withdrawn=[4, 17])
    manifest = published()
    found = read(store, manifest).collect()
    expected = rows.filter(~pl.col("_row").is_in([4, 17])).sort(DATASET.key)
    assert found.select(*DATASET.schema).equals(expected.select(*DATASET.schema))
    assert found.schema == pl.Schema(
        DATASET.schema | {name: item.dtype for name, item in ENVELOPE.items()}
    )
    assert found["src_row_no"].to_list() == expected["_row"].to_list()
    assert found.select(pl.exclude(*DATASET.schema, "src_row_no")).unique().rows() == [
        ("33", "edu", "2025", admission.delivery.sha256)
    ]


def test_the_manifest_names_every_file_with_rows_digest_and_key_range(store, published) -> None:
    admit_rows(store, awards(40, province="31"), province="31", period="2024")
    admit_rows(store, awards(60, province="33"), province="33")
    manifest = published()
    on_disk = files_below(folder_of(store, manifest))
    on_disk.pop("manifest.json")
    beside = [*manifest.changelog.values(), *(item.file for item in manifest.code_lists)]
    assert {file.key: file.sha256 for file in (*manifest.files, *beside)} == on_disk
    for file in manifest.files:
        path = folder_of(store, manifest) / file.key
        keys = pl.read_parquet(path, columns=DATASET.key, hive_partitioning=False)
        assert (file.key_min, file.key_max) == (keys.row(0), keys.row(-1))
        assert (file.rows, file.bytes) == (len(keys), path.stat().st_size)
    assert [(file.period, file.province) for file in manifest.files] == [
        ("2024", "31"),
        ("2025", "33"),
    ]
    assert manifest.rows == 100


def test_the_manifest_leads_back_to_deliveries_reports_and_their_findings(store, published) -> None:
    first = admit_rows(store, awards(40, province="31"), province="31", warnings=3)
    admit_rows(
        store,
        awards(60, province="33"),
        province="33",
        attempt=2,
        warnings=4,
        not_supplied=("note_name", "score"),
    )
    manifest = published()
    lineage = manifest.lineage[0]
    assert (lineage.sha256, lineage.report_key) == (first.delivery.sha256, first.report_key)
    assert lineage.receipt_key == first.report_key.replace("report.json", "receipt.json")
    assert store.head(lineage.admission_key) is not None
    assert manifest.findings == {Severity.ERROR: 0, Severity.WARNING: 7, Severity.INFO: 0}
    assert manifest.as_null == {"33": ("note_name", "score")}
    assert manifest.created == manifest.lineage[1].received_at


def test_every_agreement_is_arrived_carried_forward_or_missing_in_each_period(
    store, published
) -> None:
    admit_rows(store, awards(10, province="31"), province="31", period="2024")
    admit_rows(store, awards(10, province="33"), province="33", period="2025")
    admit_rows(store, awards(10, province="33"), province="33", period="undated")
    manifest = published()
    told = {(item.province, item.period): (item.state, item.newest) for item in manifest.states}
    assert told == {
        ("31", "undated"): (State.MISSING, None),
        ("31", "2024"): (State.ARRIVED, "2024"),
        ("31", "2025"): (State.CARRIED_FORWARD, "2024"),
        ("32", "undated"): (State.MISSING, None),
        ("32", "2024"): (State.MISSING, None),
        ("32", "2025"): (State.MISSING, None),
        ("33", "undated"): (State.ARRIVED, "undated"),
        ("33", "2024"): (State.CARRIED_FORWARD, "undated"),
        ("33", "2025"): (State.ARRIVED, "2025"),
    }
    assert [manifest.state(code) for code in ("31", "32", "33", "34")] == [
        State.CARRIED_FORWARD,
        State.MISSING,
        State.ARRIVED,
        None,
    ]


def test_a_correction_replaces_the_earlier_delivery_wholly_and_copies_the_rest(
    store, published
) -> None:
    admit_rows(store, awards(40, province="31"), province="31")
    admit_rows(store, awards(60, province="33"), province="33")
    first = published()
    admit_rows(store, awards(5, province="33", seed=3), province="33", attempt=2)
    second = published()
    assert read(store, second).collect()["src_province"].value_counts().sort(
        "src_province"
    ).rows() == [("31", 40), ("33", 5)]
    assert second.parent == first.version
    assert second.files[0] == first.files[0]
    assert second.files[1].sha256 != first.files[1].sha256
    assert read(store, first).collect().height == 100
    assert versions(store, DATASET.name) == (second.version, first.version)
    assert read_manifest(store, DATASET.name, first.version) == first


def test_an_unchanged_partition_costs_copies_inside_the_store_only(store, published) -> None:
    for province in ("31", "32"):
        admit_rows(store, awards(40, province=province), province=province)
    published()
    admit_rows(store, awards(7, province="33"), province="33")
    watched = WatchedStore(store)
    second = published(watched)
    data = [key for _, key in watched.moved if "/data/" in key or key.endswith("rows.parquet")]
    assert len(data) == 2  # the new province's rows come in, and its file goes out
    assert all("33" in key for key in data)
    changed = [key for _, key in watched.moved if "/changes/" in key]
    assert changed == []  # the new file is copied to the added rows inside the store
    assert [file.rows for file in second.changes.files] == [7]


def test_what_passes_through_us_does_not_grow_with_the_rows_that_stay(
    store, published, tmp_path
) -> None:
    passed = {}
    for rows in (100, 30_000):
        target = open_local(tmp_path / str(rows))
        admit_rows(target, awards(rows, province="31"), province="31")
        published(target)
        admit_rows(target, awards(7, province="33"), province="33")
        watched = WatchedStore(target)
        second = published(watched)
        passed[rows] = watched.bytes
        kept = sum(file.bytes for file in second.files if file.province == "31")
    assert kept > 200_000
    assert abs(passed[30_000] - passed[100]) < 200  # the lengths of a few numbers and names


def test_two_units_of_a_province_are_merged_into_one_sorted_partition(store, published) -> None:
    admit_rows(store, awards(300, province="33", seed=1), province="33", unit="edu")
    admit_rows(store, awards(300, province="33", seed=2), province="33", unit="hrss")
    manifest = published()
    assert len(manifest.files) == 1
    found = read(store, manifest).collect()
    assert found.equals(found.sort([*DATASET.key, "src_unit"]))
    assert found["src_unit"].unique().sort().to_list() == ["edu", "hrss"]


def test_again_with_nothing_new_publishes_nothing(store, published) -> None:
    admit_rows(store, awards(40, province="31"), province="31")
    before = (published(), files_below(store.root / "published"))
    assert published() is None
    assert files_below(store.root / "published") == before[1]


def test_the_same_admissions_give_the_same_bytes_under_the_same_name(
    store, published, tmp_path
) -> None:
    other = open_local(tmp_path / "other")
    for target in (store, other):
        admit_rows(target, awards(700, province="33"), province="33")
        admit_rows(target, awards(40, province="31"), province="31")
    assert published() == published(other)
    assert files_below(store.root / "published") == files_below(other.root / "published")


def test_how_the_rows_were_cut_into_runs_does_not_show_in_the_files(
    store, published, tmp_path
) -> None:
    other = open_local(tmp_path / "other")
    rows = awards(3_000, province="33")
    admit_rows(store, in_runs(rows, run=1_000), province="33")
    admit_rows(other, in_runs(rows, run=70), province="33")
    published()
    published(other)
    columns = [*DATASET.schema, "src_row_no"]
    found = [read(s, newest(s, DATASET.name), columns=columns).collect() for s in (store, other)]
    assert found[0].equals(found[1])


def test_a_new_contract_version_writes_everything_anew_and_new_columns_are_null(
    store, published
) -> None:
    old_rows = awards(40, province="31").drop("note_name")
    admit_rows(store, old_rows, province="31")
    first = published()
    renewed = dataclasses.replace(DATASET, version="1.1.0")
    second = published(dataset=renewed)
    assert (second.contract, second.parent) == ("1.1.0", first.version)
    assert read(store, second).collect()["note_name"].null_count() == 40
    described = pq.read_schema(folder_of(store, second) / second.files[0].key)
    assert described.metadata[b"yrdx.contract"] == b"1.1.0"


def test_a_file_describes_its_columns_in_chinese_and_english(store, published) -> None:
    admit_rows(store, awards(40, province="31"), province="31")
    manifest = published()
    schema = pq.read_schema(folder_of(store, manifest) / manifest.files[0].key)
    hours = schema.field("hours_count").metadata
    assert hours[b"title_zh"].decode() == "学时"
    assert hours[b"description_en"] == b"Hours of training in total"
    assert (hours[b"unit"].decode(), hours[b"sensitivity"]) == ("学时", b"P")
    level = schema.field("level_code").metadata
    assert level[b"code_list"] == b"certificate_level"
    assert json.loads(level[b"codes"])["2"] == {"zh": "中级", "en": "Intermediate"}
    assert schema.metadata[b"yrdx.title_zh"].decode() == "证书获得"
    assert json.loads(schema.metadata[b"yrdx.key"]) == ["cert_no", "issuer"]
    assert set(json.loads(schema.metadata[b"yrdx.columns"])) == set(schema.names)
    assert str(schema.field("score").type) == "decimal128(6, 2)"


def test_a_file_is_compressed_declared_sorted_and_has_statistics(store, published) -> None:
    admit_rows(store, awards(70_000, province="31"), province="31")
    manifest = published()
    metadata = pq.read_metadata(folder_of(store, manifest) / manifest.files[0].key)
    assert [metadata.row_group(at).num_rows for at in range(2)] == [65_536, 70_000 - 65_536]
    group = metadata.row_group(0)
    columns = {group.column(at).path_in_schema: group.column(at) for at in range(group.num_columns)}
    assert {column.compression for column in columns.values()} == {"ZSTD"}
    assert columns["cert_no"].statistics.min == manifest.files[0].key_min[0]
    assert "RLE_DICTIONARY" in columns["level_code"].encodings
    assert "RLE_DICTIONARY" not in columns["cert_no"].encodings
    assert [item.column_index for item in group.sorting_columns] == [0, 1]


def test_overtaken_by_another_publisher_it_publishes_again_with_both(store, published) -> None:
    admit_rows(store, awards(40, province="31"), province="31")
    admit_rows(store, awards(9, province="33"), province="33")

    def overtake() -> None:
        admit_rows(store, awards(7, province="32"), province="32")
        published()

    assert published(OvertakenStore(store, overtake)) is None
    assert newest(store, DATASET.name).rows == 56


@pytest.mark.parametrize("wrap", [lambda store: store, CarelessStore])
def test_a_publisher_with_an_older_view_never_takes_rows_back(store, published, wrap) -> None:
    """The other one had a delivery that we had not seen when we planned."""
    admit_rows(store, awards(40, province="31"), province="31")

    def overtake() -> None:
        admit_rows(store, awards(7, province="33"), province="33")
        published(wrap(store))

    published(OvertakenStore(wrap(store), overtake))
    assert newest(store, DATASET.name).rows == 47


def test_overtaken_every_time_it_gives_up_and_says_try_later(store, published) -> None:
    admit_rows(store, awards(3, province="31"), province="31")
    attempts = iter(range(1, 100))

    def overtake() -> None:
        published()
        attempt = next(attempts)
        rows = awards(3, province="33", seed=attempt)
        admit_rows(store, rows, province="33", attempt=attempt)

    with pytest.raises(PublishConflict):
        published(OvertakenStore(store, overtake, times=100))
    assert newest(store, DATASET.name).rows == 6


def test_other_bytes_under_its_name_make_it_take_another_name(store, published) -> None:
    admit_rows(store, awards(40, province="31"), province="31")
    planned = published()
    key = f"published/award/{planned.version}/{planned.files[0].key}"
    for item in list(store.list("published/")):
        store.delete(item.key)
    store.put_if_absent(key, b"left by a broken writer")
    manifest = published()
    assert manifest.version != planned.version
    assert manifest.files == planned.files


def test_rows_that_are_fewer_than_their_admission_says_are_not_published(store, published) -> None:
    """Row 999 is withdrawn by its admission, but is not in its rows: 39 were promised, 40 are."""
    admit_rows(store, awards(40, province="31"), province="31", withdrawn=[999])
    with pytest.raises(IntegrityError, match="give 40 rows, their admissions say 39"):
        published()
    assert newest(store, DATASET.name) is None


def test_rows_that_were_changed_in_the_store_are_not_published(store, published) -> None:
    admission = admit_rows(store, awards(40, province="31"), province="31")
    with (store.root / admission.rows_key).open("ab") as file:
        file.write(b"x")
    with pytest.raises(IntegrityError, match=r"rows\.parquet has SHA-256"):
        published()


def test_a_reader_refuses_a_file_that_is_not_the_published_one(store, published) -> None:
    admit_rows(store, awards(40, province="31"), province="31")
    manifest = published()
    path = folder_of(store, manifest) / manifest.files[0].key
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(IntegrityError, match="restore the object"):
        read(store, manifest)


def test_a_pointer_to_a_missing_manifest_says_what_to_do(store, published) -> None:
    admit_rows(store, awards(40, province="31"), province="31")
    manifest = published()
    store.delete(f"published/award/{manifest.version}/manifest.json")
    with pytest.raises(IntegrityError, match=r"point latest\.json back to None"):
        newest(store, DATASET.name)


def test_a_far_store_is_read_through_a_cache_that_fetches_each_file_once(
    store, published, tmp_path
) -> None:
    far = FarStore(store)
    admit_rows(far, awards(40, province="31"), province="31", withdrawn=[3])
    manifest = published(far)
    far.fetched.clear()
    for _ in range(2):
        found = read(far, manifest, columns=["cert_no"], cache=tmp_path / "cache").collect()
    assert found.shape == (39, 1)
    assert far.fetched == [f"published/award/{manifest.version}/{manifest.files[0].key}"]
    with pytest.raises(ConfigurationError, match="give read\\(\\) a cache folder"):
        read(far, manifest)
    digest = hashlib.sha256(next((tmp_path / "cache").iterdir()).read_bytes()).hexdigest()
    assert digest == manifest.files[0].sha256


def test_references_see_the_distinct_values_of_the_newest_snapshot(store, published) -> None:
    assert newest(store, DATASET.name) is None
    admit_rows(store, awards(40, province="31"), province="31")
    manifest = published()
    assert newest(store, DATASET.name) == manifest
    assert read_column(store, manifest, "level_code").to_list() == ["1", "2", "3"]
    assert read_column(FarStore(store), manifest, "level_code").to_list() == ["1", "2", "3"]


def test_without_the_pointer_no_new_first_version_cuts_off_those_that_are_there(
    store, published
) -> None:
    made = []
    for attempt in (1, 2):
        admit_rows(store, awards(9 + attempt, province="33"), province="33", attempt=attempt)
        made.append(published())
    pointer, body = layout.pointer(DATASET.name), store.get(layout.pointer(DATASET.name))
    store.delete(pointer)
    admit_rows(store, awards(12, province="33"), province="33", attempt=3)
    with pytest.raises(IntegrityError, match=f"{pointer} .*{made[1].version}"):
        published()
    store.put_if_absent(pointer, body)
    assert published().parent == made[1].version
