"""What others give is checked before it is kept: one line, and never a traceback when it is rendered."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from running import Pixels, experiment, measured

from fxreport.datasets import load
from fxreport.measures import registry
from fxreport.measures.base import Measure, Measured, measurements
from fxreport.measures.checks import (
    MOST_BYTES,
    checked_arrays,
    checked_clusters,
    checked_inside,
    checked_plane,
    checked_values,
)
from fxreport.vocabulary.errors import FxReportError

SHAPE = (8, 8, 1)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([1], "it gave list; it must be arrays by name"),
        ({3: [1]}, "an array called 3"),
        ({"": [1]}, "an array called ''"),
        ({"../a": [1]}, "an array called '../a'"),
        ({"a\nb": [1]}, "an array called"),
        ({"a": [[1], [1, 2]]}, "it gave a that is no array"),
        ({"a": [{}]}, "it gave a of object"),
        ({"a": np.ones(3, complex)}, "it gave a of complex128"),
        ({"a": np.broadcast_to(np.float32(0), MOST_BYTES // 4 + 1)}, "67 MB of arrays; up to 67 MB are kept"),
    ],
)
def test_arrays(given: Any, message: str) -> None:
    with pytest.raises(FxReportError, match=re.escape(message)):
        checked_arrays(given, "it")


def test_arrays_that_may_be_kept() -> None:
    assert set(checked_arrays({"names": ["a", "b"], "x/y": np.ones(2), "n": 3}, "it")) == {
        "names",
        "x/y",
        "n",
    }


@pytest.mark.parametrize(
    ("name", "array", "wanted"),
    [
        ("feature_maps/a", np.ones((4, 8, 8)), "(4, height, width, channels)"),
        ("feature_maps/a", np.ones((3, 8, 8, 2)), "(4, height, width, channels)"),
        ("feature_maps/a", np.ones((4, 8, 8, 0)), "numbers and not empty"),
        ("reconstructions", np.ones((4, 9, 8, 1)), "(4, 8, 8, 1)"),
        ("filters", np.ones((3, 3, 8)), "(height, width, channels, filters)"),
        ("filters", np.full((3, 3, 1, 8), "a"), "numbers and not empty"),
        ("untrained_filters", np.ones((3, 3, 8)), "numbers (height, width, channels, filters)"),
        ("layers/names", np.ones(3), "text (layers,)"),
    ],
)
def test_arrays_that_pictures_are_drawn_from(name: str, array: Any, wanted: str) -> None:
    with pytest.raises(
        FxReportError, match=re.escape(f"gave {name} of shape {array.shape}; it must be {wanted}")
    ):
        checked_inside({name: array}, images=4, shape=SHAPE, who="it")


@pytest.mark.parametrize("name", ["labels", "test_indices", "examples", "curve/loss"])
def test_what_is_kept_already_cannot_be_replaced(name: str) -> None:
    with pytest.raises(FxReportError, match="which is kept already"):
        checked_inside({name: np.ones(3)}, images=4, shape=SHAPE, who="it")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "much", None, [1, 2]])
def test_values_are_finite_numbers(value: Any) -> None:
    with pytest.raises(FxReportError, match="which is no finite number"):
        checked_values({"a": value}, "it")
    assert checked_values({"a": np.float32(2)}, "it") == {"a": 2.0}


@pytest.mark.parametrize(
    "given", [[0, 1], [0, 1, -1], [0, 1, 0.5], [[0, 1, 2]], ["a", "b", "c"], [0, 1, 10**6]]
)
def test_clusters(given: Any) -> None:
    with pytest.raises(FxReportError, match="the clusterer mine gave"):
        checked_clusters(given, images=3, clusterer="mine")


@pytest.mark.parametrize(
    "given", [np.ones((3, 3)), np.ones((2, 2)), np.full((3, 2), np.nan), [["a", "b"]] * 3]
)
def test_planes(given: Any) -> None:
    with pytest.raises(FxReportError, match="the projection mine gave"):
        checked_plane(given, images=3, projection="mine")


def changed(**methods: Callable[..., Any]) -> Any:
    return type("Changed", (Pixels,), methods)


@pytest.mark.parametrize(
    ("extractor", "message"),
    [
        (
            changed(inspect=lambda s, x: {"reconstructions": x[:, :4]}),
            "inspect() of pixels gave reconstructions",
        ),
        (changed(inspect=lambda s, x: {"a": [object()]}), "inspect() of pixels gave a of object"),
        (
            changed(measure=lambda s, x, y: {"test_accuracy": np.nan}),
            "measure() of pixels gave test_accuracy",
        ),
        (changed(curve_={"loss": [[1, 2]]}), "curve_ of pixels gave loss of shape (1, 2)"),
        (changed(parameters_="many"), "parameters_ of pixels gave parameters = 'many'"),
    ],
)
def test_an_extraction_that_shows_the_wrong_thing_fails_in_one_line(extractor: Any, message: str) -> None:
    with pytest.raises(FxReportError, match=re.escape(message)):
        measured(experiment(), load("digits"), lambda name, **settings: extractor())


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"ari": 1.0}, "the measure mine gave dict; it must be a fxreport.measures.base.Measured"),
        (Measured((("ari", 1.0),)), "which is no fxreport.vocabulary.steps.Measurement"),  # type: ignore[arg-type]
        (Measured(measurements({"mine": np.nan})), "gave mine = nan"),
        (Measured(artifacts={"a": np.array([{}])}), "gave a of object"),
        (
            Measured(artifacts={"assignments": np.ones(3)}),
            "the array assignments, as a built-in measure does",
        ),
        (Measured(shared={"pca_2d": np.ones(3)}), "the array pca_2d, as a built-in measure does"),
    ],
)
def test_a_measure_of_a_package_is_held_to_what_can_be_kept(given: Any, message: str) -> None:
    with pytest.raises(FxReportError, match=re.escape(message)):
        registry.checked(given, Measure(name="mine", run=lambda *_, **__: given))
