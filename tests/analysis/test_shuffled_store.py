"""Every sentence of the visual sections rests on evidence, and moves with it (issue 4, line 4)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
from numpy.typing import NDArray

from fxreport.analysis.claims import Claim
from fxreport.analysis.conclude import Conclusions, conclude
from fxreport.analysis.study import Artifacts, Sample, Study
from fxreport.report.anchors import setting_address
from fxreport.report.build import make_study
from fxreport.report.draft import Draft
from fxreport.report.figures.cache import FigureCache
from fxreport.report.model import (
    Document,
    Figure,
    Note,
    Number,
    Paragraph,
    Plain,
    Section,
    Statement,
    Statements,
    to_string,
)
from fxreport.report.technical import technical_report
from fxreport.report.words import Words
from fxreport.report.writers.walk import holders, sections, texts, within
from fxreport.store import Store
from fxreport.vocabulary.factors import ATTRIBUTION, LEVELS, PROJECTION
from fxreport.vocabulary.metrics import identified

VISUAL = ("projections", "internals", "attribution", "features")
_D = TypeVar("_D")


class Undrawn(FigureCache):
    """Figures without a line: what is tested here is said around them."""

    def get_or_draw(self, name: str, data: _D, draw: Callable[[_D], str]) -> str:
        return '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"/>'


@pytest.fixture(scope="module")
def measured(checkout: Path) -> Conclusions:
    study = make_study(Store(str(checkout / "results")), {})
    return conclude(replace(study, load_artifacts=cache(study.load_artifacts)))


@pytest.fixture(scope="module", params=["uk", "en"])
def document(
    request: pytest.FixtureRequest, measured: Conclusions, tmp_path_factory: pytest.TempPathFactory
) -> Document:
    words = Words(request.param, measured.study)
    return technical_report(Draft(measured, words, Undrawn(tmp_path_factory.mktemp("figures"))))


def visual(document: Document) -> list[Section]:
    found = [s for top in sections(document) if top.id in VISUAL for s in within(top)]
    assert {s.id for s in found} >= set(VISUAL)
    return found


def statements(document: Document) -> list[Statement]:
    blocks = [block for section in visual(document) for block in section.blocks]
    return [
        *(s for block in blocks if isinstance(block, Statements) for s in block.items),
        *(s for block in blocks if isinstance(block, Figure) for s in block.finding),
    ]


# Every sentence is a claim with evidence


def test_every_statement_is_a_claim_with_evidence_that_the_document_holds(
    document: Document, measured: Conclusions
) -> None:
    claims, there = {claim.id: claim for claim in measured.claims}, holders(document)
    said = statements(document)
    assert len(said) > 50
    for statement in said:
        assert claims[statement.claim_id].evidence, statement
        assert statement.evidence in there, statement


def test_what_is_no_statement_has_no_number_but_settings(document: Document, measured: Conclusions) -> None:
    """A paragraph or a note explains; whatever is measured stands in a statement, a table or a figure."""
    seen = 0
    for section in visual(document):
        for block in section.blocks:
            if not isinstance(block, (Paragraph, Note)):
                continue
            for fragment in block.text:
                if isinstance(fragment, Number):
                    assert fragment.address.startswith(setting_address("")), block
                elif isinstance(fragment, Plain):
                    assert not re.search(r"\d", fragment.text), block
            seen += 1
    assert seen > 2


def test_numbers_of_captions_and_tables_lead_somewhere(document: Document) -> None:
    there = holders(document)
    for section in visual(document):
        for block in section.blocks:
            for text in texts(block):
                for fragment in text:
                    if isinstance(fragment, Number):
                        assert fragment.address in there, (section.id, fragment)


# Other measurements, other sentences

#: how many dimensions have no weight, and whether a map is flat, is the same in any order; a count may be
ANY_ORDER = {"idle_dimensions", "attribution_failed", "filter_orientation"}
#: what is counted over all cells is the same whichever has which
OVER_ALL = {"groups_met", "attribution_overall", "projection_time"}


def told(conclusions: Conclusions, kinds: Iterable[str]) -> dict[str, set[str]]:
    """Kind → its English sentences, with how sure they are."""
    words = Words("en", conclusions.study)
    return {
        kind: {f"{to_string(words.say(c.message, c.params))} ({c.support})" for c in conclusions.of(kind)}
        for kind in kinds
    }


@pytest.fixture(scope="module")
def kinds(measured: Conclusions, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Claim]]:
    """The kinds of claims that the visual sections state, each with its claims."""
    draft = Draft(measured, Words("en", measured.study), Undrawn(tmp_path_factory.mktemp("none")))
    claims = {claim.id: claim for claim in measured.claims}
    found: dict[str, list[Claim]] = defaultdict(list)
    for name in dict.fromkeys(s.claim_id for s in statements(technical_report(draft))):
        found[claims[name].kind].append(claims[name])
    return found


def shuffled(study: Study, names: Iterable[str]) -> Study:
    """The study with the arrays of these names permuted in every run, by itself, along the first axis."""
    wanted = frozenset(names)

    def load(key: str) -> Mapping[str, NDArray[Any]]:
        rng = np.random.default_rng(list(key.encode()))
        kept: Artifacts = study.load_artifacts(key)
        return {n: rng.permutation(x) if n in wanted and x.ndim else x for n, x in kept.items()}

    return replace(study, load_artifacts=cache(load))


def test_shuffled_arrays_give_other_sentences_of_every_kind_that_rests_on_them(
    measured: Conclusions, kinds: dict[str, list[Claim]]
) -> None:
    """Clusters, groups, planes and sketches over images, accuracies over layers, weights over dimensions."""
    arrays = {
        kind: {e.artifact for c in claims for e in c.evidence if e.artifact} for kind, claims in kinds.items()
    }
    resting = [kind for kind, names in arrays.items() if names]
    assert {
        "merging",
        "shared_groups",
        "plane_likeness",
        "abstraction",
        "surest_errors",
        "most_alike",
    } <= set(resting)
    changed = conclude(shuffled(measured.study, {n for names in arrays.values() for n in names if n}))
    before, after = told(measured, resting), told(changed, resting)
    assert {kind for kind in resting if before[kind] == after[kind]} <= ANY_ORDER


def test_arrays_without_numbers_silence_what_rests_on_them(
    measured: Conclusions, kinds: dict[str, list[Claim]]
) -> None:
    def load(key: str) -> Mapping[str, NDArray[Any]]:
        return {
            n: x * np.nan if x.dtype.kind == "f" else x for n, x in measured.study.load_artifacts(key).items()
        }

    after = told(conclude(replace(measured.study, load_artifacts=load)), kinds)
    assert not any("nan" in sentence for said in after.values() for sentence in said)
    for kind in ("plane_likeness", "abstraction", "surest_errors", "most_alike", "class_error"):
        assert not after[kind]


def test_shuffled_clusters_alone_change_what_merges_and_nothing_that_rests_on_planes(
    measured: Conclusions,
) -> None:
    changed = conclude(shuffled(measured.study, {"assignments"}))
    of_planes = ("shared_groups", "plane_likeness", "visible_groups", "planes")
    before, after = (told(c, ("merging", *of_planes)) for c in (measured, changed))
    assert not before["merging"] & after["merging"]
    assert all("no two classes merge" in sentence for sentence in after["merging"])
    assert {kind: before[kind] for kind in of_planes} == {kind: after[kind] for kind in of_planes}


def handed_on(study: Study) -> Study:
    """The study in which each cell has the measurements of the next that has the metric, and its arrays."""
    samples: dict[tuple[str, str, str], Sample] = {}
    cells: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for dataset, variant, metric in study.samples:
        cells[metric].append((dataset, variant))
    for metric, of_metric in cells.items():
        for one, other in zip(of_metric, [*of_metric[1:], of_metric[0]], strict=True):
            theirs = study.samples[(*other, metric)]
            samples[(*one, metric)] = replace(
                study.samples[(*one, metric)], seeds=theirs.seeds, values=theirs.values
            )
    keys = [run.key for run in study.runs]
    others = dict(zip(keys, [*keys[3:], *keys[:3]], strict=True))
    return replace(study, samples=samples, load_artifacts=lambda key: study.load_artifacts(others[key]))


def with_methods_exchanged(study: Study) -> Study:
    """The study in which each way of projecting, and of attributing, has the measurements of the next."""
    renamed = {
        f"{one}_": f"{other}_"
        for methods in (tuple(LEVELS[PROJECTION]), tuple(LEVELS[ATTRIBUTION]))
        for one, other in zip(methods, [*methods[1:], methods[0]], strict=True)
    }

    def name(metric: str) -> str:
        prefix = next((p for p in renamed if metric.startswith(p)), "")
        return identified(renamed.get(prefix, "") + metric.removeprefix(prefix))

    return replace(study, samples={(d, v, name(metric)): s for (d, v, metric), s in study.samples.items()})


def test_cells_that_hand_on_their_measurements_give_other_sentences(
    measured: Conclusions, kinds: dict[str, list[Claim]]
) -> None:
    """Of every kind: nothing is said of an extractor, a set or a method that others had."""
    before = told(measured, kinds)
    others = [told(conclude(change(measured.study)), kinds) for change in (handed_on, with_methods_exchanged)]
    assert [kind for kind in kinds if all(before[kind] == after[kind] for after in others)] == []
    same = {kind for kind in kinds if before[kind] == others[0][kind]}
    assert same <= OVER_ALL
