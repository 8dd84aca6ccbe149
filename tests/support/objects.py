"""Keys and contents that tests of object stores share."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

KEY = "published/student_scale/v1/manifest.json"
POINTER = "published/student_scale/latest.json"
MIB = 1 << 20


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def big_file(folder: Path, size: int = 11 * MIB) -> tuple[Path, bytes]:
    content = random.Random(size).randbytes(size)
    path = folder / "big.parquet"
    path.write_bytes(content)
    return path, content
