"""Lists of enterprises as a whole: is it the whole list, names and codes, participation in depth.

| Rule of the agreement | Where it is judged |
| --- | --- |
| T91 | `list_seems_to_hold_participants_only`; that the list is complete, only its supplier can say: the indicator waits for it on publication |
| T92 in one delivery | key of the dataset: `key_is_used_twice` |
| T92 over time and between provinces | `enterprise_has_another_name`; between provinces: `enterprise_is_named_differently_by_the_other` |
| T93 | `name_has_two_credit_codes` |
| T94 | reference of coop_project: `reference_does_not_exist` |
| T101 | `participation_differs_from_projects` |
"""  # noqa: E501 - lines of a table

from __future__ import annotations

import polars as pl

from validations import measures
from yrdx.model import Severity
from yrdx.table_rule import PREVIOUS, About, between, equal, no_lines, snapshot, table_rule

_BIG = ["1", "2"]
_LIST = 20
"""So many large and medium enterprises at least, before their list is judged."""

_APPRENTICES = 10
"""Apprentices, or interns, from which a project is participation in depth (definition 1.0)."""


@table_rule(
    between("share", 0, 0.95),
    key=["stat_year"],
    column="deep_participation",
    value="share",
    severity=Severity.WARNING,
    zh="{stat_year} 年名录中 {enterprises} 家大中型企业有 {taking_part} 家（{share:.1%}）参与职教，"
    "看来只列了参与企业，不能作为“深度参与比例”的分母。",
    en="{taking_part} of the {enterprises} large and medium enterprises of {stat_year} take part "
    "({share:.1%}): the list seems to hold participants only, and cannot be the denominator of "
    "the share that takes part in depth.",
    remedy_zh="请由经信或统计部门提供全部大中型企业名录后重报；名录确已齐全的，请在报送说明中注明。",
    remedy_en="Send the list of all large and medium enterprises of the statistical authority; say "
    "so if this is it.",
    source="T91；国统字〔2017〕213号",
)
def list_seems_to_hold_participants_only(about: About) -> pl.LazyFrame:
    """The share of large and medium enterprises that take part in some way, by year."""
    takes_part = pl.col("deep_participation").fill_null(value=False) | (pl.col("pj_level") != "0")
    big = about.rows.filter(pl.col("size_code").is_in(_BIG))
    lines = big.group_by("stat_year").agg(
        enterprises=pl.len(), taking_part=takes_part.sum(), share=takes_part.mean()
    )
    return lines.filter(pl.col("enterprises") >= _LIST)


@table_rule(
    equal("ent_name", "name_before"),
    key=["uscc"],
    column="ent_name",
    value="ent_name",
    needs=[PREVIOUS],
    severity=Severity.WARNING,
    zh="信用代码 {uscc} 上期（{previous_period}）的企业名称为“{name_before}”，本次为“{ent_name}”。",
    en="Credit code {uscc} was “{name_before}” in {previous_period} and is “{ent_name}” now.",
    remedy_zh="更名属实的可不修改；否则请核对名称或信用代码是否错行。",
    remedy_en="Leave it if the enterprise was renamed; otherwise the name or the code is of "
    "another row.",
    source="T92",
)
def enterprise_has_another_name(about: About) -> pl.LazyFrame:
    """Enterprises that are there again under another name."""
    earlier = about.previous.select("uscc", name_before="ent_name").unique("uscc", keep="first")
    both = about.rows.select("uscc", "ent_name").join(earlier, on="uscc")
    return measures.before(about, both.filter(pl.col("ent_name") != pl.col("name_before")))


@table_rule(
    no_lines(),
    key=["ent_name"],
    column="uscc",
    value="codes",
    severity=Severity.WARNING,
    zh="企业“{ent_name}”有 {codes} 个统一社会信用代码：{which}。",
    en="The enterprise “{ent_name}” has {codes} credit codes: {which}.",
    remedy_zh="请核对代码；分公司应填全称（含“分公司”），同一企业只保留一行。",
    remedy_en="Check the codes; give branches their full name, and each enterprise one row.",
    source="T93",
)
def name_has_two_credit_codes(about: About) -> pl.LazyFrame:
    """Names that stand beside several codes in one year."""
    found = about.rows.group_by("ent_name", "stat_year").agg(
        codes=pl.col("uscc").n_unique(), which=measures.joined("uscc")
    )
    return found.filter(pl.col("codes") > 1)


def _in_depth(projects: pl.LazyFrame) -> pl.LazyFrame:
    """Partners that take part in depth, by definition 1.0, with the year of their projects.

    An industry college, modern apprenticeship or college of mixed ownership; an ordered class or
    internships of enough students; courses made together with teachers from the enterprise.
    """
    kind, many = pl.col("coop_type"), _APPRENTICES
    deep = (
        kind.is_in(["01", "03", "11"])
        | ((kind == "02") & (pl.col("students_order") >= many).fill_null(value=False))
        | ((kind == "12") & (pl.col("interns") >= many).fill_null(value=False))
        | (
            (kind == "05")
            & (pl.col("courses") >= 1).fill_null(value=False)
            & (pl.col("ent_teachers") >= 1).fill_null(value=False)
        )
    )
    running = projects.filter(pl.col("coop_status") == "1", pl.col("partner_uscc").is_not_null())
    return running.group_by(uscc="partner_uscc", stat_year=measures.begins()).agg(
        projects=pl.len(), derived=deep.any()
    )


@table_rule(
    equal("stated", "derived"),
    key=["uscc", "stat_year"],
    column="deep_participation",
    value="stated",
    needs=[snapshot("coop_project")],
    severity=Severity.WARNING,
    zh="企业“{ent_name}”（{uscc}）填报的“深度参与职教”为{stated}，按 {stat_year} 年的 {projects} 个"
    "合作项目推算为{derived}。",
    en="“{ent_name}” ({uscc}) is reported as taking part in depth: {stated}; its {projects} "
    "projects of {stat_year} say: {derived}.",
    remedy_zh="请核对校企合作项目是否报全、类型是否正确；按口径 1.0 推算结果与填报值并列保存。",
    remedy_en="Make sure that all projects were reported with the right type; both values "
    "are kept.",
    source="T101（深度参与口径 1.0）",
)
def participation_differs_from_projects(about: About) -> pl.LazyFrame:
    """What is stated of enterprises with projects, and what the projects say."""
    stated = about.rows.filter(pl.col("deep_participation").is_not_null()).select(
        "uscc", "stat_year", "ent_name", stated="deep_participation"
    )
    claims = pl.col("stated") | pl.col("derived").is_not_null()
    both = stated.join(
        _in_depth(about.snapshot("coop_project")), on=["uscc", "stat_year"], how="left"
    ).filter(claims)
    return both.with_columns(
        pl.col("derived").fill_null(value=False), pl.col("projects").fill_null(0)
    )
