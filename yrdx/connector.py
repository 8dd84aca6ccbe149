"""What a module in `connectors/` exports: a frozen `Config` with a `kind`, and two functions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Literal, Protocol, Self

from pydantic import Field, field_validator, model_validator

from yrdx.model import Frozen, Offer

MARKER = ".ok"
"""Suffix of the empty file by which a partner says that the file beside it is complete."""

_UNFINISHED = re.compile(
    r"(^|/)(~\$|~|\.|Thumbs\.db$|desktop\.ini$|__MACOSX/)"
    r"|\.(tmp|temp|part|partial|filepart|crdownload|download|swp|lock|uploading)$",
    re.IGNORECASE,
)
"""Names under which programs keep what nobody has delivered: locks, previews, half transfers."""


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


class Completeness(Frozen):
    """How a source of files tells the ready ones from those still being written.

    With `by: marker` a file counts once `<file>.ok` lies beside it and is not older: a marker
    older than its file belongs to the version before. With `by: name` a file counts when its name
    has the agreed form, under which the partner puts it only when it is whole.
    """

    by: Literal["marker", "name"] = "marker"
    name: str | None = Field(default=None, description="regular expression, for `by: name`")

    @field_validator("name")
    @classmethod
    def _compiles(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                re.compile(value)
            except re.error as error:
                raise ValueError(f"{value!r} is no regular expression: {error}") from error
        return value

    @model_validator(mode="after")
    def _has_a_name_to_match(self) -> Self:
        if (self.by == "name") != (self.name is not None):
            raise ValueError("give `name`, a regular expression, with `by: name` and only there")
        return self


def complete(listing: Iterable[Offer], *, glob: str, completeness: Completeness) -> Iterator[Offer]:
    """The offers of a listing that are whole, in the order of their paths.

    `glob` is matched with the whole relative path; its `*` also matches `/`.
    """
    offers = {offer.path: offer for offer in listing}
    for path in sorted(offers):
        if path.endswith(MARKER) or _UNFINISHED.search(path) or not fnmatchcase(path, glob):
            continue
        if completeness.name is not None:
            ready = re.fullmatch(completeness.name, PurePosixPath(path).name) is not None
        else:
            marker = offers.get(path + MARKER)
            ready = marker is not None and marker.modified_at >= offers[path].modified_at
        if ready:
            yield offers[path]
