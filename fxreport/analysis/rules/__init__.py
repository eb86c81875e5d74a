"""The rules: each a pure function from a ``Context`` to claims, in the order in which a reader meets them.

A family of rules lives in one module. To add a rule, write a function there with its messages and name it
here; the catalogues in ``locale/`` then want its translations. Rules of other packages (entry points of the
group ``fxreport.rules``) follow these, handed in by whoever concludes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fxreport.analysis.claims import Claim
from fxreport.analysis.context import Context
from fxreport.analysis.rules.attributions import answers, attribution, attribution_gain, sure_errors
from fxreport.analysis.rules.cost import processors, speed
from fxreport.analysis.rules.features import components, importance, pixel_weights, similarity
from fxreport.analysis.rules.networks import (
    autoencoder,
    filter_measures,
    filters,
    layers,
    orientation,
    overfitting,
    sparsity,
    training,
)
from fxreport.analysis.rules.projections import (
    plane_likeness,
    planes,
    projection_time,
    shared_groups,
    visible_groups,
)
from fxreport.analysis.rules.quality import (
    across,
    agreement,
    difficulty,
    dimension,
    factors,
    families,
    gains,
    input_size,
    merging,
    overall,
    places,
    winners,
)
from fxreport.analysis.rules.studies import coverage, literature, openings, published

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
    overall.overall,
    families.families,
    input_size.input_size,
    factors.factors,
    speed.extremes,
    speed.ranks,
    speed.ratios,
    speed.most_efficient,
    speed.trade_off,
    processors.processors,
    difficulty.difficulty,
    difficulty.gap,
    difficulty.order,
    difficulty.without_labels,
    difficulty.separable,
    dimension.quality,
    dimension.speed,
    agreement.internal_indices,
    planes.classes_together,
    planes.trusted_neighbours,
    planes.kept_neighbours,
    planes.against_features,
    planes.explained_variance,
    plane_likeness.likeness,
    visible_groups.counts_met,
    visible_groups.numbers,
    shared_groups.shared,
    projection_time.projection_time,
    merging.merging,
    filters.weights,
    filters.structure,
    filters.pretrained,
    filter_measures.measures,
    orientation.orientation,
    layers.abstraction,
    layers.probes,
    sparsity.sparsity,
    autoencoder.class_errors,
    autoencoder.halfway,
    attribution.overall,
    attribution.passed,
    attribution.failed,
    attribution_gain.gain,
    answers.accuracy,
    sure_errors.surest_errors,
    sure_errors.surer_wrong,
    importance.concentration,
    importance.idle,
    importance.permutation,
    pixel_weights.middle_of_the_image,
    components.sufficient,
    components.fewer_is_better,
    components.variance_of_sufficient,
    similarity.most_alike,
    similarity.least_alike,
    similarity.sizes,
    similarity.like_pixels,
    training.held_out,
    training.implied,
    training.convergence,
    overfitting.overfitting,
    published.original_cells,
    published.less_trained,
    published.control_above_original,
    literature.against_literature,
    coverage.holes,
    coverage.few_datasets,
    openings.undecided,
    openings.single_runs,
    openings.larger_input,
    openings.never_tried,
    openings.clusterers,
)
