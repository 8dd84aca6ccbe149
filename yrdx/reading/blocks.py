"""A text file in any encoding as a polars source: blocks of whole records, parsed in order.

Blocks are cut at line ends of the raw bytes. That is safe in GB18030, where the bytes of line
end, quote, comma and tab never occur inside a character. Transcoding is the C library's, which
lets other threads run; where it has no iconv, Python's own codec does the same, slower.
"""

from __future__ import annotations

import codecs
import ctypes
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
from polars.io.plugins import register_io_source

from yrdx.reading.encoding import Encoding
from yrdx.reading.table import ROW

BLOCK = 4 << 20
WORKERS = 2
AHEAD = 3
LONGEST_RECORD = 64 << 20
"""A record longer than this is no record: a quotation mark was left open."""
_LOCAL = threading.local()
_FAILED = ctypes.c_size_t(-1).value


class UnreadableText(Exception):
    """Text that does not decode, or does not split into cells, met in the middle of a file."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text file separates cells and records; `quote` is None where nothing is quoted."""

    separator: str = ","
    quote: str | None = '"'
    line_end: str = "\n"


@dataclass(frozen=True, slots=True)
class TextSource:
    """Where the records of a text file start: `skip` physical lines, `first` the record's number.

    `columns` are the names of the frame's columns, `_row` apart.
    """

    path: Path
    encoding: Encoding
    dialect: Dialect
    skip: int
    first: int
    columns: tuple[str, ...]

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """The polars schema of the parsed columns: text throughout."""
        return {name: pl.String() for name in self.columns}

    @property
    def options(self) -> dict[str, Any]:
        """What polars must know to split records, on either path the same."""
        return {
            "has_header": False,
            "separator": self.dialect.separator,
            "quote_char": self.dialect.quote,
            "eol_char": self.dialect.line_end,
            "infer_schema": False,
            "null_values": "",
            "schema": self.schema,
            "missing_columns": "insert",
            "extra_columns": "ignore",
            "truncate_ragged_lines": True,
        }


def scan_blocks(source: TextSource) -> pl.LazyFrame:
    """A lazy frame over a text file that is not UTF-8, with the same columns as `scan_csv`."""

    def generate(
        with_columns: list[str] | None,
        predicate: pl.Expr | None,
        n_rows: int | None,
        _batch_size: int | None,
    ) -> Iterator[pl.DataFrame]:
        for frame in _numbered(source, n_rows):
            wanted = frame if predicate is None else frame.filter(predicate)
            yield wanted if with_columns is None else wanted.select(with_columns)

    schema = {ROW: pl.UInt32(), **source.schema}
    return register_io_source(generate, schema=schema, is_pure=True)


def _numbered(source: TextSource, n_rows: int | None) -> Iterator[pl.DataFrame]:
    """Parsed blocks in the order of the file, with the number of each record."""
    row = source.first
    left = n_rows
    for frame in _parsed(source):
        part = frame if left is None else frame.head(left)
        numbers = pl.int_range(row, row + part.height, dtype=pl.UInt32, eager=True).alias(ROW)
        yield part.insert_column(0, numbers)
        row += part.height
        if left is not None:
            left -= part.height
            if left <= 0:
                return


def _parsed(source: TextSource) -> Iterator[pl.DataFrame]:
    """Blocks transcoded and parsed by a few threads, a few blocks ahead of the reader."""
    with ThreadPoolExecutor(WORKERS) as pool:
        waiting: deque[Any] = deque()
        for block in raw_blocks(source):
            waiting.append(pool.submit(_parse, block, source))
            if len(waiting) > AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _parse(block: bytes, source: TextSource) -> pl.DataFrame:
    try:
        text = to_utf8(block) if source.encoding is Encoding.GB18030 else block
        return pl.read_csv(text, **source.options)
    except UnicodeDecodeError as error:
        raise UnreadableText(f"{source.path.name}: {error.reason}") from error
    except pl.exceptions.PolarsError as error:
        raise UnreadableText(f"{source.path.name}: {error}") from error


def raw_blocks(source: TextSource) -> Iterator[bytes]:
    """Blocks of whole records as bytes; UTF-16 comes as UTF-8, any other encoding as it is."""
    end = source.dialect.line_end.encode()
    quote = source.dialect.quote.encode() if source.dialect.quote else None
    rest = b""
    skip = source.skip
    for piece in _pieces(source.path, source.encoding):
        block = rest + piece
        while skip:
            cut = block.find(end) + 1
            if not cut:
                break
            block, skip = block[cut:], skip - 1
        cut = 0 if skip else _whole_records(block, end, quote)
        rest = block[cut:]
        if cut:
            yield block[:cut]
        if len(rest) > LONGEST_RECORD:
            raise UnreadableText(f"{source.path.name}: a quotation mark is not closed")
    if rest and not skip:
        yield rest


def _whole_records(block: bytes, end: bytes, quote: bytes | None) -> int:
    """Length of the longest start of a block that ends with a record, 0 if there is none."""
    cut = block.rfind(end) + 1
    if not quote or quote not in block:
        return cut
    # Seen from the front, an odd number of quotes before a line end means "inside a cell".
    inside = block.count(quote, 0, cut) % 2
    while cut and inside:
        before = block.rfind(end, 0, cut - 1) + 1
        inside ^= block.count(quote, before, cut) % 2
        cut = before
    return cut


def _pieces(path: Path, encoding: Encoding) -> Iterator[bytes]:
    with path.open("rb", buffering=0) as file:
        if encoding in (Encoding.UTF_16_LE, Encoding.UTF_16_BE):
            yield from _from_utf16(file.read, encoding)
            return
        while block := file.read(BLOCK):
            yield block


def _from_utf16(read: Callable[[int], bytes], encoding: Encoding) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(str(encoding).lower())()
    try:
        while block := read(BLOCK):
            yield decoder.decode(block).lstrip("\ufeff").encode()
        decoder.decode(b"", final=True)
    except UnicodeError as error:
        raise UnreadableText(f"not {encoding}: {error}") from error


@cache
def _libc() -> Any:
    """The C library if it converts GB18030, else None."""
    try:
        library = ctypes.CDLL(None)
        library.iconv_open.restype = ctypes.c_void_p
        library.iconv_open.argtypes = [ctypes.c_char_p, ctypes.c_char_p]
        library.iconv.argtypes = [ctypes.c_void_p] + [ctypes.c_void_p] * 4
        library.iconv.restype = ctypes.c_size_t
    except (OSError, AttributeError, TypeError):  # Windows wants a name, and has no iconv
        return None
    return library if library.iconv_open(b"UTF-8", b"GB18030") not in (None, _FAILED) else None


def to_utf8(content: bytes) -> bytes:
    """GB18030 bytes as UTF-8, strictly.

    Raises:
        UnicodeDecodeError: the bytes are not GB18030.
    """
    library = _libc()
    if library is None:
        return by_python(content)
    return _by_iconv(library, content)


def by_python(content: bytes) -> bytes:
    """The same by Python's codec, where the C library does not convert GB18030."""
    return content.decode("gb18030").encode()


def _by_iconv(library: Any, content: bytes) -> bytes:
    if not hasattr(_LOCAL, "converter"):
        _LOCAL.converter = library.iconv_open(b"UTF-8", b"GB18030")
    room = len(content) * 2 + 64
    out = ctypes.create_string_buffer(room) if room > getattr(_LOCAL, "room", 0) else _LOCAL.out
    _LOCAL.out, _LOCAL.room = out, max(room, getattr(_LOCAL, "room", 0))
    source = ctypes.c_char_p(content)
    left = ctypes.c_size_t(len(content))
    target = ctypes.c_void_p(ctypes.addressof(out))
    free = ctypes.c_size_t(room)
    library.iconv(_LOCAL.converter, None, None, None, None)
    library.iconv(
        _LOCAL.converter,
        ctypes.byref(source), ctypes.byref(left), ctypes.byref(target), ctypes.byref(free),
    )  # fmt: skip
    if left.value:
        at = len(content) - left.value
        raise UnicodeDecodeError("gb18030", content, at, at + 1, "not a GB18030 character")
    return bytes(memoryview(out)[: room - free.value])
