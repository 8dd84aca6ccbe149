"""The recipes for readers run as they stand on their pages, and all tools see the same rows."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.admissions import admit_rows, awards, partners
from tests.support.award import DATASET
from yrdx.publication import Manifest, publish
from yrdx.store.local import open_local

BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
COUNTS = [("2024", "33", 47), ("2025", "31", 31), ("2025", "32", 20)]
TYPES = {
    "yrdx": "string date32[day] int16 decimal128(6, 2) int64 bool list<element: string> uint32",
    "duckdb": "VARCHAR DATE SMALLINT DECIMAL(6,2) BIGINT BOOLEAN VARCHAR[] UINTEGER",
    "polars": "String Date Int16 Decimal(precision=6, scale=2) Int64 Boolean List(String) UInt32",
    "pandas": "string[pyarrow] date32[day][pyarrow] int16[pyarrow] decimal128(6, 2)[pyarrow] "
    "int64[pyarrow] bool[pyarrow] list<element: string>[pyarrow] uint32[pyarrow]",
    "spark": "string date smallint decimal(6,2) bigint boolean array<string> bigint",
    "iceberg": "string date int decimal(6, 2) long boolean list<string> int",
}
OF = ("cert_no", "award_date", "award_year", "score", "hours_count", "is_double", "major_codes",
      "src_row_no")  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[Manifest, ...]]:
    """A folder with a store in which one dataset has two versions."""
    folder = tmp_path_factory.mktemp("home")
    store = open_local(folder / "var" / "store")
    provinces = partners("31", "32", "33")
    admit_rows(store, awards(31, province="31"), province="31")
    admit_rows(store, awards(47, province="33"), province="33", period="2024")
    first = publish(DATASET, store=store, provinces=provinces, spool=folder)
    admit_rows(store, awards(20, province="32"), province="32")
    second = publish(DATASET, store=store, provinces=provinces, spool=folder)
    assert first is not None
    assert second is not None
    return folder, (first, second)


def program(project: Path, page: str) -> str:
    """All blocks of a page in a row, about the dataset of the tests."""
    text = (project / "docs" / "recipes" / f"{page}.md").read_text(encoding="utf-8")
    return "\n".join(BLOCK.findall(text.replace("competition_award", DATASET.name)))


def run(project: Path, page: str) -> dict:
    names: dict = {}
    exec(program(project, page), names)
    return names


def assert_same(page: str, counts: list, types: dict[str, str]) -> None:
    assert [tuple(row) for row in counts] == COUNTS
    assert list(types) == [*DATASET.schema, "src_province", "src_unit", "src_period", "src_row_no",
                           "file_sha256"]  # fmt: skip
    assert " ".join(types[name] for name in OF) == TYPES[page]


@pytest.mark.parametrize("page", ["yrdx", "duckdb", "polars", "pandas", "iceberg"])
def test_a_recipe_counts_the_same_rows_in_typed_columns(
    project, home, monkeypatch, capfd, page
) -> None:
    monkeypatch.chdir(home[0])
    shutil.rmtree("var/lake", ignore_errors=True)
    names = run(project, page)
    assert_same(page, names["counts"], names["types"])


@pytest.mark.timeout(600)  # starting Java on a loaded machine takes minutes
def test_spark_counts_the_same_rows_in_typed_columns(project, home) -> None:
    told = "print('RESULT ' + __import__('json').dumps([counts, types]))"
    run = subprocess.run(
        [_python_with_spark(project), "-c", f"{program(project, 'spark')}\n{told}"],
        cwd=home[0],
        env=os.environ | {"SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_SUBMIT_ARGS":
             "--conf spark.ui.enabled=false --conf spark.sql.shuffle.partitions=1 "
             "--conf spark.driver.bindAddress=127.0.0.1 "
             "pyspark-shell"},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-3000:]
    (line,) = (line for line in run.stdout.splitlines() if line.startswith("RESULT "))
    counts, types = json.loads(line.removeprefix("RESULT "))
    assert_same("spark", counts, types)


def _python_with_spark(project: Path) -> str:
    """The environment that the page tells to make, or the one that a variable names."""
    python = Path(os.environ.get("SPARK_PYTHON", project / ".venv-spark" / "bin" / "python"))
    if shutil.which("java") is None:
        pytest.skip(
            "Spark needs Java 17, which is not on this machine; `make recipes` says how to get it"
        )
    if not python.exists():
        pytest.skip("no PySpark here; `make recipes` installs it into .venv-spark and runs this")
    return str(python)


def test_iceberg_registers_each_version_once_and_travels_in_time(
    project, home, monkeypatch, capfd
) -> None:
    folder, versions = home
    monkeypatch.chdir(folder)
    shutil.rmtree("var/lake", ignore_errors=True)
    run(project, "iceberg")
    table = run(project, "iceberg")["table"]
    registered = [snapshot.summary["yrdx.version"] for snapshot in table.snapshots()
                  if snapshot.summary["operation"].value == "append"]  # fmt: skip
    assert registered == [version.version for version in versions]
    for version in versions:
        then = table.scan(snapshot_id=table.snapshot_by_name(version.version).snapshot_id)
        assert then.to_arrow().num_rows == version.rows
    assert [version.rows for version in versions] == [78, 98]
    assert all((folder / "var/store/published" / DATASET.name / versions[0].version / file.key)
               .exists() for file in versions[0].files)  # fmt: skip


def test_the_recipes_of_the_library_choose_files_and_refuse_what_is_incomplete(
    project, home, monkeypatch, capfd
) -> None:
    monkeypatch.chdir(home[0])
    run(project, "yrdx")
    shown = capfd.readouterr().out
    assert f"{home[1][1].version} 98\n98 98 98\n1 31 ('cert_no', 'src_period')\n" in shown
    assert "33 edu 2025 沿用旧期 carried forward（2024）" in shown


def test_the_recipe_that_verifies_finds_a_damaged_file(
    project, home, monkeypatch, capfd, tmp_path
) -> None:
    shutil.copytree(home[0] / "var", tmp_path / "var")
    monkeypatch.chdir(tmp_path)
    run(project, "README")
    assert capfd.readouterr().out.count(".parquet") == len(home[1][1].files)
    published = tmp_path / "var" / "store" / "published" / DATASET.name
    file = published / home[1][1].version / home[1][1].files[0].key
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    with pytest.raises(SystemExit, match="已损坏"):
        run(project, "README")
