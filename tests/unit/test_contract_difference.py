"""Two versions of a contract: what changed, whom it breaks, which version it asks for."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from yrdx import catalogue
from yrdx.cli import main
from yrdx.contract.difference import Difference, Step, difference, opened
from yrdx.contract.odcs import as_yaml, odcs
from yrdx.contract.reference import read_contract, write_files, write_reference
from yrdx.errors import ConfigurationError

Document = dict[str, Any]
NAME = "program_offering"


@pytest.fixture
def contract() -> Document:
    return copy.deepcopy(odcs(catalogue.dataset(NAME)))


def compared(old: Document, change: Callable[[Document], None]) -> Difference:
    new = copy.deepcopy(old)
    change(new)
    return difference(opened(old, called="old"), opened(new, called="new"))


def field(document: Document, name: str) -> Document:
    (table,) = document["schema"]
    return next(item for item in table["properties"] if item["name"] == name)


def state(of: Document, name: str, value: Any) -> None:
    """Set a custom property."""
    others = [item for item in of["customProperties"] if item["property"] != name]
    of["customProperties"] = [*others, {"property": name, "value": value}]


def stated(of: Document, name: str) -> Any:
    return next(i["value"] for i in of["customProperties"] if i["property"] == name)


def the_only(found: Difference) -> tuple[str, bool, bool, Step]:
    (change,) = found.changes
    return change.place, change.provider, change.reader, change.step


def test_a_contract_does_not_differ_from_itself_through_a_file(
    contract: Document, tmp_path: Path
) -> None:
    path = tmp_path / "old.odcs.yaml"
    path.write_text(as_yaml(contract), encoding="utf-8")
    as_json = tmp_path / "old.json"
    as_json.write_text(json.dumps(contract), encoding="utf-8")
    for file in (path, as_json):
        found = difference(read_contract(file), opened(contract, called="now"))
        assert found.changes == ()
        assert (found.asked, found.taken, found.is_compatible) == (Step.NONE, Step.NONE, True)


def test_a_removed_field_breaks_readers_and_no_provider(contract: Document) -> None:
    def remove(document: Document) -> None:
        document["schema"][0]["properties"].remove(field(document, "program_group"))

    assert the_only(compared(contract, remove)) == ("program_group", False, True, Step.MAJOR)


@pytest.mark.parametrize(("required", "step"), [(True, Step.MAJOR), (False, Step.MINOR)])
def test_a_new_field_breaks_providers_only_where_it_is_required(
    contract: Document, required: bool, step: Step
) -> None:
    def add(document: Document) -> None:
        new = {
            "name": "extra",
            "businessName": "新",
            "required": required,
            "physicalType": "string",
        }
        document["schema"][0]["properties"].append(new)

    assert the_only(compared(contract, add)) == ("extra", required, False, step)


def test_a_renamed_field_is_told_as_such(contract: Document) -> None:
    def rename(document: Document) -> None:
        field(document, "program_group")["name"] = "cluster"

    found = compared(contract, rename)
    place, provider, reader, step = the_only(found)
    assert (place, provider, reader, step) == ("cluster", True, True, Step.MAJOR)
    assert "program_group → cluster" in found.changes[0].text.en


def test_a_renamed_field_that_still_goes_by_its_old_name_spares_providers(
    contract: Document,
) -> None:
    def rename(document: Document) -> None:
        item = field(document, "program_group")
        state(item, "synonyms", [*stated(item, "synonyms"), "program_group"])
        item["name"] = "cluster"

    found = compared(contract, rename)
    assert not any(change.provider for change in found.changes)
    assert any(change.reader for change in found.changes)


@pytest.mark.parametrize(
    ("was", "now", "provider", "reader"),
    [("O", "M", True, False), ("M", "O", False, True), ("O", "C", False, False)],
)
def test_requirements_break_the_side_that_relied_on_them(
    contract: Document, was: str, now: str, provider: bool, reader: bool
) -> None:
    state(field(contract, "program_group"), "requirement", was)
    found = compared(contract, lambda new: state(field(new, "program_group"), "requirement", now))
    assert the_only(found)[1:3] == (provider, reader)


@pytest.mark.parametrize("fact", ["physicalType", "kind", "unit", "default"])
def test_type_and_meaning_of_values_break_both(contract: Document, fact: str) -> None:
    def change(document: Document) -> None:
        item = field(document, "edu_years")
        if fact == "physicalType":
            item[fact] = "int64"
        else:
            state(item, fact, "other")

    assert the_only(compared(contract, change))[1:] == (True, True, Step.MAJOR)


def test_codes_removed_break_providers_and_codes_added_break_nobody(contract: Document) -> None:
    name = stated(field(contract, "offer_status"), "codeList")

    def remove(document: Document) -> None:
        codes = stated(document, "codeLists")[name]["codes"]
        del codes[next(iter(codes))]

    def add(document: Document) -> None:
        stated(document, "codeLists")[name]["codes"]["99"] = "新 new"

    def relabel(document: Document) -> None:
        codes = stated(document, "codeLists")[name]["codes"]
        codes[next(iter(codes))] = "别的 other"

    assert the_only(compared(contract, remove)) == ("offer_status", True, False, Step.MAJOR)
    assert the_only(compared(contract, add)) == ("offer_status", False, False, Step.MINOR)
    assert the_only(compared(contract, relabel)) == ("offer_status", False, False, Step.MINOR)


def test_a_list_too_long_to_spell_out_is_compared_by_its_digest() -> None:
    old = copy.deepcopy(odcs(catalogue.dataset("enterprise")))
    name = stated(field(old, "division_code"), "codeList")
    assert "codes" not in stated(old, "codeLists")[name]

    def change(document: Document) -> None:
        stated(document, "codeLists")[name] |= {"digest": "0", "version": "2099"}

    assert the_only(compared(old, change)) == ("division_code", False, False, Step.MINOR)


def test_another_key_breaks_both(contract: Document) -> None:
    found = compared(contract, lambda new: state(new, "key", ["inst_code"]))
    assert the_only(found) == ("key", True, True, Step.MAJOR)


@pytest.mark.parametrize(
    ("was", "now", "provider"),
    [("warning", "error", True), ("error", "warning", False), ("info", "warning", False)],
)
def test_a_rule_breaks_providers_when_it_begins_to_reject(
    contract: Document, was: str, now: str, provider: bool
) -> None:
    def rule(document: Document) -> Document:
        return field(document, "major_code")["quality"][-1]

    rule(contract)["severity"] = was
    found = compared(contract, lambda new: rule(new).update(severity=now))
    assert the_only(found)[1:3] == (provider, False)


def test_a_new_rule_that_rejects_asks_for_a_major_version(contract: Document) -> None:
    new = {"type": "text", "name": "new_wrong", "severity": "error", "description": "…"}
    found = compared(contract, lambda doc: field(doc, "major_code")["quality"].append(new))
    assert the_only(found) == ("major_code / new_wrong", True, False, Step.MAJOR)


def test_headers_no_longer_understood_break_providers(contract: Document) -> None:
    def forget(document: Document) -> None:
        item = field(document, "major_code")
        state(item, "synonyms", stated(item, "synonyms")[1:])

    def learn(document: Document) -> None:
        item = field(document, "major_code")
        state(item, "synonyms", [*stated(item, "synonyms"), "别名"])

    assert the_only(compared(contract, forget)) == ("major_code", True, False, Step.MAJOR)
    assert the_only(compared(contract, learn)) == ("major_code", False, False, Step.PATCH)


def test_narrower_limits_break_providers_and_wider_ones_do_not(contract: Document) -> None:
    def limit(number: int) -> Callable[[Document], None]:
        return lambda new: field(new, "major_name")["logicalTypeOptions"].update(maxLength=number)

    assert the_only(compared(contract, limit(3)))[1:] == (True, False, Step.MAJOR)
    assert the_only(compared(contract, limit(3000)))[1:] == (False, False, Step.MINOR)


def test_reworded_texts_ask_for_a_patch(contract: Document) -> None:
    found = compared(contract, lambda new: state(new, "supplierEn", "somebody else"))
    assert the_only(found)[1:] == (False, False, Step.PATCH)


@pytest.mark.parametrize(
    ("version", "taken", "compatible"),
    [
        ("1.0.0", Step.NONE, False),
        ("1.0.1", Step.PATCH, False),
        ("1.1.0", Step.MINOR, False),
        ("2.0.0", Step.MAJOR, True),
        ("0.9.0", Step.NONE, False),
    ],
)
def test_what_breaks_needs_a_new_major_version(
    contract: Document, version: str, taken: Step, compatible: bool
) -> None:
    contract["version"] = "1.0.0"

    def change(document: Document) -> None:
        document["version"] = version
        state(document, "key", ["inst_code"])

    found = compared(contract, change)
    assert (found.asked, found.taken, found.is_compatible) == (Step.MAJOR, taken, compatible)


@pytest.mark.parametrize(
    "document", [None, [], {}, {"name": "x", "version": "1"}, {"$schema": "…", "type": "object"}]
)
def test_what_is_no_contract_of_ours_is_refused_with_the_way_to_make_one(document: Any) -> None:
    with pytest.raises(ConfigurationError, match="contract export"):
        opened(document, called="other.json")


def test_contracts_of_two_datasets_are_not_compared(contract: Document) -> None:
    other = opened(odcs(catalogue.dataset("enterprise")), called="other")
    with pytest.raises(ConfigurationError, match="two datasets"):
        difference(opened(contract, called="one"), other)


def test_the_command_tells_whom_a_change_breaks_and_leaves_with_one(
    contract: Document, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = copy.deepcopy(contract)
    extra = {"name": "gone", "businessName": "旧字段", "physicalType": "string"}
    old["schema"][0]["properties"].append(extra)
    path = tmp_path / "old.yaml"
    path.write_text(yaml.safe_dump(old, allow_unicode=True), encoding="utf-8")
    with pytest.raises(SystemExit) as left:
        main(["--lang", "en", "contract", "diff", str(path), NAME])
    said = capsys.readouterr().out
    assert left.value.code == 1
    assert "the field was removed" in said
    assert "breaks" in said
    assert "ask for major" in said


def test_a_baseline_is_not_overwritten_by_what_breaks_it(
    contract: Document, tmp_path: Path
) -> None:
    extra = {"name": "gone", "businessName": "旧字段", "physicalType": "string"}
    contract["schema"][0]["properties"].append(extra)
    baseline = tmp_path / "contracts" / f"{NAME}.odcs.yaml"
    baseline.parent.mkdir()
    baseline.write_text(as_yaml(contract), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="major version"):
        write_reference(tmp_path)
    assert "gone" in baseline.read_text(encoding="utf-8")
    assert not (tmp_path / "README.md").exists()


def test_the_folder_is_written_once_and_cleared_of_what_is_no_more(tmp_path: Path) -> None:
    files = {"README.md": "index\n", "rules/one.md": "one\n", "contracts/a.odcs.yaml": "a: 1\n"}
    assert write_files(files, into=tmp_path) == 3
    stale = tmp_path / "rules" / "a_rule_of_old.md"
    stale.write_text("old", encoding="utf-8")
    (tmp_path / "rules" / "one.md").write_text("edited by hand", encoding="utf-8")
    assert write_files(files, into=tmp_path) == 2
    assert not stale.exists()
    assert (tmp_path / "rules" / "one.md").read_text(encoding="utf-8") == "one\n"
    assert write_files(files, into=tmp_path) == 0
