"""What every object store promises, told over a directory, a real Swift and an emulator.

The promise under concurrency differs, and the tests say so. Where conditional writes are atomic
(a directory, AWS) exactly one content is ever reported as stored. Where they are not (Swift), two
writers of different bytes at the same moment may both be told that they succeeded; a reader still
sees the whole of one of them, and that is why `layout.py` names objects by what is in them.
"""

from __future__ import annotations

import hashlib
import os
import random
import string
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import botocore.exceptions as said
import duckdb
import polars as pl
import pytest
from botocore.parsers import ResponseParserError

from tests.support import fault_proxy as proxy
from tests.support.fault_proxy import FaultProxy, sometimes
from tests.support.swift_server import DOMAIN
from yrdx.errors import (
    ConfigurationError,
    IntegrityError,
    PublishConflict,
    SourceRefused,
    SourceUnavailable,
    YrdxError,
)
from yrdx.settings import Settings
from yrdx.store import open_store
from yrdx.store.answers import in_our_words
from yrdx.store.local import LocalStore
from yrdx.store.port import ObjectStore
from yrdx.store.probe import Honoured, Probed
from yrdx.store.s3 import S3Store
from yrdx.store.s3_bytes import part_size
from yrdx.store.s3_client import make_bucket

KEY = "published/student_scale/v1/manifest.json"
POINTER = "published/student_scale/latest.json"
MIB = 1 << 20
KEYS_THAT_NOT_ALL_HOLD = [
    "", "/a", "a/", "a//b", "a/../b", "../a", "./a", "a/.hidden", "a b", "a\\b", "a/b\n",
    "学校/表.csv", "a" * 241, "a/" * 460 + "a", ".yrdx/probe.json",
]  # fmt: skip


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def big_file(folder: Path, size: int = 11 * MIB) -> tuple[Path, bytes]:
    content = random.Random(size).randbytes(size)
    path = folder / "big.parquet"
    path.write_bytes(content)
    return path, content


class TestWritingOnce:
    def test_what_was_stored_is_read_back_with_its_digest(self, store: ObjectStore) -> None:
        before = datetime.now(UTC) - timedelta(seconds=5)
        info = store.put_if_absent(KEY, b'{"rows": 107}')
        assert store.get(KEY) == b'{"rows": 107}'
        assert (info.key, info.size, info.sha256) == (KEY, 13, sha256(b'{"rows": 107}'))
        assert before < info.modified_at < datetime.now(UTC) + timedelta(seconds=5)
        assert store.head(KEY) == info

    def test_the_same_bytes_again_change_nothing(self, store: ObjectStore) -> None:
        first = store.put_if_absent(KEY, b"same")
        assert store.put_if_absent(KEY, b"same") == first

    def test_other_bytes_are_a_conflict_and_the_stored_ones_stay(self, store: ObjectStore) -> None:
        store.put_if_absent(KEY, b"first")
        with pytest.raises(PublishConflict, match="holds other bytes already"):
            store.put_if_absent(KEY, b"second")
        assert store.get(KEY) == b"first"

    def test_an_empty_object_is_an_object(self, store: ObjectStore) -> None:
        store.put_if_absent(KEY, b"")
        assert store.get(KEY) == b""
        assert [one.key for one in store.list("")] == [KEY]

    def test_a_big_file_goes_in_parts_and_comes_back_whole(
        self, store: ObjectStore, tmp_path: Path
    ) -> None:
        path, content = big_file(tmp_path)
        info = store.put_if_absent("admitted/big.parquet", path)
        assert (info.size, info.sha256) == (len(content), sha256(content))
        fetched = store.fetch("admitted/big.parquet", into=tmp_path / "back.parquet")
        assert (tmp_path / "back.parquet").read_bytes() == content
        assert fetched.sha256 == info.sha256
        assert store.put_if_absent("admitted/big.parquet", path) == info

    def test_a_key_that_some_server_could_not_hold_is_refused_at_once(
        self, store_local: ObjectStore, store_behind_proxy: Callable[..., S3Store]
    ) -> None:
        for store in (store_local, store_behind_proxy()):
            store.put_if_absent("a", b"")
            for key in KEYS_THAT_NOT_ALL_HOLD:
                for call in (
                    store.get,
                    store.head,
                    store.delete,
                    store.uri,
                    partial(store.copy, "a"),
                    partial(store.put_if_absent, body=b""),
                    partial(store.replace_if_match, body=b"", expected=None),
                ):
                    with pytest.raises(ValueError, match="is no object key"):
                        call(key)


class TestReading:
    def test_an_absent_key_is_a_key_error_that_names_it(
        self, store: ObjectStore, tmp_path: Path
    ) -> None:
        with pytest.raises(KeyError, match="manifest"):
            store.get(KEY)
        with pytest.raises(KeyError, match="manifest"):
            store.fetch(KEY, into=tmp_path / "x")
        with pytest.raises(KeyError, match="manifest"):
            store.copy(KEY, "published/other.json")
        assert store.head(KEY) is None
        assert list(tmp_path.glob("*x*")) == []

    def test_a_folder_is_no_object(self, store: ObjectStore) -> None:
        store.put_if_absent("a/b/c.json", b"1")
        assert store.head("a/b") is None
        with pytest.raises(KeyError):
            store.get("a/b")

    def test_bytes_changed_behind_our_back_are_never_handed_out(
        self, store: ObjectStore, tmp_path: Path
    ) -> None:
        store.put_if_absent(KEY, b"the true bytes")
        change_bytes(store, KEY, b"the fake bytes")
        with pytest.raises(IntegrityError, match="damaged"):
            store.get(KEY)
        with pytest.raises(IntegrityError, match="damaged"):
            store.fetch(KEY, into=tmp_path / "fetched")
        assert not (tmp_path / "fetched").exists()

    def test_an_object_that_other_software_put_there_is_refused(self, store: ObjectStore) -> None:
        put_without_digest(store, KEY, b"foreign")
        info = store.head(KEY)
        assert info is not None
        assert info.sha256 is None
        for attempt in (
            lambda: store.get(KEY),
            lambda: store.put_if_absent(KEY, b"foreign"),
            lambda: store.copy(KEY, "published/copy.json"),
        ):
            with pytest.raises(IntegrityError, match="other software put it there"):
                attempt()


def change_bytes(store: ObjectStore, key: str, content: bytes) -> None:
    """Damage an object as a disk or an administrator would: the recorded digest stays."""
    if isinstance(store, S3Store):
        name, head = store.prefix + key, store.head(key)
        assert head is not None
        store.client.put_object(
            Bucket=store.bucket, Key=name, Body=content, Metadata={"sha256": str(head.sha256)}
        )
    else:
        Path(store.uri(key)).write_bytes(content)


def put_without_digest(store: ObjectStore, key: str, content: bytes) -> None:
    if isinstance(store, S3Store):
        store.client.put_object(Bucket=store.bucket, Key=store.prefix + key, Body=content)
    else:
        Path(store.uri(key)).parent.mkdir(parents=True)
        Path(store.uri(key)).write_bytes(content)


class TestThePointer:
    def test_it_moves_from_what_the_writer_read_to_what_it_wrote(self, store: ObjectStore) -> None:
        first = store.replace_if_match(POINTER, b"v1", expected=None)
        second = store.replace_if_match(POINTER, b"v2", expected=first.sha256)
        assert (second.sha256, store.get(POINTER)) == (sha256(b"v2"), b"v2")

    @pytest.mark.parametrize("expected", [None, sha256(b"v1")])
    def test_a_writer_that_was_overtaken_finds_out(
        self, store: ObjectStore, expected: str | None
    ) -> None:
        store.replace_if_match(POINTER, b"v1", expected=None)
        store.replace_if_match(POINTER, b"v2", expected=sha256(b"v1"))
        with pytest.raises(PublishConflict, match="another writer came first"):
            store.replace_if_match(POINTER, b"mine", expected=expected)
        assert store.get(POINTER) == b"v2"

    def test_a_pointer_that_vanished_is_a_conflict(self, store: ObjectStore) -> None:
        with pytest.raises(PublishConflict):
            store.replace_if_match(POINTER, b"v2", expected=sha256(b"v1"))
        assert store.head(POINTER) is None

    def test_the_same_move_again_changes_nothing(self, store: ObjectStore) -> None:
        store.replace_if_match(POINTER, b"v1", expected=None)
        moved = store.replace_if_match(POINTER, b"v2", expected=sha256(b"v1"))
        assert store.replace_if_match(POINTER, b"v2", expected=sha256(b"v1")) == moved


class TestListing:
    def test_keys_come_in_order_and_only_under_the_prefix(self, store: ObjectStore) -> None:
        keys = ["a-b/x", "a.b/x", "a/b/x", "a/b-c", "a0", "b/period=2025/province=33/p.parquet"]
        for key in keys:
            store.put_if_absent(key, key.encode())
        assert [one.key for one in store.list("")] == sorted(keys)
        assert [one.key for one in store.list("a/")] == ["a/b-c", "a/b/x"]
        assert [one.key for one in store.list("a/b")] == ["a/b-c", "a/b/x"]
        assert [one.key for one in store.list("b/period=2025/prov")] == [keys[-1]]
        assert [one.key for one in store.list("a/b/x/")] == []
        assert [one.key for one in store.list("none/")] == []
        assert [one.size for one in store.list("a0")] == [2]

    @pytest.mark.parametrize("prefix", ["/a", "a//b", "..", "a/../b", "a b"])
    def test_a_prefix_that_begins_no_key_is_refused(self, store: ObjectStore, prefix: str) -> None:
        with pytest.raises(ValueError, match="begins no object key"):
            list(store.list(prefix))

    def test_more_objects_than_fit_into_one_answer_are_all_listed(
        self, store_behind_proxy: Callable[..., S3Store], store_proxy: FaultProxy
    ) -> None:
        store = store_behind_proxy()
        keys = [f"many/{number:02}.json" for number in range(11)]
        for key in keys:
            store.put_if_absent(key, b"")
        store_proxy.misbehave(pages_of(4))
        assert [one.key for one in store.list("many/")] == keys
        assert store_proxy.count("GET", "list-type=2") == 3
        store_proxy.misbehave(pages_of(4, without=rb"<NextContinuationToken>[^<]*<[^>]*>"))
        assert [one.key for one in store.list("many/")] == keys
        assert store_proxy.count("GET", "start-after=") == 2


def pages_of(size: int, *, without: bytes = b"<KeyCount>[0-9]*</KeyCount>") -> proxy.Behaviour:
    """Short pages, and answers that lack what some servers leave out."""
    import re

    def paged(request: proxy.Request, forward: proxy.Forward) -> proxy.Answer | None:
        if "list-type=2" not in request.target:
            return None
        answer = forward(replace(request, target=f"{request.target}&max-keys={size}"))
        return replace(answer, body=re.sub(without, b"", answer.body))

    return paged


class TestCopyAndDelete:
    def test_a_copy_has_the_bytes_and_the_digest(self, store: ObjectStore) -> None:
        original = store.put_if_absent("v1/part.parquet", b"rows")
        copy = store.copy("v1/part.parquet", "v2/part.parquet")
        assert (copy.size, copy.sha256) == (original.size, original.sha256)
        assert store.get("v2/part.parquet") == b"rows"
        assert store.copy("v1/part.parquet", "v2/part.parquet") == copy
        store.delete("v1/part.parquet")
        assert store.get("v2/part.parquet") == b"rows"

    def test_a_copy_never_overwrites_other_bytes(self, store: ObjectStore) -> None:
        store.put_if_absent("v1/part.parquet", b"rows")
        store.put_if_absent("v2/part.parquet", b"nows")
        with pytest.raises(PublishConflict):
            store.copy("v1/part.parquet", "v2/part.parquet")
        assert store.get("v2/part.parquet") == b"nows"

    def test_an_object_too_large_for_one_request_is_copied_in_parts(
        self, store: ObjectStore, tmp_path: Path
    ) -> None:
        if isinstance(store, S3Store):
            store = replace(store, largest_single_copy=MIB)
        path, content = big_file(tmp_path)
        store.put_if_absent("v1/big.parquet", path)
        assert store.copy("v1/big.parquet", "v2/big.parquet").sha256 == sha256(content)
        assert store.get("v2/big.parquet") == content

    def test_a_deleted_key_is_gone_and_can_be_written_anew(self, store: ObjectStore) -> None:
        store.put_if_absent(KEY, b"old")
        store.delete(KEY)
        store.delete(KEY)
        assert store.head(KEY) is None
        assert list(store.list("")) == []
        store.put_if_absent(KEY, b"new")
        assert store.get(KEY) == b"new"


class TestNamesForOthers:
    def test_a_link_gives_the_bytes_to_who_has_no_key(
        self, store: ObjectStore, request: pytest.FixtureRequest
    ) -> None:
        store.put_if_absent(KEY, b"for everybody")
        link = store.presign(KEY, expires=timedelta(hours=1))
        assert fetch_link(link, request) == b"for everybody"
        if isinstance(store, S3Store):
            assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in link
            assert "X-Amz-Expires=3600" in link
            with pytest.raises(ValueError, match="seven days"):
                store.presign(KEY, expires=timedelta(days=8))

    def test_a_link_that_was_changed_or_expired_gives_nothing(
        self, store_opened: Callable[[str], S3Store], request: pytest.FixtureRequest
    ) -> None:
        store = replace(store_opened("swift-http"), prefix="links/")
        store.put_if_absent(KEY, b"for some")
        link = store.presign(KEY, expires=timedelta(seconds=1))
        with pytest.raises(urllib.error.HTTPError, match="403"):
            fetch_link(link.replace("manifest", "manifesto"), request)
        time.sleep(2.1)
        with pytest.raises(urllib.error.HTTPError, match="403"):
            fetch_link(link, request)

    def test_a_receipt_opens_in_a_browser(self, store: ObjectStore) -> None:
        store.put_if_absent("checked/receipt.html", b"<html></html>")
        if isinstance(store, S3Store):
            head = store.client.head_object(
                Bucket=store.bucket, Key=store.prefix + "checked/receipt.html"
            )
            assert head["ContentType"] == "text/html; charset=utf-8"

    def test_the_uri_is_what_other_tools_call_the_object(self, store: ObjectStore) -> None:
        if isinstance(store, S3Store):
            assert store.uri("a/b.json") == f"s3://exchange/{store.prefix}a/b.json"
        else:
            store.put_if_absent("a/b.json", b"{}")
            assert Path(store.uri("a/b.json")).read_bytes() == b"{}"


def fetch_link(link: str, request: pytest.FixtureRequest) -> bytes:
    import ssl

    handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})]
    if link.startswith("https"):
        bundle = request.getfixturevalue("store_swift").ca_bundle
        context = ssl.create_default_context(cafile=str(bundle))
        handlers.append(urllib.request.HTTPSHandler(context=context))
    with urllib.request.build_opener(*handlers).open(link, timeout=10) as answer:
        return cast(bytes, answer.read())


class TestManyWriters:
    def test_of_writers_of_different_bytes_one_whole_content_stays(
        self, store: ObjectStore
    ) -> None:
        contents = [f"writer {number} ".encode() * 2000 for number in range(8)]

        def write(content: bytes) -> bool:
            try:
                store.put_if_absent(KEY, content)
            except PublishConflict:
                return False
            return True

        with ThreadPoolExecutor(8) as writers:
            told = dict(zip(contents, writers.map(write, contents), strict=True))
        left = store.get(KEY)
        assert left in contents
        assert told[left]
        if is_atomic(store):
            assert sum(told.values()) == 1

    def test_of_writers_of_the_same_bytes_all_succeed(self, store: ObjectStore) -> None:
        with ThreadPoolExecutor(8) as writers:
            infos = [*writers.map(lambda _: store.put_if_absent(KEY, b"same"), range(8))]
        assert {one.sha256 for one in infos} == {sha256(b"same")}

    def test_of_pointer_moves_from_one_version_one_whole_content_stays(
        self, store: ObjectStore
    ) -> None:
        store.replace_if_match(POINTER, b"parent", expected=None)
        contents = [f"version {number} ".encode() * 100 for number in range(8)]

        def move(content: bytes) -> bool:
            try:
                store.replace_if_match(POINTER, content, expected=sha256(b"parent"))
            except PublishConflict:
                return False
            return True

        with ThreadPoolExecutor(8) as writers:
            told = dict(zip(contents, writers.map(move, contents), strict=True))
        left = store.get(POINTER)
        assert left in contents
        assert told[left]
        if is_atomic(store):
            assert sum(told.values()) == 1

    def test_readers_of_a_moving_pointer_see_whole_versions_only(self, store: ObjectStore) -> None:
        versions = [f"{number:03}".encode() * 3000 for number in range(6)]
        store.replace_if_match(POINTER, versions[0], expected=None)
        moving = True

        def read(_: int) -> set[bytes]:
            seen = set()
            while moving:
                seen.add(store.get(POINTER))
                info = store.head(POINTER)
                assert info is not None
                assert info.sha256 in {sha256(one) for one in versions}
            return seen

        with ThreadPoolExecutor(3) as readers:
            reading = [readers.submit(read, number) for number in range(3)]
            try:
                for before, after in pairwise(versions):
                    store.replace_if_match(POINTER, after, expected=sha256(before))
            finally:
                moving = False
            assert set().union(*(one.result() for one in reading)) <= set(versions)


def is_atomic(store: ObjectStore) -> bool:
    return not isinstance(store, S3Store) or store.probed.absent is Honoured.ATOMIC


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
    script = Path(__file__).parents[1] / "support/crash_local_store.py"
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


class TestTheProbe:
    def test_it_finds_what_each_server_honours(
        self, store_opened: Callable[[str], S3Store]
    ) -> None:
        swift = store_opened("swift-http").probed
        assert swift.absent in (Honoured.SEQUENTIAL, Honoured.ATOMIC)
        assert swift.match is Honoured.REFUSED
        emulator = store_opened("emulator").probed
        assert (emulator.absent, emulator.match) == (Honoured.ATOMIC, Honoured.ATOMIC)
        off = store_opened("emulator-unconditional").probed
        assert (off.absent, off.match) == (Honoured.NOT_TRIED, Honoured.NOT_TRIED)

    @pytest.mark.parametrize(
        ("dialect", "header", "absent", "match", "etag"),
        [
            (proxy.ignores_conditions, None, Honoured.IGNORED, Honoured.IGNORED, "as_given"),
            (proxy.refuses_conditions, None, Honoured.REFUSED, Honoured.REFUSED, "as_given"),
            (proxy.compares_bare_etags, None, Honoured.ATOMIC, Honoured.ATOMIC, "bare"),
            (proxy.speaks_oss, None, Honoured.IGNORED, Honoured.IGNORED, "as_given"),
            (
                proxy.speaks_oss, "x-oss-forbid-overwrite",
                Honoured.ATOMIC, Honoured.IGNORED, "as_given",
            ),
            (proxy.gives_no_etags, None, Honoured.IGNORED, Honoured.IGNORED, "as_given"),
            (proxy.shouts_metadata, None, Honoured.ATOMIC, Honoured.ATOMIC, "as_given"),
        ],
    )  # fmt: skip
    def test_the_store_is_right_whatever_the_server_honours(
        self,
        store_behind_proxy: Callable[..., S3Store],
        store_proxy: FaultProxy,
        dialect: proxy.Behaviour,
        header: str | None,
        absent: Honoured,
        match: Honoured,
        etag: str,
    ) -> None:
        store_proxy.misbehave(dialect)
        store = store_behind_proxy(s3_conditional_writes="probe", s3_forbid_overwrite_header=header)
        assert (store.probed.absent, store.probed.match, store.probed.etag) == (absent, match, etag)
        store.put_if_absent(KEY, b"first")
        store.put_if_absent(KEY, b"first")
        with pytest.raises(PublishConflict):
            store.put_if_absent(KEY, b"second")
        store.replace_if_match(POINTER, b"v1", expected=None)
        store.replace_if_match(POINTER, b"v2", expected=sha256(b"v1"))
        with pytest.raises(PublishConflict):
            store.replace_if_match(POINTER, b"v3", expected=sha256(b"v1"))
        assert (store.get(KEY), store.get(POINTER)) == (b"first", b"v2")
        assert [one.key for one in store.list("")] == sorted([KEY, POINTER])

    def test_what_it_found_is_kept_and_not_asked_again(
        self, store_behind_proxy: Callable[..., S3Store], store_proxy: FaultProxy
    ) -> None:
        first = store_behind_proxy(store="s3://exchange/kept")
        store_proxy.misbehave()
        again = store_behind_proxy(store="s3://exchange/kept")
        assert again.probed == first.probed
        assert [one.method for one in store_proxy.seen] == ["GET"]
        store_behind_proxy(store="s3://exchange/kept", s3_forbid_overwrite_header="x-other")
        assert store_proxy.count("PUT") > 10
        assert [one.key for one in first.list("")] == []

    def test_a_store_that_changes_what_it_keeps_is_not_opened(
        self, store_behind_proxy: Callable[..., S3Store], store_proxy: FaultProxy
    ) -> None:
        store_proxy.misbehave(proxy.loses_metadata)
        with pytest.raises(ConfigurationError, match="gave back"):
            store_behind_proxy(s3_conditional_writes="probe")

    def test_who_may_only_read_can_open_and_read(
        self,
        store_opened: Callable[[str], S3Store],
        store_behind_proxy: Callable[..., S3Store],
        store_proxy: FaultProxy,
    ) -> None:
        replace(store_opened("emulator"), prefix="readonly/").put_if_absent(KEY, b"read me")
        refuse: proxy.Behaviour = lambda request, _: (  # noqa: E731
            proxy.error_answer(403, "AccessDenied") if request.method in ("PUT", "DELETE") else None
        )
        store_proxy.misbehave(refuse)
        store = store_behind_proxy(store="s3://exchange/readonly")
        assert store.probed.absent is Honoured.NOT_TRIED
        assert store.get(KEY) == b"read me"
        with pytest.raises(SourceRefused):
            store.put_if_absent("other.json", b"1")


class TestOnTheWire:
    def test_nothing_is_sent_that_an_s3_compatible_server_may_not_understand(
        self, store_behind_proxy: Callable[..., S3Store], store_proxy: FaultProxy, tmp_path: Path
    ) -> None:
        store = replace(store_behind_proxy(), largest_single_copy=MIB)
        store.put_if_absent("big.parquet", big_file(tmp_path)[0])
        store.copy("big.parquet", "copy.parquet")
        store.replace_if_match(POINTER, b"v1", expected=None)
        list(store.list(""))
        store.delete(POINTER)
        names = {name for one in store_proxy.seen for name in one.headers}
        assert not any("checksum" in one or one.endswith("trailer") for one in names)
        assert "content-encoding" not in names
        assert store_proxy.count("POST", "?delete") == 0
        signed = [one.headers["authorization"] for one in store_proxy.seen]
        assert all(one.startswith("AWS4-HMAC-SHA256 ") for one in signed)
        payloads = {one.headers["x-amz-content-sha256"] for one in store_proxy.seen}
        assert all(set(one) <= set(string.hexdigits) for one in payloads)
        kept = [one.headers["x-amz-meta-sha256"] for one in store_proxy.seen
                if "x-amz-meta-sha256" in one.headers]  # fmt: skip
        assert len(kept) >= 3

    def test_a_bucket_is_made_without_a_location_at_an_endpoint_of_ones_own(
        self, store_settings: Callable[..., Settings], store_proxy: FaultProxy
    ) -> None:
        settings = store_settings(
            "emulator",
            store="s3://elsewhere",
            s3_endpoint=store_proxy.address,
            s3_region="cn-east-3",
        )
        store_proxy.misbehave(lambda request, _: proxy.Answer(200, {}, b""))
        make_bucket(settings)
        assert [(one.method, one.body) for one in store_proxy.seen] == [("PUT", b"")]
        taken: proxy.Behaviour = lambda *_: proxy.error_answer(409, "BucketAlreadyExists")  # noqa: E731
        store_proxy.misbehave(sometimes(taken, method="PUT", times=1))
        with pytest.raises(ConfigurationError, match="Create the bucket"):
            make_bucket(settings)

    def test_the_bucket_can_be_part_of_the_host_name(
        self,
        store_opened: Callable[[str], S3Store],
        store_settings: Callable[..., Settings],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        plain = store_opened("swift-http")
        swift = store_settings("swift-http")
        assert swift.s3_endpoint is not None
        with proxy.running_proxy(swift.s3_endpoint) as between:
            monkeypatch.setenv("HTTP_PROXY", between.address)
            store = open_store(
                swift.model_copy(
                    update={"s3_endpoint": f"http://{DOMAIN}", "s3_addressing": "virtual"}
                )
            )
            store.put_if_absent("virtual/host.json", b"found")
            assert store.get("virtual/host.json") == b"found"
            assert store.copy("virtual/host.json", "virtual/copy.json").size == 5
            hosts = {one.headers["host"] for one in between.seen}
            cast(S3Store, store).client.close()
        assert hosts == {f"exchange.{DOMAIN}"}
        assert plain.get("virtual/host.json") == b"found"

    def test_a_certificate_that_nobody_vouches_for_names_the_setting(
        self, store_settings: Callable[..., Settings]
    ) -> None:
        with pytest.raises(ConfigurationError, match="YRDX_S3_CA_BUNDLE"):
            open_store(store_settings("swift-https", s3_ca_bundle=None))

    @pytest.mark.parametrize("changed", [{"s3_secret_key": "wrong"}, {"s3_access_key": "no:one"}])
    def test_wrong_keys_are_refused_by_a_real_server(
        self, store_settings: Callable[..., Settings], changed: dict[str, Any]
    ) -> None:
        with pytest.raises(SourceRefused, match="access key"):
            open_store(store_settings("swift-http", **changed))

    def test_a_missing_bucket_names_the_setting(
        self, store_settings: Callable[..., Settings]
    ) -> None:
        for name in ("swift-http", "emulator"):
            with pytest.raises(ConfigurationError, match="YRDX_STORE"):
                open_store(store_settings(name, store="s3://no-such-bucket"))

    @pytest.mark.parametrize(
        ("changed", "setting"),
        [
            ({"store": "s3://"}, "YRDX_STORE"),
            ({"store": "s3://Bucket"}, "YRDX_STORE"),
            ({"store": "s3://bucket//x"}, "YRDX_STORE"),
            ({"store": "s3://bucket/../x"}, "YRDX_STORE"),
            ({"s3_endpoint": "store.example"}, "YRDX_S3_ENDPOINT"),
            ({"s3_endpoint": "https://store.example/bucket"}, "YRDX_S3_ENDPOINT"),
        ],
    )
    def test_a_wrong_setting_is_named(
        self, store_settings: Callable[..., Settings], changed: dict[str, Any], setting: str
    ) -> None:
        with pytest.raises(ConfigurationError, match=setting):
            open_store(store_settings("emulator", **changed))

    def test_a_part_is_so_large_that_a_thousand_are_enough(self) -> None:
        for size in (1, 5 * MIB, 5000 * MIB, 5000 * MIB + 1, 1 << 40):
            step = part_size(size, 5 * MIB)
            assert step >= 5 * MIB
            assert -(-size // step) <= 1000
            assert step % MIB == 0


class TestFaults:
    """Each ends in the right bytes or in the right error, and leaves nothing half-written."""

    @pytest.mark.parametrize(
        "fault",
        [proxy.throttled, proxy.reset, proxy.cut_in_half, proxy.reset_in_half, proxy.bit_flipped,
         proxy.slow, proxy.silent, proxy.login_page],
    )  # fmt: skip
    def test_a_read_survives_one(
        self,
        store_behind_proxy: Callable[..., S3Store],
        store_proxy: FaultProxy,
        tmp_path: Path,
        fault: proxy.Behaviour,
    ) -> None:
        store = store_behind_proxy(s3_read_seconds=0.7)
        path, content = big_file(tmp_path, 3 * MIB)
        store.put_if_absent("big.parquet", path)
        store_proxy.misbehave(sometimes(fault, method="GET", times=1))
        store.fetch("big.parquet", into=tmp_path / "back")
        assert (tmp_path / "back").read_bytes() == content
        assert {one.name for one in tmp_path.iterdir()} == {"big.parquet", "back"}

    def test_a_cut_read_goes_on_where_it_was_cut(
        self, store_behind_proxy: Callable[..., S3Store], store_proxy: FaultProxy, tmp_path: Path
    ) -> None:
        store = store_behind_proxy()
        path, content = big_file(tmp_path, 8 * MIB)
        store.put_if_absent("big.parquet", path)
        store_proxy.misbehave(sometimes(proxy.cut_in_half, method="GET", times=3))
        assert store.get("big.parquet") == content
        asked = [one.headers.get("range") for one in store_proxy.seen]
        assert asked == [None, f"bytes={4 * MIB}-", f"bytes={6 * MIB}-", f"bytes={7 * MIB}-"]

    def test_a_key_overwritten_in_the_middle_of_a_read_is_never_mixed(
        self, store_behind_proxy: Callable[..., S3Store], store_proxy: FaultProxy
    ) -> None:
        store = store_behind_proxy()
        old, new = b"old" * MIB, b"new" * MIB
        store.replace_if_match(POINTER, old, expected=None)

        def cut_and_replace(request: proxy.Request, forward: proxy.Forward) -> proxy.Answer:
            answer = proxy.cut_in_half(request, forward)
            store_proxy.misbehave()
            store.replace_if_match(POINTER, new, expected=sha256(old))
            return answer

        store_proxy.misbehave(sometimes(cut_and_replace, method="GET", times=1))
        assert store.get(POINTER) == new

    def test_a_server_that_mixes_two_versions_in_one_body_is_found_out(
        self, store_behind_proxy: Callable[..., S3Store], store_proxy: FaultProxy
    ) -> None:
        store = store_behind_proxy()
        store.replace_if_match(POINTER, b"old" * 1000, expected=None)

        def mixed(request: proxy.Request, forward: proxy.Forward) -> proxy.Answer:
            answer = forward(request)
            return replace(answer, body=answer.body[:1500] + b"new" * 500)

        store_proxy.misbehave(sometimes(mixed, method="GET", times=1))
        assert store.get(POINTER) == b"old" * 1000
        store_proxy.misbehave(sometimes(mixed, method="GET", times=99))
        with pytest.raises(IntegrityError, match="3 times over"):
            store.get(POINTER)

    @pytest.mark.parametrize("fault", [proxy.throttled, proxy.reset, proxy.silent])
    def test_a_store_that_stays_in_trouble_is_unavailable(
        self, store_behind_proxy: Callable[..., S3Store], store_proxy: FaultProxy,
        tmp_path: Path, fault: proxy.Behaviour,
    ) -> None:  # fmt: skip
        store = store_behind_proxy(s3_attempts=1, s3_read_seconds=0.3)
        store.put_if_absent(KEY, b"there")
        store_proxy.misbehave(sometimes(fault, method="GET", times=99))
        with pytest.raises(SourceUnavailable):
            store.fetch(KEY, into=tmp_path / "back")
        assert list(tmp_path.iterdir()) == []

    def test_a_login_page_instead_of_the_store_is_no_absent_object(
        self, store_behind_proxy: Callable[..., S3Store], store_proxy: FaultProxy
    ) -> None:
        store = store_behind_proxy()
        store_proxy.misbehave(proxy.login_page)
        for attempt in (
            lambda: store.head(KEY),
            lambda: store.get(KEY),
            lambda: list(store.list("")),
            lambda: store.put_if_absent(KEY, b"1"),
        ):
            with pytest.raises(SourceUnavailable, match=r"login page|in trouble"):
                attempt()

    def test_a_store_that_is_not_there_is_unavailable(
        self, store_settings: Callable[..., Settings]
    ) -> None:
        gone = store_settings("emulator", s3_endpoint="http://127.0.0.1:9", s3_attempts=1)
        with pytest.raises(SourceUnavailable):
            open_store(gone)

    @pytest.mark.parametrize("conditional", ["on", "off"])
    @pytest.mark.parametrize("fault", [proxy.throttled, proxy.reset, proxy.answer_lost])
    def test_a_write_survives_one(
        self,
        store_behind_proxy: Callable[..., S3Store],
        store_proxy: FaultProxy,
        fault: proxy.Behaviour,
        conditional: str,
    ) -> None:
        store = store_behind_proxy()
        if conditional == "off":
            store = replace(store, probed=Probed())
        store_proxy.misbehave(sometimes(fault, method="PUT", times=1, about=KEY))
        assert store.put_if_absent(KEY, b"mine").sha256 == sha256(b"mine")
        assert store_proxy.count("PUT", KEY) == 2
        store_proxy.misbehave(sometimes(fault, method="PUT", times=1, about=POINTER))
        store.replace_if_match(POINTER, b"v1", expected=None)
        store_proxy.misbehave(sometimes(fault, method="PUT", times=1, about=POINTER))
        store.replace_if_match(POINTER, b"v2", expected=sha256(b"v1"))
        assert (store.get(KEY), store.get(POINTER)) == (b"mine", b"v2")

    def test_a_lost_answer_and_another_writer_are_told_apart(
        self, store_behind_proxy: Callable[..., S3Store], store_proxy: FaultProxy
    ) -> None:
        store = store_behind_proxy()

        def someone_first(request: proxy.Request, forward: proxy.Forward) -> proxy.Answer:
            headers = request.headers | {"x-amz-meta-sha256": sha256(b"theirs")}
            forward(replace(request, body=b"theirs", headers=headers | {"content-length": "6"}))
            return forward(request)

        store_proxy.misbehave(sometimes(someone_first, method="PUT", times=1, about=KEY))
        with pytest.raises(PublishConflict, match="other bytes"):
            store.put_if_absent(KEY, b"mine")
        assert store.get(KEY) == b"theirs"

    def test_without_conditions_an_overtaken_pointer_is_found_by_reading_back(
        self, store_behind_proxy: Callable[..., S3Store], store_proxy: FaultProxy
    ) -> None:
        store = replace(store_behind_proxy(), probed=Probed())
        store.replace_if_match(POINTER, b"v1", expected=None)

        def overtaken(request: proxy.Request, forward: proxy.Forward) -> proxy.Answer:
            answer = forward(request)
            headers = request.headers | {"x-amz-meta-sha256": sha256(b"theirs")}
            forward(replace(request, body=b"theirs", headers=headers | {"content-length": "6"}))
            return answer

        write: dict[str, Callable[[], Any]] = {
            POINTER: lambda: store.replace_if_match(POINTER, b"mine", expected=sha256(b"v1")),
            KEY: lambda: store.put_if_absent(KEY, b"mine"),
        }
        for key, attempt in write.items():
            store_proxy.misbehave(sometimes(overtaken, method="PUT", times=1, about=key))
            with pytest.raises(PublishConflict):
                attempt()
            assert store.get(key) == b"theirs"

    @pytest.mark.parametrize(
        ("method", "about"),
        [("PUT", "partNumber=2"), ("POST", "uploads"), ("POST", "uploadId=")],
    )
    @pytest.mark.parametrize("fault", [proxy.throttled, proxy.reset, proxy.answer_lost])
    def test_an_upload_in_parts_survives_one(
        self,
        store_behind_proxy: Callable[..., S3Store],
        store_proxy: FaultProxy,
        tmp_path: Path,
        fault: proxy.Behaviour,
        method: str,
        about: str,
    ) -> None:
        store = store_behind_proxy()
        path, content = big_file(tmp_path)
        store_proxy.misbehave(sometimes(fault, method=method, times=1, about=about))
        assert store.put_if_absent("big.parquet", path).sha256 == sha256(content)
        assert store.get("big.parquet") == content

    def test_an_upload_that_cannot_be_finished_leaves_nothing(
        self, store_behind_proxy: Callable[..., S3Store], store_proxy: FaultProxy, tmp_path: Path
    ) -> None:
        store = store_behind_proxy(s3_attempts=1)
        path, content = big_file(tmp_path)
        store_proxy.misbehave(
            sometimes(proxy.throttled, method="PUT", times=99, about="partNumber=3")
        )
        with pytest.raises(SourceUnavailable):
            store.put_if_absent("big.parquet", path)
        assert store.head("big.parquet") is None
        unfinished = store.client.list_multipart_uploads(Bucket=store.bucket)
        assert not [one for one in unfinished.get("Uploads", []) if store.prefix in one["Key"]]
        store_proxy.misbehave()
        assert store.put_if_absent("big.parquet", path).size == len(content)

    def test_a_writer_killed_in_mid_upload_leaves_nothing(
        self,
        store_behind_proxy: Callable[..., S3Store],
        store_proxy: FaultProxy,
        store_settings: Callable[..., Settings],
        tmp_path: Path,
    ) -> None:
        path, content = big_file(tmp_path)
        store = store_behind_proxy()
        settings = store_settings("emulator")
        assert settings.s3_access_key is not None
        assert settings.s3_secret_key is not None
        environment = os.environ | {
            "YRDX_STORE": f"s3://{store.bucket}/{store.prefix}",
            "YRDX_S3_ENDPOINT": store_proxy.address,
            "YRDX_S3_ACCESS_KEY": settings.s3_access_key.get_secret_value(),
            "YRDX_S3_SECRET_KEY": settings.s3_secret_key.get_secret_value(),
            "YRDX_S3_PART_MIB": "5",
        }
        script = (
            "import sys; from pathlib import Path; from yrdx.settings import Settings\n"
            "from yrdx.store import open_store\n"
            "open_store(Settings.load()).put_if_absent('big.parquet', Path(sys.argv[1]))\n"
        )

        def hang(request: proxy.Request, forward: proxy.Forward) -> proxy.Answer:
            forward(request)
            process.kill()
            return proxy.error_answer(503, "SlowDown")

        store_proxy.misbehave(sometimes(hang, method="PUT", times=1, about="partNumber=3"))
        process = subprocess.Popen([sys.executable, "-c", script, str(path)], env=environment)
        assert process.wait(timeout=30) == -9
        store_proxy.misbehave()
        assert store.head("big.parquet") is None
        assert list(store.list("")) == []
        assert store.put_if_absent("big.parquet", path).sha256 == sha256(content)

    @pytest.mark.parametrize("fault", [proxy.throttled, proxy.reset, proxy.answer_lost])
    @pytest.mark.parametrize("limit", [5 << 30, MIB])
    def test_a_copy_survives_one(
        self,
        store_behind_proxy: Callable[..., S3Store],
        store_proxy: FaultProxy,
        tmp_path: Path,
        fault: proxy.Behaviour,
        limit: int,
    ) -> None:
        store = replace(store_behind_proxy(), largest_single_copy=limit)
        path, content = big_file(tmp_path, 6 * MIB)
        store.put_if_absent("v1/big.parquet", path)
        method, about = ("POST", "uploadId") if limit == MIB else ("PUT", "v2/big")
        store_proxy.misbehave(sometimes(fault, method=method, times=1, about=about))
        assert store.copy("v1/big.parquet", "v2/big.parquet").sha256 == sha256(content)
        assert store.get("v2/big.parquet") == content


def instance_of(kind: type[said.BotoCoreError]) -> said.BotoCoreError:
    fields = [name for _, name, _, _ in string.Formatter().parse(kind.fmt) if name]
    values = dict.fromkeys(fields, "x") | {"error": OSError("x"), "last_response": {}}
    return kind(**values) if kind is not said.WaiterError else kind("x", "x", {})


def kinds_of(kind: type[Any]) -> set[type[Any]]:
    return {kind}.union(*(kinds_of(one) for one in kind.__subclasses__()))


CLIENT_SAYS: dict[type[Exception], set[str]] = {
    SourceUnavailable: {
        "CapacityNotAvailableError", "ConnectTimeoutError", "ConnectionClosedError",
        "ConnectionError", "EndpointConnectionError", "HTTPClientError", "IncompleteReadError",
        "MetadataRetrievalError", "ProxyConnectionError", "ReadTimeoutError",
        "ResponseStreamingError", "SSLError", "WaiterError",
    },
    SourceRefused: {
        "CredentialRetrievalError", "LoginAuthorizationCodeError", "LoginError",
        "LoginInsufficientPermissions", "LoginRefreshRequired", "LoginTokenLoadError",
        "NoAuthTokenError", "NoCredentialsError", "PartialCredentialsError",
        "RefreshWithMFAUnsupportedError", "SSOError", "SSOTokenLoadError",
        "TokenRetrievalError", "UnauthorizedSSOTokenError", "UnknownCredentialError",
    },
    IntegrityError: {"ChecksumError", "FlexibleChecksumError"},
}  # fmt: skip


class TestOurWords:
    @pytest.mark.parametrize(
        "kind",
        sorted((one for one in kinds_of(said.BotoCoreError)
                if one.__module__ == "botocore.exceptions"), key=lambda one: one.__name__),
        ids=lambda one: one.__name__,
    )  # fmt: skip
    def test_every_error_of_the_client_has_its_place_in_our_tree(
        self, kind: type[said.BotoCoreError]
    ) -> None:
        listed = [ours for ours, names in CLIENT_SAYS.items() if kind.__name__ in names]
        expected = listed[0] if listed else ConfigurationError
        error = instance_of(kind)
        with pytest.raises(YrdxError, match="Tried to read") as raised, in_our_words("read", KEY):
            raise error
        assert type(raised.value) is expected
        assert raised.value.__cause__ is error

    @pytest.mark.parametrize(
        ("status", "code", "expected"),
        [
            (404, "NoSuchKey", KeyError),
            (404, "404", KeyError),
            (404, "NoSuchUpload", KeyError),
            (404, "NoSuchBucket", ConfigurationError),
            (403, "AccessDenied", SourceRefused),
            (403, "InvalidAccessKeyId", SourceRefused),
            (403, "SignatureDoesNotMatch", SourceRefused),
            (403, "RequestTimeTooSkewed", SourceRefused),
            (400, "ExpiredToken", SourceRefused),
            (401, "Unauthorized", SourceRefused),
            (409, "ConditionalRequestConflict", PublishConflict),
            (409, "FileAlreadyExists", PublishConflict),
            (412, "PreconditionFailed", PublishConflict),
            (416, "InvalidRange", PublishConflict),
            (400, "RequestTimeout", SourceUnavailable),
            (400, "BadDigest", SourceUnavailable),
            (400, "IncompleteBody", SourceUnavailable),
            (400, "XAmzContentSHA256Mismatch", SourceUnavailable),
            (403, "RequestLimitExceeded", SourceUnavailable),
            (429, "TooManyRequests", SourceUnavailable),
            (500, "InternalError", SourceUnavailable),
            (503, "SlowDown", SourceUnavailable),
            (507, "InsufficientStorage", SourceUnavailable),
            (501, "NotImplemented", ConfigurationError),
            (400, "InvalidArgument", ConfigurationError),
            (301, "PermanentRedirect", ConfigurationError),
            (400, "AuthorizationHeaderMalformed", ConfigurationError),
            (411, "MissingContentLength", ConfigurationError),
            (405, "MethodNotAllowed", ConfigurationError),
        ],
    )
    def test_every_answer_of_a_server_has_its_place_in_our_tree(
        self, status: int, code: str, expected: type[Exception]
    ) -> None:
        answer: Any = {
            "Error": {"Code": code, "Message": "no"},
            "ResponseMetadata": {"HTTPStatusCode": status},
        }
        error = said.ClientError(answer, "GetObject")
        with pytest.raises(expected) as raised, in_our_words("read", KEY):
            raise error
        assert type(raised.value) is expected
        assert raised.value.__cause__ is error

    def test_an_answer_that_is_no_s3_answer_is_unavailable(self) -> None:
        with pytest.raises(SourceUnavailable, match="login page"), in_our_words("read", KEY):
            raise ResponseParserError("no element found")
