"""How alike the extractors of an image set are, pair by pair and seed by seed, from the sketches kept."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fxreport.analysis.quantities.similarity import Centred, alignment, centred, cka
from fxreport.analysis.study import Run, Study

#: two runs are compared that have at least as many images in common
LEAST_IMAGES = 100
#: what a run must have kept
ARRAYS = ("sketch", "sketch_indices", "test_indices")
#: the metric that the evidence of a likeness goes with: a sketch is of so many dimensions
METRIC = "dimension"

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Likeness:
    """CKA on one image set: of each pair of ``variants``, which stand in reading order, by seed.

    ``runs`` are those whose sketches were compared.
    """

    variants: tuple[str, ...]
    pairs: Mapping[Pair, Mapping[int, float]]
    runs: tuple[Run, ...]

    def of(self, a: str, b: str) -> Mapping[int, float]:
        """Seed → CKA of the two, in whichever order; empty where they were not compared."""
        return self.pairs.get((a, b)) or self.pairs.get((b, a)) or {}

    def mean(self, a: str, b: str) -> float:
        """Mean over seeds; NaN where they were not compared."""
        values = self.of(a, b).values()
        return math.fsum(values) / len(values) if values else math.nan


class Likenesses:
    """The likeness of a study's extractors on each image set, computed once."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._found: dict[str, Likeness] = {}

    def of(self, dataset: str) -> Likeness:
        """Compare all pairs of runs of one seed; without pairs where no sketches were kept."""
        if dataset not in self._found:
            self._found[dataset] = self._compared(dataset)
        return self._found[dataset]

    def _compared(self, dataset: str) -> Likeness:
        sketches: dict[str, dict[int, _Sketch]] = {}
        for variant in self._study.measured(dataset):
            if self._study.sample(dataset, variant.id, METRIC) is not None:
                own = {
                    run.seed: s
                    for run in self._study.runs_of(dataset, variant.id)
                    if (s := self._sketch(run))
                }
                if own:
                    sketches[variant.id] = own
        names = tuple(sketches)
        pairs: dict[Pair, dict[int, float]] = {}
        for i, a in enumerate(names):
            for b in names[i + 1 :]:
                found = {
                    seed: value
                    for seed in sorted(sketches[a].keys() & sketches[b].keys())
                    if math.isfinite(value := _alike(sketches[a][seed], sketches[b][seed]))
                }
                if found:
                    pairs[a, b] = found
        return Likeness(names, pairs, tuple(s.run for own in sketches.values() for s in own.values()))

    def _sketch(self, run: Run) -> _Sketch | None:
        kept = self._study.load_artifacts(run.key)
        if not all(name in kept for name in ARRAYS):
            return None
        scores = kept["sketch"]
        return _Sketch(run, kept["test_indices"][kept["sketch_indices"]], scores, centred(scores))


@dataclass(frozen=True, slots=True, eq=False)
class _Sketch:
    """``images`` (m,): which of the test split; ``scores`` (m, c): their features in c dimensions."""

    run: Run
    images: NDArray[np.integer]
    scores: NDArray[np.floating]
    prepared: Centred


def _alike(one: _Sketch, other: _Sketch) -> float:
    """CKA on the images that both have; NaN where those are too few."""
    if np.array_equal(one.images, other.images):
        enough = len(one.images) >= LEAST_IMAGES
        return alignment(one.prepared, other.prepared) if enough else math.nan
    common, mine, theirs = np.intersect1d(one.images, other.images, assume_unique=True, return_indices=True)
    if len(common) < LEAST_IMAGES:
        return math.nan
    return cka(one.scores[mine], other.scores[theirs])
