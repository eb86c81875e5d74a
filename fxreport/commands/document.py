"""Write the document of a plan: where to, in which languages and formats, and no more than has changed."""

from __future__ import annotations

import argparse
import gc
import logging
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from fxreport.commands import options
from fxreport.commands.absent import Needs, absent, needs, say_absent
from fxreport.commands.inputs import concerns, inputs, plugin_files
from fxreport.commands.say import say, tell
from fxreport.config import Config
from fxreport.report.editions import CONCLUSIONS, FIGURES_OF, JSON, ON_PAPER, PAGE, TECHNICAL, edition
from fxreport.report.look import SHIPPED, Look, read_look
from fxreport.system import manifest
from fxreport.system.cache import notes_in_force
from fxreport.system.manifest import Manifest
from fxreport.system.progress import writing_on
from fxreport.system.resources import languages
from fxreport.vocabulary.errors import OutputError

if TYPE_CHECKING:
    from fxreport.commands.planned import Planned

log = logging.getLogger("fxreport")

#: formats in the order in which somebody would rather read them
_TO_READ = (PAGE, "pdf", "docx")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to write."""

    languages: list[str]
    formats: Mapping[str, list[str]]  # by publication
    output: Path
    look: Look = SHIPPED

    @property
    def outputs(self) -> list[str]:
        """As the manifest names them, in the order in which their paths are told."""
        return [JSON, *(name for language in self.languages for name in self._editions(language))]

    def _editions(self, language: str) -> Iterator[str]:
        for publication, kinds in self.formats.items():
            yield from (edition(language, publication, kind) for kind in kinds)
        yield from (edition(language, publication, FIGURES_OF) for publication in self.formats)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a build has to say besides its files, for the next one that finds nothing to do.

    ``missing``: the planned experiments that the store lacks, by what they need; ``excluded``: whether
    something that was asked for can't be used; ``plugins``: files of those in use; ``warnings`` as given.
    """

    missing: Mapping[Needs, int] = field(default_factory=dict)
    excluded: bool = False
    plugins: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        return not self.missing and not self.excluded

    @classmethod
    def of(cls, written: Manifest) -> Facts | None:
        """Return what a manifest says; None where it says nothing that can be read."""
        try:
            return cls(
                {tuple(map(str, names)): int(number) for names, number in written.facts["missing"]},
                bool(written.facts["excluded"]),
                tuple(map(str, written.facts["plugins"])),
                tuple(map(str, written.facts["warnings"])),
            )
        except (KeyError, TypeError, ValueError):
            return None

    def plain(self) -> dict[str, object]:
        return {
            "missing": list(self.missing.items()),
            "excluded": self.excluded,
            "plugins": self.plugins,
            "warnings": self.warnings,
        }


def wanted(arguments: argparse.Namespace, config: Config) -> Wanted:
    """Check languages, formats, templates and style. Raises ConfigError, before anything is done."""
    return Wanted(
        options.languages(arguments.lang, config.languages, languages),
        _formats(arguments.document, arguments.format, options.formats(arguments.format, config.formats)),
        arguments.output,
        read_look(config.templates, config.style, config.logo),
    )


def _formats(document: str | None, asked: list[str] | None, formats: list[str]) -> dict[str, list[str]]:
    """Return the formats of each publication: those asked for; else the report as a page, and as text."""
    if document is None:
        page = {TECHNICAL: [PAGE]} if PAGE in formats else {}
        return {CONCLUSIONS: formats, **page}
    of_report = formats if asked else [kind for kind in formats if kind not in ON_PAPER]
    both = {CONCLUSIONS: formats, TECHNICAL: of_report}
    return both if document == "all" else {document: both[document]}


def recorded(asked: Wanted, arguments: argparse.Namespace, config: Config) -> Manifest:
    """Return what the output's manifest says that still holds with the inputs as they are."""
    written = manifest.load(asked.output)
    facts = Facts.of(written) or Facts()
    return written.current(written.states(inputs(arguments, config, facts.plugins, asked.formats)), concerns)


def nothing_to_do(
    record: Manifest, asked: Wanted, arguments: argparse.Namespace, config: Config
) -> Facts | None:
    """Where all that was asked for is there as it would be written, say so, and what a build would say.

    None where something has to be done: written or, unless nothing is to be run, measured or tried again.
    """
    facts = Facts.of(record)
    if facts is None or _forced(arguments) or _stale(record, asked):
        return None
    notes = notes_in_force()
    if not arguments.no_run:
        notes = notes_in_force(
            arguments.data_dir or config.data_dir, arguments.weights_dir or config.weights_dir
        )
        waiting = sum(absent(facts.missing, notes).values())
        if facts.excluded or waiting < sum(facts.missing.values()):
            return None
    with suppress(OSError):  # files that were only touched need not be read again by the next build
        manifest.save(record, asked.output)
    _say_same(asked)
    say_absent(absent(facts.missing, notes), notes)
    for warning in facts.warnings:
        log.warning("%s", warning)
    _print(record, asked)
    return facts


def write(record: Manifest, planned: Planned, asked: Wanted, arguments: argparse.Namespace) -> None:
    """Write what is not there as it would be written, and print all paths, one a line."""
    plugins = plugin_files()
    record = record.current(
        record.states(inputs(arguments, planned.config, plugins, asked.formats)), concerns
    )
    stale = asked.outputs if _forced(arguments) else _stale(record, asked)
    manifest.save(record, asked.output)
    with warnings_given() as warnings:
        files = _build(planned, asked, arguments, stale) if stale else {}
    earlier = Facts.of(record) if record.outputs else None
    facts = Facts(
        needs(planned.missing()),
        bool(planned.plan.excluded),
        tuple(plugins),
        tuple(dict.fromkeys((*(earlier.warnings if earlier else ()), *warnings))),
    )
    record = replace(record, outputs={**record.outputs, **files}, facts=facts.plain())
    manifest.save(record, asked.output)
    if not stale:
        _say_same(asked)
    _print(record, asked)


def check_writable(output: Path) -> None:
    """Raise OutputError for a folder that can't be written: before anything is measured."""
    try:
        output.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=output):
            pass
    except OSError as error:
        reason = error.strerror or error
        raise OutputError(
            f"cannot write to the folder {output}: {reason}; give another with --output"
        ) from error


def _build(
    planned: Planned, asked: Wanted, arguments: argparse.Namespace, stale: list[str]
) -> dict[str, dict[str, manifest.Output]]:
    """Make the outputs that are stale; return their files."""
    # a document is many small objects that live to its end: looking for garbage less often saves 0.06 s
    gc.set_threshold(50_000, 20, 20)
    from fxreport.commands.planned import installed_figures, installed_rules
    from fxreport.commands.unmatched import unmatched
    from fxreport.report.build import build

    for line in unmatched(planned.config, planned.store):
        log.warning("%s", line)
    with writing_on() as told:
        paths = build(
            planned.store,
            planned.shown(),
            told=told,
            languages=asked.languages,
            formats=asked.formats,
            output=asked.output,
            fallbacks=planned.fallbacks(),
            datasets=arguments.datasets,
            extractors=arguments.extractors,
            skip=set(asked.outputs) - set(stale),
            scenarios=planned.config.scenarios,
            statements=planned.config.statements,
            repeats=planned.config.repeats_original,
            metrics=planned.config.metrics,
            subject=planned.config.subject,
            called=planned.config.called,
            rules=installed_rules(),
            figures=installed_figures(),
            imprint=planned.config.imprint,
            look=asked.look,
        )
    return {output: manifest.as_written(files, asked.output) for output, files in paths.items()}


def _stale(record: Manifest, asked: Wanted) -> list[str]:
    return [output for output in asked.outputs if not record.intact(output, asked.output)]


def _forced(arguments: argparse.Namespace) -> bool:
    return bool(arguments.force or getattr(arguments, "fresh", False))


def _say_same(asked: Wanted) -> None:
    say(f"nothing to do: {asked.output} holds what would be written (--force writes it anew)")


def _print(record: Manifest, asked: Wanted) -> None:
    """Print the paths: of each language its documents, their figures, and what comes with a page."""
    for language in (None, *asked.languages):
        outputs = [o for o in asked.outputs if (o == JSON) is (language is None)]
        names = [n for o in outputs if language in (None, o.partition("/")[0]) for n in record.outputs[o]]
        beside = [n for n in names if len(PurePath(n).parts) > 2 and not n.endswith(".svg")]
        for name in (*(n for n in names if n not in beside), *beside):
            tell(asked.output / name, flush=True)
    _say_which_to_open(asked)


def _say_which_to_open(asked: Wanted) -> None:
    """Name the file to read first: of the first document and language, as a page where it is one."""
    name, kinds = next(iter(asked.formats.items()))
    if kinds:
        best = next((kind for kind in _TO_READ if kind in kinds), kinds[0])
        say(f"open {asked.output / edition(asked.languages[0], name, best)}")


@contextmanager
def warnings_given() -> Iterator[list[str]]:
    """Collect the package's warnings given meanwhile."""
    given: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: given.append(record.getMessage())  # type: ignore[method-assign]
    log.addHandler(handler)
    try:
        yield given
    finally:
        log.removeHandler(handler)
