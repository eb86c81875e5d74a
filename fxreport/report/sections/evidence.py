"""What each statement rests on: one entry a claim, with the measurements that it was computed from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from fxreport.analysis.claims import N_, Evidence
from fxreport.report.anchors import appendix_id
from fxreport.report.draft import SUPPORT_LABELS, Draft
from fxreport.report.model import Entries, Entry, Fragment, Link, Number, Plain, Section, Text
from fxreport.report.origins import Derivation, address_of
from fxreport.report.sections.published import source_id
from fxreport.report.sections.settings import NAMES

#: as many values as an entry lists one by one
_MOST = 24


def evidence(draft: Draft) -> tuple[Section, ...]:
    """The section of all derivations that the document leads to so far; none where nothing was concluded."""
    items = tuple(_entry(draft, derivation) for derivation in draft.origins)
    if not items:
        return ()
    intro = draft.paragraph(
        N_(
            "One entry a statement: how sure it is, the rule that makes it, the measurements that it rests on (means "
            "over seeds; where there are many, their numbers in brackets), and the settings of the method that it "
            "names. “fxreport explain” with an entry’s name tells more."
        )
    )
    return (Section("evidence", draft.words(N_("Evidence of the statements")), (intro, Entries(items))),)


def _entry(draft: Draft, derivation: Derivation) -> Entry:
    parts = [part for part in _parts(draft, derivation) if part]
    text = [*parts[0]] if parts else []
    for part in parts[1:]:
        text += [Plain(". "), *part]
    measured = _cells(derivation)
    covers = tuple(draft.words.address(e).id for e in measured) if len(measured) > _MOST else ()
    return Entry(
        derivation.address, derivation.label or derivation.id, (*text, Plain(".")) if text else (), covers
    )


def _parts(draft: Draft, derivation: Derivation) -> Iterator[Text]:
    words = draft.words
    if derivation.rule is not None:
        rule = f"{derivation.rule.__module__.rpartition('.')[2]}.{derivation.rule.__name__}"
        support = words(SUPPORT_LABELS[derivation.support])
        yield (Plain(words(N_("{support}; rule {rule}")).format(support=support, rule=rule)),)
    measured = _cells(derivation)
    if len(measured) > _MOST:
        yield _summary(draft, measured)
    elif measured:
        yield measured_cells(draft, measured)
    elif not derivation.evidence and not derivation.claims:
        yield (
            Plain(words(N_("Read off the extent of the study")) + ": "),
            Link(words(N_("The study in figures")), "#table-statistics"),
        )
    if arrays := sorted({one.artifact for one in derivation.evidence if one.artifact}):
        names = draft.words.join(arrays)
        yield (Plain(words(N_("Arrays kept of the runs: {names}")).format(names=names)),)
    if derivation.claims:
        text: list[Fragment] = [Plain(words(N_("Rests on")) + " ")]
        for i, name in enumerate(derivation.claims):
            text += [Plain(", ")] * bool(i)
            text.append(Link(name, f"#{address_of(name)}"))
        yield tuple(text)
    if derivation.constants:
        settings: list[Fragment] = [Plain(words(N_("Settings")) + ": ")]
        for i, constant in enumerate(derivation.constants):
            name = words(NAMES[constant.constant])
            settings += [Plain((", " if i else "") + name + " "), words.derived(constant)]
        yield tuple(settings)


def _cells(derivation: Derivation) -> tuple[Evidence, ...]:
    """The measurements, each once, whichever arrays were read beside them."""
    return tuple(dict.fromkeys(replace(one, artifact=None) for one in derivation.evidence))


def measured_cells(draft: Draft, found: tuple[Evidence, ...]) -> Text:
    """``MNIST: ARI — Custom CNN 0.952, Autoencoder 0.421; NMI — Custom CNN 0.944``, each value a link."""
    words = draft.words
    text: list[Fragment] = []
    for dataset, of_dataset in _by_dataset(draft, found):
        by_metric: dict[str, list[Evidence]] = {}
        for one in of_dataset:
            by_metric.setdefault(one.metric, []).append(one)
        said = ("; " if text else "") + words.dataset(dataset) + ": "
        for metric, values in by_metric.items():
            said += words.metric(metric) + "\u00a0—"
            for one in values:
                # on hover it would say again what stands before it
                value = replace(words.value(one), title="")
                text += [Plain(f"{said} {words.variant(one.extractor)} "), value, *_beside(draft, one)]
                said = ","
            said = "; "
    return tuple(text)


def _summary(draft: Draft, found: tuple[Evidence, ...]) -> Text:
    """``MNIST: ARI (200), NMI (200)`` where values are too many to list; the set leads to all of its own."""
    words = draft.words
    text: list[Fragment] = []
    for dataset, of_dataset in _by_dataset(draft, found):
        counts = Counter(one.metric for one in of_dataset)
        said = (f"{words.metric(name)} ({words.number(n, 0)})" for name, n in counts.items())
        text += [
            Plain("; " if text else ""),
            Link(words.dataset(dataset), f"#{appendix_id(dataset)}"),
            Plain(": " + ", ".join(said)),
        ]
    return tuple(text)


def _by_dataset(draft: Draft, found: tuple[Evidence, ...]) -> Iterator[tuple[str, Iterator[Evidence]]]:
    place = {dataset.name: i for i, dataset in enumerate(draft.study.datasets)}
    return groupby(sorted(found, key=lambda e: place[e.dataset]), key=lambda e: e.dataset)


def _beside(draft: Draft, one: Evidence) -> Text:
    """The published figure that a claim set beside the value; mostly nothing."""
    words = draft.words
    if one.published is not None:
        number = words.measured(one.metric, one.published)
        text = words(N_("published: {number}")).format(number=number)
        return (Plain(" ("), Number(text, source_id(one.source or "")), Plain(")"))
    return ()
