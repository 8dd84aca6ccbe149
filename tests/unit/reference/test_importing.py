"""A list is imported whole or not at all, kept for good, and compared code by code."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from schemas.list_rules import INDUSTRY, MAJOR, ONEX
from yrdx.errors import ConfigurationError, IntegrityError
from yrdx.lists import ReferenceList
from yrdx.reference import (
    Imported,
    difference,
    import_list,
    in_use,
    keep,
    known_versions,
    load,
    loaded_lists,
    use,
)
from yrdx.store.local import LocalStore, open_local

TODAY = date(2026, 3, 1)
HEADER = "version,code,name,valid_from,valid_to,is_controlled,successor"
MAJORS = [
    "2021,510102,物联网应用技术,2021-03-12,,,",
    "2015,510102,种子生产与经营,2015-10-26,2021-03-12,,610101",
    "2021,720801K,中医,2021-03-12,,是,",
]


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return open_local(tmp_path / "lists")


def imported(
    lines: list[str],
    folder: Path,
    *,
    shape: ReferenceList = MAJOR,
    header: str = HEADER,
    valid_from: date | None = None,
    encoding: str = "utf-8",
) -> Imported:
    path = folder / "list.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding=encoding)
    into = folder / "work"
    into.mkdir(exist_ok=True)
    return import_list(path, shape, valid_from=valid_from, today=TODAY, into=into)


def wrongs(found: Imported) -> list[tuple[str, int | None]]:
    assert found.entries is None, "a list with an error must not be loaded"
    errors = found.findings.filter(severity="error")
    return list(errors.select("rule", "row").iter_rows())


def kept(store: LocalStore, found: Imported, version: str) -> str:
    assert found.entries is not None, found.findings["message_en"].to_list()
    about = keep(
        store, found.entries, name="major", version=version, source="test", filename="list.csv"
    )
    return about.sha256


def test_a_good_file_becomes_entries_with_days_and_marks(tmp_path: Path) -> None:
    entries = imported(MAJORS, tmp_path).entries
    assert entries is not None
    old, new, controlled = entries.rows(named=True)
    assert (old["edition"], old["name"], old["successor"]) == ("2015", "种子生产与经营", "610101")
    assert old["valid_to"] == new["valid_from"] == date(2021, 3, 12)
    assert controlled["is_controlled"] is True


def test_a_file_in_gb18030_with_chinese_headers_is_the_same_list(tmp_path: Path) -> None:
    header = "目录版本,专业代码,专业名称,启用日期,停用日期,国控,替代代码"
    lines = [line.replace("2021-03-12", "2021年3月12日") for line in MAJORS]
    chinese = imported(lines, tmp_path, header=header, encoding="gb18030").entries
    plain = imported(MAJORS, tmp_path).entries
    assert chinese is not None
    assert plain is not None
    assert chinese.equals(plain)


def test_a_workbook_with_a_title_row_is_read_too(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["专业目录"])
    sheet.append(["目录版本", "专业代码", "专业名称"])
    sheet.append(["2021", "510102", "物联网应用技术"])
    book.save(tmp_path / "list.xlsx")
    (tmp_path / "work").mkdir()
    found = import_list(
        tmp_path / "list.xlsx",
        MAJOR,
        valid_from=date(2021, 3, 12),
        today=TODAY,
        into=tmp_path / "work",
    )
    assert found.entries is not None
    assert found.entries["valid_from"].to_list() == [date(2021, 3, 12)]


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("2021,5101,短代码,,,,", None),
        ("2021,51010,五位,,,,", "code_is_malformed"),
        ("2021,,无代码,,,,", "required_value_is_missing"),
        ("2021,510199,,,,,", "required_value_is_missing"),
        (",510199,无版本,,,,", "required_value_is_missing"),
        ("2021,510199,倒置,2021-03-12,2020-01-01,,", "validity_ends_before_it_begins"),
        ("2021,510199,坏日期,2021-13-01,,,", "value_is_not_a_date"),
        ("2021,510102,物联网,2022-01-01,,,", "entry_is_valid_twice"),
        ("2015,510102,种子,2021-03-12,,,", None),
        (MAJORS[0], None),
    ],
)
def test_what_is_wrong_with_a_line_is_told_with_its_row(
    line: str, rule: str | None, tmp_path: Path
) -> None:
    found = imported([*MAJORS, line], tmp_path)
    if rule is None:
        assert found.entries is not None, found.findings["message_en"].to_list()
    else:
        assert wrongs(found) == [(rule, 5)]


def test_a_file_without_the_column_of_names_is_refused(tmp_path: Path) -> None:
    found = imported(["2021,510102"], tmp_path, header="version,code")
    assert ("required_column_is_missing", None) in wrongs(found)


def test_a_certificate_has_one_entry_a_level(tmp_path: Path) -> None:
    lines = ["500001,Web前端开发,初级", "500001,Web前端开发,中级"]
    assert imported(lines, tmp_path, shape=ONEX, header="code,name,level").entries is not None
    twice = imported(
        [*lines, "500001,网页开发,中级"], tmp_path, shape=ONEX, header="code,name,level"
    )
    assert wrongs(twice) == [("entry_is_valid_twice", 4)]


def test_importing_twice_changes_nothing_and_a_version_never_changes(
    store: LocalStore, tmp_path: Path
) -> None:
    first = kept(store, imported(MAJORS, tmp_path), "2021.12")
    assert kept(store, imported(MAJORS[::-1], tmp_path), "2021.12") == first, "order says nothing"
    other = imported(MAJORS[:2], tmp_path)
    with pytest.raises(ConfigurationError, match="never changes"):
        kept(store, other, "2021.12")
    assert [item.version for item in known_versions(store, "major")] == ["2021.12"]


def test_the_newest_import_is_in_use_until_another_is_taken(
    store: LocalStore, tmp_path: Path
) -> None:
    assert in_use(store, "major") is None
    assert loaded_lists(store, ["major", "onex"]) == {}
    kept(store, imported(MAJORS, tmp_path), "2021.12")
    kept(store, imported(MAJORS[:2], tmp_path), "2025.12")
    loaded = loaded_lists(store, ["major", "onex"])
    assert list(loaded) == ["major"]
    assert loaded["major"].version == "2025.12"
    assert loaded["major"].entries.height == 2
    use(store, "major", "2021.12")
    assert loaded_lists(store, ["major"])["major"].entries.height == 3
    with pytest.raises(ConfigurationError, match=r"known: 2021\.12, 2025\.12"):
        use(store, "major", "2019")


def test_a_list_that_was_changed_in_the_store_is_not_used(
    store: LocalStore, tmp_path: Path
) -> None:
    kept(store, imported(MAJORS, tmp_path), "2021.12")
    about = in_use(store, "major")
    assert about is not None
    with pytest.raises(IntegrityError):
        load(store, about.model_copy(update={"sha256": "0" * 64}))


def test_a_difference_tells_added_removed_renamed_and_redated_codes(tmp_path: Path) -> None:
    old = imported(MAJORS, tmp_path).entries
    new = imported(
        [
            "2021,510102,物联网工程技术,2021-03-12,,,",
            "2015,510102,种子生产与经营,2015-10-26,2022-01-01,,610101",
            "2021,720801K,中医,2021-03-12,,否,",
            "2021,610101,种子生产技术,,,,",
        ],
        tmp_path,
    ).entries
    assert old is not None
    assert new is not None
    found = difference(old, new, shape=MAJOR)
    assert found.added.rows() == [("2021 610101", "种子生产技术")]
    assert found.renamed.rows() == [("2021 510102", "物联网应用技术", "物联网工程技术")]
    assert found.redated["key"].to_list() == ["2015 510102"]
    assert found.changed["key"].to_list() == ["2021 720801K"]
    assert difference(new, old, shape=MAJOR).removed.rows() == [("2021 610101", "种子生产技术")]
    assert difference(old, old, shape=MAJOR).is_empty


@pytest.mark.shared_data
def test_the_industries_of_2017_are_refused_for_a_code_that_stands_twice(
    shared_data: Path, tmp_path: Path
) -> None:
    published = shared_data / "reference" / "gbt4754_2017.csv"
    (tmp_path / "work").mkdir()
    found = import_list(published, INDUSTRY, valid_from=None, today=TODAY, into=tmp_path / "work")
    # 0711 is offshore oil extraction by mistake: the standard has 0712.
    assert wrongs(found) == [("entry_is_valid_twice", 116)]
    lines = published.read_text(encoding="utf-8").splitlines()
    mended = [line.replace("0711,海洋", "0712,海洋") for line in lines]
    entries = imported(mended[1:], tmp_path, shape=INDUSTRY, header=mended[0]).entries
    assert entries is not None
    assert entries.height == 20 + 97 + 473 + 1381
