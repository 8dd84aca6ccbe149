"""Tells the format of a file by its first bytes, never by its name."""

from __future__ import annotations

import codecs
import re
import struct
import zipfile
from enum import StrEnum
from pathlib import Path

import olefile

from yrdx.model import Text
from yrdx.reading.dbf_fields import LONGEST_HEADER, VERSIONS, layout_of
from yrdx.reading.findings import refuse
from yrdx.reading.table import Refusal


class Format(StrEnum):
    """Formats that are read."""

    TEXT = "csv"
    XLSX = "xlsx"
    XLS = "xls"
    PARQUET = "parquet"
    DBF = "dbf"
    JSON = "json"
    ZIP = "zip"


_SCANS = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
    b"GIF8": "GIF",
    b"BM": "BMP",
    b"OFD": "OFD",
}
_OTHERS = {
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z",
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"SQLite format 3": "SQLite",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"ARROW1": "Arrow IPC",
    b"{\\rtf": "RTF",
}
_JSON = re.compile(
    rb'(?:\xef\xbb\xbf)?\s*(?:\{\s*["}]|\[\s*(?:[{\[\]"]|null|true|false|-?[0-9]+(?:\.[0-9]+)?\s*[,\]]))'
)
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")
"""Byte order marks of encodings in which a NUL is half a character."""
_ONE_IN = 20
"""Of so many octets of text one at most may be a NUL: a stray one, for the rules to find."""
_MARKUP = (b"<html", b"<!doctype", b"<?xml", b"<table", b"<meta", b"<workbook")


def detect(path: Path) -> Format | Refusal:
    """The format of a file, or a refusal that says what it is instead."""
    with path.open("rb") as file:
        start = file.read(4096)
    if not start.strip(b"\xef\xbb\xbf \t\r\n\0"):
        return refuse("file_is_empty")
    if refusal := _refuse_by_magic(start):
        return refusal
    if start.startswith(b"PAR1"):
        return Format.PARQUET
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_zip(path)
    if start.startswith(olefile.MAGIC):
        return _kind_of_compound(path)
    if start.removeprefix(b"\xef\xbb\xbf").lstrip()[:16].lower().startswith(_MARKUP):
        return refuse("file_type_is_not_accepted", kind=_kind_of_markup(start))
    if _is_dbf(path, start):
        return Format.DBF
    if _is_json(start):
        return Format.JSON
    if b"\0" in start and not start.startswith(_WIDE_MARKS) and not _is_text_with_nuls(start):
        return refuse("file_type_is_not_accepted", kind=_kind_of_binary(start))
    return Format.TEXT


def _refuse_by_magic(start: bytes) -> Refusal | None:
    for magic, kind in _SCANS.items():
        if start.startswith(magic) and not (magic == b"BM" and _looks_like_text(start)):
            return refuse("file_is_a_scan_or_image", kind=kind)
    for magic, kind in _OTHERS.items():
        if start.startswith(magic):
            return refuse("file_type_is_not_accepted", kind=kind)
    return None


def _is_dbf(path: Path, start: bytes) -> bool:
    if start[0] not in VERSIONS:
        return False
    with path.open("rb") as file:
        return layout_of(file.read(LONGEST_HEADER), path.stat().st_size) is not None


def _is_json(start: bytes) -> bool:
    """Whether a text begins as a JSON object, or as an array of values; no header of a CSV does."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        start = start.decode("utf-16", "ignore").encode()
    return _JSON.match(start) is not None


def _looks_like_text(start: bytes) -> bool:
    return b"\0" not in start and b"\n" in start


def _is_text_with_nuls(start: bytes) -> bool:
    """Whether NULs are strays within a text; of binary files and UTF-16 they are a good part."""
    if start.count(b"\0") * _ONE_IN > len(start):
        return False
    return any(_begins(start, codec) for codec in ("utf-8", "gb18030"))


def _begins(start: bytes, codec: str) -> bool:
    """Whether octets decode, but for a character that is cut off at their end."""
    try:
        codecs.getincrementaldecoder(codec)().decode(start)
    except UnicodeDecodeError:
        return False
    return True


def _kind_of_binary(start: bytes) -> Text:
    line = start[: start.index(b"\0")].count(b"\n") + 1
    return Text(
        zh=f"未知的二进制文件（第 {line} 行有空字符 NUL）",
        en=f"an unknown binary file (NUL in line {line})",
    )


def _kind_of_markup(start: bytes) -> Text:
    low = start.lower()
    if b"urn:schemas-microsoft-com:office:spreadsheet" in low:
        return Text(zh="XML 表格（Excel 2003 XML）", en="an XML spreadsheet of Excel 2003")
    if b"<html" in low or b"<table" in low:
        return Text(zh="网页（HTML）", en="a web page (HTML)")
    return Text(zh="XML", en="XML")


def _kind_of_zip(path: Path) -> Format | Refusal:
    """An .xlsx is a zip with a workbook in it; look at the names only."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        return refuse("file_is_damaged", kind="zip/xlsx", detail=str(error))
    if "xl/workbook.xml" in names:
        return Format.XLSX
    if "xl/workbook.bin" in names:
        return refuse("file_type_is_not_accepted", kind="xlsb")
    if "word/document.xml" in names:
        return refuse("file_type_is_not_accepted", kind="Word (docx)")
    if "ppt/presentation.xml" in names:
        return refuse("file_type_is_not_accepted", kind="PowerPoint (pptx)")
    if "content.xml" in names and "mimetype" in names:
        return refuse("file_type_is_not_accepted", kind="OpenDocument (ods)")
    if "OFD.xml" in names:
        return refuse("file_is_a_scan_or_image", kind="OFD")
    return Format.ZIP


def _kind_of_compound(path: Path) -> Format | Refusal:
    """An OLE container: an .xls, an encrypted .xlsx, or another program's document."""
    try:
        with olefile.OleFileIO(str(path)) as container:
            if container.exists("EncryptedPackage"):
                return refuse("file_is_password_protected")
            if container.exists("Workbook") or container.exists("Book"):
                return Format.XLS
            if container.exists("WordDocument"):
                return refuse("file_type_is_not_accepted", kind="Word (doc)")
    except (OSError, ValueError, IndexError, struct.error) as error:
        return refuse("file_is_damaged", kind="xls", detail=str(error))
    return refuse("file_type_is_not_accepted", kind="OLE")
