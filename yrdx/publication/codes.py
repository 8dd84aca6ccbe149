"""The code lists of a version as files beside its data, and the bridges from retired codes."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from yrdx.dataset import CodeList, Dataset
from yrdx.lists import LoadedList
from yrdx.model import Text
from yrdx.publication.facts import FactChange, Step
from yrdx.publication.manifest import CodeListFile, Manifest, StoredFile, stored_file
from yrdx.store import layout
from yrdx.store.port import ObjectStore

_IDENTITY = ("edition", "code", "level")
_SCHEMA = {
    "edition": pl.String(),
    "code": pl.String(),
    "level": pl.String(),
    "label_zh": pl.String(),
    "label_en": pl.String(),
    "valid_from": pl.Date(),
    "valid_to": pl.Date(),
    "successors": pl.List(pl.String()),
}
_NAMED = 12
"""Codes that a sentence spells out."""


@dataclass(frozen=True)
class Codes:
    """One code list in the form in which versions keep it: one row a code and span of validity.

    `edition` and `level` are null in lists that have none; `successors` are the codes that took
    the place of one that ended.
    """

    name: str
    version: str
    source: str
    entries: pl.DataFrame
    is_loaded: bool = False

    @cached_property
    def digest(self) -> str:
        """Of what the list says, however it is written down."""
        return hashlib.sha256(self.entries.write_ndjson().encode()).hexdigest()

    @cached_property
    def bridge(self) -> pl.DataFrame:
        """From each retired code to those in force that took its place, chains followed.

        `kind`: renamed (one to one), merged (several into one) or split (one into several).
        """
        return bridge_of(self.entries)


def codes_of(dataset: Dataset, lists: Mapping[str, LoadedList]) -> tuple[Codes, ...]:
    """The code lists of the contract, then the loaded lists that its rules need."""
    loaded = [lists[name] for name in dataset.needed_lists if name in lists]
    return (
        *(Codes(item.name, item.version, item.source, _plain(item)) for item in dataset.code_lists),
        *(_loaded(item) for item in loaded),
    )


def _plain(codes: CodeList) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "code": item.value,
                "label_zh": item.label.zh,
                "label_en": item.label.en,
                "valid_from": item.valid_from,
                "valid_to": item.valid_to,
                "successors": list(item.successors),
            }
            for item in codes.codes
        ],
        schema=_SCHEMA,
    )


def _loaded(loaded: LoadedList) -> Codes:
    """A loaded list is named apart: the contract may have a list of the same name."""
    entries = loaded.entries.select(
        "edition",
        "code",
        "level",
        pl.col("name").alias("label_zh"),
        pl.lit(None, pl.String).alias("label_en"),
        "valid_from",
        "valid_to",
        pl.when(pl.col("successor").is_not_null())
        .then(pl.concat_list("successor"))
        .otherwise(pl.lit([], pl.List(pl.String)))
        .alias("successors"),
    )
    return Codes(f"imported-{loaded.name}", loaded.stamp, "", entries, is_loaded=True)


def bridge_of(entries: pl.DataFrame) -> pl.DataFrame:
    """From each retired code of a list to those that took its place, chains followed."""
    spans = entries.sort("valid_to", nulls_last=True).group_by("code", maintain_order=True)
    last = spans.agg(pl.col("valid_to").last(), pl.col("successors").last())
    direct = {
        code: (day, tuple(successors)) for code, day, successors in last.iter_rows() if successors
    }
    rows = [
        (code, direct[code][0], successor)
        for code in sorted(direct)
        for successor in sorted(_in_force(code, direct))
    ]
    found = pl.DataFrame(
        rows, schema={"code": pl.String, "day": pl.Date, "successor": pl.String}, orient="row"
    )
    kind = (
        pl.when(pl.len().over("code") > 1)
        .then(pl.lit("split"))
        .when(pl.len().over("successor") > 1)
        .then(pl.lit("merged"))
        .otherwise(pl.lit("renamed"))
    )
    return found.with_columns(kind.alias("kind"))


def _in_force(code: str, direct: Mapping[str, tuple[object, tuple[str, ...]]]) -> set[str]:
    """The ends of all chains from a code; a circle of codes ends where it began."""
    found: set[str] = set()
    seen = {code}
    waiting = list(direct[code][1])
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        if one in direct:
            waiting.extend(direct[one][1])
        else:
            found.add(one)
    return found


def keep_codes(
    codes: Sequence[Codes], parent: Manifest | None, *, store: ObjectStore
) -> tuple[tuple[CodeListFile, ...], dict[str, bytes], tuple[FactChange, ...]]:
    """What the manifest says of the code lists, their files, and what has become of the codes.

    A bridge keeps what the parent's says of codes that the list does not have any more.
    """
    before = {item.name: item for item in parent.code_lists} if parent else {}
    told: list[CodeListFile] = []
    files: dict[str, bytes] = {}
    facts: list[FactChange] = []
    for item in codes:
        known, bridge = before.get(item.name), item.bridge
        if parent and known:
            changes, bridge = _since(parent, known, item, store=store)
            facts += changes
        kept = _file(layout.code_file(item.name), item.entries, files)
        bridged = _file(layout.bridge_file(item.name), bridge, files) if len(bridge) else None
        told.append(
            CodeListFile(
                name=item.name,
                version=item.version,
                source=item.source,
                loaded=item.is_loaded,
                file=kept,
                bridge=bridged,
            )
        )
    return tuple(told), files, tuple(facts)


def _since(
    parent: Manifest, known: CodeListFile, codes: Codes, *, store: ObjectStore
) -> tuple[list[FactChange], pl.DataFrame]:
    """What has become of the codes since the parent, and the bridge with what its own had."""
    folder = layout.published_prefix(parent.dataset, parent.version)
    changes = list(compare_codes(unpacked(store.get(folder + known.file.key)), codes))
    if known.bridge is None:
        return changes, codes.bridge
    was = unpacked(store.get(folder + known.bridge.key))
    gone = was.filter(~pl.col("code").is_in(codes.entries["code"].implode()))
    return changes, pl.concat([codes.bridge, gone]).sort("code", "successor")


def _file(key: str, frame: pl.DataFrame, files: dict[str, bytes]) -> StoredFile:
    files[key] = packed(frame)
    return stored_file(key, files[key], rows=len(frame))


def packed(frame: pl.DataFrame) -> bytes:
    """A small frame as a Parquet file."""
    body = io.BytesIO()
    frame.write_parquet(body, compression="zstd", statistics=False)
    return body.getvalue()


def unpacked(body: bytes) -> pl.DataFrame:
    """The frame of a small Parquet file."""
    return pl.read_parquet(io.BytesIO(body))


def compare_codes(before: pl.DataFrame, now: Codes) -> Iterator[FactChange]:
    """What has become of the codes of one list."""
    old, new = _by_code(before), _by_code(now.entries)
    both = new.join(old, on=_IDENTITY, nulls_equal=True, suffix="_was")
    removed = old.join(new, on=_IDENTITY, how="anti", nulls_equal=True)
    added = new.join(old, on=_IDENTITY, how="anti", nulls_equal=True)
    ended = both.filter(pl.col("ended").fill_null(value=False) & ~pl.col("ended_was"))
    relabelled = both.filter(pl.col("labels") != pl.col("labels_was"))
    for found, step, zh, en in (
        (removed, Step.MAJOR, "代码删除", "codes removed"),
        (added, Step.MINOR, "新增代码", "codes added"),
        (ended, Step.MINOR, "代码停用", "codes ended"),
        (relabelled, Step.MINOR, "代码名称改变", "codes relabelled"),
    ):
        if len(found):
            yield _told(found, now.name, step=step, words=(zh, en))


def _by_code(entries: pl.DataFrame) -> pl.DataFrame:
    return (
        entries.group_by(_IDENTITY)
        .agg(
            pl.concat_str("label_zh", pl.col("label_en").fill_null(""), separator="/")
            .unique()
            .sort()
            .str.join("、")
            .alias("labels"),
            pl.col("label_zh").last().alias("label"),
            pl.col("valid_to").is_not_null().all().alias("ended"),
        )
        .sort(_IDENTITY)
    )


def _told(found: pl.DataFrame, name: str, *, step: Step, words: tuple[str, str]) -> FactChange:
    shown = found.head(_NAMED).select(pl.format("{} {}", "code", "label")).to_series()
    listed = "、".join(shown)
    zh_more = f" 等 {len(found)} 个" if len(found) > _NAMED else ""
    en_more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return FactChange(
        step=step,
        place=f"codes/{name}",
        text=Text(
            zh=f"{words[0]}（{name}）：{listed}{zh_more}",
            en=f"{words[1]} ({name}): {listed}{en_more}",
        ),
    )
