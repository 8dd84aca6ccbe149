"""Raw personal numbers are found by header and by value, and never told."""

import random

import pytest

from tests.support.reading import HEADER, ROWS, csv_text, opened, workbook, written
from yrdx import catalogue
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


def test_ids_that_excel_made_numbers_of_are_still_ids(tmp_path):
    """Fifteen digits are left of each: the region, and the day of birth."""
    numbers = [f"330106{resident_id(number)[6:17]}0" for number in range(100, 130)]
    spoilt = [str(int(float(number))) for number in numbers]
    assert findings_of(tmp_path, "编号", spoilt) == [("column_holds_resident_ids", ERROR)]
    rows = [("学校标识码", "学校名称", "编号")]
    rows += [("4133012861", "浙江机电职业技术学院", int(number)) for number in spoilt]
    book = workbook(tmp_path / "a.xlsx", ("学校", rows))
    assert [rule for rule, _ in told(book)] == ["column_holds_resident_ids"]

    serials = [f"330106{2019 + number % 5}0{number % 9 + 1}15{number:04}" for number in range(30)]
    assert ("column_holds_resident_ids", ERROR) not in findings_of(tmp_path, "编号", serials)


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


def told(path):
    """Rule and Chinese message of all that is found in a file that can be read."""
    return [(item.rule, item.message.zh) for item in find_personal_numbers(opened(path))]


SPELLINGS = [
    "１１０１０５１９４９１２３１００２Ｘ",
    "110105 19491231 002X",
    "110105-19491231-002x",
    "1101 0519 4912 3100 2X",
    "110105\u200b19491231002X",
    "11010519491231002Х",
    "'11010519491231002X",
    "110105491231002",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_resident_id_is_found_in_whatever_spelling(tmp_path, spelling):
    assert findings_of(tmp_path, "备注", [spelling] * 5) == [("column_holds_resident_ids", ERROR)]
    values = ["无"] * 500 + [f"身份证{spelling}，已核"]
    assert findings_of(tmp_path, "备注", values) == [("cell_holds_a_resident_id", ERROR)]


@pytest.mark.parametrize(
    "spelling", ["138-1234-5678", "138 1234 5678", "+86 13812345678", "１３８１２３４５６７８"]
)
def test_a_mobile_number_is_found_in_whatever_spelling(tmp_path, spelling):
    values = ["无"] * 500 + [f"电话：{spelling}"]
    assert findings_of(tmp_path, "备注", values) == [("cell_holds_a_phone_number", ERROR)]


@pytest.mark.parametrize(
    "number",
    [
        "330100000012345",  # a business licence: its seventh to twelfth digits are no date
        "备案号110105491231002",
        "12330100470100006F",
        "91330100799655058B",
        "110105194912310021",  # fails its check
        "128612024060012341",  # a certificate of graduation
        "138-2024-0001",
        "0571-88880000",
        "2024-09-01 2025-07-31",
        "S000133000001243000123",
        "2433010000330012",
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14",
        "1998-001-0023",  # a document of that year
        "批文1998-001-0023号",
        "在校生 150 1200 1300 人",
        "15812345678.00",  # an amount
        "0.15789473684",
    ],
)
def test_other_long_numbers_raise_no_alarm(tmp_path, number):
    assert findings_of(tmp_path, "编号", [number] * 3) == []


def test_a_number_that_keeps_the_check_by_chance_among_others_is_a_warning(tmp_path):
    others = [f"12861{number:01}20240600{number:04}" for number in range(1, 10)] * 4
    assert findings_of(tmp_path, "编号", [*others, resident_id(1)]) == [
        ("cell_looks_like_a_resident_id", WARNING)
    ]


def test_one_resident_id_among_sealed_keys_is_enough(tmp_path):
    keys = [f"{number:064x}" for number in range(500)]
    people = catalogue.dataset("graduate_destination")
    rows = [(key, "4133012861", "2025") for key in [*keys, resident_id(1).lower()]]
    text = csv_text(rows, header=("个人标识（脱敏）", "学校标识码", "毕业年度"))
    (found,) = find_personal_numbers(opened(written(tmp_path / "a.csv", text), people))
    assert (found.rule, found.severity) == ("cell_holds_a_resident_id", ERROR)
    assert "第 502 行" in found.message.zh
    assert resident_id(1)[:17] not in found.model_dump_json()


def test_a_column_of_contacts_is_personal_by_its_name(tmp_path):
    assert findings_of(tmp_path, "联系方式", ["0571-88880000"] * 5) == [
        ("column_is_named_for_personal_data", ERROR)
    ]


def test_single_numbers_are_told_with_their_rows(tmp_path):
    def remarks(*numbers):
        rows = [("4133012861", "甲学院", "无")] * 9_000
        for number in numbers:
            rows[number - 2] = ("4133012861", "甲学院", "请致电13812345678")
        return csv_text(rows, header=("学校标识码", "学校名称", "备注"))

    path = written(tmp_path / "a.csv", remarks(7_777))
    assert told(path) == [
        ("cell_holds_a_phone_number", "“备注”列（C）有 1 个单元格写有手机号码（第 7777 行）。")
    ]
    path = written(tmp_path / "b.csv", remarks(5, 60, 700, 8_000))
    assert "有 4 个单元格写有手机号码（第 5、60、700 行等）" in told(path)[0][1]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_rows_deep_in_a_large_file_are_told_too(tmp_path, encoding):
    quiet = [("4133012861", "浙江机电职业技术学院", "无")] * 60_000
    loud = [("4133012861", "浙江机电职业技术学院", "请致电13812345678")] * 9_000
    header = ("学校标识码", "学校名称", "备注")
    path = written(tmp_path / "a.csv", csv_text([*quiet, *loud, *quiet], header=header), encoding)
    ((rule, message),) = told(path)
    assert rule == "cell_holds_a_phone_number"
    assert "（第 60002、60003、60004 行等）" in message


@pytest.mark.parametrize("words", [f"填报人身份证号：{resident_id(3)}", "联系电话：13800000000"])
def test_numbers_of_persons_above_the_header_are_found_and_at_the_foot(tmp_path, words):
    above = written(tmp_path / "a.csv", f"学校名录,,,\n填报人：某某,{words}\n" + csv_text())
    assert opened(above).reading.header_row == 3
    assert told(above) == [
        (
            "number_of_a_person_stands_above_the_table",
            "表头或表头以上的文字中写有公民身份号码或手机号码：单元格 B2。",
        )
    ]
    foot = written(tmp_path / "b.csv", csv_text(ROWS * 20) + f"填报人：某某,{words},,\n")
    ((rule, message),) = told(foot)
    assert rule in ("cell_holds_a_resident_id", "cell_holds_a_phone_number")
    assert "第 62 行" in message


def test_the_landline_of_an_office_may_stand_above_the_table_and_at_its_foot(tmp_path):
    line = "填报人：某某,联系电话：0571-88880000,,\n"
    assert told(written(tmp_path / "a.csv", line + csv_text(ROWS * 20) + line)) == []


def test_persons_on_a_sheet_that_is_not_read_are_found(tmp_path):
    table = [list(HEADER), *map(list, ROWS)]
    people = [["通讯录"], ["姓名", "身份证号"], ["某某某", resident_id(3)]]
    messages = dict(told(workbook(tmp_path / "a.xlsx", ("数据", table), ("人员", people))))
    assert messages == {
        "column_holds_names_of_people": "“人员”中“姓名”列（A）是人员姓名："
        "抽查的 1 个非空单元格中有 1 个是。",
        "column_holds_resident_ids": "“人员”中“身份证号”列（B）含有公民身份号码："
        "抽查的 1 个非空单元格中有 1 个是（第 3 行）。",
    }


def test_the_landline_on_a_sheet_of_contacts_is_no_number_of_a_person(tmp_path):
    table = [list(HEADER), *map(list, ROWS)]
    contacts = [["单位", "联系电话"], ["某省教育厅", "0571-87654321"], ["某处", "87654321转12"]]
    assert told(workbook(tmp_path / "a.xlsx", ("数据", table), ("联系人", contacts))) == []
    contacts.append(["某处", "13812345678"])
    assert told(workbook(tmp_path / "b.xlsx", ("数据", table), ("联系人", contacts)))


def test_sheets_of_words_codes_and_field_names_raise_no_alarm(tmp_path):
    table = [list(HEADER), *map(list, ROWS)]
    words = [["填表说明"], ["字段", "说明"], ["姓名", "文字"], ["身份证号", "不要填写"]]
    fields = [["代码", "名称"], ["XM", "姓名"], ["SFZJH", "身份证件号"], ["BRDH", "手机号"]]
    codes = [["name", "code"], *([name, f"33010{place}"] for place, name in enumerate("上下西江"))]
    path = workbook(
        tmp_path / "a.xlsx", ("数据", table), ("说明", words), ("字段", fields), ("代码", codes)
    )
    assert told(path) == []
