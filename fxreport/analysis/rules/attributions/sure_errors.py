"""Errors that a network is sure of: what the pictured classes are taken for, and how confidently."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from fxreport.analysis.claims import (
    CERTAIN,
    LIKELY,
    N_,
    SINGLE_RUN,
    Claim,
    ClassNames,
    Count,
    DatasetNames,
    Derived,
    Listing,
    Message,
    Names,
    Phrase,
)
from fxreport.analysis.context import Context
from fxreport.analysis.rules.attributions.answers import ACCURACY

#: of the cases: their classes, the answers, and how sure of them the network is
ARRAYS = ("attribution/labels", "attribution/predicted", "attribution/confidence")


@dataclass(frozen=True, slots=True)
class Error:
    """A class that was taken for another with more confidence than in any other error on the class."""

    label: int
    answer: int
    confidence: float


def errors(arrays: Mapping[str, np.ndarray]) -> tuple[Error, ...]:
    """The wrong answers among the cases kept of a run, at most one a class."""
    labels, answers, confidence = (np.asarray(arrays[name]).tolist() for name in ARRAYS)
    return tuple(
        Error(label, answer, sure)
        for label, answer, sure in zip(labels, answers, confidence, strict=True)
        if label != answer
    )


_ERRORS = N_("Surest errors on {dataset}, class → answer, over the runs of {names}: {errors}.")
_OFTEN = N_("{label} → {answers} in {times} of {runs} (mean confidence {sure})")
_OFTEN_EACH = N_("{label} → {answers} in {times} of {runs} each (mean confidence {sure})")
_ONE_RUN = N_("{label} → {answers} (confidence {sure})")
_SCATTERED = N_("{label} → another answer in each of {runs} (mean confidence {sure})")


def surest_errors(context: Context) -> Iterator[Claim]:
    """What the pictured classes are taken for when a network errs most confidently, counted over runs.

    Runs of all networks of an image set are counted together. Silent where no such error was kept, or the
    classes' names are not known.
    """
    for dataset in context.datasets_with(ACCURACY):
        names = context.study.dataset_by_name[dataset].classes
        kept = {
            variant: context.kept(dataset, variant, *ARRAYS)
            for variant in context.study.column(dataset, ACCURACY)
        }
        kept = {variant: runs for variant, runs in kept.items() if runs}
        found: dict[int, list[Error]] = defaultdict(list)
        for runs in kept.values():
            for _, arrays in runs:
                for error in errors(arrays):
                    found[error.label].append(error)
        if not found or max(max(e.label, e.answer) for of in found.values() for e in of) >= len(names):
            continue
        mistaken = {label: _most_frequent(found[label]) for label in sorted(found)}
        single = any(len(runs) == 1 for runs in kept.values())
        agreed = all(times == len(found[label]) for label, (_, times, _) in mistaken.items())
        yield Claim(
            id=f"surest_errors/{dataset}",
            kind="surest_errors",
            message=_ERRORS,
            params={
                "dataset": DatasetNames((dataset,)),
                "names": Names(tuple(kept)),
                "errors": Listing(
                    tuple(
                        _error(names, label, len(found[label]), *mistake)
                        for label, mistake in mistaken.items()
                    )
                ),
            },
            dataset=dataset,
            metric=ACCURACY,
            subjects=tuple(kept),
            value=max(times / len(found[label]) for label, (_, times, _) in mistaken.items()),
            support=SINGLE_RUN if single else CERTAIN if agreed else LIKELY,
            evidence=tuple(context.kept_of(dataset, variant, ACCURACY, ARRAYS[1]) for variant in kept),
            details={
                "errors": [
                    (names[label], [names[a] for a in answers], times, len(found[label]), sure)
                    for label, (answers, times, sure) in mistaken.items()
                ]
            },
        )


_SURER = N_("On {dataset} the surest answer on a class is a wrong one{how_often}: {cases}.")
_EACH_RUN = N_(" in each of {runs}")
_EVERY_RUN = N_(" in every run")
_ONE_RUN_ONLY = N_(" in a single run")
_SURER_CASE = N_("{name}, {label} ({wrong} against {right} for the surest right answer)")


def surer_wrong(context: Context) -> Iterator[Claim]:
    """Where the surest answer on a pictured class is a wrong one in every run, by whole per cent.

    Silent where there is none, or the classes' names are not known.
    """
    for dataset in context.datasets_with(ACCURACY):
        names = context.study.dataset_by_name[dataset].classes
        cases, variants, counts = [], [], set()
        for variant in context.study.column(dataset, ACCURACY):
            runs = [confidences(arrays) for _, arrays in context.kept(dataset, variant, *ARRAYS)]
            for label in sorted(set.intersection(*map(set, runs)) if runs else ()):
                pairs = [run[label] for run in runs]
                if label < len(names) and all(
                    round(100 * wrong) > round(100 * right) for right, wrong in pairs
                ):
                    right, wrong = (sum(side) / len(pairs) for side in zip(*pairs, strict=True))
                    cases.append((variant, label, right, wrong))
                    variants.append(variant)
                    counts.add(len(runs))
        if not cases:
            continue
        single = 1 in counts
        how_often = _ONE_RUN_ONLY if counts == {1} else _EACH_RUN if len(counts) == 1 else _EVERY_RUN
        subjects = tuple(dict.fromkeys(variants))
        yield Claim(
            id=f"surer_wrong/{dataset}",
            kind="surer_wrong",
            message=_SURER,
            params={
                "dataset": DatasetNames((dataset,)),
                "how_often": Phrase(how_often),
                "runs": Count(min(counts), "run"),
                "cases": Listing(
                    tuple(
                        Message(
                            _SURER_CASE,
                            {
                                "name": Names((variant,)),
                                "label": ClassNames(((names[label],),)),
                                "wrong": Derived(wrong, "probability"),
                                "right": Derived(right, "probability"),
                            },
                        )
                        for variant, label, right, wrong in cases
                    )
                ),
            },
            dataset=dataset,
            metric=ACCURACY,
            subjects=subjects,
            value=max(wrong - right for _, _, right, wrong in cases),
            support=SINGLE_RUN if single else CERTAIN,
            evidence=tuple(context.kept_of(dataset, variant, ACCURACY, ARRAYS[2]) for variant in subjects),
            details={"cases": [(v, names[label], right, wrong) for v, label, right, wrong in cases]},
        )


def confidences(arrays: Mapping[str, np.ndarray]) -> dict[int, tuple[float, float]]:
    """Class → confidence of the surest right and of the surest wrong answer, where a run has both."""
    sides: dict[int, dict[bool, float]] = defaultdict(dict)
    labels, answers, confidence = (np.asarray(arrays[name]).tolist() for name in ARRAYS)
    for label, answer, sure in zip(labels, answers, confidence, strict=True):
        sides[label][answer == label] = sure
    return {label: (found[True], found[False]) for label, found in sides.items() if len(found) == 2}


def _most_frequent(found: Sequence[Error]) -> tuple[tuple[int, ...], int, float]:
    """The answers given most often, in how many runs each, and their mean confidence."""
    counts = Counter(error.answer for error in found)
    times = max(counts.values())
    answers = tuple(sorted(answer for answer, count in counts.items() if count == times))
    sure = [error.confidence for error in found if error.answer in answers]
    return answers, times, sum(sure) / len(sure)


def _error(
    names: Sequence[str], label: int, runs: int, answers: Sequence[int], times: int, sure: float
) -> Message:
    if runs == 1:
        message = _ONE_RUN
    elif times == 1:
        message = _SCATTERED
    else:
        message = _OFTEN if len(answers) == 1 else _OFTEN_EACH
    return Message(
        message,
        {
            "label": ClassNames(((names[label],),)),
            "answers": ClassNames(tuple((names[answer],) for answer in answers)),
            "times": Derived(times, "integer"),
            "runs": Count(runs, "run"),
            "sure": Derived(sure, "probability"),
        },
    )
