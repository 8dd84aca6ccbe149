"""What a careless clerk or a broken export does to a file is found, in every dataset.

Each wrong stands at a known place; good files in every lawful form raise nothing. The whole table,
with every fault of a file in every dataset, is printed by `python -m bench.faults`.
"""

import pytest

from bench.faults.__main__ import as_page
from bench.faults.files import file_faults
from bench.faults.kinds import CELL_FAULTS
from bench.faults.measure import measure_dataset, planned
from yrdx import catalogue

NAMES = catalogue.dataset_names()
SHARES = 4
"""Each dataset gets a fourth of the faults of files; neighbours get another fourth."""


@pytest.mark.parametrize(("number", "name"), list(enumerate(NAMES)), ids=NAMES)
def test_every_planted_fault_is_found_and_good_rows_raise_nothing(number: int, name: str) -> None:
    result = measure_dataset(name, share=(number % SHARES, SHARES))

    assert result.missed == []
    assert result.alarmed_at == []
    assert result.alarms.total() == 0
    assert result.admitted == result.clean_rows > 0
    dataset = catalogue.dataset(name)
    planted = {code for code, tally in result.rules.items() if tally.planted}
    assert planted >= {rule.code for rule in (*dataset.rules, *dataset.list_rules)}
    page = as_page(result)
    assert "| 100% |" in page
    assert "| 0% |" not in page


def test_every_kind_of_fault_happens_somewhere() -> None:
    datasets = list(catalogue.datasets())
    happening = {fault.en for dataset in datasets for fault, *_ in planned(dataset)}
    assert happening == {fault.en for fault in CELL_FAULTS}
    assert len({fault.en for dataset in datasets for fault in file_faults(dataset)}) >= 20
