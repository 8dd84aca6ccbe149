"""The conventions of docs/architecture.md, kept by tests that say what to do."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from yrdx import catalogue
from yrdx.errors import ConfigurationError

CODE = ("yrdx", "schemas", "validations", "connectors", "dags")
VAGUE = re.compile(r"(manager|handler|processor|helper|utils?)$", re.IGNORECASE)


def modules(project: Path, *folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((project / folder).rglob("*.py"))]


def tracked(project: Path) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=project, capture_output=True, check=True, text=True
    )
    return [project / name for name in listed.stdout.split("\0") if name]


def test_no_module_outgrows_one_concept(project):
    long = {
        path.relative_to(project).as_posix(): lines
        for path in modules(project, *CODE, "demo", "bench")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert not long, f"over 400 lines; find the concept that is missing a name and move it: {long}"


def test_nothing_has_a_vague_name(project):
    vague = [
        f"{path.relative_to(project)}: {node.name}"
        for path in modules(project, *CODE)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and VAGUE.search(node.name)
    ]
    vague += [str(path) for path in modules(project, *CODE) if VAGUE.search(path.stem)]
    assert not vague, f"name these for what they are or do: {vague}"


def test_broken_software_is_caught_in_one_place_only(project):
    caught = [
        f"{path.relative_to(project)}:{node.lineno}"
        for path in modules(project, *CODE)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (
            node.type is None
            or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"})
        )
    ]
    assert len(caught) == 1, f"only the rule runner turns any exception into a Fault: {caught}"


def test_regular_expressions_do_not_take_full_width_digits_for_digits(project):
    wrong = [
        f"{path.relative_to(project)}:{number}"
        for path in modules(project, *CODE)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.search(r"""r['"].*\\d""", line)
    ]
    assert not wrong, f"write [0-9]: \\d also matches ３３: {wrong}"


def test_who_may_import_whom(project):
    script = Path(sys.executable).with_name("lint-imports")
    linted = subprocess.run([script], cwd=project, capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout


def test_a_namesake_of_our_content_is_refused(tmp_path, project):
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "__init__.py").write_text("")
    program = "from yrdx import catalogue; catalogue.dataset_names()"
    path = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {program}"
    run = subprocess.run(
        [sys.executable, "-c", path], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode != 0
    assert "is not part of yrdx" in run.stderr


def test_an_unknown_dataset_is_named_with_those_that_exist():
    with pytest.raises(ConfigurationError, match="institution"):
        catalogue.dataset("institutions")


def test_tracked_files_name_no_machine_and_no_registry(project):
    machine = re.compile(r"(?<![A-Za-z0-9_.])/(work|root|home/[a-z]+)/|pypi\.org|pythonhosted")
    found = []
    for path in tracked(project):
        if path.suffix in {".png", ".ico"} or path.name == Path(__file__).name:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if machine.search(line):
                found.append(f"{path.relative_to(project)}:{number}: {line.strip()[:80]}")
    assert not found, found


def test_importing_the_machinery_does_nothing(project):
    names = [
        ".".join(path.relative_to(project).with_suffix("").parts).removesuffix(".__init__")
        for path in modules(project, "yrdx")
        if path.stem != "__main__" and path.parent.name != "orchestration"
    ]
    program = (
        "import builtins, importlib, os, sys\n"
        "import pandera.polars, pydantic, polars, boto3, typer, rich, jinja2, yaml\n"
        "import pyarrow.parquet, fastexcel, xlsxwriter, openpyxl, olefile\n"
        "before = dict(os.environ)\n"
        "def refuse(*a, **k):\n"
        "    if a and isinstance(a[0], str) and a[0].endswith(('.yaml', '.csv', '.json')):\n"
        "        raise AssertionError(f'opened {a[0]} at import')\n"
        "    return original(*a, **k)\n"
        "original, builtins.open = builtins.open, refuse\n"
        f"for name in {names!r}:\n"
        "    importlib.import_module(name)\n"
        "assert dict(os.environ) == before, 'the environment was changed at import'\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=project, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
