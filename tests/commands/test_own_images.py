"""A set of one's own from its files to the documents: divided by the seed, told what it is made of, named."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from once import bare_cache
from PIL import Image

from fxreport import cli
from fxreport.store import Store

pytestmark = pytest.mark.slow

CONFIG = """
[profiles.tiny]
seeds = [0, 1]
datasets = ["shades"]
extractors = ["raw_pixels"]
evaluation = { kmeans_n_init = 1, projections = ["pca"], inspections = [], timing_repeats = 1 }

[datasets.shades]
path = "shades"
title = "Shades"
"""
PLAN = ("--config", "shades.toml", "--profile", "tiny")
CLASSES = {"dark": 80, "light": 240, "middle": 120}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a set of 440 grey pictures in three classes and an empty cache."""
    rng = np.random.default_rng(0)
    for shade, (name, count) in enumerate(CLASSES.items()):
        folder = tmp_path / "shades" / name
        folder.mkdir(parents=True)
        for number in range(count):
            pixels = rng.integers(70 * shade, 70 * shade + 100, (10, 10), dtype=np.uint8)
            Image.fromarray(pixels).save(folder / f"{name}-{number:02}.webp", lossless=True)
    (tmp_path / "shades" / "dark" / "dark-01.webp").write_bytes(
        (tmp_path / "shades" / "dark" / "dark-00.webp").read_bytes()
    )
    (tmp_path / "shades" / "light" / "gone.png").symlink_to(tmp_path / "nowhere")
    (tmp_path / "shades.toml").write_text(CONFIG)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FXREPORT_CACHE", str(bare_cache(tmp_path / "cache")))
    return tmp_path


def said(file: Path) -> str:
    return re.sub(r"\s+", " ", file.read_text("utf-8"))


def test_a_folder_by_class_is_divided_measured_and_told(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build = ("build", *PLAN, "--lang", "all", "--document", "all", "--format", "md,html")
    assert cli.main([*build]) == 0
    assert (
        "left out of shades: The image shades/light/gone.png is a link to nothing" in capsys.readouterr().err
    )

    store = Store("results")
    drawn = {}
    for experiment in store.experiments().values():
        kept = store.artifacts(experiment.key)
        drawn[experiment.seed] = frozenset(kept["test_indices"].tolist())
        assert np.bincount(kept["labels"]).tolist() == [24, 72, 36]
    assert set(drawn) == {0, 1}
    assert drawn[0] != drawn[1], "each seed draws its own"

    for name in ("conclusions", "technical"):
        told = said(home / "output" / "en" / f"{name}.md")
        assert "440 images in 3 classes. Each run divides them anew: 30% of each class is tested on" in told
        assert "The largest class, light, has 3.0 times as many images as the smallest, dark" in told
        assert "would be right on 55% of the test images" in told
        assert "Images that repeat another one, pixel by pixel: 1." in told
        assert "Left out because they cannot be read: 1 (light/gone.png)." in told
        assert re.search(r"\| light \| 240 \| 72 \| \| middle \| 120 \| 36 \| \| dark \| 80 \| 24 \|", told)
        assert "у 3 класах" in said(home / "output" / "uk" / f"{name}.md")

    first = said(home / "output" / "en" / "conclusions.md").partition("## Results")[0]
    assert "Always naming the largest class would be right on 55% of the test images (Shades)." in first
    assert "repeat another one" not in first, "one of 440"

    [points] = (home / "output" / "en" / "interactive").glob("points-*.js")
    names = json.loads(points.read_text("utf-8").partition("] = ")[2].rstrip(";\n"))["names"]
    assert len(set(names)) == 132
    assert all(re.fullmatch(r"(\w+)/\1-\d+\.webp", name) for name in names)

    assert cli.main(["run", *PLAN]) == 0
    assert "all are in results" in capsys.readouterr().err
    (home / "shades" / "middle" / "middle-00.webp").unlink()
    assert cli.main(["render", *PLAN, "--format", "md", "--strict"]) == 3, "other images, other experiments"


def test_a_set_of_another_library_is_measured_by_its_import_path(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = CONFIG.replace('path = "shades"', 'load = "sklearn.datasets:load_digits"\nsplit = 0.2')
    (home / "shades.toml").write_text(text + "arguments = { n_class = 4 }\n")
    assert cli.main(["build", *PLAN, "--seeds", "1", "--lang", "en", "--format", "md"]) == 0
    told = said(home / "output" / "en" / "conclusions.md")
    assert "720 images in 4 classes. Each run divides them anew: 20% of each class" in told
    assert "The classes are about equally large. No image repeats another." in told
    for extra in sorted((home / "shades").rglob("*-[1-9][0-9]*.webp")):
        extra.unlink()
    (home / "shades.toml").write_text(CONFIG)
    assert cli.main(["build", *PLAN, "--seeds", "1", "--lang", "en", "--format", "md"]) == 0
    told = said(home / "output" / "en" / "conclusions.md")
    assert "30 images in 3 classes." in told
    assert "Each class has 10 images." in told
    assert "Images of each class" not in told, "there is nothing to tell apart"
    capsys.readouterr()
    (home / "shades.toml").write_text(text + "arguments = { classes = 4 }\n")
    assert cli.main(["build", *PLAN]) == 2
    err = capsys.readouterr().err
    assert "Image set shades: sklearn.datasets:load_digits failed (InvalidParameterError" in err or (
        "Image set shades: sklearn.datasets:load_digits failed (TypeError" in err
    )
    assert "Traceback" not in err
