"""How a text file is written: its encoding, its separator, its quotes."""

from __future__ import annotations

from pathlib import Path

from yrdx.reading.blocks import Dialect, UnreadableText
from yrdx.reading.encoding import Encoding, decide_encoding
from yrdx.reading.table import Refusal
from yrdx.reading.text import decode_head, parse_head

_CODECS = {
    Encoding.UTF_8: "utf-8-sig",
    Encoding.GB18030: "gb18030",
    Encoding.UTF_16_LE: "utf-16",
    Encoding.UTF_16_BE: "utf-16",
}


def form_of(path: Path) -> tuple[str, Dialect]:
    """The name of the codec by which a text file that was read can be read again, its dialect.

    Raises:
        UnreadableText: its encoding cannot be told any more.
    """
    encoding = decide_encoding(path)
    if isinstance(encoding, Refusal):
        raise UnreadableText(f"{path.name} is in no encoding that is read")
    return _CODECS[encoding], parse_head(decode_head(path, encoding)).dialect
