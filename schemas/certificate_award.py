"""Vocational skill certificates (职业技能证书获得).

Judged over whole deliveries: the same certificate from two provinces or for two persons (T61);
one certificate of a name and level per person (T62); distinct persons against graduates (T63);
the share of high levels against last year (T64).
"""

from __future__ import annotations

from datetime import date

import pandera.polars as pa
import polars as pl

from schemas import columns, list_rules, people
from schemas.column_rules import AGREED
from schemas.columns import C
from schemas.reference import code_list
from yrdx.code_numbers import number_in_code
from yrdx.dataset import Dataset, Periodicity, Raw, Reference, Seal
from yrdx.model import Sensitivity, Severity, Text
from yrdx.rule import Repair, row_rule

_NUMBERING = "职业技能等级证书编码规则（22 位）；职业资格证书编码规则（16 位）"
_NUMBERED = ["1", "2"]
"""Categories whose certificates carry a number of national structure."""


def _part(*layouts: str) -> pl.Expr:
    """A part of the certificate number, as a number; null for numbers of another form.

    Such as Shanghai's 13 digits. The layouts are those of a new number, which begins with a
    letter, of one of special and chief technicians, which begins with two, and of an old number,
    whose first part has 11 digits.
    """
    return number_in_code("cert_no_prefix", *layouts)


def _level_of_the_category() -> Repair:
    """初级, 中级 and 高级 stand in two scales: the category of the certificate tells which."""
    level, category = pl.col("level"), pl.col("cert_category")
    of_workers, of_onex = ["5", "4", "3"], ["C", "Z", "G"]
    words = ["初级", "中级", "高级"]
    meant = (
        pl.when(category.is_in(_NUMBERED))
        .then(level.replace(words, of_workers))
        .when(category == "3")
        .then(level.replace(words, of_onex))
        .otherwise(level)
    )
    return Repair(
        rule="level_was_read_by_the_category",
        column="level",
        note=Text(
            zh="“初级”“中级”“高级”按证书类别换成了所属等级体系的代码。",
            en="初级, 中级 and 高级 were read in the scale that the category of the row has.",
        ),
        build=lambda _entries: meant,
    )


class CertificateAward(pa.DataFrameModel):
    """Every certificate of vocational skill that a student of the institution obtained.

    Persons and certificate numbers come sealed: a keyed hash made at the source.
    """

    person_key: str = people.sealed_person()
    inst_code: str = columns.school_code(
        "inst_code",
        "学校标识码",
        en="School code",
        synonyms=columns.SCHOOL_HEADERS,
    )
    major_code: str = columns.major_code()
    catalog_version: str = columns.catalog_version()
    grad_year: pl.Int16 = people.graduation_year(ahead=7, sensitivity=Sensitivity.INTERNAL)
    edu_level: str = people.education_level("培养层次")
    cert_category: str = columns.code(
        "cert_category",
        "证书类别",
        codes=code_list("certificate_category"),
        en="Category of certificate",
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("ZSLX", "证书类型", "ZSLXM"),
    )
    cert_no_hash: str = people.certificate_hash(
        "cert_no_hash",
        "证书编号（脱敏）",
        en="Sealed certificate number",
        synonyms=("证书编号(脱敏)", "证书编号", "证书号", "证书号（脱敏）", "ZSH", "ZSBH"),
        description=(
            "规范化后的证书编号的 HMAC-SM3 值。",
            "HMAC-SM3 of the normalised certificate number.",
        ),
    )
    cert_no_prefix: str = people.certificate_prefix(
        "cert_no_prefix",
        "证书编号前16位",
        en="First 16 characters of the certificate number",
        requirement=C,
        sensitivity=Sensitivity.INTERNAL,
        seal=Seal(
            Raw.CERTIFICATE_BEGINNING,
            part_of="cert_no_hash",
            only=("cert_category", tuple(_NUMBERED)),
        ),
        synonyms=("证书编号前 16 位", "证书编号前缀", "证书号前16位", "证书编号前十六位"),
        description=(
            "仅类别 1、2 填写：22 位编号取前 16 位；旧 16 位编号取前 11 位，不含流水号。",
            (
                "Categories 1 and 2 only: 16 of 22 characters; 11 of an old 16-digit number, "
                "without its serial."
            ),
        ),
    )
    cert_name: str = columns.text(
        "cert_name",
        "证书名称",
        max_length=60,
        en="Name of certificate",
        synonyms=("ZSMC", "证书全称"),
        list_checks=(list_rules.onex_certificate_is_not_on_the_list("cert_name"),),
    )
    occupation_code: str = columns.occupation_code(
        "occupation_code",
        "职业编码",
        en="Occupation code",
        requirement=C,
        synonyms=("职业代码", "职业（工种）编码", "职业(工种)编码", "职业工种编码", "ZYBM"),
    )
    level: str = columns.code(
        "level",
        "等级",
        codes=code_list("certificate_level"),
        en="Level",
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("ZSDJ", "级别", "证书等级", "技能等级", "职业技能等级"),
        list_checks=(list_rules.onex_certificate_has_no_such_level("level"),),
        repairs=(_level_of_the_category(),),
        description=(
            "“高级”在两种等级体系中含义不同，须按证书类别填代码：1、2 类填 3，1+X 填 G。",
            "高级 means two things: give 3 for categories 1 and 2, and G for 1+X.",
        ),
    )
    issuer_uscc: str = columns.uscc(
        "issuer_uscc",
        "发证/评价机构代码",
        en="Credit code of the issuer",
        synonyms=(
            "发证（评价）机构代码",
            "发证机构代码",
            "评价机构代码",
            "发证机构统一社会信用代码",
            "FZJGBM",
        ),
    )
    issuer_name: str = columns.text(
        "issuer_name",
        "发证机构",
        max_length=60,
        en="Issuer",
        synonyms=("FZJGMC", "发证机构名称", "评价机构", "评价机构名称", "发证单位", "颁发机构"),
    )
    issue_date: date = columns.day(
        "issue_date",
        "发证日期",
        en="Date of issue",
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("FZRQ", "颁发日期", "发证时间", "取证日期"),
    )
    is_high: bool = columns.boolean(
        "is_high",
        "高等级标识",
        en="Is a high level",
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("是否高等级", "高等级证书", "是否高等级证书"),
        description=(
            "类别 1、2 的 3、2、1、T、S 级和 1+X 的 G 级为 1，其余为 0。",
            "1 for levels 3, 2, 1, T and S of categories 1 and 2 and for G of 1+X, else 0.",
        ),
    )

    @row_rule(
        "cert_no_prefix",
        severity=Severity.ERROR,
        zh="职业技能等级证书、职业资格证书未填证书编号前 16 位。",
        en="A skill level or qualification certificate lacks the beginning of its number.",
        remedy_zh="类别为 1、2 时，请填证书编号前 16 位（旧 16 位编号填前 11 位）。",
        remedy_en="For categories 1 and 2 give the first 16 characters (11 of an old number).",
        source=f"{AGREED}；E61",
    )
    def certificate_prefix_is_missing() -> pl.Expr:
        numbered = pl.col("cert_category").is_in(_NUMBERED)
        return ~numbered | pl.col("cert_no_prefix").is_not_null()

    @row_rule(
        "cert_no_prefix",
        severity=Severity.WARNING,
        zh="此类证书不应填写证书编号前 16 位。",
        en="Certificates of this category have no number to be given in part.",
        remedy_zh="类别为 3、4、5、9 时请清空该项，或核对证书类别。",
        remedy_en="Empty the cell for categories 3, 4, 5 and 9, or check the category.",
        source=AGREED,
    )
    def certificate_prefix_is_not_expected() -> pl.Expr:
        numbered = pl.col("cert_category").is_in(_NUMBERED)
        return numbered | pl.col("cert_no_prefix").is_null()

    @row_rule(
        "occupation_code",
        severity=Severity.ERROR,
        zh="职业技能等级证书、职业资格证书未填职业编码。",
        en="A skill level or qualification certificate lacks its occupation.",
        remedy_zh="类别为 1、2 时，请按《职业分类大典》填写职业编码。",
        remedy_en="For categories 1 and 2 give the code of the occupation classification.",
        source="中华人民共和国职业分类大典（2022年版）",
    )
    def occupation_code_is_missing() -> pl.Expr:
        numbered = pl.col("cert_category").is_in(_NUMBERED)
        return ~numbered | pl.col("occupation_code").is_not_null()

    @row_rule(
        "level",
        severity=Severity.ERROR,
        zh="等级与证书类别不符：类别 1、2 应为 0、5、4、3、2、1、T、S，1+X 应为 C、Z、G。",
        en="The level is not of the scale of its category: 0, 5 to 1, T, S for categories 1 and "
        "2, and C, Z, G for 1+X.",
        remedy_zh="请核对证书类别和等级代码。",
        remedy_en="Check category and level.",
        source=f"人社部发〔2022〕14号；{AGREED}；E63",
    )
    def level_is_not_of_the_category() -> pl.Expr:
        onex = pl.col("level").is_in(["C", "Z", "G"])
        category = pl.col("cert_category")
        return pl.when(category == "3").then(onex).otherwise(~category.is_in(_NUMBERED) | ~onex)

    @row_rule(
        "issue_date",
        severity=Severity.ERROR,
        zh="证书编号中的年份与发证日期的年份不一致。",
        en="The year in the certificate number is not the year of issue.",
        remedy_zh="请对照证书原件核对编号和发证日期。",
        remedy_en="Compare number and date with the certificate.",
        source=f"{_NUMBERING}；E61、E62",
    )
    def certificate_year_is_not_issue_year() -> pl.Expr:
        return (
            _part("A999999999999##9", "AA999999999999##", "##99999999999999", "##999999999")
            == pl.col("issue_date").dt.year() % 100
        )

    @row_rule(
        "level",
        severity=Severity.ERROR,
        zh="证书编号中的等级与填报等级不一致。",
        en="The level in the certificate number is not the level reported.",
        remedy_zh="请对照证书原件核对编号和等级；编号以两个字母开头的应为特级或首席技师。",
        remedy_en="Compare number and level with the certificate; two letters at the beginning "
        "mean a special or chief technician.",
        source=f"{_NUMBERING}；E61、E62",
    )
    def certificate_level_is_not_level() -> pl.Expr:
        level = pl.col("level")
        # Null, hence not equal, for the letters T and S.
        digit = level.cast(pl.Int8, strict=False).fill_null(-1)
        # The number of a special or chief technician has no digit of level, but two letters.
        second = pl.col("cert_no_prefix").str.slice(1, 1)
        special = (second <= "9") | level.is_in(["T", "S"])
        stated = _part("A99999999999999#", "9999999999#99999", "9999999999#")
        # Null where nothing is stated.
        is_stated = (stated == digit).fill_null(value=True)
        return level.is_null() | (is_stated & special)

    @row_rule(
        "issuer_uscc",
        severity=Severity.WARNING,
        zh="证书编号中的省份与发证机构登记地省份不一致。",
        en="The province in the certificate number is not where the issuer is registered.",
        remedy_zh="请核对编号和发证机构代码；全国性评价机构跨省发证的可不修改。",
        remedy_en="Check both; leave it if a national body issued the certificate.",
        source=f"{_NUMBERING}；E61、E62",
    )
    def certificate_province_is_not_issuer_province() -> pl.Expr:
        issuer = pl.col("issuer_uscc").str.slice(2, 2).cast(pl.Int8, strict=False)
        return (
            _part("A9999##999999999", "AA9999##99999999", "99##999999999999", "99##9999999")
            == issuer
        )

    @row_rule(
        "issue_date",
        severity=Severity.ERROR,
        zh="发证日期晚于毕业后 6 个月（毕业年度 12 月 31 日）。",
        en="The certificate was issued more than six months after graduation (31 December).",
        remedy_zh="请核对发证日期和毕业年度；毕业后较晚取得的证书不在本次统计范围。",
        remedy_en="Check date and year; certificates obtained later are not part of this.",
        source=f"{AGREED}；E64",
    )
    def certificate_is_issued_too_late() -> pl.Expr:
        return pl.col("issue_date").dt.year() <= pl.col("grad_year")

    @row_rule(
        "issue_date",
        severity=Severity.ERROR,
        zh="发证日期早于入学：比毕业年度早 7 年以上。",
        en="The certificate was issued before enrolment: over seven years before graduation.",
        remedy_zh="请核对发证日期和毕业年度；入学前取得的证书不计入。",
        remedy_en="Check date and year; certificates obtained before enrolment do not count.",
        source=AGREED,
    )
    def certificate_is_issued_before_enrolment() -> pl.Expr:
        return pl.col("issue_date").dt.year() >= pl.col("grad_year") - 7

    @row_rule(
        "is_high",
        severity=Severity.ERROR,
        zh="高等级标识与证书类别、等级推定的结果不一致。",
        en="The mark for a high level is not what category and level give.",
        remedy_zh="类别 1、2 的 3、2、1、T、S 级和 1+X 的 G 级应为 1，其余为 0。",
        remedy_en="1 for levels 3, 2, 1, T and S of categories 1 and 2 and for G of 1+X, else 0.",
        source=f"{AGREED}（高等级口径 1.0）",
    )
    def is_high_disagrees_with_level() -> pl.Expr:
        category, level = pl.col("cert_category"), pl.col("level")
        scale = category.is_in(_NUMBERED) & level.is_in(["3", "2", "1", "T", "S"])
        return pl.col("is_high") == (scale | ((category == "3") & (level == "G")))


DATASET = Dataset(
    model=CertificateAward,
    title=Text(zh="职业技能证书获得", en="Vocational skill certificates"),
    grain=Text(zh="每人每张证书一行", en="One row per certificate of a person"),
    version="1.0.0",
    key=("cert_no_hash", "issuer_uscc"),
    references=(Reference("inst_code", "institution", "inst_code"),),
    periodicity=Periodicity.TERM,
    supplier=Text(zh="学校；人社评价机构", en="Schools; assessment bodies of human resources"),
    clauses=("三（四）",),
    province=pl.col("inst_code").str.slice(2, 2),
    reference_data=(code_list("major_category"),),
    restricted=True,
)
