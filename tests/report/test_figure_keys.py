"""A figure is drawn anew when the code that draws it changes, and not when another's does."""

from __future__ import annotations

import functools
import importlib
import sys
from pathlib import Path

import figure_examples as fe
import numpy as np
import pytest
from import_scan import SOURCE, imports_of

from fxreport.report.figures import cache

PACKAGE = "fxreport.report.figures"
FOLDER = SOURCE / "report" / "figures"
MODULES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "cache")


def imported(name: str) -> set[str]:
    """Modules of ours that a module of the folder imports, by the syntax tree of its source."""
    found = set()
    path = FOLDER / f"{name}.py"
    for item in imports_of(path.read_text("utf-8"), f"{PACKAGE}.{name}"):
        if item.target.startswith("fxreport"):
            found.add(item.target)
    return found


def reached(name: str) -> set[str]:
    import ast

    found, ahead = {"__init__"}, [name]
    while ahead:
        if (one := ahead.pop()) in found:
            continue
        found.add(one)
        for node in ast.walk(ast.parse((FOLDER / f"{one}.py").read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                base = node.module or ""
                if base == PACKAGE:
                    ahead += [alias.name for alias in node.names]
                elif base.startswith(f"{PACKAGE}."):
                    ahead.append(base.removeprefix(f"{PACKAGE}."))
    return found


@pytest.mark.parametrize("name", [name for name in MODULES if name != "__init__"])
def test_the_key_covers_all_that_a_module_imports(name: str) -> None:
    assert reached(name) <= cache.needed(f"{PACKAGE}.{name}")


@pytest.mark.parametrize("name", MODULES)
def test_figures_are_drawn_by_code_of_their_folder_alone(name: str) -> None:
    """What else of ours they ran would be missing in their keys; where the fonts are decides nothing."""
    outside = {target for target in imported(name) if not target.startswith(PACKAGE)}
    assert outside <= {"fxreport.system.resources"}


def test_the_key_covers_the_shared_modules_and_not_other_figures() -> None:
    needed = cache.needed(fe.speed.draw.__module__)
    assert {"speed", "style", "panels", "text", "svg"} <= needed
    assert needed.isdisjoint({"cache", "projections", "confusion"})


@pytest.mark.parametrize("module", ["fxreport.report.sections.detail", "functools", "", f"{PACKAGE}.gone"])
def test_code_from_elsewhere_takes_the_whole_folder(module: str) -> None:
    assert cache.needed(module) == set(MODULES)


@pytest.fixture
def changed(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names of the modules whose sources read as changed: a test adds to it."""
    names: set[str] = set()
    sources = dict(cache._sources())

    def read() -> dict[str, bytes]:
        return {name: text + b"#" * (name in names) for name, text in sources.items()}

    monkeypatch.setattr(cache, "_sources", read)
    monkeypatch.setattr(cache, "_code", cache._code.__wrapped__)
    return names


def test_a_figure_is_drawn_anew_after_a_change_of_what_draws_it(changed: set[str], tmp_path: Path) -> None:
    example = next(e for e in fe.examples() if e.name == "speed")
    calls = []

    @functools.wraps(example.draw)
    def draw(data: object) -> str:
        calls.append(data)
        return "<svg/>"

    figures = cache.FigureCache(tmp_path)
    drawn = []
    for step in ("", "projections", "cache", "speed", "style", "svg"):
        changed.add(step)
        figures.get_or_draw("speed", example.data, draw)
        drawn.append(len(calls))
    assert drawn == [1, 1, 1, 2, 3, 4]


FIGURE = """
from dataclasses import dataclass
from fxreport.report.figures.panels import line_panels
from fxreport.report.figures.svg import drawing


@dataclass(frozen=True)
class Ages:
    title: str
    years: object


@drawing()
def draw(data):
    figure, [axes] = line_panels([data.title], [True], 4, x_axis="", y_axis="", decimal=",", missing="")
    axes.plot(data.years, linewidth=1)
    return figure
"""


def test_a_figure_of_another_package_is_one_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is drawn, kept, and drawn anew when its own code changes."""
    path = tmp_path / "guest_figure.py"
    path.write_text(FIGURE)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(cache, "_code", cache._code.__wrapped__)
    figures = cache.FigureCache(tmp_path / "kept")

    def drawn() -> str:
        guest = importlib.import_module("guest_figure")
        importlib.reload(guest)
        return figures.get_or_draw("ages", guest.Ages("Вік", np.arange(4.0)), guest.draw)

    try:
        first = drawn()
        assert "Вік" in first
        assert drawn() == first
        assert len(list(figures.folder.iterdir())) == 1
        path.write_text(FIGURE.replace("linewidth=1", "linewidth=12"))
        assert drawn() != first
        assert len(list(figures.folder.iterdir())) == 2
    finally:
        sys.modules.pop("guest_figure", None)
