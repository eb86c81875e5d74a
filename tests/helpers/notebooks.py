"""Notebooks run without Jupyter; ``python tests/helpers/notebooks.py NOTEBOOK`` keeps the outputs.

A cell's last expression is shown as IPython would show it: by ``_repr_html_``, ``_repr_svg_``, ``repr``.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

Outputs = list[dict[str, Any]]


def run(notebook: Path, folder: Path) -> list[Outputs]:
    """Run a notebook's code in ``folder``; return the outputs of each of its cells of code."""
    names: dict[str, Any] = {"__name__": "__main__"}
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    with contextlib.chdir(folder):
        return [_run("".join(cell["source"]), names) for cell in cells if cell["cell_type"] == "code"]


def kept(notebook: Path) -> list[Outputs]:
    """Return the outputs that a notebook holds, of each of its cells of code."""
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    return [cell["outputs"] for cell in cells if cell["cell_type"] == "code"]


def text(outputs: Outputs) -> str:
    """The words of outputs: pictures are of a version of matplotlib."""
    said = ["".join(one.get("text", "")) for one in outputs]
    said += [
        "".join(part) for one in outputs for kind, part in one.get("data", {}).items() if "svg" not in kind
    ]
    return re.sub(r'src="data:[^"]*"', "", "\n".join(said))


def _run(source: str, names: dict[str, Any]) -> Outputs:
    body = ast.parse(source).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    printed, outputs = io.StringIO(), []
    with contextlib.redirect_stdout(printed):
        exec(compile(ast.Module(body, []), "cell", "exec"), names)
        value = None if last is None else eval(compile(ast.Expression(last.value), "cell", "eval"), names)
    if printed.getvalue():
        lines = printed.getvalue().splitlines(keepends=True)
        outputs.append({"name": "stdout", "output_type": "stream", "text": lines})
    if value is not None:
        shown = {"text/html": "_repr_html_", "image/svg+xml": "_repr_svg_"}
        data = {kind: str(getattr(value, of)()) for kind, of in shown.items() if hasattr(value, of)}
        data["text/plain"] = repr(value)
        lines = {kind: one.splitlines(keepends=True) for kind, one in data.items()}
        outputs.append(
            {"data": lines, "execution_count": None, "metadata": {}, "output_type": "execute_result"}
        )
    return outputs


if __name__ == "__main__":
    path = Path(sys.argv[1]).resolve()
    os.environ.setdefault("MPLBACKEND", "agg")
    document = json.loads(path.read_text("utf-8"))
    code = [cell for cell in document["cells"] if cell["cell_type"] == "code"]
    for number, (cell, outputs) in enumerate(zip(code, run(path, path.parent), strict=True), start=1):
        cell["outputs"], cell["execution_count"] = outputs, number
        for one in outputs:
            if "execution_count" in one:
                one["execution_count"] = number
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
