"""Code of others in a process apart: whatever it does harms its own experiment and no other."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
from jobs import counts
from running import FolderStore, experiment

from fxreport.config import measuring
from fxreport.extractors.own import code
from fxreport.measures import registry
from fxreport.vocabulary.errors import FxReportError
from fxreport.vocabulary.own import Code, OwnExtractor
from fxreport.vocabulary.steps import Experiment, Step
from fxreport.work import execute
from fxreport.work.apart import told_apart
from fxreport.work.sources import Limits, Sources

SOURCE = """
import os, sys, time


class Base:
    def fit(self, images, labels=None):
        return self

    def transform(self, images):
        print("to stdout")
        return images.reshape(len(images), -1)


class Exits(Base):
    def fit(self, images, labels=None):
        sys.exit(0)


class HardExit(Base):
    def fit(self, images, labels=None):
        os._exit(5)


class Loops(Base):
    def transform(self, images):
        while True:
            try:
                time.sleep(0.1)
            except BaseException:
                pass


class Hungry(Base):
    def fit(self, images, labels=None):
        self.kept = []
        while True:
            self.kept.append(b"x" * 10_000_000)
            time.sleep(0.02)
"""


def alone(one: Experiment) -> tuple[Step, ...]:
    """Its extraction and k-means, and nothing that takes time."""
    asked = {"clusterers": ("kmeans",), "kmeans_n_init": 1, "projections": (), "inspections": ()}
    return tuple(measuring.steps(one, asked, [registry.get("clustering")], frozenset()))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("attribute", "limits", "reason"),
    [
        ("Exits", Limits(), "the extractor exits: it ends the process (SystemExit); let it raise an error"),
        ("HardExit", Limits(), "its process ended before it was done (exit code 5)"),
        ("Loops", Limits(minutes=0.05), "it took more than 0.05 min, the limit that [limits] minutes sets"),
        (
            "Hungry",
            Limits(memory_gigabytes=1.2),
            "it took more memory than 1.2 GB, the limit that [limits] memory_gigabytes sets",
        ),
    ],
)
def test_what_code_does_to_its_process_harms_no_other(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    attribute: str,
    limits: Limits,
    reason: str,
) -> None:
    monkeypatch.setenv("FXREPORT_CACHE", str(tmp_path / "cache"))
    (tmp_path / "mine.py").write_text(SOURCE)
    place = str(tmp_path / "mine.py")
    bad, good = (OwnExtractor(name.lower(), "here", Code(place, name)) for name in (attribute, "Base"))
    plan = [experiment(one.name, code=code(one)) for one in (bad, good)]
    store = FolderStore(tmp_path / "store")
    sources = Sources(own={one.name: one for one in (bad, good)}, limits=limits)
    steps = {one: alone(one) for one in plan}
    if limits.minutes == math.inf:
        outcome = execute(steps, store, sources)
    else:  # the other is not held to a limit that a busy machine may need
        outcome = execute({plan[0]: steps[plan[0]]}, store, sources)
        outcome.done += execute({plan[1]: steps[plan[1]]}, store, replace(sources, limits=Limits())).done
    assert {a.experiment.extractor: a.reason for a in outcome.failed} == {bad.name: reason}
    assert outcome.done == plan[1:]
    assert store.failures().keys() == {plan[0].key}
    out, err = capfd.readouterr()
    assert (out, "to stdout" in err) == ("", True), "stdout is for what the command produces"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fate", "message"),
    [
        ("fails", "it is so"),
        ("breaks", "ValueError: nobody foresaw it"),
        ("ends", r"its process ended before it was done \(exit code 4\)"),
        ("loops", r"no end within 0\.1 min"),
    ],
)
def test_a_job_apart_tells_as_it_goes_and_how_it_ended(fate: str, message: str) -> None:
    job = told_apart(counts, 3, fate, minutes=0.1 if fate == "loops" else 2)
    assert [next(job) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(FxReportError, match=message):
        next(job)


def test_a_job_apart_ends() -> None:
    assert list(told_apart(counts, 3, "well", minutes=2)) == [0, 1, 2]


def test_what_changes_while_a_build_runs_is_not_kept_under_the_key_of_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FXREPORT_CACHE", str(tmp_path / "cache"))
    file = tmp_path / "mine.py"
    file.write_text(SOURCE)
    own = OwnExtractor("base", "here", Code(str(file), "Base"))
    planned = experiment("base", code=code(own))
    file.write_text(SOURCE.replace("to stdout", "another"))
    store = FolderStore(tmp_path / "store")
    outcome = execute({planned: alone(planned)}, store, Sources(own={"base": own}))
    assert [a.reason for a in outcome.failed] == ["base has changed since this build began; build again"]
    assert store.keys() == set()
