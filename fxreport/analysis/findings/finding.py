"""A finding: claims and measurements joined into reasoning, with what to do and where it stops."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from fxreport.analysis.claims import (
    CERTAIN,
    LIKELY,
    N_,
    SINGLE_RUN,
    TIE,
    UNDETERMINED,
    Claim,
    Derived,
    Evidence,
    Listing,
    Message,
    Series,
    Value,
)
from fxreport.analysis.context import Context

#: how much a finding counts by how sure it is
CERTAINTY: Mapping[str, float] = {CERTAIN: 1.0, LIKELY: 0.8, TIE: 0.7, SINGLE_RUN: 0.4, UNDETERMINED: 0.3}
#: how much more a finding counts that contradicts the document under test or what is commonly believed
AGAINST_BELIEF = 1.5
#: how much more a finding counts that decides which extractor to take, or how
DECIDES = 1.5


@dataclass(frozen=True, slots=True)
class Finding:
    """``heading`` is the message; ``short`` says it in one sentence with its number.

    ``body`` are what was seen and why, ``advice`` what to do, ``limit`` where it stops. ``effect`` is the size
    of what was seen on a scale from 0 to 1 (a difference of ARI, of shares of images), ``reach`` the share of
    the study's image sets on which it was, ``against_belief`` whether it contradicts what is commonly said,
    ``decides`` whether somebody who has to choose would act on it.
    ``claims`` are ids of claims that say the same one by one.
    """

    id: str
    heading: Message
    short: Message
    body: tuple[Message, ...]
    advice: tuple[Message, ...] = ()
    limit: tuple[Message, ...] = ()
    support: str = CERTAIN
    effect: float = 0.0
    reach: float = 1.0
    against_belief: bool = False
    decides: bool = False
    evidence: tuple[Evidence, ...] = ()
    claims: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        return self.id.partition("/")[0]

    @property
    def importance(self) -> float:
        """Size of the effect × certainty × reach, more where it is against belief, more where it decides."""
        weight = (AGAINST_BELIEF if self.against_belief else 1.0) * (DECIDES if self.decides else 1.0)
        return self.effect * CERTAINTY[self.support] * (0.5 + 0.5 * self.reach) * weight


@dataclass(frozen=True, slots=True)
class Ground:
    """What findings are made of: the study with what was derived from it, and its claims by id.

    ``repeats``: whether the study repeats the original one; else the original is nothing to its reader.
    """

    context: Context
    claims: Mapping[str, Claim]
    repeats: bool = True

    def known(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Those of the ids that are claims of the study."""
        return tuple(name for name in ids if name in self.claims)

    def reach(self, datasets: Sequence[str]) -> float:
        return len(datasets) / max(1, len(self.context.study.measured_datasets))


Finder = Callable[[Ground], Iterator[Finding]]


#: of more image sets numbers are told as a range, not one by one
MOST_TOLD = 5
_RANGE = N_("{low} to {high}")


def values(
    context: Context, variant: str, datasets: Iterable[str], metric: str | None = None
) -> Series | Listing:
    """The measured means of a variant, one a set; of many sets the lowest and the highest."""
    found = [context.evidence(d, variant, metric) for d in datasets]
    if len(found) <= MOST_TOLD:
        return Series(tuple(map(Value, found)))
    low, *_, high = sorted(found, key=lambda e: e.value)
    return Listing((Message(_RANGE, {"low": Value(low), "high": Value(high)}),))


def derived(
    numbers: Iterable[float],
    style: str = "decimal",
    decimals: int = 3,
    *,
    metric: str = "",
    most: int = MOST_TOLD,
) -> Series | Listing:
    """Computed numbers, one a set, differences of ``metric`` where one is named; of many the extremes."""
    style = "difference" if metric else style
    found = [Derived(number, style, decimals, metric=metric) for number in numbers]
    if len(found) <= most:
        return Series(tuple(found))
    low, *_, high = sorted(found, key=lambda d: d.value)
    return Listing((Message(_RANGE, {"low": low, "high": high}),))


def of_main(context: Context, number: float) -> Derived:
    """A number computed from the main quality, shown as its measured values are."""
    if in_percent(context):
        return Derived(number, "percent", 1)
    return context.amount(number)


def gain_of_main(context: Context, difference: float) -> Derived:
    """A difference of the main quality; of shares in percentage points, which the message has to say."""
    return Derived(100 * difference, decimals=1) if in_percent(context) else Derived(difference)


def in_percent(context: Context) -> bool:
    return context.study.metric(context.main).shown == "percent"


def evidence(
    context: Context, datasets: Iterable[str], variants: Sequence[str], metrics: Sequence[str]
) -> tuple[Evidence, ...]:
    """All of these cells that were measured."""
    return tuple(
        context.evidence(d, v, m)
        for d in datasets
        for v in variants
        for m in metrics
        if context.study.sample(d, v, m) is not None
    )
