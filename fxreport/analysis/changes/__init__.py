"""What changed between two runs: conclusions that turned, and the measurements, plan and versions behind."""

from fxreport.analysis.changes.change import Change, Changes, Difference, RowChange, Side
from fxreport.analysis.changes.compare import compare
from fxreport.analysis.changes.record import Cell, Record, record_of
from fxreport.analysis.changes.run import Run, read_run

__all__ = [
    "Cell",
    "Change",
    "Changes",
    "Difference",
    "Record",
    "RowChange",
    "Run",
    "Side",
    "compare",
    "read_run",
    "record_of",
]
