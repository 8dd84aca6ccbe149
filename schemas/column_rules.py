"""Rules that follow from one column alone: the same wrong has the same code in every dataset.

Each function builds the rule for the column `name`, and the rule's code is the function's name.
The expressions stand on the hot path of large deliveries, so lengths and casts are preferred to
patterns.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl

from schemas.reference import code_list
from yrdx.dataset import Code, CodeList
from yrdx.kernels import (
    hash_is_well_formed,
    organisation_code_is_valid,
    uscc_is_valid,
    uscc_organisation_is_valid,
)
from yrdx.model import Severity, Text
from yrdx.rule import Rule

AGREED = "长三角职业教育数据交换约定"
"""Source of what no standard states: the agreement of the exchange itself."""

_FIRST_YEAR = 1949


def _rule(
    code: str,
    name: str,
    build: Callable[[date], pl.Expr] | pl.Expr,
    *,
    zh: tuple[str, str],
    en: tuple[str, str],
    source: str = AGREED,
    severity: Severity = Severity.ERROR,
) -> Rule:
    """`zh` and `en` each hold the message and the remedy."""
    return Rule(
        code=code,
        column=name,
        severity=severity,
        message=Text(zh=zh[0], en=en[0]),
        remedy=Text(zh=zh[1], en=en[1]),
        source=source,
        build=(lambda _today: build) if isinstance(build, pl.Expr) else build,
    )


def required_value_is_missing(name: str, *, source: str = AGREED) -> Rule:
    """A mandatory value must be there."""
    return _rule(
        "required_value_is_missing",
        name,
        pl.col(name).is_not_null(),
        zh=("必填项为空。", "请补填该项；确实没有数据时，请先与省级联系人商定，不要填“无”或“/”。"),
        en=(
            "A required value is missing.",
            "Fill it in; if there is no such data, settle it with the provincial contact first.",
        ),
        source=source,
    )


def value_is_not_in_code_list(name: str, codes: CodeList, *, decimal: bool = False) -> Rule:
    """A code must be an entry of its list, whatever the day."""
    column = pl.col(name)
    if decimal:
        # Floats of one decimal place compare exactly with what a Decimal column casts to.
        known = column.cast(pl.Float64).is_in([float(value) for value in codes.values])
    else:
        known = column.is_in(list(codes.values))
    return _rule(
        "value_is_not_in_code_list",
        name,
        known,
        zh=(
            f"填写的值不在代码表“{codes.title.zh}”中。",
            "请从模板“代码表”中选取代码；只写了名称且无法唯一对应代码时，请改填代码。",
        ),
        en=(
            f"The value is not in the code list “{codes.title.en}”.",
            "Pick a code from the sheet 代码表 of the template; a name must mean just one code.",
        ),
        source=codes.source,
    )


def values_are_not_in_code_list(name: str, codes: CodeList) -> Rule:
    """Each of several codes must be an entry of the list."""
    known = pl.element().is_in(list(codes.values))
    return _rule(
        "values_are_not_in_code_list",
        name,
        pl.col(name).list.eval(known).list.all(),
        zh=(
            f"填写的多个值中有不在代码表“{codes.title.zh}”中的。",
            "请从模板“代码表”中选取代码，多个代码之间用“；”分隔。",
        ),
        en=(
            f"One of the values is not in the code list “{codes.title.en}”.",
            "Pick codes from the sheet 代码表 of the template and separate them with “；”.",
        ),
        source=codes.source,
    )


def code_is_not_in_force(name: str, codes: CodeList) -> Rule:
    """A dated code should be valid on the day of receipt."""

    def build(today: date) -> pl.Expr:
        in_force = {code.value for code in codes.codes if _covers(code, today)}
        expired = [value for value in codes.values if value not in in_force]
        return ~pl.col(name).is_in(expired)

    return _rule(
        "code_is_not_in_force",
        name,
        build,
        zh=(
            f"代码曾在或将在“{codes.title.zh}”中，但收件当日无效（已撤并或尚未启用）。",
            "请核对区划等调整，改填现行代码；历史数据可保留原代码，请在报送说明中注明。",
        ),
        en=(
            f"The code is one of “{codes.title.en}”, but not in force on the day of receipt.",
            "Use the code in force today; historic data may keep the old one, if you say so.",
        ),
        source=codes.source,
        severity=Severity.WARNING,
    )


def _covers(code: Code, today: date) -> bool:
    starts = code.valid_from is None or code.valid_from <= today
    return starts and (code.valid_to is None or today < code.valid_to)


def text_is_too_long(name: str, limit: int) -> Rule:
    """A text has at most `limit` characters."""
    return _rule(
        "text_is_too_long",
        name,
        pl.col(name).str.len_chars() <= limit,
        zh=(
            f"内容超过 {limit} 个字符。",
            "请改用规范全称或简写，并检查是否粘贴了其他单元格的内容。",
        ),
        en=(
            f"The text is longer than {limit} characters.",
            "Use the official name, and check whether other cells were pasted into this one.",
        ),
    )


def code_has_wrong_length(name: str, *lengths: int) -> Rule:
    """A code has exactly as many characters as its standard says."""
    size = pl.col(name).str.len_bytes()
    fits = size == lengths[0] if len(lengths) == 1 else size.is_in(list(lengths))
    stated = "、".join(map(str, lengths)), " or ".join(map(str, lengths))
    return _rule(
        "code_has_wrong_length",
        name,
        fits,
        zh=(
            f"代码应为 {stated[0]} 位。",
            "请核对是否缺位、多位或丢失前导零；录入前将该列设为“文本”格式。",
        ),
        en=(
            f"The code must have {stated[1]} characters.",
            (
                "Look for missing or extra characters and lost leading zeros; format the column as "
                "text before typing."
            ),
        ),
    )


def _is_digits(name: str, width: int) -> pl.Expr:
    """Exactly `width` ASCII digits, or null; a cast is half as dear as a pattern."""
    column = pl.col(name)
    digits = column.cast(pl.Int64, strict=False).is_not_null() & column.str.head(1).is_between(
        pl.lit("0"), pl.lit("9")
    )
    return column.is_null() | ((column.str.len_bytes() == width) & digits)


def code_is_not_all_digits(name: str, width: int) -> Rule:
    """A code consists of `width` digits."""
    return _rule(
        "code_is_not_all_digits",
        name,
        _is_digits(name, width),
        zh=(
            f"代码应为 {width} 位数字。",
            "请核对位数和字符（常见：字母 O 误作 0、丢失前导零），该列请设为“文本”格式。",
        ),
        en=(
            f"The code must be {width} digits.",
            (
                "Check length and characters (letter O for 0, lost leading zeros); format the "
                "column as text."
            ),
        ),
    )


def school_code_is_malformed(name: str) -> Rule:
    """A school code has ten digits; it carries no check digit."""
    return _rule(
        "school_code_is_malformed",
        name,
        _is_digits(name, 10),
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
    return _rule(
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
    column = pl.col(name)
    return _rule(
        "major_code_is_malformed",
        name,
        _is_digits(name, 6) | column.str.contains("^([0-9]{6}K|[0-9]{4}(-[0-9])?)$"),
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


def major_code_does_not_fit_catalog(name: str) -> Rule:
    """The first two digits of a major code lie in the range of the edition of its catalogue."""
    column, edition = pl.col(name), pl.col("catalog_version")
    # Null where the code does not begin with digits: that is a wrong of its own.
    broad = column.str.head(2).cast(pl.Int8, strict=False)
    skilled = (column.str.len_bytes() == 4) | (column.str.slice(4, 1) == "-")
    fits = (
        ((edition == "2021") & broad.is_between(21, 79) & (broad % 20 != 0) & ~skilled)
        | ((edition == "2015") & broad.is_between(51, 69) & ~skilled)
        | ((edition == "2010") & broad.is_between(1, 19) & ~skilled)
        | ((edition == "JG2022") & skilled)
        | ~edition.is_in(["2021", "2015", "2010", "JG2022"])
    )
    return _rule(
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


def occupation_code_is_malformed(name: str) -> Rule:
    """An occupation code is written x-xx-xx-xx."""
    return _rule(
        "occupation_code_is_malformed",
        name,
        pl.col(name).str.contains("^[1-8]-[0-9]{2}-[0-9]{2}-[0-9]{2}$"),
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
    return _rule(
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
    return _rule(
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
    return _rule(
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
    return _rule(
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
    return _rule(
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
    return _rule(
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
    return _rule(
        "certificate_prefix_is_malformed",
        name,
        pl.col(name).str.contains(
            "^([YSJL][0-9]{15}|[A-Z]{2}[0-9]{14}|[0-9]{11}|[0-9]{13}|[0-9]{16})$"
        ),
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
    return _rule(
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
    return _rule(
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


def year_is_implausible(name: str, *, ahead: int) -> Rule:
    """A year lies between 1949 and `ahead` years after the day of receipt."""
    when = "今年" if ahead == 0 else f"今年之后 {ahead} 年"
    return _rule(
        "year_is_implausible",
        name,
        lambda today: pl.col(name).is_between(_FIRST_YEAR, today.year + ahead),
        zh=(f"年份应在 {_FIRST_YEAR} 年至{when}之间。", "请核对年份，填 4 位数字，如 2025。"),
        en=(
            f"The year must lie between {_FIRST_YEAR} and {ahead} years from now.",
            "Check the year and write it with four digits, such as 2025.",
        ),
    )


def year_month_is_malformed(name: str) -> Rule:
    """A month is written YYYYMM."""
    month = pl.col(name).str.slice(4)
    return _rule(
        "year_month_is_malformed",
        name,
        _is_digits(name, 6) & month.is_between(pl.lit("01"), pl.lit("12")),
        zh=("年月应为 6 位数字 YYYYMM，月份 01–12。", "请按 202109 的形式填写，并设为文本格式。"),
        en=("A month is written YYYYMM, 01 to 12.", "Write 202109, formatted as text."),
    )


def year_month_is_in_the_future(name: str) -> Rule:
    """A month of the past is not after the day of receipt."""
    return _rule(
        "year_month_is_in_the_future",
        name,
        lambda today: pl.col(name) <= f"{today:%Y%m}",
        zh=("年月晚于收件当月。", "请核对年月。"),
        en=("The month is later than the month of receipt.", "Check the month."),
    )


def school_year_is_malformed(name: str) -> Rule:
    """A school year joins two consecutive years."""
    column = pl.col(name)
    first = column.str.head(4).cast(pl.Int16, strict=False)
    second = column.str.tail(4).cast(pl.Int16, strict=False)
    shape = (column.str.len_bytes() == 9) & (column.str.slice(4, 1) == "-")
    return _rule(
        "school_year_is_malformed",
        name,
        column.is_null() | (shape & (second - first == 1).fill_null(value=False)),
        zh=("学年应写作 YYYY-YYYY，且为相邻两年。", "请按 2024-2025 的形式填写。"),
        en=("A school year is two consecutive years, YYYY-YYYY.", "Write 2024-2025."),
    )


def date_is_in_the_future(name: str) -> Rule:
    """A date of the past is not after the day of receipt."""
    return _rule(
        "date_is_in_the_future",
        name,
        lambda today: pl.col(name) <= today,
        zh=("日期晚于收件日期。", "请核对日期，特别是年份和月日顺序。"),
        en=("The date is after the day of receipt.", "Check year, month and day."),
    )


def number_is_negative(name: str) -> Rule:
    """Counts and amounts are not negative."""
    return _rule(
        "number_is_negative",
        name,
        pl.col(name) >= 0,
        zh=("数值为负数。", "请核对，人数和金额应为 0 或正数。"),
        en=("The number is negative.", "Check it: counts and amounts are zero or more."),
    )


def number_is_out_of_range(name: str, low: int, high: int) -> Rule:
    """A number lies between two bounds."""
    return _rule(
        "number_is_out_of_range",
        name,
        pl.col(name).is_between(low, high),
        zh=(f"数值应在 {low} 至 {high} 之间。", "请核对数值和计量单位（元、万元）。"),
        en=(f"The number must lie between {low} and {high}.", "Check the number and its unit."),
    )


def part_exceeds_whole(name: str, whole: str, *, whole_zh: str, source: str) -> Rule:
    """A part is at most the whole that stands in the same row."""
    return _rule(
        "part_exceeds_whole",
        name,
        pl.col(name) <= pl.col(whole),
        zh=(f"分项人数大于“{whole_zh}”。", f"分项应包含在“{whole_zh}”之内，请核对两项数字。"),
        en=(f"The part is greater than {whole}.", f"It is counted inside {whole}: check both."),
        source=source,
    )


def name_holds_blanks(name: str) -> Rule:
    """A Chinese name has no blanks or line breaks inside."""
    return _rule(
        "name_holds_blanks",
        name,
        ~pl.col(name).str.contains(r"[\r\n\t\u3000\u00a0]|\p{Han} +\p{Han}"),
        zh=("名称中有空格或换行。", "请删除名称中的空格和换行。"),
        en=("The name holds blanks or line breaks.", "Remove them."),
        severity=Severity.WARNING,
    )


def name_has_half_width_brackets(name: str) -> Rule:
    """Brackets in a Chinese name are full-width."""
    return _rule(
        "name_has_half_width_brackets",
        name,
        ~pl.col(name).str.contains("[()]"),
        zh=("名称中的括号为半角。", "请改用全角括号“（ ）”。"),
        en=("The name has half-width brackets.", "Use full-width brackets （ ）."),
        severity=Severity.WARNING,
    )
