"""Make and check the catalogue of a language that the documents are to be written in.

new    writes a catalogue of all messages for a translator; one that is there is brought in step, and keeps
       its translations. The language can be asked for at once (--lang): what is not translated yet stands
       in English.
check  says what is not translated, what is not asked for any more, and which translations are broken.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from fxreport.commands import options
from fxreport.commands.say import say, tell

BROKEN = 2
#: as many messages as a list names
_NAMED = 10


def add_arguments(parser: options.Parser) -> None:
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    for name, action, text in (
        ("new", _new, "write the catalogue of a language, or bring it in step"),
        ("check", _check, "say what is missing and what is broken"),
    ):
        child = actions.add_parser(name, help=text, description=text, allow_abbrev=False)
        child.set_defaults(action=action)
        child.add_argument("lang", metavar="LANG", help="a code that Babel knows: pl, pt_BR")
        child.add_argument(
            "--folder",
            type=Path,
            metavar="DIR",
            help="folder of catalogues (./locale; another one is named by locale of [report])",
        )
        options.add_config(child)


def run(arguments: argparse.Namespace) -> int:
    from fxreport.config import load_config

    load_config(arguments.config)  # which may name a folder of catalogues
    return int(arguments.action(arguments))


def _new(arguments: argparse.Namespace) -> int:
    from fxreport.report.catalogue import read_catalogue
    from fxreport.report.translating import as_text, make_catalogue, state
    from fxreport.report.writers.files import write_text
    from fxreport.system.resources import BESIDE, PO, catalogue

    lang = arguments.lang
    make_catalogue(lang)  # refuses what is no language before it names a file
    file = (arguments.folder or BESIDE) / lang / PO
    there = file if file.is_file() else catalogue(lang)
    made = make_catalogue(lang, read_catalogue(there, lang) if there.is_file() else None)
    write_text(file, as_text(made))
    now = state(made)
    say(
        f"{lang}: {now.translated} of {now.messages} messages are translated, the others stand in English; "
        f"fill in {file}, then --lang {lang}"
    )
    if arguments.folder and arguments.folder != BESIDE:
        say(f"name its folder in your configuration: [report] locale = {str(arguments.folder)!r}")
    tell(file)
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from fxreport.report.catalogue import read_catalogue
    from fxreport.report.translating import state
    from fxreport.system.resources import PO, catalogue
    from fxreport.vocabulary.errors import ConfigError

    lang = arguments.lang
    file = arguments.folder / lang / PO if arguments.folder else catalogue(lang)
    if not file.is_file():
        raise ConfigError(f"language {lang!r}: no catalogue {file}; fxreport locale new {lang} makes one")
    now = state(read_catalogue(file, lang))
    tell(f"{file}: {now.translated} of {now.messages} messages translated")
    for title, messages in (("not translated", now.untranslated), ("not asked for any more", now.gone)):
        for message in messages[:_NAMED]:
            tell(f"  {title}: {message}")
        if len(messages) > _NAMED:
            tell(f"  {title}: {len(messages) - _NAMED} more")
    for line, said in now.broken:
        tell(f"{file}:{line}: {said}")
    return BROKEN if now.broken else 0
