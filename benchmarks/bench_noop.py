"""Processor time of a build with nothing to do, side by side with DVC's and Snakemake's on the same cells.

    python benchmarks/bench_noop.py [--store DIR] [--tools VENV]

- 15 cells: the part of the standard plan that the reference store holds, built once with all formats and then
  again and again; beside it, in turn, `dvc repro` and `snakemake` of a project with a stage (or job) a cell
  and one for the document, in which nothing has changed either. Whole processes, with all that they start.
  Both tools are installed into a virtual environment of the benchmark's own (or found in VENV).
- 10,000 experiments: a store of so many, of which the document shows the standard plan's.

The exit code is 1 where a limit is missed.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT))

DATASETS = ("mnist", "fashion_mnist", "cifar10")
VARIANTS = ("raw_pixels", "custom_cnn", "autoencoder", "efficientnet_lite0@32", "efficientnet_lite0@96")
CELLS = tuple(f"{dataset}-{variant}" for dataset in DATASETS for variant in VARIANTS)
ROUNDS = 7
#: of the faster of the two tools' processor time, at most
SHARE = 0.5
EXPERIMENTS, SECONDS = 10_000, 1.0


@dataclass(frozen=True)
class Tool:
    """A command that has nothing to do, and where it has it."""

    name: str
    command: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str]

    def run(self) -> str:
        return subprocess.run(
            self.command, cwd=self.folder, env=self.environment, check=True, capture_output=True, text=True
        ).stderr

    def seconds(self) -> tuple[float, float]:
        """Return processor time, of all processes that it waits for, and time on the wall."""
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        self.run()
        wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def others(folder: Path, tools: Path | None) -> list[Tool]:
    """Make a project of the cells for DVC and for Snakemake, and run each once. Those that can be had."""
    if tools is None:
        tools = folder / "venv"
        venv.create(tools, with_pip=True)
        pip = (str(tools / "bin" / "python"), "-m", "pip", "install", "--quiet", "dvc", "snakemake")
        ended = subprocess.run(pip, check=False, capture_output=True, text=True)
        if ended.returncode:
            reason = (ended.stderr.strip().splitlines() or ["pip failed"])[-1]
            sys.stdout.write(f"DVC and Snakemake: not to be had here ({reason})\n")
            return []
    scripts = tools / "bin"
    environment = {
        **os.environ,
        "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
        "DVC_NO_ANALYTICS": "1",
    }
    found = []
    for name, make, command in (
        ("DVC", dvc, (str(scripts / "dvc"), "repro")),
        ("Snakemake", snakemake, (str(scripts / "snakemake"), "--cores", "1")),
    ):
        place = folder / name
        (place / "cells").mkdir(parents=True)
        (place / "images").mkdir()
        for cell in CELLS:
            (place / "images" / cell).write_text(f"{cell}\n")
        make(place, scripts, environment)
        tool = Tool(name, command, place, environment)
        tool.run()
        found.append(tool)
    return found


def dvc(folder: Path, scripts: Path, environment: Mapping[str, str]) -> None:
    command = str(scripts / "dvc")
    for arguments in (("init", "--no-scm"), ("config", "core.check_update", "false")):
        subprocess.run((command, *arguments), cwd=folder, env=environment, check=True, capture_output=True)
    stages = [
        f"  cell{n}:\n    cmd: cp images/{cell} cells/{cell}\n"
        f"    deps: [images/{cell}]\n    outs: [cells/{cell}]\n"
        for n, cell in enumerate(CELLS)
    ]
    deps = "\n".join(f"      - cells/{cell}" for cell in CELLS)
    document = f"  document:\n    cmd: cat cells/* > document\n    deps:\n{deps}\n    outs: [document]\n"
    (folder / "dvc.yaml").write_text("stages:\n" + "".join(stages) + document)


def snakemake(folder: Path, scripts: Path, environment: Mapping[str, str]) -> None:
    (folder / "Snakefile").write_text(
        f"CELLS = {CELLS!r}\n\n"
        'rule document:\n    input: expand("cells/{cell}", cell=CELLS)\n    output: "document"\n'
        '    shell: "cat {input} > {output}"\n\n'
        'rule cell:\n    input: "images/{cell}"\n    output: "cells/{cell}"\n'
        '    shell: "cp {input} {output}"\n'
    )


def ours(store: Path, output: Path, environment: Mapping[str, str], *arguments: str) -> Tool:
    """Our build, run once, so that nothing is left to do."""
    extractors = ",".join(dict.fromkeys(variant.partition("@")[0] for variant in VARIANTS))
    command = (sys.executable, "build_report.py", "--strict", "--store", str(store), "--output", str(output))
    tool = Tool("fxreport", (*command, "--extractors", extractors, *arguments), CHECKOUT, environment)
    tool.run()
    said = tool.run()
    if "nothing to do" not in said:
        raise SystemExit(f"a second build found something to do: {said}")
    return tool


def enlarge(source: Path, target: Path) -> None:
    """Write the reference's experiments and, with other seeds and one measurement, as many as are wanted."""
    from fxreport.store import Store
    from fxreport.vocabulary.steps import Measurement, Step, StepResult

    shutil.copytree(source, target)
    store = Store(target)
    experiments = list(store.experiments().values())
    for number in range(EXPERIMENTS - len(experiments)):
        experiment = replace(experiments[number % len(experiments)], seed=1000 + number)
        store.write(StepResult(Step(experiment), (Measurement("dimension", 64.0),)))


def main() -> int:
    parser = argparse.ArgumentParser(description="Processor time of builds with nothing to do.")
    parser.add_argument("--store", type=Path, default=CHECKOUT / "results")
    parser.add_argument("--tools", type=Path, metavar="VENV", help="an environment with DVC and Snakemake")
    options = parser.parse_args()
    missed = False
    with tempfile.TemporaryDirectory(prefix="fxreport-bench-") as name:
        folder = Path(name)
        environment = {
            **os.environ,
            "FXREPORT_CACHE": f"{folder}/cache",
            "PYTHONPYCACHEPREFIX": f"{folder}/bytecode",
        }
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package has its bytecode
        build = ours(options.store.resolve(), folder / "output", environment)
        tools = others(folder, options.tools)
        rounds = [[tool.seconds()[0] for tool in (build, *tools)] for _ in range(ROUNDS)]
        for tool, times in zip((build, *tools), zip(*rounds, strict=True), strict=True):
            sys.stdout.write(f"{tool.name:<12} {statistics.median(times):6.3f} s for {len(CELLS)} cells\n")
        if tools:
            share = statistics.median(own / min(rest) for own, *rest in rounds)
            missed |= share > SHARE
            sys.stdout.write(f"{share:.2f} × the faster of {SHARE}   {'MISSED' if missed else 'kept'}\n")
        sys.stdout.flush()
        enlarge(options.store.resolve(), folder / "large")
        large = ours(folder / "large", folder / "of large", environment, "--format", "md")
        measured = [large.seconds() for _ in range(ROUNDS)]
        cpu, wall = (statistics.median(kind) for kind in zip(*measured, strict=True))
        kept = wall < SECONDS
        missed |= not kept
        sys.stdout.write(
            f"{EXPERIMENTS:,} experiments: {wall:.2f} s of {SECONDS} s, {cpu:.2f} s of processor time   "
            f"{'kept' if kept else 'MISSED'}\n"
        )
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
