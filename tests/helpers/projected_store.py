"""A store of digits that were really measured, with the pictures of what was projected."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from running import measured

from fxreport.datasets import load
from fxreport.extractors.base import Extractor
from fxreport.store import Store
from fxreport.vocabulary.factors import LEVELS, PROJECTION
from fxreport.vocabulary.steps import Experiment, settings_of

IMAGES = 240
EXTRACTION = settings_of({"version": 1, "probe_train": 150, "timing_repeats": 1, "batch_size": 64})


class Mixed:
    """Pixels times a random matrix: other places in the plane for the same images."""

    name: ClassVar[str] = "mixed"
    title: ClassVar[str] = "Mixed pixels"
    family: ClassVar[str] = "handmade"
    needs_labels: ClassVar[bool] = False
    version: ClassVar[int] = 1
    input_sizes: ClassVar[tuple[int, ...]] = ()

    def __init__(self, *, seed: int = 0, width: int = 16) -> None:
        self.seed, self.width = seed, width
        self.title = f"Mixed pixels {width}"  # type: ignore[misc]

    def fit(self, images: NDArray[np.uint8], labels: NDArray[np.int64] | None = None) -> Extractor:
        pixels = int(np.prod(images.shape[1:]))
        self.mix_ = np.random.default_rng(self.width).normal(size=(pixels, self.width)).astype(np.float32)
        return self

    def transform(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        return np.asarray(images.reshape(len(images), -1).astype(np.float32) @ self.mix_)


def _create(name: str, *, input_size: int | None = None, seed: int = 0, **settings: Any) -> Extractor:
    from fxreport.extractors.registry import create

    if name.startswith("mixed"):
        return Mixed(seed=seed, width=int(name.removeprefix("mixed_")))
    extractor: Extractor = create(name, input_size=input_size, seed=seed, **settings)
    return extractor


def fill(
    folder: Path, extractors: tuple[str, ...] = ("raw_pixels", "mixed_16", "mixed_4"), *, seed: int = 0
) -> Store:
    """Measure one seed of each extractor on digits and write it down."""
    store = Store(folder)
    digits = load("digits")
    experiment = partial(
        Experiment, "digits", digits.fingerprint, 300, IMAGES, seed=seed, extraction=EXTRACTION
    )
    for extractor in extractors:
        whole = measured(
            experiment(extractor),
            digits,
            _create,
            projection_images=200,
            projections=tuple(LEVELS[PROJECTION]),
        )
        for result in whole.results:
            store.write(result)
    return store
