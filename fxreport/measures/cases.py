"""Attributions of cases chosen by rule, with their sanity checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fxreport.measures import sanity
from fxreport.measures.attribution import METHODS, Maps, resized
from fxreport.measures.base import Inputs, Measure, Measured, Network
from fxreport.measures.probes import linear_probe
from fxreport.measures.sampling import stratified_subset
from fxreport.measures.sanity import Sanity
from fxreport.vocabulary.factors import ATTRIBUTION
from fxreport.vocabulary.measures import FEATURES, IMAGES, NETWORK, TRAIN_FEATURES
from fxreport.vocabulary.steps import Measurement, Scalar

#: classes of which cases are shown, from the first on
SHOWN_CLASSES = 3
#: images that the checks are made on where the network's input is small: the cases, and others drawn by class
CHECKED = 16
_SMALL_INPUT = 64
#: side that kept maps have at most
_KEPT_SIDE = 32

Prepare = Callable[[NDArray[np.uint8]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True, eq=False)
class Cases:
    """Chosen test images: ``positions`` (a,), their ``labels`` and the network's answers ``predicted`` (a,)
    with their probabilities ``confidence`` (a,).
    """

    positions: NDArray[np.int32]
    labels: NDArray[np.int16]
    predicted: NDArray[np.int16]
    confidence: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class AttributionStudy:
    """``maps``: method → (a, h, w) of the cases' own answers; ``checks``: method → its sanity."""

    cases: Cases
    images: NDArray[np.uint8]
    maps: Mapping[str, Maps]
    checks: Mapping[str, Sanity]
    measurements: tuple[Measurement, ...]

    def artifacts(self) -> dict[str, NDArray[np.generic]]:
        """Small arrays under ``attribution/``; each map is divided by its largest absolute value."""
        return {
            "attribution/images": self.images,
            "attribution/positions": self.cases.positions,
            "attribution/labels": self.cases.labels,
            "attribution/predicted": self.cases.predicted,
            "attribution/confidence": self.cases.confidence,
            **{f"attribution/maps/{method}": _kept(maps) for method, maps in self.maps.items()},
            **{
                f"attribution/{kind}/{method}{whose}": getattr(curves, kind).astype(np.float32)
                for method, check in self.checks.items()
                for whose, curves in (("", check.curves), ("_random", check.random))
                for kind in ("deletion", "insertion")
            },
        }


def study_attributions(
    network: Network,
    prepare: Prepare,
    images: NDArray[np.uint8],
    labels: NDArray[np.integer],
    *,
    scores: NDArray[np.float32],
    classes: NDArray[np.integer],
    seed: int,
) -> AttributionStudy | None:
    """Attribute what the network answers on cases among test images (n, h, w, c), and check each method.

    ``scores`` (n, k) are the network's on all test images, ``classes`` (k,) what its columns stand for. Blank
    is the black image. None where there is nothing to choose from.

    - ``attributed_accuracy``: of the classifier on all test images;
    and at each method
    - ``top_randomised``, ``all_randomised``: rank correlation of the maps with those of the network whose
      head, or all of whose layers, were drawn anew;
    - ``deletion``, ``insertion``: areas under the curves; ``gain``: see ``Sanity.gain``.
    """
    cases = choose_cases(scores, classes, labels)
    if not len(cases.positions):
        return None
    prepared = prepare(images[cases.positions])
    if max(prepared.shape[1:3]) <= _SMALL_INPUT:
        drawn = stratified_subset(labels, CHECKED, np.random.default_rng(seed))
        more = drawn[~np.isin(drawn, cases.positions)][: CHECKED - len(cases.positions)]
        prepared = np.concatenate([prepared, prepare(images[more])])
        positions = np.concatenate([cases.positions, more])
    else:
        positions = cases.positions
    answers = scores[positions].argmax(axis=1)
    blank = prepare(np.zeros_like(images[:1]))[0]
    randomised = {
        "top": network.randomised(seed, top_only=True),
        "all": network.randomised(seed, top_only=False),
    }
    maps, checks = {}, {}
    for name, method in METHODS.items():
        every, checks[name] = sanity.check(method, network, randomised, prepared, answers, blank, seed=seed)
        maps[name] = every[: len(cases.positions)]
    values = {
        name: {
            **{f"{what}_randomised": agreement for what, agreement in check.agreement.items()},
            "deletion": check.curves.deletion_area,
            "insertion": check.curves.insertion_area,
            "gain": check.gain,
        }
        for name, check in checks.items()
    }
    right = float(np.mean(classes[scores.argmax(axis=1)] == labels))
    return AttributionStudy(
        cases,
        images[cases.positions],
        maps,
        checks,
        (
            Measurement("attributed_accuracy", right, len(labels)),
            *(
                Measurement(metric, value, len(positions), ((ATTRIBUTION, name),))
                for name, of_method in values.items()
                for metric, value in of_method.items()
            ),
        ),
    )


def choose_cases(
    scores: NDArray[np.floating], classes: NDArray[np.integer], labels: NDArray[np.integer]
) -> Cases:
    """Of each of the first classes, the image answered right and the one answered wrong most confidently.

    ``scores`` (n, k), ``classes`` (k,), ``labels`` (n,). A class without right, or without wrong, answers has
    one case fewer. Equally confident: the first.
    """
    odds = np.exp(np.asarray(scores, np.float64) - scores.max(axis=1, keepdims=True))
    confidence = (odds.max(axis=1) / odds.sum(axis=1)).astype(np.float32)
    predicted = classes[scores.argmax(axis=1)]
    chosen = []
    for label in np.unique(labels)[:SHOWN_CLASSES]:
        for wanted in (predicted == label, predicted != label):
            among = np.flatnonzero((labels == label) & wanted)
            if len(among):
                chosen.append(among[confidence[among].argmax()])
    positions = np.array(chosen, np.int32)
    return Cases(
        positions,
        labels[positions].astype(np.int16),
        predicted[positions].astype(np.int16),
        confidence[positions],
    )


def _kept(maps: Maps) -> NDArray[np.float16]:
    height, width = (min(side, _KEPT_SIDE) for side in maps.shape[1:])
    if maps.shape[1:] != (height, width):
        maps = resized(maps, height, width)
    largest = np.abs(maps).max(axis=(1, 2), keepdims=True)
    return np.asarray(maps / np.where(largest > 0, largest, 1), np.float16)


def attributed(inputs: Inputs, *, level: str, seed: int, settings: Mapping[str, Scalar]) -> Measured:
    """Study what a network answers by its own head, or a pretrained one by the linear probe."""
    extractor = inputs.extractor
    head = getattr(extractor, "head_", None)
    if head is None and extractor.family == "pretrained":
        probe = linear_probe(inputs, seed)
        head = probe and probe[0]
    if head is None:
        return Measured()
    study = study_attributions(
        inputs.network.with_head(head.weights, head.bias),
        lambda batch: np.asarray(extractor.preprocess(batch), np.float32),
        inputs.images,
        inputs.labels,
        scores=inputs.features @ head.weights + head.bias,
        classes=head.classes,
        seed=seed,
    )
    return Measured() if study is None else Measured(study.measurements, study.artifacts())


MEASURE = Measure(
    name="attribution",
    run=attributed,
    needs=frozenset({NETWORK, IMAGES, FEATURES, TRAIN_FEATURES}),
    asked_by="inspections",
    metrics=(
        "attributed_accuracy", "top_randomised", "all_randomised", "deletion", "insertion", "gain",
    ),
    arrays=("attribution/*",),
)  # fmt: skip
