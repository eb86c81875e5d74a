"""Check what fxreport needs of this machine, and say what to do where something lacks."""

from __future__ import annotations

import argparse
import platform
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from fxreport.commands import options
from fxreport.commands.say import counted, tell
from fxreport.vocabulary.checkup import Finding, State
from fxreport.vocabulary.errors import FxReportError

_LEAST_PYTHON = (3, 11)
_LEAST_DISK = 2 * 1024**3
_LEAST_MEMORY = 4 * 1024**3
_BAD_INPUT = 2
#: so many packages of other versions are told by name
_TOLD = 5


def add_arguments(parser: options.Parser) -> None:
    options.add_config(parser)
    options.add_store(parser)


def run(arguments: argparse.Namespace) -> int:
    worst = 0
    for finding in examine(arguments):
        tell(finding, flush=True)
        if finding.state is State.PROBLEM:
            worst = _BAD_INPUT
    return worst


def examine(arguments: argparse.Namespace) -> Iterator[Finding]:
    """Yield what is found, one thing after the other. Loads neither TensorFlow nor an image."""
    yield python()
    yield from packages()
    yield from locked()
    yield pango()
    yield pandoc()
    yield fonts()
    yield catalogues()
    yield memory()
    yield cache()
    yield from libraries()
    yield from data(arguments)
    yield store(arguments)


def python() -> Finding:
    enough = sys.version_info[:2] >= _LEAST_PYTHON
    return Finding(
        State.OK if enough else State.PROBLEM,
        "Python",
        platform.python_version(),
        "" if enough else "install Python 3.11 or newer",
    )


def packages() -> Iterator[Finding]:
    """One finding for all packages that are there, and one for each that is not or is too old."""
    from importlib.metadata import PackageNotFoundError

    sound = []
    for name, least in requirements():
        try:
            found = _version_of(name)
        except PackageNotFoundError:
            yield Finding(State.PROBLEM, name, "not installed", f"pip install '{name}>={least}'")
            continue
        if _numbers(found) < _numbers(least):
            yield Finding(State.PROBLEM, name, f"{found} is too old", f"pip install '{name}>={least}'")
        else:
            sound.append(f"{name} {found}")
    yield Finding(State.OK, "packages", ", ".join(sound))


def requirements() -> list[tuple[str, str]]:
    """Return the packages that fxreport declares, with the least version of each ("0" where any will do)."""
    import tomllib
    from importlib.metadata import PackageNotFoundError, requires

    from fxreport.system.resources import resource

    project = resource("pyproject.toml")
    if project.is_file():  # in a checkout it says more than what an earlier installation remembers
        declared = tomllib.loads(project.read_text("utf-8"))["project"]["dependencies"]
    else:
        try:
            declared = [text for text in requires("fxreport") or [] if "extra ==" not in text]
        except PackageNotFoundError:
            declared = []
    found = [re.match(r"([\w.-]+)[^>]*(?:>=\s*([\d.]+))?", text) for text in declared]
    return list({match[1]: (match[1], match[2] or "0") for match in found if match}.values())


def locked() -> Iterator[Finding]:
    """In a checkout: which packages have other versions here than in the lock file."""
    from importlib.metadata import PackageNotFoundError

    from fxreport.system.resources import resource

    lock = resource("requirements.lock")
    if not lock.is_file():
        return
    pinned = re.findall(
        r"^([\w.-]+)==([^\s;]+)(?:[^\S\n]*;([^\\\n]*))?", lock.read_text("utf-8"), re.MULTILINE
    )
    others = []
    for name, wanted, marker in pinned:
        with suppress(PackageNotFoundError):
            if not marker and (found := _version_of(name)) != wanted:
                others.append(f"{name} {found} (locked: {wanted})")
    if others:
        told = ", ".join(others[:_TOLD]) + (f" and {len(others) - _TOLD} more" if len(others) > _TOLD else "")
        yield Finding(State.NOTE, "lock file", told, "pip install --require-hashes -r requirements.lock")
    else:
        yield Finding(State.OK, "lock file", "its versions are here")


def _version_of(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        if name != "tensorflow":
            raise
        return version("tensorflow-cpu")  # the same library in a smaller package


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def pango() -> Finding:
    """PDF needs Pango, a library of the system, which WeasyPrint looks for when it is loaded."""
    remedy = (
        "for PDF install Pango (Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0; "
        "macOS: brew install pango); md and html work without"
    )
    try:
        from weasyprint.text.ffi import pango as library
    except (ImportError, OSError) as error:
        reason = " ".join(str(error).split())
        return Finding(State.PROBLEM, "Pango", reason if len(reason) <= 80 else reason[:79] + "…", remedy)
    version = int(library.pango_version())  # 1.50.12 is 15012
    return Finding(State.OK, "Pango", f"{version // 10000}.{version // 100 % 100}.{version % 100}")


def pandoc() -> Finding:
    path = shutil.which("pandoc")
    if path is None:
        return Finding(State.NOTE, "Pandoc", "not installed", "needed for docx and tex alone")
    return Finding(State.OK, "Pandoc", path)


def fonts() -> Finding:
    """The font of glyphs that the document's own faces lack; it comes with matplotlib."""
    from importlib.util import find_spec

    spec = find_spec("matplotlib")
    for place in (spec.submodule_search_locations or []) if spec else []:
        file = Path(place) / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf"
        if file.is_file():
            return Finding(State.OK, "font", str(file))
    return Finding(
        State.PROBLEM, "font", "DejaVu Sans is not there", "pip install --force-reinstall matplotlib"
    )


def catalogues() -> Finding:
    from fxreport.system.resources import complete_languages, languages, resource

    found, whole = languages(), complete_languages()
    if found:
        said = (name if name in whole else f"{name} (partial)" for name in found)
        return Finding(State.OK, "languages", ", ".join(said))
    return Finding(State.PROBLEM, "languages", f"none in {resource('locale')}", "install fxreport again")


def memory() -> Finding:
    import psutil

    total = int(psutil.virtual_memory().total)
    enough = total >= _LEAST_MEMORY
    return Finding(
        State.OK if enough else State.NOTE,
        "memory",
        f"{total / 1024**3:.1f} GiB",
        "" if enough else "the standard profile needs up to 4 GiB; --profile quick needs less",
    )


def cache() -> Finding:
    from fxreport.system.cache import VARIABLE, cache_dir
    from fxreport.system.places import is_lent

    try:
        folder = cache_dir()
    except FxReportError as error:
        return Finding(State.PROBLEM, "cache", str(error))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        return Finding(
            State.PROBLEM,
            "cache",
            f"{folder}: {error.strerror or error}",
            "make it writable, or name another one in FXREPORT_CACHE",
        )
    if is_lent(VARIABLE):
        remedy = f"what is fetched goes with the run; name a folder in {VARIABLE}"
        return Finding(State.NOTE, "cache", f"{folder}, for one run alone", remedy)
    found = f"{folder}, {free / 1024**3:.1f} GiB free"
    if free < _LEAST_DISK:
        return Finding(State.NOTE, "cache", found, "all image sets and weights take about 2 GiB")
    return Finding(State.OK, "cache", found)


def libraries() -> Iterator[Finding]:
    """Folders that libraries write to, where there are none: nothing fails, but all is made anew."""
    from fxreport.system import places

    if not places.numba_has():
        remedy = f"UMAP is compiled anew by every run; name a folder in {places.NUMBA}"
        yield Finding(State.NOTE, "Numba", "no folder that it can write to", remedy)
    if not places.matplotlib_has():
        remedy = f"fonts are looked for anew by every run; name a folder in {places.MATPLOTLIB}"
        yield Finding(State.NOTE, "matplotlib", "no folder that it can write to", remedy)


def data(arguments: argparse.Namespace) -> Iterator[Finding]:
    from fxreport.commands.data import things

    try:
        for thing in things(arguments.config):
            remedy = "" if thing.here else f"fxreport data fetch {thing.name}, or let the build fetch it"
            yield Finding(State.OK if thing.here else State.NOTE, thing.title, thing.where, remedy)
    except FxReportError as error:
        yield Finding(State.PROBLEM, "configuration", str(error))


def store(arguments: argparse.Namespace) -> Finding:
    from fxreport.store import Store

    try:
        one = Store(arguments.store)
        found = f"{one.location}: {counted(len(one.keys()), 'experiment')}"
        problems = one.verify()
    except FxReportError as error:
        return Finding(State.PROBLEM, "store", str(error))
    if problems:
        return Finding(
            State.NOTE, "store", f"{found}, {counted(len(problems), 'problem')}", "fxreport store verify"
        )
    return Finding(State.OK, "store", found)
