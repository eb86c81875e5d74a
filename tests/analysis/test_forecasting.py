"""A table that nobody here made: 21 forecasting models on 27 data sets, one of which makes the mean."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from publications import short

from fxreport.analysis.arrange import study
from fxreport.analysis.claims import Derived, Message
from fxreport.analysis.conclude import Conclusions, conclude
from fxreport.analysis.findings import Finding
from fxreport.analysis.study import Called
from fxreport.report.writers.markdown import render_markdown
from fxreport.vocabulary.metrics import Metric

DATA = Path(__file__).parents[1] / "data" / "forecasting.csv"
CONTROL, LARGE = "seasonal_naive", "monash_covid_deaths"


def table() -> pd.DataFrame:
    return pd.read_csv(DATA)


@cache
def forecasts(*, without: str = "") -> Conclusions:
    long = table().melt(["dataset", "extractor"], var_name="metric")
    long = long[long["dataset"] != without]
    given = {"key": "import:f", "n": None, "input_size": None, "origin": "imported", "clusterer": ""}
    frame = long.assign(seed=0, unit="", **given).astype({"input_size": "Int64", "n": "Int64"})
    metrics = [
        Metric("MASE", role="quality", higher_is_better=False),
        Metric("inference_time_s", role="cost", unit="s", higher_is_better=False),
    ]
    brought = {"import:f": {"metrics": [m.to_dict() for m in metrics]}}
    made = study(frame, provenance=brought, metrics=metrics)
    return conclude(made.renamed(Called(families={CONTROL: "baseline"})))


def finding(kind: str, found: Conclusions | None = None) -> Finding | None:
    return next((f for f in (found or forecasts()).findings if f.kind == kind), None)


def told(message: Message, name: str) -> float:
    param = message.params[name]
    assert isinstance(param, Derived)
    return param.value


def means() -> pd.Series:
    return table().pivot(index="dataset", columns="extractor", values="MASE").mean()


def test_the_set_that_makes_the_mean_is_named_with_its_share() -> None:
    wide = table().pivot(index="dataset", columns="extractor", values="MASE")
    share = wide.loc[LARGE] / wide.sum()
    found = finding("one_set_decides")
    assert found is not None
    assert found.datasets == (LARGE,)
    assert [told(found.short, x) for x in ("low", "high")] == pytest.approx([share.min(), share.max()])
    assert wide.drop(LARGE).mean().idxmin() in found.subjects
    assert finding("one_set_decides", forecasts(without=LARGE)) is None


def test_who_is_first_by_mean_rank_is_said_where_the_mean_says_another() -> None:
    wide = table().pivot(index="dataset", columns="extractor", values="MASE")
    rank = wide.rank(axis=1).mean()
    first, by_rank = wide.mean().idxmin(), rank.idxmin()
    assert first != by_rank
    found = finding("mean_ranks")
    assert found is not None
    assert found.subjects == (by_rank, first)
    assert told(found.short, "rank") == pytest.approx(rank[by_rank])
    page = render_markdown(short(forecasts(), "en"))
    assert f"**By the mean {first} is first:**" in page
    assert f"by mean rank {by_rank} is first" in page
    assert "**Take" not in page


def test_what_costs_less_and_is_not_shown_to_be_worse_is_told() -> None:
    found = finding("nearly_as_good")
    assert found is not None
    first, cheap = found.subjects
    wide = table().pivot(index="dataset", columns="extractor", values="MASE")
    cost = table().groupby("extractor")["inference_time_s"].mean()
    assert first == wide.mean().idxmin()
    assert cost[cheap] <= cost[first] / 2
    wins = int((wide[cheap] < wide[first]).sum())
    assert told(found.body[0], "wins") == wins
    assert means()[cheap] < means()[CONTROL]


def test_nobody_is_sent_to_what_a_control_beats() -> None:
    worse = {name for name, mean in means().items() if mean >= means()[CONTROL] and name != CONTROL}
    assert worse
    behind = finding("behind_control")
    assert behind is not None
    assert set(behind.subjects) == {CONTROL, *worse}
    for kind in ("other_metrics", "nearly_as_good"):
        other = finding(kind)
        assert other is None or not worse & set(other.subjects)


def test_many_leaders_are_counted_not_listed() -> None:
    wide = table().pivot(index="dataset", columns="extractor", values="MASE")
    firsts = wide.idxmin(axis=1).value_counts()
    found = finding("leaders")
    assert found is not None
    assert told(found.short, "n") == len(firsts)
    page = render_markdown(short(forecasts(), "en"))
    assert max(map(len, (line for line in page.splitlines() if line.startswith("- **")))) < 400
