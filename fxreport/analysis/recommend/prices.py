"""What a choice costs: in full, against the best of all, and from how many images on another takes less time."""

from __future__ import annotations

from collections.abc import Sequence

from fxreport.analysis.claims import N_, Count, Derived, Listing, Message, Names, Param
from fxreport.analysis.context import interval_params
from fxreport.analysis.quantities.across import mean_difference
from fxreport.analysis.quantities.costs import SECONDS
from fxreport.analysis.quantities.price import Price, break_even, price
from fxreport.analysis.quantities.times import time_ratio
from fxreport.analysis.recommend.facts import Field
from fxreport.vocabulary.scenario import ACCURACY, Scenario

#: significant digits of a time or a size, and of a number of images
_DIGITS, _IMAGES = 2, 2


def price_items(price: Price, *, classifier: bool) -> tuple[Message, ...]:
    """Labels, training, extraction and size, as far as they are known; a ``classifier`` needs labels too."""
    said = []
    if classifier or price.labels is not None:
        said.append(Message(N_("labels") if classifier or price.labels else N_("no labels")))
    if price.fit_seconds is not None:
        none = N_("only the classifier is trained") if classifier else N_("no training")
        training = N_("{seconds} s of training") if price.fit_seconds > 0 else none
        said.append(Message(training, {"seconds": number(price.fit_seconds)}))
    if price.seconds_per_1000 is not None:
        said.append(
            Message(
                N_("{seconds} s per thousand images"),
                {"seconds": number(price.seconds_per_1000)},
            )
        )
    if price.model_bytes:
        said.append(Message(N_("a model of {size} MB"), {"size": number(price.model_bytes / 1e6)}))
    return tuple(said)


def total_time(choice: str, own: Price, other: str, rival: Price) -> tuple[Message, ...]:
    """From how many images on the one of two that is trained longer takes less time in total."""
    for name, than, images in (
        (other, choice, break_even(own, rival)),
        (choice, other, break_even(rival, own)),
    ):
        if images:  # at 0 there is nothing to weigh: the two prices say it
            params: dict[str, Param] = {"name": Names((name,)), "than": Names((than,))}
            return (
                Message(
                    N_("Training included, {name} takes less time than {than} from about {images} on."),
                    params | {"images": Count(rounded_images(images), "image_from")},
                ),
            )
    return ()


def full_price(
    field: Field, scenario: Scenario, choice: str, rest: Sequence[tuple[str, ...]]
) -> tuple[Message, ...]:
    """Labels, training, extraction and size of the choice, and when the next one takes less time in total."""
    own = price(field.context.study, choice, field.datasets)
    if not field.context.of_field or (own.fit_seconds is None and own.seconds_per_1000 is None):
        return ()
    by_accuracy = field.quality_of(scenario) == ACCURACY
    said = [Message(N_("Full price: {items}."), {"items": Listing(price_items(own, classifier=by_accuracy))})]
    if rest:
        other = rest[0][0]
        said += total_time(choice, own, other, price(field.context.study, other, field.datasets))
    return tuple(said)


def traded(field: Field, scenario: Scenario, choice: str) -> tuple[Message, ...]:
    """What the choice costs against the best of all that were measured on its sets, whether they qualify or not."""
    items = [
        *_traded_quality(field, scenario, choice),
        *(_traded_time(field, choice) if field.context.of_field else ()),
        *_traded_size(field, choice),
    ]
    return (Message(N_("What it costs: {items}."), {"items": Listing(tuple(items))}),) if items else ()


def _traded_quality(field: Field, scenario: Scenario, choice: str) -> tuple[Message, ...]:
    if field.quality_of(scenario) == ACCURACY:
        return _traded_accuracy(field, choice)
    best = tuple(v for v in field.complete if field.quality[v] == field.best_quality)
    difference = abs(field.best_quality - field.quality[choice])
    if round(difference, 3) <= 0:
        return ()
    params: dict[str, Param] = {
        "difference": field.context.amount(difference, "difference"),
        "best": Names(best),
    }
    spread = mean_difference(field.context, best[0], choice, field.quality_sets)
    if spread is not None and not field.context.study.rising:
        spread = spread.reversed()
    if spread is None:
        return (Message(N_("{metric} {lower} by {difference} (the {highest} of all: {best})"), params),)
    return (
        Message(
            N_(
                "{metric} {lower} by {difference}, {level} interval of the difference from {low} to {high} "
                "(the {highest} of all: {best})"
            ),
            # an amount that words call lower or higher has no sign
            {
                **interval_params(spread),
                "low": field.context.amount(spread.low, "difference"),
                "high": field.context.amount(spread.high, "difference"),
                **params,
            },
        ),
    )


def _traded_accuracy(field: Field, choice: str) -> tuple[Message, ...]:
    known = {v: a for v in field.complete if (a := field.objective(ACCURACY, v)) is not None}
    highest = max(known.values(), default=0.0)
    if choice not in known or round(highest - known[choice], 3) <= 0:
        return ()
    best = tuple(v for v in known if known[v] == highest)
    return (
        Message(
            N_("accuracy with labels lower by {difference} (the highest of all: {best})"),
            {"difference": Derived(highest - known[choice]), "best": Names(best)},
        ),
    )


def _compared(field: Field) -> tuple[str, ...]:
    """Beside a control that computes next to nothing every time is beyond comparison."""
    controls = field.context.study.controls
    return tuple(v for v in field.complete if v not in controls)


def _traded_time(field: Field, choice: str) -> tuple[Message, ...]:
    times = {v: seconds for v in _compared(field) for seconds in [field.mean(v, SECONDS)] if seconds}
    if choice not in times:
        return ()
    fastest = tuple(v for v in times if times[v] == min(times.values()))
    ratios = [time_ratio(field.context, choice, v, field.sets_with(SECONDS)) for v in fastest]
    known = [ratio for ratio in ratios if ratio is not None and ratio.differs]
    if len(known) < len(fastest):
        return ()
    # of equals the one that varies most decides on the digits
    factor = max(known, key=lambda ratio: ratio.width).shown("times")
    if factor.value <= 1:
        return ()
    message = (
        N_("extraction {factor} as long (the fastest: {fastest})")
        if len(_compared(field)) == len(field.complete)
        else N_("extraction {factor} as long (the fastest apart from the control: {fastest})")
    )
    return (Message(message, {"factor": factor, "fastest": Names(fastest)}),)


def _traded_size(field: Field, choice: str) -> tuple[Message, ...]:
    facts = {v: field.read(v, "model_bytes") for v in _compared(field)}
    sizes = {v: float(size) for v, size in facts.items() if size}
    if choice not in sizes:
        return ()
    factor = sizes[choice] / min(sizes.values())
    if round(factor, 1) <= 1:
        return ()
    smallest = tuple(v for v in sizes if sizes[v] == min(sizes.values()))
    return (
        Message(
            N_("a model {factor} as large (the smallest: {smallest})"),
            {"factor": Derived(factor, "times", 1), "smallest": Names(smallest)},
        ),
    )


def number(value: float) -> Derived:
    """A time or a size with the digits that it tells."""
    return Derived(value, "significant", _DIGITS if value < 100 else 3)


def rounded_images(images: int) -> int:
    """With the digits that times as spread as these can tell."""
    return int(float(f"{images:.{_IMAGES}g}"))
