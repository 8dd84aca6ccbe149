"""Rows about people lie apart, under keys and credentials of their own."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

import yrdx
from tests.support.snapshots import publish_rows
from yrdx import catalogue, pipeline, publication
from yrdx.errors import ConfigurationError, SnapshotNotFound
from yrdx.pipeline import Exchange
from yrdx.publication.misplaced import refuse_misplaced
from yrdx.settings import Settings
from yrdx.store import layout

ROWS = {("2024-2025", "33"): [{}]}


@pytest.fixture
def exchange(tmp_path: Path) -> Exchange:
    """An exchange that keeps rows about people in a folder of their own."""
    settings = Settings(home=tmp_path, store="open", restricted_store="apart")
    return pipeline.open_exchange(settings)


def test_every_dataset_with_personal_fields_is_restricted_and_its_source_says_so() -> None:
    for dataset in catalogue.datasets():
        personal = [
            name for name, column in dataset.columns.items() if column.sensitivity.is_masked
        ]
        assert dataset.restricted == bool(personal), f"{dataset.name}: {personal}"
    for name in catalogue.published_names():
        assert catalogue.dataset(name).restricted == layout.is_restricted(name), name


def test_rows_about_people_go_to_the_other_store_and_are_read_from_there(
    exchange: Exchange, tmp_path: Path
) -> None:
    publish_rows(exchange, "teacher", ROWS)
    assert (tmp_path / "apart" / "restricted" / "teacher" / "latest.json").exists()
    assert not (tmp_path / "open" / "restricted").exists()
    assert not (tmp_path / "open" / "published").exists()
    opened = yrdx.open("teacher", settings=exchange.settings)
    assert opened.polars().collect().height == 1
    assert [item.key for item in exchange.store.list("")] == sorted(
        item.key for item in exchange.store.list("")
    )


def test_who_may_not_read_rows_is_told_where_the_counts_are(
    exchange: Exchange, tmp_path: Path
) -> None:
    publish_rows(exchange, "teacher", ROWS)
    public = Settings(home=tmp_path, store="open")
    with pytest.raises(SnapshotNotFound, match="teacher_count"):
        yrdx.open("teacher", settings=public)


def test_snapshots_from_before_are_moved_by_one_command(tmp_path: Path) -> None:
    exchange = pipeline.open_exchange(Settings(home=tmp_path, store="store"))
    publish_rows(exchange, "teacher", ROWS)
    folder = tmp_path / "store"
    keys = [item.key for item in exchange.store.list("restricted/teacher/")]
    for key in keys:
        exchange.store.copy(key, key.replace("restricted/", "published/", 1))
    old = json.loads(exchange.store.get("published/teacher/latest.json"))
    old["manifest"] = old["manifest"].replace("restricted/", "published/", 1)
    (folder / "published/teacher/latest.json").unlink()
    exchange.store.delete("published/teacher/latest.json")
    body = json.dumps(old).encode()
    exchange.store.replace_if_match("published/teacher/latest.json", body, expected=None)
    for key in keys:
        exchange.store.delete(key)
    with pytest.raises(ConfigurationError, match="yrdx restrict teacher"):
        pipeline.publish(exchange, "teacher")
    moved = publication.restrict(exchange.store, "teacher")
    assert len(moved) == len(keys)
    assert publication.misplaced(exchange.store, "teacher") == ()
    assert yrdx.open("teacher", settings=exchange.settings).polars().collect().height == 1
    assert pipeline.publish(exchange, "teacher") is None


def test_a_restricted_contract_whose_source_hides_it_is_refused(exchange: Exchange) -> None:
    hidden = replace(catalogue.dataset("institution"), restricted=True)
    with pytest.raises(ConfigurationError, match="restricted=True"):
        refuse_misplaced(hidden, exchange.store)


def test_half_of_the_credentials_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="belong together"):
        pipeline.open_exchange(
            Settings(home=tmp_path, store="store", restricted_access_key="only one")
        )
