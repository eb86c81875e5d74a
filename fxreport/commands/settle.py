"""Further seeds for the cells of open questions, until these are settled or the time is up."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice

from fxreport.analysis.context import Context
from fxreport.analysis.settle import OpenQuestion, lead, open_questions, still_open
from fxreport.analysis.statistics.compare import BETTER, TIED, judge
from fxreport.commands.measure import Measured, sources_of
from fxreport.commands.planned import Planned
from fxreport.commands.say import counted, say
from fxreport.config.planning import further_seeds, with_further_seeds, with_seed
from fxreport.report.build import make_study
from fxreport.report.model import to_string
from fxreport.report.words import Words
from fxreport.system.progress import duration, progress_on
from fxreport.vocabulary.errors import ConfigError
from fxreport.vocabulary.steps import Experiment, Step
from fxreport.work import estimate, execute, work_for

#: as many questions as the document shows
QUESTIONS = 5

Steps = dict[Experiment, tuple[Step, ...]]


@dataclass
class _Rounds:
    """What is measured in rounds. ``end`` is when the time is up, ``left`` are questions given up."""

    planned: Planned
    arguments: argparse.Namespace
    end: float
    left: set[str] = field(default_factory=set)
    failed: bool = False
    interrupted: bool = False

    def context(self) -> Context:
        """What the store tells by now."""
        planned, asked = self.planned, self.arguments
        steps = with_further_seeds(planned.plan.steps, planned.store.keys())
        return Context(
            make_study(
                planned.store,
                steps,
                datasets=asked.datasets,
                extractors=asked.extractors,
                metrics=planned.config.metrics,
                subject=planned.config.subject,
                called=planned.config.called,
            )
        )

    def measure(self, context: Context, question: OpenQuestion) -> int:
        """Measure the seeds that the question needs, as far as time allows; returns how many experiments.

        The question is given up where its cells are not of the plan, something fails, or time is too short.
        """
        store, jobs, done = self.planned.store, self.arguments.jobs, 0
        sources = sources_of(self.planned, self.arguments)
        by_seed = list(_lacking(self.planned, context, question))
        if not by_seed:
            self.left.add(question.id)
        for first in range(0, len(by_seed), jobs):
            several = by_seed[first : first + jobs]  # as many seeds at once as there are processes
            steps = {one: of_one for of_seed in several for one, of_one in of_seed.items()}
            tasks = work_for(steps, store, sources=sources).run
            seconds = sum(estimate(tasks, store, sources.sizes).values()) / max(min(jobs, len(tasks)), 1)
            if time.monotonic() + seconds > self.end:
                self.left.add(question.id)
                break
            outcome = execute(steps, store, sources, jobs=jobs, progress=progress_on())
            done += len(outcome.done)
            self.interrupted = outcome.interrupted
            if ended := [*outcome.failed, *outcome.unavailable]:
                say(f"this question is left open: {ended[0].reason}")
                self.failed = True
                self.left.add(question.id)
            if outcome.interrupted or ended:
                break
        return done


def until_settled(planned: Planned, arguments: argparse.Namespace, seconds: float) -> Measured:
    """Measure further seeds for the most useful open questions; a line a round on stderr.

    Raises ConfigError where the store holds nothing of the plan, OutputError where it can't be written.
    """
    if planned.store.keys().isdisjoint(one.key for one in planned.plan.experiments):
        raise ConfigError(
            f"{planned.store.location} holds nothing of the profile {planned.plan.profile}; "
            "measure it first, without --until-settled"
        )
    planned.store.check_writable()
    rounds = _Rounds(planned, arguments, time.monotonic() + seconds)
    context = rounds.context()
    asked = {one.id: one for one in _for_seeds(context)}
    if not asked:
        say("no question is open that further seeds would settle")
    while question := _next(context, asked, rounds.left):
        done = rounds.measure(context, question)
        words = Words("en", context.study)
        context = rounds.context()
        if done:
            said = to_string(words.say(question.question.message, question.question.params))
            say(f"{said} {counted(done, 'experiment')} more: {_answer(context, words, question)}")
        if rounds.interrupted:
            say("interrupted; what is finished is kept and not measured again")
            return Measured(complete=False, interrupted=True)
        if question.kind == "spread" and question.id not in rounds.left:
            asked |= {one.id: one for one in _for_seeds(context)}
    if asked:
        settled = sum(still_open(context, one) is None for one in asked.values())
        over = seconds - max(rounds.end - time.monotonic(), 0)
        say(f"{settled} of {counted(len(asked), 'open question')} settled in {duration(over)}")
    return Measured(complete=planned.is_complete() and not rounds.failed)


def _for_seeds(context: Context) -> list[OpenQuestion]:
    """The most useful questions that seeds would settle."""
    return list(islice((one for one in open_questions(context) if one.seeds_needed), QUESTIONS))


def _next(context: Context, asked: dict[str, OpenQuestion], left: set[str]) -> OpenQuestion | None:
    """The first of those asked that is open as it stands now, and that seeds would settle."""
    now = (still_open(context, one) for name, one in asked.items() if name not in left)
    return next((one for one in now if one is not None and one.seeds_needed), None)


def _lacking(planned: Planned, context: Context, question: OpenQuestion) -> Iterator[Steps]:
    """Yield for each seed that the question needs the steps of its cells that have none of it.

    Nothing where a cell was measured under another plan, or imported.
    """
    families = {replace(one, seed=0): steps for one, steps in planned.plan.steps.items()}
    cells: list[tuple[set[int], Sequence[Step]]] = []
    for dataset, variant in question.cells:
        runs = [run.experiment for run in context.study.runs_of(dataset, variant) if run.experiment]
        steps = families.get(replace(runs[0], seed=0)) if runs else None
        if steps is None:
            return
        cells.append((set(context.study.samples[dataset, variant, context.main].seeds), steps))
    wanted = min(len(seeds) for seeds, _ in cells) + (question.seeds_needed or 0)
    own = dict.fromkeys(one.seed for one in planned.plan.experiments)
    for seed in islice(chain(own, further_seeds(own)), wanted):
        lacking = dict(with_seed(steps, seed) for seeds, steps in cells if seed not in seeds)
        if lacking:
            yield lacking


def _answer(context: Context, words: Words, question: OpenQuestion) -> str:
    """What is known of the question by now."""
    now = still_open(context, question)
    if now is not None and not now.pair:
        return f"of {counted(len(now.evidence), 'cell')} a single run is there still"
    if now is not None:
        seen = words.number(now.difference or 0.0, 3, signed=True)
        if now.seeds_needed is None:
            return f"open at {seen}, and no number of seeds worth measuring would tell"
        return f"still open at {seen}; {counted(now.seeds_needed, 'seed')} more would tell"
    if not question.pair:
        return "how much runs differ is known"
    a, b = question.pair
    found = lead(context, question.datasets, a, b)
    outcome, _ = judge(found, context.margin)
    if found is None or outcome == TIED:
        return "equal for practical purposes"
    ahead, found = (a, found) if outcome == BETTER else (b, found.reversed())
    low, by, high = (words.number(x, 3, signed=True) for x in (found.low, found.mean, found.high))
    return f"{words.variant(ahead)} is ahead by {by} ({low} to {high})"
