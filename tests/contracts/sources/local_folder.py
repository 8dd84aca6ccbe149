"""A folder on this machine, as the connector contract drives it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from connectors import local_folder
from yrdx.connector import Completeness


class Source:
    def __init__(self, root: Path) -> None:
        self.root = root

    def config(self, *, complete: Completeness, glob: str = "*") -> local_folder.Config:
        return local_folder.Config(
            kind="local_folder", root=self.root, glob=glob, complete=complete
        )

    def put(self, path: str, body: bytes, *, at: datetime | None = None) -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(body)
        if at is not None:
            os.utime(target, (at.timestamp(), at.timestamp()))

    def remove(self, path: str) -> None:
        (self.root / path).unlink()

    def unreachable(self) -> local_folder.Config:
        return local_folder.Config(kind="local_folder", root=self.root / "not-mounted")


@contextmanager
def open_source(tmp_path: Path) -> Iterator[Source]:
    root = tmp_path / "inbox"
    root.mkdir()
    yield Source(root)
