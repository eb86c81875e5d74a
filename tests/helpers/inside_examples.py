"""Examples of the figures of what is inside networks: real digits, random kernels, Ukrainian labels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fxreport.report.figures import (
    class_errors,
    feature_maps,
    filter_measures,
    filters,
    latent_walk,
    layers,
    reconstructions,
)
from fxreport.report.figures.style import Subject, subjects

SETS = ("MNIST", "Fashion-MNIST", "CIFAR-10")
CLOTHES = (
    "футболка або топ", "штани", "пуловер", "сукня", "пальто",
    "сандалі", "сорочка", "кросівки", "сумка", "черевики",
)  # fmt: skip
PHOTOS = ("літак", "автомобіль", "птах", "кіт", "олень", "собака", "жаба", "кінь", "корабель", "вантажівка")


def images() -> NDArray[np.float64]:
    """(n, 8, 8) in [0, 1]"""
    from sklearn.datasets import load_digits

    pixels, _ = load_digits(return_X_y=True)
    return np.asarray(pixels / 16).reshape(-1, 8, 8)


def networks() -> tuple[Subject, ...]:
    return subjects(
        [
            ("Власна CNN", "custom_cnn", None),
            ("Автоенкодер", "autoencoder", None),
            ("EfficientNet-Lite0 32 пкс", "efficientnet_lite0", 32),
            ("EfficientNet-Lite0 96 пкс", "efficientnet_lite0", 96),
        ]
    )


def filters_example() -> filters.Filters:
    rng = np.random.default_rng(4)

    def panel(title: str, count: int, channels: int) -> filters.FiltersPanel:
        drawn = rng.uniform(-1, 1, (2, count, 3, 3, channels))
        return filters.FiltersPanel(title, drawn[0].round(2), drawn[1].round(2))

    own = [
        filters.FiltersRow(label, tuple(panel(name, count, 1 + 2 * (name == "CIFAR-10")) for name in SETS))
        for label, count in (("Власна CNN", 16), ("Автоенкодер", 32))
    ]
    pretrained = filters.FiltersRow("EfficientNet-Lite0", (panel("усі набори зображень", 32, 3),))
    return filters.Filters((*own, pretrained), "навчені", "ненавчені")


def filter_measures_example() -> filter_measures.FilterMeasures:
    rng = np.random.default_rng(6)
    cnn, code, _, wide = networks()
    rows = [(f"{s.label} · {name}", s) for s in (cnn, code) for name in SETS]
    rows.append(("EfficientNet-Lite0", replace(wide, label="EfficientNet-Lite0")))
    titles = (
        "Яскравість: енергія середнього значення", "Шорсткість", "Вибірковість за орієнтацією",
        "Просторова частота, періодів на піксель", "Частка, пояснена функцією Габора",
        "Частка енергії в одному кольорі",
    )  # fmt: skip
    panels = []
    for title in titles:
        measured: list[filter_measures.Measured | None] = [
            filter_measures.Measured(tuple(rng.normal(0.5, 0.08, 3).round(4).tolist()), 0.4, 0.5, 0.58)
            for _ in rows
        ]
        if "кольорі" in title:
            measured[0] = measured[1] = None
        panels.append(filter_measures.MeasurePanel(title, tuple(measured)))
    return filter_measures.FilterMeasures(
        tuple(rows), tuple(panels), "навчені, один запуск", "ненавчені: 95 % ініціалізацій і медіана", ","
    )


def layers_example() -> layers.Layers:
    rng = np.random.default_rng(7)
    means = (
        (0.51, 0.86, 0.97, 0.98),
        (0.38, 0.42, 0.9),
        (0.54, 0.74, 0.84, 0.88, 0.7),
        (0.47, 0.57, 0.67, 0.9, 0.84),
    )
    panels = [
        layers.LayersPanel(
            title,
            note,
            tuple(
                layers.LayerLine(network, (np.array(mean) + rng.normal(0, 0.01, (3, len(mean)))).round(4))
                for network, mean in zip(networks(), means, strict=True)
            ),
        )
        for note in ("найближчі сусіди", "лінійна проба")
        for title in SETS
    ]
    return layers.Layers(tuple(panels), "шар", "точність", "не виміряно", ",")


def feature_maps_example() -> feature_maps.FeatureMaps:
    rng = np.random.default_rng(5)
    examples = []
    for i, name in ((3, "MNIST: 3"), (25, "CIFAR-10: автомобіль")):
        image = images()[i]
        shown = []
        maps = image[None]
        for depth, side in ((1, 8), (2, 4), (3, 2)):
            kernels = rng.normal(size=(16, len(maps)))
            maps = np.maximum(np.tensordot(kernels, maps, 1), 0)
            if side < 8:
                maps = maps.reshape(16, side, 2, side, 2).max(axis=(2, 4))
            notes = (f"поле {1 + 4 * depth}\u00a0пкс", f"нульових {40 + depth}\u00a0%")
            shown.append(feature_maps.LayerMaps(f"шар {depth}: {side}×{side}", maps, notes))
        picture = image if i == 3 else np.stack([image, image**2, 1 - image], axis=-1)
        examples.append(feature_maps.FeatureMapsExample(name, picture, tuple(shown)))
    return feature_maps.FeatureMaps(tuple(examples))


def reconstructions_example(count: int) -> reconstructions.Reconstructions:
    from sklearn.decomposition import PCA

    flat = images().reshape(-1, 64)
    model = PCA(10, random_state=0).fit(flat)
    back = model.inverse_transform(model.transform(flat[:count])).reshape(-1, 8, 8)
    return reconstructions.Reconstructions(
        tuple(
            reconstructions.ReconstructionsPanel(title, images()[:count], back, "похибка 0,0123")
            for title in SETS
        ),
        "оригінал",
        "відтворення",
    )


def class_errors_example() -> class_errors.ClassErrors:
    rng = np.random.default_rng(8)
    classes = (tuple(str(i) for i in range(10)), CLOTHES, PHOTOS)
    panels = tuple(
        class_errors.ClassErrorsPanel(
            title, names, (rng.uniform(0.005, 0.02, 10) + rng.normal(0, 5e-4, (3, 10))).round(6)
        )
        for title, names in zip(SETS, classes, strict=True)
    )
    return class_errors.ClassErrors(panels, "середньоквадратична похибка", "не виміряно", ",")


def walks_example() -> latent_walk.Walks:
    part = np.linspace(0, 1, 8)[:, None, None]
    panels = []
    for title, ends in (("MNIST", ("нуль", "одиниця", "двійка", "трійка")), ("Fashion-MNIST", CLOTHES[:4])):
        walks = []
        for first in (0, 2):
            start, end = images()[first], images()[first + 1]
            steps = np.rint(255 * (start * (1 - part) + end * part)).astype(np.uint8)[..., None]
            walks.append(latent_walk.Walk(ends[first], ends[first + 1], steps))
        panels.append(latent_walk.WalksPanel(title, tuple(walks)))
    return latent_walk.Walks(tuple(panels))
