"""An object store in a local directory: objects are plain files at `<root>/<key>`.

Beside them, in `<root>/.yrdx`, lie the recorded digests, the files still being written and the
lock that writers take to commit. The order of the steps makes a crash harmless: the digest is
recorded before the object appears, and the object appears by one `link` or `rename`.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, BinaryIO

from yrdx.errors import (
    ConfigurationError,
    IntegrityError,
    PublishConflict,
    SourceRefused,
    SourceUnavailable,
)
from yrdx.store import locks
from yrdx.store.content import CHUNK, chunks, digest_and_size, whole_file
from yrdx.store.keys import OWN, checked_key, checked_prefix
from yrdx.store.port import Body, ObjectInfo

_READS = 5
_ABSENT = (FileNotFoundError, NotADirectoryError, IsADirectoryError)


def open_local(root: Path) -> LocalStore:
    """The store in `root`, made if absent, cleared of what a crashed writer left unfinished."""
    store = LocalStore(root.resolve())
    own = store.root / OWN
    try:
        for name in ("sha256", "tmp"):
            (own / name).mkdir(parents=True, exist_ok=True)
        store.clear_unfinished()
    except OSError as error:
        raise ConfigurationError(
            f"YRDX_STORE：{root} 不能作为存储，请建立一个可以写入的文件夹，或指定另一个 "
            f"cannot hold a store ({error.strerror}): expected a directory that this process may "
            f"write; create it or name another one"
        ) from error
    return store


@dataclass(frozen=True, slots=True)
class LocalStore:
    """The `ObjectStore` in the directory `root`; see `open_local`."""

    root: Path

    def put_if_absent(self, key: str, body: Body) -> ObjectInfo:
        """Store `body` under `key`, whole or not at all; other bytes there are a conflict."""
        target = self._path(key)
        if target.is_file():
            return self._same_or_conflict(key, digest_and_size(body)[0])
        with self._file_system(key), self._staged(chunks(body)) as (staged, digest):
            return self._link(key, staged, digest)

    def replace_if_match(self, key: str, body: bytes, *, expected: str | None) -> ObjectInfo:
        """Replace a small object under the lock if its bytes have the digest `expected`."""
        target = self._path(key)
        with self._file_system(key), self._staged([body]) as (staged, digest), self._locked():
            current = self._current_digest(key)
            if current not in (expected, digest):
                raise PublishConflict(
                    f"{key} holds sha256 {current}, expected {expected}: another writer came "
                    f"first. Read it again and redo the step."
                )
            if current != digest:
                self._make_folder(target.parent, key)
                # Readers see old or new bytes; both digests are good until the rename is over.
                self._record(key, {digest} if current is None else {digest, current})
                staged.replace(target)
                _flush_folder(target.parent)
                self._record(key, {digest})
        return self._known(key)

    def get(self, key: str) -> bytes:
        """The whole of a small object, verified."""
        sink = io.BytesIO()
        self._read_into(key, sink)
        return sink.getvalue()

    def fetch(self, key: str, *, into: Path) -> ObjectInfo:
        """Copy an object into a local file, verified."""
        with whole_file(into) as file:
            return self._read_into(key, file)

    def head(self, key: str) -> ObjectInfo | None:
        """What is known of `key`, or None when absent."""
        path = self._path(key)
        with self._file_system(key):
            for _ in range(_READS):
                try:
                    with path.open("rb") as file:
                        info = self._describe(key, file)
                        if path.stat().st_ino == os.fstat(file.fileno()).st_ino:
                            return info
                except _ABSENT:
                    return None
        raise SourceUnavailable(f"{key} is being replaced again and again. Try again later.")

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        """All objects whose key starts with `prefix`, in key order."""
        folder, _, _ = checked_prefix(prefix).rpartition("/")
        with self._file_system(prefix):
            yield from self._walk(folder + "/" if folder else "", prefix)

    def copy(self, source: str, target: str) -> ObjectInfo:
        """Copy an object inside the directory, verified; other bytes there are a conflict."""
        with self._file_system(source), self._staged(()) as (staged, _):
            with staged.open("r+b") as file:
                digest = self._read_into(source, file).sha256
                _flush(file)
            assert digest is not None  # noqa: S101 - _read_into has verified it
            return self._link(target, staged, digest)

    def delete(self, key: str) -> None:
        """Remove `key` and the folders that it leaves empty; absent is fine."""
        path = self._path(key)
        with self._file_system(key), self._locked():
            for file, top in ((path, self.root), (self._note(key), self.root / OWN / "sha256")):
                try:
                    file.unlink()
                except _ABSENT:
                    continue
                _remove_empty_folders(file.parent, top)

    def presign(self, key: str, *, expires: timedelta) -> str:  # noqa: ARG002 - files never expire
        """A `file://` link; it works for whoever may read the directory."""
        return self._path(key).as_uri()

    def uri(self, key: str) -> str:
        """The absolute path of the object, with `/` between folders on every system."""
        return self._path(key).as_posix()

    def clear_unfinished(self) -> None:
        """Remove the files that no living writer is writing."""
        with self._locked():
            for path in (self.root / OWN / "tmp").iterdir():
                try:
                    with path.open("rb") as file:
                        if locks.is_left_behind(file):
                            path.unlink(missing_ok=True)
                except FileNotFoundError:
                    continue  # its writer has finished since we listed

    def _path(self, key: str) -> Path:
        return self.root / checked_key(key)

    def _note(self, key: str) -> Path:
        return self.root / OWN / "sha256" / checked_key(key)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One writer commits at a time, across processes; readers never wait."""
        with (self.root / OWN / "lock").open("ab") as file, locks.held(file):
            yield

    @contextmanager
    def _staged(self, content: Iterable[bytes]) -> Iterator[tuple[Path, str]]:
        """A temporary file with `content` on disk, and its digest; locked while it is in use."""
        path = self.root / OWN / "tmp" / uuid.uuid4().hex
        with self._locked():  # or clear_unfinished could take it between these two lines
            file = open(path, "xb", opener=_for_all_to_read)  # noqa: SIM115 - closed below
            locks.mark_as_being_written(file)
        try:
            with file:
                sha256 = hashlib.sha256()
                for chunk in content:
                    file.write(chunk)
                    sha256.update(chunk)
                _flush(file)
                if not locks.ARE_THERE:
                    file.close()  # for Windows, which renames no open file
                yield path, sha256.hexdigest()
        finally:
            path.unlink(missing_ok=True)

    def _link(self, key: str, staged: Path, digest: str) -> ObjectInfo:
        target = self._path(key)
        with self._locked():
            if not target.is_file():
                self._make_folder(target.parent, key)
                if target.is_dir():
                    raise _folder_and_object(key)
                self._record(key, {digest})
                os.link(staged, target)
                _flush_folder(target.parent)
        return self._same_or_conflict(key, digest)

    def _same_or_conflict(self, key: str, digest: str) -> ObjectInfo:
        info = self._known(key)
        if info.sha256 is None:
            raise _unrecorded(key)
        if info.sha256 != digest:
            raise PublishConflict(
                f"{key} holds other bytes already: sha256 {info.sha256}, ours {digest}. Stored "
                f"objects never change; write to a new key."
            )
        return info

    def _known(self, key: str) -> ObjectInfo:
        info = self.head(key)
        if info is None:
            raise SourceUnavailable(f"{key} was removed while it was written. Try again.")
        return info

    def _current_digest(self, key: str) -> str | None:
        try:
            return hashlib.sha256(self.get(key)).hexdigest()
        except KeyError:
            return None

    def _describe(self, key: str, file: io.BufferedReader) -> ObjectInfo:
        stat, recorded = os.fstat(file.fileno()), self._recorded(key)
        if len(recorded) > 1:  # a replacement is under way or was cut short: look at the bytes
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            recorded &= {digest}
        return ObjectInfo(
            key=key,
            size=stat.st_size,
            sha256=next(iter(recorded), None),
            modified_at=datetime.fromtimestamp(stat.st_mtime, UTC),
        )

    def _read_into(self, key: str, sink: BinaryIO) -> ObjectInfo:
        path, digest = self._path(key), ""
        with self._file_system(key):
            for _ in range(_READS):
                sink.seek(0)
                sink.truncate()
                try:
                    with path.open("rb") as file:
                        digest, stat = _copy_bytes(file, sink), os.fstat(file.fileno())
                except _ABSENT as error:
                    raise KeyError(key) from error
                recorded = self._recorded(key)
                if digest in recorded:
                    modified_at = datetime.fromtimestamp(stat.st_mtime, UTC)
                    return ObjectInfo(key, stat.st_size, digest, modified_at)
                if not recorded:
                    break
        if not recorded:
            raise _unrecorded(key)
        raise IntegrityError(
            f"{key} has sha256 {digest}, expected {' or '.join(sorted(recorded))}: the file was "
            f"changed or damaged. Restore it from a backup, or delete it and run the step again."
        )

    def _record(self, key: str, digests: set[str]) -> None:
        note = self._note(key)
        self._make_folder(note.parent, key)
        with self.root.joinpath(OWN, "note").open("w", encoding="ascii") as file:
            file.write("".join(f"{one}\n" for one in sorted(digests)))
            _flush(file)
        self.root.joinpath(OWN, "note").replace(note)
        _flush_folder(note.parent)

    def _recorded(self, key: str) -> set[str]:
        try:
            return set(self._note(key).read_text(encoding="ascii").split())
        except _ABSENT:
            return set()

    def _make_folder(self, folder: Path, key: str) -> None:
        if folder.is_dir():
            return
        if folder.exists():
            raise _folder_and_object(key)
        self._make_folder(folder.parent, key)
        folder.mkdir(exist_ok=True)
        _flush_folder(folder.parent)

    def _walk(self, folder: str, prefix: str) -> Iterator[ObjectInfo]:
        try:
            entries = [one for one in os.scandir(self.root / folder) if one.name[0] != "."]
        except _ABSENT:
            return
        named = {f"{folder}{one.name}{'/' * one.is_dir()}": one for one in entries}
        for name in sorted(named):
            if name.endswith("/"):
                if name.startswith(prefix) or prefix.startswith(name):
                    yield from self._walk(name, prefix)
            elif name.startswith(prefix):
                try:
                    stat = named[name].stat()
                except FileNotFoundError:  # removed while we list
                    continue
                modified_at = datetime.fromtimestamp(stat.st_mtime, UTC)
                yield ObjectInfo(name, stat.st_size, None, modified_at)

    @contextmanager
    def _file_system(self, key: str) -> Iterator[None]:
        """Translates what the file system says into the error tree."""
        try:
            yield
        except PermissionError as error:
            raise SourceRefused(
                f"The file system refused {key} in {self.root} ({error.strerror}). Give this "
                f"account the right to read and write the directory."
            ) from error
        except FileNotFoundError:
            raise  # the caller's own file is not there
        except OSError as error:
            reason = errno.errorcode.get(error.errno or 0, "EIO")
            raise SourceUnavailable(
                f"The file system failed on {key} in {self.root} ({reason}: {error.strerror}). "
                f"Nothing was stored. See that the disk has room and is sound, and try again."
            ) from error


def _copy_bytes(source: BinaryIO, sink: BinaryIO) -> str:
    sha256 = hashlib.sha256()
    while chunk := source.read(CHUNK):
        sha256.update(chunk)
        sink.write(chunk)
    return sha256.hexdigest()


def _flush(file: IO[str] | IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _for_all_to_read(path: str, flags: int) -> int:
    """0o644 cut by the umask: whoever may read the folder may read the objects."""
    return os.open(path, flags, 0o644)


def _flush_folder(folder: Path) -> None:
    """A name is on disk only when its folder is; Windows sees to that itself."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_empty_folders(folder: Path, top: Path) -> None:
    while folder != top:
        try:
            folder.rmdir()
        except OSError:  # not empty
            return
        folder = folder.parent


def _folder_and_object(key: str) -> ValueError:
    return ValueError(
        f"{key!r} would make one name both an object and a folder. Expected keys where no object "
        f"`a` lies beside `a/b`; build keys with yrdx.store.layout."
    )


def _unrecorded(key: str) -> IntegrityError:
    return IntegrityError(
        f"{key} has no recorded sha256: other software put it there. Expected only objects that "
        f"yrdx wrote; remove it and deliver it through the exchange."
    )
