"""Environments of their own for what is measured, made once and again when their lists change."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

_HOME = Path(__file__).resolve().parent.parent


def installed(venv: Path, *, wanted: Sequence[str | Path], lists: Sequence[Path]) -> Path:
    """The Python of an environment with what pip is told to install; `lists` are files it reads."""
    python = (venv / "bin" / "python").absolute()
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in lists)).hexdigest()[:12]
    ready = venv / f".ready-{digest}"
    if not ready.exists():
        print(f"installing {venv.name} into {venv}", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(venv)], check=True)
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*map(str, install), *map(str, wanted)], check=True)
        ready.touch()
    return python


@cache
def base(folder: Path) -> str:
    """The Python of the base install, as a partner has it, and DuckDB to compare with.

    The environment of development holds pandas, and pandera then imports it: a second and a half
    that nobody who checks a file has to pay.
    """
    constraints = _HOME / "constraints.txt"
    wanted = ["-c", constraints, "-e", _HOME, "duckdb"]
    lists = [constraints, _HOME / "pyproject.toml"]
    python = installed(folder / "base", wanted=wanted, lists=lists)
    # Pip compiles what it installs, but not what it only links to: each job would compile all of
    # it anew, a tenth of a second, wherever Python is told to write no bytecode.
    ours = [_HOME / name for name in ("yrdx", "schemas", "bench")]
    subprocess.run([python, "-m", "compileall", "-q", *ours], check=True)
    return str(python)
