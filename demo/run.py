"""`make demo`: four provinces deliver, a real Airflow collects, checks, publishes and releases.

Everything happens below `var/demo`; nothing listens beyond this machine, and nothing that was
started here is left running. `KEEP=1` leaves the web interface up until Ctrl-C.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from types import FrameType

from rich.console import Console, Group
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from demo import generate, outcome
from demo.components import Airflow, AirflowFailed, running, wait_for_dags

PROJECT = Path(__file__).resolve().parent.parent
HOME = PROJECT / "var" / "demo"
PATIENCE = 600.0
"""Seconds until a chain that does not end is given up."""
_PAUSE = 3.0
"""Seconds between two looks: each costs the machine that also does the work."""

STYLES = {
    "success": "green",
    "failed": "red",
    "running": "cyan",
    "queued": "yellow",
    "up_for_retry": "magenta",
    "skipped": "bright_black",
    "upstream_failed": "red",
}


def main() -> int:
    """Run the demonstration; gives the exit status."""
    console = Console(width=None if sys.stdout.isatty() else 140)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        return demonstrate(console)
    except KeyboardInterrupt:
        console.print("[yellow]已中断，所有进程均已停止 / interrupted, everything was stopped[/]")
        return 130
    except AirflowFailed as error:
        console.print(Text(str(error), style="red"))
        return 1


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def demonstrate(console: Console) -> int:
    """Generate, run, tell."""
    began = time.monotonic()
    console.print("[bold]长三角职业教育数据交换 · 演示 / yrdx demonstration[/]")
    home = prepare(console)
    environment = {"YRDX_HOME": str(home), "YRDX_STORE": str(home / "store")}
    os.environ.update(environment)

    def say(text: str) -> None:
        console.print(f"[dim]{time.monotonic() - began:5.0f} s[/] {text}")

    dags = PROJECT / "dags"
    with running(home / "airflow", dags=dags, environment=environment, progress=say) as airflow:
        say(f"Airflow {airflow.address}")
        red = run_chain(airflow, console)
        say("the chain has ended")
        red += make_release(airflow)
        say("released")
        outcome.tell(home, console, project=PROJECT)
        if os.environ.get("KEEP") == "1":
            stay(airflow, console)
        say("stopping")
    say("all stopped" if not red else f"{red} task(s) of ours are red, see {home / 'airflow'}")
    return 1 if red else 0


def prepare(console: Console) -> Path:
    """A fresh home with agreements and deliveries."""
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    shutil.copytree(PROJECT / "provinces", HOME / "provinces")
    with console.status("generating deliveries of four provinces / 正在生成四省市演示数据"):
        generate.generate(HOME)
    files = [path for path in (HOME / "inbox").rglob("*") if path.is_file()]
    sent = [path for path in files if path.suffix != ".ok"]
    size = sum(path.stat().st_size for path in sent) / 1e6
    console.print(f"{len(sent)} 个演示文件 / generated files, {size:.0f} MB, in {HOME / 'inbox'}")
    return HOME


def run_chain(airflow: Airflow, console: Console) -> int:
    """Let the DAGs run until nothing is left to do; gives the number of red tasks."""
    exchanges = {f"exchange_{slug}" for slug in generate.SLUGS.values()}
    publishers = {f"publish_{dataset}" for dataset in generate.TITLES}
    wait_for_dags(airflow, exchanges | publishers)
    # Publishers first: a paused DAG misses its asset's events.
    airflow.unpause("publish_%")
    airflow.unpause("exchange_%")
    deadline = time.monotonic() + PATIENCE
    calm = 0
    with Live(console=console, refresh_per_second=4, transient=not console.is_terminal) as live:
        while calm < 2:
            airflow.check_alive()
            states = task_states(airflow)
            live.update(Group(progress_table(states), Spinner("dots", airflow.address)))
            started = exchanges <= states.keys()
            calm = calm + 1 if started and airflow.is_idle() else 0
            if time.monotonic() > deadline:
                raise AirflowFailed(f"the chain did not end within {PATIENCE:.0f} s")
            time.sleep(_PAUSE)
        states = task_states(airflow)
        live.update(progress_table(states))
    if not console.is_terminal:
        console.print(progress_table(states))
    return sum(count["failed"] + count["upstream_failed"] for count in states.values())


def make_release(airflow: Airflow) -> int:
    """Let the release DAG make a release of all snapshots; gives the number of red tasks.

    It waited until here: each snapshot would have woken it, to find that more is on its way.
    """
    wait_for_dags(airflow, {"release"})
    airflow.unpause("release")
    deadline = time.monotonic() + PATIENCE
    while True:
        airflow.check_alive()
        runs = [run["state"] for run in airflow.runs() if run["dag_id"] == "release"]
        if runs and all(state in ("success", "failed") for state in runs):
            break
        if time.monotonic() > deadline:
            raise AirflowFailed(f"the release did not end within {PATIENCE:.0f} s")
        time.sleep(_PAUSE / 2)
    states = task_states(airflow)["release"]
    return states["failed"] + states["upstream_failed"]


def task_states(airflow: Airflow) -> dict[str, Counter[str]]:
    """DAG → how many of its task instances are in which state."""
    states: dict[str, Counter[str]] = {}
    for task in airflow.tasks():
        states.setdefault(task["dag_id"], Counter())[task["state"] or "waiting"] += 1
    return dict(sorted(states.items()))


def progress_table(states: dict[str, Counter[str]]) -> Table:
    """One line a DAG."""
    table = Table(box=None, pad_edge=False)
    table.add_column("DAG")
    table.add_column("任务 / tasks")
    for dag, counted in states.items():
        line = Text()
        for state, count in sorted(counted.items()):
            line.append(f"{state} {count}  ", style=STYLES.get(state, "dim"))
        table.add_row(dag, line)
    return table


def stay(airflow: Airflow, console: Console) -> None:
    """Leave everything up until the user has seen enough."""
    console.print(
        f"\n[bold]网页界面 / web interface[/]  {airflow.address}  "
        f"用户 / user [bold]{airflow.username}[/]  密码 / password [bold]{airflow.password}[/]\n"
        "按 Ctrl-C 结束 / press Ctrl-C to stop everything"
    )
    while True:
        airflow.check_alive()
        time.sleep(1)


if __name__ == "__main__":
    sys.exit(main())
