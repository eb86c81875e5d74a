"""Dimension of the features against quality and against time: rank correlation over extractors."""

from __future__ import annotations

from collections.abc import Iterator

from fxreport.analysis.claims import (
    LIKELY,
    N_,
    UNDETERMINED,
    Claim,
    Count,
    DatasetNames,
    Derived,
    Phrase,
    Verbatim,
)
from fxreport.analysis.context import Context
from fxreport.analysis.statistics.compare import weakest
from fxreport.analysis.statistics.correlation import spearman, spearman_interval
from fxreport.analysis.statistics.uncertainty import LEVEL

LEAST = 3  # fewer extractors say nothing of a trend

_QUALITY = {
    "up": N_("On {dataset} features of higher dimension go with a higher {metric}: Spearman’s ρ = {rho} "
        "over {count} ({level} interval from {low} to {high}{apart})."),
    "down": N_("On {dataset} features of higher dimension go with a lower {metric}: Spearman’s ρ = {rho} "
        "over {count} ({level} interval from {low} to {high}{apart})."),
    "not shown": N_("On {dataset} no relation of dimension and {metric} is shown: Spearman’s ρ = {rho} over "
        "{count} ({level} interval from {low} to {high}{apart})."),
}  # fmt: skip
_SPEED = {
    "up": N_("On {dataset} features of higher dimension take longer: Spearman’s ρ = {rho} over {count} ({level} interval from {low} to {high}{apart})."),
    "down": N_("On {dataset} features of higher dimension take less time: Spearman’s ρ = {rho} over {count} ({level} interval from {low} to {high}{apart})."),
    "not shown": N_("On {dataset} no relation of dimension and time is shown: Spearman’s ρ = {rho} over {count} ({level} interval from {low} to {high}{apart})."),
}  # fmt: skip
_APART = N_("; the input sizes of one network count once, so that it is that of {networks}")


def _relation(context: Context, kind: str, metric: str) -> Iterator[Claim]:
    messages = _QUALITY if kind == "dimension_vs_quality" else _SPEED
    for dataset in context.datasets_with(metric):
        dimension = context.study.column(dataset, "dimension")
        column = context.study.column(dataset, metric)
        names = tuple(v for v in dimension if v in column)
        if len(names) < LEAST:
            continue
        rho = spearman([dimension[v] for v in names], [column[v] for v in names])
        if rho is None:
            continue
        evidence = tuple(context.evidence(dataset, v, m) for v in names for m in ("dimension", metric))
        # input sizes of one network are no independent evidence: they count for ρ, not for the interval
        networks = len({context.study.variant_by_id[v].extractor.name for v in names})
        low, high = spearman_interval(rho, networks)
        direction = "up" if low > 0 else "down" if high < 0 else "not shown"
        yield Claim(
            id=f"{kind}/{dataset}",
            kind=kind,
            message=messages[direction],
            params={
                "dataset": DatasetNames((dataset,)),
                "rho": Derived(rho, "signed", 2),
                "count": Count(len(names), "extractor"),
                "apart": Phrase(_APART) if networks < len(names) else Verbatim(""),
                "networks": Count(networks, "extractor_of"),
                "level": Derived(LEVEL, "percent", 0, constant="level"),
                "low": Derived(low, "signed", 2),
                "high": Derived(high, "signed", 2),
            },
            dataset=dataset,
            metric=metric,
            subjects=names,
            value=rho,
            support=UNDETERMINED if direction == "not shown" else weakest((LIKELY, context.fact(*evidence))),
            evidence=evidence,
            details={"low": low, "high": high},
        )


def quality(context: Context) -> Iterator[Claim]:
    """Rank correlation of dimension and ARI; silent below three extractors and where all have one dimension."""
    yield from _relation(context, "dimension_vs_quality", context.main)


def speed(context: Context) -> Iterator[Claim]:
    """Silent below three extractors and where all have one dimension or one time."""
    """Rank correlation of dimension and time; silent below three extractors and where all have one dimension."""
    yield from _relation(context, "dimension_vs_speed", "extraction_seconds")
