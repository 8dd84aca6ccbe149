"""The fused check: where every row goes, and what is said about it."""

from dataclasses import replace

import polars as pl
import pytest

from tests.support.tables import GOOD, HEADER, SCHOOL, rule, table_of, terms
from yrdx.checking import check
from yrdx.dataset import Dataset
from yrdx.model import Severity
from yrdx.rule import Rule


@pytest.fixture
def checked(tmp_path):
    """Checks lines of the small dataset and gives the outcome with its two tables."""

    def run(*lines, header=HEADER, dataset=SCHOOL, sheet=None, known=("330101",), **facts):
        path = tmp_path / "delivery.csv"
        path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        into = tmp_path / "checked"
        into.mkdir(exist_ok=True)
        references = {item: pl.Series(known) for item in dataset.references} if known else {}
        keep_rows = facts.pop("keep_rows", True)
        outcome = check(
            table_of(path, sheet=sheet),
            dataset,
            terms=terms(**facts),
            references=references,
            into=into,
            keep_rows=keep_rows,
        )
        rows = pl.read_parquet(outcome.rows_path) if keep_rows else None
        if rows is not None and outcome.withdrawn_path is not None:
            rows = rows.join(pl.read_parquet(outcome.withdrawn_path), on="_row", how="anti")
        return outcome, rows, pl.read_parquet(outcome.findings_path)

    return run


def found(findings):
    return [tuple(row) for row in findings.select("rule", "row", "column").iter_rows()]


def test_good_rows_are_typed_and_keep_their_row_number(checked):
    outcome, rows, findings = checked(GOOD, GOOD.replace("330101", "330100"))
    assert outcome.counts.admitted == 2
    assert findings.height == 0
    assert rows.schema == {"_row": pl.UInt32, **SCHOOL.schema}
    assert rows.row(1, named=True)["_row"] == 2
    assert rows["code"].to_list() == ["330100", "330101"]
    assert rows["budget"].to_list() == [12.5, 12.5]
    assert rows["direction"].to_list() == ["", ""]


def test_every_kind_of_unreadable_cell_has_its_own_rule(checked):
    outcome, rows, findings = checked(
        GOOD,
        "330102,,第二学校,12人半,12.505,1999-02-30,二五,也许,,",
    )
    assert set(findings["rule"]) >= {
        "value_is_not_a_date",
        "value_is_not_yes_or_no",
    }
    assert "required_value_is_missing" not in set(findings["rule"])
    assert set(findings["column"]) == {"students", "budget", "opened", "year", "is_public"}
    assert outcome.counts.rejected == 1
    assert rows.height == 1
    assert sum(item.count for item in outcome.findings) == findings.height


def test_a_year_mistyped_in_a_date_is_not_said_to_be_a_day_that_does_not_exist(checked):
    _, _, findings = checked(GOOD.replace("1999-09-01", "2205-09-01"))

    (told,) = findings.rows(named=True)
    assert told["rule"] == "value_is_not_a_date"
    assert "或年份不在 1900 至 2100 之间" in told["message_zh"], "1 September 2205 does exist"
    assert "请" in told["remedy_zh"]
    assert "年份" in told["remedy_zh"]


def test_a_finding_names_cell_header_key_and_original_text(checked):
    _, _, findings = checked(GOOD, "３３０１０２,北校,第二学校,-5,,,2025,,,", sheet="数据")
    only = findings.row(0, named=True)
    assert only["rule"] == "number_is_negative"
    assert (only["sheet"], only["row"], only["cell"]) == ("数据", 3, "数据!D3")
    assert only["header"] == "字段students"
    assert only["key"] == "330102 / 北校"
    assert only["value"] == "-5"


def test_a_row_with_a_warning_is_admitted_and_reported(checked):
    outcome, rows, findings = checked(GOOD.replace(",100,", ",60000,"))
    assert outcome.counts.admitted == 1
    assert rows.height == 1
    assert found(findings) == [("students_are_many", 2, "students")]
    assert outcome.findings[0].severity is Severity.WARNING


def test_noise_is_repaired_with_a_note(checked):
    outcome, rows, findings = checked("３３０１０２,, 第二学校 ,100,1.5,1999/9/1,2025,是,,")
    assert findings.height == 0
    assert rows.row(0, named=True)["code"] == "330102"
    assert rows.row(0, named=True)["name"] == "第二学校"
    assert outcome.counts.normalised == 1
    assert {note.column for note in outcome.notes} >= {"code", "name", "opened", "is_public"}


def test_compact_dates_count_as_notes_without_a_second_look(checked):
    outcome, rows, _ = checked(
        GOOD.replace("1999-09-01", "19990901"), GOOD.replace("330101", "330102")
    )
    assert str(rows["opened"][0]) == "1999-09-01"
    assert [(n.column, n.cells) for n in outcome.notes] == [("opened", 1)]
    assert outcome.counts.normalised == 1


def test_personal_values_are_masked_also_in_the_key(checked):
    masked = rule("contact_is_odd", "contact", pl.col("contact") != "13800000000")

    dataset = with_rules(replace(SCHOOL, key=("code", "contact")), masked)
    _, _, findings = checked(GOOD.replace(",1,,", ",1,13800000000,"), dataset=dataset)
    only = findings.row(0, named=True)
    assert only["rule"] == "contact_is_odd"
    assert only["value"] == "****"
    assert only["key"] == "330101 / ****"


def with_rules(dataset: Dataset, *more: Rule) -> Dataset:
    """The same dataset with more rules."""
    copy = replace(dataset)
    copy.__dict__["rules"] = (*dataset.rules, *more)
    return copy


def test_the_same_key_with_other_values_rejects_every_such_row(checked):
    outcome, rows, findings = checked(
        GOOD, GOOD.replace("第一", "第二"), GOOD.replace("330101", "330102")
    )
    assert [(r, n) for r, n, _ in found(findings)] == [
        ("key_is_used_twice", 2),
        ("key_is_used_twice", 3),
    ]
    assert findings["candidate"].to_list() == ["→ 3", "→ 2"]
    assert rows["code"].to_list() == ["330102"]
    assert outcome.counts.model_dump() == {
        "read": 3, "admitted": 1, "rejected": 2, "repeated": 0, "set_aside": 0, "normalised": 0,
    }  # fmt: skip


def test_a_row_repeated_exactly_is_kept_once(checked):
    outcome, rows, findings = checked(GOOD, GOOD, GOOD)
    assert findings.height == 0
    assert rows["_row"].to_list() == [2]
    assert (outcome.counts.repeated, outcome.counts.admitted) == (2, 1)
    assert [note.rule for note in outcome.notes] == ["repeated_rows_are_dropped"]


def test_a_good_row_whose_key_a_wrong_row_uses_is_withdrawn(checked):
    outcome, rows, findings = checked(GOOD, GOOD.replace(",100,", ",-1,"))
    assert rows.height == 0
    assert outcome.counts.rejected == 2
    assert sorted(found(findings)) == [
        ("key_is_used_twice", 2, "code"),
        ("key_is_used_twice", 3, "code"),
        ("number_is_negative", 3, "students"),
    ]
    assert findings["row"].to_list() == [2, 3, 3]


def test_keys_are_compared_over_the_whole_delivery(checked):
    lines = [GOOD.replace("330101,", f"33{n % 10_000:04d},{n // 10_000}") for n in range(120_000)]
    lines.append(lines[7].replace("第一", "另一"))
    outcome, rows, findings = checked(*lines)
    assert findings["row"].to_list() == [9, 120_002]
    assert outcome.counts.admitted == rows.height == 119_999


def test_without_keeping_rows_the_findings_are_the_same(checked):
    lines = [
        GOOD,
        GOOD.replace("第一", "第二"),
        GOOD.replace("330101", "3301"),
        GOOD.replace("330101", "330109"),
    ]
    kept, _, one = checked(*lines)
    dry, _, other = checked(*lines, keep_rows=False)
    assert one.equals(other)
    assert kept.counts == dry.counts


def test_rows_of_another_province_are_wrong_or_set_aside(checked):
    lines = (GOOD, GOOD.replace("330101", "310101"))
    outcome, _, findings = checked(*lines)
    assert found(findings) == [("row_is_of_another_province", 3, "code")]
    outcome, rows, findings = checked(*lines, own_rows_only=True)
    assert findings.height == 0
    assert (outcome.counts.set_aside, outcome.counts.admitted) == (1, 1)
    assert rows["code"].to_list() == ["330101"]
    outcome, rows, _ = checked(*lines, province="00")
    assert outcome.counts.admitted == 2


def test_a_row_of_another_period_is_wrong_unless_no_period_is_stated(checked):
    _, _, findings = checked(GOOD.replace(",2025,", ",2024,"))
    assert found(findings) == [("row_is_of_another_period", 2, "year")]
    outcome, _, _ = checked(GOOD.replace(",2025,", ",2024,"), period="undated")
    assert outcome.counts.admitted == 1


def test_references_are_checked_against_the_snapshot_or_listed_as_not_checked(checked):
    line = GOOD[:-1] + ",330999"
    _, _, findings = checked(line)
    assert found(findings) == [("reference_does_not_exist", 2, "parent")]
    outcome, _, findings = checked(line, known=())
    assert findings.height == 0
    (told,) = outcome.not_checked
    assert (told.rule, told.column) == ("reference_does_not_exist", "parent")
    assert told.reason.zh == "没有被引用数据集的已发布数据可供对照，未核对。", (
        "a dry run without a store does not know whether there is a published version"
    )


def without(column):
    names = HEADER.split(",")
    place = names.index(column)
    cells = GOOD.split(",")
    return ",".join(names[:place] + names[place + 1 :]), ",".join(
        cells[:place] + cells[place + 1 :]
    )


def test_a_missing_required_column_is_one_finding_and_the_rest_is_still_checked(checked):
    header, line = without("name")
    outcome, _, findings = checked(line, line.replace("100", "-3"), header=header)
    assert outcome.missing == ("name",)
    assert found(findings)[0] == ("required_column_is_missing", None, "name")
    assert ("number_is_negative", 3, "students") in found(findings)
    assert "required_value_is_missing" not in set(findings["rule"])


def test_a_column_that_is_agreed_not_to_be_supplied_is_published_as_null(checked):
    header, line = without("name")
    outcome, rows, findings = checked(line, header=header, not_supplied=("name",))
    assert findings.height == 0
    assert outcome.missing == ()
    assert rows["name"].to_list() == [None]
    assert ("required_value_is_missing", "name") in [
        (n.rule, n.column) for n in outcome.not_checked
    ]


def test_totals_and_bands_are_kept_apart_and_compared(checked):
    lines = [
        "浙江省（2所）,,,,,,,,,",
        GOOD,
        GOOD.replace("330101", "330102"),
        "合计,,,200,26.00,,,,,",
    ]
    outcome, rows, findings = checked(*lines)
    assert findings.filter(pl.col("rule") == "control_total_disagrees")["column"].to_list() == [
        "budget"
    ]
    assert rows.height == 2
    band, total = outcome.control_totals
    assert (band.declared, band.agrees) == ({"rows": 2.0}, True)
    assert (total.row, total.declared, total.counted) == (
        5,
        {"students": 200.0, "budget": 26.0},
        {"students": 200.0, "budget": 25.0},
    )
    assert outcome.counts.set_aside == 2


def test_a_rule_that_breaks_is_a_fault_and_the_others_still_judge(checked):
    def explode(series):
        raise ZeroDivisionError("a bug in a rule")

    broken = rule("rule_is_broken", "name", pl.col("name").map_batches(explode, pl.Boolean))
    outcome, _, findings = checked(
        GOOD.replace(",100,", ",-1,"), dataset=with_rules(SCHOOL, broken)
    )
    (fault,) = outcome.faults
    assert fault.stage == "rule rule_is_broken"
    assert "a bug in a rule" in fault.message
    assert len(fault.trace_id) == 16
    assert found(findings) == [("number_is_negative", 2, "students")]


def test_a_rule_that_cannot_even_be_built_is_a_fault(checked):
    def build(_today):
        raise KeyError("no such list")

    broken = replace(rule("rule_is_unbuildable", "name", pl.lit(value=True)), build=build)
    outcome, rows, _ = checked(GOOD, dataset=with_rules(SCHOOL, broken))
    assert outcome.faults[0].stage == "rule rule_is_unbuildable"
    assert rows.height == 1


def test_the_same_delivery_gives_the_same_bytes(checked):
    lines = [GOOD.replace("330101", f"33{n * 37 % 9999:04d}") for n in range(3_000)]
    lines += ["bad line,,,,,,,,,", lines[0]]
    first, _, _ = checked(*lines)
    bytes_of = [first.rows_path.read_bytes(), first.findings_path.read_bytes()]
    again, _, _ = checked(*lines)
    assert [again.rows_path.read_bytes(), again.findings_path.read_bytes()] == bytes_of


def test_an_empty_table_gives_empty_files(checked):
    outcome, rows, findings = checked()
    assert outcome.counts.read == 0
    assert rows.height == findings.height == 0
    assert rows.schema == {"_row": pl.UInt32, **SCHOOL.schema}


def test_progress_reports_the_rows_done(checked, tmp_path):
    path = tmp_path / "delivery.csv"
    path.write_text("\n".join([HEADER] + [GOOD] * 10), encoding="utf-8")
    (tmp_path / "into").mkdir()
    seen = []
    check(
        table_of(path), SCHOOL, terms=terms(), references={}, into=tmp_path / "into",
        progress=seen.append,
    )  # fmt: skip
    assert seen[-1] == 10
