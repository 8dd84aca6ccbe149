"""One Airflow DAG a dataset: woken when good rows were admitted, publishes a snapshot."""

from typing import Any

from airflow.sdk import DAG, task

from yrdx import orchestration

DOC = """
### 发布 `{name}` / Publish `{name}`
有新的入库数据时自动运行，生成新版本快照；没有新数据时跳过（粉色，属正常）。
Runs when good rows of `{name}` were admitted and writes the next snapshot. Skipped (pink) when
nothing is new: an earlier run has already published it.

**Red?** Readers still see the snapshot before; half a version is never visible.
- *PublishConflict*: another publisher was faster; it is retried by itself.
- *SourceUnavailable*: the object store does not answer; it is retried by itself, clear it later.
- *IntegrityError*: stored bytes do not match their digest. Do not clear; tell the developers.
- *ConfigurationError*: `schemas/{name}.py` or a file in `provinces/` is wrong; the log says where.

Clearing the task or triggering the DAG at any time is safe. 任何时候清除任务或手动触发都是安全的。
"""


def draw(name: str) -> None:
    """Draw the DAG of one dataset."""
    with DAG(
        f"publish_{name}",
        description=f"Snapshot of {name}",
        doc_md=DOC.format(name=name),
        schedule=[orchestration.admitted(name)],
        start_date=orchestration.START,
        catchup=False,
        max_active_runs=1,
        default_args=orchestration.defaults(),
        tags=["publish", name],
    ):
        # Before any delivery: what is published sooner can be referred to sooner.
        @task(outlets=[orchestration.published(name)], priority_weight=100)
        def publish(dataset: str) -> dict[str, Any]:
            return orchestration.publish(dataset)

        publish(name)


for _name in orchestration.datasets():
    draw(_name)
