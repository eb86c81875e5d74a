"""Measure what is missing, then write the document.

Nothing measured is measured twice: a build that was interrupted goes on where it stopped.
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
    from fxreport.commands.planned import make_plan

    planned = make_plan(arguments)
    asked = document.wanted(arguments, planned.config)
    if arguments.no_run:
        from fxreport.commands.measure import remembered

        document.write(planned, asked, arguments, remembered())
        return INCOMPLETE if arguments.strict and not planned.is_complete() else 0

    from fxreport.commands.measure import measure

    measured = measure(planned, arguments)
    if measured.interrupted:
        return INTERRUPTED
    document.write(planned, asked, arguments, measured.unavailable)
    return INCOMPLETE if arguments.strict and not measured.complete else 0
