"""Measured against the literature: what is met, and by how much the rest departs."""

from __future__ import annotations

from collections.abc import Iterator

from fxreport.analysis.claims import (
    N_,
    UNDETERMINED,
    Claim,
    DatasetNames,
    Derived,
    MetricTitle,
    Names,
    Param,
    Phrase,
    Verbatim,
)
from fxreport.analysis.context import CONTROL, Context
from fxreport.analysis.rules.studies.published import (
    AGREEMENT,
    Departure,
    beside_of,
    departure_support,
    departures,
)
from fxreport.reference import literature, sources
from fxreport.vocabulary.metrics import metric

_MET = N_(
    "{name} on {dataset}: {metric} = {measured} here, {published} in the literature ({source}); the published figure is met "
    "within {margin}."
)
_HIGHER = N_(
    "{name} on {dataset}: {metric} = {measured} here, {published} in the literature ({source}); higher here by "
    "{difference}{unclear}.{images}"
)
_LOWER = N_(
    "{name} on {dataset}: {metric} = {measured} here, {published} in the literature ({source}); lower here by "
    "{difference}{unclear}.{images}"
)
_UNCLEAR = N_(", within the spread of the runs")
_IMAGES = N_(" There {theirs} images were clustered, here {ours} in a run.")


def against_literature(context: Context) -> Iterator[Claim]:
    """Each figure of the literature that was measured here too: whether it is met, else by how much it is not.

    Raw pixels and k-means have nothing that could be trained otherwise, so that to miss them is unexpected. Of
    conditions only the number of images is known on both sides, and said where it is another. Silent on cells that
    were not measured.
    """
    for departure in departures(context, literature()):
        figure, name, difference = departure.published, departure.variant, departure.difference
        if difference is None:
            continue
        met = abs(difference) <= AGREEMENT
        support = departure_support(context, departure)
        own = "" if name == CONTROL else f"{name}/"
        yield Claim(
            id=f"literature/{figure.dataset}/{own}{figure.metric}/{figure.source}"
            + (f"/{figure.n}" if figure.n else ""),
            kind="literature",
            message=_MET if met else _HIGHER if difference > 0 else _LOWER,
            params={
                "name": Names((name,)),
                "dataset": DatasetNames((figure.dataset,)),
                "metric": MetricTitle(figure.metric),
                "measured": context.value(figure.dataset, name, figure.metric),
                "published": _shown(figure.metric, figure.value),
                "source": Verbatim(sources()[figure.source].short),
                "margin": Derived(AGREEMENT, decimals=2, constant="agreement"),
                "difference": Derived(abs(difference)),
                "unclear": Phrase(_UNCLEAR) if support == UNDETERMINED else Verbatim(""),
                **_images(context, departure),
            },
            dataset=figure.dataset,
            metric=figure.metric,
            subjects=(name,),
            value=difference,
            support=support,
            evidence=(beside_of(context, departure),),
            surprising=name == CONTROL and not met and support != UNDETERMINED,
        )


def _shown(name: str, value: float) -> Derived:
    return Derived(value, "percent", 1) if metric(name).shown == "percent" else Derived(value)


def _images(context: Context, departure: Departure) -> dict[str, Param]:
    figure = departure.published
    ours = context.study.samples[figure.dataset, departure.variant, figure.metric].n
    if not figure.n or not ours or figure.n == ours:
        return {"images": Verbatim("")}
    return {
        "images": Phrase(_IMAGES),
        "theirs": Derived(figure.n, "integer"),
        "ours": Derived(ours, "integer"),
    }
