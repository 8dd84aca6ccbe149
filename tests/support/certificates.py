"""An exchange of two provinces that deliver certificates of people, one of whom is everywhere.

Shanghai sends a workbook, Zhejiang a text and its correction; three versions are published.
"""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import yaml

from demo import rows as demo_rows
from demo.plans import TITLES
from yrdx import pipeline
from yrdx.checking.signing import PRIVATE, new_key
from yrdx.settings import TIMEZONE, Settings

NAME, TERM = "certificate_award", "2024-2025-2"
TITLED = TITLES[NAME]
PERSON = "5e" * 32
NOON = datetime(2026, 3, 1, 12, tzinfo=TIMEZONE)


def awards(province: str, *, holding: tuple[int, ...], wrong: int | None = None) -> list[dict]:
    schools = demo_rows.institutions(province)[:4]
    found = demo_rows.certificate_awards(schools, count=24, term=TERM, province=province)
    for at in holding:
        found[at]["person_key"] = PERSON
    if wrong is not None:
        found[wrong]["level"] = "9"
    return found


def as_text(rows: list[dict]) -> bytes:
    lines = [",".join(TITLED.values()), *(",".join(row[name] for name in TITLED) for row in rows)]
    return "\r\n".join([*lines, ""]).encode("utf-8-sig")


def as_workbook(rows: list[dict]) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(list(TITLED.values()))
    for row in rows:
        book.active.append([row[name] for name in TITLED])
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def set_up(home: Path) -> pipeline.Exchange:
    (home / "provinces").mkdir(parents=True)
    for code, slug in (("31", "shanghai"), ("33", "zhejiang")):
        (home / "inbox" / slug).mkdir(parents=True)
        agreement = {
            "unit": "rst",
            "unit_name": {"zh": "人力资源和社会保障厅", "en": "Human resources"},
            "dataset": NAME,
            "source": {"kind": "local_folder", "root": "inbox", "glob": f"{slug}/*"},
            "tolerance": 0.5,
            "period": TERM,
        }
        province = {
            "code": code,
            "slug": slug,
            "name": {"zh": slug, "en": slug},
            "agreements": [agreement],
        }
        path = home / "provinces" / f"{code}-{slug}.yaml"
        path.write_text(yaml.safe_dump(province, allow_unicode=True), encoding="utf-8")
    new_key(home / "keys")
    return opened(home)


def opened(home: Path) -> pipeline.Exchange:
    key = home / "keys" / PRIVATE
    settings = Settings(home=home, store=str(home / "store"), signing_key_file=key)
    return pipeline.open_exchange(settings)


def hand_in(exchange, slug: str, name: str, body: bytes, *, day: int, publish: bool = True):
    path = exchange.settings.home / "inbox" / slug / name
    path.write_bytes(body)
    path.with_name(f"{name}.ok").touch()
    province = exchange.province({"shanghai": "31", "zhejiang": "33"}[slug])
    found = pipeline.discover(exchange, province).arrivals
    (arrival,) = (item for item in found if item.offer.path.endswith(name))
    received_at = NOON - timedelta(days=200 - day)
    delivery = pipeline.land(exchange, province, arrival, received_at=received_at)
    report = pipeline.check(exchange, delivery)
    assert pipeline.admit(exchange, report), report.findings
    return report, pipeline.publish(exchange, NAME) if publish else None


def tell_story(exchange) -> list:
    """Three versions; the reports and manifests of all deliveries."""
    first = awards("33", holding=(3, 7, 11), wrong=11)
    first[9]["level"] = "9"
    second = [dict(row) for row in first]
    second[3]["cert_name"], second[5]["cert_name"] = "改名工", "另改名工"
    second[20]["person_key"] = PERSON
    del second[1]
    shanghai = awards("31", holding=(0, 23))
    return [
        hand_in(exchange, "zhejiang", "33_award_v1.csv", as_text(first), day=1),
        hand_in(exchange, "zhejiang", "33_award_v2.csv", as_text(second), day=2),
        hand_in(exchange, "shanghai", "31_award_v1.xlsx", as_workbook(shanghai), day=3),
    ]
