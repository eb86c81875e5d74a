"""What may be read off a map of the features: neighbours, or islands?"""

from __future__ import annotations

from collections.abc import Iterator

from fxreport.analysis.claims import N_, Count, Derived, Message, Param, Term, Terms
from fxreport.analysis.findings.finding import Finding, Ground, evidence
from fxreport.analysis.statistics.compare import ACCURACY_MARGIN
from fxreport.vocabulary.factors import PROJECTION, level_title
from fxreport.vocabulary.metrics import at

#: share of maps with the right number of islands up to which they are not to be counted; trust in neighbours
_RIGHT, _TRUSTED = 0.5, 0.9

_HEADING = N_("On a map of the features trust neighbours, do not count islands")
_SHORT = N_(
    "Maps of the features invite a mistake: only {right} of {maps} show as many islands as there are classes."
)
_SHORT_NONE = N_(
    "Maps of the features invite a mistake: none of {maps} shows as many islands as there are classes."
)
_SEEN = N_(
    "Only {right} of {maps} show as many islands as there are classes, whereas neighbours on the map can be trusted: with "
    "{method} their trustworthiness is {trust} on average."
)
_SEEN_NONE = N_(
    "None of {maps} shows as many islands as there are classes, whereas neighbours on the map can be trusted: with {method} their "
    "trustworthiness is {trust} on average."
)
_KEEPS = N_(
    "{method} also keeps the classes together best: nearest neighbours on its map classify {knn} of the images correctly, in {other}, "
    "the weakest, {other_knn}."
)
_KEEP_ALIKE = N_(
    "{best} keep the classes together best, about equally: nearest neighbours on a map of {method} classify {knn} of the images "
    "correctly, in {other}, the weakest, {other_knn}."
)
_ADVICE = N_(
    "Ask of a map who lies beside whom, by {method}; take the number of groups from the data, not from the picture."
)
_LIMIT = N_("Islands were counted by a density method; a reader’s eye may draw other borders.")


def neighbours(ground: Ground) -> Iterator[Finding]:
    """All maps of all runs: whether they have as many groups as classes; the mean trustworthiness by method.

    Silent where groups or trustworthiness were not measured, where most maps have the right number of groups, or where
    no method's neighbours can be trusted.
    """
    context, study = ground.context, ground.context.study
    methods = study.levels(PROJECTION)
    right = maps = 0
    for dataset in study.measured_datasets:
        classes = len(study.dataset_by_name[dataset].classes)
        for method in methods if classes > 1 else ():
            for variant in study.column(dataset, at("groups", projection=method)):
                sample = study.samples[dataset, variant, at("groups", projection=method)]
                maps += len(sample.values)
                right += sum(round(x) == classes for x in sample.values)
    trust = {
        m: mean for m in methods if (mean := _mean(ground, at("trustworthiness", projection=m))) is not None
    }
    near = {m: mean for m in methods if (mean := _mean(ground, at("knn_accuracy", projection=m))) is not None}
    if not maps or not trust or right > _RIGHT * maps or max(trust.values()) < _TRUSTED:
        return
    method = max(trust, key=lambda m: trust[m])
    params: dict[str, Param] = {
        "right": Derived(right, "integer"),
        "maps": Count(maps, "map"),
        "method": Term(level_title(PROJECTION, method)),
        "trust": Derived(trust[method], decimals=2),
    }
    body = [Message(_SEEN if right else _SEEN_NONE, params)]
    if len(near) > 1 and max(near.values()) - near.get(method, 0.0) < ACCURACY_MARGIN:
        other = min(near, key=lambda m: near[m])
        alike = [m for m in near if max(near.values()) - near[m] < ACCURACY_MARGIN]
        params |= {
            "best": Terms(tuple(level_title(PROJECTION, m) for m in alike)),
            "knn": Derived(near[method], "percent", 0),
            "other": Term(level_title(PROJECTION, other)),
            "other_knn": Derived(near[other], "percent", 0),
        }
        body.append(Message(_KEEPS if len(alike) == 1 else _KEEP_ALIKE, params))
    names = [v.id for v in study.variants]
    yield Finding(
        id="neighbours",
        heading=Message(_HEADING),
        short=Message(_SHORT if right else _SHORT_NONE, params),
        body=tuple(body),
        advice=(Message(_ADVICE, params),),
        limit=(Message(_LIMIT),),
        effect=0.15 * (1 - right / maps),
        against_belief=True,
        evidence=evidence(
            context,
            study.measured_datasets,
            names,
            [at(m, projection=p) for p in methods for m in ("groups", "trustworthiness", "knn_accuracy")],
        ),
        claims=ground.known(
            i for i in ground.claims if i.startswith(("groups_met", "trustworthiness/", "planes/"))
        ),
        datasets=study.measured_datasets,
    )


def _mean(ground: Ground, metric: str) -> float | None:
    study = ground.context.study
    found = [x for d in study.measured_datasets for x in study.column(d, metric).values()]
    return sum(found) / len(found) if found else None
