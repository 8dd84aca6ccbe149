"""Read what a snapshot holds: its rows, or the values of one column."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from yrdx.errors import ConfigurationError
from yrdx.publication.at_hand import files_at_hand
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
    here = store.uri(layout.manifest(manifest.dataset, manifest.version))
    if cache is None and not Path(here).is_absolute():
        raise ConfigurationError(
            f"{here} is not on this machine; give read() a cache folder to fetch its files into"
        )
    frame = scan(files_at_hand(store, manifest, manifest.files, cache=cache or Path()), manifest)
    return frame.select(columns) if columns is not None else frame


def scan(paths: Sequence[Path], manifest: Manifest) -> pl.LazyFrame:
    """The rows of local files of a version; without any, no rows in its columns."""
    if paths:
        return pl.scan_parquet(list(paths), glob=False, hive_partitioning=False)
    return pl.LazyFrame(schema={item.name: dtype_of(item) for item in manifest.columns})


def read_column(
    store: ObjectStore, manifest: Manifest, column: str, *, cache: Path | None = None
) -> pl.Series:
    """The distinct values of one column of a snapshot, without null, ascending."""
    with tempfile.TemporaryDirectory() as temporary:
        frame = read(store, manifest, columns=[column], cache=cache or Path(temporary))
        return frame.drop_nulls().unique().sort(column).collect(engine="streaming").to_series()
