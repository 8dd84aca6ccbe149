"""Dates, months, years, school years."""

from datetime import datetime

from tests.support.mess import Doubt, Mess, Wrong, as_xlsx, grid, records, rewritten, spelled

FORMS = (
    "2021年9月1日",
    "2021.9.1",
    "2021/9/1",
    "20210901",
    "2021-09-01 00:00:00",
    "二〇二一年九月一日",
)

_ROWS = records("institution", 2)
_SERIAL = grid(_ROWS)
_SERIAL[1][_SERIAL[0].index("status_date")] = 44440
_SERIAL_1904 = [[*row] for row in _SERIAL]
_SERIAL_1904[1][_SERIAL[0].index("status_date")] = 44440 - 1462
_TYPED = grid(_ROWS)


def _day_in_a_code(book, sheet) -> None:
    day = book.add_format({"num_format": 'm"月"d"日"'})
    place = _MAJORS[0].index("major_code")
    sheet.write_datetime(1, place, datetime(2021, 6, 1), day)


_MAJORS = grid(records("student_scale", 2))

MESSES = [
    spelled(
        11,
        "days in many forms",
        "institution",
        "status_date",
        [(form, "2021-09-01") for form in FORMS],
        notes={"date_was_rewritten": 6},
    ),
    spelled(
        11,
        "two-digit years and missing days",
        "institution",
        "status_date",
        [
            ("21.9.1", Doubt("year_has_two_digits", "2021-09-01")),
            ("2021年9月", Doubt("day_is_missing", "2021-09-01")),
            ("二〇二一年九月", Doubt("day_is_missing", "2021-09-01")),
            ("21.9", Doubt("year_has_two_digits", "2021-09-01")),
        ],
        notes={"date_was_rewritten": 1},
    ),
    spelled(
        11,
        "a date of birth where only the year is kept",
        "teacher",
        "birth_year",
        [
            *(
                (form, "1980")
                for form in (
                    "19800501",
                    "198005",
                    "1980-05-01",
                    "1980/5/1 0:00",
                    "1980.5.1",
                    "1980年5月1日",
                    "1980年5月",
                    "1980.05",
                )
            ),
            ("19801301", Wrong("value_is_not_a_year")),
        ],
        notes={"year_was_rewritten": 8},
    ),
    spelled(
        11,
        "a year that may be a school year",
        "enrollment_plan",
        "enroll_year",
        [
            ("2011-12", Wrong("value_is_not_a_year")),
            ("2024-25", Wrong("value_is_not_a_year")),
            ("2025-06", "2025"),
        ],
        notes={"year_was_rewritten": 1},
    ),
    spelled(
        11,
        "days where months are asked for, as Excel and WPS write them into text files",
        "institution",
        "found_ym",
        [
            *(
                (form, "200906")
                for form in ("2009/6/1", "2009-6-15", "2009.6.1", "2009年6月1日", "2009/6/1 0:00")
            ),
            ("09年6月", Doubt("year_has_two_digits", "200906")),
            ("2009/13/1", Wrong("value_is_not_a_year_and_month")),
        ],
        notes={"month_was_rewritten": 6},
    ),
    spelled(
        11,
        "a day that does not exist",
        "institution",
        "status_date",
        [("2021-02-30", Wrong("value_is_not_a_date"))],
    ),
    Mess(
        number=12,
        words="Excel's serial number of a day",
        dataset="institution",
        write=as_xlsx(_SERIAL),
        values={"status_date": ["2021-09-01", "2020-09-01"]},
        notes={("status_date", "serial_number_was_read_as_date"): 1},
    ),
    Mess(
        number=12,
        words="a serial number of a workbook that counts from 1904",
        dataset="institution",
        write=rewritten(
            as_xlsx(_SERIAL_1904), "xl/workbook.xml", b"<workbookPr ", b'<workbookPr date1904="1" '
        ),
        values={"status_date": ["2021-09-01", "2020-09-01"]},
        notes={("status_date", "serial_number_was_read_as_date"): 1},
    ),
    Mess(
        number=12,
        words="a code that became a day",
        dataset="student_scale",
        write=as_xlsx(_MAJORS, then=_day_in_a_code),
        findings=frozenset(
            {
                ("code_became_a_date", "major_code", 2),
            }
        ),
        values={"major_code": ["510203"]},
    ),
    spelled(
        12,
        "a code written as a day",
        "student_scale",
        "major_code",
        [
            (
                "6月1日",
                Wrong("code_became_a_date"),
            )
        ],
    ),
    spelled(
        13,
        "2021.10 kept as the number 2021.1",
        "institution",
        "found_ym",
        [(2021.1, Doubt("month_is_ambiguous", None)), ("2021.10", "202110")],
        notes={"month_was_rewritten": 1},
        workbook=True,
    ),
    spelled(
        13,
        "an ambiguous month that must be there",
        "coop_project",
        "start_ym",
        [("2021.1", Wrong("month_is_ambiguous", also=("required_value_is_missing",)))],
    ),
    spelled(
        14,
        "school years in many forms",
        "institution_year",
        "school_year",
        [
            (form, "2024-2025")
            for form in (
                "2024—2025",
                "2024-2025学年",
                "24-25",
                "2024学年",
                "2024－2025学年度",
                "2024/2025",
            )
        ],
        notes={"school_year_was_rewritten": 5, "characters_were_made_half_width": 2},
    ),
]
