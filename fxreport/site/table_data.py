"""The comparison table's numbers, free of any language: what a browser needs to rank as Python does."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from fxreport.analysis.conclude import Conclusions
from fxreport.analysis.context import Context
from fxreport.analysis.quantities.standing import Standing, margin, standing
from fxreport.analysis.statistics.bootstrap import ROOT_DECIMALS, Recipe
from fxreport.analysis.statistics.influence import SHARES
from fxreport.analysis.statistics.uncertainty import LEVEL
from fxreport.analysis.study import SECONDS, Sample, Study
from fxreport.analysis.subjects import Variant
from fxreport.site.text import json_in_html
from fxreport.vocabulary.metrics import place

#: numbers of covariances' roots that a page loads; metrics beyond, the main one first, have no intervals
ROOTS = 250_000


@dataclass(frozen=True, eq=False)
class Comparison:
    """What can be compared. ``metrics``: each metric that ranks → the sets on which it does.

    ``rows`` are all subjects, those of other clusterers last.
    """

    context: Context
    rows: tuple[Variant, ...]
    metrics: Mapping[str, tuple[str, ...]]
    roots: int = ROOTS

    @property
    def study(self) -> Study:
        return self.context.study

    @property
    def datasets(self) -> tuple[str, ...]:
        return self.study.measured_datasets

    @property
    def main(self) -> str:
        """The metric that is shown first: the study's main quality, where that ranks."""
        return self.study.quality if self.study.quality in self.metrics else next(iter(self.metrics))

    @cached_property
    def first(self) -> Standing:
        """What is shown before anything is chosen: the main clusterer's rows on all sets."""
        return self.standing(self.main, self.metrics[self.main], [v.id for v in self.study.variants])

    def standing(self, metric: str, datasets: Sequence[str], variants: Sequence[str]) -> Standing:
        """As ``quantities.standing`` has it, without intervals and groups where a browser has none."""
        found = standing(self.context, metric, datasets, variants)
        if all((metric, d) in self.drawn for d in datasets):
            return found
        return replace(found, places=tuple(replace(p, group=None, interval=None) for p in found.places))

    @cached_property
    def drawn(self) -> frozenset[tuple[str, str]]:
        """Metrics and sets whose draws a browser can make."""
        left, found = self.roots, set[tuple[str, str]]()
        for name in sorted(self.metrics, key=lambda name: name != self.main):
            recipes = [self.context.draws.recipe(d, name) for d in self.metrics[name]]
            size = sum(
                len(recipe.root) * (len(recipe.root) + 1) // 2
                for recipe in recipes
                if recipe.root is not None
            )
            if size <= left:
                left -= size
                found |= {(name, d) for d in self.metrics[name]}
        return frozenset(found)

    @cached_property
    def script(self) -> str:
        """The numbers as a script that assigns a variable: pages opened from a disk load nothing else."""
        return f"globalThis.fxreportNumbers = {_Packing(self).json()};\n"


def comparison(conclusions: Conclusions) -> Comparison:
    return comparison_of(conclusions.context)


def comparison_of(context: Context) -> Comparison:
    """What of a study's measurements ranks, in reading order; none where nothing has a direction."""
    study = context.study
    metrics = {}
    for name in sorted(study.metrics(), key=lambda name: place(name, study.metric(name))):
        known = study.measured_datasets
        sets = tuple(d for d in known if study.direction(d, name) is not None and study.column(d, name))
        if sets:
            metrics[name] = sets
    return Comparison(context, (*study.variants, *study.others), metrics)


class _Packing:
    """Cells by metric and set, with seeds and images told by the number of their pattern."""

    def __init__(self, compared: Comparison) -> None:
        self._compared = compared
        self._place = {v.id: i for i, v in enumerate(compared.rows)}
        self._seeds: dict[tuple[int, ...], int] = {}
        self._images: dict[tuple[int, float | None], int] = {}

    def json(self) -> str:
        """As JSON that no page's markup can end."""
        compared, study = self._compared, self._compared.study
        metrics = [self._metric(name, sets) for name, sets in compared.metrics.items()]
        numbers = {
            "level": LEVEL,
            "replicates": compared.context.draws.replicates,
            "main": list(compared.metrics).index(compared.main),
            "sets": compared.datasets,
            "rows": [v.id for v in compared.rows],
            "families": [v.family for v in compared.rows],
            "labels": [v.extractor.needs_labels for v in compared.rows],
            "sizes": [v.input_size for v in compared.rows],
            "clusterers": [v.clusterer or study.clusterer for v in compared.rows],
            "metrics": metrics,
            "time": self._time(),
            "seeds": list(self._seeds),
            "images": list(self._images),
        }
        return json_in_html(numbers)

    def _metric(self, name: str, sets: Sequence[str]) -> dict[str, Any]:
        known = self._compared.study.metric(name)
        return {
            "name": name,
            "up": known.higher_is_better is not False,
            "margin": margin(self._compared.context, name),
            "low": known.low if math.isfinite(known.low) else None,
            "high": known.high if math.isfinite(known.high) else None,
            "sets": [self._cells(name, d) for d in sets],
        }

    def _cells(self, metric: str, dataset: str) -> dict[str, Any]:
        recipe = self._compared.context.draws.recipe(dataset, metric)
        drawn = (metric, dataset) in self._compared.drawn
        samples = self._samples(metric, dataset)
        return {
            "set": self._compared.datasets.index(dataset),
            "rows": list(samples),
            "seeds": _shared([self._seeds.setdefault(s.seeds, len(self._seeds)) for s in samples.values()]),
            "images": _shared([self._shares(metric, s) for s in samples.values()]),
            "values": [x for s in samples.values() for x in s.values],
            "seed": recipe.seed,
            "order": [self._place[name] for name in recipe.samples],
            "blocks": recipe.blocks,
            "root": _triangle(recipe) if drawn else None,
            "drawn": drawn,
        }

    def _samples(self, metric: str, dataset: str) -> dict[int, Sample]:
        found = (
            (i, self._compared.study.sample(dataset, v.id, metric)) for i, v in enumerate(self._compared.rows)
        )
        return {i: sample for i, sample in found if sample is not None}

    def _shares(self, metric: str, sample: Sample) -> int:
        """The pattern of a share of right answers: its images, and what of them two seeds have in common."""
        if metric not in SHARES or sample.clusterer:
            return -1
        pattern = sample.n or 0, self._compared.context.influences.overlap(sample.keys)
        return self._images.setdefault(pattern, len(self._images))

    def _time(self) -> dict[str, Any] | None:
        """Which metric is the time of extraction, and by set how many images each row's was taken of."""
        names = list(self._compared.metrics)
        if SECONDS not in names:
            return None
        counts = {
            d: [s.n or 0 for s in self._samples(SECONDS, d).values()] for d in self._compared.metrics[SECONDS]
        }
        return {
            "metric": names.index(SECONDS),
            "n": [_shared(counts[d]) if d in counts else 0 for d in self._compared.datasets],
        }


def _shared(numbers: list[int]) -> int | list[int]:
    """One number where all are the same."""
    return numbers[0] if len(set(numbers)) == 1 else numbers


def _triangle(recipe: Recipe) -> list[int] | None:
    """The root's rows up to the diagonal in whole numbers of its last decimal; None where there is none."""
    if recipe.root is None:
        return None
    whole = np.rint(recipe.root * 10.0**ROOT_DECIMALS).astype(np.int64)
    return [int(x) for i, row in enumerate(whole) for x in row[: i + 1]]
