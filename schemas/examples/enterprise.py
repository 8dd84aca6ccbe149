"""A good enterprise, and what breaks each rule."""

from decimal import Decimal
from typing import Any

GOOD: dict[str, Any] = {
    "uscc": "91330100799655058B",
    "stat_year": 2024,
    "ent_name": "示例云计算（中国）有限公司",
    "division_code": "330106",
    "industry_code": "6513",
    "size_code": "1",
    "op_status": "1",
    "pj_level": "1",
    "deep_participation": True,
    "demo_status": "省级示范企业",
    "incentive_amount": Decimal("12.5000"),
    "soe_flag": False,
}

SPOILINGS: dict[tuple[str, str], dict[str, Any]] = {
    ("uscc_organisation_code_is_wrong", "uscc"): {"uscc": "91330100799655051M"},
    ("name_holds_blanks", "ent_name"): {"ent_name": "示例 云计算有限公司"},
    ("name_has_half_width_brackets", "ent_name"): {"ent_name": "示例云计算(中国)有限公司"},
    ("value_is_not_in_code_list", "division_code"): {"division_code": "330199"},
    # Three digits and a letter are neither a class nor well-formed: the format speaks alone.
    ("industry_code_is_malformed", "industry_code"): {"industry_code": "9913"},
    ("value_is_not_in_code_list", "op_status"): {"op_status": "※", "pj_level": "0"},
    ("division_differs_from_credit_code", "division_code"): {"division_code": "330203"},
    ("certified_enterprise_is_not_in_business", "op_status"): {"op_status": "2"},
}

GOOD_TOO: list[dict[str, Any]] = [
    {"uscc": "913300007996550586", "division_code": "330203"},
    {"division_code": "330000"},
    {"uscc": "91310230470100209A", "division_code": "310151"},
    {"pj_level": "0", "op_status": "2"},
]
"""Changes that keep a good row good: registrars of the whole province, enterprises registered in
Chongming when it was a county, closed enterprises."""
