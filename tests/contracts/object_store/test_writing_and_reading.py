"""What is stored once is read back whole, or not at all, over every store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from tests.support.objects import KEY, POINTER, big_file, sha256
from yrdx.errors import IntegrityError, PublishConflict
from yrdx.store.port import ObjectStore
from yrdx.store.s3 import S3Store

KEYS_THAT_NOT_ALL_HOLD = [
    "", "/a", "a/", "a//b", "a/../b", "../a", "./a", "a/.hidden", "a b", "a\\b", "a/b\n",
    "学校/表.csv", "a" * 241, "a/" * 460 + "a", ".yrdx/probe.json",
]  # fmt: skip


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
