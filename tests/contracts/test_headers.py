"""Every name of a field leads to that field, the national pinyin names among them."""

import csv
import re
from pathlib import Path

import pytest

from tests.support.spoiling import good_row
from yrdx import catalogue
from yrdx.dataset import Column, Dataset
from yrdx.example import as_text
from yrdx.reading import Table, read
from yrdx.reading.header import plain, vocabulary

PINYIN = re.compile("^[A-Z][A-Z0-9]+$")

NATIONAL = {
    "institution": {
        "xxjgdm": "inst_code",
        "xxdm": "inst_code",
        "xxmc": "inst_name",
        "jxny": "found_ym",
        "xxjbzxzm": "organizer_type",
        "xxbxlxm": "school_category",
    },
    "institution_year": {
        "xxdm": "inst_code",
        "xyxss": "enrolled_total",
        "xyjzgzs": "staff_total",
    },
    "program_offering": {
        "xxdm": "inst_code",
        "zyh": "major_code",
        "zymc": "major_name",
        "sszyqmc": "program_group",
        "pzszny": "approve_ym",
        "sczsny": "first_enroll_ym",
        "xzm": "edu_years",
        "zdzyjbm": "key_level",
    },
    "student_scale": {"xxdm": "inst_code", "zyh": "major_code"},
    "enrollment_plan": {"xxdm": "inst_code", "zyh": "major_code"},
    "graduate_destination": {
        "xxdm": "inst_code",
        "zyh": "major_code",
        "jydwmc": "employer_name",
        "jydwhym": "industry_code",
        "jydwxzm": "employer_type",
        "jydwgmm": "employer_size",
        "jydwsfxqhzdw": "coop_employer",
        "qxx": "start_salary",
        "sfdk": "match_level",
        "lqxxmc": "further_inst",
        "sxqdm": "further_channel",
        "sxccm": "further_level",
    },
    "certificate_award": {
        "xxdm": "inst_code",
        "zyh": "major_code",
        "zsh": "cert_no_hash",
        "zsmc": "cert_name",
        "zslx": "cert_category",
        "zsdj": "level",
        "fzjgbm": "issuer_uscc",
        "fzjgmc": "issuer_name",
        "fzrq": "issue_date",
    },
    "coop_project": {
        "xxdm": "inst_code",
        "zyh": "major_codes",
        "hzqytyshxydm": "partner_uscc",
        "hzqymc": "partner_name",
        "wfyxmc": "partner_name",
        "hzgjdm": "partner_country",
        "hzksny": "start_ym",
        "ddpyrs": "students_order",
        "gtkfkcms": "courses",
        "gtkfjcs": "textbooks",
        "zcxxjzjss": "ent_teachers",
        "jsdgsxxss": "interns",
        "jsbysjys": "hired",
        "xxwqyjsfwnsr": "service_income",
    },
    "enterprise": {
        "qyjgdm": "uscc",
        "hzqytyshxydm": "uscc",
        "qymc": "ent_name",
        "hzqymc": "ent_name",
        "qysshym": "industry_code",
    },
    "competition_award": {
        "xxdm": "inst_code",
        "sshdbh": "contest_code",
        "sshdmc": "contest_name",
    },
    "teacher": {"xxdm": "inst_code"},
}
"""Names that systems of the national 职业院校数字基座 export, and the field that each means."""


@pytest.fixture(params=catalogue.dataset_names())
def dataset(request: pytest.FixtureRequest) -> Dataset:
    """Each dataset in turn."""
    return catalogue.dataset(request.param)


def names_of(field: str, column: Column) -> tuple[str, ...]:
    return (column.title.zh, column.title.en, field, *column.synonyms)


def test_every_name_of_a_field_leads_to_that_field(dataset: Dataset) -> None:
    words = vocabulary(dataset)
    for field, column in dataset.columns.items():
        for name in names_of(field, column):
            found = words.find(plain(name))
            assert found is not None, f"{name!r} of {field} leads nowhere"
            assert found[0] == field, f"{name!r} of {field} leads to {found[0]}"


def test_no_two_fields_share_a_name_however_it_is_written(dataset: Dataset) -> None:
    owners: dict[str, str] = {}
    for field, column in dataset.columns.items():
        for name in names_of(field, column):
            owner = owners.setdefault(plain(name), field)
            assert owner == field, f"{name!r} means both {owner} and {field}"


@pytest.mark.parametrize("name", NATIONAL)
def test_the_national_name_of_a_field_is_understood_in_either_case(name: str) -> None:
    words = vocabulary(catalogue.dataset(name))
    for header, field in NATIONAL[name].items():
        for written in (header, header.upper(), f" {header.upper()} "):
            found = words.find(plain(written))
            assert found is not None, f"{header} leads nowhere"
            assert found[0] == field, f"{header} leads to {found[0]}"


@pytest.mark.shared_data
def test_the_national_names_are_those_of_the_published_interfaces(shared_data: Path) -> None:
    text = (shared_data / "headers" / "zhinao_ods_fields.txt").read_text(encoding="utf-8")
    published = set(re.findall(r"^  ([a-z0-9]+) :", text, re.MULTILINE))
    used = {header for fields in NATIONAL.values() for header in fields}
    assert used <= published


@pytest.mark.parametrize("name", sorted(set(NATIONAL) - {"teacher"}))
def test_a_file_with_pinyin_headers_alone_is_read(name: str, tmp_path: Path) -> None:
    dataset = catalogue.dataset(name)
    headers: dict[str, str] = {}
    for header, field in NATIONAL[name].items():
        if field not in headers.values():
            headers[header.upper()] = field
    for field, column in dataset.columns.items():
        pinyin = [word for word in column.synonyms if PINYIN.match(word)]
        if pinyin and field not in headers.values():
            headers[pinyin[0]] = field
    row = good_row(dataset)
    path = tmp_path / "export.csv"
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headers)
        writer.writerow([as_text(row[field]) for field in headers.values()])
    table = read(path, filename=path.name, dataset=dataset)
    assert isinstance(table, Table)
    assert table.source_columns == tuple(headers.values())
    assert table.frame.collect().select(headers.values()).row(0) == tuple(
        as_text(row[field]) or None for field in headers.values()
    )


@pytest.mark.parametrize("header", ["学校代码", "院校代码", "XXDM"])
@pytest.mark.parametrize(
    ("values", "field"),
    [
        (["4133012861", "3633000526"], "inst_code"),
        (["12861", "10335"], "moe5_code"),
        (["0012", "0107"], "exam_code"),
        (["12", "107"], "exam_code"),
        (["4133012861", "3633000526", "12861"], "inst_code"),
    ],
)
def test_codes_of_schools_under_one_header_are_told_apart_by_their_length(
    header: str, values: list[str], field: str, tmp_path: Path
) -> None:
    path = tmp_path / "schools.csv"
    lines = [f"{value},学校{number}" for number, value in enumerate(values)]
    path.write_text("\n".join([f"{header},学校名称", *lines]), encoding="utf-8")
    table = read(path, filename=path.name, dataset=catalogue.dataset("institution"))
    assert isinstance(table, Table)
    assert table.source_columns == (field, "inst_name")
    told = [note.rule for note in table.notes]
    assert told == ([] if field == "inst_code" else ["school_code_was_told_by_its_length"])


def test_three_columns_of_school_codes_each_find_their_field(tmp_path: Path) -> None:
    path = tmp_path / "schools.csv"
    path.write_text(
        "院校代码,学校代码,院校代号,学校名称\n12861,4133012861,0012,甲\n10335,4133010335,0013,乙\n",
        encoding="utf-8",
    )
    table = read(path, filename=path.name, dataset=catalogue.dataset("institution"))
    assert isinstance(table, Table)
    assert table.source_columns == ("moe5_code", "inst_code", "exam_code", "inst_name")
