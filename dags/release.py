"""The Airflow DAG that makes a release of the snapshots that fit together."""

from typing import Any

from airflow.sdk import DAG, task

from yrdx import orchestration
from yrdx.orchestration import approvals, releases

DOC = """
### 发布批次 / Releases
有新快照时自动运行（每天 8:30 再查一遍）：计算衍生数据集，核对跨数据集、跨省规则，与前几版比较，没有
异常就发布一个批次。还有文件在校验或等待发布时不运行（粉色，属正常），最后一个快照会再次唤醒它。
Runs when there are new snapshots, and once a day: derives, judges all snapshots together, holds
them against earlier versions, and releases them. Skipped (pink) while more is on its way: the last
snapshot wakes it again. Skipped too when nothing is new.

**有事项需专人确认 Something stops it?** 请在“待办 Required Actions”中打开 `answer`，查看预览，写明
理由，选择批准或不批准；理由会公开。Open `answer` under *Required Actions*, read the preview, give a
reason (it is published), and let it pass or refuse. Readers keep the release before meanwhile.

**Red?**
- `answer`: nobody answered in time (`YRDX_APPROVAL_HOURS`). Nothing was released, nothing is lost:
  clear `release` to ask again, or run `yrdx release confirm` and then `yrdx release create`.
- `derive`: *DerivedRowsAreWrong* means that a derivation of ours is wrong: give the log to the
  developers. Nothing was published of it, and there is no release until it is mended.
- `release`, `confirm`: a rule of ours broke (the log names it), or the store does not answer, which
  is retried by itself. *PublishConflict*: somebody else released at the same time; clear it.

Clearing any task is safe: the same snapshots make no second release, and the first decision about
a proposal stays. 任何任务都可以清除重跑：同样的快照不会发布两次，以第一次作出的决定为准。
"""

with DAG(
    "release",
    description="Snapshots that fit together, as a release",
    doc_md=DOC,
    schedule=releases.woken_by(),
    start_date=orchestration.START,
    catchup=False,
    # A run that waits for a person must not hold up what comes after it.
    max_active_runs=8,
    default_args=orchestration.defaults(),
    tags=["release"],
):

    @task.short_circuit
    def settled() -> bool:
        """Go on only when nothing more is on its way."""
        return releases.is_settled()

    @task
    def derive() -> dict[str, str]:
        """Derive and publish the exchange's own datasets."""
        return releases.derive()

    @task(outlets=[releases.RELEASED])
    def release() -> dict[str, Any]:
        """Make the release, or say what a person has to be asked."""
        return releases.release()

    @task(multiple_outputs=True)
    def ask(made: dict[str, Any]) -> dict[str, str]:
        """Give the question; skipped when nothing stopped the release."""
        return releases.ask(made)

    @task(outlets=[releases.RELEASED])
    def confirm(made_from: str, answer: dict[str, Any]) -> dict[str, Any]:
        """Take down the answer, and make the release where it may pass."""
        return releases.confirm(made_from, answer)

    made = release()
    settled() >> derive() >> made
    question = ask(made)
    answer = approvals.ask_a_person(question, task_id="answer")
    confirm(question["made_from"], answer.output)
