"""Delimited text: encodings, dialects, and where a record stands."""

import csv
import io

import polars as pl
import pytest

from tests.support.reading import HEADER, ROWS, SCHOOLS, csv_text, opened, rows_of, written
from yrdx.reading import ROW, Refusal, explain_failure, normalise, read, set_apart
from yrdx.reading.blocks import BLOCK, by_python, to_utf8
from yrdx.reading.encoding import Encoding, decide_encoding

NAMES = [row[1] for row in ROWS]


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("gb18030", "GB18030"),
        ("gbk", "GB18030"),
        ("utf-16", "UTF-16LE"),
    ],
)
def test_every_encoding_gives_the_same_rows(tmp_path, encoding, named):
    table = opened(written(tmp_path / "a.csv", csv_text(), encoding))
    assert table.reading.encoding == named
    assert [row["inst_name"] for row in rows_of(table)] == NAMES
    assert [row["_row"] for row in rows_of(table)] == [2, 3, 4]
    assert table.locate(pl.Series([2, 4])).to_list() == [2, 4]


def test_big_endian_utf_16_is_read_too(tmp_path):
    content = b"\xfe\xff" + csv_text().encode("utf-16-be")
    table = opened(written(tmp_path / "a.csv", content))
    assert [row["inst_name"] for row in rows_of(table)] == NAMES


def test_four_byte_characters_of_gb18030_survive(tmp_path):
    rows = [("4133012861", "𬭊水学院", "2", "1")]
    table = opened(written(tmp_path / "a.csv", csv_text(rows), "gb18030"))
    assert rows_of(table)[0]["inst_name"] == "𬭊水学院"


def test_a_short_gb18030_file_that_is_valid_utf8_by_chance_is_no_reason_to_refuse(tmp_path):
    rows = [("4133012861", "联通", "2", "1")]  # the classic: valid UTF-8 of two characters
    table = opened(written(tmp_path / "a.csv", csv_text(rows), "gb18030"))
    assert rows_of(table)[0]["inst_name"] == "联通"


@pytest.mark.parametrize("decode", [to_utf8, by_python])
def test_gb18030_decodes_alike_by_the_c_library_and_by_python(decode):
    text = '浙江𬭊①㎡€ , "\n' * 1000
    assert decode(text.encode("gb18030")) == text.encode()
    for broken in (b"abc\xff\xff", "浙江".encode("gb18030")[:-1]):
        with pytest.raises(UnicodeDecodeError):
            decode(broken)


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends_are_recognised(tmp_path, separator, end):
    content = csv_text(separator=separator, end=end)
    table = opened(written(tmp_path / "a.csv", content))
    assert [row["inst_name"] for row in rows_of(table)] == NAMES
    assert [row["enrolled"] for row in rows_of(table)] == ["11200", "5300", "4100"]


def test_mixed_line_ends_and_a_last_line_without_one(tmp_path):
    lines = csv_text(end="\n").splitlines()
    content = lines[0] + "\r\n" + lines[1] + "\n" + lines[2] + "\r\n" + lines[3]
    assert [r["enrolled"] for r in rows_of(opened(written(tmp_path / "a.csv", content)))] == [
        "11200",
        "5300",
        "4100",
    ]


def test_excels_sep_line_states_the_separator_and_is_no_header(tmp_path):
    content = "sep=;\r\n" + csv_text(separator=";")
    table = opened(written(tmp_path / "a.csv", content))
    assert table.reading.header_row == 2
    assert [row["_row"] for row in rows_of(table)] == [3, 4, 5]


def test_trailing_separators_make_no_doubt(tmp_path):
    lines = [line + ",,," for line in csv_text(end="\n").splitlines()]
    table = opened(written(tmp_path / "a.csv", "\n".join(lines)))
    assert table.frame.collect()["_doubt"].null_count() == len(ROWS)


def test_empty_cells_are_null_quoted_or_not(tmp_path):
    content = '学校标识码,学校名称\n4133012861,""\n4133012862,\n'
    table = opened(written(tmp_path / "a.csv", content))
    assert [row["inst_name"] for row in rows_of(table)] == [None, None]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_line_breaks_inside_cells_do_not_shift_the_lines_that_are_told(tmp_path, encoding):
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(HEADER)
    lines, expected = 1, []
    for number in range(30_000):
        broken = number % 7 == 3
        name = "浙江\n机电\n学院" if broken else "浙江机电学院"
        writer.writerow((f"41330{number:05}", name, "2", str(number)))
        expected.append(lines + 1)
        lines += 3 if broken else 1
    table = opened(written(tmp_path / "a.csv", buffer.getvalue(), encoding))
    frame = table.frame.collect(engine="streaming").sort("_row")
    assert frame["enrolled"].to_list() == [str(number) for number in range(30_000)]
    assert frame["_row"].to_list() == list(range(2, 30_002))
    assert table.locate(frame["_row"]).to_list() == expected


def test_a_header_of_two_physical_lines_counts_as_one_record(tmp_path):
    content = '"学校\n标识码",学校名称\n4133012861,甲\n'
    table = opened(written(tmp_path / "a.csv", content))
    (row,) = rows_of(table)
    assert (row["_row"], row["inst_code"]) == (2, "4133012861")
    assert table.locate(pl.Series([2])).to_list() == [3]


def test_an_inch_mark_in_a_cell_is_no_quotation(tmp_path):
    content = '学校标识码,学校名称\n4133012861,5" 学院\n4133012862,乙\n'
    table = opened(written(tmp_path / "a.csv", content))
    assert [row["inst_name"] for row in rows_of(table)] == ['5" 学院', "乙"]


def test_blank_lines_keep_their_number_and_are_set_apart(tmp_path):
    content = "\n\n" + csv_text(end="\n").replace("\n4132", "\n\n4132")
    table = opened(written(tmp_path / "a.csv", content))
    rows = table.frame.collect()
    separated = set_apart(rows, table)
    assert [(row.row, row.kind) for row in separated.apart] == [(5, "blank")]
    assert separated.data["_row"].to_list() == [4, 6, 7]


def test_the_block_reader_gives_what_polars_gives(tmp_path):
    rows = [(f"41330{n:05}", "浙江机电职业技术学院" * 3, "2", str(n)) for n in range(120_000)]
    text = csv_text(rows, end="\n")
    one = opened(written(tmp_path / "u.csv", text))
    other = opened(written(tmp_path / "g.csv", text, "gb18030"))
    assert (tmp_path / "g.csv").stat().st_size > BLOCK
    assert other.frame.collect(engine="streaming").equals(one.frame.collect(engine="streaming"))
    few = other.frame.filter(pl.col("enrolled") == "77777").select("_row", "inst_code").collect()
    assert few.rows() == [(77_779, "4133077777")]
    assert other.frame.head(3).collect().height == 3
    assert abs(other.rows_estimate - 120_000) < 6000


def test_a_plain_file_is_utf8(tmp_path):
    assert decide_encoding(written(tmp_path / "a.csv", "abc,def\n")) is Encoding.UTF_8
    assert SCHOOLS.name == "reading"


@pytest.mark.parametrize("place", [1, 700])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_carriage_return_within_a_cell_is_a_blank_wherever_it_stands(tmp_path, place, encoding):
    rows = [*ROWS * 300]
    rows[place] = ("4132013110", "苏州幼师\r高等专科学校", "2", "5300")
    table = opened(written(tmp_path / "a.csv", csv_text(rows, end="\n"), encoding))
    frame = table.frame.collect()
    assert frame["inst_name"][place] == "苏州幼师\r高等专科学校"
    assert normalise(frame, table, SCHOOLS).rows["inst_name"].to_list() == NAMES * 300


def test_a_carriage_return_within_a_header_is_a_blank_too(tmp_path):
    text = csv_text(header=("学校\r标识码", *HEADER[1:]), end="\n")
    assert "inst_code" in opened(written(tmp_path / "a.csv", text)).source_columns


@pytest.mark.parametrize("place", [1, 700])
@pytest.mark.parametrize("limit", [131_072, 1 << 30])
def test_a_very_long_cell_is_read_wherever_it_stands_whatever_else_runs(tmp_path, place, limit):
    rows = [*ROWS * 300]
    rows[place] = ("4132013110", "长" * 200_000, "2", "5300")
    before = csv.field_size_limit(limit)
    try:
        table = opened(written(tmp_path / "a.csv", csv_text(rows)))
    finally:
        csv.field_size_limit(before)
    assert table.frame.collect()["inst_name"][place] == "长" * 200_000


def test_quotes_that_swallow_thousands_of_rows_are_refused_with_their_line(tmp_path):
    rows = [*ROWS * 3000]
    rows[1] = ("4132013110", '"苏州幼师高等专科学校', "2", "5300")
    rows[8000] = ("4132013110", '苏州幼师高等专科学校"', "2", "5300")
    refusal = read(written(tmp_path / "a.csv", csv_text(rows)), filename="a.csv", dataset=SCHOOLS)
    assert isinstance(refusal, Refusal)
    (finding,) = refusal.findings
    assert finding.rule == "quotes_are_broken"
    assert "第 3 行" in finding.message.zh


@pytest.mark.parametrize("place", [1, 700])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_an_inch_mark_among_quoted_cells_is_told_with_its_line(tmp_path, place, encoding):
    rows = [('"4133012861"', "浙江\r学院", "2", "长" * 200), *ROWS * 300]
    rows[place] = ("4132013110", '5" 学院', "2", "5300")
    table = opened(written(tmp_path / "a.csv", csv_text(rows, end="\n"), encoding))
    with pytest.raises(Exception, match="malformed") as caught:
        table.frame.collect(engine="streaming")
    (finding,) = explain_failure(caught.value, table).findings
    assert finding.rule == "text_cannot_be_split_into_cells"
    assert f"第 {place + 2} 行" in finding.message.zh
    assert "malformed" not in finding.message.zh


@pytest.mark.parametrize("place", [1, 700])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_stray_nul_is_told_with_its_row_wherever_it_stands(tmp_path, place, encoding):
    rows = [*ROWS * 300]
    rows[place] = ("4132013110", "苏州\0幼师", "2", "5300")
    table = opened(written(tmp_path / "a.csv", csv_text(rows), encoding))
    findings = normalise(table.frame.collect(), table, SCHOOLS).findings
    assert findings.select(ROW, "column", "rule").rows() == [
        (place + 2, "inst_name", "text_has_control_characters")
    ]


def test_what_holds_many_nuls_is_no_text_and_the_line_of_the_first_is_told(tmp_path):
    path = written(tmp_path / "a.csv", csv_text().encode() + csv_text().encode("utf-16-le"))
    refusal = read(path, filename="a.csv", dataset=SCHOOLS)
    assert isinstance(refusal, Refusal)
    (finding,) = refusal.findings
    assert finding.rule == "file_type_is_not_accepted"
    assert "第 5 行" in finding.message.zh
