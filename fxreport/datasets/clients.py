"""Package registries' own command-line clients, run in a temporary folder: npm and apt-get."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from fxreport.system.download import Progress
from fxreport.vocabulary.errors import SourceError

TOTAL_SECONDS = 900.0
#: A client that brings no byte for so long is given up.
STALLED_SECONDS = 60.0
_POLL_SECONDS = 0.2
_URL = re.compile(r"https?://\S+")


class ClientFailed(SourceError):
    """A registry's client ended with an error; the message is its own."""


def npm_pack(package: str, version: str, size: int, folder: Path, progress: Progress) -> Path:
    """Download an npm package's archive of ``size`` bytes into ``folder`` and return its path.

    Nothing of the package is run. Raises SourceError where npm is missing, fails or stalls.
    """
    command = [
        _client("npm"), "pack", f"{package}@{version}", "--ignore-scripts", "--loglevel=error",
        # A cache of its own: its growth shows the progress, and nothing is left behind in the user's.
        f"--cache={folder / 'npm-cache'}", "--fetch-retries=1", "--fetch-retry-mintimeout=1000",
        "--fetch-retry-maxtimeout=1000", "--no-update-notifier",
    ]  # fmt: skip
    run_client(command, folder, f"npm {package} {version}", size, progress)
    return _only(folder, "*.tgz")


def apt_download(package: str, size: int, folder: Path, progress: Progress) -> Path:
    """Download a Debian package of about ``size`` bytes into ``folder`` and return its path.

    Nothing is installed. Where the machine's package lists are absent or too old, fresh ones are fetched into
    ``folder`` (the system's stay as they are, so no rights are needed) and the download is tried once more.
    Raises SourceError where apt-get is missing, fails or stalls.
    """
    apt = [_client("apt-get"), "-q", "-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=15"]
    try:
        run_client([*apt, "download", package], folder, f"apt {package}", size, progress)
    except ClientFailed:
        state = folder / "apt"
        for name in ("lists", "cache"):
            (state / name).mkdir(parents=True)
        own = [
            "-o", f"Dir::State::Lists={state / 'lists'}", "-o", f"Dir::Cache={state / 'cache'}",
            "-o", "Debug::NoLocking=1",
        ]  # fmt: skip
        run_client([*apt, *own, "update"], folder, "apt package lists", None, progress)
        run_client([*apt, *own, "download", package], folder, f"apt {package}", size, progress)
    return _only(folder, "*.deb")


def _client(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise SourceError(f"{name} is not installed")
    return path


def _only(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise SourceError(f"the client left {len(found)} files {pattern}")
    return found[0]


def run_client(
    command: Sequence[str], folder: Path, description: str, total: int | None, progress: Progress
) -> None:
    """Run ``command`` in ``folder`` until it ends; progress is the folder's growth in bytes, up to ``total``.

    Raises ClientFailed with the client's message, SourceError where it stalls or takes longer than
    TOTAL_SECONDS. The client and its children are ended whatever happens here, Ctrl-C included.
    """
    log_path = folder / "client.log"
    base = _size(folder)
    with log_path.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            env={**os.environ, "LC_ALL": "C"}, start_new_session=True,
        )  # fmt: skip
        try:
            started = grown = time.monotonic()
            size = base
            while process.poll() is None:
                try:
                    process.wait(_POLL_SECONDS)
                except subprocess.TimeoutExpired:
                    now = time.monotonic()
                    if (current := _size(folder)) != size:
                        size, grown = current, now
                        progress(description, _grown(base, size, total), total)
                    if now - grown > STALLED_SECONDS or now - started > TOTAL_SECONDS:
                        raise SourceError(f"{Path(command[0]).name} brought nothing more") from None
        finally:
            _end(process)
    if process.returncode:
        raise ClientFailed(_complaint(log_path, Path(command[0]).name, process.returncode))
    if total is not None:
        progress(description, total, total)


def _grown(base: int, size: int, total: int | None) -> int:
    grown = max(size - base, 0)
    # npm keeps two copies for a moment: in its cache and in the folder.
    return grown if total is None else min(grown, total)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.wait()


def _size(folder: Path) -> int:
    """Sum of the sizes of all files below; files may vanish meanwhile."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                total += (Path(parent) / name).lstat().st_size
    return total


def _complaint(log_path: Path, client: str, code: int) -> str:
    """Pick from a client's output what is wrong: ``npm error code E404``, ``E: Unable to locate …``."""
    for line in log_path.read_text(encoding="utf-8", errors="replace").splitlines():
        if line.startswith(("npm error code", "npm ERR! code")):
            return f"{client} answers {line.split()[-1]}"
        if line.startswith("E: "):
            return f"{client} answers: {_URL.sub('its mirror', line[3:]).strip()}"
    return f"{client} ended with exit code {code}"
