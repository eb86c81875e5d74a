"""Code of others: installed packages' entry points, and files and modules that are named."""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Callable, Container, Iterator, Mapping
from functools import lru_cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from fxreport.vocabulary.errors import ConfigError
from fxreport.vocabulary.nearest import unknown

#: folders of many packages, where a neighbour is no part of a plug-in
_SHARED_FOLDERS = frozenset({"site-packages", "dist-packages"})
#: how the modules of named files are called begins with it
OWN_MODULE = "fxreport_own_"
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
    kind = entry.group.rpartition(".")[2].removesuffix("s")
    return _imported_by(entry.load, f"the plug-in {kind} {entry.name!r} ({entry.value})")


def load_object(place: str, attribute: str) -> Any:
    """What a Python file (``place`` ends in ``.py``) or an installed module has under a name.

    While a file is imported, modules beside it are found where there are no others of their names; at no
    other time is its folder looked into. Raises ConfigError where it can't be imported or has no such name.
    """
    file = Path(place)
    found = _imported_by(
        (lambda: _module_of_file(file)) if file.suffix == ".py" else (lambda: import_module(place)), place
    )
    if not hasattr(found, attribute):
        names = [
            name
            for name, value in vars(found).items()
            if not name.startswith("_") and not isinstance(value, ModuleType)
        ]
        raise ConfigError(f"{place}: {unknown('name', attribute, names)}")
    return getattr(found, attribute)


def _imported_by(load: Callable[[], Any], what: str) -> Any:
    try:
        return load()
    # Importing a stranger's module can raise anything, and must not take the others down with it.
    except (Exception, SystemExit) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        if isinstance(error, SystemExit):
            reason = "it ends the process (SystemExit)"
        raise ConfigError(f"{what} cannot be imported: {reason}") from error


def _module_of_file(file: Path) -> ModuleType:
    """Import a file as a module of a name that no other has; once for its content and its neighbours'."""
    path = file.resolve()
    sources = _contents(sources_of(path))
    if not sources:
        raise ConfigError("there is no such file")
    place = hashlib.blake2b(str(path).encode(), digest_size=4).hexdigest()
    name = f"{OWN_MODULE}{path.stem}_{place}_{_digest(sources)}"
    if name in sys.modules:
        return sys.modules[name]
    spec = spec_from_file_location(name, path)
    assert spec is not None  # the name ends in .py
    assert spec.loader is not None
    before, writes = set(sys.modules), sys.dont_write_bytecode
    sys.dont_write_bytecode = True  # which would hide a change within one second
    sys.modules[name] = module = module_from_spec(spec)
    sys.path.append(str(path.parent))
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    finally:
        sys.dont_write_bytecode = writes
        sys.path.remove(str(path.parent))
        # another file may have other modules of the same names beside it
        for one in sys.modules.keys() - before - {name}:
            beside = Path(getattr(sys.modules[one], "__file__", None) or "")
            if beside.is_relative_to(path.parent) and not _SHARED_FOLDERS & set(beside.parts):
                del sys.modules[one]
    return module


def code_of(entry: EntryPoint) -> str:
    """Return a digest over a plug-in's source: its module, and what that imports of its own package.

    Of a module that lies in a project's folder, what it imports from that folder. "" where there is no
    source to read. Raises ConfigError where it can't be imported.
    """
    return _code(entry.module, load(entry))


def code_of_object(place: str, attribute: str) -> str:
    """Return a digest over the source of what ``load_object`` gives, or over the version of its package.

    A package that is installed is told by its version where it has one. Raises ConfigError as it does.
    """
    loaded = load_object(place, attribute)
    if place.endswith(".py"):
        return _digest(_contents(sources_of(Path(place))))
    top = place.partition(".")[0]
    folder, version = _folder(top), getattr(sys.modules.get(top), "__version__", None)
    if version is not None and (folder is None or folder.name in _SHARED_FOLDERS):
        return f"{top} {version}"
    return _code(place, loaded)


def sources_of(file: Path) -> dict[str, Path]:
    """Return a Python file, and those beside it that it imports, by module. Nothing is run."""
    folder = file.parent
    found: dict[str, Path] = {}
    if file.is_file():
        found = {file.stem: file}
        beside = list(_imported(file.read_bytes(), ""))
        found |= _closure(folder, beside, lambda name: False, found)
    return found


def _code(module: str, loaded: Any) -> str:
    ours = getattr(loaded, "__mro__", (loaded,))
    top = module.partition(".")[0]
    folder = _folder(top)
    if folder is None:
        return ""

    def elsewhere(name: str) -> bool:
        return name.partition(".")[0] != top and folder.name in _SHARED_FOLDERS

    ahead = [module, *(getattr(one, "__module__", None) or "" for one in ours)]
    found = _closure(folder, ahead, elsewhere, {})
    return _digest(_contents(found))


def _closure(
    folder: Path, ahead: list[str], elsewhere: Callable[[str], bool], known: Container[str]
) -> dict[str, Path]:
    """Files in a folder of modules that lie ahead and of what these import."""
    found: dict[str, Path] = {}
    while ahead:
        name = ahead.pop()
        if name in found or name in known or name.partition(".")[0] in ("", _OURS) or elsewhere(name):
            continue
        path = folder.joinpath(*name.split("."))
        file = next((one for one in (path / "__init__.py", path.with_suffix(".py")) if one.is_file()), None)
        if file is not None:
            found[name] = file
            package = name if file.stem == "__init__" else name.rpartition(".")[0]
            ahead += _imported(file.read_bytes(), package)
    return found


def _contents(files: Mapping[str, Path]) -> dict[str, bytes]:
    return {name: file.read_bytes() for name, file in files.items()}


def _digest(sources: Mapping[str, bytes]) -> str:
    digest = hashlib.blake2b(digest_size=8)
    for name, content in sorted(sources.items()):
        source = content.replace(b"\r\n", b"\n")
        digest.update(f"{name} {len(source)}\n".encode() + source)
    return digest.hexdigest() if sources else ""


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
