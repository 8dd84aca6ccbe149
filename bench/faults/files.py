"""Faults of whole files: rows and columns out of place, missing, repeated, or badly exported."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.faults.deliveries import Grid, good_rows, grid, write_csv, write_xlsx
from yrdx.dataset import Column, Dataset, Kind, Requirement
from yrdx.example import typed

Write = Callable[[Path], Path]
ROWS = 30
APART, REPEATED, REJECTED = "(set apart)", "(repeated rows dropped)", "(row rejected)"
"""Expected where no finding names the fault, but the counts of the receipt do."""

CLEAN_ROW = 3
"""A row in the middle, at which faults of one row are planted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFault:
    """A spoiled file: of what kind, where, and the rules of which one must be found there.

    `row` and `column` None: anywhere. `province` and `period` are what the delivery states.
    """

    zh: str
    en: str
    write: Write
    rules: frozenset[str]
    row: int | None = None
    column: str | None = None
    province: str = "00"
    period: str = "undated"
    with_references: bool = False


def file_faults(dataset: Dataset) -> Iterator[FileFault]:
    """Every fault of a file that can happen to this dataset."""
    cells = grid(dataset, good_rows(dataset.name)[:ROWS])
    yield from _of_rows(dataset, cells)
    yield from _of_columns(dataset, cells)
    yield from _of_bytes(cells)
    yield from _of_terms(dataset, cells)


def _fault(zh: str, en: str, cells: Grid, *rules: str, **place: object) -> FileFault:
    name = f"{en.replace(' ', '-')}.csv"
    return FileFault(
        zh=zh,
        en=en,
        write=lambda folder: write_csv(cells, folder / name),
        rules=frozenset(rules),
        **place,  # type: ignore[arg-type]
    )


def _of_rows(dataset: Dataset, cells: Grid) -> Iterator[FileFault]:
    line = CLEAN_ROW + 1
    row = cells[CLEAN_ROW]
    others = (cells[:CLEAN_ROW], cells[CLEAN_ROW + 1 :])
    yield _fault(
        "未加引号的逗号",
        "a comma without quotes",
        [*others[0], [*row[:2], "多", *row[2:]], *others[1]],
        "row_has_too_many_cells",
        REJECTED,
        row=line,
    )
    yield _fault(
        "整行右移一格",
        "a row shifted by one cell",
        [*others[0], ["", *row[:-1]], *others[1]],
        REJECTED,
        row=line,
    )
    yield _fault("整行重复", "a row twice", [*cells, row], REPEATED)
    changed = _with_other_content(dataset, row)
    if changed is not None:
        yield _fault(
            "主键重复而内容不同",
            "a key used twice",
            [*cells, changed],
            "key_is_used_twice",
            row=line,
        )
    yield _fault("表头重复出现", "the header again", [*others[0], cells[0], row, *others[1]], APART)
    total = _total(dataset, cells)
    if total is not None:
        yield _fault(
            "缺行而合计未变",
            "rows missing below an unchanged total",
            [*others[0], *others[1], total],
            "control_total_disagrees",
        )


def _with_other_content(dataset: Dataset, row: list[str]) -> list[str] | None:
    """The same key with another number, date or text elsewhere."""
    for place, (name, column) in enumerate(dataset.columns.items()):
        if name not in dataset.key and column.kind is Kind.TEXT and row[place]:
            return [*row[:place], f"{row[place][:-1]}改", *row[place + 1 :]]
    for place, (name, column) in enumerate(dataset.columns.items()):
        if name not in dataset.key and column.kind is Kind.INTEGER and row[place]:
            return [*row[:place], str(int(row[place]) + 1), *row[place + 1 :]]
    return None


def _total(dataset: Dataset, cells: Grid) -> list[str] | None:
    columns = list(dataset.columns.values())
    places = [
        place
        for place, column in enumerate(columns)
        if column.kind is Kind.INTEGER and place > 0 and cells[CLEAN_ROW][place] not in ("", "0")
    ]
    if not places:
        return None
    place = places[0]
    total = [""] * len(columns)
    total[0] = "合计"
    total[place] = str(sum(int(row[place] or 0) for row in cells[1:]))
    return total


def _of_columns(dataset: Dataset, cells: Grid) -> Iterator[FileFault]:
    columns = list(dataset.columns.items())
    mandatory = [
        place
        for place, (_, column) in enumerate(columns)
        if column.requirement is Requirement.MANDATORY and column.default is None
    ]
    missing = mandatory[-1]
    yield _fault(
        "缺少必填列",
        "a mandatory column is missing",
        [[*row[:missing], *row[missing + 1 :]] for row in cells],
        "required_column_is_missing",
        column=columns[missing][0],
    )
    one, other = _unlike(columns, mandatory, cells)
    yield _fault(
        "两列互换",
        "two columns swapped",
        [cells[0], *(_swapped(row, one, other) for row in cells[1:])],
        REJECTED,
        row=CLEAN_ROW + 1,
    )
    yield _fault(
        "各列整体错位",
        "all columns shifted by one",
        [cells[0], *([row[-1], *row[:-1]] for row in cells[1:])],
        REJECTED,
        row=CLEAN_ROW + 1,
    )
    yield _fault(
        "多出约定外的列",
        "a column that nobody asked for",
        [[*cells[0], "本校自编号"], *([*row, "7"] for row in cells[1:])],
        "columns_are_not_in_the_contract",
    )
    chinese = [
        place
        for place, (_, column) in enumerate(columns)
        if column.kind is Kind.TEXT and not cells[CLEAN_ROW][place].isascii()
    ]
    if chinese:
        place = chinese[0]
        garbled = cells[CLEAN_ROW][place].encode().decode("gb18030", errors="replace")
        yield _fault(
            "一列乱码",
            "a column in a wrong encoding",
            [cells[0], *([*row[:place], garbled, *row[place + 1 :]] for row in cells[1:])],
            "column_is_garbled",
            "text_was_damaged_before_sending",
            column=columns[place][0],
        )
    united = [place for place, (_, column) in enumerate(columns) if column.unit == "万元"]
    if united:
        place = united[0]
        header = [*cells[0]]
        header[place] += "（人）"
        yield _fault(
            "表头单位不可换算",
            "a unit that cannot be converted",
            [header, *cells[1:]],
            "unit_is_unknown",
            column=columns[place][0],
        )


def _unlike(
    columns: list[tuple[str, Column]], mandatory: list[int], cells: Grid
) -> tuple[int, int]:
    """Two columns whose values nobody can take for one another."""
    exact = [
        place
        for place in mandatory
        if columns[place][1].width or columns[place][1].kind in (Kind.SCHOOL_YEAR, Kind.YEAR)
        or columns[place][1].is_closed
    ]  # fmt: skip
    first = exact[0]
    return first, next(
        place
        for place in (*reversed(mandatory), *range(len(columns)))
        if place != first and len(cells[CLEAN_ROW][place]) != len(cells[CLEAN_ROW][first])
    )


def _swapped(row: list[str], one: int, other: int) -> list[str]:
    changed = [*row]
    changed[one], changed[other] = row[other], row[one]
    return changed


def _of_bytes(cells: Grid) -> Iterator[FileFault]:
    def damaged(folder: Path) -> Path:
        path = write_csv(cells, folder / "damaged.csv")
        text = path.read_text("utf-8")
        path.write_text(text + cells[1][0] + "，锟斤拷锟斤拷\r\n", "utf-8")
        return path

    def mixed(folder: Path) -> Path:
        path = write_csv(cells, folder / "mixed.csv")
        path.write_bytes(path.read_bytes() + "浙江示例,职业".encode("gb18030") + b"\r\n")
        return path

    def cut(folder: Path) -> Path:
        path = write_csv(cells, folder / "cut.csv")
        content = path.read_bytes()
        path.write_bytes(content[: len(content) - len(",".join(cells[-1]).encode()) * 2 // 3])
        return path

    def nothing(folder: Path) -> Path:
        path = folder / "empty.csv"
        path.write_bytes(b"")
        return path

    def merged(folder: Path) -> Path:
        # What an export of merged cells leaves: titles above the table, and a blank line.
        return write_xlsx([["附件1"], ["填报单位：示例"], [], *cells], folder / "titles.xlsx")

    def fault(zh: str, en: str, write: Write, *rules: str) -> FileFault:
        return FileFault(zh=zh, en=en, write=write, rules=frozenset(rules))

    yield fault("转码后的乱码", "text damaged before it was sent", damaged,
                "text_was_damaged_before_sending")  # fmt: skip
    yield fault("两种编码混用", "two encodings in one file", mixed, "file_has_two_encodings")
    yield fault("导出中断", "an export that broke off", cut, REJECTED)
    yield fault("空文件", "an empty file", nothing, "file_is_empty")

    def header(folder: Path) -> Path:
        return write_csv(cells[:1], folder / "header.csv")

    yield fault("只有表头", "a header and nothing else", header, "file_has_no_rows")
    yield fault("合并单元格的标题", "merged titles above the table", merged, APART, "(read)")
    raw = [[*cells[0], "身份证号"], *([*row, "330106199003070011"] for row in cells[1:])]
    yield fault("夹带身份证号", "raw numbers of persons",
                lambda folder: write_csv(raw, folder / "raw.csv"), "(personal)")  # fmt: skip


def _of_terms(dataset: Dataset, cells: Grid) -> Iterator[FileFault]:
    row = typed(dataset, [good_rows(dataset.name)[CLEAN_ROW - 1]])
    # What two provinces report in common belongs to none of them alone.
    if row.select(dataset.province).item() is not None:
        yield _fault("外省的行", "rows of another province", cells, "row_is_of_another_province",
                     row=CLEAN_ROW + 1, province="99")  # fmt: skip
    if dataset.period_column is not None:
        period = {"school_year": "1990-1991", "term": "1990-1991-1"}.get(
            dataset.periodicity.value, "1990"
        )
        yield _fault("期次不符", "rows of another period", cells, "row_is_of_another_period",
                     row=CLEAN_ROW + 1, period=period)  # fmt: skip
    if dataset.references:
        reference = dataset.references[0]
        yield _fault("引用不存在", "a reference to nothing", cells, "reference_does_not_exist",
                     row=CLEAN_ROW + 1, column=reference.column, with_references=True)  # fmt: skip
