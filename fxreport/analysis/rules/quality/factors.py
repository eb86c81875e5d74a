"""What a factor does, all else equal: a setting, the clusterer, any factor that the rows name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from fxreport.analysis.claims import (
    N_,
    SINGLE_RUN,
    UNDETERMINED,
    Claim,
    DatasetNames,
    Derived,
    LevelTitle,
    Listing,
    Message,
    Names,
    Param,
    Phrase,
    Verbatim,
)
from fxreport.analysis.context import Context, interval_params
from fxreport.analysis.statistics.compare import BETTER, TIED, WORSE, Comparison, weakest
from fxreport.analysis.subjects import Contrast
from fxreport.vocabulary.factors import CLUSTERER, Level

_SHOWN = {
    BETTER: N_("{change} helps, all else equal: {metric} is {higher} ({by}) for {cases}."),
    WORSE: N_("{change} hurts, all else equal: {metric} is {lower} ({by}) for {cases}."),
    TIED: N_("{change}: no difference in {metric} that matters, all else equal ({by}), for {cases}."),
    UNDETERMINED: N_("{change}: no difference in {metric} is shown, all else equal ({by}), for {cases}."),
}
_SINGLE = {
    BETTER: N_("{change}, all else equal: in single runs {metric} is {higher} ({by}) for {cases}."),
    WORSE: N_("{change}, all else equal: in single runs {metric} is {lower} ({by}) for {cases}."),
    TIED: N_("{change}, all else equal: in single runs {metric} is the same for {cases}."),
}
_SETTING = N_("{factor} = {level} instead of {base}")
_SETTING_GIVEN = N_("{factor} = {level} instead of no value")
_CLUSTERER = N_("Clustering by {level} instead of {base}")
_CASE = N_("{names} on {datasets}")
_ONE = N_("the difference is {difference}; {spread}")
_ONE_SINGLE = N_("the difference is {difference}")
_SEVERAL = N_("the differences are from {least} to {greatest}")


@dataclass(slots=True)
class _Answer:
    """Cells of one outcome: what is compared without the factor → its comparisons, a set each."""

    levels: tuple[Level | None, Level | None]
    cells: dict[str, list[Comparison]] = field(default_factory=dict)

    @property
    def comparisons(self) -> list[Comparison]:
        return [comparison for of_base in self.cells.values() for comparison in of_base]

    def cases(self) -> Listing:
        """Those that are compared on the same sets, together."""
        by_sets: dict[tuple[str, ...], list[str]] = {}
        for base, comparisons in self.cells.items():
            by_sets.setdefault(tuple(c.dataset for c in comparisons), []).append(base)
        return Listing(
            tuple(
                Message(_CASE, {"names": Names(tuple(bases)), "datasets": DatasetNames(sets)})
                for sets, bases in by_sets.items()
            )
        )


def factors(context: Context) -> Iterator[Claim]:
    """Whether one level of a factor instead of another helps, hurts or shows no difference in quality.

    Of settings and clusterers, and of any factor that the rows name: all pairs of subjects that differ in
    nothing else, on each image set, paired over seeds where both have the same; sets and extractors of the
    same answer are one sentence. Silent where no two subjects differ in one factor alone, and on pairs of
    which one lacks the quality. Input sizes and projections have rules of their own.
    """
    for factor in context.study.factors:
        answers: dict[tuple[str, str, str, bool], _Answer] = {}
        for contrast in context.study.contrast(factor):
            for comparison in _comparisons(context, contrast):
                single = comparison.support == SINGLE_RUN
                base, level = (str(x) for x in contrast.levels)
                answer = answers.setdefault(
                    (base, level, comparison.outcome, single), _Answer(contrast.levels)
                )
                answer.cells.setdefault(contrast.one.without(factor), []).append(comparison)
        for (base, level, outcome, single), answer in answers.items():
            name = f"factor/{factor}/{level}-{base}/{outcome}" + ("/single_run" if single else "")
            yield _claim(context, name, factor, outcome, answer, single=single)


def _comparisons(context: Context, contrast: Contrast) -> Iterator[Comparison]:
    for dataset in context.study.datasets:
        pair = contrast.one.id, contrast.other.id
        if all(context.study.sample(dataset.name, v, context.main) for v in pair):
            yield context.compare(dataset.name, contrast.other.id, contrast.one.id)


def _change(factor: str, base: Level | None) -> str:
    if factor == CLUSTERER:
        return _CLUSTERER
    return _SETTING_GIVEN if base is None else _SETTING


def _claim(context: Context, name: str, factor: str, outcome: str, answer: _Answer, *, single: bool) -> Claim:
    comparisons = answer.comparisons
    base, level = answer.levels
    differences = [c.difference for c in comparisons]
    params: dict[str, Param] = {
        "factor": Verbatim(factor),
        "change": Phrase(_change(factor, base)),
        "level": LevelTitle(factor, level),
        "base": LevelTitle(factor, base),
        "cases": answer.cases(),
        "difference": Derived(differences[0], "signed"),
        "least": Derived(min(differences), "signed"),
        "greatest": Derived(max(differences), "signed"),
        "by": Phrase(_SEVERAL if len(comparisons) > 1 else _ONE_SINGLE),
    }
    if len(comparisons) == 1 and comparisons[0].interval is not None:
        params |= {**interval_params(comparisons[0].interval), "by": Phrase(_ONE)}
    datasets = {c.dataset for c in comparisons}
    return Claim(
        id=name,
        kind="factor",
        message=(_SINGLE if single else _SHOWN)[outcome],
        params=params,
        dataset=datasets.pop() if len(datasets) == 1 else None,
        metric=context.main,
        subjects=tuple(dict.fromkeys(v for c in comparisons for v in (c.a, c.b))),
        value=comparisons[0].difference if len(comparisons) == 1 else None,
        support=weakest(c.support for c in comparisons),
        evidence=tuple(context.evidence(c.dataset, v) for c in comparisons for v in (c.a, c.b)),
        details={"outcome": outcome, "factor": factor},
    )
