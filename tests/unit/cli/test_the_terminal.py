"""The command line beside what it says: encodings that lack a character, and Ctrl-C."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = "from yrdx.cli import main; main()"

INTERRUPTED = """
import os, signal, sys

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == MODULE:
            os.kill(os.getpid(), signal.SIGINT)

MODULE = sys.argv.pop(1)
sys.meta_path.insert(0, Finder())
signal.signal(signal.SIGINT, signal.default_int_handler)
from yrdx.cli import main
main()
"""


def run(
    tmp_path: Path, program: str, *words: object, encoding: str = "utf-8"
) -> subprocess.CompletedProcess[bytes]:
    """Run a program in a folder, its output redirected."""
    return subprocess.run(
        [sys.executable, "-c", program, *map(str, words)],
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "PYTHONIOENCODING": encoding,
            "YRDX_LANG": "zh",
        },
        capture_output=True,
        check=False,
    )


def test_an_output_in_gbk_does_not_fail_what_is_good(schools, tmp_path):
    path = schools("33_institution_2025.csv", good=3)

    checked = run(tmp_path, PROGRAM, "check", path, encoding="gbk")
    receipt = tmp_path / "33_institution_2025-receipt"
    verified = run(tmp_path, PROGRAM, "verify", receipt, path, encoding="gbk")

    assert (checked.returncode, verified.returncode) == (0, 0), checked.stderr + verified.stderr
    assert "? 自查通过" in checked.stdout.decode("gbk"), "GBK has no ✔"
    assert verified.stdout.decode("gbk")


def test_a_document_for_programs_is_utf_8_whatever_the_output_speaks(tmp_path):
    words = ("contract", "export", "institution", "--format", "json-schema")

    done = run(tmp_path, PROGRAM, *words, encoding="ascii")

    assert done.returncode == 0, done.stderr
    assert "学校" in json.dumps(json.loads(done.stdout), ensure_ascii=False)


@pytest.mark.parametrize(
    "module",
    [
        pytest.param("yrdx.cli.app", id="while the commands are loaded"),
        pytest.param("yrdx.pipeline", id="while a command runs"),
    ],
)
def test_ctrl_c_is_one_word_and_the_exit_code_of_the_shell(schools, tmp_path, module):
    done = run(tmp_path, INTERRUPTED, module, "check", schools("list.csv"), "-d", "institution")

    assert done.stderr.decode() == "已中断 Interrupted\n"
    assert done.returncode == 130
