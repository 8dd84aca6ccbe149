"""`yrdx rehearse`: changed rules are tried on all that has landed, and nothing is stored."""

import json
import re
from pathlib import Path

import pytest

WRONG = "4133019999,123300004700091225,坏代码职业学院,2,,1,1,浙江省教育厅,1,330106,1"
RULE = "uscc_check_digit_is_wrong"
CALENDAR = f"""
rules:
  - rule: {RULE}
    column: uscc
    reason: {{zh: 演练样例, en: sample}}
    steps:
      - {{stage: draft, to: 2099-01-01}}
      - {{stage: STAGE, from: 2099-01-01}}
"""


@pytest.fixture
def calendar(tmp_path: Path):
    """Writes a calendar in which the rule reaches a stage in the end."""

    def write(stage: str, *, folder: str = "changed", stem: str = "institution") -> Path:
        path = tmp_path / folder / f"{stem}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(CALENDAR.replace("STAGE", stage), encoding="utf-8")
        return path

    return write


@pytest.fixture
def landed(yrdx, zhejiang, schools) -> str:
    """One wrong school in four, checked, and admitted in part."""
    schools("inbox/33_institution_2025_v1.csv", WRONG, good=3)
    (zhejiang / "33_institution_2025_v1.csv.ok").touch()
    key = re.search(r"landed/\S+", yrdx("land", "33").out).group()
    assert yrdx("check", "--landed", key).code == 0
    return key


def stored(tmp_path: Path) -> dict[str, bytes]:
    return {
        str(path): path.read_bytes() for path in (tmp_path / "store").rglob("*") if path.is_file()
    }


def test_a_milder_calendar_tells_what_would_pass_and_stores_nothing(
    yrdx, landed, calendar, tmp_path
):
    before = stored(tmp_path)
    said = yrdx("rehearse", "--calendar", calendar("warn"))
    assert said.code == 0, said.err
    assert "部分入库 → 入库" in said.out
    assert "错误行 1 → 0" in said.out
    assert re.search(rf"{RULE} +uscc +1 错误 +1 警告", said.out)
    assert "结论会变差 0 份；没有保存任何结果" in said.out
    assert stored(tmp_path) == before


def test_a_stricter_rule_tells_what_would_fail_and_leaves_with_one(
    yrdx, landed, calendar, tmp_path, monkeypatch
):
    calendar("warn", folder="calendar")
    monkeypatch.setenv("YRDX_CALENDAR", str(tmp_path / "calendar"))
    steps = "{stage: warn, from: 2099"
    early = (tmp_path / "calendar" / "institution.yaml").read_text(encoding="utf-8")
    early = early.replace("{stage: draft, to: 2099", "{stage: draft, to: 2000")
    early = early.replace(steps, "{stage: warn, from: 2000")
    (tmp_path / "calendar" / "institution.yaml").write_text(early, encoding="utf-8")
    assert yrdx("check", "--landed", landed).code == 0
    assert "没有保存任何结果" in yrdx("rehearse").out

    said = yrdx("rehearse", "--calendar", calendar("enforce"), "-p", "zhejiang", "--json")
    assert said.code == 1, said.err
    (delivery,) = json.loads(said.out)["deliveries"]
    assert (delivery["before"], delivery["after"]) == ("admitted", "admitted_in_part")
    assert delivery["newly_fails"]
    assert delivery["day"] == "2099-01-01"
    (change,) = delivery["rules"]
    assert change == {
        "rule": RULE,
        "column": "uscc",
        "before": 1,
        "before_as": "warning",
        "after": 1,
        "after_as": "error",
    }

    path = calendar("enforce")
    on_receipt = yrdx("rehearse", "--calendar", path, "--on", "receipt", "--json")
    (delivery,) = json.loads(on_receipt.out)["deliveries"]
    assert delivery["rules"][0]["after_as"] is None, "on the day of receipt it was a draft"


def test_in_the_shadow_a_rule_is_counted_and_changes_no_verdict(yrdx, landed, calendar):
    said = yrdx("rehearse", "--calendar", calendar("shadow"), "--on", "2099-05-01", "--json")
    (delivery,) = json.loads(said.out)["deliveries"]
    assert [item["after_as"] for item in delivery["rules"] if item["rule"] == RULE] == ["shadow"]
    assert delivery["after"] == "admitted"


def test_a_changed_contract_takes_the_place_of_its_namesake(yrdx, landed, project, tmp_path):
    source = (project / "schemas" / "institution.py").read_text(encoding="utf-8")
    new = """
    @row_rule(
        "inst_name",
        severity=Severity.ERROR,
        zh="学校名称含“第”（演练样例）。",
        en="The name has 第 (sample).",
        remedy_zh="请核对。",
        remedy_en="Check it.",
        source="sample",
    )
    def name_is_numbered() -> pl.Expr:
        return ~pl.col("inst_name").str.contains("第", literal=True)


DATASET"""
    changed = tmp_path / "institution.py"
    changed.write_text(source.replace("\nDATASET", new, 1), encoding="utf-8")
    said = yrdx("rehearse", "--rules", changed, "-d", "institution")
    assert said.code == 1, said.out + said.err
    assert re.search(r"name_is_numbered +inst_name +0 +3 错误", said.out)
    assert "部分入库 → 退回" in said.out
    assert "错误行 1 → 4" in said.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--on", "soon"), "2026-09-01"),
        (("--province", "99"), "没有省份"),
        (("--calendar", "nothing.yaml"), "找不到文件"),
        (("--rules", "nothing.py"), "找不到文件"),
    ],
)
def test_what_cannot_be_meant_is_told(yrdx, landed, words, told):
    said = yrdx("rehearse", *words)
    assert said.code == 2
    assert told in said.err


def test_a_calendar_named_after_no_dataset_is_told(yrdx, landed, calendar):
    said = yrdx("rehearse", "--calendar", calendar("warn", stem="schools"))
    assert said.code == 2
    assert "schools.yaml" in said.err
    assert "every_dataset" in said.err


def test_with_nothing_landed_there_is_nothing_to_rehearse(yrdx, zhejiang):
    assert "没有可演练的报送" in yrdx("rehearse").out
