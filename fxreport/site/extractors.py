"""Pages of the extractors: what each is, its results by set, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from itertools import groupby
from pathlib import PurePosixPath

from fxreport.analysis.claims import Claim
from fxreport.analysis.names import FAMILY_TITLES
from fxreport.analysis.subjects import Variant
from fxreport.reference import original
from fxreport.report.anchors import slug
from fxreport.report.conclusions.situations import conditions, taken
from fxreport.report.draft import Draft
from fxreport.report.model import Block, Bullets, Link, Plain, Section, Strong, Text, plain, to_string
from fxreport.report.sections.results import reasons
from fxreport.site import cells
from fxreport.site.addresses import extractor_id, file_name
from fxreport.site.findings import linked
from fxreport.site.model import EXTRACTOR, OVERVIEW, Page
from fxreport.vocabulary.factors import EXTRACTOR as EXTRACTOR_FACTOR
from fxreport.vocabulary.factors import subject_id
from fxreport.vocabulary.messages import N_
from fxreport.vocabulary.metrics import COST, OTHER, QUALITY, TOPICS, TRAINING, levels_of
from fxreport.vocabulary.steps import variant_id

INDEX = PurePosixPath("extractors/index.html")
#: subjects of a claim that says something of each
_FEW = 2
#: topics of metrics that the report alone tells of
_INNER = frozenset(TOPICS) - {QUALITY, COST, TRAINING, OTHER}


def pages(draft: Draft, listed: tuple[Section, ...]) -> Iterator[Page]:
    """The page of all extractors, with the sections ``listed``, and one of each with all its input sizes."""
    words = draft.words
    first, *others = listed
    yield Page(
        lang=words.lang,
        path=words.lang / INDEX,
        kind=OVERVIEW,
        title=words(N_("Extractors")),
        summary=to_string(draft.say(N_("What each extractor reaches and what it costs"))),
        sections=(replace(first, title=""), *others),
    )
    order = {v.extractor.name: i for i, v in reversed([*enumerate(draft.study.variants)])}
    rows = sorted(
        (*draft.study.variants, *draft.study.others), key=lambda v: order.get(v.extractor.name, len(order))
    )
    said, seen = _said(draft), {variant for _, variant, _ in draft.study.samples}
    measured: dict[str, list[cells.Cell]] = {}
    for cell in draft.study.samples:
        if draft.study.metric(cell[2]).topic not in _INNER and not levels_of(cell[2]):
            measured.setdefault(cell[1], []).append(cell)
    for name, variants in groupby(rows, key=lambda v: v.extractor.name):
        own = tuple(variants)
        told = [cell for v in own for cell in measured.get(v.id, ())]
        yield _page(draft, name, own, said, told, seen=any(v.id in seen for v in own))


def _said(draft: Draft) -> dict[str, list[Claim]]:
    """The claims by each variant that they are about: no list of many, no metric of the report alone."""
    said: dict[str, list[Claim]] = {}
    for claim in draft.conclusions.claims:
        subjects = dict.fromkeys(claim.subjects)
        inner = claim.metric and draft.study.metric(claim.metric).topic in _INNER
        if len(subjects) <= _FEW and not inner:
            for subject in subjects:
                said.setdefault(subject, []).append(claim)
    return said


def _page(
    draft: Draft,
    name: str,
    variants: tuple[Variant, ...],
    said: dict[str, list[Claim]],
    measured: Sequence[cells.Cell],
    *,
    seen: bool,
) -> Page:
    """``measured`` are the cells that the page shows; ``seen``: whether anything at all was measured."""
    words, own = draft.words, {v.id for v in variants}
    title = words.variant(subject_id(((EXTRACTOR_FACTOR, name),)))
    claims = {claim.id: claim for v in variants for claim in said.get(v.id, ())}
    lacking = () if seen else tuple(_unmeasured(draft, name, own))
    facts = Section(extractor_id(name), "", (Bullets(tuple(_facts(draft, variants[0]))), *lacking))
    sections = [
        facts,
        *_results(draft, name, measured),
        *_advised(draft, name, own),
        *_found(draft, name, own),
    ]
    sections += _claims(draft, name, list(claims.values()))
    first = next(iter(claims.values()), None)
    return Page(
        lang=words.lang,
        path=words.lang / PurePosixPath(f"extractors/{file_name(name)}.html"),
        kind=EXTRACTOR,
        title=title,
        summary=to_string(draft.claimed(first)) if first else title,
        sections=tuple(sections),
        up=INDEX,
    )


def _facts(draft: Draft, variant: Variant) -> Iterator[Text]:
    words, facts = draft.words, variant.extractor
    family = FAMILY_TITLES.get(facts.family)

    def fact(title: str, text: Text) -> Text:
        return (Strong(words(title)), Plain(": "), *text)

    if not draft.context.of_field:
        return
    yield fact(N_("Kind"), plain(words(family) if family else facts.family))
    if facts.needs_labels is not None:
        yield fact(N_("Labels of the set needed"), draft.yes_no(facts.needs_labels))
    if facts.other_labels is not None:
        yield fact(N_("Trained with labels of other images"), draft.yes_no(facts.other_labels))
    if facts.dimension is not None:
        yield fact(N_("Feature dimension"), plain(words.number(facts.dimension, 0)))


def _unmeasured(draft: Draft, name: str, own: Set[str]) -> Iterator[Block]:
    """Why nothing was measured, and what others published."""
    yield from reasons(draft, [missing for missing in draft.study.missing if missing.variant.id in own])
    found = {
        (p.dataset, variant, p.metric): p.value
        for p in original()
        if (variant := variant_id(p.extractor, p.input_size)) in own
    }
    caption = draft.say(N_("Published in the original study"))
    if table := cells.published(draft, f"table-extractor-{slug(name)}", caption, found):
        yield table


def _results(draft: Draft, name: str, measured: Sequence[cells.Cell]) -> Iterator[Section]:
    caption = draft.say(N_("Means ± standard deviations over seeds; each value leads to its runs"))
    if table := cells.by_variant(draft, f"table-extractor-{slug(name)}", caption, measured):
        yield Section(f"results-of-{slug(name)}", draft.words(N_("Results by image set")), (table,))


def _advised(draft: Draft, name: str, own: set[str]) -> Iterator[Section]:
    """The situations to which it is the answer."""
    told: list[Text] = []
    for number, found in enumerate(draft.conclusions.situations, start=1):
        if own & {found.choice, *found.equals}:
            when = to_string(conditions(draft, found))
            told.append((Link(when, f"#situation-{number}"), Plain(": "), *draft.message(taken(found))))
    if told:
        title = draft.words(N_("When it is the one to take"))
        yield Section(f"advice-{slug(name)}", title, (Bullets(tuple(told)),))


def _found(draft: Draft, name: str, own: set[str]) -> Iterator[Section]:
    told = tuple(linked(draft, one) for one in draft.conclusions.findings if own & {*one.subjects})
    if told:
        yield Section(f"findings-of-{slug(name)}", draft.words(N_("Findings about it")), (Bullets(told),))


def _claims(draft: Draft, name: str, claims: list[Claim]) -> Iterator[Section]:
    """What is said of it: across image sets, then set by set."""
    words, study = draft.words, draft.study
    sets = [None, *(d.name for d in study.datasets)]
    children = []
    for dataset in sets:
        said = draft.statements(claim for claim in claims if claim.dataset == dataset)
        if said:
            title = words(N_("Across image sets")) if dataset is None else words.dataset(dataset)
            children.append(Section(f"said-of-{slug(name)}-{slug(dataset or '')}", title, said))
    if children:
        yield Section(f"said-of-{slug(name)}", words(N_("What is said of it")), (), tuple(children))
