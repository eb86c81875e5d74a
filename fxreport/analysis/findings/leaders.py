"""Who is best, where, and by how much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from fxreport.analysis.claims import (
    CERTAIN,
    LIKELY,
    N_,
    SINGLE_RUN,
    DatasetNames,
    Derived,
    Listing,
    Message,
    Names,
    Param,
    Sets,
)
from fxreport.analysis.context import Context
from fxreport.analysis.findings.agreement import FEWEST
from fxreport.analysis.findings.finding import (
    MOST_TOLD,
    Finding,
    Ground,
    derived,
    evidence,
    gain_of_main,
    in_percent,
    values,
)
from fxreport.analysis.quantities.learning import learned_nothing
from fxreport.analysis.statistics.compare import BETTER, weakest

#: so many leaders of many sets are named
_MOST_TOPS = 5
#: of more sets with different rivals the leads are a range
_MOST_RIVALS = 3

_ONE = N_("{name} is best on {sets}")
_SEVERAL = N_("No extractor is best everywhere")
_SHORT_ONE = N_("{name} is best on {sets}: {metric} {values}.")
_SHORT_SEVERAL = N_("No extractor is best everywhere: {leaders}.")
_SHORT_MANY = N_("No extractor is best everywhere: {n} of {all} lead somewhere, most often {tops}.")
_LEADER_OF = N_("{name} ({n})")
_LEADERS = N_(
    "First on so many of {sets}: {tops}. Leads over the next are at most {high}, half of them below {median}."
)
_LEADER = N_("{name} leads on {names} ({metric} {values})")
_LEADER_TRAINED = N_("{name}, trained with the labels of these sets, leads on {names} ({metric} {values})")
_LEADS = N_("Leads differ from set to set: {leads}.")
_LEAD_ONE = N_("Its lead over the next ({rivals}) is {leads}.")
_LEAD_ONE_POINTS = N_("Its lead over the next ({rivals}) is {leads} percentage points.")
_LEAD = N_("on {names} {name} is ahead of {rivals} by {leads}")
_OTHER_LABELS = N_(
    "{name} has seen no labels of {names}, only those of the images that it was pretrained on, and yet it is ahead of what was "
    "trained with them ({others})."
)
_LEAD_POINTS = N_("on {names} {name} is ahead of {rivals} by {leads} percentage points")
_NO_LABELS = N_(
    "{name} has seen no labels of {names}, and yet it is ahead of what was trained with them ({others})."
)
_LABELS = N_(
    "{name} is trained with labels of the very classes by which its clusters are judged, so that its lead says nothing of clustering "
    "without labels."
)
_LIKE = N_("for images like those of {names} take {name}")
_LIKE_OPEN = N_(
    "for images like those of {names} take {name}, though it is not shown to be ahead of {others}"
)
#: by whether the study is of features of images
_CHOOSE = {
    True: N_("For clusters choose by your images: {items}."),
    False: N_("Choose by the data at hand, not by a mean over sets."),
}
_WITHOUT = N_(
    "Clusters are for images without labels, so choose among what needs none: {items}. If there are labels, train a classifier instead."
)
_TAKE = {True: N_("Take {name} for images like these."), False: N_("Take {name} for data like these.")}
_OPEN = N_("On {open} first place is not settled.")


def leaders(ground: Ground) -> Iterator[Finding]:
    """The first place of every set on which it is shown (or was seen in a single run).

    Silent where fewer than two extractors have the main quality on any set, or no first place is shown.
    """
    context = ground.context
    first: dict[str, list[str]] = {}
    supports = []
    for dataset, order in context.quality.items():
        if len(context.column(dataset)) < 2 or len(order[0]) > 1:
            continue
        support = context.first_place(dataset, context.main, order[0], descending=context.study.rising)
        if support in (CERTAIN, LIKELY, SINGLE_RUN):
            first.setdefault(order[0][0], []).append(dataset)
            supports.append(support)
    if not first:
        return
    told = tuple(d for sets in first.values() for d in sets)
    leads = {d: _lead(context, d) for d in told}
    alone = len(first) == 1
    name, sets = next((n, tuple(s)) for n, s in first.items())
    params: dict[str, Param] = {
        "name": Names((name,)),
        "sets": Sets(sets),
        "values": values(context, name, sets),
        "leaders": Listing(
            tuple(
                _message(context, _LEADER_TRAINED if _trained(context, n) else _LEADER, n, tuple(s), leads)
                for n, s in first.items()
            )
        ),
    }
    one = len(told) == 1 or (alone and len(told) > MOST_TOLD)  # a sentence, not a list of sets
    forms = (_LEAD_ONE, _LEAD_ONE_POINTS) if one else (_LEAD, _LEAD_POINTS)
    lead = forms[in_percent(context)]
    each = tuple(_message(context, lead, n, tuple(s), leads) for n, s in first.items())
    rivals = [v for d in told for v in (context.quality[d][0][0], _next(context, d))]
    short, seen = _SHORT_SEVERAL, Message(_LEADS, {"leads": Listing(each)})
    if one:
        seen = each[0]
    if alone:
        short = _SHORT_ONE
    elif len(told) > MOST_TOLD:
        params |= _counted(context, first, [abs(x) for x in leads.values()])
        short, seen = _SHORT_MANY, Message(_LEADERS, {**params, "sets": Sets(told)})
    yield Finding(
        id="leaders",
        heading=Message(_ONE if alone else _SEVERAL, params),
        short=Message(short, params),
        body=(seen, *_labels(context, first)),
        advice=_advice(context, first, params),
        limit=_open(context, told),
        support=weakest(supports),
        effect=max(abs(x) for x in leads.values()) if context.main == "ari" else 0.5,
        reach=ground.reach(told),
        decides=True,
        evidence=evidence(context, told, tuple(dict.fromkeys(rivals)), (context.main,)),
        claims=ground.known(f"winner/{d}" for d in told),
        subjects=tuple(first),
        datasets=told,
    )


def _counted(context: Context, first: Mapping[str, list[str]], leads: Sequence[float]) -> dict[str, Param]:
    """On how many sets each leads, the most first, and how the leads are spread."""
    tops = sorted(first.items(), key=lambda item: -len(item[1]))
    items = tuple(
        Message(_LEADER_OF, {"name": Names((name,)), "n": Derived(len(sets), "integer")})
        for name, sets in tops
    )
    spread = {"high": max(leads), "median": median(leads)}
    return {
        "n": Derived(len(first), "integer"),
        "all": Derived(len({v for d in context.quality for v in context.column(d)}), "integer"),
        "tops": Listing(items[:_MOST_TOPS]),
        **{name: gain_of_main(context, x) for name, x in spread.items()},
    }


def _trained(context: Context, name: str) -> bool:
    return context.study.variant_by_id[name].extractor.needs_labels is True


def _message(
    context: Context, message: str, name: str, sets: tuple[str, ...], leads: Mapping[str, float]
) -> Message:
    rivals = tuple(_next(context, d) for d in sets)
    several = len(set(rivals)) > 1 and len(sets) > _MOST_RIVALS
    if len(set(rivals)) == 1 or several:  # no longer one a set
        rivals = tuple(dict.fromkeys(rivals))
    most = _MOST_RIVALS if several else MOST_TOLD
    return Message(
        message,
        {
            "name": Names((name,)),
            "names": DatasetNames(sets),
            "values": values(context, name, sets),
            "rivals": Names(rivals),
            "leads": derived((100 * abs(leads[d]) for d in sets), decimals=1, most=most)
            if in_percent(context)
            else derived(
                (abs(leads[d]) for d in sets), metric="" if context.of_field else context.main, most=most
            ),
        },
    )


def _next(context: Context, dataset: str) -> str:
    return context.quality[dataset][1][0]


def _lead(context: Context, dataset: str) -> float:
    return context.lead(dataset, context.quality[dataset][0][0], _next(context, dataset)).difference


def _labels(context: Context, first: Mapping[str, list[str]]) -> Iterator[Message]:
    """What labels of the set do for those that lead."""
    study = context.study
    for name, sets in first.items():
        needs = study.variant_by_id[name].extractor.needs_labels
        trained = tuple(
            v.id
            for v in study.variants
            if v.extractor.needs_labels
            and all(v.id in context.column(d) for d in sets)
            and not set(sets) & set(learned_nothing(study, v.id))
        )
        if needs is False and trained:
            other_labels = study.variant_by_id[name].extractor.other_labels
            yield Message(
                _OTHER_LABELS if other_labels else _NO_LABELS,
                {"name": Names((name,)), "names": DatasetNames(tuple(sets)), "others": Names(trained)},
            )
        if needs and context.of_field:
            yield Message(_LABELS, {"name": Names((name,))})


def _advice(
    context: Context, first: Mapping[str, list[str]], params: Mapping[str, Param]
) -> tuple[Message, ...]:
    """What to take: who clusters has no labels, so an extractor that needs them is no answer.

    Of many sets of another field ``agreement`` says how to choose.
    """
    known = context.study.variant_by_id
    labelled = any(known[name].extractor.needs_labels for name in first)
    without = {d: context.best_of(d, context.label_free) for sets in first.values() for d in sets}
    if context.of_field and labelled and all(without.values()):
        items = _choices(context, {d: name for d, name in without.items() if name})
        return (Message(_WITHOUT, {"items": Listing(items)}),)
    if len(first) == 1:
        return (Message(_TAKE[context.of_field], params),)
    if not context.of_field and len(context.quality) >= FEWEST:
        return ()
    items = _choices(context, {d: name for name, sets in first.items() for d in sets})
    return (Message(_CHOOSE[context.of_field], {"items": Listing(items)}),)


def _choices(context: Context, chosen: Mapping[str, str]) -> tuple[Message, ...]:
    """A clause for the sets of each choice, with those that need no labels and are not shown to be behind it."""
    grouped: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for dataset, name in chosen.items():
        rivals = [v for v in context.label_free if v != name and v in context.column(dataset)]
        level = tuple(v for v in rivals if context.compare(dataset, name, v).outcome != BETTER)
        grouped.setdefault((name, level), []).append(dataset)
    return tuple(
        Message(
            _LIKE_OPEN if level else _LIKE,
            {"names": DatasetNames(tuple(sets)), "name": Names((name,)), "others": Names(level)},
        )
        for (name, level), sets in grouped.items()
    )


def _open(context: Context, told: tuple[str, ...]) -> tuple[Message, ...]:
    others = tuple(d for d in context.quality if d not in told)
    return (Message(_OPEN, {"open": DatasetNames(others)}),) if others else ()
