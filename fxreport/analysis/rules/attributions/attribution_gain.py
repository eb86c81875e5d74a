"""Which attribution names the pixels that matter most to a network's answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

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
    Listing,
    Message,
    Names,
    Param,
)
from fxreport.analysis.context import Context, interval_params
from fxreport.analysis.quantities.ranking import groups
from fxreport.analysis.rules.attributions.attribution import titles
from fxreport.analysis.rules.attributions.caveats import favoured
from fxreport.analysis.statistics.compare import judge, weakest
from fxreport.analysis.statistics.uncertainty import Interval, combined_interval, interval
from fxreport.analysis.study import Sample
from fxreport.vocabulary.factors import ATTRIBUTION
from fxreport.vocabulary.metrics import at

_FIRST = {
    "shown": N_(
        "On average over {datasets} the pixels that {leader} names matter the most; gain over maps moved at random: "
        "{networks}.{favoured}"
    ),
    "open": N_(
        "On average over {datasets} it is not decided which method names the pixels that matter the most; highest gain over "
        "maps moved at random: {networks}."
    ),
    "equal": N_(
        "On average over {datasets} the gain over maps moved at random is highest and equal for {leader}: {networks}."
    ),
}
_NETWORK = {
    "shown": N_("{name} {value}, ahead of {rival} by {difference}{interval}{elsewhere}"),
    "open": N_("{name}, {leader} {value}, ahead of {rival} by {difference}{interval}{elsewhere}"),
    "equal": N_("{name} {value}"),
}
_INTERVAL = N_(" ({spread})")
_SINGLE = N_(" (single runs)")
_ELSEWHERE = N_(", though on {dataset} behind {leader}")


@dataclass(frozen=True, slots=True)
class _Gains:
    """Gains of one network: method → its sample on each image set that has all of the methods, in order."""

    datasets: tuple[str, ...]
    samples: Mapping[str, tuple[Sample, ...]]

    def mean(self, method: str) -> float:
        return sum(sample.mean for sample in self.samples[method]) / len(self.datasets)

    def ahead(self, method: str, other: str) -> tuple[str, Interval | None]:
        """Support of the lead of a method that is first on average over the image sets, and its interval.

        Paired over seeds within a set; sets are independent, so their variances add up.
        """
        parts = []
        for one, rival in zip(self.samples[method], self.samples[other], strict=True):
            if one.seeds != rival.seeds:
                return UNDETERMINED, None
            parts.append([a - b for a, b in zip(one.values, rival.values, strict=True)])
        if any(len(part) < 2 for part in parts):
            return SINGLE_RUN, None
        count = len(parts)
        spread = (
            interval(parts[0])
            if count == 1
            else combined_interval(
                self.mean(method) - self.mean(other), [[x / count for x in part] for part in parts]
            )
        )
        _, support = judge(spread, 0.0)
        return support, spread


@dataclass(frozen=True, slots=True)
class _Lead:
    """The methods of the highest mean gain of one network, and how sure their lead over all others is."""

    variant: str
    gains: _Gains
    leaders: tuple[str, ...]
    rivals: tuple[str, ...]  # the next best
    support: str
    spread: Interval | None

    @property
    def kind(self) -> str:
        if len(self.leaders) > 1:
            return "equal"
        return "shown" if self.support in (CERTAIN, LIKELY, SINGLE_RUN) else "open"

    @property
    def value(self) -> float:
        return self.gains.mean(self.leaders[0])


def gain(context: Context) -> Iterator[Claim]:
    """The method of the highest mean gain over the image sets, and whether it is decided; alike networks together.

    Over the sets on which all of a network's methods have a gain; silent with fewer than two methods.
    """
    alike: dict[tuple[object, ...], list[_Lead]] = defaultdict(list)
    for variant in context.study.variants:
        lead = _lead(context, variant.id)
        if lead is not None:
            leaders = () if lead.kind == "open" else lead.leaders
            alike[lead.kind, leaders, lead.gains.datasets].append(lead)
    for leads in alike.values():
        kind, names = leads[0].kind, tuple(lead.variant for lead in leads)
        yield Claim(
            id=f"attribution_gain/{'+'.join(names)}",
            kind="attribution_gain",
            message=_FIRST[kind],
            params={
                "datasets": DatasetNames(leads[0].gains.datasets),
                "leader": titles(leads[0].leaders),
                **favoured([method for lead in leads for method in lead.leaders]),
                "networks": Listing(tuple(Message(_NETWORK[kind], _params(lead)) for lead in leads)),
            },
            subjects=names,
            value=max(lead.value for lead in leads),
            support=weakest(lead.support for lead in leads),
            evidence=tuple(
                context.evidence(dataset, lead.variant, at("gain", attribution=method))
                for lead in leads
                for dataset in lead.gains.datasets
                for method in lead.gains.samples
            ),
            details={"leaders": {lead.variant: list(lead.leaders) for lead in leads}},
        )


def _lead(context: Context, variant: str) -> _Lead | None:
    gains = _gains(context, variant)
    if gains is None:
        return None
    order = groups({method: (gains.mean(method),) for method in gains.samples})
    leads = [gains.ahead(order[0][0], method) for group in order[1:] for method in group]
    support = TIE if len(order[0]) > 1 else weakest(found for found, _ in leads)
    rivals = order[1] if len(order) > 1 else ()
    return _Lead(variant, gains, order[0], rivals, support, leads[0][1] if leads else None)


def _gains(context: Context, variant: str) -> _Gains | None:
    """None where fewer than two methods have a gain on one image set."""
    samples = {
        (d.name, m): context.study.sample(d.name, variant, at("gain", attribution=m))
        for d in context.study.datasets
        for m in context.study.levels(ATTRIBUTION)
    }
    known = {cell: sample for cell, sample in samples.items() if sample is not None}
    methods = tuple(m for m in context.study.levels(ATTRIBUTION) if any(m == method for _, method in known))
    datasets = tuple(
        d.name for d in context.study.datasets if all((d.name, method) in known for method in methods)
    )
    if len(methods) < 2 or not datasets:
        return None
    return _Gains(datasets, {m: tuple(known[d, m] for d in datasets) for m in methods})


def _params(lead: _Lead) -> dict[str, Param]:
    clause = None
    if lead.support == SINGLE_RUN:
        clause = Message(_SINGLE)
    elif lead.spread is not None:
        clause = Message(_INTERVAL, interval_params(lead.spread))
    behind = lead.gains.mean(lead.rivals[0]) if lead.rivals else lead.value
    return {
        "name": Names((lead.variant,)),
        "leader": titles(lead.leaders),
        "rival": titles(lead.rivals),
        "value": Derived(lead.value),
        "difference": Derived(lead.value - behind),
        "interval": Listing((clause,) if clause else ()),
        "elsewhere": Listing(tuple(_elsewhere(lead.gains, lead.leaders))),
    }


def _elsewhere(gains: _Gains, leaders: Sequence[str]) -> Iterator[Message]:
    """The image sets on which others are first."""
    for i, dataset in enumerate(gains.datasets):
        first = groups({method: (of[i].mean,) for method, of in gains.samples.items()})[0]
        if not set(first) & set(leaders):
            yield Message(_ELSEWHERE, {"dataset": DatasetNames((dataset,)), "leader": titles(first)})
