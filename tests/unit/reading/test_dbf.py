"""DBF files are read in blocks, with every type of field, and never guessed at."""

import struct

import polars as pl
import pytest

from tests.support.dbf import dbf
from tests.support.reading import SCHOOLS, opened, refused, rows_of, written
from yrdx.reading import dbf as reader
from yrdx.reading import normalise
from yrdx.reading.dbf_fields import layout_of

FIELDS = [("学校标识码", "C", 10), ("学校名称", "C", 40), ("在校生数", "N", 8)]


def test_blocks_give_every_record_once_and_in_order(tmp_path):
    count = 2 * reader.BLOCK + 7
    rows = [(f"4133{number:06}", "某校", str(number)) for number in range(count)]
    table = opened(written(tmp_path / "a.dbf", dbf(FIELDS, rows, deleted=[0, count - 1])))
    frame = table.frame.collect(engine="streaming")
    assert frame.height == table.rows_estimate == count - 2
    assert frame["_row"].to_list() == list(range(2, count))
    assert frame["enrolled"].cast(pl.Int64).sum() == sum(range(1, count - 1))
    assert table.frame.head(3).collect()["_row"].to_list() == [2, 3, 4]


def test_half_a_character_is_left_out_and_told_only_where_it_is(tmp_path):
    fields = [FIELDS[0], ("学校名称", "C", 9), FIELDS[2]]
    rows = [("4133012861", "天津中德应用", "1"), ("4133012862", "好学校", "2")]
    table = opened(written(tmp_path / "a.dbf", dbf(fields, rows)))
    frame = table.frame.collect()
    assert frame["inst_name"].to_list() == ["天津中德", "好学校"]
    assert normalise(frame, table, SCHOOLS).findings.select("_row", "rule").rows() == [
        (1, "text_was_cut_off")
    ]


def test_logical_and_binary_fields_become_what_a_person_would_write(tmp_path):
    fields = [("学校标识码", "C", 10), ("公办", "L", 1), ("在校生数", "I", 4), ("经费", "B", 8)]
    content = bytearray(dbf(fields, [("4133012861", "T", "abcd", "12345678")] * 2, version=0x30))
    content = content.replace(b"abcd", struct.pack("<i", 120))
    content = content.replace(b"12345678", struct.pack("<d", 12.5))
    row = rows_of(opened(written(tmp_path / "a.dbf", bytes(content))))[0]
    assert (row["is_public"], row["enrolled"], row["grant"]) == ("1", "120", "12.5")


def test_a_memo_lies_in_another_file_and_is_told(tmp_path):
    fields = [*FIELDS, ("说明", "M", 10)]
    table = opened(written(tmp_path / "a.dbf", dbf(fields, [("4133012861", "某校", "1", "7")])))
    assert "memo_is_not_read" in [finding.rule for finding in table.findings]


@pytest.mark.parametrize("content", [b"\x03,1,2\n", b"\x03" + bytes(40), b""])
def test_what_only_begins_like_a_dbf_is_none(content):
    assert layout_of(content, len(content)) is None


def test_a_name_that_two_fields_begin_with_is_not_guessed(tmp_path):
    fields = [
        ("inst_code", "C", 10),
        ("enrolled", "N", 8),
        ("统一社会信", "C", 18),
        ("各层", "C", 4),
    ]
    table = opened(written(tmp_path / "a.dbf", dbf(fields, [("4133012861", "1", "x", "1")])))
    how = {match.column: match.how for match in table.reading.columns}
    assert how == {"inst_code": "field name", "enrolled": "field name", "uscc": "beginning"}


def test_bytes_that_are_neither_encoding_are_refused(tmp_path):
    content = dbf(FIELDS, [("4133012861", "甲乙", "1")]).replace(
        "甲乙".encode("gbk"), b"\xff\xff\x41\x41"
    )
    assert refused(written(tmp_path / "a.dbf", content)) == "text_is_not_utf8_or_gb18030"
