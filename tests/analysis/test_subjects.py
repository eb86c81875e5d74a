"""Settings and clusterers of one extractor at one seed: rows of their own, told apart in sentences."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from publications import document
from sklearn.cluster import KMeans
from sklearn.datasets import load_digits
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture
from sklearn.preprocessing import StandardScaler

from fxreport.analysis.arrange import select, study
from fxreport.analysis.claims import SINGLE_RUN, Claim
from fxreport.analysis.conclude import Conclusions, conclude
from fxreport.analysis.subjects import Distinctions
from fxreport.report.figures.cache import FigureCache
from fxreport.report.model import to_string
from fxreport.report.words import Words
from fxreport.report.writers.markdown import render_markdown
from fxreport.vocabulary.factors import parse_subject, subject_id
from fxreport.vocabulary.steps import Experiment

Row = Mapping[str, Any]
SEEDS = (0, 1, 2)


@cache
def digits_ari(scaled: bool, gaussian: bool, seed: int) -> float:
    """600 of scikit-learn's digits, their pixels scaled or not, clustered by k-means or a mixture."""
    images, labels = load_digits(return_X_y=True)
    drawn = np.random.default_rng(seed).permutation(len(labels))[:600]
    features = StandardScaler().fit_transform(images) if scaled else images
    model = (
        GaussianMixture(10, reg_covar=1e-1, random_state=seed)
        if gaussian
        else KMeans(10, n_init=2, random_state=seed)
    )
    return float(adjusted_rand_score(labels[drawn], model.fit_predict(features[drawn])))


def row(extractor: str, seed: int, value: float, **fields: Any) -> Row:
    usual = {
        "key": f"{extractor}/{seed}/{fields.get('levels', '')}", "dataset": "digits", "input_size": None,
        "metric": "ari", "unit": "", "n": 600, "origin": "measured", "clusterer": "kmeans", "levels": "",
    }  # fmt: skip
    return {**usual, "extractor": extractor, "seed": seed, "value": value, **fields}


def digits_rows(origin: str) -> Iterator[Row]:
    for scaled in (False, True):
        levels = json.dumps({"scaled": scaled})
        for seed in SEEDS:
            for gaussian in (False, True):
                yield row(
                    "raw_pixels",
                    seed,
                    digits_ari(scaled, gaussian, seed),
                    levels=levels,
                    clusterer="gmm_full" if gaussian else "kmeans",
                    origin=origin,
                )
            yield row("raw_pixels", seed, 64, metric="dimension", levels=levels, clusterer="", origin=origin)


def concluded(rows: Iterator[Row]) -> Conclusions:
    return conclude(study(pd.DataFrame(list(rows))))


def said(conclusions: Conclusions, claim: Claim, lang: str) -> str:
    return to_string(Words(lang, conclusions.study).say(claim.message, claim.params))


@pytest.mark.slow
@pytest.mark.parametrize("origin", ["measured", "imported"])
def test_settings_and_clusterers_are_rows_of_their_own(origin: str) -> None:
    made = concluded(digits_rows(origin)).study
    assert [v.id for v in made.variants] == ["raw_pixels[scaled=false]", "raw_pixels[scaled=true]"]
    assert [v.id for v in made.others] == [f"{v.id}+gmm_full" for v in made.variants]
    for scaled in (False, True):
        for gaussian in (False, True):
            name = f"raw_pixels[scaled={str(scaled).lower()}]" + ("+gmm_full" if gaussian else "")
            sample = made.sample("digits", name, "ari")
            assert sample is not None
            assert sample.values == tuple(digits_ari(scaled, gaussian, s) for s in SEEDS)
    assert set(made.column("digits", "ari")) == {v.id for v in made.variants}


def test_settings_come_from_experiments_too() -> None:
    rows, experiments = [], {}
    for dropout in (0, 0.5):
        settings = (("dropout", dropout), ("epochs", 3))
        one = Experiment("digits", "f", None, None, "custom_cnn", settings=settings)
        experiments[one.key] = one
        rows.append(row("custom_cnn", 0, 0.4 + dropout, key=one.key))
    made = study(pd.DataFrame(rows), experiments=experiments)
    assert [v.id for v in made.variants] == ["custom_cnn[dropout=0]", "custom_cnn[dropout=0.5]"]
    assert [made.mean("digits", v.id, "ari") for v in made.variants] == [0.4, 0.9]
    assert {run.variant for run in made.runs} == {v.id for v in made.variants}


def test_a_setting_that_all_runs_share_is_no_part_of_the_name() -> None:
    rows = [row("custom_cnn", s, 0.5, levels='{"dropout":0.5}') for s in SEEDS]
    assert [v.id for v in study(pd.DataFrame(rows)).variants] == ["custom_cnn"]


def test_what_tells_runs_apart() -> None:
    given, other, none = (("dropout", 0),), (("dropout", 0.5),), ()
    assert Distinctions([("x", None, given, False), ("x", None, none, False)])("x", None, given) == given
    # an imported table without settings says nothing of those of measured runs
    assert Distinctions([("x", None, given, False), ("x", None, none, True)])("x", None, given) == ()
    assert Distinctions([("x", None, given, True), ("x", None, none, True)])("x", None, none) == ()
    assert Distinctions([("x", None, given, False), ("x", 32, other, False)])("x", 32, other) == ()


def test_the_answer_of_each_factor_is_one_sentence_in_both_languages() -> None:
    conclusions = concluded(digits_rows("measured"))
    claims = {claim.id: claim for claim in conclusions.of("factor")}
    mixture = [c for name, c in claims.items() if name.startswith("factor/clusterer/gmm_full-kmeans/")]
    subjects = {v for claim in mixture for v in claim.subjects}
    assert subjects == {v.id for v in (*conclusions.study.variants, *conclusions.study.others)}
    scaling = [c for name, c in claims.items() if name.startswith("factor/scaled/True-False/")]
    assert scaling
    assert {v for claim in scaling for v in claim.subjects} == subjects
    for claim in (*mixture, *scaling):
        differences = [
            conclusions.context.compare("digits", claim.subjects[i], claim.subjects[i + 1]).difference
            for i in range(0, len(claim.subjects), 2)
        ]
        signs = {"better": {True}, "worse": {False}}.get(claim.details["outcome"], {True, False})
        assert {d > 0 for d in differences} <= signs
    assert "GMM (full)" in said(conclusions, mixture[0], "en")
    assert "«GMM (повні коваріації)» замість «k-середніх»" in said(conclusions, mixture[0], "uk")
    assert said(conclusions, scaling[0], "uk").startswith("scaled = так замість ні")


def test_the_document_names_every_row_and_hides_none(tmp_path: Any) -> None:
    conclusions = concluded(digits_rows("measured"))
    english, ukrainian = (
        render_markdown(document(conclusions, lang, FigureCache(tmp_path))) for lang in ("en", "uk")
    )
    results = english.partition("Results on Digits")[2].partition("\n\n### ")[0]
    for setting in ("no", "yes"):
        assert f"Raw pixels (scaled = {setting})]" in results
        assert f"Raw pixels (scaled = {setting}), GMM (full)]" in results
    assert "Сирі пікселі (scaled = так), GMM (повні коваріації)" in ukrainian
    assert "Settings and clustering algorithms" in english
    for gaussian in (False, True):
        for scaled in (False, True):
            assert f"{digits_ari(scaled, gaussian, 1):.3f}" in english


def test_single_runs_are_called_so() -> None:
    rows = [row("custom_cnn", 0, value, levels=f'{{"dropout":{d}}}') for d, value in ((0, 0.5), (0.5, 0.6))]
    [claim] = concluded(iter(rows)).of("factor")
    assert claim.id == "factor/dropout/0.5-0/better/single_run"
    assert claim.support == SINGLE_RUN


def test_no_factor_is_told_of_where_more_than_one_differs() -> None:
    rows = [
        row("custom_cnn", 0, 0.5, levels='{"dropout":0,"epochs":3}'),
        row("custom_cnn", 0, 0.6, levels='{"dropout":0.5,"epochs":6}'),
    ]
    assert concluded(iter(rows)).of("factor") == ()


@pytest.mark.parametrize(
    ("imported", "kept"),
    [
        ({}, False),
        ({"clusterer": ""}, False),
        ({"clusterer": "gmm_full"}, True),
        ({"levels": '{"dropout":0.5}'}, False),
        ({"levels": '{"dropout":0}'}, True),
    ],
)
def test_an_import_replaces_what_was_measured_of_the_same_subject_only(imported: Row, kept: bool) -> None:
    one = Experiment("digits", "f", None, None, "custom_cnn", settings=(("dropout", 0.5),))
    rows = [
        row("custom_cnn", 0, 0.5, key=one.key),
        row("custom_cnn", 0, 0.9, origin="imported", key="i", **imported),
    ]
    chosen = select(pd.DataFrame(rows), [[one.key]], experiments={one.key: one})
    assert (one.key in set(chosen["key"])) == kept
    made = study(chosen, experiments={one.key: one})
    assert len((*made.variants, *made.others)) == 1 + kept


def test_ids_can_be_read_back() -> None:
    levels = (
        ("extractor", "vgg16"), ("input_size", 32), ("dropout", "0.5"), ("mode", "a b"), ("clusterer", "gmm"),
    )  # fmt: skip
    assert parse_subject(subject_id(levels)) == levels
    assert parse_subject("vgg16@32") == levels[:2]
