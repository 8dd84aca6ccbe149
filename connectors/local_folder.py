"""Files that a partner puts into a folder which this machine sees: a mount, a 前置机 share."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from yrdx.connector import Completeness, complete
from yrdx.errors import SourceRefused, SourceUnavailable
from yrdx.model import Frozen, Offer


class Config(Frozen):
    """Where the folder is and which of its files are meant."""

    kind: Literal["local_folder"]
    root: Path = Field(description="the folder; relative to the home of the exchange")
    glob: str = Field(default="*", description="paths below root, for example institution/*")
    complete: Completeness = Completeness()

    @field_validator("root")
    @classmethod
    def _below_home(cls, value: Path, info: ValidationInfo) -> Path:
        home = (info.context or {}).get("home")
        return Path(home) / value if home is not None else value


def offers(config: Config) -> Iterator[Offer]:
    """The complete files below the folder."""
    try:
        listing = list(_listing(config.root))
    except PermissionError as error:
        raise SourceRefused(
            f"the folder {error.filename} may not be read; "
            f"give the account that runs the exchange read permission"
        ) from error
    except OSError as error:
        raise SourceUnavailable(
            f"the folder {config.root} cannot be listed: {error}; expected a folder that is "
            f"there; check that the share is mounted"
        ) from error
    yield from complete(listing, glob=config.glob, completeness=config.complete)


def fetch(config: Config, offer: Offer, *, into: Path) -> None:
    """Copy one file, and make sure that it did not change under our hands."""
    try:
        source = _named(config.root, offer.path)
        if not source.resolve().is_relative_to(config.root.resolve()):
            raise SourceRefused(
                f"{offer.path} leads out of the folder {config.root}; "
                f"only files below it are fetched"
            )
        shutil.copyfile(source, into)
        now = _offer(config.root, source)
    except PermissionError as error:
        raise SourceRefused(
            f"{error.filename} may not be read; "
            f"give the account that runs the exchange read permission"
        ) from error
    except OSError as error:
        raise SourceUnavailable(f"{config.root / offer.path} cannot be read: {error}") from error
    if now.version != offer.version or into.stat().st_size != offer.size:
        raise SourceUnavailable(
            f"{config.root / offer.path} changed since it was listed "
            f"({offer.version} became {now.version}); it is fetched again when it has settled"
        )


def _listing(root: Path) -> Iterator[Offer]:
    for path in _files(root):
        if path.is_file() and not path.is_symlink():
            yield _offer(root, path)


def _files(root: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        raise error

    for folder, _, names in os.walk(root, onerror=refuse):
        yield from (Path(folder) / name for name in names)


def _named(root: Path, told: str) -> Path:
    """The file that an offer names; one with a name in GB18030 is found by reading names again."""
    if (root / told).exists():
        return root / told
    return next((path for path in _files(root) if _told(root, path) == told), root / told)


def _told(root: Path, path: Path) -> str:
    """The path below the folder, each name read as UTF-8, or as the GB18030 that it is written in.

    Shares that old Windows machines write to show Chinese names in bytes that are no UTF-8.
    """
    names = (os.fsencode(name) for name in path.relative_to(root).parts)
    return "/".join(
        name.decode("utf-8" if _is_utf8(name) else "gb18030", errors="replace") for name in names
    )


def _is_utf8(name: bytes) -> bool:
    try:
        name.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _offer(root: Path, path: Path) -> Offer:
    known = path.stat()
    return Offer(
        uri=path.as_uri() if path.is_absolute() else str(path),
        path=_told(root, path),
        size=known.st_size,
        modified_at=datetime.fromtimestamp(known.st_mtime, tz=UTC),
        version=f"{known.st_mtime_ns}-{known.st_size}",
    )
