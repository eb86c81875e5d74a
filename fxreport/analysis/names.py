"""Titles of metrics, families and scenarios as messages, for claims and tables."""

from __future__ import annotations

from fxreport.analysis.claims import N_

FAMILY_TITLES = {
    "baseline": N_("control without learning"),
    "supervised": N_("trained with labels"),
    "unsupervised": N_("trained without labels"),
    "pretrained": N_("pretrained"),
    "learned": N_("learned otherwise"),
    "other": N_("other"),
}

#: titles of the built-in scenarios; a user's scenario brings its own
SCENARIO_TITLES = {
    "max_quality": N_("Highest quality, whatever it costs"),
    "no_labels": N_("No labels"),
    "limited_compute": N_("Limited computing power"),
    "pretrained": N_("A pretrained extractor is wanted"),
    "natural_images": N_("Natural images"),
    "production": N_("In production"),
}
