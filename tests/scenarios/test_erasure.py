"""A person is erased from everything that the exchange holds, and everybody can go on working.

Shanghai sends a workbook, Zhejiang a text and its correction; a person is in all of them, also in
a row that was sent back. Three versions are published before anybody asks for erasure.
"""

import csv
import dataclasses
import io
import os
import shutil
import zipfile
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

import yrdx
from tests.support.certificates import (
    NAME,
    NOON,
    PERSON,
    as_text,
    awards,
    hand_in,
    opened,
    set_up,
    tell_story,
)
from tests.support.dying_store import DyingStore
from yrdx import pipeline, publication
from yrdx.checking.signing import PUBLIC, load_public_keys
from yrdx.checking.verification import Outcome as Verified
from yrdx.checking.verification import verify
from yrdx.cli.app import build
from yrdx.errors import ConfigurationError, IntegrityError, PermanentError, SnapshotNotFound
from yrdx.model import Delivery
from yrdx.model.erasure import Outcome
from yrdx.store import layout
from yrdx.store.tombstones import tombstones

ORDER = {"request": "2026-017", "by": "省数据局", "reason": "个人信息保护法第四十七条"}


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("told")
    tell_story(set_up(home))
    return home


@pytest.fixture
def exchange(told, tmp_path) -> pipeline.Exchange:
    """An exchange of its own that the story happened to."""
    shutil.copytree(told, tmp_path / "home")
    return opened(tmp_path / "home")


def erase(exchange, *, apply: bool = True, at=NOON, **more):
    return pipeline.erase_person(exchange, [PERSON], at=at, apply=apply, **{**ORDER, **more})


def holding(root: Path) -> list[str]:
    """Every file below a folder in which the person's key can be found by any means."""
    return sorted(
        str(path.relative_to(root)) for path in root.rglob("*") if path.is_file() and holds(path)
    )


def holds(path: Path) -> bool:
    body, key = path.read_bytes(), PERSON.encode()
    if key in body.lower() or PERSON.encode("utf-16-le") in body.lower():
        return True
    if body[:4] == b"PAR1":
        return PERSON in str(pq.read_table(path).to_pylist())
    if body[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(path) as archive:
            return any(key in archive.read(name).lower() for name in archive.namelist())
    return False


def rows_of(exchange, version: str) -> pl.DataFrame:
    return yrdx.open(f"{NAME}@{version}", store=exchange.store).polars().collect()


def test_nothing_in_the_store_holds_the_person_and_others_rows_are_all_there(exchange) -> None:
    root = exchange.settings.home / "store"
    names = publication.versions(exchange.store, NAME)
    before = {name: rows_of(exchange, name) for name in names}
    places = {key.split("/")[0] for key in holding(root)}
    assert places == {"landed", "checked", "admitted", "restricted"}
    proof = erase(exchange)
    assert holding(root) == []
    assert publication.versions(exchange.store, NAME) == names, "names of versions stay"
    for name, rows in before.items():
        stay = rows.filter(pl.col("person_key") != PERSON)
        assert 0 < len(stay) < len(rows)
        assert rows_of(exchange, name).equals(stay)
        manifest = publication.read_manifest(exchange.store, NAME, name)
        assert manifest.rows == sum(item.rows for item in manifest.lineage) == len(stay)
        assert manifest.erased == (ORDER["request"],)
    assert proof.rows > 0


def test_changes_still_lead_from_each_version_to_the_next(exchange, tmp_path) -> None:
    erase(exchange)
    names = publication.versions(exchange.store, NAME)
    for name in names[:-1]:
        manifest = publication.read_manifest(exchange.store, NAME, name)
        parts = publication.apply_changes(exchange.store, manifest, cache=tmp_path)
        rows = pl.concat(part.rows for part in parts)
        assert rows.equals(rows_of(exchange, name).select(rows.columns))
        files = manifest.changes.files
        assert sum(file.rows for file in files) == sum(
            item.added + item.changed + item.removed + item.moved for item in manifest.changes.units
        )
    corrected = publication.read_manifest(exchange.store, NAME, names[1]).changes
    assert (corrected.changed, corrected.removed) == (1, 2), "that of others, and who came to be X"
    assert corrected.cells == {"cert_name": 1}


def test_a_dry_run_names_the_same_objects_and_touches_nothing(exchange) -> None:
    root = exchange.settings.home / "store"
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    shown = erase(exchange, apply=False)
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before
    held = set(holding(root))
    touched = {item.key for item in shown.looked if item.outcome is not Outcome.UNTOUCHED}
    manifests = {key for key in held if key.endswith("manifest.json")}
    assert held - manifests <= touched
    done = erase(exchange)
    assert touched <= {item.key for item in done.looked if item.outcome is not Outcome.UNTOUCHED}


def test_the_proof_names_every_object_and_nothing_leads_back_to_the_person(exchange) -> None:
    store = exchange.store
    before = {item.key for item in store.list("")}
    proof = erase(exchange)
    assert before <= {item.key for item in proof.looked}
    lines = list(
        csv.DictReader(io.StringIO(store.get("erasures/2026-017/proof.csv").decode("utf-8-sig")))
    )
    assert len(lines) == len(proof.looked)
    for item in proof.looked:
        if item.outcome in (Outcome.REPLACED, Outcome.REMOVED):
            assert store.head(item.key) is None
        if item.outcome is Outcome.REPLACED:
            assert store.head(item.new_key).sha256 == item.new_sha256 != item.sha256
    version = publication.newest(store, NAME).version
    (stone,) = tombstones(store, layout.published_prefix(NAME, version))
    assert (stone.request.by, stone.request.at) == (ORDER["by"], NOON)
    assert any(item.rows for item in stone.erased)


def test_the_second_time_nothing_changes_whoever_asks_when(exchange) -> None:
    first = erase(exchange)
    root = exchange.settings.home / "store"
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    assert erase(exchange, at=NOON + timedelta(days=9)) == first
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_the_next_snapshot_is_made_without_the_person_and_nothing_new_is_none(exchange) -> None:
    erase(exchange)
    assert pipeline.publish(exchange, NAME) is None
    third = awards("31", holding=())
    _, manifest = hand_in(exchange, "shanghai", "31_award_v2.csv", as_text(third), day=9)
    rows = rows_of(exchange, manifest.version)
    assert PERSON not in rows["person_key"]
    assert rows.filter(pl.col("src_province") == "31").height == 24
    assert rows.filter(pl.col("src_province") == "33").height == 18
    assert holding(exchange.settings.home / "store") == []


def test_who_delivers_the_person_again_brings_them_back_and_can_be_erased_again(exchange) -> None:
    erase(exchange)
    again = awards("31", holding=(5,))
    _, manifest = hand_in(exchange, "shanghai", "31_award_v2.csv", as_text(again), day=9)
    assert PERSON in rows_of(exchange, manifest.version)["person_key"]
    erase(exchange, request="2026-018")
    assert holding(exchange.settings.home / "store") == []
    assert publication.newest(exchange.store, NAME).version == manifest.version


def test_landed_text_keeps_its_other_lines_and_a_workbook_goes(exchange) -> None:
    erase(exchange)
    landed = {
        Delivery.model_validate_json(exchange.store.get(item.key)).filename: item.key.rpartition(
            "/"
        )[0]
        for item in exchange.store.list(layout.LANDED)
        if layout.is_delivery(item.key)
    }
    files = {
        name: [item.key for item in exchange.store.list(f"{folder}/") if "/original" in item.key]
        for name, folder in landed.items()
    }
    assert files["31_award_v1.xlsx"] == []
    (text,) = files["33_award_v1.csv"]
    lines = exchange.store.get(text).decode("utf-8-sig").splitlines()
    assert len(lines) == 25
    assert [at for at, line in enumerate(lines) if not line] == [4, 8, 12]


def test_receipts_tell_no_more_of_the_rows_and_are_proved_anew(exchange, tmp_path) -> None:
    folders = []
    erase(exchange)
    for item in exchange.store.list(layout.CHECKED):
        if item.key.endswith("/receipt.json"):
            folder = tmp_path / str(len(folders))
            folder.mkdir()
            prefix = item.key.removesuffix("receipt.json")
            for one in exchange.store.list(prefix):
                exchange.store.fetch(one.key, into=folder / one.key.removeprefix(prefix))
            folders.append(folder)
    trusted = load_public_keys([exchange.settings.home / "keys" / PUBLIC])
    receipts = [(folder / "receipt.json").read_bytes() for folder in folders]
    for folder, receipt in zip(folders, receipts, strict=True):
        outcome = verify(receipt, folder=folder, trusted=trusted)
        assert {point.outcome for point in outcome.points} <= {Verified.GOOD, Verified.UNKNOWN}
        rows = [
            place.row
            for group in outcome.receipt.groups
            for column in group.columns
            for place in column.places
        ]
        assert 13 not in rows, "the row of the person that was sent back"
    chained = [r for r in receipts if b'"previous":{' in r]
    (last,) = chained
    assert not verify(
        last, previous=[r for r in receipts if r != last and b"33_award" in r]
    ).is_broken


def test_verbs_say_that_something_was_erased(exchange) -> None:
    store, name = exchange.store, publication.newest(exchange.store, NAME).version
    late = yrdx.open(f"{NAME}@{name}", store=store)
    deliveries = {item.filename: item for item in pipeline.deliveries(exchange)}
    erase(exchange)
    with pytest.raises(SnapshotNotFound, match="2026-017"):
        _ = late.paths
    with pytest.raises(PermanentError, match="2026-017"):
        pipeline.replay(exchange, deliveries["33_award_v1.csv"])
    shutil.rmtree(exchange.settings.home / "store" / "checked" / "31")
    with pytest.raises(IntegrityError, match="2026-017"):
        pipeline.check(exchange, deliveries["31_award_v1.xlsx"])


def test_a_delivery_is_erased_once_it_is_taken_back(exchange) -> None:
    store = exchange.store
    (delivery,) = (d for d in pipeline.deliveries(exchange) if d.province == "31")
    order = {**ORDER, "request": "2026-019"}
    with pytest.raises(ConfigurationError, match="yrdx withdraw"):
        pipeline.erase_delivery(exchange, delivery, at=NOON, apply=True, **order)
    pipeline.withdraw(exchange, delivery, reason="误报", withdrawn_at=NOON)
    newest = pipeline.publish(exchange, NAME)
    pipeline.erase_delivery(exchange, delivery, at=NOON, apply=True, **order)
    left = [i.key for i in store.list("") if delivery.sha256 in i.key and "tombstones" not in i.key]
    assert [key.rpartition("/")[2] for key in left] == ["withdrawal.json", "delivery.json"]
    for version in publication.versions(store, NAME):
        assert delivery.sha256 not in rows_of(exchange, version)["file_sha256"]
    manifest = publication.read_manifest(store, NAME, newest.parent)
    assert {item.rows for item in manifest.lineage if item.province == "31"} == {0}
    assert pipeline.publish(exchange, NAME) is None


def test_the_command_line_shows_first_and_erases_when_asked(exchange, monkeypatch) -> None:
    home = exchange.settings.home
    monkeypatch.setenv("YRDX_HOME", str(home))
    monkeypatch.setenv("YRDX_STORE", str(home / "store"))
    words = ["erase", "person", "-", *(w for k, v in ORDER.items() for w in (f"--{k}", v))]
    shown = CliRunner().invoke(build(), words, input=f"{PERSON}\n")
    assert shown.exit_code == 0, shown.output
    assert PERSON not in shown.output
    assert holding(home / "store") != []
    done = CliRunner().invoke(build(), [*words, "--apply"], input=f"{PERSON}\n")
    assert done.exit_code == 0, done.output
    assert "erasures/2026-017/proof.json" in done.output
    assert holding(home / "store") == []


class Stopped(BaseException):
    """Ends a run at once, like a kill."""


class StoppingStore(DyingStore):
    """Stops the run, not the process, at a write."""

    def _die(self, when: str) -> None:
        if when == self.when and self.writes == self.at:
            raise Stopped
        self.writes += when == "after"


@pytest.mark.parametrize("at", [1, 5, 12, 19, 24, 29, 34, 39])
def test_killed_at_any_write_it_is_finished_by_doing_it_again(exchange, at) -> None:
    store = StoppingStore(exchange.store, at=at, when="after")
    with pytest.raises(Stopped):
        erase(dataclasses.replace(exchange, store=store))
    names = publication.versions(exchange.store, NAME)
    assert len(names) == 3, "readers find all versions in between"
    for name in names:
        assert len(rows_of(exchange, name)) > 0
    erase(exchange)
    assert holding(exchange.settings.home / "store") == []
    assert [len(rows_of(exchange, name)) for name in names] == [40, 18, 20]


def published_on(exchange, *days: date) -> None:
    """Let the versions be as old as if they had been published on these days, oldest first."""
    names = reversed(publication.versions(exchange.store, NAME))
    for name, day in zip(names, days, strict=True):
        moment = datetime.combine(day, time(12), UTC).timestamp()
        os.utime(exchange.store.uri(layout.manifest(NAME, name)), (moment, moment))


def test_who_asks_for_a_day_before_two_erasures_reads_what_was_the_newest_then(exchange) -> None:
    third, second, first = publication.versions(exchange.store, NAME)
    published_on(exchange, date(2026, 1, 15), date(2026, 2, 15), date(2026, 3, 15))
    erase(exchange)
    another = rows_of(exchange, first)["person_key"][0]
    pipeline.erase_person(
        exchange, [another], at=NOON, apply=True, **ORDER | {"request": "2026-018"}
    )
    for day, version in (("01-15", first), ("02-20", second), ("03-14", second), ("03-15", third)):
        assert yrdx.open(f"{NAME}@asof=2026-{day}", store=exchange.store).version == version


def test_an_erasure_does_not_prolong_the_time_for_which_old_versions_are_kept(exchange) -> None:
    published_on(exchange, date(2024, 1, 15), date(2024, 2, 15), date(2026, 3, 15))
    oldest = publication.versions(exchange.store, NAME)[2]
    today = date(2026, 6, 1)
    assert oldest in [item.what for item in pipeline.expired(exchange, today=today)]
    erase(exchange)
    assert oldest in [item.what for item in pipeline.expired(exchange, today=today)]


def test_an_erasure_does_not_prolong_the_time_for_which_others_files_and_rows_are_kept(
    exchange,
) -> None:
    """The texts of Zhejiang, and what was made of them, are past their time when it comes."""
    received = datetime(2025, 8, 20, tzinfo=UTC).timestamp()
    for path in (exchange.settings.home / "store").rglob("*"):
        os.utime(path, (received, received))

    def due() -> list[str]:
        found = pipeline.expired(exchange, today=date(2026, 10, 1))
        return sorted(item.what for item in found if "/33/" in item.what or "/33-" in item.what)

    before = due()
    assert {what.split("/")[0] for what in before} == {"landed", "checked", "admitted"}
    another = rows_of(exchange, publication.versions(exchange.store, NAME)[2])["person_key"][0]
    erase(exchange)
    pipeline.erase_person(
        exchange, [another], at=NOON, apply=True, **ORDER | {"request": "2026-018"}
    )
    assert due() == before
