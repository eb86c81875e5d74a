"""The front of quality against time: what nothing else beats in both, and how sure each place on it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fxreport.analysis.context import Context
from fxreport.analysis.quantities.across import mean_difference, mean_over


@dataclass(frozen=True, slots=True)
class Standing:
    """A variant in the plane of mean main cost (seconds, say) and mean main quality.

    ``dominated_by`` are those of the front that are at most as costly and at least as good; empty for one on
    the front. ``certain`` tells whether the place on or off the front is shown; None for single runs.
    ``beaten_by`` are those of ``dominated_by`` that are shown to be both better and cheaper; all of them
    where nobody is, or single runs show nothing.
    """

    variant: str
    cost: float
    quality: float
    dominated_by: tuple[str, ...]
    certain: bool | None
    beaten_by: tuple[str, ...] = ()

    @property
    def on_front(self) -> bool:
        return not self.dominated_by


def pareto_front(points: Mapping[str, tuple[float, float]]) -> tuple[str, ...]:
    """Names not dominated in (cost, quality), by cost: no other is at most as costly and at least as good."""
    front = [
        name
        for name, point in points.items()
        if not any(_dominates(other, point) for other in points.values())
    ]
    return tuple(sorted(front, key=lambda v: points[v]))


def _dominates(point: tuple[float, float], other: tuple[float, float]) -> bool:
    return point[0] <= other[0] and point[1] >= other[1] and point != other


def standings(context: Context, datasets: Sequence[str]) -> tuple[Standing, ...]:
    """All that have the main quality and cost on all of the sets, from cheap to dear.

    A place on the front is shown where the interval of the difference in quality or in cost excludes, for
    every other, that it is better and cheaper; a place off the front where one of the front is shown to be
    better and cheaper.
    """
    study = context.study
    priced = set(context.complete(study.cost, datasets))
    means = {
        v: (mean_over(context, v, study.cost, datasets), mean_over(context, v, study.quality, datasets))
        for v in context.complete(study.quality, datasets)
        if v in priced
    }
    cheap, good = 1 if study.cost_falls else -1, 1 if study.rising else -1
    points = {v: (cheap * cost, good * quality) for v, (cost, quality) in means.items()}
    front = pareto_front(points)
    pairs = _Pairs(context, tuple(datasets))
    found = []
    for name in sorted(points, key=lambda v: (points[v][0], -points[v][1])):
        above = tuple(u for u in front if _dominates(points[u], points[name]))
        if above:
            beaten_by = pairs.beaten_by(name, above)
            certain = None if beaten_by is None else bool(beaten_by)
            found.append(Standing(name, *means[name], above, certain, beaten_by or above))
        else:
            found.append(Standing(name, *means[name], (), pairs.shown_on(name, points)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Pairs:
    context: Context
    datasets: tuple[str, ...]

    def single(self, *variants: str) -> bool:
        samples = self.context.study.samples
        return any(
            len(samples[d, v, metric].values) < 2
            for d in self.datasets
            for v in variants
            for metric in (self.context.study.quality, self.context.study.cost)
        )

    def cheaper(self, a: str, b: str) -> bool:
        study = self.context.study
        spread = mean_difference(self.context, a, b, self.datasets, study.cost)
        return spread is not None and (spread.high < 0 if study.cost_falls else spread.low > 0)

    def better(self, a: str, b: str) -> bool:
        spread = mean_difference(self.context, a, b, self.datasets)
        return spread is not None and (spread.low > 0 if self.context.study.rising else spread.high < 0)

    def shown_on(self, name: str, others: Mapping[str, object]) -> bool | None:
        if self.single(*others):
            return None
        return all(u == name or self.cheaper(name, u) or self.better(name, u) for u in others)

    def beaten_by(self, name: str, above: Sequence[str]) -> tuple[str, ...] | None:
        """Those of ``above`` that are shown to be cheaper and better; None for single runs."""
        if self.single(name, *above):
            return None
        return tuple(u for u in above if self.cheaper(u, name) and self.better(u, name))
