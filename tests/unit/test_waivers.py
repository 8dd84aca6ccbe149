"""What a file of waivers may say, and what it is told when it says something else."""

from pathlib import Path

import pytest

from yrdx.errors import ConfigurationError
from yrdx.model import Delivery
from yrdx.waivers import digest_of, load_waivers, waivers_for

TEXT = """
code: "33"
waivers:
  - id: old-codes
    unit: jxt
    dataset: enterprise
    period: "2025"
    rule: uscc_check_digit_is_wrong
    column: uscc
    limit: 12
    until: 2026-03-31
    reason: {zh: 样例, en: sample}
    accepted_by: {zh: 数据管理岗（样例）, en: data steward (sample)}
    accepted_on: 2025-11-20
"""
ENTRY = TEXT.partition("waivers:\n")[2]
DELIVERY = Delivery(
    province="33",
    unit="jxt",
    dataset="enterprise",
    period="2025",
    sha256="0" * 64,
    sm3="0" * 64,
    size=1,
    filename="a.csv",
)


def written(folder: Path, text: str, name: str = "33-zhejiang.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_delivery_finds_its_own_waivers_only(tmp_path):
    other_period = ENTRY.replace("old-codes", "another").replace('"2025"', '"2024"')
    written(tmp_path, TEXT + other_period)
    written(tmp_path, TEXT.replace('"33"', '"34"'), "34-anhui.yaml")
    (found,) = waivers_for(DELIVERY, folder=tmp_path)
    assert (found.id, found.limit) == ("old-codes", 12)
    assert waivers_for(DELIVERY.model_copy(update={"unit": "jyt"}), folder=tmp_path) == ()
    assert waivers_for(DELIVERY, folder=tmp_path / "nowhere") == ()


def test_the_digest_changes_with_every_word_of_a_waiver_and_with_nothing_else(tmp_path):
    def digest(text: str) -> str:
        return digest_of(load_waivers(written(tmp_path, text)))

    assert digest(TEXT) == digest(TEXT + "# a remark\n")
    assert len({digest(TEXT.replace(*change)) for change in CHANGES}) == len(CHANGES)
    assert digest_of(()) == ""


CHANGES = [("12", "13"), ("2026-03-31", "2026-04-01"), ("样例", "另一个理由"), ("uscc\n", "\n")]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("limit: 12", "limit: 0"), "waivers.0.limit"),
        (("    until: 2026-03-31\n", ""), "waivers.0.until"),
        (("    reason: {zh: 样例, en: sample}\n", ""), "waivers.0.reason"),
        (
            ("{zh: 数据管理岗（样例）, en: data steward (sample)}", "nobody"),
            "waivers.0.accepted_by",
        ),
        (("2025-11-20", "2026-11-20"), "after its last day 2026-03-31; correct one of the two"),
        (('code: "33"', 'code: "34"'), "name it 34-<name>.yaml"),
        (("waivers:", "waivers: ["), "is not readable YAML"),
    ],
)
def test_a_wrong_file_is_told_by_name_place_and_remedy(tmp_path, change, told):
    with pytest.raises(ConfigurationError, match=r"33-zhejiang\.yaml") as error:
        load_waivers(written(tmp_path, TEXT.replace(*change)))
    assert told in str(error.value)


def test_one_finding_has_one_waiver_and_each_waiver_an_id_of_its_own(tmp_path):
    with pytest.raises(ConfigurationError, match="the id old-codes is used twice"):
        load_waivers(written(tmp_path, TEXT + ENTRY.replace('"2025"', '"2024"')))
    with pytest.raises(ConfigurationError, match="accept the same finding; keep one"):
        load_waivers(written(tmp_path, TEXT + ENTRY.replace("old-codes", "another")))


def test_the_waivers_of_the_exchange_can_be_read(project):
    for path in sorted((project / "provinces" / "waivers").glob("*.yaml")):
        load_waivers(path)
