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
from fxreport.report.document import compose
from fxreport.report.draft import Draft
from fxreport.report.export import conclusions_json
from fxreport.report.figures.cache import FigureCache
from fxreport.report.model import Document, Figure
from fxreport.report.printed import printed
from fxreport.report.words import Words
from fxreport.report.writers.files import write_text
from fxreport.report.writers.walk import blocks
from fxreport.store.exchange import IMPORT_KEY
from fxreport.system.cache import cache_dir
from fxreport.vocabulary.catalog import extractor_facts
from fxreport.vocabulary.factors import ordered
from fxreport.vocabulary.metrics import Metric
from fxreport.vocabulary.scenario import BUILT_IN, Scenario
from fxreport.vocabulary.steps import Experiment, Step, variant_id

if TYPE_CHECKING:
    import pandas as pd

    from fxreport.report.writers.worker import PdfJob
    from fxreport.store import Store

NAME = "conclusions"

Steps = Mapping[Experiment, Sequence[Step]]


def build(
    store: Store,
    planned: Steps,
    *,
    languages: Iterable[str],
    formats: Collection[str],
    output: Path,
    fallbacks: Iterable[Steps] = (),
    datasets: Collection[str] | None = None,
    extractors: Collection[str] | None = None,
    skip: Collection[tuple[str, str]] = (),
    scenarios: Sequence[Scenario] = BUILT_IN,
    metrics: Sequence[Metric] = (),
    rules: Sequence[Rule] = RULES,
) -> list[Path]:
    """Write what the store supports and return the paths written.

    ``fallbacks`` are other plans to render where the store holds nothing of ``planned``; ``datasets`` and
    ``extractors`` (names or variants) narrow what is shown; ``skip`` are (language, format) not to be
    written; ``scenarios`` are those to answer, ``metrics`` what a configuration says of metrics, ``rules``
    those to conclude by.
    """
    asked = {lang: [name for name in formats if (lang, name) not in skip] for lang in languages}
    # the longest work first: each PDF's process gets ready while its document is made here
    jobs: dict[str, PdfJob] = {}
    if any("pdf" in names for names in asked.values()):
        from fxreport.report.writers.worker import PdfJob

        jobs = {lang: PdfJob(output / lang / f"{NAME}.pdf") for lang in asked if "pdf" in asked[lang]}
    try:
        selected = make_study(
            store,
            planned,
            fallbacks=fallbacks,
            datasets=datasets,
            extractors=extractors,
            metrics=metrics,
        )
        conclusions = conclude(selected, scenarios, rules)
        drafts = [_draft(conclusions, lang) for lang in asked]
        documents = []
        for draft in drafts:
            documents.append(compose(draft))
            if job := jobs.get(draft.words.lang):
                job.give(printed(draft, documents[-1]))
        paths = [output / f"{NAME}.json"]
        write_text(paths[0], conclusions_json(conclusions))
        for made, draft in zip(documents, drafts, strict=True):
            paths += _write(made, draft, asked[made.lang], output / made.lang)
        for job in jobs.values():
            job.finish()
    finally:
        for job in jobs.values():
            job.cancel()
    return paths


def _draft(conclusions: Conclusions, lang: str) -> Draft:
    return Draft(conclusions, Words(lang, conclusions.study), FigureCache(cache_dir() / "figures"))


def make_study(
    store: Store,
    planned: Steps,
    *,
    fallbacks: Iterable[Steps] = (),
    datasets: Collection[str] | None = None,
    extractors: Collection[str] | None = None,
    metrics: Sequence[Metric] = (),
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
    return study(
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
        load_artifacts=_Arrays(store.artifacts),
        load_shared=_Arrays(store.shared),
    )


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


def _write(made: Document, draft: Draft, formats: Collection[str], folder: Path) -> list[Path]:
    """Write one language's text and page, with the figures beside them; the PDF is a job's."""
    paths, beside = [], []
    if "pdf" in formats:
        paths.append(folder / f"{NAME}.pdf")
    if "md" in formats:
        from fxreport.report.writers.markdown import render_markdown

        paths.append(folder / f"{NAME}.md")
        write_text(paths[-1], render_markdown(made))
    if "html" in formats:
        paths.append(folder / f"{NAME}.html")
        beside = _write_page(made, draft, paths[-1])
    return sorted(paths) + _write_figures(made, folder) + beside


def _write_page(made: Document, draft: Draft, page: Path) -> list[Path]:
    """Write the HTML page, the contact sheet of its figures and its views; return the latter two."""
    from fxreport.report.interactive.collect import collect
    from fxreport.report.interactive.files import FOLDER, plotly_script, write_views
    from fxreport.report.writers import contact_sheet
    from fxreport.report.writers.html import render_html

    plotly = plotly_script()
    views = None if plotly is None else collect(draft)
    write_text(page, render_html(made, interactive=views.names if views else ()))
    figures = page.parent / "figures"
    sheet, data = figures / contact_sheet.NAME, figures / contact_sheet.DATA
    write_text(sheet, contact_sheet.render_contact_sheet(made, f"../{page.name}"))
    write_text(data, contact_sheet.figures_json(made))
    written = [] if plotly is None or views is None else write_views(views, page.parent / FOLDER, plotly)
    return [sheet, data, *written]


def _write_figures(made: Document, folder: Path) -> list[Path]:
    """Write the document's figures and remove those of an earlier one."""
    figures = {folder / block.path: block.svg for block in blocks(made) if isinstance(block, Figure)}
    for stale in set((folder / "figures").glob("*.svg")) - set(figures):
        stale.unlink(missing_ok=True)
    for path, svg in figures.items():
        write_text(path, svg)
    return list(figures)
