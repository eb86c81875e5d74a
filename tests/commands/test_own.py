"""Extractors and images of one's own on the command line: what is measured, what is said, how it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from once import bare_cache

import fxreport
from fxreport.store import Store

pytestmark = pytest.mark.slow

PLUGIN = """
from own_helper import SCALE


class Scaled:
    name, title, family = "scaled", "Scaled pixels", "handmade"
    needs_labels, version, input_sizes = False, 1, ()

    def fit(self, images, labels=None):
        return self

    def transform(self, images):
        return images.reshape(len(images), -1) * SCALE
"""
CONFIG = """
[profiles.tiny]
seeds = [0]
datasets = ["digits"]
extractors = ["raw_pixels", "scaled"]
sizes = { digits = { train = 200, test = 100 } }
evaluation = { kmeans_n_init = 1, projections = [], inspections = [], timing_repeats = 1 }
"""
PROFILE = ("--config", "tiny.toml", "--profile", "tiny")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a plug-in beside it as if it were installed, and an empty cache."""
    plugins, folder = tmp_path / "plugins", tmp_path / "home"
    metadata = plugins / "own-1.0.dist-info"
    metadata.mkdir(parents=True)
    folder.mkdir()
    (plugins / "own_plugin.py").write_text(PLUGIN)
    (plugins / "own_helper.py").write_text("SCALE = 2.0\n")
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: own\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[fxreport.extractors]\nscaled = own_plugin:Scaled\n")
    (folder / "tiny.toml").write_text(CONFIG)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("FXREPORT_CACHE", str(bare_cache(tmp_path / "cache")))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(plugins), str(Path(fxreport.__file__).parents[1])]))
    return folder


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "fxreport", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)


def test_an_edited_plug_in_is_measured_again_and_said(home: Path) -> None:
    assert run("run", *PROFILE, "--strict").returncode == 0
    before = Store("results").experiments()
    assert "all are in results" in run("run", *PROFILE).stderr
    (home.parent / "plugins" / "own_helper.py").write_text("SCALE = 3.0\n")
    said = run("build", *PROFILE, "--no-run", "--format", "md", "--lang", "en").stderr
    assert "scaled has changed since it was measured: 1 experiment concerned" in said
    again = run("run", *PROFILE, "--strict")
    assert again.returncode == 0
    assert "scaled has changed since it was measured: 1 experiment concerned" in again.stderr
    new = [one for key, one in Store("results").experiments().items() if key not in before]
    assert [(one.extractor, bool(one.code)) for one in new] == [("scaled", True)], "and raw pixels are not"
    assert "all are in results" in run("run", *PROFILE).stderr


def test_a_failed_plug_in_is_seen_in_the_exit_code_and_the_document_is_written(home: Path) -> None:
    (home.parent / "plugins" / "own_helper.py").write_text("SCALE = float('nan')\n")
    ended = run("build", *PROFILE, "--format", "md", "--lang", "en")
    assert ended.returncode == 3
    assert "extractor scaled gave 6400 non-finite values on digits" in ended.stderr
    assert (home / "output" / "en" / "conclusions.md").is_file()


@pytest.mark.parametrize("command", ["build", "render"])
def test_nothing_of_what_was_asked_for_is_no_document(home: Path, command: str) -> None:
    (home.parent / "plugins" / "own_helper.py").write_text("SCALE = float('nan')\n")
    ended = run(command, *PROFILE, "--extractors", "scaled", "--format", "md")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "there are no results in results: measure some" in ended.stderr
    assert not list((home / "output").rglob("*.md"))
