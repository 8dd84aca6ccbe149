"""Rules for the codes of national standards: schools, majors, occupations, credit codes ….

They are built like those in `column_rules`: a function for each wrong, named after its code.
"""

from __future__ import annotations

import polars as pl

from schemas.column_rules import rule
from schemas.reference import code_list
from yrdx.kernels import (
    hash_is_well_formed,
    organisation_code_is_valid,
    uscc_is_valid,
    uscc_organisation_is_valid,
)
from yrdx.model import Severity, Text
from yrdx.rule import Repair, Rule

MAJOR_CODE = "^([0-9]{6}K?|[0-9]{4}(-[0-9])?)$"
OCCUPATION_CODE = "^[1-8]-[0-9]{2}-[0-9]{2}-[0-9]{2}$"
CERTIFICATE_PREFIX = "^([YSJL][0-9]{15}|[A-Z]{2}[0-9]{14}|[0-9]{11}|[0-9]{13}|[0-9]{16})$"


def school_code_is_malformed(name: str) -> Rule:
    """A school code has ten digits; it carries no check digit."""
    column = pl.col(name)
    # A cast would take a sign for a digit, but then the number is shorter.
    number = column.cast(pl.Int64, strict=False).fill_null(0)
    return rule(
        "school_code_is_malformed",
        name,
        column.is_null() | ((column.str.len_bytes() == 10) & (number > 999_999_999)),
        zh=(
            "学校（机构）标识码应为 10 位数字。",
            "请填教育部统一编发的 10 位标识码，不要填 5 位部颁代码或 4 位招生代号。",
        ),
        en=(
            "A school code has ten digits.",
            "Give the ministry's 10-digit code, not the 5-digit or the 4-digit admission code.",
        ),
        source="学校（机构）代码管理办法（教育部，2011）；E01",
    )


def school_code_prefix_is_unknown(name: str) -> Rule:
    """The first two digits of a school code tell a category that gives vocational education."""
    head = pl.col(name).str.head(2)
    return rule(
        "school_code_prefix_is_unknown",
        name,
        head.is_in(["36", "41", "42", "93"]),
        zh=(
            "标识码前两位不是 36（中职）、41（普通高校）、42（成人高校）或 93（中职培训机构）。",
            "请核对标识码；中小学、幼儿园等机构不在本交换范围内。",
        ),
        en=(
            "The school code does not begin with 36, 41, 42 or 93.",
            "Check the code; schools of other kinds are not part of this exchange.",
        ),
        source="学校（机构）代码管理办法（教育部，2011）；E01",
    )


def major_code_is_malformed(name: str) -> Rule:
    """A major code has six digits and perhaps a K; skilled-worker schools use four digits."""
    return rule(
        "major_code_is_malformed",
        name,
        pl.col(name).str.contains(MAJOR_CODE),
        zh=(
            "专业代码应为 6 位数字，国控专业后加大写字母 K；技工院校专业为 4 位数字。",
            "请填专业目录中的代码，不要填招生专业代号或校内专业号。",
        ),
        en=(
            (
                "A major code has six digits, plus K where it is state-controlled; skilled-worker "
                "schools use four digits."
            ),
            "Give the code of the catalogue, not an admission or school-internal number.",
        ),
        source="职业教育专业目录（2021年）；全国技工院校专业目录（2022年修订）",
    )


def _editions_and_ranges() -> list[int]:
    ranges = {
        2021: [int(code) for code in code_list("major_category").values],
        2015: range(51, 70),
        2010: range(1, 20),
    }
    return [0, *(year * 100 + broad for year, all_broad in ranges.items() for broad in all_broad)]


def major_code_does_not_fit_catalog(name: str) -> Rule:
    """The first two digits of a major code lie in the range of the edition of its catalogue."""
    column, edition = pl.col(name), pl.col("catalog_version")
    size = column.str.len_bytes()
    # Edition and range become one number, 202161 for a code 61… of 2021: one look-up judges both.
    # Skilled-worker codes have four digits, perhaps with a hyphen: all of it becomes 0.
    broad = column.str.head(6).cast(pl.Int32, strict=False).fill_null(0) // 10_000
    year = edition.cast(pl.Int32, strict=False).fill_null(0)
    fits = (year * 100 + broad).is_in(_editions_and_ranges())
    # An unknown edition and a wrong length are wrongs of their own.
    unknown = ~edition.is_in(["2021", "2015", "2010", "JG2022"])
    fits = column.is_null() | fits | unknown | (size < 4) | (size == 5)
    return rule(
        "major_code_does_not_fit_catalog",
        name,
        fits,
        zh=(
            "目录版本不符：该版本的专业目录中没有以这两位开头的专业代码。",
            (
                "2021 版：中职 61–79、高职 41–59、职本 21–39；2015 高职 51–69；2010 中职 01–19；"
                "技工院校为 4 位。请核对专业代码与目录版本。"
            ),
        ),
        en=(
            "This edition of the catalogue has no major codes that begin with these two digits.",
            (
                "2021: secondary 61-79, college 41-59, university 21-39; 2015: 51-69; 2010: 01-19; "
                "skilled-worker schools: four digits. Check code and edition."
            ),
        ),
        source="职业教育专业目录（2021年）；E23",
    )


def leading_zero_follows_the_edition(name: str) -> Repair:
    """Give a major the zero back that Excel drops: only codes of 2010 and of JG2022 begin so.

    In either edition a code with one digit less can mean nothing else.
    """
    code, edition = pl.col(name), pl.col("catalog_version")
    is_shorn = (
        pl.when(edition == "2010")
        .then(code.str.contains("^[1-9][0-9]{4}K?$"))
        .when(edition == "JG2022")
        .then(code.str.contains("^[1-9][0-9]{2}(-[0-9])?$"))
    )
    return Repair(
        rule="leading_zero_was_set_by_the_edition",
        column=name,
        note=Text(
            zh="按专业目录版本补回了专业代码前面丢失的 0（2010 版中职、技工院校专业）。",
            en="The zero that a major of 2010 or of a skilled-worker school had lost was restored.",
        ),
        build=lambda _entries: pl.when(is_shorn).then(pl.lit("0") + code).otherwise(code),
    )


def occupation_code_is_malformed(name: str) -> Rule:
    """An occupation code is written x-xx-xx-xx."""
    return rule(
        "occupation_code_is_malformed",
        name,
        pl.col(name).str.contains(OCCUPATION_CODE),
        zh=(
            "职业编码应写作 x-xx-xx-xx（大类-中类-小类-细类），首位 1–8。",
            "请按《职业分类大典》填写，连接号用半角“-”，并防止被识别为日期。",
        ),
        en=(
            "An occupation code is written x-xx-xx-xx, its first digit 1 to 8.",
            "Take it from the occupation classification, with plain hyphens, formatted as text.",
        ),
        source="中华人民共和国职业分类大典（2015、2022年版）",
    )


def industry_code_is_malformed(name: str) -> Rule:
    """An industry code is a section letter, or two to four digits of a known division."""
    industries = code_list("industry")
    sections = [value for value in industries.values if value.isalpha()]
    divisions = [value for value in industries.values if value.isdigit()]
    column = pl.col(name)
    numbers = column.str.contains("^[0-9]{2,4}$") & column.str.head(2).is_in(divisions)
    return rule(
        "industry_code_is_malformed",
        name,
        numbers | column.is_in(sections),
        zh=(
            "行业代码应为门类字母（A–T）或国民经济行业分类的 2–4 位数字，且前两位为已有大类。",
            "请优先填 4 位小类代码，不要把字母和数字连写（A0111 应填 0111），保留前导零。",
        ),
        en=(
            (
                "An industry code is a section letter A to T, or two to four digits that begin "
                "with a known division."
            ),
            "Prefer the 4-digit class; write 0111 rather than A0111, and keep leading zeros.",
        ),
        source="GB/T 4754-2017",
    )


def industry_code_is_not_a_class(name: str) -> Rule:
    """The four-digit class says most."""
    return rule(
        "industry_code_is_not_a_class",
        name,
        pl.col(name).str.len_bytes() == 4,
        zh=("行业代码未细到 4 位小类。", "如掌握小类代码，请补到 4 位；否则可保留。"),
        en=("The industry code is not a 4-digit class.", "Give the class if you know it."),
        source="GB/T 4754-2017",
        severity=Severity.INFO,
    )


def uscc_check_digit_is_wrong(name: str) -> Rule:
    """Eighteen characters keep alphabet and check digit; other lengths are another wrong."""
    return rule(
        "uscc_check_digit_is_wrong",
        name,
        (pl.col(name).str.len_bytes() != 18) | uscc_is_valid(name),
        zh=(
            "统一社会信用代码校验未通过：校验码不符，或含有不使用的字母（I、O、S、V、Z）。",
            "请对照登记证照逐位核对，常见错误为字母 O 与数字 0、字母 I 与数字 1 混淆。",
        ),
        en=(
            (
                "The unified social credit code fails its check: wrong check character, or one of "
                "the letters I, O, S, V, Z."
            ),
            "Compare it with the certificate of registration; O for 0 and I for 1 are common.",
        ),
        source="GB 32100-2015；E02",
    )


def uscc_organisation_code_is_wrong(name: str) -> Rule:
    """The organisation code inside a USCC has a check character of its own."""
    return rule(
        "uscc_organisation_code_is_wrong",
        name,
        (pl.col(name).str.len_bytes() != 18) | uscc_organisation_is_valid(name),
        zh=(
            "统一社会信用代码第 9–17 位（组织机构代码）的校验码不符。",
            "请对照登记证照核对；确认无误的可不修改。",
        ),
        en=(
            "Characters 9 to 17 of the credit code, the organisation code, fail their own check.",
            "Compare it with the certificate of registration; leave it if it is right.",
        ),
        source="GB 11714-1997；E02",
        severity=Severity.WARNING,
    )


def uscc_is_an_organisation_code(name: str) -> Rule:
    """Nine characters are the old organisation code, which the credit code has replaced."""
    return rule(
        "uscc_is_an_organisation_code",
        name,
        pl.col(name).str.len_bytes() != 9,
        zh=(
            "填写的是 9 位组织机构代码，不是 18 位统一社会信用代码。",
            "组织机构代码已停用，请按登记证照补填 18 位统一社会信用代码。",
        ),
        en=(
            "This is a nine-character organisation code, not a unified social credit code.",
            "Organisation codes are out of use: give the 18 characters of the certificate.",
        ),
        source="GB 32100-2015",
        severity=Severity.WARNING,
    )


def organisation_code_check_digit_is_wrong(name: str) -> Rule:
    """Nine characters given in place of a credit code must at least keep their own check."""
    return rule(
        "organisation_code_check_digit_is_wrong",
        name,
        (pl.col(name).str.len_bytes() != 9) | organisation_code_is_valid(name),
        zh=("9 位组织机构代码的校验码不符。", "请按登记证照补填 18 位统一社会信用代码。"),
        en=(
            "The nine-character organisation code fails its check.",
            "Give the 18-character unified social credit code of the certificate.",
        ),
        source="GB 11714-1997",
    )


def certificate_prefix_is_malformed(name: str) -> Rule:
    """The beginning of a certificate number has one of the layouts in use."""
    return rule(
        "certificate_prefix_is_malformed",
        name,
        pl.col(name).str.contains(CERTIFICATE_PREFIX),
        zh=(
            "证书编号前 16 位不符合编码规则。",
            (
                "22 位编号取前 16 位（Y、S、J、L 加 15 位数字，特级、首席技师 2 字母加 14 位），"
                "旧 16 位编号取前 11 位数字，上海旧编号为 13 位数字。"
            ),
        ),
        en=(
            "The beginning of the certificate number has none of the layouts in use.",
            (
                "Give 16 of the 22 characters (Y, S, J or L and 15 digits; two letters and 14 "
                "digits for special and chief technicians), or 11 digits of an old number."
            ),
        ),
        source="职业技能等级证书编码规则（22 位）；职业资格证书编码规则（16 位）；E61、E62",
    )


def certificate_prefix_holds_the_serial(name: str) -> Rule:
    """Sixteen digits are a whole old number, serial included."""
    column = pl.col(name)
    return rule(
        "certificate_prefix_holds_the_serial",
        name,
        (column.str.len_bytes() != 16) | (column.str.head(1) > "9"),
        zh=(
            "填写了旧职业资格证书的完整 16 位编号，含流水号。",
            "旧编号只填前 11 位，去掉后 5 位流水号。",
        ),
        en=(
            "This is a whole old certificate number, with its serial.",
            "Give its first 11 digits only, without the five of the serial.",
        ),
        source="个人信息保护法第六条（最小必要）",
        severity=Severity.WARNING,
    )


def hash_is_malformed(name: str) -> Rule:
    """A sealed value is 64 lower-case hexadecimal characters."""
    return rule(
        "hash_is_malformed",
        name,
        hash_is_well_formed(name),
        zh=(
            "脱敏标识应为 64 位小写十六进制字符（HMAC-SM3）。",
            "请用交换配套的脱敏工具在本单位生成，切勿填写身份证号、证书编号等原始号码。",
        ),
        en=(
            "A sealed value is 64 lower-case hexadecimal characters (HMAC-SM3).",
            "Seal it with the exchange's tool at your site; never give the original number.",
        ),
        source="GB/T 32905-2016；个人信息保护法第五十一条",
    )
