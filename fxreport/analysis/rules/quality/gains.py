"""What extractors gain over raw pixels, averaged over image sets (``analysis/gain.py`` has the formula)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fxreport.analysis.claims import (
    CERTAIN,
    LIKELY,
    N_,
    SINGLE_RUN,
    TIE,
    UNDETERMINED,
    Claim,
    DatasetNames,
    Derived,
    Evidence,
    Names,
    Param,
)
from fxreport.analysis.context import CONTROL, Context
from fxreport.analysis.quantities.gain import Gain, mean_gain
from fxreport.analysis.quantities.ranking import groups
from fxreport.analysis.statistics.bootstrap import probability_best
from fxreport.analysis.statistics.compare import BETTER, WORSE
from fxreport.analysis.statistics.uncertainty import LEVEL

_ONE = {
    BETTER: N_(
        "{name}: of what raw pixels leave to a perfect clustering, {gain} is gained on average over {datasets} "
        "({level} interval from {low} to {high})."
    ),
    WORSE: N_(
        "{name}: behind raw pixels on average over {datasets}; the gain is {gain} ({level} interval from {low} to {high})."
    ),
    UNDETERMINED: N_(
        "{name}: no gain over raw pixels is shown on average over {datasets}: {gain} ({level} interval from {low} to {high})."
    ),
    SINGLE_RUN: N_(
        "{name}: in single runs, {gain} of what raw pixels leave to a perfect clustering is gained on average over {datasets}."
    ),
}
_LEADER = N_(
    "Most is gained over raw pixels, on average over {datasets}, by {name}: {gain} of what they leave to a perfect "
    "clustering ({level} interval from {low} to {high}); it is the best by this measure with a probability of {probability}."
)
_LEADER_PLAIN = N_(
    "Most is gained over raw pixels, on average over {datasets}, by {name}: {gain} of what they leave to a perfect clustering."
)
_GROUPS = {
    WORSE: N_("On average over {datasets} behind raw pixels: {names}."),
    UNDETERMINED: N_("On average over {datasets} no gain over raw pixels is shown for: {names}."),
}


def gains(context: Context) -> dict[str, Gain]:
    """Variant → its mean gain over raw pixels, the highest first, over all image sets that have an ARI.

    Empty where there are fewer than two sets, the control lacks one, or the main quality is another than ARI; a
    variant that lacks one is left out.
    """
    datasets = context.datasets_with("ari")
    complete = context.complete("ari")
    if context.main != "ari" or len(datasets) < 2 or CONTROL not in complete:
        return {}
    found = {
        name: mean_gain(context.study, context.influences, name, CONTROL, datasets)
        for name in complete
        if name != CONTROL
    }
    known = {name: gain for name, gain in found.items() if gain is not None}
    order = groups({name: (gain.mean,) for name, gain in known.items()})
    return {name: known[name] for group in order for name in group}


def outcome(gain: Gain) -> str:
    """Better or worse than the control where the interval excludes zero."""
    if gain.interval is None:
        return SINGLE_RUN
    return BETTER if gain.interval.low > 0 else WORSE if gain.interval.high < 0 else UNDETERMINED


def best_gain(context: Context) -> Mapping[str, float]:
    """Variant → probability of the highest mean gain of all; empty where one was measured only once."""
    complete = context.complete("ari")
    drawn = context.draws.gains(context.datasets_with("ari"), CONTROL)
    return probability_best(drawn) if len(drawn) == len(complete) else {}


def _evidence(context: Context, gain: Gain) -> tuple[Evidence, ...]:
    return tuple(context.evidence(d, v, "ari") for d in gain.datasets for v in (gain.variant, CONTROL))


def _params(gain: Gain) -> dict[str, Param]:
    params: dict[str, Param] = {
        "name": Names((gain.variant,)),
        "datasets": DatasetNames(gain.datasets),
        "gain": Derived(gain.mean, "percent", 1),
    }
    if gain.interval is not None:
        params |= {
            "level": Derived(LEVEL, "percent", 0, constant="level"),
            "low": Derived(gain.interval.low, "percent", 1),
            "high": Derived(gain.interval.high, "percent", 1),
        }
    return params


def gain(context: Context) -> Iterator[Claim]:
    """Each extractor's mean gain over raw pixels.

    Silent on one image set, without raw pixels on all of them, and of extractors that lack a set or that were
    measured with other seeds than the control.
    """
    supports = {BETTER: CERTAIN, WORSE: CERTAIN}
    for name, found in gains(context).items():
        kind = outcome(found)
        flat = found.interval is not None and found.interval.low == found.interval.high
        yield Claim(
            id=f"gain/{name}",
            kind="gain",
            message=_ONE[kind],
            params=_params(found),
            metric="ari",
            subjects=(name,),
            value=found.mean,
            support=LIKELY if flat and kind in supports else supports.get(kind, kind),
            evidence=_evidence(context, found),
            surprising=kind == WORSE and context.learned(name) and context.expected_above_pixels(name),
            details={"outcome": kind},
        )


def gain_leader(context: Context) -> Iterator[Claim]:
    """Who gains most, and how sure that is.

    Silent where nobody gains anything, and where the gain of anybody measured on all sets is not known: that one
    may be the one that gains most.
    """
    found = gains(context)
    if not found or set(context.complete("ari")) - {CONTROL, *found}:
        return
    order = groups({name: (gain.mean,) for name, gain in found.items()})
    leaders = order[0]
    first = found[leaders[0]]
    if first.mean <= 0:
        return
    chances = best_gain(context)
    params = _params(first) | {"name": Names(leaders)}
    if len(leaders) > 1:
        message, support = _LEADER_PLAIN, TIE
    elif first.interval is None or not chances:
        message, support = _LEADER_PLAIN, SINGLE_RUN
    else:
        chance = chances[leaders[0]]
        params["probability"] = Derived(chance, "probability")
        message = _LEADER
        support = CERTAIN if chance >= (1 + LEVEL) / 2 else LIKELY if chance >= LEVEL else UNDETERMINED
    others = [gain for name, gain in found.items() if name not in leaders]
    evidence = [e for gain in (*(found[v] for v in leaders), *others) for e in _evidence(context, gain)]
    yield Claim(
        id="gain_leader",
        kind="gain_leader",
        message=message,
        params=params,
        metric="ari",
        subjects=leaders,
        value=first.mean,
        support=support,
        evidence=tuple(dict.fromkeys(evidence)),
    )


def gain_groups(context: Context) -> Iterator[Claim]:
    """Who does not gain, over all sets: behind raw pixels, or without a gain that is shown; else silent."""
    found = gains(context)
    for kind, message in _GROUPS.items():
        names = tuple(name for name, gain in found.items() if outcome(gain) == kind)
        if not names:
            continue
        evidence = [e for name in names for e in _evidence(context, found[name])]
        yield Claim(
            id=f"gain_group/{kind}",
            kind="gain_group",
            message=message,
            params={"datasets": DatasetNames(found[names[0]].datasets), "names": Names(names)},
            metric="ari",
            subjects=names,
            value=float(len(names)),
            support=CERTAIN if kind == WORSE else UNDETERMINED,
            evidence=tuple(dict.fromkeys(evidence)),
            surprising=kind == WORSE
            and any(context.learned(name) and context.expected_above_pixels(name) for name in names),
        )
