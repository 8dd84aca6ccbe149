"""A real Airflow puts what must be approved before a person, and goes by the answer."""

import json
import time
from pathlib import Path

import pytest
import yaml

from demo import generate
from demo.components import running, wait_for_dags
from demo.plans import PLANS
from yrdx import pipeline, publication
from yrdx.settings import Settings

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.timeout(900),
]

ASKED = {"institution", "enrollment_plan"}
ANSWER = {"chosen_options": ["批准 Approve"], "params_input": {"reason": "与上年一致，同意"}}
WAITS = "awaiting_input"
READS = 10
"""Seconds between a question and its answer."""


def prepare(home: Path, project: Path) -> None:
    """Shanghai delivers two lists that must be approved, and one that must not."""
    agreed = yaml.safe_load((project / "provinces" / "31-shanghai.yaml").read_text())
    for agreement in agreed["agreements"]:
        if agreement["dataset"] in ASKED:
            agreement["approval"] = "required"
    (home / "provinces").mkdir(parents=True)
    text = yaml.safe_dump(agreed, allow_unicode=True)
    (home / "provinces" / "31-shanghai.yaml").write_text(text, encoding="utf-8")
    for plan in PLANS:
        if plan.province == "31" and plan.dataset in ASKED | {"program_offering"}:
            target = home / "inbox" / "31-shanghai" / plan.dataset / plan.path
            target.parent.mkdir(parents=True)
            target.write_bytes(generate.make(plan)[0])


def until(airflow, is_so, seconds: float = 400) -> list[dict]:
    """All tasks, as soon as something is so of them."""
    deadline = time.monotonic() + seconds
    while True:
        airflow.check_alive()
        tasks = airflow.tasks()
        if is_so(tasks):
            return tasks
        assert time.monotonic() < deadline, [
            (task["dag_id"], task["task_id"], task["state"]) for task in tasks
        ]
        time.sleep(1)


def asked(tasks: list[dict]) -> list[dict]:
    return [task for task in tasks if task["task_id"] == "approval.answer"]


def question(airflow, task: dict) -> dict:
    return airflow.get(f"{address(task)}/hitlDetails")


def address(task: dict) -> str:
    run = f"/dags/{task['dag_id']}/dagRuns/{task['dag_run_id']}"
    return f"{run}/taskInstances/{task['task_id']}/{task['map_index']}"


@pytest.fixture(scope="module")
def ran(project, tmp_path_factory):
    """Both questions are put; that about schools is answered, the other one is not."""
    home = tmp_path_factory.mktemp("exchange")
    prepare(home, project)
    environment = {
        "YRDX_HOME": str(home),
        "YRDX_STORE": str(home / "store"),
        "YRDX_RETRY_SECONDS": "1",
        "YRDX_APPROVAL_HOURS": "0.03",
    }
    with running(home / "airflow", dags=project / "dags", environment=environment) as airflow:
        wait_for_dags(airflow, {"exchange_shanghai", "approvals", "publish_institution"})
        for pattern in ("publish_%", "approvals", "exchange_%"):
            airflow.unpause(pattern)
        tasks = until(airflow, lambda all_: WAITS in {task["state"] for task in asked(all_)})
        questions = {}
        while "institution" not in questions:
            for task in asked(tasks):
                if task["state"] == WAITS and task["id"] not in questions:
                    put = question(airflow, task)
                    name = "institution" if "院校" in put["subject"] else put["subject"]
                    questions[task["id"]] = questions[name] = {**put, "task": task}
            tasks = until(airflow, lambda all_: len(asked(all_)) > 0)
        exchange = pipeline.open_exchange(Settings(home=home, store=str(home / "store")))
        before = list(exchange.store.list("admitted/institution/"))
        # As a person would, who reads first: Airflow fails a task that is answered before its
        # scheduler has heard that the process which put the question has ended.
        time.sleep(READS)
        place = f"{address(questions['institution']['task'])}/hitlDetails"
        airflow._call("PATCH", place, json=ANSWER)
        tasks = until(
            airflow,
            lambda all_: (
                {task["state"] for task in asked(all_)} <= {"success", "failed"}
                and airflow.is_idle()
            ),
        )
        states = {run["dag_id"]: run["state"] for run in airflow.runs()}
    return {
        "exchange": exchange,
        "tasks": tasks,
        "states": states,
        "before": before,
        "question": questions["institution"],
    }


def test_the_exchange_itself_waits_for_nobody(ran):
    assert ran["states"]["exchange_shanghai"] == "success"
    names = {task["task_id"] for task in ran["tasks"] if task["dag_id"] == "exchange_shanghai"}
    assert "delivery.admit" in names
    assert not {name for name in names if "approval" in name}


def test_who_decides_sees_figures_and_where_the_receipt_is_but_no_rows(ran):
    body = ran["question"]["body"]
    assert "Good rows" in body
    assert "receipt" in body
    assert "上海市教育委员会" in body


def test_what_was_approved_is_admitted_and_published_and_who_did_it_is_kept(ran):
    exchange = ran["exchange"]
    assert ran["before"] == [], "nothing was admitted before the answer"
    (delivery,) = pipeline.deliveries(exchange, dataset="institution")
    decision = pipeline.decision_on(exchange, pipeline.newest_report(exchange, delivery))
    assert (decision.approved, decision.by, decision.reason) == (True, "admin", "与上年一致，同意")
    assert publication.newest(exchange.store, "institution").rows > 0
    receipt = json.loads(
        exchange.store.get(
            pipeline.receipt_key(
                exchange, pipeline.newest_report(exchange, delivery), name="receipt.json"
            )
        )
    )
    assert receipt["decision"]["by"] == "admin"


def test_what_needs_no_approval_is_published_without(ran):
    assert publication.newest(ran["exchange"].store, "program_offering").rows > 0


def test_a_question_nobody_answers_turns_red_admits_nothing_and_loses_nothing(ran):
    exchange = ran["exchange"]
    (red,) = [task for task in asked(ran["tasks"]) if task["state"] == "failed"]
    assert red["try_number"] == 1
    assert not list(exchange.store.list("admitted/enrollment_plan/"))
    (report,) = pipeline.waiting(exchange)
    assert report.delivery.dataset == "enrollment_plan"
    pipeline.decide(
        exchange,
        report,
        approved=True,
        by="李审批",
        at=report.delivery.received_at,
        reason="迟到的同意",
    )
    assert pipeline.admit(exchange, report).rows > 0
