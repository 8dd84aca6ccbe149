"""What is sent to a server, and which setting is named when it cannot be reached as told."""

from __future__ import annotations

import string
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from tests.support import fault_proxy as proxy
from tests.support.fault_proxy import FaultProxy, sometimes
from tests.support.objects import MIB, POINTER, big_file
from tests.support.swift_server import DOMAIN
from yrdx.errors import ConfigurationError, SourceRefused
from yrdx.settings import Settings
from yrdx.store import open_store
from yrdx.store.s3 import S3Store
from yrdx.store.s3_bytes import part_size
from yrdx.store.s3_client import make_bucket


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
            ({"store": "s3:/bucket"}, "YRDX_STORE"),
            ({"store": "S3://bucket"}, "YRDX_STORE"),
            ({"store": "https://store.example/bucket"}, "YRDX_STORE"),
            ({"store": ""}, "YRDX_STORE"),
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
