"""Numbers: separators, approximations, percentages."""

from tests.support.mess import Mess, Wrong, as_csv, as_xlsx, grid, records, spelled

_RATES = records("funding_year", 4)


def rates(words: str, cells, *, header="绩效上浮比例", then=None, **outcome) -> Mess:
    rows = [{**row, "float_rate": cell} for row, cell in zip(_RATES, cells, strict=True)]
    table = grid(rows)
    table[0][table[0].index("float_rate")] = header
    write = as_xlsx(table, then=then) if then else as_csv(table)
    return Mess(number=26, words=words, dataset="funding_year", write=write, **outcome)


def _in_percent(book, sheet) -> None:
    form = book.add_format({"num_format": "0.0%"})
    place = list(_RATES[0]).index("float_rate")
    for row, value in enumerate((0.126, 0.05, 0.2, 0.3), start=1):
        sheet.write_number(row, place, value, form)


def measures(words: str, rows, values, *, header="value", **outcome) -> Mess:
    """Results whose unit stands in their row: measure, unit, value, standard deviation."""
    table = grid(
        {**row, "indicator_code": measure, "unit": unit, "value": value, "std_dev": deviation}
        for row, (measure, unit, value, deviation) in zip(
            records("quality_indicator", len(rows)), rows, strict=True
        )
    )
    table[0][table[0].index("value")] = header
    return Mess(
        number=26,
        words=words,
        dataset="quality_indicator",
        write=as_csv(table),
        values={
            "value": [value for value, _ in values],
            "std_dev": [deviation for _, deviation in values],
        },
        **outcome,
    )


MESSES = [
    measures(
        "a measure in shares of one throughout, beside others that are not",
        [
            ("PASS", "%", "0.856", "0.1"),
            ("合格率", "百分比", "1", ""),
            ("PASS", "%", "0", "0"),
            ("PASS", "%", "0.85634567", "0.1"),
            ("EXC", "%", "12.5", "3"),
            ("EXC", "%", "0.5", ""),
            ("AVG", "分", "0.9", "0.1"),
            ("AVG", "分", "0.8", "0.1"),
        ],
        [
            ("85.6000", "10.0000"),
            ("100.0000", None),
            ("0.0000", "0.0000"),
            ("85.6346", "10.0000"),
            ("12.5000", "3.0000"),
            ("0.5000", None),
            ("0.9000", "0.1000"),
            ("0.8000", "0.1000"),
        ],
        findings=frozenset({("percentage_looks_like_a_share", "value", 7)}),
        notes={
            ("value", "shares_became_percentages"): 3,
            ("std_dev", "shares_became_percentages"): 2,
            ("indicator_code", "label_was_replaced_by_code"): 1,
            ("unit", "label_was_replaced_by_code"): 1,
        },
    ),
    measures(
        "small percentages that say so, by a sign or in the header",
        [("PASS", "%", "0.8%", ""), ("PASS", "%", "0.9", "")],
        [("0.8000", None), ("0.9000", None)],
        findings=frozenset(("percentage_looks_like_a_share", "value", row) for row in (2, 3)),
        notes={("value", "unit_was_removed"): 1},
    ),
    measures(
        "shares below a header that states percent",
        [("PASS", "%", "0.8", ""), ("PASS", "%", "0.9", "")],
        [("0.8000", None), ("0.9000", None)],
        header="指标值（%）",
        findings=frozenset(("percentage_looks_like_a_share", "value", row) for row in (2, 3)),
    ),
    measures(
        "nothing but one per cent, or all",
        [("PASS", "%", "1", ""), ("PASS", "%", "0", "")],
        [("1.0000", None), ("0.0000", None)],
        findings=frozenset({("percentage_looks_like_a_share", "value", 2)}),
    ),
    spelled(
        25,
        "thousands separators",
        "student_scale",
        "graduated",
        [("1’234".replace("’", " "), "1234"), ("1，234", "1234")],
        notes={"thousands_separators_were_removed": 2, "characters_were_made_half_width": 1},
    ),
    spelled(
        25,
        "a comma between thousands",
        "student_scale",
        "graduated",
        [("1,234", "1234"), ("12,345,678", "12345678")],
        notes={"thousands_separators_were_removed": 2},
        workbook=True,
    ),
    spelled(
        3,
        "the mark of a footnote beside a figure, which half-width would be one more digit",
        "student_scale",
        "graduated",
        [
            ("１２３４", "1234"),
            *(
                (text, Wrong("value_is_not_a_whole_number"))
                for text in ("1234①", "1234²", "１２３４ ¹", "⒈234", "1234₂")
            ),
        ],
        notes={"characters_were_made_half_width": 1},
    ),
    spelled(
        25,
        "a sum where an exact number is needed is no approximation",
        "student_scale",
        "graduated",
        [
            ("3+2", Wrong("value_is_not_a_whole_number")),
            ("300+", Wrong("number_is_approximate")),
            ("300+人", Wrong("number_is_approximate")),
        ],
    ),
    spelled(
        25,
        "approximations and ranges",
        "student_scale",
        "graduated",
        [
            (text, Wrong("number_is_approximate"))
            for text in ("1.2万", "约300", "≥50", "300余", "10-20", "300多人", "近百")
        ],
    ),
    rates(
        "percent signs",
        ["5%", "12.6％", "0%", "20%"],
        values={"float_rate": ["5.00", "12.60", "0.00", "20.00"]},
        notes={
            ("float_rate", "unit_was_removed"): 4,
            ("float_rate", "characters_were_made_half_width"): 1,
        },
    ),
    rates(
        "figures with and without a percent sign, all of one size",
        ["5%", "12.6", "0", "20%"],
        values={"float_rate": ["5.00", "12.60", "0.00", "20.00"]},
        notes={("float_rate", "unit_was_removed"): 2},
    ),
    rates(
        "percentages and fractions in one column",
        ["5%", "12.6％", "0.126", "12.6"],
        findings=frozenset(("percentages_are_mixed", "float_rate", row) for row in (2, 3, 4, 5)),
        notes={("float_rate", "characters_were_made_half_width"): 1},
        values={"float_rate": []},
    ),
    rates(
        "nothing but fractions",
        ["0.05", "0.126", "0.2", "0.15"],
        findings=frozenset(
            ("percentages_may_be_fractions", "float_rate", row) for row in (2, 3, 4, 5)
        ),
        values={"float_rate": []},
    ),
    rates(
        "small figures under a header that states percent",
        ["0.05", "0.12", "0.2", "0.15"],
        header="绩效上浮比例（%）",
        values={"float_rate": ["0.05", "0.12", "0.20", "0.15"]},
    ),
    rates(
        "cells that Excel shows in percent",
        ["", "", "", ""],
        then=_in_percent,
        values={"float_rate": ["12.60", "5.00", "20.00", "30.00"]},
        notes={("float_rate", "unit_was_removed"): 4},
    ),
]
