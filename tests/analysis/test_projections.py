"""Projections: every sentence is recomputed from the arrays and rows, and changes when these are shuffled."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from checker import Table, check_conclusions
from exchange import FIRST, SECOND, canonical, conclusions_of, exchanged, some
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from projections_checker import KINDS as CHECKS
from projections_checker import METHODS, lacking
from random_stores import Rows, renamed, row, stores, study_of
from scipy.spatial import procrustes
from scipy.spatial.distance import cdist
from store_rows import frame_of, rows_of
from wholes import stored_plan

from fxreport.analysis.arrange import study
from fxreport.analysis.claims import CERTAIN, LIKELY, SINGLE_RUN, TIE, UNDETERMINED, Claim
from fxreport.analysis.conclude import Conclusions, conclude
from fxreport.analysis.context import Context
from fxreport.analysis.quantities.alignment import align, consensus, distances
from fxreport.analysis.quantities.methods import lead
from fxreport.analysis.rules.projections.plane_likeness import likeness
from fxreport.analysis.rules.projections.shared_groups import homes, shared, together
from fxreport.analysis.study import Artifacts, Study
from fxreport.measures.groups import visible_groups
from fxreport.measures.neighborhoods import neighborhoods
from fxreport.report.build import make_study
from fxreport.report.export import conclusions_json
from fxreport.report.figures import projections as picture
from fxreport.report.model import to_string
from fxreport.report.planes import comparable_planes
from fxreport.report.words import Words
from fxreport.store import Store

KINDS = ("planes", "trustworthiness", "continuity", "plane_purity", "visible_groups", "groups_met",
         "shared_groups", "plane_likeness", "projection_time")  # fmt: skip
OF_ARRAYS = ("shared_groups", "plane_likeness")

RESULTS = Path(__file__).resolve().parents[2] / "results"
Arrays = dict[str, NDArray[Any]]


@cache
def measured() -> Conclusions:
    """What the reference measurements say."""
    store = Store(RESULTS)
    return conclude(make_study(store, stored_plan(store)))


def said(study: Study, claims: list[Claim], lang: str = "en") -> dict[str, str]:
    words = Words(lang, study)
    return {c.id: to_string(words.say(c.message, c.params)) for c in claims}


# What the reference measurements say, recomputed


def test_the_reference_measurements_answer_every_question() -> None:
    """With what an independent reading of the rows says, in both languages."""
    conclusions = measured()
    claims = json.loads(conclusions_json(conclusions))["claims"]
    told = [claim for claim in claims if claim["kind"] in KINDS]
    assert {claim["kind"] for claim in told} == set(KINDS)
    table = Table.of(rows_of(Store(RESULTS)))
    problems = [p for claim in told if claim["kind"] in CHECKS for p in CHECKS[claim["kind"]](claim, table)]
    assert problems == []
    assert set(KINDS) - set(CHECKS) == set(OF_ARRAYS)
    assert list(lacking(told, table)) == []


def test_purity_is_that_of_the_planes_that_were_kept() -> None:
    """float16 moves neighbours that are as good as equally far, and no more."""
    study = measured().study
    for dataset in study.measured_datasets:
        run = study.runs_of(dataset, "custom_cnn")[0]
        arrays = study.load_artifacts(run.key)
        labels = arrays["labels"][arrays["projection_indices"]]
        for method in METHODS:
            apart = cdist(*[arrays[f"{method}_2d"].astype(float)] * 2)
            np.fill_diagonal(apart, np.inf)
            nearest = np.argsort(apart, axis=1, kind="stable")[:, :12]
            found = float((labels[nearest] == labels[:, None]).mean())
            sample = study.samples[dataset, "custom_cnn", f"{method}_purity"]
            assert found == pytest.approx(sample.values[sample.seeds.index(run.seed)], abs=0.01), method


def majority(labels: NDArray[Any], found: NDArray[Any]) -> dict[int, int]:
    """Class → the group with more than half of its points that are in one, by counting one by one."""
    counts: dict[int, Counter[int]] = {}
    for label, group in zip(labels.tolist(), found.tolist(), strict=True):
        if group >= 0:
            counts.setdefault(label, Counter())[group] += 1
    found_homes = {}
    for label, counter in counts.items():
        [(group, most)] = counter.most_common(1)
        if 2 * most > sum(counter.values()):
            found_homes[label] = group
    return found_homes


def test_classes_that_share_a_group_are_those_of_the_kept_groups() -> None:
    conclusions = measured()
    study = conclusions.study
    claims = conclusions.of("shared_groups")
    assert len(claims) >= len(study.measured_datasets)
    for claim in claims:
        [variant], method = claim.subjects, claim.details["method"]
        names = study.dataset_by_name[claim.dataset or ""].classes
        together_in: Counter[tuple[str, str]] = Counter()
        runs = study.runs_of(claim.dataset or "", variant)
        for run in runs:
            arrays = study.load_artifacts(run.key)
            labels = arrays["labels"][arrays["projection_indices"]]
            found = majority(labels, arrays[f"{method}_groups"])
            for a, b in combinations(sorted(found), 2):
                if found[a] == found[b]:
                    together_in[names[a], names[b]] += 1
        always = {pair for pair, times in together_in.items() if times == len(runs)}
        assert {p for block in claim.details["always"] for p in combinations(block, 2)} == always
        some_runs = {(*pair, times) for pair, times in together_in.items() if times < len(runs)}
        assert set(claim.details["sometimes"]) == some_runs
        assert claim.support == (LIKELY if some_runs else CERTAIN)


def test_the_method_that_is_looked_at_has_the_purest_neighbourhoods() -> None:
    conclusions = measured()
    for claim in conclusions.of("shared_groups"):
        purities = {
            m: conclusions.study.mean(claim.dataset or "", claim.subjects[0], f"{m}_purity") or 0
            for m in METHODS
        }
        assert purities[claim.details["method"]] == max(purities.values())


def test_likeness_is_procrustes_distance_on_common_images() -> None:
    """Of one cell and one method by SciPy, pair by pair; and the mean over cells."""
    conclusions = measured()
    study = conclusions.study
    claims = {c.id: c for c in conclusions.of("plane_likeness")}
    cells = claims["plane_likeness/seeds"].details["cells"]
    for method, mean in claims["plane_likeness/seeds"].details["distances"].items():
        assert mean == pytest.approx(np.mean([one[method] for one in cells.values()]))
    kept = [study.load_artifacts(run.key) for run in study.runs_of("mnist", "raw_pixels")]
    apart = []
    for one, other in combinations(kept, 2):
        place = {image: i for i, image in enumerate(one["test_indices"][one["projection_indices"]].tolist())}
        pairs = [
            (place[image], j)
            for j, image in enumerate(other["test_indices"][other["projection_indices"]].tolist())
            if image in place
        ]
        mine, theirs = map(list, zip(*pairs, strict=True))
        apart.append(
            procrustes(one["umap_2d"].astype(float)[mine], other["umap_2d"].astype(float)[theirs])[2]
        )
    assert cells["mnist/raw_pixels"]["umap"] == pytest.approx(np.mean(apart))


def test_likeness_of_extractors_is_over_their_pairs_of_the_same_seed() -> None:
    conclusions = measured()
    study = conclusions.study
    of_sets = []
    for dataset in study.measured_datasets:
        for seed in study.seeds:
            planes = [
                study.load_artifacts(run.key)["tsne_2d"].astype(float)
                for variant in study.measured(dataset)
                for run in study.runs_of(dataset, variant.id)
                if run.seed == seed
            ]
            of_sets.append(np.mean([procrustes(a, b)[2] for a, b in combinations(planes, 2)]))
    claims = {c.id: c for c in conclusions.of("plane_likeness")}
    told = claims["plane_likeness/extractors"].details
    assert told["distances"]["tsne"] == pytest.approx(np.mean(of_sets))
    steady = claims["plane_likeness/seeds"].details["distances"]
    assert set(told["more"]) == {m for m, x in told["distances"].items() if x > steady[m]}


def test_groups_are_those_that_density_clustering_finds_on_the_kept_plane() -> None:
    study = measured().study
    run = study.runs_of("mnist", "custom_cnn")[0]
    arrays = study.load_artifacts(run.key)
    found = visible_groups(neighborhoods(arrays["tsne_2d"].astype(float)))
    assert np.mean(found == arrays["tsne_groups"]) > 0.98


# Shuffled measurements change the sentences


def with_arrays(change: Callable[[Arrays, np.random.Generator], None]) -> dict[str, str]:
    """What the rules on arrays say of the reference measurements after a change to each run's arrays."""
    study = measured().study
    kept: dict[str, Arrays] = {}

    def load(key: str) -> Artifacts:
        if key not in kept:
            arrays = {name: np.asarray(array) for name, array in study.load_artifacts(key).items()}
            change(arrays, np.random.default_rng(int(key, 16) % 2**32))
            kept[key] = arrays
        return kept[key]

    changed = Study(study.datasets, study.variants, study.samples, runs=study.runs, load_artifacts=load)
    context = Context(changed)
    return said(changed, [*shared(context), *likeness(context)])


def nothing(arrays: Arrays, rng: np.random.Generator) -> None:
    pass


def shuffled_groups(arrays: Arrays, rng: np.random.Generator) -> None:
    for method in METHODS:
        arrays[f"{method}_groups"] = rng.permutation(arrays[f"{method}_groups"])


def shuffled_labels(arrays: Arrays, rng: np.random.Generator) -> None:
    arrays["labels"] = rng.permutation(arrays["labels"])


def shuffled_planes(arrays: Arrays, rng: np.random.Generator) -> None:
    for method in METHODS:
        arrays[f"{method}_2d"] = rng.permutation(arrays[f"{method}_2d"])


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (shuffled_groups, "shared_groups"),
        (shuffled_labels, "shared_groups"),
        (shuffled_planes, "plane_likeness"),
    ],
)
def test_shuffled_arrays_change_every_sentence_that_rests_on_them(
    change: Callable[[Arrays, np.random.Generator], None], kind: str
) -> None:
    before, after = with_arrays(nothing), with_arrays(change)
    assert before == said(measured().study, list(measured().of(*OF_ARRAYS)))
    about = {name for name in before if name.startswith(kind)}
    assert about
    # where all points lie in one group, shuffling them leaves them there
    still = {name for name in about if "all classes lie in one" in before[name]}
    assert {name for name in about - still if after.get(name) == before[name]} == set()
    others = set(before) - about
    assert {name for name in others if after[name] != before[name]} == set()


def test_methods_that_exchange_their_rows_exchange_their_places() -> None:
    kinds = ("planes", "trustworthiness", "continuity", "projection_time")
    names = {"tsne": "spectral", "spectral": "tsne"}
    frame = frame_of(Store(RESULTS))
    frame["metric"] = [
        re.sub("^(tsne|spectral)_", lambda found: f"{names[found[1]]}_", metric) for metric in frame["metric"]
    ]
    conclusions, changed = measured(), conclude(study(frame))
    titles = {"t-SNE": "spectral embedding", "spectral embedding": "t-SNE"}
    before = {
        "".join(titles.get(part, part) for part in re.split("(t-SNE|spectral embedding)", text))
        for text in said(conclusions.study, list(conclusions.of(*kinds))).values()
    }
    assert before == set(said(changed.study, list(changed.of(*kinds))).values())
    assert before != set(said(conclusions.study, list(conclusions.of(*kinds))).values())


# Random rows


def with_planes(rows: Rows, seed: int) -> Rows:
    """The rows and measures of planes for each of their runs, with holes and equals."""
    draw = random.Random(seed)
    methods = draw.sample(METHODS, draw.randint(1, 4))
    runs = {(r["dataset"], r["extractor"], r["input_size"], r["seed"]) for r in rows}
    added = []
    for dataset, extractor, size, run in sorted(runs, key=str):
        values = {"features_purity": draw.choice([0.3, 0.5, draw.random()])}
        for method in methods:
            if draw.random() < 0.05:
                continue
            few = draw.random() < 0.3
            values |= {
                f"{method}_{measure}": draw.choice([0.25, 0.5]) if few else round(draw.random(), 3)
                for measure in ("purity", "trustworthiness", "continuity")
            }
            values[f"{method}_groups"] = float(draw.choice([1, 2, 9, 10, 11]))
            values[f"{method}_seconds"] = draw.choice([0.5, round(0.1 + draw.random(), 3)])
        added += [row(dataset, extractor, size, "", run, metric, x) for metric, x in values.items()]
    return [*rows, *added]


@pytest.mark.slow
@some
@given(stores(), st.integers(0, 999))
def test_claims_about_planes_follow_from_the_rows(rows: Rows, seed: int) -> None:
    rows = with_planes(rows, seed)
    assert check_conclusions(conclusions_of(rows), rows) == []


@pytest.mark.slow
@some
@given(stores(always=[(FIRST, None), (SECOND, None)]), st.integers(0, 999))
def test_exchanging_two_extractors_exchanges_them_in_claims_about_planes(rows: Rows, seed: int) -> None:
    rows = with_planes(rows, seed)
    both = [
        {"claims": [c for c in found["claims"] if c["kind"] in KINDS]}
        for found in (
            exchanged(conclusions_of(rows)),
            conclusions_of(renamed(rows, {FIRST: SECOND, SECOND: FIRST})),
        )
    ]
    assert both[0]["claims"]
    assert canonical(both[0]) == canonical(both[1])


# Parts


def planes_of(values: Mapping[str, tuple[float, ...]], measure: str = "purity") -> Context:
    """One extractor on MNIST: method → one value a seed."""
    rows = [row("mnist", "raw_pixels", None, "kmeans", seed, "ari", 0.5) for seed in range(3)]
    for method, seeds in values.items():
        rows += [
            row("mnist", "raw_pixels", None, "", seed, f"{method}_{measure}", x)
            for seed, x in enumerate(seeds)
        ]
    return Context(study_of(rows))


@pytest.mark.parametrize(
    ("values", "leaders", "support"),
    [
        ({"pca": (0.3, 0.31, 0.29), "tsne": (0.8, 0.81, 0.8)}, ("tsne",), CERTAIN),
        ({"pca": (0.8, 0.2, 0.5), "tsne": (0.5, 0.6, 0.7)}, ("tsne", "pca"), UNDETERMINED),
        (
            {"pca": (0.1, 0.11, 0.1), "tsne": (0.8, 0.7, 0.75), "umap": (0.7, 0.75, 0.7)},
            ("tsne", "umap"),
            CERTAIN,
        ),
        ({"pca": (0.3,), "tsne": (0.8,)}, ("tsne",), SINGLE_RUN),
        ({"pca": (0.3,), "tsne": (0.3,)}, ("pca", "tsne"), SINGLE_RUN),
    ],
)
def test_a_lead_is_what_the_seeds_show(
    values: dict[str, tuple[float, ...]], leaders: tuple[str, ...], support: str
) -> None:
    found = lead(planes_of(values), "mnist", "purity")
    assert found is not None
    assert (found.leaders, found.support) == (leaders, support)
    assert support != TIE
    assert lead(planes_of({"pca": values["pca"]}), "mnist", "purity") is None


def test_a_class_is_at_home_where_most_of_its_points_in_groups_are() -> None:
    labels = np.array([0, 0, 0, 1, 1, 1, 1, 2, 2, 3])
    found = np.array([1, 1, -1, 0, 1, 1, 1, 0, 1, -1])
    assert homes(labels, found, 4).tolist() == [1, 1, -1, -1]
    assert homes(labels, np.full(10, -1), 4).tolist() == [-1] * 4


def test_blocks_hold_in_every_run_and_pairs_in_some() -> None:
    runs = [np.array(h) for h in ([0, 0, 0, 1, -1, 2], [3, 3, 3, 1, 1, 1], [0, 0, 2, 2, 2, -1])]
    found = together(runs)
    assert found.always == ((0, 1),)
    assert found.sometimes == {(0, 2): 2, (1, 2): 2, (3, 4): 2, (2, 3): 1, (2, 4): 1, (3, 5): 1, (4, 5): 1}
    assert together(runs[:1]).always == ((0, 1, 2),)


def test_what_is_left_out_of_a_long_list_is_said() -> None:
    rows = [row("mnist", "raw_pixels", None, "kmeans", seed, metric, 0.5)
            for seed in range(2) for metric in ("ari", "tsne_purity", "tsne_groups")]  # fmt: skip
    labels = np.arange(100, dtype=np.int16) % 10
    kept = {
        f"mnist/raw_pixels/None/{seed}": {
            "labels": labels,
            "projection_indices": np.arange(100, dtype=np.int32),
            "tsne_groups": np.where(seed, labels, 0).astype(np.int16),
        }
        for seed in range(2)
    }
    made = study_of(rows)
    made = replace(made, load_artifacts=lambda key: kept[key])
    [claim] = shared(Context(made))
    text = next(iter(said(made, [claim]).values()))
    assert "in 1 of 2 runs 45 pairs do, among them 0\N{NO-BREAK SPACE}– 1" in text
    assert text.count("–") == 8


def test_distances_are_those_of_align_pair_by_pair() -> None:
    rng = np.random.default_rng(0)
    planes = rng.normal(size=(4, 50, 2)) * [3, 1]
    planes[1] = planes[0] @ [[0, 2], [2, 0]] + 5  # mirrored, turned, scaled, moved
    planes[3] = 7
    found = distances(planes)
    for i, j in combinations(range(3), 2):
        assert found[i, j] == pytest.approx(align(planes[i], planes[j]).distance, abs=1e-12)
    assert found[0, 1] == pytest.approx(0, abs=1e-12)
    assert found[3].tolist() == [1] * 4


def test_the_consensus_leaves_less_unmatched_than_any_plane_as_the_reference() -> None:
    rng = np.random.default_rng(0)
    base = rng.normal(size=(80, 2))
    planes = []
    for _ in range(5):
        turn, _ = np.linalg.qr(rng.normal(size=(2, 2)))
        planes.append(
            (base + rng.normal(scale=0.6, size=base.shape)) @ turn * rng.uniform(1, 9) + rng.normal(size=2)
        )
    turned, mean = consensus(planes)
    apart = np.mean([align(p, mean).distance for p in planes])
    for reference in planes:
        assert apart < np.mean([align(p, reference).distance for p in planes if p is not reference])
    for before, after in zip(planes, turned, strict=True):
        assert align(before, after).distance == pytest.approx(0, abs=1e-9)
    with pytest.raises(ValueError, match="no planes"):
        consensus([])


# The figure's planes


def digits_study(kept: Mapping[str, Arrays]) -> Study:
    """Runs of three extractors; their arrays by extractor."""
    rows = [row("mnist", name, None, "kmeans", 0, "ari", 0.5) for name in kept]
    made = study_of(rows)
    return Study(
        made.datasets, made.variants, made.samples, runs=made.runs,
        load_artifacts=lambda key: kept[key.split("/")[1]],
    )  # fmt: skip


def plane_arrays(images: NDArray[Any], **planes: NDArray[Any]) -> Arrays:
    m = len(images)
    return {
        "projection_indices": np.arange(m), "test_indices": images, "labels": images % 3,
        **{f"{name}_2d": plane for name, plane in planes.items()},
    }  # fmt: skip


def test_planes_of_a_set_are_turned_onto_one_another() -> None:
    rng = np.random.default_rng(0)
    base, turn = rng.normal(size=(60, 2)) * [3, 1], np.array([[0.0, 1.0], [1.0, 0.0]])
    images = np.arange(60)
    kept = {
        "raw_pixels": plane_arrays(images, pca=base, tsne=base @ turn * 9),
        "autoencoder": plane_arrays(images, pca=-base),
        "custom_cnn": plane_arrays(images[20:], tsne=base[20:] @ turn - 4),  # another draw of images
        "vgg16": {"labels": images},
    }
    found = comparable_planes(digits_study(kept), "mnist", list(kept), 6)
    assert found is not None
    assert list(found.runs) == ["raw_pixels", "autoencoder", "custom_cnn"]
    assert found.methods == ("pca", "tsne")
    wanted = found.points["raw_pixels", "pca"]
    for where, points in found.points.items():
        same = wanted if where[0] != "custom_cnn" else wanted[20:]
        np.testing.assert_allclose(points, same, atol=1e-5, err_msg=str(where))
    assert ("autoencoder", "tsne") not in found.points
    only = comparable_planes(digits_study(kept), "mnist", list(kept), 1)
    assert only is not None
    assert list(only.runs) == ["raw_pixels"]
    assert comparable_planes(digits_study(kept), "mnist", ["vgg16"], 6) is None


@pytest.mark.slow
def test_the_figure_of_the_reference_measurements() -> None:
    """Five extractors by five methods, the best on top; the same bytes twice; light enough."""
    conclusions = measured()
    order = [v for group in conclusions.context.quality["mnist"] for v in group]
    planes = comparable_planes(conclusions.study, "mnist", order, 6)
    assert planes is not None
    assert (tuple(planes.runs), planes.methods) == (tuple(order), METHODS)
    data = picture.Projections(
        tuple(order), planes.methods,
        tuple(
            tuple(picture.ProjectionPanel(planes.points[v, m], planes.classes[v]) for m in METHODS)
            for v in planes.runs
        ),
        tuple("abcdefghij"),
    )  # fmt: skip
    drawn = picture.draw(data)
    assert drawn == picture.draw(data)
    assert len(drawn.encode()) < 450_000
