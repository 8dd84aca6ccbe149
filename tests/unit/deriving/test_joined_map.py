"""The map of industries and majors, joined with what is offered and what is asked for."""

from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

import duckdb
import polars as pl
import pytest

from schemas import (
    enrollment_plan,
    industry_major_map,
    program_offering,
    student_scale,
    talent_demand,
)
from schemas.derived import joined_map
from tests.support.spoiling import good_row
from yrdx.dataset import Dataset

ROBOTS, CARE, SHIPS, OLD = "460305", "520801", "460501", "560309"


def rows(dataset: Dataset, *changes: dict[str, Any], province: str = "33") -> pl.LazyFrame:
    """Rows of a snapshot, each as changes to the good row."""
    good = good_row(dataset)
    schema = dataset.schema | {"src_province": pl.String}
    every = [good | {"src_province": province} | change for change in changes]
    return pl.LazyFrame([{name: row.get(name) for name in schema} for row in every], schema)


def edge(major: str, **changes: Any) -> dict[str, Any]:
    return {"major_code": major, "catalog_version": "2021", "valid_to": None} | changes


def offer(major: str, school: str = "4133012345", **changes: Any) -> dict[str, Any]:
    stated = {"major_code": major, "inst_code": school, "school_year": "2024-2025"}
    return stated | {"catalog_version": "2021", "offer_status": "1"} | changes


def scale(major: str, graduated: int, **changes: Any) -> dict[str, Any]:
    stated = {"major_code": major, "school_year": "2024-2025", "catalog_version": "2021"}
    return stated | {"graduated": graduated, "enrolled": 3 * graduated} | changes


def need(people: int, **changes: Any) -> dict[str, Any]:
    job = {"industry_code": "3491", "occupation_code": "6-30-99-00", "edu_level": "2"}
    return {"stat_year": 2024, "division_code": "330000", "demand_num": people} | job | changes


def lines(frame: pl.LazyFrame, *columns: str) -> set[tuple[Any, ...]]:
    return set(frame.select(columns).collect().iter_rows())


def test_an_edge_is_covered_where_a_school_of_the_province_offers_the_major() -> None:
    found = joined_map.coverage(
        maps=rows(industry_major_map.DATASET, edge(ROBOTS), edge(SHIPS)),
        offerings=rows(
            program_offering.DATASET,
            offer(ROBOTS),
            offer(ROBOTS, "4133054321"),
            offer(SHIPS, offer_status="3"),
        ),
    )
    assert lines(found, "major", "coverage_state", "schools", "schools_not_enrolling") == {
        (ROBOTS, "1", 2, 0),
        (SHIPS, "2", 0, 1),
    }


def test_a_major_on_no_edge_is_an_orphan_and_one_of_another_edition_is_not_judged() -> None:
    found = joined_map.coverage(
        maps=rows(industry_major_map.DATASET, edge(ROBOTS)),
        offerings=rows(
            program_offering.DATASET,
            offer(ROBOTS),
            offer(CARE),
            offer(OLD, catalog_version="2015"),
            offer(SHIPS, offer_status="4"),
        ),
    )
    assert lines(found, "major", "coverage_state", "edges") == {
        (ROBOTS, "1", 1),
        (CARE, "3", 0),
        (OLD, "4", 0),
    }, "a closed programme is no orphan"


def test_a_province_without_a_map_has_no_orphans() -> None:
    offerings = pl.concat(
        [
            rows(program_offering.DATASET, offer(CARE)),
            rows(program_offering.DATASET, offer(CARE, "4132012345"), province="32"),
        ]
    )
    maps = rows(industry_major_map.DATASET, edge(ROBOTS))
    found = joined_map.coverage(maps=maps, offerings=offerings)
    assert lines(found, "province_code", "major", "schools_elsewhere") == {
        ("33", ROBOTS, 0),
        ("33", CARE, 1),
    }


def test_the_joint_map_is_the_map_of_every_province_and_the_stronger_edge_counts() -> None:
    offerings = pl.concat(
        [
            rows(program_offering.DATASET, offer(ROBOTS)),
            rows(program_offering.DATASET, offer(CARE, "4132012345"), province="32"),
        ]
    )
    joint = {"owner_province": "YR", "map_version": "YR-2024.1"}
    maps = rows(
        industry_major_map.DATASET,
        edge(ROBOTS, relation="1"),
        edge(ROBOTS, relation="3", **joint),
    )
    found = joined_map.coverage(maps=maps, offerings=offerings)
    assert lines(found, "province_code", "major", "relation", "coverage_state", "map_versions") == {
        ("33", ROBOTS, "3", "1", "YR-2024.1、ZJ-2024.1"),
        ("32", ROBOTS, "3", "2", "YR-2024.1"),
        ("32", CARE, None, "3", None),
    }


def test_the_newest_version_in_force_at_the_end_of_the_year_is_the_map() -> None:
    maps = rows(
        industry_major_map.DATASET,
        edge(ROBOTS, map_version="ZJ-2023.1", valid_from=date(2023, 1, 1)),
        edge(CARE, map_version="ZJ-2024.1", valid_from=date(2024, 12, 31)),
        edge(SHIPS, map_version="ZJ-2024.1", valid_to=date(2024, 12, 30)),
        edge(SHIPS, map_version="ZJ-2025.1", valid_from=date(2025, 1, 1)),
    )
    offerings = rows(program_offering.DATASET, offer(CARE))
    assert lines(joined_map.coverage(maps=maps, offerings=offerings), "major", "map_versions") == {
        (CARE, "ZJ-2024.1")
    }


def test_graduates_are_divided_by_the_strength_of_the_relation() -> None:
    maps = rows(
        industry_major_map.DATASET,
        edge(ROBOTS, relation="3"),
        edge(ROBOTS, relation="1", occupation_code="6-31-01-01"),
    )
    found = joined_map.coverage(
        maps=maps,
        offerings=rows(program_offering.DATASET, offer(ROBOTS)),
        scale=rows(student_scale.DATASET, scale(ROBOTS, 70), scale(ROBOTS, 31)),
    )
    assert lines(found, "occupation_code", "graduated", "graduates_shared") == {
        ("6-30-99-00", 101, 7575),
        ("6-31-01-01", 101, 2525),
    }


def test_one_to_four_persons_are_told_nowhere_and_an_absent_figure_is_no_zero() -> None:
    found = joined_map.coverage(
        maps=rows(industry_major_map.DATASET, edge(ROBOTS), edge(CARE), edge(SHIPS), edge(OLD)),
        offerings=rows(program_offering.DATASET, offer(ROBOTS), offer(CARE), offer(SHIPS)),
        scale=rows(student_scale.DATASET, scale(ROBOTS, 4), scale(CARE, 5), scale(SHIPS, 0)),
    )
    assert lines(found, "major", "graduated", "graduates_shared") == {
        (ROBOTS, None, None),
        (CARE, 5, 500),
        (SHIPS, 0, 0),
        (OLD, None, None),
    }


def test_a_link_of_the_chain_is_a_gap_only_where_none_of_its_majors_is_offered() -> None:
    found = joined_map.coverage(
        maps=rows(
            industry_major_map.DATASET,
            edge(ROBOTS),
            edge(SHIPS),
            edge(SHIPS, chain_node="总装"),
        ),
        offerings=rows(program_offering.DATASET, offer(ROBOTS)),
    )
    assert lines(found, "chain_node", "major", "coverage_state", "node_is_offered") == {
        ("系统集成", ROBOTS, "1", True),
        ("系统集成", SHIPS, "2", True),
        ("总装", SHIPS, "2", False),
    }


def test_plans_count_in_the_province_of_the_school_alone() -> None:
    stated = {"enroll_year": 2024, "major_code": ROBOTS, "catalog_version": "2021"}
    enrolment = rows(
        enrollment_plan.DATASET,
        stated | {"inst_code": "4133012345", "plan_num": 40},
        stated | {"inst_code": "4132012345", "plan_num": 50},
    )
    found = joined_map.coverage(
        maps=rows(industry_major_map.DATASET, edge(ROBOTS)),
        offerings=rows(program_offering.DATASET, offer(ROBOTS)),
        enrolment=enrolment,
    )
    assert lines(found, "major", "plan_num") == {(ROBOTS, 40)}


@pytest.fixture
def job() -> pl.LazyFrame:
    """One job, 100 people asked for, two majors trained for it, one of them for another job too."""
    maps = rows(
        industry_major_map.DATASET,
        edge(ROBOTS, relation="2"),
        edge(SHIPS, relation="1"),
        edge(SHIPS, relation="2", occupation_code="6-23-01-01"),
    )
    return joined_map.supply_and_demand(
        maps=maps,
        offerings=rows(program_offering.DATASET, offer(ROBOTS), offer(SHIPS)),
        scale=rows(student_scale.DATASET, scale(ROBOTS, 30), scale(SHIPS, 60)),
        demand=rows(talent_demand.DATASET, need(100), need(7, occupation_code="4-10-01-05")),
    )


def test_the_ratio_is_what_is_trained_for_each_person_asked_for(job: pl.LazyFrame) -> None:
    figures = ("occupation_code", "supply_state", "supply_shared", "supply_at_most", "supply_ratio")
    assert lines(job, *figures) == {
        ("6-30-99-00", "1", 5000, 90, 5000),
        ("4-10-01-05", "3", None, None, None),
        ("6-23-01-01", "4", 4000, 60, None),
    }


def test_the_province_s_own_demand_counts_before_the_sum_of_its_cities() -> None:
    asked = rows(
        talent_demand.DATASET,
        need(100),
        need(60, division_code="330100"),
        need(50, division_code="330200"),
        need(8, division_code="330100", edu_level="1"),
        need(9, division_code="330200", edu_level="1"),
    )
    found = joined_map.supply_and_demand(
        maps=rows(industry_major_map.DATASET, edge(ROBOTS)),
        offerings=rows(program_offering.DATASET, offer(ROBOTS)),
        demand=asked,
    )
    assert lines(found, "edu_level", "demand_num") == {("2", 100), ("1", 17)}


def test_what_is_carried_over_from_an_earlier_year_says_so() -> None:
    maps = rows(industry_major_map.DATASET, edge(ROBOTS))
    offerings = rows(program_offering.DATASET, offer(ROBOTS))
    demand = rows(talent_demand.DATASET, need(10), need(20, stat_year=2026))
    on_map = joined_map.coverage(maps=maps, offerings=offerings, demand=demand)
    assert lines(on_map, "stat_year", "school_year") == {(2024, "2024-2025"), (2026, "2024-2025")}
    jobs = joined_map.supply_and_demand(maps=maps, offerings=offerings, demand=demand)
    assert lines(jobs, "stat_year", "demand_year", "demand_num") == {
        (2024, 2024, 10),
        (2026, 2026, 20),
    }


# --- the same, by an independent computation in SQL ---

SQL_SHARES = """
WITH open AS (
  SELECT src_province AS p, replace(major_code, 'K', '') AS m, catalog_version AS v,
         count(DISTINCT inst_code) AS schools
  FROM offerings WHERE offer_status IN ('1', '2') AND school_year = '2024-2025' GROUP BY ALL),
leavers AS (
  SELECT src_province AS p, replace(major_code, 'K', '') AS m, catalog_version AS v,
         sum(graduated) AS g
  FROM scale WHERE school_year = '2024-2025' GROUP BY ALL HAVING g = 0 OR g >= 5),
listed AS (SELECT DISTINCT src_province AS p FROM offerings WHERE school_year = '2024-2025'),
edge AS (
  SELECT l.p, e.industry_code AS i, e.chain_node AS n, e.occupation_code AS o, e.edu_level AS el,
         e.catalog_version AS v, replace(e.major_code, 'K', '') AS m,
         max(e.relation)::INT AS w
  FROM listed l JOIN maps e
    ON e.owner_province = 'YR' OR (e.owner_province = l.p AND e.src_province = l.p)
  WHERE valid_from <= DATE '2024-12-31' AND coalesce(valid_to >= DATE '2024-12-31', true)
    AND NOT EXISTS (SELECT 1 FROM maps x
      WHERE x.owner_province = e.owner_province AND x.map_version > e.map_version
        AND x.valid_from <= DATE '2024-12-31' AND coalesce(x.valid_to >= DATE '2024-12-31', true))
  GROUP BY ALL),
share AS (
  SELECT edge.*, coalesce(open.schools, 0) AS schools, leavers.g,
         round(g::DECIMAL(18,6) * w / sum(w) OVER (PARTITION BY edge.p, edge.v, edge.m), 2) AS part
  FROM edge LEFT JOIN open USING (p, m, v) LEFT JOIN leavers USING (p, m, v))
"""


def invented(seed: int) -> dict[str, pl.LazyFrame]:
    """A region of invented maps, schools, students and demand."""
    chance = Random(seed)
    majors = [f"46{number:04d}" for number in range(101, 131)]
    jobs = [f"6-{number:02d}-01-01" for number in range(10, 22)]

    def of(dataset: Dataset, make: Callable[[str], dict[str, Any]], times: int) -> pl.LazyFrame:
        each = [
            rows(dataset, *(make(province) for _ in range(times)), province=province)
            for province in ("31", "32", "33", "34")
        ]
        every = pl.concat(each)
        return every.unique([*dataset.key, "src_province"], keep="first", maintain_order=True)

    def an_edge(province: str) -> dict[str, Any]:
        owner = chance.choice([province, province, "YR"]) if province != "34" else "YR"
        major = chance.choice(majors)
        return edge(
            major + chance.choice(["", "", "K"]),
            owner_province=owner,
            map_version=f"{owner}-{chance.choice(['2023.1', '2024.1'])}",
            valid_from=date(2023, 1, 1),
            valid_to=chance.choice([None, None, date(2024, 6, 1), date(2025, 1, 1)]),
            industry_code=chance.choice(["3491", "3411", "2614"]),
            chain_node=chance.choice(["上游", "中游", "下游"]),
            occupation_code=chance.choice(jobs),
            relation=chance.choice("123"),
        )

    def an_offer(province: str) -> dict[str, Any]:
        school = f"41{province}0{chance.randrange(12):05d}"
        status = chance.choice("11112345")
        year = chance.choice(["2024-2025", "2024-2025", "2023-2024"])
        return offer(chance.choice(majors), school, offer_status=status, school_year=year)

    def a_grade(province: str) -> dict[str, Any]:
        leavers = chance.choice([0, 1, 2, 7, 30, 111])
        return scale(chance.choice(majors), leavers, direction=chance.choice("甲乙丙"))

    def a_need(province: str) -> dict[str, Any]:
        division = province + chance.choice(["0000", "0100", "0200"])
        job = {"occupation_code": chance.choice(jobs), "edu_level": chance.choice("12")}
        industry = chance.choice(["3491", "34", "2614"])
        return need(chance.randrange(300), division_code=division, industry_code=industry, **job)

    return {
        "maps": of(industry_major_map.DATASET, an_edge, 60),
        "offerings": of(program_offering.DATASET, an_offer, 80),
        "scale": of(student_scale.DATASET, a_grade, 40),
        "demand": of(talent_demand.DATASET, a_need, 50),
    }


@pytest.mark.parametrize("seed", range(3))
def test_an_independent_computation_in_sql_finds_the_same_coverage(seed: int) -> None:
    given = invented(seed)
    frames = {name: frame.collect() for name, frame in given.items()}
    with duckdb.connect() as connection:
        for name, frame in frames.items():
            connection.register(name, frame.to_arrow())
        expected = connection.sql(
            SQL_SHARES
            + """SELECT p, i, n, o, m, w, schools, g::BIGINT, (part * 100)::BIGINT FROM share
            UNION ALL SELECT p, NULL, NULL, NULL, m, NULL, schools, g::BIGINT, NULL
            FROM open LEFT JOIN leavers USING (p, m, v)
            WHERE (p, m, v) NOT IN (SELECT (p, m, v) FROM edge)"""
        ).fetchall()
    found = joined_map.coverage(
        maps=given["maps"], offerings=given["offerings"], scale=given["scale"]
    ).filter(pl.col("stat_year") == 2024)
    columns = ["province_code", "industry_code", "chain_node", "occupation_code", "major"]
    figures = ["weight", "schools", "graduated", "graduates_shared"]
    assert len(expected) > 200
    assert lines(found, *columns, *figures) == set(expected)


@pytest.mark.parametrize("seed", range(3))
def test_an_independent_computation_in_sql_finds_the_same_supply(seed: int) -> None:
    given = invented(seed)
    with duckdb.connect() as connection:
        for name, frame in given.items():
            connection.register(name, frame.collect().to_arrow())
        expected = connection.sql(
            SQL_SHARES
            + """, job AS (
              SELECT p, i[:2] AS i, o, el, sum(part) AS supply, count(DISTINCT m) AS majors,
                     count(DISTINCT m) FILTER (schools > 0) AS offered
              FROM share GROUP BY ALL),
            asked AS (
              SELECT src_province AS p, industry_code[:2] AS i, occupation_code AS o,
                     edu_level AS el, sum(demand_num) AS people
              FROM demand d
              WHERE division_code LIKE '%0000' OR NOT EXISTS (
                SELECT 1 FROM demand x WHERE x.src_province = d.src_province
                  AND x.industry_code = d.industry_code AND x.occupation_code = d.occupation_code
                  AND x.edu_level = d.edu_level AND x.division_code LIKE '%0000')
              GROUP BY ALL)
            SELECT p, i, o, el, coalesce(majors, 0), coalesce(offered, 0), people::BIGINT,
                   (supply * 100)::BIGINT,
                   CASE WHEN people > 0 THEN (round(supply / people, 4) * 10000)::BIGINT END,
                   CASE WHEN majors IS NULL THEN '3' WHEN people IS NULL THEN '4'
                        WHEN offered > 0 THEN '1' ELSE '2' END
            FROM asked FULL JOIN job USING (p, i, o, el)"""
        ).fetchall()
    found = joined_map.supply_and_demand(**given).filter(pl.col("stat_year") == 2024)
    columns = ["province_code", *joined_map.JOB, "majors", "majors_offered", "demand_num"]
    assert len(expected) > 100
    assert {row[-1] for row in expected} == {"1", "2", "3", "4"}
    ours = lines(found, *columns, "supply_shared", "supply_ratio", "supply_state")
    assert {row[:8] + row[9:] for row in ours} == {row[:8] + row[9:] for row in expected}
    ratios = {row[:4]: row[8] for row in expected}
    for row in ours:
        if row[8] is not None or ratios[row[:4]] is not None:
            assert abs(row[8] - ratios[row[:4]]) <= 1, row
