"""Names in a language: of extractors, image sets, metrics and levels, alone and listed in a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TypeVar

from babel.lists import format_list

from fxreport.analysis.claims import N_, DatasetNames, Param, Sets
from fxreport.analysis.names import SCENARIO_TITLES
from fxreport.report.cases import ASKED, SET, case_after, in_case
from fxreport.report.catalogue import ALL_SETS, CLASSES, TITLES
from fxreport.report.numbers import Numbers
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
from fxreport.vocabulary.subject import TASK

#: as many names of variants or image sets as a sentence lists
_LISTED = 12
#: of more image sets, if they are all of the study, only their number is told
_SPELLED_OUT = 5
#: words after which *all 12 sets* has the case that ``ALL_SETS`` has, in languages that tell cases apart
_BEFORE_ALL = {"en": (" on ", "On ", " over ", "Over "), "uk": (" на ", "На ", " у ", " в ")}
#: the last letter of a name and the first of the next, between which Ukrainian says «й»
_JOINED_BY_Y = re.compile(r"[аеєиіїоуюя][^йєїюяЙЄЇЮЯ]")
_UKRAINIAN = re.compile("[а-яґєії]", re.IGNORECASE)

_T = TypeVar("_T")


class Naming(Numbers):
    """How a language names what is compared, and lists it."""

    def variant(self, variant: str) -> str:
        """The display name of a variant; one that the study lacks may still be a built-in."""
        known = self.study.variant_by_id.get(variant)
        levels = dict(known.levels if known else parse_subject(variant))
        levels.pop(EXTRACTOR)
        size = levels.pop(INPUT_SIZE, None)
        clusterer = levels.pop(CLUSTERER, None)
        title = self.title(variant)
        shown = self(title) if title in TITLES else title
        if size is not None:
            shown = self(N_("{extractor} {size}\u00a0px")).format(extractor=shown, size=size)
        if levels:
            shown += f" ({', '.join(f'{factor} = {self.level(factor, x)}' for factor, x in levels.items())})"
        return shown if clusterer is None else f"{shown}, {self.level(CLUSTERER, clusterer)}"

    def title(self, variant: str) -> str:
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

    def set_in_sentence(self, name: str) -> str:
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
        return self.listed(variants, lambda variant: self._in_sentence(variant, case))

    def _in_sentence(self, variant: str, case: str) -> str:
        """A title that is a common noun, in a language that has one, is written as one within a sentence."""
        shown = self.variant(variant)
        title = self.title(variant)
        common = title in TITLES and self(title) != title
        quoted = self.lang == "uk" and title not in TITLES and bool(_UKRAINIAN.search(title))
        return in_case(shown[:1].lower() + shown[1:] if common else shown, title, case, self, quoted=quoted)

    def classes(self, group: Sequence[str]) -> list[str]:
        """Names of classes; of many the first, and how many others there are."""
        shown = [self.class_name(name) for name in group]
        if len(shown) <= _LISTED:
            return shown
        others = len(shown) - _LISTED + 1
        return [*shown[: _LISTED - 1], self.noun("other", others, self.number(others, 0))]

    def sets(self, datasets: Sequence[str]) -> str:
        """Image sets after the word *on*; all of a study's, if there are several, as *all three sets*."""
        return self.noun_before(Sets(tuple(datasets)), " на ") + self.sets_named(datasets)

    def sets_named(self, datasets: Sequence[str]) -> str:
        """The same without the noun that names of some of them may need before them."""
        if self._are_the_main(datasets):
            every = len(self.study.measured_datasets)
            told = self(N_("{n} of the {all} sets"))
            return told.format(n=self.number(len(datasets), 0), all=self.number(every, 0))
        if not self._is_all(datasets):
            return self.listed(datasets, self.set_in_sentence)
        said = self(ALL_SETS.get(len(datasets), N_("all {n} sets")))
        return said.format(n=self.number(len(datasets), 0))

    def noun_before(self, param: Param, before: str, asked: str = "") -> str:
        """In Ukrainian «на наборі «Одяг»»: the noun changes with the case where a quoted title cannot.

        The case is the one ``asked`` for, else that of the preposition before.
        """
        case = (ASKED.get(asked) or case_after(before)) if self.lang == "uk" else ""
        if not case:
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
        singular, plural = subject.noun(TASK, "uk").by_case[case] if subject else SET[case]
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

    def told_as_all(self, param: DatasetNames, before: str) -> bool:
        """Whether names after these words are those of all of a study's sets, and too many to be listed."""
        many = len(param.datasets) > _SPELLED_OUT
        every = many and (self._is_all(param.datasets) or self._are_the_main(param.datasets))
        return every and before.endswith(_BEFORE_ALL.get(self.lang, ()))

    def listed(self, names: Sequence[_T], show: Callable[[_T], str]) -> str:
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
