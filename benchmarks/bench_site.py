"""Time the site as whole processes: cold, with nothing changed, with one template changed, and large.

    python benchmarks/bench_site.py [--store DIR] [--large]

The large one is of 1,000 extractors on 20 image sets, imported from a CSV file made up here; it also counts
the pages and weighs the heaviest before its figures. The exit code is 1 where a limit is missed. Limits are
on processor time: a machine that does other things meanwhile misses none.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
#: seconds of processor time: the first build, figures included; one with nothing to do; the large one
COLD, SAME, LARGE = 20.0, 1.0, 120.0
#: bytes of a page before its figures
HEAVIEST = 300 * 1024
EXTRACTORS, SETS = 1000, 20


def seconds(command: tuple[str, ...], environment: dict[str, str]) -> tuple[float, float]:
    """Return processor time and time on the wall."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, cwd=CHECKOUT, check=True, capture_output=True, env=environment)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def rows() -> Iterator[tuple[object, ...]]:
    """Quality and time of every extractor on every set, one run each."""
    chance = random.Random(0)
    for d in range(SETS):
        for e in range(EXTRACTORS):
            quality = 0.1 + 0.8 * chance.random()
            cell = f"set_{d:02}", f"extractor_{e:04}"
            yield *cell, "ari", round(quality, 4)
            yield *cell, "nmi", round(0.9 * quality, 4)
            yield *cell, "extraction_seconds", round(chance.lognormvariate(0, 1), 4)


def weights(site: Path) -> list[int]:
    """The bytes of every page without its figures."""
    found = []
    for path in site.rglob("*.html"):
        first, *others = path.read_text("utf-8").split("<svg role=")
        found.append(len((first + "".join(one.partition("</svg>")[2] for one in others)).encode()))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description="Time the site as whole processes.")
    parser.add_argument("--store", type=Path, default=CHECKOUT / "results")
    parser.add_argument("--large", action="store_true", help="also 1,000 extractors on 20 image sets")
    arguments = parser.parse_args()
    missed = False

    def tell(name: str, took: tuple[float, float], limit: float) -> None:
        nonlocal missed
        cpu, wall = took
        missed |= cpu > limit
        verdict = "MISSED" if cpu > limit else "kept"
        sys.stdout.write(
            f"{name:<24} {wall:6.2f} s; {cpu:6.2f} of {limit:5.1f} s of processor time {verdict}\n"
        )
        sys.stdout.flush()

    with tempfile.TemporaryDirectory(prefix="fxreport-bench-") as folder:
        environment = {**os.environ, "FXREPORT_CACHE": f"{folder}/cache"}
        fxreport = (sys.executable, "-m", "fxreport")
        build = (*fxreport, "site", "build", "--output", f"{folder}/site", "--store")
        tell("cold", seconds((*build, str(arguments.store.resolve())), environment), COLD)
        tell("nothing changed", seconds((*build, str(arguments.store.resolve())), environment), SAME)
        tell("written anew", seconds((*build, str(arguments.store.resolve()), "--force"), environment), COLD)
        if arguments.large:
            with Path(folder, "large.csv").open("w", newline="") as file:
                table = csv.writer(file)
                table.writerow(("dataset", "extractor", "metric", "value"))
                table.writerows(rows())
            store = f"{folder}/store"
            taken = (*fxreport, "store", "import", f"{folder}/large.csv", "--store", store)
            seconds(taken, environment)
            large = (*fxreport, "site", "build", "--output", f"{folder}/large", "--store", store)
            tell("large", seconds(large, environment), LARGE)
            found = weights(Path(folder, "large"))
            missed |= max(found) > HEAVIEST
            sys.stdout.write(
                f"{len(found)} pages, the heaviest {max(found) / 1024:.0f} KiB before its figures\n"
            )
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
