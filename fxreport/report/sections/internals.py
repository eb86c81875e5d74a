"""Inside the trained networks: first-layer filters, feature maps, reconstructions."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from fxreport.analysis.claims import N_, DatasetNames, Names
from fxreport.analysis.study import Artifacts, Run
from fxreport.report.draft import Draft
from fxreport.report.figures import feature_maps, filters, reconstructions
from fxreport.report.model import Block, Figure, Section


def internals(draft: Draft) -> Section:
    blocks: list[Block] = [*_filters(draft), *_feature_maps(draft), *_reconstructions(draft)]
    blocks += draft.statements(draft.conclusions.of("filters", "layers"))
    if not blocks:
        blocks.append(draft.note(N_("No internal representations were kept with these measurements.")))
    return Section("internals", draft.words(N_("Inside the networks")), tuple(blocks))


def _runs(draft: Draft, family: str) -> dict[tuple[str, str], Run]:
    """First seed's run of each variant of the family on each image set."""
    return {
        (dataset.name, variant): runs[0]
        for dataset in draft.study.datasets
        for variant in draft.context.of_family(family)
        for runs in [draft.study.runs_of(dataset.name, variant)]
        if runs
    }


def _filters(draft: Draft) -> tuple[Figure, ...]:
    panels, names, arrays = [], [], []
    for (dataset, variant), run in _runs(draft, "supervised").items():
        kept = draft.study.load_artifacts(run.key)
        if "filters" in kept:
            arrays.append((run, "filters"))
            weights = np.moveaxis(np.asarray(kept["filters"], np.float32), -1, 0)
            panels.append(filters.FiltersPanel(draft.words.dataset(dataset), weights))
            names.append(variant)
    if not panels:
        return ()
    return (
        draft.figure(
            "filters",
            filters.Filters(tuple(panels)),
            filters.draw,
            caption=draft.say(
                N_("First-layer filters of {names}, first seed, each scaled to its own largest weight"),
                names=Names(tuple(dict.fromkeys(names))),
            ),
            finding=draft.conclusions.of("filters"),
            arrays=arrays,
        ),
    )


def _maps(kept: Artifacts) -> dict[str, np.ndarray]:
    return {
        k.split("/", 1)[1]: np.asarray(v, np.float32)
        for k, v in kept.items()
        if k.startswith("feature_maps/")
    }


def _feature_maps(draft: Draft) -> tuple[Figure, ...]:
    examples, names, arrays = [], [], []
    for (dataset, variant), run in _runs(draft, "supervised").items():
        kept: Mapping[str, np.ndarray] = draft.study.load_artifacts(run.key)
        maps = _maps(kept)
        if not maps or "examples" not in kept:
            continue
        layers = tuple(
            feature_maps.LayerMaps(f"{layer} {m.shape[1]}×{m.shape[2]}", np.moveaxis(m[0], -1, 0))
            for layer, m in maps.items()
        )
        image = np.asarray(kept["examples"])[0]
        examples.append(feature_maps.FeatureMapsExample(draft.words.dataset(dataset), image, layers))
        names.append(variant)
        arrays += [(run, "examples"), *((run, f"feature_maps/{layer}") for layer in maps)]
    if not examples:
        return ()
    return (
        draft.figure(
            "feature-maps",
            feature_maps.FeatureMaps(tuple(examples)),
            feature_maps.draw,
            caption=draft.say(
                N_("Feature maps of {names} for one test image of each set, layer by layer"),
                names=Names(tuple(dict.fromkeys(names))),
            ),
            finding=draft.conclusions.of("layers"),
            arrays=arrays,
        ),
    )


def _reconstructions(draft: Draft) -> tuple[Figure, ...]:
    panels, names, datasets, arrays = [], [], [], []
    for (dataset, variant), run in _runs(draft, "unsupervised").items():
        kept = draft.study.load_artifacts(run.key)
        if not {"examples", "reconstructions"} <= set(kept):
            continue
        error = draft.study.mean(dataset, variant, "reconstruction_mse")
        note = (
            ""
            if error is None
            else draft.words(N_("mean squared error {error}")).format(
                error=draft.words.measured("reconstruction_mse", error)
            )
        )
        panels.append(
            reconstructions.ReconstructionsPanel(
                draft.words.dataset(dataset),
                np.asarray(kept["examples"]),
                np.asarray(kept["reconstructions"]),
                note,
            )
        )
        names.append(variant)
        datasets.append(dataset)
        arrays += [(run, "examples"), (run, "reconstructions")]
    if not panels:
        return ()
    return (
        draft.figure(
            "reconstructions",
            reconstructions.Reconstructions(
                tuple(panels), draft.words(N_("original")), draft.words(N_("reconstruction"))
            ),
            reconstructions.draw,
            caption=draft.say(
                N_("Test images of {datasets} and what {names} makes of them"),
                datasets=DatasetNames(tuple(datasets)),
                names=Names(tuple(dict.fromkeys(names))),
            ),
            finding=[c for c in draft.conclusions.of("held_out") if c.metric == "reconstruction_mse"],
            datasets=datasets,
            metrics=("reconstruction_mse",),
            variants=names,
            arrays=arrays,
        ),
    )
