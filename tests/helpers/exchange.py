"""Two extractors that exchange their measurements: what may change in the conclusions, and what may not."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from random_stores import study_of

from fxreport.analysis.conclude import conclude
from fxreport.report.export import conclusions_json

# Two plug-ins: equal in everything the catalogue knows, so that only measurements tell them apart.
FIRST, SECOND = "альфа", "бета"

some = settings(
    max_examples=25,
    # the stores are small as they are: shrinking them takes minutes and shows little more
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


def text_of(rows: Sequence[Mapping[str, Any]]) -> str:
    return conclusions_json(conclude(study_of(rows)))


def conclusions_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text_of(rows))
    return found


def exchanged(value: Any) -> Any:
    """The same JSON with the two plug-ins' names exchanged in every string."""
    if isinstance(value, str):
        return re.sub(f"{FIRST}|{SECOND}", lambda m: SECOND if m[0] == FIRST else FIRST, value)
    if isinstance(value, list):
        return [exchanged(item) for item in value]
    return {key: exchanged(item) for key, item in value.items()} if isinstance(value, dict) else value


def canonical(value: Any) -> Any:
    """The same JSON without the order of lists and words: equals stand in reading order, which changes."""
    if isinstance(value, str):
        # which "and" Ukrainian has, і or й, depends on the letters beside it
        return sorted(w for w in re.findall(r"[\w@-]+(?:[.,]\d+)*", value) if w not in ("і", "й"))
    if isinstance(value, float):
        return round(value, 9)
    if isinstance(value, list):
        return sorted((canonical(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
    return {key: canonical(item) for key, item in value.items()} if isinstance(value, dict) else value
