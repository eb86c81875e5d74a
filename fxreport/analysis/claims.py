"""Claims: what the measurements support, free of any language.

A claim's sentence is a message (English source text, a gettext msgid) with named placeholders; each
placeholder stands for one of the parameter types below, so that a renderer can format it for a locale and
give every number its address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fxreport.vocabulary.factors import Level
from fxreport.vocabulary.messages import N_ as N_
from fxreport.vocabulary.scenario import QUALITY

CERTAIN, LIKELY, TIE, UNDETERMINED, SINGLE_RUN = "certain", "likely", "tie", "undetermined", "single_run"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One cell that a claim rests on: the mean over seeds of one metric.

    ``artifact`` names what was kept of the cell's experiments where the claim was read from it
    ("assignments"). ``published`` is a figure of another study for the same cell that the claim sets
    beside the value, and ``source`` where it comes from (a key of the reference data).
    """

    dataset: str
    extractor: str  # a variant's id
    metric: str
    value: float
    seeds: int = 1
    input_size: int | None = None
    artifact: str | None = None
    published: float | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """A measured value: it leads to its row of the appendix."""

    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Derived:
    """A number computed from evidence.

    ``style``: decimal, signed, percent (of one hundred), probability (a percent that is never rounded to
    certainty), integer, significant (``decimals`` significant digits), times ("2.5 times", in the right
    plural form), multiple ("×2.5"), metric (as values of ``metric`` are shown) or difference (of two
    such). Of any other style a number with a ``metric`` has its unit. ``constant`` names the setting of the
    method that the number is (a row of the method's table of settings); "" where it is computed.
    """

    value: float
    style: str = "decimal"
    decimals: int = 3
    constant: str = ""
    metric: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """A whole number with its noun in the right plural form; ``noun`` is a key of the words module."""

    value: int
    noun: str


@dataclass(frozen=True, slots=True)
class Names:
    """Variants by their display names, joined by the language's own "and"."""

    variants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DatasetNames:
    datasets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sets:
    """Image sets by name; where they are all of the study's, as *all three sets*."""

    datasets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers in a row, one a set, joined by the language's own "and"."""

    numbers: tuple[Value | Derived, ...]


@dataclass(frozen=True, slots=True)
class ClassNames:
    """Classes of an image set: single names, or pairs that belong together."""

    groups: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A word to be translated: a family, a metric's name, a reason."""

    message: str


@dataclass(frozen=True, slots=True)
class MetricTitle:
    """A metric by its title, with the level that it is measured at; ``further`` ones beside it."""

    metric: str
    further: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LevelTitle:
    """A factor's level as it is called, or as the number that it is; nothing for None."""

    factor: str
    level: Level | None


@dataclass(frozen=True, slots=True)
class Terms:
    """Words to be translated one by one, joined by the language's own "and"."""

    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Text that is not translated: a file's name, an error's reason.

    ``constant`` names the setting of the method that it shows, as ``Derived`` does.
    """

    text: str
    constant: str = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A clause translated by itself and filled with the same claim's other parameters."""

    message: str


@dataclass(frozen=True, slots=True)
class Listing:
    """Clauses in a row, each translated and filled by itself."""

    items: tuple[Message, ...]


Param = (
    Value
    | Derived
    | Count
    | Names
    | DatasetNames
    | Sets
    | Series
    | ClassNames
    | Term
    | MetricTitle
    | LevelTitle
    | Terms
    | Verbatim
    | Phrase
    | Listing
)


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement. ``id`` is stable: kind, then what it is about, separated by slashes."""

    id: str
    kind: str
    message: str
    params: Mapping[str, Param] = field(default_factory=dict)
    dataset: str | None = None
    metric: str | None = None
    subjects: tuple[str, ...] = ()
    value: float | None = None
    support: str = SINGLE_RUN
    evidence: tuple[Evidence, ...] = ()
    surprising: bool = False
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ranked:
    extractor: str
    value: float
    rank: int
    input_size: int | None = None


@dataclass(frozen=True, slots=True)
class Ranking:
    dataset: str
    metric: str
    order: tuple[Ranked, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence: its source text and what fills its placeholders."""

    message: str
    params: Mapping[str, Param] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Why an extractor does not qualify: its ``value`` of a constraint's fact against the ``limit``.

    ``value`` is None where the fact is not known.
    """

    extractor: str
    constraint: str
    value: float | bool | None = None
    limit: float | bool | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What would lead to another choice (None: nobody would qualify).

    ``kind``: dataset or seed (``what`` is left out), or constraint (``what`` is lifted or moved to
    ``limit``).
    """

    kind: str
    what: str
    extractor: str | None
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class Close:
    """Without what the choice stays, but leads ``extractor`` by no more than the margin.

    ``kind``: dataset or seed (``what`` is left out).
    """

    kind: str
    what: str
    extractor: str
    lead: float


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The answer to a scenario. ``extractor`` is None where no measured extractor qualifies.

    ``answer`` says why, without the name; ``details`` say by how much, at what cost and what would change
    the choice. ``firm`` is True where the choice survives leaving out any one image set and any one seed with
    a lead beyond the margin, the interval of its lead over every other lies beyond the margin, it can have no
    place but the first, another extractor qualifies, and no limit is taken from the choice itself.
    ``reasons`` are those of the details that a reader in a hurry needs. ``second`` are the next by the
    objective, ``close`` without what the lead is inside the margin.
    ``probability`` is that of its being the choice, ``places`` the interval of its place among those that may
    qualify; None where single runs say nothing of it. ``title`` is a user's own, by language. ``evidence``
    are the cells that constraints, objective and costs are read from.
    """

    scenario: str
    extractor: str | None
    answer: Message
    details: tuple[Message, ...] = ()
    claims: tuple[str, ...] = ()
    support: str = SINGLE_RUN
    firm: bool = False
    admissible: tuple[str, ...] = ()
    title: Mapping[str, str] = field(default_factory=dict)
    objective: str = QUALITY
    value: float | None = None
    equals: tuple[str, ...] = ()
    excluded: tuple[Exclusion, ...] = ()
    probability: float | None = None
    places: tuple[int, int] | None = None
    changes: tuple[Change, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    second: tuple[str, ...] = ()
    close: tuple[Close, ...] = ()
    reasons: tuple[Message, ...] = ()
