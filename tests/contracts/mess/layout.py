"""The sheet around the rows: titles, headers, bands, totals, merged and hidden cells."""

from tests.support.mess import Mess, as_bytes, as_csv, as_xlsx, grid, records, text_of

FIELDS = (
    "inst_code",
    "school_year",
    "catalog_version",
    "major_code",
    "direction",
    "grade_year",
    "study_form",
    "enrolled",
    "male",
    "female",
    "newly_enrolled",
    "graduated",
    "gt_students",
)
ROWS = records("student_scale", 4)
TABLE = grid(ROWS, fields=FIELDS)
WIDTH = len(FIELDS)
DIRECTIONS = [row["direction"] for row in ROWS]
VALUES = {"direction": DIRECTIONS}


def line(*cells: str) -> list[str]:
    return [*cells, *[""] * (WIDTH - len(cells))]


def scale(number: int, words: str, write, **outcome) -> Mess:
    if not ({"refused", "values"} & set(outcome)):
        outcome["values"] = VALUES
    return Mess(number=number, words=words, dataset="student_scale", write=write, **outcome)


def total(label: str, *, enrolled: int = 480) -> list[str]:
    cells = line(label)
    cells[FIELDS.index("enrolled")] = str(enrolled)
    return cells


SUBTOTAL = ["", "", "", "小计", *total("")[4:]]
TWO_ROWS = [
    [
        "学校标识码",
        "学年",
        "专业目录版本",
        "专业代码",
        "专业（技能）方向",
        "入学年级",
        "学习形式",
        "在校生",
        "在校生",
        "",
        "本年招生",
        "本年毕业",
        "贯通培养学生",
    ],
    ["", "", "", "", "", "", "", "合计", "男", "女", "", "", ""],
]
TITLES = [
    line("附件1："),
    line("学生规模统计表"),
    line("填报单位：示例厅", "填报人：", "联系电话："),
    line("单位：人"),
]
MARKED = [
    "学校标识码*",
    "★学年",
    "专业目录版本（必填）",
    "专业代码",
    "专业方向",
    "入学年级",
    "学习形式",
    "在校生（人）",
    "男(人)",
    "女",
    "本年招生",
    "本年毕业",
    "贯通培养学生",
]
PINYIN = [
    "XXDM",
    "XN",
    "MLBB",
    "ZYH",
    "ZYFX",
    "NJ",
    "XXXS",
    "ZXSS",
    "男生数",
    "女生数",
    "招生数",
    "BYSS",
    "长学制学生",
]


def without(table, *names: str):
    kept = [i for i, name in enumerate(FIELDS) if name not in names]
    return [[row[i] for i in kept] for row in table]


def merge_school(book, sheet) -> None:
    form = book.add_format()
    for name in ("inst_code", "school_year"):
        column = FIELDS.index(name)
        sheet.merge_range(1, column, 4, column, ROWS[0][name], form)


def hide(book, sheet) -> None:
    sheet.set_row(2, None, None, {"hidden": True})
    sheet.set_column(7, 8, None, None, {"hidden": True})


def filtered(book, sheet) -> None:
    sheet.autofilter(0, 0, 4, WIDTH - 1)
    sheet.set_row(1, None, None, {"hidden": True})
    sheet.set_row(3, None, None, {"hidden": True})


def formulas(book, sheet) -> None:
    place = FIELDS.index("graduated")
    sheet.write_formula(1, place, "=SUM(A9:B9)", None, 7)
    sheet.write_formula(2, place, "=SUM(A9:B9)", None, "")
    sheet.write_formula(3, place, "=VLOOKUP(A3,[1]名录!A:B,2)", None, "#REF!")


GROUPED = [TABLE[0], TABLE[1], *([*line("", "")[:2], *row[2:]] for row in TABLE[2:])]
HOLED = [*TABLE[:2], ["", *TABLE[2][1:]], *TABLE[3:]]
OTHER = grid(records("institution_year", 2))

MESSES = [
    scale(
        15,
        "titles, contact line and unit line above the header",
        as_csv([*TITLES, *TABLE]),
        facts={"header_row": 5},
    ),
    scale(
        15,
        "a header of two rows with merged cells",
        as_xlsx([*TITLES, *TWO_ROWS, *TABLE[1:]]),
        facts={"header_row": 6},
    ),
    scale(15, "units in the header", as_csv([MARKED, *TABLE[1:]])),
    scale(
        16,
        "bands, totals, notes, signatures",
        as_csv(
            [
                TABLE[0],
                line("示例学院（4个）"),
                *TABLE[1:],
                line("#其中：示例"),
                line("注：数据截至9月1日"),
                line("填表说明"),
                line("制表人：", "", "审核人："),
            ]
        ),
    ),
    scale(
        16,
        "subtotals in the column of the majors, with nothing in front of them",
        as_csv([*TABLE[:3], SUBTOTAL, *TABLE[3:], SUBTOTAL]),
    ),
    scale(17, "the total at the top", as_csv([TABLE[0], total("全市"), *TABLE[1:]])),
    scale(
        17,
        "the total at the bottom, with a blank inside its word",
        as_csv([*TABLE, total("合  计")]),
    ),
    scale(17, "总计", as_xlsx([*TABLE, total("总　计")])),
    scale(
        17,
        "a total that the rows do not give",
        as_csv([*TABLE, total("合计", enrolled=481)]),
        findings=frozenset({("control_total_disagrees", "enrolled", 6)}),
    ),
    scale(
        18,
        "cells merged downwards",
        as_xlsx(TABLE, then=merge_school),
        values={**VALUES, "inst_code": [ROWS[0]["inst_code"]] * 4},
        notes={
            ("inst_code", "merged_cells_were_filled_down"): 3,
            ("school_year", "merged_cells_were_filled_down"): 3,
        },
    ),
    scale(
        18,
        "a key that stands in the first row of its group only",
        as_csv(GROUPED),
        values={**VALUES, "inst_code": [ROWS[0]["inst_code"]] * 4},
        notes={("inst_code", "key_was_filled_down"): 3, ("school_year", "key_was_filled_down"): 3},
    ),
    scale(
        18,
        "the same in a workbook without merged cells",
        as_xlsx([[cell or None for cell in row] for row in GROUPED]),
        values={**VALUES, "inst_code": [ROWS[0]["inst_code"]] * 4},
        notes={("inst_code", "key_was_filled_down"): 3, ("school_year", "key_was_filled_down"): 3},
    ),
    scale(
        18,
        "a single missing key is no group",
        as_csv(HOLED),
        findings=frozenset({("required_value_is_missing", "inst_code", 3)}),
        values={"direction": [DIRECTIONS[0], *DIRECTIONS[2:]]},
    ),
    scale(
        19,
        "hidden rows and columns",
        as_xlsx(TABLE, then=hide),
        findings=frozenset({("rows_are_hidden", None, None), ("columns_are_hidden", None, None)}),
    ),
    scale(
        19,
        "a filter",
        as_xlsx(TABLE, then=filtered),
        findings=frozenset({("rows_are_hidden", None, None)}),
    ),
    scale(
        19,
        "a hidden sheet",
        as_xlsx([["说明"]], TABLE, then=lambda book, _: book.worksheets()[1].hide()),
        findings=frozenset({("sheet_is_hidden", None, None)}),
    ),
    scale(19, "an empty second sheet", as_xlsx(TABLE, [])),
    scale(
        19,
        "a second sheet of which a column is missing",
        as_xlsx(TABLE, [row[:-1] for row in TABLE]),
        refused="sheet_is_ambiguous",
    ),
    scale(
        19,
        "a second sheet with a few of the columns",
        as_xlsx(TABLE, [row[:3] for row in TABLE]),
        findings=frozenset({("sheet_was_not_read", None, None)}),
    ),
    scale(19, "two sheets with the same data", as_xlsx(TABLE, TABLE), refused="sheet_is_ambiguous"),
    scale(
        19,
        "two tables on one sheet, one below the other",
        as_xlsx(
            [
                *TABLE,
                [],
                ["第二张表"],
                ["学年", "学校标识码", "在校生", "男", "女"],
                ["2024-2025", "4134013059", "9", "4", "5"],
            ]
        ),
        refused="sheet_holds_several_tables",
    ),
    scale(
        19,
        "two tables side by side",
        as_xlsx([[*row, *row] for row in TABLE]),
        refused="header_is_used_twice",
    ),
    scale(16, "the header again on every page", as_csv([*TABLE[:3], TABLE[0], *TABLE[3:]])),
    scale(30, "marks of required fields", as_csv([MARKED, *TABLE[1:]])),
    scale(
        30,
        "empty headers and trailing empty columns",
        as_csv([[*row, "", "", ""] for row in TABLE]),
    ),
    scale(
        30,
        "备注 twice",
        as_csv([[*TABLE[0], "备注", "备注"], *([*row, "甲", "乙"] for row in TABLE[1:])]),
        findings=frozenset({("columns_are_not_in_the_contract", None, None)}),
    ),
    scale(
        30,
        "one field twice, both filled",
        as_csv([[*row[:7], row[7], row[7], *row[8:]] for row in TABLE]),
        refused="header_is_used_twice",
    ),
    scale(31, "headers of other systems", as_csv([PINYIN, *TABLE[1:]])),
    scale(32, "columns in another order", as_csv([row[::-1] for row in TABLE])),
    scale(
        32,
        "a column that the contract does not know",
        as_csv([[*TABLE[0], "班主任人数"], *([*row, "3"] for row in TABLE[1:])]),
        findings=frozenset({("columns_are_not_in_the_contract", None, None)}),
    ),
    scale(
        32,
        "a column that is missing",
        as_csv(without(TABLE, "graduated")),
        values={},
        findings=frozenset({("required_column_is_missing", "graduated", None)}),
    ),
    scale(
        41,
        "formulas without a saved value, and an error cell",
        as_xlsx(TABLE, then=formulas),
        findings=frozenset(
            {
                ("formula_has_no_value", "graduated", 3),
                ("cell_holds_an_error", "graduated", 4),
            }
        ),
        values={"graduated": ["7", "0"]},
    ),
    Mess(
        number=31,
        words="a school code of five digits under 学校代码",
        dataset="institution",
        write=as_csv(
            [
                [
                    "学校代码",
                    *grid(
                        records("institution", 2),
                        fields=(
                            "uscc",
                            "inst_name",
                            "edu_level",
                            "school_category",
                            "organizer_type",
                            "competent_line",
                            "competent_dept",
                            "ownership_model",
                            "division_code",
                            "zone_tag",
                            "status",
                            "status_date",
                            "successor_code",
                        ),
                    )[0],
                ],
                *(
                    [
                        row["moe5_code"],
                        *(
                            row[name]
                            for name in (
                                "uscc",
                                "inst_name",
                                "edu_level",
                                "school_category",
                                "organizer_type",
                                "competent_line",
                                "competent_dept",
                                "ownership_model",
                                "division_code",
                                "zone_tag",
                                "status",
                                "status_date",
                                "successor_code",
                            )
                        ),
                    ]
                    for row in records("institution", 2, competent_line="2")
                ),
            ]
        ),
        findings=frozenset({("column_was_told_by_its_values", "moe5_code", None)}),
        notes={("moe5_code", "school_code_was_told_by_its_length"): 0},
        values={"moe5_code": ["12861", "12862"]},
    ),
    Mess(
        number=30,
        words="nothing but a header",
        dataset="student_scale",
        write=as_csv(TABLE[:1]),
        refused="file_has_no_rows",
    ),
    Mess(
        number=15,
        words="no header at all",
        dataset="student_scale",
        write=as_bytes(text_of(TABLE[1:]).encode()),
        refused="header_is_not_found",
    ),
]
