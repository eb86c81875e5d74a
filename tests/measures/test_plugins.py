"""What a package adds with one file: a measure, a projection, a clusterer, found by their entry points."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from once import bare_cache
from running import EVALUATION, FolderStore, TestSources, experiment

from fxreport.config import measuring
from fxreport.measures import registry
from fxreport.measures.clustering import CLUSTERERS
from fxreport.measures.embeddings import EMBEDDINGS
from fxreport.vocabulary.errors import ConfigError
from fxreport.vocabulary.steps import Step
from fxreport.work import execute

MODULE = """
import numpy as np
from fxreport.measures.base import Measure, Measured, measurements
from fxreport.vocabulary.metrics import Metric


def random_plane(scores, near, seed):
    return np.random.default_rng(seed).normal(size=(len(scores), 2)).astype(np.float32)


def by_brightness(features, clusters, *, seed):
    order = features.mean(axis=1).argsort().argsort()
    return order * clusters // len(order)


def spread(inputs, *, level, seed, settings):
    return Measured(measurements({"spread": inputs.features.std() * settings["spread_scale"]}))


SPREAD = Measure(
    name="anything",
    run=spread,
    settings={"spread_scale": 2.0},
    metrics=(Metric("spread", "spread of the features", titles=(("uk", "розкид ознак"),)),),
)
NO_MEASURE = 3


def standardised(inputs, *, level, seed, settings):
    inputs.features[:] -= inputs.features.mean(axis=0)
    return Measured()


IN_PLACE = Measure(name="anything", run=standardised)


def centred_plane(scores, near, seed):
    near.distances[:] = 0
    return scores[:, :2]


def sorting(features, clusters, *, seed):
    features.sort(axis=0)
    return by_brightness(features, clusters, seed=seed)
"""
ENTRY_POINTS = """
[fxreport.measures]
spread = added_package:SPREAD
broken = added_package:NO_MEASURE
in_place = added_package:IN_PLACE
[fxreport.projections]
random = added_package:random_plane
pca = added_package:random_plane
in_place = added_package:centred_plane
[fxreport.clusterers]
brightness = added_package:by_brightness
in_place = added_package:sorting
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that is installed: it lies on the path, with its metadata."""
    (tmp_path / "added_package.py").write_text(MODULE)
    metadata = tmp_path / "added_package-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: added-package\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(ENTRY_POINTS)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "added_package", raising=False)
    monkeypatch.setenv("FXREPORT_CACHE", str(bare_cache(tmp_path / "cache")))


@pytest.mark.slow
@pytest.mark.usefixtures("package")
def test_a_package_adds_a_measure_a_projection_and_a_clusterer(tmp_path: Path) -> None:
    asked = {
        **EVALUATION,
        "projections": ("random",),
        "clusterers": ("kmeans", "brightness"),
        "inspections": (),
        "measures": ("spread",),
        "spread_scale": 3.0,
    }
    planned = experiment()
    measures = [*registry.builtin().values(), registry.get("spread")]
    steps = tuple(measuring.steps(planned, asked, measures, frozenset()))
    assert {step.title for step in steps} == {
        "extraction", "clustering kmeans", "clustering brightness", "neighborhoods", "probes",
        "projection random", "spread",
    }  # fmt: skip
    store = FolderStore(tmp_path / "store")
    assert execute({planned: steps}, store, TestSources()).done == [planned]
    results = {result.step.title: result for result in store.results().values()}
    spread = results["spread"]
    assert spread.metrics[0].titles == (("uk", "розкид ознак"),)
    assert replace(spread.step, code="") == Step(planned, "spread", settings=(("spread_scale", 3.0),))
    assert spread.step.code
    assert spread.measurements[0].value > 0
    assert results["projection random"].artifacts["random_2d"].shape == (60, 2)
    counts = np.bincount(results["clustering brightness"].artifacts["assignments/brightness"])
    assert counts.tolist() == [12] * 10
    assert {m.metric for m in results["clustering brightness"].measurements} >= {"ari", "silhouette"}


@pytest.mark.usefixtures("package")
def test_a_package_takes_over_no_built_in_name() -> None:
    assert EMBEDDINGS.names() == ("pca", "tsne", "umap", "isomap", "spectral", "in_place", "random")
    assert EMBEDDINGS["pca"].__module__ == "fxreport.measures.embeddings"
    assert CLUSTERERS.names() == ("kmeans", "agglomerative", "brightness", "in_place")


@pytest.mark.usefixtures("package")
def test_what_is_no_measure_is_named() -> None:
    with pytest.raises(ConfigError, match=r"measure 'broken' \(added_package:NO_MEASURE\) is no fxreport"):
        registry.get("broken")


@pytest.mark.usefixtures("package")
def test_one_that_writes_into_what_it_is_given_is_named_and_fails_alone(tmp_path: Path) -> None:
    names = {"projections": ("in_place", "pca"), "clusterers": ("in_place", "kmeans"), "inspections": ()}
    planned = experiment()
    measures = [*registry.builtin().values(), registry.get("in_place")]
    asked = {**EVALUATION, **names, "measures": ("in_place",)}
    steps = tuple(measuring.steps(planned, asked, measures, frozenset()))
    store = FolderStore(tmp_path / "store")
    outcome = execute({planned: steps}, store, TestSources())
    guilty = {"in_place", "projection in_place", "clustering in_place"}
    why = "it writes into an array that it was given and that others are given too; let it take a copy"
    reasons = {store.failures()[step.key] for step in steps if step.title in guilty}
    assert reasons == {f"{name}: {why}" for name in guilty}
    assert len(outcome.failed) == 1
    assert {result.step.title for result in store.results().values()} == {
        step.title for step in steps
    } - guilty, "and all others are measured"


@pytest.mark.usefixtures("package")
def test_edited_code_has_another_key_and_built_in_measures_keep_theirs(tmp_path: Path) -> None:
    asked = {**EVALUATION, "projections": ("random", "pca"), "clusterers": ("kmeans", "brightness")}
    asked |= {"inspections": (), "measures": ("spread",)}

    def by_title() -> dict[str, Step]:
        measures = [*registry.builtin().values(), registry.get("spread")]
        return {step.title: step for step in measuring.steps(experiment(), asked, measures, frozenset())}

    before = by_title()
    (tmp_path / "added_package.py").write_text(MODULE + "\n# edited\n")
    after = by_title()
    assert {title for title in before if before[title].key != after[title].key} == {
        "projection random", "clustering brightness", "spread",
    }  # fmt: skip
    assert all("code" not in after[title].to_dict() for title in ("projection pca", "clustering kmeans"))
    assert all(Step.from_dict(step.to_dict()) == step for step in after.values())
