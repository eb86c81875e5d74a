"""Words of a language: claims become text whose numbers carry their addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from string import Formatter

from fxreport.analysis.claims import (
    N_,
    ClassNames,
    Count,
    DatasetNames,
    Derived,
    Evidence,
    LevelTitle,
    Listing,
    MetricTitle,
    Names,
    Param,
    Phrase,
    Series,
    Sets,
    Term,
    Terms,
    Value,
    Verbatim,
)
from fxreport.report.anchors import NOWHERE, Address, Origin, setting_address
from fxreport.report.catalogue import TITLES
from fxreport.report.main_quality import main_quality
from fxreport.report.model import Fragment, Number, Plain, Text
from fxreport.report.naming import Naming
from fxreport.report.numbers import DIGITS, LARGE

#: the space between a number and its unit, which do not part at a line’s end
_BEFORE_UNIT = re.compile(r"^ (?=(?:s|h|min|MB|px|с|хв|год|МБ|пкс)\b)")
#: as many measurements as a number's hover names one by one
_NAMED = 4


class Words(Naming):
    """One language: translations, plural forms, numbers, names, and sentences made of them."""

    def address(self, evidence: Evidence) -> Address:
        return Address(evidence.dataset, evidence.extractor, evidence.metric)

    def value(self, evidence: Evidence, *, unit: bool = True) -> Number:
        """A measured value with its address and what it is on hover."""
        show = self.with_unit if unit else self.measured
        return Number(
            show(evidence.metric, evidence.value), self.address(evidence).id, self.measurement(evidence)
        )

    def measurement(self, evidence: Evidence) -> str:
        """What a measured value is: image set, extractor, metric."""
        names = self.dataset(evidence.dataset), self.variant(evidence.extractor), self.metric(evidence.metric)
        return " · ".join(names)

    def computed_from(self, evidence: Sequence[Evidence]) -> str:
        """What a derived number is computed from, in a few words."""
        if not evidence:
            return self(N_("Read off the extent of the study"))
        if len(evidence) > _NAMED:
            values = self.noun("value", len(evidence), self.number(len(evidence), 0))
            return self(N_("Computed from {values}")).format(values=values)
        values = "; ".join(f"{self.measurement(e)}: {self.with_unit(e.metric, e.value)}" for e in evidence)
        return self(N_("Computed from: {values}")).format(values=values)

    def derived(self, number: Derived, origin: Origin = NOWHERE) -> Number:
        """A derived number that leads to its origin; a setting of the method, to its definition."""
        match number.style:
            case "metric":
                text = self.with_unit(number.metric, number.value)
            case "difference" if self.unit(number.metric) == "%":
                points = self.measured(number.metric, number.value)
                text = self(N_("{number} percentage points")).format(number=points)
            case "difference":
                text = self.with_unit(number.metric, number.value)
            case "integer":
                text = self.number(number.value, 0)
            case "percent":
                text = self.percent(number.value, number.decimals)
            case "probability":
                text = self.probability(number.value)
            case "signed" if abs(number.value) >= LARGE and number.decimals >= DIGITS - 1:
                text = self.significant(number.value, DIGITS, signed=True)
            case "signed":
                text = self.number(number.value, number.decimals, signed=True)
            case "significant":
                text = self.significant(number.value, number.decimals)
            case "multiple":
                text = "×" + self.number(number.value, number.decimals)
            case "times":
                text = self.noun("times", number.value, self.number(number.value, number.decimals))
            case _ if abs(number.value) >= LARGE and number.decimals >= DIGITS - 1:
                text = self.significant(number.value, DIGITS)
            case _:
                text = self.number(number.value, number.decimals)
        if number.metric and number.style not in ("metric", "difference"):
            text = self._with(self.unit(number.metric), text)
        if number.constant:
            return self.setting(text, number.constant)
        return Number(text, origin.address, origin.title)

    def _series(self, numbers: Sequence[Value | Derived], origin: Origin) -> Text:
        """Numbers joined as names are."""
        said = [self.value(n.evidence) if isinstance(n, Value) else self.derived(n, origin) for n in numbers]
        between = self.join(f"\0{i}\0" for i in range(len(said))).split("\0")
        return tuple(said[int(part)] if i % 2 else Plain(part) for i, part in enumerate(between) if part)

    def setting(self, text: str, constant: str) -> Number:
        """A setting of the method, which leads to its definition."""
        return Number(text, setting_address(constant), self(N_("A setting of the method")))

    def say(self, message: str, params: Mapping[str, Param], origin: Origin = NOWHERE) -> Text:
        """Translate a message and fill its placeholders; what is derived leads to ``origin``.

        Placeholders that are no parameters are those of ``main_quality``.
        """
        return self._filled(message, params, origin, starts=True)

    def _filled(self, message: str, params: Mapping[str, Param], origin: Origin, *, starts: bool) -> Text:
        """``starts``: whether the text begins a sentence, as what follows a full stop does."""
        fragments: list[Fragment] = []
        for literal, name, case, _ in Formatter().parse(self(message)):
            if literal:
                if fragments and isinstance(fragments[-1], Number):
                    literal = _BEFORE_UNIT.sub("\N{NO-BREAK SPACE}", literal)
                fragments.append(Plain(literal))
                starts = literal.endswith(". ")
            if name and name not in params:
                fragments.append(Plain(self._main[name]))
            elif name:
                param = params[name]
                if isinstance(param, DatasetNames) and self.told_as_all(param, literal):
                    param = Sets(param.datasets)
                if noun := self.noun_before(param, literal, case or ""):
                    fragments.append(Plain(noun))
                if isinstance(param, DatasetNames) and message == f"{{{name}}}":  # a heading, not a sentence
                    param = Verbatim(self.listed(param.datasets, self.dataset))
                fragments.extend(self._param(param, params, origin, starts=starts, case=case or ""))
            starts = starts and not name
        return tuple(fragments)

    @cached_property
    def _main(self) -> dict[str, str]:
        return main_quality(self, self.metric(self.study.quality), rising=self.study.rising)

    def _param(
        self, param: Param, params: Mapping[str, Param], origin: Origin, *, starts: bool, case: str
    ) -> Text:
        match param:
            case Value(evidence):
                return (self.value(evidence),)
            case Derived():
                return (self.derived(param, origin),)
            case Count(value, noun):
                return (Number(self.noun(noun, value, self.number(value, 0)), origin.address, origin.title),)
            case Names(variants):
                names = self.names(variants, case)
                # a name that somebody gave stays as it is; a common noun begins a sentence with a capital
                own = bool(variants) and self.title(variants[0]) in TITLES
                return (Plain(names[:1].upper() + names[1:] if starts and own else names),)
            case DatasetNames(datasets):
                return (Plain(self.listed(datasets, self.set_in_sentence)),)
            case Sets(datasets):
                return (Plain(self.sets_named(datasets)),)
            case Series(numbers):
                return self._series(numbers, origin)
            case ClassNames(groups):
                dash = "\N{NO-BREAK SPACE}– "
                return (Plain(self.listed(groups, lambda group: dash.join(self.classes(group)))),)
            case Term(text):
                return (Plain(self(text) if text else text),)
            case MetricTitle(name, further):
                return (Plain(self.join(map(self.metric, (name, *further)))),)
            case LevelTitle(factor, level):
                return (Plain("" if level is None else self.level(factor, level)),)
            case Terms(messages):
                return (Plain(self.join(self(message) for message in messages)),)
            case Verbatim(text, constant):
                return (self.setting(text, constant),) if constant else (Plain(text),)
            case Phrase(text):
                return self._filled(text, params, origin, starts=starts)
            case Listing(items):
                said: list[Fragment] = []
                for item in items:
                    told = self._filled(item.message, item.params, origin, starts=starts and not said)
                    said += [*([Plain("; ")] if said else []), *told]
                return tuple(said)
