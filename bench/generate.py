"""Makes `certificate_award` deliveries of any size: deterministic, and marked as generated.

Rows come in blocks seeded by (seed, block), so a file of 1 million rows is a byte prefix of the
file of 5 million. About 0.5 % of the rows carry one wrong that a rule must find, about 4 % carry
harmless noise that normalising repairs, and each block writes its dates in one of three ways.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

SEED = 20_260_101
BLOCK = 250_000
WRONG_SHARE, NOISE_SHARE = 0.005, 0.04

HEADERS = {
    "person_key": "个人标识(脱敏)",
    "inst_code": "学校标识码",
    "major_code": "专业代码",
    "catalog_version": "目录版本",
    "grad_year": "毕业年度",
    "edu_level": "培养层次",
    "cert_category": "证书类别",
    "cert_no_hash": "证书编号(脱敏)",
    "cert_no_prefix": "证书编号前16位",
    "cert_name": "证书名称",
    "occupation_code": "职业编码",
    "level": "等级",
    "issuer_uscc": "发证/评价机构代码",
    "issuer_name": "发证机构",
    "issue_date": "发证日期",
    "is_high": "高等级标识",
}
PROVINCE = "33"
INSTITUTIONS = tuple(f"36{PROVINCE}{serial:06d}" for serial in range(100, 2_100))
_MAJORS = tuple(f"{group}{item:04d}" for group in range(61, 80) for item in range(101, 119))
_OCCUPATIONS = tuple(f"{a}-{b:02d}-{c:02d}-{d:02d}" for a in (4, 6) for b in range(1, 13)
                     for c in range(1, 5) for d in range(1, 9))  # fmt: skip
_FIELDS = ("数控", "汽车", "电气", "物流", "养老", "网络", "中式")
_WORKS = ("车工", "维修工", "安装工", "服务员", "护理员", "管理员", "烹调师")
_NAMES = tuple(f"{field}{work}" for field in _FIELDS for work in _WORKS)
_ISSUERS = 1_500
_ALPHABET = np.frombuffer(b"0123456789ABCDEFGHJKLMNPQRTUWXY", np.uint8)
_HEX = np.array([list(f"{byte:02x}".encode()) for byte in range(256)], np.uint8)
_LEVELS = np.array(["5", "4", "3", "2", "1"])
_SPELLINGS = ("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d")
_FULL_WIDTH = dict(zip("0123456789", "０１２３４５６７８９", strict=True))
WRONGS = 10

Numbers = npt.NDArray[np.int64]


def _text(matrix: npt.NDArray[np.uint8]) -> pl.Series:
    """A column of text from a matrix of bytes, one row each."""
    rows, width = matrix.shape
    offsets = np.arange(0, (rows + 1) * width, width, dtype=np.int64)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(matrix))]
    return pl.Series(pa.Array.from_buffers(pa.large_string(), rows, buffers))


def _digits(numbers: Numbers, width: int) -> npt.NDArray[np.uint8]:
    places = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    return (numbers[:, None] // places % 10 + 48).astype(np.uint8)


def _hashes(chance: np.random.Generator, rows: int) -> pl.Series:
    drawn = np.frombuffer(chance.bytes(rows * 32), np.uint8)
    return _text(_HEX[drawn].reshape(rows, 64))


def _credit_codes(chance: np.random.Generator, rows: int) -> pl.Series:
    codes = np.empty((rows, 18), np.uint8)
    codes[:, :8] = np.frombuffer(b"52330100", np.uint8)
    codes[:, 8:16] = _digits(chance.integers(0, 10**8, rows), 8)
    inner = (codes[:, 8:16] - 48).astype(np.int64) @ np.array([3, 7, 9, 10, 5, 8, 4, 2])
    codes[:, 16] = np.frombuffer(b"0X987654321", np.uint8)[inner % 11]
    place = np.zeros(256, np.int64)
    place[_ALPHABET] = np.arange(31)
    weights = np.array([pow(3, index, 31) for index in range(17)])
    codes[:, 17] = _ALPHABET[(31 - place[codes[:, :17]] @ weights % 31) % 31]
    return _text(codes)


def issuers() -> tuple[pl.Series, pl.Series]:
    """Codes and names of the bodies that award the generated certificates."""
    codes = _credit_codes(np.random.default_rng([SEED, 999_999]), _ISSUERS)
    names = [f"生成数据第{number}职业技能评价中心" for number in range(_ISSUERS)]
    return codes, pl.Series(names)


def _pick(chance: np.random.Generator, rows: int, values: tuple[str, ...] | pl.Series) -> pl.Series:
    return pl.Series(values).gather(chance.integers(0, len(values), rows))


def block(number: int, rows: int) -> pl.DataFrame:
    """The rows of one block as they are written to the file, all text."""
    chance = np.random.default_rng([SEED, number])
    codes, names = issuers()
    issuer = chance.integers(0, _ISSUERS, rows)
    level = chance.integers(0, 5, rows)
    year = chance.integers(2023, 2026, rows)
    day = (year - 1970).astype("datetime64[Y]").astype("datetime64[D]") + chance.integers(
        0, 365, rows
    ).astype("timedelta64[D]")
    prefix = np.concatenate(
        [
            np.full((rows, 1), ord("S"), np.uint8),
            _digits(chance.integers(0, 10_000, rows), 4),
            _digits(np.full(rows, int(PROVINCE)), 2),
            _digits(chance.integers(0, 10**6, rows), 6),
            _digits(year % 100, 2),
            _digits(5 - level, 1),
        ],
        axis=1,
    )
    spelling = _SPELLINGS[int(chance.integers(0, 3))]
    frame = pl.DataFrame(
        {
            "person_key": _hashes(chance, rows),
            "inst_code": _pick(chance, rows, INSTITUTIONS),
            "major_code": _pick(chance, rows, _MAJORS),
            "catalog_version": pl.repeat("2021", rows, eager=True),
            "grad_year": pl.Series(year).cast(pl.String),
            "edu_level": pl.repeat("1", rows, eager=True),
            "cert_category": pl.repeat("1", rows, eager=True),
            "cert_no_hash": _hashes(chance, rows),
            "cert_no_prefix": _text(prefix),
            "cert_name": _pick(chance, rows, _NAMES),
            "occupation_code": _pick(chance, rows, _OCCUPATIONS),
            "level": pl.Series(_LEVELS).gather(level),
            "issuer_uscc": codes.gather(issuer),
            "issuer_name": names.gather(issuer),
            "issue_date": pl.Series(day).dt.strftime(spelling),
            "is_high": pl.Series(np.where(level >= 2, "1", "0")),
        }
    )
    return _spoil(frame, chance)


def _spoil(frame: pl.DataFrame, chance: np.random.Generator) -> pl.DataFrame:
    """Plant one of `WRONGS` wrongs in 0.5 % of the rows, and harmless noise in 4 %."""
    rows = frame.height
    draw = chance.random(rows)
    wrong = pl.lit(pl.Series(np.where(draw < WRONG_SHARE, chance.integers(1, WRONGS + 1, rows), 0)))
    noisy = (draw >= WRONG_SHARE) & (draw < WRONG_SHARE + NOISE_SHARE)
    noise = pl.lit(pl.Series(np.where(noisy, chance.integers(1, 5, rows), 0)))

    def spoiled(column: str, kind: int, value: pl.Expr) -> pl.Expr:
        return pl.when(wrong == kind).then(value).otherwise(pl.col(column)).alias(column)

    def noised(column: str, kind: int, value: pl.Expr) -> pl.Expr:
        return pl.when(noise == kind).then(value).otherwise(pl.col(column)).alias(column)

    code = pl.col("inst_code").str.replace_many(_FULL_WIDTH)
    last = pl.col("issuer_uscc").str.slice(17, 1)
    other = pl.when(last == "1").then(pl.lit("2")).otherwise(pl.lit("1"))
    return (
        frame.with_columns(
            noised("inst_code", 1, code),
            noised("cert_name", 2, pl.lit(" ") + pl.col("cert_name") + pl.lit("\u3000")),
            noised("major_code", 3, pl.col("major_code") + pl.lit(" ")),
            noised("issuer_uscc", 4, pl.lit("\u3000") + pl.col("issuer_uscc")),
        )
        .with_columns(
            spoiled("issuer_uscc", 1, pl.col("issuer_uscc").str.head(17) + other),
            spoiled("issuer_name", 2, pl.lit(None)),
            spoiled("inst_code", 3, pl.lit(f"36{PROVINCE}999999")),
            spoiled("issue_date", 4, pl.lit("2025-02-30")),
            spoiled("level", 5, pl.lit("8")),
            spoiled("grad_year", 6, pl.lit("应届")),
            spoiled("person_key", 7, pl.col("person_key").str.head(40)),
            spoiled("cert_category", 8, pl.lit("7")),
            spoiled("is_high", 9, pl.lit("2")),
        )
        .with_columns(
            # The key of the row before: one certificate number of one issuer, awarded twice.
            *(spoiled(key, 10, pl.col(key).shift(1)) for key in ("cert_no_hash", "issuer_uscc")),
        )
    )


def write_csv(path: Path, *, rows: int) -> None:
    """Write a generated delivery of `rows` rows as UTF-8."""
    with path.open("wb") as file:
        for number in range((rows + BLOCK - 1) // BLOCK):
            size = min(BLOCK, rows - number * BLOCK)
            frame = block(number, BLOCK).head(size).rename(HEADERS)
            frame.write_csv(file, include_header=number == 0)


def transcode(source: Path, target: Path, *, encoding: str = "gb18030") -> None:
    """Write the same file in another encoding, in pieces."""
    with (
        source.open(encoding="utf-8", newline="") as read,
        target.open("w", encoding=encoding, newline="") as written,
    ):
        while piece := read.read(1 << 22):
            written.write(piece)


def write_xlsx(path: Path, *, rows: int) -> None:
    """Write a generated workbook of 20 columns: the dataset's, and four that it does not know."""
    import xlsxwriter

    frame = block(0, rows).rename(HEADERS)
    frame = frame.with_columns(pl.lit("生成数据").alias(f"备注{place}") for place in range(1, 5))
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("数据")
        sheet.write_row(0, 0, frame.columns)
        for place, row in enumerate(frame.iter_rows(), start=1):
            sheet.write_row(place, 0, row)
