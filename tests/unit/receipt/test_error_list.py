"""A partner corrects the file by the error list that comes with the receipt."""

from pathlib import Path

import openpyxl

from tests.support.receipts import DATASET, WRONG_USCC, a_line, a_report, write_findings
from yrdx.checking.error_list import COLUMNS, write_error_list
from yrdx.checking.receipt import draw_up, write_receipt


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
