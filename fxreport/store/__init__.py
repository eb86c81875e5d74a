"""The tidy results store: the only thing that the measuring and the rendering half share."""

from fxreport.store.rows import COLUMNS, ImportInfo
from fxreport.store.store import Failure, ImportSummary, Store
from fxreport.store.verify import Problem

__all__ = ["COLUMNS", "Failure", "ImportInfo", "ImportSummary", "Problem", "Store"]
