"""Discover: what the sources of a province hold ready and we have not landed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from types import ModuleType

from pydantic import ValidationError

from yrdx import catalogue
from yrdx.agreements import Agreement, Province
from yrdx.errors import ConfigurationError, TransientError, YrdxError
from yrdx.model import Frozen, Offer
from yrdx.pipeline.exchange import Exchange
from yrdx.store import layout
from yrdx.yaml_files import told

_PERIOD = re.compile(
    r"(?<![0-9])(20[0-9]{2}-20[0-9]{2}-[12]|20[0-9]{2}-20[0-9]{2}|20[0-9]{2})(?![0-9])"
)


class Arrival(Frozen):
    """An offer of a source that has not been landed yet."""

    province: str
    unit: str
    dataset: str
    offer: Offer

    @property
    def key(self) -> str:
        """Where it is written down once landed: same place and version, same bytes."""
        named = f"{self.offer.uri}\n{self.offer.version}".encode()
        return layout.landed_offer(
            province=self.province,
            unit=self.unit,
            dataset=self.dataset,
            digest=hashlib.sha256(named).hexdigest()[:32],
        )


class Unreachable(Frozen):
    """A source that could not be listed; `is_transient`: trying again may help."""

    unit: str
    dataset: str
    error: str
    is_transient: bool


class Discovery(Frozen):
    """What one look at all sources of a province found; one broken source hides no other."""

    arrivals: tuple[Arrival, ...]
    unreachable: tuple[Unreachable, ...]


def discover(exchange: Exchange, province: Province) -> Discovery:
    """List what has arrived, oldest first within a dataset.

    Datasets that others refer to come first, so that their snapshot can be there in time.
    """
    arrivals: list[Arrival] = []
    unreachable: list[Unreachable] = []
    for agreement in sorted(province.agreements, key=_referenced_first):
        try:
            arrivals.extend(_arrivals(exchange, province, agreement))
        except YrdxError as error:
            unreachable.append(
                Unreachable(
                    unit=agreement.unit,
                    dataset=agreement.dataset,
                    error=f"{type(error).__name__}: {error}",
                    is_transient=isinstance(error, TransientError),
                )
            )
    return Discovery(arrivals=tuple(arrivals), unreachable=tuple(unreachable))


def _referenced_first(agreement: Agreement) -> tuple[bool, str]:
    return (agreement.dataset != "institution", agreement.dataset)


def _arrivals(exchange: Exchange, province: Province, agreement: Agreement) -> Iterator[Arrival]:
    refuse_unknown_dataset(agreement, province=province)
    module, config = source_of(exchange, agreement, province=province)
    for offer in sorted(module.offers(config), key=lambda item: (item.modified_at, item.path)):
        arrival = Arrival(
            province=province.code, unit=agreement.unit, dataset=agreement.dataset, offer=offer
        )
        if exchange.store.head(arrival.key) is None:
            yield arrival


def refuse_unknown_dataset(agreement: Agreement, *, province: Province) -> None:
    """Raise `ConfigurationError` when an agreement names a dataset that nobody has described."""
    by = f"provinces/{province.filename}，单位 unit {agreement.unit}，dataset"
    catalogue.refuse_unknown(agreement.dataset, named_by=by)


def source_of(
    exchange: Exchange, agreement: Agreement, *, province: Province
) -> tuple[ModuleType, Frozen]:
    """The connector of an agreement, and the agreement's settings for it.

    Relative folders in the settings are meant from the home of the exchange.
    """
    module = catalogue.connector(str(agreement.source.get("kind")))
    try:
        home = exchange.settings.home.absolute()
        return module, module.Config.model_validate(agreement.source, context={"home": home})
    except ValidationError as error:
        raise ConfigurationError(
            f"provinces/{province.filename}: the source of {agreement.dataset} "
            f"({agreement.unit}) does not fit connectors/{agreement.source.get('kind')}.py: "
            f"{told(error)}"
        ) from None  # what pydantic says quotes what stands there


def period_of(path: str) -> str | None:
    """The period that a path states: `2025/list.xls`, `33_student_scale_2024-2025_v1.csv`."""
    return max(_PERIOD.findall(path), key=len, default=None)
