"""A partner reads in the receipt what became of a file, and corrects the file by the error list."""

import json
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pandera.polars as pa
import polars as pl
import pytest

from yrdx.checking.error_list import COLUMNS, write_error_list
from yrdx.checking.receipt import Receipt, as_html, draw_up, write_receipt
from yrdx.dataset import COLUMN, Column, Dataset, Kind, Periodicity, Requirement
from yrdx.model import (
    ColumnMatch,
    ControlTotal,
    Delivery,
    Fault,
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
    remedy=Text(zh="请核对证照上的代码后重填", en="copy it from the certificate"),
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


@pytest.fixture
def findings(tmp_path: Path) -> Path:
    lines = [
        a_line(OLD_ADDRESS, 9, "杭州", header="地址", cell="名录!F9"),
        a_line(WRONG_USCC, 17, "12330000470009120O", candidate="123300004700091200"),
    ]
    return write_findings(lines, tmp_path / "findings.parquet")


def listed(path: Path) -> list[dict]:
    """All lines of all list sheets, by column title."""
    titles = [title for title, _, _ in COLUMNS]
    book = openpyxl.load_workbook(path)
    lines = []
    for sheet in book.worksheets[2:]:
        head, *rows = sheet.iter_rows()
        assert [cell.value for cell in head] == titles
        for row in rows:
            assert all(cell.data_type != "f" for cell in row), "a cell became a formula"
            lines.append(dict(zip(titles, [cell.value for cell in row], strict=True)))
    return lines


def test_the_receipt_says_what_became_of_the_file_and_what_to_do_next(findings, tmp_path):
    write_receipt(a_report(), DATASET, findings=findings, into=tmp_path)

    receipt = Receipt.model_validate_json((tmp_path / "receipt.json").read_text("utf-8"))
    assert receipt.status == Text(zh="部分入库", en="Admitted in part")
    assert "106 行合格" in receipt.reason.zh
    assert "1.85%" in receipt.reason.zh
    assert "重新报送" in receipt.next_step.zh or "报送完整文件" in receipt.next_step.zh
    assert [group.rule for group in receipt.groups] == [WRONG_USCC.rule, OLD_ADDRESS.rule]
    place = receipt.groups[0].columns[0].places[0]
    assert (place.sheet, place.cell, place.candidate) == ("名录", "C17", "123300004700091200")
    assert [field.title.zh for field in receipt.not_supplied] == ["地址"]
    assert receipt.not_checked[0].title == Text(zh="学校标识码", en="Institution code")

    assert receipt.not_checked[0].reason == Text(
        zh="没有需要的字段：“统一社会信用代码”、“地址”。", en="lacks “Institution code”, address"
    )

    page = (tmp_path / "receipt.html").read_text("utf-8")
    for said in (
        "部分入库",
        "Admitted in part",
        "名录!C17",
        "12330000470009120O",
        "请核对证照上的代码后重填",
        "去掉单元格内的换行",
        "浙江省（107所）",
        "不一致",
        "院校代码",
        "2025-10-15 09:30",
        "第 2 次报送",
        receipt.number,
    ):
        assert said in page, said


def test_a_dry_run_never_claims_that_data_was_admitted(findings, tmp_path):
    sent, tried = (
        draw_up(a_report(received_at=moment), DATASET, findings=findings)
        for moment in (datetime(2025, 10, 15, tzinfo=UTC), None)
    )

    assert "自查" in tried.status.zh
    assert "尚未报送" in as_html(tried)
    assert "已入库" not in as_html(tried).replace("不能入库", "")
    same = set(Receipt.model_fields) - {"trial", "delivery", "status", "next_step"}
    assert sent.model_dump(include=same) == tried.model_dump(include=same)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"verdict": Verdict.ADMITTED, "findings": (), "rows": ALL_GOOD}, "无需重报"),
        ({"verdict": Verdict.ADMITTED, "findings": (OLD_ADDRESS,)}, "另有 1 条警告，请核实"),
        ({"verdict": Verdict.REJECTED, "missing": ("uscc",)}, "缺少 1 个必填字段"),
        (
            {"verdict": Verdict.REJECTED, "rows": RowCounts(read=20, admitted=10, rejected=10)},
            "占 50.00%，超过约定的 5%",
        ),
        ({"verdict": Verdict.REJECTED, "rows": RowCounts()}, "文件本身有问题"),
        ({"verdict": Verdict.REJECTED, "rows": RowCounts(), "findings": ()}, "没有一行数据"),
    ],
)
def test_each_verdict_is_explained_in_the_words_of_a_data_officer(changes, said, findings):
    receipt = draw_up(a_report(**changes), DATASET, findings=findings)

    assert said in receipt.reason.zh + receipt.next_step.zh
    assert said in as_html(receipt)


def test_a_report_with_faults_gets_no_receipt(findings, tmp_path):
    fault = Fault(stage="rules", exception="ValueError", message="broke", trace_id="1")

    with pytest.raises(ValueError, match="no verdict"):
        write_receipt(
            a_report(verdict=None, faults=(fault,)), DATASET, findings=findings, into=tmp_path
        )

    assert not (tmp_path / "receipt.json").exists()


def test_the_page_shows_hostile_cells_as_text_and_loads_nothing(tmp_path):
    evil = '<script>alert("x")</script><img src=http://example.com/x.png>'
    findings = write_findings(
        [a_line(WRONG_USCC, 5, evil, header=evil, key=evil)], tmp_path / "findings.parquet"
    )
    report = a_report(findings=(WRONG_USCC,))
    named = report.delivery.model_copy(update={"filename": "<b>evil</b>.csv"})

    page = as_html(
        draw_up(report.model_copy(update={"delivery": named}), DATASET, findings=findings)
    )

    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page
    assert "<b>evil" not in page
    assert not re.search(r"(?:src|href)\s*=|url\(|@import", page.replace("img src=http", ""))


def test_the_error_list_has_the_columns_that_partners_expect_errors_first(findings, tmp_path):
    write_receipt(a_report(), DATASET, findings=findings, into=tmp_path)

    lines = listed(tmp_path / "errors.xlsx")
    assert lines == [
        {
            "序号": 1,
            "级别": "错误",
            "数据集": "职业院校名录 institution",
            "工作表": "名录",
            "行号(Excel行)": 17,
            "列名": "信用代码",
            "单元格": "C17",
            "原值": "12330000470009120O",
            "规则编号": "uscc_check_digit_is_wrong",
            "问题说明": "统一社会信用代码的校验位不对",
            "修改建议/候选值": "请核对证照上的代码后重填；候选值：123300004700091200",
            "是否必须修改": "是",
            "状态": None,
            "说明": None,
        },
        {
            "序号": 2,
            "级别": "警告",
            "数据集": "职业院校名录 institution",
            "工作表": "名录",
            "行号(Excel行)": 9,
            "列名": "地址",
            "单元格": "F9",
            "原值": "杭州",
            "规则编号": "address_is_short",
            "问题说明": "地址过短",
            "修改建议/候选值": "请写到门牌号",
            "是否必须修改": "否，请核实",
            "状态": None,
            "说明": None,
        },
    ]
    book = openpyxl.load_workbook(tmp_path / "errors.xlsx")
    summary = book["汇总"]
    counts = {row[1].value: row[3].value for row in summary.iter_rows(min_row=13)}
    assert counts == {"uscc_check_digit_is_wrong": 1, "address_is_short": 1}
    sheet = book["错误清单"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:N3"
    assert "Original value" in sheet["H1"].comment.text


def test_nothing_in_the_error_list_is_taken_for_a_formula_or_breaks_the_file(tmp_path):
    hostile = [
        "=HYPERLINK(\"http://example.com\")", "+1", "-2", "@SUM(A1)", "{=1}", "a&b<c>\"d'",
        "line\nbreak", "bell\x07", "_x0041_", "  blanks  ", "𬭊", "长" * 5_000, None, "",
    ]  # fmt: skip
    count = WRONG_USCC.model_copy(update={"count": len(hostile)})
    findings = write_findings(
        [a_line(count, row, value) for row, value in enumerate(hostile, start=2)],
        tmp_path / "findings.parquet",
    )

    write_receipt(a_report(findings=(count,)), DATASET, findings=findings, into=tmp_path)

    values = [line["原值"] for line in listed(tmp_path / "errors.xlsx")]
    assert values[:7] == hostile[:7]
    assert values[7] == "bell\ufffd"
    assert values[8] == "_x0041_", "what looks like an escape stays the text it is"
    assert values[9:11] == hostile[9:11]
    assert len(values[11]) == 1_000
    assert values[12:] in ([None, None], [None, ""])
    cell = openpyxl.load_workbook(tmp_path / "errors.xlsx")["错误清单"]["H2"]
    assert cell.quotePrefix, "Excel must keep the text a text when it is edited"


def test_every_finding_is_listed_over_as_many_sheets_as_it_takes(tmp_path):
    count = WRONG_USCC.model_copy(update={"count": 33_003})
    lines = [a_line(WRONG_USCC, row, str(row)) for row in range(2, 33_005)]
    findings = write_findings(lines, tmp_path / "findings.parquet")
    receipt = draw_up(a_report(findings=(count,)), DATASET, findings=findings)

    write_error_list(receipt, findings=findings, into=tmp_path / "errors.xlsx", rows_a_sheet=10_001)

    book = openpyxl.load_workbook(tmp_path / "errors.xlsx", read_only=True)
    assert book.sheetnames == ["原因", "汇总", *(f"错误清单{number}" for number in (1, 2, 3, 4))]
    numbers = [
        row[0] for sheet in book.worksheets[2:] for row in sheet.iter_rows(2, values_only=True)
    ]
    assert numbers == list(range(1, 33_004))
    assert receipt.groups[0].count == 33_003
    assert [place.row for place in receipt.groups[0].columns[0].places] == [2, 3, 4, 5, 6]


def test_the_same_report_gives_the_same_bytes(findings, tmp_path):
    for name in ("once", "twice"):
        (tmp_path / name).mkdir()
        write_receipt(a_report(), DATASET, findings=findings, into=tmp_path / name)

    for name in ("receipt.json", "receipt.html", "errors.xlsx"):
        assert (tmp_path / "once" / name).read_bytes() == (tmp_path / "twice" / name).read_bytes()
    with zipfile.ZipFile(tmp_path / "once" / "errors.xlsx") as archive:
        assert {item.date_time for item in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    said = json.loads((tmp_path / "once" / "receipt.json").read_text("utf-8"))
    assert list(said) == sorted(said)


def test_the_number_changes_with_the_bytes_and_with_the_rules(findings):
    first = draw_up(a_report(), DATASET, findings=findings).number
    other_rules = a_report(versions=Versions(contract="1.0.0", rules="d" * 64, code="0.1.0"))
    other_bytes = a_report().delivery.model_copy(update={"sha256": "e" * 64})

    assert re.fullmatch(r"YRDX(-[0-9A-F]{4}){3}", first)
    assert draw_up(other_rules, DATASET, findings=findings).number != first
    changed = a_report(delivery=other_bytes)
    assert draw_up(changed, DATASET, findings=findings).number != first


def test_a_rule_broken_in_many_columns_shows_examples_of_each(tmp_path):
    counts = tuple(
        WRONG_USCC.model_copy(update={"column": column, "title": None, "count": 40})
        for column in ("inst_code", "uscc")
    )
    lines = [
        a_line(count, row, f"{count.column}-{row}", column=count.column, header=count.column)
        for count in counts
        for row in range(2, 42)
    ]
    findings = write_findings(lines, tmp_path / "findings.parquet")

    receipt = draw_up(a_report(findings=counts), DATASET, findings=findings)
    page = as_html(receipt)

    assert len(receipt.groups) == 1
    assert receipt.groups[0].count == 80
    for column in ("inst_code", "uscc"):
        assert f"{column}-2" in page
        assert f"{column}-40" not in page
