"""Images and features as arrays for other programs, in the form in which features of theirs come back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fxreport.datasets.base import Dataset
from fxreport.datasets.sampling import sample_indices
from fxreport.vocabulary.steps import Experiment
from fxreport.work.extraction import ExtractorFactory, close, fit_again, probe_positions, sampled
from fxreport.work.features import FeatureCache

Arrays = Mapping[str, NDArray[Any]]


def images_of(dataset: Dataset, experiments: Iterable[Experiment] | None = None) -> Arrays:
    """Return ``train_images`` (n, height, width, channels) uint8, ``train_labels`` (n,), and as much of test.

    Of the whole set; or of the images alone that experiments work on, with their positions in the splits as
    ``train_indices`` and ``test_indices``.
    """
    positions: dict[str, NDArray[np.integer]] = {}
    if experiments is not None:
        drawn = [sample_indices(dataset, one.train, one.test, one.seed) for one in experiments]
        for split, of_split in zip(("train", "test"), zip(*drawn, strict=True), strict=True):
            positions[split] = np.unique(np.concatenate(of_split))
    found: dict[str, NDArray[Any]] = {}
    for name, whole in (("train", dataset.train), ("test", dataset.test)):
        part = whole.take(positions[name]) if name in positions else whole
        found |= {f"{name}_images": part.images, f"{name}_labels": part.labels}
        if name in positions:
            found[f"{name}_indices"] = positions[name]
    return found


def features_of(
    experiment: Experiment, load: Callable[[], Dataset], create: ExtractorFactory, cache: FeatureCache
) -> Arrays:
    """Return ``train`` (m, d) float32, ``train_labels`` and ``train_indices`` (m,), and those of ``test``.

    The train images are those that probes learn from. What the cache does not keep is extracted again.
    Raises what loading, fitting and extracting raise.
    """
    dataset = load()
    images = sampled(experiment, dataset)
    kept = cache.read(experiment.key)
    if kept is None:
        fitted = fit_again(experiment, dataset, images, create, lambda stage, done, total: None)
        close(fitted.extractor)
        kept = fitted.features
        cache.write(experiment.key, kept)
    train_indices, test_indices = sample_indices(dataset, experiment.train, experiment.test, experiment.seed)
    return {
        "train": kept.train_features,
        "train_labels": kept.train_labels,
        "train_indices": train_indices[probe_positions(images.train, experiment)],
        "test": kept.features,
        "test_labels": kept.labels,
        "test_indices": test_indices,
    }
