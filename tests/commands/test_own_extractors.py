"""Extractors of one's own on the command line, as a newcomer brings them: a file, features, a check."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from once import bare_cache
from sklearn.datasets import load_digits

import fxreport
from fxreport.cli import main
from fxreport.store import Store

pytestmark = pytest.mark.slow

SOURCE = """
from sklearn.decomposition import PCA
from beside import COMPONENTS


class Few(PCA):
    def __init__(self, n_components=COMPONENTS, random_state=None):
        super().__init__(n_components, random_state=random_state)


class Ends:
    def fit(self, images, labels=None):
        raise SystemExit

    def transform(self, images):
        return images.reshape(len(images), -1)
"""
CONFIG = """
[profiles.tiny]
seeds = [0, 1]
datasets = ["digits"]
extractors = ["raw_pixels"]
sizes = { digits = { train = 200, test = 100 } }
evaluation = { kmeans_n_init = 1, projections = [], inspections = [], timing_repeats = 1 }
"""
OWN = """
[extractors.halves]
title = "Halves"
family = "handmade"
features.digits = "halves.npz"
"""
PLAN = ("--config", "own.toml", "--profile", "tiny", "--store", "store")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with nothing of it on the path, and an empty cache."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "own.toml").write_text(CONFIG)
    (folder / "mine.py").write_text(SOURCE)
    (folder / "beside.py").write_text("COMPONENTS = 3\n")
    for library in ("secrets", "umap", "sklearn"):
        (folder / f"{library}.py").write_text("raise AssertionError('code of the working folder')\n")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("FXREPORT_CACHE", str(bare_cache(tmp_path / "cache")))
    monkeypatch.setenv("PYTHONPATH", str(Path(fxreport.__file__).parents[1]))
    return folder


@dataclass(frozen=True)
class Ended:
    returncode: int
    stdout: str
    stderr: str


def run(*arguments: str) -> Ended:
    """Run a command in this process, which saves the seconds of loading the libraries."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(arguments)
    return Ended(code, out.getvalue(), err.getvalue())


def run_apart(*arguments: str) -> Ended:
    command = [sys.executable, "-P", "-m", "fxreport", *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False, env=os.environ)
    return Ended(ended.returncode, ended.stdout, ended.stderr)


def stored(metric: str = "dimension") -> dict[tuple[str, int], set[float]]:
    """Values by extractor and seed, of every code that measured."""
    rows = Store("store").read()
    rows = rows[rows["metric"] == metric]
    found: dict[tuple[str, int], set[float]] = {}
    for extractor, seed, value in rows[["extractor", "seed", "value"]].itertuples(index=False):
        found.setdefault((extractor, seed), set()).add(value)
    return found


def test_a_class_of_a_file_is_measured_by_its_name_and_again_when_it_changes(home: Path) -> None:
    asked = ("run", *PLAN, "--seeds", "1", "--extractors", "mine.py:Few,mine.py:Ends,raw_pixels")
    first = run_apart(*asked)
    assert first.returncode == 3, first.stderr
    assert "the extractor ends: it ends the process (SystemExit)" in first.stderr
    assert "2 experiments measured" in first.stderr
    assert stored() == {("few", 0): {3.0}, ("raw_pixels", 0): {64.0}}
    (home / "beside.py").write_text("COMPONENTS = 4\n")
    again = run(*asked)
    assert "few has changed since it was measured: 1 experiment concerned" in again.stderr
    assert stored()["few", 0] >= {4.0}


def test_features_of_another_program_come_back_by_image(home: Path) -> None:
    images = run("data", "images", "digits", *PLAN[:4], "--output", "part.npz")
    assert (images.returncode, images.stdout) == (0, "part.npz\n"), images.stderr
    part = np.load("part.npz")
    assert part["train_images"].shape[1:] == (8, 8, 1)
    assert 200 < len(part["train_images"]) < 400, "of two seeds, each once"
    halves = {
        split: np.stack([half.mean((1, 2, 3)) for half in np.array_split(part[f"{split}_images"], 4, 1)], 1)
        for split in ("train", "test")
    }
    indices = {f"{split}_indices": part[f"{split}_indices"] for split in ("train", "test")}
    np.savez("halves.npz", **halves, **indices)
    (home / "own.toml").write_text(CONFIG + OWN)
    checked = run("check", "halves", "--config", "own.toml")
    assert checked.returncode == 0, checked.stderr
    assert f"digits, test: 4 dimensions, of {len(part['test_images'])} of the 600 images" in checked.stdout
    measured = run("run", *PLAN, "--extractors", "halves,raw_pixels")
    assert measured.returncode == 0, measured.stderr
    assert stored() == {
        (name, seed): {size} for name, size in (("halves", 4.0), ("raw_pixels", 64.0)) for seed in (0, 1)
    }
    told = {one["extractor"]["title"] for one in Store("store").provenance().values() if "extractor" in one}
    assert told == {"Halves", "Raw pixels"}
    assert stored("extraction_seconds").keys() == {("raw_pixels", 0), ("raw_pixels", 1)}, "not known"

    np.savez("halves.npz", **{k: v + 1 for k, v in halves.items()}, **indices)
    again = run("run", *PLAN, "--extractors", "halves,raw_pixels")
    assert "halves has changed since it was measured: 2 experiments concerned" in again.stderr
    np.savez("halves.npz", **{k: v[1:] for k, v in halves.items()})
    broken = run("run", *PLAN, "--extractors", "halves,raw_pixels")
    assert broken.returncode == 3
    assert "halves.npz has" in broken.stderr
    assert "rows of features, and the split test 600 images" in broken.stderr


def test_features_of_a_set_that_each_seed_divides_are_those_of_its_images(home: Path) -> None:
    """What is learned from at one seed is tested on at another; a file holds each image once."""
    digits = load_digits()
    np.savez("pieces.npz", images=(digits.images[:400] * 15).astype(np.uint8), labels=digits.target[:400])
    pieces = '[datasets.pieces]\npath = "pieces.npz"\n'
    (home / "own.toml").write_text(CONFIG.replace('["digits"]', '["pieces"]').replace("sizes", "#") + pieces)
    assert run("data", "images", "pieces", "--config", "own.toml", "--output", "all.npz").returncode == 0
    images = np.load("all.npz")
    assert sum(len(images[f"{split}_labels"]) for split in ("train", "test")) == 400
    # the very features of raw pixels, so that all that is measured of them must agree
    rows = {s: images[f"{s}_images"].reshape(len(images[f"{s}_labels"]), -1) / 255 for s in ("train", "test")}
    np.savez("same.npz", **{split: row.astype(np.float32) for split, row in rows.items()})
    own = pieces + '[extractors.same]\nfeatures.pieces = "same.npz"\n'
    (home / "own.toml").write_text(CONFIG.replace('["digits"]', '["pieces"]').replace("sizes", "#") + own)
    measured = run("run", *PLAN, "--extractors", "same,raw_pixels")
    assert measured.returncode == 0, measured.stderr
    for metric in ("ari", "probe_accuracy", "knn_accuracy"):
        values = stored(metric)
        for seed in (0, 1):
            assert values["same", seed] == values["raw_pixels", seed], metric
    exported = run("data", "features", *PLAN, "--seeds", "2", "--extractors", "raw_pixels", "--output", "out")
    assert exported.returncode == 0, exported.stderr
    tested = []
    for seed in (0, 1):
        found = np.load(f"out/pieces-raw_pixels-seed{seed}.npz")
        assert (len(found["train"]), len(found["test"])) == (len(rows["train"]), len(rows["test"]))
        for split in ("train", "test"):
            held = list(zip(found[f"{split}_splits"], found[f"{split}_indices"], strict=True))
            assert np.allclose(found[split], [rows[name][index] for name, index in held], atol=1e-6)
            assert found[f"{split}_labels"].tolist() == [images[f"{s}_labels"][i] for s, i in held]
        tested.append(set(held))
        learned, held_out = (found[split].round(4).tolist() for split in ("train", "test"))
        assert not {tuple(row) for row in learned} & {tuple(row) for row in held_out}
    assert tested[0] != tested[1], "each seed tests on other images"
    back = '[extractors.back]\nfeatures.pieces = "out/pieces-raw_pixels-seed1.npz"\n'
    (home / "own.toml").write_text(
        CONFIG.replace('["digits"]', '["pieces"]').replace("sizes", "#") + pieces + back
    )
    assert run("run", *PLAN, "--extractors", "back").returncode == 0
    for metric in ("ari", "probe_accuracy", "knn_accuracy"):
        values = stored(metric)
        assert all(values["back", seed] == values["raw_pixels", seed] for seed in (0, 1)), metric


def test_our_features_are_exported_and_measure_the_same_when_they_come_back(home: Path) -> None:
    exported = run(
        "data", "features", *PLAN, "--seeds", "1", "--extractors", "mine.py:Few", "--output", "out"
    )
    assert exported.stdout == "out/digits-few-seed0.npz\n", exported.stderr
    (home / "own.toml").write_text(
        CONFIG + '[extractors.back]\nfeatures.digits = "out/digits-few-seed0.npz"\n'
    )
    both = run("run", *PLAN, "--seeds", "1", "--extractors", "back,mine.py:Few")
    assert both.returncode == 0, both.stderr
    for metric in ("ari", "silhouette", "probe_accuracy", "dimension"):
        values = stored(metric)
        assert values["back", 0] == values["few", 0], metric
    other = run("run", *PLAN, "--extractors", "back")
    assert other.returncode == 3, "of the images of another seed it has not all"
    assert "has no features of" in other.stderr


def test_rows_in_another_order_than_the_images_are_asked_about(home: Path) -> None:
    assert run("data", "images", "digits", "--output", "all.npz").returncode == 0
    images = np.load("all.npz")
    rows = {s: images[f"{s}_images"].reshape(len(images[f"{s}_labels"]), -1) for s in ("train", "test")}
    (home / "own.toml").write_text(CONFIG + OWN)
    asked = "are the rows in the order of the images?"
    for shuffled in (True, False):
        order = np.random.default_rng(0).permutation if shuffled else np.asarray
        np.savez("halves.npz", **{split: order(row) for split, row in rows.items()})
        checked = run("check", "halves", "--config", "own.toml")
        assert checked.returncode == 0, "poor features keep the contract too"
        assert (asked in checked.stdout) is shuffled
        measured = run("run", *PLAN, "--seeds", "1", "--extractors", "halves,raw_pixels")
        assert measured.returncode == 0, measured.stderr
        assert measured.stderr.count(asked) == shuffled, measured.stderr


def test_a_file_of_the_images_of_one_seed_is_told_before_the_run(home: Path) -> None:
    (home / "own.toml").write_text(CONFIG + OWN)
    said = "seeds draws 100 others: `fxreport data images digits --profile tiny` writes those of all"
    for seeds, lacks in (("1", True), ("2", False)):
        tiny = ("digits", *PLAN[:4], "--seeds", seeds, "--output", "part.npz")
        (home / "own.toml").write_text(CONFIG)
        assert run("data", "images", *tiny).returncode == 0
        part = np.load("part.npz")
        pixels = {s: part[f"{s}_images"].reshape(len(part[f"{s}_labels"]), -1) for s in ("train", "test")}
        np.savez("halves.npz", **pixels, **{n: part[n] for n in part.files if n.endswith("_indices")})
        (home / "own.toml").write_text(CONFIG + OWN)
        dry = run("run", *PLAN, "--extractors", "halves", "--dry-run")
        assert dry.returncode == 0, dry.stderr
        assert (said in dry.stdout) is lacks, dry.stdout
        checked = run("check", "halves", "--config", "own.toml")
        assert checked.returncode == 0
        assert ("not the images of seed 1 of tiny" in checked.stdout) is lacks, checked.stdout
        one = run("run", *PLAN, "--seeds", "1", "--extractors", "halves", "--dry-run")
        assert said not in one.stdout, "of a plan of that seed nothing lacks"


def test_a_table_describes_one_that_runs_beside_the_profile_s(home: Path) -> None:
    (home / "own.toml").write_text(
        '[extractors.plane]\nclass = "sklearn.decomposition:PCA"\nn_components = 2\ntitle = "Plane"\n'
        '[extractors.wide]\nclass = "mine.py:Few"\nn_components = 5\nfeatures_of = 3\n'
    )
    wrong = run("check", "wide", "--config", "own.toml")
    assert (wrong.returncode, "unknown setting 'features_of'" in wrong.stderr) == (2, True), wrong.stderr
    dry = run("check", "plane", "--config", "own.toml")
    assert dry.returncode == 0, dry.stderr
    assert "loads: Plane, unsupervised, without labels" in dry.stdout
    assert "shape: 2 dimensions" in dry.stdout


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ('class = "mine.py"', 'must be "file.py:Name" or "package.module:Name"'),
        ("class = 3", "extractors.x.class must be text in quotes"),
        ('class = "a:B"\nkeras = "a.keras"', "class and keras exclude each other"),
        ('class = "a:B"\ntakes = "pixel"', "unknown takes 'pixel'; did you mean pixels"),
        ('class = "a:B"\nlabels = "yes"', "labels must be true or false"),
        ('keras = "a.h5"\nscaling = "0..1"', "a.h5 is no .keras file"),
        ('keras = "a.keras"', "lacks scaling"),
        ('keras = "a.keras"\nscaling = "0-1"', "unknown scaling '0-1'"),
        ('keras = "a.keras"\nscaling = "0..1"\nlayr = "x"', "unknown key 'layr'; did you mean layer"),
        ("features = {}", "features names no image set"),
        ('features.digits = "a.npy"', "one file for both splits is an .npz"),
        ('features.digits = { train = "a.npy" }', 'must be a file in quotes, or { train = "…", test = "…" }'),
        ('features.digits = "a.csv"', "a.csv is no .npy or .npz file"),
        ('features.digit = "a.npz"', "unknown data set 'digit'; did you mean digits"),
        ('features.digits = "a.npz"\ndepth = 3', "unknown key 'depth'"),
    ],
)
def test_a_table_that_says_what_cannot_be(home: Path, table: str, message: str) -> None:
    (home / "own.toml").write_text(f"[extractors.x]\n{table}\n")
    ended = run("run", "--config", "own.toml", "--datasets", "digits", "--store", "store")
    assert (ended.returncode, message in ended.stderr) == (2, True), ended.stderr


def test_a_built_in_name_cannot_be_taken(home: Path) -> None:
    (home / "own.toml").write_text('[extractors.vgg16]\nclass = "mine.py:Few"\n')
    ended = run("run", "--config", "own.toml", "--store", "store")
    assert (ended.returncode, "a built-in extractor has that name" in ended.stderr) == (2, True)


def test_a_check_says_what_to_mend(home: Path) -> None:
    checked = run("check", "mine.py:Ends")
    assert checked.returncode == 2
    assert "problem  grey images of 32 × 32: it ends the process (mine.py, line" in checked.stdout
    assert "mine.py:Ends: 2 problems to mend" in checked.stderr
    assert run("check", "mine.py:Few").returncode == 0
    assert "did you mean raw_pixels" in run("check", "raw_pixel").stderr
