"""Time rendering as whole processes, side by side with what every such tool must do at the least.

    python benchmarks/bench_render.py [--store DIR]

The yardstick is a process that only imports the libraries that text and page need, run in turn with ours: we
are told by how much processor time, of all processes started, ours takes more. Figures are in the cache after
the first rendering; the cold rendering draws them all. The exit code is 1 where a limit is missed.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
YARDSTICK = (sys.executable, "-c", "import pandas, pyarrow.parquet, scipy.special, babel.dates, jinja2")


@dataclass(frozen=True)
class Case:
    """What is rendered, how often, and what processor time it may take."""

    name: str
    arguments: tuple[str, ...]
    runs: int
    cold: bool = False
    cpu: float | None = None


CONCLUSIONS = ("--document", "conclusions")
CASES = (
    Case("all, cold", ("--lang", "all"), 1, cold=True),
    Case("conclusions.pdf", (*CONCLUSIONS, "--lang", "uk", "--format", "pdf"), 3, cpu=3.0),
    Case("all six conclusions", (*CONCLUSIONS, "--lang", "all"), 3, cpu=6.0),
    Case("technical.html", ("--document", "technical", "--lang", "uk", "--format", "html"), 3, cpu=2.0),
)


def seconds(command: tuple[str, ...], environment: dict[str, str]) -> tuple[float, float]:
    """Return processor time and time on the wall."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, cwd=CHECKOUT, check=True, stdout=subprocess.DEVNULL, env=environment)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def main() -> int:
    parser = argparse.ArgumentParser(description="Time rendering as whole processes.")
    parser.add_argument("--store", type=Path, default=CHECKOUT / "results")
    store = parser.parse_args().store.resolve()
    missed = False
    with tempfile.TemporaryDirectory(prefix="fxreport-bench-") as folder:
        places = {"FXREPORT_CACHE": f"{folder}/cache", "PYTHONPYCACHEPREFIX": f"{folder}/bytecode"}
        environment = {**os.environ, **places}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package has its bytecode
        build = (sys.executable, "-m", "fxreport", "render", "--force", "--store", str(store))
        for case in CASES:
            command = (*build, "--output", f"{folder}/output", *case.arguments)
            if not case.cold:
                seconds(command, environment)  # once for the files' and the interpreter's caches
            pairs = [
                (seconds(command, environment), seconds(YARDSTICK, environment)) for _ in range(case.runs)
            ]
            wall = statistics.median(ours[1] for ours, _ in pairs)
            cpu = statistics.median(ours[0] for ours, _ in pairs)
            more = statistics.median(ours[0] - imports[0] for ours, imports in pairs)
            ratio = statistics.median(ours[0] / imports[0] for ours, imports in pairs)
            told = f"{case.name:<24} {wall:6.2f} s; {cpu:5.2f} s of processor time"
            told += f", {more:5.2f} s more than imports, {ratio:4.1f} ×"
            if case.cpu is not None:
                missed |= cpu > case.cpu
                told += f"   {cpu:.2f} of {case.cpu:.1f} s {'MISSED' if cpu > case.cpu else 'kept'}"
            sys.stdout.write(f"{told}\n")
            sys.stdout.flush()
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
