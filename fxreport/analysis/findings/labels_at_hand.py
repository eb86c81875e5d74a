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
    Sets,
    Verbatim,
)
from fxreport.analysis.context import Context
from fxreport.analysis.findings.finding import Finding, Ground, evidence
from fxreport.analysis.quantities.across import mean_difference, mean_over
from fxreport.analysis.quantities.learning import learned_nothing
from fxreport.analysis.statistics.compare import BETTER, WORSE, judge

PROBE, CLUSTERS, TRAINED = "probe_accuracy", "clustering_accuracy", "test_accuracy"

_HEADING = N_("With labels at hand, do not cluster")
_SHORT = N_(
    "With labels at hand a linear classifier on the features of {name} classifies {probe} of the images correctly, averaged over "
    "{sets}; of the best clusters, those of {other}, {clusters} of the images are in that of their class."
)
_FORMS = {
    BETTER: N_(
        "Not even a network trained on each set itself ({trained}) is right more often: on average the linear classifier is ahead of it "
        "by {gap} percentage points{though}."
    ),
    WORSE: N_(
        "A network trained on each set itself ({trained}) is right more often still: on average by {gap} percentage points{though}."
    ),
    "": N_(
        "On average no difference is shown between the linear classifier and a network trained on each set itself ({trained})."
    ),
}
_THOUGH = N_(", though not on {names}")
_AGAINST_CLUSTERS = N_(
    "A linear classifier on the features of {name} is right for {probe} of the images; the best clusters ({other}) put {clusters} "
    "with their class."
)
_NAMING = N_(
    "Clusters do not spare the labels either: without some nobody knows which class a cluster stands for."
)
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
    }
    if trained:
        gap = probe - mean_over(context, trained, TRAINED, sets)
        # the comparison is that of probes, the gap one to the network's own answers: where they part, none is told
        outcome = outcome if (gap > 0) == (outcome == BETTER) else ""
        params |= {"trained": Names((trained,)), "gap": Derived(100 * abs(gap), decimals=1)}
        params["though"] = _though(context, name, trained, sets, outcome)
    single = context.fact(*evidence(context, sets, (name,), (PROBE,))) == SINGLE_RUN
    yield Finding(
        id="labels_at_hand",
        heading=Message(_HEADING),
        short=Message(_SHORT, params),
        body=(Message(_FORMS[outcome] if trained else _AGAINST_CLUSTERS, params), Message(_NAMING)),
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
    """The best network that learned with labels on every set; None where there is none."""
    known = [v for v in context.complete(TRAINED, sets) if not learned_nothing(context.study, v)]
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
    return Listing((Message(_THOUGH, {"names": DatasetNames(against)}),))
