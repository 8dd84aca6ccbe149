"""Objects are listed, copied, deleted and named for others alike over every store."""

from __future__ import annotations

import re
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from tests.support import fault_proxy as proxy
from tests.support.fault_proxy import FaultProxy
from tests.support.objects import KEY, MIB, big_file, sha256
from yrdx.errors import PublishConflict
from yrdx.store.port import ObjectStore
from yrdx.store.s3 import S3Store


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

    handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})]
    if link.startswith("https"):
        bundle = request.getfixturevalue("store_swift").ca_bundle
        context = ssl.create_default_context(cafile=str(bundle))
        handlers.append(urllib.request.HTTPSHandler(context=context))
    with urllib.request.build_opener(*handlers).open(link, timeout=10) as answer:
        return cast(bytes, answer.read())
