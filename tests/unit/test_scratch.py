"""What a verb worked on is gone when it ends, and soon when it was killed."""

import signal
import subprocess
import sys

import pytest

from yrdx.pipeline.scratch import scratch
from yrdx.store import locks

pytestmark = pytest.mark.skipif(not locks.ARE_THERE, reason="there are no locks on this system")

AT_WORK = """
import sys, time
from pathlib import Path
from yrdx.pipeline.scratch import scratch
with scratch(Path(sys.argv[1])) as folder:
    (folder / "original").write_text("what a partner delivered")
    print("at work", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def at_work(tmp_path):
    """A process that works in a scratch folder below `tmp_path`."""
    process = subprocess.Popen(
        [sys.executable, "-c", AT_WORK, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "at work\n"
    yield process
    process.kill()
    process.communicate()


def test_a_folder_is_gone_afterwards_whatever_happened(tmp_path):
    def break_down(folder):
        (folder / "original").touch()
        raise KeyError

    with pytest.raises(KeyError), scratch(tmp_path) as folder:
        break_down(folder)
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_goes_with_the_next_work(at_work, tmp_path):
    at_work.send_signal(signal.SIGKILL)
    at_work.wait()
    assert [path.name for path in tmp_path.glob("*/*")] == ["original"]
    with scratch(tmp_path) as folder:
        assert list(tmp_path.iterdir()) == [folder]
    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_a_process_that_is_at_work_stays(at_work, tmp_path):
    with scratch(tmp_path):
        pass
    assert at_work.poll() is None
    assert [path.name for path in tmp_path.glob("*/*")] == ["original"]
