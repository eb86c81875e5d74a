"""Measure what is missing and write no document."""

from __future__ import annotations

import argparse

from fxreport.commands import options
from fxreport.commands.build import INCOMPLETE, INTERRUPTED


def add_arguments(parser: options.Parser) -> None:
    options.add_plan(parser)
    options.add_measuring(parser)


def run(arguments: argparse.Namespace) -> int:
    from fxreport.commands.measure import measure
    from fxreport.commands.planned import make_plan

    measured = measure(make_plan(arguments), arguments)
    if measured.interrupted:
        return INTERRUPTED
    return INCOMPLETE if arguments.strict and not measured.complete else 0
