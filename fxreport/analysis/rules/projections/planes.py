"""What each way of projecting keeps: variance, classes side by side, neighbours; and what the features had."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from fxreport.analysis.claims import (
    N_,
    Claim,
    Count,
    DatasetNames,
    Derived,
    Listing,
    Message,
    Names,
    Param,
    Term,
    Terms,
)
from fxreport.analysis.context import Context
from fxreport.analysis.quantities.methods import Lead, cells, lead, measured_methods
from fxreport.analysis.quantities.ranking import groups
from fxreport.analysis.statistics.compare import BETTER, WORSE, paired, weakest
from fxreport.vocabulary.factors import PROJECTION, level_title
from fxreport.vocabulary.metrics import at


def explained_variance(context: Context) -> Iterator[Claim]:
    """Range over extractors of the variance that the first two principal components hold.

    Silent where it was not measured.
    """
    metric = at("explained_variance", projection="pca")
    for dataset in context.datasets_with(metric):
        column = context.study.column(dataset, metric)
        order = groups({v: (x,) for v, x in column.items()}, descending=False)
        least, most = order[0], order[-1]
        ends = least if least == most else (*least, *most)
        evidence = tuple(context.evidence(dataset, v, metric) for v in ends)
        yield Claim(
            id=f"{metric}/{dataset}",
            kind=metric,
            message=N_(
                "On {dataset} the first two principal components hold from {low} of the variance ({least}) to "
                "{high} ({most})."
            )
            if least != most
            else N_("On {dataset} the first two principal components hold {low} of the variance ({least})."),
            params={
                "dataset": DatasetNames((dataset,)),
                "low": context.value(dataset, least[0], metric),
                "high": context.value(dataset, most[0], metric),
                "least": Names(least),
                "most": Names(most),
            },
            dataset=dataset,
            metric=metric,
            subjects=ends,
            value=column[most[0]],
            support=context.fact(*evidence),
            evidence=evidence,
        )


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked of the methods. ``measures``: names of metrics without the method's, the first known is taken.

    ``one``, ``several``, ``nobody``: who is ahead; one method, some that are not told apart, or all of them.
    """

    kind: str
    measures: Mapping[str, str]
    one: str
    several: str
    nobody: str
    share: bool = False

    def value(self, x: float) -> Derived:
        return Derived(x, "percent", 1) if self.share else Derived(x)


CLASSES = _Question(
    "planes",
    {
        "purity": N_("share of the own class among an image’s nearest neighbours on the plane"),
        "knn_accuracy": N_("share of images whose class their nearest neighbours on the plane tell"),
    },
    N_("On {datasets} classes are kept together best by {leaders}; {measure}: {items}."),
    N_(
        "On {datasets} classes are kept together best by {leaders}, between which no difference is shown; {measure}: "
        "{items}."
    ),
    N_(
        "On {datasets} no method is shown to keep classes together better than the others; {measure}: {items}."
    ),
    share=True,
)
TRUSTWORTHINESS = _Question(
    "trustworthiness",
    {"trustworthiness": N_("trustworthiness")},
    N_("On {datasets} {leaders} adds the fewest false neighbours; {measure}: {items}."),
    N_(
        "On {datasets} the fewest false neighbours are added by {leaders}, between which no difference is shown; "
        "{measure}: {items}."
    ),
    N_("On {datasets} no method is shown to add fewer false neighbours than the others; {measure}: {items}."),
)
CONTINUITY = _Question(
    "continuity",
    {"continuity": N_("continuity")},
    N_("On {datasets} {leaders} tears the fewest neighbours apart; {measure}: {items}."),
    N_(
        "On {datasets} the fewest neighbours are torn apart by {leaders}, between which no difference is shown; "
        "{measure}: {items}."
    ),
    N_(
        "On {datasets} no method is shown to tear fewer neighbours apart than the others; {measure}: {items}."
    ),
)
_ITEMS = {
    # (several image sets, more than two methods)
    (True, True): N_(
        "{dataset} – {best} {value} (the highest for {wins} of {extractors}), then {second} {second_value}, last "
        "{last} {last_value}"
    ),
    (True, False): N_(
        "{dataset} – {best} {value} (the highest for {wins} of {extractors}), {second} {second_value}"
    ),
    (False, True): N_(
        "{best} {value} (the highest for {wins} of {extractors}), then {second} {second_value}, last {last} "
        "{last_value}"
    ),
    (False, False): N_("{best} {value} (the highest for {wins} of {extractors}), {second} {second_value}"),
}


def classes_together(context: Context) -> Iterator[Claim]:
    """Which method keeps images of one class side by side; silent with fewer than two methods."""
    yield from _asked(context, CLASSES)


def trusted_neighbours(context: Context) -> Iterator[Claim]:
    """On whose plane neighbours are neighbours in the features too; silent with fewer than two methods."""
    yield from _asked(context, TRUSTWORTHINESS)


def kept_neighbours(context: Context) -> Iterator[Claim]:
    """Whose plane tears neighbours in the features apart least; silent with fewer than two methods."""
    yield from _asked(context, CONTINUITY)


def _asked(context: Context, question: _Question) -> Iterator[Claim]:
    """One claim for the image sets that give the same answer by the same measure."""
    answers: dict[tuple[str, frozenset[str], bool], list[Lead]] = {}
    for dataset in context.study.measured_datasets:
        measure = next((m for m in question.measures if len(measured_methods(context, dataset, m)) > 1), None)
        found = lead(context, dataset, measure) if measure else None
        if found is not None:
            answer = found.measure, frozenset(found.leaders), bool(found.behind)
            answers.setdefault(answer, []).append(found)
    for leads in answers.values():
        yield _answered(context, question, leads)


def _answered(context: Context, question: _Question, leads: Sequence[Lead]) -> Claim:
    first, datasets = leads[0], tuple(x.dataset for x in leads)
    single = len(leads) == 1
    message = question.one if len(first.leaders) == 1 else question.several
    return Claim(
        id=f"{question.kind}/{'+'.join(datasets)}",
        kind=question.kind,
        message=message if first.behind else question.nobody,
        params={
            "datasets": DatasetNames(datasets),
            "leaders": Terms(tuple(level_title(PROJECTION, m) for m in first.leaders)),
            "measure": Term(question.measures[first.measure]),
            "items": Listing(tuple(_item(question, x, several=not single) for x in leads)),
        },
        dataset=first.dataset if single else None,
        metric=at(first.measure, projection=first.best),
        value=first.means[first.best],
        support=weakest(x.support for x in leads),
        evidence=tuple(e for x in leads for e in cells(context, x)),
        details={"leaders": first.leaders, "means": {x.dataset: dict(x.means) for x in leads}},
    )


def _item(question: _Question, found: Lead, *, several: bool) -> Message:
    order = tuple(found.means)
    params: dict[str, Param] = {
        "dataset": DatasetNames((found.dataset,)),
        "wins": Derived(found.wins, "integer"),
        "extractors": Count(len(found.variants), "extractor_of"),
    }
    for name, method in (("best", order[0]), ("second", order[1]), ("last", order[-1])):
        params[name] = Term(level_title(PROJECTION, method))
        params["value" if name == "best" else f"{name}_value"] = question.value(found.means[method])
    return Message(_ITEMS[several, len(order) > 2], params)


_AGAINST = N_(
    "On {dataset} the nearest neighbours on the plane of {method}, set against those in all features, are of the "
    "image’s own class {changes}; the share changes by {low} to {high}."
)
_PURER = N_("more often for {names}")
_LESS_PURE = N_("less often for {names}")
_NO_CHANGE = N_("without a shown difference for {names}")


def against_features(context: Context) -> Iterator[Claim]:
    """What the plane that keeps classes together best loses or gains against all features, by extractor.

    Over the seeds' own differences. Silent where the purity among the features was not measured.
    """
    for dataset in context.datasets_with("features_purity"):
        found = lead(context, dataset, "purity")
        methods = (found.best,) if found else measured_methods(context, dataset, "purity")
        for method in methods[:1]:
            changes = _changes(context, dataset, method)
            if changes:
                yield _against(context, dataset, method, changes)


def _changes(context: Context, dataset: str, method: str) -> dict[str, tuple[str, str, float]]:
    """Variant → outcome, support and mean of plane − features."""
    changes = {}
    study = context.study
    for variant in study.column(dataset, at("purity", projection=method)):
        features = study.sample(dataset, variant, "features_purity")
        plane = study.samples[dataset, variant, at("purity", projection=method)]
        if features is None or features.seeds != plane.seeds:
            continue
        outcome, support, _ = paired([x - y for x, y in zip(plane.values, features.values, strict=True)])
        changes[variant] = outcome, support, plane.mean - features.mean
    return changes


def _against(
    context: Context, dataset: str, method: str, changes: Mapping[str, tuple[str, str, float]]
) -> Claim:
    names = {
        message: tuple(v for v, (outcome, _, _) in changes.items() if outcome in wanted)
        for message, wanted in ((_PURER, (BETTER,)), (_LESS_PURE, (WORSE,)))
    }
    names[_NO_CHANGE] = tuple(v for v in changes if all(v not in told for told in names.values()))
    told = [support for outcome, support, _ in changes.values() if outcome in (BETTER, WORSE)]
    differences = [difference for _, _, difference in changes.values()]
    return Claim(
        id=f"plane_purity/{dataset}",
        kind="plane_purity",
        message=_AGAINST,
        params={
            "dataset": DatasetNames((dataset,)),
            "method": Term(level_title(PROJECTION, method)),
            "changes": Listing(tuple(Message(m, {"names": Names(v)}) for m, v in names.items() if v)),
            "low": Derived(min(differences), "signed"),
            "high": Derived(max(differences), "signed"),
        },
        dataset=dataset,
        metric=at("purity", projection=method),
        subjects=tuple(changes),
        value=max(differences, key=abs),
        support=weakest(told or (support for _, support, _ in changes.values())),
        evidence=tuple(
            context.evidence(dataset, v, m)
            for v in changes
            for m in (at("purity", projection=method), "features_purity")
        ),
        details={"method": method, "changes": {v: x for v, (_, _, x) in changes.items()}},
    )
