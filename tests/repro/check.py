"""Reproducibility, end to end (``tox -e repro``).

1. The reference store is rendered twice, in surroundings that differ in all that must not matter: folder,
   hash seed, time zone, locale, home. Every file must have the same bytes.
   Where other interpreters left the digests of theirs (``--digests``), these are compared too.
2. A small part of the standard plan is measured again into a store of its own. Every value that does not
   depend on the machine must lie within the spread that the reference shows over its seeds.

The fxreport that is installed is checked. Exits with 1 for a difference, and with the build's own
code where that fails.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from spread import by_cell, disagreements

ROOT = Path(__file__).resolve().parents[2]

SURROUNDINGS = (
    {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8"},
    {
        "PYTHONHASHSEED": "4711",
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "POSIX",
        "COLUMNS": "40",
        "OPENBLAS_CORETYPE": "Prescott",  # other last bits than this processor's own kernel
        "EXTRA": "x" * 4096,
    },
)
#: cheap, and of both kinds: deterministic, and trained
PART = ("--datasets", "mnist", "--extractors", "raw_pixels,autoencoder", "--seeds", "1")


def run(*arguments: str | Path, cwd: Path, env: dict[str, str] | None = None) -> None:
    """Run fxreport with these arguments; a failure ends the check with its exit code."""
    command = [sys.executable, "-m", "fxreport", *map(str, arguments)]
    surroundings = {key: value for key, value in os.environ.items() if key != "SOURCE_DATE_EPOCH"}
    status = subprocess.run(
        command, cwd=cwd, env=surroundings | (env or {}), stdout=subprocess.DEVNULL, check=False
    ).returncode
    if status:
        raise SystemExit(status)


def render(store: Path, folder: Path, surroundings: dict[str, str]) -> dict[str, bytes]:
    """Render every document into a folder of its own; file name → bytes."""
    home = folder / "home"
    home.mkdir(parents=True)
    output = folder / "output"
    run(
        "build", "--no-run", "--lang", "all", "--store", store, "--output", output,
        cwd=folder, env=surroundings | {"HOME": str(home), "FXREPORT_CACHE": str(home / "cache")},
    )  # fmt: skip
    return {
        path.relative_to(output).as_posix(): path.read_bytes()
        for path in sorted(output.rglob("*"))
        if path.is_file() and not path.name.startswith(".")  # when files were written is this machine's
    }


def check_interpreters(files: dict[str, bytes], folder: Path) -> list[str]:
    """Leave the digests of what was rendered, and compare them with those of other interpreters."""
    own = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
    version = ".".join(map(str, sys.version_info[:3]))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{version}.json").write_text(json.dumps(own, indent=1) + "\n", encoding="utf-8")
    found = []
    for file in sorted(folder.glob("*.json")):
        other = json.loads(file.read_text("utf-8"))
        print(f"Python {version} and {file.stem}: {len(own)} and {len(other)} files", flush=True)
        found += [
            f"{name}: differs between Python {version} and {file.stem}"
            for name in sorted(own.keys() | other.keys())
            if own.get(name) != other.get(name)
        ]
    return found


def check_rendering(store: Path, work: Path, digests: Path | None) -> list[str]:
    first, second = (
        render(store, work / f"surroundings {number}", surroundings)
        for number, surroundings in enumerate(SURROUNDINGS, start=1)
    )
    if not first:
        return ["nothing was rendered"]
    print(f"rendered twice: {len(first)} files, {sum(map(len, first.values()))} bytes", flush=True)
    return (check_interpreters(first, digests) if digests else []) + [
        f"{name}: differs between the two renderings"
        for name in sorted(first.keys() | second.keys())
        if first.get(name) != second.get(name)
    ]


def exported(store: Path, csv_file: Path) -> list[dict[str, str]]:
    run("store", "export", "--store", store, "--csv", csv_file, cwd=csv_file.parent)
    with csv_file.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def check_measuring(store: Path, work: Path) -> list[str]:
    again = work / "again"
    run(
        "build", "--fresh", "--strict", "--profile", "standard", *PART,
        "--format", "md", "--store", again, "--output", work / "again-output",
        cwd=work,
    )  # fmt: skip
    measured = exported(again, work / "again.csv")
    cells = by_cell(measured)
    reference = {
        cell: seeds for cell, seeds in by_cell(exported(store, work / "store.csv")).items() if cell in cells
    }
    print(f"measured again: {len(cells)} values compared", flush=True)
    if absent := sorted(cells.keys() - reference.keys()):
        return [f"{' '.join(cell)}: not in the reference" for cell in absent]
    return [str(item) for item in disagreements(reference, cells)]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--store", type=Path, default=ROOT / "results", help="the reference (default: results)"
    )
    parser.add_argument(
        "--work", type=Path, help="work in this folder and leave it (default: a temporary one)"
    )
    parser.add_argument("--digests", type=Path, help="leave digests here, and compare with those of others")
    parser.add_argument("--only", choices=("rendering", "measuring"), help="one of the two checks")
    options = parser.parse_args()
    store = options.store.resolve()
    found: list[str] = []
    with tempfile.TemporaryDirectory(prefix="fxreport-repro-") as temporary:
        work = (options.work or Path(temporary)).resolve()
        if options.only != "measuring":
            found += check_rendering(store, work, options.digests)
        if options.only != "rendering":
            found += check_measuring(store, work)
    print("\n".join(found) or "all agrees", flush=True)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
