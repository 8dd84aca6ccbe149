"""The demonstration's deliveries: always the same, marked as made up, wrong only where said."""

import pytest
from stdnum.cn import ric, uscc

from demo import generate, rows
from demo.plans import PLANS, TITLES
from demo.wrongs import WRONGS
from yrdx import catalogue

SMALL = [plan for plan in PLANS if plan.dataset != "certificate_award"]


@pytest.mark.parametrize("plan", SMALL, ids=lambda plan: plan.path)
def test_a_delivery_has_the_same_bytes_every_time(plan):
    assert generate.make(plan) == generate.make(plan)


def test_check_digits_of_made_up_codes_are_right():
    for province in rows.PROVINCES:
        schools = rows.institutions(province)
        firms = rows.enterprises(province, year=2025, count=50)
        assert all(uscc.is_valid(row["uscc"]) for row in schools + firms)
        assert all(
            "演示" in row.get("inst_name", row.get("ent_name", "")) for row in schools + firms
        )


def test_raw_numbers_pass_the_check_digit_and_are_of_no_region():
    number = rows.resident_id("999999", "19900101", 1)
    assert ric.calc_check_digit(number) == number[-1]
    assert not ric.is_valid(number), "a number of a real region could be somebody's"


def test_headers_and_planted_rules_are_those_of_the_contracts():
    for name, titles in TITLES.items():
        dataset = catalogue.dataset(name)
        assert titles.keys() <= dataset.columns.keys()
        columns = {column for column, _, _ in WRONGS[name]}
        assert columns <= titles.keys()


def test_every_province_delivers_every_dataset_and_one_file_is_not_complete():
    delivered = {(plan.province, plan.dataset) for plan in PLANS if plan.marker}
    assert delivered == {(province, name) for province in rows.PROVINCES for name in TITLES}
    assert [plan.expected for plan in PLANS if not plan.marker] == ["not discovered"]


def test_no_wrong_is_planted_in_a_school_that_others_refer_to():
    for plan in PLANS:
        if plan.dataset == "institution" and plan.wrong:
            _, planted = generate.make(plan)
            half = len(rows.institutions(plan.province)) // 2
            assert planted
            assert all(item["index"] >= half for item in planted)
