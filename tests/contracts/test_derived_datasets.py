"""What every dataset that the exchange derives keeps, tested on each by its being there.

A derived dataset joins with `schemas/derived/<name>.py` and the examples of its contract. Its rows
are made from the good rows of the datasets that it needs; where these are too few to derive
anything from, `schemas/examples/<name>.py` states more of them as `SOURCES`.
"""

import importlib
import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.support.snapshots import FIRST_DAY, VERSIONS, publish_rows
from yrdx import catalogue, deriving, pipeline, publication
from yrdx.contract.pages import dictionary_html, dictionary_markdown
from yrdx.dataset import Dataset, Kind, Periodicity
from yrdx.derivation import Given
from yrdx.deriving import Derived
from yrdx.errors import ConfigurationError, DerivedRowsAreWrong
from yrdx.model import Admission
from yrdx.pipeline import Exchange
from yrdx.settings import Settings

PERIODS = {
    Periodicity.YEAR: "2024",
    Periodicity.SCHOOL_YEAR: "2024-2025",
    Periodicity.TERM: "2024-2025-1",
}


@pytest.fixture(params=catalogue.derived_names())
def name(request: pytest.FixtureRequest) -> str:
    """Each derived dataset in turn."""
    return str(request.param)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which the good row of every delivered dataset is published."""
    home = tmp_path_factory.mktemp("published")
    exchange = exchange_in(home)
    for dataset in catalogue.datasets():
        publish_rows(exchange, dataset.name, {(PERIODS[dataset.periodicity], "33"): [{}]})
    return home


@pytest.fixture
def exchange(name: str, published: Path, tmp_path: Path) -> Exchange:
    """An exchange with all snapshots that the dataset is derived from."""
    return exchange_with_sources(name, published, tmp_path / "one")


def exchange_in(home: Path) -> Exchange:
    return pipeline.open_exchange(Settings(home=home, store=str(home / "store")))


def exchange_with_sources(name: str, published: Path, home: Path) -> Exchange:
    shutil.copytree(published, home)
    exchange = exchange_in(home)
    for need in needs_of(name):
        for derived in (need, name) if need in catalogue.derived_names() else (name,):
            module = importlib.import_module(f"schemas.examples.{derived}")
            for source, rows in getattr(module, "SOURCES", {}).items():
                period = PERIODS[catalogue.dataset(source).periodicity]
                publish_rows(
                    exchange, source, {(period, "33"): rows}, unit=derived.replace("_", "-")
                )
    return exchange


def needs_of(name: str) -> tuple[str, ...]:
    return catalogue.derivation(name).needs


def derive(exchange: Exchange, name: str) -> tuple[Derived, publication.Manifest | None]:
    """Derive a dataset, and before it those derived ones that it needs."""
    for need in needs_of(name):
        if need in catalogue.derived_names():
            derive(exchange, need)
    return pipeline.derive(exchange, name), pipeline.publish(exchange, name)


def test_the_same_snapshots_give_the_same_version_and_no_second_one(
    name: str, exchange: Exchange, published: Path, tmp_path: Path
) -> None:
    derived, manifest = derive(exchange, name)
    assert manifest is not None
    assert manifest.rows == derived.rows > 0, "state SOURCES that give a row in its examples"
    assert all(item.sources for item in manifest.lineage), "each place names its sources"
    assert derived in pipeline.sources_of(exchange, name)
    again, nothing = derive(exchange, name)
    assert (again.places, nothing) == (derived.places, None), "the same sources gave other rows"
    assert again == derived or looks_back(name), "the same sources gave something else"
    other = exchange_with_sources(name, published, tmp_path / "other")
    _, its_manifest = derive(other, name)
    assert its_manifest is not None
    assert its_manifest.version == manifest.version
    assert its_manifest.files == manifest.files


def test_a_changed_source_gives_a_new_version(name: str, exchange: Exchange) -> None:
    before, first = derive(exchange, name)
    assert first is not None
    for need in sorted(delivered_needs(name), reverse=True):
        take_back(exchange, need)
        derived, manifest = derive(exchange, name)
        assert derived.sources != before.sources or derived.places == before.places
        if derived.places == before.places:
            assert manifest is None, "the same rows gave another version"
            continue
        assert manifest is not None
        assert manifest.parent == first.version
        assert manifest.numbers > first.numbers
        return
    pytest.fail("the rows are the same without any of the sources")


def delivered_needs(name: str) -> set[str]:
    """The delivered datasets that a derived one rests on in the end."""
    if name not in catalogue.derived_names():
        return {name}
    return {need for one in needs_of(name) for need in delivered_needs(one)}


def looks_back(name: str) -> bool:
    """Whether a derivation, or one it rests on, takes its own last snapshot as a source."""
    return name in catalogue.derived_names() and (
        catalogue.derivation(name).looks_back or any(map(looks_back, needs_of(name)))
    )


def take_back(exchange: Exchange, need: str) -> None:
    """Withdraw what was delivered of a dataset, and publish what is left: nothing."""
    current = publication.newest(exchange.store, need)
    assert current is not None
    for item in current.lineage:
        admission = Admission.model_validate_json(exchange.store.get(item.admission_key))
        pipeline.withdraw(
            exchange, admission.delivery, reason="a mistake", withdrawn_at=admission_day(admission)
        )
    pipeline.publish(exchange, need)


def admission_day(admission: Admission) -> datetime:
    received = admission.delivery.received_at
    assert received is not None
    return received + timedelta(days=1)


def test_a_wrong_row_is_a_fault_of_ours_and_is_not_admitted(
    name: str, exchange: Exchange, tmp_path: Path
) -> None:
    for need in needs_of(name):
        if need in catalogue.derived_names():
            derive(exchange, need)
    dataset, derivation = catalogue.dataset(name), catalogue.derivation(name)
    placed = {*dataset.province.meta.root_names(), dataset.period_column}
    lost = next(
        column
        for column, facts in dataset.columns.items()
        if facts.requirement == "M" and column not in placed
    )
    opened = deriving.open_sources(exchange.store, derivation, name=name)
    given = opened.given(exchange.store, settings=exchange.settings, lists={}, cache=tmp_path)
    rows = derivation.make(given).collect().lazy()
    with pytest.raises(DerivedRowsAreWrong, match=f"required_value_is_missing.*{lost}"):
        judge(rows.with_columns(pl.lit(None).alias(lost)), given, dataset, into=tmp_path / "lost")
    with pytest.raises(DerivedRowsAreWrong, match="other columns than the contract"):
        judge(rows.with_columns(more=1), given, dataset, into=tmp_path / "more")
    assert publication.newest(exchange.store, name) is None


def judge(rows: pl.LazyFrame, given: Given, dataset: Dataset, *, into: Path) -> None:
    """Place and check rows as the verb does."""
    derivation = replace(catalogue.derivation(dataset.name), make=lambda given: rows)
    into.mkdir()
    for made in deriving.make_rows(dataset, derivation, given, into=into):
        delivery = pipeline.identify(
            made.path,
            filename="rows.parquet",
            province=made.province,
            unit="exchange",
            dataset=dataset.name,
            period=made.period,
        )
        deriving.judge_rows(
            made,
            dataset,
            delivery=delivery.model_copy(update={"received_at": FIRST_DAY}),
            versions=VERSIONS,
            references={},
            lists={},
            into=into,
        )


def test_its_documents_render(name: str) -> None:
    dataset = catalogue.dataset(name)
    for page in (dictionary_markdown(dataset), dictionary_html(dataset)):
        assert dataset.title.zh in page
        assert all(f"{column.title.zh}" in page for column in dataset.columns.values())


def test_its_rows_tell_their_period_and_hold_no_personal_data(name: str) -> None:
    dataset, derivation = catalogue.dataset(name), catalogue.derivation(name)
    assert dataset.period_column or derivation.period is not None
    if dataset.period_column:
        kind = dataset.columns[dataset.period_column].kind
        assert kind in (Kind.YEAR, Kind.SCHOOL_YEAR)
    masked = [item for item, column in dataset.columns.items() if column.sensitivity.is_masked]
    assert not masked, "derived datasets are for everybody: no column may be personal"


def test_derived_datasets_come_after_what_they_need() -> None:
    order = catalogue.derived_in_order()
    assert sorted(order) == sorted(catalogue.derived_names())
    for at, name in enumerate(order):
        own = set(catalogue.derivation(name).needs) & set(catalogue.derived_names())
        assert own <= set(order[:at])


def test_delivered_and_derived_datasets_are_kept_apart() -> None:
    assert not set(catalogue.dataset_names()) & set(catalogue.derived_names())
    with pytest.raises(ConfigurationError, match="is not derived"):
        catalogue.derivation(catalogue.dataset_names()[0])
