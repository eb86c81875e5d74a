"""``[scenarios.NAME]`` of a configuration: what it gives, and one clear line for what is wrong."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from fxreport.config import Config, load_config
from fxreport.system.resources import resource
from fxreport.vocabulary.errors import ConfigError
from fxreport.vocabulary.scenario import BUILT_IN, NEUTRAL, Scenario


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No fxreport.toml of the current folder but the test's own."""
    monkeypatch.chdir(tmp_path)


def configured(text: str) -> Config:
    file = Path("my.toml")
    file.write_text(text, "utf-8")
    return load_config(file)


def test_shipped_file_states_the_built_in_scenarios() -> None:
    assert load_config().scenarios == BUILT_IN, "what the file says is what the code does"


def test_shipped_file_explains_every_key() -> None:
    text = resource("fxreport.toml").read_text("utf-8")
    described = text[text.index("# Scenarios:") : text.index("# [scenarios.phone]")]
    for key in ("title", "objective", *NEUTRAL):
        assert f"#   {key} " in described, key


def test_commented_example_is_right() -> None:
    text = resource("fxreport.toml").read_text("utf-8")
    example = text[text.index("# [scenarios.phone]") :].partition("\n\n")[0]
    example = "\n".join(line.removeprefix("# ") for line in example.splitlines())
    phone = configured(example).scenarios[-1]
    assert phone == Scenario(
        "phone",
        {"uk": "На телефоні", "en": "On a phone"},
        labels=False,
        model_bytes=20e6,
        seconds_per_1000_images=5,
    )


def test_a_users_scenario_comes_after_the_six() -> None:
    scenarios = configured('[scenarios."мій"]\ntitle = "Мій"\nobjective = "nmi"\n').scenarios
    assert [s.name for s in scenarios] == [*(s.name for s in BUILT_IN), "мій"]
    assert scenarios[-1] == Scenario("мій", {"": "Мій"}, "nmi")


def test_a_table_of_a_built_in_name_changes_it_key_by_key() -> None:
    scenarios = configured("[scenarios.production]\nquality_share = 0.5\n").scenarios
    assert len(scenarios) == len(BUILT_IN)
    changed = next(s for s in scenarios if s.name == "production")
    assert (changed.objective, changed.quality_share) == ("extraction_seconds", 0.5)


def test_inf_lifts_a_limit() -> None:
    scenarios = configured("[scenarios.limited_compute]\nseconds_per_1000_images = inf\n").scenarios
    lifted = next(s for s in scenarios if s.name == "limited_compute")
    assert lifted.seconds_per_1000_images == math.inf
    assert lifted.constraints == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[scenarios.a]\nseconds_per_1000_image = 2", "did you mean seconds_per_1000_images?"),
        ("[scenarios.a]\ntraining = 1", "scenarios.a.training must be true or false, got 1"),
        ("[scenarios.a]\nlabels = 0", "scenarios.a.labels must be true or false, got 0"),
        ("[scenarios.a]\nrelative_time = 0", "scenarios.a.relative_time must be a number above 0"),
        ("[scenarios.a]\nmodel_bytes = true", "scenarios.a.model_bytes must be a number above 0"),
        ("[scenarios.a]\nmemory_bytes = nan", "scenarios.a.memory_bytes must be a number above 0"),
        ("[scenarios.a]\nquality = 2", "scenarios.a.quality must be a number up to 1"),
        (
            "[scenarios.a]\nquality_share = 90",
            "scenarios.a.quality_share must be a number from 0 to 1, got 90",
        ),
        ('[scenarios.a]\nobjective = "extraction_second"', "did you mean extraction_seconds?"),
        ('[scenarios.a]\nobjective = "silhouette"', "scenarios.a.objective: unknown objective 'silhouette'"),
        ("[scenarios.a]\nobjective = 3", "scenarios.a.objective must be text in quotes"),
        ('[scenarios.a]\ntitle = ""', "scenarios.a.title must be one line of text"),
        ('[scenarios.a]\ntitle = "a\\nb"', "scenarios.a.title must be one line of text"),
        ('[scenarios.a]\ntitle = { ua = "x" }', "scenarios.a.title: unknown language 'ua'; did you mean uk?"),
        ('[scenarios."a b"]\n', "a scenario's name is made of letters, digits and _"),
        ("[scenarios]\na = 1", "scenarios.a must be a table, got 1"),
    ],
)
def test_a_wrong_scenario_is_told_in_one_line(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as raised:
        configured(text)
    told = str(raised.value)
    assert told.startswith("my.toml: ")
    assert message in told
    assert "\n" not in told
