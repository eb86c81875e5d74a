"""Findings of a newcomer's studies: a network that learned nothing, times of no consequence, few runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from publications import short
from random_stores import Rows, row, study_of

from fxreport.analysis.arrange import select, study
from fxreport.analysis.conclude import Conclusions, conclude
from fxreport.analysis.quantities.costs import seconds_per_1000_images
from fxreport.analysis.study import Run
from fxreport.report.model import Paragraph, to_string
from fxreport.report.words import Words
from fxreport.report.writers.walk import blocks

Values = Mapping[tuple[str, str], float]
ONE = "mnist"
SEEN = ("custom_cnn", "test_accuracy")


def rows(values: Values, seeds: int = 3) -> Rows:
    """(extractor, metric) → value on one set, with a spread of thousandths."""
    sized = {"efficientnet_lite0": 96}
    found = []
    for (name, metric), value in values.items():
        by = "kmeans" if metric == "ari" else ""
        for seed in range(seeds):
            found.append(row(ONE, name, sized.get(name), by, seed, metric, value * (1 + seed / 1e3)))
    return found


def kinds(made: Conclusions) -> set[str]:
    return {finding.kind for finding in made.findings}


def said(made: Conclusions, kind: str, language: str = "en") -> str:
    [found] = [f for f in made.findings if f.kind == kind]
    words = Words(language, made.study)
    parts = (found.heading, found.short, *found.body, *found.advice)
    return " ".join(to_string(words.say(m.message, m.params)) for m in parts)


@pytest.mark.parametrize(("right", "told"), [(0.11, True), (0.15, True), (0.6, False)])
def test_a_network_that_learned_next_to_nothing_is_called_so(right: float, told: bool) -> None:
    """Ten classes: one in ten is right without learning."""
    values = {("custom_cnn", "ari"): 0.05, ("raw_pixels", "ari"): 0.3, ("efficientnet_lite0", "ari"): 0.4}
    made = conclude(study_of(rows({**values, ("custom_cnn", "test_accuracy"): right})))
    assert ("learned_nothing" in kinds(made)) is told
    if told:
        text = said(made, "learned_nothing")
        assert f"right on {100 * right:.0f}% of the test images" in text
        assert "would be on 10%" in text
        assert "trained with them" not in said(made, "leaders"), "nobody boasts of being ahead of that"
    else:
        assert "ahead of what was trained with them" in said(made, "leaders")


@pytest.mark.parametrize(("learned", "told"), [(0.88, True), (0.2, False)])
def test_of_a_network_that_classifies_no_better_than_chance_only_what_is_measured_is_said(
    learned: float, told: bool
) -> None:
    """Whether it was trained, and what its features are worth, its test accuracy does not tell."""
    found = study_of(rows({("custom_cnn", "ari"): 0.05, ("raw_pixels", "ari"): 0.3, SEEN: 0.12}))
    runs = tuple(Run(f"{ONE}/custom_cnn/None/{seed}", ONE, "custom_cnn", seed, {}) for seed in range(3))
    curve = {"curve/accuracy": np.array([0.1, learned], np.float32)}
    made = conclude(replace(found, runs=runs, load_artifacts=lambda key: curve))
    for language, overfits, never in (
        ("en", "it overfits, or", "not been trained"),
        ("uk", "перенавчається", "не навчен"),
    ):
        text = said(made, "learned_nothing", language)
        assert (overfits in text) is told
        assert ("88" in text) is told
        assert never not in text
        assert "features" not in text
        assert "ознаки" not in text


def timed(fit: float, own: float, other: float, quality: float = 0.5) -> Conclusions:
    """A network trained in ``fit`` s against a pretrained one; seconds of extraction of 1,000 test images."""
    values = {
        ("custom_cnn", "ari"): quality,
        ("custom_cnn", "fit_seconds"): fit,
        ("custom_cnn", "extraction_seconds"): own,
        ("efficientnet_lite0", "ari"): 0.4,
        ("efficientnet_lite0", "extraction_seconds"): other,
        ("raw_pixels", "ari"): 0.1,
        ("raw_pixels", "extraction_seconds"): 0.0001,
    }
    return conclude(study_of(rows(values)))


def test_when_training_pays_is_told_where_somebody_would_count() -> None:
    assert "break_even" in kinds(timed(fit=100, own=0.5, other=5))
    assert "break_even" not in kinds(timed(fit=100, own=4.9, other=5)), "no faster than clocks differ"
    assert "break_even" not in kinds(timed(fit=0.01, own=0.5, other=5)), "nobody waits for the fit"
    assert "break_even" not in kinds(timed(fit=100, own=0.5, other=5, quality=0.1)), "no choice"


def rivalled(**others: tuple[float, float]) -> Conclusions:
    """A network trained in 100 s, 0.5 s a thousand images, against others: quality, seconds a thousand."""
    values = {
        ("custom_cnn", "ari"): 0.5,
        ("custom_cnn", "fit_seconds"): 100.0,
        ("custom_cnn", "extraction_seconds"): 0.5,
    }
    for name, (quality, seconds) in {"raw_pixels": (0.3, 0.0001), **others}.items():
        values |= {(name, "ari"): quality, (name, "extraction_seconds"): seconds}
    return conclude(study_of(rows(values)))


def test_training_is_weighed_against_what_nobody_would_do_without() -> None:
    assert "EfficientNet" in said(rivalled(efficientnet_lite0=(0.4, 5), vgg16=(0.35, 6)), "break_even")
    assert "EfficientNet" in said(rivalled(efficientnet_lite0=(0.4, 5), vgg16=(0.4, 6)), "break_even")
    for others, why in [
        ({"efficientnet_lite0": (0.2, 5.0)}, "worse than the control, and slower"),
        (
            {"efficientnet_lite0": (0.4, 5.0), "vgg16": (0.45, 0.4)},
            "the better one is faster too",
        ),
        (
            {"efficientnet_lite0": (0.4, 5.0), "vgg16": (0.35, 0.4)},
            "one of use is faster anyway",
        ),
    ]:
        assert "break_even" not in kinds(rivalled(**others)), why


def test_nobody_counts_images_for_a_network_that_learned_nothing() -> None:
    for right, told in [(0.9, True), (0.11, False)]:
        values = {
            ("custom_cnn", "ari"): 0.5,
            ("custom_cnn", "test_accuracy"): right,
            ("custom_cnn", "fit_seconds"): 100.0,
            ("custom_cnn", "extraction_seconds"): 0.5,
            ("efficientnet_lite0", "ari"): 0.4,
            ("efficientnet_lite0", "extraction_seconds"): 5.0,
        }
        assert ("break_even" in kinds(conclude(study_of(rows(values))))) is told


def test_runs_of_different_numbers_are_told_as_such() -> None:
    more = rows({("custom_cnn", "ari"): 0.5}, seeds=8)
    made = conclude(study_of([*rows({("raw_pixels", "ari"): 0.3}), *more]))
    text = " ".join(to_string(b.text) for b in blocks(short(made, "en")) if isinstance(b, Paragraph))
    assert "means over 3 to 8 runs" in text


def test_times_that_a_table_brings_are_added_to_features_that_were_measured() -> None:
    """Another value of what was measured replaces it, with all that belongs to it; what is new does not."""
    frame = pd.DataFrame(rows({("raw_pixels", "ari"): 0.3, ("custom_cnn", "ari"): 0.5}))
    time = pd.DataFrame(rows({("custom_cnn", "extraction_seconds"): 2.0}, seeds=1)).assign(origin="imported")
    both = pd.concat([frame, time.assign(key="import:t")])
    both = both.astype({"input_size": "Int64", "seed": "Int64", "n": "Int64"})
    made = study(select(both, [set(frame["key"])]))
    assert made.mean(ONE, "custom_cnn", "ari") == pytest.approx(0.5, rel=0.01)
    assert made.mean(ONE, "custom_cnn", "extraction_seconds") == 2.0
    assert seconds_per_1000_images(made, ONE, "custom_cnn") == 2.0
    both.loc[both["origin"] == "imported", "n"] = pd.NA
    made = study(select(both, [set(frame["key"])]))
    assert seconds_per_1000_images(made, ONE, "custom_cnn") == 2.0, "of the images that were measured"
    alone = both[both["origin"] == "imported"]
    made = study(select(pd.concat([both[both["extractor"] == "raw_pixels"], alone]), []))
    assert seconds_per_1000_images(made, ONE, "custom_cnn") is None, "nobody knows of how many"
