"""One Airflow DAG a dataset: woken when good rows were admitted, publishes a snapshot."""

from typing import Any

from airflow.sdk import DAG, task

from yrdx import orchestration
from yrdx.orchestration import approvals

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

{approval}
Clearing the task or triggering the DAG at any time is safe. 任何时候清除任务或手动触发都是安全的。
"""

APPROVAL = """
- `answer` waits until somebody approves or refuses the snapshot under *Required Actions*; red means
  that nobody did in time. Nothing was published, nothing is lost: clear `ask` to ask again. When
  more is admitted while it waits, the next run asks about all of it.
"""


def draw(name: str, *, is_approved: bool) -> None:
    """Draw the DAG of one dataset; where its snapshots are approved, a person is asked first."""
    with DAG(
        f"publish_{name}",
        description=f"Snapshot of {name}",
        doc_md=DOC.format(name=name, approval=APPROVAL if is_approved else ""),
        schedule=[orchestration.admitted(name)],
        start_date=orchestration.START,
        catchup=False,
        max_active_runs=1,
        default_args=orchestration.defaults(),
        tags=["publish", name],
    ):
        # Before any delivery: what is published sooner can be referred to sooner.
        @task(
            outlets=[orchestration.published(name)],
            priority_weight=100,
            trigger_rule="none_failed" if is_approved else "all_success",
        )
        def publish(dataset: str) -> dict[str, Any]:
            return orchestration.publish(dataset)

        if is_approved:
            ask_first(name) >> publish(name)
        else:
            publish(name)


def ask_first(name: str) -> Any:
    """Draw the tasks that ask a person; skipped when the same snapshot was decided before."""

    @task(multiple_outputs=True)
    def ask(dataset: str) -> dict[str, str]:
        return approvals.ask_about_snapshot(dataset)

    @task
    def decide(dataset: str, made_from: str, answer: dict[str, Any]) -> None:
        approvals.decide_about_snapshot(dataset, made_from, answer)

    question = ask(name)
    answer = approvals.ask_a_person(question, task_id="answer")
    return decide(name, question["made_from"], answer.output)


_approved = approvals.approved_snapshots()
for _name in orchestration.datasets():
    draw(_name, is_approved=_name in _approved)
