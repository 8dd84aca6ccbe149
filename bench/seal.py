"""`python -m bench.seal`: sealing raw files, beside copying the same file without sealing.

All numbers are generated. In one of a thousand rows the ID number fails its check.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np
import polars as pl

from bench.measure import Measured, measure

SECRET = bytes(range(32))
ALGORITHMS = ("hmac-sm3", "hmac-sha256", "aes-cmac")
MEMORY = 700
"""MiB that sealing may take, however many rows there are."""


def write_raw(path: Path, *, rows: int) -> None:
    """Write the generated delivery as it is before sealing: ID numbers, names, phones, numbers."""
    from bench.generate import BLOCK, HEADERS, block

    with path.open("wb") as file:
        for number in range((rows + BLOCK - 1) // BLOCK):
            size = min(BLOCK, rows - number * BLOCK)
            raw = _raw(block(number, BLOCK), number).head(size)
            titles = {name: title for name, title in HEADERS.items() if name in raw.columns}
            raw.rename(titles).write_csv(file, include_header=number == 0)


def _raw(frame: pl.DataFrame, number: int) -> pl.DataFrame:
    """A block with raw numbers in place of sealed ones."""
    chance = np.random.default_rng([20_260_102, number])
    rows = frame.height
    serial = pl.Series(chance.integers(0, 10**6, rows)).cast(pl.String).str.zfill(6)
    phone = pl.Series(chance.integers(13_000_000_000, 19_999_999_999, rows)).cast(pl.String)
    return frame.select(
        pl.Series("姓名", ["生成人员"]).new_from_index(0, rows).alias("姓名"),
        resident_ids(chance, rows).alias("身份证号"),
        phone.alias("手机号"),
        pl.all().exclude("person_key", "cert_no_hash", "cert_no_prefix"),
        (frame["cert_no_prefix"] + serial).alias("证书编号"),
    )


def resident_ids(chance: np.random.Generator, rows: int) -> pl.Series:
    """Generated ID numbers; one of a thousand has a wrong check character."""
    days = np.datetime64("2003-01-01") + chance.integers(0, 2_000, rows).astype("timedelta64[D]")
    born = pl.Series(days).dt.strftime("%Y%m%d")
    order = pl.Series(chance.integers(1, 1_000, rows)).cast(pl.String).str.zfill(3)
    texts = ("330106" + born + order).to_list()
    digits = np.array([list(text.encode()) for text in texts], np.int64) - 48
    weights = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
    place = (digits @ weights + (chance.random(rows) < 0.001)) % 11
    return "330106" + born + order + pl.Series(list("10X98765432")).gather(place)


def _seal(source: Path, into: Path, *, algorithm: str, suffix: str) -> None:
    from yrdx import catalogue
    from yrdx.sealing import Key, Request, key_id, seal

    request = Request(
        dataset=catalogue.dataset("certificate_award"),
        key=Key(SECRET, 2025, key_id(SECRET)),
        algorithm=algorithm,
        into=into / f"sealed{suffix}",
    )
    outcome = seal(source, request)
    if (
        outcome.refused
        or not outcome.not_sealed
        or outcome.read != outcome.sealed + (outcome.not_sealed.total())
    ):
        raise SystemExit(f"{source.name}: sealing did not work: {outcome}")
    print(f"{outcome.read} read, {outcome.sealed} sealed, {dict(outcome.not_sealed)}")


def _hash_alone(_source: Path, _into: Path, *, algorithm: str) -> None:
    """One million numbers through the keyed hash alone, on one core."""
    from yrdx.sealing.algorithms import keyed

    seal = keyed(algorithm, SECRET)
    for start in range(0, 1_000_000, 65_536):
        numbers = pl.int_range(start, start + 65_536, eager=True).cast(pl.String).str.zfill(18)
        seal("1|" + numbers)


def _jobs() -> dict[str, Callable[[Path, Path], None]]:
    jobs: dict[str, Callable[[Path, Path], None]] = {}
    for name in ALGORITHMS:
        jobs[f"csv {name}"] = partial(_seal, algorithm=name, suffix=".csv")
        jobs[f"hash {name}"] = partial(_hash_alone, algorithm=name)
    jobs["parquet hmac-sm3"] = partial(_seal, algorithm="hmac-sm3", suffix=".parquet")
    return jobs


LINES = {
    "DuckDB copy, unsealed": ("duckdb", "bench.jobs"),
    "seal, HMAC-SM3": ("csv hmac-sm3", "bench.seal"),
    "seal into Parquet": ("parquet hmac-sm3", "bench.seal"),
    "seal, HMAC-SHA256": ("csv hmac-sha256", "bench.seal"),
    "seal, AES-CMAC": ("csv aes-cmac", "bench.seal"),
}


def compare(folder: Path, *, rows: int, rounds: int) -> str:
    """The table of sealing: ratio to a plain copy of the same file, seconds, memory."""
    source = folder / f"generated-raw-{rows}.csv"
    if not source.exists():
        unfinished = source.with_suffix(".partial")
        write_raw(unfinished, rows=rows)
        unfinished.rename(source)
    runs: dict[str, list[Measured]] = {title: [] for title in LINES}
    for _ in range(rounds):
        for title, (job, module) in LINES.items():
            runs[title].append(measure(job, source, scratch=folder, module=module))
    base, *_ = runs.values()
    found = [
        f"\nsealing {rows:,} rows, two numbers each\n",
        f"{'':32}{'ratio':>7}{'wall s':>9}{'CPU s':>8}{'peak MiB':>10}",
    ]
    for title, mine in runs.items():
        share = median(one.wall / other.wall for one, other in zip(mine, base, strict=True))
        wall, cpu = (median(getattr(run, what) for run in mine) for what in ("wall", "cpu"))
        peak = max(run.peak for run in mine)
        found.append(f"{title:32}{share:7.2f}{wall:9.2f}{cpu:8.1f}{peak:10.0f}")
    ours = max(run.peak for title, mine in runs.items() if title.startswith("seal") for run in mine)
    verdict = "holds" if ours <= MEMORY else "DOES NOT HOLD"
    return "\n".join([*found, f"peak memory {ours:.0f} MiB; at most {MEMORY}: {verdict}"])


def main() -> None:
    """Run one job in this process, or measure all of them."""
    if len(sys.argv) == 4 and sys.argv[1] in _jobs():
        _jobs()[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
        return
    parser = argparse.ArgumentParser(prog="python -m bench.seal", description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=Path("var/bench"))
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    print(compare(options.folder, rows=options.rows, rounds=options.rounds))


if __name__ == "__main__":
    main()
