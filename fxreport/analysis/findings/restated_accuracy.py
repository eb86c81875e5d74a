"""Clusters of a network that was trained with labels tell its accuracy once more."""

from __future__ import annotations

from collections.abc import Iterator

from fxreport.analysis.claims import N_, Derived, Message, Names, Param, Sets
from fxreport.analysis.findings.finding import Finding, Ground, derived, evidence, values
from fxreport.analysis.rules.networks.training import implied_ari

TRAINED = "test_accuracy"
#: a difference of ARI up to which the clusters count as those that the accuracy implies
_NEAR = 0.06

_HEADING = N_("Clusters of {name} restate its accuracy")
_SHORT = N_("The clusters of {name} restate its accuracy: their ARI is within {most} of what it implies.")
_SEEN = N_(
    "{name} is right on {accuracy} of the test images of {sets}; that alone would give an ARI of {implied}, and its clusters "
    "have {own}."
)
_BODY = N_("So a high ARI of a network that was trained with the labels says nothing new about clustering.")
_ADVICE = N_(
    "Compare clusters among extractors that have seen no labels of the set, and report the accuracy of the others."
)
_LIMIT = N_("The implied ARI takes errors to spread evenly over the classes.")


def restated_accuracy(ground: Ground) -> Iterator[Finding]:
    """Networks whose ARI is near the one that their test accuracy implies, on every set that has both.

    Silent where accuracy, ARI or the number of classes is not known, and where the two are apart on any set.
    """
    context, study = ground.context, ground.context.study
    for variant in study.variants:
        sets, implied = [], []
        for dataset in study.measured_datasets:
            classes = len(study.dataset_by_name[dataset].classes)
            accuracy, ari = (study.mean(dataset, variant.id, m) for m in (TRAINED, "ari"))
            if accuracy is not None and ari is not None and classes > 1:
                sets.append(dataset)
                implied.append((implied_ari(accuracy, classes), ari))
        if not sets or any(abs(expected - ari) > _NEAR for expected, ari in implied):
            continue
        known = tuple(sets)
        params: dict[str, Param] = {
            "name": Names((variant.id,)),
            "accuracy": values(context, variant.id, known, TRAINED),
            "implied": derived((expected for expected, _ in implied), decimals=2),
            "most": Derived(max(abs(expected - ari) for expected, ari in implied), decimals=2),
            "own": values(context, variant.id, known, "ari"),
            "sets": Sets(known),
        }
        cells = evidence(context, known, (variant.id,), (TRAINED, "ari"))
        yield Finding(
            id=f"restated_accuracy/{variant.id}",
            heading=Message(_HEADING, params),
            short=Message(_SHORT, params),
            body=(Message(_SEEN, params), Message(_BODY)),
            advice=(Message(_ADVICE),),
            limit=(Message(_LIMIT),),
            support=context.fact(*cells),
            effect=0.15,
            reach=ground.reach(known),
            evidence=cells,
            claims=ground.known(f"implied_ari/{d}/{variant.id}" for d in known),
            subjects=(variant.id,),
            datasets=known,
        )
