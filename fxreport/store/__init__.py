"""The tidy results store: the only thing that the measuring and the rendering half share.

Names are loaded when they are asked for: ``fxreport.store.listing`` needs neither NumPy nor pyarrow.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fxreport.store.failures import Failure
    from fxreport.store.rows import COLUMNS, ImportInfo, ImportSummary
    from fxreport.store.store import Store
    from fxreport.store.verify import Problem

__all__ = ["COLUMNS", "Failure", "ImportInfo", "ImportSummary", "Problem", "Store"]

_MODULES = {
    "COLUMNS": "rows",
    "Failure": "failures",
    "ImportInfo": "rows",
    "ImportSummary": "rows",
    "Problem": "verify",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES.get(name, 'store')}"), name)
