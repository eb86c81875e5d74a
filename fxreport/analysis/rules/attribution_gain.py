"""Which attribution names the pixels that matter most to a network's answer."""

from __future__ import annotations

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
from fxreport.analysis.compare import BETTER, judge, weakest
from fxreport.analysis.context import Context, interval_params
from fxreport.analysis.ranking import groups
from fxreport.analysis.rules.attribution import titles
from fxreport.analysis.study import Sample
from fxreport.analysis.uncertainty import Interval, combined_interval, interval
from fxreport.experiment import ATTRIBUTIONS

_FIRST = {
    "shown": N_(
        "{name}: on average over {datasets} the pixels that {leader} names matter most: gain {value}, ahead of {rival} by "
        "{difference}{interval}{elsewhere}."
    ),
    "open": N_(
        "{name}: whose named pixels matter most is not decided; on average over {datasets} the gain of {leader} is "
        "{value}, ahead of {rival} by {difference}{interval}{elsewhere}."
    ),
    "equal": N_("{name}: by gain over maps moved at random these are equal: {leader} ({value}, {datasets})."),
}
_INTERVAL = N_(" ({spread})")
_SINGLE = N_(" (single runs)")
_ELSEWHERE = N_("; the highest on {dataset} is that of {leader}")


@dataclass(frozen=True, slots=True)
class _Gains:
    """Gains of one network: method → its sample on each image set that has all of the methods, in order."""

    datasets: tuple[str, ...]
    samples: Mapping[str, tuple[Sample, ...]]

    def mean(self, method: str) -> float:
        return sum(sample.mean for sample in self.samples[method]) / len(self.datasets)

    def ahead(self, method: str, other: str) -> tuple[str, Interval | None]:
        """Support of a lead on average over the image sets, and the interval of the difference.

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
        outcome, support = judge(spread, 0.0)
        return support if outcome == BETTER else UNDETERMINED, spread


def gain(context: Context) -> Iterator[Claim]:
    """The method of the highest mean gain over the image sets, for each network, and whether it is decided.

    Over the sets on which all of the network's methods have a gain; silent with fewer than two methods.
    """
    for variant in context.study.variants:
        gains = _gains(context, variant.id)
        if gains is None:
            continue
        order = groups({method: (gains.mean(method),) for method in gains.samples})
        leaders, first = order[0], order[0][0]
        rivals = [method for group in order[1:] for method in group]
        leads = {method: gains.ahead(first, method) for method in rivals}
        support = TIE if len(leaders) > 1 else weakest(found for found, _ in leads.values())
        message = "open"
        if len(leaders) > 1:
            message = "equal"
        elif support in (CERTAIN, LIKELY, SINGLE_RUN):
            message = "shown"
        spread = leads[rivals[0]][1] if rivals else None
        evidence = tuple(
            context.evidence(dataset, variant.id, f"{method}_gain")
            for dataset in gains.datasets
            for method in gains.samples
        )
        yield Claim(
            id=f"attribution_gain/{variant.id}",
            kind="attribution_gain",
            message=_FIRST[message],
            params={
                "name": Names((variant.id,)),
                "datasets": DatasetNames(gains.datasets),
                "leader": titles(leaders),
                "rival": titles(order[1] if rivals else ()),
                "value": Derived(gains.mean(first)),
                "elsewhere": Listing(tuple(_elsewhere(gains, leaders))),
                **_difference(gains, first, rivals, spread, single=support == SINGLE_RUN),
            },
            subjects=(variant.id,),
            value=gains.mean(first),
            support=support,
            evidence=evidence,
            details={"leaders": list(leaders)},
        )


def _gains(context: Context, variant: str) -> _Gains | None:
    """None where fewer than two methods have a gain on one image set."""
    samples = {
        (d.name, m): context.study.sample(d.name, variant, f"{m}_gain")
        for d in context.study.datasets
        for m in ATTRIBUTIONS
    }
    known = {cell: sample for cell, sample in samples.items() if sample is not None}
    methods = tuple(m for m in ATTRIBUTIONS if any(m == method for _, method in known))
    datasets = tuple(
        d.name for d in context.study.datasets if all((d.name, method) in known for method in methods)
    )
    if len(methods) < 2 or not datasets:
        return None
    return _Gains(datasets, {m: tuple(known[d, m] for d in datasets) for m in methods})


def _difference(
    gains: _Gains, first: str, rivals: Sequence[str], spread: Interval | None, *, single: bool
) -> dict[str, Param]:
    """``difference`` to the next best and ``interval``, a clause that is empty where there is none."""
    lead = gains.mean(first) - gains.mean(rivals[0]) if rivals else 0.0
    clause = Message(_SINGLE) if single else Message(_INTERVAL, interval_params(spread)) if spread else None
    return {
        "difference": Derived(lead),
        "interval": Listing((clause,) if clause else ()),
    }


def _elsewhere(gains: _Gains, leaders: Sequence[str]) -> Iterator[Message]:
    """The image sets on which others are first."""
    for i, dataset in enumerate(gains.datasets):
        first = groups({method: (of[i].mean,) for method, of in gains.samples.items()})[0]
        if not set(first) & set(leaders):
            yield Message(_ELSEWHERE, {"dataset": DatasetNames((dataset,)), "leader": titles(first)})
