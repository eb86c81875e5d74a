"""Dimension of the features against quality and against time: rank correlation over extractors."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

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
from fxreport.analysis.quantities.ranking import midranks
from fxreport.analysis.statistics.compare import weakest
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
_APART = N_(", counting the input sizes of one network once")


def spearman(x: Sequence[float], y: Sequence[float]) -> float | None:
    """Spearman's rank correlation, ties by mid-ranks; None where one side is constant."""
    a, b = midranks(x), midranks(y)
    mean = (len(a) + 1) / 2
    covariance = math.fsum((p - mean) * (q - mean) for p, q in zip(a, b, strict=True))
    spread = math.fsum((p - mean) ** 2 for p in a) * math.fsum((q - mean) ** 2 for q in b)
    return None if spread <= 0 else covariance / math.sqrt(spread)


def spearman_interval(rho: float, n: int) -> tuple[float, float]:
    """Interval of ρ by Fisher's z with the variance of Bonett & Wright (2000, Psychometrika 65:23–28)."""
    from scipy.special import ndtri

    if n < 5:  # even ρ = ±1 has an exact two-sided p of 1/12 over four
        return -1.0, 1.0
    bounded = max(min(rho, 1 - 1e-12), -1 + 1e-12)
    half = float(ndtri((1 + LEVEL) / 2)) * math.sqrt((1 + bounded**2 / 2) / (n - 3))
    z = math.atanh(bounded)
    return math.tanh(z - half), math.tanh(z + half)


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
