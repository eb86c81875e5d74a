"""The small figure that a finding has, by its kind; most have none."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from fxreport.analysis.claims import N_, Names
from fxreport.analysis.findings import Finding
from fxreport.analysis.rules.networks.layers import PROBE, course
from fxreport.report.draft import Draft
from fxreport.report.figures import layers
from fxreport.report.model import Figure
from fxreport.vocabulary.factors import INPUT_SIZE


def picture(draft: Draft, finding: Finding) -> Figure | None:
    """Draw what the finding is about, once a document: two findings may be about the same."""
    draw = _BY_KIND.get(finding.kind)
    made = draw(draft, finding) if draw else None
    return made


def _layers(draft: Draft, finding: Finding) -> Figure | None:
    """Probe accuracy through all sizes of the network that the finding is about."""
    name = "finding-layers"
    if any(figure.id == f"fig-{name}" for figure in draft.figures):
        return None
    study, subject = draft.study, draft.subjects()
    network = study.variant_by_id[finding.subjects[0]].without(INPUT_SIZE)
    shown = [v.id for v in study.sizes.get(network, ()) if v.id in subject]
    panels, runs = [], []
    for dataset in study.measured_datasets:
        found = {v: one for v in shown if (one := course(draft.context, dataset, v, PROBE)) is not None}
        if found:
            lines = tuple(layers.LayerLine(subject[v], c.astype(np.float32)) for v, (_, c) in found.items())
            panels.append(layers.LayersPanel(draft.words.dataset(dataset), "", lines))
            runs += [(run, PROBE) for of_variant, _ in found.values() for run in of_variant]
    if not panels:
        return None
    data = layers.Layers(
        tuple(panels), draft.words(N_("layer")), draft.words.metric("probe_accuracy"), decimal=draft.decimal
    )
    return draft.figure(
        name,
        data,
        layers.draw,
        caption=draft.say(
            N_("How often a linear probe is right on each layer of {network}, by input size"),
            network=Names((network,)),
        ),
        datasets=(),
        arrays=runs,
    )


_BY_KIND: Mapping[str, Callable[[Draft, Finding], Figure | None]] = {
    "small_input": _layers,
    "earlier_layers": _layers,
}
