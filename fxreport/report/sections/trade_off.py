"""The trade-off of quality and time: efficiency, and the Pareto front set by set and over all sets."""

from __future__ import annotations

import math

from fxreport.analysis.claims import N_, DatasetNames, Derived, Evidence, Names
from fxreport.analysis.quantities.across import mean_interval_over
from fxreport.analysis.quantities.costs import (
    RATE,
    SECONDS,
    mean_seconds_per_1000_images,
    seconds_per_1000_images,
)
from fxreport.analysis.quantities.ranking import competition_ranks
from fxreport.analysis.rules.cost.speed import efficiency
from fxreport.analysis.statistics.pareto import Standing, standings
from fxreport.analysis.statistics.uncertainty import LEVEL
from fxreport.report.anchors import slug
from fxreport.report.draft import ABSENT, Draft
from fxreport.report.figures import tradeoff
from fxreport.report.foremost import cut, foremost
from fxreport.report.interactive.names import TRADE_OFF
from fxreport.report.model import Block, Number, Row, Section, Strong, Table, TableCell, Text, plain

_PARETO = {
    # (on the front, the place is shown or single runs say nothing)
    (True, True): N_("optimal"),
    (True, False): N_("optimal (not shown)"),
    (False, True): N_("beaten by {names}"),
    (False, False): N_("beaten by {names} (not shown)"),
}


def trade_off(draft: Draft) -> Section:
    sets = tuple(draft.context.quality)
    found: dict[tuple[str, ...], tuple[Standing, ...]] = {(d,): standings(draft.context, (d,)) for d in sets}
    if len(sets) > 1:
        found[sets] = standings(draft.context, sets)
    found = {datasets: places for datasets, places in found.items() if len(places) > 1}
    blocks: list[Block] = []
    timed = draft.study.cost == SECONDS
    if found and timed:
        blocks.append(
            draft.paragraph(
                N_(
                    "An extractor is Pareto-optimal where no other is both faster and better; single runs do not show it."
                )
                if draft.study.single_run
                else N_(
                    "An extractor is Pareto-optimal where no other is both faster and better. Whether that is "
                    "shown is told by the intervals of the differences in {metric} and in time; times are means "
                    "over runs on the measuring processor."
                )
            )
        )
    if found and draft.study.rising and draft.study.cost_falls:
        blocks.append(_figure(draft, found))
    blocks += [_table(draft, datasets, places) for datasets, places in found.items()]
    if timed and draft.study.rising and any(len(datasets) == 1 for datasets in found):
        blocks.append(
            draft.note(
                N_(
                    "Efficiency is {metric} divided by the extraction time in seconds; its place is a rank among "
                    "the extractors that have learned and changes when one is added."
                )
            )
        )
    blocks += draft.statements(
        draft.conclusions.of("most_efficient", "most_efficient_learned", "pareto"),
        None if found else N_("Quality and time were not measured together of two extractors."),
    )
    title = N_("Trade-off of quality and time") if timed else N_("Trade-off of quality and cost")
    return Section("trade-off", draft.words(title), tuple(blocks))


def _table(draft: Draft, datasets: tuple[str, ...], places: tuple[Standing, ...]) -> Table:
    single, cost = len(datasets) == 1, draft.study.cost
    scores = efficiency(draft.context, datasets[0]) if single and cost == SECONDS else {}
    learned = {v: s for v, s in scores.items() if draft.context.learned(v)} or scores
    ranks = competition_ranks(learned, descending=True)
    timed = draft.context.of_field and any(
        _thousand(draft, place.variant, datasets) is not None for place in places
    )
    rows = []
    for place in places:
        cells = [draft.variant_cell(place.variant)]
        if single:
            cells.append(draft.cell(datasets[0], place.variant, draft.main))
            cells.append(draft.cell(datasets[0], place.variant, cost))
        else:
            cells.append(
                _mean(
                    draft,
                    place.variant,
                    datasets,
                    draft.main,
                    draft.words.measured(draft.main, place.quality),
                )
            )
            cells.append(_mean(draft, place.variant, datasets, cost, draft.words.measured(cost, place.cost)))
        if timed:
            cells.append(_per_thousand(draft, place.variant, datasets))
        if scores:
            cells.append(_score(draft, datasets[0], place.variant, scores.get(place.variant)))
            cells.append(_rank(draft, datasets[0], place.variant, ranks.get(place.variant)))
        cells.append(TableCell(_pareto(draft, place)))
        rows.append(Row(tuple(cells)))
    columns = [
        draft.text_column(N_("Extractor")),
        draft.column(draft.main),
        draft.text_column(N_("Time, s"), numeric=True)
        if cost == SECONDS
        else draft.column(cost, unit=draft.words.unit(cost)),
    ]
    if timed:
        per_thousand = N_("Per thousand images, s") if single else N_("All time per thousand images, s")
        columns.append(draft.text_column(per_thousand, numeric=True))
    if scores:
        columns.append(draft.text_column(N_("Efficiency"), numeric=True))
        columns.append(draft.text_column(N_("Place by efficiency"), numeric=True))
    columns.append(draft.text_column(N_("Pareto")))
    names = DatasetNames(datasets)
    if cost != SECONDS:
        over = (
            N_("Quality and cost on {datasets}") if single else N_("Quality and cost, means over {datasets}")
        )
    elif single:
        over = N_("Quality and time on {datasets}")
    else:
        over = N_("Quality and time, means over {datasets}")
    return Table(
        f"table-trade-off-{slug(datasets[0])}" if single else "table-trade-off",
        draft.say(over, datasets=names),
        tuple(columns),
        tuple(rows),
    )


def _pareto(draft: Draft, place: Standing) -> Text:
    message = _PARETO[place.on_front, place.certain is not False]
    if place.on_front:
        return (Strong(draft.words(message)),)
    return draft.say(message, names=Names(place.beaten_by))


def _evidence(draft: Draft, variant: str, datasets: tuple[str, ...], *metrics: str) -> tuple[Evidence, ...]:
    there = draft.study.samples
    cells = ((d, m) for d in datasets for m in metrics if (d, variant, m) in there)
    return tuple(draft.context.evidence(d, variant, m) for d, m in cells)


def _mean(draft: Draft, variant: str, datasets: tuple[str, ...], metric: str, shown: str) -> TableCell:
    origin = draft.origins.of_value(f"mean_{metric}/{variant}", _evidence(draft, variant, datasets, metric))
    return draft.number_cell(shown, origin)


def _thousand(draft: Draft, variant: str, datasets: tuple[str, ...]) -> float | None:
    if len(datasets) == 1:
        return seconds_per_1000_images(draft.study, datasets[0], variant)
    return mean_seconds_per_1000_images(draft.study, datasets, variant)


def _per_thousand(draft: Draft, variant: str, datasets: tuple[str, ...]) -> TableCell:
    seconds = _thousand(draft, variant, datasets)
    if seconds is None:
        return TableCell(ABSENT)
    shown = draft.words.significant(seconds, 2)
    # a time may be told by the rate alone
    timed = all(draft.study.sample(d, variant, SECONDS) for d in datasets)
    metric = SECONDS if timed else RATE
    if len(datasets) > 1:
        return _mean(draft, variant, datasets, metric, shown)
    parts = _evidence(draft, variant, datasets, metric)
    return TableCell((Number(shown, draft.words.address(parts[0]).id, draft.words.computed_from(parts)),))


def _score(draft: Draft, dataset: str, variant: str, score: float | None) -> TableCell:
    """An efficiency score, leading to the ARI that it is computed from; the time stands in the same table."""
    if score is None:
        return TableCell(ABSENT)
    parts = _evidence(draft, variant, (dataset,), draft.main, SECONDS)
    shown = draft.words.significant(score, 3)
    return TableCell((Number(shown, draft.words.address(parts[0]).id, draft.words.computed_from(parts)),))


def _rank(draft: Draft, dataset: str, variant: str, rank: int | None) -> TableCell:
    if rank is None:
        return TableCell(ABSENT)
    parts = _evidence(draft, variant, (dataset,), draft.main, SECONDS)
    shown = draft.words.number(rank, 0)
    return TableCell((Number(shown, draft.words.address(parts[0]).id, draft.words.computed_from(parts)),))


#: panels that one figure can show
_MOST_PANELS = 12


def _figure(draft: Draft, found: dict[tuple[str, ...], tuple[Standing, ...]]) -> Block:
    subject = draft.subjects()
    per_thousand = _comparable(draft, found)
    every, found = found, _fitting(draft, found)
    panels = []
    for datasets, places in found.items():
        points = []
        for place in places:
            seconds = _thousand(draft, place.variant, datasets) if per_thousand else place.cost
            spread = mean_interval_over(draft.context, place.variant, datasets)
            points.append(
                tradeoff.TradeoffPoint(
                    subject[place.variant],
                    seconds or 0.0,
                    place.quality,
                    low=spread.low if spread else math.nan,
                    high=spread.high if spread else math.nan,
                    unsure=place.on_front and place.certain is False,
                )
            )
        title = (
            draft.words.dataset(datasets[0]) if len(datasets) == 1 else draft.words(N_("Means over all sets"))
        )
        panels.append(tradeoff.TradeoffPanel(title, tuple(points)))
    data = tradeoff.Tradeoff(
        panels=tuple(panels),
        time_axis=draft.words(
            N_("s per thousand images (logarithmic)")
            if per_thousand
            else N_("extraction time, s (logarithmic)")
        ),
        quality_axis=draft.words.metric(draft.main),
        missing=draft.words(N_("not measured")),
        decimal=draft.decimal,
        time=draft.words(N_("s per thousand images") if per_thousand else N_("extraction time, s")),
    )
    points = [p for panel in panels for p in panel.points]
    level = Derived(LEVEL, "percent", 0, constant="level")
    said = [draft.say(N_("Quality against time; the line joins what nothing else beats in both"))]
    if any(math.isfinite(p.low) for p in points):
        said.append(draft.say(N_("bars are {level} intervals of {metric}"), level=level))
    if any(p.unsure for p in points):
        said.append(draft.say(N_("a ring marks a place on the line that is not shown")))
    caption = tuple(f for i, text in enumerate(said) for f in ((*plain("; "), *text) if i else text))
    caption += cut(draft, [*found.values()][-1], [*every.values()][-1])
    return draft.figure(
        "trade-off",
        data,
        tradeoff.draw,
        caption=caption,
        finding=draft.conclusions.of("pareto"),
        datasets=[d for datasets in found if len(datasets) == 1 for d in datasets],
        metrics=(draft.main, draft.study.cost),
        opens=TRADE_OFF,
    )


Standings = dict[tuple[str, ...], tuple[Standing, ...]]


def _fitting(draft: Draft, found: Standings) -> Standings:
    """As much as a figure can show: of many sets what holds over all; of many extractors the best, and the front."""
    panels = found if len(found) <= _MOST_PANELS else dict([[*found.items()][-1]])
    shown: Standings = {}
    for datasets, places in panels.items():
        best = frozenset(foremost(draft, [place.variant for place in places], len(panels)))
        shown[datasets] = tuple(place for place in places if place.on_front or place.variant in best)
    return shown


def _comparable(draft: Draft, found: dict[tuple[str, ...], tuple[Standing, ...]]) -> bool:
    """Whether times per thousand images stand in the order of the times: all on equally many images of a set."""
    images: dict[str, set[int | None]] = {}
    for datasets, places in found.items():
        for dataset in datasets:
            counts = (draft.study.samples[dataset, place.variant, draft.study.cost].n for place in places)
            images.setdefault(dataset, set()).update(counts)
    return all(len(counts) == 1 and None not in counts for counts in images.values())
