"""412,306 findings of one file arrive whole, and are explained by the few mistakes behind them."""

import re
import zipfile

import polars as pl

from bench.faults.deliveries import good_rows, grid
from yrdx import catalogue
from yrdx.checking import Terms, check
from yrdx.checking.causes import find_causes
from yrdx.checking.listed import LISTED_OF_EACH, MOST_LISTED, listed_of
from yrdx.checking.receipt import write_receipt
from yrdx.checking.receipt_values import Receipt
from yrdx.checking.report import report_of_check
from yrdx.example import EXAMPLE_DAY
from yrdx.model import Delivery, FindingCount, Pattern, Severity, Text, Versions
from yrdx.reading import Table, read

ROWS, OF_OLD_STATUS = 250_000, 161_993
NAMELESS = 800
"""One row of so many has no name: 313 of them."""


def test_all_of_them_are_in_parquet_and_in_the_workbook_and_two_causes_explain_most(tmp_path):
    dataset = catalogue.dataset("institution")
    titles = {name: column.title.zh for name, column in dataset.columns.items()}
    good = {titles[name]: text for name, text in zip(
        dataset.columns, grid(dataset, good_rows("institution")[:1])[1], strict=True)}  # fmt: skip
    number = pl.int_range(ROWS, eager=True)
    serial = (400_000 + number).cast(pl.String)
    texts = {title: pl.repeat(text, ROWS, eager=True) for title, text in good.items()}
    texts |= {
        titles["inst_code"]: "4133" + serial,
        titles["moe5_code"]: serial.str.slice(1),
        titles["uscc"]: pl.repeat(good[titles["uscc"]][:17], ROWS, eager=True),
        titles["status"]: pl.repeat("旧1", ROWS, eager=True).zip_with(
            number < OF_OLD_STATUS, pl.repeat("1", ROWS, eager=True)
        ),
        titles["inst_name"]: pl.repeat(None, ROWS, dtype=pl.String, eager=True).zip_with(
            number % NAMELESS == 7, pl.repeat("示例职业技术学院", ROWS, eager=True)
        ),
    }
    path = tmp_path / "schools.csv"
    pl.DataFrame(texts).sample(fraction=1.0, shuffle=True, seed=7).write_csv(path)
    table = read(path, filename=path.name, dataset=dataset)
    assert isinstance(table, Table)
    terms = Terms(province="00", period="undated", today=EXAMPLE_DAY)
    (tmp_path / "out").mkdir()
    outcome = check(table, dataset, terms=terms, references={}, into=tmp_path / "out",
                    keep_rows=False)  # fmt: skip
    report = report_of_check(
        outcome, table, dataset, terms=terms,
        delivery=Delivery(province="00", unit="self", dataset="institution", period="undated",
                          sha256="a" * 64, sm3="b" * 64, size=1, filename=path.name),
        versions=Versions(contract="1", rules="1", code="1"),
    )  # fmt: skip
    findings = outcome.findings_path
    total = sum(item.count for item in report.findings)
    assert total == ROWS + OF_OLD_STATUS + len(range(7, ROWS, NAMELESS)) == 412_306
    assert pl.scan_parquet(findings).select(pl.len()).collect().item() == total

    report = report.model_copy(update={"causes": find_causes(report, dataset, findings=findings)})
    assert [cause.pattern for cause in report.causes] == [
        Pattern.SAME_VALUE, Pattern.SAME_VALUE, Pattern.SCATTERED,
    ]  # fmt: skip
    assert sum(cause.count for cause in report.causes) == total
    assert sum(cause.share for cause in report.causes[:2]) > 0.99

    write_receipt(report, dataset, findings=findings, into=tmp_path)
    receipt = Receipt.model_validate_json((tmp_path / "receipt.json").read_text("utf-8"))
    assert f"{total:,} 处问题归为 3 个原因，其中 2 个占 99.9%" in receipt.headline.zh
    assert receipt.listed == total
    page = (tmp_path / "receipt.html").read_text("utf-8")
    assert page.index("先看原因") < page.index("哪里错了")
    with zipfile.ZipFile(tmp_path / "errors.xlsx") as book:
        listed = sum(
            len(re.findall(rb"<row r=", book.read(name))) - 1
            for name in book.namelist()
            if re.fullmatch(r"xl/worksheets/sheet([3-9]|[1-9][0-9])\.xml", name)
        )
    assert listed == total


def test_more_than_two_sheets_hold_are_not_cut_silently():
    words = Text(zh="错。", en="Wrong.")
    wrong = FindingCount(rule="wrong", severity=Severity.ERROR, column="uscc", title=words,
                         message=words, remedy=words, source="test", count=1)  # fmt: skip
    few = wrong.model_copy(update={"count": MOST_LISTED})
    many = wrong.model_copy(update={"count": MOST_LISTED + 1})
    rare = wrong.model_copy(update={"column": "address", "count": 3})

    assert sum(listed_of([few]).values()) == MOST_LISTED
    assert listed_of([many, rare]) == {
        (many.rule, many.column): LISTED_OF_EACH,
        (rare.rule, rare.column): 3,
    }
