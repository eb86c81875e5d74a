"""What files of features lack for a plan, told from their positions before any image is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fxreport.vocabulary.errors import InputError
from fxreport.vocabulary.own import SPLITS, FeatureFiles
from fxreport.vocabulary.steps import Experiment

if TYPE_CHECKING:
    from fxreport.commands.planned import Planned


def of_one_seed(planned: Planned) -> Iterator[str]:
    """Yield a line for each file that has the test images of one seed, where the plan has more.

    It has no more of them than one seed draws, and not all of the set; each seed draws others.
    """
    from fxreport.extractors.given import FeatureTable

    cells: dict[tuple[str, str], list[Experiment]] = {}
    for one in planned.plan.experiments:
        cells.setdefault((one.extractor, one.dataset), []).append(one)
    for (extractor, dataset), experiments in cells.items():
        own, drawn = planned.config.own.get(extractor), experiments[0].test
        seeds = {one.seed for one in experiments}
        if own is None or not isinstance(own.source, FeatureFiles) or drawn is None or len(seeds) < 2:
            continue
        if (files := own.source.of(dataset)) is None:
            continue
        try:
            indices = FeatureTable(files[1], SPLITS[1]).indices
        except InputError:  # the run tells
            continue
        if indices is not None and len(indices) <= drawn <= indices.max():
            yield (
                f"{files[1].path} has {len(indices)} test images of {dataset}, and each of {len(seeds)} "
                f"seeds draws {drawn} others: `fxreport data images {dataset} --profile "
                f"{planned.plan.profile}` writes those of all"
            )
