"""An operator loads the lists that change every year, and every check takes them."""

import csv
import json
from pathlib import Path

import pytest

from tests.support.spoiling import good_row
from yrdx import catalogue
from yrdx.example import as_text

OLD = "version,code,name\n2021,660301,机电技术应用\n2021,660302,数控技术应用\n"
NEW = "version,code,name\n2021,660301,机电技术\n2021,660303,模具制造技术\n"


@pytest.fixture
def majors(tmp_path: Path):
    """Writes a list of majors."""

    def write(text: str, name: str = "majors.csv") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def offerings(tmp_path: Path) -> Path:
    """A good list of programmes, whose only major is 660301 机电技术应用."""
    dataset = catalogue.dataset("program_offering")
    path = tmp_path / "33_program_offering_2024-2025.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(dataset.columns))
        writer.writeheader()
        writer.writerow({name: as_text(good_row(dataset)[name]) for name in dataset.columns})
    return path


def test_a_dry_run_shows_what_would_change_and_changes_nothing(yrdx, majors):
    said = yrdx(
        "reference", "import", majors(OLD), "--name", "major", "--version", "1", "--dry-run"
    )
    assert said.code == 0, said.out + said.err
    assert "新增：2" in said.out
    assert "2021 660301  机电技术应用" in said.out
    assert "试运行" in said.out
    assert yrdx("reference", "show", "major").code == 2, "nothing may have been imported"


def test_versions_are_listed_shown_compared_and_taken_into_use(yrdx, majors):
    for version, text in (("2021.12", OLD), ("2025.12", NEW)):
        said = yrdx(
            "reference", "import", majors(text), "--name", "major", "--version", version,
            "--source", "教职成〔2021〕2号",
        )  # fmt: skip
        assert said.code == 0, said.out + said.err
    listed = yrdx("reference", "list").out
    assert "2021.12" in listed
    assert "2025.12" in listed
    assert "教职成〔2021〕2号" in listed
    compared = yrdx("reference", "diff", "major", "2021.12", "2025.12").out
    for words in ("新增：1", "删除：1", "更名：1", "机电技术应用 → 机电技术"):
        assert words in compared
    assert "模具制造技术" in yrdx("reference", "show", "major", "模具").out
    assert yrdx("reference", "use", "major", "2021.12").code == 0
    assert "数控技术应用" in yrdx("reference", "show", "major").out


def test_a_list_with_a_wrong_line_is_refused_with_its_place(yrdx, majors):
    path = majors(OLD + "2021,66030,五位\n")
    said = yrdx("reference", "import", path, "--name", "major", "--version", "1")
    assert said.code == 1
    assert "行 4" in said.out
    assert "没有导入" in said.out


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("--name", "majors", "--version", "1"), "major"),
        (("--name", "major", "--version", "../1"), "cannot name a version"),
        (("--name", "major", "--version", "1", "--valid-from", "2021年"), "--valid-from"),
    ],
)
def test_a_misuse_is_told_with_the_way_out(words, hint, yrdx, majors):
    said = yrdx("reference", "import", majors(OLD), *words)
    assert said.code == 2
    assert hint in said.err


def test_a_partner_checks_with_the_lists_of_a_folder(yrdx, majors, offerings, tmp_path):
    lists = tmp_path / "lists"
    yrdx(
        "reference", "import", majors(NEW), "--name", "major", "--version", "2025.12",
        "--reference", lists,
    )  # fmt: skip
    without = yrdx("check", offerings, "-o", tmp_path / "without")
    withlist = yrdx("check", offerings, "--reference", lists, "-o", tmp_path / "with")
    assert without.code == withlist.code == 0
    assert "尚未导入参考数据“职业教育专业目录”" in without.out
    assert "major_name_differs_from_catalogue" in withlist.out
    report = json.loads((tmp_path / "with" / "report.json").read_text("utf-8"))
    assert report["versions"]["reference_data"]["imported/major"].startswith("2025.12+")
    (found,) = [item for item in report["findings"] if "catalogue" in item["rule"]]
    assert (found["column"], found["severity"]) == ("major_name", "warning")


def test_the_lists_of_the_store_are_taken_where_no_other_place_is_named(
    yrdx, majors, offerings, tmp_path
):
    yrdx("reference", "import", majors(NEW), "--name", "major", "--version", "2025.12")
    said = yrdx("check", offerings, "--store", tmp_path / "store")
    assert "major_name_differs_from_catalogue" in said.out, said.out + said.err
