"""Text files: encodings, separators, line ends."""

from tests.support.mess import Mess, as_bytes, as_csv, grid, records, text_of

ROWS = records("institution", 3)
TABLE = grid(ROWS)
NAMES = [row["inst_name"] for row in ROWS]
RARE = [*NAMES[:2], "示例𬭊学院"]
RARE_TABLE = grid([*ROWS[:2], {**ROWS[2], "inst_name": RARE[2]}])


def encoded(words: str, name: str, told: str, table=TABLE, names=NAMES) -> Mess:
    return Mess(
        number=1,
        words=words,
        dataset="institution",
        write=as_csv(table, encoding=name),
        values={"inst_name": names},
        facts={"encoding": told},
    )


def separated(words: str, separator: str, encoding: str = "utf-8", number: int = 21) -> Mess:
    return Mess(
        number=number,
        words=words,
        dataset="institution",
        write=as_csv(TABLE, separator=separator, encoding=encoding, name="data.csv"),
        values={"inst_name": NAMES},
        facts={"format": "csv"},
    )


def quoted(rows) -> str:
    return "".join(",".join(f'"{cell}"' for cell in row) + "\r\n" for row in rows)


_LINES = text_of(TABLE).splitlines(keepends=True)
_MIXED = "".join(_LINES[:2]).encode() + _LINES[2].encode("gb18030") + _LINES[3].encode()
_PLACE = TABLE[0].index("inst_name")
_BROKEN = [[*row] for row in TABLE]
_BROKEN[2][_PLACE] = "示例\n乙学院"
_COMMA = [[*row] for row in TABLE]
_COMMA[1][TABLE[0].index("competent_dept")] = "教育厅,职成处"
_FORMULA = [[*row] for row in TABLE]
_FORMULA[1][TABLE[0].index("competent_dept")] = "=cmd|' /C calc'!A0"
_TAIWANESE = [
    ["學校代碼", "統一社會信用代碼", "學校名稱", "辦學層次", "主管部門"],
    ["4133010001", "12330100470100014A", "示例職業技術學院", "2", "浙江省教育廳"],
]

MESSES = [
    encoded("UTF-8", "utf-8", "UTF-8"),
    encoded("UTF-8 with a byte order mark", "utf-8-sig", "UTF-8"),
    encoded("GBK", "gbk", "GB18030"),
    encoded("GB18030 with a character of four bytes", "gb18030", "GB18030", RARE_TABLE, RARE),
    encoded("UTF-16 with a byte order mark", "utf-16", "UTF-16LE"),
    separated("Excel's “Unicode text”: UTF-16 and tabs", "\t", "utf-16", number=1),
    Mess(
        number=2,
        words="a GB18030 line inside a UTF-8 file",
        dataset="institution",
        write=as_bytes(_MIXED),
        refused="file_has_two_encodings",
    ),
    Mess(
        number=2,
        words="text that a wrong conversion has destroyed",
        dataset="institution",
        write=as_bytes(text_of(TABLE).replace("学院", "锟斤拷锟斤拷", 1).encode()),
        refused="text_was_damaged_before_sending",
    ),
    Mess(
        number=1,
        words="UTF-32 with a byte order mark",
        dataset="institution",
        write=as_csv(TABLE, encoding="utf-32"),
        refused="encoding_is_not_read",
    ),
    Mess(
        number=1,
        words="UTF-32 with its mark in big endian",
        dataset="institution",
        write=as_bytes(b"\0\0\xfe\xff" + text_of(TABLE).encode("utf-32-be")),
        refused="encoding_is_not_read",
    ),
    Mess(
        number=1,
        words="a list in traditional characters, in Big5",
        dataset="institution",
        write=as_csv(_TAIWANESE, encoding="big5"),
        refused="text_looks_like_big5",
    ),
    Mess(
        number=1,
        words="another list in Big5",
        dataset="institution",
        write=as_csv([["序號", "備註"], ["1", "學校名稱"]], encoding="big5"),
        refused="header_is_not_found",
    ),
    separated("csv with semicolons", ";"),
    separated("csv with tabs", "\t"),
    separated("txt with semicolons in GBK", ";", "gbk"),
    separated("txt with tabs in GBK", "\t", "gbk"),
    Mess(
        number=42,
        words="line break and comma inside quoted cells",
        dataset="institution",
        write=as_bytes(quoted(_BROKEN).encode()),
        notes={("inst_name", "name_was_joined"): 1},
        values={"inst_name": [NAMES[0], "示例乙学院", NAMES[2]]},
    ),
    Mess(
        number=42,
        words="a comma inside a quoted cell",
        dataset="institution",
        write=as_bytes(quoted(_COMMA).encode()),
        values={"competent_dept": ["教育厅,职成处", "浙江省教育厅", "浙江省教育厅"]},
    ),
    Mess(
        number=42,
        words="a comma inside a cell without quotes",
        dataset="institution",
        write=as_csv(_COMMA),
        notes={("status", "characters_were_made_half_width"): 1},
        findings=frozenset({("row_has_too_many_cells", None, 2)}),
    ),
    Mess(
        number=42,
        words="mixed line ends",
        dataset="institution",
        write=as_bytes(
            (_LINES[0] + _LINES[1].replace("\r\n", "\n") + "".join(_LINES[2:])).encode()
        ),
        values={"inst_name": NAMES, "successor_code": ["4133012036"] * 3},
    ),
    Mess(
        number=42,
        words="trailing commas",
        dataset="institution",
        write=as_csv([[*row, "", ""] for row in TABLE]),
        values={"inst_name": NAMES},
    ),
    Mess(
        number=42,
        words="a line sep=; above the header",
        dataset="institution",
        write=as_bytes(("sep=;\r\n" + text_of(TABLE, separator=";")).encode("utf-8-sig")),
        values={"inst_name": NAMES},
    ),
    Mess(
        number=42,
        words="a cell that a spreadsheet would run as a formula",
        dataset="institution",
        write=as_csv(_FORMULA),
        values={"competent_dept": ["=cmd|' /C calc'!A0", "浙江省教育厅", "浙江省教育厅"]},
    ),
    Mess(
        number=43,
        words="a stamped scan as PDF",
        dataset="institution",
        write=as_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", name="盖章.xlsx"),
        refused="file_is_a_scan_or_image",
    ),
    Mess(
        number=43,
        words="a photo",
        dataset="institution",
        write=as_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF", name="表.jpg"),
        refused="file_is_a_scan_or_image",
    ),
]
