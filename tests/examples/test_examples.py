"""What a newcomer is told to do works: the ten-minute page, both examples, the notebook."""

from __future__ import annotations

import csv
import importlib.util
import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import notebooks
import pytest
from once import bare_cache

import fxreport

pytestmark = pytest.mark.slow

FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of a newcomer's, with a cache of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FXREPORT_CACHE", str(bare_cache(tmp_path / "cache")))
    monkeypatch.setenv("PYTHONPATH", str(Path(fxreport.__file__).parents[1]))
    return tmp_path


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    words = shlex.split(command)
    assert words[0] == "python", command
    ended = subprocess.run(
        [sys.executable, *words[1:]], cwd=folder, capture_output=True, text=True, timeout=400, check=False
    )
    assert ended.returncode == 0, f"{command}\n{ended.stderr}"
    return ended


def follow(page: str, folder: Path) -> dict[str, str]:
    """Do what a page says, block by block; return what each command printed."""
    printed = {}
    for language, name, block in FENCE.findall(page):
        if language == "csv":
            (folder / name.strip()).write_text(block, encoding="utf-8")
        elif language == "python":
            (folder / "said.py").write_text(block, encoding="utf-8")
            printed[block] = run("python said.py", folder).stdout
        for command in block.splitlines() if language == "sh" else ():
            if command.startswith("cd "):
                folder = folder / command.removeprefix("cd ")
            elif not command.startswith("python -m pip"):
                printed[command] = run(command, folder).stdout
    return printed


def test_the_ten_minute_page_is_true(home: Path, checkout: Path) -> None:
    page = (checkout / "docs" / "ten-minutes.md").read_text("utf-8")
    printed = follow(page, home)
    project = home / "digits"
    assert "9 to measure" in printed["python -m fxreport build --dry-run"]
    written = printed["python -m fxreport build"].splitlines()
    assert "output/en/conclusions.html" in written
    conclusions = json.loads((project / "output" / "conclusions.json").read_text("utf-8"))
    ranked = {place["extractor"] for ranking in conclusions["rankings"] for place in ranking["order"]}
    assert {"raw_pixels", "edges", "edges[cells=4]"} <= ranked
    text = (project / "output" / "en" / "conclusions.md").read_text("utf-8")
    assert text.index("## Introduction") < text.index("## The answer")
    assert "Written by hand: what this comparison is for" in text
    assert "winner/samples" in printed["python -m fxreport explain"]
    assert len(list(csv.DictReader((project / "means.csv").open()))) > 20
    numbers = (project / "numbers-report" / "en" / "conclusions.md").read_text("utf-8")
    assert "decision tree" in numbers


@pytest.mark.parametrize("name", ["images", "numbers"])
def test_an_example_is_a_report(home: Path, checkout: Path, name: str) -> None:
    shutil.copytree(checkout / "examples" / name, home / "examples" / name)
    readme = (checkout / "examples" / "README.md").read_text("utf-8")
    [section] = [part for part in readme.split("\n## ") if part.startswith(f"`{name}`")]
    follow(section, home)
    conclusions = json.loads((home / "examples" / name / "output" / "conclusions.json").read_text("utf-8"))
    best = {one["id"]: one["subjects"] for one in conclusions["claims"] if one["kind"] == "winner"}
    if name == "images":
        assert best == {"winner/textures": ["patterns"]}
    else:
        assert best["winner/handwritten digits"] == ["support vectors"]
        assert len(best) == 4


def test_the_numbers_are_what_their_script_measures(checkout: Path) -> None:
    """One table's accuracies measured again, to what another version of the library may change."""
    script = checkout / "examples" / "numbers" / "measure.py"
    spec = importlib.util.spec_from_file_location("measure", script)
    assert spec is not None
    assert spec.loader is not None
    measure = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(measure)
    measure.TABLES = {"iris": measure.TABLES["iris"]}
    with (script.parent / "numbers.csv").open(encoding="utf-8") as file:
        kept = {tuple(row.values())[:4]: float(row["value"]) for row in csv.DictReader(file)}
    for table, name, seed, metric, value in measure.rows():
        if metric == "accuracy":
            assert value == pytest.approx(kept[table, name, str(seed), metric], abs=0.05), (name, seed)


def test_the_notebook_shows_what_its_code_gives(home: Path, checkout: Path) -> None:
    """`python tests/helpers/notebooks.py examples/compare.ipynb` renews it."""
    notebook = checkout / "examples" / "compare.ipynb"
    shutil.copytree(checkout / "examples" / "numbers", home / "numbers")
    given = notebooks.run(notebook, home)
    for number, (fresh, held) in enumerate(zip(given, notebooks.kept(notebook), strict=True)):
        # a frame's markup is of pandas' version
        if "dataframe" not in notebooks.text(fresh):
            assert notebooks.text(fresh) == notebooks.text(held), f"cell {number}"
    assert any("image/svg+xml" in one.get("data", {}) for outputs in given for one in outputs)
    assert (home / "report" / "en" / "conclusions.html").is_file()
