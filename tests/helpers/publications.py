"""Documents of conclusions, as a build makes them."""

from __future__ import annotations

from fxreport.analysis.conclude import Conclusions
from fxreport.report.draft import Draft
from fxreport.report.editions import CONCLUSIONS, TECHNICAL
from fxreport.report.figures.cache import FigureCache
from fxreport.report.model import Document
from fxreport.report.publications import PUBLICATIONS
from fxreport.report.words import Words


def document(conclusions: Conclusions, lang: str, cache: FigureCache, name: str = TECHNICAL) -> Document:
    return PUBLICATIONS[name](Draft(conclusions, Words(lang, conclusions.study), cache, name))


def short(conclusions: Conclusions, lang: str, cache: FigureCache) -> Document:
    return document(conclusions, lang, cache, CONCLUSIONS)
