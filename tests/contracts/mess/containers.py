"""What the bytes are in: workbooks of several kinds, DBF, zip, JSON."""

import io
import json
import zipfile
from pathlib import Path

from tests.support.dbf import dbf
from tests.support.mess import (
    Mess,
    as_bytes,
    as_csv,
    as_xlsx,
    grid,
    records,
    rewritten,
    text_of,
)
from tests.support.reading import old_workbook

ROWS = records("institution", 3)
TABLE = grid(ROWS)
NAMES = [row["inst_name"] for row in ROWS]
VALUES = {"inst_name": NAMES, "successor_code": ["4133012036"] * 3}
CSV = text_of(TABLE).encode()
XLS = old_workbook(TABLE)


def institution(number: int, words: str, write, **outcome) -> Mess:
    if not ({"refused", "values"} & set(outcome)):
        outcome["values"] = VALUES
    return Mess(number=number, words=words, dataset="institution", write=write, **outcome)


def packed(*members: tuple[str, bytes], encoding: str | None = None) -> bytes:
    """A zip; with an encoding, names are in it and not flagged as UTF-8, as packers in China do."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, content) in enumerate(members):
            width = len(name.encode(encoding)) if encoding else 0
            stand_in = f"{number:x}".rjust(width, "_") if encoding else name
            archive.writestr(stand_in, content)
    whole = stream.getvalue()
    for number, (name, _) in enumerate(members):
        if encoding:
            raw = name.encode(encoding)
            whole = whole.replace(f"{number:x}".rjust(len(raw), "_").encode(), raw)
    return whole


def macros(folder: Path) -> Path:
    """An .xlsm: the same workbook with another main type and a macro project in it."""
    path = rewritten(
        as_xlsx(TABLE, name="data.xlsm"),
        "[Content_Types].xml",
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )(folder)
    with zipfile.ZipFile(path, "a") as book:
        book.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")
    return path


def encrypted() -> bytes:
    from tests.scenarios.test_bad_input import encrypted_workbook

    return encrypted_workbook()


PINYIN = (
    ("XXDM", "C", 10, "inst_code"),
    ("TYSHXYDM", "C", 18, "uscc"),
    ("XXMC", "C", 40, "inst_name"),
    ("BXCC", "C", 1, "edu_level"),
    ("XXLBDM", "C", 3, "school_category"),
    ("XXJBZXZDM", "C", 1, "organizer_type"),
    ("口径", "N", 2, "competent_line"),
    ("XXZGBM", "C", 40, "competent_dept"),
    ("所有制", "C", 2, "ownership_model"),
    ("XZQHDM", "C", 6, "division_code"),
    ("zone_tag", "C", 10, "zone_tag"),
    ("status", "C", 1, "status"),
)
CHINESE = (
    ("学校标识码", "C", 10, "inst_code"),
    ("统一社会信用代码", "C", 18, "uscc"),
    *PINYIN[2:],
    ("状态日期", "D", 8, "status_date"),
    ("successor_code", "N", 12, "successor_code"),
)
DBF_VALUES = {"inst_name": NAMES, "competent_dept": ["浙江省教育厅"] * 3}


def table(fields=PINYIN, *, dept: int = 40, **form) -> bytes:
    """The institutions as a DBF file; `dept` is the width of 主管部门."""
    widths = [(n, kind, dept if field == "competent_dept" else w) for n, kind, w, field in fields]
    rows = [
        [row[field].replace("-", "") if kind == "D" else row[field] for _, kind, _, field in fields]
        for row in ROWS
    ]
    return dbf(widths, rows, **form)


def beside(folder: Path) -> Path:
    (folder / "data.cpg").write_text("UTF-8")
    return as_bytes(table(encoding="utf-8", language=0x4D), name="data.dbf")(folder)


def database(words: str, content: bytes, **outcome) -> Mess:
    if "refused" not in outcome:
        outcome.setdefault("values", DBF_VALUES)
    return institution(22, words, as_bytes(content, name="data.dbf"), **outcome)


def as_json(value, *, number: int = 39, words: str, encoding="utf-8", **outcome) -> Mess:
    text = json.dumps(value, ensure_ascii=False)
    return institution(number, words, as_bytes(text.encode(encoding), name="data.json"), **outcome)


DUMPED = [
    {"附件1：": "示例省学校名录", "Column2": None, "Column3": None},
    {"附件1：": "填报单位：示例厅"},
    *(
        {("附件1：" if i == 0 else f"Column{i + 1}"): cell for i, cell in enumerate(cells)}
        for cells in TABLE
    ),
]
NUMBERS = [{**row, "inst_code": int(row["inst_code"]), "edu_level": 2} for row in ROWS]
SPARSE = [
    {key: value for key, value in row.items() if key != f"address{i}"} for i, row in enumerate(ROWS)
]
del SPARSE[1]["former_name"]

MESSES = [
    institution(
        20,
        "a workbook that WPS declares to be one cell large",
        rewritten(
            as_xlsx(TABLE),
            "xl/worksheets/sheet1.xml",
            b'<dimension ref="A1:T4"/>',
            b'<dimension ref="A1:A1"/>',
        ),
    ),
    institution(
        20,
        "a workbook with a word in its very last cell",
        as_xlsx(TABLE, then=lambda _, sheet: sheet.write("XFD1048576", "误")),
        refused="sheet_reaches_too_far",
    ),
    institution(21, "an .xls", as_bytes(XLS, name="data.xls"), facts={"format": "xls"}),
    institution(21, "an .et of WPS", as_bytes(XLS, name="data.et"), facts={"format": "xls"}),
    institution(
        21, "an .xlsx named .xls", as_xlsx(TABLE, name="data.xls"), facts={"format": "xlsx"}
    ),
    institution(21, "a csv named .xls", as_csv(TABLE, name="data.xls"), facts={"format": "csv"}),
    institution(21, "a workbook with macros", macros, facts={"format": "xlsx"}),
    institution(
        21,
        "a web page named .xls",
        as_bytes(b"<html><body><table><tr><td>1</td></tr></table></body></html>", name="data.xls"),
        refused="file_type_is_not_accepted",
    ),
    institution(
        21,
        "XML named .xls",
        as_bytes(b'<?xml version="1.0"?><Workbook/>', name="data.xls"),
        refused="file_type_is_not_accepted",
    ),
    institution(
        21,
        "a workbook with a password",
        as_bytes(encrypted(), name="data.xlsx"),
        refused="file_is_password_protected",
    ),
    database(
        "GBK without a language byte", table(), facts={"encoding": "GB18030", "format": "dbf"}
    ),
    database("GBK by the language byte", table(language=0x4D), facts={"encoding": "GB18030"}),
    database("UTF-8 without a language byte", table(encoding="utf-8"), facts={"encoding": "UTF-8"}),
    institution(
        22,
        "a .cpg beside it, whatever the language byte",
        beside,
        values=DBF_VALUES,
        facts={"encoding": "UTF-8"},
    ),
    institution(
        22,
        "a .cpg beside it in a zip",
        as_bytes(
            packed(("学校.dbf", table(encoding="utf-8")), ("学校.cpg", b"UTF-8"), encoding="gbk"),
            name="data.zip",
        ),
        values=DBF_VALUES,
        facts={"encoding": "UTF-8", "member": "学校.dbf"},
    ),
    database("a language byte of Big5", table(language=0x4F), refused="encoding_is_not_read"),
    database(
        "deleted records",
        table(deleted=[1]),
        values={"inst_name": [NAMES[0], NAMES[2]]},
        notes={(None, "deleted_records_were_skipped"): 1},
    ),
    database(
        "a name cut in the middle of a character",
        table(dept=11),
        findings=frozenset(("text_was_cut_off", "competent_dept", row) for row in (1, 2, 3)),
        values={"competent_dept": ["浙江省教育"] * 3},
    ),
    database(
        "a name that fills its field to the last byte",
        table(dept=10),
        findings=frozenset(("text_fills_its_field", "competent_dept", row) for row in (1, 2, 3)),
        values={"competent_dept": ["浙江省教育"] * 3},
    ),
    database(
        "field names in Chinese and cut after ten bytes",
        table(CHINESE),
        findings=frozenset(
            ("column_was_told_by_its_values", name, None) for name in ("uscc", "successor_code")
        ),
        notes={("status_date", "date_was_rewritten"): 3},
        values={**VALUES, "status_date": ["2020-09-01"] * 3},
    ),
    database(
        "fewer records than its header declares",
        table()[:-200],
        refused="file_is_damaged",
    ),
    institution(
        23,
        "a zip with names in GBK and what systems leave behind",
        as_bytes(
            packed(
                ("浙江省/学校名录.csv", CSV),
                ("__MACOSX/._x", b"x"),
                ("~$名录.xlsx", b"x"),
                ("Thumbs.db", b"x"),
                encoding="gb18030",
            ),
            name="data.zip",
        ),
        facts={"member": "浙江省/学校名录.csv"},
    ),
    institution(
        23,
        "a zip in a zip",
        as_bytes(packed(("a.zip", packed(("a.csv", CSV)))), name="data.zip"),
        refused="archive_holds_an_archive",
    ),
    institution(
        23,
        "a zip in a zip under another name",
        as_bytes(packed(("a.csv", packed(("a.csv", CSV)))), name="data.zip"),
        refused="archive_holds_an_archive",
    ),
    institution(
        23,
        "a member that leaves its folder",
        as_bytes(packed(("../../a.csv", CSV)), name="data.zip"),
        refused="archive_member_escapes_its_folder",
    ),
    institution(
        23,
        "two tables in a zip",
        as_bytes(packed(("a.csv", CSV), ("b.csv", CSV)), name="data.zip"),
        refused="archive_holds_several_tables",
    ),
    institution(
        23,
        "a rar",
        as_bytes(b"Rar!\x1a\x07\x01\x00" + bytes(64), name="data.rar"),
        refused="file_type_is_not_accepted",
    ),
    institution(
        23,
        "a 7z",
        as_bytes(b"7z\xbc\xaf\x27\x1c" + bytes(64), name="data.7z"),
        refused="file_type_is_not_accepted",
    ),
    as_json(DUMPED, words="a dumped sheet", facts={"header_row": 3}),
    as_json(NUMBERS, words="numbers in place of text"),
    as_json(SPARSE, words="missing keys"),
    as_json(
        {"code": 200, "message": "ok", "data": {"total": 3, "list": ROWS}},
        words="records inside an answer of a service",
    ),
    as_json(
        {"甲": ROWS, "乙": ROWS}, words="two tables in one document", refused="sheet_is_ambiguous"
    ),
    as_json(ROWS, words="GBK", encoding="gbk", facts={"encoding": "GB18030"}),
    as_json(TABLE, words="rows as arrays", facts={"header_row": 1}),
    institution(
        39,
        "NDJSON",
        as_bytes(
            "\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS).encode(),
            name="data.ndjson",
        ),
        facts={"format": "ndjson"},
    ),
    institution(
        39,
        "NDJSON of a dumped sheet",
        as_bytes(
            "\n".join(json.dumps(row, ensure_ascii=False) for row in DUMPED).encode("utf-8-sig"),
            name="data.jsonl",
        ),
        facts={"format": "ndjson", "header_row": 3},
    ),
    institution(
        39,
        "NDJSON with a broken line",
        as_bytes(
            (json.dumps(ROWS[0]) + "\n" + json.dumps(ROWS[1]) + '\n{"inst_code": \n').encode(),
            name="data.ndjson",
        ),
        refused="json_is_broken",
    ),
    institution(
        39,
        "a key twice in one record",
        as_bytes(b'[{"inst_code": "1", "inst_name": "x", "inst_code": "2"}]', name="data.json"),
        refused="json_key_is_used_twice",
    ),
]
