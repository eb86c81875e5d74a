"""One experiment, from images to a result."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from running import PROTOCOL, UNSTEADY, Broken, Trained, create, experiment
from sklearn.metrics import adjusted_rand_score

from fxreport.datasets import load
from fxreport.extractors.base import Extractor
from fxreport.system.machine import cores, processor, thread_limits, threads
from fxreport.vocabulary.errors import FxReportError
from fxreport.vocabulary.experiment import ATTRIBUTIONS, METRICS, Experiment, Result
from fxreport.work.experiment import run


def values(result: Result) -> dict[str, float]:
    found = {m.metric: m.value for m in result.measurements}
    assert len(found) == len(result.measurements), "a metric is measured once"
    return found


def run_on_digits(planned: Experiment) -> Result:
    return run(planned, load("digits"), create=create)


@pytest.fixture(scope="module")
def plain() -> Result:
    return run_on_digits(experiment(settings=(("contrast", 0.5),)))


def test_plain_transformer_is_measured_in_full(plain: Result) -> None:
    measured = values(plain)
    absent = {
        "parameters", "model_bytes", "load_seconds", "resize_seconds",  # nothing told
        "test_accuracy", "train_accuracy", "reconstruction_mse", "epochs",  # nothing trained
        "latent_midpoint_distance", "pixel_midpoint_distance", "attributed_accuracy",  # nothing to look into
    }  # fmt: skip
    inside = ("filter_", "umap_", "first_layer", "best_layer", "last_layer", *ATTRIBUTIONS)
    assert measured.keys() == {name for name in METRICS if not name.startswith(inside)} - absent
    assert measured["dimension"] == 64
    assert measured["extraction_seconds_min"] <= measured["extraction_seconds"]
    assert measured["extraction_seconds"] <= measured["extraction_seconds_max"]
    assert measured["images_per_second"] == pytest.approx(120 / measured["extraction_seconds"])
    assert {m.clusterer for m in plain.measurements if m.metric in ("ari", "silhouette")} == {"kmeans"}
    assert {m.clusterer for m in plain.measurements if m.metric in ("knn_accuracy", "dimension")} == {""}


def test_artifacts_fit_together(plain: Result) -> None:
    artifacts = plain.artifacts
    assert artifacts.keys() == {
        "test_indices", "labels", "assignments", "projection_indices", "probe_weights",
        "sketch", "sketch_indices", "components/count", "components/knn_accuracy", "components/variance",
        *(f"{m}_{what}" for m in PROTOCOL.projections for what in ("2d", "groups")),
    }  # fmt: skip
    labels = artifacts["labels"]
    assert labels.dtype == artifacts["assignments"].dtype == np.int16
    np.testing.assert_array_equal(labels, load("digits").test.labels[artifacts["test_indices"]])
    ari = adjusted_rand_score(labels, artifacts["assignments"])
    assert values(plain)["ari"] == pytest.approx(ari), "whoever has the assignments can check the number"
    assert artifacts["projection_indices"].shape == (60,)
    assert artifacts["projection_indices"].max() < 120
    assert artifacts["tsne_2d"].shape == artifacts["pca_2d"].shape == (60, 2)


def test_provenance_says_what_a_reader_asks(plain: Result) -> None:
    told = json.loads(json.dumps(plain.provenance))
    assert told["versions"].keys() >= {"python", "numpy", "scikit-learn", "umap-learn", "numba", "fxreport"}
    assert (told["cores"], told["threads"], told["processor"]) == (cores(), threads(), processor())
    assert told["memory_bytes"] > 2**28
    assert told["started"].endswith("+00:00")
    assert told["wall_seconds"] >= told["stages"]["evaluate"] > 0
    assert told["dataset"]["source"] == "scikit-learn"
    assert (told["dataset"]["train_images"], told["dataset"]["test_images"]) == (200, 120)
    assert told["dataset"]["title"] == "Digits 8×8"
    assert told["extractor"] == {
        "name": "pixels", "title": "My pixels", "family": "handmade", "needs_labels": False,
        "network": "none", "version": 1, "input_size": None, "settings": {"contrast": 0.5},
        "weights_source": "", "weights_hash": "",
    }  # fmt: skip


def test_same_seed_same_measurements_and_another_seed_others(plain: Result) -> None:
    def steady(result: Result) -> dict[str, float]:
        return {name: value for name, value in values(result).items() if name not in UNSTEADY}

    again = run_on_digits(plain.experiment)
    assert steady(again) == steady(plain)
    for name, array in plain.artifacts.items():
        np.testing.assert_array_equal(array, again.artifacts[name])
    assert steady(run_on_digits(replace(plain.experiment, seed=1))) != steady(plain)


def test_optional_hooks_are_used() -> None:
    made: list[Extractor] = []

    def remember(name: str, **settings: object) -> Extractor:
        made.append(create(name, **settings))  # type: ignore[arg-type]
        return made[0]

    stages: list[tuple[str, int, int]] = []
    dataset = load("digits")
    result = run(
        experiment("trained", test=None),
        dataset,
        create=remember,
        on_stage=lambda *stage: stages.append(stage),
    )
    measured = values(result)
    assert (measured["parameters"], measured["model_bytes"], measured["load_seconds"]) == (7, 28, 0.125)
    assert measured["epochs"] == 2
    assert measured["test_accuracy"] == (dataset.test.labels == dataset.test.labels[0]).mean()
    assert measured["resize_seconds"] > 0
    assert measured["fit_seconds"] == 0, "what was spent on loading is not training"
    assert ("fit", 1, 2) in stages
    assert ("fit", 2, 2) in stages
    order = list(dict.fromkeys(stage for stage, _, _ in stages))
    assert order == ["fit", "extract", "inspect", "cluster", "separate", "weigh", "project"]
    np.testing.assert_array_equal(result.artifacts["curve/loss"], np.array([0.5, 0.25], np.float32))
    examples = result.artifacts["examples"]
    np.testing.assert_array_equal(result.artifacts["reconstructions"], examples)
    np.testing.assert_array_equal(result.artifacts["feature_maps/only"], examples.astype(np.float16))
    first = [int(np.flatnonzero(dataset.test.labels == label)[0]) for label in range(4)]
    np.testing.assert_array_equal(examples, dataset.test.images[first])
    assert result.provenance["extractor"]["weights_hash"] == "abc"
    assert isinstance(made[0], Trained)
    assert made[0].closed


def test_probe_learns_from_no_more_train_images_than_the_protocol_allows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lengths: list[int] = []
    transform = Broken.transform

    def counted(self: Broken, images: np.ndarray) -> np.ndarray:
        lengths.append(len(images))
        return transform(self, images)

    monkeypatch.setattr(Broken, "transform", counted)
    run_on_digits(experiment("broken"))
    assert lengths[-1] == PROTOCOL.probe_train
    assert set(lengths[1:-1]) == {120}, "the test images are extracted for timing only, and that serves"


def test_non_finite_features_name_extractor_and_set() -> None:
    with pytest.raises(FxReportError, match="extractor broken gave 64 non-finite values on digits"):
        run_on_digits(experiment("broken", seed=6))


def test_images_other_than_the_planned_are_refused() -> None:
    with pytest.raises(FxReportError, match="make the plan again"):
        run_on_digits(replace(experiment(), fingerprint="b2:0"))


def test_thread_limits_are_what_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in thread_limits(1).items():
        monkeypatch.setenv(name, value)
    assert threads() == 1
