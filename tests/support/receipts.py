"""A report with findings of every kind, to draw receipts and error lists from."""

from datetime import UTC, datetime
from pathlib import Path

import pandera.polars as pa
import polars as pl

from yrdx.dataset import COLUMN, Column, Dataset, Kind, Periodicity, Requirement
from yrdx.model import (
    ColumnMatch,
    ControlTotal,
    Delivery,
    FindingCount,
    NotChecked,
    Note,
    Reading,
    Report,
    RowCounts,
    Sensitivity,
    Severity,
    Text,
    Verdict,
    Versions,
)


def _field(zh: str, en: str):
    column = Column(
        title=Text(zh=zh, en=en),
        kind=Kind.TEXT,
        requirement=Requirement.MANDATORY,
        sensitivity=Sensitivity.PUBLIC,
    )
    return pa.Field(nullable=True, metadata={COLUMN: column})


class Schools(pa.DataFrameModel):
    """Schools of a province."""

    inst_code: str = _field("学校标识码", "Institution code")
    uscc: str = _field("统一社会信用代码", "Unified social credit code")
    inst_name: str = _field("学校名称", "Name")
    address: str = _field("地址", "Address")


DATASET = Dataset(
    model=Schools,
    title=Text(zh="职业院校名录", en="Vocational institutions"),
    grain=Text(zh="一校一行", en="one row a school"),
    version="1.0.0",
    key=("inst_code",),
    periodicity=Periodicity.YEAR,
    supplier=Text(zh="省教育厅", en="education department"),
    clauses=(),
    province=pl.col("inst_code").str.slice(2, 2),
)

WRONG_USCC = FindingCount(
    rule="uscc_check_digit_is_wrong",
    severity=Severity.ERROR,
    column="uscc",
    title=Text(zh="统一社会信用代码", en="Unified social credit code"),
    message=Text(zh="统一社会信用代码的校验位不对", en="the check digit is wrong"),
    remedy=Text(zh="请核对证照上的代码后重填。", en="copy it from the certificate"),
    source="GB 32100-2015",
    count=1,
)
OLD_ADDRESS = FindingCount(
    rule="address_is_short",
    severity=Severity.WARNING,
    column="address",
    title=Text(zh="地址", en="Address"),
    message=Text(zh="地址过短", en="the address is short"),
    remedy=Text(zh="请写到门牌号", en="give the house number"),
    source="E99",
    count=1,
)


ALL_GOOD = RowCounts(read=9, admitted=9)


def a_report(**changes) -> Report:
    received_at = changes.pop("received_at", datetime(2025, 10, 15, 1, 30, tzinfo=UTC))
    facts = {
        "delivery": Delivery(
            province="33",
            unit="edu",
            dataset="institution",
            period="2025",
            sha256="a" * 64,
            sm3="b" * 64,
            size=12_345,
            filename="附件1：浙江省职业院校名录.xlsx",
            received_at=received_at,
            attempt=2 if received_at else None,
        ),
        "versions": Versions(contract="1.0.0", rules="c" * 64, code="0.1.0"),
        "verdict": Verdict.ADMITTED_IN_PART,
        "tolerance": 0.05,
        "rows": RowCounts(read=110, admitted=106, rejected=2, set_aside=2, normalised=7),
        "reading": Reading(
            format="xlsx",
            sheet="名录",
            header_row=3,
            columns=(
                ColumnMatch(column="inst_code", header="院校代码", letter="B", how="synonym"),
                ColumnMatch(column="uscc", header="信用代码", letter="C", how="synonym"),
            ),
            ignored_headers=("备注",),
        ),
        "findings": (OLD_ADDRESS, WRONG_USCC),
        "notes": (
            Note(
                column="inst_name",
                rule="line_break",
                cells=7,
                text=Text(zh="去掉单元格内的换行", en="line breaks removed"),
            ),
        ),
        "control_totals": (
            ControlTotal(
                label="浙江省（107所）",
                sheet="名录",
                row=4,
                declared={"rows": 107},
                counted={"rows": 108},
            ),
        ),
        "not_supplied": ("address",),
        "missing": (),
        "not_checked": (
            NotChecked(
                rule="inst_code_is_unknown",
                column="inst_code",
                reason=Text(zh="没有需要的字段：uscc、address。", en="lacks inst_code, address"),
            ),
        ),
    }
    return Report.model_validate(facts | changes)


def a_line(counted: FindingCount, row: int, value: str | None = "x", **more) -> dict:
    return {
        "rule": counted.rule,
        "severity": counted.severity.value,
        "sheet": "名录",
        "row": row,
        "column": counted.column,
        "header": "信用代码",
        "cell": f"名录!C{row}",
        "key": "inst_code=4133010335",
        "value": value,
        "candidate": None,
        "message_zh": counted.message.zh,
        "message_en": counted.message.en,
        "remedy_zh": counted.remedy.zh,
        "remedy_en": counted.remedy.en,
    } | more


def write_findings(lines: list[dict] | pl.DataFrame, path: Path) -> Path:
    blank = a_line(WRONG_USCC, 1)
    schema = {name: pl.UInt32 if name == "row" else pl.String for name in blank}
    pl.DataFrame(lines, schema=schema).write_parquet(path)
    return path
