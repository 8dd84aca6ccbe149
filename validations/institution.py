"""Lists of institutions as a whole: shared credit codes, counts, who disappeared, who is renamed.

| Rule of the agreement | Where it is judged |
| --- | --- |
| T01 school code unique in the delivery | key of the dataset: `key_is_used_twice` |
| T01 school code unique over the provinces | the code names its province: `row_is_of_another_province` |
| T01 credit code shared by schools | `credit_code_is_shared_by_schools`; between provinces: `credit_code_is_used_in_another_province` |
| T02 count against the declared, over 0 % | control totals: `control_total_disagrees` |
| T02 count against the declared, over 15 % | `school_count_is_far_off_the_declared` |
| T02 count against the last period | `school_count_has_changed`, `school_count_has_changed_much` |
| T03 | `school_has_disappeared` |
| T04 | `school_has_another_name`, `known_school_has_a_new_code` |
"""  # noqa: E501 - lines of a table

from __future__ import annotations

import polars as pl

from validations import measures
from yrdx.model import Severity
from yrdx.table_rule import (
    CONTROL_TOTALS,
    PREVIOUS,
    About,
    between,
    equal,
    no_lines,
    one_of,
    table_rule,
)

_RULES = "学校（机构）代码管理办法（教育部，2011）"
_ID = pl.coalesce("inst_code", "uscc").alias("school")
"""Skilled-worker schools may have no code of the ministry: they go by their credit code."""

_CLOSED = ["3", "4", "5"]
"""Merged, closed, renamed: such a school need not appear again."""

_WARN, _BLOCK = 0.05, 0.15


@table_rule(
    no_lines(),
    key=["uscc"],
    column="uscc",
    value="schools",
    severity=Severity.WARNING,
    zh="{schools} 所学校使用同一个统一社会信用代码 {uscc}：{names}。",
    en="{schools} schools use the same credit code {uscc}: {names}.",
    remedy_zh="请核对各校的信用代码；只有附设中职班（类别 368）可与主办学校共用。",
    remedy_en="Check the codes; only attached secondary classes (368) share that of their school.",
    source="T01；GB 32100-2015",
)
def credit_code_is_shared_by_schools(about: About) -> pl.LazyFrame:
    """Credit codes of several schools that are no attached classes."""
    return (
        about.rows.filter(pl.col("uscc").is_not_null())
        .filter(pl.col("school_category").ne_missing("368"))
        .group_by("uscc")
        .agg(schools=pl.len(), names=measures.joined("inst_name"))
        .filter(pl.col("schools") > 1)
        .sort("uscc")
    )


@table_rule(
    between("off", 0, _BLOCK),
    key=["label"],
    value="counted",
    needs=[CONTROL_TOTALS],
    severity=Severity.ERROR,
    blocking=True,
    zh="“{label}”注明 {declared:.0f} 所，表中实有 {counted:.0f} 所，相差 {off:.1%}，超过 15%。",
    en="“{label}” declares {declared:.0f} schools, the table has {counted:.0f}: {off:.1%} off, "
    "more than 15%.",
    remedy_zh="请核对是否缺页、漏行或重复粘贴，或改正标题中的学校数，再整份重报。",
    remedy_en="Look for missing pages or rows pasted twice, or correct the number; then send "
    "the whole file again.",
    source="T02",
)
def school_count_is_far_off_the_declared(about: About) -> pl.LazyFrame:
    """Each band or total with the number of schools that it declares and that there are."""
    figures = [
        (item.label, item.declared["rows"], item.counted["rows"])
        for item in about.control_totals
        if item.declared.get("rows") and "rows" in item.counted
    ]
    schema = {"label": pl.String, "declared": pl.Float64, "counted": pl.Float64}
    table = pl.LazyFrame(figures, schema=schema, orient="row")
    off = (pl.col("counted") - pl.col("declared")).abs() / pl.col("declared")
    return table.with_columns(off=off)


def _counts(about: About) -> pl.LazyFrame:
    """One line: how many schools, now and before. Rows sent back count, they are not missing."""
    now = about.rows.select(schools=pl.len() + about.counts.rejected)
    earlier = about.previous.select(schools_before=pl.len())
    counted = pl.concat([now, earlier], how="horizontal")
    by = measures.change("schools", "schools_before")
    return measures.before(about, counted.with_columns(change=by))


@table_rule(
    between("moved", 0, _WARN),
    key=[],
    value="schools",
    needs=[PREVIOUS],
    severity=Severity.WARNING,
    zh="学校数由上期（{previous_period}）的 {schools_before} 所变为 {schools} 所"
    "（{change:+.1%}），变动超过 5%。",
    en="There are {schools} schools, {schools_before} in {previous_period} ({change:+.1%}): a "
    "change of more than 5%.",
    remedy_zh="请核对有无漏报、重报；撤并、新设属实的可不修改，请在报送说明中列明。",
    remedy_en="Look for missing or repeated schools; if schools opened or closed, say so.",
    source="T02",
)
def school_count_has_changed(about: About) -> pl.LazyFrame:
    """The change, where it is not so big that the other rule speaks of it."""
    moved = pl.col("change").abs()
    return _counts(about).with_columns(moved=pl.when(moved <= _BLOCK).then(moved))


@table_rule(
    between("change", -_BLOCK, _BLOCK),
    key=[],
    value="schools",
    needs=[PREVIOUS],
    severity=Severity.ERROR,
    blocking=True,
    zh="学校数由上期（{previous_period}）的 {schools_before} 所变为 {schools} 所"
    "（{change:+.1%}），变动超过 15%，暂不入库。",
    en="There are {schools} schools, {schools_before} in {previous_period} ({change:+.1%}): a "
    "change of more than 15%, so the list is not admitted.",
    remedy_zh="请核对是否只报了一部分学校或重复报送；情况属实的，请与省级联系人说明后再报。",
    remedy_en="Make sure that the list is whole and has no school twice; if the change is real, "
    "settle it with the contact of the exchange first.",
    source="T02",
)
def school_count_has_changed_much(about: About) -> pl.LazyFrame:
    """The change of the number of schools."""
    return _counts(about)


@table_rule(
    one_of("is_there", [True]),
    key=["school"],
    column="inst_code",
    value="inst_name",
    needs=[PREVIOUS],
    severity=Severity.ERROR,
    zh="上期（{previous_period}）的“{inst_name}”（{school}）不在本次合格数据中，"
    "也未报为合并、撤销或更名。",
    en="“{inst_name}” ({school}) of {previous_period} is not among the good rows, and was not "
    "reported as merged, closed or renamed.",
    remedy_zh="漏报的请补报；已合并、撤销、更名的，请保留该行并填机构状态 3、4 或 5 和状态日期；"
    "该行被退回的，请改正后重报。",
    remedy_en="Add it if it was forgotten; keep the row with status 3, 4 or 5 and its date if it "
    "was merged, closed or renamed; correct the row if it was sent back.",
    source="T03",
)
def school_has_disappeared(about: About) -> pl.LazyFrame:
    """Schools of the last period, and whether each is there again."""
    now = about.rows.select(_ID).unique().with_columns(is_there=pl.lit(value=True))
    earlier = about.previous.filter(~pl.col("status").is_in(_CLOSED)).select(_ID, "inst_name")
    found = earlier.join(now, on="school", how="left").sort("school")
    return measures.before(about, found.with_columns(pl.col("is_there").fill_null(value=False)))


@table_rule(
    equal("inst_name", "name_before"),
    key=["inst_code"],
    column="inst_name",
    needs=[PREVIOUS],
    severity=Severity.INFO,
    zh="学校 {inst_code} 上期（{previous_period}）名称为“{name_before}”，本次为“{inst_name}”，"
    "按更名记录。",
    en="School {inst_code} was “{name_before}” in {previous_period} and is “{inst_name}” now: "
    "recorded as renamed.",
    remedy_zh="更名属实的无需修改，可在曾用名中填原名；不属实的请改正名称或标识码。",
    remedy_en="Nothing to do if it was renamed; otherwise correct the name or the code.",
    source=f"T04；{_RULES}",
)
def school_has_another_name(about: About) -> pl.LazyFrame:
    """Schools of both periods with both names."""
    earlier = about.previous.select("inst_code", name_before="inst_name")
    both = (
        about.rows.select("inst_code", "inst_name").join(earlier, on="inst_code").sort("inst_code")
    )
    return measures.before(about, both)


@table_rule(
    no_lines(),
    key=["inst_code"],
    column="inst_code",
    value="inst_code",
    needs=[PREVIOUS],
    severity=Severity.WARNING,
    zh="“{inst_name}”上期（{previous_period}）的标识码为 {code_before}，本次为 {inst_code}。",
    en="“{inst_name}” had the code {code_before} in {previous_period} and has {inst_code} now.",
    remedy_zh="标识码一般不因更名而变；只有学校类别变化才重新编码。请核对，属实的可不修改。",
    remedy_en="A code changes only with the category of the school: check it, and leave it if the "
    "school was given a new one.",
    source=f"T04；{_RULES}",
)
def known_school_has_a_new_code(about: About) -> pl.LazyFrame:
    """Names of the last period that stand beside a code which was not there then."""
    earlier = about.previous.filter(pl.col("inst_code").is_not_null())
    known = (
        earlier.select("inst_name", code_before="inst_code")
        .sort("code_before")
        .unique("inst_name", keep="first")
    )
    fresh = about.rows.join(earlier.select("inst_code"), on="inst_code", how="anti")
    found = fresh.filter(pl.col("inst_code").is_not_null()).join(known, on="inst_name")
    lines = found.select("inst_code", "inst_name", "code_before").sort("inst_code")
    return measures.before(about, lines)
