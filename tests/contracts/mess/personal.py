"""Personal data pasted in: the file is refused, and its receipt names columns, never values."""

from tests.support.mess import Mess, as_csv, as_xlsx, grid, records

ROWS = records("institution", 3)
TABLE = grid(ROWS)
ID = "11010519491231002X"
PHONE = "13812345678"


def added(
    number: int,
    words: str,
    header: str,
    cells: list[str],
    rule: str,
    *,
    many: int = 0,
    workbook=False,
) -> Mess:
    """A column is added; with `many`, its cells stand behind so many empty ones."""
    rows = records("institution", 3) if not many else records("institution", 1) * many + ROWS
    table = grid(rows)
    filled = [""] * (len(rows) - 3) + cells
    table = [
        [*table[0], header],
        *([*row, cell] for row, cell in zip(table[1:], filled, strict=True)),
    ]
    return Mess(
        number=number,
        words=words,
        dataset="institution",
        write=as_xlsx(table) if workbook else as_csv(table),
        refused=rule,
    )


def inside(words: str, column: str, cell: str, rule: str) -> Mess:
    table = [[*row] for row in TABLE]
    table[2][TABLE[0].index(column)] = cell
    return Mess(number=44, words=words, dataset="institution", write=as_csv(table), refused=rule)


def remark(words: str, cell: str, rule: str) -> Mess:
    """One cell among many remarks."""
    rows = [["备注"], *[["无"]] * 30, [cell]]
    table = [
        [*good, *more] for good, more in zip(grid(records("institution", 31)), rows, strict=True)
    ]
    return Mess(number=44, words=words, dataset="institution", write=as_csv(table), refused=rule)


def whole(words: str, write, rule: str) -> Mess:
    """A file of its own."""
    return Mess(number=44, words=words, dataset="institution", write=write, refused=rule)


ROSTER = [["姓名", "身份证号", "手机号"], ["张三", ID, PHONE], ["李四", ID, PHONE]]

MESSES = [
    whole("a raw roster sent by mistake", as_csv(ROSTER), "column_holds_resident_ids"),
    whole("a raw roster as a workbook", as_xlsx(ROSTER), "column_holds_phone_numbers"),
    whole(
        "a resident ID beside a header used twice",
        as_csv(
            [
                [*row, *more]
                for row, more in zip(
                    TABLE, [["学校名称", "备注"], *[["示例学院", ID]] * 3], strict=True
                )
            ]
        ),
        "column_holds_resident_ids",
    ),
    whole(
        "a mobile number in the title",
        as_csv([[f"填报人：某某　联系电话：{PHONE}"], *TABLE]),
        "number_of_a_person_stands_above_the_table",
    ),
    whole(
        "a mobile number in a comment",
        as_xlsx(TABLE, then=lambda _, sheet: sheet.write_comment("B2", f"经办人：{PHONE}")),
        "number_of_a_person_stands_in_a_comment",
    ),
    whole("persons on a second sheet", as_xlsx(TABLE, ROSTER), "column_holds_names_of_people"),
    remark(
        "a resident ID in full-width digits",
        "１１０１０５１９４９１２３１００２Ｘ",
        "cell_holds_a_resident_id",
    ),
    remark("a resident ID with blanks", "110105 19491231 002X", "cell_holds_a_resident_id"),
    remark("a resident ID with a Cyrillic letter", f"{ID[:17]}Х", "cell_holds_a_resident_id"),
    remark("a resident ID of fifteen digits", "110105491231002", "cell_holds_a_resident_id"),
    remark("a mobile number in groups", "138-1234-5678", "cell_holds_a_phone_number"),
    remark("a mobile number in one remark", f"经办人电话：{PHONE}", "cell_holds_a_phone_number"),
    remark("nothing but a mobile number in one remark", PHONE, "cell_holds_a_phone_number"),
    remark("a resident ID in one remark", f"（{ID}）", "cell_holds_a_resident_id"),
    added(44, "a column of resident IDs", "身份证号", [ID, ID, ID], "column_holds_resident_ids"),
    added(
        44,
        "resident IDs under a harmless header",
        "备注2",
        [ID, "无", "无"],
        "column_holds_resident_ids",
    ),
    added(
        44,
        "a column of mobile numbers",
        "联系方式2",
        [PHONE, PHONE, "无"],
        "column_holds_phone_numbers",
    ),
    added(
        44,
        "names of people",
        "教师姓名",
        ["张三", "李四四", "王五"],
        "column_holds_names_of_people",
    ),
    added(
        28,
        "names of people with a middle dot",
        "姓名",
        ["买买提·艾力", "阿依古丽", "张三"],
        "column_holds_names_of_people",
    ),
    inside(
        "a phone in an address", "address", f"示例路1号 电话{PHONE}", "column_holds_phone_numbers"
    ),
    inside(
        "a resident ID in an address", "address", f"示例路1号（{ID}）", "column_holds_resident_ids"
    ),
    added(
        44,
        "one resident ID deep in a workbook",
        "备注",
        ["", "", f"经办人{ID}"],
        "column_holds_resident_ids",
        many=25_000,
        workbook=True,
    ),
    added(
        44,
        "resident IDs deep in a text file",
        "备注",
        [ID, ID, ID],
        "column_holds_resident_ids",
        many=25_000,
    ),
]
