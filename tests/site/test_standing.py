"""The browser's places, tiers and intervals are Python's: on the committed results and on made-up studies."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from browser import browser, chromium
from publications import reference
from table_studies import METRICS, Choice, choices, compared, made, question, told

from fxreport.site.table import SCRIPTS
from fxreport.site.table_data import Comparison, comparison
from fxreport.system.resources import resource

SOURCE = "".join(resource("templates", "site", name).read_text("utf-8") for name in SCRIPTS[:-1])
#: runs expressions in an engine that has loaded our script
Engine = Callable[[str], str]


def _node(expression: str) -> str:
    source = SOURCE + f"\nprocess.stdout.write({expression});\n"
    return subprocess.run(["node", "-"], input=source, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module", params=["chromium", "node"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    if request.param == "node":
        if shutil.which("node") is None:
            pytest.skip("no Node on the PATH")
        yield _node
        return
    command = chromium()
    if command is None:
        pytest.skip("no Chromium on the PATH, nor named in FXREPORT_CHROMIUM: install one")
    with browser(command, tmp_path_factory.mktemp("profile")) as page:
        page.run(SOURCE)
        yield lambda expression: str(page.run(expression))


@pytest.fixture(scope="module")
def results(checkout: Path) -> Comparison:
    return comparison(reference(checkout))


def same(of: Comparison, asked: list[Choice], engine: Engine) -> list[object]:
    answers: list[object] = json.loads(engine(question(of, asked)))
    for choice, answer in zip(asked, answers, strict=True):
        assert answer == told(of, choice), choice
    return answers


@pytest.mark.slow
def test_of_the_committed_results_every_metric_on_every_set_and_on_all(
    results: Comparison, engine: Engine
) -> None:
    rows = tuple(v.id for v in results.rows)
    asked = [
        Choice(m, some, rows) for m, sets in results.metrics.items() for some in (sets, *((d,) for d in sets))
    ]
    assert len(asked) > 100
    same(results, asked, engine)


@pytest.mark.slow
def test_of_the_committed_results_random_choices(results: Comparison, engine: Engine) -> None:
    asked = choices(results, np.random.RandomState(1), 150)
    places = [answer[0] for answer in same(results, asked, engine)]  # type: ignore[index]
    assert sum(p[4] is not None and p[4][0] < p[4][1] for of in places for p in of) > 100, (
        "intervals of width"
    )
    assert sum(a[3] == b[3] for of in places for a, b in pairwise(of)) > 100, "tiers of several"


@cache
def example(seed: int) -> tuple[Comparison, list[Choice]]:
    random = np.random.RandomState(seed)
    of = compared(made(random))
    return of, choices(of, random, 12)


@pytest.mark.slow
def test_of_made_up_studies_random_choices(engine: Engine) -> None:
    seen: dict[str, int] = dict.fromkeys(("interval", "tie", "hole", "single", "tier", *METRICS), 0)
    examples = [example(seed) for seed in range(40)]
    answers = json.loads(engine(f"JSON.stringify([{','.join(question(*one) for one in examples)}])"))
    for (of, asked), answered in zip(examples, answers, strict=True):
        for choice, (places, lacking, single) in zip(asked, json.loads(answered), strict=True):
            assert [places, lacking, single] == told(of, choice), choice
            seen[choice.metric] += 1
            seen["interval"] += any(p[4] and p[4][0] < p[4][1] for p in places)
            seen["tie"] += len({p[2] for p in places}) < len(places)
            seen["tier"] += any(p[3] and p[3] > 1 for p in places)
            seen["hole"] += bool(lacking)
            seen["single"] += bool(single)
    assert min(seen.values()) > 20, seen


def test_covariances_beyond_what_a_page_loads_leave_intervals_out_on_both_sides(
    results: Comparison, engine: Engine
) -> None:
    small = Comparison(results.context, results.rows, results.metrics, roots=100)
    assert ("ari", "mnist") in small.drawn, "the main quality comes first"
    assert ("nmi", "mnist") not in small.drawn
    assert ("silhouette", "mnist") in small.drawn, "without shared images nothing is loaded"
    asked = [
        Choice(m, small.metrics[m][:1], tuple(v.id for v in small.rows)) for m in ("ari", "nmi", "silhouette")
    ]
    _, nmi, _ = same(small, asked, engine)
    assert all(p[3] is None and p[4] is None for p in nmi[0])  # type: ignore[index]


@pytest.mark.parametrize("freedom", [1, 2, 3.7, 9, 120, 1e6])
def test_students_distribution_is_scipys(engine: Engine, freedom: float) -> None:
    from scipy.special import stdtr

    points = [-40.0, -3.2, -1e-3, 0.0, 0.4, 1.96, 4.303, 12.706, 700.0]
    found = json.loads(engine(f"JSON.stringify({points}.map(t => fxreportStatistics.student(t, {freedom})))"))
    np.testing.assert_allclose(found, stdtr(freedom, points), rtol=1e-7, atol=1e-12)


@pytest.mark.parametrize("seed", [0, 1, 2**32 - 1])
def test_random_numbers_are_numpys(engine: Engine, seed: int) -> None:
    random = np.random.RandomState(seed)
    expected = [
        random.standard_normal(700),
        *(random.chisquare(f, 700) for f in (1, 2, 3, 7)),
        random.standard_normal(3),
    ]
    found = json.loads(
        engine(
            f"""(() => {{
              const random = new fxreportStatistics.Random({seed});
              const of = (n, next) => Array.from({{ length: n }}, next);
              return JSON.stringify([of(700, () => random.normal()),
                ...[1, 2, 3, 7].map(f => of(700, () => random.chisquare(f))), of(3, () => random.normal())]);
            }})()"""
        )
    )
    for ours, numpys in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, numpys, rtol=1e-13)
