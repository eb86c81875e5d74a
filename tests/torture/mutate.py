"""The store's code with one change at a time: is each seen by the store's tests?

    python tests/torture/mutate.py [--sites N] [--seed N] [--module NAME …]

A change turns a comparison, a condition or a constant, or leaves out a statement. The sites are drawn; each
is tried in a copy of the checkout, in a process with a limit of processor time. What lives is told with its
line: mend the tests, or see that the change makes no difference. Exits with 1 where anything lives.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import random
import resource
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTS = ("tests/store",)
#: a file whose bits all are flipped is long, and tells of the format
CHOSEN = "not flipped_bit"
#: seconds of the processor that a changed store's tests may take: some changes never end
LIMIT = 240
OTHER: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip


def changes(node: ast.AST) -> Iterator[Callable[[ast.AST], None]]:
    """What can be done to a node, in place."""
    match node:
        case ast.Compare():
            yield lambda n: n.ops.__setitem__(0, OTHER[type(n.ops[0])]())  # type: ignore[attr-defined]
        case ast.BoolOp():
            yield lambda n: setattr(n, "op", ast.Or() if isinstance(n.op, ast.And) else ast.And())  # type: ignore[attr-defined]
        case ast.If() | ast.IfExp() | ast.While():
            yield lambda n: setattr(n, "test", ast.UnaryOp(ast.Not(), n.test))  # type: ignore[attr-defined]
        case ast.Constant(value=bool()):
            yield lambda n: setattr(n, "value", not n.value)  # type: ignore[attr-defined]
        case ast.Constant(value=int()):
            yield lambda n: setattr(n, "value", n.value + 1)  # type: ignore[attr-defined]
        case ast.BinOp(op=ast.Sub()):
            yield lambda n: setattr(n, "op", ast.Add())
        case ast.BinOp(op=ast.BitOr()):
            yield lambda n: setattr(n, "op", ast.BitAnd())
        case ast.Expr(value=ast.Call()):
            yield lambda n: setattr(n, "value", ast.Constant(None))
        case ast.Return(value=ast.expr()):
            yield lambda n: setattr(n, "value", ast.Constant(None))


def sites(tree: ast.Module) -> list[tuple[int, Callable[[ast.AST], None]]]:
    """Places in the walk of the tree, without annotations and what is for type checkers."""
    left_out = set()
    for node in ast.walk(tree):
        for name in ("annotation", "returns"):
            if (told := getattr(node, name, None)) is not None:
                left_out |= {id(one) for one in ast.walk(told)}
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            left_out |= {id(one) for one in ast.walk(node)}
    return [
        (at, change)
        for at, node in enumerate(ast.walk(tree))
        if id(node) not in left_out
        for change in changes(node)
    ]


def lives(checkout: Path) -> bool:
    """Whether the tests pass in the checkout, in a process of its own."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    code = 1
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (LIMIT, LIMIT))
        os.chdir(checkout)
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        import pytest

        code = int(
            pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-k", CHOSEN, *TESTS])
        )
    finally:
        os._exit(code)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sites", type=int, default=60)
    parser.add_argument("--seed", type=int, default=14)
    parser.add_argument("--module", action="append", help="of fxreport/store, without .py (default: all)")
    options = parser.parse_args()
    # loaded once for all
    import hypothesis  # noqa: F401
    import pandas  # noqa: F401
    import pyarrow.parquet  # noqa: F401

    sys.dont_write_bytecode = True
    with tempfile.TemporaryDirectory(prefix="fxreport-mutation-") as place:
        checkout = Path(place) / "checkout"
        hidden = shutil.ignore_patterns(".git", "__pycache__", ".tox", "results", "examples")
        shutil.copytree(ROOT, checkout, ignore=hidden)
        (checkout / "results").mkdir()
        sys.path[:0] = [str(checkout)]
        os.environ |= {"PYTHONPATH": str(checkout), "PYTHONDONTWRITEBYTECODE": "1"}
        if not lives(checkout):
            sys.exit("the tests fail without any change")
        found = [
            (file, tree, at, change)
            for file in sorted((checkout / "fxreport/store").glob("*.py"))
            if not options.module or file.stem in options.module
            for tree in [ast.parse(file.read_text("utf-8"))]
            for at, change in sites(tree)
        ]
        drawn = random.Random(options.seed).sample(found, min(options.sites, len(found)))
        living = 0
        for file, tree, at, change in drawn:
            sound = file.read_text("utf-8")
            changed = copy.deepcopy(tree)
            node = list(ast.walk(changed))[at]
            was = ast.unparse(node).partition("\n")[0]
            change(node)
            file.write_text(ast.unparse(ast.fix_missing_locations(changed)), "utf-8")
            if lives(checkout):
                living += 1
                is_now = ast.unparse(node).partition("\n")[0]
                line = getattr(node, "lineno", 0)
                print(f"fxreport/store/{file.name}:{line}: lives: {was} -> {is_now}", flush=True)
            file.write_text(sound, "utf-8")
        used = sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
        print(f"{len(drawn)} of {len(found)} sites tried, {living} live; {used:.0f} s of the processor")
    return 1 if living else 0


if __name__ == "__main__":
    sys.exit(main())
