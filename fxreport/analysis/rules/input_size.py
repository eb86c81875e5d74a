"""Input size as a cause: what a larger input brings an extractor and what it costs."""

from __future__ import annotations

from collections.abc import Iterator

from fxreport.analysis.claims import N_, Claim, DatasetNames, Derived, Names, Param, Phrase
from fxreport.analysis.compare import BETTER, TIED, WORSE
from fxreport.analysis.context import Context, interval_params

_BETTER = N_(
    "On {dataset} a larger input helps: ARI rises from {ari_small} ({small}) to {ari_large} ({large})"
)
_WORSE = N_(
    "On {dataset} a larger input does harm: ARI falls from {ari_small} ({small}) to {ari_large} ({large})"
)
_EQUAL = N_("On {dataset} a larger input changes nothing that matters: ARI is {ari_small} ({small}) and {ari_large} ({large})")  # fmt: skip
_UNDETERMINED = N_("On {dataset} no effect of a larger input is shown: ARI is {ari_small} ({small}) and {ari_large} ({large})")  # fmt: skip
_INTERVAL = N_("the difference is {difference} ({level} interval from {low} to {high})")
_SINGLE = N_("In a single run on {dataset} ARI is {ari_small} ({small}) and {ari_large} ({large})")
_COST = N_("Extraction from the larger takes {factor} as long.")
_FORMS = {
    # (single run, with a cost)
    (False, True): N_("{statement}; {spread}. {cost}"),
    (False, False): N_("{statement}; {spread}."),
    (True, True): N_("{statement}. {cost}"),
    (True, False): N_("{statement}."),
}


def input_size(context: Context) -> Iterator[Claim]:
    """Smallest against largest input of each extractor; silent where a set has only one size of it."""
    by_extractor: dict[str, list[str]] = {}
    for variant in context.study.variants:
        if variant.input_size is not None:
            by_extractor.setdefault(variant.extractor.name, []).append(variant.id)
    for dataset in context.quality:
        ari = context.study.column(dataset, "ari")
        seconds = context.study.column(dataset, "extraction_seconds")
        for extractor, ids in by_extractor.items():
            present = [v for v in ids if v in ari]
            if len(present) < 2:
                continue
            small, large = present[0], present[-1]
            comparison = context.compare(dataset, large, small)
            single = comparison.interval is None
            statement = {BETTER: _BETTER, WORSE: _WORSE, TIED: _EQUAL}.get(comparison.outcome, _UNDETERMINED)
            params: dict[str, Param] = {
                "statement": Phrase(_SINGLE if single else statement),
                "spread": Phrase(_INTERVAL),
                "dataset": DatasetNames((dataset,)),
                "small": Names((small,)),
                "large": Names((large,)),
                "ari_small": context.value(dataset, small, "ari"),
                "ari_large": context.value(dataset, large, "ari"),
            }
            if comparison.interval is not None:
                params |= interval_params(comparison.interval)
            evidence = [context.evidence(dataset, v, "ari") for v in (small, large)]
            timed = 0 < seconds.get(small, 0) <= seconds.get(large, 0)
            if timed:
                params |= {
                    "cost": Phrase(_COST),
                    "factor": Derived(seconds[large] / seconds[small], "times", 1),
                }
                evidence += [context.evidence(dataset, v, "extraction_seconds") for v in (small, large)]
            yield Claim(
                id=f"input_size/{dataset}/{extractor}",
                kind="input_size",
                message=_FORMS[single, timed],
                params=params,
                dataset=dataset,
                metric="ari",
                subjects=(large, small),
                value=comparison.difference,
                support=comparison.support,
                evidence=tuple(evidence),
                details={"outcome": comparison.outcome},
            )
