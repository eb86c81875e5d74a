"""Many experiments: which are missing, how long they take, running them, failures and interruption."""

from fxreport.execution.attempt import Attempt, Status
from fxreport.execution.estimate import estimate
from fxreport.execution.execute import Outcome, Work, execute, work_for

__all__ = ["Attempt", "Outcome", "Status", "Work", "estimate", "execute", "work_for"]
