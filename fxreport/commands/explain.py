"""Explain a conclusion: its rule, the evidence, the intervals, and where the code stands.

CLAIM_ID is an id of conclusions.json or of the appendix: winner/mnist, recommendation/max_quality. Without
one, or with --list, all ids are listed with their kinds.
"""

from __future__ import annotations

import argparse

from fxreport.commands import options
from fxreport.commands.say import say_utf8, tell
from fxreport.vocabulary.errors import ConfigError, InputError
from fxreport.vocabulary.nearest import nearest


def add_arguments(parser: options.Parser) -> None:
    parser.add_argument("claim", nargs="?", metavar="CLAIM_ID", help="what to explain")
    parser.add_argument("--list", action="store_true", help="list the ids and their kinds")
    parser.add_argument(
        "--lang", metavar="LANG", help="uk, en, … (that of the locale, else the configuration's first: uk)"
    )
    options.add_plan(parser)


def run(arguments: argparse.Namespace) -> int:
    from fxreport.commands.planned import concluded, make_plan
    from fxreport.report.explain import explain, ids
    from fxreport.report.words import Words

    planned = make_plan(arguments, measured=True)
    lang = options.reader(arguments.lang, planned.config.languages)
    conclusions = concluded(planned, arguments)
    if conclusions is None:
        raise InputError(planned.store.nothing_of_it(""))
    say_utf8()
    known = ids(conclusions)
    if arguments.claim is None or arguments.list:
        width = max(map(len, known.values()), default=0)
        for name, kind in known.items():
            tell(f"{kind:<{width}}  {name}")
        return 0
    if arguments.claim not in known:
        near = nearest(arguments.claim, known, 3)
        hint = f"did you mean {' or '.join(near)}?" if near else "--list shows all"
        raise ConfigError(f"{planned.store.location}: unknown conclusion {arguments.claim!r}; {hint}")
    tell(explain(conclusions, Words(lang, conclusions.study), arguments.claim), end="")
    return 0
