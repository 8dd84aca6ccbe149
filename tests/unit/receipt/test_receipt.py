"""A partner reads in the receipt what became of a file and what to do next."""

import json
import re
import zipfile
from datetime import UTC, datetime

import pytest

from tests.support.receipts import (
    ALL_GOOD,
    DATASET,
    OLD_ADDRESS,
    WRONG_USCC,
    a_line,
    a_report,
    write_findings,
)
from yrdx.checking.receipt import Receipt, as_html, draw_up, write_receipt
from yrdx.model import (
    Fault,
    RowCounts,
    Text,
    Verdict,
    Versions,
)


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


def test_the_columns_of_a_wrong_stand_as_in_the_table(findings):
    counts = [
        WRONG_USCC.model_copy(update={"column": column, "count": count})
        for column, count in (("uscc", 1), ("inst_name", 2), ("address", 1))
    ]

    (group,) = draw_up(a_report(findings=tuple(counts)), DATASET, findings=findings).groups

    assert [item.column for item in group.columns] == ["inst_name", "uscc", "address"]


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
        (
            {
                "verdict": Verdict.REJECTED,
                "rows": RowCounts(read=3, set_aside=3),
                "findings": (OLD_ADDRESS,),
            },
            "没有可入库的行。请在表头下面逐行填入本单位的数据",
        ),
    ],
)
def test_each_verdict_is_explained_in_the_words_of_a_data_officer(changes, said, findings):
    receipt = draw_up(a_report(**changes), DATASET, findings=findings)

    assert said in receipt.reason.zh + receipt.next_step.zh
    assert receipt.reason.zh in as_html(receipt)
    assert receipt.next_step.zh in as_html(receipt)


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
