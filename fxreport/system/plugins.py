"""What installed packages bring through entry points."""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Callable, Container, Iterator
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from fxreport.vocabulary.errors import ConfigError

#: folders of many packages, where a neighbour is no part of a plug-in
_SHARED_FOLDERS = frozenset({"site-packages", "dist-packages"})
_OURS = __name__.partition(".")[0]


def plugins(group: str, taken: Container[str] = ()) -> dict[str, EntryPoint]:
    """Entry points of a group by name; a name that is taken cannot be taken over."""
    found = _installed(entry_points, group, tuple(sys.path))
    return {entry.name: entry for entry in found if entry.name not in taken}


@lru_cache(maxsize=64)
def _installed(find: Callable[..., Any], group: str, path: tuple[str, ...]) -> tuple[EntryPoint, ...]:
    """All packages' files are read for one group (25 ms), and planning asks for each step."""
    return tuple(find(group=group))


def load(entry: EntryPoint) -> Any:
    """What the entry point names. Raises ConfigError where it can't be imported."""
    try:
        return entry.load()
    # Importing a stranger's module can raise anything, and must not take the others down with it.
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        kind = entry.group.rpartition(".")[2].removesuffix("s")
        raise ConfigError(
            f"the plug-in {kind} {entry.name!r} ({entry.value}) cannot be imported: {reason}"
        ) from error


def code_of(entry: EntryPoint) -> str:
    """Return a digest over a plug-in's source: its module, and what that imports of its own package.

    Of a module that lies in a project's folder, what it imports from that folder. "" where there is no
    source to read. Raises ConfigError where it can't be imported.
    """
    loaded = load(entry)
    ours = getattr(loaded, "__mro__", (loaded,))
    top = entry.module.partition(".")[0]
    ahead = [entry.module, *(getattr(one, "__module__", None) or "" for one in ours)]
    found: dict[str, bytes] = {}
    folder = _folder(top)
    while ahead and folder is not None:
        name = ahead.pop()
        first = name.partition(".")[0]
        elsewhere = first in ("", _OURS) or (first != top and folder.name in _SHARED_FOLDERS)
        if name in found or elsewhere:
            continue
        path = folder.joinpath(*name.split("."))
        file = next((one for one in (path / "__init__.py", path.with_suffix(".py")) if one.is_file()), None)
        if file is not None:
            found[name] = file.read_bytes().replace(b"\r\n", b"\n")
            ahead += _imported(found[name], name if file.stem == "__init__" else name.rpartition(".")[0])
    digest = hashlib.blake2b(digest_size=8)
    for name, source in sorted(found.items()):
        digest.update(f"{name} {len(source)}\n".encode() + source)
    return digest.hexdigest() if found else ""


def installed(file: Path) -> bool:
    """Whether a module's file lies in a folder of installed packages, not in a project's."""
    return not _SHARED_FOLDERS.isdisjoint(file.parts)


def _folder(top: str) -> Path | None:
    """The folder that a package, or a module of the top, lies in."""
    file = getattr(sys.modules.get(top), "__file__", None)
    if file is None:
        return None
    return Path(file).parent.parent if Path(file).stem == "__init__" else Path(file).parent


def _imported(source: bytes, package: str) -> Iterator[str]:
    """Modules that a source may import, deferred imports included; ``package`` is what a dot stands for."""
    try:
        parsed = ast.parse(source)
    except SyntaxError:  # of another Python, or never imported
        return
    for node in ast.walk(parsed):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            yield module
            yield from (f"{module}.{one.name}" for one in node.names)
