"""Why a former study's figures of a trained network are lower than those measured here."""

from __future__ import annotations

from collections.abc import Iterator

from fxreport.analysis.claims import N_, Derived, Message, Names, Param, Series, Sets
from fxreport.analysis.context import Context
from fxreport.analysis.findings.finding import Finding, Ground, derived, evidence, values
from fxreport.analysis.rules.networks.training import implied_accuracy
from fxreport.analysis.rules.studies.published import departures, own_figures
from fxreport.reference import original

TRAINED = "test_accuracy"
#: differences of ARI, and of accuracies, from which a figure counts as lower and training as a reason
_LOWER = 0.1

_HEADING = N_("The original’s {name} was probably trained too little")
_SHORT = N_(
    "The original’s figures of {name} are those of a network that is right on {implied} of the images of {sets}; the one trained "
    "here is right on {accuracy}."
)
_SEEN = N_("On {sets} the original reports {theirs} as the ARI of {name}; here it is {own}.")
_WHY = N_(
    "Such clusters as the original’s would come from a network that is right on {implied} of the test images; the one trained here "
    "is right on {accuracy}. So its training, or the layer that features were taken from, is the likely reason; that is a "
    "conjecture, since the original does not tell its accuracy."
)
_ADVICE = N_(
    "Report the accuracy of a network beside the clusters of its features: it shows whether the network had been trained."
)
_LIMIT = N_("The implied accuracy takes errors to spread evenly over the classes.")


def lower_figures(ground: Ground) -> Iterator[Finding]:
    """Networks with a test accuracy far above the one that the original's ARI implies, set by set.

    Silent where the study does not repeat the original, where it has the original's own figures, where accuracy was
    not measured, and where the two are near.
    """
    if not ground.repeats:
        return
    context = ground.context
    compared = [
        d for d in departures(context, original()) if d.published.metric == "ari" and d.measured is not None
    ]
    if own_figures(context, compared):
        return
    for name in dict.fromkeys(d.variant for d in compared):
        found: dict[str, tuple[float, float, float]] = {}
        for one in compared:
            dataset = one.published.dataset
            accuracy = context.study.mean(dataset, name, TRAINED)
            classes = len(context.study.dataset_by_name[dataset].classes)
            if one.variant != name or accuracy is None or classes < 2 or one.published.value < 0:
                continue
            implied = implied_accuracy(one.published.value, classes)
            if (one.difference or 0) > _LOWER and accuracy - implied > _LOWER:
                found[dataset] = one.published.value, implied, one.difference or 0
        if found:
            yield _finding(ground, context, name, found)


def _finding(
    ground: Ground, context: Context, name: str, found: dict[str, tuple[float, float, float]]
) -> Finding:
    sets = tuple(found)
    params: dict[str, Param] = {
        "name": Names((name,)),
        "sets": Sets(sets),
        "theirs": Series(tuple(Derived(published) for published, _, _ in found.values())),
        "implied": derived((implied for _, implied, _ in found.values()), "percent", 0),
        "accuracy": values(context, name, sets, TRAINED),
        "own": values(context, name, sets, "ari"),
    }
    cells = evidence(context, sets, (name,), ("ari", TRAINED))
    return Finding(
        id=f"lower_figures/{name}",
        heading=Message(_HEADING, params),
        short=Message(_SHORT, params),
        body=(Message(_SEEN, params), Message(_WHY, params)),
        advice=(Message(_ADVICE),),
        limit=(Message(_LIMIT),),
        support=context.fact(*cells),
        # what others did matters less than what to do
        effect=0.5 * sum(difference for _, _, difference in found.values()) / len(found),
        reach=ground.reach(sets),
        against_belief=True,
        evidence=cells,
        claims=ground.known(f"published/{d}/{name}" for d in sets),
        subjects=(name,),
        datasets=sets,
    )
