"""Which dimensions carry the classes, and how few of them would do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fxreport.measures import neighborhoods as near
from fxreport.measures.base import Inputs, Measure, Measured
from fxreport.measures.components import principal_components
from fxreport.measures.internals import small_floats
from fxreport.measures.probes import Probe, linear_probe
from fxreport.measures.sampling import stratified_subset
from fxreport.vocabulary.experiment import SHUFFLED, SUFFICIENT
from fxreport.vocabulary.measures import FEATURES, TRAIN_FEATURES
from fxreport.vocabulary.steps import Measurement, Scalar

#: numbers of leading principal components that are tried
COMPONENTS = (1, 2, 4, 8, 16, 32, 64, 128)
_SHUFFLES = 5


@dataclass(frozen=True, slots=True, eq=False)
class Importance:
    """``probe_weights`` (d,) float32: norm over classes of the probe's weights on standardised dimensions.

    ``components`` (c,) int16 leading principal components, with the accuracy of nearest neighbours in them,
    ``component_accuracy`` (c,), and their share of the variance, ``component_variance`` (c,), float32.
    """

    probe_weights: NDArray[np.float32] | None
    components: NDArray[np.int16]
    component_accuracy: NDArray[np.float32]
    component_variance: NDArray[np.float32]
    measurements: tuple[Measurement, ...]


def importance(
    features: NDArray[np.float32],
    labels: NDArray[np.integer],
    indices: NDArray[np.integer],
    probe: Probe | None,
    *,
    seed: int,
) -> Importance:
    """Measure test features (n, d) with labels (n,); principal components on the rows ``indices`` (m,) only.

    - ``probe_half_dimensions``, ``probe_half_share``: the fewest dimensions that hold half of the probe's
      squared weight, as a count and as a share of d;
    - ``permuted_top_accuracy``: the probe's accuracy when the tenth of the dimensions with the largest
      weights is shuffled among the images as one block (permutation importance: Breiman 2001), mean of five
      shuffles;
      ``permuted_random_accuracy``: the same with a tenth drawn at random;
    - ``sufficient_components``: the fewest leading principal components in which the leave-one-out vote of
      the 12 nearest reaches 95 % of its accuracy in all dimensions.
    """
    counts, accuracy, variance, sufficient = _components(features[indices], labels[indices])
    measurements = []
    if sufficient is not None:
        measurements.append(Measurement("sufficient_components", sufficient, len(indices)))
    weights = None
    if probe is not None:
        weights = probe.standard_norms()
        half = half_of(np.square(weights))
        top, drawn = _shuffled_accuracies(features, labels, probe, weights, np.random.default_rng(seed))
        n = len(labels)
        measurements += [
            Measurement("probe_half_dimensions", half),
            Measurement("probe_half_share", half / len(weights)),
            Measurement("permuted_top_accuracy", top, n),
            Measurement("permuted_random_accuracy", drawn, n),
        ]
    return Importance(weights, counts, accuracy, variance, tuple(measurements))


def half_of(amounts: NDArray[np.floating]) -> int:
    """The fewest of the amounts (d,) that sum to half of all, at least one."""
    ordered = np.cumsum(np.sort(np.asarray(amounts, np.float64))[::-1])
    # Half of a sum is met to within its rounding.
    return int(np.searchsorted(ordered, ordered[-1] / 2 * (1 - 1e-9)) + 1)


def _components(
    points: NDArray[np.float32], classes: NDArray[np.integer]
) -> tuple[NDArray[np.int16], NDArray[np.float32], NDArray[np.float32], int | None]:
    most = min(points.shape[1], len(points) - 1)
    nothing = np.empty(0, np.float32)
    if most < 1 or len(np.unique(classes)) < 2:
        return np.empty(0, np.int16), nothing, nothing, None
    scores, shares = principal_components(points.astype(np.float64), min(most, max(COMPONENTS)))
    counts = [count for count in COMPONENTS if count <= scores.shape[1]]
    accuracy = [near.vote_accuracy(near.neighborhoods(scores[:, :count]), classes) for count in counts]
    whole = near.vote_accuracy(near.neighborhoods(points), classes)
    enough = [count for count, reached in zip(counts, accuracy, strict=True) if reached >= SUFFICIENT * whole]
    return (
        np.array(counts, np.int16),
        np.array(accuracy, np.float32),
        np.cumsum(shares)[np.array(counts) - 1].astype(np.float32),
        enough[0] if enough else points.shape[1],
    )


def _shuffled_accuracies(
    features: NDArray[np.float32],
    labels: NDArray[np.integer],
    probe: Probe,
    weights: NDArray[np.float32],
    rng: np.random.Generator,
) -> tuple[float, float]:
    count = max(1, round(SHUFFLED * len(weights)))
    heaviest = np.argsort(-weights, kind="stable")[:count]

    def accuracy(dimensions: NDArray[np.integer]) -> float:
        shuffled = features.copy()
        shuffled[:, dimensions] = features[rng.permutation(len(features))][:, dimensions]
        return float(np.mean(probe.classify(shuffled) == labels))

    top = [accuracy(heaviest) for _ in range(_SHUFFLES)]
    drawn = [accuracy(rng.choice(len(weights), count, replace=False)) for _ in range(_SHUFFLES)]
    return float(np.mean(top)), float(np.mean(drawn))


def weighed(inputs: Inputs, *, level: str, seed: int, settings: Mapping[str, Scalar]) -> Measured:
    images = int(settings["projection_images"])
    chosen = stratified_subset(inputs.labels, images, np.random.default_rng(seed))
    probe = linear_probe(inputs, seed)
    found = importance(inputs.features, inputs.labels, chosen, probe and probe[0], seed=seed)
    weights = found.probe_weights
    return Measured(
        found.measurements,
        {
            "components/count": found.components,
            "components/knn_accuracy": found.component_accuracy,
            "components/variance": found.component_variance,
            **({} if weights is None else {"probe_weights": small_floats(weights)}),
        },
    )


MEASURE = Measure(
    name="importance",
    run=weighed,
    needs=frozenset({FEATURES, TRAIN_FEATURES}),
    asked_by="inspections",
    settings={"projection_images": 1_500},
    metrics=(
        "sufficient_components", "probe_half_dimensions", "probe_half_share", "permuted_top_accuracy",
        "permuted_random_accuracy",
    ),
    arrays=("components/count", "components/knn_accuracy", "components/variance", "probe_weights"),
)  # fmt: skip
