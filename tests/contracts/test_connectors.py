"""The contract of every connector: a file in `connectors/` is tested by being there.

How to set up its kind of source for the tests is said by `tests/contracts/sources/<kind>.py`.
"""

import importlib
import os
import typing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from yrdx import catalogue
from yrdx.connector import Completeness
from yrdx.errors import SourceRefused, SourceUnavailable
from yrdx.model import Frozen

SOURCES = Path(__file__).parent / "sources"
KINDS = catalogue.connector_names()
BY_NAME = Completeness(by="name", name=r"[0-9]{2}_[a-z_]+_[0-9]{4}_v[0-9]+[.](csv|xlsx)")
LONG_AGO = datetime.now(UTC) - timedelta(hours=1)


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def connector(kind: str):
    return catalogue.connector(kind)


@pytest.fixture
def source(kind: str, tmp_path: Path):
    assert (SOURCES / f"{kind}.py").is_file(), (
        f"write tests/contracts/sources/{kind}.py with open_source(tmp_path), "
        f"as the other connectors have it"
    )
    module = importlib.import_module(f"tests.contracts.sources.{kind}")
    with module.open_source(tmp_path) as opened:
        yield opened


def paths(connector, config) -> list[str]:
    return [offer.path for offer in connector.offers(config)]


def test_the_config_is_frozen_strict_and_chosen_by_the_name_of_the_module(kind, connector):
    config = connector.Config
    assert issubclass(config, Frozen)
    assert typing.get_args(config.model_fields["kind"].annotation) == (kind,)
    assert connector.__doc__, "say in one sentence what kind of source this is"
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        config.model_validate({"kind": kind, "pasword": "typing error"})


def test_a_config_names_credentials_and_never_holds_them(connector):
    secret = [
        name
        for name in connector.Config.model_fields
        if any(word in name for word in ("key", "secret", "password", "token"))
    ]
    assert all(name.endswith("_env") for name in secret), (
        f"{secret}: agreements are in git; let the field name an environment variable (…_env)"
    )


def test_a_file_counts_once_its_marker_lies_beside_it(connector, source):
    config = source.config(complete=Completeness())
    source.put("institution/2025.csv", b"a,b\n1,2\n")
    assert paths(connector, config) == []
    source.put("institution/2025.csv.ok", b"")
    (offer,) = connector.offers(config)
    assert offer.path == "institution/2025.csv"
    assert offer.size == 8
    assert offer.modified_at.tzinfo is not None
    assert offer.version


def test_a_marker_older_than_its_file_belongs_to_the_version_before(connector, source):
    config = source.config(complete=Completeness())
    source.put("2025.csv.ok", b"", at=LONG_AGO)
    source.put("2025.csv", b"corrected")
    assert paths(connector, config) == []
    source.put("2025.csv.ok", b"")
    assert paths(connector, config) == ["2025.csv"]


def test_a_file_counts_when_it_has_the_agreed_name(connector, source):
    config = source.config(complete=BY_NAME)
    source.put("33_institution_2025_v1.csv", b"x")
    source.put("33_institution_2025.csv", b"x")
    source.put("新建 Microsoft Excel 工作表.xlsx", b"x")
    assert paths(connector, config) == ["33_institution_2025_v1.csv"]


def test_locks_previews_and_half_transfers_never_count(connector, source):
    unfinished = ["~$名单.xlsx", ".~lock.a.csv#", ".hidden.csv", "a.csv.part", "a.csv.filepart"]
    unfinished += ["Thumbs.db", "b.xlsx.crdownload", "__MACOSX/._a.csv", "c.tmp", "sub/.d.csv.swp"]
    for name in unfinished:
        source.put(name, b"x")
    assert paths(connector, source.config(complete=Completeness(by="name", name=".*"))) == []


def test_the_glob_chooses_and_paths_come_sorted(connector, source):
    for name in ("student_scale/b.csv", "student_scale/2025/a.csv", "enterprise/c.csv", "d.csv"):
        source.put(name, b"x")
    config = source.config(complete=Completeness(by="name", name=".*"), glob="student_scale/*")
    assert paths(connector, config) == ["student_scale/2025/a.csv", "student_scale/b.csv"]


def test_fetch_brings_the_bytes_that_were_offered(connector, source, tmp_path):
    body = bytes(range(256)) * 10_000
    source.put("附件2：专业布点表.xls", body)
    source.put("附件2：专业布点表.xls.ok", b"")
    config = source.config(complete=Completeness())
    (offer,) = connector.offers(config)
    connector.fetch(config, offer, into=tmp_path / "fetched")
    assert (tmp_path / "fetched").read_bytes() == body


def test_new_bytes_under_the_old_name_are_another_version(connector, source):
    config = source.config(complete=Completeness(by="name", name=".*"))
    source.put("a.csv", b"one")
    (before,) = connector.offers(config)
    assert list(connector.offers(config)) == [before], "listing twice must give the same"
    source.put("a.csv", b"two")
    (after,) = connector.offers(config)
    assert after.version != before.version


def test_a_file_that_changes_between_listing_and_fetching_is_tried_again(
    connector, source, tmp_path
):
    config = source.config(complete=Completeness(by="name", name=".*"))
    source.put("a.csv", b"one")
    (offer,) = connector.offers(config)
    source.put("a.csv", b"one and a half")
    with pytest.raises(SourceUnavailable, match="changed"):
        connector.fetch(config, offer, into=tmp_path / "fetched")


def test_a_file_that_vanishes_between_listing_and_fetching_is_tried_again(
    connector, source, tmp_path
):
    config = source.config(complete=Completeness(by="name", name=".*"))
    source.put("a.csv", b"one")
    (offer,) = connector.offers(config)
    source.remove("a.csv")
    with pytest.raises(SourceUnavailable):
        connector.fetch(config, offer, into=tmp_path / "fetched")


def test_a_source_that_does_not_answer_is_unavailable(connector, source):
    with pytest.raises(SourceUnavailable):
        list(connector.offers(source.unreachable()))


def test_a_relative_folder_lies_in_the_home_of_the_exchange(tmp_path):
    config = catalogue.connector("local_folder").Config.model_validate(
        {"kind": "local_folder", "root": "inbox/33-zhejiang"}, context={"home": tmp_path}
    )
    assert config.root == tmp_path / "inbox/33-zhejiang"


def test_names_in_gb18030_are_read_as_chinese(tmp_path):
    """A share that an old Windows machine writes to shows bytes that are no UTF-8."""
    folder = os.fsencode(tmp_path) + "/名录".encode("gb18030")
    os.mkdir(folder)  # noqa: PTH102 - a name in bytes
    for name in ("2025年院校.csv", "2025年院校.csv.ok"):
        with open(folder + b"/" + name.encode("gb18030"), "wb") as file:  # noqa: PTH123
            file.write(b"rows" if name.endswith(".csv") else b"")
    local_folder = catalogue.connector("local_folder")
    config = local_folder.Config(kind="local_folder", root=tmp_path, glob="名录/*")
    (offer,) = local_folder.offers(config)
    assert offer.path == "名录/2025年院校.csv"
    local_folder.fetch(config, offer, into=tmp_path / "fetched")
    assert (tmp_path / "fetched").read_bytes() == b"rows"


def test_a_link_out_of_the_folder_is_never_offered_nor_followed(tmp_path):
    local_folder = catalogue.connector("local_folder")
    (tmp_path / "secret.csv").write_bytes(b"x")
    root = tmp_path / "inbox"
    root.mkdir()
    config = local_folder.Config(
        kind="local_folder", root=root, complete=Completeness(by="name", name=".*")
    )
    (root / "a.csv").write_bytes(b"x")
    (offer,) = local_folder.offers(config)
    (root / "a.csv").unlink()
    (root / "a.csv").symlink_to(tmp_path / "secret.csv")
    assert list(local_folder.offers(config)) == []
    with pytest.raises(SourceRefused, match="leads out"):
        local_folder.fetch(config, offer, into=tmp_path / "fetched")


def test_a_missing_credential_is_told_by_its_name(tmp_path, monkeypatch):
    s3_drop = catalogue.connector("s3_drop")
    module = importlib.import_module("tests.contracts.sources.s3_drop")
    with module.open_source(tmp_path) as source:
        config = source.config(complete=Completeness())
        monkeypatch.delenv(module.SECRET)
        with pytest.raises(SourceRefused, match="neither TEST_INBOX_SECRET_KEY nor"):
            list(s3_drop.offers(config))
        (tmp_path / "secret").write_text("exchange-secret\n")
        monkeypatch.setenv(f"{module.SECRET}_FILE", str(tmp_path / "secret"))
        assert list(s3_drop.offers(config)) == []
        monkeypatch.setenv(module.SECRET, "exchange-secret")


def test_a_bucket_that_is_not_there_needs_a_person(tmp_path):
    s3_drop = catalogue.connector("s3_drop")
    module = importlib.import_module("tests.contracts.sources.s3_drop")
    with module.open_source(tmp_path) as source:
        for bucket, said in (("typing-error", "check the bucket's name"), ("an error", "correct")):
            config = source.config(complete=Completeness(), bucket=bucket)
            with pytest.raises(SourceRefused, match=said):
                list(s3_drop.offers(config))
