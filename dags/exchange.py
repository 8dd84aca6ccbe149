"""One Airflow DAG a province: discover what arrived, then land, check and admit each delivery."""

from typing import Any

from airflow.sdk import DAG, task, task_group

from yrdx import orchestration
from yrdx.agreements import Province
from yrdx.errors import ConfigurationError
from yrdx.orchestration import approvals, notices

DOC = """
### {zh}：接收交换数据 / Deliveries of {en}
每天查看各报送来源，逐个文件接收、校验、入库。**退回的文件是正常结果**，红色只表示系统或来源有问题。
Looks at every source, then lands, checks and admits each file. **A rejected delivery is a
successful run**; red means that a source or the exchange itself has a problem.

**Red?**
- `discover`: the store does not answer, or the agreements cannot be read. The last line of the
  log names what to mend; then clear the task.
- `sources_answer`: a source did not answer (waited for a while; the others went on) or refused
  us. Call {contact}; after it is mended trigger this DAG. Nothing is lost.
- `land`: the file changed or vanished while it was fetched. It is retried by itself; if it stays
  red, ask the partner to deliver it again.
- `check`: a rule or stage of ours broke (a *fault*); the partner is not to blame. Give the log to
  the developers; after the fix clear the task.
- `admit`: the store does not answer. Clear the task later. What somebody must approve first is
  not admitted here, and nothing waits here: see the DAG `approvals`.
- `tell`: a channel did not take a message. It is sent later, and no verdict depends on it. Pink:
  no channels are set for this province (`YRDX_CHANNELS`).

All tasks may be cleared and run again at any time: nothing is landed, admitted or published twice.
所有任务都可以随时清除重跑，不会重复接收、入库或发布。

| unit | dataset | source | due | tolerance |
| --- | --- | --- | --- | --- |
{agreements}
"""

BROKEN = """
### `provinces/` 中该省的协议文件有误 / This province's agreement file is wrong
任务日志说明了哪个文件、哪一项、怎样改。改好后 DAG 自动恢复，其他省不受影响。
The log of the only task names file, field and fix. Mend the YAML; the DAG comes back by itself.
Other provinces are not affected.
"""


def document(province: Province) -> str:
    """What the person on call should know."""
    rows = "\n".join(
        f"| {item.unit_name.zh} | `{item.dataset}` | {item.source.get('kind')} | "
        f"{item.due or '-'} | {item.tolerance:.0%} |"
        for item in province.agreements
    )
    contact = province.contact or "the province"
    return DOC.format(zh=province.name.zh, en=province.name.en, contact=contact, agreements=rows)


def draw(province: Province) -> None:
    """Draw the DAG of one province."""
    label = f"{{{{ {orchestration.NAME} }}}}"
    with DAG(
        f"exchange_{province.slug}",
        description=f"{province.name.zh} / {province.name.en}",
        doc_md=document(province),
        schedule=province.schedule,
        start_date=orchestration.START,
        catchup=False,
        max_active_runs=1,
        # The further a delivery has come, the sooner its next task: the first ones, which others
        # refer to, are published while the rest is still on its way.
        default_args={**orchestration.defaults(), "weight_rule": "upstream"},
        tags=["exchange", province.slug],
    ):

        @task
        def discover(code: str) -> list[dict[str, Any]]:
            return orchestration.discover(code)

        @task(retries=0)
        def sources_answer(unreachable: list[dict[str, Any]]) -> None:
            orchestration.sources_answer(unreachable)

        # In the order in which they were discovered: of two files for a period the newer one is the
        # later attempt, whose rows replace the other's.
        @task(map_index_template=label, max_active_tis_per_dagrun=1)
        def land(arrival: dict[str, Any]) -> dict[str, Any]:
            return orchestration.land(arrival)

        @task(map_index_template=label)
        def check(delivery: dict[str, Any]) -> dict[str, Any]:
            return orchestration.check(delivery)

        @task(map_index_template=label, outlets=[orchestration.ADMITTED, approvals.WAITING])
        def admit(checked: dict[str, Any]) -> dict[str, Any]:
            return orchestration.admit(checked)

        @task_group
        def delivery(arrival: dict[str, Any]) -> None:
            admit(check(land(arrival)))

        @task(trigger_rule="all_done")
        def tell(code: str) -> list[str]:
            return notices.tell(code, daily=False)

        arrivals = discover(province.code)
        sources_answer(arrivals["unreachable"])
        delivery.expand(arrival=arrivals) >> tell(province.code)


def draw_broken(slug: str, error: ConfigurationError) -> None:
    """Draw a DAG in the place of a province whose file is wrong: its one task says why."""
    with DAG(
        f"exchange_{slug}",
        description=f"provinces/: {error}"[:200],
        doc_md=BROKEN,
        schedule="0 6 * * *",
        start_date=orchestration.START,
        catchup=False,
        max_active_runs=1,
        default_args=orchestration.defaults(),
        tags=["exchange", "broken"],
    ):

        @task
        def read_agreements(message: str) -> None:
            raise ConfigurationError(message)

        read_agreements(str(error))


for _slug, _province in orchestration.provinces():
    if isinstance(_province, ConfigurationError):
        draw_broken(_slug, _province)
    else:
        draw(_province)
