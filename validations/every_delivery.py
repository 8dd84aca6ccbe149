"""Rules about every delivery as a whole: its size, its gaps, its codes and its units.

They compare it with what the same unit delivered for the last earlier period. What the common
rules G1, G2 and G6 to G8 ask for follows from the contract, and is judged with the rows.
"""

from __future__ import annotations

import polars as pl

from validations import measures
from yrdx.dataset import Column, Dataset, Kind
from yrdx.model import Severity
from yrdx.table_rule import (
    PREVIOUS,
    About,
    between,
    no_lines,
    snapshot,
    table_rule,
)

ENOUGH_ROWS = 20
"""Fewer rows than this in the last period: a few more or less are no sign of anything."""

HALF, MUCH = -0.5, 0.3
"""Limits of the change of the number of rows (G3)."""

POINTS = 0.2
"""By how much the share of empty cells may rise (G4)."""

UNSTABLE = 0.25
"""Population stability index from which a distribution is another one (G5)."""

ROWS_A_CODE = 20
"""Rows that there must be for each code in use, before shares of codes say anything."""

SMALLEST_SHARE = 0.0001
"""Stands for a share of nothing, whose logarithm there is not."""

POWERS = (10, 100, 1_000, 10_000)
"""Factors between units that are mistaken for each other: 元, 千元, 万元, 亿元; 1 and 百分数."""

ABOUT_A_POWER = 1.4
"""A jump is by a power of ten when it is within this factor of it."""

ENOUGH_FIGURES = 10
"""Figures other than zero that a column must have before its size says anything."""

KNOWN_PLACE = frozenset({"institution", "institution_year", "program_offering"})
"""Datasets whose own rules ask for the institutions and majors of the last period."""

OWN_UNITS = frozenset({"funding_year"})
"""Datasets whose own rules compare every amount with that of the last period."""


def _rows_now_and_before(about: About) -> pl.LazyFrame:
    """One line: the number of rows now and in the last period, and by how much it changed."""
    before = about.previous.select(before=pl.len())
    now = about.rows.select(now=pl.len())
    change = pl.col("now").cast(pl.Float64) / pl.col("before") - 1
    enough = pl.col("before") >= ENOUGH_ROWS
    return pl.concat([now, before], how="horizontal").with_columns(
        previous_period=pl.lit(about.previous_period, pl.String),
        change=pl.when(enough).then(change),
    )


@table_rule(
    between("change", HALF, None),
    key=(),
    value="now",
    needs=(PREVIOUS,),
    severity=Severity.ERROR,
    blocking=True,
    zh="本次合格 {now} 行，上一期（{previous_period}）{before} 行，减少一半以上（{change:+.1%}），"
    "疑似报送不全。",
    en="There are {now} good rows and there were {before} in the last period ({previous_period}): "
    "less than half ({change:+.1%}); the delivery seems incomplete.",
    remedy_zh="请核对是否漏报了地区、学校或工作表，补全后重新报送；确实减少的，请先与数据交换中心联系。",
    remedy_en="Look for missing regions, schools or sheets and send all of it again; where the "
    "number has really fallen, get in touch with the exchange first.",
    source="G3",
)
def row_count_fell_by_half(about: About) -> pl.LazyFrame:
    """One line: the number of rows now and in the last period."""
    return _rows_now_and_before(about)


@table_rule(
    between("change", -MUCH, MUCH),
    key=(),
    value="now",
    needs=(PREVIOUS,),
    severity=Severity.WARNING,
    zh="本次合格 {now} 行，上一期（{previous_period}）{before} 行，变化 {change:+.1%}，超过 30%。",
    en="There are {now} good rows and there were {before} in the last period ({previous_period}): "
    "a change of {change:+.1%}, more than 30 %.",
    remedy_zh="请核对是否漏报或重复报送，并说明变化的原因。",
    remedy_en="Check for rows left out or sent twice, and tell the reason of the change.",
    source="G3",
)
def row_count_changed_much(about: About) -> pl.LazyFrame:
    """One line: the number of rows now and in the last period, a fall by half told elsewhere."""
    lines = _rows_now_and_before(about)
    told = pl.col("change") < HALF
    return lines.with_columns(change=pl.when(~told).then("change"))


@table_rule(
    between("rise", None, POINTS),
    key=(),
    value="now",
    needs=(PREVIOUS,),
    severity=Severity.WARNING,
    zh="“{title}”为空的比例由上一期的 {before:.1%} 升到 {now:.1%}。",
    en="The share of empty cells of “{title_en}” has risen from {before:.1%} to {now:.1%}.",
    remedy_zh="请核对该列是否漏填、表头是否改了名称，补全后重新报送或说明原因。",
    remedy_en="Check whether the column was left out or its header renamed; fill it in, or tell "
    "the reason.",
    source="G4",
)
def values_are_missing_more_often(about: About) -> pl.LazyFrame:
    """One line a field: which share of its cells is empty now, and was in the last period."""
    fields = [name for name in about.dataset.columns if name not in about.not_supplied]
    now, before = (
        _by_field(frame.select(pl.col(fields).null_count() / pl.len()), as_="share")
        for frame in (about.rows, about.previous)
    )
    return (
        _titled(about.dataset)
        .join(now.rename({"share": "now"}), on="column")
        .join(before.rename({"share": "before"}), on="column")
        .with_columns(pl.col("now", "before").fill_nan(None))
        .with_columns(rise=pl.col("now") - pl.col("before"))
    )


@table_rule(
    between("stability_index", None, UNSTABLE),
    key=(),
    value="stability_index",
    needs=(PREVIOUS,),
    severity=Severity.WARNING,
    zh="“{title}”各代码的占比与上一期明显不同（PSI {stability_index:.2f}，超过 0.25），"
    "变化最大的是代码 {code}：由 {before:.1%} 变为 {now:.1%}。",
    en="The codes of “{title_en}” have other shares than in the last period (PSI "
    "{stability_index:.2f}, over 0.25); most changed is code {code}: from {before:.1%} to "
    "{now:.1%}.",
    remedy_zh="请核对代码是否整体错位（如代码表版本、列错位），无误的请说明原因。",
    remedy_en="Check whether codes were shifted as a whole (edition of the list, shifted columns); "
    "where they are right, tell the reason.",
    source="G5",
)
def codes_are_distributed_otherwise(about: About) -> pl.LazyFrame:
    """One line a field with a code list: how far the shares of its codes moved (PSI)."""
    fields = [name for name, column in about.dataset.columns.items() if _has_few_codes(column)]
    if not fields:
        return (
            _titled(about.dataset)
            .filter(pl.lit(value=False))
            .with_columns(
                code=pl.lit(None, pl.String),
                now=pl.lit(None, pl.Float64),
                before=pl.lit(None, pl.Float64),
                stability_index=pl.lit(None, pl.Float64),
            )
        )
    lines = pl.concat([_moved(about, name) for name in fields])
    return _titled(about.dataset).join(lines, on="column")


def _has_few_codes(column: Column) -> bool:
    return column.codes is not None and column.kind is not Kind.CODES


def _moved(about: About, name: str) -> pl.LazyFrame:
    """How far the shares of one field's codes moved, and the code that moved most."""
    now, before = (
        frame.select(code=pl.col(name).cast(pl.String))
        .drop_nulls()
        .group_by("code")
        .agg(rows=pl.len())
        for frame in (about.rows, about.previous)
    )
    both = now.rename({"rows": "now"}).join(
        before.rename({"rows": "before"}), on="code", how="full", coalesce=True
    )
    counts = both.with_columns(pl.col("now", "before").fill_null(0).cast(pl.Float64))
    least = pl.min_horizontal(pl.col("now").sum(), pl.col("before").sum())
    shares = counts.with_columns(
        pl.col("now") / pl.col("now").sum(),
        pl.col("before") / pl.col("before").sum(),
        enough=least >= ROWS_A_CODE * pl.len(),
    )
    p, q = (pl.col(when).clip(lower_bound=SMALLEST_SHARE) for when in ("now", "before"))
    first_the_most_moved = shares.with_columns(
        moved=(p - q) * (p / q).log(), far=(pl.col("now") - pl.col("before")).abs()
    ).sort("far", "code", descending=[True, False])
    return first_the_most_moved.select(
        pl.col("code", "now", "before").first(),
        column=pl.lit(name),
        stability_index=pl.when(pl.col("enough").first()).then(pl.col("moved").sum()),
    )


@table_rule(
    no_lines(),
    key=(),
    value="now",
    needs=(PREVIOUS,),
    explains=(PREVIOUS,),
    severity=Severity.ERROR,
    blocking=True,
    zh="“{title}”整列的数值约为上一期的 {factor} 倍（中位数由 {before} 变为 {now}），"
    "疑似计量单位错误。",
    en="The figures of “{title_en}” are about {factor} times those of the last period (the median "
    "went from {before} to {now}): their unit seems to be wrong.",
    remedy_zh="请核对该列的单位（元、千元、万元，人、百人，百分数或小数等），"
    "按模板注明的单位换算后重新报送。",
    remedy_en="Check the unit of the column (yuan, thousands, ten thousands; persons; percent or "
    "share), convert it to the one that the template states, and send the file again.",
    source="T152",
)
def figures_jumped_by_a_power_of_ten(about: About) -> pl.LazyFrame:
    """Only fields whose lower, middle and upper figures all jumped by the same power of ten."""
    fields = _with_figures(about.dataset)
    lines = [
        _quartiles(frame, fields, as_=when)
        for frame, when in ((about.rows, "now"), (about.previous, "before"))
    ]
    jump = [pl.col(f"now_{place}") / pl.col(f"before_{place}") for place in _QUARTILES]
    factor = pl.coalesce(
        pl.when(
            pl.all_horizontal(
                (item >= power / ABOUT_A_POWER) & (item <= power * ABOUT_A_POWER) for item in jump
            )
        ).then(pl.lit(power, pl.Float64))
        for power in (*POWERS, *(1 / power for power in POWERS))
    )
    return (
        _titled(about.dataset)
        .join(lines[0], on="column")
        .join(lines[1], on="column")
        .select("column", "title", "title_en", "now_2", "before_2", factor=factor)
        .rename({"now_2": "now", "before_2": "before"})
        .drop_nulls("factor")
    )


_QUARTILES = {1: 0.25, 2: 0.5, 3: 0.75}


def _with_figures(dataset: Dataset) -> list[str]:
    """Fields that hold amounts and counts, and are no part of the key."""
    if dataset.name in OWN_UNITS:
        return []
    kinds = (Kind.INTEGER, Kind.DECIMAL)
    return [
        name
        for name, column in dataset.columns.items()
        if column.kind in kinds and column.codes is None and name not in dataset.key
    ]


def _quartiles(frame: pl.LazyFrame, fields: list[str], *, as_: str) -> pl.LazyFrame:
    """One line a field: the quartiles of its figures other than zero; null where they are few."""
    figures = {name: pl.col(name).cast(pl.Float64).replace(0, None) for name in fields}
    lines = [
        frame.select(
            column=pl.lit(name),
            **{
                f"{as_}_{place}": pl.when(item.count() >= ENOUGH_FIGURES).then(item.quantile(part))
                for place, part in _QUARTILES.items()
            },
        )
        for name, item in figures.items()
    ]
    empty = pl.LazyFrame(
        schema={"column": pl.String} | {f"{as_}_{place}": pl.Float64 for place in _QUARTILES}
    )
    return pl.concat([empty, *lines])


@table_rule(
    no_lines(),
    key=("inst_code", "inst_name"),
    column="inst_code",
    needs=(PREVIOUS, snapshot("institution")),
    severity=Severity.WARNING,
    zh="上一期（{previous_period}）报送过的学校 {inst_code} {inst_name}，本次没有数据。",
    en="School {inst_code} {inst_name}, delivered for the last period ({previous_period}), has no "
    "rows this time.",
    remedy_zh="请核对是否漏报；学校已停招、合并、撤销或更名的，请先更新院校名录。",
    remedy_en="Check whether it was left out; where the school stopped, merged, closed or changed "
    "its name, update the register of institutions first.",
    source="T13",
)
def institution_of_last_period_is_missing(about: About) -> pl.LazyFrame:
    """Only institutions in operation that the last period has rows of, and this one has not."""
    empty = {"inst_code": pl.String, "inst_name": pl.String, "previous_period": pl.String}
    if "inst_code" not in about.dataset.columns or about.dataset.name in KNOWN_PLACE:
        return pl.LazyFrame(schema=empty)
    register = (
        about.snapshot("institution")
        .drop_nulls("inst_code")
        .group_by("inst_code")
        .agg(pl.col("inst_name", "status").sort_by(measures.dated(), "inst_name").last())
    )
    return (
        about.previous.select("inst_code")
        .drop_nulls()
        .unique()
        .join(about.rows.select("inst_code").drop_nulls().unique(), on="inst_code", how="anti")
        .join(register.filter(pl.col("status") == "1"), on="inst_code")
        .select("inst_code", "inst_name", previous_period=pl.lit(about.previous_period, pl.String))
    )


def _titled(dataset: Dataset) -> pl.LazyFrame:
    """One line a field, with its titles."""
    return pl.LazyFrame(
        {
            "column": list(dataset.columns),
            "title": [column.title.zh for column in dataset.columns.values()],
            "title_en": [column.title.en for column in dataset.columns.values()],
        }
    )


def _by_field(frame: pl.LazyFrame, *, as_: str) -> pl.LazyFrame:
    """One line of figures, one a field, turned into one line a field."""
    return frame.unpivot(variable_name="column", value_name=as_)
