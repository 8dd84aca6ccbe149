"""The receipt (回执) of a report: JSON for programs, a page for people, a list to correct by."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

from yrdx.checking.approval_words import how_it_stands
from yrdx.checking.attempts import SINCE_LAST
from yrdx.checking.burn_down import changes_by_rule, draw_burn_down
from yrdx.checking.cause_sheet import place_words
from yrdx.checking.cause_wording import share_words
from yrdx.checking.error_list import write_error_list
from yrdx.checking.proof import RECEIPT, Digests, Previous, Proof, artefacts_in, prove
from yrdx.checking.receipt_values import (
    MUST_BE_CHANGED,
    SEVERITY_WORDS,
    SOURCE_WORDS,
    STATUS,
    Group,
    Place,
    Receipt,
    WrongColumn,
    draw_up,
)
from yrdx.checking.returned import Returned
from yrdx.checking.versions import digests_of
from yrdx.dataset import Dataset
from yrdx.model import Decision, Report, Text
from yrdx.pages import render
from yrdx.settings import TIMEZONE

__all__ = ["DECISION", "Receipt", "draw_up", "issue_again", "write_receipt"]

DECISION = "decision.json"
"""What a person decided; lies beside the receipt that was issued again."""

_EXAMPLES = 10
"""Places that the page quotes for one rule, over all its columns."""

_SHOWN = 60
"""Characters of a value that the page quotes."""

HOW = {
    "title": Text(zh="标准名称", en="title"),
    "field name": Text(zh="字段名", en="field name"),
    "synonym": Text(zh="常用叫法", en="synonym"),
    "content": Text(zh="按内容推断", en="content"),
}
"""How a column was recognised, in words; anything else is shown as the reading says it."""


def write_receipt(
    report: Report,
    dataset: Dataset,
    *,
    findings: Path,
    into: Path,
    rests_on: Digests | None = None,
    previous: Previous | None = None,
    returned: Returned | None = None,
) -> None:
    """Write `receipt.html`, `errors.xlsx` and last `receipt.json` into the folder `into`.

    The same report gives the same bytes. The proof names every file that lies in the folder by
    then: whatever else belongs to the receipt is written before. `previous` is the receipt of the
    attempt before, `returned` what the copies are that go back with it. Raises `ValueError` for a
    report without a verdict.
    """
    receipt = draw_up(report, dataset, findings=findings)
    receipt = receipt.model_copy(update={"returned": returned or Returned()})
    (into / "receipt.html").write_text(as_html(receipt, previous=previous), encoding="utf-8")
    states = into / SINCE_LAST
    write_error_list(
        receipt,
        findings=findings,
        states=states if states.exists() else None,
        into=into / "errors.xlsx",
    )
    proof = Proof(
        rests_on=rests_on or digests_of(dataset),
        artefacts=artefacts_in(into, receipt.verdict),
        previous=previous,
    )
    (into / RECEIPT).write_bytes(prove(receipt.model_dump(mode="json"), proof))


def issue_again(
    issued: bytes, report: Report, decision: Decision, *, decision_bytes: bytes, into: Path
) -> None:
    """Write a receipt that was `issued` once more, with what a person decided about it.

    Into the folder `into` come `decision.json`, `receipt.html` and last `receipt.json`, chained to
    the first issue; all other files of the first issue belong to this one as well.
    """
    first = Receipt.model_validate_json(issued)
    if first.proof is None:
        raise ValueError(f"receipt {first.number} has no proof: check the delivery again")
    status, step = how_it_stands(
        report, first.verdict, status=STATUS[first.verdict], decision=decision
    )
    words = {"status": status, "next_step": step, "decision": decision, "proof": None}
    receipt = first.model_copy(update=words)
    previous = Previous(
        number=first.number,
        attempt=first.delivery.attempt,
        sha256=hashlib.sha256(issued).hexdigest(),
    )
    (into / DECISION).write_bytes(decision_bytes)
    (into / "receipt.html").write_text(as_html(receipt, previous=previous), encoding="utf-8")
    proof = Proof(
        rests_on=first.proof.rests_on,
        artefacts=first.proof.artefacts | artefacts_in(into, receipt.verdict),
        previous=previous,
    )
    (into / RECEIPT).write_bytes(prove(receipt.model_dump(mode="json"), proof))


def as_html(receipt: Receipt, *, previous: Previous | None = None) -> str:
    """The receipt as one page that needs nothing else, neither network nor script."""
    filters = {
        "count": lambda number: f"{number:,}",
        "figure": lambda number: f"{number:,.10g}",
        "short": _short,
        "share": share_words,
        "percent": lambda part: f"{100 * part:.2f}",
        "where": place_words,
    }
    return render(
        "receipt.html.j2",
        "yrdx.checking",
        filters=filters,
        receipt=receipt,
        received=_received(receipt),
        previous=previous,
        decided=_moment(receipt.decision.at) if receipt.decision else None,
        burn_down=draw_burn_down(receipt.attempts),
        changes=changes_by_rule(receipt),
        is_whole=receipt.listed in (None, receipt.errors + receipt.warnings + receipt.hints),
        severity_words=SEVERITY_WORDS,
        must_be_changed=MUST_BE_CHANGED,
        how=HOW,
        source_words=SOURCE_WORDS,
        examples={group.rule: _examples(group) for group in receipt.groups},
        disagreeing=[total for total in receipt.control_totals if not total.agrees],
        agreeing=[total for total in receipt.control_totals if total.agrees],
    )


def _received(receipt: Receipt) -> str | None:
    moment = receipt.delivery.received_at
    return _moment(moment) if moment else None


def _moment(when: datetime) -> str:
    return when.astimezone(TIMEZONE).strftime("%Y-%m-%d %H:%M")


def _examples(group: Group) -> list[tuple[WrongColumn, Place]]:
    """A few places of every column that the rule was broken in, never only of the first one.

    None where all of them are the file itself, with nothing more to tell.
    """
    each = max(1, _EXAMPLES // max(1, len(group.columns)))
    places = [(wrong, place) for wrong in group.columns for place in wrong.places[:each]]
    return places if any(place.row or place.value or place.tells for _, place in places) else []


def _short(value: str) -> str:
    return value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…（共 {len(value):,} 字）"
