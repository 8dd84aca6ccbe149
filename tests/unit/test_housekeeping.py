"""Housekeeping removes what a killed verb left, and names who is overdue."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.support.snapshots import publish_rows
from yrdx import pipeline
from yrdx.agreements import Province
from yrdx.model import Text
from yrdx.releasing.manifest import Pin, Release
from yrdx.settings import Settings
from yrdx.store import layout

NOW = datetime.now(UTC)
DIGEST = "a" * 64
LANDED = f"landed/33/jyt/institution/2025/{DIGEST}"
CHECKED = f"checked/33/jyt/institution/2025/{DIGEST}/0123456789abcdef"
ADMITTED = f"admitted/institution/2025/33-jyt/{DIGEST}/0123456789abcdef"


@pytest.fixture
def exchange(tmp_path):
    return pipeline.open_exchange(Settings(home=tmp_path, store=str(tmp_path / "store")))


@pytest.mark.parametrize(
    ("left", "proof"),
    [
        (f"{LANDED}/original.xlsx", f"{LANDED}/delivery.json"),
        (f"{CHECKED}/findings.parquet", f"{CHECKED}/report.json"),
        (f"{ADMITTED}/rows.parquet", f"{ADMITTED}/admission.json"),
    ],
    ids=["land", "check", "admit"],
)
def test_what_a_killed_verb_left_goes_after_two_days_and_never_when_it_is_proven(
    exchange, left, proof
):
    exchange.store.put_if_absent(left, b"half")
    assert pipeline.sweep_orphans(exchange, now=NOW) == (), "it may still be written"
    later = NOW + timedelta(days=3)
    exchange.store.put_if_absent(proof, b"{}")
    assert pipeline.sweep_orphans(exchange, now=later) == (), "it is whole"
    exchange.store.delete(proof)
    assert pipeline.sweep_orphans(exchange, now=later) == (left,)
    assert exchange.store.head(left) is None


def test_what_stands_alone_is_no_orphan(exchange):
    offer = f"landed/33/jyt/institution/offers/{'b' * 32}.json"
    exchange.store.put_if_absent(offer, b"{}")
    exchange.store.put_if_absent("published/institution/latest.json", b"{}")
    withdrawal = ADMITTED.rpartition("/")[0] + "/withdrawal.json"
    exchange.store.put_if_absent(withdrawal, b"{}")
    assert pipeline.sweep_orphans(exchange, now=NOW + timedelta(days=3)) == ()


def test_an_agreement_past_its_due_day_with_nothing_admitted_is_overdue(exchange):
    agreement = {
        "unit": "jyt",
        "unit_name": {"zh": "省教育厅", "en": "Department of Education"},
        "dataset": "institution",
        "source": {"kind": "local_folder", "root": "inbox"},
        "due": "10-15",
    }
    province = Province.model_validate(
        {
            "code": "33",
            "slug": "zhejiang",
            "name": {"zh": "浙江省", "en": "Zhejiang"},
            "agreements": [agreement],
        }
    )
    (late,) = pipeline.overdue(exchange, province, today=date(2025, 10, 20))
    assert (late.dataset, late.period, late.due) == ("institution", "2025", date(2025, 10, 15))
    exchange.store.put_if_absent(f"{ADMITTED}/admission.json", b"{}")
    assert pipeline.overdue(exchange, province, today=date(2025, 10, 20)) == ()


def test_what_a_release_pins_stays_though_the_dataset_was_restricted_since(tmp_path):
    settings = Settings(home=tmp_path, store=str(tmp_path / "store"), keep_people_versions=1)
    exchange = pipeline.open_exchange(settings)
    first, second, _ = (
        publish_rows(exchange, "teacher", {("2025", "33"): [{}]}, unit=unit)
        for unit in ("jyt", "rst", "jw")
    )
    pin = Pin(
        dataset="teacher",
        title=Text(zh="教师", en="Teachers"),
        version=first.version,
        manifest=f"published/teacher/{first.version}/manifest.json",  # where it lay then
        sha256=DIGEST,
        contract="1.0.0",
        rows=None,
    )
    release = Release(
        id=f"{NOW.date()}-0123456789ab",
        number=1,
        day=NOW.date(),
        created=NOW,
        pins=(pin,),
        rules_digest=DIGEST,
        made_from=DIGEST,
    )
    key = layout.release(release.id)
    exchange.store.put_if_absent(key, release.model_dump_json().encode())
    due = [item.what for item in pipeline.expired(exchange, today=NOW.date())]
    assert due == [second.version]
