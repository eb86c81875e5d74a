"""Time the audit as whole processes, beside a process that only imports and runs the Markdown parser.

    python benchmarks/bench_audit.py [--document FILE]

The document is the labelled original of the test corpus. The yardstick, run in turn with ours, says what
parsing alone costs, whatever the machine does meanwhile. The exit code is 1 where the limit is missed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
DOCUMENT = CHECKOUT / "tests" / "data" / "audit" / "original_uk.md"
PARSING = (
    "import sys; from markdown_it import MarkdownIt; "
    "MarkdownIt('commonmark').enable('table').parse(open(sys.argv[1], encoding='utf-8').read())"
)
LIMIT = 1.0  # seconds, for some 500 lines on two cores
RUNS = 9


def seconds(command: tuple[str, ...]) -> float:
    start = time.perf_counter()
    # the audit's exit code is 1 where it finds contradictions
    done = subprocess.run(
        command,
        cwd=CHECKOUT,
        check=False,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
    )
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr.decode())
    return time.perf_counter() - start


def main() -> int:
    parser = argparse.ArgumentParser(description="Time the audit as whole processes.")
    parser.add_argument("--document", type=Path, default=DOCUMENT)
    document = str(parser.parse_args().document.resolve())
    lines = len(Path(document).read_text("utf-8").splitlines())
    ours = (sys.executable, "-m", "fxreport", "audit", document)
    parsing = (sys.executable, "-c", PARSING, document)
    seconds(ours)  # once for the files' and the interpreter's caches
    pairs = [(seconds(ours), seconds(parsing)) for _ in range(RUNS)]
    median = statistics.median(a for a, _ in pairs)
    ratio = statistics.median(a / b for a, b in pairs)
    kept = median <= LIMIT
    sys.stdout.write(
        f"audit of {lines} lines: {median:.2f} s of {LIMIT:.1f} s, {ratio:.1f} × parsing alone   "
        f"{'kept' if kept else 'MISSED'}\n"
    )
    return int(not kept)


if __name__ == "__main__":
    sys.exit(main())
