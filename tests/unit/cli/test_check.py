"""A partner checks a file at home: the exchange's own rules, its receipt, words one understands."""

import json
import os
import pty
import subprocess
import sys

import openpyxl
import pytest

WRONG = "4133019999,123300004700091225,坏代码职业学院,2,,1,1,浙江省教育厅,1,330106,1"


def test_a_good_list_passes_and_its_receipt_is_written(yrdx, schools, tmp_path):
    said = yrdx("check", schools("33_institution_2025_v1.csv", good=3))

    assert said.code == 0, said.out + said.err
    assert "自查通过" in said.out
    folder = tmp_path / "33_institution_2025_v1-receipt"
    assert sorted(item.name for item in folder.iterdir()) == [
        "errors.xlsx",
        "findings.parquet",
        "quality.html",
        "quality.json",
        "receipt.html",
        "receipt.json",
        "report.json",
    ]
    receipt = json.loads((folder / "receipt.json").read_text("utf-8"))
    assert receipt["rows"]["admitted"] == 3
    assert receipt["delivery"]["province"] == "33"
    assert receipt["delivery"]["period"] == "2025"


def test_a_wrong_row_is_named_with_its_line_value_and_remedy(yrdx, schools, tmp_path):
    path = schools("list.csv", WRONG, good=30)

    said = yrdx("check", path, "-d", "institution", "-o", tmp_path / "out")

    assert said.code == 0
    assert "自查部分通过" in said.out
    for words in ("第 32 行", "123300004700091225", "uscc_check_digit_is_wrong", "errors.xlsx"):
        assert words in said.out
    sheet = openpyxl.load_workbook(tmp_path / "out" / "errors.xlsx")["错误清单"]
    listed = [row for row in sheet.iter_rows(2, values_only=True) if row[1] == "错误"]
    assert [(row[4], row[7], row[8]) for row in listed] == [
        (32, "123300004700091225", "uscc_check_digit_is_wrong")
    ]


def test_too_many_wrong_rows_are_exit_code_one_and_tolerance_decides(yrdx, schools):
    path = schools("list.csv", WRONG, good=2)

    rejected = yrdx("check", path, "-d", "institution")
    tolerated = yrdx("check", path, "-d", "institution", "--tolerance", "0.5")

    assert rejected.code == 1
    assert "自查不通过" in rejected.out
    assert "超过约定的 5%" in rejected.out
    assert tolerated.code == 0


def test_missing_mandatory_fields_are_told_by_title_and_may_be_agreed_on(yrdx, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("学校标识码,学校名称\n4133010335,浙江第一职业学院\n", encoding="utf-8")

    said = yrdx("check", path, "-d", "institution")

    assert said.code == 1
    assert "缺少的必填字段" in said.out
    assert "统一社会信用代码 (uscc)" in said.out
    lacking = json.loads((tmp_path / "list-receipt" / "receipt.json").read_text("utf-8"))["missing"]
    names = ",".join(field["column"] for field in lacking)

    agreed = yrdx("check", path, "-d", "institution", "--not-supplied", names)

    assert agreed.code == 0, agreed.out
    assert "约定暂不提供的字段" in agreed.out


def test_the_terms_can_be_those_of_an_agreement(yrdx, schools, zhejiang):
    path = schools("list.csv", WRONG, good=1)

    said = yrdx("check", path, "-d", "institution", "--province", "33", "--agreement", "jyt")

    assert said.code == 0, said.out
    assert "未超过约定的 50%" in said.out
    assert "约定暂不提供的字段" in said.out


def test_the_dataset_can_be_told_by_a_chinese_file_name(yrdx, schools):
    said = yrdx("check", schools("附件2：浙江省职业院校名录（最终）.csv"))

    assert said.code == 0, said.out + said.err
    assert "职业院校名录" in said.out


def test_a_file_that_is_no_table_is_refused_in_words(yrdx, tmp_path):
    path = tmp_path / "33_institution_2025.xlsx"
    path.write_bytes(b"")

    said = yrdx("check", path)

    assert said.code == 1
    assert "文件是空的" in said.out
    assert (tmp_path / "33_institution_2025-receipt" / "receipt.html").exists()


def test_english_readers_are_spoken_to_in_english(yrdx, schools):
    said = yrdx("--lang", "en", "check", schools("list.csv", WRONG, good=30), "-d", "institution")

    assert "Would be admitted in part" in said.out
    assert "What is wrong: errors 1" in said.out
    assert "row 32" in said.out


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("check", "lost.csv", "-d", "institution"), "是不是“list.csv”"),
        (("check", ".", "-d", "institution"), "文件夹"),
        (("check", "list.csv"), "--dataset"),
        (("check", "list.csv", "-d", "instituton"), "did you mean institution?"),
        (("check", "list.csv", "-d", "institution", "--province", "浙江"), "--province"),
        (("check", "list.csv", "-d", "institution", "--period", "2025年"), "--period"),
        (("check", "list.csv", "-d", "institution", "--not-supplied", "usc"), "did you mean uscc?"),
        (("check", "list.csv", "-d", "institution", "--agreement", "jyt"), "--province"),
        (("check", "--landed", "abcdef"), "abcdef"),
    ],
)
def test_a_slip_gets_one_clear_line(yrdx, schools, words, expected):
    schools("list.csv")

    said = yrdx(*words)

    assert said.code == 2
    assert expected in said.err
    assert said.err.strip().count("\n") == 0


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("-o", "list.csv"), "list.csv"),
        (("-o", "list.csv/receipt"), "list.csv/receipt"),
        (("--store", "nowhere"), "nowhere 中没有存储"),
        (("--store", "provinces"), "provinces 中没有存储"),
        (("--reference", "nowhere"), "nowhere 中没有存储"),
        (("--agreement", "jyt", "--province", "33"), "没有省份“33”的约定"),
    ],
)
def test_a_slip_is_told_before_the_check_and_makes_nothing(
    yrdx, schools, tmp_path, words, expected
):
    before = {schools("list.csv"), tmp_path / "provinces"}

    said = yrdx("check", "list.csv", "-d", "institution", *words)

    assert said.code == 2, said.err
    assert expected in said.err
    assert "无法执行" in said.err
    assert set(tmp_path.iterdir()) == before


def test_an_agreement_that_the_province_does_not_have_is_told_in_both_languages(
    yrdx, schools, zhejiang
):
    said = yrdx(
        "check", schools("list.csv"), "-d", "institution", "--province", "33", "--agreement", "x"
    )

    assert said.code == 2
    assert "浙江省没有单位“x”报送 institution 的约定" in said.err
    assert "33-zhejiang.yaml" in said.err


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("YRDX_SPOOL", "list.csv/x", "YRDX_SPOOL：不能写入文件夹“list.csv/x”"),
        ("YRDX_COPY_ROWS", "abc", "YRDX_COPY_ROWS=abc：应为整数 expected a whole number"),
        ("YRDX_COPY_ROWS", "0", "YRDX_COPY_ROWS=0：应为不小于 1 的数 expected at least 1"),
        ("YRDX_S3_ADDRESSING", "x", "应为以下之一：path or virtual"),
    ],
)
def test_a_setting_that_cannot_be_is_told_with_its_name_and_value(
    yrdx, schools, monkeypatch, name, value, expected
):
    monkeypatch.setenv(name, value)

    said = yrdx("check", schools("list.csv"), "-d", "institution")

    assert said.code == 2
    assert expected in said.err


def test_what_is_no_regular_file_is_called_what_it_is(yrdx, tmp_path):
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "link").symlink_to("lost.csv")

    pipe, device, link = (
        yrdx("check", name, "-d", "institution") for name in ("fifo", os.devnull, "link")
    )

    assert (pipe.code, device.code, link.code) == (2, 2, 2)
    assert "“fifo”是管道，不是普通文件" in pipe.err
    assert "是设备，不是普通文件" in device.err
    assert "“link”是失效的链接" in link.err


def test_a_folder_that_only_others_may_write_is_told_before_the_check(yrdx, schools, tmp_path):
    path = schools("list.csv")
    (tmp_path / "theirs").mkdir(mode=0o500)
    if os.access(tmp_path / "theirs", os.W_OK):
        pytest.skip("this account may write everywhere")

    said = yrdx("check", path, "-d", "institution", "-o", tmp_path / "theirs")

    assert said.code == 2
    assert "没有写入权限" in said.err


def test_cells_cannot_play_tricks_on_the_terminal(yrdx, schools):
    evil = f"{WRONG[:11]}\x1b[2J[bold]12345678,{WRONG.split(',', 2)[2]}"

    said = yrdx("check", schools("list.csv", evil, good=1), "-d", "institution")

    assert "\x1b[2J" not in said.out
    assert "[bold]" in said.out


def test_a_terminal_sees_colours_and_the_exit_code_is_kept(schools, tmp_path):
    path = schools("list.csv", WRONG, good=1)
    theirs, ours = pty.openpty()
    command = [sys.executable, "-c", "from yrdx.cli import main; main()", "check", str(path)]
    run = subprocess.Popen(
        [*command, "-d", "institution"],
        stdout=ours,
        stderr=subprocess.STDOUT,
        cwd=tmp_path,
        env={**os.environ, "TERM": "xterm-256color", "YRDX_LANG": "zh"},
    )
    os.close(ours)
    seen = b""
    while True:
        try:
            piece = os.read(theirs, 65_536)
        except OSError:
            break
        if not piece:
            break
        seen += piece
    os.close(theirs)

    assert run.wait(timeout=60) == 1
    assert "自查不通过" in seen.decode()
    assert b"\x1b[1;31m" in seen, "the verdict is red"
