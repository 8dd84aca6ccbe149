"""What counts as fallen away from one version to the next, and what does not."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest

from tests.support.admissions import admit_rows, awards, partners
from tests.support.award import DATASET
from yrdx import catalogue
from yrdx.errors import ConfigurationError
from yrdx.model import Text
from yrdx.publication import Manifest, publish
from yrdx.releasing.figures import Partitions
from yrdx.releasing.gate import Watched, stops_of
from yrdx.releasing.limits import Limits, limits_of
from yrdx.releasing.manifest import Measure, Stop
from yrdx.store.local import LocalStore, open_local


class Versions:
    """The versions of the test dataset, each published from other rows of Zhejiang."""

    def __init__(self, folder: Path) -> None:
        self.store: LocalStore = open_local(folder / "store")
        self.folder = folder
        self.made: list[Manifest] = []

    def publish(self, rows: pl.DataFrame, *, period: str = "2025") -> Manifest:
        attempt = len(self.made) + 1
        admit_rows(self.store, rows, province="33", period=period, attempt=attempt)
        manifest = publish(DATASET, store=self.store, provinces=partners("33"), spool=self.folder)
        assert manifest is not None
        self.made.append(manifest)
        return manifest

    def stops(
        self, *, now: int = -1, earlier: Sequence[int] = (-2,), limits: Limits | None = None
    ) -> tuple[Stop, ...]:
        watched = Watched(
            title=Text(zh="证书获得", en="Certificates awarded"),
            now=self.made[now],
            earlier=tuple(self.made[at] for at in earlier),
            limits={None: limits or Limits()},
        )
        return stops_of(watched, Partitions(self.store, self.folder / "cache"))


@pytest.fixture
def versions(tmp_path: Path) -> Versions:
    made = Versions(tmp_path)
    made.publish(awards(400, province="33"))
    return made


ROWS = awards(400, province="33")


def test_a_fifth_of_the_rows_may_go_and_no_more(versions: Versions) -> None:
    versions.publish(ROWS.head(320))
    assert versions.stops() == ()
    versions.publish(ROWS.head(319))
    (rows, keys) = sorted(versions.stops(earlier=(0,)), key=lambda item: item.measure.value)[::-1]
    assert (rows.measure, rows.before, rows.now) == (Measure.ROWS, 400, 319)
    assert (keys.measure, keys.before, keys.now) == (Measure.KEYS, 400, 319)
    assert rows.against == versions.made[0].version
    assert "400 降为 319" in rows.text.zh


def test_what_falls_a_little_each_time_is_seen_against_three_versions(versions: Versions) -> None:
    for count in (360, 330, 300):
        versions.publish(ROWS.head(count))
    assert versions.stops(earlier=(-2,)) == ()
    found = versions.stops(earlier=(-2, -3, -4))
    assert {item.measure for item in found} == {Measure.ROWS, Measure.KEYS}
    assert {item.before for item in found} == {400}


def test_other_keys_in_as_many_rows_are_a_loss_of_keys(versions: Versions) -> None:
    renamed = pl.concat_str(pl.lit("X"), "cert_no").alias("cert_no")
    versions.publish(pl.concat([ROWS.head(300), ROWS.tail(100).with_columns(renamed)]))
    (stop,) = versions.stops()
    assert (stop.measure, stop.fallen) == (Measure.KEYS, 0.25)


def test_a_column_that_goes_empty_or_zero_is_a_loss_of_values(versions: Versions) -> None:
    first = pl.int_range(pl.len()) < 200
    versions.publish(
        ROWS.with_columns(
            hours_count=pl.when(first).then("hours_count").otherwise(0),
            note_name=pl.lit(None, pl.String),
        )
    )
    found = {item.column: item for item in versions.stops()}
    assert set(found) == {"hours_count", "note_name"}
    assert found["note_name"].now == 0
    assert found["hours_count"].measure is Measure.VALUES
    assert "“学时”" in found["hours_count"].text.zh


def test_codes_that_move_or_vanish_are_seen_and_a_few_are_not(versions: Versions) -> None:
    versions.publish(
        ROWS.with_columns(
            level_code=pl.when(pl.int_range(pl.len()) < 30)
            .then(pl.lit("1"))
            .otherwise("level_code")
        )
    )
    assert versions.stops() == ()
    versions.publish(ROWS.with_columns(level_code=pl.col("level_code").replace("3", "2")))
    (stop,) = versions.stops(earlier=(0,))
    assert (stop.measure, stop.column) == (Measure.CODES, "level_code")
    many = Limits(codes=0.5)
    (stop,) = versions.stops(earlier=(0,), limits=many)
    assert "代码 3 不再出现" in stop.text.zh


def test_a_new_period_is_held_against_the_one_before_it(versions: Versions) -> None:
    versions.publish(awards(290, province="33", seed=3), period="2026")
    assert [item.measure for item in versions.stops()] == []
    versions.publish(awards(100, province="33", seed=3), period="2027")
    (stop,) = versions.stops()
    assert (stop.measure, stop.period, stop.before, stop.limit) == (Measure.ROWS, "2027", 290, 0.3)
    assert "2026" in stop.text.zh


def test_a_period_that_is_gone_stops_however_small_and_a_small_one_may_shrink(
    tmp_path: Path,
) -> None:
    versions = Versions(tmp_path)
    versions.publish(ROWS.head(12))
    versions.publish(ROWS.head(4))
    assert versions.stops() == ()
    empty = versions.made[-1].model_copy(update={"files": ()})
    versions.made.append(empty)
    (stop,) = versions.stops()
    assert (stop.measure, stop.before, stop.now) == (Measure.ROWS, 4, 0)


def test_unchanged_files_are_not_looked_at(versions: Versions) -> None:
    old = versions.made[-1]
    versions.publish(awards(50, province="33", seed=9), period="2026")
    for file in (versions.store.root / "published" / DATASET.name / old.version).rglob("*.parquet"):
        file.unlink()
    new = versions.made[-1]
    kept = tuple(file for file in new.files if file.period == "2025")
    versions.made.append(new.model_copy(update={"files": kept}))
    assert versions.stops(earlier=(0,)) == ()


def test_a_dataset_may_state_limits_of_its_own_with_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "award.yaml"
    path.write_text(
        "reason: {zh: 样本每年不同, en: another sample each year}\n"
        "rows: 0.5\ncolumns: {hours_count: {values: 0.9}}\n",
        encoding="utf-8",
    )
    found = limits_of("award", Limits(least=10), folder=tmp_path)
    assert (found[None].rows, found[None].values, found[None].least) == (0.5, 0.4, 10)
    assert (found["hours_count"].rows, found["hours_count"].values) == (0.5, 0.9)
    path.write_text("rows: 0.5\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"award\.yaml: reason"):
        limits_of("award", Limits(), folder=tmp_path)


def test_every_file_of_limits_is_named_after_a_dataset_and_can_be_read() -> None:
    folder = catalogue.collapse_folder()
    files = sorted(folder.glob("*.yaml"))
    assert files
    for path in files:
        columns = catalogue.dataset(path.stem).columns
        assert set(limits_of(path.stem, Limits(), folder=folder)) <= {None, *columns}
