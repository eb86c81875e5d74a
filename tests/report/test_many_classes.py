"""Sets of very many classes: figures and sentences tell apart the ten that matter, and say so."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fxreport.analysis.claims import ClassNames
from fxreport.analysis.conclude import Conclusions, conclude
from fxreport.analysis.quantities.foremost_classes import foremost_classes
from fxreport.analysis.rules.quality.merging import _merging
from fxreport.analysis.study import Study
from fxreport.report.build import make_study
from fxreport.report.draft import Draft
from fxreport.report.figures import confusion, projections
from fxreport.report.figures.cache import FigureCache
from fxreport.report.model import to_string
from fxreport.report.sections.clusters import clusters
from fxreport.report.sections.projections import maps
from fxreport.report.words import Words
from fxreport.store import Store
from fxreport.vocabulary.names import kept_names, names_kept
from fxreport.vocabulary.steps import Experiment, Measurement, Step, StepResult, settings_of

COUNT = 48
CLASSES = tuple(f"kind-{letter}{number}" for letter in "abcdef" for number in range(8))
#: pairs of classes of which one cluster holds both
MIXED = ((3, 40), (7, 8), (20, 21), (22, 30), (31, 47))
TEN = tuple(sorted(one for pair in MIXED for one in pair))


def artifacts() -> Mapping[str, Any]:
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(COUNT), 10)
    assignments = labels.copy()
    for keeps, goes in MIXED:
        assignments[labels == goes] = keeps
    assignments[::10] = rng.integers(0, COUNT, COUNT)  # of each class one image somewhere
    plane = rng.normal(size=(len(labels), 2)).astype(np.float32)
    everything = np.arange(len(labels), dtype=np.int32)
    return {
        "labels": labels.astype(np.int16),
        "assignments": assignments.astype(np.int16),
        "test_indices": everything,
        "projection_indices": everything,
        "pca_2d": plane,
    }


@pytest.fixture(scope="module")
def conclusions(tmp_path_factory: pytest.TempPathFactory) -> Conclusions:
    store = Store(tmp_path_factory.mktemp("many") / "store")
    experiment = Experiment("many", "b2:0", None, None, "raw_pixels", settings=settings_of({}))
    facts = {"name": "many", "title": "Many", "classes": CLASSES, "shape": (8, 8, 1)}
    store.write(
        StepResult(
            Step(experiment),
            (Measurement("ari", 0.5, 480), Measurement("extraction_seconds", 1.0, 480)),
            artifacts(),
            provenance={"dataset": facts, "extractor": {"name": "raw_pixels"}},
        )
    )
    study: Study = make_study(store, {experiment: (Step(experiment),)})
    return conclude(study)


@pytest.fixture(params=["en", "uk"])
def draft(request: pytest.FixtureRequest, conclusions: Conclusions, tmp_path: Path) -> Draft:
    return Draft(conclusions, Words(request.param, conclusions.study), FigureCache(tmp_path))


def test_the_ten_are_those_that_clusters_mix_most(conclusions: Conclusions) -> None:
    assert foremost_classes(conclusions.context, "many") == TEN


def test_figures_show_the_ten_and_say_of_how_many(draft: Draft) -> None:
    for figures in (clusters(draft, "many"), maps(draft, "many", "plane")):
        [figure] = figures
        said = "".join(fragment.text for fragment in figure.caption)
        assert "48" in said
        assert "10" in said
    counts = draft.data["clusters-many"]
    assert isinstance(counts, confusion.ClusterCounts)
    drawn = draft.figures[0].svg
    assert [name for name in CLASSES if f">{name}<" in drawn] == [CLASSES[i] for i in TEN]
    planes = draft.data["plane"]
    assert isinstance(planes, projections.Projections)
    assert planes.classes == tuple(CLASSES[i] for i in TEN)
    [[panel]] = planes.panels
    assert panel is not None
    labels = artifacts()["labels"]
    for place, number in enumerate(TEN):
        np.testing.assert_array_equal(panel.classes == place, labels == number)
    assert set(panel.classes[~np.isin(labels, TEN)]) == {10}


def test_rows_of_the_ten_still_sum_to_one() -> None:
    arrays = artifacts()
    counts = confusion.count_images(arrays["labels"].astype(int), arrays["assignments"].astype(int), COUNT)
    drawn = confusion.draw_counts(
        confusion.ClusterCounts(counts, CLASSES, "class", "cluster", shown=TEN, others="others")
    )
    assert ">others<" in drawn
    assert f">{TEN[-1] + 1}<" in drawn, "clusters keep their numbers"


def test_of_many_mergers_the_ten_strongest_are_named(conclusions: Conclusions) -> None:
    [claim] = conclusions.of("merging")
    assert len(claim.details["pairs"]) == len(MIXED)
    words = Words("en", conclusions.study)
    all_in_one = np.ones((12, 12))
    told = _merging(conclusions.context, "many", "raw_pixels", CLASSES[:12], [all_in_one])
    said = to_string(words.say(told.message, told.params))
    assert "66 pairs of classes merge, most of all" in said
    assert said.count("(100%)") == 10
    assert len(told.details["pairs"]) == 66


def test_of_a_long_list_of_classes_the_first_are_named(conclusions: Conclusions) -> None:
    words = Words("en", conclusions.study)
    group = tuple(f"class{number}" for number in range(40))
    [said] = words.say("{names}", {"names": ClassNames((group,))})
    assert said.text.count("class") == 11
    assert said.text.endswith("29 others")


def test_names_of_files_are_kept_whole_or_not_at_all() -> None:
    names = ["a/1.png", "ї/2.png", "c/«3».webp"]
    arrays = names_kept(names)
    assert kept_names(arrays, 3) == tuple(names)
    assert kept_names(arrays, 4) == ()
    assert kept_names({}, 3) == ()
    assert kept_names(names_kept(["a", "b\x1b[31m"]), 2) == ()
    for forged in (b"{}", b"[1, 2]", b"[" * 100_000, b"\xff\xfe"):
        assert kept_names({"image_names": np.frombuffer(forged, np.uint8)}, 2) == ()
