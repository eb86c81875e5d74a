"""Measured against published: the original document's cells and the literature's baselines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fxreport.analysis.claims import (
    N_,
    Claim,
    Count,
    DatasetNames,
    Derived,
    Names,
    Verbatim,
)
from fxreport.analysis.context import CONTROL, Context
from fxreport.experiment import variant_id
from fxreport.reference import Published, literature, original, sources

#: a published value of one run is taken as met within this distance of ARI, NMI or AMI
AGREEMENT = 0.05


@dataclass(frozen=True, slots=True)
class Departure:
    """A published cell beside ours. ``measured`` is None where the cell was not measured."""

    published: Published
    variant: str
    measured: float | None

    @property
    def difference(self) -> float | None:
        return None if self.measured is None else self.measured - self.published.value


def departures(context: Context, published: tuple[Published, ...]) -> tuple[Departure, ...]:
    """Each published figure with what was measured in the same cell.

    A cell that names no input size, as in an imported table, stands for the published one.
    """
    found = []
    for figure in published:
        variant = variant_id(figure.extractor, figure.input_size)
        if (figure.dataset, variant, figure.metric) not in context.study.samples and (
            figure.dataset,
            figure.extractor,
            figure.metric,
        ) in context.study.samples:
            variant = figure.extractor
        found.append(Departure(figure, variant, context.study.mean(figure.dataset, variant, figure.metric)))
    return tuple(found)


def original_cells(context: Context) -> Iterator[Claim]:
    """Each ARI of the original that was measured again, and how many agree; silent where none was."""
    compared = [d for d in departures(context, original()) if d.published.metric == "ari"]
    found = [(d, d.difference) for d in compared if d.difference is not None]
    for departure, difference in found:
        name, dataset = departure.variant, departure.published.dataset
        if abs(difference) <= AGREEMENT:
            message = N_(
                "{name} on {dataset}: ARI = {ari} here, {published} in the original study; they agree within {margin}."
            )
        elif difference > 0:
            message = N_(
                "{name} on {dataset}: ARI = {ari} here, {published} in the original study; higher by {difference}."
            )
        else:
            message = N_(
                "{name} on {dataset}: ARI = {ari} here, {published} in the original study; lower by {difference}."
            )
        yield Claim(
            id=f"published/{dataset}/{name}",
            kind="published",
            message=message,
            params={
                "name": Names((name,)),
                "dataset": DatasetNames((dataset,)),
                "ari": context.value(dataset, name, "ari"),
                "published": Derived(departure.published.value),
                "difference": Derived(abs(difference)),
                "margin": Derived(AGREEMENT, decimals=2, constant="agreement"),
            },
            dataset=dataset,
            metric="ari",
            subjects=(name,),
            value=difference,
            support=context.fact(context.evidence(dataset, name, "ari")),
            evidence=(context.evidence(dataset, name, "ari"),),
        )
    if found:
        agree = sum(abs(d) <= AGREEMENT for _, d in found)
        evidence = tuple(context.evidence(d.published.dataset, d.variant, "ari") for d, _ in found)
        yield Claim(
            id="published_summary",
            kind="published_summary",
            message=N_(
                "{measured} of {published} of the original study’s ARI have a counterpart here: {agree} agree within {margin}, "
                "{higher} are higher here, {lower} lower."
            ),
            params={
                "published": Count(len(compared), "value"),
                "measured": Derived(len(found), "integer"),
                "agree": Derived(agree, "integer"),
                "higher": Derived(sum(d > AGREEMENT for _, d in found), "integer"),
                "lower": Derived(sum(d < -AGREEMENT for _, d in found), "integer"),
                "margin": Derived(AGREEMENT, decimals=2, constant="agreement"),
            },
            metric="ari",
            subjects=tuple(dict.fromkeys(d.variant for d, _ in found)),
            value=float(agree),
            support=context.fact(*evidence),
            evidence=evidence,
        )


def control_against_literature(context: Context) -> Iterator[Claim]:
    """Raw pixels and k-means against the literature: an end-to-end check of the measurement itself.

    Silent on cells and metrics that were not measured.
    """
    for departure in departures(context, literature()):
        figure, difference = departure.published, departure.difference
        if departure.variant != CONTROL or difference is None or figure.metric not in ("ari", "nmi", "ami"):
            continue
        agree = abs(difference) <= AGREEMENT
        yield Claim(
            id=f"literature/{figure.dataset}/{figure.metric}/{figure.source}"
            + (f"/{figure.n}" if figure.n else ""),
            kind="literature",
            message=N_(
                "Raw pixels on {dataset}: {metric} = {measured} here, {published} in the literature ({source}); the "
                "measurement meets the published baseline within {margin}."
            )
            if agree
            else N_(
                "Raw pixels on {dataset}: {metric} = {measured} here, {published} in the literature ({source}); the "
                "measurement departs from the published baseline by more than {margin}."
            ),
            params={
                "dataset": DatasetNames((figure.dataset,)),
                "metric": Verbatim(figure.metric.upper()),
                "measured": context.value(figure.dataset, CONTROL, figure.metric),
                "published": Derived(figure.value),
                "source": Verbatim(sources()[figure.source].short),
                "margin": Derived(AGREEMENT, decimals=2, constant="agreement"),
            },
            dataset=figure.dataset,
            metric=figure.metric,
            subjects=(CONTROL,),
            value=difference,
            support=context.fact(context.evidence(figure.dataset, CONTROL, figure.metric)),
            evidence=(context.evidence(figure.dataset, CONTROL, figure.metric),),
            surprising=not agree,
        )
