"""From published maps, programmes, students and demand to the report of a release."""

import re
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from tests.support.releases import CREATED, DAY, open_exchange
from tests.support.snapshots import publish_rows
from yrdx import pipeline, publication
from yrdx.cli.app import build
from yrdx.pipeline import Exchange
from yrdx.releasing.manifest import Release
from yrdx.store import layout

ROBOTS, SHIPS, CARE = "460305", "460501", "590302"


@pytest.fixture(scope="module")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Exchange:
    """Zhejiang has a map of two majors, and offers one of them and one beside it."""
    exchange = open_exchange(tmp_path_factory.mktemp("exchange"), release_without="")
    own = {"catalog_version": "2021", "valid_to": None}
    edges = [
        own | {"major_code": ROBOTS, "relation": "3"},
        own | {"major_code": ROBOTS, "relation": "1", "occupation_code": "6-31-01-01"},
        own | {"major_code": SHIPS, "chain_node": "总装"},
    ]
    offers = [
        {"major_code": ROBOTS, "major_name": "工业机器人技术"},
        {"major_code": ROBOTS, "major_name": "工业机器人技术", "inst_code": "4133054321"},
        {"major_code": CARE, "major_name": "智慧健康养老服务与管理"},
    ]
    students = [{"major_code": ROBOTS, "graduated": 101}, {"major_code": CARE, "graduated": 3}]
    needs = [{"stat_year": 2024, "division_code": "330000", "industry_code": "3491"}]
    needs = [needs[0] | {"occupation_code": "6-30-99-00", "edu_level": "2", "demand_num": 300}]
    publish_rows(exchange, "industry_major_map", {("2024", "33"): edges})
    publish_rows(exchange, "program_offering", {("2024-2025", "33"): offers})
    publish_rows(exchange, "student_scale", {("2024-2025", "33"): students})
    publish_rows(exchange, "talent_demand", {("2024", "33"): needs})
    pipeline.derive_all(exchange)
    return exchange


@pytest.fixture(scope="module")
def made(exchange: Exchange) -> Release:
    """The release of it."""
    made = pipeline.release(exchange, day=DAY, created=CREATED)
    assert made is not None
    return made


def files(exchange: Exchange, dataset: str) -> str:
    """The published files of a dataset, as SQL reads them."""
    manifest = publication.newest(exchange.store, dataset)
    assert manifest is not None
    pin = layout.manifest(dataset, manifest.version).removesuffix("manifest.json")
    return f"read_parquet('{exchange.settings.home}/store/{pin}data/**/*.parquet')"


def test_a_release_comes_with_a_report_of_what_it_pins(exchange: Exchange, made: Release) -> None:
    page = exchange.store.get(layout.release(made.id, file="report.html")).decode()
    assert "对接关系 3 条，已布点 2 条；产业链环节 2 个，已覆盖 1 个；孤儿专业 1 个" in page
    assert re.search(f'data-major="{CARE}">智慧健康养老服务与管理', page)
    assert re.search(f'data-major="{SHIPS}"><span class="tag gap">○ 环节无人培养', page)
    nothing = page.partition("本批次没有数据的指标")[2]
    assert re.search("<b>K01</b>　大中型企业", nothing), "what has no data is told, and not as zero"
    assert 'data-measure="K01"' not in page
    k13 = page.partition('data-measure="K13"')[2].partition("data-measure")[0]
    assert 'data-region="33" data-year="2024" data-standing="told" data-value="66.6667"' in k13
    assert k13.count('data-standing="withheld"') == 3, "provinces without a map"
    again = pipeline.report_release(exchange, made)
    assert pipeline.report_page(exchange, made) == exchange.store.get(again).decode()


def test_the_published_figures_are_those_of_plain_sql_over_the_published_sources(
    exchange: Exchange,
) -> None:
    found = duckdb.sql(
        f"""SELECT occupation_code, schools, graduated, graduates_shared
        FROM {files(exchange, "industry_major_coverage")} WHERE coverage_state IN ('1', '2')"""
    ).fetchall()
    expected = duckdb.sql(
        f"""SELECT occupation_code, coalesce(s, 0), g,
               round(g * relation::INT / sum(relation::INT) OVER (PARTITION BY major_code), 2)
        FROM {files(exchange, "industry_major_map")} m
        LEFT JOIN (SELECT major_code, count(DISTINCT inst_code) AS s
                   FROM {files(exchange, "program_offering")} GROUP BY ALL) USING (major_code)
        LEFT JOIN (SELECT major_code, sum(graduated)::BIGINT AS g
                   FROM {files(exchange, "student_scale")} GROUP BY ALL) USING (major_code)"""
    ).fetchall()
    assert sorted(map(str, found)) == sorted(
        str((job, schools, people, None if part is None else Decimal(f"{part:.2f}")))
        for job, schools, people, part in expected
    )
    jobs = duckdb.sql(
        f"""SELECT demand_num, supply_shared, supply_at_most, supply_ratio
        FROM {files(exchange, "talent_supply_demand")} WHERE demand_num IS NOT NULL"""
    ).fetchall()
    assert [tuple(map(float, row)) for row in jobs] == [(300, 75.75, 101, 0.2525)]


def test_a_report_that_a_crash_left_out_is_made_by_the_next_call_and_by_hand(
    exchange: Exchange, made: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = exchange.settings.home
    lost = home / "store" / layout.release(made.id, file="report.html")
    whole = lost.read_bytes()
    lost.unlink()
    assert pipeline.release(exchange, day=DAY, created=CREATED) is None
    assert lost.read_bytes() == whole
    lost.unlink()
    monkeypatch.setenv("YRDX_HOME", str(home))
    monkeypatch.setenv("YRDX_STORE", str(home / "store"))
    copy = tmp_path / "report.html"
    words = ["--lang", "zh", "release", "report", made.id, "--html", str(copy)]
    answer = CliRunner().invoke(build(), words)
    assert answer.exit_code == 0, answer.output
    assert copy.read_bytes() == whole
