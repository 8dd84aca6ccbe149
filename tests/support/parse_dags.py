"""Parse the DAG files as Airflow does, and tell on standard output what came of it."""

import json
import sys
import time

import airflow.sdk  # noqa: F401 - its import is not counted
from airflow.dag_processing.dagbag import DagBag

CLASSES = ("PermanentError", "SourceRefused", "SourceUnavailable", "PublishConflict")


def decide(task) -> dict[str, str]:
    from yrdx import errors

    policy = task.retry_policy
    return {
        name: policy.evaluate(getattr(errors, name)("x"), 1, task.retries).action.value
        for name in CLASSES
    }


began = time.process_time()
bag = DagBag(dag_folder=sys.argv[1])
seconds = time.process_time() - began
loaded = sorted({"polars", "pandera", "pyarrow", "boto3"} & sys.modules.keys())
told = {
    dag.dag_id: {
        "doc": dag.doc_md or "",
        "tags": sorted(dag.tags),
        "timezone": str(dag.timezone),
        "schedule": dag.timetable.summary if hasattr(dag.timetable, "summary") else "",
        "tasks": {
            task.task_id: {
                "owner": task.owner,
                "retries": task.retries,
                "at_once": task.max_active_tis_per_dagrun,
                "decisions": decide(task),
                "after": sorted(task.upstream_task_ids),
            }
            for task in dag.tasks
        },
    }
    for dag in bag.dags.values()
}
answer = {"seconds": seconds, "loaded": loaded, "errors": dict(bag.import_errors), "dags": told}
print("ANSWER " + json.dumps(answer))
