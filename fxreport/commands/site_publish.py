"""``fxreport site publish`` and ``fxreport site runs``: arguments and messages."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING

from fxreport.commands.options import Container, Parser
from fxreport.commands.say import counted, say

if TYPE_CHECKING:
    from fxreport.site.publish import Target

_HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")


def add_publish(subparsers: argparse._SubParsersAction[Parser]) -> None:
    """Add the two subcommands; each sets ``run``: arguments → exit code."""
    summary = "publish the built site, whole or not at all"
    publishing = subparsers.add_parser("publish", help=summary, description=summary, allow_abbrev=False)
    _add_target(publishing, "publish")
    publishing.add_argument("--message", default="", metavar="TEXT", help="the commit's message")
    publishing.add_argument(
        "--cname", type=_host, metavar="HOST", help="the site's own host name, for GitHub Pages"
    )
    publishing.add_argument(
        "--force", action="store_true", help="publish over what others changed, beside what others put there"
    )
    publishing.set_defaults(run=publish, parser=publishing)
    summary = "bring the editions published before into the site's folder, before it is built"
    bringing = subparsers.add_parser("runs", help=summary, description=summary, allow_abbrev=False)
    _add_target(bringing, "take them from")
    bringing.add_argument("--force", action="store_true", help="remove editions that were not published")
    bringing.set_defaults(run=runs, parser=bringing)


def publish(arguments: argparse.Namespace) -> int:
    from fxreport.site.publish import Settings, publish

    target = _target(arguments)
    settings = Settings(arguments.message, arguments.cname or "", arguments.force)
    done = publish(arguments.site, target, settings)
    say(f"published: {target.name}" if done else f"nothing to do: {target.name} holds this site")
    return 0


def runs(arguments: argparse.Namespace) -> int:
    from fxreport.site.publish import bring_editions

    target = _target(arguments)
    number = bring_editions(arguments.site, target, force=arguments.force)
    say(f"{counted(number, 'edition')} of {target.name} in {arguments.site}")
    return 0


def _add_target(parser: Container, verb: str) -> None:
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument(
        "--branch", metavar="NAME", help=f"{verb} a branch of the git repository in the current folder"
    )
    where.add_argument("--dir", type=Path, metavar="DIR", help=f"{verb} a folder")
    parser.add_argument(
        "--remote", metavar="NAME", help="the branch's remote (origin, if there is one; else none)"
    )
    parser.add_argument(
        "--site",
        type=Path,
        default=Path("output/site"),
        metavar="DIR",
        help="the built site's folder (%(default)s)",
    )


def _target(arguments: argparse.Namespace) -> Target:
    from fxreport.site.publish import Branch, Folder

    if arguments.branch is not None:
        return Branch(arguments.branch, arguments.remote, force=arguments.force)
    if arguments.remote is not None:
        arguments.parser.error("--remote goes with --branch")
    return Folder(arguments.dir, arguments.site)


def _host(text: str) -> str:
    if not _HOST.fullmatch(text.lower()):
        raise argparse.ArgumentTypeError(f"expected a host name as www.example.org, got {text!r}")
    return text.lower()
