"""A store of digits that a linear network really classified, its attributions measured by the real checks.

What goes by the name of Grad-CAM may be broken: an edge detector sees the image and never the network.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from fxreport.datasets import load
from fxreport.measures import cases
from fxreport.measures.attribution import integrated_gradients, occlusion
from fxreport.store import Store
from fxreport.vocabulary.experiment import Experiment, Measurement, Protocol, Result

Array = NDArray[Any]
Method = Callable[..., Array]


class Linear:
    """A softmax over weights (classes, height, width); its last layer is its only one."""

    def __init__(self, weights: Array, bias: Array) -> None:
        self.weights, self.bias = weights.astype(np.float32), bias.astype(np.float32)

    def scores(self, prepared: Array) -> Array:
        scores: Array = np.einsum("nhwc,khw->nk", prepared, self.weights) + self.bias
        return scores

    def probabilities(self, prepared: Array) -> Array:
        scores = self.scores(prepared)
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        return (odds / odds.sum(axis=1, keepdims=True)).astype(np.float32)

    def input_gradients(self, prepared: Array, classes: Array) -> Array:
        return self.weights[classes][..., None]

    def map_gradients(self, prepared: Array, classes: Array) -> tuple[Array, Array]:
        return prepared, self.weights[classes][..., None]

    def randomised(self, seed: int, *, top_only: bool) -> Linear:
        rng = np.random.default_rng([seed, top_only])
        return Linear(rng.normal(0, self.weights.std(), self.weights.shape), self.bias)


def edges(classifier: Any, images: Array, classes: Array, blank: Array) -> Array:
    """Broken: sees the image and never the network."""
    return np.abs(np.diff(images[..., 0], axis=2, append=0)).astype(np.float32)


def upside_down(classifier: Any, images: Array, classes: Array, blank: Array) -> Array:
    """Broken: names what matters least."""
    return -integrated_gradients(classifier, images, classes, blank)


def fill(folder: Path, grad_cam: Method, monkeypatch: pytest.MonkeyPatch, seeds: int = 2) -> Store:
    """Classify digits with each seed, attribute the answers, check the methods, and write all of it down."""
    methods: Mapping[str, Method] = {
        "grad_cam": grad_cam,
        "integrated_gradients": integrated_gradients,
        "occlusion": occlusion,
    }
    monkeypatch.setattr(cases, "METHODS", methods)
    store, digits = Store(folder), load("digits")
    for seed in range(seeds):
        drawn = np.random.default_rng(seed).permutation(len(digits.train.images))[:300]
        images = digits.train.images[drawn]
        model = LogisticRegression(C=0.05, max_iter=60)
        model.fit(_prepared(images).reshape(len(images), -1), digits.train.labels[drawn])
        network = Linear(model.coef_.reshape(-1, *images.shape[1:3]), model.intercept_)
        study = cases.study_attributions(
            network,
            _prepared,
            digits.test.images,
            digits.test.labels,
            scores=network.scores(_prepared(digits.test.images)),
            classes=model.classes_,
            seed=seed,
        )
        assert study is not None
        experiment = Experiment(
            "digits", digits.fingerprint, 300, None, "custom_cnn", seed=seed, protocol=Protocol()
        )
        measured = (
            Measurement("ari", 0.5 + seed / 100, len(digits.test.labels), "kmeans"),
            *study.measurements,
        )
        store.write(Result(experiment, measured, study.artifacts()))
    return store


def _prepared(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    return images.astype(np.float32) / 255
