"""A raw file is refused, sealed at its owner's, and then passes; raw values stay with the owner."""

import hashlib
import hmac
import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from yrdx.cli import main

HEADER = (
    "姓名,身份证号,手机号,学校标识码,专业代码,专业目录版本,毕业年度,培养层次,证书类别,证书编号,"
    "证书名称,职业编码,等级,发证/评价机构代码,发证机构,发证日期,高等级标识"
)
ROW = (
    "{name},{number},{phone},4133012861,460301,2021,2025,2,{category},{certificate},"
    "工业机器人系统操作员,6-30-99-00,3,91330100799655058B,示例职业技能评价有限公司,2024-12-20,1"
)
PEOPLE = [
    ("生成甲", "11010519491231002X", "13800000001", "S000133000001243000123"),
    ("生成乙", "33010620050101001{}", "13800000002", "S000133000001243000124"),
    ("生成丙", "33010620050101002{}", "13800000003", "S000133000001243000125"),
]
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
SECRET = bytes(range(60, 92))


def resident(number: str) -> str:
    """A generated number with its check character."""
    digits = number[:17]
    place = sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=True)) % 11
    return digits + "10X98765432"[place]


def rows(*more: str) -> list[str]:
    """Lines of the raw file, more of them at the end."""
    made = [
        ROW.format(
            name=name, number=resident(number), phone=phone, category="1", certificate=certificate
        )
        for name, number, phone, certificate in PEOPLE
    ]
    return [HEADER, *made, *more]


@dataclass(frozen=True)
class Ran:
    code: int
    said: str


@dataclass(frozen=True)
class Site:
    """The partner's own folder."""

    home: Path
    capture: pytest.CaptureFixture[str]

    def raw(self, *more: str, name: str = "33_certificate_award_2024-2025-1.csv") -> Path:
        path = self.home / name
        path.write_text("\n".join([*rows(*more), ""]), encoding="utf-8")
        return path

    def run(self, *words: object) -> Ran:
        self.capture.readouterr()
        with pytest.raises(SystemExit) as left:
            main([str(word) for word in words])
        said = self.capture.readouterr()
        return Ran(int(left.value.code or 0), said.out + said.err)

    def seal(self, raw: Path, *words: object, out: str = "sealed.csv") -> Ran:
        return self.run("seal", raw, "--key-file", "person-2025.key", "-o", out, *words)

    def everything_but(self, *raw: Path) -> bytes:
        """All bytes that the commands left behind; what is zipped, also unzipped."""
        found = []
        for path in self.home.rglob("*"):
            if path.is_file() and path not in raw:
                found.append(path.read_bytes())
                if zipfile.is_zipfile(path):
                    with zipfile.ZipFile(path) as archive:
                        found += [archive.read(name) for name in archive.namelist()]
                if path.suffix == ".parquet":
                    found.append(pl.read_parquet(path).write_csv().encode())
        return b"\n".join(found)


@pytest.fixture
def site(tmp_path: Path, capsys, monkeypatch) -> Site:
    monkeypatch.chdir(tmp_path)
    for name, value in {"YRDX_HOME": str(tmp_path), "YRDX_LANG": "zh", "COLUMNS": "160"}.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "provinces").mkdir()
    key = tmp_path / "person-2025.key"
    key.write_text(SECRET.hex())
    key.chmod(0o600)
    return Site(tmp_path, capsys)


def sealed_rows(path: Path) -> pl.DataFrame:
    """The rows of a sealed text, below the line that says how it was sealed."""
    return pl.read_csv(path, skip_rows=1, infer_schema=False)


def raw_values() -> list[str]:
    return [
        text
        for name, number, phone, certificate in PEOPLE
        for text in (name, resident(number), phone, certificate)
    ]


def test_a_raw_file_is_refused_sealed_and_then_passes(site: Site):
    raw = site.raw()

    refused = site.run("check", raw)
    assert refused.code == 1
    for header in ("身份证号", "手机号", "姓名"):
        assert header in refused.said

    sealed = site.seal(raw)
    assert sealed.code == 0, sealed.said
    assert "未写入的列：姓名、手机号" in sealed.said

    passed = site.run(
        "check",
        "sealed.csv",
        "-d",
        "certificate_award",
        "--province",
        "33",
        "--period",
        "2024-2025-1",
    )
    assert passed.code == 0, passed.said
    assert "自查通过" in passed.said
    receipt = json.loads((site.home / "sealed-receipt" / "receipt.json").read_text("utf-8"))
    assert (receipt["rows"]["read"], receipt["rows"]["admitted"]) == (3, 3)

    left = site.everything_but(raw)
    told = refused.said + sealed.said + passed.said
    for value in raw_values():
        assert value.encode() not in left
        assert value not in told
    assert SECRET.hex() not in told


def test_the_sealed_values_are_what_the_definition_says(site: Site):
    raw = site.raw()
    site.seal(raw)

    table = sealed_rows(site.home / "sealed.csv")
    persons = [
        hmac.digest(SECRET, f"1|{resident(number)}".encode(), "sm3").hex()
        for _, number, _, _ in PEOPLE
    ]
    certificates = [hmac.digest(SECRET, item[3].encode(), "sm3").hex() for item in PEOPLE]
    assert table["个人标识（脱敏）"].to_list() == persons
    assert table["证书编号（脱敏）"].to_list() == certificates
    assert table["证书编号前16位"].to_list() == ["S000133000001243"] * 3

    stated = json.loads((site.home / "sealed.csv.seal.json").read_text("utf-8"))
    assert (stated["algorithm"], stated["year"]) == ("hmac-sm3", 2025)
    first = (site.home / "sealed.csv").read_text("utf-8-sig").splitlines()[0]
    assert first == f"脱敏说明：算法 hmac-sm3，密钥年度 2025，密钥指纹 {stated['key_id']}"
    assert stated["key_id"] == hmac.digest(SECRET, b"yrdx sealing key", "sm3")[:8].hex()
    digest = hashlib.sha256((site.home / "sealed.csv").read_bytes()).hexdigest()
    assert stated["file"]["sha256"] == digest
    assert stated["rows"] == {"read": 3, "sealed": 3, "not_sealed": 0, "no_data": 0}


def test_rows_with_wrong_numbers_are_listed_by_place_and_reason_only(site: Site):
    def line(number: str, certificate: str = "S000133000001243000126", category: str = "1") -> str:
        return ROW.format(
            name="生成丁",
            number=number,
            phone="13800000004",
            certificate=certificate,
            category=category,
        )

    raw = site.raw(
        line("330106200501010019"),
        line("330106050101001"),
        line(resident("33010620050101004"), certificate="Q123"),
        line(resident("33010620050101005"), certificate="第0001号", category="3"),
        line(resident("33010620050101006")).replace("工业机器人系统操作员", "操作员13900000009"),
        line(resident("33010620050101007")).replace("工业机器人系统操作员", "操作员139-0000-0008"),
        "合计,3," + "," * 14,
    )
    sealed = site.seal(raw)

    assert sealed.code == 1
    listed = pl.read_csv(site.home / "sealed.errors.csv", infer_schema=False)
    assert [tuple(row) for row in listed.select(pl.nth(0, 1, 2)).rows()] == [
        ("5", "身份证号", "number_fails_its_check"),
        ("6", "身份证号", "number_has_15_digits"),
        ("7", "证书编号", "certificate_number_is_malformed"),
        ("9", "证书名称", "cell_holds_a_personal_number"),
        ("10", "证书名称", "cell_holds_a_personal_number"),
    ]
    table = sealed_rows(site.home / "sealed.csv")
    assert table.height == 4
    assert table["证书编号前16位"].to_list() == ["S000133000001243"] * 3 + [None]
    left = site.everything_but(raw) + sealed.said.encode()
    wrong = (
        "330106200501010019",
        "330106050101001",
        "13900000009",
        "139-0000-0008",
        "Q123",
        "第0001号",
        "生成丁",
    )
    for value in wrong:
        assert value.encode() not in left

    again = site.seal(site.raw())
    assert again.code == 0
    assert not (site.home / "sealed.errors.csv").exists(), "a list of an earlier run misleads"


def test_sealing_twice_gives_the_same_bytes_and_parquet_says_how_it_was_sealed(site: Site):
    raw = site.raw()
    for name in ("one.csv", "two.csv", "one.parquet", "two.parquet"):
        assert site.seal(raw, out=name).code == 0
    for kind in ("csv", "parquet"):
        one, two = ((site.home / f"{name}.{kind}").read_bytes() for name in ("one", "two"))
        assert one == two

    stated = json.loads(pq.read_metadata(site.home / "one.parquet").metadata[b"yrdx.seal"])
    assert (stated["algorithm"], stated["year"], stated["dataset"]) == (
        "hmac-sm3", 2025, "certificate_award",
    )  # fmt: skip
    rows_of = sealed_rows(site.home / "one.csv").rows()
    assert pl.read_parquet(site.home / "one.parquet").rows() == rows_of
    passed = site.run("check", "one.parquet", "-d", "certificate_award", "--period", "2024-2025-1")
    assert passed.code == 0, passed.said


@pytest.mark.parametrize("algorithm", ["hmac-sha256", "aes-cmac"])
def test_another_agreed_algorithm_is_named_and_passes_too(site: Site, algorithm: str):
    assert site.seal(site.raw(), "--algorithm", algorithm).code == 0
    stated = json.loads((site.home / "sealed.csv.seal.json").read_text("utf-8"))
    assert stated["algorithm"] == algorithm
    passed = site.run("check", "sealed.csv", "-d", "certificate_award", "--period", "2024-2025-1")
    assert passed.code == 0, passed.said


def test_a_workbook_in_gb_words_is_sealed_like_a_text(site: Site):
    import xlsxwriter

    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as workbook:
        sheet = workbook.add_worksheet("证书")
        sheet.write(0, 0, "附件2：2025届毕业生证书登记表")
        for place, line in enumerate(rows(), start=1):
            sheet.write_row(place, 0, line.split(","))
    path = site.home / "certificates.xlsx"
    path.write_bytes(book.getvalue())

    from_text = site.seal(site.raw(), out="text.csv")
    from_book = site.seal(path, "-d", "certificate_award", out="book.csv")

    assert (from_text.code, from_book.code) == (0, 0), from_book.said
    assert (site.home / "book.csv").read_bytes() == (site.home / "text.csv").read_bytes()


def test_passports_are_sealed_by_their_type(site: Site):
    lines = [
        line + extra for line, extra in zip(rows(), (",证件类型", ",1", ",", ",护照"), strict=True)
    ]
    raw = site.home / "certificate_award.csv"
    text = "\n".join(lines).replace(resident(PEOPLE[2][1]), "e12345678")
    raw.write_text(text + "\n", encoding="utf-8")

    assert site.seal(raw).code == 0
    sealed = sealed_rows(site.home / "sealed.csv")["个人标识（脱敏）"].to_list()
    assert sealed[2] == hmac.digest(SECRET, b"A|E12345678", "sm3").hex()
    assert sealed[1] == hmac.digest(SECRET, f"1|{resident(PEOPLE[1][1])}".encode(), "sm3").hex()


def test_what_cannot_be_sealed_is_said_before_anything_is_written(site: Site):
    raw = site.raw()
    text = raw.read_text("utf-8")
    nameless = site.home / "certificate_award.csv"
    nameless.write_text(text.replace("身份证号", "号"), encoding="utf-8")

    unknown = site.run("seal", nameless, "--key-file", "person-2025.key", "-o", "x.csv")
    assert (unknown.code, "--id-column" in unknown.said) == (2, True)
    assert site.seal(nameless, "--id-column", "号").code == 0

    twice = site.home / "certificate_award_2.csv"
    twice.write_text(text.replace("手机号", "证件号码"), encoding="utf-8")
    several = site.run("seal", twice, "--key-file", "person-2025.key", "-o", "y.csv")
    assert (several.code, "证件号码" in several.said) == (2, True)

    itself = site.run("seal", raw, "--key-file", "person-2025.key", "-o", raw)
    assert itself.code == 2
    assert raw.read_text("utf-8") == text
    assert not {item.name for item in site.home.iterdir()} & {"x.csv", "y.csv"}


def test_an_open_key_is_warned_of_and_a_new_one_can_be_made(site: Site):
    made = site.run("seal", "--new-key", "person-2026.key")
    assert made.code == 0
    secret = (site.home / "person-2026.key").read_text().strip()
    assert secret not in made.said
    (site.home / "person-2025.key").chmod(0o644)
    assert "chmod 600" in site.seal(site.raw()).said


def test_a_killed_run_leaves_the_earlier_file_whole(site: Site, project: Path):
    before = b"sealed before\n"
    (site.home / "sealed.csv").write_bytes(before)
    raw = site.home / "certificate_award.csv"
    lines = rows()
    raw.write_text("\n".join([lines[0], *lines[1:] * 25_000, ""]), encoding="utf-8")
    words = ["seal", str(raw), "--key-file", "person-2025.key", "-o", "sealed.csv"]
    process = subprocess.Popen(
        [sys.executable, "-c", "from yrdx.cli import main; main()", *words],
        env={**os.environ, "PYTHONPATH": str(project)},
    )
    passing = site.home / "sealed.csv.part"
    until = time.monotonic() + 60
    while not passing.exists():
        assert process.poll() is None, "it ended before it was killed"
        assert time.monotonic() < until
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()

    assert (site.home / "sealed.csv").read_bytes() == before
    assert not (site.home / "sealed.csv.seal.json").exists()
    site.seal(site.raw())
    assert not passing.exists()
    assert sealed_rows(site.home / "sealed.csv").height == 3
