"""How fast extractors are relative to each other, and how much repeats and seeds differ."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from fxreport.analysis.claims import Derived
from fxreport.analysis.context import Context
from fxreport.analysis.quantities.costs import SECONDS
from fxreport.analysis.quantities.digits import rounded
from fxreport.analysis.statistics.uncertainty import Interval, interval

#: relative width that the ratio of two single times is taken to have: two digits of it are said
_UNKNOWN = 0.2


@dataclass(frozen=True, slots=True)
class TimeRatio:
    """How many times as long one extractor takes as another.

    ``seeds`` are the ratios of the single seeds, ``interval`` that of the ratio's logarithm; empty and None
    where the two were not timed with the same several seeds.
    """

    ratio: float
    seeds: tuple[float, ...] = ()
    interval: Interval | None = None

    @property
    def differs(self) -> bool:
        """Whether it is shown which takes longer; of single times that is taken as it is."""
        if self.interval is None:
            return True
        low, high = self.interval.low, self.interval.high
        return not low <= 0 <= high

    @property
    def width(self) -> float:
        """Relative width of the ratio's interval, within reason."""
        if self.interval is None:
            return _UNKNOWN
        return math.expm1(min(max(self.interval.high - self.interval.low, 0.05), 1.0))

    def shown(self, style: str, value: float | None = None, *, inverse: bool = False) -> Derived:
        """The ratio, or a seed's, or its inverse, with as many digits as the spread over seeds allows."""
        value = self.ratio if value is None else value
        value = 1 / value if inverse else value
        return rounded(value, value * self.width, style)


def time_ratio(context: Context, a: str, b: str, datasets: Sequence[str]) -> TimeRatio | None:
    """Mean time of ``a`` over image sets ÷ that of ``b``; None where a cell is missing or takes no time."""
    samples = [[context.study.sample(d, v, SECONDS) for d in datasets] for v in (a, b)]
    known = [[s for s in row if s is not None] for row in samples]
    if not datasets or any(len(row) < len(datasets) for row in known):
        return None
    means = [math.fsum(s.mean for s in row) for row in known]
    if min(means) <= 0 or not math.isfinite(means[0] / means[1]) or means[0] / means[1] <= 0:
        return None
    if not math.isfinite(means[1] / means[0]):
        return None
    seeds = {s.seeds for row in known for s in row}
    ratios: tuple[float, ...] = ()
    if len(seeds) == 1 and len(next(iter(seeds))) > 1:
        totals = [
            [math.fsum(values) for values in zip(*(s.values for s in row), strict=True)] for row in known
        ]
        if min(min(row) for row in totals) > 0:
            ratios = tuple(x / y for x, y in zip(*totals, strict=True))
    spread = interval([math.log(r) for r in ratios]) if ratios else None
    return TimeRatio(means[0] / means[1], ratios, spread)
