"""The report model: a localised document as plain data, that every writer renders.

Made once per language from the same study and claims; holds no arithmetic and no markup.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from fxreport.report.look import SHIPPED, Look


@dataclass(frozen=True, slots=True)
class Plain:
    text: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number of the study. ``address`` is the id of what it comes from.

    A measured value leads to its row of the appendix, a derived one to the entry of its evidence, a setting
    of the method to its definition; only in the appendix and the method may it be "".
    """

    text: str
    address: str = ""
    title: str = ""  # on hover: what was measured, or what it is computed from


@dataclass(frozen=True, slots=True)
class Strong:
    text: str


@dataclass(frozen=True, slots=True)
class Stars:
    """``count`` of ``of`` stars, drawn as icons with ``label`` as the text alternative.

    ``address`` and ``title`` are as those of a number.
    """

    count: int
    of: int
    label: str
    address: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    text: str
    href: str


Fragment = Plain | Number | Strong | Stars | Link
Text = tuple[Fragment, ...]


def plain(text: str) -> Text:
    return (Plain(text),)


def joined(texts: Iterable[Text], between: str = " ") -> Text:
    """Texts in a row; those that say nothing are left out."""
    said: list[Fragment] = []
    for text in filter(None, texts):
        said += [*([Plain(between)] if said else []), *text]
    return tuple(said)


def to_string(text: Text) -> str:
    """The text without markup."""
    return "".join(f.label if isinstance(f, Stars) else f.text for f in text)


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: Text


@dataclass(frozen=True, slots=True)
class Note:
    """What a section without data says, or a caution beside a table."""

    text: Text


@dataclass(frozen=True, slots=True)
class Statement:
    """A claim as said. ``support_label`` is the localised word for ``support``.

    ``evidence`` is the id of the entry that says what the claim rests on.
    """

    claim_id: str
    text: Text
    support: str
    support_label: str
    surprising: bool = False
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Statements:
    items: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    items: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line that others lead to: ``term`` says of what, ``text`` what there is to say.

    ``covers`` are addresses that the text sums up without a link to each.
    """

    id: str
    term: str
    text: Text
    covers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entries:
    """Many short entries, in small type. ``numbered``: the terms are numbers, as those of references."""

    items: tuple[Entry, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """``title`` stands alone; above ``short`` titles stands the ``group`` that neighbours share."""

    title: Text
    numeric: bool = False
    direction: str = ""  # "up" or "down" where a value is better high or low
    group: Text = ()
    short: Text = ()


@dataclass(frozen=True, slots=True)
class TableCell:
    text: Text
    best: bool = False
    id: str = ""  # anchor of the row's number, in the appendix


@dataclass(frozen=True, slots=True)
class Row:
    cells: tuple[TableCell, ...]  # the first is the row's header
    id: str = ""
    muted: bool = False  # a row that was not measured
    topic: str = ""  # where neighbours differ in it, a subheading stands between them


@dataclass(frozen=True, slots=True)
class Table:
    id: str
    caption: Text
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: Text = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """``path`` is relative to the document's folder; ``svg`` is the same picture for self-contained HTML.

    ``sources`` leads to where the drawn values stand. ``finding`` is what is concluded from what the figure
    shows, ``drawn`` what it is drawn from. ``opens`` names the interactive view that shows the same, "" where
    there is none.
    """

    id: str
    path: PurePosixPath
    svg: str
    alt: str
    caption: Text
    sources: Text = ()
    finding: tuple[Statement, ...] = ()
    drawn: tuple[Drawn, ...] = ()
    opens: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a figure is drawn from: a metric's mean over ``seeds`` runs of a cell, or an array kept of a run.

    ``address`` is the id of its row in the appendix, ``label`` what a reader is told. ``value`` is None for
    an array.
    """

    label: str
    dataset: str
    extractor: str
    metric: str = ""
    value: float | None = None
    seeds: int = 1
    artifact: str = ""
    experiment: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A recommendation: scenario, answer, and why."""

    id: str
    title: str
    answer: str
    firm_label: str
    text: Text
    details: tuple[Text, ...] = ()
    firm: bool = False  # drawn filled when firm, in outline when conditional


@dataclass(frozen=True, slots=True)
class Cards:
    items: tuple[Card, ...]


Block = Paragraph | Note | Statements | Bullets | Entries | Table | Figure | Cards


@dataclass(frozen=True, slots=True)
class Section:
    id: str
    title: str
    blocks: tuple[Block, ...] = ()
    children: tuple[Section, ...] = ()
    appendix: bool = False  # long reference tables: smaller type, and a page of its own in print


@dataclass(frozen=True, slots=True)
class Cover:
    """A title page: whose document it is. ``people`` are lines under a word for what they are.

    ``brief``: so little that it stands above the text instead of on a page of its own.
    """

    title: str
    affiliation: tuple[str, ...] = ()
    kind: str = ""
    people: tuple[tuple[str, tuple[str, ...]], ...] = ()
    foot: str = ""  # place and year
    brief: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """``labels`` are the few words that the templates need beside the content (``render.REQUIRED_LABELS``).

    ``date`` is what a reader sees; ``created`` (ISO 8601, may be empty) goes into the PDF's metadata.
    """

    lang: str
    title: str
    subtitle: str
    sections: tuple[Section, ...]
    labels: dict[str, str]
    generator: str
    date: str
    created: str = ""
    name: str = ""  # the publication's, of which the style sheets know
    look: Look = SHIPPED
    cover: Cover | None = None
