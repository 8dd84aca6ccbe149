"""One document leads to everything that is published; what lies beside the rows describes them."""

import hashlib
import json
import threading
from pathlib import Path

import jsonschema
import pyarrow.parquet as pq
import pytest
import yaml
from frictionless import Package, Schema
from typer.testing import CliRunner

from tests.support.certificates import NAME, as_text, awards, hand_in, set_up, tell_story
from yrdx import catalogue, pipeline, publication
from yrdx.cli.app import build
from yrdx.contract.document_schemas import DOCUMENTS, document_schema, document_schemas
from yrdx.contract.version_files import version_files
from yrdx.publication.catalog import Access, Catalog
from yrdx.store import layout

_BY_NAME = {
    "delivery.json": "delivery",
    "report.json": "report",
    "receipt.json": "receipt",
    "admission.json": "admission",
    "manifest.json": "manifest",
    "latest.json": "pointer",
    "quality.json": "quality",
    "catalog.json": "catalog",
}


@pytest.fixture(scope="module")
def exchange(tmp_path_factory) -> pipeline.Exchange:
    exchange = set_up(tmp_path_factory.mktemp("catalog") / "home")
    tell_story(exchange)
    return exchange


def test_the_catalog_leads_to_every_version_and_its_documents(exchange) -> None:
    catalog, _ = pipeline.read_catalog(exchange.store)
    (dataset,) = catalog.datasets
    assert (dataset.name, dataset.access) == (NAME, Access.RESTRICTED)
    assert dataset.counts == f"{NAME}_count"
    names = publication.versions(exchange.store, NAME)
    assert tuple(item.version for item in dataset.versions) == names
    told = {(item.rows, item.bytes) for item in dataset.versions}
    assert told == {(None, None)}, "how many rows about people there are is not for everybody"
    for version in dataset.versions:
        files = [version.manifest, *version.documents.values()]
        assert {"contract.odcs.yaml", "dictionary.html", "quality.json"} <= set(version.documents)
        for file in files:
            assert hashlib.sha256(exchange.store.get(file.key)).hexdigest() == file.sha256


def test_descriptors_tell_the_truth_about_files_and_columns(exchange) -> None:
    manifest = publication.newest(exchange.store, NAME)
    folder = Path(exchange.store.uri(layout.manifest(NAME, manifest.version))).parent
    package = Package(folder / "datapackage.json")
    assert [item.path for item in package.resources] == [file.key for file in manifest.files]
    assert [item.hash for item in package.resources] == [
        f"sha256:{f.sha256}" for f in manifest.files
    ]
    columns = pq.read_schema(folder / manifest.files[0].key).names
    assert Schema.from_descriptor(str(folder / "tableschema.json")).field_names == columns
    croissant = json.loads((folder / "croissant.json").read_text(encoding="utf-8"))
    files = [item for item in croissant["distribution"] if item["@type"] == "cr:FileObject"]
    assert {item["sha256"] for item in files} == {file.sha256 for file in manifest.files}
    assert [item["name"] for item in croissant["recordSet"][0]["field"]] == columns
    contract = yaml.safe_load((folder / "contract.odcs.yaml").read_text(encoding="utf-8"))
    assert contract["version"] == manifest.contract
    quality = json.loads((folder / "quality.json").read_text(encoding="utf-8"))
    assert sum(item["rows"] for item in quality["deliveries"]) == manifest.rows


def test_the_same_manifest_is_described_in_the_same_bytes(exchange) -> None:
    manifest = publication.newest(exchange.store, NAME)
    folder = layout.published_prefix(NAME, manifest.version)
    for name, body in version_files(catalogue.dataset(NAME), manifest).items():
        assert exchange.store.get(folder + name) == body


def test_real_documents_fit_their_schemas_and_name_their_form(exchange) -> None:
    seen = set()
    for item in exchange.store.list(""):
        name = _BY_NAME.get(item.key.rpartition("/")[2])
        if name is None or (name == "quality" and item.key.startswith(layout.CHECKED)):
            continue
        document = json.loads(exchange.store.get(item.key))
        jsonschema.Draft202012Validator(document_schema(name)).validate(document)
        form = document["proof"]["form"] if name == "receipt" else document["form"]
        assert form.startswith("yrdx ")
        seen.add(name)
    assert seen == set(_BY_NAME.values())


def test_a_wrong_document_does_not_fit_and_a_later_one_does(exchange) -> None:
    manifest = publication.newest(exchange.store, NAME)
    document = json.loads(manifest.model_dump_json())
    check = jsonschema.Draft202012Validator(document_schema("manifest"))
    check.validate({**document, "added_later": 1})
    check.validate({name: value for name, value in document.items() if name != "form"})
    with pytest.raises(jsonschema.ValidationError):
        check.validate({**document, "rows": "many"})


def test_the_schemas_in_docs_are_those_of_today(project) -> None:
    folder = project / "docs" / "reference" / "documents"
    kept = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.json")}
    assert kept == document_schemas(), "run: make docs"
    assert len(kept) == len(DOCUMENTS)


def test_readers_never_see_a_torn_catalog_and_none_of_two_publishers_is_lost(tmp_path) -> None:
    exchange = set_up(tmp_path / "home")
    hand_in(exchange, "zhejiang", "33_award_v1.csv", as_text(awards("33", holding=())), day=1)
    ended = threading.Event()
    seen: list[int] = []

    def look() -> None:
        while not ended.is_set():
            catalog = Catalog.model_validate_json(exchange.store.get(layout.CATALOG))
            seen.append(len(catalog.datasets[0].versions))

    def write() -> None:
        for _ in range(5):
            pipeline.refresh_catalog(exchange.store)

    reader = threading.Thread(target=look)
    writers = [threading.Thread(target=write) for _ in range(2)]
    reader.start()
    for thread in writers:
        thread.start()
    hand_in(exchange, "shanghai", "31_award_v1.csv", as_text(awards("31", holding=())), day=2)
    for thread in writers:
        thread.join()
    ended.set()
    reader.join()
    assert set(seen) <= {1, 2}
    assert seen
    (dataset,) = pipeline.read_catalog(exchange.store)[0].datasets
    assert dataset.newest == publication.newest(exchange.store, NAME).version


def test_the_command_line_lists_the_catalog(exchange, monkeypatch) -> None:
    monkeypatch.setenv("YRDX_HOME", str(exchange.settings.home))
    monkeypatch.setenv("YRDX_STORE", exchange.settings.store)
    shown = CliRunner().invoke(build(), ["catalog"])
    assert shown.exit_code == 0, shown.output
    assert NAME in shown.output
    printed = CliRunner().invoke(build(), ["catalog", "--json"])
    assert Catalog.model_validate_json(printed.output) == pipeline.read_catalog(exchange.store)[0]
