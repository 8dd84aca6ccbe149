"""Certificates that are good as a whole, and bad ones."""

from functools import partial
from typing import Any

from yrdx.table_rule import Situation, TableExample

_term = partial(Situation, period="2024-2025-1", previous_period="2023-2024-2")
_KEY = "4133012861 / 460301 / 工业机器人系统操作员 / 3 / 2024-12-20"
_SAME = {"issuer_uscc": "91330106MA70000188"}
_GRADUATES = {
    "student_scale": [
        {
            "inst_code": "4133012861",
            "major_code": "460301",
            "school_year": "2025-2026",
            "grade_year": 2022,
            "newly_enrolled": 0,
            "graduated": 1,
        }
    ]
}


def _certificates(count: int, *, high: int) -> list[dict[str, Any]]:
    """So many certificates of so many persons."""
    worker = {"level": "4", "is_high": False, "cert_no_prefix": "S000133000001244"}
    return [
        {"person_key": f"{serial:064x}", "cert_no_hash": f"{serial + 4096:064x}"}
        | (worker if serial >= high else {})
        for serial in range(count)
    ]


EXAMPLES = {
    "certificate_is_of_two_persons": TableExample(
        good=_term(rows=_certificates(3, high=3)),
        bad=_term(rows=[{}, _SAME | {"person_key": "a" * 64}]),
        keys=(_KEY, _KEY),
    ),
    "person_has_the_certificate_twice": TableExample(
        good=_term(rows=[{}, {"cert_no_hash": "b" * 64, "cert_name": "电工"}]),
        bad=_term(rows=[{}, {"cert_no_hash": "b" * 64}]),
        keys=(_KEY,),
    ),
    "more_certified_persons_than_graduates": TableExample(
        good=_term(
            rows=[{}, {"cert_no_hash": "b" * 64, "cert_name": "电工"}], snapshots=_GRADUATES
        ),
        bad=_term(rows=_certificates(2, high=2), snapshots=_GRADUATES),
        keys=("4133012861 / 2021 / 460301 / 2025",),
    ),
    "share_of_high_levels_has_moved": TableExample(
        good=_term(rows=_certificates(40, high=20), previous=_certificates(40, high=16)),
        bad=_term(rows=_certificates(40, high=30), previous=_certificates(40, high=16)),
        keys=("4133012861",),
    ),
}
