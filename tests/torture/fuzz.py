"""Readers under atheris: files that reach code which no earlier one has reached (``tox -e fuzz``).

    python tests/torture/fuzz.py [--seconds N] [--kind KIND …]

Each kind starts from the sound file and the corpus of ``test_mutated_files``, in a process of its own with
bounds on memory and on the time of one file. What ends in anything but a refusal is left in
``corpus/KIND``, which the ordinary tests read. Exits with 1 where anything was found.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CORPUS = HERE / "corpus"
#: megabytes, and seconds for one file
MEMORY, LONGEST = 4096, 20


def one_kind(kind: str, folder: Path, seconds: int) -> None:
    """In a process of its own: never returns."""
    import atheris

    with atheris.instrument_imports(include=["fxreport", "tomllib", "tarfile", "zipfile"]):
        import test_mutated_files as files

        from fxreport.vocabulary.text import visible

        sound, read = files.kinds_of(ROOT, folder)[kind]
    seeds, path = folder / "seeds", folder / f"file.{kind}"
    seeds.mkdir()
    for n, content in enumerate([sound, *(one.read_bytes() for one in sorted((CORPUS / kind).glob("*")))]):
        (seeds / str(n)).write_bytes(content)

    def once(content: bytes) -> None:
        path.write_bytes(content)
        # letters that Unicode has not assigned yet are no order to a terminal
        said = visible(files.refusal(read, path, content))
        assert len(said.splitlines()) <= 1, said

    bounds = (
        f"-max_total_time={seconds}", f"-rss_limit_mb={MEMORY}", f"-timeout={LONGEST}", "-max_len=65536"
    )  # fmt: skip
    told = (f"-artifact_prefix={folder}/found-", "-print_final_stats=1")
    atheris.Setup([sys.argv[0], *bounds, *told, str(seeds)], once)
    atheris.Fuzz()


def main() -> int:
    sys.path[:0] = [str(HERE), str(ROOT / "tests/helpers")]
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=int, default=60, help="for each kind")
    parser.add_argument("--kind", action="append")
    parser.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.into:  # before anything of ours is imported
        one_kind(options.kind[0], options.into, options.seconds)
    from test_mutated_files import KINDS

    bad = 0
    for kind in options.kind or KINDS:
        with tempfile.TemporaryDirectory(prefix="fxreport-fuzz-") as place:
            more = ("--kind", kind, "--seconds", str(options.seconds), "--into", place)
            done = subprocess.run(
                [sys.executable, __file__, *more],
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
            )
            found = [path for path in Path(place).iterdir() if path.name.startswith("found-")]
            for path in found:
                (CORPUS / kind).mkdir(parents=True, exist_ok=True)
                (CORPUS / kind / path.name.removeprefix("found-")).write_bytes(path.read_bytes())
            executions = re.search(r"number_of_executed_units:\s*(\d+)", done.stderr)
            reached = re.findall(r"cov: (\d+)", done.stderr)
            print(
                f"{kind}: {executions[1] if executions else '?'} executions, "
                f"{reached[-1] if reached else '?'} places reached, {len(found)} found",
                flush=True,
            )
            if found or done.returncode:
                bad += 1
                print(done.stderr[-3000:])
    return 1 if bad else 0


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    sys.exit(main())
