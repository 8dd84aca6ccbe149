"""Opens zip archives with care: sizes are judged before anything is inflated, and while it is."""

from __future__ import annotations

import posixpath
import re
import shutil
import struct
import tempfile
import weakref
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from yrdx.reading.findings import refuse
from yrdx.reading.table import Refusal

PIECE = 4 << 20
LARGEST = 20 << 30
"""No content of an archive may be larger than this."""
LARGEST_WORKBOOK = 3 << 30
"""No workbook may inflate to more: a full sheet of 1,048,576 rows stays well below."""
RATIO = 150
RATIO_COUNTS_FROM = 64 << 20
"""Content this small may be packed however tightly."""

BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, KeyError, OSError, NotImplementedError,
    ET.ParseError, ValueError, IndexError,
)  # fmt: skip
"""What a broken archive or workbook makes the libraries raise."""

_IGNORED_NAMES = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})
_ARCHIVES = frozenset({".zip", ".rar", ".7z", ".gz", ".tar", ".tgz", ".bz2", ".xz"})
_TABLES = frozenset(
    {".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls", ".et", ".parquet", ".dbf", ".json"}
    | {".ndjson", ".jsonl"}
)
_BESIDE = frozenset({".cpg"})
"""Files that say something about the table of the same name."""
_UTF8_HAN = re.compile(rb"[\xe4-\xe9][\x80-\xbf]{2}")
_ENCRYPTED = 0x1
_UTF8_NAME = 0x800


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive, its name as the person who packed it sees it."""

    info: zipfile.ZipInfo
    name: str


class UnpackedTable:
    """A table unpacked into a folder of its own, which goes when nobody refers to it any more."""

    __slots__ = ("__weakref__", "path")

    def __init__(self, name: str) -> None:
        folder = Path(tempfile.mkdtemp(prefix="yrdx-"))
        self.path = folder / f"member{Path(name).suffix.lower()}"
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)


def judge_size(packed: int, unpacked: int, largest: int) -> Refusal | None:
    """Refuse what would inflate to more than `largest`, or out of all proportion."""
    ratio = unpacked // max(packed, 1)
    if unpacked > largest or (unpacked > RATIO_COUNTS_FROM and ratio > RATIO):
        return refuse("archive_is_a_bomb", size=_spell_size(unpacked), ratio=ratio)
    return None


def judge_workbook(book: zipfile.ZipFile) -> Refusal | None:
    """Refuse a workbook (.xlsx is a zip) that declares too much."""
    members = book.infolist()
    packed = sum(member.compress_size for member in members)
    unpacked = sum(member.file_size for member in members)
    return judge_size(packed, unpacked, LARGEST_WORKBOOK)


def find_table(archive: zipfile.ZipFile) -> Member | Refusal:
    """The one table of an archive, or why there is none that may be unpacked."""
    members = [
        Member(info, name_in_archive(info)) for info in archive.infolist() if not info.is_dir()
    ]
    for member in members:
        if _escapes(member.name):
            return refuse("archive_member_escapes_its_folder", member=member.name)
    kept = [member for member in members if not _is_litter(member.name)]
    nested = [member for member in kept if Path(member.name).suffix.lower() in _ARCHIVES]
    if nested:
        return refuse("archive_holds_an_archive", member=nested[0].name)
    tables = [member for member in kept if Path(member.name).suffix.lower() in _TABLES]
    tables = tables or kept
    if not tables:
        return refuse("archive_holds_no_table")
    if len(tables) > 1:
        names = "、".join(member.name for member in tables[:8])
        return refuse("archive_holds_several_tables", count=len(tables), members=names)
    member = tables[0]
    if member.info.flag_bits & _ENCRYPTED:
        return refuse("archive_is_password_protected")
    return judge_size(member.info.compress_size, member.info.file_size, LARGEST) or member


def unpack(archive: zipfile.ZipFile, member: Member) -> UnpackedTable | Refusal:
    """Inflate one member into a folder of its own, never more than it declares."""
    unpacked = UnpackedTable(member.name)
    written = 0
    try:
        with archive.open(member.info) as source, unpacked.path.open("wb") as target:
            while piece := source.read(PIECE):
                written += len(piece)
                target.write(piece)
        _unpack_beside(archive, member, unpacked)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, ValueError, OSError) as error:
        return refuse("file_is_damaged", kind="zip", detail=str(error))
    except zlib.error as error:
        return refuse("file_is_damaged", kind="zip", detail=str(error))
    return unpacked


def _unpack_beside(archive: zipfile.ZipFile, member: Member, unpacked: UnpackedTable) -> None:
    """Put the small files that speak of a table beside it."""
    stem = posixpath.splitext(member.name)[0].casefold()
    for info in archive.infolist():
        name, suffix = posixpath.splitext(name_in_archive(info))
        if info.flag_bits & _ENCRYPTED:
            continue
        if name.casefold() == stem and suffix.lower() in _BESIDE and info.file_size < PIECE:
            unpacked.path.with_suffix(suffix.lower()).write_bytes(archive.read(info))


def name_in_archive(info: zipfile.ZipInfo) -> str:
    """The name in the packer's encoding: what is not flagged UTF-8 is GB18030 in China."""
    if info.flag_bits & _UTF8_NAME:
        return info.orig_filename.replace("\\", "/")
    raw = info.orig_filename.encode("cp437", "replace")
    # Two Han characters of GB18030 may be valid UTF-8 by chance, though of other scripts.
    for encoding in ("utf-8", "gb18030") if _UTF8_HAN.search(raw) else ("gb18030",):
        try:
            return raw.decode(encoding).replace("\\", "/")
        except UnicodeDecodeError:
            continue
    return info.filename


def _escapes(name: str) -> bool:
    normal = posixpath.normpath(name)
    return normal.startswith(("/", "..")) or (len(name) > 1 and name[1] == ":") or "\0" in name


def _is_litter(name: str) -> bool:
    last = posixpath.basename(name)
    return (
        name.startswith("__MACOSX/")
        or last.startswith(("~$", "._", ".~"))
        or last.lower() in _IGNORED_NAMES
    )


def _spell_size(size: int) -> str:
    return f"{size / (1 << 30):.1f} GiB" if size >= 1 << 30 else f"{size / (1 << 20):.0f} MiB"
