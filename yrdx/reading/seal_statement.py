"""How a sealed file was sealed, as it says itself: in the line above its header, or in Parquet.

`yrdx seal` writes it, and intake compares it with the agreement: hashes of another algorithm or
of another year's key look right and match nobody.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow.parquet as pq

from yrdx.model import SealedWith
from yrdx.reading.findings import refuse
from yrdx.reading.table import Refusal, Table

METADATA = b"yrdx.seal"
"""Key of the statement in the metadata of a sealed Parquet file."""

_LINE = re.compile(
    r"脱敏说明[：:]\s*算法\s*([0-9a-z-]+)(?:[，,]\s*密钥年度\s*([0-9]{4}))?"
    r"(?:[，,]\s*密钥指纹\s*([0-9a-f]+))?"
)


def statement_line(sealed: SealedWith) -> str:
    """What stands above the header of a sealed text; it holds no separator."""
    return f"脱敏说明：算法 {sealed.algorithm}，密钥年度 {sealed.year}，密钥指纹 {sealed.key_id}"


def sealed_with(rows: Iterable[Sequence[str | None]]) -> SealedWith | None:
    """What the rows above a header say of the sealing, None where they say nothing."""
    for row in rows:
        found = _LINE.match("，".join(cell.strip() for cell in row if cell))
        if found:
            algorithm, year, key_id = found.groups()
            return SealedWith(algorithm=algorithm, year=int(year) if year else None, key_id=key_id)
    return None


def sealed_with_in_parquet(path: Path) -> SealedWith | None:
    """What the metadata of a Parquet file says of the sealing."""
    stated = (pq.read_metadata(path).metadata or {}).get(METADATA)
    try:
        facts = json.loads(stated) if stated else None
    except ValueError:
        return None
    if not isinstance(facts, dict) or not isinstance(facts.get("algorithm"), str):
        return None
    year, key_id = facts.get("year"), facts.get("key_id")
    return SealedWith(
        algorithm=facts["algorithm"],
        year=year if isinstance(year, int) else None,
        key_id=key_id if isinstance(key_id, str) else None,
    )


def as_agreed(
    table: Table | Refusal, *, algorithm: str | None, year: int | None
) -> Table | Refusal:
    """The table, or its refusal where it says that it was sealed otherwise than agreed.

    What the agreement leaves open, or the file does not state, is not compared.
    """
    if isinstance(table, Refusal) or table.reading.sealed is None:
        return table
    sealed = table.reading.sealed
    if algorithm is not None and sealed.algorithm != algorithm:
        return refuse(
            "seal_is_of_another_algorithm",
            reading=table.reading, stated=sealed.algorithm, agreed=algorithm,
        )  # fmt: skip
    if None not in (year, sealed.year) and sealed.year != year:
        return refuse(
            "seal_is_of_another_year", reading=table.reading, stated=sealed.year, agreed=year
        )
    return table
