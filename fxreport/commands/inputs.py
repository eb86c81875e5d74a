"""What the documents of a build depend on, and which on what. Loads nothing that measures or renders."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from fxreport import __version__
from fxreport.commands.own_extractors import files_of
from fxreport.commands.own_images import about, listing_of
from fxreport.config import FILE_NAME, Config, ImageFolder
from fxreport.report.editions import CONCLUSIONS, JSON, PAGE, TECHNICAL
from fxreport.store.listing import listing
from fxreport.system.manifest import Fact, Files, Input, tree
from fxreport.system.resources import PACKAGE, SUBJECT, catalogue, languages, resource
from fxreport.vocabulary.errors import FxReportError

#: environment variables that reach a document: its date
_VARIABLES = ("SOURCE_DATE_EPOCH",)
_MARKDOWN = ".md.j2"
#: formats made from the templates of pages
_OF_PAGE = (".html", ".pdf", ".docx", ".tex")
OWN_TEMPLATES, OWN_STYLE, OWN_LOGO = "own templates", "own style", "own logo"
#: whether the technical report's page lies beside the conclusions
_LINK = "link"
_PLUGIN_GROUPS = (
    "fxreport.extractors",
    "fxreport.measures",
    "fxreport.rules",
    "fxreport.figures",
    "fxreport.writers",
)


@dataclass(frozen=True, slots=True)
class _Images:
    """A user's own images: what a document depends on is the fingerprint, which decodes them all."""

    folder: ImageFolder

    def quick(self) -> str:
        return listing_of(self.folder)

    def content(self) -> str:
        try:
            return about(self.folder).fingerprint
        except FxReportError as error:
            return str(error)


def inputs(
    arguments: argparse.Namespace,
    config: Config,
    plugins: Iterable[str],
    formats: Mapping[str, Collection[str]],
) -> dict[str, Input]:
    """Return by name what decides the documents.

    ``plugins`` are the files of loaded plug-ins, ``formats`` those asked for of each publication.

    A store that no folder of this machine tells of is another one each time.
    """
    store = listing(arguments.store)
    chosen = arguments.config or Path(FILE_NAME)
    own = [(one.name, str(one.source)) for one in config.own.values()]
    plan = (arguments.profile, arguments.datasets, arguments.extractors, arguments.seeds, arguments.store)
    found: dict[str, Input] = {
        "plan": Fact(json.dumps([*plan, *own])),
        _LINK: Fact(json.dumps(PAGE in formats.get(TECHNICAL, ()))),
        "versions": Fact(f"fxreport {__version__}, Python {sys.version}"),
        "environment": Fact(json.dumps({name: os.environ.get(name) for name in _VARIABLES})),
        "configuration": Files({str(file): str(file) for file in (resource(FILE_NAME), chosen)}),
        "store": store if store else Fact(os.urandom(16).hex()),
        "code": tree(PACKAGE),
        "packages": _packages(),
        "plug-ins": Files({file: file for file in plugins}),
    }
    if config.document_under_test:
        found["document under test"] = Files(
            {str(config.document_under_test): str(config.document_under_test)}
        )
    templates = tree(resource("templates")).paths
    for name, markdown in (("markdown", True), ("page", False)):
        of_kind = {file: path for file, path in templates.items() if file.endswith(_MARKDOWN) is markdown}
        found[f"templates/{name}"] = Files(of_kind)
    for language in languages():
        file = catalogue(language)
        beside = [str(one) for one in (file, file.with_name(SUBJECT)) if one.is_file()]
        found[f"locale/{language}"] = Files({one: one for one in beside})
    if config.templates is not None:
        found[OWN_TEMPLATES] = tree(config.templates)
    if config.style is not None:
        found[OWN_STYLE] = Files({str(config.style): str(config.style)})
    if config.logo is not None:
        found[OWN_LOGO] = Files({str(config.logo): str(config.logo)})
    profile = config.profiles.get(arguments.profile)
    if files := files_of(config.own.values()):
        found["own extractors"] = Files({str(file): str(file) for file in files})
    for name in arguments.datasets or (profile.datasets if profile else ()):
        if name in config.datasets:
            found[f"images/{name}"] = _Images(config.datasets[name])
    return found


def concerns(name: str, output: str) -> bool:
    """Tell whether an output (``json``, or ``uk/conclusions.md`` and the like) depends on an input."""
    kind, _, which = name.partition("/")
    if name == _LINK:
        return f"/{CONCLUSIONS}." in output
    if kind == "locale":
        return output == JSON or output.startswith(f"{which}/")
    if kind == "templates":
        return output.endswith((".md",) if which == "markdown" else _OF_PAGE)
    if name == OWN_TEMPLATES:
        return output.endswith((".md", *_OF_PAGE))
    if name == OWN_STYLE:
        return output.endswith((".html", ".pdf"))
    return True


def plugin_files() -> list[str]:
    """Return the files of plug-ins that this process has loaded."""
    from importlib.metadata import entry_points

    entries = (entry for group in _PLUGIN_GROUPS for entry in entry_points(group=group))
    packages = {entry.module.partition(".")[0] for entry in entries}
    files = (
        getattr(module, "__file__", None)
        for name, module in list(sys.modules.items())
        if name.partition(".")[0] in packages
    )
    return sorted(file for file in files if file)


def _packages() -> Files:
    """What is installed: each distribution by its list of files, which has their digests."""
    found = {}
    for folder in dict.fromkeys(sys.path):
        try:
            with os.scandir(folder or ".") as entries:
                for entry in entries:
                    if entry.name.endswith((".dist-info", ".egg-info")):
                        record = f"{entry.path}/RECORD"
                        found[entry.name] = record if os.path.exists(record) else entry.path  # noqa: PTH110
        except OSError:
            continue
    return Files(dict(sorted(found.items())))
