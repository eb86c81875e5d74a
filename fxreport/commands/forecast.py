"""What a plan would do: told before anything is measured, and without measuring it."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fxreport.commands.given_features import of_one_seed
from fxreport.commands.measure import NOTHING
from fxreport.commands.say import counted, tell
from fxreport.system.progress import duration
from fxreport.vocabulary.errors import InputError
from fxreport.vocabulary.steps import Experiment, Settings

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


def say_forecast(planned: Planned, arguments: argparse.Namespace) -> int:
    """Print the plan, its time and what it lacks: a line for each extractor on each image set."""
    told = forecast(planned, arguments)
    tell(f"profile {planned.plan.profile}: {told.summary}")
    names = _names(told.experiments)
    cells: dict[tuple[str, str], list[tuple[str, float, str]]] = {}
    for experiment, state, seconds, reason in told.rows():
        cells.setdefault((experiment.dataset, names[experiment]), []).append((state, seconds, reason))
    width = max((len(name) for _, name in cells), default=0)
    above = ""
    for (dataset, name), states in cells.items():
        if dataset != above:
            tell(above := dataset)
        tell(f"  {name:<{width}}  {', '.join(_of_cell(states))}")
    for name, why in told.excluded.items():
        tell(f"left out: {name}: {why}")
    for name, sets in planned.plan.without_features.items():
        tell(f"left out: {name} on {', '.join(sets)}: no features of these are given")
    for line in of_one_seed(planned):
        tell(f"lacks: {line}")
    if not told.experiments:
        raise InputError(NOTHING)
    return 0


def _names(experiments: Iterable[Experiment]) -> dict[Experiment, str]:
    """What each is called as an extractor: with its settings where it runs with several."""
    settings: dict[str, set[Settings]] = {}
    for one in experiments:
        settings.setdefault(one.variant, set()).add(one.settings)
    return {
        one: f"{one.variant}[{','.join(f'{name}={value}' for name, value in one.settings)}]"
        if len(settings[one.variant]) > 1
        else one.variant
        for one in experiments
    }


def _of_cell(states: Sequence[tuple[str, float, str]]) -> Iterator[str]:
    """How many seeds are in each state, with the time or the reason."""
    for state in (STORED, TO_MEASURE, UNAVAILABLE):
        if of_state := [one for one in states if one[0] == state]:
            seconds, reason = sum(one[1] for one in of_state), of_state[0][2]
            more = f"about {duration(seconds)}" if seconds else reason
            yield f"{counted(len(of_state), 'seed')} {state}{f' ({more})' if more else ''}"
