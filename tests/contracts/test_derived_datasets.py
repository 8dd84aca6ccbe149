"""What every dataset that the exchange derives keeps, tested on each by its being there.

A derived dataset joins with `schemas/derived/<name>.py` and the examples of its contract. Its rows
are made from the good rows of the datasets that it needs; where these are too few to derive
anything from, `schemas/examples/<name>.py` states more of them as `SOURCES`.
"""

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.support.snapshots import publish_rows
from yrdx import catalogue, deriving, pipeline, publication
from yrdx.contract.pages import dictionary_html, dictionary_markdown
from yrdx.dataset import Dataset, Kind, Periodicity
from yrdx.derivation import Given
from yrdx.deriving import Derived, Judged
from yrdx.errors import ConfigurationError, DerivedRowsAreWrong
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


@pytest.fixture
def exchange(tmp_path: Path) -> Exchange:
    """An exchange in which nothing is published."""
    return pipeline.open_exchange(Settings(home=tmp_path, store=str(tmp_path / "store")))


def sources_of(name: str) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    """The delivered datasets that a derived one rests on, with rows as changes to a good row."""
    module = importlib.import_module(f"schemas.examples.{name}")
    stated = getattr(module, "SOURCES", {})
    for need in catalogue.derivation(name).needs:
        if need in catalogue.derived_names():
            yield from sources_of(need)
        else:
            yield need, stated.get(need, [{}])


def publish_source(exchange: Exchange, need: str, rows: list[Mapping[str, Any]]) -> None:
    period = PERIODS[catalogue.dataset(need).periodicity]
    publish_rows(exchange, need, {(period, "33"): rows})


def derive(exchange: Exchange, name: str) -> tuple[Derived, publication.Manifest | None]:
    """Derive a dataset, and before it those derived ones that it needs."""
    for need in catalogue.derivation(name).needs:
        if need in catalogue.derived_names():
            derive(exchange, need)
    return pipeline.derive(exchange, name), pipeline.publish(exchange, name)


def test_snapshots_follow_from_their_sources_and_from_nothing_else(
    name: str, exchange: Exchange
) -> None:
    before, versions = None, []
    for need, rows in sources_of(name):
        publish_source(exchange, need, rows)
        derived, manifest = derive(exchange, name)
        again, nothing = derive(exchange, name)
        assert again.places == derived.places, "the same sources gave other rows"
        assert nothing is None, "the same sources gave another version"
        is_other = before is None or derived.places != before.places
        assert (manifest is not None) == (is_other and bool(derived.places))
        before = derived
        versions += [manifest.numbers] if manifest else []
    assert before is not None
    assert before.rows, "nothing is derived: state SOURCES that give a row in the examples"
    assert versions == sorted(set(versions)), "versions must rise with each change"
    current = publication.newest(exchange.store, name)
    assert current is not None
    assert current.rows == before.rows
    assert all(item.sources for item in current.lineage), "each place names its sources"
    known = {tuple(sorted(item.sources.items())) for item in pipeline.sources_of(exchange, name)}
    assert tuple(sorted(before.sources.items())) in known


def test_two_exchanges_with_the_same_snapshots_derive_the_same_version(
    name: str, tmp_path: Path
) -> None:
    made = []
    for place in ("one", "other"):
        home = tmp_path / place
        one = pipeline.open_exchange(Settings(home=home, store=str(home / "store")))
        for need, rows in sources_of(name):
            publish_source(one, need, rows)
        _, manifest = derive(one, name)
        assert manifest is not None
        made.append((manifest.version, [file.sha256 for file in manifest.files]))
    assert made[0] == made[1]


def test_a_wrong_row_is_a_fault_of_ours_and_is_not_admitted(
    name: str, exchange: Exchange, tmp_path: Path
) -> None:
    for need, rows in sources_of(name):
        publish_source(exchange, need, rows)
    derive(exchange, name)
    dataset = catalogue.dataset(name)
    mandatory = [
        column
        for column, facts in dataset.columns.items()
        if facts.requirement == "M" and column not in dataset.province.meta.root_names()
    ]
    lost = next(column for column in mandatory if column != dataset.period_column)
    with pytest.raises(DerivedRowsAreWrong, match=f"required_value_is_missing.*{lost}"):
        judge_spoilt(exchange, dataset, tmp_path / "lost", **{lost: pl.lit(None)})
    with pytest.raises(DerivedRowsAreWrong, match="other columns than the contract"):
        judge_spoilt(exchange, dataset, tmp_path / "more", more=pl.lit(1))


def judge_spoilt(
    exchange: Exchange, dataset: Dataset, folder: Path, **changes: pl.Expr
) -> list[Judged]:
    """Derive rows as the verb does, but with a column that is other than it should be."""
    derivation = catalogue.derivation(dataset.name)

    def make(given: Given) -> pl.LazyFrame:
        return derivation.make(given).with_columns(**changes)

    spoilt = replace(derivation, make=make)
    opened = deriving.open_sources(exchange.store, spoilt, name=dataset.name)
    given = opened.given(exchange.store, settings=exchange.settings, lists={}, cache=folder)
    folder.mkdir()
    found = []
    for made in deriving.make_rows(dataset, spoilt, given, into=folder):
        into = folder / f"{made.period}-{made.province}"
        into.mkdir()
        admission = next(iter(deriving.contents_in_force(exchange.store, dataset.name).values()))
        judged = deriving.judge_rows(
            made,
            dataset,
            delivery=admission.delivery,
            versions=pipeline.newest_report(exchange, admission.delivery).versions,
            references={},
            lists={},
            into=into,
        )
        found.append(judged)
    return found


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
