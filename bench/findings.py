"""Many findings: what a delivery costs whose every row is wrong, or wants normalising.

`python -m bench.findings` measures three files: some 410,000 findings of a few causes, ten million
findings, and a million rows that are all right but all badly written. Measured is the way of the
findings: reading, judging, `findings.parquet`, causes, receipt and error list. `--dry-run` measures
all of `yrdx check` instead, with the copies of the file that go back.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl

from bench import generate
from bench.jobs import TODAY

MANY = 10_000_000
WRONG_CELLS = 8
SECONDS, MEMORY = 60, 1_400
"""What ten million findings may take: seconds, and MiB at the peak."""


def _spoil_every_row(rows: pl.DataFrame) -> pl.DataFrame:
    """Eight cells of each row are wrong, each for a reason of its own."""
    last = pl.col("issuer_uscc").str.slice(17, 1)
    other = pl.when(last == "1").then(pl.lit("2")).otherwise(pl.lit("1"))
    return rows.with_columns(
        issuer_uscc=pl.col("issuer_uscc").str.head(17) + other,
        issuer_name=pl.lit(None, dtype=pl.String),
        issue_date=pl.lit("2025-02-30"),
        level=pl.lit("8"),
        grad_year=pl.lit("应届"),
        person_key=pl.col("person_key").str.head(40),
        cert_category=pl.lit("7"),
        is_high=pl.lit("2"),
    )


def _spoil_columns(rows: pl.DataFrame) -> pl.DataFrame:
    """Three mistakes of an export: a list of old levels, cut codes, one school's empty names."""
    number = pl.int_range(pl.len())
    school = pl.col("inst_code") == generate.INSTITUTIONS[0]
    return rows.with_columns(
        level=pl.when(number % 2 == 0).then(pl.lit("A1")).otherwise(pl.col("level")),
        issuer_uscc=pl.col("issuer_uscc").str.head(17),
        issuer_name=pl.when(school).then(None).otherwise(pl.col("issuer_name")),
    )


def _misspell_every_row(rows: pl.DataFrame) -> pl.DataFrame:
    """Nothing is wrong, and nothing is written as agreed."""
    return rows.with_columns(
        inst_code=pl.col("inst_code") + " ",
        major_code=pl.lit("\u3000") + pl.col("major_code"),
        issue_date=pl.col("issue_date").str.replace_all("[-/]", ".", literal=False),
    )


def write(path: Path, *, rows: int, spoil: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    """Write a generated delivery whose rows are spoiled."""
    with path.open("wb") as file:
        for number in range((rows + generate.BLOCK - 1) // generate.BLOCK):
            size = min(generate.BLOCK, rows - number * generate.BLOCK)
            frame = spoil(generate.block(number, generate.BLOCK).head(size))
            frame.rename(generate.HEADERS).write_csv(file, include_header=number == 0)


FILES: dict[str, tuple[int, Callable[[pl.DataFrame], pl.DataFrame]]] = {
    "causes": (277_500, _spoil_columns),
    "wrong": (MANY // WRONG_CELLS, _spoil_every_row),
    "misspelt": (1_000_000, _misspell_every_row),
}


def _dry_run(source: Path, into: Path) -> None:
    """What `yrdx check` does, with the seconds of each stage."""
    from yrdx import pipeline
    from yrdx.checking import Terms

    delivery = pipeline.identify(
        source,
        filename=source.name,
        province=generate.PROVINCE,
        unit="self",
        dataset="certificate_award",
        period="undated",
    )
    begun = time.process_time()
    report = pipeline.check_file(
        source,
        delivery,
        terms=Terms(province=generate.PROVINCE, period="undated", today=TODAY),
        store=None,
        into=into,
        keep_rows=False,
    )
    print(
        json.dumps(
            {
                "cpu": round(time.process_time() - begun, 1),
                "rows": report.rows.model_dump(),
                "findings": sum(item.count for item in report.findings),
                "sizes": {item.name: item.stat().st_size for item in sorted(into.iterdir())},
            }
        )
    )


def _findings(source: Path, into: Path) -> None:
    """Reading and checking, every finding in Parquet, causes, page and workbook."""
    from yrdx import catalogue
    from yrdx.checking import Terms, check
    from yrdx.checking.causes import find_causes
    from yrdx.checking.receipt import write_receipt
    from yrdx.checking.report import report_of_check
    from yrdx.model import Delivery, Versions
    from yrdx.reading import Refusal, read

    dataset = catalogue.dataset("certificate_award")
    terms = Terms(province=generate.PROVINCE, period="undated", today=TODAY)
    begun = time.process_time()
    table = read(source, filename=source.name, dataset=dataset)
    if isinstance(table, Refusal):
        raise SystemExit(f"{source.name} was refused: {table.findings}")
    outcome = check(table, dataset, terms=terms, references={}, into=into, keep_rows=False)
    checked = time.process_time()
    report = report_of_check(
        outcome,
        table,
        dataset,
        delivery=Delivery(province=terms.province, unit="self", dataset=dataset.name,
                          period="undated", sha256="0" * 64, sm3="0" * 64, size=0,
                          filename=source.name),
        terms=terms,
        versions=Versions(contract="bench", rules="bench", code="bench"),
    )  # fmt: skip
    causes = find_causes(report, dataset, findings=outcome.findings_path)
    explained = time.process_time()
    report = report.model_copy(update={"causes": causes})
    write_receipt(report, dataset, findings=outcome.findings_path, into=into)
    print(
        json.dumps(
            {
                "check": round(checked - begun, 1),
                "causes": round(explained - checked, 1),
                "receipt": round(time.process_time() - explained, 1),
                "rows": report.rows.model_dump(),
                "findings": sum(item.count for item in report.findings),
                "sizes": {item.name: item.stat().st_size for item in sorted(into.iterdir())},
            }
        )
    )


JOBS: dict[str, Callable[[Path, Path], None]] = {"dry-run": _dry_run, "findings": _findings}


def file_of(folder: Path, name: str, *, rows: int | None = None) -> Path:
    """One of the measured files, made once."""
    stated, spoil = FILES[name]
    size = rows or stated
    path = folder / f"generated-{name}-{size}.csv"
    if not path.exists():
        unfinished = path.with_suffix(".partial")
        write(unfinished, rows=size, spoil=spoil)
        unfinished.rename(path)
    return path


def compare(folder: Path, *, names: tuple[str, ...] = tuple(FILES), job: str = "findings") -> str:
    """The table: seconds, processor seconds and memory of one job on each file."""
    from bench.measure import Measured, measure

    found = [f"\n{job:14}{'rows':>12}{'findings':>12}{'wall s':>9}{'CPU s':>8}{'MiB':>8}"]
    for name in names:
        path = file_of(folder, name)
        run: Measured = measure(job, path, scratch=folder, module="bench.findings")
        said = json.loads(run.output.splitlines()[-1])
        found.append(
            f"{name:14}{said['rows']['read']:12,}{said['findings']:12,}{run.wall:9.1f}"
            f"{run.cpu:8.1f}{run.peak:8.0f}{_verdict(name, run.wall, run.peak)}"
        )
        print(run.output, file=sys.stderr)
    return "\n".join(found)


def _verdict(name: str, wall: float, peak: float) -> str:
    if name != "wrong":
        return ""
    holds = wall <= SECONDS and peak <= MEMORY
    return f"  at most {SECONDS} s and {MEMORY} MiB: {'holds' if holds else 'DOES NOT HOLD'}"


def main() -> None:
    """Run one job in this process, or measure all files."""
    if len(sys.argv) == 4 and sys.argv[1] in JOBS:
        JOBS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
        return
    parser = argparse.ArgumentParser(prog="python -m bench.findings", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("var/bench"))
    parser.add_argument("--only", choices=FILES, action="append")
    parser.add_argument("--dry-run", action="store_true", help="all of yrdx check, copies too")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    job = "dry-run" if options.dry_run else "findings"
    print(compare(options.folder, names=tuple(options.only or FILES), job=job))


if __name__ == "__main__":
    main()
