"""Everything a verb works with: settings, the object store, a scratch folder."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from yrdx.agreements import Agreement, Province, load_each, province_files
from yrdx.errors import ConfigurationError
from yrdx.folders import writable
from yrdx.model import Delivery
from yrdx.pipeline.scratch import scratch
from yrdx.settings import Settings
from yrdx.store import open_store, open_to_read
from yrdx.store.port import ObjectStore


@dataclass(frozen=True, slots=True)
class Exchange:
    """The settings and the stores that they name; `lists` is where loaded lists lie."""

    settings: Settings
    store: ObjectStore
    lists: ObjectStore | None = None

    @property
    def list_store(self) -> ObjectStore:
        """Where loaded lists lie: in the store, unless the settings name another place."""
        return self.lists or self.store

    @contextmanager
    def spool(self) -> Iterator[Path]:
        """A scratch folder that is gone afterwards, as are those that killed verbs left."""
        folder = self.settings.spool
        if folder is not None:
            writable(folder, stated_by="YRDX_SPOOL")
        with scratch(folder or Path(tempfile.gettempdir())) as path:
            yield path

    def province(self, code: str) -> Province:
        """The province with this code; raises `ConfigurationError` when there is none, or two.

        A file of its code that is wrong, as a copy under another name is, hides no right one.
        """
        folder = self.settings.provinces
        paths = (path for path in province_files(folder) if path.name.startswith(f"{code}-"))
        found = [province for _, province in load_each(paths)]
        right = [one for one in found if isinstance(one, Province)]
        wrong = [one for one in found if isinstance(one, ConfigurationError)]
        if len(right) > 1:
            names = "、".join(province.filename for province in right)
            raise ConfigurationError(
                f"省份“{code}”有几个约定文件：{names}，请合并为一个 province {code!r} has more "
                "than one file; put all its agreements into one"
            )
        if right:
            return right[0]
        if wrong:
            raise wrong[0]
        raise ConfigurationError(
            f"{folder} 中没有省份“{code}”的约定，应有文件 {code}-<名称>.yaml（YRDX_HOME 指定 "
            f"provinces/ 所在的文件夹） there is no province {code!r}: expected a file "
            f"{code}-<name>.yaml in that folder (YRDX_HOME names the one that holds provinces/)"
        )

    def agreement(self, delivery: Delivery) -> Agreement:
        """The agreement under which a delivery came."""
        return self.province(delivery.province).agreement(
            unit=delivery.unit, dataset=delivery.dataset
        )


def open_exchange(settings: Settings) -> Exchange:
    """The exchange with these settings."""
    return Exchange(settings=settings, store=open_store(settings), lists=open_lists(settings))


def open_to_look(settings: Settings) -> Exchange:
    """The exchange for who only looks at what is there: opening writes nothing into its store.

    Where there is no store yet it is made, as by `open_exchange`.
    """
    try:
        store = open_to_read(settings)
    except ConfigurationError:
        store = open_store(settings)
    return Exchange(settings=settings, store=store)


def open_lists(
    settings: Settings, *, opened: Callable[[Settings], ObjectStore] = open_store
) -> ObjectStore | None:
    """The place of loaded lists that the settings name, None where they name none."""
    if settings.reference is None:
        return None
    return opened(settings.model_copy(update={"store": settings.reference}))
