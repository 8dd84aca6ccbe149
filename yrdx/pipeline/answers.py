"""Answer: explanations in a returned error list, kept for the attempts that come after."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

import fastexcel
import polars as pl

from yrdx import catalogue
from yrdx.checking.findings_parquet import read_findings
from yrdx.checking.receipt_values import receipt_number
from yrdx.dataset import Dataset
from yrdx.errors import ConfigurationError
from yrdx.model import Delivery, Report
from yrdx.pipeline.attempts import Answer, Answers
from yrdx.pipeline.exchange import Exchange
from yrdx.pipeline.listing import reports
from yrdx.store import layout

_RULE, _ROW, _COLUMN, _ANSWER = "规则编号", "行号(Excel行)", "列名", "说明"
_MATCHED_BY = ["rule", "row", "named"]
_LONGEST = 1_000


def answer(
    exchange: Exchange, delivery: Delivery, returned: Path, *, given_by: str, given_at: datetime
) -> Answers:
    """Keep the explanations in a returned `errors.xlsx`; the same list again changes nothing.

    Raises `ConfigurationError` when it is no error list of this delivery, or explains nothing.
    """
    digest = hashlib.sha256(returned.read_bytes()).hexdigest()
    key = layout.answers(delivery, returned=digest)
    if exchange.store.head(key) is not None:
        return Answers.model_validate_json(exchange.store.get(key))
    number, lines = _read(returned)
    report = _report(exchange, delivery, number)
    with exchange.spool() as spool:
        path = spool / "findings.parquet"
        name = layout.checked(
            report.delivery, rules_digest=report.versions.digest, name="findings.parquet"
        )
        exchange.store.fetch(name, into=path)
        found = _found(path, lines, catalogue.dataset(delivery.dataset))
    lost = lines.join(found, on=_MATCHED_BY, how="anti", nulls_equal=True)
    if lost.height:
        raise ConfigurationError(
            f"“{returned.name}”中有 {lost.height} 行与回执 {number} 对不上，请只填“说明”列 "
            f"lines do not match the receipt: fill in 说明 and leave the other columns as they are"
        )
    explained = found.select(Answer.model_fields.keys()).iter_rows(named=True)
    answers = Answers(
        delivery=delivery.sha256,
        receipt=number,
        returned=digest,
        given_by=given_by,
        given_at=given_at,
        answers=tuple(Answer.model_validate(line) for line in explained),
    )
    exchange.store.put_if_absent(key, answers.model_dump_json(indent=1).encode())
    return answers


def _read(returned: Path) -> tuple[str, pl.DataFrame]:
    """The receipt's number and the lines that were explained: rule, row, column, answer."""
    try:
        book = fastexcel.read_excel(returned)
        summary = book.load_sheet("汇总", header_row=None, dtypes="string").to_polars()
        number = dict(summary.select(summary.columns[:2]).iter_rows()).get("回执编号")
        sheets = [
            book.load_sheet(name, dtypes="string").to_polars().select(_RULE, _ROW, _COLUMN, _ANSWER)
            for name in book.sheet_names
            if name.startswith("错误清单")
        ]
    except (fastexcel.FastExcelError, pl.exceptions.ColumnNotFoundError, OSError) as error:
        raise ConfigurationError(
            f"“{returned.name}”不是回执中的错误清单 is no error list of a receipt "
            f"(errors.xlsx): {error}"
        ) from error
    text = pl.col(_ANSWER).str.strip_chars().str.slice(0, _LONGEST)
    lines = (
        pl.concat(sheets)
        .select(
            rule=pl.col(_RULE),
            row=pl.col(_ROW).cast(pl.Float64, strict=False).cast(pl.UInt32, strict=False),
            named=pl.col(_COLUMN),
            answer=text,
        )
        .unique(_MATCHED_BY, keep="last", maintain_order=True)
        .filter(pl.col("answer").is_not_null() & (pl.col("answer") != ""))
    )
    if not number or not lines.height:
        raise ConfigurationError(
            f"“{returned.name}”的“说明”列没有填写 nothing is written in the column 说明"
        )
    return str(number), lines


def _report(exchange: Exchange, delivery: Delivery, number: str) -> Report:
    for report in reports(exchange, delivery):
        if receipt_number(report) == number:
            return report
    raise ConfigurationError(
        f"回执 {number} 不是这份报送的 is no receipt of {delivery.filename}: name the delivery "
        f"that it answers"
    )


def _found(findings: Path, lines: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """The findings that were explained, found by rule, row and column."""
    titles = {name: column.title.zh for name, column in dataset.columns.items()}
    title = pl.col("column").replace_strict(titles, default=pl.col("column"))
    found = [
        batch.with_columns(named=pl.coalesce("header", title)).join(
            lines, on=_MATCHED_BY, how="inner", nulls_equal=True, maintain_order="left"
        )
        for batch in read_findings(findings)
    ]
    return pl.concat(found)
