"""`python -m bench.publication`: publishing, comparing and publishing again, at any size.

A dataset of four provinces is published; then each delivers all of its list again, with every line
moved, one row of a hundred corrected, and one of a thousand gone and come. All rows are generated.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from bench.measure import Measured, measure

PROVINCES = ("31", "32", "33", "34")
PERIOD = "2025"
BLOCK = 250_000
SECONDS = 60.0
"""Row and cell difference of ten million rows, at most."""

MEMORY = 1_200
"""MiB that any of it may take, however many rows there are. Publishing takes more and more up to
eight million rows of one period and province: no more sorted runs than those are open together."""


def rows_of(province: str, *, start: int, count: int, corrected: bool) -> pl.DataFrame:
    """Typed good rows of one province, sorted by key; corrected ones differ as said above."""
    from yrdx import catalogue

    dataset = catalogue.dataset("certificate_award")
    number = np.arange(start, start + count)
    if corrected:
        number = np.where(number % 1_000 == 3, number + 10**9, number)
    seeded = pl.DataFrame({"n": number, "at": np.arange(start, start + count)})
    n = pl.col("n")
    key = pl.format("{}-{}", pl.lit(province), n)
    token = (key.hash(1).cast(pl.String) + key.hash(2).cast(pl.String)).str.slice(0, 32)
    is_other = (n % 100 == 7) & pl.lit(corrected)
    major = pl.when(is_other).then(599_999).otherwise(510_000 + n % 300)
    frame = seeded.select(
        _row=(pl.col("at") + (5 if corrected else 2)).cast(pl.UInt32),
        person_key=token.str.reverse() + token,
        inst_code=pl.format("41{}{}", pl.lit(province), 100_000 + n * 7_919 % 4_000),
        major_code=pl.format("{}", major),
        catalog_version=pl.lit("2021"),
        grad_year=pl.lit(2024, pl.Int16),
        edu_level=pl.lit("2"),
        cert_category=pl.lit("1"),
        cert_no_hash=token,
        cert_no_prefix=pl.format("S{}", n % 9_999),
        cert_name=pl.format("职业技能等级证书{}", n % 500),
        occupation_code=pl.format("4-04-05-{}", n % 99),
        level=pl.format("{}", n % 5 + 1),
        issuer_uscc=pl.format("91{}0000{}", pl.lit(province), 1_000_000_000 + n % 500),
        issuer_name=pl.format("评价机构{}有限公司", n % 500),
        issue_date=pl.date(2024, 1, 1) + pl.duration(days=n % 365),
        is_high=n % 2 == 0,
    )  # fmt: skip
    return frame.cast(dict(dataset.schema)).sort(dataset.key)


def deliver(store_folder: Path, *, rows: int, corrected: bool, extra: bool = False) -> None:
    """Admit a delivery of each province; `extra`: one small one of another period."""
    from yrdx.store.local import open_local

    store = open_local(store_folder)
    period = "2026" if extra else PERIOD
    for province in PROVINCES[:1] if extra else PROVINCES:
        share = 1_000 if extra else rows // len(PROVINCES)
        with tempfile.TemporaryDirectory(dir=store_folder.parent) as name:
            path = Path(name) / "rows.parquet"
            _write(_blocks(province, share, corrected=corrected), path)
            _admit(store, path, province, period, rows=share, attempt=2 if corrected else 1)


def _blocks(province: str, rows: int, *, corrected: bool) -> Iterator[pl.DataFrame]:
    for start in range(0, rows, BLOCK):
        count = min(BLOCK, rows - start)
        yield rows_of(province, start=start, count=count, corrected=corrected)


def _write(frames: Iterator[pl.DataFrame], path: Path) -> None:
    """As a check writes them: runs sorted by key, one after the other."""
    writer = None
    for frame in frames:
        table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table, row_group_size=25_000)
    assert writer is not None
    writer.close()


def _admit(store, path: Path, province: str, period: str, *, rows: int, attempt: int) -> None:  # noqa: ANN001
    from yrdx import model
    from yrdx.store import layout

    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    delivery = model.Delivery(
        province=province,
        unit="edu",
        dataset="certificate_award",
        period=period,
        sha256=sha256,
        sm3="0" * 64,
        size=path.stat().st_size,
        filename=f"{province}.csv",
        received_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=attempt),
        attempt=attempt,
    )
    versions = model.Versions(contract="1.0.0", rules="0" * 64, code="bench")
    report = model.Report(
        delivery=delivery,
        versions=versions,
        verdict=model.Verdict.ADMITTED,
        tolerance=0.0,
        rows=model.RowCounts(read=rows, admitted=rows),
        reading=None,
        findings=(),
        notes=(),
        control_totals=(),
        not_supplied=(),
        missing=(),
        not_checked=(),
    )
    digest = versions.digest
    report_key = layout.checked(delivery, rules_digest=digest, name="report.json")
    rows_key = layout.admitted(delivery, rules_digest=digest, name="rows.parquet")
    store.put_if_absent(report_key, report.model_dump_json().encode())
    store.put_if_absent(rows_key, path)
    admission = model.Admission(
        delivery=delivery,
        verdict=model.Verdict.ADMITTED,
        report_key=report_key,
        rows_key=rows_key,
        rows_sha256=sha256,
        rows=rows,
        contract="1.0.0",
        not_supplied=(),
    )
    key = layout.admitted(delivery, rules_digest=digest, name="admission.json")
    store.put_if_absent(key, admission.model_dump_json().encode())


def publish(ready: Path, into: Path) -> None:
    """Publish what the store beside `ready` has admitted."""
    from yrdx import catalogue, publication
    from yrdx.store.local import open_local

    manifest = publication.publish(
        catalogue.dataset("certificate_award"),
        store=open_local(ready.parent / "store"),
        provinces=(),
        spool=into,
    )
    if manifest is None:
        raise SystemExit("nothing was published")
    changes = manifest.changes
    told = f"{changes.added} added {changes.changed} changed {changes.removed}" if changes else ""
    print(f"{manifest.semver} {manifest.rows} rows {told}")


def difference(ready: Path, into: Path) -> None:
    """Compare the newest version with the one before, every row and cell."""
    from yrdx import catalogue
    from yrdx.publication import Cause, newest, read_manifest
    from yrdx.publication.difference import Reason, Side, compare
    from yrdx.publication.parquet import arrow_schema
    from yrdx.publication.remaking import identity_of
    from yrdx.store import layout
    from yrdx.store.local import open_local

    dataset = catalogue.dataset("certificate_award")
    store = open_local(ready.parent / "store")
    new = newest(store, dataset.name)
    if new is None or new.parent is None:
        raise SystemExit("there are no two versions to compare")
    old = read_manifest(store, dataset.name, new.parent)
    total = 0
    for province in PROVINCES:
        sides = []
        for manifest in (old, new):
            folder = Path(store.uri(layout.published_prefix(dataset.name, manifest.version) + "x"))
            keys = [file.key for file in manifest.files if file.province == province]
            sides.append(Side(tuple(folder.parent / key for key in keys)))
        (into / province).mkdir()
        found = compare(
            *sides,
            identity=identity_of(dataset),
            schema=arrow_schema(dataset),
            reasons={"edu": Reason(Cause.DELIVERY, "0" * 64)},
            into=into / province,
        )
        total += sum(found.rows.values())
    print(f"{total} rows told")


JOBS: dict[str, Callable[[Path, Path], None]] = {"publish": publish, "difference": difference}


def run(folder: Path, *, rows: int) -> dict[str, Measured]:
    """All measured steps, one after the other, on a store of their own that is removed."""
    place = Path(tempfile.mkdtemp(prefix="publication-", dir=folder))
    ready = place / "ready"
    ready.touch()
    found: dict[str, Measured] = {}

    def step(title: str, job: str) -> None:
        print(f"{rows:,} rows: {title}", file=sys.stderr, flush=True)
        found[title] = measure(
            job, ready, scratch=place, python=sys.executable, module="bench.publication"
        )

    try:
        deliver(place / "store", rows=rows, corrected=False)
        step("publish, a first version", "publish")
        deliver(place / "store", rows=rows, corrected=True)
        step("publish, all delivered again", "publish")
        step("difference alone", "difference")
        deliver(place / "store", rows=rows, corrected=False, extra=True)
        step("publish, 1,000 rows are new", "publish")
    finally:
        shutil.rmtree(place)
    return found


def compare_sizes(folder: Path, *, rows: int) -> str:
    """The table of publishing, and which limits hold."""
    small = run(folder, rows=max(rows // 10, 100_000))
    large = run(folder, rows=rows)
    lines = [
        f"\npublishing {rows:,} rows in {len(PROVINCES)} provinces\n",
        f"{'':32}{'wall s':>9}{'CPU s':>8}{'peak MiB':>10}{'of a tenth':>12}",
    ]
    for title, one in large.items():
        peak = small[title].peak
        lines.append(f"{title:32}{one.wall:9.2f}{one.cpu:8.1f}{one.peak:10.0f}{peak:12.0f}")
    alone, limit = large["difference alone"].wall, SECONDS * rows / 10_000_000
    most = max(one.peak for one in large.values())
    lines += [
        f"difference {alone:.1f} s; at most {limit:.1f}: {_holds(alone <= limit)}",
        f"peak memory {most:.0f} MiB; at most {MEMORY}: {_holds(most <= MEMORY)}",
    ]
    return "\n".join(lines)


def _holds(good: bool) -> str:  # noqa: FBT001
    return "holds" if good else "DOES NOT HOLD"


def main() -> None:
    """Run one job in this process, or measure all of them."""
    if len(sys.argv) == 4 and sys.argv[1] in JOBS:
        JOBS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
        return
    parser = argparse.ArgumentParser(prog="python -m bench.publication", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--folder", type=Path, default=Path("var/bench"))
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    print(compare_sizes(options.folder, rows=options.rows))


if __name__ == "__main__":
    main()
