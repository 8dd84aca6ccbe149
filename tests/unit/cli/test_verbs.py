"""The verbs by hand: what arrives is landed, checked, admitted and published without Airflow."""

import json
import re
import shlex
import shutil
from pathlib import Path

import duckdb
import pytest

from tests.support.snapshots import publish_rows
from yrdx import pipeline, publication
from yrdx.errors import SourceRefused
from yrdx.settings import Settings
from yrdx.store.local import LocalStore

WRONG = "4133019999,123300004700091225,坏代码职业学院,2,,1,1,浙江省教育厅,1,330106,1"


def test_a_list_goes_by_hand_from_the_inbox_to_a_snapshot(yrdx, zhejiang, schools):
    schools("inbox/institution_2025.csv", WRONG, good=3)
    (zhejiang / "institution_2025.csv.ok").touch()

    assert "— 未报送" in yrdx("status").out
    assert "逾期" in yrdx("status", "33").out
    assert "institution_2025.csv" in yrdx("discover", "zhejiang").out

    landed = yrdx("land", "33")
    assert landed.code == 0, landed.err
    key = re.search(r"landed/\S+/delivery\.json", landed.out).group()
    sha256 = key.split("/")[-2]
    assert "没有新文件" in yrdx("discover", "--all").out
    assert "… 待校验" in yrdx("status").out
    assert "共 0 份" in yrdx("land", "--all").out

    early = yrdx("admit", sha256)
    assert early.code == 2
    assert f"yrdx check --landed {sha256[:16]}" in early.err

    checked = yrdx("check", "--landed", key)
    assert checked.code == 0, checked.out + checked.err
    assert "部分入库" in checked.out
    assert "receipt.html" in checked.out
    status = yrdx("status").out
    assert "▲ 部分入库" in status
    assert sha256[:12] in status

    assert "没有新的入库数据" in yrdx("publish", "institution").out
    assert "还没有发布过快照" in yrdx("snapshots").out
    admitted = yrdx("admit", sha256[:12])
    assert admitted.code == 0, admitted.err
    assert "已入库 3 行" in admitted.out

    published = yrdx("publish", "institution")
    assert published.code == 0, published.err
    assert "3 行" in published.out
    listed = yrdx("snapshots", "institution").out
    assert "33 暂不提供：uscc" in listed
    query = next(shlex.split(line) for line in listed.splitlines() if "duckdb -c" in line)[2]
    assert len(duckdb.sql(query).fetchall()) == 3
    assert "1.0.0" in yrdx("snapshots").out


def test_a_misspelt_dataset_is_told_by_its_file_and_stops_nobody_else(
    yrdx, zhejiang, schools, tmp_path
):
    jiangsu = (
        (tmp_path / "provinces" / "33-zhejiang.yaml")
        .read_text("utf-8")
        .replace('code: "33"', 'code: "32"')
        .replace("slug: zhejiang", "slug: jiangsu")
        .replace("浙江省", "江苏省")
        .replace("dataset: institution", "dataset: institutoin")
    )
    (tmp_path / "provinces" / "32-jiangsu.yaml").write_text(jiangsu, encoding="utf-8")
    schools("inbox/institution_2025.csv", good=3)
    (zhejiang / "institution_2025.csv.ok").touch()

    status, discovered, landed = yrdx("status"), yrdx("discover", "--all"), yrdx("land", "--all")

    for said in (status, discovered, landed):
        assert "provinces/32-jiangsu.yaml，单位 unit jyt，dataset" in said.out
        assert "没有数据集 names a dataset that does not exist: 'institutoin'" in said.out
        assert "是不是 did you mean institution?" in said.out
    assert status.code == 0
    assert "浙江省" in status.out
    assert (discovered.code, landed.code) == (2, 2)
    assert "institution_2025.csv" in discovered.out
    assert "共 1 份" in landed.out


def test_overdue_is_said_of_the_period_that_is_missing_and_not_of_those_that_came(
    yrdx, zhejiang, schools
):
    agreed = zhejiang.parent / "provinces" / "33-zhejiang.yaml"
    text = agreed.read_text("utf-8").replace('    period: "2025"\n', "")
    agreed.write_text(text, encoding="utf-8")
    schools("inbox/institution_2019.csv", good=3)
    (zhejiang / "institution_2019.csv.ok").touch()
    yrdx("land", "33")

    lines = [line for line in yrdx("status").out.splitlines() if "institution" in line]

    (missing,) = [line for line in lines if "逾期" in line]
    assert "— 未报送" in missing
    (came,) = [line for line in lines if "2019" in line]
    assert "待校验" in came
    assert "逾期" not in came


def test_a_dataset_that_does_not_exist_is_told_in_both_languages(yrdx):
    said = yrdx("publish", "institutoin")

    assert said.code == 2
    assert "没有数据集 there is no dataset 'institutoin'" in said.err
    assert "是不是 did you mean institution?" in said.err


def test_a_store_that_cannot_be_made_is_a_slip_of_the_user(yrdx, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("YRDX_STORE", str(tmp_path / "file" / "store"))

    said = yrdx("snapshots")

    assert said.code == 2
    assert "不能作为存储" in said.err


def test_a_source_that_does_not_answer_is_told_and_is_exit_code_three(yrdx, zhejiang):
    zhejiang.rmdir()

    said = yrdx("discover", "33")

    assert said.code in (2, 3)
    assert "institution" in said.out
    assert "Traceback" not in said.out + said.err


def test_the_dry_run_and_the_exchange_write_the_same_receipt(yrdx, zhejiang, schools, tmp_path):
    name = "33_institution_2025_v1.csv"
    path = schools(f"inbox/{name}", WRONG, good=3)
    (zhejiang / f"{name}.ok").touch()
    yrdx("status")  # the exchange has its store

    terms = ("--agreement", "jyt", "--store", tmp_path / "store", "-o", tmp_path / "tried")
    tried = yrdx("check", path, *terms)
    landed = re.search(r"landed/\S+", yrdx("land", "33").out).group()
    checked = yrdx("check", "--landed", landed)

    assert (tried.code, checked.code) == (0, 0), tried.err + checked.err
    kept = Path(re.search(r"\S+/receipt\.json", checked.out).group()).parent
    theirs, ours = (
        json.loads((folder / "receipt.json").read_text("utf-8"))
        for folder in (tmp_path / "tried", kept)
    )
    differing = {field for field in ours if ours[field] != theirs[field]}
    assert differing == {"trial", "delivery", "status", "next_step", "proof"}
    assert theirs["proof"]["rests_on"] == ours["proof"]["rests_on"]
    proved = [each["proof"]["artefacts"]["findings.parquet"] for each in (theirs, ours)]
    assert proved[0] == proved[1]
    assert theirs["number"] == ours["number"]
    of_receipt = {
        field for field in ours["delivery"] if ours["delivery"][field] != theirs["delivery"][field]
    }
    assert of_receipt == {"received_at", "attempt"}
    findings = "findings.parquet"
    assert (kept / findings).read_bytes() == (tmp_path / "tried" / findings).read_bytes()


def test_corrected_rows_are_tried_over_the_file_before_as_the_exchange_will_take_them(
    yrdx, zhejiang, schools, tmp_path
):
    def delivered(path: Path) -> Path:
        path.with_name(path.name + ".ok").touch()
        landed = re.search(r"landed/\S+", yrdx("land", "33").out).group()
        told = yrdx("check", "--landed", landed).out
        return Path(re.search(r"\S+/receipt\.json", told).group()).parent

    first = schools("inbox/33_institution_2025_v1.csv", WRONG, good=3)
    delivered(first)
    corrected = schools("inbox/33_institution_2025_更正.csv", good=1)
    terms = ("--agreement", "jyt", "--store", tmp_path / "store", "-o", tmp_path / "tried")
    tried = yrdx("check", corrected, "--base", first, *terms)
    kept = delivered(corrected)

    theirs, ours = (
        json.loads((folder / "receipt.json").read_text("utf-8"))
        for folder in (tmp_path / "tried", kept)
    )
    assert theirs["number"] == ours["number"], tried.err
    assert (theirs["delivery"]["base"], theirs["rows"]) == (ours["delivery"]["base"], ours["rows"])
    assert ours["rows"]["read"] > 1, "the whole is checked, not the corrected rows alone"
    differing = {field for field in ours if ours[field] != theirs[field]}
    assert differing == {
        "trial", "delivery", "status", "next_step", "proof", "attempts", "since_last",
    }  # fmt: skip
    assert theirs["since_last"] | {"attempt": 1} == ours["since_last"]
    for name in ("whole.csv", "findings.parquet", "since_last.parquet"):
        assert (kept / name).read_bytes() == (tmp_path / "tried" / name).read_bytes()


def test_a_base_is_for_corrected_rows_and_is_a_whole_itself(yrdx, schools):
    whole = schools("33_institution_2025_v1.csv", good=2)
    delta = schools("33_institution_2025_delta.csv", good=1)
    for words, told in (
        ((whole, "--base", whole), "33_institution_2025_v1_更正.csv"),
        ((delta, "--base", delta), "whole.csv"),
        ((delta, "--base", "nowhere.csv"), "找不到文件"),
    ):
        said = yrdx("check", *words)
        assert said.code == 2
        assert told in said.err
    assert "只检查更正的行" in yrdx("check", delta).out


def test_a_delivery_is_taken_back_by_hand_and_the_snapshots_say_so(yrdx, zhejiang, schools):
    for number, good in (("1", 3), ("2", 5)):
        schools(f"inbox/institution_2025_{number}.csv", good=good)
        (zhejiang / f"institution_2025_{number}.csv.ok").touch()
        key = re.search(r"landed/\S+/delivery\.json", yrdx("land", "33").out).group()
        assert yrdx("check", "--landed", key).code == 0
        assert yrdx("admit", key).code == 0
        assert f"{good} 行" in yrdx("publish", "institution").out
    sha256 = key.split("/")[-2]

    assert yrdx("withdraw", sha256).code == 2
    said = yrdx("withdraw", sha256, "--reason", "报错了学年")
    assert said.code == 0, said.err
    assert "报错了学年" in said.out
    assert "3 行" in yrdx("publish", "institution").out
    assert yrdx("withdraw", sha256, "--reason", "再说一次").out.count("报错了学年") == 1

    newest, second, first = yrdx("snapshots", "institution").out.split("\n\n")[:3]
    assert "institution  1.0.2-" in newest
    assert "新增 0 行，更正 0 行，删除 2 行" in newest
    assert "新增 2 行，更正 0 行，删除 0 行" in second
    assert "较" not in first
    (log,) = Path("store/published/institution").glob("1.0.2-*/CHANGELOG.zh.md")
    assert f"撤回报送 {sha256[:12]}（报错了学年）" in log.read_text(encoding="utf-8")


def test_the_query_that_is_printed_gives_the_columns_as_they_were_published(yrdx):
    """The folders are called `province=31` too; this dataset has a column of that name."""
    exchange = pipeline.open_exchange(Settings.load())
    committees = [
        {"committee_no": f"HZW{code}", "province": code, "name": f"{code} 行指委"}
        for code in ("31", "32", "33", "34")
    ]
    publish_rows(exchange, "guidance_committee", {("2025", "31"): committees})
    query = re.search(r'duckdb -c "(.+)"', yrdx("snapshots", "guidance_committee").out).group(1)
    answer = duckdb.sql(query)
    assert sorted(answer.select("province").fetchall()) == [("31",), ("32",), ("33",), ("34",)]
    manifest = publication.newest(exchange.store, "guidance_committee")
    assert answer.columns == [column.name for column in manifest.columns]


def test_a_version_from_which_all_was_taken_back_has_no_query_that_would_fail(
    yrdx, zhejiang, schools
):
    schools("inbox/institution_2025_1.csv", good=3)
    (zhejiang / "institution_2025_1.csv.ok").touch()
    key = re.search(r"landed/\S+/delivery\.json", yrdx("land", "33").out).group()
    for words in (("check", "--landed", key), ("admit", key)):
        yrdx(*words)
    assert "duckdb" in yrdx("publish", "institution").out
    yrdx("withdraw", key.split("/")[-2], "--reason", "报错了学年")
    said = yrdx("publish", "institution")
    assert "0 行" in said.out
    assert "duckdb" not in said.out
    newest, first = yrdx("snapshots", "institution").out.split("\n\n")[:2]
    assert "duckdb" not in newest
    assert "duckdb" in first


@pytest.fixture
def committees():
    exchange = pipeline.open_exchange(Settings.load())
    publish_rows(exchange, "guidance_committee", {("2025", "31"): [{"province": "31"}]})
    return Path(exchange.settings.store)


@pytest.mark.parametrize(
    "words", [["snapshots"], ["snapshots", "guidance_committee"], ["release", "list"]]
)
def test_who_only_looks_at_what_is_published_needs_no_right_to_write(yrdx, committees, words):
    shutil.rmtree(committees / ".yrdx" / "tmp")  # where writers write
    before = sorted(committees.rglob("*"))
    assert yrdx(*words).code == 0
    assert sorted(committees.rglob("*")) == before


def test_who_may_not_read_rows_about_people_sees_what_else_is_published(
    yrdx, committees, monkeypatch
):
    def refused(self, key):
        if key.startswith("restricted/"):
            raise SourceRefused(f"{key}: 403")
        return read(self, key)

    read = LocalStore.get
    monkeypatch.setattr(LocalStore, "get", refused)
    said = yrdx("snapshots")
    assert said.code == 0, said.err
    assert "guidance_committee  1.0.0-" in said.out
    assert "teacher：含个人明细" in said.out


@pytest.mark.parametrize("name", ["../../catalog", "第一批次", "2026-11-24"])
def test_a_release_that_cannot_be_is_not_found(yrdx, name):
    said = yrdx("release", "show", name)
    assert said.code == 2
    assert "没有发布批次" in said.err
