"""Indicators of the policy: definitions as configuration, counted from published snapshots."""

from yrdx.indicators.definition import (
    STATES,
    Indicator,
    digest_of,
    load_indicators,
    load_whole_lists,
)
from yrdx.indicators.pages import indicators_markdown
from yrdx.indicators.values import SCHEMA, Measuring, measure
from yrdx.indicators.withholding import EVERYTHING, Reason

__all__ = [
    "EVERYTHING",
    "SCHEMA",
    "STATES",
    "Indicator",
    "Measuring",
    "Reason",
    "digest_of",
    "indicators_markdown",
    "load_indicators",
    "load_whole_lists",
    "measure",
]
