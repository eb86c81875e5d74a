"""Measured against published: the original document's cells, and conjectures of why they differ."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from fxreport.analysis.claims import (
    N_,
    SINGLE_RUN,
    UNDETERMINED,
    Claim,
    Count,
    DatasetNames,
    Derived,
    Evidence,
    Names,
    Param,
    Value,
)
from fxreport.analysis.context import CONTROL, Context
from fxreport.analysis.rules.networks.training import implied_accuracy
from fxreport.analysis.statistics.compare import BETTER, TIED, mean_interval
from fxreport.reference import Published, original
from fxreport.vocabulary.factors import INPUT_SIZE
from fxreport.vocabulary.steps import variant_id

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


def own_figures(context: Context, compared: Collection[Departure]) -> bool:
    """Whether the study holds nothing but the published values themselves, imported: then there is no comparison."""
    samples = [
        (d, context.study.samples[d.published.dataset, d.variant, d.published.metric])
        for d in compared
        if d.measured is not None
    ]
    return bool(samples) and all(s.imported and set(s.values) == {d.published.value} for d, s in samples)


def beside_of(context: Context, departure: Departure) -> Evidence:
    """The measured cell with the published figure that is set beside it."""
    figure = departure.published
    evidence = context.evidence(figure.dataset, departure.variant, figure.metric)
    return replace(evidence, published=figure.value, source=figure.source)


#: how far our classifier's accuracy must lie above that which the original's ARI implies to be called a reason
_ACCURACY_GAP = 0.1

_LESS_TRAINED = N_(
    "A conjecture of why {name} is higher here on {dataset}: the original’s was trained less, or its features were taken "
    "elsewhere. Its ARI of {published} corresponds to a network that classifies {implied} of the images correctly, errors "
    "spread evenly; the one measured here classifies {accuracy}."
)


def _accuracy_gap(context: Context, departure: Departure) -> float | None:
    """The accuracy that the published ARI implies, where ours is far above it; else None."""
    figure = departure.published
    accuracy = context.study.mean(figure.dataset, departure.variant, "test_accuracy")
    classes = len(context.study.dataset_by_name[figure.dataset].classes)
    if accuracy is None or classes < 2 or figure.value < 0:
        return None
    implied = implied_accuracy(figure.value, classes)
    return implied if accuracy - implied > _ACCURACY_GAP else None


def original_cells(context: Context) -> Iterator[Claim]:
    """Each ARI of the original that was measured again, and how many agree.

    Silent where none was, and where the study is the original's own table. A departure is not shown where the
    published value lies in the interval of ours.
    """
    compared = [d for d in departures(context, original()) if d.published.metric == "ari"]
    if own_figures(context, compared):
        return
    found = [(d, d.difference) for d in compared if d.difference is not None]
    for departure, difference in found:
        name, dataset = departure.variant, departure.published.dataset
        beside = beside_of(context, departure)
        params: dict[str, Param] = {
            "name": Names((name,)),
            "dataset": DatasetNames((dataset,)),
            "ari": context.value(dataset, name, "ari"),
            "published": Derived(departure.published.value),
            "difference": Derived(abs(difference)),
            "margin": Derived(AGREEMENT, decimals=2, constant="agreement"),
        }
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
            params=params,
            dataset=dataset,
            metric="ari",
            subjects=(name,),
            value=difference,
            support=departure_support(context, departure),
            evidence=(beside,),
        )
    if found:
        agree = sum(abs(d) <= AGREEMENT for _, d in found)
        # only departures that are shown are counted as such
        apart = [
            d for one, d in found if abs(d) > AGREEMENT and departure_support(context, one) != UNDETERMINED
        ]
        cells = tuple(beside_of(context, d) for d, _ in found)
        yield Claim(
            id="published_summary",
            kind="published_summary",
            message=N_(
                "{measured} of {published} of the original study’s ARI have a counterpart here; within {margin} of it: {agree}, "
                "higher here: {higher}, lower here: {lower}, farther off but inside the interval of ours: {unclear}."
            ),
            params={
                "published": Count(len(compared), "value"),
                "measured": Derived(len(found), "integer"),
                "agree": Derived(agree, "integer"),
                "higher": Derived(len([d for d in apart if d > 0]), "integer"),
                "lower": Derived(len([d for d in apart if d < 0]), "integer"),
                "unclear": Derived(len(found) - agree - len(apart), "integer"),
                "margin": Derived(AGREEMENT, decimals=2, constant="agreement"),
            },
            metric="ari",
            subjects=tuple(dict.fromkeys(d.variant for d, _ in found)),
            value=float(agree),
            support=context.fact(*cells),
            evidence=cells,
        )


def less_trained(context: Context) -> Iterator[Claim]:
    """A conjecture of why a network is better here than in the original: it was trained less.

    Silent where the departure is not shown, or our classifier is not far more accurate than the original's ARI implies.
    """
    for departure in departures(context, original()):
        figure, name, difference = departure.published, departure.variant, departure.difference
        if figure.metric != "ari" or difference is None or difference <= AGREEMENT:
            continue
        implied = _accuracy_gap(context, departure)
        if implied is None or departure_support(context, departure) == UNDETERMINED:
            continue
        accuracy = context.value(figure.dataset, name, "test_accuracy")
        yield _conjecture(
            f"{figure.dataset}/{name}",
            _LESS_TRAINED,
            {
                "name": Names((name,)),
                "dataset": DatasetNames((figure.dataset,)),
                "published": Derived(figure.value),
                "implied": Derived(implied, "percent", 0),
                "accuracy": accuracy,
            },
            (name,),
            (beside_of(context, departure), accuracy.evidence),
        )


def _conjecture(
    about: str,
    message: str,
    params: dict[str, Param],
    subjects: tuple[str, ...],
    evidence: tuple[Evidence, ...],
) -> Claim:
    """A reason that measured quantities suggest and do not show: undetermined, whatever they are."""
    return Claim(
        id=f"conjecture/{about}",
        kind="conjecture",
        message=message,
        params=params,
        dataset=evidence[0].dataset,
        metric="ari",
        subjects=subjects,
        support=UNDETERMINED,
        evidence=evidence,
    )


def departure_support(context: Context, departure: Departure) -> str:
    """How sure a departure is: undetermined where the published value lies in the interval of ours."""
    figure = departure.published
    support = context.fact(beside_of(context, departure))
    spread = mean_interval(
        context.study, context.influences, figure.dataset, departure.variant, figure.metric
    )
    if spread is None or abs(departure.difference or 0.0) <= AGREEMENT:
        return support
    return UNDETERMINED if spread.low <= figure.value <= spread.high else support


_CONTROL_ABOVE = N_(
    "On {dataset} raw pixels reach ARI = {ari} here, more than the original study reports of {names} (at most {published})."
)
_SMALL_INPUT = N_(
    "A conjecture of why the original study’s {names} are below raw pixels on {dataset}: their small input. Here {small} reaches "
    "ARI = {ari_small}, {large} {ari_large}, raw pixels {ari}."
)


def control_above_original(context: Context) -> Iterator[Claim]:
    """Raw pixels above what the original reports of pretrained networks; the input size as a conjecture of why.

    Silent where raw pixels were not measured or are not clearly above any of them. The conjecture is made only where
    another extractor was measured at the same input size, and at a larger one is better and not below raw pixels.
    """
    compared = departures(context, original())
    for dataset in context.quality:
        ari = context.study.mean(dataset, CONTROL, "ari")
        below = [
            d.published
            for d in compared
            if d.published.dataset == dataset
            and d.published.metric == "ari"
            and d.published.input_size is not None
            and ari is not None
            and ari - d.published.value > AGREEMENT
        ]
        if not below or ari is None:
            continue
        control = context.evidence(dataset, CONTROL, "ari")
        evidence = [replace(control, published=p.value, source=p.source) for p in below]
        highest = max(p.value for p in below)
        params: dict[str, Param] = {
            "dataset": DatasetNames((dataset,)),
            "ari": Value(control),
            "names": Names(tuple(variant_id(p.extractor, p.input_size) for p in below)),
            "published": Derived(highest),
        }
        yield Claim(
            id=f"published_control/{dataset}",
            kind="published_control",
            message=_CONTROL_ABOVE,
            params=params,
            dataset=dataset,
            metric="ari",
            subjects=(CONTROL,),
            value=ari - highest,
            support=context.fact(*evidence),
            evidence=tuple(evidence),
        )
        if (pair := _larger_input(context, dataset, {p.input_size for p in below})) is not None:
            small, large = (context.value(dataset, v, "ari") for v in pair)
            params |= {
                "small": Names(pair[:1]),
                "large": Names(pair[1:]),
                "ari_small": small,
                "ari_large": large,
            }
            yield _conjecture(
                f"{dataset}/input_size",
                _SMALL_INPUT,
                params,
                pair,
                (*evidence, small.evidence, large.evidence),
            )


def _larger_input(context: Context, dataset: str, sizes: Collection[int | None]) -> tuple[str, str] | None:
    """A variant of one of the sizes, and its largest input: better, and not below raw pixels."""
    column = context.study.column(dataset, "ari")
    for variant in context.study.variants:
        if variant.id not in column or variant.input_size is None or variant.input_size not in sizes:
            continue
        rivals = [v.id for v in context.study.sizes[variant.without(INPUT_SIZE)] if v.id in column]
        found = context.compare(dataset, rivals[-1], variant.id)
        control = context.compare(dataset, rivals[-1], CONTROL)
        if found.outcome == BETTER and found.support != SINGLE_RUN and control.outcome in (BETTER, TIED):
            return variant.id, rivals[-1]
    return None
