"""Draws from the joint sampling distribution of all extractors' means: what has no interval in closed form.

The place of an extractor among all others, or the probability of being the best of them, is no function of
one difference. They come from a hierarchical multiplier bootstrap over seeds × test images: in every
replicate the seeds, and the images, are given random weights, the same for all extractors, so that what they
have in common stays in common (multiplier bootstrap: van der Vaart & Wellner 1996, *Weak Convergence and
Empirical Processes*, ch. 2.9; wild bootstrap: Wu 1986, Annals of Statistics 14:1261–1295).

- Seeds: a run's deviation from its mean is multiplied by a standard normal number of its seed, and the sum is
  divided by √(S (S − 1)) and by the root of a χ² number over its S − 1 degrees of freedom. Resampling three
  seeds with replacement would find two thirds of the variance and no tails; with this calibration one
  extractor's mean, and the difference of two, has Student's distribution.
- Images: what the seeds' shared images add is normal with the covariance of the extractors' influences
  (``influence.py``), which is the distribution that weighting the images by normal multipliers has. It is
  drawn as such and costs nothing per image; ``tests/analysis/test_bootstrap.py`` holds it against
  resampled images.

The numbers come from NumPy's frozen generator, so the same store gives the same digits with any version.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fxreport.analysis.quantities.gain import gain
from fxreport.analysis.statistics.influence import Influences
from fxreport.analysis.statistics.uncertainty import LEVEL
from fxreport.analysis.study import Sample, Study

Floats = NDArray[np.float64]

#: replicates; fewer (not below a tenth) where a study has more than twenty extractors, whose table they fill
REPLICATES, TABLE = 10_000, 200_000
#: decimals of the covariance's root, a hundred million times finer than a standard error that matters
ROOT_DECIMALS = 12


@dataclass(frozen=True, slots=True)
class RankInterval:
    """Places that an extractor can have, best and worst, of ``count``."""

    low: int
    high: int
    count: int


#: a control drawn as perfect leaves nothing to gain: everybody else is far behind in that replicate
_ALMOST_PERFECT = 1 - 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Recipe:
    """What an image set's replicates are drawn from: enough to draw them again anywhere.

    ``seed`` starts NumPy's frozen generator. It gives the multipliers of the seeds, in their order; a χ²
    number for each number of degrees of freedom, the fewest first; and, where there is a ``root``, normal
    numbers (replicates, n) of the images. ``samples`` are the n variants with two seeds or more in the order
    in which they are drawn; ``others``, of other clusterers, take what seeds and degrees of freedom they have
    of their own after these. ``root`` (n, n) is that of the covariance that shared images add, or None;
    ``blocks`` (n,) numbers the variants' test images, the same for those that share all, −1 where not kept.
    """

    seed: int
    samples: dict[str, Sample]
    others: dict[str, Sample]
    root: Floats | None
    blocks: tuple[int, ...]


class Draws:
    """Replicates of the means over seeds, for each image set; made when first asked for."""

    def __init__(self, study: Study, influences: Influences, replicates: int | None = None) -> None:
        fitting = TABLE // max(len(study.variants), 1)
        self.replicates = replicates or min(REPLICATES, max(fitting, REPLICATES // 10))
        self._study = study
        self._influences = influences
        self._recipes: dict[tuple[str, str], Recipe] = {}
        self._made: dict[tuple[str, str], dict[str, Floats]] = {}

    def of(self, dataset: str, metric: str | None = None) -> dict[str, Floats]:
        """Variant → (replicates,) means of a metric (the main quality) on an image set.

        Only variants with two seeds or more are there: a single run says nothing of its spread.
        """
        drawn = self.of_all(dataset, metric or self._study.quality)
        return {v.id: drawn[v.id] for v in self._study.variants if v.id in drawn}

    def of_all(self, dataset: str, metric: str) -> dict[str, Floats]:
        """As ``of``, with the subjects of other clusterers."""
        if (dataset, metric) not in self._made:
            self._made[dataset, metric] = self._draw(self.recipe(dataset, metric), metric)
        return self._made[dataset, metric]

    def recipe(self, dataset: str, metric: str) -> Recipe:
        """What the replicates of a metric on an image set are drawn from."""
        if (dataset, metric) not in self._recipes:
            self._recipes[dataset, metric] = self._recipe(dataset, metric)
        return self._recipes[dataset, metric]

    def _recipe(self, dataset: str, metric: str) -> Recipe:
        ranked, others = (
            {
                v.id: sample
                for v in rows
                for sample in [self._study.sample(dataset, v.id, metric)]
                if sample is not None and len(sample.seeds) > 1
            }
            for rows in (self._study.variants, self._study.others)
        )
        # An order by the values, not by the names: renamed extractors keep their draws.
        order = sorted(ranked, key=lambda v: (ranked[v].values, ranked[v].seeds))
        samples = {name: ranked[name] for name in order}
        covariance, blocks = self._covariance(list(samples.values()), metric)
        root = None
        if covariance.any():
            values, vectors = np.linalg.eigh(covariance)
            # rounded: what differs between two builds of LAPACK must not
            root = np.round((vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T, ROOT_DECIMALS)
        return Recipe(zlib.crc32(f"{dataset}/{metric}".encode()), samples, others, root, blocks)

    def _draw(self, recipe: Recipe, metric: str) -> dict[str, Floats]:
        random = np.random.RandomState(recipe.seed)
        scales: dict[int, Floats] = {}
        drawn: dict[str, Floats] = {}
        spreads = {n: np.zeros(self.replicates) for n in (*recipe.samples, *recipe.others)}
        known = self._study.metric(metric)
        everyone = {**recipe.samples, **recipe.others}
        met: set[int] = set()
        for samples, root in ((recipe.samples, recipe.root), (recipe.others, None)):
            seeds = sorted({s for sample in samples.values() for s in sample.seeds} - met)
            met.update(seeds)
            self._scatter(random, seeds, everyone, spreads)
            for f in sorted({len(sample.seeds) - 1 for sample in samples.values()} - scales.keys()):
                scales[f] = np.sqrt(f / random.chisquare(f, self.replicates))
            images = np.zeros((self.replicates, len(samples)))
            if root is not None:
                images = random.standard_normal(images.shape) @ root
            for position, (name, sample) in enumerate(samples.items()):
                count = len(sample.seeds)
                spread = spreads[name] * (scales[count - 1] / np.sqrt(count * (count - 1)))
                # the truth is a possible value: a perfect score has no draws above it
                drawn[name] = np.clip(sample.mean + spread + images[:, position], known.low, known.high)
        return drawn

    def _scatter(
        self,
        random: np.random.RandomState,
        seeds: Sequence[int],
        samples: Mapping[str, Sample],
        spreads: Mapping[str, Floats],
    ) -> None:
        """Add what the seeds' multipliers make of the samples; drawn seed by seed, as all fill the memory."""
        having: dict[int, list[tuple[str, float]]] = {}
        for name, sample in samples.items():
            mean = sample.mean
            for seed, value in zip(sample.seeds, sample.values, strict=True):
                having.setdefault(seed, []).append((name, value - mean))
        for seed in seeds:
            multipliers = random.standard_normal(self.replicates)
            for name, off in having[seed]:
                spreads[name] += off * multipliers

    def _covariance(self, samples: Sequence[Sample], metric: str) -> tuple[Floats, tuple[int, ...]]:
        """Covariance over shared images of the samples' means, (samples, samples), and the recipe's blocks.

        Zero where the images' clusters were not kept; two samples on different images are independent.
        """
        covariance = np.zeros((len(samples), len(samples)))
        groups: list[list[int]] = []
        for position, sample in enumerate(samples):
            if self._influences.spread(sample.keys, metric=metric) is None:
                continue
            for group in groups:
                first = samples[group[0]]
                if first.seeds == sample.seeds and self._influences.same_images(first.keys, sample.keys):
                    group.append(position)
                    break
            else:
                groups.append([position])
        for group in groups:
            keys = samples[group[0]].keys
            overlap = self._influences.overlap(keys) or 0.0
            if not overlap:
                continue
            for run in range(len(keys)):
                rows = [self._influences.of(samples[p].keys[run], metric) for p in group]
                stacked = np.stack([row for row in rows if row is not None])
                shared = stacked @ stacked.T / stacked.shape[1] ** 2
                covariance[np.ix_(group, group)] += shared * overlap / len(keys)
        block_of = {position: number for number, group in enumerate(groups) for position in group}
        return covariance, tuple(block_of.get(position, -1) for position in range(len(samples)))

    def scores(self, dataset: str) -> dict[str, Floats]:
        """Draws of the main quality, counted so that more is better."""
        drawn = self.of(dataset)
        return drawn if self._study.rising else {name: -values for name, values in drawn.items()}

    def gains(self, datasets: Sequence[str], control: str, metric: str | None = None) -> dict[str, Floats]:
        """Variant → (replicates,) mean gain over the control (``gain.py``) over image sets.

        For the variants drawn on all of the sets; empty where the control was not, or is perfect.
        """
        names = self._complete(datasets, metric)
        if control not in names or any(max(self._values(d, control, metric)) >= 1 for d in datasets):
            return {}
        found = {}
        for name in names:
            drawn = [self.of(d, metric) for d in datasets]
            found[name] = np.mean(
                [gain(of_set[name], np.minimum(of_set[control], _ALMOST_PERFECT)) for of_set in drawn]
                if name != control
                else [np.zeros(self.replicates)],
                axis=0,
            )
        return found

    def _values(self, dataset: str, variant: str, metric: str | None) -> tuple[float, ...]:
        return self._study.samples[dataset, variant, metric or self._study.quality].values

    def means(self, datasets: Sequence[str], metric: str | None = None) -> dict[str, Floats]:
        """Variant → (replicates,) mean over image sets, for the variants drawn on all of them."""
        return {
            name: np.mean([self.of(d, metric)[name] for d in datasets], axis=0)
            for name in self._complete(datasets, metric)
        }

    def _complete(self, datasets: Sequence[str], metric: str | None) -> list[str]:
        drawn = [self.of(d, metric) for d in datasets]
        return [v.id for v in self._study.variants if drawn and all(v.id in one for one in drawn)]


def percentile_interval(draws: Floats, level: float = LEVEL) -> tuple[float, float]:
    """The middle ``level`` of the draws."""
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def probability_best(draws: dict[str, Floats]) -> dict[str, float]:
    """Share of the replicates in which each is the highest; equals share a replicate."""
    if not draws:
        return {}
    table = np.round(np.stack(list(draws.values())), 12)
    first = table == table.max(axis=0)
    return dict(zip(draws, (first / first.sum(axis=0)).mean(axis=1).tolist(), strict=True))


def rank_intervals(draws: dict[str, Floats], level: float = LEVEL) -> dict[str, RankInterval]:
    """Places, the highest first, in the middle ``level`` of the replicates; equals hold all their places."""
    if not draws:
        return {}
    # sorted once per replicate: an own value's places are where it would be inserted before and after equals
    table = np.round(np.stack(list(draws.values())), 12)
    count, tail = len(table), (1 - level) / 2
    order = np.argsort(-table, axis=0, kind="stable")
    ordered = np.take_along_axis(table, order, axis=0)
    places = np.broadcast_to(np.arange(1, count + 1)[:, None], table.shape)
    fresh = np.ones(table.shape, dtype=bool)
    fresh[1:] = ordered[1:] < ordered[:-1]
    ends = np.ones(table.shape, dtype=bool)
    ends[:-1] = fresh[1:]
    firsts = np.maximum.accumulate(np.where(fresh, places, 0), axis=0)
    lasts = np.minimum.accumulate(np.where(ends, places, count + 1)[::-1], axis=0)[::-1]
    best, worst = np.empty_like(firsts), np.empty_like(lasts)
    np.put_along_axis(best, order, firsts, axis=0)
    np.put_along_axis(worst, order, lasts, axis=0)
    low = np.quantile(best, tail, axis=1, method="inverted_cdf")
    high = np.quantile(worst, 1 - tail, axis=1, method="inverted_cdf")
    return {name: RankInterval(int(a), int(b), count) for name, a, b in zip(draws, low, high, strict=True)}
