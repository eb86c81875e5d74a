"""Measure what is missing and write no document.

With --until-settled further seeds are measured instead, for the cells of the most useful open questions.
"""

from __future__ import annotations

import argparse

from fxreport.commands import options
from fxreport.commands.build import INCOMPLETE, INTERRUPTED
from fxreport.vocabulary.errors import ConfigError, InputError

#: minutes for further seeds, where none are given
BUDGET = 30.0


def add_arguments(parser: options.Parser) -> None:
    options.add_plan(parser)
    options.add_measuring(parser)
    group = parser.add_argument_group("what is open")
    group.add_argument(
        "--until-settled",
        action="store_true",
        help="measure further seeds of what is measured, until the open questions are settled",
    )
    group.add_argument(
        "--budget",
        type=options.minutes,
        metavar="MINUTES",
        help=f"stop before this time is over, settled or not ({BUDGET:.0f})",
    )


def run(arguments: argparse.Namespace) -> int:
    from fxreport.commands.measure import measure
    from fxreport.commands.planned import make_plan

    if arguments.budget is not None and not arguments.until_settled:
        raise ConfigError("--budget goes with --until-settled")
    if arguments.fresh and arguments.until_settled:
        raise ConfigError("--fresh measures again what --until-settled goes on from: give one of them")
    if arguments.dry_run and arguments.until_settled:
        raise ConfigError("what --until-settled measures hangs on what it finds: --dry-run cannot tell it")
    planned = make_plan(arguments)
    if arguments.dry_run:
        from fxreport.commands.forecast import say_forecast

        return say_forecast(planned, arguments)
    if arguments.until_settled:
        from fxreport.commands.settle import until_settled

        measured = until_settled(planned, arguments, 60 * (arguments.budget or BUDGET))
    else:
        measured = measure(planned, arguments)
    if measured.interrupted:
        return INTERRUPTED
    keys = planned.store.keys()
    if not any(step.key in keys for steps in planned.plan.steps.values() for step in steps):
        raise InputError("nothing of what was asked for could be measured; the lines above say why")
    return INCOMPLETE if measured.failed or (arguments.strict and not measured.complete) else 0
