"""``fxreport explain``: what a conclusion rests on, in plain text."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
from once import bare_cache
from small_stores import OTHERS, fill
from wholes import stored_plan

from fxreport import cli
from fxreport.analysis.claims import Derived
from fxreport.analysis.conclude import Conclusions, conclude
from fxreport.analysis.rules import RULES
from fxreport.report.build import make_study
from fxreport.report.explain import compared, explain, ids, location
from fxreport.report.model import to_string
from fxreport.report.words import Words
from fxreport.store import Store

LANGUAGES = ("uk", "en")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of measured and imported values."""
    folder = tmp_path_factory.mktemp("explained")
    store = Store(folder / "store")
    fill(store)
    (folder / "others.csv").write_text(OTHERS, encoding="utf-8")
    store.import_csv(folder / "others.csv")
    return folder


@pytest.fixture(scope="module")
def conclusions(folder: Path) -> Conclusions:
    store = Store(folder / "store")
    return conclude(make_study(store, stored_plan(store)))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.__module__}.{rule.__name__}")
def test_every_rule_says_when_it_is_silent(rule: object) -> None:
    assert re.search(r"\b[Ss]ilent\b", inspect.getdoc(rule) or ""), "say in its docstring when it is silent"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_conclusion_is_explained_from_its_own_evidence(conclusions: Conclusions, lang: str) -> None:
    words = Words(lang, conclusions.study)
    claims = {claim.id: claim for claim in conclusions.claims}
    assert set(ids(conclusions)) == {
        *claims,
        *(f"recommendation/{r.scenario}" for r in conclusions.recommendations),
    }
    for name in ids(conclusions):
        text = explain(conclusions, words, name)
        assert name in text
        claim = claims.get(name)
        if claim is None:
            continue
        sentence = to_string(words.say(claim.message, claim.params))
        assert " ".join(sentence.split()) in " ".join(text.split())
        for one in claim.evidence:
            sample = conclusions.study.samples[one.dataset, one.extractor, one.metric]
            for key, value in zip(sample.keys, sample.values, strict=True):
                assert key in text
                assert format(value, ".10g") in text


def test_the_rule_is_named_with_its_place_in_the_code(conclusions: Conclusions) -> None:
    for claim in conclusions.claims:
        rule = conclusions.rules[claim.id]
        file, _, line = location(rule).rpartition(":")
        source = (Path.cwd() / file).read_text("utf-8").splitlines()
        assert source[int(line) - 1].startswith(f"def {rule.__name__}(")


def test_an_interval_is_that_of_the_sentence(conclusions: Conclusions) -> None:
    winner = conclusions.of("winner", dataset="cifar10")[0]
    found = {c.b: c for c in compared(conclusions, winner)}
    rivals = set(conclusions.study.column("cifar10", "ari")) - set(winner.subjects)
    assert set(found) == rivals
    low, high = winner.params["low"], winner.params["high"]
    assert isinstance(low, Derived)
    assert isinstance(high, Derived)
    intervals = [(c.interval.low, c.interval.high) for c in found.values() if c.interval]
    assert (low.value, high.value) in intervals


def test_comparisons_are_those_of_the_subjects(conclusions: Conclusions) -> None:
    pair = conclusions.of("input_size", dataset="cifar10")[0]
    assert [(c.a, c.b) for c in compared(conclusions, pair)] == [pair.subjects]
    speed = conclusions.of("speed_rank")[0]
    assert compared(conclusions, speed) == []


def test_single_runs_have_no_interval(conclusions: Conclusions) -> None:
    text = explain(conclusions, Words("en", conclusions.study), "input_size/mnist/vgg16")
    assert "import:others" in text
    assert "; single run" in text


# The command


@pytest.fixture
def arguments(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FXREPORT_CACHE", str(bare_cache(tmp_path / "cache")))
    return ["--store", str(folder / "store")]


def test_command_prints_in_the_language_asked_for(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["explain", "winner/cifar10", "--lang", "uk", *arguments]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.startswith("На CIFAR-10 ")
    assert "Правило\n  rules.quality.winners.winner (" in out
    assert cli.main(["explain", "recommendation/max_quality", "--lang", "en", *arguments]) == 0
    assert "\nEvidence\n" in capsys.readouterr().out


@pytest.mark.parametrize("option", [[], ["--list"], ["--list", "winner/cifar10"]])
def test_command_lists_ids(
    arguments: list[str], option: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["explain", *option, *arguments]) == 0
    listed = [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()]
    assert ["winner", "winner/cifar10"] in listed
    assert ["recommendation", "recommendation/max_quality"] in listed


@pytest.mark.parametrize(
    ("name", "hint"),
    [("winer/cifar10", "did you mean winner/cifar10"), ("🙂", "--list shows all"), ("", "--list shows all")],
)
def test_unknown_id_is_one_line(
    arguments: list[str], name: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["explain", name, *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert hint in err


def test_empty_store_has_nothing_to_explain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["explain", "winner/mnist", "--store", str(tmp_path / "none")]) == 2
