"""What a worker loads before it forks tasks is there for them, and starts no thread that a fork
would lose."""

import os
import subprocess
import sys

import pytest

LOADED = """
import importlib, logging, sys, threading
logging.disable()
from airflow.providers.celery.executors.celery_executor import app
from yrdx.preloaded import PRELOADED
assert "great_expectations" not in sys.modules, "the scheduler reads these settings too"
app.loader.import_default_modules()  # what a Celery worker does before it forks its pool
for name in PRELOADED:
    assert name in sys.modules, name
assert "polars" not in sys.modules, "it starts threads"
assert threading.active_count() == 1, threading.enumerate()
"""


@pytest.mark.timeout(120)
def test_a_worker_loads_once_what_its_tasks_need_and_no_threads(tmp_path):
    pytest.importorskip("great_expectations")
    settings = {
        "AIRFLOW_HOME": str(tmp_path),
        "AIRFLOW__CELERY__BROKER_URL": "redis://127.0.0.1",
        "AIRFLOW__CELERY__CELERY_CONFIG_OPTIONS": "yrdx.orchestration.celery_config.CELERY_CONFIG",
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOADED],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
