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
