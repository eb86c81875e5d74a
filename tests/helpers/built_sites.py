"""Small sites as a build leaves them, with their manifest, for tests of publishing."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import signal
import subprocess
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from fxreport.analysis.changes import Record, Run, read_run
from fxreport.analysis.changes.record import Cell
from fxreport.commands.site_publish import add_publish
from fxreport.site.history import History, extended
from fxreport.system import manifest
from fxreport.vocabulary.errors import FxReportError

PAGES = {
    "index.html": "<!doctype html><title>Site</title>",
    "uk/index.html": "<!doctype html><title>Сайт</title>\r\n",
    "en/data/rows — all.csv": "a,b\n1,2\n",
}


def write_history(site: Path, history: History) -> None:
    """Bring a site's folder to a history, as a build does when it puts the new site in place."""
    for path, data in history.files.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_bytes(data)
    for path in history.gone:
        (site / path).unlink(missing_ok=True)


def build(site: Path, value: float = 0.5, pages: Mapping[str, str] = PAGES, **more: str) -> Path:
    """Write a site whose pages tell the value, as a build does; its history takes the value in."""
    pages = {**pages, "en/value.html": f"{value}", **more}
    before = manifest.load(site).outputs.get("site", {})
    for name in before.keys() - pages.keys():
        (site / name).unlink()
    for name, text in pages.items():
        path = site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    write_history(site, extended(site, run(value)))
    files = manifest.as_written((site / name for name in pages), site)
    manifest.save(manifest.Manifest(outputs={"site": files}), site)
    return site


def run(value: float, support: str = "certain", date: str = "2026-11-30T10:00:00+00:00") -> Run:
    """A run of one claim, that custom_cnn is the best while the value is above 0.4, else raw_pixels."""
    best = "custom_cnn" if value > 0.4 else "raw_pixels"
    evidence = {"dataset": "mnist", "extractor": "custom_cnn", "metric": "ari", "value": value, "seeds": 3}
    claim = {
        "id": "winner/mnist",
        "kind": "winner",
        "dataset": "mnist",
        "metric": "ari",
        "subjects": [best],
        "value": max(value, 0.4),
        "support": support,
        "evidence": [evidence],
        "text": {"uk": f"Найкращий: {best}.", "en": f"The best: {best}."},
    }
    cells = {
        ("mnist", "custom_cnn", "ari"): Cell(value, 3),
        ("mnist", "raw_pixels", "ari"): Cell(0.4, 3),
    }
    record = Record(cells, (0, 1, 2), {"mnist": ("60/50",)}, {"numpy": ("2.0.0",)}, date)
    return read_run({"schema": 1, "claims": [claim]}, record)


def files(folder: Path) -> dict[str, bytes]:
    """What a folder holds, hidden files among it, by name."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def git(where: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(where), *arguments], capture_output=True, check=True)
    return done.stdout.decode().strip()


def branch_files(repository: Path, branch: str = "gh-pages") -> dict[str, bytes]:
    names = git(repository, "-c", "core.quotePath=off", "ls-tree", "-r", "--name-only", branch).splitlines()
    return {
        name: subprocess.run(
            ["git", "-C", str(repository), "cat-file", "blob", f"{branch}:{name}"],
            capture_output=True,
            check=True,
        ).stdout
        for name in names
    }


def killed_before(n: int, calls: Iterable[tuple[object, str]], act: Callable[[], bool]) -> bool:
    """Do something in a process that is killed before the n-th of the calls; True where it came to its end.

    ``calls`` are owners and names of functions. ``act`` tells whether it did what it should.
    """
    child = os.fork()
    if child:
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert status in (0, -signal.SIGKILL)
        return status == 0
    left = n

    def counted(call: Callable[..., object]) -> Callable[..., object]:
        def made(*arguments: object, **more: object) -> object:
            nonlocal left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*arguments, **more)

        return made

    status = 1
    try:
        for owner, name in calls:
            setattr(owner, name, counted(getattr(owner, name)))
        status = 0 if act() else 1
    finally:
        os._exit(status)


def site(*arguments: str) -> tuple[int | str, str]:
    """Run a subcommand of ``fxreport site``: its exit code, or the one line of an error; what it said."""
    parser = argparse.ArgumentParser()
    add_publish(parser.add_subparsers(required=True))
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        try:
            asked = parser.parse_args(arguments)
            return int(asked.run(asked)), said.getvalue()
        except FxReportError as error:
            return " ".join(str(error).splitlines()), said.getvalue()
