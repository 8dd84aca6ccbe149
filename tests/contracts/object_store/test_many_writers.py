"""What every store promises to writers and readers at the same moment.

The promise under concurrency differs, and the tests say so. Where conditional writes are atomic
(a directory, AWS) exactly one content is ever reported as stored. Where they are not (Swift), two
writers of different bytes at the same moment may both be told that they succeeded; a reader still
sees the whole of one of them, and that is why `layout.py` names objects by what is in them.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

from tests.support.objects import KEY, POINTER, sha256
from yrdx.errors import PublishConflict
from yrdx.store.port import ObjectStore
from yrdx.store.probe import Honoured
from yrdx.store.s3 import S3Store


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
