"""Layer by layer: what networks make of one image, how well each layer knows the classes, how many units are silent."""

from __future__ import annotations

import numpy as np

from fxreport.analysis.claims import N_, Names
from fxreport.analysis.rules.networks.layers import KNN, PROBE, SILENT, courses
from fxreport.analysis.study import Artifacts, Run
from fxreport.report.anchors import slug
from fxreport.report.draft import Draft
from fxreport.report.figures import feature_maps
from fxreport.report.figures import layers as picture
from fxreport.report.model import (
    Block,
    Figure,
    Note,
)
from fxreport.report.sections import layer_table

#: layers that one figure of feature maps shows; those of further image sets go into a figure of their own
_MOST_ROWS = 12
_FIELD = "layers/receptive_field"
_MAPS = "feature_maps/"
#: image sets of which the figure of accuracies has room for both ways of asking
_MOST_ASKED_TWICE = 3


def blocks(draft: Draft) -> tuple[Block, ...]:
    told = draft.conclusions.of
    return (
        *_accuracy(draft),
        *_caution(draft),
        *draft.statements(told("abstraction", "probe_layers")),
        *_feature_maps(draft),
        *layer_table.table(draft),
        *draft.statements(told("sparsity")),
    )


def _accuracy(draft: Draft) -> tuple[Figure, ...]:
    asked = [(KNN, N_("nearest neighbours")), (PROBE, N_("linear probe"))]
    if len(draft.study.measured_datasets) > _MOST_ASKED_TWICE:
        asked = asked[:1]
    subject = draft.subjects()
    panels, arrays, datasets = [], [], []
    for name, asked_by in asked:
        found = courses(draft.context, name)
        for dataset in draft.study.measured_datasets:
            lines = tuple(
                picture.LayerLine(subject[variant], cells[dataset].astype(np.float32))
                for variant, cells in found.items()
                if dataset in cells
            )
            if lines:
                panels.append(picture.LayersPanel(draft.words.dataset(dataset), draft.words(asked_by), lines))
                datasets.append(dataset)
        arrays += [
            (run, name)
            for variant, cells in found.items()
            for dataset in cells
            for run, _ in draft.context.kept(dataset, variant, name)
        ]
    if not panels:
        return ()
    return (
        draft.figure(
            "layers",
            picture.Layers(
                tuple(panels), draft.words(N_("layer")), draft.words(N_("accuracy")), decimal=draft.decimal
            ),
            picture.draw,
            caption=draft.say(
                N_(
                    "Accuracy from the activations of each layer, first to last, maps averaged over space; every image is named by the "
                    "others, bars span the runs"
                )
            ),
            finding=draft.conclusions.of("abstraction", "probe_layers"),
            datasets=tuple(dict.fromkeys(datasets)),
            arrays=arrays,
        ),
    )


def _caution(draft: Draft) -> tuple[Note, ...]:
    """Where a network ends in a vector: what a step from maps to a vector may owe to the averaging of maps."""
    ends_in_a_vector = any(
        int(arrays["layers/size"][-1]) == 0
        for variant, cells in courses(draft.context, KNN).items()
        for dataset in cells
        for _, arrays in draft.context.kept(dataset, variant, KNN, "layers/size")[:1]
    )
    if not ends_in_a_vector:
        return ()
    return (
        draft.note(
            N_(
                "A gain from the last maps to a vector need not be abstraction: averaging takes from maps where a pattern lies, which a "
                "vector (an autoencoder’s code) may keep."
            )
        ),
    )


def _feature_maps(draft: Draft) -> tuple[Figure, ...]:
    figures: list[Figure] = []
    for variant in draft.study.variants:
        shown = [
            (kept[0][0], example)
            for dataset in draft.study.measured_datasets
            for kept in [draft.context.kept(dataset, variant.id, "examples", "labels")]
            if kept
            for example in [_example(draft, dataset, kept[0][1])]
            if example.layers
        ]
        for part, some in enumerate(_parts(shown)):
            figures.append(_maps_figure(draft, variant.id, part, some))
    return tuple(figures)


def _parts(
    shown: list[tuple[Run, feature_maps.FeatureMapsExample]],
) -> list[list[tuple[Run, feature_maps.FeatureMapsExample]]]:
    """As many examples in one figure as a page holds."""
    parts: list[list[tuple[Run, feature_maps.FeatureMapsExample]]] = []
    rows = _MOST_ROWS
    for one in shown:
        count = len(one[1].layers)
        if rows + count > _MOST_ROWS:
            parts.append([])
            rows = 0
        parts[-1].append(one)
        rows += count
    return parts


def _maps_figure(
    draft: Draft, variant: str, part: int, shown: list[tuple[Run, feature_maps.FeatureMapsExample]]
) -> Figure:
    layers = {run: len(example.layers) for run, example in shown}
    claims = [c for c in draft.conclusions.of("sparsity") if c.subjects == (variant,)]
    return draft.figure(
        f"feature-maps-{slug(variant)}" + (f"-{part + 1}" if part else ""),
        feature_maps.FeatureMaps(tuple(example for _, example in shown)),
        feature_maps.draw,
        caption=draft.say(
            N_(
                "The first test image of the first class of each set on its way through {name}, first seed: up to eight channels a "
                "layer, each scaled to its own largest value; silent is the share of zeros over the test images"
            ),
            name=Names((variant,)),
        ),
        finding=claims,
        datasets=tuple(dict.fromkeys(run.dataset for run in layers)),
        arrays=[
            (run, name)
            for run in layers
            for name in draft.study.load_artifacts(run.key)
            if name == "examples" or name.startswith(_MAPS)
        ],
    )


def _example(draft: Draft, dataset: str, kept: Artifacts) -> feature_maps.FeatureMapsExample:
    """The first kept image, which is the first test image of the first class, and its maps."""
    classes = draft.study.dataset_by_name[dataset].classes
    label = int(np.asarray(kept["labels"]).min())
    name = draft.words.class_name(classes[label]) if label < len(classes) else str(label)
    told = all(array in kept for array in ("layers/names", _FIELD, SILENT))
    known = np.asarray(kept["layers/names"]).tolist() if told else []
    layers = []
    for number, key in enumerate((k for k in kept if k.startswith(_MAPS)), start=1):
        maps = np.moveaxis(np.asarray(kept[key])[0], -1, 0)[: feature_maps.MOST_CHANNELS]
        size = f"{maps.shape[1]}×{maps.shape[2]}"
        title = draft.words(N_("layer {number}: {size}")).format(number=number, size=size)
        layer = key.removeprefix(_MAPS)
        notes = _notes(draft, kept, known.index(layer)) if layer in known else ()
        layers.append(feature_maps.LayerMaps(title, maps, notes))
    return feature_maps.FeatureMapsExample(
        f"{draft.words.dataset(dataset)}: {name}", np.asarray(kept["examples"])[0], tuple(layers)
    )


def _notes(draft: Draft, kept: Artifacts, layer: int) -> tuple[str, ...]:
    words = draft.words
    field, silent = int(kept[_FIELD][layer]), float(kept[SILENT][layer])
    return (
        words(N_("field {pixels}\u00a0px")).format(pixels=words.number(field, 0)),
        words(N_("silent {share}")).format(share=words.percent(silent, 0)),
    )
