"""What is published: a build's files as its manifest has them, and a mark for the next publishing.

The mark names each file of the site with its digest. So what somebody else put there, or changed, is seen
before it is replaced.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Protocol

from fxreport.site.history import RUN, RUNS, read_editions
from fxreport.system import manifest
from fxreport.system.manifest import digest
from fxreport.vocabulary.errors import InputError, OutputError
from fxreport.vocabulary.text import parse_json

MARK = ".fxreport-site.json"
SCHEMA = 1
#: GitHub Pages takes files as they are, and the address that the site has of its own
NO_JEKYLL, CNAME = ".nojekyll", "CNAME"
_OF_HOST = frozenset({NO_JEKYLL, CNAME})

#: a file that lies in the build, or what it is to hold
Files = Mapping[str, Path | bytes]


@dataclass(frozen=True, slots=True)
class Settings:
    """``message`` of the commit, "" for the usual one; ``cname``: the site's own host name, "" for none."""

    message: str = ""
    cname: str = ""
    force: bool = False


class Target(Protocol):
    """Where a site is published."""

    @property
    def name(self) -> str:
        """What messages call it."""
        ...

    def present(self) -> dict[str, str]:
        """The files that are there, by name → digest of what they hold."""
        ...

    def read(self, name: str) -> bytes:
        """What one of them holds."""
        ...

    def replace(self, files: Files, carried: frozenset[str], message: str) -> bool:
        """Put the files there, beside those ``carried``, in place of all others; False where they are there.

        Raises OutputError; then what was published before is still there.
        """
        ...


@dataclass(frozen=True, slots=True)
class _Mark:
    """``files`` by digest; ``others`` are somebody else's, left where they were by ``--force``."""

    files: Mapping[str, str] = field(default_factory=dict)
    others: frozenset[str] = frozenset()


def publish(site: Path, target: Target, settings: Settings) -> bool:
    """Publish the site built in a folder; False where it is published already.

    Raises InputError for a broken build; OutputError for a target that holds anything else than a site as
    published before, unless forced, or that cannot be written.
    """
    files = dict(built(site))
    present = target.present()
    mark = _read_mark(target, present)
    others = mark.others & present.keys()
    if settings.force:
        others |= present.keys() - mark.files.keys() - files.keys() - _OF_HOST - {MARK}
    else:
        _check(target, mark, present)
    others |= _unknown_editions(target, files, present, force=settings.force)
    files[NO_JEKYLL] = b""
    if settings.cname:
        files[CNAME] = f"{settings.cname}\n".encode()
    carried = others - files.keys() | ({CNAME} & present.keys() - files.keys())
    digests = {name: digest(_bytes(data)) for name, data in sorted(files.items())}
    told = {"schema": SCHEMA, "files": digests, "others": sorted(others - files.keys())}
    files[MARK] = (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()
    return target.replace(files, frozenset(carried), settings.message or _message(site))


def built(site: Path) -> Files:
    """Return the files of a built site, those of its editions among them.

    Raises InputError where it was not built whole, or its files are not as the build wrote them.
    """
    record = manifest.load(site)
    if not any(record.outputs.values()):
        raise InputError(f"{site}: holds no built site; build it with fxreport site build")
    files: dict[str, Path | bytes] = {}
    for output, names in record.outputs.items():
        for name in names:
            path = PurePosixPath(name)
            if path.is_absolute() or ".." in path.parts or "\n" in name or (site / path).is_symlink():
                raise InputError(f"{site}: its manifest names {name!r}, no file of a site; build it anew")
            files[name] = site / path
        if not record.intact(output, site):
            wrong = next(name for name in names if not _as_written(site, name, names[name]))
            raise InputError(
                f"{site / wrong}: is not as the build wrote it; build the site anew with --force"
            )
    if "index.html" not in files:
        raise InputError(f"{site}: has no index.html; build it with fxreport site build")
    for edition in read_editions(site):
        for kept in sorted((site / edition.folder).iterdir()):
            if kept.is_file() and not kept.name.startswith("."):
                files[kept.relative_to(site).as_posix()] = kept
    return files


def _as_written(site: Path, name: str, written: manifest.Output) -> bool:
    return manifest.Manifest(outputs={"": {name: written}}).intact("", site)


def _read_mark(target: Target, present: Mapping[str, str]) -> _Mark:
    if MARK not in present:
        return _Mark()
    try:
        told = parse_json(target.read(MARK))
        if told["schema"] != SCHEMA:
            raise ValueError(told["schema"])
        return _Mark({str(k): str(v) for k, v in told["files"].items()}, frozenset(map(str, told["others"])))
    except (KeyError, TypeError, ValueError, AttributeError):
        return _Mark()


def _check(target: Target, mark: _Mark, present: Mapping[str, str]) -> None:
    """Refuse what is no site of ours, or not as it was published."""
    strange = sorted(present.keys() - mark.files.keys() - mark.others - _OF_HOST - {MARK})
    if present and not mark.files:
        raise OutputError(
            f"{target.name} holds {_some(strange)} and no site that fxreport published; "
            "give another, or --force to publish beside them"
        )
    known = {name: was for name, was in mark.files.items() if name not in _OF_HOST}
    strange += sorted(name for name, was in known.items() if present.get(name) != was)
    if strange:
        raise OutputError(
            f"{target.name} was changed since it was published: {_some(strange)}; take that away, or --force "
            "to publish over it"
        )


def _unknown_editions(
    target: Target, files: Files, present: Mapping[str, str], *, force: bool
) -> frozenset[str]:
    """Files of editions published before that the build does not know. They stay, whatever happens."""
    known = {PurePosixPath(name).parent for name in files}
    ends = {PurePosixPath(name).parent for name in present if PurePosixPath(name).name == RUN}
    unknown = {path for path in ends - known if path.is_relative_to(RUNS)}
    if unknown and not force:
        raise OutputError(
            f"{target.name} holds editions that this build does not know "
            f"({_some(sorted(map(str, unknown)))}): bring them with fxreport site runs, then build and "
            "publish, or --force to leave them out of the history"
        )
    return frozenset(name for name in present if PurePosixPath(name).parent in unknown)


def _message(site: Path) -> str:
    editions = read_editions(site)
    if not editions:
        return "Site"
    measured = f", measured by {editions[-1].date[:10]}" if editions[-1].date else ""
    return f"Edition {editions[-1].number} of the site{measured}"


def _some(names: list[str]) -> str:
    return names[0] + (f" and {len(names) - 1} more" if len(names) > 1 else "") if names else "files"


def _bytes(data: Path | bytes) -> bytes:
    return data if isinstance(data, bytes) else data.read_bytes()
