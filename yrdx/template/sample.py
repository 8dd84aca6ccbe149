"""The rows that a filled template shows: good ones, from the examples of the dataset."""

from __future__ import annotations

from yrdx import catalogue
from yrdx.dataset import Dataset
from yrdx.example import Row, more_rows


def sample_rows(dataset: Dataset) -> list[Row]:
    """One or two rows that keep every rule, with different keys."""
    return more_rows(dataset, catalogue.examples(dataset), known=catalogue.known_values())
