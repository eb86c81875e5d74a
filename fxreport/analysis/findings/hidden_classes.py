"""Classes that are in the features and that clusters do not find."""

from __future__ import annotations

from collections.abc import Iterator

from fxreport.analysis.claims import (
    CERTAIN,
    N_,
    SINGLE_RUN,
    DatasetNames,
    Derived,
    LevelTitle,
    Message,
    Names,
    Param,
    Series,
    Value,
)
from fxreport.analysis.findings.finding import Finding, Ground, evidence
from fxreport.analysis.statistics.compare import BETTER, paired, weakest
from fxreport.vocabulary.factors import CLUSTERER

PROBE, CLUSTERS = "probe_accuracy", "clustering_accuracy"
#: a difference of shares of images that is worth a finding
_LEAST = 0.1

_HEADING = N_("The classes are in the features; {clusterer} does not find them")
_SHORT = N_(
    "Features hold more than clusters show: on {widest} a linear probe on {name} names {widest_probe} of the images right, clusters only "
    "{widest_clusters}."
)
_SEEN = N_(
    "On {names} a linear probe on the features of {name} names {probe} of the images right, clusters, each taken for the class "
    "that it fits best, only {clusters}."
)
_BODY = N_(
    "So a straight line through the features tells the classes apart, but clusters, which know of no labels, do not split along it: "
    "they follow whatever differs most among the images."
)
_ADVICE = N_(
    "Do not call images unclusterable by one algorithm: measure with a probe first what the features hold."
)
_LIMIT = N_("Whether another clusterer finds them was not measured.")


def hidden_classes(ground: Ground) -> Iterator[Finding]:
    """Sets on which the best label-free features tell far more by a probe than their clusters do.

    Silent without probe and matched clusters of the same features, or where the two are near each other.
    """
    context, study = ground.context, ground.context.study
    found: dict[str, tuple[str, float, float, str]] = {}
    for dataset in context.quality:
        probes = study.column(dataset, PROBE)
        clusters = study.column(dataset, CLUSTERS)
        free = [v for v in probes if v in clusters and v in context.label_free]
        if free:
            name = max(free, key=lambda v: probes[v])
            found[dataset] = name, probes[name], clusters[name], _support(ground, dataset, name)
    apart = {
        d: one for d, one in found.items() if one[1] - one[2] >= _LEAST and one[3] in (CERTAIN, SINGLE_RUN)
    }
    if not apart:
        return
    # the one told is the set whose clusters tell the least, with those that the same features lead
    widest = min(apart, key=lambda d: apart[d][2])
    name = apart[widest][0]
    sets = tuple(d for d in apart if apart[d][0] == name)
    params: dict[str, Param] = {
        "names": DatasetNames(sets),
        "name": Names((name,)),
        "probe": Series(tuple(Value(context.evidence(d, name, PROBE)) for d in sets)),
        "clusters": Series(tuple(Value(context.evidence(d, name, CLUSTERS)) for d in sets)),
        "widest": DatasetNames((widest,)),
        "widest_probe": Derived(apart[widest][1], "percent", 0),
        "widest_clusters": Derived(apart[widest][2], "percent", 0),
        "clusterer": LevelTitle(CLUSTERER, study.clusterer),
    }
    one_clusterer = len(study.clusterers) < 2
    yield Finding(
        id="hidden_classes",
        heading=Message(_HEADING, params),
        short=Message(_SHORT, params),
        body=(Message(_SEEN, params), Message(_BODY)),
        advice=(Message(_ADVICE),),
        limit=(Message(_LIMIT),) if one_clusterer else (),
        support=weakest(apart[d][3] for d in sets),
        effect=sum(apart[d][1] - apart[d][2] for d in sets) / len(sets),
        reach=ground.reach(sets),
        against_belief=True,
        evidence=evidence(context, sets, (name,), (PROBE, CLUSTERS)),
        claims=ground.known(f"separable/{d}" for d in sets),
        subjects=(name,),
        datasets=sets,
    )


def _support(ground: Ground, dataset: str, name: str) -> str:
    samples = ground.context.study.samples
    probe, clusters = samples[dataset, name, PROBE], samples[dataset, name, CLUSTERS]
    if probe.seeds != clusters.seeds:
        return SINGLE_RUN
    outcome, support, _ = paired([x - y for x, y in zip(probe.values, clusters.values, strict=True)])
    return support if outcome == BETTER else ""
