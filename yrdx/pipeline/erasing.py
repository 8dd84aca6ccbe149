"""Erase: a person, or a delivery that was taken back, out of everything the exchange holds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from yrdx import catalogue
from yrdx.contract.version_files import OF_FILES, version_files
from yrdx.erasing import delivery_target, erase, person_target
from yrdx.errors import ConfigurationError
from yrdx.model import Delivery
from yrdx.model.erasure import ErasureProof, Request, Scope
from yrdx.pipeline.cataloguing import refresh_catalog
from yrdx.pipeline.exchange import Exchange
from yrdx.publication import Manifest
from yrdx.store import layout


def erase_person(
    exchange: Exchange,
    keys: Iterable[str],
    *,
    request: str,
    by: str,
    reason: str,
    at: datetime,
    apply: bool,
) -> ErasureProof:
    """Erase the rows of a person, given by all keys that stand for them.

    Without `apply` the answer says what would happen. Nothing written tells who it was. A province
    that delivers the person again brings them back: it has to erase them at its own source.
    """
    proof = erase(
        exchange.store,
        person_target(keys),
        request=_request(request, Scope.PERSON, by=by, reason=reason, at=at),
        verified_at=at,
        apply=apply,
        key_file=exchange.settings.signing_key_file,
        describe=_described,
    )
    return _told(exchange, proof, apply=apply)


def erase_delivery(
    exchange: Exchange,
    delivery: Delivery,
    *,
    request: str,
    by: str,
    reason: str,
    at: datetime,
    apply: bool,
) -> ErasureProof:
    """Erase a delivery and its rows from all versions; what it replaced does not come back by it.

    Raises `ConfigurationError` for one that is admitted: take it back first, and publish, so that
    readers learn of it by a version like any other.
    """
    keys = [item.key for item in exchange.store.list(layout.admitted_delivery(delivery))]
    if layout.in_force(keys):
        raise ConfigurationError(
            f"{delivery.filename} 仍在使用 is admitted and in use; 请先撤回并发布 first run: "
            f"yrdx withdraw {delivery.sha256[:16]} --reason …, yrdx publish {delivery.dataset}"
        )
    proof = erase(
        exchange.store,
        delivery_target(delivery),
        request=_request(request, Scope.DELIVERY, by=by, reason=reason, at=at),
        verified_at=at,
        apply=apply,
        key_file=exchange.settings.signing_key_file,
        describe=_described,
    )
    return _told(exchange, proof, apply=apply)


def _described(manifest: Manifest) -> dict[str, bytes]:
    """The documents of a version that tell of its files."""
    if manifest.dataset not in catalogue.published_names():
        return {}
    documents = version_files(catalogue.dataset(manifest.dataset), manifest)
    return {name: documents[name] for name in OF_FILES}


def _told(exchange: Exchange, proof: ErasureProof, *, apply: bool) -> ErasureProof:
    if apply:
        refresh_catalog(exchange.store)
    return proof


def _request(name: str, scope: Scope, *, by: str, reason: str, at: datetime) -> Request:
    if not by.strip() or not reason.strip():
        raise ConfigurationError("请写明要求删除的单位和理由 state who asks for it, and why")
    return Request(request=name, scope=scope, by=by.strip(), reason=reason.strip(), at=at)
