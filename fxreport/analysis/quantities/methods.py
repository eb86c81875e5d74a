"""Ways of projecting, side by side: which is ahead by a measure of its planes, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from fxreport.analysis.claims import SINGLE_RUN, TIE, UNDETERMINED, Evidence
from fxreport.analysis.context import Context
from fxreport.analysis.quantities.ranking import groups
from fxreport.analysis.statistics.compare import BETTER, TIED, paired_by_seed, weakest
from fxreport.vocabulary.factors import PROJECTION
from fxreport.vocabulary.metrics import at


@dataclass(frozen=True, slots=True, eq=False)
class Lead:
    """Methods of one image set by one measure of their planes, of which more is better.

    ``means``: method → mean over ``variants``, best first. ``leaders``: the best and those that are not shown
    to be behind it. ``support``: of the others' being behind; where there are none, of that nobody is.
    ``wins``: for how many variants no method is better than the best by the mean.
    """

    dataset: str
    measure: str
    variants: tuple[str, ...]
    means: Mapping[str, float]
    leaders: tuple[str, ...]
    support: str
    wins: int

    @property
    def best(self) -> str:
        return next(iter(self.means))

    @property
    def behind(self) -> tuple[str, ...]:
        """Methods that are shown to be behind the best."""
        return tuple(m for m in self.means if m not in self.leaders)


def measured_methods(context: Context, dataset: str, measure: str) -> tuple[str, ...]:
    """Methods of whose planes any has the measure, in the order of the vocabulary."""
    return tuple(
        m
        for m in context.study.levels(PROJECTION)
        if context.study.column(dataset, at(measure, projection=m))
    )


def lead(context: Context, dataset: str, measure: str) -> Lead | None:
    """Compare the methods over the extractors that have the measure by every one of them.

    A difference of two methods is one number a seed, the mean over these extractors: so it is paired over
    extractors and seeds. None with fewer than two methods, or no extractor that has all.
    """
    methods = measured_methods(context, dataset, measure)
    columns = {m: context.study.column(dataset, at(measure, projection=m)) for m in methods}
    variants = tuple(v.id for v in context.study.variants if all(v.id in c for c in columns.values()))
    if len(methods) < 2 or not variants:
        return None
    means = {m: fsum(columns[m][v] for v in variants) / len(variants) for m in methods}
    order = [m for group in groups({m: (x,) for m, x in means.items()}) for m in group]
    by_seed = {m: per_seed(context, dataset, variants, at(measure, projection=m)) for m in methods}
    best = order[0]
    outcomes = {m: paired_by_seed(by_seed[best], by_seed[m]) for m in order[1:]}
    behind = {m: support for m, (outcome, support) in outcomes.items() if outcome == BETTER}
    return Lead(
        dataset,
        measure,
        variants,
        {m: means[m] for m in order},
        tuple(m for m in order if m not in behind),
        weakest(behind.values()) if behind else _nobody_behind(outcomes),
        sum(all(columns[best][v] >= columns[m][v] for m in methods) for v in variants),
    )


def per_seed(context: Context, dataset: str, variants: Sequence[str], metric: str) -> dict[int, float]:
    """Seed → mean over the variants, for the seeds that all of them have."""
    samples = [context.study.samples[dataset, v, metric] for v in variants]
    values = [dict(zip(s.seeds, s.values, strict=True)) for s in samples]
    common = set.intersection(*(set(one) for one in values))
    return {seed: fsum(one[seed] for one in values) / len(values) for seed in sorted(common)}


def _nobody_behind(outcomes: Mapping[str, tuple[str, str]]) -> str:
    if any(support == SINGLE_RUN for _, support in outcomes.values()):
        return SINGLE_RUN
    return TIE if all(outcome == TIED for outcome, _ in outcomes.values()) else UNDETERMINED


def cells(context: Context, found: Lead) -> tuple[Evidence, ...]:
    """The measurements that the comparison rests on."""
    return tuple(
        context.evidence(found.dataset, v, at(found.measure, projection=m))
        for m in found.means
        for v in found.variants
    )


def purest(context: Context, dataset: str, variant: str) -> str | None:
    """The method on whose plane a variant's neighbours are most often of one class; the first of equals."""
    study = context.study
    found = {m: study.mean(dataset, variant, at("purity", projection=m)) for m in study.levels(PROJECTION)}
    known = {m: (x,) for m, x in found.items() if x is not None}
    return groups(known)[0][0] if known else None
