"""The checker itself: it accepts right conclusions written by hand and finds each error planted in them."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any

import pytest
from checker import Table, check_conclusions, grouped, numbers, spearman, unsupported_numbers, variant

Conclusions = dict[str, Any]

# (dataset, extractor, input_size) → metric → one value a seed
MEASURED: dict[tuple[str, str, int | None], dict[str, list[float]]] = {
    ("mnist", "custom_cnn", None): {
        "ari": [0.4, 0.5], "nmi": [0.6], "extraction_seconds": [1.0], "dimension": [256],
    },
    ("mnist", "мережа", None): {
        "ari": [0.3, 0.3], "nmi": [0.5], "extraction_seconds": [0.25, 0.75], "dimension": [128],
    },
    ("mnist", "vgg16", 32): {
        "ari": [0.2, 0.4], "nmi": [0.4], "extraction_seconds": [10.0], "dimension": [512],
    },
    ("cifar10", "custom_cnn", None): {
        "ari": [0.1], "nmi": [0.2], "extraction_seconds": [1.0], "dimension": [256],
    },
    ("cifar10", "мережа", None): {
        "ari": [0.0, 0.2], "nmi": [0.2], "extraction_seconds": [0.5], "dimension": [128],
    },
}  # fmt: skip


def rows() -> list[dict[str, Any]]:
    return [
        {
            "dataset": dataset,
            "extractor": extractor,
            "input_size": input_size,
            "clusterer": "kmeans" if metric in {"ari", "nmi"} else "",
            "seed": seed,
            "metric": metric,
            "value": value,
        }
        for (dataset, extractor, input_size), metrics in MEASURED.items()
        for metric, values in metrics.items()
        for seed, value in enumerate(values)
    ]


def claim(claim_id: str, subjects: list[str], value: float, metric: str) -> dict[str, Any]:
    kind, *rest = claim_id.split("/")
    dataset = rest[0] if rest and rest[0] in {"mnist", "cifar10"} else None
    evidence = [
        {"dataset": d, "extractor": s, "metric": metric, "value": Table.of(rows()).means[d, s, metric]}
        for d in ([dataset] if dataset else ["mnist", "cifar10"])
        for s in subjects
    ]
    names = ", ".join(subjects)
    return {
        "id": claim_id, "kind": kind, "dataset": dataset, "metric": metric, "subjects": subjects,
        "value": value, "support": "single_run", "evidence": evidence,
        "text": {
            "uk": f"{names}: значення {value:.2f}".replace(".", ","),
            "en": f"{names}: value {value:.2f}",
        },
    }  # fmt: skip


def wins(name: str, dataset: str) -> dict[str, Any]:
    """Of one set alone, unlike ``claim``, which takes all where the id names none."""
    found = claim(f"wins/{name}", [name], 1.0, "ari")
    return found | {"evidence": [item for item in found["evidence"] if item["dataset"] == dataset]}


def ranking(dataset: str, metric: str, *order: tuple[str, float, int]) -> dict[str, Any]:
    entries = [{"extractor": name, "value": value, "rank": rank} for name, value, rank in order]
    return {"dataset": dataset, "metric": metric, "order": entries}


def conclusions() -> Conclusions:
    seconds = "extraction_seconds"
    return {
        "schema": 1,
        "claims": [
            claim("winner/mnist", ["custom_cnn"], 0.45, "ari") | {"support": "likely"},
            claim("runner_up/mnist", ["мережа"], 0.3, "ari"),
            claim("worst/mnist", ["vgg16@32"], 0.3, "ari"),
            claim("best/mnist/ari", ["custom_cnn"], 0.45, "ari"),
            claim("best/mnist/nmi", ["custom_cnn"], 0.6, "nmi"),
            claim("best/mnist/extraction_seconds", ["мережа"], 0.5, seconds),
            claim("fastest/mnist", ["мережа"], 0.5, seconds),
            claim("slowest/mnist", ["vgg16@32"], 10.0, seconds),
            claim("most_efficient/mnist", ["мережа"], 0.6, "ari"),
            claim("winner/cifar10", ["custom_cnn", "мережа"], 0.1, "ari"),
            claim("best/cifar10/ari", ["custom_cnn", "мережа"], 0.1, "ari"),
            claim("best/cifar10/nmi", ["custom_cnn", "мережа"], 0.2, "nmi"),
            claim("best/cifar10/extraction_seconds", ["мережа"], 0.5, seconds),
            claim("fastest/cifar10", ["мережа"], 0.5, seconds),
            claim("slowest/cifar10", ["custom_cnn"], 1.0, seconds),
            claim("most_efficient/cifar10", ["мережа"], 0.2, "ari"),
            claim("mean_quality/custom_cnn", ["custom_cnn"], 0.275, "ari"),
            claim("mean_quality/мережа", ["мережа"], 0.2, "ari"),
            claim("wins/custom_cnn", ["custom_cnn"], 2.0, "ari"),
            wins("мережа", "cifar10"),
            claim("speed_rank/мережа", ["мережа"], 1, seconds),
            claim("speed_rank/custom_cnn", ["custom_cnn"], 2, seconds),
            claim("speed_ratio/мережа", ["мережа"], 0.5, seconds),
            claim("pareto/mnist", ["custom_cnn", "мережа"], 2, "ari"),
            claim("difficulty/mnist", ["custom_cnn"], 0.45, "ari"),
            claim("difficulty/cifar10", ["custom_cnn", "мережа"], 0.1, "ari"),
            claim("dimension_vs_quality", ["custom_cnn", "мережа"], 0.0, "ari"),
            claim("dimension_vs_speed", ["custom_cnn", "мережа"], 1.0, seconds),
        ],
        "rankings": [
            ranking("mnist", "ari", ("custom_cnn", 0.45, 1), ("vgg16@32", 0.3, 2), ("мережа", 0.3, 2)),
            ranking("mnist", "nmi", ("custom_cnn", 0.6, 1), ("мережа", 0.5, 2), ("vgg16@32", 0.4, 3)),
            ranking("mnist", seconds, ("мережа", 0.5, 1), ("custom_cnn", 1.0, 2), ("vgg16@32", 10.0, 3)),
            ranking("cifar10", "ari", ("custom_cnn", 0.1, 1), ("мережа", 0.1, 1)),
            ranking("cifar10", "nmi", ("custom_cnn", 0.2, 1), ("мережа", 0.2, 1)),
            ranking("cifar10", seconds, ("мережа", 0.5, 1), ("custom_cnn", 1.0, 2)),
        ],
        "recommendations": [
            {"scenario": "max_quality", "extractor": "custom_cnn", "claims": ["winner/mnist"],
             "text": {"uk": "Візьміть custom_cnn", "en": "Take custom_cnn"}},
            {"scenario": "no_labels", "extractor": "мережа", "claims": ["runner_up/mnist"],
             "text": {"uk": "Візьміть мережа", "en": "Take мережа"}},
        ],
        "missing": [{"dataset": "cifar10", "extractor": "vgg16@32", "reason": "not measured"}],
    }  # fmt: skip


def test_right_conclusions_have_no_contradiction() -> None:
    assert check_conclusions(conclusions(), rows()) == []


def at(found: Conclusions, claim_id: str) -> dict[str, Any]:
    [item] = [item for item in found["claims"] if item["id"] == claim_id]
    return item


def change(claim_id: str, **fields: Any) -> Callable[[Conclusions], None]:
    return lambda found: at(found, claim_id).update(fields)


def drop(claim_id: str) -> Callable[[Conclusions], None]:
    return lambda found: found["claims"].remove(at(found, claim_id))


def say(claim_id: str, uk: str, en: str) -> Callable[[Conclusions], None]:
    return change(claim_id, text={"uk": uk, "en": en})


def evidence(claim_id: str, **fields: Any) -> Callable[[Conclusions], None]:
    return lambda found: at(found, claim_id)["evidence"][0].update(fields)


def entry(ranking_index: int, entry_index: int, **fields: Any) -> Callable[[Conclusions], None]:
    return lambda found: found["rankings"][ranking_index]["order"][entry_index].update(fields)


def recommend(index: int, **fields: Any) -> Callable[[Conclusions], None]:
    return lambda found: found["recommendations"][index].update(fields)


PLANTED: dict[str, tuple[Callable[[Conclusions], None], str]] = {
    "schema": (lambda found: found.update(schema=2), "schema is 2"),
    "rankings left out": (lambda found: found.pop("rankings"), "rankings: no list"),
    "id used twice": (lambda f: f["claims"].append(at(f, "winner/mnist")), "winner/mnist: id used 2 times"),
    "other winner": (
        change("winner/mnist", subjects=["мережа"]),
        "winner/mnist: says ['мережа'] with 0.45",
    ),
    "wrong value of the winner": (change("winner/mnist", value=0.46), "with 0.46"),
    "wrong in the ninth digit": (change("winner/mnist", value=0.45 * (1 + 5e-9)), "winner/mnist: says"),
    "only one of two equals": (change("winner/cifar10", subjects=["custom_cnn"]), "winner/cifar10: says"),
    "tie of ARI not broken by NMI": (
        change("runner_up/mnist", subjects=["мережа", "vgg16@32"]),
        "runner_up/mnist: says",
    ),
    "runner-up where all are equal": (
        lambda f: f["claims"].append(claim("runner_up/cifar10", ["мережа"], 0.1, "ari")),
        "runner_up/cifar10: says ['мережа'] with 0.1, the rows say no such claim",
    ),
    "second to last called worst": (change("worst/mnist", subjects=["мережа"]), "worst/mnist: says"),
    "winner by another metric": (change("winner/mnist", metric="nmi"), "metric is 'nmi'"),
    "single run that is none": (change("winner/mnist", support="single_run"), "calls a single run"),
    "sure of one of two equals": (change("winner/cifar10", support="certain"), "several are equal"),
    "highest where lower is better": (
        change("best/mnist/extraction_seconds", subjects=["vgg16@32"], value=10.0),
        "best/mnist/extraction_seconds: says",
    ),
    "best under another id": (change("best/mnist/nmi", id="best/nmi"), "id is not best/mnist/nmi"),
    "fastest": (change("fastest/mnist", subjects=["custom_cnn"]), "fastest/mnist: says"),
    "slowest": (change("slowest/mnist", subjects=["custom_cnn"]), "slowest/mnist: says"),
    "front": (change("pareto/mnist", subjects=["custom_cnn"]), "pareto/mnist: мережа is on the front"),
    "not on the front": (
        change("pareto/mnist", subjects=["custom_cnn", "мережа", "vgg16@32"]),
        "pareto/mnist: vgg16@32 is called one of the front",
    ),
    "efficiency": (change("most_efficient/mnist", value=0.45), "most_efficient/mnist: says"),
    "most efficient": (
        change("most_efficient/mnist", subjects=["custom_cnn"], value=0.45),
        "most_efficient/mnist: says",
    ),
    "speed rank": (change("speed_rank/custom_cnn", value=1), "rank of custom_cnn is 1"),
    "speed order": (
        change("speed_rank/мережа", subjects=["custom_cnn", "мережа"], value=None),
        "not in order of the mean times",
    ),
    "rank over other sets than the others'": (
        lambda f: f["claims"].append(
            claim("speed_rank/мережа", ["мережа"], 1, "ari")
            | {"id": "speed_rank/vgg16@32", "subjects": ["vgg16@32"], "value": 3}
        ),
        "['vgg16@32']: not measured on all sets that have times",
    ),
    "speed ratio": (change("speed_ratio/мережа", value=2.0), "the mean times say 0.5"),
    "difficulty": (change("difficulty/cifar10", value=0.2), "the set's best ARI is 0.1"),
    "dimension and quality": (change("dimension_vs_quality", value=0.5), "Spearman's rho is"),
    "dimension and speed": (change("dimension_vs_speed", value=-1.0), "Spearman's rho is 1.0"),
    "unknown support": (change("winner/mnist", support="sure"), "unknown support 'sure'"),
    "unknown dataset": (change("winner/mnist", dataset="svhn"), "unknown dataset 'svhn'"),
    "unknown subject": (change("winner/mnist", subjects=["vgg16"]), "unknown subject 'vgg16'"),
    "subject twice": (change("winner/mnist", subjects=["custom_cnn"] * 2), "a subject is named twice"),
    "no evidence": (change("winner/mnist", evidence=[]), "winner/mnist: no evidence"),
    "not a number": (change("winner/mnist", value=math.nan), "is not a number"),
    "value of the evidence": (evidence("winner/mnist", value=0.4), "evidence mnist/custom_cnn/ari: 0.4"),
    "evidence not measured": (
        evidence("winner/mnist", extractor="vgg16"),
        "evidence mnist/vgg16/ari: no such measurement",
    ),
    "no Ukrainian text": (say("winner/mnist", " ", "custom_cnn won with 0.45"), "no uk text"),
    "untranslated": (say("winner/mnist", "custom_cnn won", "custom_cnn won"), "texts are the same"),
    "other number in one language": (
        say("winner/mnist", "custom_cnn: 0,45", "custom_cnn: 0.46"),
        "numbers differ: uk ['0.45'], en ['0.46']",
    ),
    "number in one language only": (
        say("winner/mnist", "custom_cnn: 0,45", "custom_cnn: 0.45 of 1"),
        "numbers differ: uk [], en ['1']",
    ),
    "lost sign": (
        say("winner/mnist", "custom_cnn: \u22120,45", "custom_cnn: 0.45"),
        "numbers differ: uk ['-0.45'], en ['0.45']",
    ),
    "text without its subject": (
        say("runner_up/mnist", "другий, 0,30", "second, 0.30"),
        "en text does not name мережа",
    ),
    "no winner": (drop("winner/mnist"), "no winner for mnist"),
    "no runner-up": (drop("runner_up/mnist"), "no runner_up for mnist"),
    "no worst": (drop("worst/mnist"), "no worst for mnist"),
    "no best": (drop("best/cifar10/nmi"), "no best/cifar10/nmi"),
    "no mean over the sets": (drop("mean_quality/мережа"), "no mean_quality for мережа"),
    "wrong mean over the sets": (change("mean_quality/мережа", value=0.21), "mean_quality/мережа: says"),
    "no wins": (drop("wins/custom_cnn"), "no wins for custom_cnn"),
    "wins of another": (change("wins/мережа", subjects=["custom_cnn"]), "lead on ['cifar10']"),
    "wins on too many sets": (change("wins/мережа", value=2.0), "says 2.0 sets"),
    "no fastest": (drop("fastest/mnist"), "no fastest for mnist"),
    "no slowest": (drop("slowest/cifar10"), "no slowest for cifar10"),
    "no efficiency": (drop("most_efficient/mnist"), "no most_efficient for mnist"),
    "no speed rank": (drop("speed_rank/мережа"), "no speed_rank for ['мережа']"),
    "no speed ratio": (drop("speed_ratio/мережа"), "no speed_ratio for"),
    "no difficulty": (drop("difficulty/mnist"), "no difficulty for ['mnist']"),
    "no ranking": (lambda found: found["rankings"].pop(0), "ranking mnist/ari: not there"),
    "ranking twice": (lambda f: f["rankings"].append(f["rankings"][0]), "ranking mnist/ari: 2 times"),
    "equal values at two ranks": (entry(0, 2, rank=3), "ranking mnist/ari: ranks"),
    "value in a ranking": (entry(0, 0, value=0.5), "custom_cnn has 0.5, measured 0.45"),
    "ranking the wrong way": (
        lambda f: [e.update(rank=4 - e["rank"]) for e in f["rankings"][2]["order"]],
        "ranking mnist/extraction_seconds: ranks",
    ),
    "ranking not in order": (lambda f: f["rankings"][1]["order"].reverse(), "not in order of rank"),
    "one left out of a ranking": (lambda f: f["rankings"][1]["order"].pop(), "ranking mnist/nmi: ranks"),
    "unknown scenario": (recommend(0, scenario="luck"), "recommendation luck: unknown scenario"),
    "scenario twice": (recommend(1, scenario="max_quality"), "recommendation max_quality: 2 times"),
    "recommended but not measured": (recommend(0, extractor="vgg16"), "'vgg16' was not measured"),
    "labels needed": (recommend(1, extractor="custom_cnn"), "no_labels: custom_cnn needs labels"),
    "not pretrained": (recommend(0, scenario="pretrained"), "custom_cnn is not pretrained"),
    "recommendation on nothing": (recommend(0, claims=["winner/svhn"]), "rests on 'winner/svhn'"),
    "recommendation without text": (recommend(0, text={"uk": "", "en": "Take"}), "no uk text"),
    "hole not named": (lambda found: found["missing"].clear(), "cifar10/vgg16@32 is a hole and not named"),
    "hole twice": (lambda f: f["missing"].append(f["missing"][0]), "cifar10/vgg16@32 named 2 times"),
    "hole that is none": (
        lambda f: f["missing"].append({"dataset": "mnist", "extractor": "vgg16@32", "reason": "?"}),
        "missing: mnist/vgg16@32 was measured",
    ),
    "hole without a reason": (
        lambda f: f["missing"][0].update(reason=""),
        "missing: cifar10/vgg16@32 has no reason",
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_planted_error_is_found(name: str) -> None:
    plant, message = PLANTED[name]
    found = copy.deepcopy(conclusions())
    plant(found)
    problems = check_conclusions(found, rows())
    assert [problem for problem in problems if message in problem], problems


def test_rows_of_other_clusterers_and_without_value_do_not_count() -> None:
    other = {**rows()[0], "clusterer": "hdbscan", "value": 0.99}
    empty = {**rows()[0], "seed": 7, "value": math.nan}
    assert check_conclusions(conclusions(), [*rows(), other, empty]) == []


def test_a_winner_that_loses_on_the_common_seeds_is_not_sure() -> None:
    table = {"custom_cnn": [0.3, 0.3, 0.9], "vgg16": [0.4, 0.4]}
    measured = [
        {"dataset": "mnist", "extractor": name, "metric": "ari", "value": value, "seed": seed}
        for name, values in table.items()
        for seed, value in enumerate(values)
    ]
    winner = {
        **claim("winner/mnist", ["custom_cnn"], 0.5, "ari"),
        "support": "certain",
        "evidence": [{"dataset": "mnist", "extractor": "custom_cnn", "metric": "ari", "value": 0.5}],
    }
    problems = check_conclusions({**conclusions(), "claims": [winner]}, measured)
    assert "winner/mnist: certain, though vgg16 is no worse on the seeds of both" in problems


def test_equal_means_are_equal_though_their_floats_differ() -> None:
    values = {"a": (0.1 + 0.2) / 2, "b": 0.15, "c": 0.1}
    assert values["a"] != values["b"]
    assert grouped(values, descending=True) == [["a", "b"], ["c"]]


def test_spearman_by_hand() -> None:
    assert spearman([1, 2, 3, 4], [10, 20, 40, 30]) == pytest.approx(0.8)
    assert spearman([1, 2, 3], [5, 5, 1]) == pytest.approx(-math.sqrt(3) / 2)
    assert spearman([1, 2], [3, 3]) is None
    assert spearman([1], [1]) is None


def test_spearman_agrees_with_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    x, y = [3, 1, 4, 1, 5, 9, 2, 6], [2, 7, 1, 8, 2, 8, 1, 8]
    assert spearman(x, y) == pytest.approx(stats.spearmanr(x, y).statistic)


@pytest.mark.parametrize(
    ("uk", "en"),
    [
        ("0,439", "0.439"),
        ("19\u00a0500 зображень", "19,500 images"),
        ("1\u202f234\u202f567,5", "1,234,567.5"),
        ("\u22120,05", "-0.05"),
        ("1,2, 3 і 4", "1.2, 3 and 4"),
        ("CIFAR-10: 256-D", "CIFAR-10: 256-D"),
        ("45\u00a0% за 12\u00a0с", "45% in 12 s"),
    ],
)
def test_equal_numbers_in_two_languages(uk: str, en: str) -> None:
    assert numbers(uk, "uk") == numbers(en, "en")
    assert numbers(en, "en")


def test_numbers_in_a_text_come_from_the_claim() -> None:
    found = claim("winner/mnist", ["custom_cnn"], 0.45, "ari")
    found["evidence"].append({"dataset": "mnist", "extractor": "мережа", "metric": "ari", "value": 0.3})
    found["text"]["en"] = "0.450 against 0.30: ahead by 0.15, 1.5 times as much, 45.0%, on 10 classes"
    assert unsupported_numbers(found) == []
    found["text"]["en"] = "0.450 against 0.31"
    assert unsupported_numbers(found) == ["0.31"]


@pytest.mark.parametrize("size", [None, "", math.nan])
def test_variant_without_a_size_is_the_name(size: object) -> None:
    assert variant("vgg16", size) == "vgg16"
    assert variant("vgg16", 32.0) == "vgg16@32"
