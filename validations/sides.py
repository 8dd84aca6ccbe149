"""Measures that hold two datasets together, whichever of the two is the one delivered.

Each takes both sides as rows and gives one line for each school, so that the rule can stand in
both modules: what arrives first has nothing to be compared with yet, what arrives second has.
"""

from __future__ import annotations

import polars as pl

from validations import measures
from validations.measures import begins, total


def students(years: pl.LazyFrame, scales: pl.LazyFrame) -> pl.LazyFrame:
    """Students of each school: its own total, and the sum over its majors.

    `attached` tells that a college also has majors of secondary schools, whose classes it may
    count elsewhere.
    """
    higher = ~pl.col("inst_code").str.head(2).is_in(measures.SECONDARY)
    summed = (
        scales.with_columns(secondary=higher & measures.is_secondary_major())
        .group_by("inst_code", "school_year")
        .agg(by_major=pl.col("enrolled").sum(), attached=pl.col("secondary").any())
    )
    stated = years.select("inst_code", "school_year", "enrolled_total")
    both = stated.join(summed, on=["inst_code", "school_year"])
    off = pl.col("by_major") - pl.col("enrolled_total")
    return both.with_columns(difference=off).sort("inst_code", "school_year")


def entrants(years: pl.LazyFrame, plans: pl.LazyFrame) -> pl.LazyFrame:
    """Those who began at each school: its own number, and who registered in the third round.

    A school is judged once all of its plans have come to that round.
    """
    done = pl.col("round") == "3"
    summed = (
        plans.group_by("inst_code", "enroll_year")
        .agg(registered=pl.col("registered_num").filter(done).sum(), whole=done.all())
        .filter("whole")
    )
    stated = years.select("inst_code", "school_year", "new_total", enroll_year=begins())
    both = stated.join(summed, on=["inst_code", "enroll_year"])
    off = pl.col("registered") - pl.col("new_total")
    return both.with_columns(difference=off).sort("inst_code", "school_year")


def leavers(years: pl.LazyFrame, destinations: pl.LazyFrame) -> pl.LazyFrame:
    """Graduates of each school: its own number, and the persons whose destination is told.

    One line for each survey; none for a school whose number is not known. Schools of a kind that
    nobody reports destinations of, as colleges and secondary schools, are left out.
    """
    told = destinations.group_by("inst_code", "grad_year", "survey_date").agg(
        destinations=pl.col("person_key").n_unique()
    )
    kind = pl.col("inst_code").str.head(2).alias("kind")
    surveys = destinations.select("grad_year", "survey_date", kind).unique()
    stated = years.select("inst_code", "graduates_total", grad_year=begins()).with_columns(kind)
    asked = stated.join(surveys, on=["grad_year", "kind"])
    both = asked.join(told, on=["inst_code", "grad_year", "survey_date"], how="left")
    counted = both.with_columns(pl.col("destinations").fill_null(0))
    off = pl.col("destinations").cast(pl.Int64) - pl.col("graduates_total")
    lines = counted.with_columns(difference=off).drop("kind")
    return lines.sort("inst_code", "grad_year", "survey_date")


def teachers(years: pl.LazyFrame, persons: pl.LazyFrame) -> pl.LazyFrame:
    """Full-time, double-qualified and industry teachers of each school: its numbers, and persons.

    Null where the school does not state a number.
    """
    of_school = pl.col("teacher_type") == "1"
    double = of_school & (pl.col("double_level") != "0")
    person = pl.col("teacher_key")
    counted = persons.group_by("inst_code", "school_year").agg(
        fulltime=person.filter(of_school).n_unique(),
        double=person.filter(double).n_unique(),
        professors=person.filter(pl.col("teacher_type") == "3").n_unique(),
    )
    names = ["fulltime_teachers", "double_qualified", "industry_professors"]
    stated = years.select("inst_code", "school_year", *names)
    both = stated.join(counted, on=["inst_code", "school_year"])
    pairs = zip(("fulltime", "double", "professors"), names, strict=True)
    off = {f"{ours}_off": pl.col(ours).cast(pl.Int64) - pl.col(theirs) for ours, theirs in pairs}
    return both.with_columns(**off).sort("inst_code", "school_year")


def interns(years: pl.LazyFrame, projects: pl.LazyFrame) -> pl.LazyFrame:
    """Interns of each cooperation project, beside all students of its school."""
    stated = years.select("inst_code", "school_year", "enrolled_total")
    rows = projects.select("coop_no", "inst_code", "school_year", "interns")
    return rows.join(stated, on=["inst_code", "school_year"]).sort("coop_no")


def offers(plans: pl.LazyFrame, offerings: pl.LazyFrame) -> pl.LazyFrame:
    """Majors with a plan, and whether the school offers each in a school year of that year.

    A plan of 2025 is held against the programmes of 2024-2025, reported before it, and those of
    2025-2026. Null where nothing is known of the school's programmes of either.
    """
    key = ["inst_code", "enroll_year"]
    year = begins()
    years = pl.concat_list(year, year + 1).alias("enroll_year")
    spread = offerings.select("inst_code", "major_code", "offer_status", years)
    spread = spread.explode("enroll_year")
    is_open = pl.col("offer_status").is_in(["1", "2", "5"])
    offered = spread.group_by(*key, "major_code").agg(
        is_open=is_open.any(), status=measures.joined("offer_status")
    )
    known = spread.select(key).unique().with_columns(is_known=pl.lit(value=True))
    planned = plans.group_by(*key, "major_code").agg(total("plan_num"))
    both = planned.join(known, on=key).join(offered, on=[*key, "major_code"], how="left")
    lines = both.with_columns(
        pl.col("is_open").fill_null(value=False), pl.col("status").fill_null("未列")
    )
    return lines.drop("is_known").sort(*key, "major_code")
