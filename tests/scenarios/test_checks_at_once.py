"""Many checks at once give the same receipts as one after the other.

How many is said by `YRDX_TEST_CHECKS`, in fives: 50 takes a minute on a quiet machine.
"""

import os
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import product
from pathlib import Path

import pytest
import yaml

from tests.support.whole import write_csv
from yrdx import catalogue, pipeline
from yrdx.model import Delivery, Verdict
from yrdx.settings import TIMEZONE, Settings

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

RECEIVED = datetime(2026, 10, 9, 8, 30, tzinfo=TIMEZONE)
DATASET = "institution_year"
COUNT = int(os.environ.get("YRDX_TEST_CHECKS", "20"))
UNITS = tuple(f"unit{number}" for number in range(COUNT // 5))
KNOWN = UNITS[:2]
"""Units of which there is something to compare with."""
BEFORE = "2019-2020"
PERIODS = tuple(f"{year}-{year + 1}" for year in range(2020, 2025))
AT_ONCE = 10


def rows(unit: str, period: str) -> list[dict]:
    """Twelve schools; some units deliver in another currency unit, every other one has a wrong."""
    number, year = UNITS.index(unit), int(period[:4])
    factor = 10 if number % 3 == 1 and year > 2022 else 1
    return [
        {
            "inst_code": f"41330{12_000 + 100 * number + school}",
            "school_year": period,
            "stat_date": datetime(year, 9, 1).date(),
            "equip_value": (10_000 + 100 * school + year) * factor,
            "enrolled_total": -1 if number % 2 and school == year % 10 else 9_000 + 10 * school,
        }
        for school in range(12)
    ]


def land_many(home: Path) -> list[Delivery]:
    """An exchange with the period before published, and deliveries that nobody has checked."""
    (home / "provinces").mkdir(parents=True)
    agreements = [
        {
            "unit": unit,
            "unit_name": {"zh": unit, "en": unit},
            "dataset": DATASET,
            "tolerance": 0.2,
            "source": {"kind": "local_folder", "root": "inbox", "glob": f"{unit}/*"},
        }
        for unit in UNITS
    ]
    name = {"zh": "浙江省", "en": "Zhejiang"}
    province = {"code": "33", "slug": "zhejiang", "name": name, "agreements": agreements}
    (home / "provinces" / "33-zhejiang.yaml").write_text(yaml.safe_dump(province))
    exchange = pipeline.open_exchange(Settings(home=home, store=str(home / "store")))
    for delivery in land(exchange, KNOWN, [BEFORE]):
        pipeline.admit(exchange, pipeline.check(exchange, delivery))
    assert pipeline.publish(exchange, DATASET) is not None
    return land(exchange, UNITS, PERIODS)


def land(
    exchange: pipeline.Exchange, units: Sequence[str], periods: Sequence[str]
) -> list[Delivery]:
    for unit, period in product(units, periods):
        path = exchange.settings.home / "inbox" / unit / f"33_{DATASET}_{period}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_csv(path, catalogue.dataset(DATASET), rows(unit, period))
        path.with_name(path.name + ".ok").touch()
    province = exchange.province("33")
    arrivals = pipeline.discover(exchange, province).arrivals
    return [
        pipeline.land(exchange, province, arrival, received_at=RECEIVED) for arrival in arrivals
    ]


def check(work: tuple[Path, Delivery]) -> Verdict | None:
    """One check as a worker does it: it opens the exchange itself."""
    home, delivery = work
    exchange = pipeline.open_exchange(Settings(home=home, store=str(home / "store")))
    return pipeline.check(exchange, delivery).verdict


def written(home: Path) -> dict[str, bytes]:
    """Object key → bytes of all that the checks wrote."""
    store = pipeline.open_exchange(Settings(home=home, store=str(home / "store"))).store
    return {item.key: store.get(item.key) for item in store.list("checked/")}


def test_many_checks_at_once_give_the_same_receipts_as_one_after_the_other(tmp_path):
    deliveries = land_many(tmp_path / "alone")
    assert len(deliveries) == COUNT
    shutil.copytree(tmp_path / "alone", tmp_path / "together")

    verdicts = [check((tmp_path / "alone", delivery)) for delivery in deliveries]
    assert set(verdicts) == {Verdict.ADMITTED, Verdict.ADMITTED_IN_PART, Verdict.REJECTED}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        at_once = list(pool.map(check, [(tmp_path / "together", item) for item in deliveries]))
    assert at_once == verdicts

    alone, together = written(tmp_path / "alone"), written(tmp_path / "together")
    assert sum(key.endswith("/receipt.json") for key in alone) == COUNT + len(KNOWN)
    assert sum(key.endswith("/quality.json") for key in alone) == len(KNOWN) * len(PERIODS)
    assert together.keys() == alone.keys()
    other = [key for key in alone if together[key] != alone[key]]
    assert not other, f"{len(other)} of {len(alone)} files differ: {other}"
