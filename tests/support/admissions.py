"""Puts admissions into a store as the verb `admit` leaves them: rows, report, admission."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl

from tests.support.award import DATASET
from yrdx.agreements import Agreement, Province
from yrdx.model import (
    Admission,
    Delivery,
    FindingCount,
    Report,
    RowCounts,
    Severity,
    Text,
    Verdict,
    Versions,
)
from yrdx.store import layout
from yrdx.store.port import ObjectStore

VERSIONS = Versions(contract="1.0.0", rules="0" * 64, code="test")
FIRST_DAY = datetime(2025, 3, 1, 8, tzinfo=UTC)
SLUGS = {"31": "shanghai", "32": "jiangsu", "33": "zhejiang", "34": "anhui"}


def awards(count: int, *, province: str, seed: int = 0) -> pl.DataFrame:
    """`count` typed rows in an order that is not the key's; the same arguments, the same rows."""
    scrambled = [(index * 7_919 + seed) % 1_000_003 for index in range(count)]
    return pl.DataFrame(
        {
            "_row": pl.Series(range(2, count + 2), dtype=pl.UInt32),
            "cert_no": [f"C{number:07d}" for number in scrambled],
            "issuer": [f"{province}{number % 7:04d}" for number in scrambled],
            "level_code": [str(number % 3 + 1) for number in scrambled],
            "award_date": [date(2024, 1, 1) + timedelta(days=n % 365) for n in scrambled],
            "award_year": [2024] * count,
            "score": [f"{number % 100}.{number % 90 + 10}" for number in scrambled],
            "hours_count": [number % 400 for number in scrambled],
            "is_double": [number % 2 == 0 for number in scrambled],
            "major_codes": [["510201", "530101"][: number % 3] for number in scrambled],
            "note_name": [f"备注{number % 50}" for number in scrambled],
        }
    ).cast(dict(DATASET.schema))


def in_runs(rows: pl.DataFrame, *, run: int) -> pl.DataFrame:
    """The rows as a check writes them: pieces of `run` rows, each sorted by key."""
    return pl.concat([rows.slice(at, run).sort(DATASET.key) for at in range(0, len(rows), run)])


def admit_rows(
    store: ObjectStore,
    rows: pl.DataFrame,
    *,
    province: str,
    period: str = "2025",
    unit: str = "edu",
    attempt: int = 1,
    withdrawn: Sequence[int] = (),
    warnings: int = 0,
    not_supplied: tuple[str, ...] = (),
) -> Admission:
    """Admit the rows as one delivery of the test dataset."""
    body = _parquet(rows)
    delivery = Delivery(
        province=province,
        unit=unit,
        dataset=DATASET.name,
        period=period,
        sha256=hashlib.sha256(f"{province}{unit}{period}{attempt}".encode() + body).hexdigest(),
        sm3="0" * 64,
        size=len(body),
        filename=f"{province}_award_{period}.csv",
        received_at=FIRST_DAY + timedelta(days=attempt),
        attempt=attempt,
    )
    report = _report(delivery, rows=len(rows) - len(withdrawn), warnings=warnings)
    digest = VERSIONS.digest
    report_key = layout.checked(delivery, rules_digest=digest, name="report.json")
    rows_key = layout.admitted(delivery, rules_digest=digest, name="rows.parquet")
    withdrawn_key = layout.admitted(delivery, rules_digest=digest, name="withdrawn.parquet")
    original = layout.landed_original(delivery)
    store.put_if_absent(original, body)
    store.put_if_absent(layout.landed_delivery(delivery), delivery.model_dump_json().encode())
    store.put_if_absent(report_key, report.model_dump_json().encode())
    store.put_if_absent(rows_key, body)
    if withdrawn:
        numbers = pl.DataFrame({"_row": pl.Series(withdrawn, dtype=pl.UInt32)})
        store.put_if_absent(withdrawn_key, _parquet(numbers))
    admission = Admission(
        delivery=delivery,
        verdict=Verdict.ADMITTED,
        revision=1,
        report_key=report_key,
        rows_key=rows_key,
        rows_sha256=hashlib.sha256(body).hexdigest(),
        rows=len(rows) - len(withdrawn),
        contract="1.0.0",
        not_supplied=not_supplied,
        withdrawn_key=withdrawn_key if withdrawn else None,
    )
    key = layout.admitted(delivery, rules_digest=digest, name="admission.json")
    store.put_if_absent(key, admission.model_dump_json().encode())
    return admission


def partners(*codes: str, due: str | None = None, unit: str = "edu") -> tuple[Province, ...]:
    """Provinces that have agreed to deliver the test dataset."""
    return tuple(
        Province(
            code=code,
            slug=SLUGS[code],
            name=Text(zh=SLUGS[code], en=SLUGS[code]),
            agreements=(
                Agreement(
                    unit=unit,
                    unit_name=Text(zh="省教育厅", en="Department of Education"),
                    dataset=DATASET.name,
                    source={"kind": "local_folder", "path": "inbox"},
                    due=due,
                ),
            ),
        )
        for code in codes
    )


def _parquet(frame: pl.DataFrame) -> bytes:
    body = io.BytesIO()
    frame.write_parquet(body, row_group_size=25_000)
    return body.getvalue()


def _report(delivery: Delivery, *, rows: int, warnings: int) -> Report:
    text = Text(zh="提示", en="a warning")
    counted = FindingCount(
        rule="hours_are_many",
        severity=Severity.WARNING,
        column="hours_count",
        title=None,
        message=text,
        remedy=text,
        source="test",
        count=warnings,
    )
    return Report(
        delivery=delivery,
        versions=VERSIONS,
        verdict=Verdict.ADMITTED,
        tolerance=0.05,
        rows=RowCounts(read=rows, admitted=rows),
        reading=None,
        findings=(counted,) if warnings else (),
        notes=(),
        control_totals=(),
        not_supplied=(),
        missing=(),
        not_checked=(),
    )


def files_below(folder: Path) -> dict[str, str]:
    """Relative path → SHA-256 of every file below a folder."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
