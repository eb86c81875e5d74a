"""The judge of ``tox -e repro``: it must tell agreement from disagreement."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "repro"))

from spread import by_cell, disagreements, half_width

CELL = ("mnist", "raw_pixels", "", "kmeans", "ari")
REFERENCE = {CELL: {0: 0.36, 1: 0.38, 2: 0.37}}


def row(**changes: str) -> dict[str, str]:
    named = dict(zip(("dataset", "extractor", "input_size", "clusterer", "metric"), CELL, strict=True))
    return named | {"seed": "0", "unit": "", "value": "0.36"} | changes


def test_half_width_is_students_prediction_interval() -> None:
    # sd 0.01; t(0.975; 2) = 4.302653 from tables; sqrt(1 + 1/3)
    assert half_width([0.36, 0.38, 0.37]) == pytest.approx(0.01 * 4.302653 * math.sqrt(4 / 3), rel=1e-6)


@pytest.mark.parametrize("value", [0.36, 0.37, 0.321, 0.419])
def test_value_within_the_spread_agrees(value: float) -> None:
    assert disagreements(REFERENCE, {CELL: {0: value}}) == []


@pytest.mark.parametrize("value", [0.31, 0.43, math.nan])
def test_value_outside_the_spread_disagrees(value: float) -> None:
    [found] = disagreements(REFERENCE, {CELL: {0: value}})
    assert "mnist raw_pixels kmeans ari, seed 0" in str(found)


def test_without_a_spread_only_the_same_value_agrees() -> None:
    single = {CELL: {0: 0.36}}
    assert disagreements(single, {CELL: {0: 0.36}}) == []
    assert len(disagreements(single, {CELL: {0: 0.3601}})) == 1


def test_constant_cell_allows_no_other_value() -> None:
    constant = {CELL: {0: 784.0, 1: 784.0}}
    assert disagreements(constant, {CELL: {2: 784.0}}) == []
    assert len(disagreements(constant, {CELL: {2: 785.0}})) == 1


def test_cell_absent_from_the_reference_is_no_agreement() -> None:
    with pytest.raises(KeyError):
        disagreements({}, {CELL: {0: 0.36}})


def test_rows_become_cells_without_what_depends_on_the_machine() -> None:
    rows = [row(), row(seed="1", value="0.38"), row(metric="extraction_seconds", unit="second", value="1.5")]
    assert by_cell(rows) == {CELL: {0: 0.36, 1: 0.38}}
