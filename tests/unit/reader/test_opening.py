"""Opening a published version: which one, which rows of it, and never a byte that was changed."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

import yrdx
from tests.support.admissions import admit_rows, awards, files_below, partners
from tests.support.award import DATASET
from tests.support.s3_emulator import running_emulator
from yrdx.cli import main
from yrdx.errors import ConfigurationError, IntegrityError, SnapshotIncomplete, SnapshotNotFound
from yrdx.publication import Manifest, publish
from yrdx.reader.writing import write
from yrdx.settings import TIMEZONE, Settings
from yrdx.store import layout, open_store
from yrdx.store.local import LocalStore, open_local
from yrdx.store.port import ObjectStore

NAME = DATASET.name


def publish_three(store: ObjectStore, spool: Path) -> tuple[Manifest, ...]:
    """Versions 1.0.0 (Shanghai), 1.1.0 (and Zhejiang, an older period), 1.1.1 (corrected)."""
    steps = (
        lambda: admit_rows(store, awards(31, province="31"), province="31"),
        lambda: admit_rows(store, awards(47, province="33"), province="33", period="2024"),
        lambda: admit_rows(store, awards(30, province="31"), province="31", attempt=2),
    )
    made = []
    for step in steps:
        step()
        provinces = partners("31", "33")
        made.append(publish(DATASET, store=store, provinces=provinces, spool=spool))
    return tuple(made)


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> tuple[LocalStore, tuple[Manifest, ...]]:
    folder = tmp_path_factory.mktemp("published")
    store = open_local(folder / "store")
    manifests = publish_three(store, folder)
    for manifest, day in zip(manifests, (1, 5, 9), strict=True):
        when = datetime(2026, 5, day, 15, 59, tzinfo=UTC).timestamp()  # 23:59 in Shanghai
        os.utime(store.uri(layout.manifest(NAME, manifest.version)), (when, when))
    return store, manifests


@pytest.mark.parametrize(
    ("version", "semver"),
    [
        ("", "1.1.1"),
        ("@1.*", "1.1.1"),
        ("@1.0.*", "1.0.0"),
        ("@1.1.0", "1.1.0"),
        ("@asof=2026-05-01", "1.0.0"),
        ("@asof=2026-05-08", "1.1.0"),
        ("@asof=2030-01-01", "1.1.1"),
    ],
)
def test_a_spec_means_the_newest_version_that_fits(published, version, semver) -> None:
    store, manifests = published
    opened = yrdx.open(NAME + version, store=store)
    assert opened.manifest.semver == semver
    (manifest,) = (item for item in manifests if item.semver == semver)
    assert yrdx.open(f"{NAME}@{manifest.version}", store=store).manifest == manifest
    assert yrdx.open(f"{NAME}@{manifest.version[:-4]}", store=store).manifest == manifest
    assert opened.arrow().num_rows == manifest.rows


@pytest.mark.parametrize("version", ["@2.*", "@1.2.*", "@1.0.1", "@1.0.0-ffff", "@asof=2026-04-30"])
def test_a_version_that_is_not_there_is_refused_with_those_that_are(published, version) -> None:
    store, manifests = published
    with pytest.raises(SnapshotNotFound, match=manifests[0].version):
        yrdx.open(NAME + version, store=store)


@pytest.mark.parametrize("spec", ["", "@1.*", "award@", "award@1", "award@new", "award@asof=May",
                                  "../award", "award@1.4.2.*"])  # fmt: skip
def test_what_means_nothing_is_answered_with_what_could_be_meant(published, spec) -> None:
    with pytest.raises(ConfigurationError, match="asof=2026-05-01"):
        yrdx.open(spec, store=published[0])


def test_a_version_that_was_written_and_never_published_is_not_found(published, tmp_path) -> None:
    store = open_local(tmp_path)
    first, second, _ = publish_three(store, tmp_path)
    lost = second.model_copy(update={"version": "1.9.0-0123456789ab"})
    store.put_if_absent(layout.manifest(NAME, lost.version), lost.model_dump_json().encode())
    with pytest.raises(SnapshotNotFound, match=first.version):
        yrdx.open(f"{NAME}@{lost.version}", store=store)


@pytest.mark.parametrize(
    ("where", "files"),
    [
        ("src_province = '31'", ["31"]),
        ("src_period < '2025' and cert_no > 'C0100000'", ["33"]),
        ("src_province = '31' or hours_count > 100", ["33", "31"]),
        ("src_province in ('31', '33') and not src_period = '2025'", ["33"]),
        ("award_date >= date '2024-06-01' and src_province = '33' and score is not null", ["33"]),
        ("src_province = '34'", []),
        (pl.col("src_province").is_in(["31"]) & (pl.col("hours_count") > 100), ["31"]),
        ((pl.col("src_period") == "2025") & pl.col("is_double") & pl.lit(value=True), ["31"]),
    ],
)
def test_a_condition_leaves_out_files_and_gives_every_tool_the_same_rows(
    published, where, files
) -> None:
    store, manifests = published
    columns = ["hours_count", "cert_no", "award_date", "major_codes"]
    opened = yrdx.open(NAME, store=store, where=where, columns=columns)
    assert [file.province for file in opened.files] == files
    condition = pl.sql_expr(where) if isinstance(where, str) else where
    everything = pl.concat(pl.read_parquet(store.uri(layout.published_prefix(
        NAME, manifests[2].version) + file.key), hive_partitioning=False)
        for file in manifests[2].files)  # fmt: skip
    expected = everything.filter(condition).select(columns)
    assert opened.polars().collect().equals(expected)
    table = opened.arrow()
    assert pl.DataFrame(table).equals(expected)
    if files:
        assert table.schema.field("hours_count").metadata[b"unit"].decode() == "学时"
    frame = opened.pandas()
    for name in ("hours_count", "cert_no", "award_date"):
        assert frame[name].tolist() == expected[name].to_list()
    assert list(map(str, frame.dtypes)) == [
        "int64[pyarrow]", "string[pyarrow]", "date32[day][pyarrow]",
        "list<element: string>[pyarrow]"]  # fmt: skip
    relation = opened.duckdb()
    assert relation.columns == columns
    assert sorted(relation.fetchall()) == sorted(expected.rows())


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"where": "src_province = 31"}, "quote codes"),
        ({"where": "award_date > '2024-01-01'"}, "award_date >= date"),
        ({"where": "hours_count + 1"}, "not true or false"),
        ({"where": "select 1"}, "condition"),
        ({"where": "province = '31'"}, "src_province"),
        ({"columns": ["certno"]}, "cert_no"),
    ],
)
def test_a_condition_or_column_that_means_nothing_is_refused_before_reading(
    published, wrong, told
) -> None:
    with pytest.raises(ConfigurationError, match=told):
        yrdx.open(NAME, store=published[0], **wrong)


def test_complete_is_refused_naming_who_is_absent_from_what_is_read(published) -> None:
    store, _ = published
    with pytest.raises(SnapshotIncomplete) as refused:
        yrdx.open(NAME, store=store, require="complete")
    assert "31 edu 2024 缺 missing" in str(refused.value)
    assert "33 edu 2025 沿用旧期 carried forward（2024）" in str(refused.value)
    where = "src_province = '31' and src_period = '2025'"
    assert yrdx.open(NAME, store=store, where=where, require="complete").arrow().num_rows == 30
    with pytest.raises(SnapshotIncomplete, match="no such delivery"):
        yrdx.open(NAME, store=store, where="src_period = '2026'", require="complete")


def test_a_changed_byte_is_found_before_any_row_is_given(tmp_path) -> None:
    store = open_local(tmp_path / "store")
    manifest = publish_three(store, tmp_path)[2]
    file = Path(store.uri(layout.published_prefix(NAME, manifest.version) + manifest.files[0].key))
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    opened = yrdx.open(NAME, store=store)
    for read in (opened.arrow, opened.polars, opened.pandas, opened.duckdb):
        with pytest.raises(IntegrityError, match=r"part-0000\.parquet"):
            read()


def test_reading_a_folder_leaves_it_as_it_is(published) -> None:
    store, _ = published
    before = files_below(store.root)
    assert len(yrdx.open(NAME, store=str(store.root)).pandas()) == 77
    assert files_below(store.root) == before
    with pytest.raises(ConfigurationError, match="YRDX_STORE"):
        yrdx.open(NAME, store=store.root / "nowhere")
    assert not (store.root / "nowhere").exists()


def test_an_s3_store_is_read_without_writing_and_fetches_only_what_is_asked_once(
    tmp_path, monkeypatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "one")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "two")
    with running_emulator() as address:
        settings = Settings(store="s3://lake/here", s3_endpoint=address)
        _make_bucket(address)
        off = settings.model_copy(update={"s3_conditional_writes": "off"})
        writer = open_store(off)
        manifests = publish_three(writer, tmp_path)
        before = [item.key for item in writer.list("")]
        asked = {"settings": settings, "cache": tmp_path / "cache"}
        opened = yrdx.open(f"{NAME}@1.*", where="src_province = '31'", **asked)
        assert opened.manifest == manifests[2]
        assert opened.arrow().num_rows == 30
        (fetched,) = (tmp_path / "cache").iterdir()
        assert fetched.stem == opened.files[0].sha256
        stamp = fetched.stat().st_mtime_ns
        assert yrdx.open(NAME, **asked).duckdb().count("*").fetchall() == [(77,)]
        assert fetched.stat().st_mtime_ns == stamp
        assert len(list((tmp_path / "cache").iterdir())) == 2
        assert [item.key for item in writer.list("")] == before
        assert _objects(address) == _objects_of(writer)
        today = datetime.now(TIMEZONE).date().isoformat()
        assert yrdx.open(f"{NAME}@asof={today}", **asked).version == manifests[2].version


def _client(address: str):
    import boto3

    return boto3.client("s3", endpoint_url=address, region_name="us-east-1")


def _make_bucket(address: str) -> None:
    _client(address).create_bucket(Bucket="lake")


def _objects(address: str) -> int:
    """All objects of the bucket, a store's own notes included."""
    return _client(address).list_objects_v2(Bucket="lake", MaxKeys=1000)["KeyCount"]


def _objects_of(store: ObjectStore) -> int:
    return sum(1 for _ in store.list(""))


def test_files_for_people_keep_codes_dates_and_several_codes(published, tmp_path) -> None:
    columns = ["issuer", "award_date", "is_double", "major_codes", "score"]
    opened = yrdx.open(NAME, store=published[0], columns=columns, where="src_province = '33'")
    rows = opened.arrow().to_pylist()
    for name in ("a.csv", "a.xlsx", "a.parquet"):
        assert write(opened, tmp_path / name) == 47
    assert pq.read_table(tmp_path / "a.parquet").equals(opened.arrow())
    assert pq.read_schema(tmp_path / "a.parquet").field("score").metadata[b"title_zh"]
    lines = (tmp_path / "a.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == ",".join(columns)
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    sheet = load_workbook(tmp_path / "a.xlsx").active
    for at, row in ((1, rows[0]), (47, rows[46])):
        codes = "；".join(row["major_codes"])
        told = (row["issuer"], str(row["award_date"]), str(int(row["is_double"])), codes)
        assert lines[at].replace('"', "").split(",")[:4] == list(told)
        cells = [cell.value for cell in sheet[at + 1]]
        assert (cells[0], str(cells[1].date()), cells[2]) == (told[0], told[1], int(told[2]))
        assert (cells[3] or "", cells[4]) == (codes, float(row["score"]))
    assert write(opened, tmp_path / "few.csv", limit=3) == 3
    with pytest.raises(ConfigurationError, match="xlsx"):
        write(opened, tmp_path / "a.ods")


def test_the_command_shows_rows_and_leaves_with_2_where_a_person_must_choose(
    published, capsys, tmp_path
) -> None:
    store = ["--store", str(published[0].root)]
    with pytest.raises(SystemExit) as left:
        main(["--lang", "zh", "read", f"{NAME}@1.0.0", *store, "--columns", "cert_no,src_province",
              "--limit", "2"])  # fmt: skip
    assert left.value.code in (0, None)
    shown = capsys.readouterr().out
    assert "全部 31 行" in shown
    assert "证书编号" in shown
    assert shown.count(" 31 ") == 3
    for words in (["read", f"{NAME}@7.*", *store], ["read", NAME, "--complete", *store]):
        with pytest.raises(SystemExit) as left:
            main(words)
        assert left.value.code == 2


def test_importing_yrdx_costs_nothing_until_it_opens_something() -> None:
    told = (
        "import sys, yrdx\n"
        "assert not {'polars', 'pyarrow', 'pydantic', 'pandas', 'yrdx.reader'} & set(sys.modules)\n"
        "assert 'open' in dir(yrdx)\n"
        "yrdx.open\n"
        "assert 'yrdx.reader' in sys.modules\n"
        "assert not {'duckdb', 'pyiceberg', 'pyspark', 'boto3'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", told], check=True)


@pytest.mark.parametrize("name", ["pandas", "duckdb"])
def test_a_tool_that_is_not_installed_is_named_with_how_to_install_it(published, name) -> None:
    """In a process of its own, where the tool cannot be found, as in the base install."""
    told = (
        "import sys, yrdx\n"
        f"opened = yrdx.open({NAME!r}, store={str(published[0].root)!r})\n"
        "assert opened.arrow().num_rows == 77\n"
        f"sys.modules[{name!r}] = None\n"
        f"opened.{name}()\n"
    )
    run = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=False)
    assert f"ConfigurationError: 这里没有安装 {name}" in run.stderr
    assert f"pip install {name}" in run.stderr


def test_rows_with_more_columns_than_the_screen_is_wide_are_shown_one_below_the_other(
    published, capsys, monkeypatch
) -> None:
    """Side by side each column would be two characters wide, and no name legible."""
    store, _ = published
    monkeypatch.setenv("COLUMNS", "80")
    words = ["--lang", "zh", "read", NAME, "--store", str(store.root), "--limit", "2"]
    with pytest.raises(SystemExit):
        main(words)
    wide = capsys.readouterr().out
    assert "第 1 行" in wide
    assert "第 2 行" in wide
    lines = [line.split() for line in wide.splitlines()]
    assert ["level_code", "等级"] in [line[:2] for line in lines]
    assert [line[2] for line in lines if line[:1] == ["src_province"]] == ["33", "33"]
    with pytest.raises(SystemExit):
        main([*words, "--columns", "cert_no,level_code"])
    narrow = capsys.readouterr().out
    assert "第 1 行" not in narrow
    assert "证书编号" in narrow
    with pytest.raises(SystemExit):
        main([*words, "--where", "src_province = '99'"])
    assert "其中没有符合条件的行" in capsys.readouterr().out


def written_by_another(store: ObjectStore, key: str, **told: str) -> str:
    """Write a document of the store anew as another yrdx would; the SHA-256 of its bytes."""
    before = store.get(key)
    body = json.dumps(json.loads(before) | told).encode()
    store.replace_if_match(key, body, expected=hashlib.sha256(before).hexdigest())
    return hashlib.sha256(body).hexdigest()


@pytest.mark.parametrize("told", [{"form": "yrdx manifest 2"}, {"licence": "CC-BY-4.0"}])
def test_a_version_that_a_newer_yrdx_wrote_asks_for_an_upgrade(tmp_path, capsys, told) -> None:
    store = open_local(tmp_path / "store")
    newest = publish_three(store, tmp_path)[-1]
    key = layout.manifest(NAME, newest.version)
    written_by_another(
        store, layout.pointer(NAME), manifest_sha256=written_by_another(store, key, **told)
    )
    with pytest.raises(SystemExit) as left:
        main(["read", NAME, "--store", str(tmp_path / "store")])
    said = capsys.readouterr().err
    assert left.value.code == 2
    assert key in said
    assert "请升级 yrdx" in said
    assert (told.get("form") or "licence") in said


def test_a_pointer_that_a_newer_yrdx_wrote_asks_for_an_upgrade(tmp_path) -> None:
    store = open_local(tmp_path / "store")
    publish_three(store, tmp_path)
    written_by_another(store, layout.pointer(NAME), form="yrdx pointer 2")
    with pytest.raises(ConfigurationError, match=r"yrdx pointer 2.*upgrade"):
        yrdx.open(NAME, store=store)
