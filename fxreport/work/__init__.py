"""Steps of many experiments: which are missing, how long they take, running them, failures, interruption."""

from fxreport.work.attempt import Attempt, Status, Task
from fxreport.work.estimation import estimate
from fxreport.work.scheduling import Outcome, Work, execute, work_for
from fxreport.work.sources import ImageSetSize

__all__ = ["Attempt", "ImageSetSize", "Outcome", "Status", "Task", "Work", "estimate", "execute", "work_for"]
