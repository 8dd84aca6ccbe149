"""A real Airflow runs the chain: deliveries in a folder become published snapshots."""

import json
import shutil
from collections import Counter
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from demo import generate
from demo.components import running, wait_for_dags
from demo.plans import PLANS
from yrdx import pipeline, publication
from yrdx.model import Verdict
from yrdx.settings import Settings

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.timeout(900),
]

MOE_LIST = "institutions/moe_he_list_2017.xls"
REAL_AGREEMENT = """\
code: "33"
slug: zhejiang
name: {zh: 浙江省, en: Zhejiang}
agreements:
  - unit: moe
    unit_name: {zh: 教育部名单, en: List of the Ministry of Education}
    dataset: institution
    period: "2017"
    source: {kind: local_folder, root: inbox/33-zhejiang, glob: institution/*}
    own_rows_only: true
    not_supplied:
      [uscc, organizer_type, competent_line, ownership_model, status]
"""


def prepare(home: Path, project: Path) -> None:
    """Shanghai delivers three files, Anhui's file is broken, Jiangsu's source is not there."""
    (home / "provinces").mkdir(parents=True)
    for name in ("31-shanghai", "32-jiangsu"):
        shutil.copy(project / "provinces" / f"{name}.yaml", home / "provinces")
    (home / "provinces" / "34-anhui.yaml").write_text("code: [")
    chosen = {"institution", "enrollment_plan"}
    for plan in PLANS:
        if plan.province == "31" and plan.dataset in chosen:
            target = home / "inbox" / "31-shanghai" / plan.dataset / plan.path
            target.parent.mkdir(parents=True)
            target.write_bytes(generate.make(plan)[0])


def wait(airflow) -> None:
    import time

    calm = 0
    deadline = time.monotonic() + 600
    while calm < 2:
        airflow.check_alive()
        runs = airflow.runs()
        calm = calm + 1 if runs and airflow.is_idle() else 0
        assert time.monotonic() < deadline, Counter(
            (task["dag_id"], task["task_id"], task["state"]) for task in airflow.tasks()
        )
        time.sleep(2)


@pytest.fixture(scope="module")
def ran(project, tmp_path_factory, request):
    """One Airflow for the whole module; the real list joins where it is at hand."""
    home = tmp_path_factory.mktemp("exchange")
    prepare(home, project)
    real = project.parent / "shared" / "data" / MOE_LIST
    dags = {"exchange_shanghai", "exchange_jiangsu", "exchange_anhui", "publish_institution"}
    if real.is_file():
        (home / "provinces" / "33-zhejiang.yaml").write_text(REAL_AGREEMENT)
        target = home / "inbox" / "33-zhejiang" / "institution" / "教育部名单.xls"
        target.parent.mkdir(parents=True)
        shutil.copy(real, target)
        target.with_name(target.name + ".ok").touch()
        dags.add("exchange_zhejiang")
    environment = {
        "YRDX_HOME": str(home),
        "YRDX_STORE": str(home / "store"),
        # A source that is not there is tried again; the test need not wait for minutes.
        "YRDX_RETRY_SECONDS": "1",
    }
    with running(home / "airflow", dags=project / "dags", environment=environment) as airflow:
        wait_for_dags(airflow, dags)
        airflow.unpause("publish_%")
        airflow.unpause("exchange_%")
        wait(airflow)
        states = {run["dag_id"]: run["state"] for run in airflow.runs()}
        tasks = airflow.tasks()
        addresses = listening()
    exchange = pipeline.open_exchange(Settings(home=home, store=str(home / "store")))
    return {"exchange": exchange, "states": states, "tasks": tasks, "addresses": addresses}


def listening() -> set[str]:
    """Addresses on which this process's children listen."""
    found = set()
    for one in psutil.Process().children(recursive=True):
        # A task may end between being listed and being asked.
        with suppress(psutil.NoSuchProcess):
            found |= {
                connection.laddr.ip
                for connection in one.net_connections(kind="inet")
                if connection.status == psutil.CONN_LISTEN
            }
    return found


def test_a_province_with_rejected_rows_is_a_successful_run(ran):
    assert ran["states"]["exchange_shanghai"] == "success"
    exchange = ran["exchange"]
    verdicts = {
        delivery.dataset: pipeline.newest_report(exchange, delivery).verdict
        for delivery in pipeline.deliveries(exchange, province="31")
    }
    assert verdicts == {
        "institution": Verdict.ADMITTED,
        "enrollment_plan": Verdict.ADMITTED_IN_PART,
    }


def test_admitted_rows_wake_the_publisher_of_their_dataset_and_of_no_other(ran):
    assert ran["states"]["publish_institution"] == "success"
    assert ran["states"]["publish_enrollment_plan"] == "success"
    assert "publish_enterprise" not in ran["states"]
    manifest = publication.newest(ran["exchange"].store, "enrollment_plan")
    assert {file.province for file in manifest.files} == {"31"}
    assert manifest.rows == 234


def test_a_broken_agreement_is_red_at_once_and_says_why(ran):
    (task,) = [task for task in ran["tasks"] if task["dag_id"] == "exchange_anhui"]
    assert (task["task_id"], task["state"]) == ("read_agreements", "failed")
    assert task["try_number"] == 1, "what a person must mend is not tried again"


def test_an_unreachable_source_is_tried_again_and_fails_only_its_own_dag(ran):
    assert ran["states"]["exchange_jiangsu"] == "failed"
    tasks = {task["task_id"]: task for task in ran["tasks"] if task["dag_id"] == "exchange_jiangsu"}
    assert tasks["discover"]["state"] == "success"
    assert tasks["discover"]["try_number"] == 4, "three retries, then go on without the source"
    assert tasks["sources_answer"]["state"] == "failed"


def test_the_real_list_of_the_ministry_becomes_zhejiangs_107_institutions(ran, shared_data):
    assert ran["states"]["exchange_zhejiang"] == "success"
    exchange = ran["exchange"]
    manifest = publication.newest(exchange.store, "institution")
    rows = publication.read(exchange.store, manifest).collect()
    ours = rows.filter(rows["inst_code"].str.slice(2, 2) == "33")
    assert ours.height == 107
    assert ours["uscc"].null_count() == 107, "a field that is not supplied is published as null"
    (delivery,) = pipeline.deliveries(exchange, province="33")
    report = pipeline.newest_report(exchange, delivery)
    assert report.rows.admitted == 107
    assert "uscc" in report.not_supplied
    told = json.dumps(manifest.model_dump(mode="json"))
    assert "not_supplied" in told


def test_it_listens_to_this_machine_only_and_leaves_nothing_running(ran):
    assert ran["addresses"] <= {"127.0.0.1"}
    left = [
        " ".join(one.cmdline())
        for one in psutil.Process().children(recursive=True)
        if "airflow" in " ".join(one.cmdline())
    ]
    assert left == []
