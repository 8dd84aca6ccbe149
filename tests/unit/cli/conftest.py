"""The command line as a person meets it: words in, text and exit code out."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from yrdx.cli import main


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


@pytest.fixture
def yrdx(capsys, monkeypatch, tmp_path):
    """Runs `yrdx WORDS` in an empty folder with an empty exchange."""
    (tmp_path / "provinces").mkdir(exist_ok=True)
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "YRDX_HOME": str(tmp_path),
        "YRDX_STORE": str(tmp_path / "store"),
        "YRDX_LANG": "zh",
        "COLUMNS": "160",
    }.items():
        monkeypatch.setenv(name, value)

    def run(*words: object) -> Said:
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main([str(word) for word in words])
        said = capsys.readouterr()
        return Said(int(left.value.code or 0), said.out, said.err)

    return run


ZHEJIANG = """
code: "33"
slug: zhejiang
name: {zh: 浙江省, en: Zhejiang}
agreements:
  - unit: jyt
    unit_name: {zh: 浙江省教育厅, en: Zhejiang Department of Education}
    dataset: institution
    period: "2025"
    due: "01-01"
    tolerance: 0.5
    not_supplied: [uscc]
    source: {kind: local_folder, root: inbox, glob: "*"}
"""


@pytest.fixture
def zhejiang(tmp_path: Path) -> Path:
    """Zhejiang's agreement for schools; gives its inbox."""
    (tmp_path / "provinces").mkdir(exist_ok=True)
    (tmp_path / "provinces" / "33-zhejiang.yaml").write_text(ZHEJIANG, encoding="utf-8")
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    return inbox


HEADER = (
    "学校标识码,统一社会信用代码,学校名称,办学层次,学校类别码,举办者性质码,主管口径,主管部门,"
    "办学体制,所在地行政区划代码,机构状态"
)
GOOD = "4133010335,{uscc},{name},2,,1,1,浙江省教育厅,1,330106,1"
USCC = "123300004700091224"


@pytest.fixture
def schools(tmp_path: Path):
    """Writes a list of schools: as many good ones as asked for, then the given lines."""

    def write(name: str, *lines: str, good: int = 1) -> Path:
        rows = [HEADER]
        for number in range(good):
            code = f"41330{10335 + number:05d}"
            row = GOOD.format(uscc=USCC, name=f"浙江第{number + 1}职业学院")
            rows.append(row.replace("4133010335", code))
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([*rows, *lines, ""]), encoding="utf-8")
        return path

    return write
