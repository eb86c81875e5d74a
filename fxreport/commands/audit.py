"""Check a hand-written document's claims against its own tables or a results store.

Verdicts: holds; contradicted (false in every reading, in a form that leaves no doubt what is meant); not
checkable (with the reason; some are suspect).
The exit code is 1 where something is contradicted. docs/audit.md says what is recognised.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from fxreport.commands.options import Parser
from fxreport.commands.say import STDOUT, say, tell, write_json
from fxreport.vocabulary.errors import InputError

CONTRADICTED = 1


def add_arguments(parser: Parser) -> None:
    parser.add_argument("document", metavar="DOCUMENT", help="Markdown in Ukrainian or English")
    against = parser.add_mutually_exclusive_group()
    against.add_argument(
        "--tables", action="store_true", help="check against the document's own tables (the default)"
    )
    against.add_argument(
        "--store", metavar="DIR", help="check against a results store: a folder or an fsspec URL"
    )
    parser.add_argument(
        "--json", metavar="FILE", help="write the result as JSON; - for stdout, instead of the table"
    )
    parser.add_argument(
        "--only",
        choices=("contradicted", "checkable", "all"),
        default="all",
        help="which claims the table shows (%(default)s); JSON always holds all",
    )
    parser.add_argument(
        "--strict",
        action="store_true",
        help="exit with 1 for suspect statements too: false as read, but not sure what they are about",
    )
    parser.add_argument(
        "--exact",
        action="store_true",
        help="take printed values as exact: a mean that only their rounding explains is contradicted",
    )


def run(arguments: argparse.Namespace) -> int:
    from fxreport.audit.audit import audit
    from fxreport.audit.claims import Verdict
    from fxreport.audit.report import as_json, summary, table

    path = Path(arguments.document)
    text = _read(path)
    facts = None
    if arguments.store is not None:
        from fxreport.audit.stored import stored_facts

        facts = stored_facts(arguments.store)
    try:
        result = audit(text, facts, exact=arguments.exact)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error
    if arguments.json:
        write_json(arguments.json, as_json(result, path.as_posix()))
    if arguments.json != STDOUT:
        shown = {
            "contradicted": (Verdict.CONTRADICTED,),
            "checkable": (Verdict.CONTRADICTED, Verdict.HOLDS),
            "all": tuple(Verdict),
        }
        tell(table(result, only=shown[arguments.only], suspects=arguments.strict))
    say(f"{path}, against {result.source}: {summary(result)}")
    failed = result.count(Verdict.CONTRADICTED) + (result.suspects if arguments.strict else 0)
    return CONTRADICTED if failed else 0


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 (byte {error.start}); save the document as UTF-8") from error
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file; name a Markdown document") from error
    except IsADirectoryError as error:
        raise InputError(f"{path}: is a folder; name a Markdown document") from error
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; name a Markdown document") from error
