"""The two documents that are written from one set of claims."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fxreport.report.conclusions.compose import conclusions
from fxreport.report.draft import Draft
from fxreport.report.editions import CONCLUSIONS, TECHNICAL
from fxreport.report.model import Document
from fxreport.report.technical import technical_report

PUBLICATIONS: Mapping[str, Callable[[Draft], Document]] = {
    CONCLUSIONS: conclusions,
    TECHNICAL: technical_report,
}
