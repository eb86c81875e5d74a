"""What every section is made with: conclusions, words of one language, and the figures drawn so far."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import TypeVar

from fxreport.analysis.claims import (
    CERTAIN,
    LIKELY,
    N_,
    SINGLE_RUN,
    TIE,
    UNDETERMINED,
    Claim,
    Evidence,
    Message,
    Param,
)
from fxreport.analysis.conclude import Conclusions
from fxreport.analysis.context import Context
from fxreport.analysis.quantities.ranking import groups
from fxreport.analysis.study import Run, Study
from fxreport.report.anchors import NOWHERE, Origin, appendix_id, experiment_id
from fxreport.report.editions import CONCLUSIONS, TECHNICAL
from fxreport.report.figures.cache import FigureCache
from fxreport.report.figures.style import Subject, subjects
from fxreport.report.look import SHIPPED, Look
from fxreport.report.model import (
    Block,
    Bullets,
    Column,
    Drawn,
    Figure,
    Fragment,
    Link,
    Note,
    Number,
    Paragraph,
    Plain,
    Statement,
    Statements,
    TableCell,
    Text,
    joined,
    plain,
    to_string,
)
from fxreport.report.origins import Origins
from fxreport.report.words import Words
from fxreport.vocabulary.factors import INPUT_SIZE, LEVELS, PROJECTION, level_title
from fxreport.vocabulary.imprint import NO_IMPRINT, Imprint

_D = TypeVar("_D")

#: where a publication's figures lie, beside it
FIGURES = {CONCLUSIONS: "figures/conclusions", TECHNICAL: "figures"}

SUPPORT_LABELS = {
    CERTAIN: N_("shown"),
    LIKELY: N_("likely"),
    TIE: N_("equal"),
    UNDETERMINED: N_("undecided"),
    SINGLE_RUN: N_("single run"),
}

SPREAD = N_("standard deviation over seeds")
ABSENT = plain("—")


#: what a package's figure is made by: a draft → blocks
Blocks = Callable[["Draft"], "Iterable[Block]"]


@dataclass(frozen=True, eq=False)
class Draft:
    """One document in the making.

    ``name`` is the publication's; ``linked`` tells whether the technical report's page lies beside it.
    ``brought`` are figures of other packages, ``imprint`` is what the document says of itself, ``look`` how
    somebody wants it to look.
    ``figures`` collects what was drawn, in the document's order, ``data`` what each was drawn from, by name.
    """

    conclusions: Conclusions
    words: Words
    cache: FigureCache
    name: str = TECHNICAL
    linked: bool = False
    brought: Sequence[Blocks] = ()
    imprint: Imprint = NO_IMPRINT
    look: Look = SHIPPED
    figures: list[Figure] = field(default_factory=list)
    data: dict[str, object] = field(default_factory=dict)

    @cached_property
    def origins(self) -> Origins:
        """What the derived numbers said so far rest on."""
        return Origins(self.conclusions, self.words)

    @property
    def study(self) -> Study:
        return self.conclusions.study

    @property
    def context(self) -> Context:
        return self.conclusions.context

    @property
    def main(self) -> str:
        """The study's main measure of quality."""
        return self.study.quality

    # --- text

    def say(self, message: str, origin: Origin = NOWHERE, /, **params: Param) -> Text:
        """The message in the document's language; its derived numbers lead to ``origin``."""
        return self.words.say(message, params, origin)

    def message(self, message: Message, origin: Origin = NOWHERE) -> Text:
        return self.words.say(message.message, message.params, origin)

    def sentences(self, messages: Iterable[Message], origin: Origin = NOWHERE) -> Text:
        """Messages in a row."""
        return joined(self.message(one, origin) for one in messages)

    def paragraph(self, message: str, origin: Origin = NOWHERE, /, **params: Param) -> Paragraph:
        return Paragraph(self.say(message, origin, **params))

    def note(self, message: str, origin: Origin = NOWHERE, /, **params: Param) -> Note:
        return Note(self.say(message, origin, **params))

    def claimed(self, claim: Claim) -> Text:
        """The claim's sentence, its derived numbers leading to its evidence."""
        return self.words.say(claim.message, claim.params, self.origins.of_claim(claim))

    def statement(self, claim: Claim) -> Statement:
        return Statement(
            claim_id=claim.id,
            text=self.claimed(claim),
            evidence=self.origins.of_claim(claim).address,
            support=claim.support,
            support_label=self.words(SUPPORT_LABELS[claim.support]),
            surprising=claim.surprising,
        )

    def statements(
        self, claims: Iterable[Claim], otherwise: str | None = None
    ) -> tuple[Statements | Note, ...]:
        """The claims as statements; where there are none, the given sentence (or nothing)."""
        items = tuple(self.statement(claim) for claim in claims)
        if items:
            return (Statements(items),)
        return (self.note(otherwise),) if otherwise else ()

    def bullets(self, claims: Iterable[Claim]) -> tuple[Bullets, ...]:
        """Claims about the study itself, whose support needs no word."""
        items = tuple(self.claimed(claim) for claim in claims)
        return (Bullets(items),) if items else ()

    # --- tables

    def column(self, name: str, *, unit: str = "") -> Column:
        """A metric's column, with the direction that is better."""
        better = self.study.metric(name).higher_is_better
        title = self.words.metric(name)
        if unit:
            title = f"{title}, {self.words(unit)}"
        direction = "" if better is None else "up" if better else "down"
        return Column(plain(title[:1].upper() + title[1:]), numeric=True, direction=direction)

    def text_column(self, message: str, *, numeric: bool = False) -> Column:
        return Column(self.say(message), numeric=numeric)

    def cell(
        self, dataset: str, variant: str, name: str, *, best: bool = False, spread: bool = False
    ) -> TableCell:
        """A measured value with its address; a dash where it was not measured."""
        sample = self.study.sample(dataset, variant, name)
        if sample is None:
            return TableCell(ABSENT)
        number = self.words.value(Evidence(dataset, variant, name, sample.mean), unit=False)
        text: Text = (number,)
        if spread and sample.sd is not None:
            title = f"{number.title} · {self.words(SPREAD)}"
            shown = self.words.number(sample.sd, self.study.metric(name).decimals)
            text += (Plain(" ± "), Number(shown, number.address, title))
        return TableCell(text, best=best)

    def number_cell(self, text: str, origin: Origin) -> TableCell:
        """A number that the table computes, leading to what it is computed from."""
        return TableCell((Number(text, origin.address, origin.title),))

    def is_best(self, dataset: str, variant: str, name: str) -> bool:
        """Whether nothing on the set is better by the metric, where there is something to compare with."""
        if (dataset, name) not in self._best:
            better = self.study.direction(dataset, name)
            column = self.study.column(dataset, name)
            known = better is not None and len(column) > 1
            ranked = groups({v: (x,) for v, x in column.items()}, descending=bool(better)) if known else []
            self._best[dataset, name] = frozenset(ranked[0]) if ranked else frozenset()
        return variant in self._best[dataset, name]

    @cached_property
    def _best(self) -> dict[tuple[str, str], frozenset[str]]:
        return {}

    def variant_cell(self, variant: str) -> TableCell:
        return TableCell(plain(self.words.variant(variant)))

    def yes_no(self, fact: bool | None) -> Text:
        """A fact in a word; a dash where it is not known."""
        return ABSENT if fact is None else plain(self.words(N_("yes") if fact else N_("no")))

    def method(self, name: str) -> str:
        """A way of projecting at the head of a column; what is no proper name begins with a capital."""
        title = self.words(level_title(PROJECTION, name))
        known = name in LEVELS[PROJECTION]
        return title.capitalize() if known and title.islower() else title

    def stars_label(self, count: int, of: int) -> str:
        return self.words(N_("{count} of {of} stars")).format(count=count, of=of)

    # --- figures

    def subjects(self) -> dict[str, Subject]:
        """Each variant's label and style, the same in every figure."""
        rows = [
            (self.words.variant(v.id), v.without(INPUT_SIZE), v.input_size)
            for v in (*self.study.variants, *self.study.others)
        ]
        ids = [v.id for v in (*self.study.variants, *self.study.others)]
        return dict(zip(ids, subjects(rows), strict=True))

    def figure(
        self,
        name: str,
        data: _D,
        draw: Callable[[_D], str],
        *,
        caption: Text,
        alt: str = "",
        finding: Iterable[Claim] = (),
        datasets: Iterable[str] | None = None,
        metrics: Iterable[str] = (),
        variants: Collection[str] | None = None,
        arrays: Iterable[tuple[Run, str]] = (),
        opens: str = "",
    ) -> Figure:
        """Draw (or take from the cache) a figure; its alternative text is ``alt``, else what is found in it.

        ``datasets`` are the image sets whose values it draws, None for all; ``metrics`` those whose means it
        draws, of ``variants`` (None for all); ``arrays`` what it draws of single runs: (run, name). ``opens``
        names an interactive view.
        """
        svg = self.cache.get_or_draw(name, data, draw)
        self.data[name] = data
        statements = tuple(self.statement(claim) for claim in finding)
        shown = tuple(self.study.measured_datasets if datasets is None else datasets)
        said = [to_string(statement.text) for statement in statements]
        figure = Figure(
            id=f"fig-{name}",
            path=PurePosixPath(FIGURES[self.name]) / f"{name}.svg",
            svg=svg,
            alt=alt or " ".join(said) or to_string(caption),
            caption=caption,
            sources=self._sources(shown),
            finding=statements,
            drawn=(*self._means(shown, metrics, variants), *self._arrays(arrays)),
            opens=opens,
        )
        self.figures.append(figure)
        return figure

    def _means(
        self, datasets: Iterable[str], metrics: Iterable[str], variants: Collection[str] | None
    ) -> Iterator[Drawn]:
        metrics = tuple(metrics)
        for dataset in datasets:
            for name in metrics:
                for variant in self.study.column(dataset, name):
                    if variants is not None and variant not in variants:
                        continue
                    evidence = self.context.evidence(dataset, variant, name)
                    address = self.words.address(evidence).id
                    value = self.words.with_unit(name, evidence.value)
                    label = f"{self.words.measurement(evidence)}: {value}"
                    yield Drawn(
                        label, dataset, variant, name, evidence.value, evidence.seeds, address=address
                    )

    def _arrays(self, arrays: Iterable[tuple[Run, str]]) -> Iterator[Drawn]:
        for run, name in arrays:
            names = self.words.dataset(run.dataset), self.words.variant(run.variant)
            seed = self.words(N_("seed {seed}")).format(seed=run.seed)
            yield Drawn(
                " · ".join((*names, seed, name)),
                run.dataset,
                run.variant,
                artifact=name,
                experiment=run.key,
                # the conclusions have no row an experiment
                address=experiment_id(run.key) if self.name == TECHNICAL else "",
            )

    def _sources(self, datasets: Iterable[str]) -> Text:
        """Links to the sets' parts of the appendix, where every drawn value stands."""
        known = [d for d in datasets if d in self.study.measured_datasets and self.name == TECHNICAL]
        links = [Link(self.words.dataset(d), f"#{appendix_id(d)}") for d in known]
        if not links:
            return ()
        text: list[Fragment] = [Plain(self.words(N_("Values:")) + " ")]
        for i, link in enumerate(links):
            text += [Plain(", "), link] if i else [link]
        return (*text, Plain("."))

    @property
    def decimal(self) -> str:
        return str(self.words.locale.number_symbols["latn"]["decimal"])


def read_aloud(draft: Draft, panels: Iterable[tuple[str, Iterable[tuple[str, str]]]]) -> str:
    """What a figure shows, for who cannot see it: by image set, each extractor with what is drawn of it."""
    return " ".join(
        f"{draft.words.dataset(d)}: {'; '.join(f'{draft.words.variant(v)} {text}' for v, text in rows)}."
        for d, rows in panels
    )
