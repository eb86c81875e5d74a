"""Open questions: which are asked, in which order, and what is said to settle them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from exchange import FIRST, SECOND, some
from hypothesis import given
from random_stores import Rows, renamed, row, stores, study_of
from wholes import stored_plan

from fxreport.analysis.claims import UNDETERMINED
from fxreport.analysis.context import Context
from fxreport.analysis.settle import OpenQuestion, lead, open_questions, still_open
from fxreport.analysis.statistics.compare import judge
from fxreport.analysis.study import Study
from fxreport.report.build import make_study
from fxreport.store import Store
from fxreport.vocabulary.metrics import Metric


def rows_of(values: dict[tuple[str, str], Sequence[float]], size: int | None = None) -> Rows:
    """ARI a seed, by image set and extractor."""
    return [
        row(dataset, extractor, size, "kmeans", seed, "ari", value)
        for (dataset, extractor), of_cell in values.items()
        for seed, value in enumerate(of_cell)
    ]


def asked(rows: Rows) -> tuple[OpenQuestion, ...]:
    return open_questions(Context(study_of(rows)))


CLOSE = {("mnist", "custom_cnn"): [0.52, 0.58, 0.49], ("mnist", "autoencoder"): [0.48, 0.46, 0.53]}


def test_an_undetermined_first_place_is_asked_for() -> None:
    [question] = asked(rows_of(CLOSE))
    assert (question.kind, question.pair) == ("first", ("custom_cnn", "autoencoder"))
    assert question.difference == pytest.approx(0.04)
    assert (question.detectable or 0) > 0.04
    assert (question.seeds_needed or 0) > 1
    assert question.seconds is None  # nothing was told of how long it took
    assert not question.within_margin


def test_nothing_is_open_where_everything_is_told() -> None:
    settled = {("mnist", "custom_cnn"): [0.91, 0.92, 0.93], ("mnist", "autoencoder"): [0.21, 0.22, 0.24]}
    assert asked(rows_of(settled)) == ()


@pytest.mark.parametrize("rows", [[], rows_of({("mnist", "custom_cnn"): [0.5]})])
def test_one_extractor_or_none_leaves_nothing_open(rows: Rows) -> None:
    assert asked(rows) == ()


def test_single_runs_ask_how_much_runs_differ() -> None:
    [question] = asked(rows_of({cell: values[:1] for cell, values in CLOSE.items()}))
    assert (question.kind, question.pair, question.seeds_needed) == ("spread", (), 2)
    assert (question.difference, question.detectable) == (None, None)
    assert set(question.cells) == set(CLOSE)


def test_the_first_is_held_against_the_next_that_it_is_not_shown_ahead_of() -> None:
    values = {
        **CLOSE,
        ("mnist", "autoencoder"): [0.517, 0.577, 0.486],  # behind by the same in every run
        ("mnist", "vgg16"): [0.3, 0.6, 0.6],
    }
    first = next(q for q in asked(rows_of(values)) if q.kind == "first")
    assert first.pair == ("custom_cnn", "vgg16")


def test_a_smaller_lead_takes_more_seeds() -> None:
    needed = []
    for shift in (0.03, 0.01, 0.0):
        moved = {**CLOSE, ("mnist", "custom_cnn"): [x + shift for x in CLOSE["mnist", "custom_cnn"]]}
        [question] = asked(rows_of(moved))
        needed.append(question.seeds_needed)
    assert None not in needed
    assert needed == sorted(needed, key=lambda n: n or 0)
    assert needed[0] != needed[-1]


def test_what_lies_within_the_margin_is_told_and_counts_less() -> None:
    near = {**CLOSE, ("mnist", "autoencoder"): [0.52, 0.57, 0.48]}
    near["mnist", "custom_cnn"] = [0.55, 0.54, 0.49]
    [question] = asked(rows_of(near))
    assert question.within_margin
    assert question.importance == pytest.approx(0.4)


def test_of_another_metric_less_of_which_is_better_the_lead_is_still_in_favour_of_the_first() -> None:
    rows = [{**one, "metric": "perplexity", "clusterer": ""} for one in rows_of(CLOSE)]
    study = study_of(rows)
    falling = replace(
        study, brought={"perplexity": Metric("perplexity", higher_is_better=False, role="quality")}
    )
    [question] = open_questions(Context(falling))
    assert question.pair == ("autoencoder", "custom_cnn")
    assert question.difference == pytest.approx(0.04)


def test_cells_of_different_seeds_are_asked_about_too() -> None:
    rows = [one for one in rows_of(CLOSE) if (one["extractor"], one["seed"]) != ("custom_cnn", 2)]
    [question] = asked(rows)
    assert (question.seeds_needed or 0) >= 1


@some
@given(stores(always=[(FIRST, None), (SECOND, None)]))
def test_exchanging_two_extractors_exchanges_them_in_every_question(rows: Rows) -> None:
    names = {FIRST: SECOND, SECOND: FIRST}

    def seen(questions: Sequence[OpenQuestion], names: dict[str, str]) -> set[tuple[Any, ...]]:
        return {
            (
                one.kind,
                one.datasets,
                frozenset(names.get(v, v) for v in one.pair),
                round(abs(one.difference or 0.0), 9),
                round(one.detectable or 0.0, 9),
                one.seeds_needed,
                one.images_needed,
            )
            for one in questions
        }

    assert seen(asked(rows), {}) == seen(asked(renamed(rows, names)), names)


@some
@given(stores())
def test_every_question_is_open_and_stands_on_what_was_measured(rows: Rows) -> None:
    context = Context(study_of(rows))
    questions = open_questions(context)
    assert [q.importance for q in questions] == sorted((q.importance for q in questions), reverse=True)
    assert len({(q.datasets, frozenset(q.pair)) for q in questions}) == len(questions)
    for question in questions:
        assert still_open(context, question) is not None
        assert all(context.study.sample(d, v, context.main) for d, v in question.cells)
        assert question.seeds_needed is None or 1 <= question.seeds_needed <= 100
        if question.pair:
            found = lead(context, question.datasets, *question.pair)
            assert judge(found, context.margin)[1] == UNDETERMINED
            assert abs(question.difference or 0) <= (question.detectable or 0) + context.margin


def test_measuring_the_seeds_named_settles_it_most_of_the_time() -> None:
    """From a pilot whose mean and spread are the truth."""
    truth = {"custom_cnn": 0.5, "autoencoder": 0.45}
    noise = np.array([-0.035, 0.0, 0.035])
    pilot = {
        ("mnist", "custom_cnn"): (0.5 + noise).tolist(),
        ("mnist", "autoencoder"): [0.45] * 3,
    }
    [question] = asked(rows_of(pilot))
    seeds = 3 + (question.seeds_needed or 0)
    rng, settled = np.random.default_rng(0), 0
    for _ in range(300):
        runs = {("mnist", v): rng.normal(m, 0.035 * (v == "custom_cnn"), seeds) for v, m in truth.items()}
        settled += asked(rows_of({cell: x.tolist() for cell, x in runs.items()})) == ()
    assert 0.74 <= settled / 300 <= 0.9


@pytest.fixture(scope="module")
def reference(checkout: Any) -> Study:
    store = Store(str(checkout / "results"))
    return make_study(store, stored_plan(store))


def test_the_reference_measurements_name_time_and_evidence(reference: Study) -> None:
    questions = open_questions(Context(reference))
    assert questions
    for question in questions:
        assert question.evidence
        if question.seeds_needed is not None:
            runs = [
                run.provenance["wall_seconds"] for cell in question.cells for run in reference.runs_of(*cell)
            ]
            least, most = min(runs) * len(question.cells), max(runs) * len(question.cells)
            assert least <= (question.seconds or 0) / question.seeds_needed <= most
