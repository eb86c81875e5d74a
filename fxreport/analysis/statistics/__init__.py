"""Intervals, comparisons, bootstrap and rank tests over a study's samples."""
