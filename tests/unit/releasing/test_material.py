"""What the report of a release reads: the snapshots that it pins, wherever they lie by now."""

from datetime import UTC, datetime

from tests.support.snapshots import publish_rows
from yrdx import pipeline
from yrdx.model import Text
from yrdx.releasing.manifest import Pin, Release
from yrdx.releasing.material import gather
from yrdx.settings import Settings

DIGEST = "a" * 64


def test_a_dataset_that_was_restricted_since_is_read_where_it_lies_now(tmp_path):
    exchange = pipeline.open_exchange(Settings(home=tmp_path, store=str(tmp_path / "store")))
    made = publish_rows(exchange, "teacher", {("2025", "33"): [{}]})
    pin = Pin(
        dataset="teacher",
        title=Text(zh="教师", en="Teachers"),
        version=made.version,
        manifest=f"published/teacher/{made.version}/manifest.json",  # where it lay then
        sha256=DIGEST,
        contract="1.0.0",
        rows=made.rows,
    )
    now = datetime.now(UTC)
    release = Release(
        id=f"{now.date()}-0123456789ab",
        number=1,
        day=now.date(),
        created=now,
        pins=(pin,),
        rules_digest=DIGEST,
        made_from=DIGEST,
    )

    found = gather(
        exchange.store, release, names={}, measures={}, contracts={}, cache=tmp_path / "cache"
    )

    assert found.manifests["teacher"].version == made.version
