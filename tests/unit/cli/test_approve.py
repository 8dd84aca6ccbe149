"""`yrdx approve`: a person decides without Airflow, and everybody can see it."""

import json
import re
from pathlib import Path

import pytest


@pytest.fixture
def waiting(yrdx, zhejiang, schools) -> str:
    """SHA-256 of a checked delivery that waits for approval."""
    agreement = zhejiang.parent / "provinces" / "33-zhejiang.yaml"
    agreement.write_text(agreement.read_text() + "    approval: required\n")
    schools("inbox/institution_2025.csv", good=3)
    (zhejiang / "institution_2025.csv.ok").touch()
    landed = yrdx("land", "33")
    key = re.search(r"landed/\S+/delivery\.json", landed.out).group()
    checked = yrdx("check", "--landed", key)
    assert "校验通过，待审批" in checked.out, checked.err
    return key.split("/")[-2]


def test_what_waits_is_listed_approved_and_then_admitted(yrdx, waiting):
    assert "待审批" in yrdx("status").out
    assert waiting[:16] in yrdx("approve").out
    early = yrdx("admit", waiting)
    assert early.code == 2
    assert f"yrdx approve {waiting[:16]}" in early.err
    silent = yrdx("approve", waiting[:12], "--by", "李审批")
    assert silent.code == 2
    assert "reason" in silent.err
    said = yrdx("approve", waiting[:12], "--by", "李审批", "--reason", "同意入库")
    assert said.code == 0, said.err
    assert "已批准" in said.out
    page = Path(re.search(r"回执：(\S+receipt\.html)", said.out).group(1))
    assert "同意入库" in page.read_text(encoding="utf-8")
    verified = yrdx("verify", page.with_name("receipt.json"))
    assert verified.code == 0, verified.out
    assert "没有待审批" in yrdx("approve").out
    assert "已入库 3 行" in yrdx("admit", waiting).out
    assert "✔ 已入库" in yrdx("status").out


def test_what_is_refused_stays_out_whoever_approves_it_later(yrdx, waiting):
    said = yrdx("approve", waiting, "--refuse", "--by", "李审批", "--reason", "缺两所学校")
    assert "不批准" in said.out
    admitted = yrdx("admit", waiting)
    assert admitted.code == 1
    assert "缺两所学校" in admitted.out
    assert "✘ 未批准" in yrdx("status").out
    later = yrdx("approve", waiting, "--by", "王副处长", "--reason", "同意")
    assert "以第一次的为准" in later.out
    assert yrdx("admit", waiting).code == 1


def test_a_snapshot_is_published_after_it_was_approved(yrdx, waiting, monkeypatch):
    yrdx("approve", waiting, "--by", "李审批", "--reason", "同意入库")
    yrdx("admit", waiting)
    monkeypatch.setenv("YRDX_APPROVE_SNAPSHOTS", "institution")
    assert "institution" in yrdx("approve").out
    assert "没有新的入库数据" in yrdx("publish", "institution").out
    said = yrdx("approve", "--snapshot", "institution", "--by", "李审批", "--reason", "可以发布")
    assert "yrdx publish institution" in said.out
    assert "3 行" in yrdx("publish", "institution").out
    manifest = next((Path.cwd() / "store" / "published").rglob("manifest.json"))
    (lineage,) = json.loads(manifest.read_text())["lineage"]
    assert lineage["receipt_key"].startswith("decided/33/")
