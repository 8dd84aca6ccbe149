"""The findings of the report that most receipts here are drawn from."""

from pathlib import Path

import pytest

from tests.support.receipts import OLD_ADDRESS, WRONG_USCC, a_line, write_findings


@pytest.fixture
def findings(tmp_path: Path) -> Path:
    lines = [
        a_line(OLD_ADDRESS, 9, "杭州", header="地址", cell="名录!F9"),
        a_line(WRONG_USCC, 17, "12330000470009120O", candidate="123300004700091200"),
    ]
    return write_findings(lines, tmp_path / "findings.parquet")
