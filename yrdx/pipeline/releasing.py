"""Release: published snapshots that fit together become a release, once a person let it pass."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from yrdx import catalogue
from yrdx.errors import ConfigurationError, PublishConflict
from yrdx.pipeline.cataloguing import refresh_catalog
from yrdx.pipeline.exchange import Exchange
from yrdx.pipeline.proposing import propose_release
from yrdx.pipeline.release_report import province_names, report_release
from yrdx.releasing import chain, writing
from yrdx.releasing.manifest import Confirmation, Release, ReleaseWithdrawal
from yrdx.releasing.page import preview_html
from yrdx.releasing.proposal import Proposal
from yrdx.store import layout

_PASSES = 4
"""How often one call proposes anew because somebody else released meanwhile."""


def release(exchange: Exchange, *, day: date, created: datetime) -> Release | None:
    """Release the newest snapshots, with a report; None where the last release has the same.

    Raises `ReleaseStopped` while something stops it that nobody has confirmed, and
    `PublishConflict` when others were faster every time.
    """
    made = _release(exchange, day=day, created=created)
    # Whoever was killed between release and report leaves the report to the next call.
    standing = chain.newest_release(exchange.store)
    if standing is not None:
        report_release(exchange, standing)
    refresh_catalog(exchange.store)
    return made


def _release(exchange: Exchange, *, day: date, created: datetime) -> Release | None:
    store = exchange.store
    chain.note_superseded(store)
    conflict: PublishConflict | None = None
    made: Release | None = None
    for _ in range(_PASSES):
        proposal = propose_release(exchange, day=day)
        if proposal is None:
            return made if made and _is_in_chain(exchange, made) else None
        if made is not None and (proposal.needs_a_person or proposal.outdated):
            return made  # what has come since has to wait; this one stands
        try:
            made = writing.write_release(
                store,
                proposal,
                confirmation=writing.decision_on(store, proposal.made_from),
                created=created,
                preview=preview_page(exchange, proposal).encode(),
            )
        except PublishConflict as error:
            conflict = error
    if made is None and conflict is not None:
        raise conflict
    return made


def _is_in_chain(exchange: Exchange, made: Release) -> bool:
    """Whether nobody has overwritten the pointer, on a store that does not honour conditions."""
    return any(item.id == made.id for item in chain.releases(exchange.store))


def confirm_release(
    exchange: Exchange,
    proposal: Proposal,
    *,
    confirmed: bool,
    by: str,
    at: datetime,
    reason: str,
) -> Confirmation:
    """Take down that a person lets a proposed release pass, or refuses it; the first one stays."""
    if not proposal.needs_a_person:
        raise ConfigurationError("没有需要确认的事项 nothing stops this release: nobody is asked")
    if not by.strip() or not reason.strip():
        raise ConfigurationError("请写明确认人和理由 state who confirms, and why: it is published")
    keep_preview(exchange, proposal)
    return decide_release(
        exchange, proposal.made_from, confirmed=confirmed, by=by.strip(), at=at, reason=reason
    )


def decide_release(
    exchange: Exchange, made_from: str, *, confirmed: bool, by: str, at: datetime, reason: str
) -> Confirmation:
    """Take down a decision about what was shown as `made_from`; the first one stays."""
    decision = Confirmation(
        made_from=made_from, confirmed=confirmed, by=by, at=at, reason=reason.strip()
    )
    return writing.decide(exchange.store, decision)


def confirmation_of(exchange: Exchange, proposal: Proposal) -> Confirmation | None:
    """What a person decided about a proposed release, None while it waits."""
    return writing.decision_on(exchange.store, proposal.made_from)


def keep_preview(exchange: Exchange, proposal: Proposal) -> str:
    """Keep the page that a person decides by; gives its key.

    Proposed again on another day it may tell of more days of lateness: the first page stays.
    """
    key = layout.decided_release(made_from=proposal.made_from, name=writing.PREVIEW)
    if exchange.store.head(key) is None:
        exchange.store.put_if_absent(key, preview_page(exchange, proposal).encode())
    return key


def preview_page(exchange: Exchange, proposal: Proposal) -> str:
    """The page of a proposal: what changes, and for whom."""
    titles = {
        item.name: item.title for item in (*catalogue.datasets(), *catalogue.derived_datasets())
    }
    return preview_html(proposal, names=province_names(exchange), titles=titles)


def withdraw_release(
    exchange: Exchange, name: str, *, by: str, at: datetime, reason: str
) -> ReleaseWithdrawal:
    """Take a release back: readers are led to the newest one that stands; its history stays."""
    withdrawal = writing.withdraw_release(exchange.store, name, by=by, at=at, reason=reason)
    refresh_catalog(exchange.store)
    return withdrawal


def newest_release(exchange: Exchange) -> Release | None:
    """The release in force: the newest one that stands; None when there is none."""
    return chain.newest_release(exchange.store)


def release_named(exchange: Exchange, name: str) -> Release:
    """The release with this id, whatever became of it."""
    return chain.read_release(exchange.store, name)


def releases(exchange: Exchange) -> Iterator[tuple[Release, ReleaseWithdrawal | None]]:
    """All releases, newest first, each with who took it back."""
    for item in chain.releases(exchange.store):
        yield item, chain.withdrawal_of(exchange.store, item.id)
