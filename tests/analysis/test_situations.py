"""The distinct answers: none repeats, each covers what it says, and nothing is said without ground."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations, product
from pathlib import Path

import pytest
from exchange import some
from hypothesis import given
from random_stores import Rows, row, stores, study_of

from fxreport.analysis.claims import Message
from fxreport.analysis.context import Context
from fxreport.analysis.recommend.situations import (
    FAST,
    FREE,
    MOST,
    QUICK,
    UNTRAINED,
    Grid,
    Situation,
    situations,
)
from fxreport.report.build import make_study
from fxreport.report.model import to_string
from fxreport.report.words import Words
from fxreport.store import Store


def found_in(rows: Rows) -> tuple[Situation, ...]:
    return situations(Context(study_of(rows)))


def said(rows: Rows, message: Message, lang: str = "en") -> str:
    return to_string(Words(lang, study_of(rows)).say(message.message, message.params))


def steady(metric: str, values: Mapping[str, Mapping[str, float]]) -> Rows:
    """Data set → variant → value, three runs each; of ARI those of k-means."""
    rows = []
    for dataset, of_set in values.items():
        for variant, value in of_set.items():
            name, _, size = variant.partition("@")
            for seed, x in enumerate((value, value + 0.001, value - 0.001)):
                clusterer = "kmeans" if metric == "ari" else ""
                rows.append(
                    row(dataset, name, int(size) if size else None, clusterer, seed, metric, max(x, 0.0))
                )
    return rows


VALUES = {"raw_pixels": 0.3, "custom_cnn": 0.5, "autoencoder": 0.35, "vgg16@32": 0.4, "resnet50@96": 0.2}
TIMES = {"raw_pixels": 0.001, "custom_cnn": 0.1, "autoencoder": 0.05, "vgg16@32": 3.0, "resnet50@96": 9.0}
PROBES = {"raw_pixels": 0.6, "custom_cnn": 0.7, "autoencoder": 0.5, "vgg16@32": 0.9, "resnet50@96": 0.8}
SETS = ("mnist", "fashion_mnist", "cifar10")


def usual() -> Rows:
    return [
        *steady("ari", dict.fromkeys(SETS, VALUES)),
        *steady("extraction_seconds", dict.fromkeys(SETS, TIMES)),
        *steady("probe_accuracy", dict.fromkeys(SETS, PROBES)),
    ]


def test_each_distinct_answer_is_one_row_with_its_conditions_joined() -> None:
    found = found_in(usual())
    assert [(said(usual(), s.conditions), s.choice, s.objective) for s in found] == [
        ("with labels", "vgg16@32", "accuracy"),
        ("without labels", "vgg16@32", "ari"),
        (
            "with labels, if extraction must take at most 0.5\u00a0s per thousand images",
            "custom_cnn",
            "accuracy",
        ),
        (
            "without labels, if extraction must take at most 0.5\u00a0s per thousand images",
            "autoencoder",
            "ari",
        ),
    ]
    assert said(usual(), found[2].conditions, "uk").startswith(
        "з мітками, якщо виділення ознак має тривати не довше ніж 0,5"
    )
    assert found[0].second == ("resnet50@96",)
    assert found[0].second_value == pytest.approx(0.8)


def test_photographs_have_a_row_of_their_own_where_their_answer_differs() -> None:
    rows = [r for r in usual() if (r["dataset"], r["metric"]) != ("cifar10", "probe_accuracy")]
    rows += steady("probe_accuracy", {"cifar10": {**PROBES, "vgg16@32": 0.8, "resnet50@96": 0.95}})
    found = {said(rows, s.conditions): s for s in found_in(rows)}
    assert found["with labels, photographs"].choice == "resnet50@96"
    assert found["with labels, photographs"].datasets == ("cifar10",)
    assert "with labels" not in found
    assert found["with labels, mixed images"].on_photographs is None
    assert found["without labels"].on_photographs is not None


def test_without_labels_facts_nothing_is_said_of_labels() -> None:
    rows = steady("ari", {"a": {"one": 0.5, "two": 0.4}, "b": {"one": 0.6, "two": 0.3}})
    [only] = found_in(rows)
    assert (only.choice, only.price.labels, said(rows, only.conditions)) == (
        "one",
        None,
        "the highest ARI is wanted",
    )


def test_where_accuracy_was_not_measured_labels_or_not_may_be_one_answer() -> None:
    rows = steady("ari", {d: {"vgg16@32": 0.6, "custom_cnn": 0.4} for d in SETS})
    assert said(rows, found_in(rows)[0].conditions) == "with labels or without"


def test_nothing_measured_has_no_situation() -> None:
    assert found_in([row("mnist", "a", None, "", 0, "dimension", 64.0)]) == ()
    assert situations(Context(study_of([]))) == ()


@some
@given(stores())
def test_situations_of_any_store(rows: Rows) -> None:
    context = Context(study_of(rows))
    found, grid = situations(context), Grid.of(context)
    cells = [(c.labels, c.natural, c.limit) for s in found for c in s.cases]
    assert len(found) <= MOST
    assert len(set(cells)) == len(cells), "no situation repeats"
    assert set(cells) <= set(product(grid.labels, grid.natural, grid.limits))
    for one, other in combinations(found, 2):
        assert (one.choice, one.objective) != (other.choice, other.objective), "equal answers are merged"
        assert one.conditions != other.conditions
    means = context.study.mean
    for s in found:
        assert {c.answer.extractor for c in s.cases} == {s.choice}
        measured = [means(d, s.choice, s.metric) for d in s.datasets]
        assert None not in measured, "nothing is said with missing ground"
        assert s.value == pytest.approx(sum(x or 0.0 for x in measured) / len(measured))
        assert s.firm <= all(c.answer.firm for c in s.cases)
        assert {e.extractor for e in s.evidence} <= {s.choice, *s.equals, *s.second}
        assert all(means(e.dataset, e.extractor, e.metric) == pytest.approx(e.value) for e in s.evidence)
        for case in s.cases:
            facts = context.study.variant_by_id[s.choice].extractor
            assert case.labels or facts.needs_labels is False
            assert case.limit != UNTRAINED or facts.family in ("baseline", "pretrained")
            if case.limit == QUICK:
                slowest = max(means(d, s.choice, "extraction_seconds") or 0.0 for d in case.datasets)
                assert slowest <= FAST, "of a thousand images"


@some
@given(stores())
def test_conditions_name_the_cases_and_no_others(rows: Rows) -> None:
    """Within no limit is what a reader takes for granted; what is the same for all kinds is not said."""
    context = Context(study_of(rows))
    grid = Grid.of(context)
    for s in situations(context):
        text = said(rows, s.conditions)
        limits, natural = {c.limit for c in s.cases}, {c.natural for c in s.cases}
        assert ("no network" in text or "extraction must" in text) <= bool(limits - {FREE})
        assert ("photographs" in text) <= (True in natural)
        if FREE not in limits:
            assert "no network" in text or "extraction must" in text
        if len(grid.labels) > 1 and {c.labels for c in s.cases} == {False}:
            assert "without labels" in text


def test_the_committed_results(checkout: Path) -> None:
    """A linear probe decides with labels: 0.854 against the 0.772 of the network that clusters follow."""
    study = make_study(Store(str(checkout / "results")), {})
    found = situations(Context(study))
    first = found[0]
    assert (first.choice, first.objective, first.second) == (
        "efficientnet_lite0@96",
        "accuracy",
        ("custom_cnn",),
    )
    assert (first.value, first.second_value) == (
        pytest.approx(0.854, abs=5e-4),
        pytest.approx(0.772, abs=5e-4),
    )
    assert [(c.what, c.extractor) for c in first.cases[0].answer.changes] == [("cifar10", "custom_cnn")]
    assert not first.firm
