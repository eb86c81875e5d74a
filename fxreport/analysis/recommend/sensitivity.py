"""What would change a choice: an image set or a seed left out, a constraint lifted, a limit moved."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from fxreport.analysis.claims import Close
from fxreport.analysis.context import Context
from fxreport.analysis.quantities.price import FIT
from fxreport.analysis.quantities.ranking import equal
from fxreport.analysis.recommend.admission import admit
from fxreport.analysis.recommend.choice import choose, order
from fxreport.analysis.recommend.facts import WITH_LABELS, Field, scenario_sets
from fxreport.analysis.study import Sample, Study
from fxreport.vocabulary.scenario import NEUTRAL, OBJECTIVES, Scenario, is_limit, is_upper

#: significant digits of a limit at which the choice changes
DIGITS = 2
#: metrics that an answer depends on
#: runs of which each is left out in turn
MOST_LEFT_OUT = 100
_METRICS = frozenset(OBJECTIVES) | {"images_per_second", FIT, *WITH_LABELS}


@dataclass(frozen=True, slots=True)
class Takeover:
    """Another choice when one constraint changes.

    ``limit`` is where a limit must be moved to, None for a constraint that is lifted; ``relaxed`` tells a
    limit that admits more from one that admits less. ``choice`` is None where nobody would qualify.
    """

    constraint: str
    choice: str | None
    relaxed: bool
    limit: float | None = None


def without_each_set(field: Field, scenario: Scenario, choice: str) -> dict[str | None, tuple[str, ...]]:
    """Another choice → the image sets any one of which leads to it when it is left out."""
    changed: dict[str | None, tuple[str, ...]] = {}
    if len(field.datasets) < 2:
        return changed
    for left_out in field.datasets:
        rest = field.on(tuple(d for d in field.datasets if d != left_out))
        other = choose(rest, scenario, choice)
        if other != choice:
            changed[other] = (*changed.get(other, ()), left_out)
    return changed


def without_each_seed(
    contexts: Mapping[int, Context], field: Field, scenario: Scenario, choice: str
) -> dict[str | None, tuple[int, ...]]:
    """Another choice → the seeds any one of which leads to it when it is left out."""
    changed: dict[str | None, tuple[int, ...]] = {}
    for seed, context in contexts.items():
        other = choose(field.within(context), scenario, choice)
        if other != choice:
            changed[other] = (*changed.get(other, ()), seed)
    return changed


def close_leads(
    contexts: Mapping[int, Context], field: Field, scenario: Scenario, choice: str
) -> tuple[Close, ...]:
    """The image sets and seeds without which the choice stays, and leads by no more than the margin."""
    rest: list[tuple[str, str, Field]] = []
    if len(field.datasets) > 1:
        for left_out in field.datasets:
            sets = tuple(d for d in field.datasets if d != left_out)
            rest.append(("dataset", left_out, field.on(sets)))
    rest += [("seed", str(seed), field.within(context)) for seed, context in contexts.items()]
    found = ((kind, what, _narrow(left, scenario, choice)) for kind, what, left in rest)
    return tuple(Close(kind, what, *narrow) for kind, what, narrow in found if narrow is not None)


def _narrow(field: Field, scenario: Scenario, choice: str) -> tuple[str, float] | None:
    """The nearest rival, and the lead over it, where that is inside the margin; None where it is not."""
    margin, admitted = field.margin(scenario.objective), admit(field, scenario).admitted
    rivals = [v for v in admitted if v != choice]
    if not margin or not rivals or choose(field, scenario, choice) != choice:
        return None
    rival = order(field, scenario, rivals)[0][0]
    own, other = (field.objective(scenario.objective, v) for v in (choice, rival))
    assert own is not None, "who qualifies has a known objective"
    assert other is not None
    lead = own - other if field.rises(scenario.objective) else other - own
    return (rival, lead) if lead < margin or equal(lead, margin) else None


def contexts_without_seeds(context: Context) -> dict[int, Context]:
    """The study without each of its seeds; cells with a single seed keep it.

    Empty for single runs, and where there are so many that one weighs next to nothing: as many studies would
    be made as there are seeds, each as large as the whole.
    """
    if context.study.single_run or len(context.study.seeds) > MOST_LEFT_OUT:
        return {}
    return {seed: Context(_without(context.study, seed), context.margin) for seed in context.study.seeds}


def _without(study: Study, seed: int) -> Study:
    def left(sample: Sample) -> Sample:
        if seed not in sample.seeds or len(sample.seeds) < 2:
            return sample
        keep = [i for i, s in enumerate(sample.seeds) if s != seed]
        return replace(
            sample,
            seeds=tuple(sample.seeds[i] for i in keep),
            values=tuple(sample.values[i] for i in keep),
            keys=tuple(sample.keys[i] for i in keep),
        )

    return replace(
        study,
        samples={
            where: left(sample)
            for where, sample in study.samples.items()
            if where[2] in _METRICS | {study.quality, study.cost} or where[2] in study.brought
        },
    )


def takeovers(field: Field, scenario: Scenario, choice: str | None) -> tuple[Takeover, ...]:
    """For each constraint: who would be chosen, and from which limit on, were it relaxed or tightened.

    Of a scenario that names no objective the objective follows again where a condition is lifted.
    """
    found, asked = [], scenario
    scenario = field.resolved(asked)
    for name in scenario.constraints:
        if is_limit(name):
            found += [
                t
                for t in (_relaxed(field, scenario, choice, name), _tightened(field, scenario, choice, name))
                if t
            ]
        else:
            lifted = asked.moved(name, NEUTRAL[name])
            sets = scenario_sets(field.context, natural_only=lifted.natural_images)
            other = choose(field if sets == field.datasets else field.on(sets), lifted, choice)
            if other != choice:
                found.append(Takeover(name, other, relaxed=True))
    return tuple(found)


def _relaxed(field: Field, scenario: Scenario, choice: str | None, name: str) -> Takeover | None:
    """The nearest limit, among the facts of those beyond it, at which another is chosen."""
    at_most = is_upper(name)
    limit = float(scenario.limit(name))
    facts = (field.fact(scenario, v, name) for v in field.complete)
    beyond = {float(fact) for fact in facts if fact is not None}
    steps = sorted((x for x in beyond if (x > limit if at_most else x < limit)), reverse=not at_most)
    for step in steps:
        shown = step if name == "dimension" else outward(step, up=at_most)
        other = choose(field, scenario.moved(name, shown), choice)
        if other != choice:
            return Takeover(name, other, relaxed=True, limit=shown)
    return None


def _tightened(field: Field, scenario: Scenario, choice: str | None, name: str) -> Takeover | None:
    """Who follows when the limit shuts the choice itself out."""
    if choice is None:
        return None
    fact = field.fact(scenario, choice, name)
    assert fact is not None, "the choice meets its constraints"
    at_most = is_upper(name)
    shown = float(fact) if name == "dimension" else outward(float(fact), up=not at_most)
    beyond = math.nextafter(shown, -math.inf if at_most else math.inf)
    # a step that the tolerance for rounding does not bridge
    beyond += (-1 if at_most else 1) * 1e-8 * max(abs(shown), 1e-3)
    other = choose(field, scenario.moved(name, beyond), choice)
    return Takeover(name, other, relaxed=False, limit=shown) if other != choice else None


def outward(value: float, *, up: bool, digits: int = DIGITS) -> float:
    """Round to so many significant digits, up or down, so that what is said of the rounded limit is true."""
    if value == 0 or not math.isfinite(value):
        return value
    scale = 10.0 ** (digits - 1 - math.floor(math.log10(abs(value))))
    nearest = round(value * scale)
    if not math.isclose(nearest, value * scale, rel_tol=1e-9):
        nearest = math.ceil(value * scale) if up else math.floor(value * scale)
    return nearest / scale
