"""`python -m bench --peers`, or alone `python -m bench.peers.compare`: ours beside the peers.

Ours checks all rules, writes typed rows and hashes; theirs only validate, and fewer rules (but
for dlt, whose documented way to apply a contract is to load). Ours runs right before each peer,
so that other load on the machine hits both alike: three times, and the median counts, because a
run of a few seconds is soon disturbed.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.environment import installed
from bench.measure import Measured, measure
from bench.peers import rules

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
ROWS, PLANTED = 1_000_000, 20_000
_RUNS_OF_OURS = 3
AGREEMENT = 0.9
"""Least share of the most thorough peer's rows that every peer must find: some report only the
later ones of rows that share a key, and dlt none of them."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A line of the table, and how many times faster ours must be."""

    title: str
    job: str
    at_least: float | None = None


PEERS = (
    Peer("pandera on pandas", "pandera", 3),
    Peer("dataframely", "dataframely"),
    Peer("Great Expectations, pandas", "great_expectations", 10),
    Peer("frictionless", "frictionless", 20),
    Peer("dlt with a contract", "dlt_load", 20),
    Peer("dlt, contract alone, not loaded", "dlt_validate"),
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Ours and a peer, one right after the other."""

    ours: Measured
    theirs: Measured


def compare(source: Path, *, planted: Path, folder: Path, rounds: int) -> str:
    """Prove on the planted file that every peer is set up right, then measure on the other."""
    python = installed(folder / "peers", wanted=["-r", REQUIREMENTS], lists=[REQUIREMENTS])
    for path in (source, planted):
        rules.write(rules.of_awards(), rules.beside(path))
    found = {peer.job: _counts(_run(peer, planted, folder, python)) for peer in PEERS}
    check_counts(
        {job: counts["failing"] for job, counts in found.items()},
        ours=_rejected(measure("check", planted, scratch=folder)),
        noise=_noisy(planted),
    )
    pairs: dict[Peer, list[Pair]] = {peer: [] for peer in PEERS}
    for _ in range(rounds):
        for peer in PEERS:
            print(f"peer: {peer.title}", file=sys.stderr, flush=True)
            ours = [measure("admit", source, scratch=folder) for _ in range(_RUNS_OF_OURS)]
            middle = sorted(ours, key=lambda run: run.wall)[_RUNS_OF_OURS // 2]
            pairs[peer].append(Pair(middle, _run(peer, source, folder, python)))
    return _table(pairs)


def check_counts(failing: Mapping[str, int], *, ours: int, noise: int) -> None:
    """A peer that finds nothing, or less than the others, or more than there is, is set up wrong.

    Peers do not normalise: they may also find the rows with harmless noise.
    """
    wrong = [job for job, count in failing.items() if not 0 < count <= ours + noise]
    least = AGREEMENT * max(failing.values())
    for job in wrong or [job for job, count in failing.items() if count < least]:
        raise SystemExit(
            f"{job} finds {failing[job]} failing rows of the planted file; ours {ours}, harmless "
            f"noise {noise}, all peers {dict(failing)}. Correct how bench/peers sets it up."
        )


def _run(peer: Peer, source: Path, folder: Path, python: Path) -> Measured:
    return measure(peer.job, source, scratch=folder, python=str(python), module="bench.peers")


def _counts(run: Measured) -> dict[str, int]:
    lines = [line for line in run.output.splitlines() if line.startswith("{")]
    counts: dict[str, int] = json.loads(lines[-1])
    return counts


def _rejected(run: Measured) -> int:
    stated = re.search("rejected=([0-9]+)", run.output)
    if stated is None:
        raise SystemExit(f"the check did not say how many rows it rejected: {run.output}")
    return int(stated[1])


def _noisy(path: Path) -> int:
    """Rows with a cell that normalising repairs: blanks around it, or full-width digits."""
    import polars as pl

    noisy = pl.any_horizontal(pl.all().str.contains(r"^\s|\s$|[０-９]"))
    return int(pl.read_csv(path, infer_schema=False).select(noisy.sum()).item())


def _table(pairs: Mapping[Peer, list[Pair]]) -> str:
    ours = [pair.ours for runs in pairs.values() for pair in runs]
    rows = {_counts(pair.theirs)["rows"] for runs in pairs.values() for pair in runs}
    if len(rows) != 1:
        raise SystemExit(f"the peers do not agree how many rows the file has: {rows}")
    found = [
        f"\npeers, {rows.pop():,} rows: theirs validate fewer rules, ours check and admit\n",
        f"{'':32}{'times':>7}{'wall s':>9}{'CPU s':>8}{'peak MiB':>10}{'failing':>9}  target",
        _line("ours: check and admit", 1.0, ours, _rejected(ours[0])),
    ]
    for peer, runs in pairs.items():
        theirs = [pair.theirs for pair in runs]
        times = median(pair.theirs.wall / pair.ours.wall for pair in runs)
        line = _line(peer.title, times, theirs, _counts(theirs[0])["failing"])
        found.append(f"{line}  {_verdict(times, peer.at_least)}".rstrip())
    return "\n".join(found)


def _line(title: str, times: float, runs: list[Measured], failing: int) -> str:
    wall, cpu, peak = (median(getattr(run, what) for run in runs) for what in _FIGURES)
    return f"{title:32}{times:7.1f}{wall:9.2f}{cpu:8.1f}{peak:10.0f}{failing:9,}"


_FIGURES = ("wall", "cpu", "peak")


def _verdict(times: float, at_least: float | None) -> str:
    if at_least is None:
        return ""
    return f"at least {at_least:g}: {'holds' if times >= at_least else 'DOES NOT HOLD'}"


def main() -> None:
    """Compare with the peers, without the rest of the bench."""
    from bench.__main__ import csv_of

    parser = argparse.ArgumentParser(prog="python -m bench.peers.compare", description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=Path("var/bench"))
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    source, planted = (csv_of(options.folder, rows) for rows in (options.rows, PLANTED))
    print(compare(source, planted=planted, folder=options.folder, rounds=options.rounds))


if __name__ == "__main__":
    main()
