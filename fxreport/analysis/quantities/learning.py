"""Whether the classifier of a network that was trained with labels beats naming the largest class always."""

from __future__ import annotations

from fxreport.analysis.quantities.own_images import own_images
from fxreport.analysis.study import Study

ACCURACY = "test_accuracy"
#: the part of what is beyond chance up to which a classifier counts as no better
_NOTHING = 0.1


def chance(study: Study, dataset: str) -> float | None:
    """The share of the largest class among the images tested on; None where nothing is known of classes."""
    told = {made.dataset: made.commonest for made in own_images(study)}
    classes = study.dataset_by_name[dataset].classes
    return told.get(dataset, 1 / len(classes) if classes else None)


def learned_nothing(study: Study, variant: str) -> tuple[str, ...]:
    """The image sets on which a trained network is hardly more often right than naming the largest class."""
    found = []
    for dataset in study.measured_datasets:
        right, least = study.mean(dataset, variant, ACCURACY), chance(study, dataset)
        if right is not None and least is not None and right - least < _NOTHING * (1 - least):
            found.append(dataset)
    return tuple(found)
