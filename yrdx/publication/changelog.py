"""CHANGELOG.zh.md and CHANGELOG.en.md: what the manifest says of a version's changes, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from yrdx.agreements import Province
from yrdx.dataset import Dataset
from yrdx.model import Text
from yrdx.publication.changes import Cause, Changes, UnitChange
from yrdx.publication.facts import Step
from yrdx.publication.manifest import Manifest
from yrdx.settings import TIMEZONE
from yrdx.store import layout
from yrdx.store.port import ObjectStore

LANGUAGES = ("zh", "en")

_STEPS = {
    Step.PATCH: Text(zh="修订", en="patch"),
    Step.MINOR: Text(zh="次版本", en="minor"),
    Step.MAJOR: Text(
        zh="主版本，读取程序可能需要修改", en="major: programs that read may have to change"
    ),
}
_SECTION = "\n## "


def changelogs(
    manifest: Manifest,
    parent: Manifest | None,
    *,
    dataset: Dataset,
    store: ObjectStore,
    provinces: Sequence[Province],
) -> dict[str, bytes]:
    """Language → the changelog: this version on top, then what the parent's says of older ones."""
    names = {province.code: province.name for province in provinces}
    found = {}
    for language in LANGUAGES:
        writing = _Writing(manifest, parent, dataset, names, language)
        section = "\n".join(writing.section())
        older = _older(parent, language, store)
        found[language] = f"{writing.head()}{section}\n{older}".encode()
    return found


def _older(parent: Manifest | None, language: str, store: ObjectStore) -> str:
    if parent is None or language not in parent.changelog:
        return ""
    folder = layout.published_prefix(parent.dataset, parent.version)
    text = store.get(folder + parent.changelog[language].key).decode()
    at = text.find(_SECTION)
    return text[at:] if at >= 0 else ""


@dataclass(frozen=True, slots=True)
class _Writing:
    """One version in one language."""

    manifest: Manifest
    parent: Manifest | None
    dataset: Dataset
    names: Mapping[str, Text]
    language: str

    def word(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en

    def of(self, text: Text) -> str:
        return self.word(text.zh, text.en)

    def head(self) -> str:
        title = self.word("变更记录", "Changes")
        return f"# {title}: {self.of(self.dataset.title)} ({self.dataset.name})\n\n"

    def section(self) -> Iterator[str]:
        manifest, changes = self.manifest, self.manifest.changes
        day = manifest.created.astimezone(TIMEZONE).date().isoformat() if manifest.created else ""
        yield f"## {manifest.semver} ({day})"
        yield ""
        yield self.word(f"版本 {manifest.version}，", f"Version {manifest.version}, ") + self.word(
            f"共 {manifest.rows:,} 行。", f"{manifest.rows:,} rows."
        )
        if changes is None:
            yield self.word("首个版本。", "The first version.")
            return
        yield from self.compared(changes)
        yield from (f"- {line}" for line in self.lines(changes))

    def compared(self, changes: Changes) -> Iterator[str]:
        was = self.parent.semver if self.parent else ""
        step = self.of(_STEPS[changes.step])
        yield self.word(
            f"较 {was}：新增 {changes.added:,} 行，更正 {changes.changed:,} 行，"
            f"删除 {changes.removed:,} 行（{step}）。",
            f"Against {was}: {changes.added:,} rows added, {changes.changed:,} changed, "
            f"{changes.removed:,} removed ({step}).",
        )
        yield ""

    def lines(self, changes: Changes) -> Iterator[str]:
        told = {f"{item.period}/{item.province}/{item.unit}" for item in changes.units}
        for item in changes.facts:
            if item.place not in told:
                place = "" if "/" in item.place else f"{item.place}: "
                yield place + self.of(item.text)
        yield from map(self.unit, changes.units)
        if changes.cells:
            listed = ", ".join(f"{name} {count:,}" for name, count in changes.cells.items())
            yield self.word(f"更正的单元格：{listed}", f"Changed cells: {listed}")
        yield from map(self.bridge, self.new_bridges())

    def unit(self, item: UnitChange) -> str:
        name = self.names.get(item.province)
        place = f"{self.of(name)} {item.province}" if name else item.province
        rows = self.word(
            f"新增 {item.added:,} 行，更正 {item.changed:,} 行，删除 {item.removed:,} 行",
            f"{item.added:,} rows added, {item.changed:,} changed, {item.removed:,} removed",
        )
        if not item.has_other_rows:
            rows = self.word("重新报送，数据相同", "delivered again, the same values")
        return f"{item.period} {place} {item.unit}: {rows}; {self.cause(item)}"

    def cause(self, item: UnitChange) -> str:
        short = item.caused_by[:12]
        match item.cause:
            case Cause.WITHDRAWAL:
                reason = self.reason(item)
                return self.word(f"撤回报送 {short}（{reason}）", f"withdrawn {short} ({reason})")
            case Cause.REVISION:
                return self.word(
                    f"报送 {short} 按新的规则或字段整理",
                    f"delivery {short} under other rules or columns",
                )
            case _:
                filename = self.filename(item)
                return self.word(f"报送 {filename}（{short}）", f"delivery {filename} ({short})")

    def reason(self, item: UnitChange) -> str:
        found = (one.reason for one in self.manifest.withdrawn if one.sha256 == item.caused_by)
        return next(found, self.word("未注明", "no reason given"))

    def filename(self, item: UnitChange) -> str:
        found = (one.filename for one in self.manifest.lineage if one.sha256 == item.caused_by)
        return next(found, "")

    def new_bridges(self) -> Iterator[str]:
        """Lists whose bridge is another one than the parent's."""
        lists = self.parent.code_lists if self.parent else ()
        before = {item.name: item.bridge for item in lists}
        for item in self.manifest.code_lists:
            if item.bridge and item.bridge != before.get(item.name):
                yield item.bridge.key

    def bridge(self, key: str) -> str:
        return self.word(f"新旧代码对照见 {key}", f"From old codes to new: {key}")
