# PYTHON_ARGCOMPLETE_OK
"""The command line: arguments in, exit code out. The one place that turns errors into a line for the user."""

from __future__ import annotations

import argparse
import errno
import logging
import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

import fxreport
from fxreport.commands import COMMANDS
from fxreport.vocabulary.errors import FxReportError
from fxreport.vocabulary.nearest import unknown
from fxreport.vocabulary.text import visible

DONE = 0
BAD_INPUT = 2
INTERRUPTED = 130
INTERNAL = 70

#: errors of the machine, which are no bug of ours, and what to do
_ELSEWHERE = "free some space or give another folder"
_TOO_MANY = "close what has many files open, or raise the limit (ulimit -n)"
_OF_THE_MACHINE = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS), _ELSEWHERE),
    errno.EIO: "look after the disk or give another folder",
    **dict.fromkeys((errno.EMFILE, errno.ENFILE), _TOO_MANY),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code.

    0 done; 1 contradictions found (``audit``); 2 bad usage, configuration or input; 3 with ``--strict``
    where a planned experiment is missing or failed; 70 a bug of ours; 130 interrupted. Progress and messages
    go to stderr, the paths written to stdout.
    """
    _open_closed()
    try:
        arguments = _parse(sys.argv[1:] if argv is None else list(argv))
        with _messages():
            code = int(arguments.run(arguments))
        sys.stdout.flush()
        return code
    except FxReportError as error:
        return _fail(str(error))
    except BrokenPipeError:
        # The reader has what it wanted. Python would complain when it flushes stdout at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:
        if error.errno not in _OF_THE_MACHINE:
            return _internal()
        where = f"{error.filename}: " if error.filename else ""
        return _fail(f"{where}{error.strerror}; {_OF_THE_MACHINE[error.errno]}")
    except KeyboardInterrupt:
        print("fxreport: interrupted; what is finished is kept and not measured again", file=sys.stderr)
        return INTERRUPTED
    except Exception:  # noqa: BLE001 - told with its traceback
        return _internal()


def _open_closed() -> None:
    """Give what is closed (``>&-``) a place to write to, before a file of ours is given its number."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 - until the end


def _internal() -> int:
    """Tell of a bug of ours with its traceback; no code that means something about a document or a plan."""
    traceback.print_exc()
    return INTERNAL


def build_report(argv: Sequence[str] | None = None) -> int:
    """``python build_report.py``: the command ``build``."""
    return main(["build", *(sys.argv[1:] if argv is None else argv)])


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, and the usage only when asked."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_INPUT, visible(f"fxreport: error: {message} (see {self.prog} --help)\n"))


def _parse(argv: list[str]) -> argparse.Namespace:
    parser = _Parser(
        prog="fxreport",
        description="Benchmark image feature extractors and write the conclusions that the numbers support.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"fxreport {fxreport.__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    # the others are needed by those only who ask what there is
    for name in argv[:1] if argv and argv[0] in COMMANDS else COMMANDS:
        command = import_module(f"fxreport.commands.{name}")
        summary, _, details = (command.__doc__ or "").partition("\n")
        child = commands.add_parser(
            name,
            prog="build_report.py" if name == "build" and _is_script() else None,
            help=summary.removesuffix("."),
            description=summary,
            epilog=details.strip() or None,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        child.set_defaults(run=command.run, parser=child)
        command.add_arguments(child)
    if "_ARGCOMPLETE" in os.environ:
        _complete(parser)
    arguments, extra = parser.parse_known_args(argv)
    if extra:
        options = [option for option in _options(arguments.parser) if option.startswith("--")]
        wrong = extra[0].partition("=")[0]
        arguments.parser.error(
            unknown("option", wrong, options) if wrong.startswith("-") else f"unexpected argument {wrong!r}"
        )
    return arguments


def _complete(parser: argparse.ArgumentParser) -> None:
    """Answer a shell that asks how a line goes on, where the extra ``completion`` is installed; and end."""
    try:
        import argcomplete
    except ImportError:
        return
    argcomplete.autocomplete(parser)


def _options(parser: argparse.ArgumentParser) -> list[str]:
    return [option for action in parser._actions for option in action.option_strings]


def _is_script() -> bool:
    return os.path.basename(sys.argv[0]) == "build_report.py"  # noqa: PTH119 - pathlib is not needed for it


class _messages:  # noqa: N801 - used as a function
    """Warnings of the package as lines on stderr, while a command runs."""

    def __enter__(self) -> None:
        self._handler = logging.StreamHandler()
        self._handler.setFormatter(_Format())
        logging.getLogger("fxreport").addHandler(self._handler)

    def __exit__(self, *_: object) -> None:
        logging.getLogger("fxreport").removeHandler(self._handler)


class _Format(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        level = "" if record.levelno == logging.INFO else f"{record.levelname.lower()}: "
        return visible(f"fxreport: {level}{super().format(record)}")


def _fail(message: str) -> int:
    print(visible(f"fxreport: error: {' '.join(message.split())}"), file=sys.stderr)
    return BAD_INPUT
