"""The map of industries and majors, joined with what schools offer and what employers ask for.

Definitions, version 1.0 (docs/supply-and-demand.md says them to readers):

- **A year** is one in which a school year of some province's offerings begins, or for which some
  province states demand. Of offerings, students and demand of a province the newest up to that
  year count, and every row says of which school year or year they are.
- **The map of a province** is the newest version of its own map and of the joint one, of the edges
  in force on the last day of the year. Where both have an edge, the stronger relation counts. A
  province without a map is not judged.
- **Offered** is a major that at least one school of the province enrols for (status 1 or 2). The
  K of state-controlled majors is no part of what is compared.
- **Supply** are the graduates of a major. They are divided among the edges of the major in the
  province by the strength of the relation (weak 1, medium 2, strong 3), each part rounded to two
  places, so that nobody is counted twice.
- **A job** is an industry (the division of GB/T 4754), an occupation and an education level: more
  is not said of demand. Of the demand of a province and of its cities, that of the province
  counts where it is stated, else the sum of the cities.
- Figures of one to four persons are left out before anything is computed from them.
"""

from __future__ import annotations

import polars as pl

from yrdx.table_rule import PROVINCE

PLACE = ["province_code", "stat_year"]
"""What every row is about first: a province in a year."""

EDGE = ["industry_code", "chain_node", "occupation_code", "catalog_version", "major"]
"""An edge of the map; `major` is the code without its K."""

JOB = ["industry_division", "occupation_code", "edu_level"]
"""What demand is stated for."""

STUDENTS = ["enrolled", "newly_enrolled", "graduated"]
"""Figures of students; `graduated` is the supply."""

SMALL = 5
"""Fewer persons than this are not told."""

_JOINT = "YR"
_ENROLLING, _OTHERWISE_OPEN = ["1", "2"], ["3", "5"]
_DECIMALS = 100


def years_of(offerings: pl.LazyFrame, demand: pl.LazyFrame | None) -> pl.LazyFrame:
    """The years of every province that has offerings, from its first on.

    All provinces have the same years, so that each can be seen beside the others.
    """
    begun = offerings.select(province_code=PROVINCE, stat_year=_begins()).unique()
    every = [begun.select("stat_year")]
    if demand is not None:
        every.append(demand.select("stat_year"))
    first = begun.group_by("province_code").agg(first=pl.col("stat_year").min())
    placed = first.join(pl.concat(every).unique(), how="cross")
    return placed.filter(pl.col("stat_year") >= pl.col("first")).select(PLACE)


def edges_of(maps: pl.LazyFrame, years: pl.LazyFrame) -> pl.LazyFrame:
    """The edges that hold in each province and year, each with its share of the major's people.

    `weight` is the strength of the relation, `weights` that of all edges of the major.
    """
    owner = pl.col("owner_province")
    provinces = years.select(place="province_code").unique()
    placed = maps.join(provinces, how="cross").filter(
        (owner == _JOINT) | ((owner == pl.col("place")) & (owner == pl.col(PROVINCE)))
    )
    dated = placed.join(years, left_on="place", right_on="province_code")
    day = pl.date(pl.col("stat_year"), 12, 31)
    in_force = dated.filter(
        (pl.col("valid_from") <= day) & (pl.col("valid_to").is_null() | (pl.col("valid_to") >= day))
    )
    edges = _newest_version(in_force).rename({"place": "province_code"})
    each = edges.group_by([*PLACE, *EDGE]).agg(
        pl.col("major_code").max(),
        pl.col("job_name").min(),
        pl.col("edu_level").max(),
        pl.col("relation").max(),
        map_versions=pl.col("map_version").unique().sort().str.join("、"),
    )
    weight = pl.col("relation").cast(pl.Int64)
    whole = weight.sum().over([*PLACE, "catalog_version", "major"])
    return each.with_columns(weight=weight, weights=whole)


def _newest_version(edges: pl.LazyFrame) -> pl.LazyFrame:
    """Of each owner the edges of the version that began last."""
    of_owner = ["place", "stat_year", "owner_province"]
    began = pl.col("valid_from").max().over([*of_owner, "map_version"])
    newest = edges.with_columns(began=began).filter(
        pl.col("began") == pl.col("began").max().over(of_owner)
    )
    last = pl.col("map_version") == pl.col("map_version").max().over(of_owner)
    return newest.filter(last).with_columns(major=_plain("major_code"))


def offered(offerings: pl.LazyFrame, years: pl.LazyFrame) -> pl.LazyFrame:
    """Majors and the schools that offer them, in the newest school year up to each year."""
    newest = _newest_up_to(offerings.with_columns(begins=_begins()), years)
    is_open = pl.col("offer_status").is_in(_ENROLLING)
    school = pl.col("inst_code")
    return newest.group_by(*PLACE, "catalog_version", major=_plain("major_code")).agg(
        pl.col("school_year").max(),
        pl.col("major_code").max(),
        pl.col("major_name").min(),
        schools=school.filter(is_open).n_unique(),
        schools_not_enrolling=school.filter(
            pl.col("offer_status").is_in(_OTHERWISE_OPEN)
        ).n_unique(),
    )


def students(scale: pl.LazyFrame, years: pl.LazyFrame) -> pl.LazyFrame:
    """Students of each major, in the newest school year up to each year."""
    newest = _newest_up_to(scale.with_columns(begins=_begins()), years)
    return newest.group_by(*PLACE, "catalog_version", major=_plain("major_code")).agg(
        *(_told(pl.col(name).sum()).alias(name) for name in STUDENTS)
    )


def plans(enrolment: pl.LazyFrame) -> pl.LazyFrame:
    """Places planned for each major and year, as the province of the school states them."""
    own = enrolment.filter(pl.col("inst_code").str.slice(2, 2) == pl.col(PROVINCE))
    return own.group_by(
        province_code=PROVINCE,
        stat_year="enroll_year",
        catalog_version="catalog_version",
        major=_plain("major_code"),
    ).agg(_told(pl.col("plan_num").sum()).alias("plan_num"))


def demand_of(demand: pl.LazyFrame, years: pl.LazyFrame) -> pl.LazyFrame:
    """What is asked for, by job, in the newest year of demand up to each year."""
    newest = _newest_up_to(demand.with_columns(begins="stat_year"), years)
    said = [*PLACE, "industry_code", "occupation_code", "edu_level"]
    is_province = pl.col("division_code").str.ends_with("0000")
    one_level = newest.filter(is_province | ~is_province.any().over(said))
    division = pl.col("industry_code").str.head(2)
    return (
        one_level.with_columns(industry_division=division)
        .group_by([*PLACE, *JOB])
        .agg(
            demand_year=pl.col("begins").max(),
            demand_num=pl.col("demand_num").sum(),
            shortage_level=pl.col("shortage_level").max(),
            supply_stated=_sum_of_known("supply_num"),
        )
    )


def coverage(
    *,
    maps: pl.LazyFrame,
    offerings: pl.LazyFrame,
    demand: pl.LazyFrame | None = None,
    scale: pl.LazyFrame | None = None,
    enrolment: pl.LazyFrame | None = None,
) -> pl.LazyFrame:
    """Every edge of the maps and every major offered beside them, with schools and students."""
    years = years_of(offerings, demand)
    edges = edges_of(maps, years)
    majors = _majors(offerings, years, scale=scale, enrolment=enrolment)
    of_major = [*PLACE, "catalog_version", "major"]
    on_map = edges.join(
        majors.drop("major_code"), on=of_major, how="left", maintain_order="left"
    ).with_columns(
        edges=pl.len().over(of_major),
        graduates_shared=_hundredths("graduated", "weight", "weights"),
        coverage_state=pl.when(pl.col("schools") > 0).then(pl.lit("1")).otherwise(pl.lit("2")),
        node_is_offered=(pl.col("schools") > 0)
        .fill_null(value=False)
        .any()
        .over([*PLACE, "industry_code", "chain_node"]),
    )
    beside = majors.filter(pl.col("schools") > 0).join(edges, on=of_major, how="anti")
    mapped = edges.select(PLACE).unique()
    editions = edges.select([*PLACE, "catalog_version"]).unique()
    known = editions.with_columns(coverage_state=pl.lit("3"))
    orphans = (
        beside.join(mapped, on=PLACE, how="semi")
        .join(known, on=[*PLACE, "catalog_version"], how="left")
        .with_columns(pl.col("coverage_state").fill_null("4"), edges=pl.lit(0, pl.UInt32))
    )
    every = pl.concat([on_map, orphans], how="diagonal")
    return _with_neighbours(every, majors).with_columns(
        pl.col("schools", "schools_not_enrolling").fill_null(0),
        pl.col("school_year").max().over(PLACE),
    )


def _majors(
    offerings: pl.LazyFrame,
    years: pl.LazyFrame,
    *,
    scale: pl.LazyFrame | None,
    enrolment: pl.LazyFrame | None,
) -> pl.LazyFrame:
    """What is known of each major of a province in a year; figures nobody gave are null."""
    found = offered(offerings, years)
    on = [*PLACE, "catalog_version", "major"]
    for rows, names in (
        (None if scale is None else students(scale, years), STUDENTS),
        (None if enrolment is None else plans(enrolment), ["plan_num"]),
    ):
        if rows is None:
            found = found.with_columns(pl.lit(None, pl.Int64).alias(name) for name in names)
        else:
            found = found.join(rows, on=on, how="full", coalesce=True)
    return found.join(years, on=PLACE, how="semi")


def _with_neighbours(rows: pl.LazyFrame, majors: pl.LazyFrame) -> pl.LazyFrame:
    """The rows with the schools of other provinces that offer the same major in the same year.

    What a major is called is taken from there, too, where no school of the province offers it.
    """
    major = ["stat_year", "catalog_version", "major"]
    region = majors.group_by(major).agg(
        everywhere=pl.col("schools").sum(), called=pl.col("major_name").min()
    )
    here = pl.col("schools").fill_null(0)
    return rows.join(region, on=major, how="left").with_columns(
        pl.coalesce("major_name", "called"),
        schools_elsewhere=pl.col("everywhere").fill_null(0) - here,
    )


def supply_and_demand(
    *,
    maps: pl.LazyFrame,
    offerings: pl.LazyFrame,
    demand: pl.LazyFrame,
    scale: pl.LazyFrame | None = None,
) -> pl.LazyFrame:
    """Every job that is asked for or on the map, with the people trained for it."""
    every = coverage(maps=maps, offerings=offerings, demand=demand, scale=scale)
    edges = every.filter(pl.col("coverage_state").is_in(["1", "2"]))
    jobs = _trained(edges.with_columns(industry_division=pl.col("industry_code").str.head(2)))
    asked = demand_of(demand, years_of(offerings, demand))
    judged = every.select(PLACE).unique()
    stated = asked.select(PLACE).unique()
    both = asked.join(judged, on=PLACE, how="semi").join(
        jobs.join(stated, on=PLACE, how="semi"), on=[*PLACE, *JOB], how="full", coalesce=True
    )
    is_offered = pl.col("majors_offered") > 0
    state = (
        pl.when(pl.col("majors").is_null())
        .then(pl.lit("3"))
        .when(pl.col("demand_num").is_null())
        .then(pl.lit("4"))
        .when(is_offered)
        .then(pl.lit("1"))
        .otherwise(pl.lit("2"))
    )
    return both.with_columns(
        pl.col("majors", "majors_offered").fill_null(0),
        supply_state=state,
        supply_ratio=_ten_thousandths("supply_shared", "demand_num"),
    )


def _trained(edges: pl.LazyFrame) -> pl.LazyFrame:
    """The majors of every job, and their graduates: their parts of it, and at most all of them."""
    majors = edges.group_by([*PLACE, *JOB, "catalog_version", "major"]).agg(
        pl.col("job_name").min(),
        pl.col("schools").max(),
        pl.col("graduated").max(),
        _sum_of_known("graduates_shared"),
    )
    return majors.group_by([*PLACE, *JOB]).agg(
        pl.col("job_name").min(),
        majors=pl.len(),
        majors_offered=(pl.col("schools") > 0).sum(),
        supply_shared=_sum_of_known("graduates_shared"),
        supply_at_most=_sum_of_known("graduated"),
    )


def _newest_up_to(rows: pl.LazyFrame, years: pl.LazyFrame) -> pl.LazyFrame:
    """The rows of a province that are newest in each of its years; `begins` dates them."""
    dated = rows.select(province_code=PROVINCE, begins="begins").unique()
    newest = (
        years.join(dated, on="province_code")
        .filter(pl.col("begins") <= pl.col("stat_year"))
        .group_by(PLACE)
        .agg(pl.col("begins").max())
    )
    plain = rows.drop("stat_year", strict=False)
    return newest.join(plain, left_on=["province_code", "begins"], right_on=[PROVINCE, "begins"])


def _begins() -> pl.Expr:
    return pl.col("school_year").str.head(4).cast(pl.Int16, strict=False)


def _plain(major_code: str) -> pl.Expr:
    return pl.col(major_code).str.strip_suffix("K")


def _told(persons: pl.Expr) -> pl.Expr:
    return pl.when(~persons.is_between(1, SMALL - 1)).then(persons)


def _sum_of_known(name: str) -> pl.Expr:
    """The sum of a column, null where nothing is known: an absent figure is not a zero."""
    column = pl.col(name)
    return pl.when(column.count() > 0).then(column.sum()).alias(name)


def _hundredths(persons: str, part: str, whole: str) -> pl.Expr:
    """A part of some persons in hundredths, as a whole number: sums do not depend on the order."""
    twice = 2 * _DECIMALS * pl.col(persons) * pl.col(part) + pl.col(whole)
    return twice // (2 * pl.col(whole))


def _ten_thousandths(hundredths: str, persons: str) -> pl.Expr:
    """What is supplied for each person asked for, in ten thousandths; null without demand."""
    asked = pl.col(persons)
    ratio = (2 * _DECIMALS * pl.col(hundredths) + asked) // (2 * asked)
    return pl.when(asked > 0).then(ratio)


def as_decimal(name: str, places: int) -> pl.Expr:
    """A whole number of hundredths (2 places), ten thousandths (4) … as the figure itself."""
    whole = float(10**places)
    return (pl.col(name) / whole).round(places).cast(pl.Decimal(18, places)).alias(name)
