"""Measure what is missing, then write the document.

Nothing measured is measured twice: a build that was interrupted goes on where it stopped. Nothing written is
written twice: a build that would write what is there already says so and ends.
"""

from __future__ import annotations

import argparse

from fxreport.commands import options

INCOMPLETE = 3
INTERRUPTED = 130


def add_arguments(parser: options.Parser) -> None:
    options.add_document(parser)
    options.add_plan(parser)
    options.add_measuring(parser)
    parser.add_argument(
        "--no-run", action="store_true", help="measure nothing: write the document of what the store holds"
    )


def run(arguments: argparse.Namespace) -> int:
    from fxreport.commands import document
    from fxreport.commands.own_extractors import configured

    config = configured(arguments)
    if getattr(arguments, "dry_run", False):  # of ``render`` there is nothing to tell
        from fxreport.commands.forecast import say_forecast
        from fxreport.commands.planned import make_plan

        return say_forecast(make_plan(arguments, config), arguments)
    asked = document.wanted(arguments, config)
    record = document.recorded(asked, arguments, config)
    if facts := document.nothing_to_do(record, asked, arguments, config):
        return INCOMPLETE if arguments.strict and not facts.complete else 0

    from fxreport.commands.measure import measure, say_absent_of, say_changed
    from fxreport.commands.planned import make_plan

    planned = make_plan(arguments, config, measured=arguments.no_run)
    document.check_writable(asked.output)
    if arguments.no_run:
        say_absent_of(planned)
        say_changed(planned)
        complete, failed = planned.is_complete(), False
    else:
        measured = measure(planned, arguments)
        if measured.interrupted:
            return INTERRUPTED
        complete, failed = measured.complete, measured.failed
    document.write(record, planned, asked, arguments)
    return INCOMPLETE if failed or (arguments.strict and not complete) else 0
