"""Airflow parses the DAGs: quickly, whatever is broken beside them, and with help for on call."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.airflow

PROVINCES = {"exchange_anhui", "exchange_jiangsu", "exchange_shanghai", "exchange_zhejiang"}


def expected(project: Path) -> set[str]:
    """Ids of all DAGs that a project should have, by the files in its folders."""
    schemas = (project / "schemas").glob("*.py")
    datasets = {path.stem for path in schemas if "\nDATASET = " in path.read_text()}
    others = {"housekeeping", "approvals", "release"}
    return PROVINCES | {f"publish_{name}" for name in datasets} | others


def parse(project: Path, home: Path) -> dict:
    """What Airflow makes of the DAG files of `project`, in a process of its own."""
    environment = {
        **os.environ,
        "AIRFLOW_HOME": str(home / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR",
        "YRDX_HOME": str(project),
        "PYTHONPATH": str(project),
    }
    script = Path(__file__).parent.parent / "support" / "parse_dags.py"
    done = subprocess.run(
        [sys.executable, script, project / "dags"],
        check=False,
        env=environment,
        cwd=home,
        capture_output=True,
        text=True,
        timeout=120,
    )
    answers = [line for line in done.stdout.splitlines() if line.startswith("ANSWER ")]
    assert answers, f"the DAG files could not be parsed:\n{done.stdout}\n{done.stderr}"
    return json.loads(answers[0].removeprefix("ANSWER "))


@pytest.fixture(scope="module")
def parsed(project, tmp_path_factory) -> dict:
    return parse(project, tmp_path_factory.mktemp("parse"))


@pytest.fixture
def spoilt(project, tmp_path) -> Path:
    """A copy of the project that a test may spoil."""
    for name in ("yrdx", "schemas", "validations", "connectors", "provinces", "dags"):
        shutil.copytree(project / name, tmp_path / "project" / name)
    return tmp_path / "project"


def test_there_is_a_dag_for_every_province_and_dataset_and_one_keeps_the_house(parsed, project):
    assert parsed["errors"] == {}
    assert set(parsed["dags"]) == expected(project)


def test_parsing_takes_under_half_a_second_and_loads_no_dataframe_library(
    parsed, project, tmp_path
):
    assert parsed["loaded"] == [], "import heavy modules inside tasks, not in DAG files"
    seconds = min(parsed["seconds"], parse(project, tmp_path)["seconds"])
    assert seconds < 0.5, f"parsing dags/ took {seconds:.2f} s of processor time"


def test_every_dag_tells_the_person_on_call_what_to_do(parsed):
    for name, dag in parsed["dags"].items():
        assert len(dag["doc"]) > 300, f"{name} has no doc_md worth reading"
        assert "clear" in dag["doc"].lower(), f"{name}: may its tasks be cleared?"
        assert dag["tags"], f"{name} has no tags"
        assert dag["timezone"] == "Asia/Shanghai", f"{name} runs by another clock"
        assert {task["owner"] for task in dag["tasks"].values()} == {"yrdx"}


def test_what_a_person_must_mend_is_not_retried_and_what_may_pass_is(parsed):
    for name, dag in parsed["dags"].items():
        for task, told in dag["tasks"].items():
            assert told["decisions"] == {
                "PermanentError": "fail",
                "SourceRefused": "fail",
                "SourceUnavailable": "retry",
                "PublishConflict": "retry",
            }, f"{name}.{task}"


def test_each_delivery_is_landed_then_checked_then_admitted(parsed):
    tasks = parsed["dags"]["exchange_zhejiang"]["tasks"]
    assert tasks["delivery.land"]["after"] == ["discover"]
    assert tasks["delivery.check"]["after"] == ["delivery.land"]
    assert tasks["delivery.admit"]["after"] == ["delivery.check"]
    assert tasks["sources_answer"]["after"] == ["discover"]


def test_the_newer_of_two_files_is_the_later_attempt(parsed):
    """Airflow starts mapped tasks in their order, which is that of arrival, oldest first."""
    tasks = parsed["dags"]["exchange_zhejiang"]["tasks"]
    assert tasks["delivery.land"]["at_once"] == 1
    assert tasks["delivery.check"]["at_once"] is None


def test_only_what_must_be_approved_meets_a_task_that_waits(parsed):
    tasks = parsed["dags"]["approvals"]["tasks"]
    assert tasks["approval.answer"]["after"] == ["approval.ask"]
    assert tasks["approval.answer"]["retries"] == 0, "a person is not asked again by a machine"
    assert "approval.answer" in tasks["approval.decide"]["after"]
    assert tasks["approval.admit"]["after"] == ["approval.decide"]
    asking = ("approvals", "release")
    elsewhere = [dag for name, dag in parsed["dags"].items() if name not in asking]
    assert not [dag for dag in elsewhere if "answer" in dag["tasks"]]


def test_a_release_derives_first_and_asks_a_person_only_where_it_is_stopped(parsed):
    tasks = parsed["dags"]["release"]["tasks"]
    assert tasks["derive"]["after"] == ["settled"]
    assert tasks["release"]["after"] == ["derive"]
    assert tasks["ask"]["after"] == ["release"]
    assert "answer" in tasks["confirm"]["after"]
    assert tasks["answer"]["retries"] == 0, "a person is not asked again by a machine"


def test_people_are_told_after_everything_else(parsed):
    tasks = parsed["dags"]["exchange_zhejiang"]["tasks"]
    assert tasks["tell"]["after"] == ["delivery.admit"]
    assert not [name for name, task in tasks.items() if "tell" in task["after"]]
    assert parsed["dags"]["housekeeping"]["tasks"]["tell"]["after"] == ["compare", "overdue"]


def test_a_dataset_whose_snapshots_are_approved_asks_before_it_publishes(
    project, tmp_path, monkeypatch
):
    monkeypatch.setenv("YRDX_APPROVE_SNAPSHOTS", "institution")
    dags = parse(project, tmp_path)["dags"]
    assert dags["publish_institution"]["tasks"]["publish"]["after"] == ["decide"]
    assert dags["publish_institution"]["tasks"]["answer"]["after"] == ["ask"]
    assert list(dags["publish_enterprise"]["tasks"]) == ["publish"]


def test_a_broken_schema_leaves_every_dag_standing(spoilt, tmp_path):
    schema = spoilt / "schemas" / "institution.py"
    schema.write_text(schema.read_text() + "\nthis is no Python\n")
    answer = parse(spoilt, tmp_path)
    assert answer["errors"] == {}
    assert set(answer["dags"]) == expected(spoilt)


@pytest.mark.parametrize(
    "text",
    [
        "code: [",
        'code: "33"\nslug: zhejiang\n',
        "schedule",
    ],
    ids=["no YAML", "no agreements", "no cron expression"],
)
def test_a_broken_province_is_red_itself_and_leaves_all_others_standing(spoilt, tmp_path, text):
    file = spoilt / "provinces" / "33-zhejiang.yaml"
    if text == "schedule":
        text = file.read_text().replace('"0 6 * * *"', '"6 o clock"')
    file.write_text(text)
    answer = parse(spoilt, tmp_path)
    assert answer["errors"] == {}
    assert set(answer["dags"]) == expected(spoilt)
    assert list(answer["dags"]["exchange_zhejiang"]["tasks"]) == ["read_agreements"]
    assert "broken" in answer["dags"]["exchange_zhejiang"]["tags"]
    assert "delivery.land" in answer["dags"]["exchange_anhui"]["tasks"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("33-zhejiang 副本.yaml", "copy"),
        ("33-浙江.yaml", "copy"),
        ("33-zhejiang-old.yaml", "copy"),
        ("35-zhejiang.yaml", "other code"),
        ("35-fujian.yaml", "link to nowhere"),
        ("35-fujian.yaml", "folder"),
        ("35-fujian.yaml", "founded: 2025-13-45"),
    ],
)
def test_a_stray_file_among_the_provinces_has_a_red_dag_of_its_own_and_hurts_nobody(
    spoilt, tmp_path, name, content
):
    stray = spoilt / "provinces" / name
    agreed = (spoilt / "provinces" / "33-zhejiang.yaml").read_text(encoding="utf-8")
    match content:
        case "copy":
            stray.write_text(agreed, encoding="utf-8")
        case "other code":
            stray.write_text(agreed.replace('code: "33"', 'code: "35"'), encoding="utf-8")
        case "link to nowhere":
            stray.symlink_to(tmp_path / "nowhere")
        case "folder":
            stray.mkdir()
        case _:
            stray.write_text(content, encoding="utf-8")
    answer = parse(spoilt, tmp_path)
    assert answer["errors"] == {}
    (added,) = set(answer["dags"]) - expected(spoilt)
    assert list(answer["dags"][added]["tasks"]) == ["read_agreements"]
    assert "delivery.land" in answer["dags"]["exchange_zhejiang"]["tasks"]


def test_what_editors_and_systems_hide_among_the_provinces_is_no_province(spoilt, tmp_path):
    (spoilt / "provinces" / ".#33-zhejiang.yaml").symlink_to("somebody@somewhere.1234")
    (spoilt / "provinces" / "._33-zhejiang.yaml").write_bytes(b"\0\5\26\7\0\2\0\0Mac OS X")
    answer = parse(spoilt, tmp_path)
    assert answer["errors"] == {}
    assert set(answer["dags"]) == expected(spoilt)
    assert "delivery.land" in answer["dags"]["exchange_zhejiang"]["tasks"]


def test_a_home_without_provinces_is_told_instead_of_having_no_exchanges(spoilt, tmp_path):
    shutil.rmtree(spoilt / "provinces")
    (told,) = [
        error for file, error in parse(spoilt, tmp_path)["errors"].items() if "exchange" in file
    ]
    assert "holds no province" in told
    assert "YRDX_HOME" in told


def test_a_new_schema_file_gets_its_dag_by_being_there(spoilt, tmp_path):
    copy = (spoilt / "schemas" / "enterprise.py").read_text()
    (spoilt / "schemas" / "competition_award.py").write_text(copy)
    assert "publish_competition_award" in parse(spoilt, tmp_path)["dags"]
