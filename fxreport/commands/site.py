"""Write or show the static site: the conclusions, a page each.

"fxreport site build" writes the site of what the store holds and measures nothing. "fxreport site serve"
shows it on this machine, and builds it anew whenever store, templates or configuration change.
"""

from __future__ import annotations

import argparse
import gc
import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from fxreport.commands import options
from fxreport.commands.build import INCOMPLETE
from fxreport.commands.document import warnings_given
from fxreport.commands.inputs import inputs, plugin_files
from fxreport.commands.own_extractors import configured
from fxreport.commands.say import say, tell
from fxreport.commands.site_publish import add_publish
from fxreport.config import Config
from fxreport.site import folder as folders
from fxreport.system import manifest
from fxreport.system.manifest import Fact, Input, Manifest
from fxreport.system.resources import complete_languages
from fxreport.vocabulary.errors import ConfigError
from fxreport.vocabulary.nearest import unknown

#: said of what needs whole addresses
NO_BASE = "no sitemap and no pictures for social cards: they need the site's address (--base-url)"


def add_arguments(parser: options.Parser) -> None:
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)

    def action(name: str, run: object, summary: str) -> options.Parser:
        child: options.Parser
        child = actions.add_parser(name, help=summary, description=summary, allow_abbrev=False)
        add_site(child)
        child.set_defaults(run=run, parser=child)
        return child

    action("build", build, "write the site of what the store holds")
    serving = action("serve", serve, "show the site on this machine, and build it anew on every change")
    serving.add_argument(
        "--port",
        type=int,
        default=8000,
        metavar="N",
        help="port of 127.0.0.1, 0 for any free one (%(default)s)",
    )
    add_publish(actions)


def run(arguments: argparse.Namespace) -> int:
    raise AssertionError("an action is required")


def add_site(parser: options.Parser) -> None:
    """What a site is made of, and where it is written."""
    group = parser.add_argument_group("the site")
    group.add_argument(
        "--output", type=Path, default=Path("output/site"), metavar="DIR", help="its folder (%(default)s)"
    )
    group.add_argument(
        "--base-url",
        type=_address,
        metavar="URL",
        help="the address that it will have, for what needs whole addresses; its pages do not",
    )
    group.add_argument(
        "--default-lang",
        metavar="LANG",
        help="the language that its root leads to (the configuration's: uk)",
    )
    group.add_argument(
        "--force",
        action="store_true",
        help="write it anew even where nothing has changed, and beside files that are not of the site",
    )
    options.add_plan(parser)


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise argparse.ArgumentTypeError(f"expected an address such as https://example.org/a, got {text!r}")
    return text.rstrip("/")


@dataclass(frozen=True, slots=True)
class Wanted:
    """``languages`` of the site, the one that its root leads to, and its address, "" if unknown."""

    languages: Sequence[str]
    default: str
    base: str

    @classmethod
    def of(cls, arguments: argparse.Namespace, config: Config) -> Wanted:
        """Raises ConfigError for a language that there is not."""
        known = complete_languages()
        usual = options.languages(None, config.languages, complete_languages)
        default = arguments.default_lang or usual[0]
        if default not in known:
            raise ConfigError(unknown("language", default, known))
        return cls(known, default, arguments.base_url or "")


def build(arguments: argparse.Namespace) -> int:
    """Write the site, unless it is there as it would be written."""
    config = configured(arguments)
    wanted = Wanted.of(arguments, config)
    record = manifest.load(arguments.output)
    states = record.states(_inputs(arguments, config, wanted, record.facts.get("plugins", ())))
    now = record.current(states, lambda *_: True)
    if not arguments.force and now.intact(folders.SITE, arguments.output):
        say(f"nothing to do: {arguments.output} holds what would be written (--force writes it anew)")
        for warning in record.facts.get("warnings", ()):
            say(f"warning: {warning}")
        complete = bool(record.facts.get("complete"))
    else:
        folders.check(arguments.output, record, force=arguments.force)
        complete = _write(arguments, config, wanted, record)
    tell(arguments.output / "index.html")
    return INCOMPLETE if arguments.strict and not complete else 0


def _write(arguments: argparse.Namespace, config: Config, wanted: Wanted, record: Manifest) -> bool:
    """Make all files and put them in place; tell whether the store holds all that was planned."""
    # pages are many small objects that live to the end
    gc.set_threshold(50_000, 20, 20)
    from fxreport.commands.measure import say_absent_of
    from fxreport.commands.planned import concluded, installed_figures, make_plan
    from fxreport.report.export import conclusions_json
    from fxreport.report.figures.cache import FigureCache
    from fxreport.report.look import read_look
    from fxreport.site.build import Asked, Given, files
    from fxreport.site.history import extended, run_of
    from fxreport.system.cache import cache_dir
    from fxreport.vocabulary.errors import InputError

    look = read_look(config.templates, config.style, config.logo)
    planned = make_plan(arguments, config, measured=True)
    say_absent_of(planned)
    with warnings_given() as warnings:
        conclusions = concluded(planned, arguments)
        if conclusions is None:
            raise InputError(planned.store.nothing_of_it(": no site"))
        text = conclusions_json(conclusions)
        history = extended(arguments.output, run_of(conclusions, text))
        made = files(
            conclusions,
            Asked(wanted.languages, wanted.default, wanted.base, config.imprint, look),
            FigureCache(cache_dir() / "figures"),
            Given(planned.store.csv()[0], text, history.editions, installed_figures()),
        )
        plugins = plugin_files()
        complete = planned.is_complete()
        facts = {"plugins": plugins, "complete": complete, "warnings": warnings}
        editions = [edition.name for edition in history.editions]
        states = record.states(_inputs(arguments, config, wanted, plugins, editions))
        told = folders.replace_site(
            arguments.output,
            made,
            Manifest(states, record.outputs, record.facts),
            facts=facts,
            kept=history.files,
            gone=history.gone,
        )
    say(f"{told.written} files written, {told.same} as they were, {told.removed} removed")
    if not wanted.base:
        say(NO_BASE)
    return complete


def _inputs(
    arguments: argparse.Namespace,
    config: Config,
    wanted: Wanted,
    plugins: Iterable[str],
    editions: Iterable[str] | None = None,
) -> dict[str, Input]:
    """All that decides the site's bytes; ``editions`` by name, those in its folder unless given."""
    if editions is None:
        editions = (path.parent.name for path in arguments.output.glob("runs/*/run.json"))
    asked = Fact(json.dumps([list(wanted.languages), wanted.default, wanted.base]))
    told = Fact(json.dumps(sorted(editions)))
    return {**inputs(arguments, config, plugins, {}), "site": asked, "editions": told}


def serve(arguments: argparse.Namespace) -> int:
    """Show the site until interrupted."""
    from fxreport.site.serve import show

    config = configured(argparse.Namespace(**vars(arguments)))  # the build is given what was asked
    wanted = Wanted.of(arguments, config)

    def state() -> str:
        found = _inputs(arguments, config, wanted, ())
        return json.dumps({name: one.quick() for name, one in found.items()})

    def again() -> bool:
        """In a process of its own: what this one has loaded may be what has changed."""
        command = [sys.executable, "-m", "fxreport", "site", "build", *_options(arguments)]
        return subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode == 0

    show(arguments.output, arguments.port, state, again, announce=partial(print, flush=True))
    return 0


def _options(arguments: argparse.Namespace) -> list[str]:
    """The options of a build of the same site."""
    given = {
        "--output": arguments.output,
        "--base-url": arguments.base_url,
        "--default-lang": arguments.default_lang,
        "--profile": arguments.profile,
        "--datasets": ",".join(arguments.datasets or ()),
        "--extractors": ",".join(arguments.extractors or ()),
        "--seeds": arguments.seeds,
        "--config": arguments.config,
        "--store": arguments.store,
    }
    return [f"{name}={value}" for name, value in given.items() if value]
