"""What a store in a directory promises beyond the port: plain files, and no trace of a crash."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import duckdb
import polars as pl
import pytest

from tests.support.objects import sha256
from yrdx.errors import ConfigurationError
from yrdx.settings import Settings
from yrdx.store import open_store, open_to_read
from yrdx.store.local import LocalStore
from yrdx.store.port import ObjectStore


@pytest.fixture
def crash_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder for many small files, in memory where the system has such a place."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


class TestTheDirectory:
    def test_objects_are_plain_files_that_duckdb_and_polars_can_glob(
        self, store_local: ObjectStore, tmp_path: Path
    ) -> None:
        for province in ("31", "33"):
            path = tmp_path / f"{province}.parquet"
            pl.DataFrame({"rows": [1, 2]}).write_parquet(path)
            key = f"published/d/v1/data/period=2025/province={province}/part-0000.parquet"
            store_local.put_if_absent(key, path)
        glob = store_local.uri("published") + "/**/*.parquet"
        counted = duckdb.sql(f"select province, sum(rows) s from '{glob}' group by 1 order by 1")
        assert [(int(province), rows) for province, rows in counted.fetchall()] == [
            (31, 3),
            (33, 3),
        ]
        assert pl.scan_parquet(store_local.uri("published") + "/").collect().height == 4

    def test_an_object_beside_a_folder_of_its_name_is_refused(
        self, store_local: ObjectStore
    ) -> None:
        store_local.put_if_absent("a/b.json", b"1")
        with pytest.raises(ValueError, match="both an object and a folder"):
            store_local.put_if_absent("a", b"1")
        with pytest.raises(ValueError, match="both an object and a folder"):
            store_local.put_if_absent("a/b.json/c", b"1")

    @pytest.mark.parametrize("step", ["put", "replace", "copy", "delete"])
    def test_a_crash_at_any_line_leaves_nothing_or_the_whole(
        self, crash_folder: Path, step: str
    ) -> None:
        from tests.support.crash_local_store import KEY, NEW, OLD
        from yrdx.store.local import open_local

        root = crash_folder / "store"
        before = open_local(root)
        before.put_if_absent("source.bin", NEW)
        if step in ("replace", "delete"):
            before.put_if_absent(KEY, OLD)
        outcomes = crash_everywhere(root, step, crash_folder / "outcomes")
        assert outcomes[-1][1] == "done"
        assert sum(fate == "died" for _, fate in outcomes) > 20
        kept = {"put": None, "copy": None, "replace": OLD, "delete": OLD}[step]
        final = {"put": NEW, "copy": NEW, "replace": NEW, "delete": None}[step]
        seen = set()
        for left_behind, _ in outcomes:
            store = open_local(left_behind)
            found = store.get(KEY) if store.head(KEY) else None
            seen.add(found)
            assert found in (kept, final)
            assert {one.key for one in store.list("")} - {KEY} == {"source.bin"}
            assert list((left_behind / ".yrdx/tmp").iterdir()) == []
            redo(store, step)
            assert (store.get(KEY) if store.head(KEY) else None) == final
        assert seen == {kept, final}

    def test_writers_in_other_processes_are_kept_apart(self, store_local: ObjectStore) -> None:
        script = (
            "import sys, hashlib\n"
            "from pathlib import Path\n"
            "from yrdx.errors import PublishConflict\n"
            "from yrdx.store.local import open_local\n"
            "store, me = open_local(Path(sys.argv[1])), sys.argv[2].encode()\n"
            "sys.stdin.read()\n"
            "for number in range(20):\n"
            "    try:\n"
            "        store.put_if_absent(f'once/{number}.bin', me * 50000)\n"
            "        print('put', number)\n"
            "    except PublishConflict:\n"
            "        pass\n"
            "for _ in range(20):\n"
            "    while True:\n"
            "        now = store.get('counter.json')\n"
            "        try:\n"
            "            new = b'%d' % (int(now) + 1) + b' ' * len(me)\n"
            "            was = hashlib.sha256(now).hexdigest()\n"
            "            store.replace_if_match('counter.json', new, expected=was)\n"
            "            break\n"
            "        except PublishConflict:\n"
            "            continue\n"
        )
        store_local.put_if_absent("counter.json", b"0")
        root = cast(LocalStore, store_local).root
        processes = [
            subprocess.Popen(
                [sys.executable, "-c", script, str(root), "x" * number],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for number in (1, 2, 3)
        ]
        for process in processes:
            assert process.stdin is not None
            process.stdin.close()
            process.stdin = None
        said_put = [line for one in processes for line in one.communicate()[0].splitlines()]
        assert [one.returncode for one in processes] == [0, 0, 0]
        assert sorted(said_put) == sorted(f"put {number}" for number in range(20))
        assert int(store_local.get("counter.json")) == 60

    def test_a_full_disk_is_our_trouble_and_leaves_nothing(self, tmp_path: Path) -> None:
        script = (
            "import resource, sys\n"
            "from pathlib import Path\n"
            "from yrdx.errors import SourceUnavailable\n"
            "from yrdx.store.local import open_local\n"
            "store = open_local(Path(sys.argv[1]))\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
            "try:\n"
            "    store.put_if_absent('big.bin', bytes(5000))\n"
            "except SourceUnavailable as error:\n"
            "    assert 'EFBIG' in str(error)\n"
            "    print([one.key for one in store.list('')], store.head('big.bin'))\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", script, str(tmp_path / "store")],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.stdout, done.stderr) == ("[] None\n", "")

    def test_a_place_that_cannot_hold_a_store_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(ConfigurationError, match="YRDX_STORE"):
            open_store(Settings(home=tmp_path, store="file"))

    @pytest.mark.parametrize("place", ["oss://exchange", "S3://exchange/a", "file:///data/store"])
    @pytest.mark.parametrize("opened", [open_store, open_to_read])
    def test_an_address_is_not_taken_for_a_folder_of_that_name(
        self, tmp_path: Path, place: str, opened: Callable[[Settings], ObjectStore]
    ) -> None:
        with pytest.raises(ConfigurationError, match="s3://bucket"):
            opened(Settings(home=tmp_path, store=place))
        assert list(tmp_path.iterdir()) == []

    def test_opening_leaves_alone_what_a_living_writer_is_writing(
        self, store_local: ObjectStore, tmp_path: Path
    ) -> None:
        pipe = tmp_path / "slow.bin"
        os.mkfifo(pipe)
        content = b"x" * 100_000

        def arrive_slowly() -> None:
            with pipe.open("wb") as file:
                file.write(content)
                file.flush()
                temporary = cast(LocalStore, store_local).root / ".yrdx/tmp"
                assert list(temporary.iterdir())
                open_store(Settings(home=tmp_path, store="store"))
                assert list(temporary.iterdir())

        with ThreadPoolExecutor(1) as other:
            arriving = other.submit(arrive_slowly)
            info = store_local.put_if_absent("slow.bin", pipe)
            arriving.result()
        assert (info.size, info.sha256) == (len(content), sha256(content))


def crash_everywhere(root: Path, step: str, outcomes: Path) -> list[tuple[Path, str]]:
    script = Path(__file__).parents[2] / "support/crash_local_store.py"
    subprocess.run([sys.executable, str(script), str(root), step, str(outcomes)], check=True)
    lines = [line.split() for line in outcomes.read_text().splitlines()]
    assert all(status in ("0", "9") for _, _, status in lines)
    return [(Path(place), fate) for place, fate, _ in lines]


def redo(store: ObjectStore, step: str) -> None:
    from tests.support.crash_local_store import KEY, NEW, OLD

    if step == "put":
        store.put_if_absent(KEY, NEW)
    elif step == "replace":
        store.replace_if_match(KEY, NEW, expected=sha256(OLD))
    elif step == "copy":
        store.copy("source.bin", KEY)
    else:
        store.delete(KEY)
