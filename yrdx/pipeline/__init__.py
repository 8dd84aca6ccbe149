"""The verbs as plain functions: discover, land, check, admit, publish, derive.

Each may run twice and changes nothing more. Time enters as an argument; what a verb has done is
found in the store, never in memory.
"""

from yrdx.pipeline.admission import admit
from yrdx.pipeline.answers import answer
from yrdx.pipeline.approval import (
    decide,
    decide_snapshot,
    decision_on,
    decision_on_snapshot,
    is_waiting,
    proposed,
    receipt_key,
    superseded_by,
    waiting,
)
from yrdx.pipeline.arrivals import (
    Arrival,
    Discovery,
    Unreachable,
    discover,
    period_of,
    refuse_unknown_dataset,
)
from yrdx.pipeline.cataloguing import read_catalog, refresh_catalog
from yrdx.pipeline.coming import derive_all, on_their_way
from yrdx.pipeline.comparing import compare, notices
from yrdx.pipeline.deriving import derive, sources_of
from yrdx.pipeline.erasing import erase_delivery, erase_person
from yrdx.pipeline.exchange import Exchange, open_exchange, open_lists, open_to_look
from yrdx.pipeline.housekeeping import (
    datasets_about_people,
    expired,
    keep_of,
    orphans,
    overdue,
    sweep_expired,
    sweep_orphans,
)
from yrdx.pipeline.judgement import check
from yrdx.pipeline.landing import UNDATED, identify, land
from yrdx.pipeline.listing import deliveries, newest_report, reports
from yrdx.pipeline.outbox import Sent, channels, news, outbox, rehearsed, tell
from yrdx.pipeline.proposing import propose_release
from yrdx.pipeline.publishing import publish
from yrdx.pipeline.rehearsal import (
    Changed,
    Rehearsed,
    refuse_unknown_file,
    rehearse,
    summaries,
    to_rehearse,
)
from yrdx.pipeline.release_report import report_page, report_release
from yrdx.pipeline.releasing import (
    confirm_release,
    confirmation_of,
    decide_release,
    keep_preview,
    newest_release,
    preview_page,
    release,
    release_named,
    releases,
    withdraw_release,
)
from yrdx.pipeline.replaying import Replayed, replay
from yrdx.pipeline.terms import terms_in_force, terms_of, terms_on, with_rules_of_the_day
from yrdx.pipeline.trial import check_file
from yrdx.pipeline.whole import QUALITY
from yrdx.pipeline.withdrawing import withdraw

__all__ = [
    "QUALITY",
    "UNDATED",
    "Arrival",
    "Changed",
    "Discovery",
    "Exchange",
    "Rehearsed",
    "Replayed",
    "Sent",
    "Unreachable",
    "admit",
    "answer",
    "channels",
    "check",
    "check_file",
    "compare",
    "confirm_release",
    "confirmation_of",
    "datasets_about_people",
    "decide",
    "decide_release",
    "decide_snapshot",
    "decision_on",
    "decision_on_snapshot",
    "deliveries",
    "derive",
    "derive_all",
    "discover",
    "erase_delivery",
    "erase_person",
    "expired",
    "identify",
    "is_waiting",
    "keep_of",
    "keep_preview",
    "land",
    "newest_release",
    "newest_report",
    "news",
    "notices",
    "on_their_way",
    "open_exchange",
    "open_lists",
    "open_to_look",
    "orphans",
    "outbox",
    "overdue",
    "period_of",
    "preview_page",
    "propose_release",
    "proposed",
    "publish",
    "read_catalog",
    "receipt_key",
    "refresh_catalog",
    "refuse_unknown_dataset",
    "refuse_unknown_file",
    "rehearse",
    "rehearsed",
    "release",
    "release_named",
    "releases",
    "replay",
    "report_page",
    "report_release",
    "reports",
    "sources_of",
    "summaries",
    "superseded_by",
    "sweep_expired",
    "sweep_orphans",
    "tell",
    "terms_in_force",
    "terms_of",
    "terms_on",
    "to_rehearse",
    "waiting",
    "with_rules_of_the_day",
    "withdraw",
    "withdraw_release",
]
