"""The best of those that qualify, how far it is ahead, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fxreport.analysis.claims import CERTAIN, LIKELY, SINGLE_RUN, TIE, UNDETERMINED
from fxreport.analysis.quantities.across import mean_difference
from fxreport.analysis.quantities.costs import SECONDS
from fxreport.analysis.quantities.ranking import groups
from fxreport.analysis.recommend.admission import admit, met
from fxreport.analysis.recommend.facts import HIGHEST, Field
from fxreport.analysis.statistics.bootstrap import RankInterval
from fxreport.analysis.statistics.uncertainty import LEVEL, Interval, interval
from fxreport.vocabulary.scenario import AT_LEAST, QUALITY, Scenario

Floats = NDArray[np.float64]


def order(field: Field, scenario: Scenario, admitted: Sequence[str]) -> list[tuple[str, ...]]:
    """Those admitted, from the best by the objective down; equals together.

    Of equal quality the faster one comes first, of equal cost the one of better mean quality.
    """
    more_is_better = field.rises(scenario.objective)
    by_quality = scenario.objective == QUALITY or more_is_better
    better = 1 if field.context.study.rising else -1
    scores = {}
    for variant in admitted:
        value = field.objective(scenario.objective, variant)
        assert value is not None, "who qualifies has a known objective"
        seconds = field.mean(variant, SECONDS)
        second = -math.inf if seconds is None else -seconds
        if not by_quality:
            second = better * field.quality[variant]
        scores[variant] = (value if more_is_better else -value, second)
    return groups(scores)


def choose(field: Field, scenario: Scenario, kept: str | None = None) -> str | None:
    """The best that qualifies; None where nobody does.

    Of equals ``kept``, which nothing then speaks against; else the first in reading order.
    """
    scenario = field.resolved(scenario)
    admitted = admit(field, scenario).admitted
    if not admitted:
        return None
    best = order(field, scenario, admitted)[0]
    return kept if kept in best else best[0]


def lead(field: Field, scenario: Scenario, choice: str, other: str) -> Interval | None:
    """How far the choice is ahead by the objective, counted in its favour; None where single runs say nothing."""
    name = scenario.objective
    if name == "efficiency":
        own, rival = (_efficiency_by_seed(field, v) for v in (choice, other))
        if own.keys() != rival.keys() or len(own) < 2:
            return None
        return interval([own[s] - rival[s] for s in own])
    if name in HIGHEST:  # a property of the model, which runs do not change
        first, second = field.objective(name, choice), field.objective(name, other)
        assert first is not None
        assert second is not None
        return Interval(second - first, second - first, second - first, float(second > first), math.inf)
    metrics = field.metric(name, choice), field.metric(name, other)
    found = mean_difference(field.context, choice, other, field.sets_with(name), *metrics)
    return found if found is None or field.rises(name) else found.reversed()


def _efficiency_by_seed(field: Field, variant: str) -> dict[int, float]:
    """Mean quality by mean time of each seed that all cells have; empty where one takes no time."""
    cells = [
        dict(zip(sample.seeds, sample.values, strict=True))
        for metric in (field.context.main, SECONDS)
        for d in field.sets_with(SECONDS)
        for sample in [field.context.study.sample(d, variant, metric)]
        if sample is not None
    ]
    half = len(cells) // 2
    if not cells or len(cells) < 2 * len(field.sets_with(SECONDS)):
        return {}
    seeds = sorted(set.intersection(*(set(c) for c in cells)))
    sums = {s: (math.fsum(c[s] for c in cells[:half]), math.fsum(c[s] for c in cells[half:])) for s in seeds}
    return (
        {s: quality / seconds for s, (quality, seconds) in sums.items()}
        if all(t > 0 for _, t in sums.values())
        else {}
    )


def support(field: Field, scenario: Scenario, choice: str, admitted: Sequence[str]) -> str:
    """How sure the first place by the objective is: by the interval of its lead over every other admitted.

    The only one admitted is as sure as its own measurements.
    """
    if len(admitted) == 1:
        metric = field.sought or field.context.main
        return field.context.fact(*(field.context.evidence(d, choice, metric) for d in field.datasets))
    first = order(field, scenario, admitted)[0]
    if len(first) > 1:
        return TIE
    leads = [lead(field, scenario, choice, other) for other in admitted if other != choice]
    known = [one for one in leads if one is not None]
    if len(known) < len(leads):
        return SINGLE_RUN
    margin = field.margin(scenario.objective)
    if all(one.low > margin for one in known):
        return CERTAIN
    return LIKELY if all(one.low > 0 for one in known) else UNDETERMINED


def not_shown_behind(
    field: Field, scenario: Scenario, choice: str, admitted: Sequence[str]
) -> tuple[str, ...]:
    """Those admitted whom the choice is not shown to be ahead of, in reading order."""
    leads = {other: lead(field, scenario, choice, other) for other in admitted if other != choice}
    return tuple(other for other, one in leads.items() if one is not None and one.low <= 0)


@dataclass(frozen=True, slots=True)
class Certainty:
    """From draws of the sampling distribution: how often it is the choice, and the places that it can have.

    In every draw the constraints on quality are held against the drawn quality; one that does not qualify takes
    the place behind all that do.
    """

    probability: float
    places: RankInterval


def certainty(field: Field, scenario: Scenario, choice: str) -> Certainty | None:
    """None where one of those that may qualify has single runs only, so that nothing is known of the spread."""
    quality_limits = [name for name in scenario.constraints if name in AT_LEAST]
    rivals = [
        v
        for v in field.complete
        if field.objective(scenario.objective, v) is not None
        and all(
            field.fact(scenario, v, name) is not None
            and (name in quality_limits or met(scenario, name, field.fact(scenario, v, name)))
            for name in scenario.constraints
            if name != "natural_images"
        )
    ]
    draws = objective_draws(field, scenario.objective, rivals)
    if draws is None:
        return None
    scores = np.stack([draws[v] for v in rivals])
    if not field.rises(scenario.objective):
        scores = -scores
    for name in quality_limits:
        sought = field.quality_of(scenario) if name == "quality_share" else QUALITY
        known = [v for v in field.complete if field.objective(sought, v) is not None]
        quality = objective_draws(field, sought, known)
        if quality is None:
            return None
        best = np.max(np.stack(list(quality.values())), axis=0)
        # where nothing is above zero only the best itself qualifies, as in the field's facts
        share = np.where(best > 0, scenario.quality_share * best, best)
        least = share if name == "quality_share" else scenario.quality
        scores = np.where(np.stack([quality[v] for v in rivals]) >= least - 1e-12, scores, -np.inf)
    return _certainty(np.round(scores, 12), rivals.index(choice))


def _certainty(scores: Floats, position: int) -> Certainty:
    """``scores``: (rivals, replicates), the highest first; −inf for one that does not qualify."""
    own = scores[position]
    in_play = np.isfinite(own)
    firsts = (scores == scores.max(axis=0)) & np.isfinite(scores)
    share = firsts[position] / np.maximum(firsts.sum(axis=0), 1)
    above = (scores > own).sum(axis=0)
    level_with = np.where(in_play, (scores == own).sum(axis=0), 1)
    tail = (1 - LEVEL) / 2
    low = np.quantile(1 + above, tail, method="inverted_cdf")
    high = np.quantile(above + level_with, 1 - tail, method="inverted_cdf")
    return Certainty(float(share.mean()), RankInterval(int(low), int(high), len(scores)))


def objective_draws(field: Field, name: str, variants: Sequence[str]) -> Mapping[str, Floats] | None:
    """(replicates,) draws of the objective for each variant; None where one has single runs only.

    An efficiency is the drawn mean quality by the measured mean time.
    """
    replicates = field.context.draws.replicates
    if name in HIGHEST:
        return {v: np.full(replicates, field.objective(name, v)) for v in variants}
    drawn: dict[str, Floats] = {}
    for metric in {field.metric(name, v): None for v in variants}:
        of_metric = field.context.draws.means(field.sets_with(metric), metric)
        drawn |= {v: of_metric[v] for v in variants if field.metric(name, v) == metric and v in of_metric}
    if not set(variants) <= set(drawn):
        return None
    if name != "efficiency":
        return {v: drawn[v] for v in variants}
    return {v: drawn[v] / (field.mean(v, SECONDS) or math.nan) for v in variants}
