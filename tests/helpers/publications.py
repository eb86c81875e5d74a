"""Documents of conclusions, as a build makes them."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar
from unittest.mock import patch

from fxreport.analysis.conclude import Conclusions, conclude
from fxreport.cli import main
from fxreport.commands.planned import make_plan
from fxreport.report import build
from fxreport.report.build import make_study
from fxreport.report.draft import Draft
from fxreport.report.editions import CONCLUSIONS, TECHNICAL
from fxreport.report.figures.cache import FigureCache
from fxreport.report.model import Document, Fragment, Link
from fxreport.report.publications import PUBLICATIONS
from fxreport.report.words import Words

_D = TypeVar("_D")


class Undrawn(FigureCache):
    """Figures without a line: what is tested is said around them."""

    def __init__(self) -> None:
        super().__init__(Path("nowhere"))

    def get_or_draw(self, name: str, data: _D, draw: Callable[[_D], str]) -> str:
        return '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 170"/>'


def document(conclusions: Conclusions, lang: str, cache: FigureCache, name: str = TECHNICAL) -> Document:
    return PUBLICATIONS[name](Draft(conclusions, Words(lang, conclusions.study), cache, name))


def short(
    conclusions: Conclusions, lang: str, cache: FigureCache | None = None, *, linked: bool = False
) -> Document:
    """The conclusions document; ``linked`` to a technical report beside it."""
    words = Words(lang, conclusions.study)
    return PUBLICATIONS[CONCLUSIONS](
        Draft(conclusions, words, cache or Undrawn(), CONCLUSIONS, linked=linked)
    )


@cache
def reference(checkout: Path) -> Conclusions:
    """What a build of the checkout's store and plan concludes."""
    arguments = Namespace(
        config=None,
        profile="standard",
        datasets=None,
        extractors=None,
        seeds=None,
        store=str(checkout / "results"),
    )
    planned = make_plan(arguments)
    study = make_study(planned.store, planned.shown(), fallbacks=planned.fallbacks())
    config = planned.config
    return conclude(study, config.scenarios, statements=config.statements, repeats=config.repeats_original)


def rendered(output: Path, name: str = CONCLUSIONS, formats: str = "md,html") -> dict[str, Document]:
    """Write a publication of the committed results in both languages; the documents by language."""
    kept: dict[str, Document] = {}

    def keep(draft: Draft) -> Document:
        kept[draft.words.lang] = PUBLICATIONS[name](draft)
        return kept[draft.words.lang]

    asked = ["render", "--lang", "all", "--document", name, "--format", formats, "--output", str(output)]
    with patch.object(build, "PUBLICATIONS", {**PUBLICATIONS, name: keep}):
        store = Path(__file__).resolve().parents[2] / "results"
        assert main([*asked, "--store", str(store)]) == 0
    return kept


def counted(fragment: Fragment) -> bool:
    """Whether it is a reference to a figure, a table or a work, whose number a writer counts."""
    return isinstance(fragment, Link) and fragment.href.startswith(("#fig-", "#table-", "#ref-"))
