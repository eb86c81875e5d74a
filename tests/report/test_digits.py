"""Numbers of ``conclusions.json`` have the digits that are meant: equal stores give equal bytes anywhere."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from random_stores import Rows, study_of
from usual_stores import USUAL, full

from fxreport.analysis.changes import compare, read_run, record_of
from fxreport.analysis.conclude import Conclusions, conclude
from fxreport.report.export import conclusions_json
from fxreport.vocabulary.digits import difference, meant


def nudged(rows: Rows) -> Rows:
    """The rows as another interpreter's sums or another BLAS kernel leave them: a few last bits differ."""
    return [{**row, "value": row["value"] * (1 + (-1) ** i * 3e-16)} for i, row in enumerate(rows)]


@pytest.fixture(scope="module")
def studies() -> tuple[Conclusions, Conclusions]:
    """An agreement with a published value to the last digit included, whose difference is noise."""
    rows = [row for row in full(USUAL, seeds=2) if row["extractor"] in ("autoencoder", "raw_pixels")]
    rows = [{**row, "value": row["value"] / 3 if row["metric"] != "ari" else row["value"]} for row in rows]
    one, other = (conclude(study_of(each)) for each in (rows, nudged(rows)))
    return one, other


def test_the_last_bits_of_values_change_no_byte_and_make_no_edition(
    studies: tuple[Conclusions, Conclusions],
) -> None:
    texts = [conclusions_json(one) for one in studies]
    assert texts[0] == texts[1]
    runs = [read_run(json.loads(conclusions_json(one)), record_of(one.study)) for one in studies]
    assert runs[0].digest == runs[1].digest


def floats(data: Any) -> list[float]:
    if isinstance(data, float):
        return [data]
    parts = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return [one for part in parts for one in floats(part)]


def test_an_edition_with_all_digits_has_not_changed_since(studies: tuple[Conclusions, Conclusions]) -> None:
    data = json.loads(conclusions_json(studies[0]))
    assert len(floats(data)) > 100
    assert all(one == float(f"{one:.12g}") for one in floats(data))
    old = json.loads(json.dumps(data), parse_float=lambda text: float(text) * (1 + 3e-16))
    record = record_of(studies[0].study)
    run, earlier = read_run(data, record), read_run(old, record)
    assert compare(earlier, run).nothing
    assert earlier.digest == run.digest


@pytest.mark.parametrize("value", [0.1 + 0.2, 1e-300, -1.5e30, 123456789012345.0, 0.0])
def test_what_is_meant_is_the_value_to_twelve_digits(value: float) -> None:
    assert meant(value) == pytest.approx(value, rel=1e-11)
    assert meant([{"a": (value, 1, True, None, "x")}]) == [{"a": [meant(value), 1, True, None, "x"]}]
    assert math.copysign(1, meant(-0.0)) == 1
    assert difference(5.5e-17, [0.344, 0.3]) == 0
    assert difference(5.5e-17, [3e-16]) == 5.5e-17
