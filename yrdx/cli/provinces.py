"""A province as people name it: by its code, its slug, or both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yrdx.agreements import province_files
from yrdx.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

    from yrdx.settings import Settings


def files(settings: Settings) -> list[Path]:
    """The files of all provinces."""
    return province_files(settings.provinces)


def file_of(named: str, settings: Settings) -> Path:
    """The file of the province that is named; raises `ConfigurationError` without one."""
    for path in files(settings):
        if named in (path.stem, *path.stem.split("-", 1)):
            return path
    raise ConfigurationError(
        f"{settings.provinces} 中没有省份 has no province {named!r}; 已有 there are: "
        f"{stems(settings)}（YRDX_HOME 指定 provinces/ 所在文件夹 names the folder that holds "
        "provinces/）"
    )


def code_of(named: str | None, settings: Settings) -> str | None:
    """The code of the province that is named, where one is."""
    return None if named is None else file_of(named, settings).stem.partition("-")[0]


def stems(settings: Settings) -> str:
    """All provinces, for a message."""
    return ", ".join(path.stem for path in files(settings)) or "无 none"
