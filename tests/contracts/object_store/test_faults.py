"""A store in trouble gives the right bytes or the right error, told through a proxy."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support import fault_proxy as proxy
from tests.support.fault_proxy import FaultProxy, sometimes
from tests.support.objects import KEY, MIB, POINTER, big_file, sha256
from yrdx.errors import IntegrityError, PublishConflict, SourceUnavailable
from yrdx.settings import Settings
from yrdx.store import open_store
from yrdx.store.probe import Probed
from yrdx.store.s3 import S3Store


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
