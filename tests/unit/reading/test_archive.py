"""A zip of one table is read as that table."""

import gc
import zipfile

import polars as pl

from tests.support.reading import HEADER, ROWS, csv_text, opened, rows_of, workbook, zipped
from yrdx.reading import set_apart


def test_each_format_is_read_from_a_zip(tmp_path):
    book = workbook(tmp_path / "a.xlsx", ("数据", [list(HEADER), *map(list, ROWS)]))
    pl.DataFrame([dict(zip(HEADER, row, strict=True)) for row in ROWS]).write_parquet(
        tmp_path / "a.parquet"
    )
    contents = {
        "list.csv": csv_text().encode("gb18030"),
        "list.xlsx": book.read_bytes(),
        "list.parquet": (tmp_path / "a.parquet").read_bytes(),
    }
    for name, content in contents.items():
        table = opened(zipped(tmp_path / "a.zip", **{name: content}))
        assert table.reading.member == name
        assert [row["inst_name"] for row in rows_of(table)] == [row[1] for row in ROWS]


def test_names_in_gbk_and_what_systems_leave_behind_are_understood(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        stand_in = "SCHOOLS_IN_GB.csv"
        archive.writestr(stand_in, csv_text())
        archive.writestr("__MACOSX/._x.csv", b"x")
        archive.writestr("Thumbs.db", b"x")
        archive.writestr("~$x.xlsx", b"x")
    gbk = "浙江学校名.csv".encode("gb18030").rjust(len(stand_in), b"_")
    path.write_bytes(path.read_bytes().replace(stand_in.encode(), gbk))
    table = opened(path)
    assert table.reading.member is not None
    assert table.reading.member.endswith("浙江学校名.csv")


def test_the_unpacked_file_lives_as_long_as_the_table_and_no_longer(tmp_path):
    table = opened(zipped(tmp_path / "a.zip", **{"list.csv": csv_text().encode()}))
    gc.collect()
    rows = table.frame.collect()
    assert set_apart(rows, table).data.height == 3
    assert table.locate(pl.Series([2])).to_list() == [2]
    (unpacked,) = table.locate.__defaults__
    folder = unpacked.path.parent
    assert folder.exists()
    del unpacked, table
    gc.collect()
    assert not folder.exists()
