"""This machine's cache folder: where it is, locks on it, and notes of what this machine could not get."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import BinaryIO

from fxreport.system import places
from fxreport.vocabulary.text import parse_json

log = logging.getLogger("fxreport")

VARIABLE = "FXREPORT_CACHE"
#: After this long a note no longer keeps a build from trying the network again.
NOTE_LIFETIME = timedelta(days=7)


def cache_dir() -> Path:
    """Return the cache folder: ``$FXREPORT_CACHE``, else the platform's user cache. It need not exist yet.

    Where the latter is not there and cannot be made, it is a folder for this run alone. Raises ConfigError.
    """
    named = os.environ.get(VARIABLE)
    if named:
        return places.expanded(named, VARIABLE).absolute()
    from platformdirs import user_cache_dir

    try:
        usual = Path(user_cache_dir("fxreport", appauthor=False))
    except RuntimeError:  # there is no home
        usual = places.in_home(".cache", "fxreport")
    if usual.is_dir() or places.can_be_written(usual) or not places.lend(VARIABLE):
        return usual
    log.warning(
        "the cache folder %s cannot be made: what is fetched and computed is kept for this run alone; name "
        "one in the environment variable %s",
        usual,
        VARIABLE,
    )
    return Path(os.environ[VARIABLE])


def keras_home() -> Path:
    """Return where Keras keeps what it downloads: ``$KERAS_HOME``, else ``~/.keras``.

    Where the latter is not there and cannot be made, it is a folder of our cache. Raises ConfigError.
    """
    named = os.environ.get("KERAS_HOME")
    if named:
        return places.expanded(named, "KERAS_HOME")
    usual = places.in_home(".keras")
    return usual if usual.is_dir() or places.can_be_written(usual) else cache_dir() / "keras"


@cache
def tell_unusable(folder: Path, reason: str) -> None:
    """Say, once, that the cache cannot be written and is done without."""
    log.warning(
        "the cache folder %s cannot be written (%s): going on without it; free some space, make it writable, "
        "or name another one in the environment variable %s",
        folder,
        reason,
        VARIABLE,
    )


@contextmanager
def lock(path: Path) -> Iterator[None]:
    """Hold the one lock on ``path`` (a file ``<path>.lock`` beside it), waiting for whoever has it.

    Where the lock file cannot be made, that is told and the work goes on without.
    """
    from filelock import FileLock, Timeout

    lock_path = path.with_name(path.name + ".lock")
    guard = FileLock(lock_path)
    try:
        lock_path.parent.mkdir(parents=True, exist_ok=True)
        try:
            guard.acquire(timeout=0)
        except Timeout:
            log.info("waiting for another fxreport process to finish with %s", path)
            guard.acquire()
    except (OSError, NotImplementedError) as error:
        tell_unusable(path.parent, str(getattr(error, "strerror", None) or error))
    try:
        yield
    finally:
        guard.release()


def write_atomically(path: Path, text: str) -> None:
    """Write ``text`` as UTF-8, whole or not at all. Raises OSError."""
    with written_whole(path) as file:
        file.write(text.encode())


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """Give a file beside ``path`` to write to, and rename it into place at the end. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


@dataclass(frozen=True, slots=True)
class Note:
    """Why this machine could not get a resource, and when (ISO 8601, UTC) it last tried."""

    reason: str
    when: str


def is_stale(note: Note, now: datetime | None = None) -> bool:
    """Tell whether the note is too old to keep a build from trying again. An unreadable date is stale."""
    try:
        when = datetime.fromisoformat(note.when)
    except ValueError:
        return True
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    # A note "from the future" comes from a clock that was wrong: it must not hold forever.
    return abs((now or datetime.now(UTC)) - when) >= NOTE_LIFETIME


def known_unavailable() -> dict[str, Note]:
    """Return the notes by resource (``dataset:<name>``, ``weights:<extractor>``), stale ones included."""
    try:
        content = parse_json(_notes_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # Notes only save time: a lost or damaged file means that the network is tried again.
    if not isinstance(content, dict):
        return {}
    return {
        resource: Note(entry["reason"], entry["when"])
        for resource, entry in content.items()
        if isinstance(entry, dict)
        and isinstance(entry.get("reason"), str)
        and isinstance(entry.get("when"), str)
    }


def notes_in_force(data_dir: Path | None = None, weights_dir: Path | None = None) -> dict[str, Note]:
    """Return the notes that keep a build from trying again, by resource.

    That is, those that are not stale, unless the user names a folder in which it may lie.
    """
    return {
        resource: note
        for resource, note in known_unavailable().items()
        if not is_stale(note) and named_folder(resource, data_dir, weights_dir) is None
    }


def named_folder(resource: str, data_dir: Path | None, weights_dir: Path | None) -> Path | None:
    """Return the folder that the user named for image sets or for weights, whichever the resource is."""
    return weights_dir if resource.startswith("weights:") else data_dir


def remember_unavailable(resource: str, reason: str) -> None:
    """Note that this machine could not get ``resource`` now, and why."""
    note = Note(reason, datetime.now(UTC).isoformat(timespec="seconds"))
    _rewrite_notes({resource: note}, forgotten=frozenset())


def forget_unavailable(resource: str | None = None) -> None:
    """Drop the note on ``resource``, or all notes."""
    known = known_unavailable()
    forgotten = frozenset(known) if resource is None else frozenset({resource})
    if forgotten & known.keys():
        _rewrite_notes({}, forgotten)


def _notes_path() -> Path:
    return cache_dir() / "unavailable.json"


def _rewrite_notes(added: Mapping[str, Note], forgotten: frozenset[str]) -> None:
    path = _notes_path()
    try:
        with lock(path):
            notes = {name: note for name, note in known_unavailable().items() if name not in forgotten}
            notes.update(added)
            entries = {name: asdict(note) for name, note in sorted(notes.items())}
            write_atomically(path, json.dumps(entries, indent=2, ensure_ascii=False) + "\n")
    except OSError as error:
        log.warning("what is unavailable on this machine could not be noted in %s: %s", path, error)
