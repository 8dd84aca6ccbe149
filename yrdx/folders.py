"""Folders and files that we are told to write: tried before the work, so that none is in vain."""

from __future__ import annotations

import tempfile
from pathlib import Path

from yrdx.errors import ConfigurationError


def writable(folder: Path, *, stated_by: str) -> Path:
    """The folder, made if absent, once something could be written into it.

    Raises:
        ConfigurationError: nothing can; it names the option or setting that named the folder.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        zh, en = _why(error)
        raise ConfigurationError(
            f"{stated_by}：不能写入文件夹“{folder}”（{zh}），请换一个可以写入的文件夹 "
            f"nothing can be written into this folder ({en}); name one that you may write into"
        ) from error
    return folder


def writable_file(path: Path, *, stated_by: str) -> Path:
    """The path of a file that is to be written, once it, or its folder, turned out to let us."""
    if path.is_dir():
        raise ConfigurationError(
            f"{stated_by}：“{path}”是文件夹，请给出文件名 is a folder; name a file in it"
        )
    if not path.exists():
        writable(path.parent, stated_by=stated_by)
    try:
        if path.is_file():
            path.open("ab").close()
    except OSError as error:
        zh, en = _why(error)
        raise ConfigurationError(
            f"{stated_by}：不能写入文件“{path}”（{zh}），请关闭正在使用它的程序，或换一个文件名 "
            f"this file cannot be written ({en}); close what has it open, or name another one"
        ) from error
    return path


def _why(error: OSError) -> tuple[str, str]:
    match error:
        case FileExistsError():
            return "这是一个文件", "it is a file"
        case NotADirectoryError():
            return "路径中间有一段是文件", "a part of its path is a file"
        case PermissionError():
            return "没有写入权限", "no permission to write"
        case _:
            return "系统不允许写入", f"the system refuses: {error.strerror}"
