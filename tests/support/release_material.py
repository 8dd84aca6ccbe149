"""Generated material for the report of a release: a region of invented maps, schools, figures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any

import polars as pl

from schemas import industry_major_map, program_offering, student_scale, talent_demand
from schemas.derived import industry_major_coverage, policy_indicator, talent_supply_demand
from yrdx import catalogue
from yrdx.dataset import Dataset
from yrdx.derivation import Given, Source
from yrdx.indicators import load_indicators
from yrdx.model import Severity, Text
from yrdx.publication import Manifest
from yrdx.publication.facts import Step
from yrdx.releasing.manifest import (
    Counted,
    Coverage,
    CoverageState,
    DatasetChange,
    Outcome,
    Pin,
    Release,
    RuleKind,
    RuleResult,
)
from yrdx.releasing.manifest import (
    Source as From,
)
from yrdx.releasing.material import INDICATORS, JOBS, MAP, Material, words_of
from yrdx.settings import Settings

NAMES = {
    "31": Text(zh="上海市", en="Shanghai"),
    "32": Text(zh="江苏省", en="Jiangsu"),
    "33": Text(zh="浙江省", en="Zhejiang"),
    "34": Text(zh="安徽省", en="Anhui"),
}
CHAIN = (
    ("3491", "机器人本体制造", "6-20-01-01", "机械装调工", ("460301", "460305", "660301")),
    (
        "3491",
        "系统集成与应用",
        "6-30-99-00",
        "工业机器人系统操作员",
        ("460305", "460306", "660303"),
    ),
    ("3976", "芯片封装与测试", "6-25-02-06", "集成电路封装工", ("510401", "510404", "710401")),
    ("3976", "芯片设计支持", "2-02-09-01", "集成电路版图员", ("310401",)),
    ("2614", "炼化一体化操作", "6-10-01-01", "化工总控工", ("470201", "470204", "670201")),
    ("2614", "安全与环保", "4-08-07-00", "安全评价员", ("420901", "420802")),
    ("8514", "居家与社区照护", "4-10-01-05", "养老护理员", ("590302", "490704", "790302")),
    ("8514", "康复服务", "4-14-03-02", "康复辅助技术员", ("520601", "720601")),
    ("6531", "工业互联网平台", "4-04-05-02", "工业互联网工程技术员", ("510211", "510207")),
    ("3612", "动力电池与电驱", "6-22-02-01", "新能源汽车装调工", ("460702", "500212", "660702")),
    ("5621", "智慧港航物流", "4-02-06-03", "港口装卸管理员", ("500307", "530802")),
)
BESIDE = {
    "530302": "大数据与会计",
    "550102": "视觉传达设计",
    "540101": "旅游管理",
    "570102K": "学前教育",
    "410105": "园艺技术",
}
MAJORS = {
    "460301": "机电一体化技术",
    "460305": "工业机器人技术",
    "660301": "机电技术应用",
    "460306": "电气自动化技术",
    "660303": "工业机器人技术应用",
    "510401": "集成电路技术",
    "510404": "半导体制造",
    "710401": "电子材料与元器件制造",
    "470201": "应用化工技术",
    "670201": "化学工艺",
    "420901": "安全技术与管理",
    "590302": "智慧健康养老服务与管理",
    "790302": "智慧健康养老服务",
    "520601": "康复治疗技术",
    "510211": "工业互联网技术",
    "460702": "新能源汽车技术",
    "500212": "新能源汽车检测与维修技术",
    "530802": "现代物流管理",
} | BESIDE


class Invented:
    """Sources of the derived datasets, as a derivation is given them."""

    def __init__(self) -> None:
        self.chance = Random(2025)
        self.frames = {
            "industry_major_map": self._frame(industry_major_map.DATASET, self._edges()),
            "program_offering": self._frame(program_offering.DATASET, self._offerings()),
            "student_scale": self._frame(student_scale.DATASET, self._students()),
            "talent_demand": self._frame(talent_demand.DATASET, self._demand()),
        }

    def given(self) -> Given:
        frames = self.frames | {"enrollment_plan": pl.LazyFrame(schema=PLAN)}
        sources = {
            name: Source(dataset=name, version="1.0.0-000000000000", rows=rows, states=NO_STATES)
            for name, rows in frames.items()
        }
        return Given(sources=sources, settings=Settings())

    def _frame(self, dataset: Dataset, rows: Iterator[dict[str, Any]]) -> pl.LazyFrame:
        schema = dataset.schema | {"src_province": pl.String()}
        return pl.LazyFrame([{name: row.get(name) for name in schema} for row in rows], schema)

    def _edges(self) -> Iterator[dict[str, Any]]:
        for industry, node, occupation, job, majors in CHAIN:
            for place, major in enumerate(majors):
                for province in ("32", "33"):
                    level = {"6": "1", "7": "1", "3": "3", "2": "3"}.get(major[0], "2")
                    yield {
                        "map_version": f"{'JS' if province == '32' else 'ZJ'}-2025.1",
                        "owner_province": province,
                        "src_province": province,
                        "industry_code": industry,
                        "chain_node": node,
                        "occupation_code": occupation,
                        "job_name": job,
                        "catalog_version": "2021",
                        "major_code": major,
                        "edu_level": level,
                        "relation": str(3 - min(place, 2)),
                        "valid_from": date(2025, 1, 1),
                    }

    def _offerings(self) -> Iterator[dict[str, Any]]:
        for province in NAMES:
            for major, title in MAJORS.items():
                for number in range(self.chance.choice([0, 1, 2, 5, 9])):
                    yield {
                        "src_province": province,
                        "inst_code": f"41{province}0{number:05d}",
                        "school_year": "2025-2026",
                        "catalog_version": "2021",
                        "major_code": major,
                        "major_name": title,
                        "offer_status": "1" if number else self.chance.choice("113"),
                    }

    def _students(self) -> Iterator[dict[str, Any]]:
        for province in NAMES:
            for major in MAJORS:
                leavers = self.chance.choice([0, 3, 40, 220, 900])
                yield {
                    "src_province": province,
                    "school_year": "2025-2026",
                    "catalog_version": "2021",
                    "major_code": major,
                    "enrolled": 3 * leavers,
                    "newly_enrolled": leavers,
                    "graduated": leavers,
                }

    def _demand(self) -> Iterator[dict[str, Any]]:
        asked = [*CHAIN, ("7590", "", "2-02-38-03", "", ())]
        for province in ("32", "33"):
            for industry, _, occupation, _, majors in asked:
                level = "1" if majors and majors[0][0] in "67" else "2"
                yield {
                    "src_province": province,
                    "division_code": f"{province}0000",
                    "stat_year": 2025,
                    "industry_code": industry,
                    "occupation_code": occupation,
                    "edu_level": level,
                    "demand_num": self.chance.randrange(100, 3000, 50),
                    "shortage_level": self.chance.choice("0123"),
                }


PLAN = catalogue.dataset("enrollment_plan").schema | {"src_province": pl.String()}
NO_STATES = pl.DataFrame()


def derived(module: Any, given: Given) -> pl.DataFrame:
    """The rows of a derived dataset, in the types of its contract."""
    rows = module.DERIVATION.make(given).collect()
    return rows.select(pl.col(name).cast(kind) for name, kind in module.DATASET.schema.items())


def indicator_rows() -> pl.DataFrame:
    """Values of all measures for three years; K01 is withheld, and Anhui's K03 in one year."""
    chance, rows = Random(7), []
    for item in load_indicators(catalogue.indicator_folder()):
        share = item.unit == "%"
        for region in ("300000", "310000", "320000", "330000", "340000"):
            for year in (2023, 2024, 2025):
                value = (
                    Decimal(chance.randrange(2000, 7500)) / 100
                    if share
                    else Decimal(chance.randrange(3, 4000))
                )
                withheld = item.name == "K01" or (
                    item.name == "K03" and region in ("340000", "300000") and year == 2025
                )
                rows.append(_indicator(item, region, year, None if withheld else value))
    return pl.DataFrame(rows, schema=policy_indicator.DATASET.schema)


def _indicator(item: Any, region: str, year: int, value: Decimal | None) -> dict[str, Any]:
    target = item.target
    reached = None
    if target and value is not None:
        wanted = Decimal(str(target.value))
        reached = value >= wanted if str(target.comparison) == "at_least" else value <= wanted
    reason = "list_not_whole" if item.name == "K01" else "provinces_missing"
    return dict.fromkeys(policy_indicator.DATASET.schema) | {
        "indicator_code": item.indicator,
        "measure_code": item.name,
        "region_code": region,
        "stat_year": year,
        "cut": "all",
        "cut_value": "all",
        "definition_version": "1.0",
        "value_state": "2" if value is None else "1",
        "value": value,
        "unit": item.unit,
        "target_value": Decimal(str(target.value)) if target else None,
        "target_comparison": str(target.comparison) if target else None,
        "target_year": target.year if target else None,
        "is_reached": reached,
        "reason": reason if value is None else None,
        "missing_datasets": "certificate_award" if value is None and item.name == "K03" else None,
        "provinces_missing": ["34"] if value is None and item.name == "K03" else [],
        "is_complete": value is not None and region != "340000",
    }


def release(*, datasets: tuple[str, ...]) -> Release:
    """A release of some datasets, in which each state of coverage occurs."""
    states = list(CoverageState)
    delivered = [name for name in catalogue.dataset_names() if name != "guidance_committee"]
    coverage = [
        _covered(
            name,
            province,
            states[(place + int(province)) % 7 if (place + int(province)) % 7 < 5 else 0],
        )
        for place, name in enumerate(delivered)
        for province in NAMES
    ]
    change = DatasetChange(
        dataset="student_scale",
        before="1.1.0-aaaaaaaaaaaa",
        now="1.2.0-bbbbbbbbbbbb",
        step=Step.MINOR,
        units=(
            Counted(province="33", unit="education", period="2025-2026", added=1204, changed=31),
        ),
        facts=(Text(zh="新到浙江省 2025-2026 学年报送", en="Zhejiang has delivered 2025-2026"),),
    )
    return Release(
        id="2026-11-23-3f9a0c51d2e4",
        number=4,
        compared_with="2026-10-23-1f9a0c51d2e4",
        day=date(2026, 11, 23),
        created=datetime(2026, 11, 23, 2, 30, tzinfo=UTC),
        pins=tuple(pin(name) for name in datasets),
        coverage=tuple(coverage),
        rules=(
            _rule(Outcome.PASSED, 0),
            _rule(Outcome.TOLERATED, 12),
            _rule(Outcome.NOT_CHECKED, 0),
        ),
        changes=(change,),
        rules_digest="0" * 64,
        made_from="1" * 64,
    )


def _covered(name: str, province: str, state: CoverageState) -> Coverage:
    here = state is CoverageState.ARRIVED
    reason = {
        CoverageState.WITHHELD: Text(zh="等待审批", en="waits for approval"),
        CoverageState.MISSING: Text(zh="从未报送", en="never delivered"),
    }.get(state)
    used = state in (CoverageState.CARRIED_FORWARD, CoverageState.LATE)
    return Coverage(
        dataset=name,
        province=province,
        unit="education",
        period="2025",
        state=state,
        newest="2025" if here else "2024" if used else None,
        age=0 if here else 1 if used else None,
        days_late=6 if here and province == "34" else None,
        rows=12_345 if here else 0,
        reason=reason,
    )


def _rule(outcome: Outcome, count: int) -> RuleResult:
    return RuleResult(
        rule="enrolled_total_is_not_sum_of_programmes",
        kind=RuleKind.DATASETS,
        dataset="institution_year",
        severity=Severity.WARNING,
        outcome=outcome,
        text=Text(zh="在校生总数与各专业之和不符。", en="Students do not add up over programmes."),
        count=count,
        examined=420,
        reason=Text(zh="缺少对照数据", en="nothing to compare with")
        if outcome is Outcome.NOT_CHECKED
        else None,
    )


def pin(name: str) -> Pin:
    source = From.DERIVED if name in catalogue.derived_names() else From.DELIVERED
    return Pin(
        dataset=name,
        title=catalogue.dataset(name).title,
        source=source,
        version="1.2.0-bbbbbbbbbbbb",
        manifest=f"published/{name}/1.2.0-bbbbbbbbbbbb/manifest.json",
        sha256="2" * 64,
        contract="1.0.0",
        rows=34_567,
    )


def manifest(name: str) -> Manifest:
    return Manifest(
        dataset=name,
        version="1.2.0-bbbbbbbbbbbb",
        parent=None,
        contract="1.0.0",
        created=None,
        rows=34_567,
        files=(),
        lineage=(),
        states=(),
        findings={Severity.ERROR: 214, Severity.WARNING: 1_560},
        as_null={},
        made_from="3" * 64,
        writer="test",
        attempt=1,
    )


def material(*, derived_too: tuple[str, ...] = (INDICATORS, MAP, JOBS)) -> Material:
    """A whole release; `derived_too` are the derived datasets that it pins."""
    given = Invented().given()
    made = {
        INDICATORS: indicator_rows(),
        MAP: derived(industry_major_coverage, given),
        JOBS: derived(talent_supply_demand, given),
    }
    pinned = ("institution", "program_offering", "student_scale", "talent_demand", *derived_too)
    contracts = {name: catalogue.dataset(name) for name in catalogue.published_names()}
    return Material(
        release=release(datasets=pinned),
        manifests={name: manifest(name) for name in pinned},
        frames={name: made[name] for name in derived_too},
        titles={name: item.title for name, item in contracts.items()},
        names=NAMES,
        measures={item.name: item.title for item in load_indicators(catalogue.indicator_folder())},
        words=words_of(contracts),
    )
