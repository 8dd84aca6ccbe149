"""The files that a command is given, before anything is done with them."""

from __future__ import annotations

import os
import stat
from difflib import get_close_matches
from pathlib import Path

from yrdx.errors import ConfigurationError


def readable(path: Path) -> Path:
    """The path, if there is such a file; raises `ConfigurationError` with what may be meant."""
    if path.is_dir():
        raise ConfigurationError(
            f"“{path}”是文件夹，请给出其中一个文件 is a folder; name one file in it"
        )
    if path.exists() and not path.is_file():
        zh, en = _what_it_is(path.stat().st_mode)
        raise ConfigurationError(
            f"“{path}”是{zh}，不是普通文件，请先把内容存成文件 is {en}, and not a regular file; "
            "save its contents to a file first"
        )
    if path.is_symlink() and not path.exists():
        raise ConfigurationError(
            f"“{path}”是失效的链接，它所指的文件不存在 is a link to a file that does not exist"
        )
    if not path.is_file():
        near = get_close_matches(path.name, _names_beside(path), n=1, cutoff=0.5)
        hint = f"；是不是“{near[0]}”？did you mean {near[0]!r}?" if near else ""
        raise ConfigurationError(f"找不到文件“{path}” there is no such file{hint}")
    if not os.access(path, os.R_OK):
        raise ConfigurationError(
            f"没有读取“{path}”的权限，请向文件的所有者索取 no permission to read this file; "
            "ask its owner"
        )
    return path


def _what_it_is(mode: int) -> tuple[str, str]:
    """What stands where a regular file was expected."""
    if stat.S_ISFIFO(mode):
        return "管道", "a pipe"
    return ("套接字", "a socket") if stat.S_ISSOCK(mode) else ("设备", "a device")


def _names_beside(path: Path) -> list[str]:
    return [item.name for item in path.parent.iterdir()] if path.parent.is_dir() else []
