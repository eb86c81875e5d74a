"""The small figure that a finding has, by its kind; some have none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from fxreport.analysis.claims import N_, Derived, Names
from fxreport.analysis.context import CONTROL
from fxreport.analysis.findings import Finding
from fxreport.analysis.findings.hidden_classes import CLUSTERS
from fxreport.analysis.rules.networks.layers import ALONGSIDE, PROBE, course
from fxreport.analysis.study import Study
from fxreport.report.draft import Draft, read_aloud
from fxreport.report.figures import layers, quality, shares
from fxreport.report.model import Figure
from fxreport.report.sections.filters import mosaics
from fxreport.report.sections.over_sets import rank_figure
from fxreport.report.sections.projections import maps
from fxreport.vocabulary.factors import INPUT_SIZE, PROJECTION
from fxreport.vocabulary.metrics import at

#: extractors of the figure of maps, and methods
_MOST_MAPPED, _MOST_METHODS = 3, 2
_PROBE_OF_FEATURES = "probe_accuracy"

_OF_SOME = N_(
    "Accuracy of a linear probe on each layer of {network}, tested here on {images} test images only; bars span the runs"
)
_OF_ALL = N_("Accuracy of a linear probe on each layer of {network}; bars span the runs")


def picture(draft: Draft, finding: Finding, name: str = "") -> Figure | None:
    """Draw what the finding is about, once a document: two findings may be about the same.

    Under a ``name`` of its own it is drawn whatever else the document shows.
    """
    if finding.kind not in _BY_KIND:
        return None
    shared, draw = _BY_KIND[finding.kind]
    if not name and any(figure.id == f"fig-{shared}" for figure in draft.figures):
        return None
    return draw(draft, finding, name or shared)


def _layers(draft: Draft, finding: Finding, name: str) -> Figure | None:
    """Probe accuracy through all sizes of the network that the finding is about."""
    study, subject = draft.study, draft.subjects()
    network = study.variant_by_id[finding.subjects[0]].without(INPUT_SIZE)
    shown = [v.id for v in study.sizes.get(network, ()) if v.id in subject]
    panels, runs, said = [], [], []
    for dataset in study.measured_datasets:
        found = {v: one for v in shown if (one := course(draft.context, dataset, v, PROBE)) is not None}
        if found:
            lines = tuple(layers.LayerLine(subject[v], c.astype(np.float32)) for v, (_, c) in found.items())
            panels.append(layers.LayersPanel(draft.words.dataset(dataset), "", lines))
            runs += [(run, PROBE) for of_variant, _ in found.values() for run in of_variant]
            said.append((dataset, [(v, _percents(draft, c.mean(axis=0))) for v, (_, c) in found.items()]))
    if not panels:
        return None
    images = _fewer_images(draft, shown)
    data = layers.Layers(
        tuple(panels), draft.words(N_("layer")), draft.words.metric("probe_accuracy"), decimal=draft.decimal
    )
    return draft.figure(
        name,
        data,
        layers.draw,
        caption=draft.say(
            _OF_SOME if images else _OF_ALL,
            draft.origins.of_finding(finding),
            network=Names((network,)),
            images=Derived(images, "integer"),
        ),
        alt=read_aloud(draft, said),
        datasets=(),
        arrays=runs,
    )


def _fewer_images(draft: Draft, shown: Sequence[str]) -> int:
    """On how many images layers were studied, where these are fewer than the extractors were judged by; else 0."""
    study = draft.study
    sizes: dict[str, list[int]] = {ALONGSIDE: [], draft.main: []}
    for metric, found in sizes.items():
        samples = (study.sample(d, v, metric) for d in study.measured_datasets for v in shown)
        found += [sample.n for sample in samples if sample is not None and sample.n]
    of_layers, of_all = (max(found, default=0) for found in sizes.values())
    return of_layers if of_layers < of_all else 0


def _percents(draft: Draft, shares_: np.ndarray) -> str:
    return " → ".join(draft.words.percent(float(x), 0) for x in shares_)


def _shares(draft: Draft, finding: Finding, name: str) -> Figure | None:
    """The linear probe beside the clusters matched to classes, of every extractor that has either."""
    study, subject = draft.study, draft.subjects()
    shown = _with_any(study, (_PROBE_OF_FEATURES, CLUSTERS))
    panels, said = [], []
    for dataset in draft.context.quality:
        means = {v: [study.mean(dataset, v, m) for m in (_PROBE_OF_FEATURES, CLUSTERS)] for v in shown}
        told = {
            v: ["" if x is None else draft.words.percent(x, 0) for x in both] for v, both in means.items()
        }
        values = {v: [None if x is None else 100 * x for x in both] for v, both in means.items()}
        cells = tuple(shares.SharesCell(values[v][0], values[v][1], told[v][0], told[v][1]) for v in shown)
        panels.append(shares.SharesPanel(draft.words.dataset(dataset), cells))
        said.append((dataset, [(v, " / ".join(x or "—" for x in told[v])) for v in shown if any(told[v])]))
    data = shares.Shares(
        tuple(subject[v] for v in shown),
        tuple(panels),
        axis=draft.words(N_("images classified correctly, %")),
        upper=draft.words(N_("linear probe on the features")),
        lower=draft.words(N_("clusters matched to classes")),
        decimal=draft.decimal,
    )
    return draft.figure(
        name,
        data,
        shares.draw,
        caption=draft.say(
            N_("What the features know and clusters do not show: the longer the line, the more is lost")
        ),
        alt=read_aloud(draft, said),
        metrics=(_PROBE_OF_FEATURES, CLUSTERS),
        variants=shown,
    )


def _with_any(study: Study, metrics: tuple[str, ...]) -> list[str]:
    return [
        v.id
        for v in study.variants
        if any(study.sample(d, v.id, m) for d in study.measured_datasets for m in metrics)
    ]


def _pixels(draft: Draft, finding: Finding, name: str) -> Figure | None:
    """How alike each extractor's features are to raw pixels."""
    study, subject = draft.study, draft.subjects()
    alike = {
        d: {v.id: found for v in study.variants if (found := draft.context.likeness.of(d).of(v.id, CONTROL))}
        for d in finding.datasets or tuple(draft.context.quality)
    }
    shown = [v.id for v in study.variants if any(v.id in one for one in alike.values())]
    panels, said = [], []
    for dataset, by_variant in alike.items():
        means = {v: sum(values.values()) / len(values) for v, values in by_variant.items()}
        texts = {v: draft.words.number(x, 2) for v, x in means.items()}
        cells = [
            quality.QualityCell(means[v], tuple(by_variant[v].values()), text=texts[v])
            if v in means
            else None
            for v in shown
        ]
        panels.append(quality.QualityPanel(draft.words.dataset(dataset), tuple(cells)))
        said.append((dataset, list(texts.items())))
    if not shown:
        return None
    data = quality.Quality(
        tuple(subject[v] for v in shown),
        tuple(panels),
        axis="CKA",
        labels=quality.QualityLabels(missing=draft.words(N_("not measured"))),
        decimal=draft.decimal,
    )
    return draft.figure(
        name,
        data,
        quality.draw,
        caption=draft.say(
            N_(
                "Likeness of features to raw pixels (CKA): 1 where they agree up to rotation and scale, 0 where no linear likeness is "
                "seen; small dots are runs"
            )
        ),
        alt=read_aloud(draft, said),
        datasets=(),
        arrays=[(run, "sketch") for d in alike for run in draft.context.likeness.of(d).runs],
    )


def _maps(draft: Draft, finding: Finding, name: str) -> Figure | None:
    """The best extractors of one set on the maps of which neighbours are the most and the least to be trusted."""
    study = draft.study
    for dataset in finding.datasets:
        trust = {
            method: sum(column.values()) / len(column)
            for method in study.levels(PROJECTION)
            if (column := study.column(dataset, at("trustworthiness", projection=method)))
        }
        order = sorted(trust, key=lambda m: -trust[m])
        methods = tuple(dict.fromkeys([*order[:1], *order[-1:]]))[:_MOST_METHODS]
        if shown := maps(draft, dataset, name, most=_MOST_MAPPED, methods=methods):
            return shown[0]
    return None


def _filters(draft: Draft, finding: Finding, name: str) -> Figure | None:
    """Trained filters above untrained ones of the networks that the finding is about."""
    shown = mosaics(draft, name, finding.subjects)
    return shown[0] if shown else None


def _ranks(draft: Draft, finding: Finding, name: str) -> Figure | None:
    return next(iter(rank_figure(draft, name)), None)


Drawer = Callable[[Draft, Finding, str], Figure | None]

#: by kind, the figure's name and what draws it; findings of one figure share it
_BY_KIND: Mapping[str, tuple[str, Drawer]] = {
    "small_input": ("finding-layers", _layers),
    "earlier_layers": ("finding-layers", _layers),
    "hidden_classes": ("finding-shares", _shares),
    "labels_at_hand": ("finding-shares", _shares),
    "restated_accuracy": ("finding-shares", _shares),
    "compressed_pixels": ("finding-pixels", _pixels),
    "neighbours": ("finding-maps", _maps),
    "filter_shapes": ("finding-filters", _filters),
    "mean_ranks": ("finding-ranks", _ranks),
}
