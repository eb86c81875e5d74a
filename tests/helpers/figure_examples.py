"""One realistic example of every kind of figure: scikit-learn's real digits, Ukrainian labels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import attribution_examples
import feature_examples as features
import inside_examples as inside
import numpy as np
from numpy.typing import NDArray

from fxreport.report.figures import (
    attribution,
    class_errors,
    components,
    confusion,
    critical_difference,
    curves,
    deletion,
    feature_maps,
    filter_measures,
    filters,
    input_size,
    latent_walk,
    layers,
    projections,
    quality,
    reconstructions,
    shares,
    shuffles,
    similarity,
    speed,
    style,
    tradeoff,
    weights,
)
from fxreport.report.figures.style import Subject, subjects

DIGITS = tuple(str(i) for i in range(10))
CLOTHES = (
    "Футболка/топ", "Штани", "Пуловер", "Сукня", "Пальто",
    "Сандалі", "Сорочка", "Кросівки", "Сумка", "Черевики",
)  # fmt: skip


@dataclass(frozen=True)
class Example:
    name: str
    data: Any
    draw: Callable[[Any], str]


def variants() -> tuple[Subject, ...]:
    """The variants of the standard plan."""
    rows: list[tuple[str, str, int | None]] = [
        ("Сирі пікселі", "raw_pixels", None),
        ("Власна CNN", "custom_cnn", None),
        ("Автоенкодер", "autoencoder", None),
    ]
    for title, name, sizes in (
        ("VGG16", "vgg16", (32, 64)),
        ("ResNet50", "resnet50", (32, 96)),
        ("MobileNetV2", "mobilenet_v2", (32, 96)),
        ("EfficientNet-Lite0", "efficientnet_lite0", (32, 96)),
    ):
        rows += [(f"{title} · {size} px", name, size) for size in sizes]
    return subjects(rows)


ARI = {
    "MNIST": (0.377, 0.86, 0.42, 0.22, 0.31, 0.20, 0.33, 0.163, 0.29, 0.193, 0.308),
    "Fashion-MNIST": (0.353, 0.66, 0.36, 0.30, 0.37, 0.257, 0.41, 0.165, 0.44, 0.275, 0.501),
    "CIFAR-10": (0.043, 0.20, 0.046, 0.06, 0.11, 0.021, 0.16, 0.021, 0.19, 0.043, 0.283),
}
SECONDS = (0.011, 0.80, 0.61, 8.1, 31.2, 3.9, 33.4, 0.71, 5.2, 0.93, 7.7)
PUBLISHED = {
    "MNIST": (None, 0.439, 0.344, 0.220, None, 0.201, None, 0.163, None, None, None),
    "Fashion-MNIST": (None, 0.305, 0.335, 0.300, None, 0.257, None, 0.165, None, None, None),
    "CIFAR-10": (None, 0.073, 0.055, 0.046, None, 0.021, None, 0.021, None, None, None),
}
NOT_MEASURED = frozenset({5, 6})


@cache
def digits() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    return images / 16, labels


def uk(value: float, decimals: int = 3) -> str:
    return f"{value:.{decimals}f}".replace(".", ",")


def _planes(count: int, seed: int) -> NDArray[np.float64]:
    """PCA of the digits seen through a fixed random layer: another extractor for another seed."""
    from sklearn.decomposition import PCA

    images, _ = digits()
    if seed:
        rng = np.random.default_rng(seed)
        images = np.maximum(images @ rng.normal(size=(64, 128)), 0)
    plane: NDArray[np.float64] = PCA(2, random_state=0).fit_transform(images)[:count]
    return plane.round(6)  # the last digits depend on where in memory BLAS finds the matrix


def _projections(methods: tuple[str, ...], count: int, classes: tuple[str, ...]) -> projections.Projections:
    """A row per extractor; the last method is missing for the last of them."""
    _, labels = digits()
    names = ("Власна CNN", "Автоенкодер", "Сирі пікселі", "EfficientNet-Lite0 · 96 px", "VGG16 · 64 px")
    names = (*names, "ResNet50 · 32 px")[:count]
    rows = []
    for i in range(count):
        plane = _planes(1500, i)
        panels: list[projections.ProjectionPanel | None] = [
            projections.ProjectionPanel(
                plane * (1, 1 + 0.2 * j), labels[:1500], f"{61 + i} % · груп: {uk(2 + j, 1)}"
            )
            for j in range(len(methods))
        ]
        if i == count - 1:
            panels[-1] = None
        rows.append(tuple(panels))
    return projections.Projections(
        names, methods, tuple(rows), classes, "" if classes == DIGITS else "Класи", "не виміряно"
    )


METHODS = ("PCA", "t-SNE", "UMAP", "Isomap", "Спектральне вкладення")


def _quality() -> quality.Quality:
    rng = np.random.default_rng(1)
    panels = []
    for dataset, means in ARI.items():
        cells = []
        for i, mean in enumerate(means):
            published = PUBLISHED[dataset][i]
            if i in NOT_MEASURED:
                cells.append(quality.QualityCell(published=published) if published is not None else None)
                continue
            seeds = tuple(float(v) for v in mean + rng.normal(0, 0.01 + mean / 25, 3))
            center = sum(seeds) / 3
            low, high = min(seeds) - 0.01, max(seeds) + 0.01
            cells.append(quality.QualityCell(center, seeds, (low, high), published, uk(center)))
        panels.append(quality.QualityPanel(dataset, tuple(cells)))
    labels = quality.QualityLabels(
        mean="середнє", seed="окремі запуски", interval="95 % інтервал",
        published="опубліковано в оригіналі", reference="випадкове розбиття", missing="не виміряно",
    )  # fmt: skip
    return quality.Quality(variants(), tuple(panels), "ARI", labels, decimal=",")


def _shares() -> shares.Shares:
    """Below 100 %, to the right and to the left of each other, and one alone."""
    panels = []
    for dataset, means in ARI.items():
        cells = []
        for i, mean in enumerate(means):
            upper, lower = 100 * (0.4 + mean / 2), 100 * (0.85 - mean / 2)
            known = (None, "") if i in NOT_MEASURED else (upper, uk(upper))
            cells.append(shares.SharesCell(known[0], lower, known[1], uk(lower)))
        panels.append(shares.SharesPanel(dataset, tuple(cells)))
    return shares.Shares(variants(), tuple(panels), "правильно, %", "лінійна проба", "кластери", decimal=",")


def _tradeoff() -> tradeoff.Tradeoff:
    panels = []
    for dataset, means in ARI.items():
        points = tuple(
            tradeoff.TradeoffPoint(subject, seconds, mean)
            for i, (subject, seconds, mean) in enumerate(zip(variants(), SECONDS, means, strict=True))
            if i not in NOT_MEASURED
        )
        panels.append(
            tradeoff.TradeoffPanel(dataset, points, "Не виміряно: ResNet50 · 32 px, ResNet50 · 96 px")
        )
    return tradeoff.Tradeoff(tuple(panels), "Час екстракції, с", "ARI", "не виміряно", ",")


def _speed() -> speed.Speed:
    rng = np.random.default_rng(2)
    bars = []
    for i, (subject, seconds) in enumerate(zip(variants(), SECONDS, strict=True)):
        if i in NOT_MEASURED:
            bars.append(speed.SpeedBar(subject, None))
            continue
        times = tuple(float(t) for t in seconds * rng.uniform(0.8, 1.2, 3))
        mean = sum(times) / 3
        bars.append(speed.SpeedBar(subject, mean, f"{uk(mean, 2)} с", f"×{uk(mean / SECONDS[1], 2)}", times))
    return speed.Speed(
        tuple(bars), "Середній час екстракції, с", "час", "до Власної CNN", SECONDS[1], "не виміряно", ","
    )


def _curves() -> curves.Curves:
    rng = np.random.default_rng(3)
    epochs = np.arange(1, 13)
    panels = []
    for dataset, top in (("MNIST", 0.985), ("Fashion-MNIST", 0.9), ("CIFAR-10", 0.62)):
        train = tuple(top * (1.02 - 0.6 * np.exp(-epochs / 2.5)) + rng.normal(0, 0.006, 12) for _ in range(3))
        valid = tuple(top * (0.97 - 0.5 * np.exp(-epochs / 2.2)) + rng.normal(0, 0.012, 12) for _ in range(3))
        panels.append(
            curves.CurvesPanel(dataset, (curves.Curve("навчання", train), curves.Curve("перевірка", valid)))
        )
    return curves.Curves(tuple(panels), "епоха", "точність", missing="не виміряно", decimal=",")


def _confusion() -> confusion.Confusion:
    from sklearn.cluster import KMeans

    images, labels = digits()
    found = KMeans(10, n_init=3, random_state=0).fit_predict(images)
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (labels, found), 1)
    order = confusion.match_clusters(counts)
    return confusion.Confusion(
        counts[:, order] / counts.sum(axis=1, keepdims=True),
        CLOTHES,
        tuple(str(c) for c in order),
        "Клас",
        "Кластер",
        ",",
    )


def _input_size() -> input_size.InputSize:
    measured = {
        "MNIST": {3: (0.22, 0.31), 5: (0.163, 0.29), 6: (0.193, 0.308, 0.360, 0.397)},
        "Fashion-MNIST": {3: (0.30, 0.37), 5: (0.165, 0.44), 6: (0.275, 0.501, 0.556, 0.515)},
        "CIFAR-10": {3: (0.06, 0.11), 5: (0.021, 0.19), 6: (0.043, 0.283, 0.433, 0.509)},
    }
    names = {3: "VGG16", 5: "MobileNetV2", 6: "EfficientNet-Lite0"}
    panels = []
    for dataset, lines in measured.items():
        drawn = []
        for index, means in lines.items():
            sizes = (32, 64) if index == 3 else (32, 96, 160, 224)[: len(means)]
            seeds = tuple((m - 0.012, m, m + 0.011) for m in means)
            drawn.append(input_size.SizeLine(Subject(names[index], index), sizes, means, seeds))
        panels.append(input_size.SizePanel(dataset, tuple(drawn)))
    return input_size.InputSize(tuple(panels), "Розмір входу, px", "ARI", "не виміряно", ",")


def rank_example() -> critical_difference.CriticalDifference:
    ranks = (2.43, 2.79, 3.93, 4.5, 4.79, 5.14, 6.5, 7.21, 8.0, 9.86, 10.86)
    return critical_difference.CriticalDifference(
        subjects=variants(),
        ranks=ranks,
        texts=tuple(style.format_number(rank, 2, ",") for rank in ranks),
        critical=4.04,
        cliques=((2.43, 5.14), (2.79, 6.5), (3.93, 7.21), (4.5, 8.0), (6.5, 9.86), (7.21, 10.86)),
        axis="середній ранг за наборами зображень, найкращий ліворуч",
        label="критична різниця",
        decimal=",",
    )


def examples() -> tuple[Example, ...]:
    return (
        Example("projections-6", _projections(METHODS, 6, CLOTHES), projections.draw),
        Example("projections-2", _projections(METHODS[:2], 5, DIGITS), projections.draw),
        Example("quality", _quality(), quality.draw),
        Example("tradeoff", _tradeoff(), tradeoff.draw),
        Example("shares", _shares(), shares.draw),
        Example("speed", _speed(), speed.draw),
        Example("curves", _curves(), curves.draw),
        Example("filters", inside.filters_example(), filters.draw),
        Example("filter_measures", inside.filter_measures_example(), filter_measures.draw),
        Example("layers", inside.layers_example(), layers.draw),
        Example("feature_maps", inside.feature_maps_example(), feature_maps.draw),
        Example("reconstructions", inside.reconstructions_example(10), reconstructions.draw),
        Example("reconstructions-4", inside.reconstructions_example(4), reconstructions.draw),
        Example("class_errors", inside.class_errors_example(), class_errors.draw),
        Example("latent_walk", inside.walks_example(), latent_walk.draw),
        Example("attribution", attribution_examples.attributions(digits()[0]), attribution.draw),
        Example("deletion", attribution_examples.curves(), deletion.draw),
        Example("components", features.component_example(), components.draw),
        Example("weights", features.weight_example(), weights.draw),
        Example("pixel_weights", features.pixel_example(), weights.draw_pixels),
        Example("shuffles", features.shuffle_example(), shuffles.draw),
        Example("similarity", features.similarity_example(), similarity.draw),
        Example("confusion", _confusion(), confusion.draw),
        Example("critical_difference", rank_example(), critical_difference.draw),
        Example("input_size", _input_size(), input_size.draw),
    )
