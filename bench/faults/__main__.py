"""`python -m bench.faults`: what is found of the faults planted, by kind and by rule."""

from __future__ import annotations

import argparse
from pathlib import Path

from bench.faults.measure import Result, Tally, measure
from yrdx import catalogue


def main() -> None:
    """Measure, print the tables, and fail if anything was missed or falsely alarmed."""
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__)
    parser.add_argument("--dataset", action="append", choices=catalogue.dataset_names())
    parser.add_argument("--into", type=Path, help="write the tables into this Markdown file")
    options = parser.parse_args()
    result = measure(options.dataset)
    page = as_page(result)
    if options.into:
        options.into.write_text(page, encoding="utf-8")
    print(page)
    for place in (*result.missed, *result.alarmed_at):
        print(place)
    if result.missed or result.alarms:
        raise SystemExit(1)


def as_page(result: Result) -> str:
    """The tables as Markdown, Chinese and English."""
    planted = sum(tally.planted for tally in (*result.kinds.values(), *result.rules.values()))
    found = sum(tally.found for tally in (*result.kinds.values(), *result.rules.values()))
    lines = [
        "# 埋错检验 What is found of planted faults",
        "",
        (
            f"埋错 {planted:,} 处，查出 {found:,} 处；正确数据 {result.clean_files:,} 个文件 "
            f"{result.clean_rows:,} 行，误报 {result.alarms.total():,} 处。"
        ),
        (
            f"{found:,} of {planted:,} planted faults were found; {result.clean_rows:,} good rows "
            f"in {result.clean_files:,} files raised {result.alarms.total():,} false alarms."
        ),
        "",
        "## 按错误种类 By kind of fault",
        "",
        "| 种类 | Kind | 埋 planted | 查出 found | 查出率 detection |",
        "| --- | --- | ---: | ---: | ---: |",
        *(f"| {zh} | {en} | {_figures(tally)} |" for (zh, en), tally in result.kinds.items()),
        "",
        "## 按规则 By rule",
        "",
        "| 规则 Rule | 埋 planted | 查出 found | 查出率 detection | 误报 false alarms |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(
            f"| {code} | {_figures(result.rules.get(code, Tally()))} | {result.alarms[code]:,} |"
            for code in sorted({*result.rules, *result.alarms})
        ),
        "",
    ]
    return "\n".join(lines)


def _figures(tally: Tally) -> str:
    share = f"{tally.found / tally.planted:.0%}" if tally.planted else "—"
    return f"{tally.planted:,} | {tally.found:,} | {share}"


if __name__ == "__main__":
    main()
