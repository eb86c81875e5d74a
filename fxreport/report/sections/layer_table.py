"""The layers of the networks in numbers: channels, size, receptive field, share of silent units."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fxreport.analysis.claims import N_
from fxreport.analysis.rules.networks.layers import ALONGSIDE, SILENT, courses
from fxreport.analysis.study import Artifacts
from fxreport.report.draft import ABSENT, Draft
from fxreport.report.model import Column, Number, Plain, Row, Table, TableCell, Text, plain


def table(draft: Draft) -> tuple[Table, ...]:
    """A row a layer of each network. Sides of maps differ between image sets and are all named."""
    rows = []
    networks = courses(draft.context, SILENT)
    datasets = tuple(dict.fromkeys(dataset for cells in networks.values() for dataset in cells))
    for variant, cells in networks.items():
        kept = {dataset: draft.context.kept(dataset, variant, SILENT)[0][1] for dataset in cells}
        counts = {shares.shape[1] for shares in cells.values()}
        for layer in range(max(counts)):
            within = [dataset for dataset, shares in cells.items() if layer < shares.shape[1]]
            facts = [
                _facts(draft, variant, layer, name, [kept[dataset] for dataset in within], within)
                for name in ("layers/channels", "layers/size", "layers/receptive_field")
            ]
            silent = [
                _silent(draft, dataset, variant, cells[dataset][:, layer])
                if dataset in within
                else TableCell(ABSENT)
                for dataset in datasets
            ]
            rows.append(
                Row((TableCell(plain(str(layer + 1))), *facts, *silent), topic=draft.words.variant(variant))
            )
    if not rows:
        return ()
    columns = (
        draft.text_column(N_("Layer")),
        draft.text_column(N_("Channels"), numeric=True),
        draft.text_column(N_("Side of the maps"), numeric=True),
        draft.text_column(N_("Receptive field, px"), numeric=True),
        *(
            Column(
                plain(draft.words(N_("Silent units, {dataset}")).format(dataset=draft.words.dataset(d))),
                numeric=True,
            )
            for d in datasets
        ),
    )
    return (
        Table(
            "table-layers",
            draft.say(
                N_(
                    "Layers of the networks: size, side of the receptive field in pixels of the input, share of silent units (activations "
                    "of zero), mean over runs; a dash: a vector without maps, a slash: image sets differ"
                )
            ),
            columns,
            tuple(rows),
        ),
    )


def _facts(
    draft: Draft, variant: str, layer: int, name: str, kept: list[Artifacts], datasets: list[str]
) -> TableCell:
    """A fact of a layer's geometry, once where it is the same on all sets."""
    values = [int(arrays[name][layer]) if name in arrays else 0 for arrays in kept]
    distinct = list(dict.fromkeys(values))
    if not any(distinct):
        return TableCell(ABSENT)
    origin = draft.origins.of_value(
        f"layers/{variant}", [draft.context.kept_of(d, variant, ALONGSIDE, "layers") for d in datasets]
    )
    text: Text = ()
    for value in distinct:
        shown = draft.words.number(value, 0)
        text = (*text, *([Plain(" / ")] if text else []), Number(shown, origin.address, origin.title))
    return TableCell(text)


def _silent(draft: Draft, dataset: str, variant: str, shares: NDArray[np.floating]) -> TableCell:
    """The mean over runs (runs,), leading to what it is the mean of."""
    origin = draft.origins.of_value(
        f"silent/{dataset}/{variant}", [draft.context.kept_of(dataset, variant, ALONGSIDE, SILENT)]
    )
    return draft.number_cell(draft.words.percent(float(shares.mean()), 0), origin)
