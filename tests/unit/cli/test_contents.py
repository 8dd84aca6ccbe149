"""A partner asks what is wanted, what a rule means, and gets answers instead of stack traces."""

import re
import subprocess
import sys
import time

import pytest


def test_help_is_instant_and_speaks_both_languages(yrdx):
    said = yrdx("--help")

    assert said.code == 0
    assert "报送前自查" in said.out
    assert "Check a file by the" in said.out
    for command in ("check", "discover", "land", "admit", "publish", "status", "snapshots"):
        assert command in said.out


def test_help_loads_no_dataframe_library():
    program = (
        "import sys\n"
        "from yrdx.cli import main\n"
        "try:\n    main(['check', '--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'polars', 'pyarrow', 'pandera', 'boto3', 'numpy'}\n"
        "heavy &= set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    assert time.perf_counter() - started < 5, "even a busy machine shows help within five seconds"


def test_every_dataset_is_listed_with_its_title(yrdx):
    chinese, english = yrdx("datasets"), yrdx("--lang", "en", "datasets")

    assert "institution" in chinese.out
    assert "职业院校名录" in chinese.out
    assert "Vocational institutions" in english.out


def test_the_rules_of_a_dataset_name_field_severity_and_source(yrdx):
    said = yrdx("rules", "institution")

    assert said.code == 0
    assert "uscc_check_digit_is_wrong" in said.out
    assert "GB 32100-2015" in said.out
    assert "统一社会信用代码" in said.out
    for needed in ("必填", "条件必填", "选填"):
        assert re.search(rf"\s{needed}\s", said.out), "said in words, as the template says it"


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("uscc_check_digit_is_wrong", ("错误", "GB 32100-2015", "institution.uscc")),
        ("file_is_password_protected", ("取消密码", "Remove the password")),
        ("value_is_not_a_date", ("YYYY-MM-DD", "institution.status_date")),
        ("row_is_of_another_province", ("外省", "institution")),
        ("column_holds_resident_ids", ("公民身份号码", "文件读取")),
        ("key_is_used_twice", ("主键", "数据集约定")),
        ("control_total_disagrees", ("合计", "警告")),
    ],
)
def test_a_rule_is_explained_wherever_it_is_written(yrdx, rule, expected):
    said = yrdx("explain", rule)

    assert said.code == 0
    for words in expected:
        assert words in said.out


def test_a_word_finds_the_rules_about_it(yrdx):
    said = yrdx("explain", "uscc")

    assert said.code == 0
    assert "uscc_check_digit_is_wrong" in said.out
    assert "uscc_is_an_organisation_code" in said.out


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("explain", "name_holds_blanc"), "name_holds_blanks"),
        (("rules", "instituton"), "did you mean: institution"),
        (("publish", "no_such_dataset"), "no_such_dataset"),
        (("discover", "99"), "33-zhejiang"),
        (("discover",), "--all"),
        (("status", "nowhere"), "nowhere"),
        (("admit", "abcdef"), "abcdef"),
    ],
)
def test_a_slip_gets_one_clear_line_and_exit_code_two(yrdx, zhejiang, words, expected):
    said = yrdx(*words)

    assert said.code == 2
    assert expected in said.err
    assert "Traceback" not in said.err
    assert said.err.strip().count("\n") == 0


def test_wrong_usage_is_exit_code_two(yrdx):
    assert yrdx("no-such-command").code == 2
    assert yrdx("check").code == 2
    assert yrdx("--lang", "fr", "datasets").code == 2


def test_an_error_of_ours_is_one_line_unless_the_details_are_asked_for():
    broken = (
        "import sys; from yrdx.cli import _Breakage\n"
        "with _Breakage(debug='--debug' in sys.argv):\n    raise KeyError('gone')\n"
    )
    short, long = (
        subprocess.run(
            [sys.executable, "-c", broken, *words], capture_output=True, text=True, check=False
        )
        for words in ((), ("--debug",))
    )

    assert short.returncode == 3
    assert "程序内部错误" in short.stderr
    assert "KeyError: 'gone'" in short.stderr
    assert "Traceback" not in short.stderr
    assert "Traceback" in long.stderr
