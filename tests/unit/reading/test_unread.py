"""What is refused for any other reason is searched for personal numbers, whatever its form."""

import io
import json
import resource

import polars as pl
import pytest
import xlsxwriter

from tests.support.dbf import dbf
from tests.support.reading import csv_text, old_workbook, workbook, written, zipped
from yrdx.reading import find_in_unread

ID = "11010519491231002X"
PHONE = "13812345678"
ROSTER = [["姓名", "身份证号"], ["某某某", ID], ["某某", ID]]
TEXT = "\n".join(",".join(row) for row in ROSTER) + "\n"
HTML = f"<html><table><tr><td>身份证号</td><td>{ID}</td></tr></table></html>"


def rules_of(path):
    found = find_in_unread(path)
    told = "".join(item.model_dump_json() for item in found)
    assert ID not in told
    assert PHONE not in told
    return {item.rule for item in found}


def xlsx(tmp_path) -> bytes:
    return workbook(tmp_path / "w.xlsx", ("名单", ROSTER)).read_bytes()


def parquet() -> bytes:
    content = io.BytesIO()
    pl.DataFrame(ROSTER[1:], schema=ROSTER[0], orient="row").write_parquet(content)
    return content.getvalue()


FORMS = {
    "utf-8": lambda _: TEXT.encode(),
    "gb18030": lambda _: TEXT.encode("gb18030"),
    "utf-16": lambda _: TEXT.encode("utf-16"),
    "utf-16 that does not say so": lambda _: TEXT.encode("utf-16-le"),
    "two encodings": lambda _: TEXT.encode() + "备注,无\n".encode("gb18030") * 3,
    "old line ends": lambda _: TEXT.replace("\n", "\r").encode(),
    "broken quotes": lambda _: TEXT.replace("某某某", '"某某某').encode(),
    "no separator": lambda _: f"名单\n{ID}\n".encode(),
    "a web page": lambda _: HTML.encode(),
    "json": lambda _: json.dumps([dict(zip(*ROSTER[:2], strict=True))]).encode(),
    "xls": lambda _: old_workbook(ROSTER),
    "xlsx": xlsx,
    "parquet": lambda _: parquet(),
    "dbf": lambda _: dbf([("XM", "C", 10), ("NO", "C", 18)], ROSTER[1:]),
}


@pytest.mark.parametrize("form", FORMS)
def test_resident_ids_are_found_in_every_form_and_never_told(tmp_path, form):
    rules = rules_of(written(tmp_path / "a", FORMS[form](tmp_path)))
    assert rules & {"column_holds_resident_ids", "cell_holds_a_resident_id"}


def test_every_member_of_an_archive_is_searched(tmp_path):
    table = csv_text().encode()
    inner = zipped(tmp_path / "b.zip", **{"3.xlsx": xlsx(tmp_path)}).read_bytes()
    path = zipped(tmp_path / "a.zip", **{"1.csv": table, "2.csv": table, "4.zip": inner})
    found = find_in_unread(path)
    (finding,) = [item for item in found if item.rule == "column_holds_resident_ids"]
    assert finding.message.zh.startswith("“3.xlsx”中“名单”中“身份证号”列（B）")


def test_a_workbook_that_does_not_load_is_searched_as_text(tmp_path):
    parts = {
        "xl/workbook.xml": b"<broken",
        "xl/sharedStrings.xml": f"<si><t>{ID}</t></si>".encode(),
    }
    (finding,) = find_in_unread(zipped(tmp_path / "a.xlsx", **parts))
    assert finding.message.zh.startswith("“xl/sharedStrings.xml”中正文含有公民身份号码")


def test_a_workbook_that_reaches_too_far_is_searched_without_being_loaded(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(ROSTER):
            sheet.write_row(number, 0, row)
        sheet.write("KO200001", "误")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert rules_of(path)
    # Loading, which would take gigabytes, is done by a process of its own.
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_minflt == before.ru_minflt


def test_columns_are_told_by_header_and_row_and_a_header_that_is_a_number_is_not(tmp_path):
    (names, ids) = find_in_unread(written(tmp_path / "a.csv", TEXT))
    assert names.message.zh == "“姓名”列（A）是人员姓名：抽查的 2 个非空单元格中有 2 个是。"
    assert "“身份证号”列（B）含有公民身份号码" in ids.message.zh
    assert "（第 2、3 行）" in ids.message.zh
    assert rules_of(written(tmp_path / "b.csv", f"某某,{ID},{PHONE}\n" * 2)) == {
        "column_holds_resident_ids",
        "column_holds_phone_numbers",
    }


def test_a_name_beside_its_word_in_a_form_is_not_told(tmp_path):
    form = f"姓名,欧阳某,性别,男\n身份证号,{ID},电话,{PHONE}\n"
    found = find_in_unread(written(tmp_path / "a.csv", form))
    assert "column_holds_resident_ids" in {item.rule for item in found}
    assert "欧阳某" not in "".join(item.model_dump_json() for item in found)


def test_a_column_named_for_resident_ids_counts_though_excel_has_spoilt_them(tmp_path):
    spoilt = "学号,身份证号\n1,3.30106E+17\n"
    assert rules_of(written(tmp_path / "a.csv", spoilt)) == {"column_is_named_for_personal_data"}


def test_numbers_far_down_a_large_text_are_found_without_a_row(tmp_path):
    quiet = "甲,乙,丙\n" * 3_000_000
    path = written(tmp_path / "a.csv", quiet + f"甲,{ID},{PHONE}\n" * 20_000)
    assert path.stat().st_size > 32 << 20
    (finding,) = find_in_unread(path)
    assert "行" not in finding.message.zh


@pytest.mark.parametrize(
    "content",
    [
        csv_text().encode(),
        b"",
        b"PK\x03\x04 cut off",
        b"%PDF-1.4\n" + bytes(range(256)) * 400 + PHONE.encode() + b"\n" + bytes(range(256)) * 400,
        "字段,名称\nXM,姓名\nSFZJH,身份证件号\nSJH,手机号\n".encode(),
        "name,code\n上城区,330102\n".encode(),
        "填报：某厅，电话 0571-88880000\n".encode(),
        "地区\t日期\t人数\n330100\t20190101\t1000\n".encode() * 30,
        "第1中学 150 1200 1350\n".encode() * 30,
        "某校\t150\t1200\t1350\t备注\n".encode() * 600_000,  # too large to be split into cells
    ],
)
def test_what_holds_no_personal_numbers_or_cannot_be_searched_keeps_its_reason(tmp_path, content):
    assert rules_of(written(tmp_path / "a", content)) == set()
