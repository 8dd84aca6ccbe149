"""Units: in the header, in a line above it, in a column of their own, behind the figure."""

from tests.support.mess import Mess, Wrong, as_csv, grid, records, spelled


def in_unit(words: str, header: str, column: str, cell: str, value: str | None, **outcome) -> Mess:
    rows = grid([{**row, column: cell} for row in records("institution_year", 1)])
    rows[0][rows[0].index(column)] = header
    values = {column: [value] if value else []}
    return Mess(
        number=27,
        words=words,
        dataset="institution_year",
        write=as_csv(rows),
        values=values,
        **outcome,
    )


def amounts(words: str, rows, values, *, wrong=(), notes=None) -> Mess:
    """Amounts with the unit of their row: item, amount, unit."""
    table = grid(
        {**row, "item_code": item, "amount": amount, "unit": unit}
        for row, (item, amount, unit) in zip(records("funding_year", len(rows)), rows, strict=True)
    )
    return Mess(
        number=27,
        words=words,
        dataset="funding_year",
        write=as_csv(table),
        findings=frozenset(wrong),
        notes=notes or {},
        values={
            "amount": [amount for amount, _ in values],
            "unit": [unit for _, unit in values],
        },
    )


def headed(words: str, above, rows, values, *, wrong=(), notes=None) -> Mess:
    """Amounts without a column of units, below a header whose first two cells are given."""
    good = records("funding_year", len(rows))
    rest = [name for name in good[0] if name not in ("item_code", "amount", "unit")]
    head = [[*cells, *([""] * len(rest))] for cells in above]
    head[-1] = [*above[-1], *rest]
    body = [
        [item, amount, *(row[name] for name in rest)]
        for row, (item, amount) in zip(good, rows, strict=True)
    ]
    return Mess(
        number=15,
        words=words,
        dataset="funding_year",
        write=as_csv([*head, *body]),
        findings=frozenset(wrong),
        notes=notes or {},
        values={"amount": [a for a, _ in values], "unit": [u for _, u in values]} if values else {},
    )


MESSES = [
    amounts(
        "amounts in the unit of their row",
        [
            ("F01", "16800000", "元"),
            ("F02", "16800", "千元"),
            ("F03", "1.68", "亿元"),
            ("F04", "1680", "万元"),
            ("F12", "1 234 500", "人民币元"),
            ("F13", "0.1", "元"),
            ("F07", "12345.67", "元"),
            ("F08", "1234550", "元"),
            ("F09", "456000元", "元"),
            ("F10", "45.6万元", "万元"),
            ("F06", "16800", "元"),
        ],
        [
            ("1680.00", "万元"),
            ("1680.00", "万元"),
            ("16800.00", "万元"),
            ("1680.00", "万元"),
            ("123.45", "万元"),
            ("0.00", "万元"),
            ("1.23", "万元"),
            ("123.46", "万元"),
            ("45.60", "万元"),
            ("45.60", "万元"),
            ("16800.00", "元/生·年"),
        ],
        notes={
            ("amount", "amount_was_converted_by_its_unit"): 8,
            ("amount", "amount_was_rounded_after_converting"): 3,
            ("amount", "thousands_separators_were_removed"): 1,
            ("amount", "unit_of_the_row_was_removed"): 2,
            ("unit", "unit_became_the_agreed_one"): 9,
            ("unit", "label_was_replaced_by_code"): 1,
        },
    ),
    headed(
        "a unit in the header and no column of units",
        [["item_code", "金额（元）"]],
        [("F01", "16800000"), ("F06", "16800")],
        [("1680.00", "万元"), ("16800.00", "元/生·年")],
        notes={
            ("unit", "unit_was_taken_from_the_header"): 0,
            ("amount", "amount_was_converted_by_its_unit"): 1,
            ("unit", "unit_became_the_agreed_one"): 2,
        },
    ),
    headed(
        "a line that states the unit, and no column of units",
        [["单位：万元", ""], ["item_code", "金额"]],
        [("F01", "1680"), ("F02", "3.5")],
        [("1680.00", "万元"), ("3.50", "万元")],
        notes={("unit", "unit_was_taken_from_the_header"): 0},
    ),
    headed(
        "no unit at all",
        [["item_code", "金额"]],
        [("F01", "1680"), ("F02", "3.5")],
        [],
        wrong={("required_column_is_missing", "unit", None)},
    ),
    amounts(
        "amounts that cannot be converted without guessing",
        [
            ("F06", "16.8", "千元"),
            ("F05", "1.68", "万元"),
            ("F01", "16800", "元/生·年"),
            ("F01", "约300", "元"),
            ("F01", "456000元", "万元"),
            ("F01", "1680", ""),
        ],
        [],
        wrong={
            ("amount_is_not_in_the_agreed_unit", "unit", 2),
            ("amount_is_not_in_the_agreed_unit", "unit", 3),
            ("amount_is_not_in_the_agreed_unit", "unit", 4),
            ("number_is_approximate", "amount", 5),
            ("amount_is_not_in_the_agreed_unit", "unit", 5),
            ("value_is_not_a_number", "amount", 6),
            ("required_value_is_missing", "unit", 7),
        },
    ),
    in_unit(
        "thousands of yuan",
        "equip_value（千元）",
        "equip_value",
        "180000",
        "18000.0000",
        notes={("equip_value", "unit_was_converted"): 1},
    ),
    in_unit(
        "yuan behind the figure",
        "equip_value",
        "equip_value",
        "180000000元",
        "18000.0000",
        notes={("equip_value", "unit_was_converted"): 1},
    ),
    in_unit(
        "mu in the header",
        "campus_area(亩)",
        "campus_area",
        "840",
        "560002.80",
        notes={("campus_area", "unit_was_converted"): 1},
    ),
    in_unit(
        "ten thousand square metres",
        "校舍建筑面积（万平方米）",
        "building_area",
        "26.5",
        "265000.00",
        notes={("building_area", "unit_was_converted"): 1},
    ),
    in_unit(
        "the same by their sign, with a year behind it",
        "校舍建筑面积（万㎡）（2024年）",
        "building_area",
        "26",
        "260000.00",
        notes={("building_area", "unit_was_converted"): 1},
    ),
    in_unit(
        "ten thousand square metres behind the figure",
        "building_area",
        "building_area",
        "26万平方米",
        "260000.00",
        notes={("building_area", "unit_was_converted"): 1},
    ),
    in_unit(
        "thousands of turns",
        "社会培训人次（千人次）",
        "external_training_persons",
        "30.5",
        "30500",
        notes={("external_training_persons", "unit_was_converted"): 1},
    ),
    in_unit(
        "a scale alone",
        "在校生数（万）",
        "enrolled_total",
        "0.9",
        "9000",
        notes={("enrolled_total", "unit_was_converted"): 1},
    ),
    in_unit(
        "hundreds of yuan",
        "equip_value（单位：百元）",
        "equip_value",
        "1800000",
        "18000.0000",
        notes={("equip_value", "unit_was_converted"): 1},
    ),
    in_unit(
        "foreign money",
        "教学科研实训仪器设备值（美元）",
        "equip_value",
        "18000",
        None,
        findings=frozenset({("unit_is_unknown", "equip_value", 2)}),
    ),
    in_unit(
        "a unit that nobody knows",
        "equip_value（单位：贯）",
        "equip_value",
        "18000",
        None,
        findings=frozenset({("unit_is_unknown", "equip_value", 2)}),
    ),
    in_unit(
        "a remark that is no unit", "equip_value（填报时点）", "equip_value", "18000", "18000.0000"
    ),
    Mess(
        number=27,
        words="a line above the header that states ten thousand square metres",
        dataset="institution_year",
        write=as_csv(
            [
                ["单位：万平方米"],
                *grid(records("institution_year", 1, building_area="26", campus_area="56")),
            ]
        ),
        notes={
            ("building_area", "unit_was_converted"): 1,
            ("campus_area", "unit_was_converted"): 1,
        },
        values={
            "building_area": ["260000.00"],
            "campus_area": ["560000.00"],
            "equip_value": ["18000.0000"],
        },
    ),
    Mess(
        number=27,
        words="a line above the header that states foreign money",
        dataset="institution_year",
        write=as_csv([["单位：美元"], *grid(records("institution_year", 1))]),
        findings=frozenset({("unit_is_unknown", "equip_value", 3)}),
        values={"equip_value": []},
    ),
    in_unit(
        "a unit of another kind",
        "equip_value（台）",
        "equip_value",
        "18000",
        None,
        findings=frozenset({("unit_is_unknown", "equip_value", 2)}),
    ),
    in_unit(
        "a figure of an unlikely size",
        "equip_value",
        "equip_value",
        "180000000",
        "180000000.0000",
        findings=frozenset({("equipment_value_is_of_unlikely_size", "equip_value", 2)}),
    ),
    spelled(
        40,
        "units behind figures",
        "student_scale",
        "graduated",
        [("12人", "12"), ("3 人", "3"), ("5名", "5")],
        notes={"unit_was_removed": 3},
    ),
    spelled(
        40,
        "万元 behind an amount in 万元",
        "enterprise",
        "incentive_amount",
        [("45.6万元", "45.6000"), ("456000元", "45.6000")],
        notes={"unit_was_removed": 1, "unit_was_converted": 1},
    ),
    spelled(
        40,
        "a unit that is counted",
        "institution_year",
        "training_stations",
        [("5200个", "5200")],
        notes={"unit_was_removed": 1},
    ),
    spelled(
        40,
        "units of another kind behind figures",
        "institution_year",
        "external_training_persons",
        [
            ("30000人次", "30000"),
            ("30000人", Wrong("unit_is_unknown")),
            ("85%", Wrong("unit_is_unknown")),
            ("30000元", Wrong("unit_is_unknown")),
            ("3万人次", Wrong("number_is_approximate")),
        ],
        notes={"unit_was_removed": 1},
    ),
    spelled(
        40,
        "what is counted stands behind an amount of money",
        "enterprise",
        "incentive_amount",
        [
            ("45.6万元", "45.6000"),
            *((text, Wrong("unit_is_unknown")) for text in ("45人", "3台", "45%", "45美元", "5亩")),
        ],
        notes={"unit_was_removed": 1},
    ),
]
