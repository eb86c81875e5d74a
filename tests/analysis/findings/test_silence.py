"""A finding without its ground is not made, and takes no other with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from numpy.typing import NDArray

from fxreport.analysis.conclude import Conclusions, conclude
from fxreport.analysis.rules import RULES
from fxreport.analysis.study import Study
from fxreport.report.build import make_study
from fxreport.report.model import to_string
from fxreport.report.words import Words
from fxreport.store import Store


@pytest.fixture(scope="module")
def study(checkout: Path) -> Study:
    found = make_study(Store(str(checkout / "results")), {})
    return replace(found, load_artifacts=cache(found.load_artifacts))


def without(study: Study, *metrics: str) -> Study:
    """The study without these metrics, at whatever level."""
    known = {metric for _, _, metric in study.samples}
    dropped = {m for m in known if any(m == name or m.endswith(f"_{name}") for name in metrics)}
    assert dropped
    return replace(study, samples={key: s for key, s in study.samples.items() if key[2] not in dropped})


def without_arrays(study: Study, *names: str) -> Study:
    def load(key: str) -> Mapping[str, NDArray[Any]]:
        return {n: a for n, a in study.load_artifacts(key).items() if n not in names}

    return replace(study, load_artifacts=cache(load))


def only(study: Study, keep: Callable[[tuple[str, str, str]], bool]) -> Study:
    """The study of the cells that ``keep`` says; nothing is known of the others."""
    samples = {key: sample for key, sample in study.samples.items() if keep(key)}
    left = {variant for _, variant, _ in samples}
    return replace(
        study,
        samples=samples,
        variants=tuple(v for v in study.variants if v.id in left),
        runs=tuple(r for r in study.runs if any(k[:2] == (r.dataset, r.variant) for k in samples)),
    )


def first_seed(study: Study) -> Study:
    samples = {
        key: replace(s, seeds=s.seeds[:1], values=s.values[:1], keys=s.keys[:1])
        for key, s in study.samples.items()
    }
    return replace(study, samples=samples, runs=tuple(r for r in study.runs if r.seed == 0))


@pytest.fixture(scope="module")
def every(study: Study) -> set[str]:
    """Kinds of the findings with nothing taken away."""
    found = kinds(study)
    assert len(found) > 12
    return found


def kinds(study: Study) -> set[str]:
    """Kinds of the findings, all of which say something in both languages."""
    made = conclude(study, (), RULES)
    told(made)
    return {finding.kind for finding in made.findings}


def told(made: Conclusions) -> None:
    for lang in ("en", "uk"):
        words = Words(lang, made.study)
        for finding in made.findings:
            assert finding.body, finding.id
            for message in (finding.heading, finding.short, *finding.body, *finding.advice, *finding.limit):
                text = to_string(words.say(message.message, message.params))
                assert text.strip(" .:;,"), finding.id
                assert not {"{", "}", "nan", "NaN", "None"} & set(text.replace("(", " ").split()), text


#: what is taken away, and nothing else goes with it → the kinds that rest on it
GROUND: dict[str, tuple[Callable[[Study], Study], set[str]]] = {
    "no probe": (lambda s: without(s, "probe_accuracy"), {"hidden_classes", "labels_at_hand"}),
    "no matched clusters": (
        lambda s: without(s, "clustering_accuracy"),
        {"hidden_classes", "labels_at_hand"},
    ),
    "no accuracy of training": (
        lambda s: without(s, "test_accuracy"),
        {"restated_accuracy", "lower_figures"},
    ),
    "no indices": (lambda s: without(s, "silhouette", "davies_bouldin"), {"indices"}),
    "no silhouette": (lambda s: without(s, "silhouette"), {"indices"}),
    "no groups on maps": (lambda s: without(s, "groups"), {"neighbours"}),
    "no trustworthiness": (lambda s: without(s, "trustworthiness"), {"neighbours"}),
    "no test of filters' shape": (lambda s: without(s, "filter_structure_p_value"), {"filter_shapes"}),
    "no test of filters' weights": (lambda s: without(s, "filter_weights_p_value"), {"filter_shapes"}),
    "no layers": (lambda s: without_arrays(s, "layers/probe_accuracy"), {"earlier_layers"}),
    "no training times": (lambda s: without(s, "fit_seconds"), {"break_even"}),
    "no sketches": (lambda s: without_arrays(s, "sketch"), {"compressed_pixels"}),
}
#: what much else goes with
MUCH: dict[str, tuple[Callable[[Study], Study], set[str]]] = {
    "no control": (lambda s: only(s, lambda k: k[1] != "raw_pixels"), {"compressed_pixels"}),
    "one size": (lambda s: only(s, lambda k: not k[1].endswith("@32")), {"small_input"}),
    "no pretrained network": (
        lambda s: only(s, lambda k: "@" not in k[1]),
        {"small_input", "earlier_layers"},
    ),
    "no network trained here": (
        lambda s: only(s, lambda k: k[1] not in ("custom_cnn", "autoencoder")),
        {"compressed_pixels", "restated_accuracy", "filter_shapes"},
    ),
    "one run": (first_seed, {"settled_places"}),
    "one extractor": (
        lambda s: only(s, lambda k: k[1] == "custom_cnn"),
        {"leaders", "settled_places", "indices", "small_input", "labels_at_hand", "break_even"},
    ),
    "one set": (lambda s: only(s, lambda k: k[0] == "mnist"), set()),
    "no ARI": (lambda s: without(s, "ari"), {"restated_accuracy", "indices", "lower_figures"}),
    "no times": (lambda s: without(s, "seconds", "images_per_second"), {"break_even"}),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", GROUND)
def test_without_its_ground_it_is_silent_and_the_others_speak(
    study: Study, every: set[str], case: str
) -> None:
    change, silent = GROUND[case]
    assert kinds(change(study)) == every - silent


@pytest.mark.parametrize("case", MUCH)
def test_with_much_taken_away_what_rests_on_it_is_silent(study: Study, case: str) -> None:
    change, silent = MUCH[case]
    assert not kinds(change(study)) & silent


def test_where_nothing_was_measured_nothing_is_found(study: Study) -> None:
    assert kinds(only(study, lambda k: False)) == set()


def test_of_the_original_nothing_is_said_where_the_study_does_not_repeat_it(study: Study) -> None:
    repeated, own = (conclude(study, (), RULES, repeats=repeats) for repeats in (True, False))
    assert {f.kind for f in repeated.findings} - {f.kind for f in own.findings} == {"lower_figures"}
    words = Words("en", study)
    said = [m for f in own.findings for m in (f.heading, f.short, *f.body, *f.advice, *f.limit)]
    assert not [m for m in said if "original" in to_string(words.say(m.message, m.params))]


def test_no_mechanism_is_told_where_the_inside_was_not_measured(study: Study) -> None:
    """The small input still ruins the network; why is not said."""
    made = conclude(
        without_arrays(study, "layers/probe_accuracy", "layers/size", "layers/zero_share"), (), RULES
    )
    [finding] = [f for f in made.findings if f.kind == "small_input"]
    words = Words("en", made.study)
    said = " ".join(to_string(words.say(m.message, m.params)) for m in (*finding.body, *finding.advice))
    assert "32 pixels" in said
    assert "reason" not in said
    assert "layer" not in said


def test_single_runs_are_called_so(study: Study) -> None:
    made = conclude(first_seed(study), (), RULES)
    assert made.findings
    certain = {f.kind for f in made.findings if f.support == "certain"}
    assert not certain & {
        "leaders",
        "small_input",
        "hidden_classes",
        "labels_at_hand",
        "compressed_pixels",
        "restated_accuracy",
    }
