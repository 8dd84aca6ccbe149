"""A partner's computer is often Windows: what a command needs, it needs there too.

The commands run in an interpreter that lacks what Windows lacks: modules for POSIX systems only,
opening a folder, and the C library without a name.
"""

import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

AS_ON_WINDOWS = """
import ctypes, os, sys
for name in ("fcntl", "resource"):
    sys.modules[name] = None
del os.O_DIRECTORY, os.pread

class Named(ctypes.CDLL):
    def __init__(self, name, *arguments, **options):
        if name is None:
            raise TypeError("LoadLibrary() argument 1 must be str, not None")
        super().__init__(name, *arguments, **options)

ctypes.CDLL = Named
"""

COMMANDS = AS_ON_WINDOWS + "from yrdx.cli import main; main()"

WRITES = (
    AS_ON_WINDOWS
    + """
import hashlib
from pathlib import Path
from yrdx.store.local import open_local

store = open_local(Path("store"))
store.put_if_absent("a/data.bin", b"1")
store.replace_if_match("a/latest.json", b"2", expected=None)
store.replace_if_match("a/latest.json", b"3", expected=hashlib.sha256(b"2").hexdigest())
store.copy("a/data.bin", "b/data.bin")
store.put_if_absent("b/data.bin", b"1")
store.delete("a/data.bin")
open_local(Path("store"))
for found in store.list(""):
    print(found.key, store.get(found.key).decode())
"""
)


def run(tmp_path: Path, program: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a program in an empty folder with an empty exchange."""
    (tmp_path / "provinces").mkdir(exist_ok=True)
    return subprocess.run(
        [sys.executable, "-c", program, *words],
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "YRDX_HOME": str(tmp_path),
            "YRDX_STORE": "store",
            "YRDX_LANG": "zh",
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("template", "institution"), "institution.xlsx"),
        (("explain", "uscc_check_digit_is_wrong"), "uscc_check_digit_is_wrong"),
        (("snapshots",), "还没有发布过快照"),
    ],
)
def test_a_command_runs_where_there_is_nothing_of_posix(tmp_path, words, told):
    done = run(tmp_path, COMMANDS, *words)

    assert done.returncode == 0, done.stderr
    assert told in done.stdout


def test_a_file_is_checked_where_there_is_nothing_of_posix(tmp_path, schools):
    path = schools("33_institution_2025.csv", good=3)
    path.write_bytes(path.read_text("utf-8").encode("gb18030"))

    run(tmp_path, COMMANDS, "snapshots")  # makes the store
    done = run(tmp_path, COMMANDS, "check", str(path), "--store", "store")

    assert done.returncode == 0, done.stderr
    assert "自查通过" in done.stdout


def test_a_wrong_cell_is_found_in_its_line_where_there_is_nothing_of_posix(tmp_path, schools):
    path = schools("33_institution_2025.csv", "1234567890,不是学校", good=3)

    done = run(tmp_path, COMMANDS, "check", str(path), "-o", "receipt")

    assert done.returncode in (0, 1), done.stderr
    findings = pl.read_parquet(tmp_path / "receipt" / "findings.parquet")
    assert 5 in findings["row"]


def test_a_store_in_a_folder_is_written_where_there_are_no_locks(tmp_path):
    done = run(tmp_path, WRITES)

    assert done.stderr == ""
    assert done.stdout.splitlines() == ["a/latest.json 3", "b/data.bin 1"]
    assert list((tmp_path / "store" / ".yrdx" / "tmp").iterdir()) == []
