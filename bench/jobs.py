"""The measured jobs, each run in a process of its own: `python -m bench.jobs JOB SOURCE INTO`."""

from __future__ import annotations

import hashlib
import importlib
import shutil
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

from yrdx import process

TODAY = date(2026, 3, 1)


def start(_source: Path, _into: Path) -> None:
    """Import what a check needs, and end."""
    importlib.import_module("yrdx.checking")
    from yrdx import catalogue

    catalogue.dataset("certificate_award")


def _check(source: Path, into: Path, *, keep_rows: bool) -> None:
    import polars as pl

    from bench.generate import INSTITUTIONS, PROVINCE
    from yrdx import catalogue
    from yrdx.checking import Terms, check
    from yrdx.reading import Refusal, read

    dataset = catalogue.dataset("certificate_award")
    table = read(source, filename=source.name, dataset=dataset)
    if isinstance(table, Refusal):
        raise SystemExit(f"{source.name} was refused: {table.findings}")
    outcome = check(
        table,
        dataset,
        terms=Terms(province=PROVINCE, period="2025-2026-1", today=TODAY),
        references={item: pl.Series(INSTITUTIONS) for item in dataset.references},
        into=into,
        keep_rows=keep_rows,
    )
    if outcome.faults or not outcome.counts.rejected:
        raise SystemExit(f"{source.name}: the check did not work: {outcome}")
    print(f"{outcome.counts}; {sum(item.count for item in outcome.findings)} findings")


def check_only(source: Path, into: Path) -> None:
    """All rules, all findings; the good rows are not kept."""
    _check(source, into, keep_rows=False)


def check_alone_in_catalogue(source: Path, into: Path) -> None:
    """The check where the catalogue holds this dataset alone: the others must cost it nothing."""
    import schemas
    from yrdx import catalogue

    others = {f"{name}.py" for name in catalogue.dataset_names()} - {"certificate_award.py"}
    home = Path(schemas.__file__).parent
    shutil.copytree(
        home,
        into / "alone" / "schemas",
        ignore=lambda folder, _: others if Path(folder) == home else (),
    )
    for name in [name for name in sys.modules if name.partition(".")[0] == "schemas"]:
        del sys.modules[name]
    sys.path.insert(0, str(into / "alone"))
    if catalogue.dataset_names() != ("certificate_award",):
        raise SystemExit(f"the catalogue was not cut down: {catalogue.dataset_names()}")
    _check(source, into, keep_rows=False)


def check_and_admit(source: Path, into: Path) -> None:
    """All rules, typed rows in sorted runs, and the SHA-256 of what came and of what went."""
    with ThreadPoolExecutor(1) as beside:
        digest = beside.submit(_sha256, source)
        _check(source, into, keep_rows=True)
        digest.result()
    _sha256(into / "rows.parquet")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def duckdb_copy(source: Path, into: Path) -> None:
    """DuckDB's copy of the file, unchecked, all text."""
    import duckdb

    duckdb.sql(
        f"copy (from read_csv('{source}', all_varchar=true)) "
        f"to '{into / 'rows.parquet'}' (format parquet, compression zstd)"
    )


def polars_copy(source: Path, into: Path) -> None:
    """The copy that polars makes of the file, unchecked, all text."""
    import polars as pl

    pl.scan_csv(source, infer_schema=False).sink_parquet(into / "rows.parquet", compression="zstd")


def fastexcel_read(source: Path, _into: Path) -> None:
    """Fastexcel reading the sheet as text, and nothing else."""
    import fastexcel

    fastexcel.read_excel(source).load_sheet(0, dtypes="string").to_arrow()


JOBS: dict[str, Callable[[Path, Path], None]] = {
    "start": start,
    "check": check_only,
    "check-alone": check_alone_in_catalogue,
    "admit": check_and_admit,
    "duckdb": duckdb_copy,
    "polars": polars_copy,
    "fastexcel": fastexcel_read,
}

if __name__ == "__main__":
    if sys.argv[1] in ("check", "check-alone", "admit"):
        # As the command line does before anything else.
        process.prepare()
    name, source_path, into_path = sys.argv[1:]
    JOBS[name](Path(source_path), Path(into_path))
