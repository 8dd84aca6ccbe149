"""The verbs as plain functions: discover, land, check, admit, publish.

Each may run twice and changes nothing more. Time enters as an argument; what a verb has done is
found in the store, never in memory.
"""

from yrdx.pipeline.admission import admit
from yrdx.pipeline.arrivals import Arrival, Discovery, Unreachable, discover, period_of
from yrdx.pipeline.exchange import Exchange, open_exchange, open_lists
from yrdx.pipeline.housekeeping import overdue, sweep_expired, sweep_orphans
from yrdx.pipeline.judgement import check, check_file
from yrdx.pipeline.landing import UNDATED, identify, land
from yrdx.pipeline.listing import deliveries, newest_report, reports
from yrdx.pipeline.publishing import publish
from yrdx.pipeline.terms import terms_in_force, terms_of, with_rules_of_the_day
from yrdx.pipeline.whole import QUALITY

__all__ = [
    "QUALITY",
    "UNDATED",
    "Arrival",
    "Discovery",
    "Exchange",
    "Unreachable",
    "admit",
    "check",
    "check_file",
    "deliveries",
    "discover",
    "identify",
    "land",
    "newest_report",
    "open_exchange",
    "open_lists",
    "overdue",
    "period_of",
    "publish",
    "reports",
    "sweep_expired",
    "sweep_orphans",
    "terms_in_force",
    "terms_of",
    "with_rules_of_the_day",
]
