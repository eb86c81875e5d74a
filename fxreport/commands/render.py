"""Write the document of what the store holds, and measure nothing.

The profile says which experiments belong together; where the store holds none of it, others are taken.
"""

from __future__ import annotations

import argparse

from fxreport.commands import build, options


def add_arguments(parser: options.Parser) -> None:
    options.add_document(parser)
    options.add_plan(parser)
    parser.set_defaults(no_run=True)


def run(arguments: argparse.Namespace) -> int:
    return build.run(arguments)
