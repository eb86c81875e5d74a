"""A step of a plug-in is read back with the digest of its source: its key depends on it."""

from __future__ import annotations

from pathlib import Path

from fxreport.store import Store
from fxreport.vocabulary.steps import Experiment, Measurement, Step, StepResult


def test_a_step_of_a_plug_in_is_read_back_whole(tmp_path: Path) -> None:
    experiment = Experiment("digits", "f", None, None, "mine", code="ab12")
    step = Step(experiment, "brightness", 3, settings=(("power", 2),), code="cd34")
    store = Store(tmp_path)
    store.write(StepResult(step, (Measurement("brightness", 0.5),)))
    assert Store(tmp_path).steps() == {step.key: step}
