"""What constraints and objectives are called: conditions, and why somebody does not meet them."""

from __future__ import annotations

from collections.abc import Sequence

from fxreport.analysis.claims import (
    N_,
    Count,
    DatasetNames,
    Derived,
    Listing,
    Message,
    MetricTitle,
    Names,
    Param,
    Phrase,
)
from fxreport.analysis.quantities.digits import exponent
from fxreport.analysis.quantities.ranking import equal
from fxreport.analysis.recommend.admission import MEASURED, OBJECTIVE, Admission, Obstacle, limit
from fxreport.analysis.recommend.facts import HIGHEST, Fact, Field
from fxreport.vocabulary.scenario import ACCURACY, Scenario, bound

#: constraints that are met or not, without a limit to tell
_FACTS = ("labels", "training", "pretrained", "natural_images")
#: so many variants are named in a sentence; conclusions.json names all
MOST_NAMED = 12

OBJECTIVE_TITLES = {
    "ari": N_("the {highest} {metric}"),
    "accuracy": N_("the highest accuracy with labels"),
    "nmi": N_("the highest NMI"),
    "ami": N_("the highest AMI"),
    "clustering_accuracy": N_("the highest clustering accuracy"),
    "knn_accuracy": N_("the highest nearest-neighbour accuracy"),
    "probe_accuracy": N_("the highest linear-probe accuracy"),
    "efficiency": N_("the highest {metric} per second of extraction"),
    "extraction_seconds": N_("the shortest extraction time"),
    "fit_seconds": N_("the shortest training time"),
    "peak_memory_bytes": N_("the lowest peak memory of the process"),
    "model_bytes": N_("the smallest model"),
    "dimension": N_("the lowest dimension of the features"),
}

_HIGHEST_OF, _LOWEST_OF = N_("the highest {what}"), N_("the lowest {what}")


def objective_title(field: Field, objective: str) -> str:
    """What is sought, as a phrase; of a metric by name the message needs that as ``what``."""
    if objective in OBJECTIVE_TITLES:
        return OBJECTIVE_TITLES[objective]
    return _HIGHEST_OF if field.rises(objective) else _LOWEST_OF


#: what bounds a metric by its name
_OF_METRIC = {
    "at_most": (N_("{what} at most {limit} on every set"), N_("{name} ({what} {value} > {limit})")),
    "at_least": (N_("{what} at least {limit} on every set"), N_("{name} ({what} {value} < {limit})")),
}
#: where only some of the sets have it
_OF_METRIC_ON = {
    "at_most": N_("{what} at most {limit} on {datasets}, where it was measured"),
    "at_least": N_("{what} at least {limit} on {datasets}, where it was measured"),
}
_UNKNOWN_METRIC = N_("{name} ({what})")

_CONDITIONS = {
    "labels": N_("no labels of the set needed"),
    "gpu": N_("at least {limit} images per second without a GPU"),
    "training": N_("no network can be trained"),
    "pretrained": N_("pretrained extractors only"),
    "natural_images": N_("only sets of natural photographs count"),
    "seconds_per_1000_images": N_("at most {limit} s of extraction per thousand images on every set"),
    "relative_time": N_(
        "mean extraction time relative to the baseline extractor ({baseline}) at most {limit}"
    ),
    "memory_bytes": N_("peak memory of the process at most {limit} MB"),
    "model_bytes": N_("model of at most {limit} MB"),
    "dimension": N_("dimension of the features at most {limit}"),
    "quality": N_("mean {metric} at least {limit}"),
    "quality_share": N_("mean {metric} at least {limit} of the best measured"),
    "accuracy_share": N_("accuracy with labels at least {limit} of the best measured"),
}
_NO_BASELINE = N_(
    "mean extraction time at most {limit} of that of a baseline extractor, of which there is none"
)
_FAILS = {
    "labels": N_("{name} (needs labels of the set)"),
    "gpu": N_("{name} ({value} < {limit} images per second)"),
    "training": N_("{name} (has to be trained)"),
    "pretrained": N_("{name} (not pretrained)"),
    "seconds_per_1000_images": N_("{name} ({value} > {limit} s per thousand images)"),
    "relative_time": N_("{name} (time {value} > {limit})"),
    "memory_bytes": N_("{name} (memory {value} > {limit} MB)"),
    "model_bytes": N_("{name} (model {value} > {limit} MB)"),
    "dimension": N_("{name} (dimension {value} > {limit})"),
    "quality": N_("{name} (mean {metric} {value} < {limit})"),
    "quality_share": N_("{name} ({value} < {limit} of the best mean {metric})"),
    "accuracy_share": N_("{name} ({value} < {limit} of the best accuracy)"),
    MEASURED: N_("{name} (not measured on every set)"),
}
_UNKNOWN = {
    "labels": N_("{name} (whether it needs labels)"),
    "gpu": N_("{name} (images per second)"),
    "training": N_("{name} (whether it has to be trained)"),
    "pretrained": N_("{name} (whether it is pretrained)"),
    "seconds_per_1000_images": N_("{name} (time per thousand images)"),
    "relative_time": N_("{name} (time relative to the baseline extractor)"),
    "memory_bytes": N_("{name} (peak memory)"),
    "model_bytes": N_("{name} (size of the model)"),
    "dimension": N_("{name} (dimension of the features)"),
    "accuracy_share": N_("{name} (accuracy with labels)"),
    OBJECTIVE: N_("{name} (the value of the criterion)"),
}


def criterion(field: Field, scenario: Scenario) -> Message:
    """The objective, and the conditions composed from the constraints."""
    params: dict[str, Param] = {
        "objective": Phrase(objective_title(field, scenario.objective)),
        "what": MetricTitle(scenario.objective),
        "datasets": DatasetNames(field.datasets),
    }
    by_model = scenario.objective in HIGHEST
    averaged = len(field.datasets) > 1
    if not scenario.constraints:
        if by_model:
            return Message(N_("Criterion: {objective}. No other condition."), params)
        if averaged:
            return Message(
                N_("Criterion: {objective} on average over {datasets}. No other condition."), params
            )
        return Message(N_("Criterion: {objective} on {datasets}. No other condition."), params)
    params["conditions"] = Listing(tuple(condition(field, scenario, name) for name in scenario.constraints))
    if by_model:
        return Message(N_("Criterion: {objective}. Conditions: {conditions}."), params)
    if averaged:
        return Message(
            N_("Criterion: {objective} on average over {datasets}. Conditions: {conditions}."), params
        )
    return Message(N_("Criterion: {objective} on {datasets}. Conditions: {conditions}."), params)


def condition(field: Field, scenario: Scenario, name: str) -> Message:
    params: dict[str, Param] = {}
    kind, metric = bound(name)
    if metric:
        params = {"what": MetricTitle(metric), "limit": quantity(name, limit(scenario, name))}
        known = tuple(d for d in field.datasets if field.context.study.column(d, metric))
        if 0 < len(known) < len(field.datasets):
            return Message(_OF_METRIC_ON[kind], {**params, "datasets": DatasetNames(known)})
        return Message(_OF_METRIC[kind][0], params)
    if name not in _FACTS:
        params["limit"] = quantity(name, limit(scenario, name))
    if name == "relative_time":
        if not _baseline(field):
            return Message(_NO_BASELINE, params)
        params["baseline"] = Names(_baseline(field))
    return Message(_CONDITIONS[constraint_key(field, scenario, name)], params)


def constraint_key(field: Field, scenario: Scenario, name: str) -> str:
    """A constraint by what it is said as: a share may be one of accuracy."""
    shared = name == "quality_share" and field.quality_of(scenario) == ACCURACY
    return "accuracy_share" if shared else name


def _baseline(field: Field) -> tuple[str, ...]:
    return (field.context.speed_baseline,) if field.context.speed_baseline else ()


def quantity(name: str, value: Fact) -> Derived:
    """A constraint's limit as it is shown, with all its digits."""
    number = _shown(name, value)
    match name:
        case "gpu" | "dimension":
            return Derived(number, "integer")
        case "quality_share":
            return Derived(number, "percent", _decimals(100 * number))
        case "relative_time":
            return Derived(number, "multiple", _decimals(number))
        case _:
            return Derived(number, "decimal", _decimals(number), metric=bound(name)[1])


def _measured(name: str, value: Fact, limit_: Fact) -> Derived:
    """A fact that misses its limit, with so many digits that both do not look the same."""
    number, edge = _shown(name, value), _shown(name, limit_)
    style, fewest, scale = {
        "gpu": ("decimal", 0, 1.0),
        "dimension": ("integer", 0, 1.0),
        "quality_share": ("percent", 1, 100.0),
        "quality": ("decimal", 3, 1.0),
        "relative_time": ("multiple", _after_two_digits(number), 1.0),
    }.get(name, ("significant", 3, 1.0))
    for digits in range(fewest, fewest + 6):
        rounded = (
            float(f"{number:.{digits}g}") if style == "significant" else round(scale * number, digits) / scale
        )
        if not equal(rounded, edge):
            return Derived(number, style, digits, metric=bound(name)[1])
    return Derived(number, style, fewest + 6, metric=bound(name)[1])


def _after_two_digits(number: float) -> int:
    """Decimals with which a number has two significant digits or more."""
    return max(0, 1 - exponent(number, 2)) if number > 0 else 0


def _shown(name: str, value: Fact) -> float:
    return float(value or 0) / (1e6 if name.endswith("_bytes") else 1)


def _decimals(number: float) -> int:
    """As many decimals as the number has, six at most."""
    return next((d for d in range(6) if abs(round(number, d) - number) < 1e-9 * max(1, abs(number))), 6)


def refusals(
    field: Field, scenario: Scenario, admission: Admission, *, ahead: bool = False
) -> tuple[Message, ...]:
    """Who fails which constraint and by what number, and of whom a fact is not known.

    ``ahead``: those refused are those who would be chosen before the choice.
    """
    failed = [(v, o) for v, found in admission.refused.items() for o in found[:1] if not o.unknown]
    unknown = [(v, o) for v, found in admission.refused.items() for o in found[:1] if o.unknown]
    said = []

    def listed(short: str, long: str, found: Sequence[tuple[str, Obstacle]]) -> Message:
        named = found[:MOST_NAMED]
        items = Listing(
            tuple(_refusal(v, o, constraint_key(field, scenario, o.constraint)) for v, o in named)
        )
        params: dict[str, Param] = {"items": items}
        if len(found) <= MOST_NAMED:
            return Message(short, params)
        return Message(long, params | {"more": Count(len(found) - MOST_NAMED, "other_extractor")})

    if failed and ahead:
        said.append(
            listed(
                N_("Ahead of it, but not admitted: {items}."),
                N_("Ahead of it, but not admitted: {items}; and {more}."),
                failed,
            )
        )
    elif failed:
        said.append(listed(N_("Not admitted: {items}."), N_("Not admitted: {items}; and {more}."), failed))
    if unknown:
        said.append(
            listed(
                N_("Left out because the fact is not known: {items}."),
                N_("Left out because the fact is not known: {items}; and {more}."),
                unknown,
            )
        )
    return tuple(said)


def _refusal(variant: str, obstacle: Obstacle, key: str) -> Message:
    """``key``: what the constraint is said as."""
    name, params = obstacle.constraint, {}
    kind, metric = bound(name)
    if metric:
        told: dict[str, Param] = {"name": Names((variant,)), "what": MetricTitle(metric)}
        if obstacle.unknown:
            return Message(_UNKNOWN_METRIC, told)
        told["value"] = _measured(name, obstacle.value, obstacle.limit)
        return Message(_OF_METRIC[kind][1], told | {"limit": quantity(name, obstacle.limit)})
    if obstacle.unknown:
        return Message(_UNKNOWN[key], {"name": Names((variant,))})
    if name not in (*_FACTS, MEASURED):
        params = {
            "value": _measured(name, obstacle.value, obstacle.limit),
            "limit": quantity(name, obstacle.limit),
        }
    return Message(_FAILS[key], {"name": Names((variant,)), **params})
