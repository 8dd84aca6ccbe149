"""The first job of the topology makes the bucket, or says in a sentence why it cannot."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from yrdx.errors import ConfigurationError, SourceRefused
from yrdx.settings import Settings
from yrdx.store import open_store


@pytest.fixture
def initialise(project: Path) -> ModuleType:
    """The job, as a module."""
    spec = importlib.util.spec_from_file_location(
        "initialise", project / "deploy" / "initialise.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_bucket_is_made_once_where_a_private_authority_vouches_for_the_store(
    initialise: ModuleType, store_settings: Callable[..., Settings]
) -> None:
    settings = store_settings("swift-https", store="s3://first-start/prefix")
    initialise.make_bucket(settings)
    initialise.make_bucket(settings)
    assert list(open_store(settings).list("landed/")) == []


def test_a_wrong_key_is_refused_and_no_bucket_is_tried(
    initialise: ModuleType, store_settings: Callable[..., Settings]
) -> None:
    settings = store_settings("swift-http", store="s3://nobodys", s3_secret_key="wrong")
    with pytest.raises(SourceRefused, match=r"look into bucket nobodys.*access key"):
        initialise.make_bucket(settings)


def test_a_misspelt_place_is_told(
    initialise: ModuleType, store_settings: Callable[..., Settings]
) -> None:
    with pytest.raises(ConfigurationError, match="YRDX_STORE"):
        initialise.make_bucket(store_settings("emulator", store="s3://Exchange/a b"))
