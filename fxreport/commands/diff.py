"""Say what changed between two runs: conclusions that changed first, and the measurements behind them.

BEFORE and AFTER are each a results store, a conclusions.json, an output folder, an edition of a published
site (runs/NAME) or the site's folder, which stands for its newest edition. The exit code is 1 where something
turned.
"""

from __future__ import annotations

import argparse
import json

from fxreport.analysis.changes import Changes, compare
from fxreport.analysis.changes.change import TURNED
from fxreport.commands import options
from fxreport.commands.say import STDOUT, say_utf8, tell, write_json
from fxreport.report.changes import others, topics
from fxreport.report.model import to_string
from fxreport.report.words import Words

SOMETHING_TURNED = 1


def add_arguments(parser: options.Parser) -> None:
    parser.add_argument("before", metavar="BEFORE", help="the earlier run")
    parser.add_argument("after", metavar="AFTER", help="the later run")
    parser.add_argument("--lang", metavar="LANG", help="uk or en (the configuration's first: uk)")
    parser.add_argument(
        "--json", metavar="FILE", help="write all changes as JSON; - for stdout, instead of the text"
    )
    group = parser.add_argument_group("what of a store is compared")
    group.add_argument(
        "--profile", default="standard", help="quick, standard, full or your own (%(default)s)"
    )
    group.add_argument("--datasets", type=options.names, metavar="A,B", help="image sets, instead of all")
    group.add_argument("--extractors", type=options.names, metavar="A,B", help="extractors, instead of all")
    options.add_config(group)
    parser.set_defaults(seeds=None)


def run(arguments: argparse.Namespace) -> int:
    from fxreport.analysis.study import Study
    from fxreport.commands.compared import load_run
    from fxreport.config import load_config
    from fxreport.system.resources import languages

    asked = [arguments.lang] if arguments.lang else None
    lang = options.languages(asked, load_config(arguments.config).languages, languages)[0]
    before, after = (load_run(where, arguments) for where in (arguments.before, arguments.after))
    changes = compare(before, after)
    if arguments.json:
        text = json.dumps(changes.to_dict(), ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)
        write_json(arguments.json, text + "\n")
    if arguments.json != STDOUT:
        brought = {metric.name: metric for one in (before, after) for metric in one.record.metrics}
        _tell(Words(lang, Study((), (), {}, brought=brought)), changes)
    return SOMETHING_TURNED if changes.of(TURNED) else 0


def _tell(words: Words, changes: Changes) -> None:
    say_utf8()
    for i, topic in enumerate(topics(changes, words)):
        total = f": {words.number(topic.total, 0)}" if topic.total else ""
        tell(f"{'' if i == 0 else chr(10)}{topic.title}{total}")
        for line in topic.lines:
            tell(f"- {to_string(line)}")
        if topic.left:
            tell(f"- {others(words, topic.left)}")
