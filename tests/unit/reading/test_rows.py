"""Rows that are no data are taken out, with what they declare."""

import pytest

from tests.support.reading import HEADER, opened, workbook
from yrdx.reading import set_apart

DATA = ["4133012861", "浙江机电职业技术学院", "2", "11200"]


def apart_of(tmp_path, *rows):
    """What is set apart of a sheet with the rows below the header."""
    table = opened(workbook(tmp_path / "a.xlsx", ("数据", [list(HEADER), DATA, *map(list, rows)])))
    separated = set_apart(table.frame.collect(), table)
    assert separated.data.height + len(separated.apart) == len(rows) + 1
    assert separated.data["inst_code"][0] == DATA[0]
    return separated.apart


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (["浙江省（107所）", None, None, None], "band"),
        (["浙江省(共 107 所)", None, None, None], "band"),
        (["一、本科院校", None, None, None], "band"),
        (["合计", None, None, "99"], "total"),
        (["合  计", None, None, "99"], "total"),
        (["浙江省小计", None, None, "99"], "total"),
        ([None, "总计", None, "99"], "total"),
        ([None, None, None, "小计"], "total"),
        (["全市", None, "3", "99"], "total"),
        (["注：含附设中职班", None, None, None], "note"),
        (["填表人：某某", None, "联系电话：x", "填报日期：x"], "note"),
        (["其中：女", None, None, "9"], "note"),
        (["#专任教师", None, None, "9"], "note"),
        (["附件2", None, None, None], "title"),
        (["浙江省中等职业学校名单", None, None, None], "title"),
        (list(HEADER), "header"),
        (["1", "2", "3", "4"], "header"),
        (["甲", "乙", "丙", "1"], "header"),
    ],
)
def test_rows_that_are_no_data_are_set_apart(tmp_path, row, kind):
    (found,) = apart_of(tmp_path, row)
    assert found.kind == kind
    assert found.row == 3


@pytest.mark.parametrize(
    "row",
    [
        ["4133012862", "注重实践职业学院", "2", "5"],
        ["4133012862", "合计职业学院", "2", "5"],
        ["4133012862", "全市职业技术学校", "2", None],
        ["4133012862", None, None, None],
        ["4133012862", None, None, "小计"],
        ["4133012862", "说明文职业学校", None, None],
        ["0", "1", "2", "3"],
    ],
)
def test_rows_that_only_look_odd_stay_data(tmp_path, row):
    assert apart_of(tmp_path, row) == ()


def test_bands_give_their_declared_count_and_totals_their_figures(tmp_path):
    band, total = apart_of(
        tmp_path, ["浙江省（１07所）", None, None, None], ["合计", None, "3", "99,000"]
    )
    assert (band.label, band.values) == ("浙江省（１07所）", {"rows": "107"})
    assert (total.label, total.values) == ("合计", {"level": "3", "enrolled": "99,000"})


def test_blank_rows_between_data_are_set_apart(tmp_path):
    (blank,) = apart_of(tmp_path, [None, None, None, None], DATA)
    assert (blank.kind, blank.row, blank.label) == ("blank", 3, "")


def test_a_row_that_is_only_numbered_or_marked_is_blank(tmp_path):
    header = ["序号", *HEADER, "问题"]
    rows = [
        ["1", *DATA, None],
        ["2", *[None] * 4, None],  # numbered ahead of being filled in
        [None, *[None] * 4, "错误｜学校名称：必填项为空"],  # emptied in the copy that came back
        ["4", *[None] * 4, "错误｜学校名称：必填项为空"],
        ["5", None, None, "2", None, None],
    ]
    table = opened(workbook(tmp_path / "a.xlsx", ("数据", [header, *rows])))

    separated = set_apart(table.frame.collect(), table)

    assert [(item.row, item.kind) for item in separated.apart] == [
        (3, "blank"), (4, "blank"), (5, "blank")
    ]  # fmt: skip
    assert separated.data["level"].to_list() == ["2", "2"], "a row with any field is data"


def test_nothing_to_set_apart_is_no_trouble(tmp_path):
    table = opened(workbook(tmp_path / "a.xlsx", ("数据", [list(HEADER), DATA])))
    rows = table.frame.collect()
    assert set_apart(rows.clear(), table).apart == ()
    assert set_apart(rows, table).data.equals(rows)
