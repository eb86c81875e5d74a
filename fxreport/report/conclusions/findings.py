"""The findings: what was seen and why, what to do, where it stops."""

from __future__ import annotations

from collections.abc import Sequence

from fxreport.analysis.claims import N_
from fxreport.analysis.findings import Finding
from fxreport.report.anchors import slug
from fxreport.report.conclusions.pictures import picture
from fxreport.report.draft import Draft
from fxreport.report.model import (
    Block,
    Paragraph,
    Plain,
    Section,
    Strong,
    joined,
    to_string,
)

#: as many findings as are told at length
MOST = 6


def findings(draft: Draft, found: Sequence[Finding]) -> Section | None:
    """The most important findings, a part each; None where there is none."""
    children = tuple(finding_section(draft, finding) for finding in found[:MOST])
    return Section("findings", draft.words(N_("Findings")), (), children) if children else None


def finding_section(draft: Draft, finding: Finding, figure: str = "") -> Section:
    """Heading, reasoning, figure, advice and limit; ``figure`` is a name for one of its own (``picture``)."""
    origin = draft.origins.of_finding(finding)
    blocks: list[Block] = [Paragraph(draft.sentences(finding.body, origin))]
    if shown := picture(draft, finding, figure):
        blocks.append(shown)
    closing = joined(
        (Strong(draft.words(lead)), Plain(" "), *draft.sentences(messages, origin))
        for lead, messages in ((N_("What to do."), finding.advice), (N_("Where it stops."), finding.limit))
        if messages
    )
    if closing:
        blocks.append(Paragraph(closing))
    heading = to_string(draft.message(finding.heading))
    return Section(finding_id(finding.id), heading, tuple(blocks))


def finding_id(name: str) -> str:
    """The anchor of a finding's section."""
    return f"finding-{slug(name)}"
