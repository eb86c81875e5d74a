"""Words and numbers per language: claims become text whose numbers carry their addresses."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from string import Formatter
from typing import TypeVar

from babel.lists import format_list

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
from fxreport.analysis.names import SCENARIO_TITLES
from fxreport.analysis.quantities.digits import exponent
from fxreport.analysis.study import Study
from fxreport.report.anchors import NOWHERE, Address, Origin, setting_address
from fxreport.report.cases import in_case
from fxreport.report.catalogue import ALL_SETS, CLASSES, NOUNS, TITLES, locale_of, plural_forms
from fxreport.report.main_quality import main_quality
from fxreport.report.model import Fragment, Number, Plain, Text
from fxreport.report.subject import about
from fxreport.vocabulary.catalog import dataset_facts, extractor_facts
from fxreport.vocabulary.factors import (
    CLUSTERER,
    EXTRACTOR,
    INPUT_SIZE,
    LEVELS,
    OTHER_LEVEL,
    Level,
    level_title,
    parse_subject,
    shown_level,
)
from fxreport.vocabulary.metrics import levels_of
from fxreport.vocabulary.subject import LOCATIVE, TASK

MINUS = "\u2212"

SECONDS, MEGABYTES = N_("s"), N_("MB")

#: from here on values of metrics that were brought, and what is computed, have so many significant digits
_LARGE, _DIGITS = 10, 4
#: decimals beyond which numbers differ by the rounding of their sums only
_EXACT = 12
#: probabilities below it, and above its complement, are not told apart
SURE = 0.01
#: as many names of variants or image sets as a sentence lists
_LISTED = 12
#: of more image sets, if they are all of the study, only their number is told
_SPELLED_OUT = 5
#: words after which *all 12 sets* has the case that ``ALL_SETS`` has, in languages that tell cases apart
_BEFORE_ALL = {"en": (" on ", "On ", " over ", "Over "), "uk": (" на ", "На ", " у ", " в ")}
#: the last letter of a name and the first of the next, between which Ukrainian says «й»
_JOINED_BY_Y = re.compile(r"[аеєиіїоуюя][^йєїюяЙЄЇЮЯ]")
_UKRAINIAN = re.compile("[а-яґєії]", re.IGNORECASE)
#: as many measurements as a number's hover names one by one
_NAMED = 4


_T = TypeVar("_T")


class Words:
    """One language: translations, plural forms, numbers, names, and sentences made of them."""

    def __init__(self, lang: str, study: Study) -> None:
        self.lang = lang
        self.study = study
        self.locale = locale_of(lang)
        self._catalogue = about(lang, study.subject)
        self._decimal = self.locale.number_symbols["latn"]["decimal"]
        self._group = self.locale.number_symbols["latn"]["group"]
        self._plural: Callable[[Decimal], str] = self.locale.plural_form
        self._forms = plural_forms(self.locale)

    # --- messages

    def __call__(self, message: str) -> str:
        """Translate a message without placeholders."""
        return self._catalogue.gettext(message)

    def noun(self, noun: str, value: float, shown: str) -> str:
        """A number with its noun in the plural form that CLDR gives for the number as shown."""
        context, singular, plural = NOUNS[noun]
        tag = self._plural(Decimal(shown.replace(self._group, "").replace(self._decimal, ".")))
        forms = self._catalogue._catalog  # type: ignore[attr-defined]
        template = forms.get((f"{context}\x04{singular}", self._forms.index(tag)))
        if template is None:
            template = singular if tag == "one" else plural
        return str(template).format(n=shown)

    # --- numbers

    def number(self, value: float, decimals: int, *, signed: bool = False) -> str:
        # equal means that were added up in another order look equal at the half of a last digit as well
        text = f"{abs(round(value, _EXACT)):,.{decimals}f}"
        text = text.replace(",", "\0").replace(".", self._decimal).replace("\0", self._group)
        if not any(c in "123456789" for c in text):
            return text
        return (MINUS if value < 0 else "+" if signed and value > 0 else "") + text

    def significant(self, value: float, digits: int, *, signed: bool = False) -> str:
        """With so many significant digits, never in exponent form below a million."""
        if value == 0 or not math.isfinite(value):
            return self.number(0.0 if value == 0 else value, 0)
        decimals = max(0, digits - 1 - exponent(value, digits))
        return self.number(value, min(decimals, 8), signed=signed)

    def unit(self, name: str) -> str:
        """The unit that a metric's values are shown in, as a message; "" for one without."""
        known = self.study.metric(name)
        # of the table's own metrics the units are said by their titles
        unit = known.unit if known.name in self.study.brought else ""
        return {"bytes": MEGABYTES, "seconds": SECONDS}.get(known.shown, unit)

    def measured(self, name: str, value: float) -> str:
        """A metric's value as a table shows it, without unit (bytes as megabytes)."""
        unit = self.unit(name)
        if self.study.metric(name).shown == "bytes":
            return self.significant(value / 1e6, 3)
        if unit == SECONDS:
            return self.number(value, 2) if value >= 0.1 or value == 0 else self.significant(value, 2)
        known = self.study.metric(name)
        if known.higher_is_better is None and value == int(value) and abs(value) < 1e15:
            return self.number(value, 0)
        if known.name in self.study.brought and abs(value) >= _LARGE:
            return self.significant(value, _DIGITS)
        if value and abs(value) < 10**-known.decimals:
            return self.significant(value, 2)
        return self.number(value, known.decimals)

    def with_unit(self, name: str, value: float) -> str:
        """A metric's value as a sentence shows it."""
        if self.study.metric(name).shown == "percent":
            return self.percent(value, 1)
        return self._with(self.unit(name), self.measured(name, value))

    def _with(self, unit: str, text: str) -> str:
        with_unit = {MEGABYTES: N_("{number} MB"), SECONDS: N_("{number} s")}.get(unit)
        if unit == "%":
            with_unit = N_("{number}%")
        if with_unit is None:
            return f"{text}\u00a0{unit}" if unit else text
        return self(with_unit).format(number=text)

    def percent(self, value: float, decimals: int) -> str:
        return self(N_("{number}%")).format(number=self.number(100 * value, decimals))

    def probability(self, value: float, *, short: bool = False) -> str:
        """A probability as a whole percent; nearer to an end than ``SURE`` it is not told how near.

        A few seeds do not tell that: it hangs on the shape of the tails, which is taken for granted.
        ``short``: with signs instead of words, for tables.
        """
        if SURE <= value <= 1 - SURE:
            return self.percent(value, 0)
        high = value > SURE
        bound = self.percent(1 - SURE if high else SURE, 0)
        if short:
            return f"{'>' if high else '<'}\u00a0{bound}"
        return self(N_("over {bound}") if high else N_("under {bound}")).format(bound=bound)

    # --- names

    def variant(self, variant: str) -> str:
        """The display name of a variant; one that the study lacks may still be a built-in."""
        known = self.study.variant_by_id.get(variant)
        levels = dict(known.levels if known else parse_subject(variant))
        levels.pop(EXTRACTOR)
        size = levels.pop(INPUT_SIZE, None)
        clusterer = levels.pop(CLUSTERER, None)
        title = self._title(variant)
        shown = self(title) if title in TITLES else title
        if size is not None:
            shown = self(N_("{extractor} {size}\u00a0px")).format(extractor=shown, size=size)
        if levels:
            shown += f" ({', '.join(f'{factor} = {self.level(factor, x)}' for factor, x in levels.items())})"
        return shown if clusterer is None else f"{shown}, {self.level(CLUSTERER, clusterer)}"

    def _title(self, variant: str) -> str:
        """The title of a variant's extractor, as it was declared."""
        known = self.study.variant_by_id.get(variant)
        name = str(dict(parse_subject(variant))[EXTRACTOR])
        if own := self._own(self.study.called.extractors.get(name, {})):
            return own
        return known.extractor.title if known else self._extractors.get(name, extractor_facts(name).title)

    @cached_property
    def _extractors(self) -> dict[str, str]:
        return {v.extractor.name: v.extractor.title for v in self.study.variants}

    def level(self, factor: str, level: Level) -> str:
        """A level by its title, a number with the language's own decimal mark."""
        if isinstance(level, bool):
            return self(N_("yes") if level else N_("no"))
        text = self(level_title(factor, level))
        return text if isinstance(level, str) else text.replace(".", self._decimal)

    def _own(self, titles: Mapping[str, str]) -> str:
        """A title that somebody gave: in this language, for all, or in any; "" for none."""
        return titles.get(self.lang) or titles.get("") or next(iter(titles.values()), "")

    def dataset(self, name: str) -> str:
        own = self._own(self.study.called.datasets.get(name, {}))
        return own or self.study.dataset_by_name.get(name, dataset_facts(name)).title

    def _set_in_sentence(self, name: str) -> str:
        """A data set as a sentence names it: words that ought to change with the case are quoted instead."""
        title = self.dataset(name)
        return f"«{title}»" if self.lang == "uk" and _UKRAINIAN.search(title) else title

    def class_name(self, name: str) -> str:
        return self(name) if name in CLASSES else name

    def scenario(self, name: str, title: Mapping[str, str]) -> str:
        """A scenario's title: the user's in this language, any of theirs, a built-in's, else its name."""
        return self._own(title) or (self(SCENARIO_TITLES[name]) if name in SCENARIO_TITLES else name)

    def metric(self, name: str) -> str:
        """A metric's title; at a level of a projection or an attribution, with that."""
        known, levels = self.study.metric(name), levels_of(name)
        own = dict(known.titles)
        others = own.get("en") or next(iter(own.values()), "")
        title = own.get(self.lang) or (self(known.title) if known.title else others)
        if not title:
            return name
        if not levels:
            return title
        phrases = self._level_phrases(*levels[0])
        # a metric that the table does not have at this factor is named with its level all the same
        return title.format(**phrases) if known.factor else f"{title} {phrases['in_level']}"

    def _level_phrases(self, factor: str, level: Level) -> dict[str, str]:
        known = LEVELS.get(factor, {}).get(str(level))
        if known is not None:
            return {"in_level": self(known.in_level), "of_level": self(known.of_level)}
        in_level, of_level = OTHER_LEVEL.get(factor, (N_("with {level}"), N_("of {level}")))
        name = shown_level(level)
        return {"in_level": self(in_level).format(level=name), "of_level": self(of_level).format(level=name)}

    def names(self, variants: Sequence[str], case: str = "") -> str:
        """Names of variants in a sentence; of many only the first, and how many others there are."""
        return self._listed(variants, lambda variant: self._in_sentence(variant, case))

    def _in_sentence(self, variant: str, case: str) -> str:
        """A title that is a common noun, in a language that has one, is written as one within a sentence."""
        shown = self.variant(variant)
        title = self._title(variant)
        common = title in TITLES and self(title) != title
        return in_case(shown[:1].lower() + shown[1:] if common else shown, title, case, self)

    def _classes(self, group: Sequence[str]) -> list[str]:
        """Names of classes; of many the first, and how many others there are."""
        shown = [self.class_name(name) for name in group]
        if len(shown) <= _LISTED:
            return shown
        others = len(shown) - _LISTED + 1
        return [*shown[: _LISTED - 1], self.noun("other", others, self.number(others, 0))]

    def sets(self, datasets: Sequence[str]) -> str:
        """Image sets by name; all of a study's, if there are several, as such: *on all three sets*."""
        if self._are_the_main(datasets):
            every = len(self.study.measured_datasets)
            told = self(N_("{n} of the {all} sets"))
            return told.format(n=self.number(len(datasets), 0), all=self.number(every, 0))
        if not self._is_all(datasets):
            return self._listed(datasets, self._set_in_sentence)
        said = self(ALL_SETS.get(len(datasets), N_("all {n} sets")))
        return said.format(n=self.number(len(datasets), 0))

    def _noun_before(self, param: Param, before: str) -> str:
        """In Ukrainian «на наборі «Одяг»»: the noun changes with the case where a quoted title cannot."""
        if self.lang != "uk" or not before.endswith(_BEFORE_ALL["uk"]):
            return ""
        match param:
            case DatasetNames(datasets):
                pass
            case Sets(datasets) if not self._is_all(datasets):
                pass
            case _:
                return ""
        if not datasets or not any(_UKRAINIAN.search(self.dataset(d)) for d in datasets):
            return ""
        subject = self.study.subject
        singular, plural = subject.noun(TASK, "uk").by_case[LOCATIVE] if subject else ("наборі", "наборах")
        return f"{singular if len(datasets) == 1 else plural} "

    def _are_the_main(self, datasets: Sequence[str]) -> bool:
        """Whether they are those with the main quality, too many to be listed, and not all of the study."""
        if len(datasets) <= _SPELLED_OUT or self._is_all(datasets):
            return False
        return set(datasets) == set(self._main_sets)

    @cached_property
    def _main_sets(self) -> tuple[str, ...]:
        study = self.study
        return tuple(d for d in study.measured_datasets if study.column(d, study.quality))

    def _is_all(self, datasets: Sequence[str]) -> bool:
        return len(datasets) > 1 and not set(datasets) < set(self.study.measured_datasets)

    def _told_as_all(self, param: DatasetNames, before: str) -> bool:
        """Whether names after these words are those of all of a study's sets, and too many to be listed."""
        many = len(param.datasets) > _SPELLED_OUT
        every = many and (self._is_all(param.datasets) or self._are_the_main(param.datasets))
        return every and before.endswith(_BEFORE_ALL.get(self.lang, ()))

    def _series(self, numbers: Sequence[Value | Derived], origin: Origin) -> Text:
        """Numbers joined as names are."""
        said = [self.value(n.evidence) if isinstance(n, Value) else self.derived(n, origin) for n in numbers]
        between = self.join(f"\0{i}\0" for i in range(len(said))).split("\0")
        return tuple(said[int(part)] if i % 2 else Plain(part) for i, part in enumerate(between) if part)

    def _listed(self, names: Sequence[_T], show: Callable[[_T], str]) -> str:
        if len(names) <= _LISTED:
            return self.join(show(name) for name in names)
        others = len(names) - _LISTED + 1
        first = [show(name) for name in names[: _LISTED - 1]]
        return self.join([*first, self.noun("other", others, self.number(others, 0))])

    def join(self, items: Iterable[str]) -> str:
        """A list in a sentence; in Ukrainian «і» gives way to «й» after a vowel, as it is spoken."""
        names = list(items)
        listed = format_list(names, locale=self.locale)
        if self.lang == "uk" and len(names) > 1 and _JOINED_BY_Y.fullmatch(names[-2][-1:] + names[-1][:1]):
            last = len(names[-1])
            return f"{listed[:-last].removesuffix(' і ')} й {names[-1]}"
        return listed

    # --- sentences

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
            case "signed" if abs(number.value) >= _LARGE and number.decimals >= _DIGITS - 1:
                text = self.significant(number.value, _DIGITS, signed=True)
            case "signed":
                text = self.number(number.value, number.decimals, signed=True)
            case "significant":
                text = self.significant(number.value, number.decimals)
            case "multiple":
                text = "×" + self.number(number.value, number.decimals)
            case "times":
                text = self.noun("times", number.value, self.number(number.value, number.decimals))
            case _ if abs(number.value) >= _LARGE and number.decimals >= _DIGITS - 1:
                text = self.significant(number.value, _DIGITS)
            case _:
                text = self.number(number.value, number.decimals)
        if number.metric and number.style not in ("metric", "difference"):
            text = self._with(self.unit(number.metric), text)
        if number.constant:
            return self.setting(text, number.constant)
        return Number(text, origin.address, origin.title)

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
                fragments.append(Plain(literal))
                starts = literal.endswith(". ")
            if name and name not in params:
                fragments.append(Plain(self._main[name]))
            elif name:
                param = params[name]
                if isinstance(param, DatasetNames) and self._told_as_all(param, literal):
                    param = Sets(param.datasets)
                if noun := self._noun_before(param, f" {literal}"):
                    fragments.append(Plain(noun))
                if isinstance(param, DatasetNames) and message == f"{{{name}}}":  # a heading, not a sentence
                    param = Verbatim(self._listed(param.datasets, self.dataset))
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
                own = bool(variants) and self._title(variants[0]) in TITLES
                return (Plain(names[:1].upper() + names[1:] if starts and own else names),)
            case DatasetNames(datasets):
                return (Plain(self._listed(datasets, self._set_in_sentence)),)
            case Sets(datasets):
                return (Plain(self.sets(datasets)),)
            case Series(numbers):
                return self._series(numbers, origin)
            case ClassNames(groups):
                dash = "\N{NO-BREAK SPACE}– "
                return (Plain(self._listed(groups, lambda group: dash.join(self._classes(group)))),)
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
