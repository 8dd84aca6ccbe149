"""JSON and NDJSON are tables too, with numbers as they are spelled."""

import gc
import json

from tests.support.reading import ROWS, SCHOOLS, opened, refused, rows_of, written
from yrdx.reading import json_file, normalise
from yrdx.reading.formats import detect

KEYS = ("学校标识码", "学校名称", "办学层次", "在校生数")
RECORDS = [dict(zip(KEYS, row, strict=True)) for row in ROWS]


def dumped(value) -> str:
    return json.dumps(value, ensure_ascii=False)


def test_numbers_stay_as_they_are_spelled(tmp_path):
    text = '[{"学校标识码": 4133012861, "经费": 12.50, "统一社会信用代码": 123301004700950161234}]'
    (row,) = rows_of(opened(written(tmp_path / "a.json", text)))
    assert (row["inst_code"], row["grant"]) == ("4133012861", "12.50")
    assert row["uscc"] == "123301004700950161234"


def test_lists_flags_and_objects_inside_records_become_cells(tmp_path):
    record = {"学校标识码": "1", "各层次": ["1", "2"], "公办": True, "概况": {"学校名称": "某校"}}
    (row,) = rows_of(opened(written(tmp_path / "a.json", dumped([record]))))
    assert (row["levels"], row["is_public"], row["inst_name"]) == ("1；2", "1", "某校")


def test_a_key_that_only_a_later_piece_of_ndjson_has_is_a_column_too(tmp_path):
    lines = [dumped(RECORDS[0])] * json_file.PIECE + [dumped({**RECORDS[1], "学费": 5000})]
    table = opened(written(tmp_path / "a.ndjson", "\n".join(lines)))
    gc.collect()
    frame = table.frame.collect(engine="streaming")
    assert frame.height == len(lines)
    assert frame["fee"].drop_nulls().to_list() == ["5000"]
    assert frame["_row"][-1] == len(lines)


def test_rows_of_ndjson_are_numbered_by_physical_line(tmp_path):
    text = dumped(RECORDS[0]) + "\n\n" + dumped({**RECORDS[1], "在校生数": "约300"}) + "\n"
    table = opened(written(tmp_path / "a.jsonl", text))
    rows = table.frame.collect()
    assert rows["_row"].to_list() == [1, 3]
    found = normalise(rows, table, SCHOOLS).findings
    assert found.select("_row", "rule").rows() == [(3, "number_is_approximate")]


def test_what_is_broken_is_told_by_its_line(tmp_path):
    assert refused(written(tmp_path / "a.json", '[{"学校标识码": 1},\n{"x"}]')) == "json_is_broken"
    assert refused(written(tmp_path / "b.json", "[" * 100_000)) == "json_is_broken"
    assert (
        refused(written(tmp_path / "c.json", dumped({"a": 1, "b": [1, 2]})))
        == "header_is_not_found"
    )
    lines = dumped(RECORDS[0]) + "\n" + dumped(RECORDS[1]) + "\n3\n"
    assert refused(written(tmp_path / "d.json", lines)) == "json_is_broken"


def test_a_csv_whose_header_is_in_brackets_is_no_json(tmp_path):
    for text in ("[学校代码],[学校名称]\n1,x\n", "{附件}\n学校代码,学校名称\n"):
        assert detect(written(tmp_path / "a.csv", text)) == "csv"
