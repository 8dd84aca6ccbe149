"""Write a release: data first, manifest next, pointer last; and the records that come beside it.

A release's folder is complete before anything names it. Whoever is killed at whatever point
leaves the old release or the new one, never half of one, and doing it again finishes it.
"""

from __future__ import annotations

import hashlib
import io
from contextlib import suppress
from datetime import datetime

from yrdx.errors import ConfigurationError, PublishConflict, ReleaseStopped
from yrdx.publication.manifest import stored_file
from yrdx.releasing.chain import (
    WITHDRAWAL,
    note_superseded,
    read_pointer,
    read_release,
    releases,
    withdrawal_of,
)
from yrdx.releasing.manifest import (
    Confirmation,
    Release,
    ReleasePointer,
    ReleaseWithdrawal,
)
from yrdx.releasing.proposal import Proposal, digest_of
from yrdx.store import layout
from yrdx.store.port import ObjectStore

CHANGES = "changes.parquet"
PREVIEW = "preview.html"
_TRIES = 5


def decision_on(store: ObjectStore, made_from: str) -> Confirmation | None:
    """What a person decided about a proposed release, None while it waits."""
    key = layout.decided_release(made_from=made_from)
    if store.head(key) is None:
        return None
    return Confirmation.model_validate_json(store.get(key))


def decide(store: ObjectStore, decision: Confirmation) -> Confirmation:
    """Take down what a person decided about a proposed release; the first decision stays."""
    key = layout.decided_release(made_from=decision.made_from)
    with suppress(PublishConflict):  # somebody decided before: theirs stays
        store.put_if_absent(key, decision.model_dump_json(indent=2).encode())
    return Confirmation.model_validate_json(store.get(key))


def write_release(
    store: ObjectStore,
    proposal: Proposal,
    *,
    confirmation: Confirmation | None,
    created: datetime,
    preview: bytes,
) -> Release:
    """Make a proposal the newest release.

    Raises `ReleaseStopped` while a derived snapshot is out of date or a person has not confirmed,
    and `PublishConflict` when somebody else released meanwhile: then propose again.
    """
    refuse_stopped(proposal, confirmation)
    body = io.BytesIO()
    proposal.institutions.write_parquet(body, compression="zstd")
    beside = {CHANGES: body.getvalue(), PREVIEW: preview}
    release = _release(proposal, confirmation, created=created, beside=beside)
    key = layout.release(release.id)
    if store.head(key) is not None:  # killed after this: what was written then stays
        release = read_release(store, release.id)
    else:
        for name, content in beside.items():
            store.put_if_absent(layout.release(release.id, file=name), content)
        store.put_if_absent(key, _bytes(release))
    _move(store, release, expected=proposal.pointer)
    note_superseded(store)
    return release


def refuse_stopped(proposal: Proposal, confirmation: Confirmation | None) -> None:
    """Raise `ReleaseStopped`, saying what to do, unless the proposal may become a release."""
    if proposal.outdated:
        names = ", ".join(item.dataset for item in proposal.outdated)
        first = proposal.outdated[0].dataset
        raise ReleaseStopped(
            f"派生数据集需要重新计算 derive again first: {names}（yrdx derive {first}）"
        )
    if not proposal.needs_a_person:
        return
    if confirmation is None:
        reasons = "; ".join(item.text.en for item in proposal.stops[:3]) or "the settings ask"
        more = f" … ({len(proposal.stops)})" if len(proposal.stops) > 3 else ""
        raise ReleaseStopped(
            f"需要专人确认 a person has to confirm: {reasons}{more}；"
            f"yrdx release confirm {proposal.made_from[:12]} --reason …"
        )
    if not confirmation.confirmed:
        raise ReleaseStopped(
            f"{confirmation.by} 不同意发布 refused this release: {confirmation.reason}"
        )


def _release(
    proposal: Proposal,
    confirmation: Confirmation | None,
    *,
    created: datetime,
    beside: dict[str, bytes],
) -> Release:
    """The manifest; its id follows from all that it says, but for when it was written."""
    release = Release(
        id=f"{proposal.day.isoformat()}-{'0' * 12}",
        number=proposal.number,
        parent=proposal.parent,
        compared_with=proposal.base.id if proposal.base else None,
        day=proposal.day,
        created=created,
        pins=proposal.pins,
        coverage=proposal.coverage,
        rules=proposal.rules,
        stops=proposal.stops,
        confirmation=confirmation if proposal.needs_a_person else None,
        accepted=proposal.accepted,
        changes=proposal.changes,
        files=tuple(stored_file(name, content) for name, content in sorted(beside.items())),
        rules_digest=proposal.rules_digest,
        made_from=proposal.made_from,
    )
    digest = digest_of(release.model_dump(mode="json", exclude={"id", "created"}))
    return release.model_copy(update={"id": f"{proposal.day.isoformat()}-{digest[:12]}"})


def _bytes(release: Release) -> bytes:
    return release.model_dump_json(indent=2).encode()


def _move(store: ObjectStore, release: Release, *, expected: str | None) -> None:
    pointer = _pointing(release.id, release, store)
    store.replace_if_match(layout.release_pointer(), pointer, expected=expected)


def _pointing(last: str, release: Release | None, store: ObjectStore) -> bytes:
    key = layout.release(release.id) if release else None
    pointer = ReleasePointer(
        last=last,
        release=release.id if release else None,
        manifest=key,
        manifest_sha256=hashlib.sha256(store.get(key)).hexdigest() if key else None,
    )
    return pointer.model_dump_json(indent=2).encode()


def withdraw_release(
    store: ObjectStore, name: str, *, by: str, at: datetime, reason: str
) -> ReleaseWithdrawal:
    """Take a release back: the pointer names the newest one that still stands, nothing is removed.

    Withdrawn once, it stays so, with the first reason.
    """
    release = read_release(store, name)
    key = layout.release(release.id, file=WITHDRAWAL)
    if store.head(key) is None:
        if not reason.strip() or not by.strip():
            raise ConfigurationError("请写明撤回人和理由 state who withdraws the release, and why")
        record = ReleaseWithdrawal(release=release.id, by=by.strip(), at=at, reason=reason.strip())
        store.put_if_absent(key, record.model_dump_json(indent=2).encode())
    point_to_what_stands(store)
    return ReleaseWithdrawal.model_validate_json(store.get(key))


def point_to_what_stands(store: ObjectStore) -> None:
    """Move the pointer off a withdrawn release; again, where somebody moved it meanwhile."""
    for attempt in range(_TRIES):
        pointer, expected = read_pointer(store)
        if pointer is None:
            return
        standing = next(
            (item for item in releases(store) if withdrawal_of(store, item.id) is None), None
        )
        if pointer.release == (standing.id if standing else None):
            return
        try:
            store.replace_if_match(
                layout.release_pointer(),
                _pointing(pointer.last, standing, store),
                expected=expected,
            )
        except PublishConflict:
            if attempt == _TRIES - 1:
                raise
