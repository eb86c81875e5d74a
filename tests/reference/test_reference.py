"""The published figures: complete, sourced, and equal to what the original document prints."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from fxreport.reference import Published, literature, original, sources
from fxreport.vocabulary.catalog import DATASETS, EXTRACTORS
from fxreport.vocabulary.metrics import NAMES

ROOT = Path(__file__).resolve().parents[2]
SHARED = next((p for p in (ROOT.parent / "shared", Path("/work/shared")) if p.is_dir()), None)
PRETRAINED = {"vgg16", "resnet50", "mobilenet_v2"}
# The original's column headings and names, and ours.
COLUMNS = {
    "Розмірність": "dimension",
    "Час (s)": "extraction_seconds",
    "Silhouette ↑": "silhouette",
    "Davies-Bouldin ↓": "davies_bouldin",
    "ARI ↑": "ari",
    "NMI ↑": "nmi",
}
TITLES = {facts.title: facts.name for facts in (*DATASETS.values(), *EXTRACTORS.values())}


def tables_of(document: str) -> dict[tuple[str, str, str], float]:
    """Read (dataset, extractor, metric) → value from the tables that have all of the original's columns."""
    found: dict[tuple[str, str, str], float] = {}
    dataset, header = "", None
    for line in document.splitlines():
        if heading := re.match(r"#+ Таблиця \d+: ([\w-]+)", line):
            dataset = TITLES[heading[1]]
        if not line.startswith("|"):
            header = None
            continue
        cells = [cell.strip(" *") for cell in line.strip("|").split("|")]
        if header is None:
            header = cells
        elif set(COLUMNS) <= set(header) and not cells[0].startswith("-"):
            row = dict(zip(header, cells, strict=True))
            extractor = TITLES[row["Екстрактор"]]
            found |= {(dataset, extractor, ours): float(row[theirs]) for theirs, ours in COLUMNS.items()}
    return found


def test_original_has_every_cell_of_its_three_tables_once() -> None:
    cells = Counter((row.dataset, row.extractor, row.metric) for row in original())
    extractors = {"custom_cnn", "autoencoder"} | PRETRAINED
    assert set(cells) == {
        (dataset, extractor, metric)
        for dataset in ("mnist", "fashion_mnist", "cifar10")
        for extractor in extractors
        for metric in COLUMNS.values()
    }
    assert set(cells.values()) == {1}


def test_original_fed_the_pretrained_networks_32_pixels_and_no_other() -> None:
    for row in original():
        assert row.input_size == (32 if row.extractor in PRETRAINED else None), row


@pytest.mark.skipif(
    SHARED is None or not (SHARED / "seed/conclusions_uk.md").is_file(),
    reason="the original document is not beside this checkout (../shared/seed/conclusions_uk.md)",
)
def test_original_equals_the_document() -> None:
    assert SHARED is not None
    printed = tables_of((SHARED / "seed/conclusions_uk.md").read_text(encoding="utf-8"))
    assert len(printed) == 90
    assert {(row.dataset, row.extractor, row.metric): row.value for row in original()} == printed


def test_table_reader_sees_bold_cells_and_skips_other_tables() -> None:
    document = """### Таблиця 1: CIFAR-10 (…)
| Екстрактор | Розмірність | Час (s) | Silhouette ↑ | Davies-Bouldin ↓ | ARI ↑ | NMI ↑ |
|---|---|---|---|---|---|---|
| **Custom CNN** | **256** | 0.75 | 0.216 | 1.226 | **0.073** | 0.138 |

| Екстрактор | ARI |
|---|---|
| VGG16 | 0.9 |
"""
    cells = tables_of(document)
    assert len(cells) == 6
    assert cells["cifar10", "custom_cnn", "ari"] == 0.073


@pytest.mark.parametrize("row", [*original(), *literature()], ids=lambda row: f"{row.source}-{row.metric}")
def test_every_figure_is_sourced_known_and_in_range(row: Published) -> None:
    assert row.source in sources()
    assert row.dataset in DATASETS
    assert row.extractor in EXTRACTORS
    assert row.metric in NAMES
    assert row.n is None or row.n > 0
    low, high = {
        "dimension": (1, 1e5),
        "extraction_seconds": (0, 1e3),
        "silhouette": (-1, 1),
        "davies_bouldin": (0, 1e2),
        "ari": (-0.5, 1),
    }.get(row.metric, (0, 1))
    assert low < row.value < high


def test_literature_has_raw_pixels_for_the_three_sets_and_no_figure_twice() -> None:
    rows = literature()
    assert len({(r.dataset, r.extractor, r.metric, r.n, r.source) for r in rows}) == len(rows)
    raw = {(r.dataset, r.metric) for r in rows if r.extractor == "raw_pixels"}
    for dataset in ("mnist", "fashion_mnist", "cifar10"):
        assert {(dataset, "nmi"), (dataset, "clustering_accuracy")} <= raw
    # no source was seen for raw pixels' ARI on Fashion-MNIST
    assert {d for d, metric in raw if metric == "ari"} == {"mnist", "cifar10"}


def test_sources_are_all_used_and_say_where() -> None:
    assert {row.source for row in (*original(), *literature())} == set(sources())
    for key, source in sources().items():
        assert source.key == key
        assert source.title
        assert source.address or source.venue
        assert source.year is None or 1990 < source.year < 2100


def test_importing_loads_nothing_of_ours_and_nothing_heavy() -> None:
    code = (
        "import sys; before = set(sys.modules); import fxreport.reference as r; r.original(); r.literature();"
        "r.sources(); print(*sorted({m.partition('.')[0] for m in set(sys.modules) - before}));"
        "print(*(m for m in sys.modules if m.startswith('fxreport')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=30
    )
    roots, ours = done.stdout.splitlines()
    assert not {"numpy", "pandas", "tensorflow", "sklearn"} & set(roots.split())
    assert set(ours.split()) <= {
        "fxreport",
        "fxreport.reference",
        "fxreport.vocabulary.errors",
        "fxreport.vocabulary.experiment",
    }
