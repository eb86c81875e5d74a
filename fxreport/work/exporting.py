"""Images and features as arrays for other programs, in the form in which features of theirs come back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fxreport.datasets.base import Dataset, Split
from fxreport.datasets.sampling import by_split, sample_indices
from fxreport.vocabulary.own import SPLITS
from fxreport.vocabulary.steps import Experiment
from fxreport.work.extraction import ExtractorFactory, close, fit_again, probe_positions, sampled
from fxreport.work.features import FeatureCache

Arrays = Mapping[str, NDArray[Any]]


def images_of(dataset: Dataset, experiments: Iterable[Experiment] | None = None) -> Arrays:
    """Return ``train_images`` (n, height, width, channels) uint8, ``train_labels`` (n,), and as much of test.

    Of the whole set; or of the images alone that experiments work on, with their positions in the splits as
    ``train_indices`` and ``test_indices``. The splits are those that the set holds: of one that each seed
    divides, the division by seed 0.
    """
    found: dict[str, NDArray[Any]] = {}
    if experiments is None:
        for name in SPLITS:
            found |= _arrays(name, dataset.split(name))
        return found
    positions: dict[str, list[NDArray[np.integer]]] = {name: [] for name in SPLITS}
    for one in experiments:
        drawn = sample_indices(dataset, one.train, one.test, one.seed)
        for split, places in zip(SPLITS, drawn, strict=True):
            for name, _, of_split in by_split(dataset, split, places):
                positions[name].append(of_split)
    for name, parts in positions.items():
        indices = np.unique(np.concatenate(parts))
        found |= _arrays(name, dataset.split(name).take(indices)) | {f"{name}_indices": indices}
    return found


def _arrays(name: str, split: Split) -> dict[str, NDArray[Any]]:
    return {f"{name}_images": split.images, f"{name}_labels": split.labels}


def features_of(
    experiment: Experiment, load: Callable[[], Dataset], create: ExtractorFactory, cache: FeatureCache
) -> Arrays:
    """Return ``train`` (m, d) float32, ``train_labels`` and ``train_indices`` (m,), and those of ``test``.

    The train images are those that probes learn from. Of a set that each seed divides the tables are those of
    the experiment's seed; ``train_splits`` and ``test_splits`` (m,) name the split of ``images_of`` in which
    the indices count. What the cache does not keep is extracted again.
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
    train_places, test_places = sample_indices(dataset, experiment.train, experiment.test, experiment.seed)
    drawn = (
        (
            "train",
            train_places[probe_positions(images.train, experiment)],
            kept.train_features,
            kept.train_labels,
        ),
        ("test", test_places, kept.features, kept.labels),
    )
    found: dict[str, NDArray[Any]] = {}
    for split, places, features, labels in drawn:
        indices, held = np.empty(len(places), np.int64), np.empty(len(places), "<U5")
        for name, there, positions in by_split(dataset, split, places):
            indices[there], held[there] = positions, name
        found |= {split: features, f"{split}_labels": labels, f"{split}_indices": indices}
        if dataset.division is not None:
            found[f"{split}_splits"] = held
    return found
