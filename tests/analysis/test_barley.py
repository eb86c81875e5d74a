"""A table that nobody here made: ten varieties of barley at six sites in two years (``data/barley.csv``)."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
import scipy.stats
from publications import short

from fxreport.analysis.arrange import study
from fxreport.analysis.claims import Message
from fxreport.analysis.conclude import Conclusions, conclude
from fxreport.analysis.findings import Finding
from fxreport.report.model import Figure, Note, Paragraph, Table, to_string
from fxreport.report.words import Words
from fxreport.report.writers.walk import blocks
from fxreport.vocabulary.metrics import Metric
from fxreport.vocabulary.scenario import BUILT_IN, Scenario
from fxreport.vocabulary.subject import Called

TABLE = Path(__file__).parents[1] / "data" / "barley.csv"
YIELD = Metric("yield", unit="bu/ac", higher_is_better=True, low=0)
#: what a farmer may ask: one that many meet, and one that nobody does
SAFE = Scenario("safe", {"en": "No bad year", "uk": "Без поганого року"}, at_least={"yield": 24})
WONDER = Scenario("wonder", {"": "Wonder"}, at_least={"yield": 90})


@cache
def table() -> pd.DataFrame:
    return pd.read_csv(TABLE)


@cache
def means() -> pd.DataFrame:
    """Varieties by site."""
    return table().pivot_table(index="extractor", columns="dataset", values="value")


def concluded(frame: pd.DataFrame, *scenarios: Scenario) -> Conclusions:
    given = {"key": "import:barley", "n": None, "input_size": None, "origin": "imported", "clusterer": ""}
    frame = frame.assign(unit="bu/ac", **given).astype({"input_size": "Int64", "n": "Int64"})
    provenance = {"import:barley": {"metrics": [YIELD.to_dict()]}}
    return conclude(study(frame, provenance=provenance), (*BUILT_IN, *scenarios))


@cache
def barley() -> Conclusions:
    return concluded(table())


def told(made: Conclusions, kind: str, lang: str = "en") -> str:
    [found] = [f for f in made.findings if f.kind == kind]
    words = Words(lang, made.study)
    return " ".join(to_string(words.say(m.message, m.params)) for m in messages(found))


def messages(found: Finding) -> list[Message]:
    return [found.heading, found.short, *found.body, *found.advice, *found.limit]


def test_how_alike_the_sites_rank_is_kendalls_w_and_the_odd_one_is_named() -> None:
    ranks = means().rank(ascending=False)
    chi, _ = scipy.stats.friedmanchisquare(*means().to_numpy())
    said = told(barley(), "agreement")
    assert f"is {chi / (6 * 9):.2f}" in said
    assert "alike only in part" in said
    rho = {
        site: scipy.stats.spearmanr(ranks[site], ranks.drop(columns=site).mean(axis=1)).statistic
        for site in ranks
    }
    site = min(rho, key=lambda s: rho[s])
    assert f"order on {site} is least like" in said
    assert f"{rho[site]:.2f}".replace("-", "−") in said


def test_sites_of_one_order_rank_alike_and_sites_of_none_do_not() -> None:
    orders = {"alike": list(range(10)), "none": [3, 9, 0, 7, 1, 8, 2, 6, 4, 5]}
    names = list(means().index)
    said = {}
    for name, order in orders.items():
        moved = {}
        for place, site in enumerate(means().columns):
            given = order if name == "alike" else [(x * (place + 2) + 3 * place) % 11 for x in order]
            for variety, value in zip(names, given, strict=True):
                moved[site, variety] = float(value)
        cells = table()[["dataset", "extractor", "seed"]].to_numpy()
        made = concluded(table().assign(value=[moved[d, e] + seed / 10 for d, e, seed in cells]))
        said[name] = told(made, "agreement")
    assert "rank the methods alike: Kendall’s W is 1.00" in said["alike"]
    assert "do not agree on an order" in said["none"]


@pytest.mark.parametrize("lang", ["en", "uk"])
def test_all_sites_are_told_as_such_and_the_first_figure_has_one_panel(lang: str) -> None:
    made = short(barley(), lang)
    assert {"en": "all six tasks", "uk": "всіх шести задачах"}[lang] in made.subtitle
    [figure] = [b for b in blocks(made) if isinstance(b, Figure) and b.id == "fig-answer"]
    best = means().mean(axis=1).idxmax()
    assert figure.alt.startswith(best)
    assert figure.alt.count(";") == 9
    text = " ".join(to_string(b.text) for b in blocks(made) if isinstance(b, Paragraph))
    assert not re.search(r"\d[.,]\d{3}\b", re.sub(r"0[.,]\d{3}|[−+]\d[.,]\d{3}", "", text)), "digits enough"


@pytest.mark.parametrize("lang", ["en", "uk"])
def test_what_somebody_asks_has_a_row_of_table_1_and_reasons(lang: str) -> None:
    made = concluded(table(), SAFE, WONDER)
    document = short(made, lang)
    [first] = [b for b in blocks(document) if isinstance(b, Table) and b.id == "table-situations"]
    rows_ = {to_string(row.cells[0].text): [to_string(c.text) for c in row.cells[1:]] for row in first.rows}
    safe, wonder = SAFE.title[lang], WONDER.title[""]
    # on every site at least 24 on average over the years
    fit = means()[(means() >= 24).all(axis=1)]
    best = fit.mean(axis=1).idxmax()
    assert rows_[safe][0] == best
    assert rows_[wonder][0] == "—"
    said = {
        to_string(block.text).partition(":")[0]: to_string(block.text)
        for block in blocks(document)
        if isinstance(block, Paragraph)
    }
    assert best in said[safe]
    assert "24" in said[safe], "on what condition"
    assert "90" in said[wonder]
    situations = made.situations
    assert [s.asked for s in situations if s.asked] == ["safe"]
    assert not any(s.asked for s in barley().situations)


@pytest.mark.parametrize("lang", ["en", "uk"])
def test_a_hole_and_a_lost_repeat_are_told_and_what_was_measured_stays(lang: str) -> None:
    """One variety without a site, another with a year alone at one: nobody finds that out by himself."""
    frame = table()
    lost = (frame["extractor"] == "Velvet") & (frame["dataset"] == "Duluth")
    once = (frame["extractor"] == "Glabron") & (frame["dataset"] == "Morris") & (frame["seed"] == 1)
    document = short(concluded(frame[~lost & ~once]), lang)
    notes = " ".join(to_string(b.text) for b in blocks(document) if isinstance(b, Note))
    assert re.search(r"Velvet (on|на) Duluth", notes)
    assert re.search(r"Glabron (on|на) Morris", notes)
    [measured] = [b for b in blocks(document) if isinstance(b, Table) and b.id == "table-measurements"]
    [velvet] = [row for row in measured.rows if to_string(row.cells[0].text) == "Velvet"]
    assert [to_string(c.text) for c in velvet.cells].count("—") == 1
    [figure] = [b for b in blocks(document) if isinstance(b, Figure) and b.id == "fig-answer"]
    assert "Velvet" in to_string(figure.caption)
    assert "Velvet" not in figure.alt


def test_many_sites_are_tables_that_paper_holds() -> None:
    frame = pd.concat(
        [table().assign(dataset=table()["dataset"] + f" {field}") for field in ("east", "west", "north")]
    )
    document = short(concluded(frame), "en")
    found = [b for b in blocks(document) if isinstance(b, Table) and b.id.startswith("table-measurements")]
    assert [len(b.columns) - 1 for b in found] == [8, 8, 2]
    shown = [to_string(column.title) for b in found for column in b.columns[1:]]
    assert sorted(shown) == sorted(frame["dataset"].unique())
    ids = [row.id for b in found for row in b.rows if row.id]
    assert len(ids) == len(set(ids))


def test_of_a_control_nothing_is_advised() -> None:
    """A control that costs nothing wins by cost: that is what it is for."""
    cost = table().assign(metric="cost", value=table()["value"] * 2)
    cost.loc[cost["extractor"] == "Svansota", "value"] = 0.5
    brought = [
        replace(YIELD, role="quality").to_dict(),
        Metric("cost", unit="$", higher_is_better=False).to_dict(),
    ]
    given = {"key": "import:b", "n": None, "input_size": None, "origin": "imported", "clusterer": ""}
    frame = pd.concat([table(), cost]).assign(unit="", **given).astype({"input_size": "Int64", "n": "Int64"})
    made = study(frame, provenance={"import:b": {"metrics": brought}})
    control = made.renamed(Called(families={"Svansota": "baseline"}))
    assert "take Svansota" in told(conclude(made), "other_metrics")
    assert "Svansota" not in told(conclude(control), "other_metrics")
