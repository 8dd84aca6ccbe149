"""Awards at contests as a whole: how many first prizes there are.

| Rule of the agreement | Where it is judged |
| --- | --- |
| T141 | `too_many_first_prizes` |
| T142 | key of the dataset: `key_is_used_twice` |
"""

from __future__ import annotations

import polars as pl

from yrdx.model import Severity
from yrdx.table_rule import About, between, table_rule

_ENTRIES = 10
"""So many entries at least, before a share of them is judged."""


@table_rule(
    between("share", 0, 0.2),
    key=["contest_code", "event_code", "group"],
    column="award",
    value="first",
    severity=Severity.WARNING,
    zh="赛事 {contest_code} 赛项“{event_name}”共 {entries} 项获奖，其中一等奖 {first} 项"
    "（{share:.1%}），超过 20%。",
    en="{first} of the {entries} awards of “{event_name}” at contest {contest_code} are first "
    "prizes ({share:.1%}): more than 20%.",
    remedy_zh="请核对奖项代码是否填反（1 为一等奖），或只报了一等奖；获奖比例以竞赛规程为准。",
    remedy_en="Make sure that the codes are not inverted (1 is the first prize) and that all "
    "prizes were reported.",
    source="T141",
)
def too_many_first_prizes(about: About) -> pl.LazyFrame:
    """First prizes of each event of the province's own contests.

    Of national and international contests a province has only its own awards: they say nothing
    of the share of all.
    """
    first = pl.col("award") == "1"
    local = about.rows.filter(pl.col("contest_level").is_in(["20", "30"]))
    lines = local.group_by("contest_code", "event_code", "group").agg(
        event_name=pl.col("event_name").min(),
        entries=pl.len(),
        first=first.sum(),
        share=first.mean(),
    )
    return lines.filter(pl.col("entries") >= _ENTRIES)
