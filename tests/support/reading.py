"""Files as partners send them, and a small contract to read them by."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pandera.polars as pa
import polars as pl
import xlsxwriter
import xlwt

from yrdx.dataset import (
    COLUMN,
    Code,
    CodeList,
    Column,
    Dataset,
    Kind,
    Periodicity,
    Requirement,
)
from yrdx.model import Sensitivity, Text
from yrdx.reading import Refusal, Table, read


def both(text: str) -> Text:
    """The same words for both languages; tests care for one."""
    return Text(zh=text, en=text)


def column(title: str, kind: Kind, *synonyms: str, **facts: object):
    """A pandera field with the column's facts."""
    known = Column(
        title=both(title),
        kind=kind,
        requirement=Requirement.OPTIONAL,
        sensitivity=Sensitivity.PUBLIC,
        synonyms=synonyms,
        **facts,
    )
    return pa.Field(nullable=True, metadata={COLUMN: known})


LEVELS = CodeList(
    name="level",
    title=both("层次"),
    source="the tests",
    version="1",
    codes=(
        Code("1", Text(zh="中职", en="secondary"), aliases=("中专",)),
        Code("2", Text(zh="高职（专科）", en="college"), aliases=("专科",)),
        Code("3", Text(zh="本科", en="university")),
    ),
)
DIVISIONS = CodeList(
    name="division",
    title=both("行业"),
    source="the tests",
    version="1",
    codes=(
        Code("01", both("农业")),
        Code("02", both("林业")),
        Code("012", both("豆类")),
        Code("12", both("矿业")),
        Code("33", both("浙江省"), aliases=("浙江", "浙")),
    ),
)


class School(pa.DataFrameModel):
    """A school with every kind of column."""

    inst_code: str = column("学校标识码", Kind.CODE, "学校代码", "院校代码", width=10)
    moe5_code: str = column("高校五位代码", Kind.CODE, "国标代码", width=5)
    exam_code: str = column("招生代号", Kind.CODE, "学校代号", width=4)
    uscc: str = column("统一社会信用代码", Kind.CODE, width=18)
    sealed: str = column("个人标识", Kind.CODE, width=64)
    inst_name: str = column("学校名称", Kind.TEXT, "单位名称")
    former_name: str = column("曾用名", Kind.TEXT)
    level: str = column("办学层次", Kind.CODE, codes=LEVELS)
    division: str = column("行业代码", Kind.CODE, codes=DIVISIONS)
    levels: str = column("各层次", Kind.CODES, codes=LEVELS)
    enrolled: int = column("在校生数", Kind.INTEGER, "在校学生数", "在校生", unit="人")
    male: int = column("男生数", Kind.INTEGER, "男", unit="人")
    female: int = column("女生数", Kind.INTEGER, "女", unit="人")
    fee: str = column("学费", Kind.DECIMAL, unit="元/年", precision=10, scale=2)
    grant: str = column("经费", Kind.DECIMAL, unit="万元", precision=14, scale=4)
    area: str = column("占地面积", Kind.DECIMAL, unit="㎡", precision=14, scale=2)
    founded: str = column("建校年月", Kind.YEAR_MONTH)
    opened: str = column("成立日期", Kind.DATE)
    year: int = column("年度", Kind.YEAR)
    school_year: str = column("学年", Kind.SCHOOL_YEAR)
    is_public: bool = column("公办", Kind.BOOLEAN)
    direction: str = column("方向", Kind.TEXT, default="")


SCHOOLS = Dataset(
    model=School,
    title=Text(zh="学校名录", en="Schools"),
    grain=both("一校一行"),
    version="1.0.0",
    key=("inst_code", "direction"),
    periodicity=Periodicity.YEAR,
    supplier=both("省教育厅"),
    clauses=(),
    province=pl.col("inst_code").str.slice(2, 2),
)

HEADER = ("学校标识码", "学校名称", "办学层次", "在校生数")
ROWS = (
    ("4133012861", "浙江机电职业技术学院", "2", "11200"),
    ("4132013110", "苏州幼师高等专科学校", "2", "5300"),
    ("3633000526", "苍南县职业中等专业学校", "1", "4100"),
)


def csv_text(rows=ROWS, *, header=HEADER, end="\r\n", separator=",") -> str:
    """A delimited text of schools."""
    return "".join(separator.join(row) + end for row in (header, *rows))


def written(path: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    """A file with the content."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def workbook(path: Path, *sheets: tuple[str, list[list[object]]]) -> Path:
    """An .xlsx of sheets, each a name and its rows; None leaves a cell out."""
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def zipped(path: Path, **members: bytes) -> Path:
    """A zip of members."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def opened(path: Path, dataset: Dataset = SCHOOLS) -> Table:
    """The table of a file that must be readable."""
    table = read(path, filename=path.name, dataset=dataset)
    assert isinstance(table, Table), table
    return table


def refused(path: Path, dataset: Dataset = SCHOOLS) -> str:
    """The one rule for which a file that must be refused is refused."""
    refusal = read(path, filename=path.name, dataset=dataset)
    assert isinstance(refusal, Refusal), "the file was read, but should have been refused"
    assert len(refusal.findings) == 1
    finding = refusal.findings[0]
    for sentence in (finding.message, finding.remedy):
        assert sentence.zh
        assert sentence.en
        assert "{" not in sentence.zh + sentence.en
    return finding.rule


def rows_of(table: Table) -> list[dict[str, str | None]]:
    """All rows of a table."""
    return table.frame.collect(engine="streaming").to_dicts()


def old_workbook(rows: Sequence[Sequence[str]]) -> bytes:
    """An .xls of one sheet."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("数据")
    for number, row in enumerate(rows):
        for position, cell in enumerate(row):
            sheet.write(number, position, cell)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
