"""The rules: each a pure function from a ``Context`` to claims, in the order in which a reader meets them.

A family of rules lives in one module. To add a rule, write a function there with its messages and name it
here; the catalogues in ``locale/`` then want its translations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fxreport.analysis.claims import Claim
from fxreport.analysis.context import Context
from fxreport.analysis.rules import (
    across,
    agreement,
    answers,
    attribution,
    attribution_gain,
    coverage,
    difficulty,
    dimension,
    families,
    gains,
    input_size,
    internals,
    openings,
    places,
    projections,
    published,
    speed,
    sure_errors,
    training,
    winners,
)

Rule = Callable[[Context], Iterator[Claim]]

RULES: tuple[Rule, ...] = (
    winners.winner,
    winners.runner_up,
    winners.worst,
    winners.best,
    winners.against_control,
    winners.wins,
    winners.mean_quality,
    places.rank_interval,
    gains.gain,
    gains.gain_leader,
    gains.gain_groups,
    across.rank_differences,
    families.families,
    input_size.input_size,
    speed.extremes,
    speed.ranks,
    speed.ratios,
    speed.most_efficient,
    speed.trade_off,
    difficulty.difficulty,
    difficulty.gap,
    difficulty.order,
    difficulty.without_labels,
    difficulty.separable,
    dimension.quality,
    dimension.speed,
    agreement.internal_indices,
    projections.explained_variance,
    projections.planes,
    projections.merging,
    internals.first_layer,
    internals.layers,
    attribution.overall,
    attribution.passed,
    attribution.failed,
    attribution_gain.gain,
    answers.accuracy,
    sure_errors.surest_errors,
    sure_errors.surer_wrong,
    training.held_out,
    training.implied,
    training.convergence,
    published.original_cells,
    published.control_above_original,
    published.control_against_literature,
    coverage.holes,
    coverage.few_datasets,
    openings.undecided,
    openings.single_runs,
    openings.larger_input,
    openings.never_tried,
    openings.clusterers,
)
