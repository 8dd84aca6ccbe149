"""Published indicators against the same figures counted by SQL of DuckDB over the published files.

The data are those of the demonstration, and beside them what it has not: school years, projects,
and plans that two provinces report.
"""

import shutil
from collections.abc import Iterator, Mapping
from typing import Any

import duckdb
import polars as pl
import pytest

from demo.generate import SLUGS
from tests.support.demonstration import DATASETS, PERIODS, generated
from tests.support.snapshots import publish_rows
from yrdx import catalogue, pipeline, publication
from yrdx.judging.situation import rows_of
from yrdx.pipeline import Exchange
from yrdx.settings import Settings
from yrdx.store import layout

YEAR, SCHOOL_YEAR = 2025, "2025-2026"
STATED = """
lists:
  - {dataset: enterprise, province: "33", year: 2025, stated_by: 浙江省统计局, document: 演示}
"""

Value = tuple[float, float | None]


@pytest.fixture(scope="module")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Exchange:
    """Four provinces have delivered, and the indicators are published."""
    home = tmp_path_factory.mktemp("indicators")
    definitions = home / "indicators"
    shutil.copytree(catalogue.indicator_folder(), definitions)
    (definitions / "whole_lists.yaml").write_text(STATED, encoding="utf-8")
    made = pipeline.open_exchange(
        Settings(home=home, store=str(home / "store"), indicators=definitions)
    )
    for name in DATASETS:
        period = PERIODS.get(name, str(YEAR))
        rows = {(period, province): frame_of(name, province) for province in SLUGS}
        publish_rows(made, name, rows)
    publish_rows(
        made,
        "institution_year",
        {(SCHOOL_YEAR, province): school_years(province) for province in SLUGS},
    )
    publish_rows(made, "coop_project", {(SCHOOL_YEAR, "33"): projects()})
    pipeline.derive(made, "policy_indicator")
    pipeline.publish(made, "policy_indicator")
    return made


def frame_of(name: str, province: str) -> pl.DataFrame:
    """What the demonstration delivers; Zhejiang also tells what Anhui recruits there.

    Some majors state how many students take part in 1+X.
    """
    rows = generated(name, province)
    if name == "student_scale":
        states = pl.int_range(pl.len()) % 7 != 0
        return rows.with_columns(
            onex_students=pl.when(states).then(pl.col("enrolled") * (pl.len() % 5 + 2) // 9)
        )
    if name != "enrollment_plan" or province not in ("33", "34"):
        return rows
    shared = generated(name, "34").head(6).with_columns(source_province=pl.lit("33"))
    return pl.concat([rows, shared])


def school_years(province: str) -> pl.DataFrame:
    """A year of each school, with figures that differ from school to school."""
    schools = generated("institution", province).filter(pl.col("inst_code").is_not_null())
    changes = [
        {
            "inst_code": code,
            "school_year": SCHOOL_YEAR,
            "graduates_total": 60 + 7 * at,
            "fulltime_teachers": 100 + at,
            "double_qualified": 40 + at % 50,
            "industry_professors": None if at % 3 == 0 else at % 5,
        }
        for at, code in enumerate(schools["inst_code"])
        if at % 9 != 8  # some schools have not reported
    ]
    return rows_of(catalogue.dataset("institution_year"), changes)


def projects() -> pl.DataFrame:
    """Cooperation with enterprises of Zhejiang: in depth, too small, ended, of a year before."""
    partners = generated("enterprise", "33").filter(pl.col("size_code").is_in(["1", "2"]))["uscc"]
    kinds: list[dict[str, Any]] = [
        {"coop_type": "01"},
        {"coop_type": "02", "students_order": 9},
        {"coop_type": "02", "students_order": 10},
        {"coop_type": "12", "interns": 10},
        {"coop_type": "05", "courses": 1, "ent_teachers": 0},
        {"coop_type": "03", "coop_status": "0"},
        {"coop_type": "03", "school_year": "2024-2025"},
        {"coop_type": "06", "students_order": 50},
    ]
    changes = [
        {"coop_no": f"33{at:04d}", "school_year": SCHOOL_YEAR, "partner_uscc": code, **kind}
        for at, (code, kind) in enumerate(zip(partners, kinds * 3, strict=False))
    ]
    return rows_of(catalogue.dataset("coop_project"), changes)


COLLEGES = "substr(inst_code, 1, 2) not in ('36', '93')"
HIGH = """
    with persons as (
        select inst_code, grad_year as y, count(distinct person_key) as n
        from certificate_award where is_high and edu_level in ('2', '3') {only}
        group by all
    )
    select left(t.school_year, 4)::int as y, t.inst_code, null as division,
           coalesce(p.n, 0) as part, t.graduates_total as whole
    from institution_year t left join persons p
      on p.inst_code = t.inst_code and p.y = left(t.school_year, 4)::int
    where substr(t.inst_code, 1, 2) not in ('36', '93')
"""
OF_SCHOOLS = {
    "K03": HIGH.format(only=""),
    "K03b": HIGH.format(only="and cert_category in ('1', '2')"),
    "K04": """select left(school_year, 4)::int as y, inst_code, null as division,
                     onex_students as part, enrolled as whole from student_scale""",
    "K09": """select left(school_year, 4)::int as y, inst_code, null as division,
                     double_qualified as part, fulltime_teachers as whole from institution_year""",
    "K10": """select left(school_year, 4)::int as y, inst_code, null as division,
                     industry_professors as part, null as whole from institution_year""",
    "K10b": """select left(school_year, 4)::int as y, inst_code, null as division,
                      industry_professors as part, fulltime_teachers as whole
               from institution_year where industry_professors is not null""",
    "K11c": """select left(src_period, 4)::int as y, inst_code, null as division, 1 as part,
                      null as whole from institution where edu_level = '3' and status = '1'""",
    "K12a": """select distinct left(school_year, 4)::int as y, inst_code, null as division,
                      major_code, 1 as part, null as whole from program_offering
               where offer_status in ('1', '2') and shortage_tag in ('1', '2')""",
    "K12b": """select distinct left(school_year, 4)::int as y, inst_code, null as division,
                      major_code, 1 as part, null as whole from program_offering
               where offer_status = '4'""",
    "K16": """select left(src_period, 4)::int as y, inst_code, null as division, 1 as part,
                     null as whole from institution
              where ownership_model in ('3', '4') and status = '1'""",
    "K24b": """select enroll_year as y, inst_code, null as division, plan_num as part,
                      null as whole from enrollment_plan
               where src_province = substr(inst_code, 3, 2)
                 and source_province in ('31', '32', '33', '34')
                 and source_province <> substr(inst_code, 3, 2)""",
}
OF_DIVISIONS = {
    "K01": """select stat_year as y, null as inst_code, division_code as division,
                     (uscc in (
                         select partner_uscc from coop_project c
                         where c.coop_status = '1' and left(c.school_year, 4)::int = e.stat_year
                           and (coop_type in ('01', '03', '11')
                                or (coop_type = '02' and students_order >= 10)
                                or (coop_type = '12' and interns >= 10)
                                or (coop_type = '05' and courses >= 1 and ent_teachers >= 1))
                     ))::int as part, 1 as whole
              from enterprise e where size_code in ('1', '2') and op_status = '1'""",
}
BY_REGION = """
    with counted as ({lines}),
    placed as (
        select c.y, part, whole,
               coalesce(substr(c.inst_code, 3, 2), left(division, 2)) as province,
               coalesce(division, i.division_code) as division
        from counted c left join institution i on i.inst_code = c.inst_code
    )
    select y, province || '0000' as region, sum(part), sum(whole) from placed group by all
    union all
    select y, left(division, 4) || '00', sum(part), sum(whole) from placed
    where substr(division, 3, 2) <> '00' group by all
    union all
    select y, '300000', sum(part), sum(whole) from placed group by all
"""


@pytest.fixture(scope="module")
def database(exchange: Exchange) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB with a view for each published dataset, on its files."""
    with duckdb.connect() as connection:
        for name in catalogue.published_names():
            manifest = publication.newest(exchange.store, name)
            if manifest is not None:
                key = layout.manifest(name, manifest.version)
                folder = exchange.store.uri(key).rpartition("/")[0]
                connection.execute(
                    f"create view {name} as from read_parquet('{folder}/data/*/*/*.parquet')"
                )
        yield connection


def counted(database: duckdb.DuckDBPyConnection, lines: str) -> dict[tuple[int, str], Value]:
    found = database.execute(BY_REGION.format(lines=lines)).fetchall()
    return {
        (year, region): (float(part), None if whole is None else float(whole))
        for year, region, part, whole in found
        if part is not None
    }


def told(database: duckdb.DuckDBPyConnection, measure: str) -> dict[tuple[int, str], Value]:
    rows = database.execute(
        "select stat_year, region_code, numerator, denominator from policy_indicator "
        "where measure_code = ? and cut = 'all' and value_state = '1'",
        [measure],
    ).fetchall()
    return {
        (year, region): (float(part), None if whole is None else float(whole))
        for year, region, part, whole in rows
    }


def withheld(database: duckdb.DuckDBPyConnection, measure: str) -> dict[tuple[int, str], str]:
    rows = database.execute(
        "select stat_year, region_code, reason from policy_indicator "
        "where measure_code = ? and cut = 'all' and value_state = '2'",
        [measure],
    ).fetchall()
    return {(year, region): reason for year, region, reason in rows}


@pytest.mark.parametrize("measure", OF_SCHOOLS)
def test_a_measure_of_schools_is_what_sql_counts(
    database: duckdb.DuckDBPyConnection, measure: str
) -> None:
    expected, found = counted(database, OF_SCHOOLS[measure]), told(database, measure)
    hidden = withheld(database, measure)
    assert set(expected) <= {*found, *hidden} | {
        (year, region)
        for year, region in expected
        if measure in ("K03", "K03b") and region[2:] != "0000"  # persons are not told by city
    }
    nothing = {place: value for place, value in found.items() if place not in expected}
    assert all(part == 0 for part, _ in nothing.values()), nothing
    same = {place: found[place] for place in found if place in expected}
    assert same == {place: expected[place] for place in same}
    assert {region for _, region in same} & {f"{code}0000" for code in SLUGS} or nothing


def test_enterprises_count_only_where_the_list_is_stated_to_be_whole(
    database: duckdb.DuckDBPyConnection,
) -> None:
    expected, found = counted(database, OF_DIVISIONS["K01"]), told(database, "K01")
    assert found[YEAR, "330000"] == expected[YEAR, "330000"]
    assert found[YEAR, "330000"][0] == 9  # of each eight projects three are in depth
    assert {region[:2] for _, region in found} == {"33"}
    hidden = withheld(database, "K01")
    # without cooperation projects of their own nothing can be said of the other provinces
    assert hidden[YEAR, "310000"] == "list_not_whole"
    assert hidden[YEAR, "300000"] == "list_not_whole"
    assert all(reason == "list_not_whole" for reason in hidden.values())


def test_a_cut_divides_both_parts(database: duckdb.DuckDBPyConnection) -> None:
    expected = database.execute(
        """select i.edu_level, sum(onex_students), sum(enrolled)
           from student_scale s join institution i using (inst_code)
           where substr(s.inst_code, 3, 2) = '32' group by all order by all"""
    ).fetchall()
    found = database.execute(
        """select cut_value, numerator, denominator from policy_indicator
           where measure_code = 'K04' and region_code = '320000' and cut = 'edu_level'
             and value_state = '1' order by all"""
    ).fetchall()
    assert found == expected
    assert len(found) > 1


def test_plans_reported_by_two_provinces_count_once(database: duckdb.DuckDBPyConnection) -> None:
    both = database.execute(
        """select count(distinct src_province) from enrollment_plan
           where substr(inst_code, 3, 2) = '34' and source_province = '33'"""
    ).fetchone()
    assert both == (2,), "the data should have plans that both provinces report"
    one = database.execute(
        """select sum(plan_num) from enrollment_plan where src_province = '34'
             and substr(inst_code, 3, 2) = '34' and source_province = '33'"""
    ).fetchone()
    assert one is not None
    assert told(database, "K24b")[YEAR, "340000"] == (float(one[0]), None)


def test_completeness_names_the_schools_that_are_missing(
    database: duckdb.DuckDBPyConnection,
) -> None:
    counts = database.execute(
        """select count(*), count(*) filter (inst_code in (select inst_code from institution_year))
           from institution where substr(inst_code, 3, 2) = '31' and status = '1'
             and edu_level in ('1', '2', '3', '5')"""
    ).fetchone()
    row = database.execute(
        """select schools_expected, schools_arrived, is_complete from policy_indicator
           where measure_code = 'K09' and region_code = '310000' and cut = 'all'"""
    ).fetchone()
    assert counts is not None
    assert row == (*counts, False)
    assert counts[0] > counts[1] > 0


def test_targets_are_those_of_the_policy_alone(database: duckdb.DuckDBPyConnection) -> None:
    found = database.execute(
        """select distinct measure_code, target_value::int, target_comparison, target_year
           from policy_indicator where target_value is not null order by all"""
    ).fetchall()
    policy = {
        "K01": ("K01", 70, "at_least", 2025),
        "K02": ("K02", 100, "at_least", 2025),
        "K03": ("K03", 30, "at_least", 2025),
        "K04": ("K04", 50, "at_least", 2025),
        "K06": ("K06", 50, "at_most", 2025),
    }
    assert found == [policy[measure] for measure in ("K01", "K03", "K04")]  # of these are data
    reached = database.execute(
        """select bool_and(is_reached = (value >= 50)) from policy_indicator
           where measure_code = 'K04' and value_state = '1'"""
    ).fetchone()
    assert reached == (True,)


def test_what_no_source_gives_is_withheld_with_its_reason(
    database: duckdb.DuckDBPyConnection,
) -> None:
    assert set(withheld(database, "K15").values()) == {"source_cannot_give"}
    assert told(database, "K15") == {}
    regions = {region for _, region in withheld(database, "K15")}
    assert regions == {"310000", "320000", "330000", "340000", "300000"}


def test_a_reported_value_is_held_against_what_is_published(exchange: Exchange) -> None:
    """The rules about policy tasks compute what is published, by the same definition."""
    from validations import computed

    def rows(name: str) -> pl.LazyFrame:
        manifest = publication.newest(exchange.store, name)
        assert manifest is not None
        return publication.read(exchange.store, manifest)

    published = rows("policy_indicator").filter(
        pl.col("cut") == "all", pl.col("value_state") == "1", pl.col("region_code") != "300000"
    )
    pairs: Mapping[str, pl.LazyFrame] = {
        "K03": computed.high_certificate_share(
            rows("certificate_award"), rows("institution_year"), rows("institution")
        ),
        "K04": computed.onex_coverage(rows("student_scale"), rows("institution")),
        "K09": computed.double_qualified_share(rows("institution_year"), rows("institution")),
    }
    for measure, own in pairs.items():
        told_here = published.filter(pl.col("measure_code") == measure).select(
            unit_code="region_code", year="stat_year", value=pl.col("value").cast(pl.Float64)
        )
        both = own.join(told_here, on=["unit_code", "year"]).collect()
        assert len(both) >= 4, measure
        assert (both["computed"] - both["value"]).abs().max() <= 0.00005, measure
