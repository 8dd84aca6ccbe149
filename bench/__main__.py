"""`python -m bench`: a table of ratios, all measured in one run, interleaved."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import generate
from bench.measure import Measured, measure

BASE = "duckdb"
MIB_OF_A_GIB = 1024.0


@dataclass(frozen=True, slots=True)
class Line:
    """One measured job: which file it reads, and the ratio to the baseline it must keep."""

    title: str
    job: str
    file: str
    at_most: float | None = None


LINES = (
    Line("DuckDB copy, unchecked", "duckdb", "utf8"),
    Line("polars copy, unchecked", "polars", "utf8"),
    Line("check alone", "check", "utf8", 1.0),
    Line("check, its dataset the only one", "check-alone", "utf8"),
    Line("check and admit", "admit", "utf8", 1.6),
    Line("check and admit, from GB18030", "admit", "gb18030", 1.7),
)
CHALLENGE = "the challenge beyond: 1.0 for check and admit, 700 MB"

Runs = dict[str, list[Measured]]


def main() -> None:
    """Make the files, measure, and print which targets hold."""
    options = _options()
    options.folder.mkdir(parents=True, exist_ok=True)
    files = _files(options.folder, options.rows)
    runs: Runs = {line.title: [] for line in LINES}
    runs["start"] = []
    for number in range(options.rounds):
        _say(f"round {number + 1} of {options.rounds}")
        runs["start"].append(measure("start", files["utf8"], scratch=options.folder))
        for line in LINES:
            runs[line.title].append(measure(line.job, files[line.file], scratch=options.folder))
    print(_table(runs, rows=options.rows))
    if options.memory:
        print(_memory(options.folder))
    if options.xlsx:
        print(_xlsx(options.folder, rounds=options.rounds))
    if options.seal:
        from bench import seal

        print(seal.compare(options.folder, rows=options.rows, rounds=options.rounds))
    if options.findings:
        from bench import findings

        print(findings.compare(options.folder))
    if options.publish:
        from bench import publication

        print(publication.compare_sizes(options.folder, rows=2 * options.rows))
    if options.peers:
        print(_peers(options.folder))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000, help="rows of the main file")
    parser.add_argument("--rounds", type=int, default=3, help="interleaved rounds")
    parser.add_argument("--folder", type=Path, default=Path("var/bench"), help="scratch folder")
    for name, what in (
        ("memory", "1 and 10 million rows"),
        ("xlsx", "the workbook"),
        ("seal", "sealing"),
        ("findings", "files full of wrongs"),
        ("publish", "publishing, and the difference of two versions"),
    ):
        parser.add_argument(
            f"--no-{name}", dest=name, action="store_false", help=f"leave out {what}"
        )
    parser.add_argument(
        "--peers", action="store_true", help="beside what users would pick instead: minutes"
    )
    return parser.parse_args()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _made(path: Path, make: Callable[[Path], None]) -> Path:
    """A generated file, made once; half-written ones never get its name."""
    if not path.exists():
        _say(f"making {path.name}")
        partial = path.with_suffix(".partial")
        make(partial)
        partial.rename(path)
    return path


def csv_of(folder: Path, rows: int) -> Path:
    """The generated UTF-8 delivery of so many rows."""
    return _made(
        folder / f"generated-certificate_award-{rows}.csv",
        lambda path: generate.write_csv(path, rows=rows),
    )


def _files(folder: Path, rows: int) -> dict[str, Path]:
    source = csv_of(folder, rows)
    encoded = _made(
        folder / f"generated-certificate_award-{rows}-gb18030.csv",
        lambda path: generate.transcode(source, path),
    )
    return {"utf8": source, "gb18030": encoded}


def _verdict(value: float, at_most: float | None) -> str:
    if at_most is None:
        return ""
    return f"at most {at_most:g}: {'holds' if value <= at_most else 'DOES NOT HOLD'}"


def ratio(runs: list[Measured], base: list[Measured]) -> float:
    """Median of the ratios of each round: other load on the machine hits both alike."""
    return median(one.wall / other.wall for one, other in zip(runs, base, strict=True))


def _table(runs: Runs, *, rows: int) -> str:
    base = runs[LINES[0].title]
    found = [
        f"\n{rows:,} rows; whole processes, start and imports included; medians\n",
        f"{'':32}{'ratio':>7}{'wall s':>9}{'CPU s':>8}{'peak MiB':>10}  target",
    ]
    for line in LINES:
        mine = runs[line.title]
        share = ratio(mine, base)
        found.append(
            f"{line.title:32}{share:7.2f}{median(item.wall for item in mine):9.2f}"
            f"{median(item.cpu for item in mine):8.1f}"
            f"{median(item.peak for item in mine):10.0f}  {_verdict(share, line.at_most)}"
        )
    ours = [
        item.peak for line in LINES if line.job in ("check", "admit") for item in runs[line.title]
    ]
    start = median(item.wall for item in runs["start"])
    crowd = ratio(runs["check alone"], runs["check, its dataset the only one"])
    found += [
        f"check among all datasets, to check with one: {crowd:.2f}; {_verdict(crowd, 1.1)}",
        f"of which start and imports (ours, base install): {start:.2f} s",
        f"peak memory {max(ours):.0f} MiB; {_verdict(max(ours) / MIB_OF_A_GIB, 1.1)} (GiB)",
        CHALLENGE,
    ]
    return "\n".join(found)


def _memory(folder: Path) -> str:
    small, large = (
        measure("admit", csv_of(folder, rows), scratch=folder).peak
        for rows in (1_000_000, 10_000_000)
    )
    return (
        f"\nmemory of check and admit: 1 million rows {small:.0f} MiB, 10 million {large:.0f} MiB, "
        f"difference {large - small:.0f} MiB; {_verdict(large - small, 150)}"
    )


def _xlsx(folder: Path, *, rounds: int) -> str:
    path = _made(
        folder / "generated-certificate_award-200000.xlsx",
        lambda path: generate.write_xlsx(path, rows=200_000),
    )
    ours, theirs = [], []
    for _ in range(rounds):
        theirs.append(measure("fastexcel", path, scratch=folder))
        ours.append(measure("check", path, scratch=folder))
    share = ratio(ours, theirs)
    return (
        f"\n200,000 rows × 20 columns .xlsx: reading with fastexcel alone "
        f"{median(item.wall for item in theirs):.2f} s, checked "
        f"{median(item.wall for item in ours):.2f} s; ratio {share:.2f}, {_verdict(share, 2)}"
    )


def _peers(folder: Path) -> str:
    from bench.peers import compare

    source, planted = (csv_of(folder, rows) for rows in (compare.ROWS, compare.PLANTED))
    return compare.compare(source, planted=planted, folder=folder, rounds=1)


if __name__ == "__main__":
    main()
