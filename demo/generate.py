"""Generate the deliveries of the four provinces: the same bytes every time, made up and marked.

`python -m demo.generate FOLDER` fills `FOLDER/inbox` and writes `FOLDER/planted.json`, which
says where every planted wrong lies and which rule must find it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from demo import files, rows, wrongs
from demo.files import Sheet
from demo.plans import PLANS, TITLES, Plan
from demo.rows import Row

SLUGS = {"31": "shanghai", "32": "jiangsu", "33": "zhejiang", "34": "anhui"}
YEAR, SCHOOL_YEAR, TERM = 2025, "2024-2025", "2024-2025-2"

_CERTIFICATES = {"31": 200_000, "32": 2_000, "33": 20_000, "34": 8_000}


def generate(folder: Path) -> None:
    """Write all deliveries, their markers, and what was planted in them."""
    told = []
    for plan in PLANS:
        target = folder / "inbox" / f"{plan.province}-{SLUGS[plan.province]}" / plan.dataset
        target = target / plan.path
        target.parent.mkdir(parents=True, exist_ok=True)
        body, planted = make(plan)
        target.write_bytes(body)
        if plan.marker:
            target.with_name(target.name + ".ok").touch()
        told.append(
            {
                "province": plan.province,
                "dataset": plan.dataset,
                "path": target.relative_to(folder / "inbox").as_posix(),
                "expected": plan.expected,
                "planted": planted,
            }
        )
    text = json.dumps(told, ensure_ascii=False, indent=1)
    (folder / "planted.json").write_text(text, encoding="utf-8")


def make(plan: Plan) -> tuple[bytes, list[dict[str, object]]]:
    """The bytes of one delivery, and its planted wrongs with their rows in the file."""
    data = _rows(plan)
    # Others refer to schools of the first half: right, whether references are checked or not.
    spare = len(data) // 2 if plan.dataset == "institution" else 0
    planted = wrongs.plant(
        data, dataset=plan.dataset, count=plan.wrong, seed=plan.path, spare=spare
    )
    wrongs.muddle(
        data, share=plan.mess, seed=plan.path, spare={planted_one.index for planted_one in planted}
    )
    sheet = _sheet(plan, data)
    _, places = sheet.grid()
    told = [{**asdict(item), "row": places[item.index]} for item in planted]
    return _bytes(plan, sheet), told


def _rows(plan: Plan) -> list[Row]:
    schools = rows.institutions(plan.province)
    sound = schools[: len(schools) // 2]
    match plan.dataset:
        case "institution":
            return schools
        case "program_offering":
            return rows.program_offerings(sound, school_year=SCHOOL_YEAR)
        case "enrollment_plan":
            return rows.enrollment_plans(sound, year=YEAR, province=plan.province)
        case "student_scale":
            return rows.student_scales(sound, school_year=SCHOOL_YEAR)
        case "certificate_award":
            count = _CERTIFICATES[plan.province]
            found = rows.certificate_awards(sound, count=count, term=TERM, province=plan.province)
            return list(_with_raw_numbers(found)) if plan.expected == "rejected" else found
        case "enterprise":
            return rows.enterprises(plan.province, year=YEAR, count=300)
    raise ValueError(f"no generator for {plan.dataset}")


def _with_raw_numbers(found: Sequence[Row]) -> Iterator[Row]:
    """Raw numbers where sealed ones belong: of a region that never was, for no person."""
    for serial, row in enumerate(found):
        birth = f"{1990 + serial % 10}{1 + serial % 12:02d}{1 + serial % 28:02d}"
        yield {**row, "person_key": rows.resident_id("999999", birth, serial % 999)}


def _sheet(plan: Plan, data: list[Row]) -> Sheet:
    titles = dict(TITLES[plan.dataset])
    if plan.dataset == "enterprise" and plan.province == "34":
        del titles["pj_level"]
    if plan.dataset == "certificate_award" and plan.expected == "rejected":
        titles["person_key"] = "身份证号"
    if not plan.dressed:
        return Sheet(rows=data, titles=titles)
    name = rows.PROVINCES[plan.province]
    above = [[f"{name}数据报送表（演示数据 generated）"], ["说明：本表由程序生成，仅供演示"]]
    if plan.dataset == "institution":
        return Sheet(rows=data, titles=titles, above=above, bands={0: [f"{name}（{len(data)}所）"]})
    if plan.dataset == "student_scale":
        return Sheet(
            rows=data,
            titles=titles,
            above=[*above, ["单位：人"]],
            groups={"male": "其中", "female": "其中"} if plan.path.endswith("xlsx") else {},
            below=[_total(titles, data), ["注：本表为演示数据。"]],
        )
    return Sheet(rows=data, titles=titles, above=above, below=[["制表人：演示程序"]])


def _total(titles: dict[str, str], data: list[Row]) -> list[str]:
    """A total row that agrees with the rows as they stand, wrong ones included."""
    summed = ("enrolled", "male", "female", "minority", "newly_enrolled")
    total = {
        name: sum(int(row[name].translate(_ASCII)) for row in data if row.get(name))
        for name in summed
    }
    return ["合  计", *(str(total.get(name, "")) for name in list(titles)[1:])]


_ASCII = {wide: chr(narrow) for narrow, wide in wrongs.FULL_WIDTH.items()}


def _bytes(plan: Plan, sheet: Sheet) -> bytes:
    match Path(plan.path).suffix:
        case ".xlsx":
            return files.xlsx(sheet)
        case ".xls":
            return files.xls(sheet)
        case ".parquet":
            return files.parquet(sheet)
        case ".zip":
            member = Path(plan.path).stem
            if plan.dataset == "certificate_award":
                return files.zipped(f"{member}.csv", files.csv_text(sheet).encode("utf-8-sig"))
            return files.zipped(f"{member}.xlsx", files.xlsx(sheet))
    text = files.csv_text(sheet)
    if "两种编码" in plan.path:
        half = len(text) // 2
        return text[:half].encode() + "\r\n江苏省转来".encode("gb18030") + text[half:].encode()
    return text.encode(plan.encoding)


if __name__ == "__main__":
    generate(Path(sys.argv[1]))
