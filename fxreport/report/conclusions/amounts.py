"""Amounts of what a situation seeks, as sentences and tables show them."""

from __future__ import annotations

from dataclasses import replace

from fxreport.analysis.claims import Derived
from fxreport.analysis.recommend.situations import Situation
from fxreport.vocabulary.metrics import NAMES, metric
from fxreport.vocabulary.scenario import ACCURACY


def value_of(found: Situation, value: float) -> Derived:
    """A value of what the situation seeks, with the unit of a metric that was brought."""
    if in_percent(found):
        return Derived(value, "percent", 1)
    return Derived(value) if found.metric in NAMES else Derived(value, "metric", metric=found.metric)


def lead_of(found: Situation, lead: float) -> Derived:
    """A difference of two values of what the situation seeks."""
    told = value_of(found, lead)
    return replace(told, style="difference") if told.metric else told


def in_percent(found: Situation) -> bool:
    return found.objective == ACCURACY or metric(found.metric).shown == "percent"
