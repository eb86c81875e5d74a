"""What the audit finds in prose and tables: typed claims, each with every reading that its wording admits."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from fxreport.audit.numbers import Quantity


class Verdict(StrEnum):
    HOLDS = "holds"
    CONTRADICTED = "contradicted"
    NOT_CHECKABLE = "not_checkable"


class Approx(StrEnum):
    """What stands before a number."""

    NONE = ""
    ABOUT = "about"
    ALMOST = "almost"
    OVER = "over"
    UNDER = "under"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


Sense = Literal["best", "worst", "high", "low"]


@dataclass(frozen=True, slots=True)
class Scope:
    """The image sets that a claim is about.

    ``kind``: stated (it is about each of ``datasets``), every (expressly so of all), overall (said of all),
    implicit (nothing said), group (of some that the reader is to guess: «simple sets»), most
    (of most of them), count (of ``count`` of them), unknown (of one that the data do not hold).
    """

    kind: Literal["stated", "every", "overall", "implicit", "group", "most", "count", "unknown"]
    datasets: tuple[str, ...] = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class Population:
    """Among whom a superlative holds: ``members``, of whom ``certain`` belong to it for sure; None: all.

    Of a part of ``size`` extractors whose members are not told only what no such part can make true is false.
    """

    members: tuple[str, ...] | None = None
    certain: tuple[str, ...] | None = None
    without: tuple[str, ...] = ()
    label: str = ""
    size: int | None = None  # of a part whose members nobody lists


#: one who is spoken of: all ids that the mention may stand for
Subject = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """``caution`` is a reason for which the claim may not be called false, None where there is none.

    ``scopes`` and ``metrics`` are alternatives: the likeliest first, ``weak_metrics`` less likely ones.
    """

    line: int
    text: str
    caution: str | None = None
    subjects: tuple[Subject, ...] = ()
    scopes: tuple[Scope, ...] = ()
    metrics: tuple[str, ...] = ()
    weak_metrics: tuple[str, ...] = ()
    column: tuple[int, int] | None = None  # of a table's cell: the table's line, its column
    at: int = -1  # the token of its clause that states it
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueClaim(Claim):
    """A number said to be the value of a metric. ``certain`` is false where the attachment is a guess."""

    stated: Quantity
    approx: Approx = Approx.NONE
    certain: bool = True
    mean: bool = False
    settled: bool = False  # what it is about follows from its list
    siblings: tuple[int, ...] | None = None  # the list that it belongs to
    kind: str = "value"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceClaim(Claim):
    """A place in an order: 1 is the first by ``sense``; negative places count from the other end."""

    place: int
    sense: Sense
    population: Population = field(default_factory=Population)
    mean: bool = False
    kind: str = "superlative"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonClaim(Claim):
    """Every subject is better (…) than every object. ``stated`` says by how much, in the way of ``amount``.

    ``sense``: best means better, high higher. ``among_objects`` are alternatives for an object left unsaid.
    """

    objects: tuple[Subject, ...]
    sense: Sense
    stated: Quantity | None = None
    approx: Approx = Approx.NONE
    amount: Literal["none", "ratio", "difference", "percent"] = "none"
    family: str = ""
    guessed_object: bool = False
    beside: tuple[float, ...] = ()  # values that the sentence shows
    kind: str = "comparison"


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeClaim(Claim):
    """The values of others (``population``) lie in a range, or under or over a limit."""

    stated: Quantity
    approx: Approx
    kind: str = "threshold"


@dataclass(frozen=True, slots=True, kw_only=True)
class TallyClaim(Claim):
    """``count`` extractors, or ``subjects`` and nobody else, lie beyond a limit."""

    stated: Quantity
    approx: Approx
    count: int | None = None
    kind: str = "tally"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountClaim(Claim):
    """How many there are of something: extractor, dataset, experiment, metric, measurement, class."""

    noun: str
    stated: Quantity
    family: str = ""
    kind: str = "count"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecommendationClaim(Claim):
    """One of ``subjects`` is what a need calls for: speed, quality, no_labels, natural…"""

    need: str
    family: str = ""
    kind: str = "recommendation"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkClaim(Claim):
    """Marks in a table that order its rows: bold ("best"), stars (more for better) or stated positions.

    ``marks``: extractor → number of stars, stated position, or 1 for bold; ``values``: what a column prints.
    """

    marks: tuple[tuple[str, int], ...]
    values: tuple[tuple[str, float], ...] = ()
    kind: str = "stars"


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedClaim(Claim):
    """A table's cell that follows from others: a mean over sets or rows, a score, a ratio."""

    stated: Quantity
    how: Literal["mean", "score", "ratio", "row_mean"]
    over: tuple[str, ...] = ()
    sense: Sense = "best"
    objects: tuple[Subject, ...] = ()
    kind: str = "derived"


@dataclass(frozen=True, slots=True, kw_only=True)
class DifficultyClaim(Claim):
    """One set said to be harder than another: ``harder`` and ``easier`` are ids."""

    harder: str
    easier: str
    kind: str = "difficulty"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadClaim(Claim):
    """A sentence that is not read; ``caution`` says why."""

    kind: str = "unread"


@dataclass(frozen=True, slots=True)
class Found:
    """A value that decided: ``dataset`` and ``extractor`` are titles, ``line`` is where it is printed."""

    dataset: str | None
    extractor: str | None
    metric: str
    value: float
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """A claim with its verdict; ``reason`` is a key of the lexicon's reasons for what is not checkable.

    ``suspect``: every reading is false, but the form leaves open what it is about.
    """

    claim: Claim
    verdict: Verdict
    reason: str | None = None
    stated: str = ""
    found: tuple[Found, ...] = ()
    suspect: bool = False
