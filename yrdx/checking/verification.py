"""Whether a receipt is what the exchange issued: its bytes, its signature, its files, its chain.

Nothing is asked of anybody: the receipt, what lies beside it and a published key are enough.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from yrdx.checking.proof import artefact, canonical, digest_of
from yrdx.checking.receipt_values import Receipt
from yrdx.checking.signing import PublicKey
from yrdx.model import Text
from yrdx.store.content import both_digests


class Outcome(StrEnum):
    """What became of one thing that was verified."""

    GOOD = "good"
    BROKEN = "broken"
    UNKNOWN = "unknown"  # not at hand, or nothing that it could be compared with


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that was verified."""

    outcome: Outcome
    text: Text


@dataclass(frozen=True, slots=True)
class Verification:
    """All that was verified of one receipt; `receipt` is None where none could be read."""

    points: tuple[Point, ...]
    receipt: Receipt | None = None

    @property
    def is_broken(self) -> bool:
        """Whether anything does not fit."""
        return any(point.outcome is Outcome.BROKEN for point in self.points)


def verify(
    receipt: bytes,
    *,
    folder: Path | None = None,
    file: Path | None = None,
    previous: Sequence[bytes] = (),
    trusted: Sequence[PublicKey] = (),
) -> Verification:
    """Verify a receipt; with `folder` the files beside it, with `file` the delivered one.

    `previous` are receipts of earlier attempts, in any order. With `trusted` keys a receipt must
    be signed by one of them.
    """
    try:
        content = json.loads(receipt)
        read = Receipt.model_validate(content)
        spelt = canonical(content)
    except (ValueError, ValidationError, TypeError, RecursionError):
        return Verification((_broken("不是回执，或已被改动", "no receipt, or it was changed"),))
    if read.proof is None:
        return Verification(
            (_broken("这份回执没有证明信息（旧版回执）", "this receipt has no proof: an old one"),)
        )
    points = [_content(receipt, spelt, content), _signature(read, content, trusted)]
    if folder is not None:
        points += _artefacts(read, folder)
    points += _file(read, file) if file is not None else ()
    points += _chain(read, previous, trusted)
    return Verification(tuple(points), read)


def _good(zh: str, en: str) -> Point:
    return Point(Outcome.GOOD, Text(zh=zh, en=en))


def _broken(zh: str, en: str) -> Point:
    return Point(Outcome.BROKEN, Text(zh=zh, en=en))


def _unknown(zh: str, en: str) -> Point:
    return Point(Outcome.UNKNOWN, Text(zh=zh, en=en))


def _content(receipt: bytes, spelt: bytes, content: Mapping[str, Any]) -> Point:
    """The one canonical spelling, and the digest of all of it."""
    if receipt != spelt or content["proof"]["digest"] != digest_of(content):
        return _broken("回执内容已被改动", "the content of the receipt was changed")
    return _good("回执内容完整，未被改动", "the content of the receipt is whole and unchanged")


def _signature(receipt: Receipt, content: Mapping[str, Any], trusted: Sequence[PublicKey]) -> Point:
    signature = receipt.proof.signature if receipt.proof else None
    if signature is None:
        if trusted and not receipt.trial:
            return _broken(
                "回执没有签名，不能证明由数据交换中心出具",
                "the receipt is not signed: nothing proves that the exchange issued it",
            )
        why = Text(zh="自查结果，不签名", en="a dry run is never signed")
        if not receipt.trial:
            why = Text(
                zh="回执没有签名：只能证明内容前后一致，不能证明由谁出具",
                en="the receipt is not signed: it agrees with itself, but nobody vouches for it",
            )
        return Point(Outcome.UNKNOWN, why)
    key = signature.key
    if not key.has_signed(digest_of(content), signature=signature.value):
        return _broken("签名与内容不符", "the signature does not fit the content")
    if key in trusted:
        return _good(
            f"签名有效，公钥可信（指纹 {key.fingerprint}）",
            f"signed by a key that is trusted (fingerprint {key.fingerprint})",
        )
    if trusted:
        return _broken(
            f"签名所用的公钥不是数据交换中心公布的（指纹 {key.fingerprint}）",
            f"signed by a key that the exchange did not publish (fingerprint {key.fingerprint})",
        )
    return _unknown(
        f"签名与回执自带的公钥相符；请与公布的指纹核对：{key.fingerprint}",
        f"signed by the key in the receipt; compare with the published one: {key.fingerprint}",
    )


def _artefacts(receipt: Receipt, folder: Path) -> Iterator[Point]:
    known = receipt.proof.artefacts if receipt.proof else {}
    absent = []
    for name, expected in known.items():
        path = folder / name
        if Path(name).name != name or not path.is_file():
            absent.append(name)
        elif artefact(path) != expected:
            yield _broken(f"附件 {name} 已被改动", f"{name} was changed")
        else:
            yield _good(f"附件 {name} 未被改动", f"{name} is unchanged")
    if absent:
        names = "、".join(absent)
        yield _unknown(f"未随回执提供，未核对：{names}", f"not at hand, not verified: {names}")


def _file(receipt: Receipt, file: Path) -> Iterator[Point]:
    delivery = receipt.delivery
    if both_digests(file) == (delivery.sha256, delivery.sm3):
        yield _good(
            f"{file.name} 就是回执所说的文件（SHA-256 与 SM3 一致）",
            f"{file.name} is the file that the receipt speaks of (SHA-256 and SM3 agree)",
        )
    else:
        yield _broken(
            f"{file.name} 不是回执所说的文件（{delivery.filename}）",
            f"{file.name} is not the file that the receipt speaks of ({delivery.filename})",
        )


def _chain(
    receipt: Receipt, previous: Sequence[bytes], trusted: Sequence[PublicKey]
) -> Iterator[Point]:
    """Follow the receipts of earlier attempts as far as they are at hand."""
    given = {hashlib.sha256(body).hexdigest(): body for body in previous}
    known = {digest: name for name, body in given.items() for digest in _replaced_by(body)}
    used: set[str] = set()
    while (before := receipt.proof.previous if receipt.proof else None) is not None:
        name = known.get(before.sha256, before.sha256)
        body = given.get(name)
        if body is None:
            if len(used) == len(given):
                yield _unknown(
                    f"接续回执 {before.number}，未提供，未核对",
                    f"follows receipt {before.number}, which is not at hand",
                )
            break
        used.add(name)
        verified = verify_alone(body, trusted=trusted)
        if verified.receipt is None or verified.is_broken:
            yield _broken(f"回执 {before.number} 已被改动", f"receipt {before.number} was changed")
            break
        since = name != before.sha256
        yield _good(
            f"接续第 {before.attempt or 1} 次报送的回执 {before.number}，摘要一致"
            + "（其中个人信息已依法删除，重新出具）" * since,
            f"follows receipt {before.number} of attempt {before.attempt or 1}; digests agree"
            + " (issued anew since personal data was erased from it)" * since,
        )
        receipt = verified.receipt
    if len(used) < len(given):
        yield _broken(
            f"{len(given) - len(used)} 份所给的回执不在这条回执链上，或已被改动",
            f"{len(given) - len(used)} of the receipts given do not belong to this chain, or were "
            "changed",
        )


def _replaced_by(receipt: bytes) -> tuple[str, ...]:
    """The digests that a receipt had before something was erased from it."""
    try:
        proof = Receipt.model_validate_json(receipt).proof
    except ValidationError:
        return ()
    return proof.replaces if proof else ()


def verify_alone(receipt: bytes, *, trusted: Sequence[PublicKey]) -> Verification:
    """Content and signature of one receipt, without its files and its chain."""
    whole = verify(receipt, trusted=trusted)
    return Verification(whole.points[:2], whole.receipt)
