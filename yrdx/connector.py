"""What a module in `connectors/` exports: a frozen `Config` with a `kind`, and two functions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from yrdx.model import Frozen, Offer


class Connector(Protocol):
    """How to fetch from one kind of source.

    A connector module has these three names at its top level. It does not retry, does not store
    and knows nothing of datasets. Raises `SourceUnavailable` (try later) or `SourceRefused`
    (a person must act) and nothing else.
    """

    Config: type[Frozen]
    """The source's settings in an agreement; `kind: Literal["<module name>"]` chooses it."""

    def offers(self, config: Frozen) -> Iterator[Offer]:
        """What is complete and ready, cheaply: a listing, no bytes."""
        ...

    def fetch(self, config: Frozen, offer: Offer, *, into: Path) -> None:
        """Write the bytes of one offer into a local file."""
        ...
