"""One file from a URL to the disk: quick to give up, taken up again, verified, landed by rename."""

from __future__ import annotations

import hashlib
import http
import http.client
import ssl
import threading
import urllib.error
import urllib.request
from pathlib import Path
from typing import Protocol

from fxreport.vocabulary.errors import SourceError

CONNECT_SECONDS = 6.0
_CHUNK = 1 << 16
_ATTEMPTS = 4


class Progress(Protocol):
    """Called now and then while bytes arrive; ``total_bytes`` is None where the server does not say."""

    def __call__(self, description: str, done_bytes: int, total_bytes: int | None) -> None: ...


def no_progress(description: str, done_bytes: int, total_bytes: int | None) -> None:
    """Show nothing."""


def sha256_of(path: Path) -> str:
    """Return the hex SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def download(url: str, target: Path, *, sha256: str | None, progress: Progress = no_progress) -> None:
    """Bring ``url`` to ``target`` by way of ``<target>.part`` beside it. Raises SourceError.

    A broken connection is tried again as long as bytes come. Where ``sha256`` is known the transfer goes on
    where it broke, also after a killed run; else it starts anew, for nothing would show that the two pieces
    are of one file. The caller holds a lock, so that no one else writes the same ``.part``.
    """
    part = target.with_name(target.name + ".part")
    try:
        taken_up = sha256 is not None and part.exists()
        _transfer(url, part, target.name, progress, resume=sha256 is not None)
        if taken_up and sha256_of(part) != sha256:
            part.unlink()
            _transfer(url, part, target.name, progress, resume=True)
        if sha256 is not None and sha256_of(part) != sha256:
            part.unlink()
            raise SourceError(f"{target.name} arrived with a wrong SHA-256")
        part.replace(target)
    except OSError as error:
        raise SourceError(f"{target} cannot be written ({error.strerror or error})") from error


#: A connection that breaks while bytes come. Some are OSErrors: what the disk raises must not be among them.
_BROKEN = (http.client.HTTPException, ConnectionError, TimeoutError, ssl.SSLError)


def _transfer(url: str, part: Path, description: str, progress: Progress, *, resume: bool) -> None:
    """Write ``part`` until it is whole."""
    for attempt in range(1, _ATTEMPTS + 1):
        if not resume:
            part.unlink(missing_ok=True)
        before = _size(part)
        try:
            _transfer_once(url, part, description, progress)
            return
        except _BROKEN as error:
            if _size(part) <= before or attempt == _ATTEMPTS:
                raise SourceError(f"the connection broke ({str(error) or type(error).__name__})") from error


def _transfer_once(url: str, part: Path, description: str, progress: Progress) -> None:
    """Append to ``part`` what the server has beyond it, or write it anew where the server gives all."""
    done = _size(part)
    request = urllib.request.Request(url, headers={"User-Agent": "fxreport"})
    if done:
        request.add_header("Range", f"bytes={done}-")
    try:
        response = _open(request)
    except urllib.error.HTTPError as error:
        if done and error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return  # Nothing comes after what is here; the hash says whether that is the file.
        raise SourceError(f"the server answers {error.code} {error.reason}") from error
    except urllib.error.URLError as error:
        raise SourceError(f"not reachable ({error.reason})") from error
    with response:
        if response.status != http.HTTPStatus.PARTIAL_CONTENT:
            done = 0
        length = response.headers.get("Content-Length")
        total = done + int(length) if length is not None else None
        part.parent.mkdir(parents=True, exist_ok=True)
        with part.open("ab" if done else "wb") as file:
            progress(description, done, total)
            while chunk := response.read(_CHUNK):
                file.write(chunk)
                done += len(chunk)
                progress(description, done, total)
    if total is not None and done < total:
        raise ConnectionError(f"{done} of {total} bytes came")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _open(request: urllib.request.Request) -> http.client.HTTPResponse:
    """Open within CONNECT_SECONDS in all.

    urllib's own timeout holds for each address of a host, and not at all for looking the name up, which can
    take minutes on a machine behind a silent firewall; so the attempt runs in a thread that can be left.
    """
    outcome: list[http.client.HTTPResponse | BaseException] = []
    given_up = threading.Event()

    def attempt() -> None:
        try:
            response = urllib.request.urlopen(request, timeout=CONNECT_SECONDS)  # nosec B310  # from our catalogue
        except (OSError, http.client.HTTPException) as error:
            outcome.append(error)
            return
        if given_up.is_set():
            response.close()
        else:
            outcome.append(response)

    thread = threading.Thread(target=attempt, name="fxreport-connect", daemon=True)
    thread.start()
    thread.join(CONNECT_SECONDS)
    if not outcome:
        given_up.set()
        raise urllib.error.URLError(f"no answer within {CONNECT_SECONDS:g} s")
    if isinstance(outcome[0], BaseException):
        raise outcome[0]
    return outcome[0]
