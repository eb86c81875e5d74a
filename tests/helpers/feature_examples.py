"""Examples of the figures of what is inside the features: really computed on scikit-learn's digits."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from fxreport.analysis.quantities.similarity import cka
from fxreport.report.figures import components, shuffles, similarity, weights
from fxreport.report.figures.style import subjects

SETS = ("MNIST", "Fashion-MNIST", "CIFAR-10")
NAMES = (
    "Сирі пікселі",
    "Власна CNN",
    "Автоенкодер",
    "EfficientNet-Lite0 · 32 px",
    "EfficientNet-Lite0 · 96 px",
)
_ROWS = (
    (NAMES[0], "raw_pixels", None),
    (NAMES[1], "custom_cnn", None),
    (NAMES[2], "autoencoder", None),
    (NAMES[3], "efficientnet_lite0", 32),
    (NAMES[4], "efficientnet_lite0", 96),
)


@cache
def digits() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    return images[:400] / 16, labels[:400]


def _features(which: int) -> NDArray[np.float64]:
    """Pixels, and four random layers that are ever farther from them."""
    images, _ = digits()
    if which == 0:
        return images
    rng = np.random.default_rng(which)
    mixed: NDArray[np.float64] = np.maximum(images @ rng.normal(size=(64, 32 * which)) - which / 2, 0)
    return mixed


def component_example() -> components.Components:
    # imported here: loading this module is to stay light
    from fxreport.measures import neighborhoods as near
    from fxreport.measures.projection import principal_components

    _, labels = digits()
    counts = np.array([1, 2, 4, 8, 16, 32])
    lines = []
    for which, subject in enumerate(subjects(_ROWS)):
        scores, _ = principal_components(_features(which), 32)
        accuracy = [near.vote_accuracy(near.neighborhoods(scores[:, :c]), labels) for c in counts]
        whole = near.vote_accuracy(near.neighborhoods(_features(which)), labels)
        lines.append(components.ComponentLine(subject, counts, np.round(accuracy, 4), round(whole, 4)))
    panels = tuple(components.ComponentPanel(title, tuple(lines)) for title in SETS)
    return components.Components(
        panels, "кількість головних компонент", "точність за сусідами", "усі", "не виміряно", ","
    )


def weight_example() -> weights.Weights:
    curves = []
    for which, subject in enumerate(subjects(_ROWS)):
        squared = np.sort(_features(which).var(axis=0))[::-1] ** (1 + which)
        shares = np.concatenate([[0], np.cumsum(squared) / squared.sum()]).round(4)
        at = np.linspace(0, 1, len(shares))
        curve = np.interp(np.linspace(0, 1, 41), at, shares)
        curves.append(weights.WeightCurve(subject, curve, float(np.interp(0.5, shares, at).round(4))))
    panels = tuple(weights.WeightPanel(title, tuple(curves)) for title in SETS)
    return weights.Weights(
        panels,
        "частка вимірів, від найвагоміших",
        "частка квадрата ваги",
        "однакова вага",
        "не виміряно",
        ",",
    )


def pixel_example() -> weights.PixelWeights:
    images, _ = digits()
    spread = images.std(axis=0).reshape(8, 8).round(4)
    panels = tuple(weights.PixelPanel(title, spread, (2, 6, 2, 6)) for title in SETS)
    return weights.PixelWeights(panels, ("нульова вага", "найбільша"))


def similarity_example() -> similarity.Similarity:
    values = np.array([[cka(_features(a), _features(b)) for b in range(5)] for a in range(5)]).round(4)
    absent = values.copy()
    absent[1, :] = absent[:, 1] = np.nan
    panels = tuple(
        similarity.SimilarityPanel(title, x)
        for title, x in zip(SETS, (values, absent, -0.1 * values), strict=True)
    )
    return similarity.Similarity(panels, NAMES, ",")


def shuffle_example() -> shuffles.Shuffles:
    whole = (0.89, 0.98, 0.89, 0.78, 0.92)
    rows = tuple((w, w - 0.02 * k, w - 0.09 * k) for k, w in enumerate(whole))
    panels = (
        shuffles.ShufflePanel(SETS[0], rows),
        shuffles.ShufflePanel(SETS[1], (*rows[:2], None, *rows[3:])),
        shuffles.ShufflePanel(SETS[2], tuple((w / 2, d / 2, h / 2) for w, d, h in rows)),
    )
    labels = ("без змін", "перемішано випадкові виміри", "перемішано найвагоміші виміри")
    return shuffles.Shuffles(subjects(_ROWS), panels, "точність лінійної проби", labels, ",")
