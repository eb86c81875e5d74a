"""Across image sets: wins, mean ARI, and the gain over raw pixels; ranks where there are sets enough."""

from __future__ import annotations

from fxreport.analysis.claims import N_, Derived, Names
from fxreport.analysis.rules.quality.across import ranks_over_sets
from fxreport.analysis.rules.quality.gains import best_gain, gains
from fxreport.analysis.statistics.uncertainty import LEVEL
from fxreport.report.anchors import Origin
from fxreport.report.draft import ABSENT, Draft
from fxreport.report.figures import critical_difference, quality
from fxreport.report.foremost import cut, foremost
from fxreport.report.model import Block, Figure, Number, Plain, Row, Section, Table, TableCell, Text


def over_sets(draft: Draft) -> tuple[Section, ...]:
    """None on one image set: there is nothing to average."""
    if len(draft.context.quality) < 2:
        return ()
    conclusions = draft.conclusions
    blocks: list[Block] = [*_table(draft), *_gain_figure(draft), *rank_figure(draft)]
    blocks += draft.statements(
        conclusions.of("gain_leader", "gain_group", "rank_test", "rank_best", "overall")
    )
    partial = tuple(
        v.id
        for v in draft.study.variants
        if v.id not in draft.context.complete()
        and any(v.id in draft.context.column(d) for d in draft.context.quality)
    )
    if partial:
        blocks.append(
            draft.note(
                N_("Not measured on every image set, so that no mean is given: {names}."),
                names=Names(partial),
            )
        )
    blocks += draft.bullets(conclusions.of("few_datasets"))
    return (Section("across", draft.words(N_("Across image sets")), tuple(blocks)),) if blocks else ()


def _table(draft: Draft) -> tuple[Table, ...]:
    means = {c.subjects[0]: c for c in draft.conclusions.of("mean_quality")}
    if not means:
        return ()
    gained = {c.subjects[0]: c for c in draft.conclusions.of("gain")}
    chances, known = best_gain(draft.context), gains(draft.context)
    wins = {c.subjects[0]: c for c in draft.conclusions.of("wins")}
    words = draft.words
    rows = []
    for name in sorted(means, key=lambda v: -(means[v].value or 0.0)):
        mean = draft.origins.of_claim(means[name])
        won = draft.origins.of_claim(wins[name]) if name in wins else mean
        cells = [
            draft.variant_cell(name),
            draft.number_cell(words.number((wins[name].value or 0) if name in wins else 0, 0), won),
            draft.number_cell(words.number(means[name].value or 0.0, 3), mean),
        ]
        if gained:
            cells += _gain_cells(
                draft, name, draft.origins.of_claim(gained[name]) if name in gained else None
            )
            cells.append(
                TableCell(ABSENT)
                if name not in chances or name not in known
                else draft.number_cell(
                    words.probability(chances[name], short=True), draft.origins.of_claim(gained[name])
                )
            )
        rows.append(Row(tuple(cells)))
    columns = [
        draft.text_column(N_("Extractor")),
        draft.text_column(N_("First places"), numeric=True),
        draft.text_column(N_("Mean {metric}"), numeric=True),
    ]
    note: Text = ()
    if gained:
        columns += [
            draft.text_column(N_("Gain over raw pixels"), numeric=True),
            draft.text_column(N_("Interval of the gain"), numeric=True),
            draft.text_column(N_("Probability of the highest gain"), numeric=True),
        ]
        note = draft.say(
            N_(
                "The gain is the share of what raw pixels leave to a perfect clustering: nothing for raw pixels, all for a "
                "perfect clustering, below zero for features that hurt. Its interval has the level {level}."
            ),
            level=Derived(LEVEL, "percent", 0, constant="level"),
        )
    caption = draft.say(N_("Quality over all image sets, for extractors measured on each of them"))
    return (Table("table-across", caption, tuple(columns), tuple(rows), note),)


def _gain_cells(draft: Draft, name: str, origin: Origin | None) -> list[TableCell]:
    found = gains(draft.context).get(name)
    if found is None or origin is None:
        return [TableCell(ABSENT), TableCell(ABSENT)]
    mean = draft.number_cell(draft.words.percent(found.mean, 1), origin)
    if found.interval is None:
        return [mean, TableCell(ABSENT)]
    ends = [
        Number(draft.words.percent(end, 1), origin.address, origin.title)
        for end in (found.interval.low, found.interval.high)
    ]
    return [mean, TableCell((ends[0], Plain(" … "), ends[1]))]


def _gain_figure(draft: Draft) -> tuple[Block, ...]:
    known = gains(draft.context)
    if not known:
        return ()
    subject, several = draft.subjects(), not draft.study.single_run
    every = known
    known = {name: every[name] for name in foremost(draft, [*every])}
    cells = tuple(
        quality.QualityCell(
            mean=gain.mean,
            interval=(gain.interval.low, gain.interval.high) if gain.interval else None,
            text=draft.words.percent(gain.mean, 1),
        )
        for gain in known.values()
    )
    data = quality.Quality(
        subjects=tuple(subject[name] for name in known),
        panels=(quality.QualityPanel("", cells),),
        axis=draft.words(N_("mean gain over raw pixels, as a share of what they leave")),
        labels=quality.QualityLabels(
            mean=draft.words(N_("mean")) if several else draft.words(N_("measured")),
            interval=draft.words(N_("confidence interval")) if several else "",
            reference=draft.words(N_("raw pixels")),
        ),
        decimal=draft.decimal,
    )
    caption = (*draft.say(N_("Gain over raw pixels, mean over all image sets")), *cut(draft, known, every))
    # nobody leads among single runs, nor where there is one: what each gains is the finding then
    finding = draft.conclusions.of("gain_leader") or draft.conclusions.of("gain")
    return (
        draft.figure("gain", data, quality.draw, caption=caption, finding=finding, metrics=(draft.main,)),
    )


#: mean ranks that one figure can show
_MOST_RANKS = 30


def rank_figure(draft: Draft, name: str = "critical-difference") -> tuple[Figure, ...]:
    """Only where there are image sets enough for a test."""
    found = ranks_over_sets(draft.context) if draft.conclusions.of("rank_test") else None
    if found is None or len(found.mean_ranks) > _MOST_RANKS:
        return ()
    subject = draft.subjects()
    data = critical_difference.CriticalDifference(
        subjects=tuple(subject[name] for name in found.mean_ranks),
        ranks=tuple(found.mean_ranks.values()),
        texts=tuple(draft.words.number(rank, 2) for rank in found.mean_ranks.values()),
        critical=found.critical_difference,
        cliques=tuple(
            (found.mean_ranks[clique[0]], found.mean_ranks[clique[-1]]) for clique in found.cliques()
        ),
        axis=draft.words(N_("mean rank over image sets, the best at the left")),
        label=draft.words(N_("critical difference")),
        decimal=draft.decimal,
    )
    caption = draft.say(
        N_("Mean ranks over image sets; a bar joins extractors that Nemenyi’s test does not tell apart")
    )
    finding = draft.conclusions.of("rank_test", "rank_best")
    return (
        draft.figure(
            name,
            data,
            critical_difference.draw,
            caption=caption,
            finding=finding,
            metrics=(draft.main,),
            variants=found.mean_ranks,
        ),
    )
