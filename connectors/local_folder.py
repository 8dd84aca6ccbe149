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
    source = config.root / offer.path
    try:
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
        raise SourceUnavailable(f"{source} cannot be read: {error}") from error
    if now.version != offer.version or into.stat().st_size != offer.size:
        raise SourceUnavailable(
            f"{source} changed since it was listed ({offer.version} became {now.version}); "
            f"it is fetched again when it has settled"
        )


def _listing(root: Path) -> Iterator[Offer]:
    def refuse(error: OSError) -> None:
        raise error

    for folder, _, names in os.walk(root, onerror=refuse):
        for name in names:
            path = Path(folder) / name
            if path.is_file() and not path.is_symlink():
                yield _offer(root, path)


def _offer(root: Path, path: Path) -> Offer:
    known = path.stat()
    return Offer(
        uri=path.as_uri() if path.is_absolute() else str(path),
        path=path.relative_to(root).as_posix(),
        size=known.st_size,
        modified_at=datetime.fromtimestamp(known.st_mtime, tz=UTC),
        version=f"{known.st_mtime_ns}-{known.st_size}",
    )
