"""Time whole measuring runs, each as a process of its own, against the limits that the project promises.

    python benchmarks/bench_run.py [quick] [standard]

The images must be in the cache (``fxreport data fetch``). Results go to stdout, the runs' progress to stderr;
the exit code is 1 where a limit is missed.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
GIB = 2**30
#: VGG16 alone takes longer than the limit allows; a run says so beforehand
WITHOUT_VGG16 = "raw_pixels,custom_cnn,autoencoder,resnet50,mobilenet_v2,efficientnet_lite0"


@dataclass(frozen=True)
class Case:
    """A run and what it may take on two cores."""

    name: str
    arguments: tuple[str, ...]
    seconds: float
    bytes: int = 4 * GIB


CASES = {
    case.name: case
    for case in (
        Case("quick", ("--profile", "quick"), 90),
        Case("standard", ("--profile", "standard", "--seeds", "1", "--extractors", WITHOUT_VGG16), 480),
    )
}


def measure(case: Case) -> tuple[float, int]:
    """Return the seconds and the peak resident bytes of ``fxreport run`` into an empty store."""
    with tempfile.TemporaryDirectory(prefix="fxreport-bench-") as folder:
        command = [sys.executable, "-m", "fxreport", "run", "--offline", "--store", folder, *case.arguments]
        start = time.perf_counter()
        subprocess.run(command, cwd=CHECKOUT, check=True)
        seconds = time.perf_counter() - start
    # The largest child so far; the cases run from the smallest to the largest. Linux counts in KiB.
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024


def main() -> int:
    parser = argparse.ArgumentParser(description="Time whole measuring runs.")
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"{' or '.join(CASES)} (default: all)")
    asked = parser.parse_args().cases or list(CASES)
    if unknown := set(asked) - CASES.keys():
        parser.error(f"no such case: {', '.join(sorted(unknown))}")
    missed = False
    for case in (case for name, case in CASES.items() if name in asked):
        seconds, peak = measure(case)
        kept = seconds <= case.seconds and peak <= case.bytes
        missed |= not kept
        sys.stdout.write(
            f"{case.name:<10} {seconds:7.1f} s of {case.seconds:.0f} s   "
            f"{peak / GIB:5.2f} GiB of {case.bytes / GIB:.0f} GiB   {'kept' if kept else 'MISSED'}\n"
        )
        sys.stdout.flush()
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
