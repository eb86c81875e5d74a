"""What the networks look at: maps of chosen cases, and whether maps of their kind can be believed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from fxreport.analysis.claims import N_, Claim, DatasetNames, Derived, Names
from fxreport.analysis.rules.attributions.answers import ACCURACY
from fxreport.analysis.rules.attributions.attribution import CHECKS, Checked, checked, flat
from fxreport.analysis.rules.attributions.sure_errors import ARRAYS
from fxreport.analysis.study import Artifacts, Run
from fxreport.report.anchors import slug
from fxreport.report.draft import ABSENT, Draft
from fxreport.report.figures import attribution as maps
from fxreport.report.figures import deletion
from fxreport.report.model import Block, Figure, Fragment, Plain, Row, Section, Table, TableCell, Text, plain
from fxreport.vocabulary.experiment import LEAST_GAIN, MOST_AGREEMENT
from fxreport.vocabulary.factors import ATTRIBUTION, level_title
from fxreport.vocabulary.metrics import at

#: networks of one figure of maps, which a page has room for
MOST_NETWORKS = 2
#: networks of one figure of curves
MOST_ROWS = 4

_IMAGES = "attribution/images"
_CURVES = tuple(f"attribution/{kind}" for kind in ("deletion", "insertion"))

#: metrics of the table, each ``<method>_<name>``, with the title of its column
COLUMNS = {
    "top_randomised": N_("Agreement, random classifier"),
    "all_randomised": N_("Agreement, random network"),
    "deletion": N_("Deletion area"),
    "insertion": N_("Insertion area"),
    "gain": N_("Gain over chance"),
}


def attribution(draft: Draft) -> Section:
    """A section of what holds for all image sets, with one child for each."""
    found = checked(draft.context)
    blocks: list[Block] = []
    if found:
        blocks.append(_explanation(draft))
    kinds = ("attribution_overall", "attribution_passed", "attribution_failed", "attribution_gain", ACCURACY)
    blocks += draft.statements(draft.conclusions.of(*kinds))
    if not blocks:
        blocks.append(draft.note(N_("No attributions were kept with these measurements.")))
    children = []
    for dataset in draft.study.datasets:
        here = [one for one in found if one.dataset == dataset.name]
        parts: list[Block] = [
            *_maps(draft, dataset.name, here),
            *draft.statements(draft.conclusions.of("surest_errors", "surer_wrong", dataset=dataset.name)),
            *_curves(draft, dataset.name),
            *_table(draft, dataset.name, here),
        ]
        if parts:
            children.append(
                Section(f"attribution-{slug(dataset.name)}", draft.words.dataset(dataset.name), tuple(parts))
            )
    return Section(
        "attribution", draft.words(N_("What the networks look at")), tuple(blocks), tuple(children)
    )


def _explanation(draft: Draft) -> Block:
    return draft.paragraph(
        N_(
            "A map tells how much each pixel speaks for the answer that a network gave. One that does not pass all of these checks is "
            "not to be believed, and to pass them is no proof: the map changes when the classifier is drawn anew, and when all "
            "layers are (agreement, the rank correlation of the pixels, below {most}); and the pixels that it names matter: "
            "when they are the first to be deleted, or inserted, the probability of the answer falls, or rises, faster than for "
            "the same map moved at random (gain in the areas under the curves of at least {least}). Occlusion covers pixels in "
            "the way in which deletion does, so that this check favours it. Cases are chosen by rule: of each of the first "
            "classes the test image answered right, and the one answered wrong, with the most confidence."
        ),
        most=Derived(MOST_AGREEMENT, decimals=1, constant="most_agreement"),
        least=Derived(LEAST_GAIN, decimals=2, constant="least_gain"),
    )


def _titles(draft: Draft) -> tuple[str, ...]:
    return tuple(draft.words(level_title(ATTRIBUTION, method)) for method in draft.study.levels(ATTRIBUTION))


def _about(draft: Draft, kind: str, variants: Sequence[str]) -> Iterator[Claim]:
    """Claims of the kind that have any of the variants as their subject."""
    return (c for c in draft.conclusions.of(kind) if set(c.subjects) & set(variants))


# Maps of the chosen cases


def _pictured(draft: Draft, dataset: str) -> dict[str, tuple[Run, Artifacts]]:
    """Of each family the network that is right most often, with the run of its first seed."""
    kept = {
        variant: runs[0]
        for variant in draft.study.column(dataset, ACCURACY)
        for runs in [draft.context.kept(dataset, variant, _IMAGES, *ARRAYS)]
        if runs
    }
    best: dict[str, str] = {}
    accuracy = draft.study.column(dataset, ACCURACY)
    for variant in kept:
        family = draft.study.variant_by_id[variant].family
        if family not in best or accuracy[variant] > accuracy[best[family]]:
            best[family] = variant
    return {variant: kept[variant] for variant in list(best.values())[:MOST_NETWORKS]}


def _maps(draft: Draft, dataset: str, found: Sequence[Checked]) -> tuple[Figure, ...]:
    shown = _pictured(draft, dataset)
    if not shown:
        return ()
    names = (_IMAGES, *ARRAYS, *(f"attribution/maps/{method}" for method in draft.study.levels(ATTRIBUTION)))
    data = maps.Attributions(
        tuple(
            _network(draft, dataset, variant, kept, [one for one in found if one.variant == variant])
            for variant, (_, kept) in shown.items()
        ),
        image=draft.words(N_("image")),
        methods=_titles(draft),
        against=draft.words(N_("most against the answer")),
        favour=draft.words(N_("most for the answer")),
    )
    finding = [
        *_about(draft, "attribution_passed", tuple(shown)),
        *draft.conclusions.of("surest_errors", dataset=dataset),
    ]
    return (
        draft.figure(
            f"attribution-{slug(dataset)}",
            data,
            maps.draw,
            caption=draft.say(
                N_(
                    "What speaks for the answers given to test images of {dataset}, first seed; each map is scaled to its "
                    "own largest value, dashed are maps whose checks were not all passed in every run"
                ),
                dataset=DatasetNames((dataset,)),
            ),
            finding=finding,
            datasets=(dataset,),
            metrics=(ACCURACY,),
            variants=tuple(shown),
            arrays=[(run, name) for run, kept in shown.values() for name in names if name in kept],
        ),
    )


def _network(
    draft: Draft, dataset: str, variant: str, kept: Artifacts, found: Sequence[Checked]
) -> maps.AttributedNetwork:
    words = draft.words
    share = words.with_unit(ACCURACY, draft.study.column(dataset, ACCURACY)[variant])
    by_method = {one.method: one for one in found}
    shown = [kept.get(f"attribution/maps/{method}") for method in draft.study.levels(ATTRIBUTION)]
    labels, answers, confidence = (np.asarray(kept[name]).tolist() for name in ARRAYS)
    images = np.asarray(kept[_IMAGES])
    cases = []
    for i, (label, answer, sure) in enumerate(zip(labels, answers, confidence, strict=True)):
        named = " → ".join(_class(draft, dataset, k) for k in dict.fromkeys((label, answer)))
        cases.append(
            maps.AttributedCase(
                words(N_("right") if label == answer else N_("wrong")),
                f"{named} · {words.probability(sure, short=True)}",
                images[i],
                tuple(
                    np.zeros(images.shape[1:3], np.float16) if one is None else np.asarray(one)[i]
                    for one in shown
                ),
            )
        )
    return maps.AttributedNetwork(
        words(N_("{name} · right: {share}")).format(name=words.variant(variant), share=share),
        _count(draft, found),
        tuple(_note(draft, by_method.get(method)) for method in draft.study.levels(ATTRIBUTION)),
        tuple(
            method not in by_method or not by_method[method].sound
            for method in draft.study.levels(ATTRIBUTION)
        ),
        tuple(cases),
    )


def _class(draft: Draft, dataset: str, label: int) -> str:
    classes = draft.study.dataset_by_name[dataset].classes
    return draft.words.class_name(classes[label]) if label < len(classes) else str(label)


def _count(draft: Draft, found: Sequence[Checked]) -> str:
    """On how many images a network's maps were checked; "" where that is not known, or no one number."""
    counts = {_images(draft, one) for one in found}
    known = counts.pop() if len(counts) == 1 else None
    return f"n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{draft.words.number(known, 0)}" if known else ""


def _images(draft: Draft, one: Checked) -> int | None:
    return draft.study.samples[one.dataset, one.variant, at("gain", attribution=one.method)].n


def _note(draft: Draft, one: Checked | None) -> str:
    if one is None:
        return draft.words(N_("not checked"))
    if one.passed in (0, one.runs):
        return draft.words(N_("checks passed") if one.passed else N_("checks not passed"))
    return draft.words(N_("passed in {passed} of {runs}")).format(passed=one.passed, runs=one.runs)


# Deletion and insertion


def _curves(draft: Draft, dataset: str) -> tuple[Figure, ...]:
    rows, names, arrays = [], [], []
    for variant in draft.study.column(dataset, ACCURACY):
        panels = []
        for method in draft.study.levels(ATTRIBUTION):
            wanted = tuple(f"{curve}/{method}{whose}" for whose in ("", "_random") for curve in _CURVES)
            runs = draft.context.kept(dataset, variant, *wanted)
            arrays += [(run, name) for run, _ in runs for name in wanted]
            means = [
                np.mean([np.asarray(kept[name], np.float64) for _, kept in runs], axis=0).astype(np.float32)
                for name in wanted
                if runs
            ]
            panels.append(deletion.DeletionPanel(*means) if means else None)
        if any(panels):
            rows.append(deletion.DeletionRow(draft.words.variant(variant), tuple(panels)))
            names.append(variant)
    rows, names = rows[:MOST_ROWS], names[:MOST_ROWS]
    finding = tuple(_about(draft, "attribution_gain", names))
    if not rows or not finding:
        return ()
    words = draft.words
    data = deletion.Deletion(
        tuple(rows),
        methods=_titles(draft),
        labels=deletion.DeletionLabels(
            words(N_("deleted, the most important first")),
            words(N_("inserted, the most important first")),
            words(N_("deleted, maps moved at random")),
            words(N_("inserted, maps moved at random")),
        ),
        pixel_axis=words(N_("share of the pixels deleted or inserted, %")),
        probability_axis=words(N_("probability")),
        missing=words(N_("not measured")),
        decimal=draft.decimal,
    )
    figure = draft.figure(
        f"deletion-{slug(dataset)}",
        data,
        deletion.draw,
        caption=draft.say(
            N_(
                "Probability of the answer while pixels of images of {dataset} are deleted or inserted, means over "
                "images and seeds"
            ),
            dataset=DatasetNames((dataset,)),
        ),
        finding=finding,
        datasets=(dataset,),
        metrics=tuple(at("gain", attribution=method) for method in draft.study.levels(ATTRIBUTION)),
        variants=names,
        arrays=[(run, name) for run, name in arrays if run.variant in names],
    )
    return (figure,)


# The checks in numbers


def _table(draft: Draft, dataset: str, found: Sequence[Checked]) -> tuple[Table, ...]:
    if not found:
        return ()
    claims = {v: c for c in draft.conclusions.of("attribution_passed") for v in c.subjects}
    rows = []
    for one in found:
        count = draft.words(N_("{passed} of {runs}")).format(passed=one.passed, runs=one.runs)
        rows.append(
            Row(
                (
                    draft.variant_cell(one.variant),
                    TableCell(plain(draft.words(level_title(ATTRIBUTION, one.method)))),
                    *(
                        # of maps that are alike all over the image no agreement is defined, and no gain
                        TableCell(ABSENT)
                        if name in CHECKS and flat(draft.context, one)
                        else draft.cell(dataset, one.variant, at(name, attribution=one.method))
                        for name in COLUMNS
                    ),
                    draft.number_cell(count, draft.origins.of_claim(claims[one.variant])),
                )
            )
        )
    return (
        Table(
            f"table-attribution-{slug(dataset)}",
            draft.say(
                N_("Sanity checks of the attributions on {dataset}, means over seeds"),
                dataset=DatasetNames((dataset,)),
            ),
            (
                draft.text_column(N_("Network")),
                draft.text_column(N_("Method")),
                *(draft.text_column(title, numeric=True) for title in COLUMNS.values()),
                draft.text_column(N_("Runs that passed"), numeric=True),
            ),
            tuple(rows),
            note=_checked_on(draft, found, claims),
        ),
    )


def _checked_on(draft: Draft, found: Sequence[Checked], claims: Mapping[str, Claim]) -> Text:
    """On how many images each network was checked; nothing where it is not known."""
    counts: dict[int, list[str]] = {}
    for one in found:
        images = _images(draft, one)
        names = counts.setdefault(images, []) if images else []
        if one.variant not in names:
            names.append(one.variant)
    text: list[Fragment] = []
    for images, names in counts.items():
        origin = draft.origins.of_claim(claims[names[0]])
        text.append(Plain("; " if text else draft.words(N_("Images checked:")) + " "))
        text += draft.say(
            N_("{images} ({names})"),
            origin,
            images=Derived(images, "integer"),
            names=Names(tuple(names)),
        )
    return (*text, Plain(".")) if text else ()
