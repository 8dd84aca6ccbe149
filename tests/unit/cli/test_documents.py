"""A partner fetches a template, a programmer the contract, each by one command."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from yrdx import catalogue
from yrdx.contract.pages import rule_markdown
from yrdx.contract.rules import explanations, rule_page

NAME = catalogue.dataset_names()[0]


def test_a_filled_template_is_written_and_passes_the_check_command(yrdx, tmp_path):
    said = yrdx("template", NAME, "-o", tmp_path / "mine" / f"{NAME}.xlsx", "--filled")
    assert said.code == 0
    checked = yrdx("check", tmp_path / "mine" / f"{NAME}.xlsx", "-o", tmp_path / "receipt")
    assert checked.code == 0, checked.out
    receipt = json.loads((tmp_path / "receipt" / "receipt.json").read_text(encoding="utf-8"))
    assert receipt["verdict"] == "admitted"
    assert receipt["rows"]["admitted"] >= 1


def test_an_empty_template_is_named_after_its_dataset(yrdx, tmp_path):
    said = yrdx("template", NAME)
    assert said.code == 0
    assert (tmp_path / f"{NAME}.xlsx").is_file()
    assert yrdx("check", f"{NAME}.xlsx").code == 1


@pytest.mark.parametrize(
    ("form", "read"),
    [
        ("odcs", yaml.safe_load),
        ("json-schema", json.loads),
        ("frictionless", json.loads),
        ("arrow", json.loads),
    ],
)
def test_one_format_is_printed_so_that_it_can_be_piped(yrdx, form, read):
    said = yrdx("contract", "export", NAME, "--format", form)
    assert said.code == 0
    assert isinstance(read(said.out), dict)


def test_all_formats_go_into_a_folder(yrdx, tmp_path):
    assert yrdx("contract", "export", NAME, "-o", tmp_path / "out").code == 0
    suffixes = {path.name.removeprefix(f"{NAME}.") for path in (tmp_path / "out").iterdir()}
    assert suffixes == {
        "odcs.yaml",
        "schema.json",
        "resource.json",
        "tableschema.json",
        "arrow.json",
        "arrow",
        "md",
        "html",
    }


def test_an_exported_contract_does_not_differ_from_its_dataset(yrdx, tmp_path):
    yrdx("contract", "export", NAME, "--format", "odcs", "-o", tmp_path)
    said = yrdx("contract", "diff", tmp_path / f"{NAME}.odcs.yaml", NAME)
    assert said.code == 0
    assert "没有差别" in said.out


@pytest.mark.parametrize(
    "words",
    [
        ("template", "no_such_dataset"),
        ("contract", "export", NAME, "--format", "csvw"),
        ("contract", "diff", "no_such_file.yaml", NAME),
    ],
)
def test_a_slip_gets_one_clear_line(yrdx, words):
    said = yrdx(*words)
    assert said.code == 2
    assert "there is no such" in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    "words",
    [
        ("template", NAME, "-o", "file/template.xlsx"),
        ("template", NAME, "-o", "folder"),
        ("contract", "export", NAME, "-o", "file"),
        ("docs", "-o", "file"),
        ("keys", "new", "file"),
    ],
)
def test_where_nothing_can_be_written_is_a_slip_of_the_user(yrdx, tmp_path, words):
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()

    said = yrdx(*words)

    assert said.code == 2
    assert words[-1].split("/")[0] in said.err
    assert "程序内部错误" not in said.err


@pytest.mark.parametrize("code", ["moe5_code_differs_from_school_code", "month_is_ambiguous"])
def test_explain_tells_what_the_page_tells(yrdx, code):
    said = yrdx("explain", code).out
    page = rule_page(code, explanations()[code])
    written = rule_markdown(page)
    told = [step.zh for step in page.repair]
    told += [text for cell in page.example for text in (cell.right, cell.wrong, cell.title.zh)]
    told += [text.zh for item in page.wordings for _, text in item.facts]
    for text in told:
        assert text in said
        assert text in written


NEW = '''"""Training places (实训工位): a dataset that nobody has heard of."""

import pandera.polars as pa
import polars as pl

from schemas import columns
from yrdx.dataset import Dataset, Periodicity
from yrdx.model import Text


class TrainingPlace(pa.DataFrameModel):
    """Training places of a school in a year."""

    inst_code: str = columns.school_code(
        "inst_code", "学校（机构）标识码", en="School code", synonyms=columns.SCHOOL_HEADERS
    )
    stat_year: pl.Int16 = columns.year("stat_year", "年度", en="Year")
    places: pl.Int64 = columns.count("places", "工位数", en="Training places", unit="个")
    room: str = columns.text("room", "实训室名称", max_length=40, en="Room")


DATASET = Dataset(
    model=TrainingPlace,
    title=Text(zh="实训工位", en="Training places"),
    grain=Text(zh="每校每年一行", en="One row per school and year"),
    version="1.0.0",
    key=("inst_code", "stat_year"),
    periodicity=Periodicity.YEAR,
    supplier=Text(zh="省教育厅", en="Provincial education authority"),
    clauses=("三（一）",),
    province=pl.col("inst_code").str.slice(2, 2),
)
'''


def test_one_new_file_gets_template_contract_and_explanations(
    project: Path, tmp_path: Path
) -> None:
    scratch = tmp_path / "scratch"
    shutil.copytree(project / "schemas", scratch / "schemas")
    (scratch / "schemas" / "training_place.py").write_text(NEW, encoding="utf-8")
    program = (
        "import sys\n"
        "from yrdx.cli import main\n"
        "for line in sys.stdin.read().splitlines():\n"
        "    try:\n"
        "        main(line.split())\n"
        "    except SystemExit as left:\n"
        "        assert not left.code, (line, left.code)\n"
    )
    commands = (
        "template training_place --filled",
        "check training_place.xlsx -o receipt",
        "contract export training_place -o out",
        "explain school_code_is_malformed",
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", program],
        input="\n".join(commands),
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(scratch), "YRDX_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    receipt = json.loads((tmp_path / "receipt" / "receipt.json").read_text(encoding="utf-8"))
    assert (receipt["verdict"], receipt["errors"], receipt["warnings"]) == ("admitted", 0, 0)
    assert len(list((tmp_path / "out").iterdir())) == 8
    dictionary = (tmp_path / "out" / "training_place.md").read_text(encoding="utf-8")
    assert "实训工位" in dictionary
    assert "training_place.inst_code" in done.stdout
