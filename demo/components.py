"""Start Airflow's components on this machine, talk to them, and stop all that was started.

`airflow standalone` leaves its children running when it is terminated; here each component is
started in a session of its own, stopped as a group, and looked for afterwards.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil

from yrdx.preloaded import PRELOADED

COMPONENTS: Mapping[str, tuple[str, ...]] = {
    "api-server": ("api-server",),
    "scheduler": ("scheduler",),
    "dag-processor": ("dag-processor",),
}
"""What runs, by the same subcommands as in docker-compose.yaml; nothing defers: no triggerer."""

_FORKED_FROM = ("airflow.executors.local_executor", *PRELOADED)

_PATIENCE = 12.0
"""Seconds between asking a component to stop and killing it."""

Progress = Callable[[str], None]


class AirflowFailed(Exception):
    """A component ended by itself or did not become ready; the message ends with its log."""


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(kw_only=True)
class Airflow:
    """A running Airflow: where it listens, how to log in, what was started."""

    home: Path
    port: int
    username: str
    password: str
    environment: dict[str, str]
    started: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    client: httpx.Client | None = None

    @property
    def address(self) -> str:
        """The address of the web interface."""
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        """Ask the REST API."""
        return self._call("GET", path, params=query)

    def unpause(self, pattern: str) -> None:
        """Let the DAGs whose id matches run; one with a past schedule does so at once.

        Call it before tasks run: with SQLite, a request that writes an audit entry can wait for
        a task's request that waits for it, until the lock times out.
        """
        self._call("PATCH", "/dags", params={"dag_id_pattern": pattern}, json={"is_paused": False})

    def runs(self) -> list[dict[str, Any]]:
        """All runs of all DAGs, oldest first."""
        found = self.get("/dags/~/dagRuns", limit=1000, order_by="id")["dag_runs"]
        return list(found)

    def tasks(self) -> list[dict[str, Any]]:
        """All task instances of all runs."""
        found = self.get("/dags/~/dagRuns/~/taskInstances", limit=1000)
        return list(found["task_instances"])

    def import_errors(self) -> list[dict[str, Any]]:
        """DAG files that could not be parsed."""
        return list(self.get("/importErrors", limit=100)["import_errors"])

    def is_idle(self) -> bool:
        """Whether no run is under way and no asset event waits for one."""
        if any(run["state"] in ("queued", "running") for run in self.runs()):
            return False
        dags = self.get("/dags", limit=500, tags=["publish"])["dags"]
        return not any(
            self.get(f"/dags/{dag['dag_id']}/assets/queuedEvents", missing_ok=True).get(
                "queued_events"
            )
            for dag in dags
        )

    def check_alive(self) -> None:
        """Raise when a component has ended by itself."""
        for name, process in self.started.items():
            if process.poll() is not None:
                raise AirflowFailed(
                    f"airflow {name} ended with {process.returncode}:\n{self.log_tail(name)}"
                )

    def log_tail(self, name: str, lines: int = 30) -> str:
        """The end of a component's log."""
        log = self.home / "logs" / f"{name}.log"
        text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    def _call(self, method: str, path: str, **how: Any) -> dict[str, Any]:
        if self.client is None:
            raise AirflowFailed("nobody has logged in yet")
        params = how.get("params") or {}
        missing_ok = params.pop("missing_ok", False)
        answer = self.client.request(method, f"{self.address}/api/v2{path}", **how)
        if answer.status_code == httpx.codes.NOT_FOUND and missing_ok:
            return {}
        if answer.is_error:
            raise AirflowFailed(f"{method} {path} answered {answer.status_code}: {answer.text}")
        return dict(answer.json())


def environment_of(home: Path, *, dags: Path, port: int) -> dict[str, str]:
    """The environment of a small Airflow that needs no server beside itself.

    Measured: without the heartbeat setting a finished task holds its slot for five seconds;
    without the timeout SQLite gives up after five seconds of waiting for a lock; what is loaded
    before workers are forked is not loaded again by each task.
    """
    return {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__MAX_ACTIVE_TASKS_PER_DAG": "2",
        "AIRFLOW__SCHEDULER__MP_START_METHOD": "forkserver",
        "AIRFLOW__SCHEDULER__MP_FORKSERVER_PRELOAD": ",".join(_FORKED_FROM),
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "True",
        "AIRFLOW__CORE__DEFAULT_TIMEZONE": "Asia/Shanghai",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "AIRFLOW__CORE__FERNET_KEY": "",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "admin:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / "passwords.json"),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db?timeout=30",
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{port}",
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API__MAXIMUM_PAGE_LIMIT": "1000",
        "AIRFLOW__API__SECRET_KEY": secrets.token_hex(32),
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(32),
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "10",
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.2",
        "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "INFO",
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
        "PYTHONUNBUFFERED": "1",
    }


@contextmanager
def running(
    home: Path, *, dags: Path, environment: Mapping[str, str], progress: Progress = print
) -> Iterator[Airflow]:
    """A fresh Airflow in `home`, ready for runs; nothing of it is left afterwards."""
    (home / "logs").mkdir(parents=True, exist_ok=True)
    port, password = free_port(), secrets.token_urlsafe(12)
    airflow = Airflow(
        home=home,
        port=port,
        username="admin",
        password=password,
        environment={**_inherited(), **environment_of(home, dags=dags, port=port), **environment},
    )
    passwords = home / "passwords.json"
    passwords.write_text(json.dumps({"admin": password}), encoding="utf-8")
    passwords.chmod(0o600)
    try:
        progress("preparing the metadata database")
        _migrate(airflow)
        progress("starting api-server, scheduler and dag-processor")
        for name, command in COMPONENTS.items():
            _start(airflow, name, command)
        _wait_until_ready(airflow)
        yield airflow
    finally:
        with _undisturbed():
            left = stop(airflow)
        if left:
            progress(f"still running after SIGKILL: {left}")


@contextmanager
def _undisturbed() -> Iterator[None]:
    """A second Ctrl-C must not stop the stopping: it takes seconds, not minutes."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, signal.SIG_IGN) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _inherited() -> dict[str, str]:
    """Our own environment without the settings of another Airflow or exchange."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AIRFLOW_", "YRDX_"))
    }


def _command(arguments: Sequence[str]) -> list[str]:
    command = [sys.executable, "-m", "airflow", *arguments]
    if arguments[0] == "scheduler":
        # Logs are read from the disk here; the log server would listen on every interface.
        command.append("--skip-serve-logs")
    return command


def _migrate(airflow: Airflow) -> None:
    _start(airflow, "migrate", ("db", "migrate"))
    process = airflow.started["migrate"]
    if process.wait(timeout=180) != 0:
        raise AirflowFailed(f"airflow db migrate failed:\n{airflow.log_tail('migrate')}")
    del airflow.started["migrate"]


def _start(airflow: Airflow, name: str, arguments: Sequence[str]) -> None:
    with (airflow.home / "logs" / f"{name}.log").open("wb") as log:
        airflow.started[name] = subprocess.Popen(  # noqa: S603 - our own commands
            _command(arguments),
            env=airflow.environment,
            cwd=airflow.home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _wait_until_ready(airflow: Airflow, patience: float = 180) -> None:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        airflow.check_alive()
        with suppress(httpx.TransportError):
            if airflow.client is None:
                airflow.client = _log_in(airflow)
            health = airflow.get("/monitor/health")
            parts = ("metadatabase", "scheduler", "dag_processor")
            if all(health[part]["status"] == "healthy" for part in parts):
                return
        time.sleep(0.5)
    raise AirflowFailed(
        f"Airflow was not ready after {patience:.0f} s:\n{airflow.log_tail('api-server')}"
    )


def _log_in(airflow: Airflow) -> httpx.Client:
    client = httpx.Client(timeout=60, trust_env=False)
    try:
        answer = client.post(
            f"{airflow.address}/auth/token",
            json={"username": airflow.username, "password": airflow.password},
        )
        answer.raise_for_status()
    except httpx.HTTPError:
        client.close()
        raise
    client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return client


def wait_for_dags(airflow: Airflow, expected: set[str], patience: float = 120) -> None:
    """Wait until the dag-processor has parsed all of `expected`."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        airflow.check_alive()
        if errors := airflow.import_errors():
            raise AirflowFailed(f"{errors[0]['filename']}:\n{errors[0]['stack_trace']}")
        if expected <= {dag["dag_id"] for dag in airflow.get("/dags", limit=500)["dags"]}:
            return
        time.sleep(0.5)
    raise AirflowFailed(f"not all of {sorted(expected)} were parsed in {patience:.0f} s")


def stop(airflow: Airflow) -> list[str]:
    """Stop all that was started, harder and harder; gives what could not be stopped."""
    if airflow.client is not None:
        airflow.client.close()
        airflow.client = None
    family: dict[int, psutil.Process] = {}
    for process in airflow.started.values():
        with suppress(psutil.NoSuchProcess):
            parent = psutil.Process(process.pid)
            family.update({one.pid: one for one in [parent, *parent.children(recursive=True)]})
    for process in airflow.started.values():
        _signal(process.pid, signal.SIGTERM)
    # A killed component's children live on: whoever was ever of the family has to go.
    _, alive = psutil.wait_procs(family.values(), timeout=_PATIENCE)
    for process in airflow.started.values():
        _signal(process.pid, signal.SIGKILL)
    for one in alive:
        with suppress(psutil.NoSuchProcess):
            one.kill()
    _, alive = psutil.wait_procs(family.values(), timeout=5)
    for process in airflow.started.values():
        process.poll()
    left = [one for one in alive if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
    airflow.started.clear()
    return [f"{one.pid} {' '.join(one.cmdline())}" for one in left]


def _signal(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
