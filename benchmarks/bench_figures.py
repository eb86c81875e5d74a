"""Time the figures of one document drawn anew and taken from the cache; weigh the files; time the first view.

    python benchmarks/bench_figures.py [--store DIR]

- Figures: the Markdown and the HTML page of one language as whole processes, with an empty figure cache (all
  figures of the plan are drawn) and with a full one, in turn; the ratio says how much the cache spares,
  whatever the machine does meanwhile.
- Sizes: the PDF, the HTML page and the contact sheet.
- First view: from the start of navigation to the first contentful paint of the page opened from a file, by
  headless Chromium's own clock, with a fresh profile each time; not without a Chromium on the PATH.

The exit code is 1 where a limit is missed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT / "tests"))
from browser import browser, chromium  # noqa: E402 - of the tests' folder

MIB = 2**20
PAIRS, VIEWS = 3, 5
#: contentful paints so far, in milliseconds since the navigation began; NaN until there is one
PAINTED = (
    "(performance.getEntriesByType('paint').find(e => e.name === 'first-contentful-paint') || {}).startTime"
)


@dataclass(frozen=True)
class Limit:
    """What was measured beside what it may be, in the unit of both; ``more`` is said behind."""

    name: str
    value: float
    most: float
    unit: str
    more: str = ""

    @property
    def kept(self) -> bool:
        return self.value <= self.most

    def __str__(self) -> str:
        told = f"{self.name:<28} {self.value:6.2f} {self.unit} of {self.most:g} {self.unit}"
        return f"{told}   {'kept' if self.kept else 'MISSED'}{self.more}"


def seconds(command: list[str], environment: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, cwd=CHECKOUT, check=True, stdout=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - start


def drawing(build: list[str], environment: dict[str, str], figures: Path) -> list[Limit]:
    """``figures`` is the figure cache's folder, which is emptied before each cold run."""
    command = [*build, "--lang", "uk", "--document", "all", "--format", "md,html"]
    seconds(command, environment)  # once for the files', the templates' and the interpreter's caches
    pairs = []
    for _ in range(PAIRS):
        shutil.rmtree(figures)
        pairs.append((seconds(command, environment), seconds(command, environment)))
    # the views keep the order of clusters there too
    count = sum(not entry.name.startswith("cluster-order-") for entry in figures.glob("*.figure"))
    cold, warm = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    return [
        Limit(f"{count} figures drawn", cold, 60, "s"),
        Limit("nothing changed", warm, 5, "s", f"; drawing takes {ratio:.1f} × as long"),
    ]


def sizes(output: Path) -> list[Limit]:
    return [
        Limit(name, (output / file).stat().st_size / MIB, most, "MiB")
        for name, file, most in (
            ("PDF of the conclusions", "conclusions.pdf", 1),
            ("page of the conclusions", "conclusions.html", 1),
            ("page of the technical report", "technical.html", 3),
            ("contact sheet", "figures/index.html", 3),
        )
    ]


def first_views(command: str, output: Path) -> list[Limit]:
    """The first contentful paint of the page and of the contact sheet, medians over fresh browsers."""
    found = []
    for name, file in (
        ("conclusions", "conclusions.html"),
        ("technical report", "technical.html"),
        ("contact sheet", "figures/index.html"),
    ):
        painted = [view(command, output / file) for _ in range(VIEWS)]
        found.append(Limit(f"first view of the {name}", statistics.median(painted), 1, "s"))
    return found


def view(command: str, page: Path) -> float:
    with (
        tempfile.TemporaryDirectory(prefix="fxreport-view-") as profile,
        browser(command, Path(profile)) as at,
    ):
        at.call("Page.navigate", url=page.as_uri())
        return float(at.wait(PAINTED)) / 1000


def main() -> int:
    parser = argparse.ArgumentParser(description="Time the figures and the first view, weigh the files.")
    parser.add_argument("--store", type=Path, default=CHECKOUT / "results")
    store = parser.parse_args().store.resolve()
    missed = False
    with tempfile.TemporaryDirectory(prefix="fxreport-bench-") as folder:
        output, cache = Path(folder, "output"), Path(folder, "cache")
        environment = {
            **os.environ,
            "FXREPORT_CACHE": str(cache),
            "PYTHONPYCACHEPREFIX": f"{folder}/bytecode",
        }
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package has its bytecode
        build = [sys.executable, "-m", "fxreport", "build", "--no-run", "--force", "--store", str(store)]
        build += ["--output", str(output)]
        limits = drawing(build, environment, cache / "figures")
        seconds([*build, "--lang", "uk"], environment)
        limits += sizes(output / "uk")
        if command := chromium():
            limits += first_views(command, output / "uk")
        else:
            sys.stdout.write("first view: no Chromium here\n")
        for limit in limits:
            missed |= not limit.kept
            sys.stdout.write(f"{limit}\n")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
