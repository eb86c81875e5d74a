"""From measured attributions to sentences: what passes its checks, and what is said of a broken one."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from attribution_checker import CHECKS, TITLES, cells, lacking, sound
from broken_attribution import Method, edges, fill, upside_down
from checker import Table, check_conclusions
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from random_stores import Rows, row, study_of
from wholes import stored_plan

from fxreport.analysis.conclude import Conclusions, conclude
from fxreport.analysis.rules.attributions.attribution import checked, passes
from fxreport.analysis.study import Study
from fxreport.measures.attribution import integrated_gradients
from fxreport.measures.sanity import Curves, Sanity
from fxreport.report.build import build, make_study
from fxreport.report.draft import Draft
from fxreport.report.export import conclusions_json
from fxreport.report.figures.cache import FigureCache
from fxreport.report.model import to_string
from fxreport.report.sections.attribution import _table
from fxreport.report.words import Words
from fxreport.store import Store
from fxreport.vocabulary.experiment import LEAST_GAIN, MOST_AGREEMENT
from fxreport.vocabulary.factors import ATTRIBUTION, LEVELS, WITHIN, decode_levels
from fxreport.vocabulary.metrics import at, identified

KINDS = (
    "attribution_overall",
    "attribution_passed",
    "attribution_failed",
    "attribution_gain",
    "attributed_accuracy",
    "surest_errors",
    "surer_wrong",
)
Arrays = Mapping[str, NDArray[Any]]


def told(conclusions: Conclusions) -> dict[str, Any]:
    """Id → claim as in ``conclusions.json``, of the kinds about attributions."""
    found = json.loads(conclusions_json(conclusions))["claims"]
    return {claim["id"]: claim for claim in found if claim["kind"] in KINDS}


def sentences(conclusions: Conclusions) -> dict[str, str]:
    return {name: claim["text"]["en"] for name, claim in told(conclusions).items()}


def words(text: str) -> list[str]:
    """Words and numbers of a sentence without their order, which exchanged equals may change."""
    return sorted(re.findall(r"[−+]?\w+(?:[.,]\d+)*%?", text))


@pytest.fixture(scope="module")
def reference(checkout: Path) -> Store:
    return Store(str(checkout / "results"))


@pytest.fixture(scope="module")
def study(reference: Store) -> Study:
    return make_study(reference, stored_plan(reference))


@pytest.fixture(scope="module")
def conclusions(study: Study) -> Conclusions:
    return conclude(study)


@pytest.fixture(scope="module")
def table(reference: Store) -> Table:
    return Table.of(reference_rows(reference))


# -- a broken attribution is found out ----------------------------------------------------------------------


def section(text: str, title: str) -> str:
    """The part of a Markdown document under a heading, up to the next of the same rank or a higher one."""
    [start] = re.finditer(rf"^(#+) {re.escape(title)}$", text, re.MULTILINE)
    rest = text[start.end() :]
    end = re.search(rf"^#{{1,{len(start[1])}}} ", rest, re.MULTILINE)
    return rest[: end.start()] if end else rest


def document(store: Store, folder: Path, lang: str = "en") -> str:
    build(store, {}, languages=(lang,), formats={"technical": ("md",)}, output=folder)
    return (folder / lang / "technical.md").read_text("utf-8")


def test_the_document_says_that_a_broken_attribution_does_not_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An edge detector in the place of Grad-CAM, measured as any attribution is, on digits."""
    store = fill(tmp_path / "store", edges, monkeypatch)
    text = section(document(store, tmp_path / "output"), "What the networks look at")
    assert re.search(r"Custom CNN: all sanity checks are passed in each of \S*2 runs\S* by: Integrated", text)
    for check in ("a random classifier", "a random network"):
        assert re.search(rf"Custom CNN: Grad-CAM(?:\s\S+)? fails the check with {check};", text)
    assert text.count(" fails ") == 2
    assert " does not always pass " not in text
    rows = [line for line in text.splitlines() if line.startswith("|") and "Grad-CAM" in line]
    assert [re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", line).split("|")[-2].strip() for line in rows] == [
        "0 of 2"
    ]
    drawn = (tmp_path / "output/en/figures/attribution-digits.svg").read_text("utf-8")
    # over as many lines as it needs
    assert "checks not passed" in " ".join(re.sub(r"<[^>]+>", " ", drawn).split())
    ukrainian = section(document(store, tmp_path / "output", "uk"), "На що дивляться мережі")
    assert "Custom CNN: Grad-CAM не проходить перевірки випадковою мережею;" in ukrainian


@pytest.mark.parametrize(
    ("method", "failing"),
    [
        (edges, {"top_randomised", "all_randomised"}),
        (upside_down, {"gain"}),
        (integrated_gradients, set()),
    ],
)
def test_each_fault_fails_its_own_checks(
    method: Method, failing: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = fill(tmp_path, method, monkeypatch)
    found = told(conclude(make_study(store, {})))
    failed = {name for name in found if name.startswith("attribution_failed/")}
    assert failed == {f"attribution_failed/custom_cnn/grad_cam/{check}" for check in failing}
    [passed] = [claim for claim in found.values() if claim["kind"] == "attribution_passed"]
    assert ("all methods" in passed["text"]["en"]) == (not failing)
    assert ("Grad-CAM" in passed["text"]["en"]) == (not failing)


@pytest.mark.parametrize("agreement", [-0.2, 0.4999, 0.5, 0.9])
@pytest.mark.parametrize("gain", [-0.1, 0.0499, 0.05, 0.4])
def test_both_halves_judge_alike(agreement: float, gain: float) -> None:
    """``Sanity.passed`` of the measuring half, ``passes`` of the concluding one."""
    flat = np.zeros(9)
    measured = Sanity({"top": 0.0, "all": agreement}, Curves(flat, flat + gain), Curves(flat, flat))
    assert measured.gain == pytest.approx(gain)
    exact = measured.gain
    assert measured.passed == (passes("all_randomised", agreement) and passes("gain", exact))


# -- the reference measurements -----------------------------------------------------------------------------


def test_sanity_checks_pass_in_the_reference_measurements(conclusions: Conclusions, table: Table) -> None:
    """Every method for the CNN, on all three sets, in every run; for the pretrained what the rows say."""
    checked = cells(table, "custom_cnn")
    assert {dataset for dataset, _ in checked} == {"mnist", "fashion_mnist", "cifar10"}
    assert {method for _, method in checked} == set(LEVELS[ATTRIBUTION])
    assert all(sound(runs) == len(runs) for runs in checked.values())
    [claim] = [c for c in conclusions.of("attribution_passed") if "custom_cnn" in c.subjects]
    assert claim.value == 1
    assert claim.support == "certain"
    [overall] = conclusions.of("attribution_overall")
    reliable = [
        method
        for method in LEVELS[ATTRIBUTION]
        if all(
            sound(runs) == len(runs)
            for variant in table.variants
            for (_, one), runs in cells(table, variant).items()
            if one == method
        )
    ]
    assert overall.details["sound"] == reliable != []


def test_sentences_of_the_reference_measurements_follow_from_the_rows(
    conclusions: Conclusions, table: Table, reference: Store
) -> None:
    claims = list(told(conclusions).values())
    assert {claim["kind"] for claim in claims} >= set(KINDS) - {"surer_wrong"}
    assert list(lacking(claims, table)) == []
    problems = check_conclusions(json.loads(conclusions_json(conclusions)), reference_rows(reference))
    assert [problem for problem in problems if "attribut" in problem] == []


def reference_rows(store: Store) -> Iterable[Mapping[str, Any]]:
    """The rows as CSV files of old had them: a metric by its id, at a level within."""
    frame = store.read()
    ids = [
        at(name, **{f: level for f, level in decode_levels(levels or "") if f in WITHIN})
        for name, levels in zip(frame["metric"], frame["levels"], strict=True)
    ]
    rows = frame.assign(metric=ids, input_size=frame["input_size"].astype("float64"))
    columns = ["dataset", "extractor", "input_size", "clusterer", "seed", "metric", "value"]
    found: list[dict[str, Any]] = rows[columns].to_dict("records")
    return found


def test_surest_errors_are_those_of_the_kept_cases(conclusions: Conclusions, study: Study) -> None:
    """Counted anew from the arrays: for each class the answers given most often."""
    for claim in conclusions.of("surest_errors"):
        counts: dict[int, Counter[int]] = {}
        for run in study.runs:
            kept = study.load_artifacts(run.key)
            if run.dataset == claim.dataset and "attribution/labels" in kept:
                for label, answer in zip(
                    kept["attribution/labels"].tolist(), kept["attribution/predicted"].tolist(), strict=True
                ):
                    if label != answer:
                        counts.setdefault(label, Counter())[answer] += 1
        assert claim.dataset is not None
        names = study.dataset_by_name[claim.dataset].classes
        expected = [
            (
                names[label],
                sorted(a for a, n in found.items() if n == max(found.values())),
                max(found.values()),
                sum(found.values()),
            )
            for label, found in sorted(counts.items())
        ]
        said = [
            (label, sorted(names.index(answer) for answer in answers), times, runs)
            for label, answers, times, runs, _ in claim.details["errors"]
        ]
        assert said == expected


def test_flat_maps_are_said_to_name_no_place(conclusions: Conclusions, study: Study) -> None:
    """Grad-CAM on a last map of one cell: the sentence is there where the arrays are flat, and only there."""
    for claim in conclusions.of("attribution_failed"):
        [variant] = claim.subjects
        method, check = claim.id.split("/")[2:]
        if check != "gain":
            continue
        names = {e.dataset for e in claim.evidence}
        maps = [
            np.asarray(study.load_artifacts(run.key)[f"attribution/maps/{method}"], float)
            for run in study.runs
            if run.variant == variant and run.dataset in names
        ]
        flat = all(np.ptp(one.reshape(len(one), -1), axis=1).max() == 0 for one in maps)
        assert ("name no place" in claim.message) == flat
    assert any("name no place" in claim.message for claim in conclusions.of("attribution_failed"))


def test_flat_maps_have_a_dash_where_nothing_is_defined(conclusions: Conclusions, tmp_path: Path) -> None:
    """No rank correlation and no gain of a map that is alike all over the image: zero would be an answer."""
    draft = Draft(conclusions, Words("en", conclusions.study), FigureCache(tmp_path))
    found = checked(conclusions.context)
    flat = 0
    for dataset in conclusions.study.measured_datasets:
        here = [one for one in found if one.dataset == dataset]
        [table] = _table(draft, dataset, here)
        for one, line in zip(here, table.rows, strict=True):
            dashes = [to_string(cell.text) == "—" for cell in line.cells[2:7]]
            nowhere = set(one.values["gain"]) == {0.0}
            assert dashes == ([True, True, False, False, True] if nowhere else [False] * 5)
            flat += nowhere
    assert flat


# -- shuffled measurements change the sentences -------------------------------------------------------------


def exchanged(study: Study, first: str, second: str) -> Study:
    """The study with two methods' measurements and arrays exchanged."""

    def name(text: str) -> str:
        swap = {first: second, second: first}
        return re.sub(f"{first}|{second}", lambda found: swap[found[0]], text)

    def load(key: str) -> Arrays:
        return {name(k): v for k, v in study.load_artifacts(key).items()}

    samples = {(d, v, identified(name(m))): sample for (d, v, m), sample in study.samples.items()}
    return replace(study, samples=samples, load_artifacts=load)


def test_exchanging_two_methods_exchanges_them_in_every_sentence(
    conclusions: Conclusions, study: Study
) -> None:
    def without_caveats(found: dict[str, str]) -> dict[str, str]:
        """What is told of one method alone: that a check is made like occlusion, how coarse Grad-CAM is."""
        caveats = r" Deletion and insertion cover .*?not shown\.| Grad-CAM names no finer places .*?\."
        return {name: re.sub(caveats, "", text) for name, text in found.items()}

    before = without_caveats(sentences(conclusions))
    after = without_caveats(sentences(conclude(exchanged(study, "grad_cam", "occlusion"))))

    def swapped(text: str) -> str:
        swap = {"Grad-CAM": "occlusion", "occlusion": "Grad-CAM"}
        return re.sub("Grad-CAM|occlusion", lambda found: swap[found[0]], text)

    names = {name: re.sub("grad_cam|occlusion", "METHOD", name) for name in {*before, *after}}
    kinds = ("attribution_failed", "attribution_gain", "attribution_overall", "attribution_passed")
    assert Counter(names[n] for n in before) == Counter(names[n] for n in after)
    for kind in kinds:
        mine = sorted(words(swapped(text)) for name, text in before.items() if name.startswith(kind))
        other = sorted(words(text) for name, text in after.items() if name.startswith(kind))
        assert mine == other
        assert not {text for name, text in before.items() if name.startswith(kind)} <= set(after.values())


def with_arrays(study: Study, change: Callable[[dict[str, NDArray[Any]]], None]) -> Study:
    """The study with the kept cases changed, other arrays as they are."""

    def load(key: str) -> Arrays:
        kept = dict(study.load_artifacts(key))
        if "attribution/labels" in kept:
            change(kept)
        return kept

    return replace(study, load_artifacts=load)


def test_shuffled_answers_change_what_is_said_of_errors(conclusions: Conclusions, study: Study) -> None:
    rng = np.random.default_rng(0)

    def shuffle(kept: dict[str, NDArray[Any]]) -> None:
        kept["attribution/predicted"] = rng.permutation(kept["attribution/predicted"])

    before, after = sentences(conclusions), sentences(conclude(with_arrays(study, shuffle)))
    changed = {name for name in before if before[name] != after.get(name)}
    assert {f"surest_errors/{dataset}" for dataset in ("mnist", "fashion_mnist", "cifar10")} <= changed
    assert all(name.startswith(("surest_errors", "surer_wrong")) for name in changed)


@pytest.mark.slow
def test_confidence_of_right_and_wrong_answers_is_told_apart(study: Study) -> None:
    def sure(kept: dict[str, NDArray[Any]], *, wrong: float, right: float) -> None:
        is_right = kept["attribution/labels"] == kept["attribution/predicted"]
        kept["attribution/confidence"] = np.where(is_right, right, wrong).astype(np.float32)

    for dataset in ("mnist", "fashion_mnist", "cifar10"):
        name = f"surer_wrong/{dataset}"
        surer = sentences(conclude(with_arrays(study, lambda kept: sure(kept, wrong=0.9, right=0.6))))
        assert "(90% against 60% for the surest right answer)" in surer[name]
        assert name not in sentences(
            conclude(with_arrays(study, lambda kept: sure(kept, wrong=0.6, right=0.9)))
        )
        equal = with_arrays(study, lambda kept: sure(kept, wrong=0.903, right=0.901))
        assert name not in sentences(conclude(equal)), "no difference by whole per cent"


# -- any measurements ---------------------------------------------------------------------------------------

FIRST, SECOND = "альфа", "бета"

some = settings(
    # the rows are few as they are: shrinking them takes minutes and shows little more
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    deadline=None,
    derandomize=True,
)


@st.composite
def checked_rows(draw: st.DrawFn) -> Rows:
    """Rows of three networks on two sets with one to three seeds, some checks and runs left out."""
    seeds = draw(st.integers(1, 3))
    holes = draw(st.sampled_from([0, 0, 10]))
    value = st.sampled_from([-0.3, 0.0, 0.04, 0.05, 0.2, 0.49, 0.5, 0.9])
    rows: Rows = []
    for dataset in ("mnist", "cifar10"):
        for extractor, size in (("custom_cnn", None), (FIRST, None), (SECOND, None)):
            metrics = {f"{m}_{c}": value for m in LEVELS[ATTRIBUTION] for c in CHECKS}
            metrics["attributed_accuracy"] = st.sampled_from([0.3, 0.5, 0.8, 0.9])
            for metric, values in metrics.items():
                for seed in range(seeds):
                    if draw(st.integers(0, 99)) >= holes:
                        rows.append(row(dataset, extractor, size, "", seed, metric, draw(values)))
    rows.append(row("mnist", "custom_cnn", None, "kmeans", 0, "ari", 0.5))
    return rows


def gains(**values: Sequence[Sequence[float]]) -> Rows:
    """Rows of one network: method → its gain on each of two sets, by seed."""
    return [
        row(dataset, "custom_cnn", None, "", seed, f"{method}_gain", value)
        for method, by_set in values.items()
        for dataset, seeds in zip(("mnist", "cifar10"), by_set, strict=True)
        for seed, value in enumerate(seeds)
    ]


@pytest.mark.parametrize(
    ("rows", "support", "said"),
    [
        # as good in each seed: the differences are 0.3 and 0.2, hardly spread
        (
            gains(
                occlusion=[[0.9, 0.5, 0.7], [0.4, 0.8, 0.3]], grad_cam=[[0.6, 0.21, 0.4], [0.2, 0.59, 0.1]]
            ),
            "certain",
            "occlusion names matter the most; gain over maps moved at random: Custom CNN 0.600, ahead of "
            "Grad-CAM by 0.250",
        ),
        # the same means, other seeds beside each other
        (
            gains(
                occlusion=[[0.9, 0.5, 0.7], [0.4, 0.8, 0.3]], grad_cam=[[0.21, 0.6, 0.4], [0.59, 0.1, 0.2]]
            ),
            "undetermined",
            "it is not decided which method names the pixels that matter the most",
        ),
        # first on average and behind on one set
        (
            gains(
                occlusion=[[0.9, 0.91, 0.9], [0.3, 0.3, 0.31]], grad_cam=[[0.2, 0.2, 0.21], [0.4, 0.41, 0.4]]
            ),
            "certain",
            ", though on CIFAR-10 behind Grad-CAM",
        ),
        (gains(occlusion=[[0.9], [0.4]], grad_cam=[[0.2], [0.4]]), "single_run", "by 0.350 (single runs)"),
        (
            gains(occlusion=[[0.9, 0.8], [0.4, 0.3]], grad_cam=[[0.8, 0.9], [0.3, 0.4]]),
            "tie",
            "highest and equal",
        ),
    ],
)
def test_a_lead_is_as_sure_as_the_differences_of_the_seeds(rows: Rows, support: str, said: str) -> None:
    claim = told(conclude(study_of(rows)))["attribution_gain/custom_cnn"]
    assert claim["support"] == support
    assert said in claim["text"]["en"]


@settings(some, max_examples=25)
@given(checked_rows())
def test_sentences_follow_from_any_rows(rows: Rows) -> None:
    found = json.loads(conclusions_json(conclude(study_of(rows))))
    assert check_conclusions(found, rows) == []
    told_of = [claim for claim in found["claims"] if claim["kind"] in KINDS]
    for claim in told_of:
        for text in claim["text"].values():
            assert "{" not in text
            assert "  " not in text


@settings(some, max_examples=15)
@given(checked_rows())
def test_exchanging_two_networks_exchanges_them_and_changes_nothing_else(rows: Rows) -> None:
    def swapped(text: str) -> str:
        return re.sub(f"{FIRST}|{SECOND}", lambda m: SECOND if m[0] == FIRST else FIRST, text)

    other = [
        {**found, "extractor": swapped(found["extractor"]), "key": swapped(found["key"])} for found in rows
    ]
    mine = sorted(words(swapped(text)) for text in sentences(conclude(study_of(rows))).values())
    assert mine == sorted(words(text) for text in sentences(conclude(study_of(other))).values())


def test_titles_of_the_checker_are_all_methods() -> None:
    assert set(TITLES) == set(LEVELS[ATTRIBUTION])
    assert (MOST_AGREEMENT, LEAST_GAIN) == (0.5, 0.05), "the checker's own limits"
