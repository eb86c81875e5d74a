"""Experiments of stores of schema 1 as steps: what was measured once is not measured again."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from fxreport.commands.planned import make_plan
from fxreport.vocabulary.schema1 import experiment_and_steps
from fxreport.vocabulary.steps import Experiment, Step

FILE = Path(__file__).parents[1] / "data" / "schema1_experiments.json"


@pytest.fixture(scope="module")
def described() -> list[dict[str, Any]]:
    """The 45 experiments of the committed results, as schema 1 described them."""
    file = json.loads(FILE.read_text("utf-8"))
    return [{**one, "protocol": file["protocol"]} for one in file["experiments"]]


def test_the_standard_plan_has_nothing_to_measure_on_the_committed_results(
    described: list[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    arguments = argparse.Namespace(
        config=None, profile="standard", datasets=None, extractors=None, seeds=None, store="none"
    )
    planned = make_plan(arguments).plan.steps
    experiments = {experiment.key for experiment, _ in map(experiment_and_steps, described)}
    stored = {step.key for _, steps in map(experiment_and_steps, described) for step in steps}
    assert len(experiments) == len(described) == 45
    assert experiments <= {experiment.key for experiment in planned}
    missing = [
        step.title
        for experiment, steps in planned.items()
        if experiment.key in experiments
        for step in steps
        if step.key not in stored
    ]
    assert missing == []


def test_protocol_1_knew_less_and_is_measured_again(described: list[dict[str, Any]]) -> None:
    absent = ("projections", "inspections")
    protocol = {name: value for name, value in described[0]["protocol"].items() if name not in absent}
    first, steps = experiment_and_steps({**described[0], "protocol": {**protocol, "version": 1}})
    assert {step.version for step in steps if step != Step(first)} == {0}
    assert [step.title for step in steps] == [
        "extraction", "clustering kmeans", "probes", "neighborhoods", "projection pca", "projection tsne",
    ]  # fmt: skip
    later, again = experiment_and_steps(described[0])
    assert first != later
    assert {step.key for step in steps}.isdisjoint(step.key for step in again)


def test_steps_are_read_back_from_json(described: list[dict[str, Any]]) -> None:
    for experiment, steps in map(experiment_and_steps, described[:3]):
        assert Experiment.from_dict(json.loads(json.dumps(experiment.to_dict()))) == experiment
        for step in steps:
            again = Step.from_dict(json.loads(json.dumps(step.to_dict())))
            assert (again, again.key) == (step, step.key)


def test_keys_tell_settings_apart_that_python_finds_equal() -> None:
    one, other = (Experiment("a", "f", 1, 1, "x", settings=(("s", value),)) for value in (1, True))
    assert one == other
    assert one.key != other.key
