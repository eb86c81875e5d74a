"""Many runs: linear in counted operations, bounded in memory."""

from __future__ import annotations

import tracemalloc

from counting import growth
from random_stores import Rows, row, study_of

from fxreport.analysis.context import Context
from fxreport.analysis.recommend.sensitivity import MOST_LEFT_OUT, contexts_without_seeds
from fxreport.analysis.statistics.bootstrap import Draws


def runs(seeds: int) -> Rows:
    return [
        row("mnist", name, None, "kmeans", seed, "ari", place / 10 + seed % 97 / 9700)
        for seed in range(seeds)
        for place, name in enumerate("abc", start=1)
    ]


def test_leaving_out_each_run_is_linear_and_bounded() -> None:
    def leave_out(seeds: int) -> None:
        for context in contexts_without_seeds(Context(study_of(runs(seeds)))).values():
            context.study.mean("mnist", "a", "ari")

    assert contexts_without_seeds(Context(study_of(runs(MOST_LEFT_OUT))))
    assert growth(leave_out, MOST_LEFT_OUT + 1) < 2.5


def test_draws_of_many_runs_take_no_more_memory() -> None:
    def peak(seeds: int) -> int:
        context = Context(study_of(runs(seeds)))
        draws = Draws(context.study, context.influences, replicates=10_000)
        tracemalloc.start()
        try:
            draws.of("mnist")
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(400) < 2 * peak(100)
