"""The story of a dataset in versions: a reader pinned to each sees exactly its rows, for good."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pandera.polars as pa
import polars as pl
import pytest

import yrdx
from tests.support.admissions import admit_rows, awards, files_below, partners
from tests.support.award import DATASET, LEVELS, Award
from yrdx.dataset import COLUMN, Code, Column, Dataset, Kind, Requirement
from yrdx.errors import ConfigurationError
from yrdx.model import Admission, Sensitivity, Text
from yrdx.pipeline import Exchange, withdraw
from yrdx.publication import Manifest, Step, apply_changes, publish, versions
from yrdx.settings import Settings
from yrdx.store import layout
from yrdx.store.local import LocalStore, open_local

ROW = ["src_province", "src_period", *DATASET.schema]
MORE_LEVELS = dataclasses.replace(
    LEVELS,
    version="2",
    codes=(
        *(
            dataclasses.replace(code, valid_to=date(2026, 1, 1), successors=("4",))
            if code.value == "1"
            else code
            for code in LEVELS.codes
        ),
        Code("4", Text(zh="基础级", en="Basic"), valid_from=date(2026, 1, 1)),
    ),
)


def with_levels(levels) -> Dataset:
    """The dataset with another code list of levels."""
    metadata = {COLUMN: dataclasses.replace(DATASET.columns["level_code"], codes=levels)}
    field = pa.Field(nullable=True, coerce=False, metadata=metadata)
    return _dataset({"level_code": (pl.String, field)}, version="1.1.0")


def with_place(dataset: Dataset) -> Dataset:
    """The dataset with one more column."""
    column = Column(
        title=Text(zh="发证地", en="Place of issue"),
        kind=Kind.TEXT,
        requirement=Requirement.OPTIONAL,
        sensitivity=Sensitivity.PUBLIC,
    )
    field = pa.Field(nullable=True, coerce=False, metadata={COLUMN: column})
    return _dataset({"place_name": (pl.String, field)}, version="1.2.0", base=dataset.model)


def _dataset(fields, *, version: str, base=Award) -> Dataset:
    model = type(
        "Award",
        (base,),
        {
            "__module__": Award.__module__,
            "__annotations__": {name: dtype for name, (dtype, _) in fields.items()},
            **{name: field for name, (_, field) in fields.items()},
        },
    )
    return dataclasses.replace(DATASET, model=model, version=version)


@dataclass
class Story:
    """A store, and what each published version must show for ever."""

    store: LocalStore
    spool: Path

    def publish(self, dataset: Dataset = DATASET) -> Manifest | None:
        provinces = partners("31", "33")
        return publish(dataset, store=self.store, provinces=provinces, spool=self.spool)

    def take_back(self, admission: Admission) -> None:
        exchange = Exchange(settings=Settings(), store=self.store)
        day = datetime(2025, 4, 1, tzinfo=UTC)
        withdraw(exchange, admission.delivery, reason="误报", withdrawn_at=day)


def begin(folder: Path) -> Story:
    (folder / "spool").mkdir()
    return Story(open_local(folder / "store"), folder / "spool")


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return begin(tmp_path)


@pytest.fixture(scope="module")
def whole_story(tmp_path_factory: pytest.TempPathFactory):
    """All versions, told once: the store, and what each of them must show."""
    story = begin(tmp_path_factory.mktemp("story"))
    return story, list(five_versions(story))


@pytest.fixture
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def corrected(rows: pl.DataFrame) -> pl.DataFrame:
    """Two scores are other ones, row 5 is gone, one row is new, and every line has moved."""
    more = awards(len(rows) + 1, province="31").tail(1)
    score = pl.col("score")
    return pl.concat([rows, more]).filter(pl.col("_row") != 5).with_columns(
        pl.when(pl.col("_row").is_in([7, 9])).then(pl.lit("99.50").cast(score_type())).otherwise(
            score
        ).alias("score"),
        pl.col("_row") + 10,
    )  # fmt: skip


def score_type():
    return DATASET.schema["score"]


def shown(rows: pl.DataFrame, province: str, period: str = "2025") -> pl.DataFrame:
    told = rows.with_columns(src_province=pl.lit(province), src_period=pl.lit(period))
    return told.select(ROW)


def five_versions(story: Story) -> Iterator[tuple[str, Manifest, pl.DataFrame, str]]:
    """Each version: its semver, manifest, the rows it must have, and the words of its changelog."""
    shanghai = awards(200, province="31")
    admit_rows(story.store, shanghai, province="31")
    yield "1.0.0", story.publish(), shown(shanghai, "31"), "首个版本"

    right = corrected(shanghai)
    admit_rows(story.store, right, province="31", attempt=2)
    yield "1.0.1", story.publish(), shown(right, "31"), "新增 1 行，更正 2 行，删除 1 行"

    zhejiang = awards(90, province="33")
    late = admit_rows(story.store, zhejiang, province="33")
    both = pl.concat([shown(right, "31"), shown(zhejiang, "33")])
    yield "1.1.0", story.publish(), both, "2025 shanghai"

    listed = with_levels(MORE_LEVELS)
    yield "1.2.0", story.publish(listed), both, "新增代码（certificate_level）：4 基础级"

    story.take_back(late)
    yield (
        "1.3.0",
        story.publish(listed),
        shown(right, "31"),
        f"撤回报送 {late.delivery.sha256[:12]}",
    )

    wider = with_place(listed)
    placed = right.with_columns(
        place_name=pl.when(pl.col("_row") < 30).then(pl.lit("上海")).otherwise(None)
    )
    admit_rows(story.store, placed, province="31", attempt=3)
    yield "1.4.0", story.publish(wider), shown(right, "31"), "新增字段：发证地"


def seen(story: Story, manifest: Manifest) -> pl.DataFrame:
    pinned = yrdx.open(f"{DATASET.name}@{manifest.version}", store=story.store.root)
    return pinned.polars().select(ROW).collect()


def bytes_of(story: Story, manifest: Manifest) -> dict[str, str]:
    return files_below(story.store.root / layout.published_prefix(DATASET.name, manifest.version))


def test_a_reader_pinned_to_a_version_sees_exactly_its_rows_whatever_comes_later(
    whole_story,
) -> None:
    story, told = whole_story
    assert [manifest.semver for _, manifest, _, _ in told] == [semver for semver, *_ in told]
    for semver, manifest, expected, _ in told:
        order = ["src_period", "src_province", *DATASET.key]
        assert seen(story, manifest).equals(expected.sort(order))
        assert yrdx.open(f"{DATASET.name}@{semver}", store=story.store.root).version == (
            manifest.version
        )
    names = [manifest.version for _, manifest, _, _ in told]
    assert versions(story.store, DATASET.name) == tuple(reversed(names))
    assert yrdx.open(f"{DATASET.name}@1.*", store=story.store.root).version == names[-1]


def test_a_published_version_never_changes_a_byte_and_stays_with_who_has_opened_it(story) -> None:
    opened, lay = [], {}
    for _, manifest, *_ in five_versions(story):
        pinned = yrdx.open(f"{DATASET.name}@{manifest.version}", store=story.store.root)
        opened.append((pinned, pinned.arrow()))
        lay[manifest.version] = bytes_of(story, manifest)
    assert len({frozenset(files.items()) for files in lay.values()}) == len(opened) == 6
    for pinned, rows in opened:
        assert pinned.arrow().equals(rows)
        assert bytes_of(story, pinned.manifest) == lay[pinned.version]


def test_changes_applied_to_a_version_give_the_next_one_exactly(whole_story, tmp_path) -> None:
    applied, (story, told) = 0, whole_story
    for _, manifest, _, _ in told:
        if manifest.changes is None:
            continue
        made = pl.concat(
            part.rows for part in apply_changes(story.store, manifest, cache=tmp_path / "cache")
        )
        pinned = yrdx.open(f"{DATASET.name}@{manifest.version}", store=story.store.root)
        assert made.equals(pinned.polars().collect())
        applied += 1
    assert applied == 5


def test_who_has_the_first_version_follows_all_others_by_their_changes_alone(
    whole_story, db
) -> None:
    story, ((_, first, _, _), *later) = whole_story
    db.execute(f"create table copy as from {lying_in(story, first, 'data')}")
    for _, manifest, _, _ in later:
        follow(db, story, manifest)
        names = [column.name for column in manifest.columns]
        order = ["src_period", "src_province", *DATASET.key]
        pinned = yrdx.open(f"{DATASET.name}@{manifest.version}", store=story.store.root)
        assert (
            db.sql(f"select {', '.join(names)} from copy")
            .pl()
            .sort(order)
            .equals(pinned.polars().collect())
        )


def follow(db: duckdb.DuckDBPyConnection, story: Story, manifest: Manifest) -> None:
    """What docs/versions.md says of keeping a copy up to date, without a line of ours."""
    changes = {
        str(file.kind): f"{lying_in(story, manifest, f'changes/{file.kind}')} as theirs"
        for file in manifest.changes.files
    }
    same = "copy.province = theirs.province and copy.period = theirs.period and "
    same += "copy.src_unit = theirs.src_unit and copy.src_row_no = theirs."
    for kind, number in (("removed", "src_row_no"), ("changed", "before_src_row_no")):
        if kind in changes:
            db.execute(f"delete from copy using {changes[kind]} where {same}{number}")
    if "moved" in changes:
        db.execute(
            f"update copy set src_row_no = theirs.src_row_no, file_sha256 = theirs.file_sha256 "
            f"from {changes['moved']} where {same}before_src_row_no"
        )
    names = [column.name for column in manifest.columns]
    if "place_name" in names:
        db.execute("alter table copy add column if not exists place_name varchar")
    for kind in ("added", "changed"):
        if kind in changes:
            columns = ", ".join([*names, "period", "province"])
            db.execute(f"insert into copy by name select {columns} from {changes[kind]}")


def lying_in(story: Story, manifest: Manifest, folder: str) -> str:
    """The files below a folder of a version, in the words of DuckDB."""
    place = story.store.root / layout.published_prefix(DATASET.name, manifest.version) / folder
    return (
        f"read_parquet('{place}/*/*/*.parquet', hive_partitioning = true, hive_types_autocast = 0)"
    )


def test_the_manifest_says_what_changed_and_which_delivery_caused_it(story) -> None:
    _, second, third, fourth, fifth, sixth = (
        manifest for _, manifest, _, _ in five_versions(story)
    )
    (unit,) = second.changes.units
    shas = {item.attempt: item.sha256 for item in (*second.lineage, *sixth.lineage)}
    assert (unit.cause, unit.caused_by) == ("delivery", shas[2])
    assert (unit.added, unit.changed, unit.removed, unit.moved) == (1, 2, 1, 197)
    assert second.changes.cells == {"score": 2}
    assert second.changes.step is Step.PATCH
    (unit,) = third.changes.units
    assert (unit.added, unit.superseded) == (90, None)
    assert not fourth.changes.units
    assert {fact.step for fact in fourth.changes.facts} == {Step.MINOR, Step.PATCH}
    (unit,) = fifth.changes.units
    assert (unit.cause, unit.removed, unit.caused_by) == ("withdrawal", 90, unit.superseded)
    assert [item.reason for item in fifth.withdrawn] == ["误报"]
    assert sixth.changes.cells == {"place_name": 17}  # lines 12 to 29 but for 15, which was removed


def test_changed_rows_stand_with_what_they_were_and_with_their_cause(whole_story) -> None:
    story, (_, (_, second, _, _), *_) = whole_story
    folder = story.store.root / layout.published_prefix(DATASET.name, second.version) / "changes"
    found = duckdb.sql(
        f"select changed_columns, score, before_score, cause, caused_by, before_src_row_no, "
        f"src_row_no from '{folder}/changed/*/*/*.parquet' order by src_row_no"
    ).fetchall()
    assert [row[0] for row in found] == [["score"], ["score"]]
    assert [(str(row[1]), row[3], row[4]) for row in found] == [
        ("99.50", "delivery", second.lineage[0].sha256)
    ] * 2
    assert [(row[5], row[6]) for row in found] == [(7, 17), (9, 19)]
    assert all(str(row[2]) != "99.50" for row in found)
    (gone,) = duckdb.sql(f"select src_row_no from '{folder}/removed/*/*/*.parquet'").fetchall()
    assert gone == (5,)


def test_the_changelogs_tell_all_versions_newest_first_in_both_languages(whole_story) -> None:
    story, told = whole_story
    newest = told[-1][1]
    for language in ("zh", "en"):
        key = layout.published_prefix(DATASET.name, newest.version) + f"CHANGELOG.{language}.md"
        text = story.store.get(key).decode()
        headings = [line.split()[1] for line in text.splitlines() if line.startswith("## ")]
        assert headings == [semver for semver, *_ in reversed(told)]
        if language == "zh":
            assert all(words in text for *_, words in told)
        else:
            assert "a new column" in text
            assert "1 rows added, 2 changed, 1 removed" in text


def test_a_code_that_ended_gets_a_bridge_to_the_one_that_took_its_place(whole_story) -> None:
    story, (*_, (_, newest, _, _)) = whole_story
    (levels,) = newest.code_lists
    folder = story.store.root / layout.published_prefix(DATASET.name, newest.version)
    assert levels.bridge.key == "bridges/certificate_level.parquet"
    bridge = pl.read_parquet(folder / levels.bridge.key)
    assert bridge.rows() == [("1", date(2026, 1, 1), "4", "renamed")]
    assert pl.read_parquet(folder / levels.file.key)["label_zh"].to_list() == [
        "初级",
        "中级",
        "高级",
        "基础级",
    ]


def test_the_same_rows_delivered_again_make_no_version(story) -> None:
    rows = awards(50, province="31")
    admit_rows(story.store, rows, province="31")
    first = story.publish()
    admit_rows(story.store, rows, province="31", attempt=2)
    before = [item.key for item in story.store.list("published/")]
    assert story.publish() is None
    assert [item.key for item in story.store.list("published/")] == before
    admit_rows(story.store, awards(9, province="33"), province="33")
    second = story.publish()
    assert second.semver == "1.1.0"
    assert {item.attempt for item in second.lineage if item.province == "31"} == {2}
    moved = {item.province: item.moved for item in second.changes.units}
    assert moved == {"31": 50, "33": 0}
    assert first.lineage[0].attempt == 1


def test_taking_back_a_correction_gives_back_what_it_replaced(story) -> None:
    rows = awards(50, province="31")
    admit_rows(story.store, rows, province="31")
    story.publish()
    wrong = admit_rows(story.store, rows.head(10), province="31", attempt=2)
    assert story.publish().changes.removed == 40
    story.take_back(wrong)
    third = story.publish()
    assert seen(story, third).equals(shown(rows, "31").sort(DATASET.key))
    (unit,) = third.changes.units
    assert (unit.cause, unit.caused_by, unit.added) == (
        "withdrawal",
        wrong.delivery.sha256,
        40,
    )


def test_a_dataset_whose_only_delivery_is_taken_back_is_published_empty(story) -> None:
    only = admit_rows(story.store, awards(50, province="31"), province="31")
    story.publish()
    story.take_back(only)
    empty = story.publish()
    assert (empty.semver, empty.rows, empty.files) == ("1.1.0", 0, ())
    rows = yrdx.open(DATASET.name, store=story.store.root).polars().collect()
    assert rows.height == 0
    assert rows.columns == [item.name for item in empty.columns]
    assert story.publish() is None


def test_a_version_of_the_time_when_they_were_only_counted_is_followed_by_a_first_one(
    story,
) -> None:
    admit_rows(story.store, awards(20, province="31"), province="31")
    first = story.publish()
    old = "v000012-aaaaaaaaaaaa"
    plain = json.loads(story.store.get(layout.manifest(DATASET.name, first.version)))
    known = {"key", "alternative_key", "columns", "shape", "code_lists", "withdrawn", "changes"}
    plain = {name: fact for name, fact in plain.items() if name not in known | {"changelog"}}
    body = json.dumps(plain | {"version": old}).encode()
    for item in list(story.store.list("published/")):
        new = item.key.replace(first.version, old)
        if item.key.endswith(".parquet") and "/data/" in item.key:
            story.store.copy(item.key, new)
        story.store.delete(item.key)
    story.store.put_if_absent(layout.manifest(DATASET.name, old), body)
    point_to(story.store, old, body)
    admit_rows(story.store, awards(21, province="31"), province="31", attempt=2)
    second = story.publish()
    assert (second.semver, second.parent, second.changes.added) == ("1.0.0", old, 1)


def point_to(store: LocalStore, version: str, body: bytes) -> None:
    pointer = {
        "dataset": DATASET.name,
        "version": version,
        "manifest": layout.manifest(DATASET.name, version),
        "manifest_sha256": hashlib.sha256(body).hexdigest(),
        "parent": None,
    }
    key = layout.pointer(DATASET.name)
    store.replace_if_match(key, json.dumps(pointer).encode(), expected=None)


def test_rows_that_do_not_fit_a_column_of_another_type_name_the_deliveries_to_check_again(
    story,
) -> None:
    before = admit_rows(story.store, awards(9, province="31"), province="31")
    first = story.publish()
    column = dataclasses.replace(DATASET.columns["note_name"], kind=Kind.INTEGER)
    field = pa.Field(nullable=True, coerce=False, metadata={COLUMN: column})
    numbered = _dataset({"note_name": (pl.Int64, field)}, version="2.0.0")
    with pytest.raises(ConfigurationError, match=layout.landed_delivery(before.delivery)) as told:
        story.publish(numbered)
    assert "重新校验并入库" in str(told.value)
    assert versions(story.store, DATASET.name) == (first.version,)
    assert not list(story.spool.iterdir())
