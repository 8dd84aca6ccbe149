"""One peer on one file, in the peers' own environment: `python -m bench.peers JOB SOURCE INTO`.

The rules lie beside the file. Prints the counts as the last line.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

from bench.peers import rules

JOBS = {
    "pandera": ("pandera_pandas", "validate"),
    "dataframely": ("dataframely", "validate"),
    "great_expectations": ("great_expectations", "validate"),
    "frictionless": ("frictionless", "validate"),
    "dlt_load": ("dlt_contract", "load"),
    "dlt_validate": ("dlt_contract", "validate"),
}


def main() -> None:
    """Run the job that the arguments name."""
    job, source, _into = sys.argv[1:]
    module, function = JOBS[job]
    path = Path(source)
    run = getattr(importlib.import_module(f"bench.peers.{module}"), function)
    print(json.dumps(run(path, rules.load(rules.beside(path)))))


if __name__ == "__main__":
    main()
