"""What a plan would do: told before anything is measured, and without measuring it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fxreport.commands.say import counted
from fxreport.system.progress import duration
from fxreport.vocabulary.steps import Experiment

if TYPE_CHECKING:
    from fxreport.commands.planned import Planned
    from fxreport.work import Work

STORED, TO_MEASURE, UNAVAILABLE = "stored", "to measure", "unavailable"


@dataclass(frozen=True, slots=True)
class Forecast:
    """``costs`` are the seconds that each experiment to run takes, about; ``jobs`` processes share them.

    ``excluded`` are names that were asked for and can't be used, with the reason.
    """

    experiments: tuple[Experiment, ...]
    work: Work
    costs: Mapping[Experiment, float]
    excluded: Mapping[str, str]
    jobs: int = 1

    @property
    def seconds(self) -> float:
        return sum(self.costs.values()) / min(self.jobs, max(1, len(self.costs)))

    @property
    def summary(self) -> str:
        """One line: how many experiments, of which so many are there, and how long the others take."""
        parts = [counted(len(self.experiments), "experiment")]
        for number, state in (
            (len(self.work.stored), STORED),
            (len(self.work.run), TO_MEASURE),
            (len(self.work.unavailable), UNAVAILABLE),
        ):
            if number:
                parts.append(f"{number} {state}")
        if self.work.run:
            parts.append(f"about {duration(self.seconds)}")
        return ", ".join(parts)

    def rows(self) -> Iterator[tuple[Experiment, str, float, str]]:
        """Yield each experiment in the plan's order: its state, the seconds it takes, why it can't run."""
        reasons = {one.experiment: one.reason for one in self.work.unavailable}
        for experiment in self.experiments:
            if experiment in reasons:
                yield experiment, UNAVAILABLE, 0.0, reasons[experiment]
            else:
                state = TO_MEASURE if experiment in self.costs else STORED
                yield experiment, state, self.costs.get(experiment, 0.0), ""


def forecast(planned: Planned, arguments: argparse.Namespace) -> Forecast:
    """Return what measuring the plan would do. Neither images nor networks are read."""
    from fxreport.commands.measure import sources_of
    from fxreport.work import estimate, work_for

    sources = sources_of(planned, arguments)
    work = work_for(planned.plan.steps, planned.store, fresh=arguments.fresh, sources=sources)
    costs = estimate(work.run, planned.store, sources.sizes)
    return Forecast(planned.plan.experiments, work, costs, planned.plan.excluded, arguments.jobs)
