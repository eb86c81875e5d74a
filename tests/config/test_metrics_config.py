"""``[metrics.NAME]``: what a configuration says of metrics."""

from __future__ import annotations

from pathlib import Path

import pytest

from fxreport.config import load_config
from fxreport.vocabulary.errors import ConfigError
from fxreport.vocabulary.metrics import METRICS


def write(folder: Path, text: str) -> Path:
    path = folder / "own.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_metric_is_described(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        '[metrics.ratio]\ntitle = { uk = "ступінь", en = "ratio" }\nbetter = "higher"\nmain = true\nlow = 1\n'
        '[metrics.speed]\ntitle = "speed"\nunit = "MB/s"\nbetter = "lower"\ncost = true\ntopic = "Costs"\n',
    )
    ratio, speed = load_config(path).metrics
    assert (ratio.name, ratio.role, ratio.higher_is_better, ratio.low) == ("ratio", "quality", True, 1)
    assert dict(ratio.titles) == {"uk": "ступінь", "en": "ratio"}
    assert (speed.title, speed.unit, speed.role, speed.topic) == ("speed", "MB/s", "cost", "Costs")
    assert speed.higher_is_better is False


def test_what_is_said_of_a_known_metric_leaves_the_rest(tmp_path: Path) -> None:
    [said] = load_config(write(tmp_path, "[metrics.nmi]\nmain = true\n")).metrics
    known = METRICS["nmi", ""]
    merged = known.merged(said)
    assert merged.role == "quality"
    assert (merged.title, merged.topic, merged.low, merged.high) == (
        known.title,
        known.topic,
        known.low,
        known.high,
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[metrics.a]\nbetter = "more"\n', 'metrics.a.better must be "higher" or "lower"'),
        ("[metrics.a]\nlow = 2\nhigh = 1\n", "metrics.a: low must be below high"),
        ("[metrics.a]\nmain = true\n[metrics.b]\nmain = true\n", "main is true of a and b"),
        ("[metrics.a]\nmain = true\ncost = true\n", "metrics.a: a metric is main or cost, not both"),
        ('[metrics.a]\ntitle = { xx = "a" }\n', "metrics.a.title: unknown language 'xx'"),
        ("[metrics.a]\nunits = 1\n", "metrics.a"),
    ],
)
def test_what_cannot_be_is_refused_by_name(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError) as raised:
        load_config(write(tmp_path, text))
    assert message in str(raised.value)
    assert "own.toml" in str(raised.value)
