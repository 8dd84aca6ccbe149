"""Generated rows of the six datasets: made up, marked as such, and right by every rule.

Schools and enterprises bear the word 演示; no code or name is taken from a real one.
"""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path

Row = dict[str, str]

PROVINCES = {"31": "上海市", "32": "江苏省", "33": "浙江省", "34": "安徽省"}
_SCHOOLS = {"31": 40, "32": 90, "33": 80, "34": 70}
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_DIVISIONS = Path(__file__).resolve().parent.parent / "schemas" / "reference" / "division.csv"
_SECONDARY = (
    ("660102", "机械加工技术"),
    ("660301", "机电技术应用"),
    ("700206", "汽车运用与维修"),
    ("710201", "计算机应用"),
    ("710202", "计算机网络技术"),
    ("720101", "护理"),
    ("730301", "会计事务"),
    ("730701", "电子商务"),
    ("740201", "中餐烹饪"),
    ("750101", "艺术设计与制作"),
)
_HIGHER = (
    ("440501", "工程造价"),
    ("460103", "数控技术"),
    ("460301", "机电一体化技术"),
    ("500211", "汽车检测与维修技术"),
    ("510102", "物联网应用技术"),
    ("510201", "计算机应用技术"),
    ("510203", "软件技术"),
    ("530302", "大数据与会计"),
    ("530701", "电子商务"),
    ("540101", "旅游管理"),
)
_TOPICS = ("工业", "商贸", "信息", "交通", "建设", "旅游", "卫生", "艺术", "农林", "机电")
_SKILLS = (
    ("电工", "6-31-01-03"),
    ("车工", "6-18-01-01"),
    ("育婴员", "4-10-01-02"),
    ("中式烹调师", "4-03-02-01"),
    ("汽车维修工", "4-12-01-01"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """A county in force today, with the city it belongs to."""

    code: str
    name: str
    city: str


@cache
def counties(province: str) -> tuple[Place, ...]:
    """The counties of a province that are in force."""
    with _DIVISIONS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    names = {row["code"]: row["zh"] for row in rows}
    return tuple(
        Place(row["code"], row["zh"], _city(names, row["code"]))
        for row in rows
        if row["code"].startswith(province)
        and not row["code"].endswith("00")
        and not row["valid_to"]
    )


def _city(names: dict[str, str], county: str) -> str:
    name = names.get(county[:4] + "00", "")
    return PROVINCES[county[:2]] if name in ("", "市辖区", "县") else name


def organisation_code(body: str) -> str:
    """Eight characters with their check character (GB 11714)."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(char, 36) * weight for char, weight in zip(body, weights, strict=True))
    check = 11 - total % 11
    return body + {10: "X", 11: "0"}.get(check, str(check))


def credit_code(kind: str, division: str, serial: int) -> str:
    """A unified social credit code with right check characters (GB 32100)."""
    body = f"{kind}{division}{organisation_code(f'MA{serial:06d}')}"
    total = sum(_ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(body))
    return body + _ALPHABET[(31 - total % 31) % 31]


def resident_id(division: str, birth: str, serial: int) -> str:
    """An 18-digit number with a right check digit, of a region and day chosen by us (GB 11643)."""
    body = f"{division}{birth}{serial:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(char) * weight for char, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


def institutions(province: str) -> list[Row]:
    """The schools of a province: colleges and secondary schools."""
    draw = random.Random(f"institution {province}")  # noqa: S311 - made up on purpose
    rows = []
    for number in range(1, _SCHOOLS[province] + 1):
        place = draw.choice(counties(province))
        college = number % 3 == 0
        five = f"{int(province) - 30}9{number:03d}"
        topic = draw.choice(_TOPICS)
        kind = f"{topic}职业技术学院" if college else f"{topic}职业技术学校"
        rows.append(
            {
                "inst_code": f"41{province}0{five}" if college else f"36{province}90{number:04d}",
                "uscc": credit_code("12", place.code, int(province) * 1000 + number),
                "moe5_code": five if college else "",
                "exam_code": f"{number:04d}",
                "inst_name": f"演示{place.city.removesuffix('市')}{kind}（{number:03d}）",
                "edu_level": "2" if college else "1",
                "school_category": "" if college else draw.choice(("361", "362", "365")),
                "organizer_type": "1",
                "competent_line": "1",
                "competent_dept": f"{place.city}教育局",
                "ownership_model": "1",
                "division_code": place.code,
                "address": f"{place.name}演示路{number}号",
                "found_ym": f"{draw.randint(1950, 2015)}09",
                "quality_tag": draw.choice("0012"),
                "status": "1",
            }
        )
    return rows


def _majors(school: Row) -> tuple[tuple[str, str], ...]:
    return _HIGHER if school["edu_level"] == "2" else _SECONDARY


def program_offerings(schools: list[Row], *, school_year: str) -> list[Row]:
    """Every school offers each major of its level."""
    draw = random.Random(f"offering {schools[0]['inst_code']}")  # noqa: S311
    return [
        {
            "inst_code": school["inst_code"],
            "school_year": school_year,
            "catalog_version": "2021",
            "major_code": code,
            "major_name": name,
            "direction": "",
            "edu_years": "3",
            "approve_ym": f"{draw.randint(2000, 2019)}03",
            "first_enroll_ym": f"{draw.randint(2020, 2023)}09",
            "offer_status": draw.choice("1112"),
            "shortage_tag": draw.choice("001"),
            "five_year_pilot": "0",
        }
        for school in schools
        for code, name in _majors(school)
    ]


def enrollment_plans(schools: list[Row], *, year: int, province: str) -> list[Row]:
    """The third round of each school's plans, for its own province and one neighbour."""
    draw = random.Random(f"plan {province} {year}")  # noqa: S311
    rows = []
    for school in schools:
        for code, _ in _majors(school)[:6]:
            for source in (province, "34" if province != "34" else "33"):
                plan = draw.randint(20, 200)
                admitted = plan - draw.randint(0, 10)
                rows.append(
                    {
                        "enroll_year": str(year),
                        "inst_code": school["inst_code"],
                        "major_code": code,
                        "catalog_version": "2021",
                        "source_province": source,
                        "channel": "1" if school["edu_level"] == "2" else "4",
                        "plan_num": str(plan),
                        "admitted_num": str(admitted),
                        "registered_num": str(admitted - draw.randint(0, 8)),
                        "min_score": f"{draw.randint(220, 560)}",
                        "tuition": str(draw.choice((3200, 5600, 6500, 12000))),
                        "round": "3",
                    }
                )
    return rows


def student_scales(schools: list[Row], *, school_year: str) -> list[Row]:
    """Students of three grades in each major of each school."""
    draw = random.Random(f"students {schools[0]['inst_code']}")  # noqa: S311
    first = int(school_year[:4])
    rows = []
    for school in schools:
        for code, _ in _majors(school)[:8]:
            for grade in (first, first - 1, first - 2):
                male, female = draw.randint(8, 95), draw.randint(5, 90)
                enrolled = male + female
                rows.append(
                    {
                        "inst_code": school["inst_code"],
                        "school_year": school_year,
                        "catalog_version": "2021",
                        "major_code": code,
                        "direction": "",
                        "grade_year": str(grade),
                        "study_form": "1",
                        "enrolled": str(enrolled),
                        "male": str(male),
                        "female": str(female),
                        "minority": str(draw.randint(0, 5)),
                        "newly_enrolled": str(enrolled if grade == first else 0),
                        "graduated": "0",
                        "gt_students": str(draw.randint(0, 10)),
                    }
                )
    return rows


def certificate_awards(schools: list[Row], *, count: int, term: str, province: str) -> list[Row]:
    """Certificates of one term; persons and numbers are sealed at the source: 64 hex digits."""
    draw = random.Random(f"certificates {province} {term}")  # noqa: S311
    year = int(term[5:9])
    issuers = [
        (
            credit_code("52", place.code, int(province) * 100 + number),
            f"演示{place.city}职业技能评价中心（{number:02d}）",
        )
        for number, place in enumerate(counties(province)[:20])
    ]
    majors = {school["inst_code"]: _majors(school) for school in schools}
    rows = []
    for _ in range(count):
        school = draw.choice(schools)
        issuer, issuer_name = draw.choice(issuers)
        skill, occupation = draw.choice(_SKILLS)
        level = draw.choice("5443332")
        rows.append(
            {
                "person_key": draw.randbytes(32).hex(),
                "inst_code": school["inst_code"],
                "major_code": draw.choice(majors[school["inst_code"]])[0],
                "catalog_version": "2021",
                "grad_year": str(year),
                "edu_level": school["edu_level"],
                "cert_category": "1",
                "cert_no_hash": draw.randbytes(32).hex(),
                "cert_no_prefix": f"S0000{province}{draw.randint(1, 99):06d}{year % 100}{level}",
                "cert_name": skill,
                "occupation_code": occupation,
                "level": level,
                "issuer_uscc": issuer,
                "issuer_name": issuer_name,
                "issue_date": f"{year}-{draw.randint(3, 6):02d}-{draw.randint(1, 28):02d}",
                "is_high": "1" if level in "32" else "0",
            }
        )
    return rows


def enterprises(province: str, *, year: int, count: int) -> list[Row]:
    """Enterprises that take part in vocational education."""
    draw = random.Random(f"enterprise {province} {year}")  # noqa: S311
    rows = []
    for number in range(1, count + 1):
        place = draw.choice(counties(province))
        rows.append(
            {
                "uscc": credit_code("91", place.code, 500_000 + int(province) * 1000 + number),
                "stat_year": str(year),
                "ent_name": f"演示{place.city.removesuffix('市')}智造有限公司（{number:04d}）",
                "division_code": place.code,
                "industry_code": draw.choice(("3421", "3670", "3913", "6510", "5941")),
                "size_code": draw.choice("1223"),
                "op_status": "1",
                "pj_level": draw.choice("0000123"),
                "demo_status": "",
                "incentive_amount": f"{draw.randint(0, 500)}.{draw.randint(0, 99):02d}",
                "soe_flag": draw.choice("01"),
            }
        )
    return rows
