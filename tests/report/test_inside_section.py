"""The section of what is inside networks, made of the reference measurements: figures, table, statements."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from fxreport.analysis.conclude import conclude
from fxreport.analysis.study import Study
from fxreport.report.build import make_study
from fxreport.report.draft import Draft
from fxreport.report.figures.cache import FigureCache
from fxreport.report.model import Block, Figure, Note, Number, Section, Statements, Table, to_string
from fxreport.report.sections.internals import internals
from fxreport.report.words import Words
from fxreport.store import Store

FIGURES = (
    "filters", "filter-measures", "layers", "feature-maps-custom_cnn", "feature-maps-autoencoder",
    "reconstructions", "class-errors", "latent-walks",
)  # fmt: skip


@pytest.fixture(scope="module")
def reference(checkout: Path) -> Study:
    study = make_study(Store(str(checkout / "results")), {})
    return replace(study, load_artifacts=cache(study.load_artifacts))


@pytest.fixture(scope="module")
def draft(reference: Study, tmp_path_factory: pytest.TempPathFactory) -> Draft:
    return Draft(conclude(reference), Words("uk", reference), FigureCache(tmp_path_factory.mktemp("figures")))


@pytest.fixture(scope="module")
def section(draft: Draft) -> Section:
    return internals(draft)


def blocks(section: Section) -> list[Block]:
    return [block for child in section.children for block in child.blocks]


@pytest.mark.slow
def test_each_figure_is_small_fits_a_page_and_states_what_is_concluded(section: Section) -> None:
    figures = {block.id: block for block in blocks(section) if isinstance(block, Figure)}
    assert list(figures) == [f"fig-{name}" for name in FIGURES]
    for figure in figures.values():
        assert figure.finding, figure.id
        assert figure.drawn, figure.id
        assert len(figure.svg.encode()) < 120_000, figure.id
        height = float(ElementTree.fromstring(figure.svg).attrib["viewBox"].split()[3]) / 72 * 2.54
        assert height < 20, figure.id
        assert "…" not in "".join(ElementTree.fromstring(figure.svg).itertext()), figure.id


def test_every_sentence_is_a_claim_but_for_one_caution(draft: Draft, section: Section) -> None:
    said = {i.claim_id for b in blocks(section) if isinstance(b, Statements) for i in b.items}
    kinds = (
        "filters_weights", "filters_structure", "filters_pretrained", "filter_measures", "filter_orientation",
        "abstraction", "probe_layers", "sparsity", "class_error", "halfway",
    )  # fmt: skip
    assert said == {claim.id for claim in draft.conclusions.of(*kinds)}
    assert all("ilent" in str(draft.conclusions.rules[claim_id].__doc__) for claim_id in said)
    notes = [block for block in blocks(section) if isinstance(block, Note)]
    assert len(notes) == 1
    assert not any(isinstance(fragment, Number) for fragment in notes[0].text)


def test_the_table_has_a_row_a_layer_whose_numbers_are_those_that_were_kept(
    reference: Study, section: Section
) -> None:
    [table] = [block for block in blocks(section) if isinstance(block, Table)]
    shown = [[to_string(cell.text) for cell in row.cells] for row in table.rows]
    runs = reference.runs_of("cifar10", "custom_cnn")
    kept = [reference.load_artifacts(run.key) for run in runs]
    silent = np.mean([arrays["layers/zero_share"] for arrays in kept], axis=0)
    for number, cells in enumerate(shown[:4]):
        assert cells[:2] == [str(number + 1), str(kept[0]["layers/channels"][number])]
        assert cells[-1] == f"{100 * silent[number]:.0f}\u00a0%"
    assert shown[0][2] == "14 / 16", "of 28 and of 32 pixels"
    assert shown[3][2] == "—", "a vector has no maps"
    topics = list(dict.fromkeys(row.topic for row in table.rows))
    networks = {run.variant for run in reference.runs} - {"raw_pixels"}
    assert len(topics) == len(networks) >= 4
    assert all(
        fragment.address for row in table.rows for cell in row.cells for fragment in cell.text
        if isinstance(fragment, Number)
    )  # fmt: skip


def test_what_a_smaller_plan_did_not_look_at_is_left_out(reference: Study, tmp_path: Path) -> None:
    """The profile ``quick`` studies neither layers nor latent space, but keeps maps and reconstructions."""
    left_out = ("layers/", "latent_walk", "reconstruction_mse_by_class", "filter_", "untrained_")
    smaller = replace(
        reference,
        samples={
            c: s for c, s in reference.samples.items() if not c[2].startswith(("filter_", "last_layer_"))
        },
        load_artifacts=lambda key: {
            name: array
            for name, array in reference.load_artifacts(key).items()
            if not name.startswith(left_out)
        },
    )
    made = internals(Draft(conclude(smaller), Words("en", smaller), FigureCache(tmp_path)))
    ids = [block.id for block in blocks(made) if isinstance(block, Figure)]
    assert ids == [
        "fig-filters",
        "fig-feature-maps-custom_cnn",
        "fig-feature-maps-autoencoder",
        "fig-reconstructions",
    ]
