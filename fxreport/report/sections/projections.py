"""The features in the plane: the methods side by side, then the pictures and their numbers set by set."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

import numpy as np

from fxreport.analysis.claims import N_, Claim, DatasetNames
from fxreport.analysis.quantities.foremost_classes import foremost_classes
from fxreport.analysis.quantities.methods import measured_methods
from fxreport.analysis.rules.projections.projection_time import times
from fxreport.report.anchors import Origin, experiment_id, slug
from fxreport.report.draft import ABSENT, Draft
from fxreport.report.editions import TECHNICAL
from fxreport.report.figures import projections as picture
from fxreport.report.interactive.names import projections_of
from fxreport.report.model import (
    Block,
    Column,
    Figure,
    Number,
    Plain,
    Row,
    Section,
    Table,
    TableCell,
    Text,
    joined,
    plain,
)
from fxreport.report.planes import Planes, comparable_planes
from fxreport.report.sections.clusters import clusters, of_all
from fxreport.vocabulary.metrics import at

#: extractors of one figure; the best of each set are shown, the rest is in the tables
MOST_ROWS = 6
#: kinds of claims that set the methods against each other
METHODS = (
    "planes",
    "trustworthiness",
    "continuity",
    "groups_met",
    "plane_likeness",
    "projection_time",
)
#: kinds of claims about one image set
OF_A_SET = ("plane_purity", "visible_groups", "shared_groups", "pca_explained_variance", "merging")

_TEN_ON_PLANES = N_(
    "of the {all} classes the {shown} that clusters mix most have a colour and a number, the others are grey"
)


def projections(draft: Draft) -> Section:
    children = [*_methods(draft)]
    for dataset in draft.study.datasets:
        name = dataset.name
        blocks: list[Block] = [
            *maps(draft, name, f"projections-{slug(name)}"),
            *draft.statements(draft.conclusions.of(*OF_A_SET, dataset=name)),
            *_table(draft, name, "purity"),
            *_table(draft, name, "neighbours"),
            *clusters(draft, name),
        ]
        if blocks:
            children.append(Section(f"projections-{slug(name)}", draft.words.dataset(name), tuple(blocks)))
    return Section(
        id="projections",
        title=draft.words(N_("Projections on the plane")),
        blocks=() if children else (draft.note(N_("No projections were kept with these measurements.")),),
        children=tuple(children),
    )


# The methods side by side


def _methods(draft: Draft) -> tuple[Section, ...]:
    blocks: tuple[Block, ...] = (
        *_methods_table(draft),
        *draft.statements(draft.conclusions.of(*METHODS)),
    )
    if not blocks:
        return ()
    if draft.conclusions.of("groups_met", "visible_groups", "shared_groups"):
        blocks = (_groups_explained(draft), *blocks)
    return (Section("projection-methods", draft.words(N_("The methods side by side")), blocks),)


def _groups_explained(draft: Draft) -> Block:
    return draft.paragraph(
        N_(
            "A visible group is what density clustering (DBSCAN), blind to the classes, sets apart on a plane: a patch of "
            "dense points. How many there are depends on how dense a patch must be, for which all planes have one rule."
        )
    )


def _methods_table(draft: Draft) -> tuple[Table, ...]:
    """What each method costs, and how much its picture changes with another seed or another extractor."""
    found = times(draft.context)
    if found is None:
        return ()
    words = draft.words
    likeness = {c.id: c for c in draft.conclusions.of("plane_likeness")}
    columns = [
        draft.text_column(N_("Method")),
        draft.text_column(N_("Processor time, s"), numeric=True),
        draft.text_column(N_("Least … most"), numeric=True),
    ]
    compared = [
        (likeness[name], title)
        for name, title in (
            ("plane_likeness/seeds", N_("Mismatch between runs")),
            ("plane_likeness/extractors", N_("Mismatch between extractors")),
        )
        if name in likeness
    ]
    columns += [draft.text_column(title, numeric=True) for _, title in compared]
    rows = []
    for method, mean in found.means.items():
        evidence = [draft.context.evidence(d, v, at("seconds", projection=method)) for d, v in found.cells]
        origin = draft.origins.of_value(f"projection_seconds/{method}", evidence)
        low, high = (Number(words.number(x, 2), origin.address, origin.title) for x in found.ranges[method])
        cells = [
            TableCell(plain(draft.method(method))),
            draft.number_cell(words.number(mean, 2), origin),
            TableCell((low, Plain(" … "), high)),
        ]
        for claim, _ in compared:
            distance = claim.details["distances"].get(method)
            cells.append(
                TableCell(ABSENT)
                if distance is None
                else draft.number_cell(words.number(distance, 2), draft.origins.of_claim(claim))
            )
        rows.append(Row(tuple(cells)))
    caption = (
        N_(
            "The methods side by side: processor time of a plane (principal components and neighbours, which all "
            "share, are not in it), and the share of the variance that stays unmatched between two planes"
        )
        if compared
        else N_(
            "The methods side by side: processor time of a plane (principal components and neighbours, which all "
            "share, are not in it)"
        )
    )
    return (Table("table-projection-methods", draft.say(caption), tuple(columns), tuple(rows)),)


# One image set


def maps(
    draft: Draft, dataset: str, name: str, *, most: int = MOST_ROWS, methods: Collection[str] = ()
) -> tuple[Figure, ...]:
    """The best extractors of a set by all methods, or by some; none where no projections were kept."""
    order = [v for group in draft.context.quality.get(dataset, []) for v in group]
    planes = comparable_planes(draft.study, dataset, order, most)
    if planes is None:
        return ()
    if methods:
        planes = replace(planes, methods=tuple(m for m in planes.methods if m in methods))
    names = _class_names(draft, dataset, planes)
    shown = foremost_classes(draft.context, dataset) or range(len(names))
    place = np.full(len(names), len(shown))  # of each class among those shown; of all others beyond
    place[list(shown)] = np.arange(len(shown))
    rows, arrays = [], []
    for variant, run in planes.runs.items():
        panels: list[picture.ProjectionPanel | None] = []
        for method in planes.methods:
            points = planes.points.get((variant, method))
            if points is None:
                panels.append(None)
                continue
            arrays.append((run, f"{method}_2d"))
            note = _note(draft, dataset, variant, method)
            panels.append(picture.ProjectionPanel(points, place[planes.classes[variant]], note))
        rows.append(tuple(panels))
    data = picture.Projections(
        variants=tuple(draft.words.variant(v) for v in planes.runs),
        methods=tuple(draft.method(m) for m in planes.methods),
        panels=tuple(rows),
        classes=tuple(names[i] for i in shown),
        missing=draft.words(N_("not measured")),
    )
    figure = draft.figure(
        name,
        data,
        picture.draw,
        caption=_caption(draft, dataset, planes),
        finding=_findings(draft, dataset),
        datasets=(dataset,),
        metrics=tuple(at(name, projection=m) for m in planes.methods for name in _noted(draft, dataset)),
        variants=planes.runs,
        arrays=arrays,
        opens=projections_of(dataset) if draft.name == TECHNICAL else "",
    )
    return (figure,)


def _noted(draft: Draft, dataset: str) -> tuple[str, ...]:
    """What is written beneath the panels: purity and groups, or accuracy where purity was not measured."""
    purity = "purity" if measured_methods(draft.context, dataset, "purity") else "knn_accuracy"
    return (purity, "groups")


def _note(draft: Draft, dataset: str, variant: str, method: str) -> str:
    words = draft.words
    name, _ = _noted(draft, dataset)
    agreement, groups = (
        draft.study.mean(dataset, variant, at(x, projection=method)) for x in (name, "groups")
    )
    shown = []
    if agreement is not None:
        shown.append(words.percent(agreement, 0))
    if groups is not None:
        counted = words.measured(at("groups", projection=method), groups)
        shown.append(words(N_("groups: {number}")).format(number=counted))
    return " · ".join(shown)


def _caption(draft: Draft, dataset: str, planes: Planes) -> Text:
    purity, _ = _noted(draft, dataset)
    grouped = bool(measured_methods(draft.context, dataset, "groups"))
    message = {
        ("purity", True): N_(
            "Test images of {dataset} on the plane, first seed; colour and number are the class. Every plane is turned "
            "and mirrored onto the mean of all of them. Beneath: share of the own class among the nearest neighbours "
            "on the plane, and number of visible groups, means over seeds"
        ),
        ("purity", False): N_(
            "Test images of {dataset} on the plane, first seed; colour and number are the class. Every plane is turned "
            "and mirrored onto the mean of all of them. Beneath: share of the own class among the nearest neighbours "
            "on the plane, mean over seeds"
        ),
    }.get(
        (purity, grouped),
        N_(
            "Test images of {dataset} on the plane, first seed; colour and number are the class. Every plane is turned "
            "and mirrored onto the mean of all of them. Beneath: share of images whose class their nearest neighbours "
            "on the plane tell, mean over seeds"
        ),
    )
    said = [draft.say(message, dataset=DatasetNames((dataset,)))]
    if shown := foremost_classes(draft.context, dataset):
        origin = Origin(experiment_id(next(iter(planes.runs.values())).key))
        said.append(draft.say(_TEN_ON_PLANES, origin, **of_all(draft, dataset, shown)))
    return joined(said, "; ")


def _findings(draft: Draft, dataset: str) -> tuple[Claim, ...]:
    """What is concluded from the figure: of the methods on this set, and of its groups."""
    of_methods = tuple(c for c in draft.conclusions.of("planes") if dataset in c.details["means"])
    of_set = draft.conclusions.of("visible_groups", "shared_groups", dataset=dataset)
    return (*of_methods, *of_set) or draft.conclusions.of("pca_explained_variance", dataset=dataset)


def _class_names(draft: Draft, dataset: str, planes: Planes) -> tuple[str, ...]:
    names = tuple(draft.words.class_name(c) for c in draft.study.dataset_by_name[dataset].classes)
    most = max((int(classes.max()) for classes in planes.classes.values() if len(classes)), default=-1)
    return names or tuple(str(k) for k in range(1 + most))


#: tables of a set, by name: captions by the measures that a cell shows of a method, and the same of all features
_TABLES: Mapping[str, tuple[Mapping[tuple[str, ...], str], str]] = {
    "purity": (
        {
            ("purity", "groups"): N_(
                "Share of the own class among the nearest neighbours of an image of {dataset}, in all features and on "
                "each plane / number of visible groups on the plane"
            ),
            ("purity",): N_(
                "Share of the own class among the nearest neighbours of an image of {dataset}, in all features and on "
                "each plane"
            ),
        },
        "features_purity",
    ),
    "neighbours": (
        {
            ("trustworthiness", "continuity"): N_(
                "How true the planes of {dataset} are to the neighbours in the features: trustworthiness / continuity"
            ),
            ("trustworthiness",): N_(
                "How true the planes of {dataset} are to the neighbours in the features: trustworthiness"
            ),
        },
        "",
    ),
}


def _table(draft: Draft, dataset: str, name: str) -> tuple[Table, ...]:
    """An extractor a row, a method a column; none where nothing of it was measured."""
    order = [v for group in draft.context.quality.get(dataset, []) for v in group]
    captions, features = _TABLES[name]
    for measures, caption in captions.items():
        methods = measured_methods(draft.context, dataset, measures[-1])
        columns = {m: [at(measure, projection=m) for measure in measures] for m in methods}
        rows = [v for v in order if any(draft.study.sample(dataset, v, c[0]) for c in columns.values())]
        if rows:  # of the captions the first whose every measure was taken
            table = f"table-{name}-{slug(dataset)}"
            return (
                Table(
                    table,
                    draft.say(caption, dataset=DatasetNames((dataset,))),
                    _head(draft, columns, features),
                    tuple(_row(draft, dataset, variant, columns, features) for variant in rows),
                ),
            )
    return ()


def _head(draft: Draft, columns: Iterable[str], features: str) -> tuple[Column, ...]:
    head = [draft.text_column(N_("Extractor"))]
    if features:
        head.append(draft.text_column(N_("All features"), numeric=True))
    return (*head, *(Column(plain(draft.method(m)), numeric=True) for m in columns))


def _row(draft: Draft, dataset: str, variant: str, columns: Mapping[str, list[str]], features: str) -> Row:
    cells = [draft.variant_cell(variant)]
    if features:
        cells.append(draft.cell(dataset, variant, features))
    return Row((*cells, *(_cell(draft, dataset, variant, names) for names in columns.values())))


def _cell(draft: Draft, dataset: str, variant: str, names: list[str]) -> TableCell:
    """One measure, or two beside each other."""
    text: Text = ()
    for name in names:
        shown = draft.cell(dataset, variant, name).text
        text = (*text, Plain(" / "), *shown) if text else shown
    return TableCell(text)
