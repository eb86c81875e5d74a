"""Kinds of extractors against each other: the best of one family against the best of another."""

from __future__ import annotations

from collections.abc import Iterator

from fxreport.analysis.claims import (
    N_,
    Claim,
    DatasetNames,
    Names,
    Param,
    Phrase,
)
from fxreport.analysis.context import Context, interval_params
from fxreport.analysis.quantities.digits import decimals, rounded
from fxreport.analysis.quantities.stars import ARI_LEVELS
from fxreport.analysis.rules.elsewhere import other_labels
from fxreport.analysis.statistics.bootstrap import percentile_interval
from fxreport.analysis.statistics.compare import BETTER, TIED, WORSE

# Two families: messages for the first being ahead and being behind.
_PAIRS = {
    ("supervised", "unsupervised"): (
        N_("On {dataset} {a}, trained with labels ({metric} = {quality_a}), is ahead of {b}, trained "
        "without them ({quality_b})"),
        N_("On {dataset} {b}, trained without labels ({metric} = {quality_b}), is ahead of {a}, trained "
        "with them ({quality_a})"),
    ),
    ("unsupervised", "baseline"): (
        N_("On {dataset} learning without labels adds to raw pixels: {a} reaches {metric} = "
        "{quality_a}, {b} {quality_b}"),
        N_("On {dataset} learning without labels adds nothing: {a} has {metric} = {quality_a}, {b} "
        "{quality_b}"),
    ),
    ("pretrained", "baseline"): (
        N_("On {dataset} the best pretrained features are ahead of the control: {a} has {metric} = "
        "{quality_a}, {b} {quality_b}"),
        N_("On {dataset} even the best pretrained features, {a} ({metric} = {quality_a}), are behind "
        "the control, {b} ({quality_b})"),
    ),
    ("pretrained", "unsupervised"): (
        N_("On {dataset} pretrained {a} ({metric} = {quality_a}) is ahead of {b}, trained on the set "
        "without labels ({quality_b})"),
        N_("On {dataset} {b}, trained on the set without labels ({metric} = {quality_b}), is ahead of "
        "pretrained {a} ({quality_a})"),
    ),
    ("supervised", "pretrained"): (
        N_("On {dataset} {a}, trained on the set with labels ({metric} = {quality_a}), is ahead of "
        "pretrained {b} ({quality_b})"),
        N_("On {dataset} pretrained {b} ({metric} = {quality_b}) is ahead of {a}, trained on the set "
        "with labels ({quality_a})"),
    ),
}  # fmt: skip
# Whether labels pay is decided by the best of all that need none of the set's, whatever its family.
_LABELS = (
    N_("On {dataset} training with labels of the set pays: {a} reaches {metric} = {quality_a}, the best without them, {b}, "
    "{quality_b}"),
    N_("On {dataset} training with labels of the set does not pay: {b} reaches {metric} = {quality_b} without them, {a} with "
    "them {quality_a}"),
)  # fmt: skip
# The field's prior expectations: labels help, and learning of either kind beats none, at an input that is large enough.
_EXPECTED = {("supervised", "unsupervised"), ("unsupervised", "baseline"), ("pretrained", "baseline")}
_EQUAL = N_("On {dataset} {a} ({metric} = {quality_a}) and {b} ({quality_b}) are practically equal")
_UNDETERMINED = N_(
    "On {dataset} no difference between {a} ({metric} = {quality_a}) and {b} ({quality_b}) is shown"
)
_WITH_INTERVAL = N_("{statement}; the difference is {difference} ({spread}).{elsewhere}")
_WITH_FACTOR = N_(
    "{statement}; the difference is {difference} ({spread}), so that the ARI is {factor} as high (from {factor_low} to "
    "{factor_high}).{elsewhere}"
)
_SINGLE = {
    BETTER: N_("In a single run on {dataset} {a} ({metric} = {quality_a}) is ahead of {b} ({quality_b})."),
    WORSE: N_("In a single run on {dataset} {b} ({metric} = {quality_b}) is ahead of {a} ({quality_a})."),
    TIED: N_("In a single run on {dataset} {a} ({metric} = {quality_a}) and {b} ({quality_b}) are equal."),
}


def _factor(context: Context, dataset: str, ahead: str, behind: str) -> dict[str, Param]:
    """How many times the ARI of one is that of the other, with its interval; empty where that says nothing.

    A ratio of ARI has a meaning only where both are clearly above chance: where the intervals of both lie
    beyond what the scale of ARI calls close to it.
    """
    draws = context.draws.of(dataset) if context.main == "ari" else {}
    if ahead not in draws or behind not in draws:
        return {}
    above, below = draws[ahead], draws[behind]
    if min(percentile_interval(drawn)[0] for drawn in (above, below)) < ARI_LEVELS[0]:
        return {}
    low, high = percentile_interval(above / below)
    factor = context.column(dataset)[ahead] / context.column(dataset)[behind]
    digits = decimals(high - low)
    if high - low < 1e-9 or not low <= factor <= high or round(low, digits) < 1:
        return {}
    return {
        "factor": rounded(factor, high - low, "times"),
        "factor_low": rounded(low, high - low),
        "factor_high": rounded(high, high - low),
    }


def _pairs(context: Context, dataset: str) -> Iterator[tuple[str, str, tuple[str, str], bool]]:
    """Pairs of families with their messages, and whether the second is the best of all without the set's labels."""
    supervised = set(context.of_family("supervised"))
    without = context.best_group(dataset, tuple(v for v in context.label_free if v not in supervised))
    best = {context.study.variant_by_id[v].family for v in without}
    for (ahead, behind), messages in _PAIRS.items():
        decides = ahead == "supervised" and behind in best
        yield ahead, behind, _LABELS if decides else messages, decides
    for family in sorted(best - {behind for ahead, behind in _PAIRS if ahead == "supervised"}):
        yield "supervised", family, _LABELS, True


def families(context: Context) -> Iterator[Claim]:
    """The best of one family against the best of another; silent where a set lacks one of the two.

    That labels pay, or do not, is said against the best of all that need none of the set's. Without several runs of
    both no interval is given; no factor where an ARI is near that of chance.
    """
    for dataset in context.quality:
        for ahead, behind, (message_ahead, message_behind), decides in _pairs(context, dataset):
            first = context.best_group(dataset, context.of_family(ahead))
            second = context.best_group(dataset, context.of_family(behind))
            if not first or not second:
                continue
            a, b = first[0], second[0]
            comparison = context.lead(dataset, a, b)
            difference = comparison.difference
            if comparison.outcome not in (BETTER, WORSE) and difference < 0:
                # of two that are not told apart the one with the higher mean is named first
                first, second, a, b = second, first, b, a
                comparison = context.lead(dataset, a, b)
            statement = {BETTER: message_ahead, WORSE: message_behind, TIED: _EQUAL}.get(
                comparison.outcome, _UNDETERMINED
            )
            params: dict[str, Param] = {
                "dataset": DatasetNames((dataset,)),
                "a": Names(first),
                "b": Names(second),
                "quality_a": context.value(dataset, a),
                "quality_b": context.value(dataset, b),
            }
            if comparison.interval is not None:
                # from the side of the one that is ahead, as the sentence tells it
                behind_first = comparison.outcome == WORSE
                params |= interval_params(
                    comparison.interval.reversed() if behind_first else comparison.interval
                )
                if comparison.outcome in (BETTER, WORSE):
                    params |= _factor(context, dataset, *((b, a) if behind_first else (a, b)))
            evidence = tuple(context.evidence(dataset, v) for v in (*first, *second))
            single = comparison.interval is None
            # in a single run a small step against expectation is no surprise
            notable = not single or abs(comparison.difference) > context.margin
            yield Claim(
                id=f"family/{dataset}/{ahead}-{behind}",
                kind="family",
                message=_SINGLE[comparison.outcome]
                if single
                else _WITH_FACTOR
                if "factor" in params
                else _WITH_INTERVAL,
                params={
                    "statement": Phrase(statement),
                    **params,
                    **other_labels(context, second if decides else ()),
                },
                dataset=dataset,
                metric=context.main,
                subjects=(*first, *second),
                value=difference,
                support=comparison.support,
                evidence=evidence,
                surprising=comparison.outcome == WORSE
                and notable
                and (ahead, behind) in _EXPECTED
                and any(map(context.expected_above_pixels, first)),
                details={
                    "outcome": comparison.outcome,
                    "ahead": ahead,
                    "behind": behind,
                    "labels": decides,
                },
            )
