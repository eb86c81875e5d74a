"""Two extractors on one image set: better, worse, tied, undetermined, or missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from fxreport.analysis.claims import CERTAIN, LIKELY, SINGLE_RUN, TIE, UNDETERMINED
from fxreport.analysis.quantities.ranking import equal
from fxreport.analysis.statistics.influence import SHARES, Influences
from fxreport.analysis.statistics.uncertainty import Interval, interval, unpaired_interval
from fxreport.analysis.study import Sample, Study

BETTER, WORSE, TIED, MISSING = "better", "worse", "tied", "missing"

#: differences of the adjusted Rand index inside ±MARGIN are taken as practically equal
MARGIN = 0.02
#: of shares of right answers: one image in a hundred, about what 3,000 test images can tell
ACCURACY_MARGIN = 0.01


@dataclass(frozen=True, slots=True)
class Comparison:
    """``difference`` is a − b of the means; ``interval`` is None where single runs say nothing of spread.

    ``support`` is what a sentence may claim: certain (the interval excludes zero and lies beyond the margin),
    likely (it excludes zero), tie, undetermined, single_run.
    """

    dataset: str
    a: str
    b: str
    metric: str
    outcome: str
    support: str
    difference: float = 0.0
    interval: Interval | None = None


def image_variance(
    influences: Influences, sample: Sample, rival: Sample | None, metric: str
) -> tuple[float, float] | None:
    """Variance over images of one run's value, or of its difference from a rival's; and the seeds' overlap.

    None where it is not known. Of shares of right answers (accuracies) the variance of one is binomial; how
    two go together is not kept, so their variances add up as if independent: the interval is wider for it.
    """
    if sample.clusterer or (rival and rival.clusterer):
        return None  # the clusters that the runs kept are those of the main clusterer
    if metric not in SHARES:
        return influences.spread(sample.keys, rival.keys if rival else (), metric)
    overlap, variance = influences.overlap(sample.keys), 0.0
    for one in (sample, rival):
        if one is not None:
            if overlap is None or not one.n:
                return None
            variance += one.mean * (1 - one.mean) / one.n
    return None if overlap is None else (max(variance, 0.0), overlap)


def mean_interval(
    study: Study, influences: Influences, dataset: str, variant: str, metric: str | None = None
) -> Interval | None:
    """Interval of a variant's mean of a metric (the main quality) on one image set."""
    metric = metric or study.quality
    sample = study.sample(dataset, variant, metric)
    if sample is None:
        return None
    variance, overlap = image_variance(influences, sample, None, metric) or (None, 0.0)
    found = interval(sample.values, variance, overlap)
    if found is None:
        return None
    known = study.metric(metric)  # the truth is a possible value
    return replace(found, low=max(found.low, known.low), high=min(found.high, known.high))


def compare(
    study: Study,
    influences: Influences,
    dataset: str,
    a: str,
    b: str,
    metric: str | None = None,
    margin: float = MARGIN,
) -> Comparison:
    """Compare a with b by a metric (the main quality) as if more of it were better.

    Paired over seeds where both have the same ones; else by Welch's interval of two independent means.
    """
    metric = metric or study.quality
    first, second = study.sample(dataset, a, metric), study.sample(dataset, b, metric)
    if first is None or second is None:
        return Comparison(dataset, a, b, metric, MISSING, UNDETERMINED)
    difference = first.mean - second.mean
    if len(first.seeds) == 1 or len(second.seeds) == 1:
        outcome = TIED if equal(first.mean, second.mean) else BETTER if difference > 0 else WORSE
        return Comparison(dataset, a, b, metric, outcome, SINGLE_RUN, difference)
    spread: Interval | None
    if first.seeds == second.seeds:
        variance, overlap = image_variance(influences, first, second, metric) or (None, 0.0)
        spread = interval(
            [x - y for x, y in zip(first.values, second.values, strict=True)], variance, overlap
        )
    else:
        spread = unpaired_interval(first.values, second.values)
    outcome, support = judge(spread, margin)
    return Comparison(dataset, a, b, metric, outcome, support, difference, spread)


def paired(differences: Sequence[float], margin: float = 0.0) -> tuple[str, str, Interval | None]:
    """Outcome, support and interval of one difference per seed: of two metrics, or layers, of the same runs.

    A single run has an outcome by its sign, and no interval.
    """
    if len(differences) == 1:
        [difference] = differences
        outcome = TIED if equal(difference, 0.0) else BETTER if difference > 0 else WORSE
        return outcome, SINGLE_RUN, None
    spread = interval(differences)
    return *judge(spread, margin), spread


def paired_by_seed(one: Mapping[int, float], other: Mapping[int, float]) -> tuple[str, str]:
    """Outcome and support of ``one`` less ``other``, each a value a seed, on the seeds that both have."""
    common = sorted(one.keys() & other.keys())
    if not common:
        return UNDETERMINED, UNDETERMINED
    outcome, support, _ = paired([one[seed] - other[seed] for seed in common])
    return outcome, support


def ahead_of_all(first: Mapping[int, float], others: Iterable[Mapping[int, float]], sign: int = 1) -> str:
    """Support of a first place among values a seed: by its differences from each of the others.

    ``sign`` is 1 for the highest and -1 for the lowest. Single runs are called so whatever they say.
    """
    supports = []
    for other in others:
        outcome, support = paired_by_seed(first, other)
        ahead = outcome == (BETTER if sign > 0 else WORSE)
        supports.append(support if ahead or support == SINGLE_RUN else UNDETERMINED)
    return weakest(supports)


def judge(spread: Interval | None, margin: float) -> tuple[str, str]:
    """Outcome and support of a difference whose interval is known.

    An interval without width, from values that happen to be equal over seeds, makes nothing certain.
    """
    if spread is None:
        return UNDETERMINED, UNDETERMINED
    if -margin < spread.low and spread.high < margin:
        return TIED, TIE
    if spread.low > 0:
        return BETTER, CERTAIN if spread.low >= margin and spread.high > spread.low else LIKELY
    if spread.high < 0:
        return WORSE, CERTAIN if spread.high <= -margin and spread.high > spread.low else LIKELY
    return UNDETERMINED, UNDETERMINED


def weakest(supports: Iterable[str]) -> str:
    """The least that a sentence resting on all of these may claim."""
    found = set(supports)
    return next((s for s in (SINGLE_RUN, UNDETERMINED, TIE, LIKELY) if s in found), CERTAIN)


def outcomes(comparisons: Mapping[str, Comparison]) -> dict[str, tuple[str, ...]]:
    """Group names by the outcome of their comparison, keeping the order."""
    groups: dict[str, list[str]] = {}
    for name, comparison in comparisons.items():
        groups.setdefault(comparison.outcome, []).append(name)
    return {outcome: tuple(names) for outcome, names in groups.items()}
