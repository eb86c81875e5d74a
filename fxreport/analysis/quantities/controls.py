"""What is no better than the controls (family ``baseline``) by the mean of the main quality."""

from __future__ import annotations

from collections.abc import Sequence

from fxreport.analysis.context import Context
from fxreport.analysis.quantities.across import mean_over


def best_control(context: Context, datasets: Sequence[str]) -> str | None:
    """The control with the best mean over image sets, of those measured on all; None without one."""
    sign = 1 if context.study.rising else -1
    there = [v for v in context.complete(datasets=datasets) if v in context.study.controls]
    return max(there, key=lambda v: sign * mean_over(context, v, context.main, datasets), default=None)


def behind_control(context: Context, datasets: Sequence[str]) -> tuple[str, ...]:
    """Variants measured on all sets whose mean is no better than the best control, the best of them first."""
    control, sign = best_control(context, datasets), 1 if context.study.rising else -1
    if control is None:
        return ()
    mean = {
        v: sign * mean_over(context, v, context.main, datasets) for v in context.complete(datasets=datasets)
    }
    behind = (v for v in mean if v not in context.study.controls and mean[v] <= mean[control])
    return tuple(sorted(behind, key=lambda v: -mean[v]))
