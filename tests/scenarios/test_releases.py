"""The story of an exchange's releases: made, stopped, confirmed, taken back, superseded."""

import hashlib
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from tests.support.releases import (
    CREATED,
    DAY,
    DERIVED,
    open_exchange,
    programmes,
    school,
    schools,
    without_others,
)
from tests.support.snapshots import publish_rows
from yrdx import pipeline, publication
from yrdx.cli.app import build
from yrdx.errors import ConfigurationError, ReleaseStopped
from yrdx.pipeline import Exchange
from yrdx.publication.facts import Step
from yrdx.releasing.chain import superseded_by
from yrdx.releasing.manifest import CoverageState, Measure, Outcome, Release, ReleasePointer, Source
from yrdx.settings import TIMEZONE
from yrdx.store import layout

ALL, FEW = range(50), range(9)


@pytest.fixture
def exchange(tmp_path: Path) -> Exchange:
    """Both provinces have published their schools, Zhejiang its programmes too."""
    exchange = open_exchange(tmp_path)
    publish_rows(
        exchange,
        "institution",
        {("2025", "33"): schools(ALL), ("2025", "34"): schools(range(40), "34")},
    )
    publish_rows(exchange, "program_offering", {("2024-2025", "33"): programmes(ALL)})
    publish_rows(exchange, "industry_major_map", {("2024", "33"): [{"major_code": "510203"}]})
    return exchange


def released(exchange: Exchange, *, day: date = DAY) -> Release:
    pipeline.derive_all(exchange)
    made = pipeline.release(exchange, day=day, created=CREATED)
    assert made is not None
    return made


def in_force(exchange: Exchange) -> str | None:
    body = exchange.store.get(layout.release_pointer())
    return ReleasePointer.model_validate_json(body).release


def test_a_derived_snapshot_that_is_out_of_date_has_to_be_derived_first(exchange: Exchange) -> None:
    with pytest.raises(ReleaseStopped, match="derive again first: industry_major_coverage"):
        pipeline.release(exchange, day=DAY, created=CREATED)
    first = released(exchange)
    pin = first.pin("industry_major_coverage")
    assert pin is not None
    assert pin.source is Source.DERIVED
    assert set(pin.sources) == {"industry_major_map", "program_offering"}
    assert all(first.pin(name).version == version for name, version in pin.sources.items())
    publish_rows(
        exchange, "program_offering", {("2024-2025", "33"): programmes(range(49))}, attempt=2
    )
    proposal = pipeline.propose_release(exchange, day=DAY)
    assert proposal is not None
    behind = {item.dataset: item.differing for item in proposal.outdated}
    assert behind["industry_major_coverage"] == ("program_offering",)
    assert released(exchange).parent == first.id


def test_a_release_pins_what_fits_and_the_same_snapshots_make_no_second_one(
    exchange: Exchange,
) -> None:
    first = released(exchange)
    assert pipeline.release(exchange, day=date(2025, 9, 1), created=CREATED) is None
    for pin in first.pins:
        manifest = publication.newest(exchange.store, pin.dataset)
        assert manifest is not None
        assert (pin.version, pin.rows) == (manifest.version, manifest.rows)
        assert hashlib.sha256(exchange.store.get(pin.manifest)).hexdigest() == pin.sha256
    judged = {(item.dataset, item.rule): item for item in first.rules}
    reference = judged["program_offering", "reference_is_not_in_its_dataset:inst_code"]
    assert (reference.outcome, reference.examined) == (Outcome.PASSED, 50)
    rows = pl.read_parquet(exchange.store.get(layout.release(first.id, file="changes.parquet")))
    assert rows.filter(dataset="institution", province="33")["added"].sum() == 50
    page = exchange.store.get(layout.release(first.id, file="preview.html")).decode()
    assert "职业院校名录" in page
    assert "http" not in page.replace("http-equiv", "")


def test_how_many_rows_about_people_there_are_no_release_tells(exchange: Exchange) -> None:
    for attempt, count in enumerate((3, 4), start=1):
        people = [{"person_key": f"{n:064x}", "inst_code": school(1)} for n in range(count)]
        publish_rows(exchange, "graduate_destination", {("2024", "33"): people}, attempt=attempt)
        made = released(exchange)
    pin = next(pin for pin in made.pins if pin.dataset == "graduate_destination")
    assert pin.rows is None
    change = next(item for item in made.changes if item.dataset == "graduate_destination")
    assert change.step is not Step.NONE, "that something changed may be told"
    assert change.units == ()
    changes = pl.read_parquet(exchange.store.get(layout.release(made.id, file="changes.parquet")))
    assert "graduate_destination" not in changes["dataset"].to_list()


def test_who_has_delivered_is_told_by_the_day_of_the_release(exchange: Exchange) -> None:
    exchange.store.put_if_absent(
        "landed/34/edu/program_offering/2024-2025/" + "a" * 64 + "/delivery.json",
        b'{"province": "34", "unit": "edu", "dataset": "program_offering", "period": "2024-2025",'
        b'"sha256": "' + b"a" * 64 + b'", "sm3": "' + b"0" * 64 + b'", "size": 1,'
        b'"filename": "x.csv", "received_at": "2025-03-02T08:00:00+08:00", "attempt": 1,'
        b'"refused": true}',
    )
    first = released(exchange, day=date(2026, 5, 1))
    told = {(item.dataset, item.province, item.period): item for item in first.coverage}
    assert told["institution", "33", "2025"].state is CoverageState.ARRIVED
    late = told["institution", "33", "2026"]
    assert (late.state, late.newest, late.age, late.days_late) == (
        CoverageState.LATE,
        "2025",
        1,
        31,
    )
    withheld = told["program_offering", "34", "2024-2025"]
    assert withheld.state is CoverageState.WITHHELD
    assert withheld.reason is not None
    assert "个人号码" in withheld.reason.zh
    assert told["student_scale", "34", "2025-2026"].state is CoverageState.MISSING


def test_a_collapse_stops_a_release_until_a_named_person_confirms_with_a_reason(
    exchange: Exchange,
) -> None:
    first = released(exchange)
    publish_rows(exchange, "institution", {("2025", "33"): schools(FEW)}, attempt=2)
    with pytest.raises(ReleaseStopped, match="rows fell from 50 to 9"):
        pipeline.release(exchange, day=DAY, created=CREATED)
    assert in_force(exchange) == first.id
    proposal = pipeline.propose_release(exchange, day=DAY)
    assert proposal is not None
    assert {item.measure for item in proposal.stops} == {
        Measure.ROWS,
        Measure.KEYS,
        Measure.RULE,  # 41 programmes are of schools that are no more
    }
    assert all(item.dataset != "institution" or item.province == "33" for item in proposal.stops)
    change = {item.dataset: item for item in proposal.changes}["institution"]
    assert (change.added, change.changed, change.removed) == (0, 0, 41)
    with pytest.raises(ConfigurationError, match="理由"):
        pipeline.confirm_release(
            exchange, proposal, confirmed=True, by="张三", at=CREATED, reason=" "
        )
    pipeline.confirm_release(
        exchange, proposal, confirmed=True, by="张三", at=CREATED, reason="撤并学校，已核实"
    )
    second = pipeline.release(exchange, day=DAY, created=CREATED)
    assert second is not None
    assert second.confirmation is not None
    assert (second.confirmation.by, second.confirmation.reason) == ("张三", "撤并学校，已核实")
    assert in_force(exchange) == second.id

    publish_rows(
        exchange, "institution", {("2025", "33"): schools(FEW, address="新路 2 号")}, attempt=3
    )
    third = pipeline.release(exchange, day=DAY, created=CREATED)
    assert third is not None, "what was confirmed once is not asked about again"
    assert third.stops == ()
    assert third.accepted == second.accepted


def test_a_refusal_stays_and_what_was_confirmed_holds_for_nothing_else(exchange: Exchange) -> None:
    first = released(exchange)
    publish_rows(exchange, "institution", {("2025", "33"): schools(FEW)}, attempt=2)
    proposal = pipeline.propose_release(exchange, day=DAY)
    assert proposal is not None
    for confirmed in (False, True):
        pipeline.confirm_release(
            exchange, proposal, confirmed=confirmed, by="李四", at=CREATED, reason="请补报"
        )
    with pytest.raises(ReleaseStopped, match="李四 不同意发布"):
        pipeline.release(exchange, day=DAY, created=CREATED)
    publish_rows(exchange, "institution", {("2025", "33"): schools(range(8))}, attempt=3)
    with pytest.raises(ReleaseStopped, match="a person has to confirm"):
        pipeline.release(exchange, day=DAY, created=CREATED)
    assert in_force(exchange) == first.id


def test_a_release_is_taken_back_and_superseded_and_nothing_of_it_is_removed(
    exchange: Exchange,
) -> None:
    first = released(exchange)
    publish_rows(exchange, "institution", {("2025", "33"): schools(range(49))}, attempt=2)
    second = pipeline.release(exchange, day=DAY, created=CREATED)
    assert second is not None
    assert superseded_by(exchange.store, first.id) == second.id
    files = [item.key for item in exchange.store.list(layout.RELEASES)]
    assert layout.release(first.id, file="superseded.json") in files
    later = datetime(2025, 5, 1, 9, tzinfo=TIMEZONE)
    with pytest.raises(ConfigurationError, match="理由"):
        pipeline.withdraw_release(exchange, second.id, by="张三", at=later, reason="")
    pipeline.withdraw_release(exchange, second.id, by="张三", at=later, reason="漏了一所学校")
    again = pipeline.withdraw_release(exchange, second.id, by="李四", at=later, reason="别的")
    assert (again.by, again.reason) == ("张三", "漏了一所学校")
    assert in_force(exchange) == first.id
    assert superseded_by(exchange.store, first.id) is None
    assert set(files) < {item.key for item in exchange.store.list(layout.RELEASES)}

    with pytest.raises(ReleaseStopped, match="the very same snapshots as in the withdrawn"):
        pipeline.release(exchange, day=DAY, created=CREATED)
    publish_rows(exchange, "institution", {("2025", "33"): schools(ALL)}, attempt=3)
    third = pipeline.release(exchange, day=DAY, created=CREATED)
    assert third is not None
    assert (third.parent, third.compared_with, third.number) == (second.id, first.id, 3)
    assert [item.id for item, _ in pipeline.releases(exchange)] == [third.id, second.id, first.id]
    institution = {item.dataset: item for item in third.changes}.get("institution")
    assert institution is not None
    assert (institution.added, institution.removed) == (0, 0), "against the one that stood"
    assert superseded_by(exchange.store, first.id) == third.id


def test_a_dataset_that_is_held_back_is_in_no_release_nor_is_what_follows_from_it(
    exchange: Exchange,
) -> None:
    first = released(exchange)
    without = ("industry_major_map", *exchange.settings.release_without)
    settings = exchange.settings.model_copy(update={"release_without": without})
    held = Exchange(settings=settings, store=exchange.store)
    proposal = pipeline.propose_release(held, day=DAY)
    assert proposal is not None
    assert {pin.dataset for pin in proposal.pins} == {"institution", "program_offering"}
    assert [item.dataset for item in proposal.changes] == [DERIVED, "industry_major_map"]
    assert f"不再包含：{DERIVED}、industry_major_map" in pipeline.preview_page(held, proposal)
    assert first.pin(DERIVED) is not None
    unknown = settings.model_copy(update={"release_without": ("institutions",)})
    with pytest.raises(ConfigurationError, match="YRDX_RELEASE_WITHOUT names institutions"):
        pipeline.propose_release(Exchange(settings=unknown, store=exchange.store), day=DAY)


def test_students_of_a_programme_that_nobody_offers_are_found_over_the_pinned_snapshots(
    exchange: Exchange,
) -> None:
    publish_rows(
        exchange,
        "student_scale",
        {
            ("2024-2025", "33"): [
                {"inst_code": school(1), "major_code": major} for major in ("510203", "530101")
            ]
        },
    )
    first = released(exchange)
    found = {item.rule: item for item in first.rules}[
        "students_are_in_no_programme_of_their_school"
    ]
    assert found.outcome is Outcome.TOLERATED, "a warning stops nothing"
    assert (found.count, found.examined, found.provinces) == (1, 2, {"33": 1})


def test_the_same_by_hand(
    exchange: Exchange, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YRDX_HOME", str(tmp_path))
    monkeypatch.setenv("YRDX_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("YRDX_RELEASE_WITHOUT", without_others())

    def run(*words: str, leaves: int = 0) -> str:
        answer = CliRunner().invoke(build(), ["--lang", "zh", "release", *words])
        assert answer.exit_code == leaves, (answer.output, answer.exception)
        return answer.output

    day = ("--day", "2025-04-01")
    assert "需先重新计算" in run("preview", *day)
    released(exchange)
    assert "没有变化" in run("create", *day)
    publish_rows(exchange, "institution", {("2025", "33"): schools(FEW)}, attempt=2)
    page = tmp_path / "preview.html"
    told = run("preview", *day, "--html", str(page))
    assert "行数由 50 降为 9" in told
    assert "行数由 50 降为 9" in page.read_text(encoding="utf-8")
    short = told.partition("yrdx release confirm ")[2][:12]
    assert "未发布" in run("create", *day, leaves=1)
    assert "已确认" in run("confirm", short, *day, "--by", "张三", "--reason", "撤并")
    run("create", *day)
    listed = run("list")
    assert "张三：撤并" in listed
    newest = pipeline.newest_release(exchange)
    assert newest is not None
    assert "institution" in run("show")
    assert "已撤回" in run("withdraw", newest.id, "--by", "张三", "--reason", "误发")
    assert "已撤回：误发" in run("list")
