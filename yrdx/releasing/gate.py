"""The collapse gate: rows, keys and values that have fallen away stop a release.

A province that sent a tenth of its schools by mistake sends a file that is right in every row. So
what a release would pin is held against earlier versions. What a person has confirmed once is
what later versions are compared with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from yrdx.model import Text
from yrdx.publication.manifest import Manifest, period_order
from yrdx.releasing.figures import (
    Figures,
    Partitions,
    Place,
    content_of,
    files_of,
    newest_period,
    places,
)
from yrdx.releasing.limits import Limits
from yrdx.releasing.manifest import Measure, Stop
from yrdx.store import layout

_ROWS_A_CODE = 20
"""Rows that there must be for each code in use, before shares of codes say anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A pinned version, the earlier ones that it is held against, and what is allowed.

    `names` are those of provinces, by code.
    """

    title: Text
    now: Manifest
    earlier: tuple[Manifest, ...]
    limits: Mapping[str | None, Limits]
    names: Mapping[str, Text] = field(default_factory=dict)

    def limit(self, column: str | None = None) -> Limits:
        """The limits of a column, or of the whole."""
        return self.limits.get(column, self.limits[None])


def stops_of(watched: Watched, partitions: Partitions) -> tuple[Stop, ...]:
    """What has fallen away; of each thing the greatest fall against any of the versions."""
    greatest: dict[tuple[object, ...], Stop] = {}
    for old in watched.earlier:
        for stop in _against(old, watched, partitions):
            what = (stop.measure, stop.province, stop.period, stop.column)
            known = greatest.get(what)
            if known is None or (stop.fallen or 0) > (known.fallen or 0):
                greatest[what] = stop
    return tuple(greatest[what] for what in sorted(greatest, key=repr))


def _against(old: Manifest, watched: Watched, partitions: Partitions) -> Iterator[Stop]:
    for place in sorted(places(old)):
        if place in places(watched.now):
            yield from _Held(watched, old, place, place).stops(partitions)
        else:
            yield from _Held(watched, old, place, place).gone()
    for province in sorted({province for province, _ in places(watched.now)}):
        now, before = newest_period(watched.now, province), newest_period(old, province)
        if now and before and period_order(now) > period_order(before):
            held = _Held(watched, old, (province, before), (province, now))
            yield from held.stops(partitions)


@dataclass(frozen=True, slots=True)
class _Held:
    """One partition of the pinned version, held against one of an earlier version."""

    watched: Watched
    old: Manifest
    before: Place
    now: Place

    def stops(self, partitions: Partitions) -> Iterator[Stop]:
        new = self.watched.now
        was, now = files_of(self.old, self.before), files_of(new, self.now)
        if content_of(was) == content_of(now):
            return
        figures = partitions.figures(self.old, self.before), partitions.figures(new, self.now)
        yield from self._rows(*figures)
        if self.before == self.now and (self.old.key, self.old.alternative_key) == (
            new.key,
            new.alternative_key,
        ):
            yield from self._keys(*partitions.keys_gone(self.old, new, self.now))
        yield from self._values(*figures)
        yield from self._codes(*figures)

    def gone(self) -> Iterator[Stop]:
        rows = sum(file.rows for file in files_of(self.old, self.before))
        yield self._stop(
            Measure.ROWS,
            Text(
                zh=f"整期数据不再有（原 {rows:,} 行）",
                en=f"the whole period is gone ({rows:,} rows before)",
            ),
            figures=(float(rows), 0.0),
            fallen=1.0,
            limit=self.watched.limit().rows,
        )

    def _rows(self, was: Figures, now: Figures) -> Iterator[Stop]:
        limits = self.watched.limit()
        limit = limits.rows if self.before == self.now else limits.next_period
        fallen = 1 - now.rows / was.rows if was.rows else 0.0
        if was.rows >= limits.least and fallen > limit:
            yield self._stop(
                Measure.ROWS,
                Text(
                    zh=f"行数由 {was.rows:,} 降为 {now.rows:,}，减少 {fallen:.1%}",
                    en=f"rows fell from {was.rows:,} to {now.rows:,}, by {fallen:.1%}",
                ),
                figures=(float(was.rows), float(now.rows)),
                fallen=fallen,
                limit=limit,
            )

    def _keys(self, known: int, gone: int) -> Iterator[Stop]:
        limits = self.watched.limit()
        fallen = gone / known if known else 0.0
        if known >= limits.least and fallen > limits.keys:
            yield self._stop(
                Measure.KEYS,
                Text(
                    zh=f"原有 {known:,} 个主键中 {gone:,} 个不再出现（{fallen:.1%}）",
                    en=f"{gone:,} of {known:,} keys are no more ({fallen:.1%})",
                ),
                figures=(float(known), float(known - gone)),
                fallen=fallen,
                limit=limits.keys,
            )

    def _values(self, was: Figures, now: Figures) -> Iterator[Stop]:
        for column, before in was.filled.items():
            limits = self.watched.limit(column)
            if column not in now.filled or before < limits.least or not now.rows:
                continue
            share, is_now = before / was.rows, now.filled[column] / now.rows
            fallen = 1 - is_now / share
            if fallen > limits.values:
                yield self._stop(
                    Measure.VALUES,
                    Text(
                        zh=f"有值（非空、非零）的比例由 {share:.1%} 降为 {is_now:.1%}",
                        en=f"cells that hold something fell from {share:.1%} to {is_now:.1%}",
                    ),
                    figures=(share, is_now),
                    fallen=fallen,
                    limit=limits.values,
                    column=column,
                )

    def _codes(self, was: Figures, now: Figures) -> Iterator[Stop]:
        for column in sorted(was.codes.keys() & now.codes.keys()):
            before, after = _shares(was.codes[column]), _shares(now.codes[column])
            limits = self.watched.limit(column)
            codes = before.keys() | after.keys()
            fewest = min(sum(item.codes[column].values()) for item in (was, now))
            if fewest < max(limits.least, _ROWS_A_CODE * len(codes)):
                continue
            moved = sum(abs(before.get(code, 0) - after.get(code, 0)) for code in codes) / 2
            falls = {code: share for code, share in before.items() if code not in after}
            most = max(falls, key=lambda code: falls[code], default=None)
            if moved > limits.codes:
                yield self._moved(column, moved, limits.codes)
            elif most is not None and falls[most] >= limits.vanished:
                yield self._vanished(column, most, falls[most], limits.vanished)

    def _moved(self, column: str, moved: float, limit: float) -> Stop:
        return self._stop(
            Measure.CODES,
            Text(
                zh=f"各代码的占比变动 {moved:.1%}",
                en=f"{moved:.1%} of the rows moved to other codes",
            ),
            figures=(1.0, 1 - moved),
            fallen=moved,
            limit=limit,
            column=column,
        )

    def _vanished(self, column: str, code: str, share: float, limit: float) -> Stop:
        return self._stop(
            Measure.CODES,
            Text(
                zh=f"原占 {share:.1%} 的代码 {code} 不再出现",
                en=f"code {code}, {share:.1%} of the rows before, is no more",
            ),
            figures=(share, 0.0),
            fallen=share,
            limit=limit,
            column=column,
        )

    def _stop(
        self,
        measure: Measure,
        words: Text,
        *,
        figures: tuple[float, float],
        fallen: float,
        limit: float,
        column: str | None = None,
    ) -> Stop:
        if layout.is_restricted(self.watched.now.dataset):
            # Exact figures of rows about people would tell of counts that nobody may be told.
            figures, fallen = (1.0, round(1 - fallen, 1)), round(fallen, 1)
            words = Text(zh=f"减少约 {fallen:.0%}", en=f"about {fallen:.0%} less")
        title = next((item.title for item in self.watched.now.columns if item.name == column), None)
        about = Text(zh=f"“{title.zh}”" if title else "", en=f" {title.en}:" if title else "")
        code = self.now[0]
        name = self.watched.names.get(code, Text(zh=code, en=code))
        since = "" if self.before == self.now else self.before[1]
        return Stop(
            measure=measure,
            text=Text(
                zh=f"{self.watched.title.zh} {name.zh} {self.now[1]}：{about.zh}{words.zh}"
                f"（对比 {_semver(self.old)}{f' 的 {since}' if since else ''}，限度 {limit:.0%}）",
                en=f"{self.watched.title.en} {name.en} {self.now[1]}:{about.en} {words.en} "
                f"(against {_semver(self.old)}{f', {since}' if since else ''}; limit {limit:.0%})",
            ),
            dataset=self.watched.now.dataset,
            province=self.now[0],
            period=self.now[1],
            column=column,
            against=self.old.version,
            before=round(figures[0], 6),
            now=round(figures[1], 6),
            fallen=round(fallen, 6),
            limit=limit,
        )


def _semver(manifest: Manifest) -> str:
    return manifest.semver


def _shares(counts: Mapping[str, int]) -> dict[str, float]:
    total = sum(counts.values())
    return {code: count / total for code, count in counts.items()} if total else {}
