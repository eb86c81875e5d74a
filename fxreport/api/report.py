"""A report in hand: what measurements say, asked in Python."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from markupsafe import Markup

from fxreport.analysis import claims as made
from fxreport.analysis.conclude import Conclusions
from fxreport.analysis.findings import Finding as MadeFinding
from fxreport.analysis.recommend import recommendations
from fxreport.api.markup import blocks_markup
from fxreport.api.told import Claim, Figure, Finding, Recommendation, Told
from fxreport.report.conclusions.answer import answer
from fxreport.report.conclusions.results import results
from fxreport.report.draft import Blocks, Draft
from fxreport.report.editions import CONCLUSIONS, TECHNICAL
from fxreport.report.explain import explain
from fxreport.report.export import answered
from fxreport.report.figures.cache import FigureCache
from fxreport.report.model import Figure as Drawn
from fxreport.report.model import to_string
from fxreport.report.publications import PUBLICATIONS
from fxreport.report.words import Words
from fxreport.system.cache import cache_dir
from fxreport.system.resources import languages
from fxreport.vocabulary.errors import ConfigError
from fxreport.vocabulary.imprint import NO_IMPRINT, Imprint
from fxreport.vocabulary.nearest import unknown
from fxreport.vocabulary.scenario import OBJECTIVES, Scenario

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")

#: what a scenario may be asked for with
_CONDITIONS = tuple(one.name for one in fields(Scenario) if one.name not in ("name", "title"))
#: name of a scenario that is asked for here and has none
_ASKED = "asked"


@dataclass(frozen=True, eq=False, repr=False)
class Report:
    """What a store or a frame of measurements says, in one language (``lang``).

    Made by ``load``, ``compare`` and ``run``; never changed: ``in_language`` and everything else returns
    something new. ``thing`` and ``task`` are the names of the columns of ``frame()``. ``conclusions``,
    ``imprint`` and ``drawing`` are what it is made of, and no part of the contract.
    """

    conclusions: Conclusions
    lang: str
    thing: str = "extractor"
    task: str = "dataset"
    imprint: Imprint = NO_IMPRINT
    drawing: Sequence[Blocks] = ()

    # --- what was measured

    @property
    def tasks(self) -> tuple[str, ...]:
        """Names of the tasks (image sets, corpora, …) that anything was measured on."""
        return self.conclusions.study.measured_datasets

    @property
    def things(self) -> tuple[str, ...]:
        """Ids of what is compared (extractors, …); an input size is part of one (``vgg16@32``)."""
        study = self.conclusions.study
        return tuple(v.id for v in study.variants if any(v in study.measured(d) for d in self.tasks))

    @property
    def metrics(self) -> tuple[str, ...]:
        """Names of the metrics that were measured."""
        return self.conclusions.study.metrics()

    @property
    def main(self) -> str:
        """The metric of quality by which the report compares."""
        return self.conclusions.study.quality

    @property
    def missing(self) -> tuple[tuple[str, str, str], ...]:
        """Cells that hold nothing: (task, thing, reason)."""
        return tuple((m.dataset, m.variant.id, m.reason or m.kind) for m in self.conclusions.missing)

    def frame(self, *, means: bool = False) -> pd.DataFrame:
        """Return the measured values, tidy.

        Columns: the names that ``task`` and ``thing`` say, ``metric``, ``seed`` (int), ``value`` (float) and
        ``unit``; a row a run. With ``means`` a row a cell instead, and for the seed ``runs`` and ``sd`` (the
        standard deviation over seeds, missing for a single run).
        """
        import pandas as pd

        study = self.conclusions.study
        columns = [self.task, self.thing, "metric"]
        if means:
            rows = [(*cell, s.mean, s.sd, len(s.values)) for cell, s in study.samples.items()]
            frame = pd.DataFrame(rows, columns=[*columns, "value", "sd", "runs"])
        else:
            single = [
                (*cell, seed, value)
                for cell, s in study.samples.items()
                for seed, value in zip(s.seeds, s.values, strict=True)
            ]
            frame = pd.DataFrame(single, columns=[*columns, "seed", "value"])
        frame["unit"] = [study.metric(name).unit for name in frame["metric"]]
        return frame

    # --- what follows

    def claims(
        self,
        kind: str | None = None,
        *,
        task: str | None = None,
        metric: str | None = None,
        thing: str | None = None,
    ) -> Told[Claim]:
        """Return the statements that the values support, in the order of the rules.

        ``kind`` (``winner``, ``best``, ``pareto``, …), ``task``, ``metric`` and ``thing`` (one that is named)
        narrow them. Raises ConfigError for a name that the report doesn't have.
        """
        every = self.conclusions.claims
        for what, name, known in (
            ("kind of claim", kind, dict.fromkeys(c.kind for c in every)),
            (self.task, task, self.tasks),
            ("metric", metric, self.metrics),
            (self.thing, thing, self.things),
        ):
            if name is not None and name not in known:
                raise ConfigError(unknown(what, name, known))
        return Told(
            self._claim(one)
            for one in every
            if kind in (None, one.kind)
            and task in (None, one.dataset)
            and metric in (None, one.metric)
            and (thing is None or thing in one.subjects)
        )

    def findings(self) -> Told[Finding]:
        """Return the findings, the most important first."""
        return Told(self._finding(one) for one in self.conclusions.findings)

    def recommendations(self) -> Told[Recommendation]:
        """Return the answers to the built-in scenarios and those of the configuration."""
        return Told(map(self._recommendation, self.conclusions.recommendations))

    def recommend(self, scenario: str | None = None, **conditions: Any) -> Recommendation:
        """Say what to take: in a scenario by its name, or under conditions; without any, what is best.

        ``conditions`` are the keys of a scenario in ``fxreport.toml``: ``labels=False``,
        ``model_bytes=20e6``, ``quality_share=0.9``; of any metric ``objective="speed"``,
        ``at_most={"error": 0.1}``. Raises ConfigError for what is not known.
        """
        if scenario is not None:
            if conditions:
                raise ConfigError("name a scenario or give conditions, not both")
            known = {one.scenario: one for one in self.conclusions.recommendations}
            if scenario not in known:
                raise ConfigError(unknown("scenario", scenario, known))
            return self._recommendation(known[scenario])
        for name in conditions:
            if name not in _CONDITIONS:
                raise ConfigError(unknown("condition", name, _CONDITIONS))
        sought = (*OBJECTIVES, *self.metrics)
        for what, names in (
            ("objective", [conditions["objective"]] if "objective" in conditions else []),
            *((name, conditions.get(name, {})) for name in ("at_most", "at_least")),
        ):
            for name in names:
                if name not in sought:
                    raise ConfigError(unknown(what, name, sought))
        said = ", ".join(f"{name} = {value}" for name, value in conditions.items())
        asked = Scenario(_ASKED, {"": said}, **conditions) if conditions else Scenario("max_quality")
        ids = frozenset(one.id for one in self.conclusions.claims)
        [found] = recommendations(self.conclusions.context, (asked,), ids)
        return self._recommendation(found)

    def explain(self, claim: str) -> str:
        """Return what a claim, by its id, rests on: rule, evidence seed by seed, comparisons; as text.

        Raises ConfigError for an id that the report doesn't have.
        """
        try:
            return explain(self.conclusions, self._words, claim)
        except KeyError:
            known = (one.id for one in self.conclusions.claims)
            raise ConfigError(unknown("claim", claim, known)) from None

    # --- pictures and documents

    @property
    def figures(self) -> tuple[str, ...]:
        """Names of the figures, in the order of the technical report."""
        return tuple(self._figures)

    def figure(self, name: str | None = None) -> Figure:
        """Return a figure by name; without one, the first: the main quality on each task.

        Raises ConfigError for a name that the report doesn't have, and where nothing could be drawn.
        """
        if not self._figures:
            raise ConfigError("there is nothing to draw of these measurements")
        name = name or next(iter(self._figures))
        if name not in self._figures:
            raise ConfigError(unknown("figure", name, self._figures))
        found = self._figures[name]
        return Figure(name, to_string(found.figure.caption), found.figure.alt, found.draw())

    def write(
        self,
        output: str | Path = "output",
        *,
        formats: Iterable[str] = ("md", "html", "pdf"),
        documents: Iterable[str] = (CONCLUSIONS, TECHNICAL),
    ) -> list[Path]:
        """Write the documents of the report's language below ``output`` and return the paths of the files.

        ``formats``: ``md``, ``html``, ``pdf``, ``docx`` and ``tex`` (these need Pandoc). ``documents``:
        ``conclusions`` and ``technical``. Raises ConfigError for what is not known, OutputError.
        """
        from fxreport.commands import options
        from fxreport.report.build import write

        kinds = options.formats(list(formats), ())
        for name in documents:
            if name not in PUBLICATIONS:
                raise ConfigError(unknown("document", name, PUBLICATIONS))
        paths = write(
            lambda: self.conclusions,
            languages=[self.lang],
            formats=dict.fromkeys(documents, kinds),
            output=Path(output),
            figures=self.drawing,
            imprint=self.imprint,
        )
        return [path for of_one in paths.values() for path in of_one if path.suffix != ".svg"]

    def in_language(self, lang: str) -> Report:
        """Return the same report in another language. Raises ConfigError for one without a catalogue."""
        if lang not in languages():
            raise ConfigError(unknown("language", lang, languages()))
        return replace(self, lang=lang)

    # --- display

    def __repr__(self) -> str:
        return (
            f"<Report: {len(self.things)} × {self.thing}, {len(self.tasks)} × {self.task}, "
            f"{len(self.metrics)} metrics, {len(self.conclusions.claims)} claims>"
        )

    def _repr_html_(self) -> str:
        """Page one of the conclusions: what to take, what was found, the results."""
        draft = self._draft(CONCLUSIONS, _kept())
        told = answer(draft, self.conclusions.findings)
        reached = results(draft)
        blocks = (*told.blocks, *(reached.blocks if reached else ()))
        return Markup("<div>{}</div>").format(blocks_markup(blocks))

    # --- within

    @cached_property
    def _words(self) -> Words:
        return Words(self.lang, self.conclusions.study)

    def _draft(self, publication: str, cache: FigureCache) -> Draft:
        return Draft(
            self.conclusions, self._words, cache, publication, brought=self.drawing, imprint=self.imprint
        )

    @cached_property
    def _figures(self) -> Mapping[str, _Undrawn]:
        later = _Later(_kept().folder)
        draft = self._draft(TECHNICAL, later)
        PUBLICATIONS[TECHNICAL](draft)
        return {one.path.stem: _Undrawn(one, later.asked[one.path.stem]) for one in draft.figures}

    def _said(self, *messages: made.Message) -> str:
        return " ".join(to_string(self._words.say(one.message, one.params)) for one in messages)

    def _claim(self, one: made.Claim) -> Claim:
        return Claim(
            id=one.id,
            kind=one.kind,
            text=self._said(made.Message(one.message, one.params)),
            support=one.support,
            dataset=one.dataset,
            metric=one.metric,
            subjects=one.subjects,
            value=one.value,
            surprising=one.surprising,
            evidence=one.evidence,
        )

    def _finding(self, one: MadeFinding) -> Finding:
        return Finding(
            id=one.id,
            kind=one.kind,
            heading=self._said(one.heading),
            short=self._said(one.short),
            text=self._said(*one.body, *one.advice, *one.limit),
            support=one.support,
            importance=one.importance,
            datasets=one.datasets,
            subjects=one.subjects,
            claims=one.claims,
            evidence=one.evidence,
        )

    def _recommendation(self, one: made.Recommendation) -> Recommendation:
        return Recommendation(
            scenario=one.scenario,
            title=self._words.scenario(one.scenario, one.title),
            subject=one.extractor,
            text=self._said(answered(one), *one.details),
            objective=one.objective,
            value=one.value,
            firm=one.firm,
            support=one.support,
            probability=one.probability,
            admissible=one.admissible,
            excluded=one.excluded,
            evidence=one.evidence,
        )


def _kept() -> FigureCache:
    return FigureCache(cache_dir() / "figures")


@dataclass(frozen=True, slots=True)
class _Undrawn:
    figure: Drawn
    draw: Callable[[], str]


class _Later(FigureCache):
    """Draws nothing and remembers how: of some forty figures somebody wants one."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.asked: dict[str, Callable[[], str]] = {}

    def get_or_draw(self, name: str, data: T, draw: Callable[[T], str]) -> str:
        self.asked[name] = partial(super().get_or_draw, name, data, draw)
        return ""
