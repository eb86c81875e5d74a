"""fxreport: writes the conclusions of a benchmark from its measurements.

The names below are the public interface in Python (docs/python.md). They are loaded when they are asked for,
so that ``import fxreport`` takes no time.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fxreport.api.comparing import compare
    from fxreport.api.measuring import Plan, load, plan, run
    from fxreport.api.report import Report
    from fxreport.api.told import Claim, Figure, Finding, Recommendation, Told
    from fxreport.vocabulary.errors import FxReportError

__version__ = "0.1.0"

_MODULES = {
    "compare": "api.comparing",
    "load": "api.measuring",
    "plan": "api.measuring",
    "run": "api.measuring",
    "Plan": "api.measuring",
    "Report": "api.report",
    "Claim": "api.told",
    "Figure": "api.told",
    "Finding": "api.told",
    "Recommendation": "api.told",
    "Told": "api.told",
    "FxReportError": "vocabulary.errors",
}

__all__ = [
    "Claim",
    "Figure",
    "Finding",
    "FxReportError",
    "Plan",
    "Recommendation",
    "Report",
    "Told",
    "__version__",
    "compare",
    "load",
    "plan",
    "run",
]


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
