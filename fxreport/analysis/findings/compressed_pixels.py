"""Features learned without labels that are little else than the pixels."""

from __future__ import annotations

from collections.abc import Iterator

from fxreport.analysis.claims import (
    N_,
    DatasetNames,
    Derived,
    Message,
    Names,
    Param,
    Phrase,
    Sets,
    Value,
    Verbatim,
)
from fxreport.analysis.context import CONTROL, Context
from fxreport.analysis.findings.finding import Finding, Ground, evidence, of_main, values
from fxreport.analysis.quantities.across import mean_over
from fxreport.analysis.quantities.likeness import METRIC
from fxreport.analysis.statistics.compare import BETTER
from fxreport.reference import Source, literature, sources

#: CKA from which features count as those of the pixels
LIKE_PIXELS = 0.8

_HEADING = N_("{name}: mostly compressed pixels")
_SHORT = N_(
    "The features of {name} are mostly compressed pixels (their centred kernel alignment, CKA, with pixels is {mean_cka} on average); "
    "that they cluster better than pixels is shown {where}."
)
_WHERE, _NOWHERE = N_("on {gains} only"), N_("on none of the sets")
_SEEN = N_(
    "By centred kernel alignment (CKA) the features of {name} are much like raw pixels: {mean_cka} on average over {sets}. The mean "
    "{metric} of their clusters is {own}, that of pixels {control}."
)
_GAIN = N_("A gain over raw pixels of more than {margin} is shown on {gains} only.")
_NO_GAIN = N_("A gain over raw pixels of more than {margin} is shown on none of the sets.")
_BETTER = N_("Without labels of the set take {other} instead, where it is ahead: {metric} {best} on {ahead}.")
_LITERATURE = N_(
    "Another training may do better: in the literature {metric} {published} on {dataset} is reported for an autoencoder, {here} was "
    "measured here; the source is {source}."
)
_LIMIT = N_("That holds of this architecture and training; others were not measured.")


def compressed_pixels(ground: Ground) -> Iterator[Finding]:
    """Extractors that learn from the set without its labels, alike to raw pixels and not shown better on most sets.

    Silent where no sketches of the features were kept, or the likeness is low.
    """
    context = ground.context
    for variant in context.study.variants:
        if variant.family == "unsupervised":
            yield from _found(ground, variant.id)


def _found(ground: Ground, name: str) -> Iterator[Finding]:
    context = ground.context
    sets = tuple(d for d in context.quality if {name, CONTROL} <= context.column(d).keys())
    cka = {
        d: context.likeness.of(d).mean(name, CONTROL)
        for d in sets
        if context.likeness.of(d).of(name, CONTROL)
    }
    gains = tuple(d for d in sets if context.compare(d, name, CONTROL).outcome == BETTER)
    if not sets or len(cka) < len(sets) or min(cka.values()) < LIKE_PIXELS or 2 * len(gains) > len(sets):
        return
    other = _ahead(context, name, sets)
    params: dict[str, Param] = {
        "name": Names((name,)),
        "sets": Sets(sets),
        "mean_cka": Derived(sum(cka.values()) / len(cka), decimals=2),
        "margin": Derived(context.margin, decimals=2, constant="margin"),
        "own": of_main(context, mean_over(context, name, context.main, sets)),
        "control": of_main(context, mean_over(context, CONTROL, context.main, sets)),
        "gains": DatasetNames(gains),
        "where": Phrase(_WHERE if gains else _NOWHERE),
    }
    if other:
        params |= {
            "other": Names((other[0],)),
            "best": values(context, other[0], other[1]),
            "ahead": DatasetNames(other[1]),
        }
    yield Finding(
        id=f"compressed_pixels/{name}",
        heading=Message(_HEADING, params),
        short=Message(_SHORT, params),
        body=(
            Message(_SEEN, params),
            Message(_GAIN if gains else _NO_GAIN, params),
        ),
        advice=(*([Message(_BETTER, params)] if other else []),),
        limit=(_published(context, name, sets) or Message(_LIMIT),),
        support=context.fact(*evidence(context, sets, (name, CONTROL), (context.main,))),
        effect=0.2 * (sum(cka.values()) / len(cka)),
        reach=ground.reach(sets),
        against_belief=True,
        evidence=(
            *evidence(context, sets, (name, CONTROL, *((other[0],) if other else ())), (context.main,)),
            *(context.kept_of(d, v, METRIC, "sketch") for d in sets for v in (name, CONTROL)),
        ),
        claims=ground.known(i for i in ground.claims if i.startswith(("most_alike/", "like_pixels/"))),
        subjects=(name,),
        datasets=sets,
    )


def _ahead(context: Context, name: str, sets: tuple[str, ...]) -> tuple[str, tuple[str, ...]] | None:
    """The label-free extractor that is shown ahead on the most sets, and these."""
    others = [v for v in context.label_free if v not in (name, CONTROL)]
    ahead = {
        v: tuple(d for d in sets if v in context.column(d) and context.compare(d, v, name).outcome == BETTER)
        for v in others
    }
    best = max(
        ahead, key=lambda v: (len(ahead[v]), sum(context.column(d)[v] for d in ahead[v])), default=None
    )
    return (best, ahead[best]) if best is not None and ahead[best] else None


def _cited(source: Source) -> str:
    """A source by its title, with who or where it is from."""
    return f"{source.title}, {source.short}" if source.short != source.title else source.title


def _published(context: Context, name: str, sets: tuple[str, ...]) -> Message | None:
    """The published figure that is furthest above what was measured, beyond what is a difference here."""
    extractor = name.partition("@")[0].partition("[")[0]
    departures = [
        (one.value - context.column(one.dataset)[name], one)
        for one in literature()
        if one.metric == context.main and one.extractor == extractor and one.dataset in sets
    ]
    if not departures:
        return None
    gap, one = max(departures, key=lambda pair: pair[0])
    if gap < 0.1:
        return None
    return Message(
        _LITERATURE,
        {
            "source": Verbatim(_cited(sources()[one.source])),
            "published": Derived(one.value),
            "dataset": DatasetNames((one.dataset,)),
            "here": Value(context.evidence(one.dataset, name)),
        },
    )
