"""What every rule may ask of a study: evidence, values, comparisons; computed once and kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fxreport.analysis.claims import (
    CERTAIN,
    N_,
    SINGLE_RUN,
    TIE,
    UNDETERMINED,
    Derived,
    Evidence,
    Param,
    Phrase,
    Value,
)
from fxreport.analysis.quantities.likeness import Likenesses
from fxreport.analysis.quantities.ranking import groups, quality_groups
from fxreport.analysis.statistics.bootstrap import Draws
from fxreport.analysis.statistics.compare import BETTER, MARGIN, WORSE, Comparison, compare, weakest
from fxreport.analysis.statistics.influence import Influences
from fxreport.analysis.statistics.uncertainty import LEVEL, Interval
from fxreport.analysis.study import Artifacts, Run, Study

#: extractors that a study's times are set against: the first one that it holds, else the fastest
SPEED_BASELINES = ("custom_cnn", "raw_pixels")

CONTROL = "raw_pixels"

#: families of extractors that are known to have learned what they compute; ``learned`` is a plug-in's word
LEARNED = frozenset({"supervised", "unsupervised", "pretrained", "learned"})


#: input size in pixels up to which a pretrained network is not expected to do well: at the usual stride of 32
#: its last map has two positions across at most
SMALL_INPUT = 64


def finite(array: NDArray[Any]) -> bool:
    """Whether an array holds numbers alone, or is none of numbers."""
    return array.dtype.kind != "f" or bool(np.isfinite(array).all())


class Context:
    """A study and what was derived from it so far. Rules read it and change nothing."""

    def __init__(self, study: Study, margin: float = MARGIN) -> None:
        self.study = study
        #: no other measure than ARI has a difference that is known to matter
        self.margin = margin if study.quality == "ari" else 0.0
        self.influences = Influences(study)
        self.draws = Draws(study, self.influences)
        self.likeness = Likenesses(study)
        self._datasets_with: dict[str, tuple[str, ...]] = {}
        self._comparisons: dict[tuple[str, str, str], Comparison] = {}

    @property
    def main(self) -> str:
        """The study's main measure of quality, by which its subjects are compared."""
        return self.study.quality

    @property
    def of_field(self) -> bool:
        """Whether the study is one of features of images."""
        return self.study.of_field

    def column(self, dataset: str) -> Mapping[str, float]:
        """Variant → mean of the main quality."""
        return self.study.column(dataset, self.main)

    def evidence(self, dataset: str, variant: str, metric: str | None = None) -> Evidence:
        """The cell of a metric (the main quality) as evidence; KeyError where it was not measured."""
        metric = metric or self.main
        sample = self.study.samples[dataset, variant, metric]
        size = self.study.variant_by_id[variant].input_size
        return Evidence(dataset, variant, metric, sample.mean, len(sample.values), size)

    def value(self, dataset: str, variant: str, metric: str | None = None) -> Value:
        return Value(self.evidence(dataset, variant, metric))

    def compare(self, dataset: str, a: str, b: str) -> Comparison:
        """Compare two variants by the main quality; the outcome tells which is better."""
        if (dataset, a, b) not in self._comparisons:
            found = compare(self.study, self.influences, dataset, a, b, margin=self.margin)
            if not self.study.rising:
                found = replace(
                    found, outcome={BETTER: WORSE, WORSE: BETTER}.get(found.outcome, found.outcome)
                )
            self._comparisons[dataset, a, b] = found
        return self._comparisons[dataset, a, b]

    def lead(self, dataset: str, a: str, b: str) -> Comparison:
        """The comparison with its difference counted in favour of ``a``."""
        found = self.compare(dataset, a, b)
        if self.study.rising:
            return found
        interval = found.interval and found.interval.reversed()
        return replace(found, difference=-found.difference, interval=interval)

    @cached_property
    def quality(self) -> dict[str, list[tuple[str, ...]]]:
        """Image set that has the main quality → variants from the best by it down, equals together."""
        orders = {d.name: quality_groups(self.study, d.name) for d in self.study.datasets}
        return {dataset: order for dataset, order in orders.items() if order}

    @cached_property
    def speed_baseline(self) -> str | None:
        """The variant that times are set against, timed on all sets: a usual one, else the one fastest."""
        complete = [
            v
            for v in self.complete("extraction_seconds")
            if self.mean_over_datasets(v, "extraction_seconds") > 0
        ]
        usual = next((name for name in SPEED_BASELINES if name in complete), None)
        if usual is not None or not complete:
            return usual
        means = {v: (self.mean_over_datasets(v, "extraction_seconds"),) for v in complete}
        fastest = groups(means, descending=False)[0]
        return fastest[0] if len(fastest) == 1 else None

    def kept(self, dataset: str, variant: str, *names: str) -> tuple[tuple[Run, Artifacts], ...]:
        """The cell's runs, by seed, of which all arrays of these names were kept, with what was kept.

        An array that holds no number somewhere (NaN, infinity) says nothing and counts as not kept.
        """
        loaded = ((run, self.study.load_artifacts(run.key)) for run in self.study.runs_of(dataset, variant))
        return tuple(
            (run, arrays)
            for run, arrays in loaded
            if all(name in arrays and finite(arrays[name]) for name in names)
        )

    def kept_of(self, dataset: str, variant: str, metric: str, artifact: str) -> Evidence:
        """What was kept of a cell as evidence, beside the metric that it goes with; KeyError without that."""
        return replace(self.evidence(dataset, variant, metric), artifact=artifact)

    def fact(self, *evidence: Evidence) -> str:
        """Support of a sentence that only reports means: single runs are called so."""
        return SINGLE_RUN if any(e.seeds < 2 for e in evidence) else CERTAIN

    def first_place(
        self,
        dataset: str,
        metric: str,
        first: tuple[str, ...],
        *,
        descending: bool,
        among: Collection[str] | None = None,
    ) -> str:
        """Support of a first place by the mean: by its differences from all others (or from those given)."""
        if len(first) > 1:
            return TIE
        supports = []
        for other in self.study.column(dataset, metric):
            if other != first[0] and (among is None or other in among):
                if metric == self.main:
                    found = self.compare(dataset, first[0], other)
                    ahead = found.outcome == (BETTER if descending == self.study.rising else WORSE)
                else:
                    found = compare(self.study, self.influences, dataset, first[0], other, metric, margin=0.0)
                    ahead = found.outcome == (BETTER if descending else WORSE)
                supports.append(
                    found.support if ahead or found.support in (SINGLE_RUN, TIE) else UNDETERMINED
                )
        return weakest(supports) if supports else self.fact(self.evidence(dataset, first[0], metric))

    def datasets_with(self, metric: str | None = None) -> tuple[str, ...]:
        """Image sets of which anything has the metric (the main quality)."""
        metric = metric or self.main
        if metric not in self._datasets_with:
            self._datasets_with[metric] = tuple(
                d.name for d in self.study.datasets if self.study.column(d.name, metric)
            )
        return self._datasets_with[metric]

    def complete(self, metric: str | None = None, datasets: Sequence[str] | None = None) -> tuple[str, ...]:
        """Variants that have the metric on all of the image sets (those on which any has it, unless given).

        In reading order; nobody where there is no set.
        """
        metric = metric or self.main
        sets = self.datasets_with(metric) if datasets is None else datasets
        columns = [self.study.column(d, metric) for d in sets]
        return tuple(v.id for v in self.study.variants if columns and all(v.id in c for c in columns))

    def amount(self, number: float, style: str = "metric") -> Derived:
        """A number of the main quality, with its unit where somebody brought it; ``difference``: of two."""
        return Derived(number) if self.of_field else Derived(number, style, metric=self.main)

    def mean_over_datasets(self, variant: str, metric: str) -> float:
        values = [self.study.column(d, metric)[variant] for d in self.datasets_with(metric)]
        return sum(values) / len(values)

    def best_of(self, dataset: str, variants: tuple[str, ...]) -> str | None:
        """The best variant by the main quality (then by reading order) among those given."""
        return next(iter(self.best_group(dataset, variants)), None)

    def best_group(self, dataset: str, variants: tuple[str, ...]) -> tuple[str, ...]:
        """All variants that share the best of the main quality among those given."""
        for group in self.quality.get(dataset, []):
            found = tuple(name for name in group if name in variants)
            if found:
                return found
        return ()

    @cached_property
    def label_free(self) -> tuple[str, ...]:
        """Variants that are known to need no labels of the set."""
        return tuple(v.id for v in self.study.variants if v.extractor.needs_labels is False)

    def learned(self, variant: str) -> bool:
        return self.study.variant_by_id[variant].family in LEARNED

    def expected_above_pixels(self, variant: str) -> bool:
        """Whether the field expects it to be ahead of raw pixels.

        Not so a pretrained network at a small input, or at one that is not known.
        """
        found = self.study.variant_by_id[variant]
        return found.family != "pretrained" or (found.input_size or 0) > SMALL_INPUT

    def of_family(self, family: str) -> tuple[str, ...]:
        return tuple(v.id for v in self.study.variants if v.family == family)


#: what an interval of a difference says, as a clause
SPREAD = N_("{level} interval from {low} to {high}; probability of a lead {probability}")
_SPREAD_ONLY = N_("{level} interval from {low} to {high}")


def interval_params(interval: Interval) -> dict[str, Param]:
    """Placeholders of a paired difference: ``difference``, ``level``, ``low``, ``high``, and ``spread``.

    ``spread`` is a clause of the interval and the probability that the difference is above zero, which is
    left out where the interval has no width: values that happen to be equal over seeds make nothing sure.
    """
    return {
        "level": Derived(LEVEL, "percent", 0, constant="level"),
        "difference": Derived(interval.mean, "signed"),
        "low": Derived(interval.low, "signed"),
        "high": Derived(interval.high, "signed"),
        "probability": Derived(interval.probability, "probability"),
        "spread": Phrase(SPREAD if interval.high > interval.low else _SPREAD_ONLY),
    }
