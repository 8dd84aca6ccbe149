"""The Airflow DAG in which deliveries wait for a person, so that nothing else has to."""

from typing import Any

from airflow.sdk import DAG, task, task_group

from yrdx import orchestration
from yrdx.orchestration import approvals, notices

DOC = """
### 入库审批 / Approval of deliveries
协议写有 `approval: required` 的报送，校验通过后在这里等人审批；其他报送不经过这里。请在“待办
Required Actions”中查看摘要和回执，写明意见，选择批准或不批准；结果和意见会写进发给报送单位的回执。
Deliveries whose agreement says `approval: required` wait here once they are checked; no other
delivery comes through here, and no exchange waits for it. Open *Required Actions*, read summary
and receipt, give a reason, approve or refuse: the partner reads both in the receipt.

**Red?**
- `answer`: nobody answered in time (`YRDX_APPROVAL_HOURS`). Nothing was admitted and nothing is
  lost. Clear `ask` of that delivery to ask again, or run `yrdx approve` and clear nothing.
- `ask`, `decide`, `admit`: the store does not answer. Clear the task later.
- `tell`: a channel did not take a message. It is sent later, and nothing else depends on it.

Trigger this DAG by hand to be asked about everything that still waits. Clearing any task is safe:
the first decision about a delivery stays. 清除任务是安全的：以第一次作出的决定为准。
"""

label = f"{{{{ {orchestration.NAME} }}}}"

with DAG(
    "approvals",
    description="Deliveries that a person must approve",
    doc_md=DOC,
    schedule=[approvals.waiting_deliveries()],
    start_date=orchestration.START,
    catchup=False,
    # A run waits as long as its slowest answer: others must not wait for it.
    max_active_runs=64,
    default_args=orchestration.defaults(),
    tags=["approval"],
):

    @task
    def waiting() -> list[str]:
        """List what waits for approval."""
        return approvals.waiting()

    @task(multiple_outputs=True, map_index_template=label)
    def ask(report: str) -> dict[str, str]:
        """Put together the question; skipped when it was decided meanwhile."""
        return approvals.ask(report)

    @task(map_index_template=label)
    def decide(report: str, answer: dict[str, Any]) -> dict[str, Any]:
        """Take down the answer, and issue the receipt again with it."""
        return approvals.decide(report, answer)

    @task(map_index_template=label, outlets=[orchestration.ADMITTED, approvals.WAITING])
    def admit(decided: dict[str, Any]) -> dict[str, Any]:
        """Admit what was approved."""
        return orchestration.admit(decided)

    @task(map_index_template=label)
    def tell(report: str) -> list[str]:
        """Tell the province; skipped where it has no channels."""
        return notices.tell_about(report)

    @task_group
    def approval(report: str) -> None:
        """One delivery: ask, wait, take down, admit, tell."""
        answer = approvals.ask_a_person(ask(report), task_id="answer")
        admit(decide(report, answer.output)) >> tell(report)

    approval.expand(report=waiting())
