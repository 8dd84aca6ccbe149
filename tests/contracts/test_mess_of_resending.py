"""Mess 38: the same file sent twice, a corrected one under the same name, a part sent again."""

from datetime import datetime
from pathlib import Path

import pytest
import yaml

from tests.support.mess import grid, records, text_of
from yrdx import pipeline, publication
from yrdx.model import Report, Verdict
from yrdx.settings import TIMEZONE, Settings

ROWS = records("student_scale", 3, inst_code="4133012861")
NAME = "33_student_scale_2024-2025.csv"


@pytest.fixture
def exchange(tmp_path: Path) -> pipeline.Exchange:
    (tmp_path / "provinces").mkdir()
    (tmp_path / "inbox").mkdir()
    province = {
        "code": "33",
        "slug": "zhejiang",
        "name": {"zh": "浙江省", "en": "Zhejiang"},
        "agreements": [
            {
                "unit": "edu",
                "unit_name": {"zh": "浙江省教育厅", "en": "Education"},
                "dataset": "student_scale",
                "source": {"kind": "local_folder", "root": "inbox", "glob": "*.csv"},
            }
        ],
    }
    (tmp_path / "provinces" / "33-zhejiang.yaml").write_text(
        yaml.safe_dump(province, allow_unicode=True), encoding="utf-8"
    )
    return pipeline.open_exchange(Settings(home=tmp_path, store=str(tmp_path / "store")))


def send(exchange: pipeline.Exchange, rows, *, hour: int, name: str = NAME) -> list[Report]:
    """Put a file into the folder and run everything that a province's DAG does."""
    path = exchange.settings.home / "inbox" / name
    path.write_text(text_of(grid(rows)), encoding="utf-8")
    path.with_name(path.name + ".ok").touch()
    province = exchange.province("33")
    found = pipeline.discover(exchange, province)
    assert not found.unreachable
    reports = []
    for arrival in found.arrivals:
        at = datetime(2025, 11, 20, hour, tzinfo=TIMEZONE)
        delivery = pipeline.land(exchange, province, arrival, received_at=at)
        report = pipeline.check(exchange, delivery)
        assert pipeline.admit(exchange, report) is not None
        reports.append(report)
    pipeline.publish(exchange, "student_scale")
    return reports


def published(exchange: pipeline.Exchange) -> dict[str, int]:
    manifest = publication.newest(exchange.store, "student_scale")
    assert manifest is not None
    rows = publication.read(exchange.store, manifest).collect()
    return dict(rows["direction", "graduated"].rows())


def version(exchange: pipeline.Exchange) -> str:
    manifest = publication.newest(exchange.store, "student_scale")
    assert manifest is not None
    return manifest.version


def test_the_same_file_under_another_name_changes_nothing(exchange):
    (first,) = send(exchange, ROWS, hour=9)
    assert first.verdict is Verdict.ADMITTED
    before = version(exchange)
    again = send(exchange, ROWS, hour=10, name="33_student_scale_2024-2025_最终版2.csv")
    assert [report.delivery.sha256 for report in again] == [first.delivery.sha256]
    assert [report.delivery.attempt for report in again] == [1]
    assert version(exchange) == before


def test_a_corrected_file_under_the_same_name_is_another_attempt_and_replaces_the_first(exchange):
    send(exchange, ROWS, hour=9)
    (second,) = send(exchange, [{**ROWS[0], "graduated": "7"}, *ROWS[1:]], hour=10)
    assert second.delivery.attempt == 2
    assert published(exchange) == {"方向1": 7, "方向2": 0, "方向3": 0}


def test_a_part_sent_again_replaces_the_whole_period_of_its_unit(exchange):
    send(exchange, ROWS, hour=9)
    send(exchange, ROWS[:1], hour=10, name="33_student_scale_2024-2025_补报.csv")
    assert published(exchange) == {"方向1": 0}
