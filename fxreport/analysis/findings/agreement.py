"""Whether the image sets rank alike, so that one speaks for the others, and which one does not."""

from __future__ import annotations

from collections.abc import Iterator

from fxreport.analysis.claims import (
    CERTAIN,
    N_,
    UNDETERMINED,
    DatasetNames,
    Derived,
    Message,
    Param,
    Sets,
)
from fxreport.analysis.context import Context
from fxreport.analysis.findings.finding import Finding, Ground, evidence
from fxreport.analysis.quantities.ranking import midranks
from fxreport.analysis.statistics.correlation import spearman
from fxreport.analysis.statistics.ranktest import rank_test
from fxreport.analysis.statistics.uncertainty import LEVEL

#: fewer sets, or fewer extractors, have too few orders to tell agreement from chance
FEWEST = 4
#: Kendall's W from which sets are said to rank alike
ALIKE = 0.8

_ALIKE = N_("The sets rank the extractors alike")
_IN_PART = N_("The sets rank the extractors alike only in part")
_NOT = N_("The sets do not agree on an order")
_MEASURE = N_(
    "Kendall’s W, one where the order on {sets} is the same and zero where orders have nothing in common, is {w}."
)
_NOT_SHOWN = N_(
    "Kendall’s W, one where the order on {sets} is the same and zero where orders have nothing in common, is {w}: no "
    "more than chance may give."
)
_SHORT = {
    _ALIKE: N_("The sets rank the extractors alike: Kendall’s W is {w}."),
    _IN_PART: N_("The sets rank the extractors alike only in part: Kendall’s W is {w}."),
    _NOT: N_("The sets do not agree on an order: Kendall’s W is {w}, no more than chance may give."),
}
_ALONE = N_(
    "The order on {dataset} is least like that of the others: Spearman’s correlation with their mean rank is {rho}."
)
_ONE_FOR_ALL = N_(
    "The order on one of them foretells that on the others, so that new ones can be tried on one."
)
_OWN = N_("Choose by what is like your own data, not by the mean.")


def agreement(ground: Ground) -> Iterator[Finding]:
    """Kendall's W over the sets, by the ranks of the extractors measured on all of them (of another field without controls).

    Kendall and Babington Smith 1939 (Annals of Mathematical Statistics 10:275–287); shown to be more than chance by
    the test of ``rank_test``. Silent below four sets or four extractors.
    """
    context = ground.context
    sets = tuple(context.quality)
    names = tuple(v for v in context.complete() if context.of_field or v not in context.study.controls)
    if len(sets) < FEWEST or len(names) < FEWEST:
        return
    sign = 1 if context.study.rising else -1
    found = rank_test([{v: sign * context.column(d)[v] for v in names} for d in sets], level=LEVEL)
    if found is None:
        return
    w = found.chi_squared / (found.sets * (len(names) - 1))
    shown = found.p < 1 - LEVEL
    heading = _NOT if not shown else _ALIKE if w >= ALIKE else _IN_PART
    params: dict[str, Param] = {"sets": Sets(sets), "w": Derived(w, decimals=2)}
    body = [Message(_MEASURE if shown else _NOT_SHOWN, params)]
    alone = _least_like(context, sets, names) if shown else None
    if alone is not None and alone[1] < ALIKE:
        dataset, rho = alone
        body.append(Message(_ALONE, {"dataset": DatasetNames((dataset,)), "rho": Derived(rho, "signed", 2)}))
    yield Finding(
        id="agreement",
        heading=Message(heading),
        short=Message(_SHORT[heading], params),
        body=tuple(body),
        advice=()
        if heading == _ALIKE and len(body) > 1
        else (Message(_ONE_FOR_ALL if heading == _ALIKE else _OWN),),
        support=CERTAIN if shown else UNDETERMINED,
        effect=0.25 * w if heading == _ALIKE else 0.4 * (1 - w),
        decides=heading != _ALIKE,
        evidence=evidence(context, sets, names, (context.main,)),
        claims=ground.known(["rank_test"]),
        datasets=sets,
    )


def _least_like(context: Context, sets: tuple[str, ...], names: tuple[str, ...]) -> tuple[str, float] | None:
    """The set whose order correlates least with the mean rank on the others, and that correlation."""
    known = {}
    for dataset in sets:
        others = [midranks([context.column(d)[v] for v in names]) for d in sets if d != dataset]
        mean = [sum(ranks) for ranks in zip(*others, strict=True)]
        rho = spearman([context.column(dataset)[v] for v in names], mean)
        if rho is not None:
            known[dataset] = rho
    return min(known.items(), key=lambda item: item[1]) if known else None
