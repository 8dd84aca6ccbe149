"""Raw personal numbers are found by header and by value, and never told."""

import random

import pytest

from tests.support.reading import SCHOOLS, csv_text, opened, written
from yrdx.model import Severity
from yrdx.reading import PERSONAL_RULES, find_personal_numbers

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def resident_id(number: int) -> str:
    """A number that keeps GB 11643, of nobody: the region 999999 does not exist."""
    digits = f"999999{1990 + number % 15}{number % 12 + 1:02}{number % 28 + 1:02}{number % 1000:03}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return digits + "10X98765432"[total % 11]


def findings_of(tmp_path, header, values):
    rows = [("4133012861", "浙江机电职业技术学院", value) for value in values]
    text = csv_text(rows, header=("学校标识码", "学校名称", header))
    found = find_personal_numbers(opened(written(tmp_path / "a.csv", text)))
    for finding in found:
        told = finding.model_dump_json()
        assert not any(len(value) > 1 and value in told for value in values), "a value was told"
        assert finding.rule in PERSONAL_RULES
    return [(finding.rule, finding.severity) for finding in found]


ERROR, WARNING = Severity.ERROR, Severity.WARNING


@pytest.mark.parametrize("header", ["身份证号", "备注", "学校代号"])
def test_a_column_of_resident_ids_is_found_whatever_its_header(tmp_path, header):
    ids = [resident_id(number) for number in range(30)]
    assert findings_of(tmp_path, header, ids) == [("column_holds_resident_ids", ERROR)]


def test_a_fifth_of_the_filled_cells_is_enough_and_case_and_context_do_not_matter(tmp_path):
    values = [f"考生{resident_id(number).lower()}，已核" for number in range(10)]
    values += ["—"] * 40 + [""] * 100
    assert findings_of(tmp_path, "备注", values) == [("column_holds_resident_ids", ERROR)]


def test_a_single_number_in_a_remark_is_enough(tmp_path):
    values = ["无"] * 500 + [resident_id(1)]
    assert findings_of(tmp_path, "备注", values) == [("cell_holds_a_resident_id", ERROR)]
    values = ["无"] * 500 + ["请致电13812345678"]
    assert findings_of(tmp_path, "备注", values) == [("cell_holds_a_phone_number", ERROR)]


def test_a_single_code_that_looks_like_a_resident_id_is_a_warning(tmp_path):
    values = ["12330100470100006F"] * 500 + [resident_id(1)]
    assert findings_of(tmp_path, "统一社会信用代码", values) == [
        ("cell_looks_like_a_resident_id", WARNING)
    ]


def test_figures_of_eleven_digits_are_no_mobile_numbers(tmp_path):
    values = [str(10_012_345_678 + 7_000_001 * number) for number in range(500)]
    values += ["15012345678"]
    assert findings_of(tmp_path, "资产原值", values) == []


def test_numbers_deep_in_a_large_text_file_are_found(tmp_path):
    values = ["无"] * 60_000 + ["请致电13812345678"] * 9_000 + ["无"] * 60_000
    assert findings_of(tmp_path, "备注", values) == [("cell_holds_a_phone_number", ERROR)]


def test_mobile_and_student_numbers_are_found(tmp_path):
    phones = [f"138{number:08}" for number in range(30)]
    assert findings_of(tmp_path, "备注", phones) == [("column_holds_phone_numbers", ERROR)]
    students = ["G" + resident_id(number) for number in range(30)]
    assert findings_of(tmp_path, "编号", students) == [("column_holds_student_numbers", ERROR)]


def test_headers_that_name_personal_data_are_enough_when_the_cells_are_not_sealed(tmp_path):
    assert findings_of(tmp_path, "证件号码", ["E12345678"] * 5) == [
        ("column_is_named_for_personal_data", ERROR)
    ]
    assert findings_of(tmp_path, "身份证号", ["3.30106E+17"] * 5) == [
        ("column_is_named_for_personal_data", ERROR)
    ]
    assert findings_of(tmp_path, "联系电话", ["0571-88880000"] * 5) == [
        ("column_is_named_for_personal_data", ERROR)
    ]


def test_names_of_people_are_found_and_names_of_schools_are_not(tmp_path):
    people = ["王某某", "李某", "阿卜杜·热合曼", "欧阳某某"]
    assert findings_of(tmp_path, "学生姓名", people) == [("column_holds_names_of_people", ERROR)]
    assert findings_of(tmp_path, "教研室名称", ["数学", "语文"]) == []


def test_contestants_and_their_teachers_are_people_too(tmp_path):
    teams = ["王某某、李某", "欧阳某某", "赵某 钱某某"]
    for header in ("指导教师", "参赛选手", "指导老师姓名", "参赛学生名单"):
        assert findings_of(tmp_path, header, teams) == [("column_holds_names_of_people", ERROR)]
    assert findings_of(tmp_path, "指导教师", ["2", "1", "3"]) == []
    assert findings_of(tmp_path, "指导教师数", ["二人", "一人"]) == []


def test_sealed_keys_and_business_codes_raise_no_alarm(tmp_path):
    random.seed(7)
    sealed = [f"{random.getrandbits(256):064x}" for _ in range(2000)]
    assert findings_of(tmp_path, "身份证号", sealed) == []
    usccs = ["91330100799655058B", "12330000470095016Q"] * 20
    assert findings_of(tmp_path, "统一社会信用代码", usccs) == []
    assert findings_of(tmp_path, "证书编号", ["Y000133000001241000001"] * 20) == []


def test_the_contact_line_above_the_header_is_no_column(tmp_path):
    content = f"填报人：某某,联系电话：13800000000,{resident_id(3)}\n" + csv_text()
    table = opened(written(tmp_path / "a.csv", content))
    assert table.reading.header_row == 2
    assert find_personal_numbers(table) == ()
    assert SCHOOLS.columns["sealed"].width == 64
