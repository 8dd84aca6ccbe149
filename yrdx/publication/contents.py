"""Read what a snapshot holds: its rows, or the values of one column."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from yrdx.errors import ConfigurationError
from yrdx.publication.at_hand import at_hand
from yrdx.publication.facts import dtype_of
from yrdx.publication.manifest import Manifest
from yrdx.store import layout
from yrdx.store.port import ObjectStore


def read(
    store: ObjectStore,
    manifest: Manifest,
    *,
    columns: Sequence[str] | None = None,
    cache: Path | None = None,
) -> pl.LazyFrame:
    """The rows of a snapshot, every file verified against the manifest before it is read.

    A store that is a directory is scanned in place; any other needs a `cache` folder, into which
    files are fetched once.
    """
    folder = layout.published_prefix(manifest.dataset, manifest.version)
    here = store.uri(layout.manifest(manifest.dataset, manifest.version))
    if cache is None and not Path(here).is_absolute():
        raise ConfigurationError(
            f"{here} is not on this machine; give read() a cache folder to fetch its files into"
        )
    paths = [
        at_hand(store, folder + file.key, sha256=file.sha256, cache=cache or Path())
        for file in manifest.files
    ]
    frame = (
        pl.scan_parquet(paths, hive_partitioning=False)
        if paths
        else pl.LazyFrame(schema={item.name: dtype_of(item) for item in manifest.columns})
    )
    return frame.select(columns) if columns is not None else frame


def read_column(
    store: ObjectStore, manifest: Manifest, column: str, *, cache: Path | None = None
) -> pl.Series:
    """The distinct values of one column of a snapshot, without null, ascending."""
    with tempfile.TemporaryDirectory() as temporary:
        frame = read(store, manifest, columns=[column], cache=cache or Path(temporary))
        return frame.drop_nulls().unique().sort(column).collect(engine="streaming").to_series()
