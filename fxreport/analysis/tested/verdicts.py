"""The verdicts on a document's statements: each by the function of its kind of check."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from fxreport.analysis.claims import Derived, Listing, Message
from fxreport.analysis.context import Context
from fxreport.analysis.tested import amounts, looks, orders
from fxreport.analysis.tested.subjects import matching, names_of
from fxreport.analysis.tested.verdict import NOT_TESTED, Found, Verdict
from fxreport.vocabulary.metrics import identified
from fxreport.vocabulary.statement import Statement

#: what each kind of check asks, in the order of ``vocabulary/statement.py``
CHECKS: Mapping[str, Callable[[Context, Mapping[str, Any]], Found]] = {
    "best": orders.best,
    "fastest": orders.fastest,
    "order": orders.order,
    "above": orders.above,
    "below": orders.below,
    "value": amounts.value,
    "ratio": amounts.ratio,
    "near_random": amounts.near_random,
    "cannot_cluster": amounts.cannot_cluster,
    "trade_off": orders.trade_off,
    "dimension_quality": orders.dimension_quality,
    "projection_better": looks.projection_better,
    "mergers": looks.mergers,
    "not_random": looks.not_random,
    "ablation": orders.ablation,
}

#: share of a document's statements that a study must be able to test, lest it be silent of the document
_FEWEST = 0.25


def verdicts(
    context: Context, statements: Sequence[Statement], claims: Collection[str] = ()
) -> tuple[Verdict, ...]:
    """What the study says of each statement, in their order; nothing where it can test few of them.

    A document of other images and extractors than the study's is not what its readers came for.
    ``claims`` are the ids of what the study claims.
    """
    found = tuple(_verdict(context, statement, claims) for statement in statements)
    tested = sum(v.outcome != NOT_TESTED for v in found)
    return found if tested and tested >= _FEWEST * len(found) else ()


def _verdict(context: Context, statement: Statement, claims: Collection[str]) -> Verdict:
    found = CHECKS[statement.check](context, statement.params)
    cited = found.outcome != NOT_TESTED
    return Verdict(
        statement.id,
        statement,
        found.outcome,
        found.reason,
        found.ours,
        _theirs(context, statement),
        found.evidence,
        found.effect,
        found.absent,
        tuple(dict.fromkeys(name for name in _claims(context, statement) if name in claims)) if cited else (),
    )


def _theirs(context: Context, statement: Statement) -> Message | None:
    """The document's own numbers; None where the statement has none."""
    params = statement.params
    if statement.check == "ratio":
        return Message(
            "{ratio}", {"ratio": Derived(params["value"], "times", 1 if params["value"] >= 10 else 2)}
        )
    if not params.get("values"):
        return None
    metric = identified(params.get("metric", context.main))
    items = tuple(
        amounts.on(
            dataset,
            "{value}",
            {"value": amounts.figure(context, metric, number)},
            alone=len(params["values"]) == 1,
        )
        for dataset, number in params["values"].items()
    )
    return Message("{items}", {"items": Listing(items)})


#: kind of check → ids of the claims that speak of the same, {dataset} and {variant} to be filled in
_SPOKEN_OF = {
    "best": ("winner/{dataset}",),
    "fastest": ("fastest/{dataset}",),
    "trade_off": ("pareto/{dataset}",),
    "near_random": ("difficulty/{dataset}",),
    "cannot_cluster": ("without_labels/{dataset}", "separable/{dataset}"),
    "dimension_quality": ("dimension_vs_quality/{dataset}",),
    "value": ("published/{dataset}/{variant}",),
    "ratio": ("speed_ratio/{variant}",),
    "mergers": ("merging/{dataset}/{variant}",),
    "not_random": ("filters_structure/every_run", "filters_structure/some_runs", "filters_structure/no_run"),
}


def _claims(context: Context, statement: Statement) -> Iterator[str]:
    params = statement.params
    variants = [v for name in names_of(params.get("subject", ())) for v in matching(context, name)]
    for dataset in params.get("datasets", params.get("values", ())):
        for template in _SPOKEN_OF.get(statement.check, ()):
            for variant in variants or [""]:
                yield template.format(dataset=dataset, variant=variant)
