"""All studies of one fitted extractor, as far as it lets itself be studied."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from fxreport.measures.attribution import Classifier
from fxreport.measures.cases import study_attributions
from fxreport.measures.filters import study_filters
from fxreport.measures.latent import study_latent
from fxreport.measures.layers import study_layers
from fxreport.measures.sampling import stratified_subset
from fxreport.measures.separability import Probe
from fxreport.vocabulary.experiment import FILTER_DRAWS, Measurement

#: test images on which the layers are studied, at most
LAYER_IMAGES = 1_000

Images = NDArray[np.uint8]
Arrays = dict[str, NDArray[np.generic]]


class LayerFacts(Protocol):
    """Name, channels, side of the maps (0 without), and side of the receptive field in pixels."""

    name: str
    channels: int
    size: int
    receptive_field: int


class Network(Classifier, Protocol):
    """An opened network; ``extractors.opened.OpenedNetwork`` is one."""

    @property
    def layers(self) -> Sequence[LayerFacts]: ...

    def activations(self, prepared: NDArray[np.float32]) -> list[NDArray[np.float32]]: ...

    def kernels(self) -> NDArray[np.float32]: ...

    def untrained_kernels(self, draws: int, seed: int) -> NDArray[np.float32]: ...

    def with_head(self, weights: NDArray[np.float32], bias: NDArray[np.float32]) -> Network: ...

    def randomised(self, seed: int, *, top_only: bool) -> Network: ...


@dataclass(frozen=True, slots=True, eq=False)
class Interpretation:
    measurements: tuple[Measurement, ...] = ()
    artifacts: Arrays = field(default_factory=dict)


def interpret(
    extractor: Any,
    images: Images,
    labels: NDArray[np.integer],
    features: NDArray[np.float32],
    probe: Probe | None,
    *,
    inspections: Collection[str],
    seed: int,
    on_part: Callable[[str], None] = lambda part: None,
) -> Interpretation:
    """Study an extractor on test images (n, h, w, c) with labels (n,) and features (n, d).

    ``extractor`` is asked for what it has (``extractors.base`` lists it): ``opened()`` → filters and layers,
    and, with a ``head_`` of its own or pretrained with ``probe`` for one, attributions; ``decode`` → latent
    space.
    """
    measurements: list[Measurement] = []
    artifacts: Arrays = {}

    def take(measured: Sequence[Measurement], arrays: Arrays) -> None:
        measurements.extend(measured)
        artifacts.update(arrays)

    network = extractor.opened() if hasattr(extractor, "opened") else None
    if network is not None and "filters" in inspections:
        on_part("filters")
        take(*_filters(network, seed))
    if network is not None and "layers" in inspections:
        on_part("layers")
        chosen = stratified_subset(labels, LAYER_IMAGES, np.random.default_rng(seed))
        take(*_layers(network, extractor, images[chosen], labels[chosen]))
    if hasattr(extractor, "decode") and "latent" in inspections:
        on_part("latent")
        take(*_latent(extractor, images, labels, features, seed))
    head = getattr(extractor, "head_", probe if extractor.family == "pretrained" else None)
    if network is not None and head is not None and "attribution" in inspections:
        on_part("attribution")
        study = study_attributions(
            network.with_head(head.weights, head.bias),
            lambda batch: np.asarray(extractor.preprocess(batch), np.float32),
            images,
            labels,
            scores=features @ head.weights + head.bias,
            classes=head.classes,
            seed=seed,
        )
        if study is not None:
            take(study.measurements, study.artifacts())
    return Interpretation(tuple(measurements), artifacts)


def _filters(network: Network, seed: int) -> tuple[Sequence[Measurement], Arrays]:
    kernels, untrained = network.kernels(), network.untrained_kernels(FILTER_DRAWS, seed)
    study = study_filters(kernels, untrained)
    return study.measurements, {
        "filters": kernels.astype(np.float16),
        "untrained_filters": untrained[0].astype(np.float16),
        **{f"filter_measures/{name}": values.astype(np.float16) for name, values in study.measures.items()},
        "filter_reference_names": np.array(study.reference_names),
        "filter_reference": study.reference,
    }


def _layers(
    network: Network, extractor: Any, images: Images, labels: NDArray[np.integer]
) -> tuple[Sequence[Measurement], Arrays]:
    facts = network.layers
    batches = (
        network.activations(
            np.asarray(extractor.preprocess(images[start : start + extractor.batch_size]), np.float32)
        )
        for start in range(0, len(images), extractor.batch_size)
    )
    study = study_layers(batches, labels)
    accuracy = study.knn_accuracy
    values = {
        "first_layer_knn_accuracy": accuracy[0],
        "best_layer_knn_accuracy": accuracy.max(),
        "last_layer_knn_accuracy": accuracy[-1],
    }
    return [Measurement(name, float(value), len(labels)) for name, value in values.items()], {
        "layers/names": np.array([fact.name for fact in facts]),
        "layers/channels": np.array([fact.channels for fact in facts], np.int32),
        "layers/size": np.array([fact.size for fact in facts], np.int32),
        "layers/receptive_field": np.array([fact.receptive_field for fact in facts], np.int32),
        "layers/zero_share": study.zero_share,
        "layers/knn_accuracy": study.knn_accuracy,
        "layers/probe_accuracy": study.probe_accuracy,
    }


def _latent(
    extractor: Any, images: Images, labels: NDArray[np.integer], features: NDArray[np.float32], seed: int
) -> tuple[Sequence[Measurement], Arrays]:
    study = study_latent(features, extractor.decode, images, labels, seed=seed)
    return study.measurements, {
        "reconstruction_mse_by_class": study.mse_by_class,
        "latent_walk": study.walks,
        "latent_walk_ends": study.ends,
    }
