"""Units in which a known metric's values may be given in a CSV file."""

from __future__ import annotations

from fxreport.vocabulary.errors import InputError
from fxreport.vocabulary.metrics import Metric

#: metric's unit → how a value's unit may be written → the factor
_FACTORS: dict[str, dict[str, float]] = {
    "second": {
        **dict.fromkeys(("second", "seconds", "s", "sec", "с"), 1.0),
        **dict.fromkeys(("ms", "millisecond", "milliseconds", "мс"), 1e-3),
        **dict.fromkeys(("us", "µs", "μs", "microsecond", "microseconds", "мкс"), 1e-6),
        **dict.fromkeys(("ns", "nanosecond", "nanoseconds", "нс"), 1e-9),
        **dict.fromkeys(("min", "minute", "minutes", "хв"), 60.0),
        **dict.fromkeys(("h", "hour", "hours", "год"), 3600.0),
    },
    "byte": {
        **dict.fromkeys(("byte", "bytes", "B"), 1.0),
        **{f"{prefix}B": 1000.0**n for n, prefix in enumerate(("k", "M", "G", "T"), start=1)},
        **{f"{prefix}iB": 1024.0**n for n, prefix in enumerate(("K", "M", "G", "T"), start=1)},
    },
    "image/second": dict.fromkeys(("image/second", "images/second", "images/s", "image/s"), 1.0),
}
_SHARES = {"%": 0.01, "percent": 0.01, "1": 1.0, "": 1.0}


def in_own_unit(metric: Metric, value: float, unit: str, where: str) -> float:
    """The value in the metric's unit. Raises InputError for a unit that is none of the metric's."""
    factors = _FACTORS.get(metric.unit, {metric.unit: 1.0})
    if not metric.unit and metric.high == 1:
        factors = _SHARES
    if not unit or unit == metric.unit:
        return value
    if unit not in factors:
        own = metric.unit or "none"
        raise InputError(
            f"{where}: {metric.name} cannot be given in {unit!r}; its unit is {own}: convert the values and "
            "leave the column empty"
        )
    return value * factors[unit]
