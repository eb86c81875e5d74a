"""Time rendering as whole processes, side by side with what every such tool must do at the least.

    python benchmarks/bench_render.py [--store DIR]

The yardstick is a process that only imports pandas, pyarrow and Jinja2, run in turn with ours: the ratio says
how much we add, whatever the machine does meanwhile. Figures are in the cache after the first rendering; the
cold rendering draws them all. The exit code is 1 where a limit is missed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
YARDSTICK = (sys.executable, "-c", "import pandas, pyarrow.parquet, jinja2")


@dataclass(frozen=True)
class Case:
    """What is rendered, how often, and how long it may take on two cores (seconds; None: told only)."""

    name: str
    arguments: tuple[str, ...]
    limit: float | None
    runs: int
    cold: bool = False


CASES = (
    Case("all six, cold", ("--lang", "all"), None, 1, cold=True),
    Case("one language, md+html", ("--lang", "uk", "--format", "md,html"), 1.5, 7),
    Case("all six documents", ("--lang", "all"), 10.0, 3),
)


def seconds(command: tuple[str, ...], environment: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, cwd=CHECKOUT, check=True, stdout=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - start


def main() -> int:
    parser = argparse.ArgumentParser(description="Time rendering as whole processes.")
    parser.add_argument("--store", type=Path, default=CHECKOUT / "results")
    store = parser.parse_args().store.resolve()
    missed = False
    with tempfile.TemporaryDirectory(prefix="fxreport-bench-") as folder:
        places = {"FXREPORT_CACHE": f"{folder}/cache", "PYTHONPYCACHEPREFIX": f"{folder}/bytecode"}
        environment = {**os.environ, **places}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package has its bytecode
        build = (sys.executable, "-m", "fxreport", "build", "--no-run", "--store", str(store))
        for case in CASES:
            command = (*build, "--output", f"{folder}/output", *case.arguments)
            if not case.cold:
                seconds(command, environment)  # once for the files' and the interpreter's caches
            pairs = [
                (seconds(command, environment), seconds(YARDSTICK, environment)) for _ in range(case.runs)
            ]
            ours = statistics.median(a for a, _ in pairs)
            ratio = statistics.median(a / b for a, b in pairs)
            kept = case.limit is None or ours <= case.limit
            missed |= not kept
            told = "" if case.limit is None else f" of {case.limit:.1f} s   {'kept' if kept else 'MISSED'}"
            sys.stdout.write(f"{case.name:<24} {ours:6.2f} s, {ratio:5.1f} × the imports alone{told}\n")
            sys.stdout.flush()
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
