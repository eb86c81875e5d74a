"""Statistics of the experiment and how it was measured: hardware, versions, seeds, sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fxreport.analysis.claims import N_, Derived
from fxreport.analysis.statistics.uncertainty import LEVEL
from fxreport.report.draft import Draft
from fxreport.report.model import Block, Number, Row, Section, Table, TableCell, Text, plain
from fxreport.report.sections.settings import settings


def statistics(draft: Draft) -> Section:
    study, words = draft.study, draft.words
    cells = {(d, v) for d, v, _ in study.samples}
    values = sum(len(s.values) for s in study.samples.values())
    runs = {(d, v, seed) for (d, v, _), s in study.samples.items() for seed in s.seeds}
    drawn = {(r.dataset, r.seed): r.provenance["dataset"] for r in study.runs if "dataset" in r.provenance}
    train = sum(int(d.get("train_images") or 0) for d in drawn.values())
    test = sum(int(d.get("test_images") or 0) for d in drawn.values())
    features = sum(
        int(r.provenance["dataset"].get("test_images") or 0) for r in study.runs if "dataset" in r.provenance
    )
    seconds = sum(float(r.provenance.get("wall_seconds", 0.0)) for r in study.runs)
    facts: list[tuple[str, str]] = [
        (N_("Image sets measured"), words.number(len(study.measured_datasets), 0)),
        (N_("Extractors, each input size counted"), words.number(len({v for _, v in cells}), 0)),
        (N_("Cells measured"), words.number(len(cells), 0)),
        (N_("Cells not measured"), words.number(len(study.missing), 0)),
        (N_("Seeds"), words.number(len(study.seeds), 0)),
        (N_("Experiments"), words.number(len(runs), 0)),
        (N_("Measurements"), words.number(values, 0)),
    ]
    if drawn:
        facts += [
            (N_("Images drawn for training, all seeds"), words.number(train, 0)),
            (N_("Images drawn for testing, all seeds"), words.number(test, 0)),
            (N_("Test images turned into features"), words.number(features, 0)),
        ]
    facts.append((N_("Figures"), words.number(len(draft.figures), 0)))
    if seconds:
        facts.append((N_("Time of all experiments, minutes"), words.number(seconds / 60, 1)))
    return Section(
        "statistics",
        words(N_("Statistics of the experiment")),
        (_facts(draft, "table-statistics", N_("The study in figures"), facts),),
    )


def method(draft: Draft) -> Section:
    study, words = draft.study, draft.words
    blocks: list[Block] = []
    if study.runs:
        blocks += [
            draft.paragraph(
                N_(
                    "Only the features of test images are clustered, into as many clusters as there are classes; networks are "
                    "trained, and the nearest-neighbour and linear-probe classifiers fitted, on training images alone. "
                    "A value is the mean over seeds; each seed draws images, initialisation and clustering anew, where the "
                    "plan does not take all images."
                )
            ),
            draft.paragraph(
                N_(
                    "Extraction time is that of the whole test set: the median of repeated passes after a warm-up on the same "
                    "shapes, without loading the model and, where an extractor tells the two apart, without resizing. Silhouette "
                    "and the Davies–Bouldin index are computed in each extractor’s own space, so they describe clusterings "
                    "and no conclusion ranks extractors by them."
                )
            ),
        ]
    blocks.append(
        draft.paragraph(
            N_(
                "An extractor is called better than another on an image set only where the {level} interval of their "
                "paired difference in {metric} excludes zero; otherwise no difference is shown. Single runs are called "
                "single runs."
            )
            if draft.main != "ari"
            else N_(
                "An extractor is called better than another on an image set only where the {level} interval of their "
                "paired difference excludes zero; where the whole interval lies within ±{margin} they are called "
                "practically equal; otherwise no difference is shown. Single runs are called single runs."
            ),
            level=Derived(LEVEL, "percent", 0, constant="level"),
            margin=Derived(draft.context.margin, decimals=2, constant="margin"),
        )
    )
    if not study.single_run:
        blocks.append(
            draft.paragraph(
                N_(
                    "Probabilities and intervals of places come from joint draws of all extractors’ means, which take "
                    "the seeds into account; the probability of a lead is that of the true difference being above zero. "
                    "The formulas and their sources are in the project’s docs/method.md."
                )
                if draft.main != "ari"
                else N_(
                    "Probabilities and intervals of places come from joint draws of all extractors’ means, which take "
                    "seeds and test images into account; the probability of a lead is that of the true difference being "
                    "above zero. A gain over raw pixels is the share of what they leave to a perfect clustering. Ratios "
                    "of times have the digits that their spread over seeds allows. The formulas and their sources are in "
                    "the project’s docs/method.md."
                )
            )
        )
    blocks.append(settings(draft))
    imported = sum(s.imported for s in study.samples.values())
    if imported:
        blocks.append(
            draft.note(
                N_("Imported from tables, not measured here: {count} of {all} cells’ metrics."),
                count=Derived(imported, "integer"),
                all=Derived(len(study.samples), "integer"),
            )
        )
    provenances = [r.provenance for r in study.runs]
    if provenances:
        blocks.append(
            _facts(draft, "table-machine", N_("Machine and versions"), _machine(draft, provenances))
        )
        blocks.append(_sources(draft))
    return Section("method", words(N_("How it was measured")), tuple(blocks))


def _machine(draft: Draft, provenances: list[Mapping[str, Any]]) -> list[tuple[str, str]]:
    def told(name: str) -> list[str]:
        return sorted({str(p[name]) for p in provenances if p.get(name) not in (None, "")})

    words = draft.words
    facts = [
        (N_("Processor"), words.join(told("processor"))),
        (N_("Cores"), words.join(told("cores"))),
        (N_("Threads"), words.join(told("threads"))),
        (N_("System"), words.join(told("platform"))),
    ]
    memory = {round(float(p["memory_bytes"]) / 2**30) for p in provenances if p.get("memory_bytes")}
    if memory:
        facts.append((N_("Memory, GiB"), words.join(words.number(m, 0) for m in sorted(memory))))
    versions: dict[str, set[str]] = {}
    for provenance in provenances:
        for package, version in provenance.get("versions", {}).items():
            versions.setdefault(package, set()).add(str(version))
    facts += [(package, words.join(sorted(found))) for package, found in sorted(versions.items())]
    started = told("started")
    if started:
        facts.append((N_("Measured from"), started[0]))
        facts.append((N_("Measured to"), started[-1]))
    facts.append((N_("Random seeds"), words.join(str(s) for s in draft.study.seeds)))
    return [(name, value) for name, value in facts if value]


def _sources(draft: Draft) -> Table:
    rows: dict[tuple[str, str, str], None] = {}
    for run in draft.study.runs:
        dataset, extractor = run.provenance.get("dataset", {}), run.provenance.get("extractor", {})
        if dataset:
            rows[
                draft.words.dataset(run.dataset),
                str(dataset.get("source", "")),
                str(dataset.get("fingerprint", "")),
            ] = None
        if extractor.get("weights_source"):
            rows[
                str(extractor.get("title", run.variant)),
                str(extractor["weights_source"]),
                str(extractor.get("weights_hash", "")),
            ] = None
    return Table(
        "table-sources",
        draft.say(N_("Where images and weights came from")),
        (
            draft.text_column(N_("What")),
            draft.text_column(N_("Source")),
            draft.text_column(N_("Fingerprint")),
        ),
        tuple(
            Row((TableCell(plain(what)), TableCell((Number(source),)), TableCell((Number(fingerprint),))))
            for what, source, fingerprint in rows
        ),
    )


def _facts(draft: Draft, table: str, caption: str, facts: Iterable[tuple[str, str]]) -> Table:
    return Table(
        table,
        draft.say(caption),
        (draft.text_column(N_("What")), draft.text_column(N_("Value"))),
        tuple(Row((TableCell(plain(draft.words(name))), TableCell(_number(value)))) for name, value in facts),
    )


def _number(value: str) -> Text:
    return (Number(value),)
