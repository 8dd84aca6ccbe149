"""Replay: the verdict of a landed delivery once more, from its bytes, to be compared with then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from yrdx import catalogue
from yrdx.checking.proof import RECEIPT, artefact, unsigned
from yrdx.errors import ConfigurationError, PermanentError
from yrdx.model import Delivery, Report, Text, Versions
from yrdx.pipeline.attempts import line_to, past_of
from yrdx.pipeline.exchange import Exchange
from yrdx.pipeline.ground import ground_of, naming
from yrdx.pipeline.judgement import CHECKED, examine_landed
from yrdx.pipeline.listing import reports
from yrdx.pipeline.terms import terms_in_force
from yrdx.store import layout
from yrdx.store.tombstones import in_words, landed_folder, tombstones

_WORDS = {
    "contract": Text(zh="数据标准", en="contract"),
    "rules": Text(zh="规则", en="rules"),
    "reference_data": Text(zh="代码表等参考数据", en="reference data"),
    "references": Text(zh="对照的快照", en="snapshots referred to"),
    "code": Text(zh="程序", en="code"),
    "previous": Text(zh="上一次报送的报告", en="report of the attempt before"),
    "answers": Text(zh="报送单位的说明", en="explanations of the partner"),
    "calendar": Text(zh="规则日程", en="calendar of rules"),
    "waivers": Text(zh="豁免", en="waivers"),
    "approval": Text(zh="是否须经审批", en="whether approval is needed"),
    "judge": Text(zh="整体核对组件", en="judge of whole deliveries"),
    "agreed": Text(zh="协议约定", en="terms of the agreement"),
    "libraries": Text(zh="程序所用组件", en="libraries"),
}


@dataclass(frozen=True, slots=True)
class Moved:
    """Something that a verdict rests on, which is no longer what it was."""

    what: Text
    then: str
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What a replay gave: `same` and `different` are names of files, compared byte for byte."""

    then: Report
    now: Report
    moved: tuple[Moved, ...]
    same: tuple[str, ...]
    different: tuple[str, ...]

    @property
    def is_reproduced(self) -> bool:
        """Whether every byte came out again under the versions of then."""
        return not self.moved and not self.different


def replay(exchange: Exchange, delivery: Delivery, *, digest: str = "") -> Replayed:
    """Check a delivery again from its landed bytes, and compare with what was kept; writes nothing.

    `digest` begins the rules digest of the report that is meant; without it the last one is.
    Snapshots, lists, attempts before: all are those of then, as far as they are still there.
    """
    if delivery.refused:
        raise PermanentError(
            f"{delivery.filename} was refused for personal numbers: its bytes were not kept, so "
            f"there is nothing to replay; its receipt can be verified by `yrdx verify`"
        )
    erased = next(tombstones(exchange.store, landed_folder(delivery)), None)
    if erased is not None:
        raise PermanentError(
            f"{delivery.filename}：{in_words(erased)}; the bytes that the verdict was made from "
            f"are no more, so it cannot be replayed; its receipt can be verified by `yrdx verify`"
        )
    then = _report(exchange, delivery, digest)
    dataset = catalogue.dataset(delivery.dataset)
    terms = terms_in_force(exchange, delivery)
    line = line_to(exchange, delivery, then.versions.previous)
    ground = ground_of(
        dataset,
        delivery,
        store=exchange.store,
        lists=exchange.list_store,
        as_of=then.versions,
    )
    ground = naming(ground, terms, copy_rows=exchange.settings.copy_rows)
    ground = replace(ground, versions=line.within(ground.versions))
    with exchange.spool() as spool:
        ground = replace(ground, past=past_of(exchange, line, into=spool))
        now = examine_landed(
            exchange,
            delivery,
            dataset,
            terms=terms,
            ground=ground,
            spool=spool,
            progress=None,
        )
        moved = tuple(_moved(then.versions, now.versions))
        same, different = _compared(exchange, then, spool / CHECKED)
    return Replayed(then=then, now=now, moved=moved, same=same, different=different)


def _report(exchange: Exchange, delivery: Delivery, digest: str) -> Report:
    found = [
        item for item in reports(exchange, delivery) if item.versions.digest.startswith(digest)
    ]
    if not found:
        raise ConfigurationError(
            f"{delivery.filename} 没有{'这样的' if digest else ''}报告 has no report "
            f"{digest}; `yrdx check --landed {delivery.sha256[:16]}` makes one"
        )
    return found[-1]


def _moved(then: Versions, now: Versions) -> Iterator[Moved]:
    for name in Versions.model_fields:
        before, after = getattr(then, name), getattr(now, name)
        if (before or None) == (after or None):
            continue
        if isinstance(before, dict):
            keys = sorted({*before, *after})
            changed = [key for key in keys if before.get(key) != after.get(key)]
            before = ", ".join(f"{key} {before.get(key, '—')}" for key in changed)
            after = ", ".join(f"{key} {after.get(key, '—')}" for key in changed)
        yield Moved(_WORDS.get(name, Text(zh=name, en=name)), str(before or "—"), str(after or "—"))


def _compared(
    exchange: Exchange, then: Report, folder: Path
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of the kept files that came out again, and of those that did not."""
    prefix = layout.checked_prefix(then.delivery, rules_digest=then.versions.digest)
    same: list[str] = []
    different: list[str] = []
    for item in exchange.store.list(prefix):
        name = item.key.removeprefix(prefix)
        kept = folder.parent / "kept"
        exchange.store.fetch(item.key, into=kept)
        (same if _is_same(folder / name, kept) else different).append(name)
    return tuple(same), tuple(different)


def _is_same(again: Path, kept: Path) -> bool:
    """Whether two files hold the same bytes; of receipts, but for the signature."""
    if not again.is_file():
        return False
    if again.name == RECEIPT:
        return unsigned(again.read_bytes()) == unsigned(kept.read_bytes())
    return artefact(again) == artefact(kept)
