"""The table of results, and what was not measured below it."""

from __future__ import annotations

from pathlib import Path

import pytest
from publications import Undrawn
from random_stores import Rows, row, study_of
from usual_stores import USUAL, full

from fxreport.analysis.conclude import conclude
from fxreport.report.conclusions.results import results
from fxreport.report.draft import Draft
from fxreport.report.model import Note, Section, Table, to_string
from fxreport.report.words import Words


def section(rows: Rows, lang: str = "en") -> Section | None:
    study = study_of(rows)
    return results(Draft(conclude(study), Words(lang, study), Undrawn()))


def table_of(found: Section | None) -> list[list[str]]:
    assert found is not None
    [table] = [block for block in found.blocks if isinstance(block, Table)]
    return [
        [to_string(column.title) for column in table.columns],
        *([to_string(cell.text) for cell in one.cells] for one in table.rows),
    ]


def test_a_row_an_extractor_the_best_mean_first() -> None:
    head, *rows = table_of(section(full(USUAL)))
    assert head[:4] == ["Extractor", "ARI, MNIST", "ARI, Fashion-MNIST", "ARI, CIFAR-10"]
    means = {name: metrics["ari"] for name, metrics in USUAL.items()}
    titles = {
        "raw_pixels": "Raw pixels",
        "custom_cnn": "Custom CNN",
        "autoencoder": "Autoencoder",
        "resnet50@32": "ResNet50 32\u00a0px",
        "resnet50@96": "ResNet50 96\u00a0px",
    }
    assert [one[0] for one in rows] == [titles[n] for n in sorted(means, key=lambda n: -means[n])]


def test_of_many_sets_the_mean_stands_and_leads_to_its_row() -> None:
    sets = [f"set{i}" for i in range(6)]
    rows = [
        row(d, name, None, "kmeans", seed, "ari", value + 0.01 * i + 0.001 * seed)
        for i, d in enumerate(sets)
        for name, value in (("raw_pixels", 0.3), ("custom_cnn", 0.5))
        for seed in (0, 1, 2)
    ]
    head, first, second = table_of(section(rows))
    assert head[:2] == ["Extractor", "ARI, mean"]
    assert (first[:2], second[:2]) == (["Custom CNN", "0.526"], ["Raw pixels", "0.326"])


def test_what_is_not_measured_is_named_once_with_its_command() -> None:
    holes = [
        one
        for one in full(USUAL)
        if (one["extractor"], one["dataset"]) not in {("custom_cnn", "mnist"), ("autoencoder", "mnist")}
    ]
    found = section([*holes, row("mnist", "vgg16", 32, "kmeans", 0, "ari", 0.1)])
    assert found is not None
    [note] = [block for block in found.blocks if isinstance(block, Note)]
    text = to_string(note.text)
    assert "Custom CNN and Autoencoder on MNIST (not run)" in text
    assert "VGG16 32\u00a0px on Fashion-MNIST and CIFAR-10 (not run)" in text
    assert "fxreport run --extractors custom_cnn,autoencoder,vgg16" in text


def test_silent_where_nothing_was_measured() -> None:
    assert section([]) is None


@pytest.mark.parametrize("lang", ["en", "uk"])
def test_a_full_grid_has_no_note(lang: str, tmp_path: Path) -> None:
    found = section(full(USUAL), lang)
    assert found is not None
    assert not any(isinstance(block, Note) for block in found.blocks)
