"""From a store to files: select, conclude, write the documents, figures and ``conclusions.json``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fxreport.analysis.arrange import distinctions_of, integers, scales, select, settings_of, study
from fxreport.analysis.conclude import Conclusions, conclude
from fxreport.analysis.rules import RULES, Rule
from fxreport.analysis.study import Artifacts, Import, Missing, Study
from fxreport.analysis.subjects import Distinctions, Variant
from fxreport.report.draft import FIGURES, Blocks, Draft
from fxreport.report.editions import CONCLUSIONS, FIGURES_OF, JSON, PAGE, TECHNICAL, edition
from fxreport.report.export import conclusions_json
from fxreport.report.figures.cache import FigureCache
from fxreport.report.figures.scheme import standalone
from fxreport.report.look import SHIPPED, Look
from fxreport.report.model import Document, Figure
from fxreport.report.publications import PUBLICATIONS
from fxreport.report.words import Words
from fxreport.report.writers import writer
from fxreport.report.writers.files import write_text
from fxreport.report.writers.rehearsal import rehearse
from fxreport.report.writers.walk import blocks
from fxreport.store.exchange import IMPORT_KEY
from fxreport.system.cache import cache_dir
from fxreport.vocabulary.catalog import extractor_facts
from fxreport.vocabulary.errors import ConfigError, InputError
from fxreport.vocabulary.factors import ordered
from fxreport.vocabulary.imprint import NO_IMPRINT, Imprint
from fxreport.vocabulary.metrics import Metric
from fxreport.vocabulary.scenario import BUILT_IN, Scenario
from fxreport.vocabulary.statement import Statement
from fxreport.vocabulary.steps import Experiment, Step, variant_id
from fxreport.vocabulary.subject import UNCALLED, Called, Subject
from fxreport.vocabulary.text import visible

if TYPE_CHECKING:
    import pandas as pd

    from fxreport.store import Store

Steps = Mapping[Experiment, Sequence[Step]]


def build(
    store: Store,
    planned: Steps,
    *,
    languages: Iterable[str],
    formats: Mapping[str, Collection[str]],
    output: Path,
    fallbacks: Iterable[Steps] = (),
    datasets: Collection[str] | None = None,
    extractors: Collection[str] | None = None,
    skip: Collection[str] = (),
    scenarios: Sequence[Scenario] = BUILT_IN,
    statements: Sequence[Statement] = (),
    repeats: bool = True,
    metrics: Sequence[Metric] = (),
    subject: Subject | None = None,
    called: Called = UNCALLED,
    rules: Sequence[Rule] = RULES,
    figures: Sequence[Blocks] = (),
    imprint: Imprint = NO_IMPRINT,
    look: Look = SHIPPED,
    told: Callable[[str], None] = lambda document: None,
) -> dict[str, list[Path]]:
    """Write what the store supports; return by output (``editions``) the paths written.

    ``formats`` are those asked for of each publication. ``fallbacks`` are other plans to render where the
    store holds nothing of ``planned``; ``datasets`` and ``extractors`` (names or variants) narrow what is
    shown; ``skip`` are outputs not to be written; ``scenarios`` are those to answer, ``statements`` those to
    put to the test, ``repeats`` whether the study repeats the original one, ``metrics`` what a configuration
    says of metrics, ``subject`` of what is compared,
    ``called`` titles of data sets and extractors, ``rules`` those to conclude by, ``figures`` those of other
    packages;
    ``told`` hears the name of each document when it is begun. Raises InputError where the store holds nothing
    of all this.
    """

    def concluded() -> Conclusions:
        selected = make_study(
            store,
            planned,
            fallbacks=fallbacks,
            datasets=datasets,
            extractors=extractors,
            metrics=metrics,
            subject=subject,
            called=called,
        )
        if not selected.samples:
            raise InputError(store.nothing_of_it(": there is no document"))
        return conclude(selected, scenarios, rules, statements=statements, repeats=repeats)

    return write(
        concluded,
        languages=languages,
        formats=formats,
        output=output,
        skip=skip,
        figures=figures,
        imprint=imprint,
        look=look,
        told=told,
    )


def write(
    concluded: Callable[[], Conclusions],
    *,
    languages: Iterable[str],
    formats: Mapping[str, Collection[str]],
    output: Path,
    skip: Collection[str] = (),
    figures: Sequence[Blocks] = (),
    imprint: Imprint = NO_IMPRINT,
    look: Look = SHIPPED,
    told: Callable[[str], None] = lambda document: None,
) -> dict[str, list[Path]]:
    """Write conclusions, as ``build`` does; ``concluded`` makes them while the PDFs' processes get ready."""
    asked = [
        (lang, name, [kind for kind in kinds if edition(lang, name, kind) not in skip])
        for lang in languages
        for name, kinds in formats.items()
    ]
    # where every file is fresh the figures beside them may not be
    asked = [
        (lang, name, kinds)
        for lang, name, kinds in asked
        if kinds or edition(lang, name, FIGURES_OF) not in skip
    ]
    # the longest work first: each PDF's process gets ready while its document is made here
    writers = {
        edition(lang, name, kind): writer(kind)(output / lang / f"{name}.{kind}")
        for lang, name, kinds in asked
        for kind in kinds
    }
    paths: dict[str, list[Path]] = {}
    try:
        conclusions = concluded()
        cache = FigureCache(cache_dir() / "figures")
        linked = PAGE in formats.get(TECHNICAL, ())
        words = {lang: Words(lang, conclusions.study) for lang, _, _ in asked}
        making = (
            _made(Draft(conclusions, words[lang], cache, name, linked, figures, imprint, look), kinds, told)
            for lang, name, kinds in asked
        )
        # templates of a user's may fail: all are filled before any file is replaced
        ready = _rehearsed(making) if look.templates else making
        for draft, made, kinds in ready:
            lang, name = made.lang, made.name
            for kind in kinds:
                writers[edition(lang, name, kind)].write(made, draft)
            paths[edition(lang, name, FIGURES_OF)] = _write_figures(made, output / lang, FIGURES[name])
        paths[JSON] = [output / f"{CONCLUSIONS}.json"]
        write_text(paths[JSON][0], conclusions_json(conclusions))
        for name, one in writers.items():
            told(name)
            paths[name] = one.finish()
    finally:
        for one in writers.values():
            one.cancel()
    return paths


_Made = tuple[Draft, Document, list[str]]


def _made(draft: Draft, kinds: list[str], told: Callable[[str], None]) -> _Made:
    told(f"{draft.words.lang}/{draft.name}")
    return draft, PUBLICATIONS[draft.name](draft), kinds


def _rehearsed(making: Iterable[_Made]) -> list[_Made]:
    """All documents, each filled in once in the syntaxes that its formats are made of."""
    made = list(making)
    for _, document, kinds in made:
        rehearse(document, kinds)
    return made


def make_study(
    store: Store,
    planned: Steps,
    *,
    fallbacks: Iterable[Steps] = (),
    datasets: Collection[str] | None = None,
    extractors: Collection[str] | None = None,
    metrics: Sequence[Metric] = (),
    subject: Subject | None = None,
    called: Called = UNCALLED,
) -> Study:
    """Select from the store what one document compares, and name the holes."""
    frame = store.read()
    if datasets is not None:
        frame = frame[frame["dataset"].isin(set(datasets))]
    if extractors is not None:
        frame = frame[_named(frame, extractors)]
    asked = (planned, *fallbacks)
    plans = [{e.key: e for e in plan} for plan in asked]
    keys_of_steps = ({step.key for steps in plan.values() for step in steps} for plan in asked)
    experiments = store.experiments()
    rows = select(frame, keys_of_steps, scales(store.steps()), experiments)
    keys = set(rows.loc[rows["origin"] == "measured", "key"])
    # without a measured row there is a plan only where there is nothing else to tell of
    matched = next((plan for plan in plans if keys & plan.keys()), plans[0] if rows.empty else {})
    failures = {key: failure.reason for key, failure in store.failures().items()}
    distinctions = distinctions_of(rows, experiments, matched.values())
    arranged = study(
        rows,
        provenance=store.provenance(),
        experiments=experiments,
        distinctions=distinctions,
        missing=_missing(rows, experiments, matched, distinctions, failures),
        partial=_partial(matched, keys, distinctions),
        imports=(
            Import(f"{IMPORT_KEY}{info.name}", info.file, info.imported_at, info.rows)
            for info in store.imports().values()
        ),
        metrics=metrics,
        subject=subject,
        load_artifacts=_Arrays(store.artifacts),
        load_shared=_Arrays(store.shared),
    )
    for name, known in arranged.brought.items():
        if known.role == "quality" and arranged.metric(name).higher_is_better is None:
            raise ConfigError(
                f"metrics.{name} is the main one, and nothing says whether more or less of it is better: "
                'write better = "higher" or "lower" in its table'
            )
    return arranged.renamed(called)


def _partial(
    plan: Mapping[str, Experiment], measured: set[str], distinctions: Distinctions
) -> tuple[Missing, ...]:
    """Cells of the plan, given by key, of which some seeds were measured and some were not."""
    cells: dict[tuple[str, Variant], set[str]] = {}
    for key, experiment in plan.items():
        cells.setdefault((experiment.dataset, _variant(experiment, distinctions)), set()).add(key)
    return tuple(
        Missing(dataset, variant, "seeds", "")
        for (dataset, variant), of_cell in cells.items()
        if 0 < len(of_cell & measured) < len(of_cell)
    )


class _Arrays:
    """Arrays of the store, read once per experiment."""

    def __init__(self, load: Callable[[str], Artifacts]) -> None:
        self._load = load
        self._read: dict[str, Artifacts] = {}

    def __call__(self, key: str) -> Artifacts:
        if key not in self._read:
            self._read[key] = self._load(key)
        return self._read[key]


def _named(frame: pd.DataFrame, extractors: Collection[str]) -> NDArray[np.bool_]:
    """Rows of the given extractors, or of one input size of them (``vgg16@32``)."""
    wanted = set(extractors)
    named = [
        name in wanted or variant_id(name, size) in wanted
        for name, size in zip(frame["extractor"].tolist(), integers(frame["input_size"]), strict=True)
    ]
    return np.array(named, dtype=bool)


def _missing(
    rows: pd.DataFrame,
    experiments: Mapping[str, Experiment],
    plan: Mapping[str, Experiment],
    distinctions: Distinctions,
    failures: Mapping[str, str],
) -> tuple[Missing, ...]:
    """Cells of the plan that hold nothing, with the reason as far as the store tells one.

    What this machine could not have is no reason: another would write another document of the same store.
    """
    cells = zip(
        rows["dataset"].tolist(),
        rows["extractor"].tolist(),
        integers(rows["input_size"]),
        settings_of(rows, experiments),
        strict=True,
    )
    held = {(d, Variant.of(extractor_facts(e), s, distinctions(e, s, own)).id) for d, e, s, own in set(cells)}
    missing: dict[tuple[str, str], Missing] = {}
    for key, experiment in plan.items():
        variant = _variant(experiment, distinctions)
        cell = experiment.dataset, variant.id
        if cell in held or (experiment.dataset, experiment.extractor) in held:
            continue
        if cell not in missing or missing[cell].kind == "not_run":
            kind = "failed" if key in failures else "not_run"
            missing[cell] = Missing(experiment.dataset, variant, kind, failures.get(key, ""))
    return tuple(missing.values())


def _variant(experiment: Experiment, distinctions: Distinctions) -> Variant:
    name, size = experiment.extractor, experiment.input_size
    return Variant.of(extractor_facts(name), size, distinctions(name, size, ordered(experiment.settings)))


def _write_figures(made: Document, folder: Path, among: str) -> list[Path]:
    """Write the document's figures and remove those of an earlier one."""
    figures = {folder / block.path: block.svg for block in blocks(made) if isinstance(block, Figure)}
    for stale in set((folder / among).glob("*.svg")) - set(figures):
        if not stale.is_dir():  # no folder is an earlier figure
            stale.unlink(missing_ok=True)
    for path, svg in figures.items():
        write_text(path, visible(standalone(svg)))
    return list(figures)
