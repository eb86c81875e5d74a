"""``import fxreport``: what it offers says what the documents say, of any table."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest
from once import bare_cache
from small_stores import OTHERS, fill

import fxreport
from fxreport import cli
from fxreport.api.comparing import compare
from fxreport.store import Store
from fxreport.vocabulary.errors import ConfigError, FxReportError, InputError

COMPRESSORS = Path(__file__).parents[1] / "data" / "compressors.csv"
METRICS: dict[str, Any] = {"ratio": "higher", "speed": {"better": "higher", "unit": "MB/s"}}


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    """A real table of another field, as a benchmark of its own would have it: no word of ours."""
    table = pd.read_csv(COMPRESSORS, keep_default_na=False)
    names = {"dataset": "corpus", "extractor": "compressor"}
    table = table.rename(columns=names)[["corpus", "compressor", "seed", "metric", "value"]]
    return table.assign(corpus=table["corpus"].replace("digits", "numerals"))  # a built-in set's name


@pytest.fixture(scope="module")
def report(rows: pd.DataFrame) -> fxreport.Report:
    return compare(rows, thing="compressor", task="corpus", metrics=METRICS, lang="en")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Measured and imported values, among them names that nothing on this machine has."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FXREPORT_CACHE", str(bare_cache(tmp_path / "cache")))
    made = Store("store")
    fill(made)
    Path("others.csv").write_text(OTHERS, encoding="utf-8")
    made.import_csv(Path("others.csv"))
    return made


def told(report: fxreport.Report) -> list[tuple[str, str]]:
    return [(one.id, one.text) for one in report.claims()]


def test_importing_it_loads_nothing_of_it() -> None:
    code = "import sys, fxreport; print(*(m for m in sys.modules if m.startswith(('fxreport.', 'numpy'))))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""


def test_every_name_is_there_and_in_the_documentation(checkout: Path) -> None:
    page = (checkout / "docs" / "python.md").read_text("utf-8")
    for name in fxreport.__all__:
        assert getattr(fxreport, name) is not None
        assert f"`{name}" in page or name.startswith("__"), name
    public = {name for name in vars(fxreport.Report) if not name.startswith("_")}
    assert {name for name in public if f"`.{name}" not in page} == {
        "conclusions",
        "drawing",
        "imprint",
    } & public


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        fxreport.nothing  # noqa: B018


# --- load


def test_load_says_what_the_documents_say(store: Store) -> None:
    assert cli.main(["render", "--store", "store", "--format", "md", "--lang", "en"]) == 0
    written = json.loads(Path("output/conclusions.json").read_text("utf-8"))
    loaded = fxreport.load("store", lang="en")
    assert told(loaded) == [(one["id"], one["text"]["en"]) for one in written["claims"]]
    assert [f.heading for f in loaded.findings()] == [one["heading"]["en"] for one in written["findings"]]
    recommended = {one["scenario"]: one["text"]["en"] for one in written["recommendations"]}
    assert {one.scenario: one.text for one in loaded.recommendations()} == recommended
    ukrainian = loaded.in_language("uk")
    assert told(ukrainian) == [(one["id"], one["text"]["uk"]) for one in written["claims"]]


def test_a_frame_has_what_the_store_has(store: Store) -> None:
    frame = fxreport.load("store", lang="en").frame()
    measured = store.read()
    assert set(frame.columns) == {"dataset", "extractor", "metric", "seed", "value", "unit"}
    kept = measured[(measured["dataset"] == "cifar10") & (measured["metric"] == "ari")]
    own = frame[(frame["dataset"] == "cifar10") & (frame["metric"] == "ari")]
    assert sorted(own["value"]) == sorted(kept["value"])
    means = fxreport.load("store", lang="en").frame(means=True)
    cell = means[(means["extractor"] == "custom_cnn") & (means["metric"] == "ari")].set_index("dataset")
    by_hand = kept[kept["extractor"] == "custom_cnn"]["value"]
    assert cell.loc["cifar10", "value"] == pytest.approx(by_hand.mean())
    assert cell.loc["cifar10", "sd"] == pytest.approx(by_hand.std())


@pytest.mark.parametrize("how", ["load", "render", "explain"])
def test_names_of_the_store_are_known_without_what_they_name(
    store: Store, how: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A plug-in that is not installed, an image set of no table here, an import."""
    if how == "load":
        assert fxreport.load("store", datasets=["svhn"], extractors=["theirs"], lang="en").things == (
            "theirs",
        )
        return
    options = ["--store", "store", "--datasets", "mnist,svhn", "--extractors", "theirs,custom_cnn"]
    assert cli.main([how, *options, *(["--format", "md", "--lang", "en"] if how == "render" else [])]) == 0
    said = capsys.readouterr().out
    if how == "render":
        said = Path("output/en/conclusions.md").read_text("utf-8")
    assert "theirs" in said
    assert "svhn" in said


def test_a_name_that_is_nowhere_is_refused(store: Store) -> None:
    with pytest.raises(ConfigError, match="unknown data set 'svhm'; did you mean svhn"):
        fxreport.load("store", datasets=["svhm"])


def test_an_empty_store_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there are no results in"):
        fxreport.load(tmp_path / "nothing")


@pytest.mark.parametrize(
    ("locale", "lang"), [("uk_UA.UTF-8", "uk"), ("en_GB", "en"), ("de_DE", "en"), ("C", "uk"), ("", "uk")]
)
def test_without_a_language_the_locale_decides(
    store: Store, monkeypatch: pytest.MonkeyPatch, locale: str, lang: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", locale)
    assert fxreport.load("store").lang == lang


# --- compare


def test_compare_says_what_an_import_of_the_same_says(
    report: fxreport.Report, rows: pd.DataFrame, tmp_path: Path
) -> None:
    names = {"corpus": "dataset", "compressor": "extractor"}
    better = rows.assign(better="higher", unit=rows["metric"].map({"ratio": "", "speed": "MB/s"}))
    better.rename(columns=names).to_csv(tmp_path / "same.csv", index=False)
    Store(tmp_path / "store").import_csv(tmp_path / "same.csv")
    assert told(fxreport.load(tmp_path / "store", lang="en")) == told(report)


def test_the_best_are_those_of_a_group_by(report: fxreport.Report, rows: pd.DataFrame) -> None:
    means = rows[rows["metric"] == "ratio"].groupby(["corpus", "compressor"])["value"].mean()
    for corpus in report.tasks:
        [winner] = report.claims("winner", task=corpus)
        assert winner.value == pytest.approx(means[corpus].max())
        assert set(winner.subjects) == set(means[corpus][means[corpus] > means[corpus].max() - 1e-9].index)
    best = means.groupby("compressor").mean().idxmax()
    assert report.recommend().subject == best
    assert best in report.recommend().text


def test_a_metric_of_the_name_of_ours_is_its_own(rows: pd.DataFrame, tmp_path: Path) -> None:
    """`accuracy` of another field says nothing of test images and labels at hand."""
    renamed = rows.assign(metric=rows["metric"].replace("ratio", "accuracy"))
    metrics = {"accuracy": "higher", "speed": METRICS["speed"]}
    made = compare(renamed, thing="compressor", task="corpus", metrics=metrics, lang="en")
    made.write(tmp_path, formats=["md"], documents=["conclusions"])
    text = (tmp_path / "en" / "conclusions.md").read_text("utf-8")
    assert made.recommend().subject in text
    assert not re.search("images|classif|abel", text.partition("## What is not known")[0])


def shuffled(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.sample(frac=1, random_state=3)


def wide(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.pivot(index=["corpus", "compressor", "seed"], columns="metric", values="value").reset_index()


def repeated(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.sort_values("seed").drop(columns="seed")


def with_gaps(rows: pd.DataFrame) -> pd.DataFrame:
    """A value that is missing is not there."""
    return pd.concat([rows, rows.head(3).assign(compressor="never ran", value=None)])


def as_records(rows: pd.DataFrame) -> list[dict[Any, Any]]:
    return rows.to_dict("records")


@pytest.mark.parametrize("form", [shuffled, wide, repeated, with_gaps, as_records])
def test_the_form_of_the_table_does_not_matter(
    report: fxreport.Report, rows: pd.DataFrame, form: Callable[[pd.DataFrame], Any]
) -> None:
    other = compare(form(rows), thing="compressor", task="corpus", metrics=METRICS, lang="en")
    assert told(other) == told(report)


@pytest.mark.parametrize("seed", range(3))
def test_names_are_carried_into_every_sentence(
    report: fxreport.Report, rows: pd.DataFrame, seed: int
) -> None:
    """The same table under other names: the same sentences under these, whatever characters they are of."""
    draw = random.Random(seed)
    letters = "ʼзїєґß日<>&'\" ./%"
    new = {
        name: f"{place:02d}{''.join(draw.choices(letters, k=6))}x"
        for column in ("corpus", "compressor")
        for place, name in enumerate(sorted(rows[column].unique()))
    }
    spaced = {name: " ".join(one.split()) for name, one in new.items()}
    renamed = rows.assign(**{c: rows[c].map(spaced) for c in ("corpus", "compressor")})
    other = compare(renamed, thing="compressor", task="corpus", metrics=METRICS, lang="en")
    pattern = re.compile("|".join(sorted(map(re.escape, spaced), key=len, reverse=True)))
    expected = {pattern.sub(lambda m: spaced[m[0]], text) for _, text in told(report)}
    assert {text for _, text in told(other)} == expected


@pytest.mark.parametrize(
    ("change", "arguments", "error", "message"),
    [
        ({}, {"thing": "compresor"}, ConfigError, "compare: thing: unknown column 'compresor'; did you mean"),
        ({}, {"metrics": None}, ConfigError, "no metric says which way is better"),
        ({}, {"metrics": {"ratio": "up"}}, ConfigError, 'metrics.ratio.better must be "higher" or "lower"'),
        ({}, {"metrics": {"ratio": {"unti": "1"}}}, ConfigError, "unknown key 'unti'; did you mean unit"),
        ({}, {"value": "ratio"}, ConfigError, "there is a column 'metric' and none 'ratio'"),
        ({}, {"factors": ["level"]}, ConfigError, "unknown column 'level'"),
        ({"value": "fast"}, {}, InputError, "compare: row 0: value must be a number, got 'fast'"),
        ({"corpus": None}, {}, InputError, "compare: row 0: corpus is missing"),
        ({"value": float("inf")}, {}, InputError, "the frame as CSV, line 2: value must be a finite number"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_told(
    rows: pd.DataFrame,
    change: dict[str, Any],
    arguments: dict[str, Any],
    error: type[Exception],
    message: str,
) -> None:
    wrong = rows.astype({"value": object}) if change else rows.copy()
    for column, value in change.items():
        wrong.loc[0, column] = value
    with pytest.raises(error, match=re.escape(message)):
        compare(wrong, **{"thing": "compressor", "task": "corpus", "metrics": METRICS, **arguments})


def test_every_error_is_one_to_catch(rows: pd.DataFrame) -> None:
    with pytest.raises(fxreport.FxReportError):
        compare(rows)
    assert fxreport.FxReportError is FxReportError


# --- what a report offers


def test_claims_are_narrowed(report: fxreport.Report) -> None:
    every = report.claims()
    of_set = report.claims(task="iris")
    assert of_set == tuple(one for one in every if one.dataset == "iris")
    assert report.claims("best", metric="speed") == tuple(
        one for one in every if one.kind == "best" and one.metric == "speed"
    )
    named = report.claims(thing="zlib_1")
    assert named
    assert all("zlib_1" in one.subjects for one in named)
    for wrong in ({"kind": "winer"}, {"task": "irys"}, {"metric": "speeed"}, {"thing": "zlib"}):
        with pytest.raises(ConfigError, match="did you mean"):
            report.claims(**wrong)


def test_conditions_are_those_of_a_scenario(store: Store) -> None:
    report = fxreport.load("store", datasets=["mnist", "cifar10"], lang="en")
    assert report.recommend("no_labels").text == report.recommend(labels=False).text
    small = report.recommend(model_bytes=2e6)
    assert small.subject == "custom_cnn"
    assert {one.extractor for one in small.excluded} >= {"raw_pixels", "vgg16@32", "vgg16@96"}
    with pytest.raises(ConfigError, match="unknown condition 'modelbytes'; did you mean model_bytes"):
        report.recommend(modelbytes=3)
    with pytest.raises(ConfigError, match="unknown scenario 'no_label'; did you mean no_labels"):
        report.recommend("no_label")
    with pytest.raises(ConfigError, match="unknown objective"):
        report.recommend(objective="beauty")


def test_any_metric_is_sought_and_bounded(report: fxreport.Report, rows: pd.DataFrame) -> None:
    means = rows.groupby(["metric", "compressor", "corpus"])["value"].mean()
    ratios = means["ratio"].groupby("compressor").min()
    enough = ratios[ratios >= 2.5].index
    fastest = means["speed"].groupby("compressor").mean()[enough].idxmax()
    found = report.recommend(objective="speed", at_least={"ratio": 2.5})
    assert found.subject == fastest
    assert set(found.admissible) == set(enough)
    with pytest.raises(ConfigError, match="unknown at_least 'ration'; did you mean ratio"):
        report.recommend(at_least={"ration": 2.5})


def test_sentences_speak_of_methods_and_tasks_or_by_the_nouns_that_are_given(
    report: fxreport.Report, rows: pd.DataFrame
) -> None:
    def said(made: fxreport.Report) -> str:
        return re.sub('src="[^"]*"', "", made._repr_html_()) + " ".join(text for _, text in told(made))

    nouns = {"thing": {"en": ["a compressor", "compressors"]}, "task": {"en": ["a corpus", "corpora"]}}
    named = compare(rows, thing="compressor", task="corpus", metrics=METRICS, subject=nouns, lang="en")
    for made in (report, named, report.in_language("uk")):
        assert not re.search("xtractor|image|кстрактор|зображен", said(made))
    assert "all five tasks" in said(report)
    assert "all five corpora" in said(named)
    with pytest.raises(ConfigError, match="begin the singular with its article"):
        compare(
            rows, thing="compressor", task="corpus", metrics=METRICS, subject={"thing": {"en": ["x", "xs"]}}
        )


def test_a_claim_is_explained(report: fxreport.Report) -> None:
    [winner] = report.claims("winner", task="iris")
    text = report.explain(winner.id)
    assert winner.id in text
    assert "winners.winner" in text
    with pytest.raises(ConfigError, match="unknown claim"):
        report.explain("winner/nothing")


def test_figures_are_drawn_when_they_are_asked_for(report: fxreport.Report, tmp_path: Path) -> None:
    assert report.figures[0] == "quality"
    drawn = report.figure()
    assert drawn == report.figure("quality")
    root = ElementTree.fromstring(drawn.save(tmp_path / "quality.svg").read_text("utf-8"))
    assert root.tag.endswith("svg")
    assert "iris" in drawn.alt
    with pytest.raises(ConfigError, match="unknown figure"):
        report.figure("qality")


def test_it_is_written_as_documents(report: fxreport.Report, tmp_path: Path) -> None:
    paths = report.write(tmp_path, formats=["md"], documents=["conclusions"])
    assert tmp_path / "en" / "conclusions.md" in paths
    text = (tmp_path / "en" / "conclusions.md").read_text("utf-8")
    assert report.recommend().text.partition(":")[0] in text
    with pytest.raises(ConfigError, match="unknown document"):
        report.write(tmp_path, documents=["novel"])


def test_a_notebook_shows_names_and_runs_none(rows: pd.DataFrame) -> None:
    evil = rows.assign(compressor=rows["compressor"].replace("lzma_9", "<script>alert(1)</script>"))
    made = compare(evil, thing="compressor", task="corpus", metrics=METRICS, lang="en")
    shown = [made, made.claims(), made.recommend(), made.recommendations(), made.claims()[0]]
    for one in shown:
        markup = one._repr_html_()
        assert "<script" not in markup
        ElementTree.fromstring(f"<body>{re.sub('<(br|img [^>]*)>', '', markup)}</body>")
    assert "&lt;script&gt;" in made._repr_html_()


def test_page_one_is_in_its_language(report: fxreport.Report) -> None:
    assert "за показником" in report.in_language("uk")._repr_html_() + str(report.in_language("uk").claims())
    with pytest.raises(ConfigError, match="unknown language"):
        report.in_language("xx")


def test_listings_are_short_and_have_frames(report: fxreport.Report) -> None:
    claims = report.claims()
    assert len(claims) > 20
    assert len(repr(claims).splitlines()) < 20
    assert len(claims.frame()) == len(claims)
    assert set(claims.frame()["id"]) == {one.id for one in claims}


# --- plan and run

TINY = """
[profiles.tiny]
seeds = [0, 1]
datasets = ["digits"]
extractors = ["raw_pixels"]
sizes = { digits = { train = 200, test = 100 } }
evaluation = { kmeans_n_init = 1, projections = [], inspections = [], timing_repeats = 1 }
"""


def test_a_plan_says_what_is_there_and_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FXREPORT_CACHE", str(bare_cache(tmp_path / "cache")))
    Path("tiny.toml").write_text(TINY, encoding="utf-8")
    planned = fxreport.plan("tiny", config="tiny.toml", store="mine")
    assert list(planned.frame()["state"]) == ["to measure", "to measure"]
    assert planned.seconds > 0
    assert not Path("mine").exists(), "a plan measures nothing"
    report = fxreport.run(planned, lang="en")
    assert report.things == ("raw_pixels",)
    assert set(report.frame()["seed"]) == {0, 1}
    again = fxreport.plan("tiny", config="tiny.toml", store="mine")
    assert list(again.frame()["state"]) == ["stored", "stored"]
    assert again.seconds == 0
    assert told(fxreport.load("mine", profile="tiny", config="tiny.toml", lang="en")) == told(report)
