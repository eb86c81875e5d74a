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
    Listing,
    Message,
    Names,
    Param,
)
from fxreport.analysis.findings.finding import Finding, Ground, evidence
from fxreport.analysis.statistics.compare import BETTER, paired, weakest
from fxreport.vocabulary.factors import CLUSTERER

PROBE, CLUSTERS = "probe_accuracy", "clustering_accuracy"
#: a difference of shares of images that is worth a finding, and one that is small
_LEAST, _SMALL = 0.1, 0.05

_HEADING = N_("The classes are in the features of {name}; {clusterer} does not find them")
_SHORT = N_(
    "The features of {name} hold more than clusters show: on {widest} a linear probe classifies {widest_probe} of the images correctly, "
    "while only {widest_clusters} are in a cluster of their class."
)
_SEEN = N_(
    "On {names} a linear probe on the features of {name} classifies {gap} percentage points more of the images correctly than clusters do, each of them taken "
    "for the class that it fits best."
)
_SEEN_RANGE = N_(
    "On {names} a linear probe on the features of {name} classifies {least} to {most} percentage points more of the images correctly than clusters do, each of "
    "them taken for the class that it fits best."
)
_BODY = N_(
    "So linear boundaries tell most of the classes apart, but clusters, found without labels, do not end at them; what they follow "
    "instead was not examined."
)
_NEAR = N_(
    "Not all features are like that: the two differ by less than {bound} percentage points for {items}."
)
_NEAR_ITEM = N_("{name} on {names}")
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
    gaps = sorted(apart[d][1] - apart[d][2] for d in sets)
    near = _near(ground)
    params: dict[str, Param] = {
        "names": DatasetNames(sets),
        "name": Names((name,)),
        "least": Derived(100 * gaps[0], decimals=1),
        "most": Derived(100 * gaps[-1], decimals=1),
        "gap": Derived(100 * gaps[-1], decimals=1),
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
        body=(
            Message(_SEEN if round(gaps[0], 3) == round(gaps[-1], 3) else _SEEN_RANGE, params),
            Message(_BODY),
            *([Message(_NEAR, {"items": near, "bound": Derived(100 * _SMALL, "integer")})] if near else []),
        ),
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


def _near(ground: Ground) -> Listing | None:
    """The features whose clusters tell about as much as a probe does, with their sets; None where none do."""
    study = ground.context.study
    found = {
        v.id: tuple(
            d
            for d in ground.context.quality
            if (probe := study.mean(d, v.id, PROBE)) is not None
            and (clusters := study.mean(d, v.id, CLUSTERS)) is not None
            and abs(probe - clusters) < _SMALL
        )
        for v in study.variants
    }
    items = (
        Message(_NEAR_ITEM, {"name": Names((v,)), "names": DatasetNames(sets)})
        for v, sets in found.items()
        if sets
    )
    return Listing(tuple(items)) if any(found.values()) else None


def _support(ground: Ground, dataset: str, name: str) -> str:
    samples = ground.context.study.samples
    probe, clusters = samples[dataset, name, PROBE], samples[dataset, name, CLUSTERS]
    if probe.seeds != clusters.seeds:
        return SINGLE_RUN
    outcome, support, _ = paired([x - y for x, y in zip(probe.values, clusters.values, strict=True)])
    return support if outcome == BETTER else ""
