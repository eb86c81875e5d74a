"""A study of another field: eight compressors on five corpora, told of by their own measures.

``data/compressors.csv`` was measured once: scikit-learn's bundled data as text, a third of the rows left
out by each seed, compressed by Python's zlib, bz2 and lzma at several levels.
"""

from __future__ import annotations

import json
import math
import re
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import scipy.stats
from publications import document, short

from fxreport.analysis.arrange import study
from fxreport.analysis.conclude import Conclusions, conclude
from fxreport.report.export import conclusions_json
from fxreport.report.figures.cache import FigureCache
from fxreport.report.model import to_string
from fxreport.report.words import Words
from fxreport.report.writers.markdown import render_markdown
from fxreport.vocabulary.metrics import Metric
from fxreport.vocabulary.scenario import BUILT_IN, Scenario

TABLE = Path(__file__).parents[1] / "data" / "compressors.csv"
RATIO = Metric(
    "ratio",
    higher_is_better=True,
    titles=(("en", "compression ratio"), ("uk", "ступінь стиснення")),
)
SPEED = Metric("speed", unit="MB/s", higher_is_better=True, titles=(("en", "speed"), ("uk", "швидкість")))
SHARE = Metric("share", title="share left", higher_is_better=False, low=0, high=1)
TIME = Metric("time", title="time", unit="s/MB", higher_is_better=False)


@cache
def rows() -> pd.DataFrame:
    table = pd.read_csv(TABLE, keep_default_na=False)
    given = {
        "key": "import:compressors",
        "n": None,
        "input_size": None,
        "origin": "imported",
        "clusterer": "",
    }
    return table.assign(**given).astype({"input_size": "Int64", "n": "Int64"})


def concluded(frame: pd.DataFrame, *brought: Metric, settings: tuple[Metric, ...] = ()) -> Conclusions:
    provenance = {"import:compressors": {"metrics": [metric.to_dict() for metric in brought]}}
    return conclude(study(frame, provenance=provenance, metrics=settings))


@cache
def compressors() -> Conclusions:
    return concluded(rows(), RATIO, SPEED)


def inverted() -> pd.DataFrame:
    """The same, told by measures of which less is better: what is left, and the time of a megabyte."""
    names = {"ratio": "share", "speed": "time"}
    return rows().assign(metric=rows()["metric"].map(names), value=1 / rows()["value"])


def test_the_main_quality_is_no_time_and_no_rate_and_the_cost_is() -> None:
    made = compressors().study
    assert (made.quality, made.cost) == ("ratio", "speed")
    assert made.rising
    assert not made.cost_falls


def test_winners_places_and_rankings_are_by_the_own_measure() -> None:
    conclusions = compressors()
    means = rows()[rows()["metric"] == "ratio"].groupby(["dataset", "extractor"])["value"].mean()
    for dataset in conclusions.study.measured_datasets:
        [winner] = conclusions.of("winner", dataset=dataset)
        best = means[dataset][means[dataset] > means[dataset].max() - 1e-9]
        assert (winner.metric, set(winner.subjects)) == ("ratio", set(best.index))
        assert {f"best/{dataset}/ratio", f"best/{dataset}/speed"} <= {c.id for c in conclusions.of("best")}
        [front] = conclusions.of("pareto", dataset=dataset)
        assert {e.metric for e in front.evidence} == {"ratio", "speed"}
    assert {(r.dataset, r.metric) for r in conclusions.rankings} == {
        (d, m) for d in conclusions.study.measured_datasets for m in ("ratio", "speed")
    }
    silent = {"family", "gain", "difficulty", "input_size", "implied_ari", "index_agreement", "fastest"}
    assert not silent & {c.kind for c in conclusions.claims}


def test_what_is_recommended_is_by_the_own_measure() -> None:
    [answer] = [r for r in compressors().recommendations if r.scenario == "max_quality"]
    means = rows()[rows()["metric"] == "ratio"].groupby("extractor")["value"].mean()
    assert (answer.extractor, answer.objective) == (means.idxmax(), "ratio")
    assert answer.value == pytest.approx(means.max())


@pytest.mark.parametrize("lang", ["en", "uk"])
def test_the_document_talks_of_it_and_not_of_clusterings(lang: str, tmp_path: Path) -> None:
    text = render_markdown(document(compressors(), lang, FigureCache(tmp_path)))
    for word in ("ARI", "lustering", "ластеризац", "raw pixels", "сирих пікселів", "Custom CNN"):
        assert word not in text
    said = {
        "en": ("Compression ratio ↑", "Speed, MB/s ↑", "the highest compression ratio", "ratio and by speed"),
        "uk": ("Ступінь стиснення ↑", "Швидкість, MB/s ↑", "найвищий показник «ступінь стиснення»",
               "за показником «ступінь стиснення» та за показником «швидкість»"),
    }  # fmt: skip
    for words in said[lang]:
        assert words in text
    assert "{" not in re.sub(r"\{[ul][kn] =", "", text)


def test_less_can_be_better() -> None:
    """The same numbers inverted: the same winners and worst, by the lowest."""
    conclusions, other = concluded(inverted(), SHARE, TIME), compressors()
    assert (conclusions.study.quality, conclusions.study.cost) == ("share", "time")
    assert not conclusions.study.rising
    assert conclusions.study.cost_falls
    for kind in ("winner", "worst", "pareto"):
        for dataset in conclusions.study.measured_datasets:
            [mine], [theirs] = (c.of(kind, dataset=dataset) for c in (conclusions, other))
            assert (mine.subjects, kind == "pareto" or mine.support) == (
                theirs.subjects,
                kind == "pareto" or theirs.support,
            )
    [winner] = conclusions.of("winner", dataset="digits")
    said = to_string(Words("en", conclusions.study).say(winner.message, winner.params))
    assert said.startswith(
        "On Digits 8×8 the lowest share left, 0.165, is that of bz2_9; its lead over bz2_1 is +"
    )
    assert Words("uk", conclusions.study).say("{Highest_of}", {})[0].text == "Найнижчого"
    answers = {r.scenario: r for r in conclusions.recommendations}
    assert answers["max_quality"].extractor == "bz2_9"
    assert set(answers) == {"max_quality"}  # nobody asks for labels or natural images here


def test_less_can_be_better_in_the_whole_document(tmp_path: Path) -> None:
    text = render_markdown(document(concluded(inverted(), SHARE, TIME), "en", FigureCache(tmp_path)))
    assert "On every task (Digits 8×8, breast_cancer, diabetes, iris, and wine) the lowest share left" in text
    assert "highest share left" not in text.replace("The highest share left on", "")
    assert "Time, s/MB ↓" in text


def test_a_measure_can_be_declared_the_main_one() -> None:
    made = concluded(rows(), RATIO, SPEED, settings=(Metric("speed", role="quality"),)).study
    assert made.quality == "speed"
    assert made.metric("speed").unit == "MB/s"
    assert concluded(rows(), RATIO, SPEED, settings=(Metric("ratio", role="cost"),)).study.cost == "ratio"


def test_without_times_and_models_no_stars_are_given(tmp_path: Path) -> None:
    text = render_markdown(document(concluded(inverted(), SHARE, TIME), "en", FigureCache(tmp_path)))
    assert "stars" not in text


def test_the_export_tells_of_it_in_both_languages() -> None:
    claims = {c["id"]: c for c in json.loads(conclusions_json(compressors()))["claims"]}
    best: Any = claims["best/digits/speed"]["text"]
    assert "MB/s" in best["en"]
    assert "швидкість" in best["uk"]


def test_scenarios_seek_and_bound_any_measure() -> None:
    """The fastest that compresses enough everywhere, and the best that is fast enough everywhere: by hand."""
    fast = Scenario("fast", objective="speed", at_least={"ratio": 2.5})
    small = Scenario("small", at_least={"speed": 15})
    study = compressors().study
    answers = {r.scenario: r for r in conclude(study, (fast, small)).recommendations}
    table = rows().groupby(["metric", "extractor", "dataset"])["value"].mean().unstack()
    enough = table.loc["ratio"].min(axis=1) >= 2.5
    assert answers["fast"].extractor == table.loc["speed"].mean(axis=1)[enough].idxmax()
    assert set(answers["fast"].admissible) == set(enough[enough].index)
    quick = table.loc["speed"].min(axis=1) >= 15
    assert answers["small"].extractor == table.loc["ratio"].mean(axis=1)[quick].idxmax()
    assert {(e.extractor, e.constraint) for e in answers["small"].excluded} == {
        (v, "at_least.speed") for v in quick[~quick].index
    }
    moved = [c for c in answers["small"].changes if c.kind == "constraint" and c.what == "at_least.speed"]
    assert moved
    for change in moved:
        assert change.limit is not None
        nudged = change.limit if change.limit < 15 else change.limit * (1 + 1e-6)
        other = table.loc["speed"].min(axis=1) >= nudged
        assert change.extractor == table.loc["ratio"].mean(axis=1)[other].idxmax()


@pytest.mark.parametrize("lang", ["en", "uk"])
def test_own_scenarios_are_answered_in_the_conclusions(lang: str) -> None:
    asked = Scenario("small", {"en": "Small, at 15 MB/s", "uk": "Стисло, 15 МБ/с"}, at_least={"speed": 15})
    text = render_markdown(short(conclude(compressors().study, (*BUILT_IN, asked)), lang))
    row = rf"\| \[{re.escape(asked.title[lang])}\][^|]*\| \*\*zlib_6\*\*"
    assert re.search(row, text), "a row of table 1"
    assert f"**{asked.title[lang]}**: " in text


def lead_over(tasks: int, spread: float) -> Conclusions:
    """Two things on so many tasks; the first is ahead by one, more or less."""
    values = {
        (f"t{i:02d}", thing): 1.0 * (thing == "a") + spread * (-1) ** i * (thing == "a")
        for i in range(tasks)
        for thing in "ab"
    }
    given = {"key": "import:c", "n": None, "input_size": None, "origin": "imported", "clusterer": ""}
    frame = pd.DataFrame(
        [{"dataset": d, "extractor": v, "seed": 0, "metric": "own", "value": x, "unit": "", **given}
         for (d, v), x in values.items()]
    )  # fmt: skip
    own = Metric("own", higher_is_better=True)
    told = {"import:c": {"metrics": [own.to_dict()]}}
    return conclude(study(frame.astype({"input_size": "Int64", "n": "Int64"}), provenance=told))


def test_the_best_overall_has_an_interval_over_tasks_where_they_are_enough() -> None:
    assert lead_over(5, 0.5).of("overall") == ()
    [sure] = lead_over(8, 0.5).of("overall")
    [unsure] = lead_over(8, 3.0).of("overall")
    low = [1 + s * 0.5 * math.sqrt(8 / 7) * scipy.stats.t.ppf(0.975, 7) / math.sqrt(8) for s in (-1, 1)]
    shown: Any = sure.params
    assert [shown["low"].value, shown["high"].value] == pytest.approx(low)
    assert (sure.support, unsure.support) == ("certain", "undetermined")
    assert "that it is ahead elsewhere too is not shown" in render_markdown(short(lead_over(8, 3.0), "en"))
    assert "so few tasks say nothing of others" in render_markdown(short(lead_over(5, 0.5), "en"))


def test_who_is_not_best_by_every_metric_is_said_with_both_prices() -> None:
    mean = rows().groupby(["metric", "extractor"])["value"].mean().unstack(0)
    first, fast = mean["ratio"].idxmax(), mean["speed"].idxmax()
    [found] = [f for f in compressors().findings if f.kind == "other_metrics"]
    words = Words("en", compressors().study)
    said = " ".join(to_string(words.say(m.message, m.params)) for m in (*found.body, *found.advice))
    assert first != fast
    for name in (first, fast):
        for metric in ("ratio", "speed"):
            value = mean.loc[name, metric]
            shown = f"{value:.4g}" if value >= 10 else f"{value:.3f}"
            assert shown.replace(",", "") in said.replace(",", ""), (name, metric)
    assert f"Where speed counts, take {fast}" in said


def test_of_the_best_by_all_metrics_nothing_is_said() -> None:
    best = rows()[rows()["metric"] == "ratio"].groupby("extractor")["value"].mean().idxmax()
    its_speed = (rows()["extractor"] == best) & (rows()["metric"] == "speed")
    frame = rows().assign(value=rows()["value"].where(~its_speed, 1e6))
    assert "other_metrics" not in {f.kind for f in concluded(frame, RATIO, SPEED).findings}
