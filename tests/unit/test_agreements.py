"""Agreements are read from one file a province, whatever else lies beside it."""

import shutil

import pytest

from yrdx import pipeline
from yrdx.errors import ConfigurationError
from yrdx.settings import Settings


@pytest.fixture
def exchange(project, tmp_path) -> pipeline.Exchange:
    """An exchange with Zhejiang's agreements."""
    (tmp_path / "provinces").mkdir()
    shutil.copy(project / "provinces" / "33-zhejiang.yaml", tmp_path / "provinces")
    return pipeline.open_exchange(Settings(home=tmp_path, store=str(tmp_path / "store")))


def test_an_old_copy_beside_it_does_not_stop_a_province(exchange):
    folder = exchange.settings.provinces
    shutil.copy(folder / "33-zhejiang.yaml", folder / "33-zhejiang-2025.yaml")
    assert exchange.province("33").slug == "zhejiang"


def test_two_files_of_one_province_are_both_named(exchange):
    folder = exchange.settings.provinces
    text = (folder / "33-zhejiang.yaml").read_text(encoding="utf-8")
    other = text.replace("slug: zhejiang", "slug: zj")
    (folder / "33-zj.yaml").write_text(other, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"33-zhejiang\.yaml、33-zj\.yaml"):
        exchange.province("33")


def test_a_file_that_is_wrong_says_why(exchange):
    path = exchange.settings.provinces / "33-zhejiang.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("slug: zhejiang", "slug: zj"))
    with pytest.raises(ConfigurationError, match=r"33-zj\.yaml"):
        exchange.province("33")


def wrong(exchange: pipeline.Exchange, old: str, new: str) -> str:
    """What is said of Zhejiang's agreements with a text in them replaced."""
    path = exchange.settings.provinces / "33-zhejiang.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigurationError) as told:
        exchange.province("33")
    return str(told.value)


def test_a_field_that_is_stated_twice_is_told_with_its_line(exchange):
    """The parser takes the last one: with a second `agreements:` all others would be gone."""
    said = wrong(exchange, 'due: "10-15"', 'due: "10-15"\n    due: "01-15"')
    assert "'due' is stated twice" in said
    assert "line 17" in said


def test_a_second_agreement_of_a_unit_for_a_dataset_is_told(exchange):
    """Its files would be fetched from the source of the first."""
    said = wrong(exchange, "dataset: program_offering", "dataset: institution")
    assert "unit jyt has two agreements for dataset institution" in said


def test_a_due_day_that_is_none_is_told_with_the_form_it_has(exchange):
    assert "'15-10' is no month and day" in wrong(exchange, 'due: "10-15"', 'due: "15-10"')
    assert "day or number that there is not" in wrong(exchange, 'due: "15-10"', "due: 2025-13-45")


def test_a_wrong_source_is_told_by_its_field_and_what_stands_there_is_not_quoted(exchange):
    path = exchange.settings.provinces / "33-zhejiang.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("glob:", "password: Geheim-1", 1).replace("glob:", "glbo:", 1))
    found = pipeline.discover(exchange, exchange.province("33")).unreachable
    said = [item.error for item in found if "does not fit" in item.error]
    assert [item.rpartition(": ")[0].rpartition(": ")[2] for item in said] == ["password", "glbo"]
    assert all(item.endswith("there is no such field") for item in said)
    assert "Geheim" not in "".join(said)
