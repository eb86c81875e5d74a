"""Folders of this machine, where it has no home or none that can be written: a container's, a service's.

What a library or the cache cannot do without is lent for the run: a folder that goes with the process, and
that its children find by the same variable.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from fxreport.vocabulary.errors import ConfigError

_lent: set[str] = set()


def expanded(text: str, variable: str) -> Path:
    """The folder that an environment variable names. Raises ConfigError where it is that of no user here."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise ConfigError(f"{variable} is {text}, and there is no such user here; name a folder") from None


def in_home(*parts: str) -> Path:
    """A path below the user's home; it is not absolute where there is none."""
    return Path(os.path.expanduser("~"), *parts)  # noqa: PTH111 - Path's raises where there is none


def can_be_written(folder: Path) -> bool:
    """Whether files can be made in the folder, which may have to be made first."""
    if not folder.is_absolute():
        return False
    there = next((one for one in (folder, *folder.parents) if one.exists()), folder)
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def is_lent(variable: str) -> bool:
    return variable in _lent


def lend(variable: str) -> bool:
    """Let the variable name a folder for this run; return whether one could be made."""
    try:
        folder = tempfile.mkdtemp(prefix="fxreport-")
    except OSError:
        return False
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ[variable] = folder
    _lent.add(variable)
    return True


NUMBA, MATPLOTLIB = "NUMBA_CACHE_DIR", "MPLCONFIGDIR"


@cache
def for_numba() -> None:
    """Before UMAP is imported: without a folder for compiled code, Numba raises."""
    if not numba_has():
        lend(NUMBA)


@cache
def for_matplotlib() -> None:
    """Before matplotlib is imported: without its folders, it warns and looks for fonts in every process."""
    if not matplotlib_has():
        lend(MATPLOTLIB)


def numba_has() -> bool:
    """Whether Numba can keep UMAP's compiled code: where it is told to, beside the code, or in the cache."""
    umap = find_spec("umap")
    beside = [Path(place) / "__pycache__" for place in (umap and umap.submodule_search_locations) or ()]
    return any(map(can_be_written, (*_named(NUMBA), *beside, _xdg("XDG_CACHE_HOME", ".cache") / "numba")))


def matplotlib_has() -> bool:
    if named := _named(MATPLOTLIB):
        return can_be_written(named[0])
    if not sys.platform.startswith(("linux", "freebsd")):
        return can_be_written(in_home(".matplotlib"))
    folders = _xdg("XDG_CONFIG_HOME", ".config"), _xdg("XDG_CACHE_HOME", ".cache")
    return all(can_be_written(folder / "matplotlib") for folder in folders)


def _named(variable: str) -> tuple[Path, ...]:
    return (Path(os.environ[variable]),) if os.environ.get(variable) else ()


def _xdg(variable: str, usual: str) -> Path:
    return next(iter(_named(variable)), in_home(usual))
