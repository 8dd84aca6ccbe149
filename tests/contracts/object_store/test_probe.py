"""The store finds out what a server honours, and is right whatever that is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.support import fault_proxy as proxy
from tests.support.fault_proxy import FaultProxy
from tests.support.objects import KEY, POINTER, sha256
from yrdx.errors import ConfigurationError, PublishConflict, SourceRefused
from yrdx.store.probe import Honoured
from yrdx.store.s3 import S3Store


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
