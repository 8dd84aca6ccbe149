"""The command line `yrdx`: a partner's dry run, and the verbs of the exchange without Airflow.

Each command imports what it needs when it runs, so that help and completion are instant.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from types import TracebackType

ADMITTED = 0
REJECTED = 1
MISUSED = 2
BROKEN = 3
"""Exit codes: 0 good (also in part), 1 rejected, 2 a person must set it right, 3 try again."""

INTERRUPTED = 130
"""The exit code of a program that Ctrl-C ended, as every shell knows it."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    try:
        _print_what_the_encoding_has()
        _run(list(sys.argv[1:] if arguments is None else arguments))
    except (KeyboardInterrupt, SystemExit) as left:
        if isinstance(left, SystemExit) and left.code != INTERRUPTED:
            raise
        _say("已中断 Interrupted")
        sys.exit(INTERRUPTED)


def _run(words: list[str]) -> None:
    from yrdx import process
    from yrdx.cli.app import build
    from yrdx.errors import (
        ConfigurationError,
        SnapshotIncomplete,
        SnapshotNotFound,
        SourceRefused,
        YrdxError,
    )

    process.prepare()
    with _Breakage(debug="--debug" in words):
        try:
            build()(args=words, prog_name="yrdx")
        except YrdxError as error:
            a_persons = ConfigurationError | SourceRefused | SnapshotNotFound | SnapshotIncomplete
            misused = isinstance(error, a_persons)
            _say(f"{'无法执行 Cannot do this' if misused else '未能完成 Failed'}：{error}")
            sys.exit(MISUSED if misused else BROKEN)


class _Breakage:
    """Tells of an error of ours in one line instead of a traceback, unless one is asked for."""

    def __init__(self, *, debug: bool) -> None:
        self.debug = debug

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if not isinstance(error, Exception) or self.debug:
            return
        _say(
            f"程序内部错误 Internal error：{type(error).__name__}: {error}\n"
            "这不是您的数据的问题。请加上 --debug 重新运行，把全部输出发给数据交换中心。\n"
            "Your data is not at fault: run again as `yrdx --debug …` and report the output."
        )
        sys.exit(BROKEN)


def _print_what_the_encoding_has() -> None:
    """Print “?” for what the encoding of the output lacks, as GBK lacks “✔”, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _say(message: str) -> None:
    print(message, file=sys.stderr)
