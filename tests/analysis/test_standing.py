"""Places among any rows: what rules and rankings say of the whole study, and what must hold of every part."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from publications import reference
from random_stores import Rows, row, stores, study_of
from table_studies import choices, compared, made

from fxreport.analysis.context import Context
from fxreport.analysis.quantities.ranking import rankings
from fxreport.analysis.quantities.standing import margin, standing
from fxreport.analysis.rules.quality.places import places
from fxreport.analysis.statistics.compare import BETTER, WORSE, compare


@st.composite
def parts(draw: st.DrawFn) -> tuple[Context, str, tuple[str, ...], tuple[str, ...]]:
    """A study, a metric that ranks, some sets and some rows."""
    study = study_of(draw(stores()))
    metric = draw(
        st.sampled_from([m for m in study.metrics() if study.metric(m).higher_is_better is not None])
    )
    sets = draw(st.sets(st.sampled_from(study.measured_datasets), min_size=1))
    rows = draw(st.sets(st.sampled_from([v.id for v in study.variants])))
    order = [v.id for v in study.variants if v.id in rows]
    return Context(study), metric, tuple(d for d in study.measured_datasets if d in sets), tuple(order)


@pytest.mark.slow
@given(parts())
def test_who_is_ranked_has_all_sets_and_a_place(
    part: tuple[Context, str, tuple[str, ...], tuple[str, ...]],
) -> None:
    context, metric, sets, rows = part
    found = standing(context, metric, sets, rows)
    ranked = [p.variant for p in found.places]
    assert sorted([*ranked, *found.lacking]) == sorted(rows)
    for variant, absent in found.lacking.items():
        assert absent == tuple(d for d in sets if context.study.sample(d, variant, metric) is None) != ()
    up = 1 if context.study.metric(metric).higher_is_better else -1
    for position, (one, other) in enumerate(pairwise(found.places), start=1):
        close = math.isclose(one.value, other.value, rel_tol=1e-9, abs_tol=1e-12)
        assert close or up * one.value > up * other.value
        assert other.place == (one.place if close else position + 1)
    assert (found.places[0].place if ranked else 1) == 1
    runs = {v: min(len(context.study.samples[d, v, metric].seeds) for d in sets) for v in ranked}
    assert set(found.single) == {v for v, least in runs.items() if least == 1}
    for p in found.places:
        assert (p.group is None) == (p.interval is None) == bool(found.single)
        if p.interval is not None:
            assert 1 <= p.interval.low <= p.interval.high <= p.interval.count == len(ranked)


@pytest.mark.slow
@given(parts())
def test_a_tier_is_parted_by_what_is_shown_and_by_nothing_else(
    part: tuple[Context, str, tuple[str, ...], tuple[str, ...]],
) -> None:
    context, metric, sets, rows = part
    study, dataset = context.study, sets[0]
    found = standing(context, metric, (dataset,), rows)
    if found.single or not found.places:
        return
    ahead = BETTER if study.metric(metric).higher_is_better else WORSE
    first, group = found.places[0], 1
    for p in found.places[1:]:
        verdict = compare(
            study, context.influences, dataset, first.variant, p.variant, metric, margin(context, metric)
        ).outcome
        if verdict == ahead:
            first, group = p, group + 1
        assert p.group == group, (first, p, verdict)


@pytest.mark.slow
@given(stores())
@settings(max_examples=40)
def test_of_a_whole_study_places_are_those_of_its_rankings(rows: Rows) -> None:
    study = study_of(rows)
    context = Context(study)
    for ranking in rankings(study):
        found = standing(context, ranking.metric, (ranking.dataset,), [v.id for v in study.variants])
        assert {p.variant: p.place for p in found.places} == {r.extractor: r.rank for r in ranking.order}
        assert {p.variant: p.value for p in found.places} == {r.extractor: r.value for r in ranking.order}


@pytest.mark.slow
@given(parts(), st.randoms())
def test_the_order_in_which_rows_are_given_decides_nothing(
    part: tuple[Context, str, tuple[str, ...], tuple[str, ...]], random: object
) -> None:
    context, metric, sets, rows = part
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = (standing(context, metric, sets, order) for order in (rows, shuffled))
    assert {p.variant: (p.place, p.interval) for p in one.places} == {
        p.variant: (p.place, p.interval) for p in other.places
    }


def test_of_the_committed_results_intervals_are_those_of_the_rule(checkout: Path) -> None:
    context = reference(checkout).context
    for dataset in context.quality:
        rule = places(context, dataset)
        assert rule is not None
        rows = [v.id for v in context.study.variants]
        found = standing(context, context.main, (dataset,), rows)
        assert {p.variant: p.interval for p in found.places} == dict(rule.intervals)


def test_fewer_rivals_make_no_place_worse() -> None:
    checked = 0
    for seed in range(20):
        random = np.random.RandomState(seed)
        of = compared(made(random))
        for choice in choices(of, random, 5):
            whole = of.standing(choice.metric, choice.datasets, choice.variants)
            known = {p.variant: p for p in whole.places}
            for left_out in known:
                rest = [v for v in choice.variants if v != left_out]
                for p in of.standing(choice.metric, choice.datasets, rest).places:
                    before = known[p.variant]
                    assert p.place in (before.place, before.place - 1)
                    if p.interval and before.interval:
                        assert before.interval.low - 1 <= p.interval.low <= before.interval.low
                        assert before.interval.high - 1 <= p.interval.high <= before.interval.high
                        checked += 1
    assert checked > 100


def test_practically_equal_is_one_tier_of_the_main_quality_and_of_nothing_else() -> None:
    """A lead of 0.01 in every run is shown, and matters to no one who asks for ARI."""
    values = {"raw_pixels": (0.500, 0.501, 0.502), "custom_cnn": (0.490, 0.4912, 0.492)}
    study = study_of(
        [
            row("mnist", name, None, "kmeans", seed, metric, value)
            for metric in ("ari", "silhouette")
            for name, runs in values.items()
            for seed, value in enumerate(runs)
        ]
    )
    context = Context(study)
    for metric, tiers in {"ari": [1, 1], "silhouette": [1, 2]}.items():
        assert compare(study, context.influences, "mnist", *values, metric, 0.0).outcome == BETTER
        assert [p.group for p in standing(context, metric, ("mnist",), tuple(values)).places] == tiers
