"""What bad input gets: each kind of bad file its own clear answer, never a stack trace."""

import struct
import zipfile

import polars as pl
import pytest
import xlsxwriter

from tests.support.mess import rewritten
from tests.support.reading import (
    HEADER,
    ROWS,
    SCHOOLS,
    csv_text,
    opened,
    refused,
    rows_of,
    workbook,
    written,
    zipped,
)
from yrdx.reading import (
    Refusal,
    Table,
    explain_failure,
    find_personal_numbers,
    is_reading_failure,
    normalise,
    read,
)


def test_an_empty_file_is_refused_as_empty(tmp_path):
    assert refused(written(tmp_path / "a.csv", b"")) == "file_is_empty"
    assert refused(written(tmp_path / "b.csv", b"\xef\xbb\xbf\r\n")) == "file_is_empty"


def test_a_workbook_without_a_filled_cell_is_refused_as_empty(tmp_path):
    assert refused(workbook(tmp_path / "a.xlsx", ("数据", []), ("Sheet2", []))) == "file_is_empty"
    assert refused(workbook(tmp_path / "b.xlsx", ("数据", [[None], [" ", "\u3000"]]))) == (
        "file_is_empty"
    )
    one = workbook(tmp_path / "c.xlsx", ("数据", []), ("Sheet2", [["见附件"]]))
    assert refused(one) == "header_is_not_found"


@pytest.mark.parametrize(
    ("start", "rule", "named"),
    [
        (b"%PDF-1.7\n", "file_is_a_scan_or_image", "PDF"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "file_is_a_scan_or_image", "JPEG"),
        (b"\x89PNG\r\n\x1a\n", "file_is_a_scan_or_image", "PNG"),
        (b"Rar!\x1a\x07\x01\x00", "file_type_is_not_accepted", "RAR"),
        (b"7z\xbc\xaf\x27\x1c", "file_type_is_not_accepted", "7z"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "file_type_is_not_accepted", "HTML"),
        (b'<?xml version="1.0"?><Workbook/>', "file_type_is_not_accepted", "XML"),
        (b"\x00\x01\x02\x03" * 40, "file_type_is_not_accepted", "binary"),
    ],
)
def test_what_is_no_table_is_refused_by_what_it_is_whatever_its_name(tmp_path, start, rule, named):
    path = written(tmp_path / "list.xls", start)
    refusal = read(path, filename="list.xls", dataset=SCHOOLS)
    assert isinstance(refusal, Refusal)
    (finding,) = refusal.findings
    assert finding.rule == rule
    assert named in finding.message.en
    assert "xlsx" in finding.remedy.zh


def test_a_workbook_with_a_password_is_refused_with_the_way_out(tmp_path):
    path = written(tmp_path / "a.xlsx", encrypted_workbook())
    assert refused(path) == "file_is_password_protected"


def test_an_xls_whose_contents_are_encrypted_is_refused_too(tmp_path):
    xlwt = pytest.importorskip("xlwt")
    book = xlwt.Workbook()
    sheet = book.add_sheet("数据")
    for number, row in enumerate((HEADER, *ROWS)):
        for place, text in enumerate(row):
            sheet.write(number, place, text)
    book.save(str(tmp_path / "plain.xls"))
    content = bytearray((tmp_path / "plain.xls").read_bytes())
    # A FILEPASS record in place of the one that follows the workbook's BOF: RC4, version 1.
    start = content.index(b"\x09\x08\x10\x00\x00\x06\x05\x00") + 20
    content[start : start + 2] = b"\x2f\x00"
    assert refused(written(tmp_path / "a.xls", bytes(content))) in (
        "file_is_password_protected",
        "file_is_damaged",
    )


def test_a_cut_off_workbook_is_refused_as_damaged(tmp_path):
    whole = workbook(tmp_path / "whole.xlsx", ("数据", [list(HEADER), *map(list, ROWS)]))
    half = whole.read_bytes()[: whole.stat().st_size // 2]
    assert refused(written(tmp_path / "half.xlsx", half)) == "file_is_damaged"


def test_an_old_xls_that_makes_its_parser_panic_is_refused_and_disturbs_nobody(tmp_path):
    xlwt = pytest.importorskip("xlwt")
    book = xlwt.Workbook()
    book.add_sheet("数据").write(0, 0, "学校标识码")
    book.save(str(tmp_path / "whole.xls"))
    content = (tmp_path / "whole.xls").read_bytes()
    # The directory, the last sector, is cut after ten bytes: the parser reads past the end.
    assert refused(written(tmp_path / "a.xls", content[: -512 + 10])) == "file_is_damaged"


def test_a_damaged_file_is_told_to_chinese_readers_without_the_words_of_a_library(tmp_path):
    pl.DataFrame({"学校标识码": ["1"], "学校名称": ["x"]}).write_parquet(tmp_path / "a.parquet")
    whole = workbook(tmp_path / "a.xlsx", ("数据", [list(HEADER), *map(list, ROWS)]))
    hollow = rewritten(lambda _: whole, "xl/workbook.xml", b"<sheets>", b"<sheets")
    for path, kind in (
        (written(tmp_path / "b.parquet", (tmp_path / "a.parquet").read_bytes()[:-20]), "Parquet"),
        (written(tmp_path / "b.xlsx", whole.read_bytes()[: whole.stat().st_size // 2]), "zip/xlsx"),
        (hollow(tmp_path), "xlsx"),
    ):
        refusal = read(path, filename=path.name, dataset=SCHOOLS)
        (finding,) = refusal.findings
        assert finding.message.zh == f"文件按 {kind} 打开时出错，可能已损坏或未传完整。"
        assert len(finding.message.en.partition("incomplete: ")[2]) > 3


def test_a_csv_named_xls_and_an_xlsx_named_csv_are_read_for_what_they_are(tmp_path):
    table = opened(written(tmp_path / "list.xls", csv_text()))
    assert table.reading.format == "csv"
    book = workbook(tmp_path / "list.csv", ("数据", [list(HEADER), *map(list, ROWS)]))
    assert opened(book).reading.format == "xlsx"


def test_a_file_with_two_encodings_is_refused_with_the_lines_in_question(tmp_path):
    lines = csv_text().encode()
    odd = "4133012862,宁波职业技术学院,2,9000\r\n".encode("gb18030")
    path = written(tmp_path / "a.csv", lines + odd)
    refusal = read(path, filename="a.csv", dataset=SCHOOLS)
    assert isinstance(refusal, Refusal)
    (finding,) = refusal.findings
    assert finding.rule == "file_has_two_encodings"
    assert "第 5 行" in finding.message.zh
    assert "UTF-8" in finding.message.zh


def test_a_gb18030_file_with_a_line_of_utf8_in_it_is_refused_though_it_would_decode(tmp_path):
    pasted = "4133012862,浙江大学,2,9000\r\n".encode()
    pasted.decode("gb18030")  # it decodes: to nonsense
    lines = csv_text().encode("gb18030") + pasted + csv_text().encode("gb18030")
    refusal = read(written(tmp_path / "a.csv", lines), filename="a.csv", dataset=SCHOOLS)
    assert isinstance(refusal, Refusal)
    assert refusal.findings[0].rule == "file_has_two_encodings"
    assert "第 5 行" in refusal.findings[0].message.zh


def test_text_in_an_unknown_encoding_is_refused(tmp_path):
    # 0xFF never occurs in UTF-8, and begins no character of GB18030.
    path = written(tmp_path / "a.csv", csv_text().encode("gb18030") + b"\xff\xff,x\r\n")
    assert refused(path) == "text_is_not_utf8_or_gb18030"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_wrong_byte_deep_in_a_large_file_is_found_while_it_streams(tmp_path, encoding):
    path = tmp_path / "large.csv"
    block = "".join(",".join(row) + "\n" for row in ROWS * 20_000).encode(encoding)
    with path.open("wb") as file:
        file.write((",".join(HEADER) + "\n").encode(encoding))
        for number in range(8):
            file.write(block)
            if number == 5:
                file.write(b"4133012862,\xff\xfe,2,9000\n")
    assert path.stat().st_size > 16 << 20
    table = read(path, filename="large.csv", dataset=SCHOOLS)
    assert isinstance(table, Table)
    with pytest.raises(Exception, match=r".") as caught:
        table.frame.select(pl.col("inst_name").str.len_bytes().sum()).collect(engine="streaming")
    assert is_reading_failure(caught.value)
    (finding,) = explain_failure(caught.value, table).findings
    assert finding.rule in ("file_has_two_encodings", "text_is_not_utf8_or_gb18030")
    assert str(6 * 60_000 + 2) in finding.message.zh


def test_an_open_quotation_mark_is_found_while_the_file_streams(tmp_path):
    rows = csv_text(ROWS * 300).replace("4132013110,苏州", '4132013110,"苏州', 1)
    table = read(written(tmp_path / "a.csv", rows), filename="a.csv", dataset=SCHOOLS)
    assert isinstance(table, Table)
    with pytest.raises(pl.exceptions.ComputeError) as caught:
        find_personal_numbers(table)
    assert is_reading_failure(caught.value)
    with pytest.raises(pl.exceptions.ComputeError) as caught:
        table.frame.collect(engine="streaming")
    assert is_reading_failure(caught.value)
    (finding,) = explain_failure(caught.value, table).findings
    assert finding.rule == "quotes_are_broken"
    assert "第 3 行" in finding.message.zh


def test_a_broken_plan_of_ours_is_no_reading_failure():
    with pytest.raises(pl.exceptions.PolarsError) as caught:
        pl.LazyFrame({"a": ["x"]}).select(pl.col("a").cast(pl.Int64)).collect()
    assert not is_reading_failure(caught.value)
    assert not is_reading_failure(ValueError("x"))


def test_a_file_without_a_header_is_refused_with_examples_of_field_names(tmp_path):
    path = written(tmp_path / "a.csv", "".join(",".join(row) + "\n" for row in ROWS))
    refusal = read(path, filename="a.csv", dataset=SCHOOLS)
    assert isinstance(refusal, Refusal)
    (finding,) = refusal.findings
    assert finding.rule == "header_is_not_found"
    assert "学校标识码" in finding.message.zh


def test_two_columns_for_one_field_are_refused_when_both_are_filled(tmp_path):
    header = ("学校标识码", "学校名称", "学校名称", "在校生数")
    path = written(tmp_path / "a.csv", csv_text(header=header))
    refusal = read(path, filename="a.csv", dataset=SCHOOLS)
    assert isinstance(refusal, Refusal)
    (finding,) = refusal.findings
    assert finding.rule == "header_is_used_twice"
    assert "B“学校名称”" in finding.message.zh
    assert "C“学校名称”" in finding.message.zh


def test_a_repeated_header_over_an_empty_column_is_harmless(tmp_path):
    rows = [(code, name, "", count) for code, name, _, count in ROWS]
    header = ("学校标识码", "学校名称", "学校名称", "在校生数")
    table = opened(written(tmp_path / "a.csv", csv_text(rows, header=header)))
    assert [row["inst_name"] for row in rows_of(table)] == [row[1] for row in ROWS]


def test_a_missing_column_is_no_reason_to_refuse_to_read(tmp_path):
    path = written(tmp_path / "a.csv", "学校标识码,在校生数\n4133012861,11200\n")
    table = opened(path)
    assert [match.column for match in table.reading.columns] == ["inst_code", "enrolled"]


def test_a_header_without_rows_is_refused(tmp_path):
    assert refused(written(tmp_path / "a.csv", csv_text([]))) == "file_has_no_rows"
    book = workbook(tmp_path / "a.xlsx", ("数据", [list(HEADER)]))
    assert refused(book) == "file_has_no_rows"
    pl.DataFrame(schema=dict.fromkeys(HEADER, pl.String)).write_parquet(tmp_path / "a.parquet")
    assert refused(tmp_path / "a.parquet") == "file_has_no_rows"


def test_a_damaged_parquet_file_is_refused(tmp_path):
    pl.DataFrame({"学校标识码": ["1"], "学校名称": ["x"]}).write_parquet(tmp_path / "a.parquet")
    content = (tmp_path / "a.parquet").read_bytes()
    assert refused(written(tmp_path / "b.parquet", content[:-20])) == "file_is_damaged"


def test_a_zip_bomb_is_refused_before_it_is_inflated(tmp_path):
    path = tmp_path / "a.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("list.csv", "w", force_zip64=True) as member,
    ):
        for _ in range(100):
            member.write(bytes(1 << 20))
    assert path.stat().st_size < 1 << 20
    assert refused(path) == "archive_is_a_bomb"


def test_a_workbook_that_is_a_bomb_is_refused_before_it_is_inflated(tmp_path):
    book = workbook(tmp_path / "a.xlsx", ("数据", [list(HEADER), *map(list, ROWS)]))
    with (
        zipfile.ZipFile(book, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/media/image1.bin", "w", force_zip64=True) as member,
    ):
        for _ in range(100):
            member.write(bytes(1 << 20))
    assert refused(book) == "archive_is_a_bomb"


def test_a_zip_that_declares_less_than_it_holds_is_refused(tmp_path):
    path = zipped(tmp_path / "a.zip", **{"list.csv": csv_text(ROWS * 5000).encode()})
    content = bytearray(path.read_bytes())
    size = struct.pack("<I", len(csv_text(ROWS * 5000).encode()))
    lie = struct.pack("<I", 100)
    assert content.count(size) >= 2
    refusal = refused(written(path, bytes(content).replace(size, lie)))
    assert refusal == "file_is_damaged"


@pytest.mark.parametrize("name", ["../../etc/cron.d/x.csv", "/etc/x.csv", "C:\\x.csv", "..\\x.csv"])
def test_a_member_that_escapes_its_folder_is_refused(tmp_path, name):
    path = zipped(tmp_path / "a.zip", **{name: csv_text().encode()})
    assert refused(path) == "archive_member_escapes_its_folder"


def test_an_archive_with_several_tables_none_or_another_archive_is_refused(tmp_path):
    table = csv_text().encode()
    several = zipped(tmp_path / "a.zip", **{"1.csv": table, "2.csv": table})
    assert refused(several) == "archive_holds_several_tables"
    assert refused(zipped(tmp_path / "b.zip", **{"~$1.xlsx": b"x"})) == "archive_holds_no_table"
    nested = zipped(tmp_path / "c.zip", **{"in.zip": several.read_bytes()})
    assert refused(nested) == "archive_holds_an_archive"
    disguised = zipped(tmp_path / "d.zip", **{"in.csv": several.read_bytes()})
    assert refused(disguised) == "archive_holds_an_archive"


def test_an_archive_with_a_password_is_refused(tmp_path):
    path = zipped(tmp_path / "a.zip", **{"1.csv": csv_text().encode()})
    content = bytearray(path.read_bytes())
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + place] |= 1
    assert refused(written(path, bytes(content))) == "archive_is_password_protected"


def test_a_formula_without_a_saved_value_is_a_finding_at_its_cell(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("数据")
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ROWS[0])
        sheet.write_row(2, 0, ROWS[1])
        sheet.write_formula("D2", "=SUM(F2:G2)", None, 11200)
        sheet.write_formula("D3", "=SUM(F3:G3)", None, "")
    table = opened(path)
    rows = table.frame.collect()
    assert rows["enrolled"].to_list() == ["11200", None]
    findings = normalise(rows, table, SCHOOLS).findings
    assert findings.to_dicts() == [
        {"_row": 3, "column": "enrolled", "rule": "formula_has_no_value", "candidate": None}
    ]


def test_a_number_damaged_to_fifteen_digits_is_a_finding_and_never_a_value(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("数据")
        sheet.write_row(0, 0, ("统一社会信用代码", "学校名称"))
        sheet.write_row(1, 0, ("123301004700950161", "好学校"))
        sheet.write_number("A3", 123301004700950161)
        sheet.write_string("B3", "坏学校")
    table = opened(path)
    rows = table.frame.collect()
    assert rows["uscc"][0] == "123301004700950161"
    findings = normalise(rows, table, SCHOOLS).findings
    assert findings.select("_row", "column", "rule").rows() == [(3, "uscc", "number_lost_digits")]


@pytest.mark.parametrize("error", ["#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#N/A"])
def test_each_error_cell_of_a_formula_is_one_finding_and_never_a_name(tmp_path, error):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("数据")
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ROWS[0])
        sheet.write_formula("B2", "=VLOOKUP(A2,[1]x!A:B,2)", None, error)
    table = opened(path)
    rows = table.frame.collect()
    assert rows["inst_name"].to_list() == [error]
    found = normalise(rows, table, SCHOOLS).findings
    assert found.select("_row", "column", "rule").rows() == [
        (2, "inst_name", "cell_holds_an_error")
    ]


def test_a_row_with_more_cells_than_the_header_is_a_finding_not_a_silent_cut(tmp_path):
    rows = [*ROWS, ("4133012862", "宁波", "职业技术学院", "2", "9000")]
    table = opened(written(tmp_path / "a.csv", csv_text(rows)))
    frame = table.frame.collect()
    assert frame["_doubt"].to_list() == [None, None, None, "9000"]
    findings = normalise(frame, table, SCHOOLS).findings
    assert findings.select("_row", "rule").rows() == [(5, "row_has_too_many_cells")]


def test_text_that_was_garbled_before_it_came_is_refused_with_its_lines(tmp_path):
    rows = [("4133012861", "锟斤拷锟斤拷学院", "2", "1")]
    refusal = read(written(tmp_path / "a.csv", csv_text(rows)), filename="a.csv", dataset=SCHOOLS)
    (finding,) = refusal.findings
    assert finding.rule == "text_was_damaged_before_sending"
    assert "第 2 行" in finding.message.zh


def encrypted_workbook() -> bytes:
    """The shape of an encrypted .xlsx: an OLE container with the stream EncryptedPackage."""
    return ole_container({"EncryptionInfo": b"\x04\x00\x04\x00", "EncryptedPackage": b"\x00" * 64})


def ole_container(streams: dict[str, bytes]) -> bytes:
    """A minimal OLE compound file: one FAT sector, one directory, streams of full sectors."""
    sector, end, free = 512, 0xFFFFFFFE, 0xFFFFFFFF
    fat = [0xFFFFFFFD, end]
    entries = [_entry("Root Entry", 5, child=1, start=end, size=0)]
    body = b""
    for number, (name, content) in enumerate(streams.items(), start=1):
        size = max(len(content), 4096)
        count = size // sector
        first = len(fat)
        fat += [*range(first + 1, first + count), end]
        body += content.ljust(size, b"\0")
        sibling = number + 1 if number < len(streams) else free
        entries.append(_entry(name, 2, start=first, size=size, right=sibling))
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6,
        0, 1, 1, 0, 4096, end, 0, end, 0, 0,
    )  # fmt: skip
    header += struct.pack("<109I", *[free] * 109)[: sector - len(header)]
    fat += [free] * (128 - len(fat))
    directory = b"".join(entries).ljust(sector, b"\0")
    return header + struct.pack("<128I", *fat) + directory + body


def _entry(name: str, kind: int, *, start: int, size: int, right=0xFFFFFFFF, child=0xFFFFFFFF):
    text = name.encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sHBBIII16sI8s8sIQ",
        text, len(text), kind, 1, 0xFFFFFFFF, right, child, b"", 0, b"", b"", start, size,
    )  # fmt: skip
