"""A plan that takes a second: raw pixels of some of scikit-learn's digits."""

from __future__ import annotations


def tiny_plan(projection: str) -> str:
    """A configuration with the profile ``tiny``."""
    return f"""
[profiles.tiny]
seeds = [0]
datasets = ["digits"]
extractors = ["raw_pixels"]
sizes = {{ digits = {{ train = 100, test = 60 }} }}

[profiles.tiny.evaluation]
kmeans_n_init = 1
probe_train = 50
projection_images = 30
projections = ["{projection}"]
inspections = []
timing_repeats = 1
"""
