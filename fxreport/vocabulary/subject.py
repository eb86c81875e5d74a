"""What a study compares, and on what, as its sentences call them: two nouns with the forms of a language.

Read from ``[subject]`` of ``fxreport.toml``; the texts that use the forms are ``LC_MESSAGES/subject.po``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

THING, TASK = "thing", "task"
NOMINATIVE, GENITIVE, ACCUSATIVE = "nominative", "genitive", "accusative"
INSTRUMENTAL, LOCATIVE = "instrumental", "locative"
#: cases that the texts of a language use of each noun; English has one form
CASES: Mapping[str, tuple[str, ...]] = {
    THING: (NOMINATIVE, GENITIVE, ACCUSATIVE),
    TASK: (NOMINATIVE, GENITIVE, ACCUSATIVE, INSTRUMENTAL, LOCATIVE),
}
#: in the order in which texts list the words that agree with a noun
GENDERS = ("masculine", "feminine", "neuter")


@dataclass(frozen=True, slots=True)
class Forms:
    """A noun in one language: (singular, plural) by case, under "" in a language without cases."""

    by_case: Mapping[str, tuple[str, str]]
    gender: str = GENDERS[0]
    article: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """The things that a study compares and the tasks that it compares them on, by language."""

    thing: Mapping[str, Forms]
    task: Mapping[str, Forms]

    def noun(self, name: str, lang: str) -> Forms:
        """The forms of ``thing`` or ``task``; the neutral noun where it has none in the language."""
        own: Mapping[str, Forms] = getattr(self, name)
        usual: Mapping[str, Forms] = getattr(NEUTRAL, name)
        return own.get(lang) or usual[lang]


@dataclass(frozen=True, slots=True)
class Called:
    """What a configuration calls data sets and extractors: titles by language, and kinds of extractors."""

    datasets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    extractors: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    families: Mapping[str, str] = field(default_factory=dict)


#: of a study of which a configuration says nothing
UNCALLED = Called()

#: of a study that is none of images and of which nobody said what it compares
NEUTRAL = Subject(
    thing={
        "en": Forms({"": ("method", "methods")}, article="a"),
        "uk": Forms(
            {
                NOMINATIVE: ("метод", "методи"),
                GENITIVE: ("методу", "методів"),
                ACCUSATIVE: ("метод", "методи"),
            }
        ),
    },
    task={
        "en": Forms({"": ("task", "tasks")}, article="a"),
        "uk": Forms(
            {
                NOMINATIVE: ("задача", "задачі"),
                GENITIVE: ("задачі", "задач"),
                ACCUSATIVE: ("задачу", "задачі"),
                INSTRUMENTAL: ("задачею", "задачами"),
                LOCATIVE: ("задачі", "задачах"),
            },
            gender="feminine",
        ),
    },
)
LANGUAGES = tuple(NEUTRAL.thing)
