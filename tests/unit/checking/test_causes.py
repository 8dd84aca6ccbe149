"""A data officer is told the few mistakes that many findings come from, not only their places."""

from pathlib import Path

import polars as pl
import pytest

from bench.faults.deliveries import good_rows, grid, write_csv
from yrdx import catalogue
from yrdx.checking import Terms, check
from yrdx.checking.cause_wording import headline
from yrdx.checking.causes import find_causes
from yrdx.checking.finding_patterns import count_exactly, look_through
from yrdx.checking.findings_parquet import SCHEMA, append, merge, open_findings
from yrdx.checking.report import report_of_check
from yrdx.example import EXAMPLE_DAY
from yrdx.model import Delivery, Pattern, Report, Versions
from yrdx.reading import Table, read
from yrdx.reading.garbled import ungarbled

ROWS = 300


@pytest.fixture
def reported(tmp_path):
    """Check a file of one dataset whose good rows are changed, and give the report with causes."""

    def run(name: str, change, *, rows: int = ROWS, province: str = "00", without=()) -> Report:
        dataset = catalogue.dataset(name)
        fields = list(dataset.columns)
        cells = grid(dataset, good_rows(name)[:rows])
        spoilt = [cells[0]]
        for number, row in enumerate(cells[1:]):
            spoilt.append(change(number, dict(zip(fields, row, strict=True))))
        titles = dict(zip(fields, spoilt[0], strict=True))
        there = [field for field in fields if field not in without]
        lines = [[row[field] for field in there] for row in (titles, *spoilt[1:])]
        path = write_csv(lines, tmp_path / "file.csv")
        table = read(path, filename=path.name, dataset=dataset)
        assert isinstance(table, Table)
        terms = Terms(province=province, period="undated", today=EXAMPLE_DAY)
        (tmp_path / "out").mkdir(exist_ok=True)
        outcome = check(table, dataset, terms=terms, references={}, into=tmp_path / "out")
        report = report_of_check(
            outcome,
            table,
            dataset,
            delivery=Delivery(
                province=province, unit="self", dataset=name, period="undated", sha256="a" * 64,
                sm3="b" * 64, size=1, filename=path.name,
            ),
            terms=terms,
            versions=Versions(contract="1", rules="1", code="1"),
        )  # fmt: skip
        causes = find_causes(report, dataset, findings=outcome.findings_path)
        found = sum(item.count for item in report.findings)
        assert sum(cause.count for cause in causes) == found, "a finding belongs to one cause"
        assert found == pl.scan_parquet(outcome.findings_path).select(pl.len()).collect().item()
        return report.model_copy(update={"causes": causes})

    return run


def test_a_column_that_is_wrong_throughout_is_one_cause(reported):
    report = reported("institution", lambda _n, row: row | {"uscc": row["uscc"][:17]})

    (cause,) = report.causes
    assert cause.pattern is Pattern.WHOLE_COLUMN
    assert (cause.count, cause.share, cause.columns) == (ROWS, 1.0, ("uscc",))
    assert "统一社会信用代码" in cause.title.zh
    assert "17 个字符" in cause.title.zh
    assert cause.examples[0].row == 2
    assert headline(report.causes).zh == "300 处问题归为 1 个原因。"


def test_a_column_written_wrong_throughout_is_mended_at_the_export(reported):
    (cause,) = reported("institution", lambda _n, row: row | {"uscc": row["uscc"][:17]}).causes

    assert "请在源头改一次后重新导出" in cause.remedy.zh


def test_what_is_written_well_is_not_blamed_on_the_export(reported):
    elsewhere = reported("institution", lambda _n, row: row, province="34")
    hinted = reported("institution", lambda _n, row: row | {"division_code": "330000"})
    contradicted = reported("student_scale", lambda n, row: row | {"enrolled": str(9000 + n)})

    told = {rule: cause for report in (elsewhere, hinted, contradicted) for cause in report.causes
            for rule in cause.rules}  # fmt: skip
    for rule, pattern in (
        ("row_is_of_another_province", Pattern.WHOLE_COLUMN),
        ("division_is_not_a_county", Pattern.SAME_VALUE),
        ("enrolled_is_not_male_plus_female", Pattern.WHOLE_COLUMN),
    ):
        cause = told[rule]
        assert cause.pattern is pattern
        assert "重新导出" not in cause.remedy.zh
        assert "查找和替换" not in cause.remedy.zh


def test_a_key_that_several_rows_have_is_not_to_be_replaced_throughout(reported):
    def of_one(number, row):
        return row | ({"inst_code": "4133012861"} if number % 3 else {})

    def in_pairs(number, row):
        return row | {"inst_code": f"4133{12861 + number // 2:06d}"}

    reports = [reported("institution", of_one), reported("institution", in_pairs)]

    told = [cause for report in reports for cause in report.causes
            if cause.rules == ("key_is_used_twice",)]  # fmt: skip
    assert [cause.pattern for cause in told] == [Pattern.SAME_VALUE, Pattern.WHOLE_COLUMN]
    for cause in told:
        assert cause.remedy.zh.endswith("请核对后只保留正确的一行。")
        for advice in ("查找和替换", "重新导出"):
            assert advice not in cause.remedy.zh, "that would leave as many equal keys as before"
        assert "位数字" not in cause.title.zh, "the keys are written well"


def test_one_wrong_value_all_over_a_column_is_told_with_its_exact_count(reported):
    report = reported(
        "institution",
        lambda n, row: row | {"status": "旧3" if n % 3 == 0 else f"x{n}" if n % 50 == 1 else "1"},
    )

    same, others = report.causes
    assert same.pattern is Pattern.SAME_VALUE
    assert same.count == ROWS / 3
    assert "都填成“旧3”" in same.title.zh
    assert others.count == 4
    assert "旧3" not in others.title.zh


def test_one_school_is_named_when_its_rows_alone_are_wrong(reported):
    schools = ("4134013059", "4134013060", "4134013061")

    def change(number, row):
        school = schools[number % 3]
        wrong = {"male": "", "female": "约10"} if number % 3 == 1 else {}
        return row | {"inst_code": school} | wrong

    report = reported("student_scale", change)

    told = [(item.pattern, item.rules, item.columns, item.count) for item in report.causes]
    assert len(told) == 1, told
    (cause,) = report.causes
    assert cause.pattern is Pattern.SAME_UNIT
    assert "4134013060" in cause.title.zh
    assert set(cause.columns) >= {"male", "female"}


def test_columns_are_named_in_the_order_of_the_table(reported):
    wanted = ("inst_name", "edu_level", "competent_dept", "division_code")

    report = reported(
        "institution",
        lambda n, row: row | ({wanted[n // 60]: ""} if n % 60 == 0 and n < 240 else {}),
    )

    (cause,) = (item for item in report.causes if item.rules == ("required_value_is_missing",))
    assert cause.columns == wanted
    assert [item.row for item in cause.examples] == [2, 62, 122, 182]


def test_all_columns_that_a_file_lacks_are_one_cause(reported):
    report = reported("institution", lambda _n, row: row, without=("status", "uscc"))

    (cause,) = report.causes
    assert (cause.pattern, cause.count, cause.columns) == (
        Pattern.WHOLE_FILE, 2, ("uscc", "status"),
    )  # fmt: skip
    assert "“统一社会信用代码”“机构状态”" in cause.title.zh
    assert cause.remedy.zh.startswith("请按模板补上缺少的列后重新报送")


def test_a_block_of_rows_is_told_by_its_first_and_last_row(reported):
    def change(number, row):
        return row | ({"found_ym": "长期", "address": "长" * 500} if 100 <= number < 150 else {})

    report = reported("institution", change)

    told = [(item.pattern, item.rules, item.columns, item.count) for item in report.causes]
    assert len(told) == 1, told
    (cause,) = report.causes
    assert cause.pattern is Pattern.BLOCK_OF_ROWS
    assert (cause.first_row, cause.last_row) == (102, 151)
    assert "第 102–151 行" in cause.title.zh
    assert set(cause.columns) == {"found_ym", "address"}


def test_two_columns_whose_contents_changed_places_are_one_cause(reported):
    report = reported(
        "institution",
        lambda _n, row: row | {"inst_code": row["uscc"], "uscc": row["inst_code"]},
    )

    first = report.causes[0]
    assert first.pattern is Pattern.SHIFTED_COLUMNS
    assert "互换" in first.title.zh
    assert set(first.columns) == {"inst_code", "uscc"}


def test_what_only_follows_is_counted_under_its_cause_and_told_nowhere_else(reported):
    report = reported("certificate_award", lambda _n, row: row | {"level": "A1"})

    assert [item.rule for item in report.findings] == ["value_is_not_in_code_list"]
    assert {item.rule for item in report.followers} >= {
        "certificate_level_is_not_level",
        "is_high_disagrees_with_level",
    }
    (cause,) = report.causes
    assert cause.followers == sum(item.count for item in report.followers)
    assert cause.followers >= 2 * ROWS


def test_a_masked_value_is_neither_quoted_nor_described(reported):
    report = reported("certificate_award", lambda _n, row: row | {"person_key": "330106"})

    (cause,) = report.causes
    assert "330106" not in report.model_dump_json()
    assert "字符" not in cause.title.zh.replace("64 位小写十六进制字符", "")


def test_the_causes_of_the_same_findings_are_the_same(reported):
    def change(number, row):
        return row | ({"status": "9"} if number % 2 else {"uscc": row["uscc"][:10]})

    assert reported("institution", change).causes == reported("institution", change).causes


def a_file(path: Path, rows: list[int | None], rule: str) -> Path:
    frame = pl.DataFrame(
        [dict.fromkeys(SCHEMA, "x") | {"row": row, "rule": rule} for row in rows],
        schema=SCHEMA,
    )
    with open_findings(path) as writer:
        append(writer, frame)
    return path


def test_two_files_of_findings_become_one_in_the_order_of_their_rows(tmp_path):
    first = a_file(tmp_path / "1", [None, 2, 2, 5, 900_000], "a")
    second = a_file(tmp_path / "2", [None, 1, 2, 7, 1_000_000], "b")

    merge(first, second, into=tmp_path / "both")

    both = pl.read_parquet(tmp_path / "both")
    assert both.select("row", "rule").rows() == [
        (None, "a"), (None, "b"), (1, "b"), (2, "a"), (2, "a"), (2, "b"), (5, "a"), (7, "b"),
        (900_000, "a"), (1_000_000, "b"),
    ]  # fmt: skip
    assert both.schema == pl.DataFrame(schema=SCHEMA).schema


def test_patterns_are_told_in_memory_that_does_not_grow_with_the_findings(tmp_path):
    dataset = catalogue.dataset("institution")
    path = tmp_path / "findings"
    piece = pl.DataFrame(
        {name: ["x"] * 50_000 for name in SCHEMA} | {"row": range(2, 50_002)}
    ).with_columns(pl.col("row").cast(pl.String).alias("value"), column=pl.lit("address"))
    with open_findings(path) as writer:
        for number in range(6):
            row = (pl.col("row") + number * 50_000).cast(pl.UInt32)
            append(writer, piece.with_columns(row, value=pl.lit("v") + row.cast(pl.String)))

    (seen,) = look_through(path, dataset, rows=300_000).values()

    assert seen.count == 300_000
    assert len(seen.values) <= 400
    assert len(seen.buckets) <= 2_001
    (counted,) = count_exactly(path, {}).values()
    assert (counted.count, counted.first_row, counted.last_row) == (300_000, 2, 300_001)


@pytest.mark.parametrize("text", ["浙江省教育厅", "联通", "上海市", "（一）", "abc", "示例①㈱"])
def test_ordinary_chinese_is_never_taken_for_garbled(text):
    assert ungarbled(text) is None


def test_garbled_chinese_is_read_back(tmp_path):
    garbled = "浙江省教育厅".encode().decode("gb18030", errors="replace")
    assert ungarbled(garbled) == "浙江省教育厅"
