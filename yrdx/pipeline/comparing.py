"""Compare: the newest snapshots of all provinces with one another; each gets its own notice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from yrdx import catalogue, comparing
from yrdx.agreements import Province, load_each, province_files
from yrdx.comparing import Compared, Notice, NoticeLine, Published, RuleTold
from yrdx.comparing.disagreements import LINES
from yrdx.comparing.writing import FILES
from yrdx.judging.wording import left_open
from yrdx.model import NotChecked, Text
from yrdx.pipeline.exchange import Exchange
from yrdx.publication import newest, read
from yrdx.store import layout

_LISTED = 200
"""Lines of one comparison that stand in the notice itself; all of them stand beside it."""


def compare(exchange: Exchange) -> tuple[Notice, ...]:
    """Compare the newest snapshots; a notice for each province that has rows in one of them.

    Comparing the same snapshots by the same comparisons again changes nothing. A notice holds no
    row of another province.
    """
    rules = catalogue.comparisons()
    titles = {name: catalogue.dataset(name).title for name in catalogue.dataset_names()}
    names = _names(exchange)
    digest = comparing.rules_digest(catalogue.comparison_sources())
    with exchange.spool() as spool:
        wanted = {name for rule in rules for name in rule.datasets}
        published, provinces = _published(exchange, sorted(wanted), cache=spool / "snapshots")
        found = list(comparing.disagreements(rules, published, names=names, titles=titles))
        compared = {name: item.version for name, item in sorted(published.items())}
        return tuple(
            _keep(
                exchange,
                _notice(
                    province,
                    found,
                    titles | {rule.code: _left_open(rule.message) for rule in rules},
                    names=names,
                    compared=compared,
                    digest=digest,
                ),
                _lines_of(province, found),
                names=names,
                into=spool / f"notice-{province}",
            )
            for province in sorted(provinces)
        )


def notices(exchange: Exchange, province: str) -> list[Notice]:
    """All notices of a province, oldest first."""
    found = [
        item
        for item in exchange.store.list(layout.notices_of(province))
        if item.key.endswith(f"/{FILES[-1]}")
    ]
    return [
        Notice.model_validate_json(exchange.store.get(item.key))
        for item in sorted(found, key=lambda item: (item.modified_at, item.key))
    ]


def _names(exchange: Exchange) -> dict[str, Text]:
    """Names of provinces by code; a broken file leaves its province with its code."""
    provinces = (one for _, one in load_each(province_files(exchange.settings.provinces)))
    return {one.code: one.name for one in provinces if isinstance(one, Province)}


def _published(
    exchange: Exchange, names: list[str], *, cache: Path
) -> tuple[dict[str, Published], set[str]]:
    """The newest snapshots that there are, and the provinces that have rows in them."""
    found: dict[str, Published] = {}
    provinces: set[str] = set()
    for name in names:
        manifest = newest(exchange.store, name)
        if manifest is None or not manifest.files:
            continue
        found[name] = Published(
            dataset=catalogue.dataset(name),
            version=manifest.version,
            rows=read(exchange.store, manifest, cache=cache),
            filenames={item.sha256: item.filename for item in manifest.lineage},
        )
        provinces |= {file.province for file in manifest.files}
    return found, provinces


def _lines_of(province: str, found: list[Compared | NotChecked]) -> pl.DataFrame:
    own = [
        item.lines[province]
        for item in found
        if isinstance(item, Compared) and province in item.lines
    ]
    return pl.concat([pl.DataFrame(schema=LINES), *own])


def _notice(
    province: str,
    found: list[Compared | NotChecked],
    words: dict[str, Text],
    *,
    names: dict[str, Text],
    compared: dict[str, str],
    digest: str,
) -> Notice:
    told = [item for item in found if isinstance(item, Compared) and province in item.lines]
    absent = tuple(item for item in found if isinstance(item, NotChecked))
    spoken_of = (*compared, *(item.rule for item in absent))
    return Notice(
        province=province,
        name=names.get(province, Text(zh=province, en=province)),
        compared=compared,
        rules=digest,
        told=tuple(_told(item, province, words, names=names) for item in told),
        lines=tuple(line for item in told for line in _first_lines(item.lines[province])),
        not_compared=absent,
        words={name: words[name] for name in spoken_of},
    )


def _told(
    item: Compared, province: str, words: dict[str, Text], *, names: dict[str, Text]
) -> RuleTold:
    rule, lines = item.rule, item.lines[province]
    codes = sorted({code for others in lines["others"].unique() for code in others.split()})
    others = [names.get(code, Text(zh=code, en=code)) for code in codes]
    named = Text(zh="、".join(it.zh for it in others), en=", ".join(it.en for it in others))
    return RuleTold(
        rule=rule.code,
        dataset=rule.dataset,
        title=words[rule.dataset],
        severity=rule.severity,
        message=_left_open(rule.message, others=named),
        remedy=_left_open(rule.remedy, others=named),
        source=rule.source,
        lines=lines.height,
    )


_SOMEBODY = Text(zh="对方省份", en="the other province")


def _left_open(text: Text, *, others: Text = _SOMEBODY) -> Text:
    """A text for many lines at once, whatever each is about."""
    zh = text.zh.replace("{others}", others.zh)
    en = text.en.replace("{others}", others.en)
    return left_open(Text(zh=zh, en=en))


def _first_lines(lines: pl.DataFrame) -> Iterator[NoticeLine]:
    for line in lines.head(_LISTED).iter_rows(named=True):
        yield NoticeLine(
            rule=line["rule"],
            key=line["key"],
            others=tuple(line["others"].split()),
            message=Text(zh=line["message_zh"], en=line["message_en"]),
            unit=line["unit"],
            period=line["period"],
            filename=line["filename"],
            row=line["row"],
            shown=line["shown"],
        )


def _keep(
    exchange: Exchange,
    notice: Notice,
    lines: pl.DataFrame,
    *,
    names: dict[str, Text],
    into: Path,
) -> Notice:
    """Store a notice, unless it is there; the notice itself comes last and proves the rest."""
    last = layout.notice(notice.province, notice.number, name=FILES[-1])
    if exchange.store.head(last) is None:
        into.mkdir()
        comparing.write_notice(notice, lines, names=names, into=into)
        for name in FILES:
            key = layout.notice(notice.province, notice.number, name=name)
            exchange.store.put_if_absent(key, into / name)
    return notice
