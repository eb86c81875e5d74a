"""Findings: claims and measurements joined into reasoning, one module a kind, the most important first.

A finder is a pure function from the ground (study and claims) to findings. It is silent where what it needs was not
measured; it says *because* only where a measured quantity carries the reason.
"""

from __future__ import annotations

from collections.abc import Iterable

from fxreport.analysis.claims import Claim
from fxreport.analysis.context import Context
from fxreport.analysis.findings.agreement import agreement
from fxreport.analysis.findings.behind_control import behind_control
from fxreport.analysis.findings.break_even import pays_off
from fxreport.analysis.findings.compressed_pixels import compressed_pixels
from fxreport.analysis.findings.earlier_layers import earlier_layers
from fxreport.analysis.findings.filter_shapes import filter_shapes
from fxreport.analysis.findings.finding import Finder, Finding, Ground
from fxreport.analysis.findings.hidden_classes import hidden_classes
from fxreport.analysis.findings.indices import indices
from fxreport.analysis.findings.labels_at_hand import labels_at_hand
from fxreport.analysis.findings.leaders import leaders
from fxreport.analysis.findings.learned_nothing import network_learned_nothing
from fxreport.analysis.findings.lower_figures import lower_figures
from fxreport.analysis.findings.mean_ranks import mean_ranks
from fxreport.analysis.findings.nearly_as_good import nearly_as_good
from fxreport.analysis.findings.neighbours import neighbours
from fxreport.analysis.findings.one_set_decides import one_set_decides
from fxreport.analysis.findings.other_metrics import other_metrics
from fxreport.analysis.findings.restated_accuracy import restated_accuracy
from fxreport.analysis.findings.settled_places import settled_places
from fxreport.analysis.findings.small_input import small_input
from fxreport.analysis.findings.worth_its_cost import worth_its_cost

__all__ = ["FINDERS", "Finder", "Finding", "findings"]

FINDERS: tuple[Finder, ...] = (
    leaders,
    labels_at_hand,
    small_input,
    hidden_classes,
    earlier_layers,
    compressed_pixels,
    indices,
    pays_off,
    restated_accuracy,
    lower_figures,
    neighbours,
    filter_shapes,
    settled_places,
    agreement,
    other_metrics,
    network_learned_nothing,
    worth_its_cost,
    nearly_as_good,
    one_set_decides,
    mean_ranks,
    behind_control,
)


def findings(context: Context, claims: Iterable[Claim], *, repeats: bool = True) -> tuple[Finding, ...]:
    """All findings that the study bears, the most important first; equals in the order of the finders."""
    ground = Ground(context, {claim.id: claim for claim in claims}, repeats)
    found = [finding for find in FINDERS for finding in find(ground)]
    return tuple(sorted(found, key=lambda finding: -finding.importance))
