"""Counts a figure: from the rows of a snapshot to an amount for each school, division or region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from yrdx.errors import ConfigurationError
from yrdx.indicators.definition import Exists, Figure, Groups, Indicator, parsed, unknown_columns

AMOUNT = pl.Decimal(38, 4)
"""Exact, so that the order of adding makes no difference."""

LINES = {
    "year": pl.Int32(),
    "province": pl.String(),
    "city": pl.String(),
    "stated": pl.String(),
    "school": pl.String(),
    "cut_value": pl.String(),
    "amount": AMOUNT,
}
SCHOOL = {
    "school_edu_level": "edu_level",
    "school_competent_line": "competent_line",
    "school_ownership_model": "ownership_model",
    "school_zone_tag": "zone_tag",
    "school_division": "division_code",
}
"""What a definition may ask of the school of a row, by what the directory calls it."""

_YEAR, _SCHOOL = "_year", "_school"
_DIVISION = "^[0-9]{6}$"


@dataclass(frozen=True, slots=True)
class Counting:
    """The rows of the snapshots, the directory of schools by year, and whose definition it is.

    `seen` keeps what several measures ask for.
    """

    rows: Mapping[str, pl.LazyFrame]
    directory: pl.DataFrame
    indicator: Indicator
    seen: dict[tuple[str, ...], pl.DataFrame] = field(default_factory=dict)

    def expression(self, text: str, frame: pl.LazyFrame, *, field: str) -> pl.Expr:
        """An expression of the definition over a frame that has all its columns."""
        found = parsed(text, indicator=self.indicator, field=field)
        lacking = unknown_columns(found, frame.collect_schema())
        if lacking:
            raise ConfigurationError(
                f"{self.indicator.name}.yaml: {field}: {text!r} reads {', '.join(lacking)}, which "
                f"are no columns there; there are {', '.join(frame.collect_schema())}"
            )
        return found

    def of(self, dataset: str, *, field: str) -> pl.LazyFrame:
        """The rows of a dataset."""
        if dataset not in self.rows:
            raise ConfigurationError(
                f"{self.indicator.name}.yaml: {field}.dataset: there is no {dataset!r} to count "
                f"from; there are {', '.join(self.rows)}"
            )
        return self.rows[dataset]


def count(
    figure: Figure, counting: Counting, *, field: str, cut: str | None = None
) -> pl.DataFrame:
    """The lines of a figure, with the value of a cut where one is asked for."""
    frame = prepared(figure, counting, field=field)
    value = pl.lit(None, pl.String)
    if cut is not None:
        value = counting.expression(cut, frame, field=f"{field} of a cut")
    frame = frame.with_columns(cut_value=value)
    if isinstance(frame.collect_schema()["cut_value"], pl.List):
        frame = frame.explode("cut_value", empty_as_null=True, keep_nulls=True)
    frame = frame.with_columns(pl.col("cut_value").cast(pl.String))
    if cut is not None:
        frame = frame.filter(pl.col("cut_value").is_not_null())
    # as a column: a number such as 1 would else be added up once for a group
    frame = frame.with_columns(_counted=_counted(figure, counting, frame, field=field))
    amount = _amount(figure)
    by = [name for name in LINES if name != "amount"]
    lines = frame.group_by(by).agg(amount=amount).cast({"amount": AMOUNT})
    return lines.select(*LINES).sort(by).collect(engine="streaming")


def arrived(figure: Figure, counting: Counting, *, field: str) -> pl.DataFrame:
    """Year and province of which there are rows at all, whatever is counted of them."""
    return _distinct(figure, counting, "province", "src_province", field=field)


def schools(figure: Figure, counting: Counting, *, field: str) -> pl.DataFrame:
    """Year and code of all schools of which there are rows."""
    return _distinct(figure, counting, "school", figure.place.expression, field=f"{field}.place")


def _distinct(
    figure: Figure, counting: Counting, name: str, text: str, *, field: str
) -> pl.DataFrame:
    """The years of a dataset's rows, each with the distinct values of an expression."""
    asked = (figure.dataset, figure.year, name, text)
    if asked not in counting.seen:
        frame = counting.of(figure.dataset, field=field)
        year = counting.expression(figure.year, frame, field=f"{field}.year")
        value = counting.expression(text, frame, field=field)
        found = frame.select(year.cast(pl.Int32, strict=False).alias("year"), value.alias(name))
        known = found.unique().drop_nulls().sort("year", name)
        counting.seen[asked] = known.collect(engine="streaming")
    return counting.seen[asked]


def prepared(figure: Figure, counting: Counting, *, field: str) -> pl.LazyFrame:
    """The rows that count, with year and place, and with what is known of their school."""
    frame = counting.of(figure.dataset, field=field)
    year = counting.expression(figure.year, frame, field=f"{field}.year")
    place = counting.expression(figure.place.expression, frame, field=f"{field}.place")
    frame = frame.with_columns(
        place.alias("_place"), year.cast(pl.Int32, strict=False).alias("year")
    )
    if figure.place.kind == "school":
        directory = counting.directory.lazy()
        frame = frame.join(
            directory, left_on=["_place", "year"], right_on=["school", "year"], how="left"
        )
    if figure.explode is not None:
        counting.expression(figure.explode, frame, field=f"{field}.explode")
        frame = frame.explode(figure.explode, empty_as_null=True, keep_nulls=True)
    if figure.where is not None:
        frame = frame.filter(counting.expression(figure.where, frame, field=f"{field}.where"))
    if figure.newest is not None:
        known = set(frame.collect_schema())
        lacking = {*figure.newest.by, figure.newest.order} - known
        if lacking:
            raise ConfigurationError(
                f"{counting.indicator.name}.yaml: {field}.newest names {sorted(lacking)}, which "
                f"are no columns there"
            )
        frame = frame.sort(figure.newest.order).unique(
            [*figure.newest.by, "year"], keep="last", maintain_order=True
        )
    if figure.exists is not None:
        frame = _with_partner(frame, figure.exists, counting, field=f"{field}.exists")
    if figure.groups is not None:
        frame = _gathered(frame, figure.groups, counting, field=f"{field}.groups")
    return frame.filter(pl.col("year").is_not_null(), pl.col("_place").is_not_null()).with_columns(
        **_places(figure.place.kind)
    )


def _with_partner(
    frame: pl.LazyFrame, exists: Exists, counting: Counting, *, field: str
) -> pl.LazyFrame:
    """The rows for which the other dataset has one."""
    other = counting.of(exists.dataset, field=field)
    if exists.where is not None:
        other = other.filter(counting.expression(exists.where, other, field=f"{field}.where"))
    own, theirs = {}, {}
    for number, (mine, its) in enumerate(exists.match.items()):
        name = f"_match{number}"
        own[name] = counting.expression(mine, frame, field=f"{field}.match").cast(pl.String)
        theirs[name] = counting.expression(its, other, field=f"{field}.match").cast(pl.String)
    keys = list(own)
    found = frame.with_columns(**own).join(other.select(**theirs).unique(), on=keys, how="semi")
    return found.drop(keys)


def _gathered(
    frame: pl.LazyFrame, groups: Groups, counting: Counting, *, field: str
) -> pl.LazyFrame:
    """One line for each group, with its aggregates."""
    school = [name for name in SCHOOL if name in frame.collect_schema()]
    given = {
        name: counting.expression(text, frame, field=f"{field}.gives.{name}")
        for name, text in groups.gives.items()
    }
    for name in groups.by:
        counting.expression(name, frame, field=f"{field}.by")
    lines = frame.group_by([*groups.by, "_place", "year"]).agg(
        *(pl.col(name).first() for name in school if name not in groups.by), **given
    )
    if groups.where is None:
        return lines
    return lines.filter(counting.expression(groups.where, lines, field=f"{field}.where"))


def _places(kind: str) -> dict[str, pl.Expr]:
    """Province, city, stated region and school of a row, by what its place is."""
    code, nothing = pl.col("_place").cast(pl.String), pl.lit(None, pl.String)
    found = dict.fromkeys(("province", "city", "stated", "school"), nothing)
    match kind:
        case "school":
            division = pl.col("school_division")
            found |= {"school": code, "province": code.str.slice(2, 2), "city": _city(division)}
        case "division":
            found |= {"province": code.str.head(2), "city": _city(code)}
        case "province":
            found |= {"province": code}
        case _:
            found |= {"province": code.str.head(2), "stated": code}
    return found


def _city(division: pl.Expr) -> pl.Expr:
    """The city of a division; none for that of a province itself."""
    is_one = division.str.contains(_DIVISION) & (division.str.slice(2, 2) != "00")
    return pl.when(is_one).then(division.str.head(4) + "00")


def _counted(figure: Figure, counting: Counting, frame: pl.LazyFrame, *, field: str) -> pl.Expr:
    """What of each row is counted or added up."""
    if figure.distinct is not None:
        return counting.expression(figure.distinct, frame, field=f"{field}.distinct")
    if figure.sum is not None:
        found = counting.expression(figure.sum, frame, field=f"{field}.sum")
        return found.cast(pl.Float64).round(4).cast(AMOUNT)
    return pl.lit(1)


def _amount(figure: Figure) -> pl.Expr:
    """The amount of a line; null where no row has a value: an absent figure is no zero."""
    value = pl.col("_counted")
    if figure.distinct is not None:
        return value.drop_nulls().n_unique().cast(pl.Int64)
    return pl.when(value.count() > 0).then(value.sum())
