"""The distinct answers: what to take with labels or without, on photographs or not, within limits of cost.

Each situation of a grid is a scenario, answered as every other. Situations of one answer are one row; a scenario
that somebody wrote is one of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, product
from typing import Any, TypeVar

from fxreport.analysis.claims import (
    LIKELY,
    N_,
    SINGLE_RUN,
    TIE,
    UNDETERMINED,
    Derived,
    Evidence,
    Listing,
    Message,
    Recommendation,
)
from fxreport.analysis.context import Context
from fxreport.analysis.quantities.price import Price, price
from fxreport.analysis.quantities.stars import SECONDS_LEVELS
from fxreport.analysis.recommend.answer import recommend
from fxreport.analysis.recommend.cautions import margin, one_extractor
from fxreport.analysis.recommend.choice import not_shown_behind
from fxreport.analysis.recommend.facts import CLUSTERINGS, Field, scenario_sets
from fxreport.analysis.recommend.sensitivity import contexts_without_seeds
from fxreport.vocabulary.scenario import BUILT_IN, QUALITY, Scenario

#: as many rows as a reader takes in
MOST = 6
#: extraction is called fast up to so many seconds per thousand images: four stars of speed, a fixed limit
FAST = SECONDS_LEVELS[1]

#: limits of cost
FREE, UNTRAINED, QUICK = "free", "untrained", "quick"
_LIMITS: Mapping[str, Mapping[str, float | bool]] = {
    FREE: {},
    UNTRAINED: {"training": False},
    QUICK: {"seconds_per_1000_images": FAST},
}
_WHATEVER = N_("the {highest} {metric} is wanted")
_NO_LIMIT = N_("any")
#: from the least sure on
_DOUBT = (SINGLE_RUN, UNDETERMINED, TIE, LIKELY)


@dataclass(frozen=True, slots=True)
class Case:
    """One situation of the grid and its answer. ``natural``: only photographs count.

    ``undecided`` are those behind it whom the choice is not shown to be ahead of, ``compared`` whether another extractor
    qualifies. ``photographs`` are the image sets of those alone, where there are others too.
    """

    labels: bool
    natural: bool
    limit: str
    photographs: tuple[str, ...]
    undecided: tuple[str, ...]
    compared: bool
    ground: Field
    answer: Recommendation

    @property
    def datasets(self) -> tuple[str, ...]:
        return self.ground.datasets


@dataclass(frozen=True, slots=True)
class Situation:
    """One row: the situations of one answer.

    ``within`` are the conditions without those on labels. ``cases`` are those merged, the widest first:
    ``value`` is that one's mean of ``objective`` over its image sets, ``metric`` what it was read from,
    ``second`` its runner-up, ``margin`` what counts as equal. ``firm`` and ``support`` hold of all of them.
    ``asked`` is the name of a scenario that somebody wrote, with its ``title`` by language; "" for those of the grid.
    """

    conditions: Message
    within: Message
    choice: str
    equals: tuple[str, ...]
    second: tuple[str, ...]
    second_value: float | None
    objective: str
    metric: str
    value: float
    margin: Derived
    price: Price
    second_price: Price | None
    support: str
    firm: bool
    evidence: tuple[Evidence, ...]
    cases: tuple[Case, ...]
    asked: str = ""
    title: Mapping[str, str] = field(default_factory=dict)

    @property
    def datasets(self) -> tuple[str, ...]:
        return self.cases[0].datasets

    @property
    def labels(self) -> bool | None:
        """Whether labels are at hand in all of its cases; None where it holds with and without."""
        ways = {case.labels for case in self.cases}
        return ways.pop() if len(ways) == 1 else None

    @property
    def firm_but_for(self) -> tuple[str, ...] | None:
        """The one set of photographs that alone keeps the answer from being firm; None where that is not so."""
        doubtful = {case.datasets for case in self.cases if not case.answer.firm}
        alone = next(iter(doubtful)) if len(doubtful) == 1 else ()
        return alone if len(alone) == 1 and alone != self.datasets else None

    @property
    def on_photographs(self) -> Case | None:
        """The merged case of photographs alone, where the widest counts other images too."""
        same = (c for c in self.cases if c.natural and c.labels == self.cases[0].labels)
        return None if self.cases[0].natural else next(same, None)


def situations(context: Context) -> tuple[Situation, ...]:
    """The distinct answers in the order of the grid, at most six; none where nothing can be answered."""
    grid = Grid.of(context)
    merged: dict[tuple[str, str], list[Case]] = {}
    for case in _answered(context, grid):
        merged.setdefault((case.answer.extractor or "", case.answer.objective), []).append(case)
    return tuple(_situation(context, grid, cases) for cases in list(merged.values())[:MOST])


def asked(
    context: Context, scenarios: Sequence[Scenario], recommendations: Sequence[Recommendation]
) -> tuple[Situation, ...]:
    """The scenarios that somebody wrote and that have an answer, a situation each, in the order given."""
    grid = Grid((True,), (False,), (FREE,))
    answers = {one.scenario: one for one in recommendations}
    return tuple(
        replace(
            _situation(context, grid, [_case(context, one, answers[one.name])]),
            asked=one.name,
            title=one.title,
        )
        for one in scenarios
        if one not in BUILT_IN and one.name in answers and answers[one.name].extractor is not None
    )


@dataclass(frozen=True, slots=True)
class Grid:
    """The ways in which situations can differ in a study: one alone where the ground of others is missing."""

    labels: tuple[bool, ...]
    natural: tuple[bool, ...]
    limits: tuple[str, ...]

    @classmethod
    def of(cls, context: Context) -> Grid:
        sets = scenario_sets(context, natural_only=False)
        photographs = scenario_sets(context, natural_only=True)
        ground = Field(context, sets)

        def known(name: str) -> bool:
            return any(ground.read(variant, name) is not None for variant in ground.complete)

        told = context.main in CLUSTERINGS and known("labels")
        possible = _LIMITS if context.of_field else {FREE: _LIMITS[FREE]}
        limits = (limit for limit, asked in possible.items() if all(known(name) for name in asked))
        return cls(
            labels=(True, False) if told else (True,),
            natural=(False, True) if photographs and photographs != sets else (False,),
            limits=tuple(limits),
        )


def _answered(context: Context, grid: Grid) -> Iterator[Case]:
    """The situations that somebody qualifies for."""
    without_seed = contexts_without_seeds(context)
    photographs = scenario_sets(context, natural_only=True) if len(grid.natural) > 1 else ()
    for limit, labels, natural in product(grid.limits, grid.labels, grid.natural):
        asked: dict[str, Any] = dict(_LIMITS[limit])
        scenario = Scenario("", labels=labels, natural_images=natural, **asked)
        found = recommend(context, scenario, without_seed=without_seed)
        if found.extractor is not None:
            yield _case(context, scenario, found, limit, photographs)


def _case(
    context: Context,
    scenario: Scenario,
    found: Recommendation,
    limit: str = FREE,
    photographs: tuple[str, ...] = (),
) -> Case:
    """What weakens an answer, beside it."""
    assert found.extractor is not None, "cases are answered"
    ground = Field.of(context, scenario)
    behind = not_shown_behind(ground, ground.resolved(scenario), found.extractor, found.admissible)
    undecided = tuple(v for v in behind if v not in found.equals)
    compared = not one_extractor(ground, found.admissible)
    return Case(
        scenario.labels,
        scenario.natural_images,
        limit,
        photographs,
        undecided,
        compared,
        ground,
        found,
    )


def _situation(context: Context, grid: Grid, cases: Sequence[Case]) -> Situation:
    first, answer = cases[0], cases[0].answer
    ground = first.ground
    choice, second = answer.extractor, answer.second[:1]
    assert choice is not None, "cases are answered"
    assert answer.value is not None
    told = {choice, *answer.equals, *answer.second}
    objective = QUALITY if answer.objective == context.main else answer.objective
    return Situation(
        conditions=conditions(grid, cases),
        within=conditions(replace(grid, labels=(True,)), cases, short=True),
        choice=choice,
        equals=answer.equals,
        second=answer.second,
        second_value=ground.objective(objective, second[0]) if second else None,
        objective=objective,
        metric=ground.metric(objective, choice),
        margin=margin(ground, objective),
        value=answer.value,
        price=price(context.study, choice, first.datasets),
        second_price=price(context.study, second[0], first.datasets) if second else None,
        support=next((s for s in _DOUBT if any(c.answer.support == s for c in cases)), answer.support),
        firm=all(c.answer.firm for c in cases),
        evidence=tuple(dict.fromkeys(e for c in cases for e in c.answer.evidence if e.extractor in told)),
        cases=tuple(cases),
    )


def conditions(grid: Grid, cases: Sequence[Case], *, short: bool = False) -> Message:
    """When the answer holds, in as few words as cover the cases and no others; ``short`` for a table's cell.

    Of an axis with one way, as labels may be, the cases' own way does not count.
    """
    alone = grid.labels[0] if len(grid.labels) == 1 else None
    left = dict.fromkeys(
        (case.labels if alone is None else alone, case.natural, case.limit) for case in cases
    )
    whole, said = frozenset(left), []
    while left:
        first = next(iter(left))
        boxes = (
            box
            for box in product(_subsets(grid.labels), _subsets(grid.natural), _subsets(grid.limits))
            if whole.issuperset(product(*box)) and first in product(*box)
        )
        largest = max(boxes, key=lambda box: len([*product(*box)]))
        said.append(_joined(_box(grid, *largest, short=short)))
        left = {case: None for case in left if case not in product(*largest)}
    return said[0] if len(said) == 1 else Message("{items}", {"items": Listing(tuple(said))})


_X = TypeVar("_X")


def _subsets(values: Sequence[_X]) -> list[tuple[_X, ...]]:
    return [some for size in range(1, len(values) + 1) for some in combinations(values, size)]


def _box(
    grid: Grid, labels: Sequence[bool], natural: Sequence[bool], limits: Sequence[str], *, short: bool
) -> list[Message]:
    """One clause an axis that tells something; of an axis with one way nothing is said."""
    said = []
    if len(grid.labels) > 1:
        said.append(_LABELS[tuple(labels)])
    if len(natural) < len(grid.natural):  # whatever the images, in the same way
        said.append(_IMAGES[natural[0]])
    if FREE not in limits:  # within no limit is what a reader takes for granted
        said.append((_COST_SHORT if short else _COST)[tuple(limits)])
    limit = Derived(FAST, "significant", 1, constant="fast_extraction")
    return [
        Message(one, {"limit": limit} if "{limit}" in one else {})
        for one in said or [_NO_LIMIT if short else _WHATEVER]
    ]


def _joined(parts: Sequence[Message]) -> Message:
    """Clauses in a row, with commas."""
    whole, *rest = parts
    for part in rest:
        whole = Message(N_("{first}, {next}"), {"first": Listing((whole,)), "next": Listing((part,))})
    return whole


_LABELS: Mapping[tuple[bool, ...], str] = {
    (True,): N_("with labels"),
    (False,): N_("without labels"),
    (True, False): N_("with labels or without"),
}
_IMAGES = {
    False: N_("mixed images"),
    True: N_("photographs"),
}
_COST_SHORT = {
    (UNTRAINED,): N_("untrained"),
    (QUICK,): N_("fast (≤ {limit} s per thousand)"),
    (UNTRAINED, QUICK): N_("untrained or fast (≤ {limit} s per thousand)"),
}
_COST = {
    (UNTRAINED,): N_("if no network can be trained"),
    (QUICK,): N_("if extraction must take at most {limit} s per thousand images"),
    (UNTRAINED, QUICK): N_(
        "if no network can be trained or extraction must take at most {limit} s per thousand images"
    ),
}
