"""The daily Airflow DAG that keeps the house: retention, orphans, who is overdue, notices."""

from typing import Any

from airflow.sdk import DAG, task

from yrdx import orchestration
from yrdx.errors import ConfigurationError
from yrdx.orchestration import notices

DOC = """
### 日常维护 / Housekeeping
每天一次：删除超过保存期限的内容（docs/retention.md），清理被中断的任务留下的残余，列出逾期未报的协议。
Once a day: removes what has outlived its time of keeping (`YRDX_KEEP_…`, docs/retention.md;
`yrdx retain` shows it beforehand; what a release pins stays), removes what killed tasks left half
written, and lists agreements whose due day has passed.

- `overdue` is never red because of a partner: its result (XCom) and its warnings in the log name
  unit, dataset and due day. Call the unit named there. 逾期名单见任务返回值和日志中的警告。
- `compare` compares the newest snapshots of provinces and writes each its notice. 跨省对照。
- `tell` sends what is new: who is overdue, what disagrees, and all that channels want once a day.
  Red: a channel did not take it; it is sent later, and nothing else depends on it. Pink: no
  channels are set (`YRDX_CHANNELS`). 通知未送达不影响任何校验结论。
- Any other red task means that the object store does not answer or refuses us. Clear it when
  mended; all tasks may run again at any time.
"""

with DAG(
    "housekeeping",
    description="Retention, orphans, overdue agreements",
    doc_md=DOC,
    schedule="30 4 * * *",
    start_date=orchestration.START,
    catchup=False,
    max_active_runs=1,
    default_args=orchestration.defaults(),
    tags=["housekeeping"],
):

    @task
    def sweep_expired() -> list[str]:
        """Remove landed bytes and snapshots that have outlived their retention."""
        return orchestration.sweep_expired()

    @task
    def sweep_orphans() -> list[str]:
        """Remove what killed tasks left half written."""
        return orchestration.sweep_orphans()

    @task(map_index_template="{{ task.op_kwargs['code'] }}")
    def overdue(code: str) -> list[dict[str, Any]]:
        """List the overdue agreements of one province."""
        return orchestration.overdue(code)

    @task
    def compare() -> dict[str, int]:
        """Count where provinces disagree, and write each its notice."""
        return notices.compare()

    @task(map_index_template="{{ task.op_kwargs['code'] }}", trigger_rule="all_done")
    def tell(code: str) -> list[str]:
        """Send what is new about one province."""
        return notices.tell(code, daily=True)

    codes = [
        province.code
        for _, province in orchestration.provinces()
        if not isinstance(province, ConfigurationError)
    ]
    sweep_expired()
    sweep_orphans()
    [overdue.expand(code=codes), compare()] >> tell.expand(code=codes)
