"""What a worker imports once, before it forks a process for each task.

These take five seconds and more to import, most of them Great Expectations, and a process that is
forked has them for nothing. Only imports: nothing of it may start a thread of its own, because a
fork loses threads. Polars does, and whatever imports it stays out.
"""

from __future__ import annotations

PRELOADED = (
    "airflow.sdk.execution_time.task_runner",
    "yrdx.orchestration",
    "boto3",
    "great_expectations.expectations",
    "jinja2",
    "openpyxl",
    "pandas",
    "pandera",
    "xlsxwriter",
)
