"""Reads the package's imports from its sources; nothing is imported for it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "fxreport"
SOURCE = Path(__file__).resolve().parents[2] / PACKAGE


@dataclass(frozen=True)
class Import:
    """One import statement. ``target`` is absolute; ``deferred`` when it stands inside a function."""

    module: str
    line: int
    target: str
    deferred: bool

    @property
    def part(self) -> str | None:
        """The part of our package that is imported: ``store`` of ``fxreport.store.parquet``."""
        root, _, rest = self.target.partition(".")
        return rest.partition(".")[0] or None if root == PACKAGE else None

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.target}"


def imports_of(source: str, module: str, *, is_package: bool = False) -> Iterator[Import]:
    """Every import in a source text, those of ``importlib.import_module("…")`` included.

    Imports for annotations only (``if TYPE_CHECKING``) count as deferred: they bind nothing at run time,
    but they tie one part to another all the same.
    """

    def visit(node: ast.AST, deferred: bool) -> Iterator[Import]:
        for target in _targets(node, module, is_package):
            yield Import(module, getattr(node, "lineno", 0), target, deferred)
        inside = deferred or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        if isinstance(node, ast.If) and _is_type_checking(node.test):
            for child in node.body:
                yield from visit(child, True)
            for child in node.orelse:
                yield from visit(child, inside)
            return
        for child in ast.iter_child_nodes(node):
            yield from visit(child, inside)

    yield from visit(ast.parse(source), False)


def _is_type_checking(test: ast.expr) -> bool:
    return (test.id if isinstance(test, ast.Name) else getattr(test, "attr", "")) == "TYPE_CHECKING"


def _targets(node: ast.AST, module: str, is_package: bool) -> list[str]:
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=name, names=names, level=level):
            base = name or ""
            if level:
                package = module.split(".") if is_package else module.split(".")[:-1]
                anchor = package[: len(package) - level + 1]
                base = ".".join([*anchor, name] if name else anchor)
            # "from fxreport import store" names the part only in what is imported
            return [f"{base}.{alias.name}" if base == PACKAGE else base for alias in names]
        case ast.Call(func=ast.Attribute(attr="import_module") | ast.Name(id="import_module" | "__import__")):
            match node.args:
                case [ast.Constant(value=str(name)), *_]:
                    return [name]
    return []


def part_of(module: str) -> str:
    """``analysis`` of ``fxreport.analysis.rules.winner``; ``""`` for the package's root."""
    return module.partition(".")[2].partition(".")[0]


def sources() -> list[tuple[str, Path]]:
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        name = ".".join((PACKAGE, *path.relative_to(SOURCE).with_suffix("").parts))
        found.append((name.removesuffix(".__init__"), path))
    return found


def all_imports() -> list[Import]:
    return [
        item
        for module, path in sources()
        for item in imports_of(path.read_text("utf-8"), module, is_package=path.name == "__init__.py")
    ]
