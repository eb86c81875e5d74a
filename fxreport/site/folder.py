"""The site's folder: replaced as a whole, so that who reads it sees the old site or the new one.

The new site is written beside, where what has not changed is linked and not written; then the two change
places. What is killed before leaves the old one as it was.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from fxreport.site.swap import beside, swap
from fxreport.system import manifest
from fxreport.system.manifest import Manifest, Output, digest
from fxreport.vocabulary.errors import OutputError

#: what the manifest calls the site
SITE = "site"
#: folders of the site that outlive it: they belong to those who write them
KEPT = frozenset({"runs"})


@dataclass(frozen=True, slots=True)
class Told:
    """How many files were written, were there already with the same bytes, and were removed."""

    written: int
    same: int
    removed: int


def foreign(folder: Path, known: Collection[str]) -> list[str]:
    """Files of the folder, by name, that are neither known nor kept, sorted."""
    if not folder.is_dir():
        return []
    found = (path.relative_to(folder) for path in folder.rglob("*") if not path.is_dir() or path.is_symlink())
    names = (path.as_posix() for path in found if path.parts[0] not in KEPT)
    return sorted(name for name in names if name not in known and name != manifest.NAME)


def check(folder: Path, record: Manifest, *, force: bool = False) -> None:
    """Raise OutputError where the folder cannot be, or holds what fxreport did not write."""
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder} is no folder; give another with --output")
    if not force and (others := foreign(folder, record.outputs.get(SITE, {}))):
        more = f" and {len(others) - 1} more" if len(others) > 1 else ""
        raise OutputError(
            f"{folder} holds files that are not of the site ({others[0]}{more}); give another folder with "
            "--output, or --force to leave them where they are"
        )


def replace_site(
    folder: Path,
    files: Iterable[tuple[PurePosixPath, bytes]],
    record: Manifest,
    *,
    facts: Mapping[str, object],
    kept: Mapping[PurePosixPath, bytes] | None = None,
    gone: Iterable[PurePosixPath] = (),
) -> Told:
    """Put the files in the place of those that the record names; the record's inputs go with them.

    ``kept`` are new files of the folders that outlive the site, ``gone`` those that they lose. Raises
    OutputError; then the folder is as it was.
    """
    folder = folder.resolve()
    before = record.outputs.get(SITE, {})
    with beside(folder, "--output") as fresh:
        made: dict[str, Output] = {}
        same = 0
        for path, data in files:
            if path.as_posix() in made:
                continue
            target = fresh / path
            target.parent.mkdir(parents=True, exist_ok=True)
            old = before.get(path.as_posix())
            if old is not None and old.digest == digest(data) and _linked(folder / path, target, old):
                same += 1
                made[path.as_posix()] = Output(old.size, target.stat().st_mtime_ns, old.digest)
                continue
            target.write_bytes(data)
            status = target.stat()
            made[path.as_posix()] = Output(status.st_size, status.st_mtime_ns, digest(data))
        for name in _carried(folder, before):
            (fresh / name).parent.mkdir(parents=True, exist_ok=True)
            if not (fresh / name).exists():
                shutil.copy2(folder / name, fresh / name, follow_symlinks=False)
        for path, data in (kept or {}).items():
            (fresh / path).parent.mkdir(parents=True, exist_ok=True)
            (fresh / path).write_bytes(data)
        for path in gone:
            (fresh / path).unlink(missing_ok=True)
        manifest.save(Manifest(record.inputs, {SITE: made}, facts), fresh)
        swap(fresh, folder)
    return Told(len(made) - same, same, len(before.keys() - made.keys()))


def _carried(folder: Path, before: Collection[str]) -> Iterator[str]:
    """Files that stay whatever the site becomes: kept ones and those of others."""
    yield from foreign(folder, before)
    for name in sorted(KEPT):
        yield from (
            path.relative_to(folder).as_posix()
            for path in sorted((folder / name).rglob("*"))
            if path.is_file()
        )


def _linked(old: Path, new: Path, written: Output) -> bool:
    """Make ``new`` the same file as ``old`` where this is as it was written."""
    try:
        status = old.lstat()
        if (status.st_size, status.st_mtime_ns) != (written.size, written.time) and (
            digest(old.read_bytes()) != written.digest
        ):
            return False
        try:
            new.hardlink_to(old)
        except OSError:  # file systems without links
            shutil.copy2(old, new)
    except OSError:
        return False
    return True
