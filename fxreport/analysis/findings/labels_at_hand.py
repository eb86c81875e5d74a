"""With labels at hand: a linear classifier on frozen features, the trained network, or clusters?"""

from __future__ import annotations

from collections.abc import Iterator

from fxreport.analysis.claims import (
    CERTAIN,
    N_,
    SINGLE_RUN,
    DatasetNames,
    Derived,
    Listing,
    Message,
    Names,
    Param,
    Phrase,
    Sets,
    Verbatim,
)
from fxreport.analysis.context import Context
from fxreport.analysis.findings.finding import Finding, Ground, evidence, values
from fxreport.analysis.quantities.across import mean_difference, mean_over
from fxreport.analysis.statistics.compare import BETTER, WORSE, judge

PROBE, CLUSTERS, TRAINED = "probe_accuracy", "clustering_accuracy", "test_accuracy"

_HEADING = N_("With labels at hand, do not cluster")
_SHORT = N_(
    "With labels at hand a linear classifier on the features of {name} names {probe} of the images right, averaged "
    "over {sets}; the best clusters, those of {other}, {clusters}."
)
_VALUES = N_("The classifier on {name} is right on {values} of the test images of {sets}")
_FORMS = {
    BETTER: N_(
        "{said}; the network trained on each set itself, {trained}, on {own}: less on average{though}."
    ),
    WORSE: N_(
        "{said}; the network trained on each set itself, {trained}, on {own}: more on average{though}."
    ),
    "": N_(
        "{said}; the network trained on each set itself, {trained}, on {own}: on average no difference is shown."
    ),
}
_ALONE = N_("{said}.")
_FROZEN = N_(
    "Label some images and train a linear classifier on the frozen features of {name}; nothing else is trained."
)
_OWN = N_("With enough labels train {trained} itself; its clusters add nothing to its answers.")
_BOTH = N_("Try the linear classifier on {name} first, since nothing else has to be trained for it.")
_LIMIT = N_(
    "How many labels that takes was not measured: all classifiers had those of the whole training sample."
)


def labels_at_hand(ground: Ground) -> Iterator[Finding]:
    """The best mean probe on features that need no labels, beside clusters and a network trained with labels.

    Silent where no label-free features have a probe on all sets, where clusters were not matched to classes, or where
    they are as often right.
    """
    context = ground.context
    sets = context.datasets_with(PROBE)
    free = [v for v in context.complete(PROBE, sets) if v in context.label_free]
    matched = context.complete(CLUSTERS, sets)
    if not free or not matched:
        return
    name = max(free, key=lambda v: mean_over(context, v, PROBE, sets))
    other = max(matched, key=lambda v: mean_over(context, v, CLUSTERS, sets))
    probe, clusters = (mean_over(context, v, m, sets) for v, m in ((name, PROBE), (other, CLUSTERS)))
    if probe <= clusters:
        return
    trained = _trained(context, sets)
    outcome, support = _against(context, name, trained, sets) if trained else ("", CERTAIN)
    params: dict[str, Param] = {
        "name": Names((name,)),
        "other": Names((other,)),
        "probe": Derived(probe, "percent", 0),
        "clusters": Derived(clusters, "percent", 0),
        "sets": Sets(sets),
        "values": values(context, name, sets, PROBE),
    }
    if trained:
        params |= {"trained": Names((trained,)), "own": values(context, trained, sets, TRAINED)}
        params["though"] = _though(context, name, trained, sets, outcome)
    params["said"] = Phrase(_VALUES)
    single = context.fact(*evidence(context, sets, (name,), (PROBE,))) == SINGLE_RUN
    yield Finding(
        id="labels_at_hand",
        heading=Message(_HEADING),
        short=Message(_SHORT, params),
        body=(Message(_FORMS[outcome] if trained else _ALONE, params),),
        advice=(Message({BETTER: _FROZEN, WORSE: _OWN}.get(outcome, _BOTH if trained else _FROZEN), params),),
        limit=(Message(_LIMIT),),
        support=SINGLE_RUN if single else support,
        effect=probe - clusters,
        reach=ground.reach(sets),
        against_belief=True,
        decides=True,
        evidence=evidence(
            context,
            sets,
            tuple(dict.fromkeys((name, other, *([trained] if trained else [])))),
            (PROBE, CLUSTERS, TRAINED),
        ),
        claims=ground.known(f"separable/{d}" for d in sets),
        subjects=(name,),
        datasets=sets,
    )


def _trained(context: Context, sets: tuple[str, ...]) -> str | None:
    """The best network trained with labels on every set; None where there is none."""
    known = context.complete(TRAINED, sets)
    return max(known, key=lambda v: mean_over(context, v, TRAINED, sets), default=None)


def _against(context: Context, name: str, trained: str, sets: tuple[str, ...]) -> tuple[str, str]:
    """Outcome of the probe against the network trained, both as a linear probe where that was measured."""
    metric = PROBE if trained in context.complete(PROBE, sets) else None
    spread = mean_difference(context, name, trained, sets, metric) if metric else None
    outcome, support = judge(spread, 0.0)
    return (outcome, support) if outcome in (BETTER, WORSE) else ("", CERTAIN)


def _though(context: Context, name: str, trained: str, sets: tuple[str, ...], outcome: str) -> Param:
    """The sets on which it is the other way round, by the means; nothing where there is none."""
    ahead = {
        d: context.study.samples[d, name, PROBE].mean > context.study.samples[d, trained, TRAINED].mean
        for d in sets
    }
    against = tuple(d for d in sets if ahead[d] == (outcome == WORSE))
    if outcome not in (BETTER, WORSE) or not against:
        return Verbatim("")
    message = N_(", though more on {names}") if outcome == BETTER else N_(", though less on {names}")
    return Listing((Message(message, {"names": DatasetNames(against)}),))
