"""Many experiments: which are missing, how long they take, running them, failures and interruption."""

from fxreport.execution.attempt import Attempt, Status
from fxreport.execution.estimation import estimate
from fxreport.execution.scheduling import Outcome, Work, execute, work_for

__all__ = ["Attempt", "Outcome", "Status", "Work", "estimate", "execute", "work_for"]
