"""First-layer filters that look learned, and what tells them from untrained ones."""

from __future__ import annotations

from collections.abc import Iterator

from fxreport.analysis.claims import LIKELY, N_, Count, Derived, Message, Names, Param, Sets
from fxreport.analysis.findings.finding import Finding, Ground
from fxreport.analysis.rules.networks.filters import P_VALUE, tested

WEIGHTS, STRUCTURE = "filter_weights_p_value", "filter_structure_p_value"

_HEADING = N_("First-layer filters look learned; by their shape they are not")
_SHORT = N_(
    "First-layer filters look learned, yet only in {shaped} of {runs} does their shape differ from untrained ones."
)
_SHORT_NONE = N_(
    "First-layer filters look learned, yet in none of {runs} does their shape differ from untrained ones."
)
_SEEN = N_(
    "The first-layer filters of {names} differ from untrained ones by the size of their weights in {large} of {runs}, by their "
    "shape only in {shaped}."
)
_SEEN_NONE = N_(
    "The first-layer filters of {names} differ from untrained ones by the size of their weights in {large} of {runs}, by their "
    "shape in none."
)
_BODY = N_(
    "What an eye takes for edge detectors a random initialisation has as well: random filters too prefer directions."
)
_ADVICE = N_("Do not show filters as evidence of learning without untrained ones beside them.")
_LIMIT = N_(
    "That they are the same is not shown, only that {draws} tell no difference: one as large would come by chance alone with a "
    "probability (p-value) above {limit}."
)


def filter_shapes(ground: Ground) -> Iterator[Finding]:
    """Networks trained here whose filters are told from untrained ones by size, and mostly not by shape.

    Silent where either test was not made, of a single run, and where the shape tells in half of the runs or
    more.
    """
    context = ground.context
    size, shape = (tested(context, metric, pretrained=False) for metric in (WEIGHTS, STRUCTURE))
    cells = {(c.dataset, c.variant) for c in size} & {(c.dataset, c.variant) for c in shape}
    runs = sum(c.runs for c in shape if (c.dataset, c.variant) in cells)
    large, shaped = (sum(c.times for c in of if (c.dataset, c.variant) in cells) for of in (size, shape))
    if runs < 2 or 2 * shaped >= runs or 2 * large <= runs:
        return
    names = tuple(dict.fromkeys(c.variant for c in shape if (c.dataset, c.variant) in cells))
    sets = tuple(dict.fromkeys(c.dataset for c in shape if (c.dataset, c.variant) in cells))
    params: dict[str, Param] = {
        "names": Names(names),
        "large": Derived(large, "integer"),
        "shaped": Derived(shaped, "integer"),
        "runs": Count(runs, "run"),
        "draws": Count(runs, "run"),
        "limit": Derived(P_VALUE, decimals=2, constant="filter_p_value"),
        "sets": Sets(sets),
    }
    yield Finding(
        id="filter_shapes",
        heading=Message(_HEADING),
        short=Message(_SHORT if shaped else _SHORT_NONE, params),
        body=(Message(_SEEN if shaped else _SEEN_NONE, params), Message(_BODY)),
        advice=(Message(_ADVICE),),
        limit=(Message(_LIMIT, params),),
        support=LIKELY,
        effect=0.2 * (1 - shaped / runs),
        reach=ground.reach(sets),
        against_belief=True,
        evidence=tuple(context.evidence(d, v, m) for d, v in sorted(cells) for m in (WEIGHTS, STRUCTURE)),
        claims=ground.known(
            i for i in ground.claims if i.startswith(("filters_weights/", "filters_structure/"))
        ),
        subjects=names,
        datasets=sets,
    )
