"""Settings of Celery, for `AIRFLOW__CELERY__CELERY_CONFIG_OPTIONS`: Airflow's own, and one more.

A worker imports what `imports` names before it forks its pool; the scheduler reads the same
settings and imports nothing of it.
"""

from __future__ import annotations

from typing import Any

from airflow.providers.celery.executors.default_celery import DEFAULT_CELERY_CONFIG

from yrdx.preloaded import PRELOADED

CELERY_CONFIG: dict[str, Any] = {**DEFAULT_CELERY_CONFIG, "imports": PRELOADED}
