"""Vocational institutions (职业院校名录).

Judged over whole deliveries: the ministry's code is unique over all provinces and the credit code
unique but for attached classes (T01); counts against the declared and the last ones (T02); no
code disappears without a status (T03); renamed and re-coded institutions (T04).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

import pandera.polars as pa
import polars as pl

from schemas import columns, identifiers
from schemas.column_rules import AGREED
from schemas.columns import C, O
from schemas.reference import code_list
from yrdx.dataset import Dataset, Periodicity, Reference
from yrdx.model import Severity, Text
from yrdx.rule import row_rule


class Institution(pa.DataFrameModel):
    """Every institution that gives vocational education, as of 1 September of the year.

    The key is the ministry's ten-digit code. Skilled-worker schools, run by the human-resources
    authorities, may have none: they are known by their unified social credit code alone.
    """

    inst_code: str = columns.school_code(
        "inst_code",
        "学校（机构）标识码",
        en="School code",
        requirement=C,
        synonyms=(
            "学校(机构)标识码",
            "学校标识码",
            "学校代码",
            "院校代码",
            "机构代码",
            "学校机构代码",
            "院校标识码",
            "标识码",
            "XXDM",
            "XXJGDM",
            "XXBSM",
        ),
        description=(
            (
                "教育部统一编发的 10 位代码：2 位类别、2 位省、6 位序号，无校验码；"
                "仅人社口径的技工院校可空，此时以统一社会信用代码为主键。"
            ),
            (
                "Ten digits given by the ministry: category, province, serial; only "
                "skilled-worker schools may leave it empty and are then known by their credit code."
            ),
        ),
    )
    uscc: str = columns.uscc(
        "uscc",
        "统一社会信用代码",
        organisation_code_tolerated=True,
        en="Unified social credit code",
        synonyms=("信用代码", "社会信用代码", "组织机构代码", "法人代码", "USCC", "TYSHXYDM"),
    )
    moe5_code: str = columns.digits(
        "moe5_code",
        "高校五位代码",
        width=5,
        en="Five-digit university code",
        requirement=O,
        synonyms=("国标代码", "部颁代码", "五位代码", "高校代码", "院校国标代码"),
    )
    exam_code: str = columns.digits(
        "exam_code",
        "省招生院校代号",
        width=4,
        en="Provincial admission code",
        requirement=O,
        synonyms=("院校代号", "学校代号", "招生代号", "招生院校代号", "招生院校代码"),
        description=(
            "各省考试院编的招生代号，只在本省内有意义，不足 4 位在前面补零。",
            (
                "Given by the provincial examination authority, meaningful in that province only; "
                "padded with zeros to four digits."
            ),
        ),
    )
    inst_name: str = columns.official_name(
        "inst_name",
        "学校名称",
        max_length=60,
        en="Name",
        synonyms=("单位名称", "院校名称", "机构名称", "学校全称", "院校全称", "XXMC", "XXJGMC"),
    )
    former_name: str = columns.text(
        "former_name",
        "曾用名",
        max_length=120,
        en="Former names",
        requirement=O,
        synonyms=("原校名", "原名", "曾用校名"),
        description=("多个曾用名用“；”分隔。", "Several names are separated by “；”."),
    )
    edu_level: str = columns.code(
        "edu_level",
        "办学层次",
        codes=code_list("edu_level"),
        en="Education level",
        synonyms=("层次", "本专科", "学历层次", "院校层次", "BXCC"),
    )
    school_category: str = columns.code(
        "school_category",
        "学校类别码（中职）",
        codes=code_list("school_category"),
        en="Category of secondary vocational school",
        requirement=C,
        synonyms=(
            "学校类别码(中职)",
            "学校类别码",
            "学校类别",
            "办学类型",
            "XXLBDM",
            "XXLBM",
            "XXBXLXM",
        ),
    )
    organizer_type: str = columns.code(
        "organizer_type",
        "举办者性质码",
        codes=code_list("organizer_type"),
        en="Kind of organiser",
        synonyms=("举办者", "举办者性质", "学校举办者性质", "XXJBZXZDM", "XXJBZXZM"),
    )
    competent_line: str = columns.code(
        "competent_line",
        "主管口径",
        codes=code_list("competent_line"),
        en="Line of authority",
        synonyms=("主管系统", "口径", "管理口径"),
        description=(
            "技工院校属人社口径，与教育口径数据不得直接相加。",
            (
                "Skilled-worker schools belong to human resources; the two lines are never added "
                "up silently."
            ),
        ),
    )
    competent_dept: str = columns.text(
        "competent_dept",
        "主管部门",
        max_length=40,
        en="Competent department",
        synonyms=("主管单位", "上级主管部门", "隶属部门", "XXZGBM"),
    )
    ownership_model: str = columns.code(
        "ownership_model",
        "办学体制",
        codes=code_list("ownership_model"),
        en="Ownership",
        synonyms=("办学性质", "所有制", "办学所有制"),
    )
    division_code: str = columns.division_code(
        "division_code",
        "所在地行政区划代码",
        en="Division where it stands",
        synonyms=(
            "所在地",
            "区划代码",
            "行政区划代码",
            "所在地区划",
            "所在地代码",
            "所在地区",
            "所属地区",
            "所在市",
            "所在城市",
            "所在县区",
            "XZQHM",
            "XZQHDM",
        ),
        description=("县级优先。", "Preferably the county."),
    )
    address: str = columns.text(
        "address",
        "地址",
        max_length=120,
        en="Address",
        requirement=O,
        synonyms=("学校地址", "详细地址", "通讯地址", "办学地址", "XXDZ"),
    )
    found_ym: str = columns.year_month(
        "found_ym",
        "建校年月",
        en="Month of foundation",
        requirement=O,
        synonyms=("JXNY", "建校时间", "成立年月", "创办年月"),
    )
    quality_tag: str = columns.code(
        "quality_tag",
        "双高/双优级别",
        codes=code_list("quality_tag"),
        en="Double-high or double-excellent level",
        requirement=O,
        synonyms=("双高（双优）级别", "双优", "双高", "双高级别", "双优学校", "SYXXDM"),
    )
    zone_tag: Annotated[pl.List, pl.String()] = columns.codes_of(
        "zone_tag",
        "试验区标识",
        codes=code_list("zone_tag"),
        en="Pilot zones",
        requirement=O,
        synonyms=("试验区", "创新高地", "示范区标识"),
    )
    status: str = columns.code(
        "status",
        "机构状态",
        codes=code_list("institution_status"),
        en="Status",
        synonyms=("状态", "办学状态", "学校状态"),
    )
    status_date: date = columns.day(
        "status_date",
        "状态日期",
        en="Date of status",
        requirement=C,
        synonyms=("状态变更日期", "变更日期", "批准日期"),
    )
    successor_code: str = columns.school_code(
        "successor_code",
        "承接机构代码",
        en="Code of the successor",
        requirement=C,
        synonyms=("承接学校代码", "承接机构标识码", "并入学校代码"),
    )

    @row_rule(
        "inst_code",
        severity=Severity.ERROR,
        zh="学校标识码为空，而主管口径不是人社。",
        en="There is no school code, and the school does not belong to human resources.",
        remedy_zh="请补填 10 位标识码；确为技工院校的，请把主管口径改为 2。",
        remedy_en="Give the 10-digit code; for a skilled-worker school set the line to 2.",
        source=AGREED,
    )
    def school_code_is_missing() -> pl.Expr:
        return pl.col("inst_code").is_not_null() | (pl.col("competent_line") == "2")

    @row_rule(
        "inst_code",
        severity=Severity.WARNING,
        zh="标识码类别与办学层次不一致：36、93 应为中职或技工，41、42 应为高等学校。",
        en="The category in the school code does not fit the level: 36 and 93 are secondary, "
        "41 and 42 higher education.",
        remedy_zh="请核对标识码和办学层次；升格后沿用原标识码的学校可不修改。",
        remedy_en="Check both; a school that kept its code when it was upgraded stays as it is.",
        source="学校（机构）代码管理办法（教育部，2011）；E01",
    )
    def school_code_category_differs_from_level() -> pl.Expr:
        secondary = pl.col("edu_level").is_in(["1", "5"])
        return pl.col("inst_code").str.head(2).is_in(["36", "93"]) == secondary

    @row_rule(
        "uscc",
        severity=Severity.INFO,
        zh="统一社会信用代码前两位不是学校常见的 12（事业单位）、52（民办非企业）或 91（企业）。",
        en="The credit code begins with none of 12, 52 and 91, as schools' codes normally do.",
        remedy_zh="请核对是否误填了其他单位的代码；确认无误的可不修改。",
        remedy_en="Make sure that it is not another body's code; leave it if it is right.",
        source="GB 32100-2015",
    )
    def uscc_is_unusual_for_a_school() -> pl.Expr:
        code = pl.col("uscc")
        return (code.str.len_bytes() != 18) | code.str.head(2).is_in(["12", "52", "91"])

    @row_rule(
        "moe5_code",
        severity=Severity.ERROR,
        zh="高校五位代码与标识码后五位不一致。",
        en="The five-digit code differs from the last five digits of the school code.",
        remedy_zh="普通高校（41 开头）的五位代码应等于标识码第 6–10 位，请核对两项。",
        remedy_en="For codes that begin with 41 they are digits 6 to 10: check both.",
        source="学校（机构）代码管理办法（教育部，2011）",
    )
    def moe5_code_differs_from_school_code() -> pl.Expr:
        whole = pl.col("inst_code")
        return ~whole.str.starts_with("41") | (pl.col("moe5_code") == whole.str.slice(5, 5))

    @row_rule(
        "inst_name",
        severity=Severity.INFO,
        zh="职业本科学校的名称通常含“职业”和“大学”或“学院”，此名称不含。",
        en="A vocational university usually has 职业 and 大学 or 学院 in its name.",
        remedy_zh="请核对办学层次；确认无误的可不修改。",
        remedy_en="Check the level; leave it if it is right.",
        source=f"{AGREED}；E03",
    )
    def vocational_university_has_unusual_name() -> pl.Expr:
        name = pl.col("inst_name")
        usual = name.str.contains("职业", literal=True) & name.str.contains("大学|学院")
        return (pl.col("edu_level") != "3") | usual

    @row_rule(
        "inst_name",
        severity=Severity.ERROR,
        zh="此行是分省标题或合计行，不是学校。",
        en="This row is a band or a total, not an institution.",
        remedy_zh="请删除分省标题行和合计行，或不要在这些行填写标识码等数据列。",
        remedy_en="Remove band and total rows, or leave the data columns of such rows empty.",
        source=f"{AGREED}；E04",
    )
    def name_is_a_band_or_total() -> pl.Expr:
        name = pl.col("inst_name").str.replace_all(r"[ \u3000]", "")
        return ~name.str.contains(
            "[（(][0-9０-９]+[所个][）)]$|^(合计|总计|小计|共计|全国|全省|全市)([：:].*)?$"
        )

    @row_rule(
        "school_category",
        severity=Severity.ERROR,
        zh="中职和技工院校未填学校类别码。",
        en="A secondary vocational or skilled-worker school has no category.",
        remedy_zh="办学层次为 1 或 5 时，请从代码表选填 361–369。",
        remedy_en="For level 1 or 5 pick one of 361 to 369.",
        source="职业院校数字基座数据标准及接口规范 XXLBDM",
    )
    def school_category_is_missing() -> pl.Expr:
        return ~pl.col("edu_level").is_in(["1", "5"]) | pl.col("school_category").is_not_null()

    @row_rule(
        "division_code",
        severity=Severity.WARNING,
        zh="所在地区划与标识码中的省份（第 3–4 位）不一致。",
        en="The division lies in another province than the school code says (digits 3 and 4).",
        remedy_zh="请核对所在地区划代码和标识码；异地办学的请在报送说明中注明。",
        remedy_en="Check both codes; say so if the school stands outside its province.",
        source="GB/T 2260；学校（机构）代码管理办法（教育部，2011）",
    )
    def division_is_in_another_province() -> pl.Expr:
        inside = pl.col("division_code").str.head(2) == pl.col("inst_code").str.slice(2, 2)
        return ~identifiers.is_division("division_code") | inside

    @row_rule(
        "division_code",
        severity=Severity.INFO,
        zh="所在地只填到省或市，未细到县（市、区）。",
        en="The division is a province or a city, not a county.",
        remedy_zh="如掌握县级区划，请补到县级；否则可保留。",
        remedy_en="Give the county if you know it.",
        source="GB/T 2260",
    )
    def division_is_not_a_county() -> pl.Expr:
        return ~pl.col("division_code").str.ends_with("00")

    @row_rule(
        "status_date",
        severity=Severity.ERROR,
        zh="机构状态不是“在办”，但未填状态日期。",
        en="The institution is not running as before, and the date of its status is missing.",
        remedy_zh="停招、合并、撤销、更名的，请填批准或生效日期。",
        remedy_en="Give the day on which the new status was approved or took effect.",
        source=AGREED,
    )
    def status_date_is_missing() -> pl.Expr:
        return (pl.col("status") == "1") | pl.col("status_date").is_not_null()

    @row_rule(
        "successor_code",
        severity=Severity.ERROR,
        zh="机构已合并，但未填承接机构代码。",
        en="The institution was merged, and the code of its successor is missing.",
        remedy_zh="请填并入学校的 10 位标识码。",
        remedy_en="Give the 10-digit code of the school that took it over.",
        source=AGREED,
    )
    def successor_code_is_missing() -> pl.Expr:
        return (pl.col("status") != "3") | pl.col("successor_code").is_not_null()


DATASET = Dataset(
    model=Institution,
    title=Text(zh="职业院校名录", en="Vocational institutions"),
    grain=Text(
        zh="每个法人或独立举办的机构一行", en="One row per legal or independently run institution"
    ),
    version="1.0.0",
    key=("inst_code",),
    alternative_key=("uscc",),
    references=(
        Reference("successor_code", "institution", "inst_code", severity=Severity.WARNING),
    ),
    periodicity=Periodicity.YEAR,
    supplier=Text(
        zh="省教育厅（中职、高职）；省人力社保厅（技工院校）",
        en="Provincial education authority; human-resources authority for skilled-worker schools",
    ),
    clauses=("三（一）", "三（五）", "四（三）"),
    province=pl.coalesce(pl.col("inst_code").str.slice(2, 2), pl.col("division_code").str.head(2)),
)
