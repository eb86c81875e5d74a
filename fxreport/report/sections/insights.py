"""Key insights: questions that a reader brings, answered by claims or not at all."""

from __future__ import annotations

from collections.abc import Callable

from fxreport.analysis.claims import N_, Claim
from fxreport.report.draft import Draft
from fxreport.report.model import Section


def _pair(*pairs: tuple[str, str]) -> Callable[[Claim], bool]:
    return lambda c: c.kind == "family" and (c.details["ahead"], c.details["behind"]) in pairs


def _labels(claim: Claim) -> bool:
    """Whether it sets training with labels of the set against going without."""
    pair = (claim.details["ahead"], claim.details["behind"]) if claim.kind == "family" else None
    return pair is not None and (claim.details["labels"] or pair == ("supervised", "unsupervised"))


def _pretrained(claim: Claim) -> bool:
    pairs = (("pretrained", "baseline"), ("pretrained", "unsupervised"), ("supervised", "pretrained"))
    return _pair(*pairs)(claim) and not claim.details["labels"]


def _kind(*kinds: str) -> Callable[[Claim], bool]:
    return lambda c: c.kind in kinds


QUESTIONS: tuple[tuple[str, str, Callable[[Claim], bool]], ...] = (
    ("labels", N_("Does training with labels pay?"), _labels),
    ("learning", N_("What does learning without labels add?"), _pair(("unsupervised", "baseline"))),
    ("pretrained", N_("What do pretrained features bring?"), _pretrained),
    ("size", N_("Does input size matter?"), _kind("input_size", "enlarged")),
    ("dimension", N_("Does a higher dimension mean better features?"), _kind("dimension_vs_quality")),
    ("indices", N_("Can an index without labels choose the extractor?"), _kind("index_agreement")),
)


def insights(draft: Draft) -> Section:
    children = []
    for name, title, wanted in QUESTIONS:
        claims = [c for c in draft.conclusions.claims if wanted(c)]
        if claims:
            children.append(Section(f"insight-{name}", draft.words(title), draft.statements(claims)))
    return Section(
        id="insights",
        title=draft.words(N_("Key insights")),
        blocks=()
        if children
        else (draft.note(N_("These measurements answer none of the usual questions.")),),
        children=tuple(children),
    )
