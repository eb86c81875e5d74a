"""What an extractor costs in full, and from how many images on another takes less time in total."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_stores import Rows, row, stores, study_of

from fxreport.analysis.quantities.price import Price, break_even, price, trained


def rows_of(variant: str, **values: float) -> Rows:
    extractor, _, size = variant.partition("@")
    return [
        row("mnist", extractor, int(size) if size else None, "", 0, metric, value)
        for metric, value in values.items()
    ]


def test_a_price_is_labels_training_extraction_and_size() -> None:
    rows = rows_of("custom_cnn", fit_seconds=20.0, extraction_seconds=0.3, model_bytes=7e5)
    assert price(study_of(rows), "custom_cnn") == Price(True, 20.0, pytest.approx(0.3), 7e5)


def test_what_is_ready_for_use_costs_no_training_and_what_is_not_known_is_none() -> None:
    study = study_of([*rows_of("vgg16@32", extraction_seconds=3.0), *rows_of("theirs", ari=0.5)])
    assert price(study, "vgg16@32") == Price(False, 0.0, pytest.approx(3.0), None)
    assert price(study, "theirs") == Price(None, None, None, None)
    assert (trained(study, "vgg16@32"), trained(study, "theirs")) == (False, None)


def test_one_that_was_trained_is_no_ready_one_whatever_its_family() -> None:
    study = study_of(rows_of("vgg16@32", fit_seconds=60.0))
    assert trained(study, "vgg16@32") is True
    assert price(study, "vgg16@32").fit_seconds == 60.0


def test_a_call_that_learns_nothing_is_no_training() -> None:
    study = study_of([*rows_of("raw_pixels", fit_seconds=2e-5), *rows_of("theirs", fit_seconds=2e-5)])
    for name in ("raw_pixels", "theirs"):
        assert (trained(study, name), price(study, name).fit_seconds) == (False, 0.0)


def test_a_mean_over_some_of_the_sets_is_none() -> None:
    rows = rows_of("custom_cnn", fit_seconds=20.0, extraction_seconds=0.3)
    rows.append(row("cifar10", "custom_cnn", None, "", 0, "fit_seconds", 10.0))
    found = price(study_of(rows), "custom_cnn", ("mnist", "cifar10"))
    assert (found.fit_seconds, found.seconds_per_1000) == (15.0, None)


@pytest.mark.parametrize(
    ("one", "other", "images"),
    [
        ((0.0, 1.25), (16.0, 0.25), 16_001),  # at 16,000 images both take 20 s
        ((16.0, 0.25), (0.0, 1.25), None),  # ever later
        ((16.0, 1.25), (0.0, 0.25), 0),  # from the first image on
        ((5.0, 1.0), (0.0, 1.0), 0),
        ((0.0, 1.0), (0.0, 1.0), None),
        ((None, 1.0), (0.0, 0.5), None),
        ((0.0, 1.0), (5.0, None), None),
        ((0.0, 1.0), (5.0, 1.0 - 1e-320), None),  # after more images than there are numbers
    ],
)
def test_break_even(
    one: tuple[float | None, float | None], other: tuple[float | None, float | None], images: int | None
) -> None:
    assert break_even(Price(None, *one, None), Price(None, *other, None)) == images


times = st.integers(0, 40).map(float)


@given(times, times, times, times)
def test_from_the_break_even_on_the_other_takes_less_time_and_before_it_not(
    fit: float, rate: float, other_fit: float, other_rate: float
) -> None:
    found = break_even(Price(None, fit, rate, None), Price(None, other_fit, other_rate, None))

    def saved(images: int) -> float:
        return (fit + images * rate / 1000) - (other_fit + images * other_rate / 1000)

    if found is None:
        assert saved(10**9) <= 0 or rate < 1.2 * other_rate, "not clearly faster"
    elif found == 0:
        assert saved(101) > 0, "before anybody counts images"
    else:
        assert found > 100
        assert saved(found + 1) > 0
        assert saved(found - 1) < 1e-9


@pytest.mark.slow
@given(stores())
def test_every_variant_of_any_store_has_a_price(rows: Rows) -> None:
    study = study_of(rows)
    for variant in study.variants:
        found = price(study, variant.id)
        assert found.labels is variant.extractor.needs_labels
        assert all(x is None or x >= 0 for x in (found.fit_seconds, found.seconds_per_1000))
