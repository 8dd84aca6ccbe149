"""What was measured and judged, for the engineers: `quality.json`, and a page that needs nothing.

The pages of Great Expectations itself fetch their looks from the network; this one does not.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from yrdx.checking.receipt_values import SEVERITY_WORDS
from yrdx.judging.judgement import Judged, RuleJudged
from yrdx.judging.wording import as_figure, left_open, masked
from yrdx.model import Delivery, NotChecked, Severity
from yrdx.pages import render
from yrdx.table_rule import About

_WRONG_LINES = 200
_GOOD_LINES = 50
"""Lines of a measured table that are kept; the counts are of all of them."""


def write_quality(
    judged: Judged,
    about: About,
    *,
    delivery: Delivery,
    compared_with: Mapping[str, str],
    not_checked: Sequence[NotChecked],
    judge: str,
    into: Path,
) -> None:
    """Write `quality.json` and `quality.html` into a folder; the same check, the same bytes."""
    quality = {
        "delivery": delivery.model_dump(mode="json"),
        "dataset": {"name": about.dataset.name, "title": about.dataset.title.model_dump()},
        "judge": judge,
        "compared_with": dict(sorted(compared_with.items())),
        "rules": [_told(item, about) for item in judged.rules],
        "not_checked": [item.model_dump(mode="json") for item in not_checked],
    }
    text = json.dumps(quality, ensure_ascii=False, sort_keys=True, indent=1, default=str)
    (into / "quality.json").write_text(text, encoding="utf-8")
    (into / "quality.html").write_text(quality_html(json.loads(text)), encoding="utf-8")


def quality_html(quality: dict[str, Any]) -> str:
    """The page for the values of a `quality.json`."""
    return render(
        "quality.html.j2",
        "yrdx.judging",
        filters={"figure": as_figure},
        quality=quality,
        rules=sorted(quality["rules"], key=lambda item: item["success"]),
        severity_words={item.value: SEVERITY_WORDS[item] for item in Severity},
    )


def _told(judged: RuleJudged, about: About) -> dict[str, Any]:
    rule, opinion = judged.rule, judged.opinion
    table = masked(judged.measured, about.dataset).lines
    wrong = set(opinion.wrong)
    good = [number for number in range(table.height) if number not in wrong][:_GOOD_LINES]
    kept = [*opinion.wrong[:_WRONG_LINES], *good]
    return {
        "code": rule.code,
        "success": opinion.success,
        "title": left_open(rule.message).model_dump(),
        "measures": (rule.measure.__doc__ or "").strip().split("\n", 1)[0],
        "lines": table.height,
        "wrong": len(opinion.wrong),
        "expectation": opinion.expectation,
        "result": opinion.figures,
        "table": {
            "columns": table.columns,
            "rows": [
                {"wrong": number in wrong, "values": list(table.row(number))} for number in kept
            ],
        },
    }
