"""Airflow glue: how provinces and datasets become DAGs, and verbs become tasks.

The only package of the machinery that imports Airflow. DAG files are parsed again and again, so
nothing heavy is imported above; what a task needs is imported when it runs.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.sdk import (
    Asset,
    AssetAlias,
    ExceptionRetryPolicy,
    RetryAction,
    RetryRule,
    get_current_context,
)
from airflow.sdk.exceptions import AirflowSkipException
from croniter import croniter  # type: ignore[import-untyped]

from yrdx import catalogue, process
from yrdx.agreements import Province, load_province, province_files
from yrdx.errors import (
    ConfigurationError,
    PermanentError,
    SourceRefused,
    SourceUnavailable,
    TransientError,
)
from yrdx.settings import TIMEZONE, Settings

if TYPE_CHECKING:
    from yrdx.model import Delivery
    from yrdx.pipeline import Arrival, Exchange

log = logging.getLogger(__name__)

START = datetime(2025, 1, 1, tzinfo=TIMEZONE)
"""Start of every DAG; also tells Airflow the clock by which schedules are meant."""

ADMITTED = AssetAlias("admitted")
"""What `admit` announces: resolved at run time to the asset of the delivery's dataset."""

NAME = "delivery_name"
"""Name in a task's context by which the UI labels a mapped task."""

_PLAIN, _NOT_PLAIN = re.compile(r"[a-z0-9_-]+"), re.compile(r"[^A-Za-z0-9_.-]")
"""What slugs are made of, and what Airflow does not take in the id of a DAG."""

_MOST_AT_ONCE = 500
"""Deliveries of one run; Airflow maps at most 1,024. The next run takes what is left."""


@cache
def drawn_with() -> Settings:
    """The settings that DAGs are drawn with: read once for all of them, because it takes long."""
    return Settings.load()


def provinces() -> Iterator[tuple[str, Province | ConfigurationError]]:
    """Each file in `provinces/`: a name of its own, with the province or what is wrong with it.

    The name is the slug, where no other file has it. Raises `ConfigurationError` when there is no
    file: else all exchanges would be gone, and nothing red.
    """
    folder = drawn_with().provinces
    right: dict[str, Province] = {}
    wrong: list[tuple[Path, ConfigurationError]] = []
    for path in province_files(folder):
        try:
            province = _schedulable(load_province(path))
        except ConfigurationError as error:
            wrong.append((path, error))
            continue
        if right.setdefault(province.slug, province) is not province:
            first = right[province.slug].filename
            told = f"{path.name}: slug {province.slug!r} is that of {first}; give it another"
            wrong.append((path, ConfigurationError(told)))
    if not right and not wrong:
        raise ConfigurationError(
            f"{folder} holds no province: expected <code>-<slug>.yaml for each; is YRDX_HOME the "
            "folder that holds provinces/?"
        )
    yield from right.items()
    for path, reason in wrong:
        slug = path.stem.partition("-")[2]
        is_free = _PLAIN.fullmatch(slug) and slug not in right
        yield slug if is_free else _NOT_PLAIN.sub("_", path.stem), reason


def _schedulable(province: Province) -> Province:
    if not croniter.is_valid(province.schedule):
        raise ConfigurationError(
            f"{province.code}-{province.slug}.yaml: schedule {province.schedule!r} is no cron "
            f"expression; write five fields as in '0 6 * * *' (daily at 6:00, Shanghai time)"
        )
    return province


def datasets() -> tuple[str, ...]:
    """Names of all datasets, from file names: a broken schema is still drawn."""
    return catalogue.dataset_names()


def admitted(dataset: str) -> Asset:
    """Good rows of `dataset` wait to be published."""
    return Asset(name=f"admitted_{dataset}", uri=f"yrdx://admitted/{dataset}", group="yrdx")


def published(dataset: str) -> Asset:
    """`dataset` has a new snapshot."""
    return Asset(name=f"published_{dataset}", uri=f"yrdx://published/{dataset}", group="yrdx")


def defaults() -> dict[str, Any]:
    """`default_args` of every DAG: an owner, and retries by error class."""
    return {
        "owner": "yrdx",
        "retries": 3,
        "retry_delay": timedelta(seconds=drawn_with().retry_seconds),
        "retry_exponential_backoff": 2.0,
        "max_retry_delay": timedelta(minutes=15),
        "retry_policy": ExceptionRetryPolicy(
            rules=[
                RetryRule(
                    exception=PermanentError,
                    action=RetryAction.FAIL,
                    reason="a person must act; trying again changes nothing",
                ),
                RetryRule(
                    exception=TransientError,
                    action=RetryAction.RETRY,
                    reason="may succeed later",
                ),
            ],
        ),
    }


def discover(code: str) -> list[dict[str, Any]]:
    """What has arrived in a province; sources that do not answer go to `sources_answer`.

    While tries are left, one that may answer later is waited for; after that the deliveries of
    the others go on without it.
    """
    from yrdx import pipeline

    exchange = open_exchange()
    found = pipeline.discover(exchange, exchange.province(code))
    silent = [item.model_dump(mode="json") for item in found.unreachable]
    task = get_current_context()["ti"]
    waiting = [item for item in found.unreachable if item.is_transient]
    if waiting and task.try_number <= task.max_tries:
        raise SourceUnavailable("; ".join(f"{item.dataset}: {item.error}" for item in waiting))
    task.xcom_push(key="unreachable", value=silent)
    if len(found.arrivals) > _MOST_AT_ONCE:
        log.warning("%d arrivals; this run takes %d", len(found.arrivals), _MOST_AT_ONCE)
    return [item.model_dump(mode="json") for item in found.arrivals[:_MOST_AT_ONCE]]


def sources_answer(unreachable: list[dict[str, Any]]) -> None:
    """Turn red when a source could not be listed; the other sources' deliveries went on."""
    if not unreachable:
        return
    told = "; ".join(f"{item['unit']}/{item['dataset']}: {item['error']}" for item in unreachable)
    # What may answer later was waited for by `discover`: now a person should know.
    kind = SourceUnavailable if any(item["is_transient"] for item in unreachable) else SourceRefused
    raise kind(f"{len(unreachable)} source(s) could not be listed: {told}")


def land(arrival: Mapping[str, Any]) -> dict[str, Any]:
    """Land one arrival; gives the delivery."""
    from yrdx import pipeline

    exchange, arrived = open_exchange(), pipeline.Arrival.model_validate(arrival)
    context = get_current_context()
    _label(context, arrived)
    run = context["dag_run"]
    province = exchange.province(arrived.province)
    received_at = (run.start_date or run.run_after).astimezone(TIMEZONE)
    delivery = pipeline.land(exchange, province, arrived, received_at=received_at)
    log.info("landed %s, %d bytes, sha256 %s", delivery.filename, delivery.size, delivery.sha256)
    return delivery.model_dump(mode="json")


def check(delivery: Mapping[str, Any]) -> dict[str, Any]:
    """Check one delivery; gives the report's key, the verdict and the counts."""
    # Before polars is loaded, or it would not hear of it.
    process.prepare()
    from yrdx import pipeline
    from yrdx.store import layout

    exchange, landed = open_exchange(), _delivery(delivery)
    report = pipeline.check(exchange, landed)
    if report.verdict is None:
        faults = "; ".join(f"{fault.stage}: {fault.message}" for fault in report.faults)
        raise TransientError(
            f"{landed.filename} could not be judged, {len(report.faults)} fault(s) of ours: "
            f"{faults}; when trying again does not help, mend the stage and clear this task"
        )
    log.info("%s: %s, %s", landed.filename, report.verdict, report.rows)
    digest = report.versions.digest
    return {
        "report": layout.checked(report.delivery, rules_digest=digest, name="report.json"),
        "receipt": layout.checked(report.delivery, rules_digest=digest, name="receipt.html"),
        "filename": landed.filename,
        "dataset": landed.dataset,
        "verdict": report.verdict.value,
        "rows": {"read": report.rows.read, "admitted": report.rows.admitted},
    }


def admit(checked: Mapping[str, Any]) -> dict[str, Any]:
    """Admit the good rows of a judged delivery, and announce them when there are any."""
    from yrdx import pipeline
    from yrdx.model import Report
    from yrdx.store import layout

    exchange, context = open_exchange(), get_current_context()
    report = Report.model_validate_json(exchange.store.get(checked["report"]))
    _label(context, report.delivery)
    admission = pipeline.admit(exchange, report)
    if pipeline.is_waiting(exchange, report):
        from yrdx.orchestration.approvals import WAITING, waiting_deliveries

        log.info("%s waits for approval", report.delivery.filename)
        context["outlet_events"][WAITING].add(
            waiting_deliveries(), extra={"report": checked["report"]}
        )
        return {"admission": None, "rows": 0}
    later = pipeline.superseded_by(exchange, report) if report.needs_approval else None
    if admission is None and later is not None:
        log.info("%s was superseded by attempt %s", report.delivery.filename, later.attempt)
        return {"admission": None, "rows": 0}
    if admission is None:
        log.info("%s was %s: nothing to admit", report.delivery.filename, report.verdict)
        return {"admission": None, "rows": 0}
    digest = report.versions.digest
    event: dict[str, Any] = {
        "admission": layout.admitted(report.delivery, rules_digest=digest, name="admission.json"),
        "province": report.delivery.province,
        "period": report.delivery.period,
        "rows": admission.rows,
    }
    context["outlet_events"][ADMITTED].add(admitted(report.delivery.dataset), extra=event)
    return event


def publish(dataset: str) -> dict[str, Any]:
    """Publish what was admitted; skipped when nothing is new since the newest snapshot."""
    from yrdx import pipeline, publication
    from yrdx.store import layout

    exchange = open_exchange()
    manifest = pipeline.publish(exchange, dataset)
    if manifest is None and get_current_context()["ti"].try_number > 1:
        # The try before may have been killed between publishing and telling anybody.
        manifest = publication.newest(exchange.store, dataset)
    if manifest is None:
        raise AirflowSkipException(f"nothing new for {dataset} since its newest snapshot")
    key = layout.manifest(dataset, manifest.version)
    outlet = get_current_context()["outlet_events"][published(dataset)]
    outlet.extra = {"manifest": key, "version": manifest.version}
    return {"manifest": key, "version": manifest.version, "rows": manifest.rows}


def sweep_expired() -> list[str]:
    """Remove what has outlived its retention; gives one line for each thing removed."""
    from yrdx import pipeline

    swept = pipeline.sweep_expired(open_exchange(), today=_now().date())
    return [f"{item.reason} {item.dataset} {item.what} ({item.size} bytes)" for item in swept]


def sweep_orphans() -> list[str]:
    """Remove what killed tasks left half written."""
    from yrdx import pipeline

    return list(pipeline.sweep_orphans(open_exchange(), now=_now()))


def overdue(code: str) -> list[dict[str, Any]]:
    """The agreements of a province that are overdue; a warning each, never an error."""
    from dataclasses import asdict

    from yrdx import pipeline

    exchange = open_exchange()
    late = pipeline.overdue(exchange, exchange.province(code), today=_now().date())
    for item in late:
        log.warning("%s (%s): %s was due %s", item.dataset, item.unit, item.period, item.due)
    return [{**asdict(item), "due": item.due.isoformat()} for item in late]


def open_exchange() -> Exchange:
    """The exchange by the settings of this process."""
    from yrdx import pipeline

    return pipeline.open_exchange(Settings.load())


def run_day() -> date:
    """The day on which the run was due, by the clock of the exchange."""
    return _now().date()


def _delivery(landed: Mapping[str, Any]) -> Delivery:
    from yrdx.model import Delivery

    delivery = Delivery.model_validate(landed)
    _label(get_current_context(), delivery)
    return delivery


def _now() -> datetime:
    """When the run was due: the same on every retry."""
    return get_current_context()["dag_run"].run_after.astimezone(TIMEZONE)


def _label(context: Any, of: Arrival | Delivery) -> None:
    name = getattr(of, "filename", None) or of.offer.path  # type: ignore[union-attr]
    context[NAME] = f"{of.dataset} {name}"
