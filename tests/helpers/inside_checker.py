"""What ``checker`` knows of the insides of networks: conclusions that tidy rows alone decide, drawn anew."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import fmean
from typing import Any

PRETRAINED = frozenset({"vgg16", "resnet50", "mobilenet_v2", "efficientnet_lite0"})
LATENT, PIXEL = "latent_midpoint_distance", "pixel_midpoint_distance"
TOLD = 0.05

Claim = Mapping[str, Any]
Cell = tuple[str, str]


def close(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)


def is_pretrained(variant: str) -> bool:
    return (variant.rpartition("@")[0] or variant) in PRETRAINED


def cells_with(table: Any, metric: str, *, pretrained: bool = False) -> dict[Cell, list[float]]:
    """(image set, variant) → the values of its seeds."""
    return {
        (dataset, name): list(seeds.values())
        for (dataset, name, measured), seeds in table.seeds.items()
        if measured == metric and is_pretrained(name) == pretrained
    }


def outcome(p_values: Sequence[float]) -> str:
    told = sum(p <= TOLD for p in p_values)
    return "every_run" if told == len(p_values) else "some_runs" if told else "no_run"


def _evidence_cells(claim: Claim, metric: str) -> set[Cell]:
    return {(e["dataset"], e["extractor"]) for e in claim["evidence"] if e["metric"] == metric}


def _told(metric: str, *others: str) -> Callable[[Claim, Any], Iterator[str]]:
    """``others``: metrics that a cell must have as well."""

    def check(claim: Claim, table: Any) -> Iterator[str]:
        said = claim["id"].rpartition("/")[2]
        also = [cells_with(table, other) for other in others]
        cells = {
            c: p
            for c, p in cells_with(table, metric).items()
            if outcome(p) == said and all(c in other for other in also)
        }
        if _evidence_cells(claim, metric) != set(cells):
            yield f"is of {sorted(_evidence_cells(claim, metric))}, the rows say {sorted(cells)}"
            return
        p_values = [p for values in cells.values() for p in values]
        worst = max(p_values) if said == "every_run" else min(p_values)
        if not close(claim["value"], worst):
            yield f"says p = {claim['value']!r}, the rows say {worst!r}"
        single = any(len(values) == 1 for values in cells.values())
        wanted = "single_run" if single else "certain" if said == "every_run" else "undetermined"
        if claim["support"] != wanted:
            yield f"is called {claim['support']}, the rows say {wanted}"

    return check


def _pretrained(claim: Claim, table: Any) -> Iterator[str]:
    name = claim["id"].rpartition("/")[2]
    cells = cells_with(table, "filter_structure_p_value", pretrained=True)
    own = {c: p for c, p in cells.items() if (c[1].rpartition("@")[0] or c[1]) == name}
    p_values = [p for values in own.values() for p in values]
    if _evidence_cells(claim, "filter_structure_p_value") != set(own):
        yield f"is of other cells than {sorted(own)}"
    elif not close(claim["value"], max(p_values) if outcome(p_values) == "every_run" else min(p_values)):
        yield f"says p = {claim['value']!r}, the rows say {p_values}"
    elif outcome(p_values) != "every_run" and claim["support"] not in ("undetermined", "single_run"):
        yield f"is called {claim['support']} though no difference is shown in every run"


def _halfway(claim: Claim, table: Any) -> Iterator[str]:
    gains = []
    for dataset, name in sorted(_evidence_cells(claim, LATENT)):
        latent, pixel = (table.seeds[dataset, name, metric] for metric in (LATENT, PIXEL))
        gains.append(fmean(pixel[seed] - latent[seed] for seed in latent))
    if not close(claim["value"], fmean(gains)):
        yield f"says {claim['value']!r}, the rows say {fmean(gains)!r}"
    if claim["support"] in ("certain", "likely") and len({gain > 0 for gain in gains}) > 1:
        yield "joins sets on which the latent space is nearer with others"


KINDS: Mapping[str, Callable[[Claim, Any], Iterator[str]]] = {
    "filters_weights": _told("filter_weights_p_value", "filter_weights_beyond"),
    "filters_structure": _told("filter_structure_p_value"),
    "filters_pretrained": _pretrained,
    "halfway": _halfway,
}


def lacking(claims: Sequence[Claim], table: Any) -> Iterator[str]:
    """Cells that were measured and of which nothing is said."""
    wanted = {
        "filters_structure": set(cells_with(table, "filter_structure_p_value")),
        "filters_pretrained": set(cells_with(table, "filter_structure_p_value", pretrained=True)),
        "filters_weights": set(cells_with(table, "filter_weights_p_value"))
        & set(cells_with(table, "filter_weights_beyond")),
    }
    for kind, cells in wanted.items():
        said = {(e["dataset"], e["extractor"]) for c in claims if c["kind"] == kind for e in c["evidence"]}
        if cells - said:
            yield f"no {kind} of {sorted(cells - said)}"
