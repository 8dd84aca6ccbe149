"""Stopping the demonstration by the signal of Ctrl-C."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
DEMO = """
import time
from demo import run

def stay(console):
    console.print("up")
    while True:
        time.sleep(0.1)

run.demonstrate = stay
raise SystemExit(run.main())
"""


def test_a_demo_started_in_the_background_of_a_shell_can_be_interrupted() -> None:
    """Such a shell makes its jobs ignore SIGINT, which Python would go on ignoring."""
    command = [sys.executable, "-c", DEMO]
    ignored = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as demo:
            assert demo.stdout is not None
            assert demo.stdout.readline().strip() == "up"
            demo.send_signal(signal.SIGINT)
            try:
                told, _ = demo.communicate(timeout=30)
            finally:
                demo.kill()
    finally:
        signal.signal(signal.SIGINT, ignored)
    assert demo.returncode == 130
    assert "所有进程均已停止" in told
