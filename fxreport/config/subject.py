"""Read ``[subject]``: what a study of other things than extractors compares, with the forms of each noun."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fxreport.vocabulary.errors import ConfigError
from fxreport.vocabulary.subject import CASES, GENDERS, NOMINATIVE, Forms, Subject

_ARTICLES = ("a", "an")


def read_subject(tables: Mapping[str, Mapping[str, Any]], source: Path) -> Subject | None:
    """Return the two nouns; None where there is no table.

    Raises ConfigError, naming the forms that a language lacks.
    """
    if not tables:
        return None
    nouns = {name: _noun(name, tables.get(name, {}), f"{source}: subject.{name}") for name in CASES}
    return Subject(**nouns)


def _noun(name: str, table: Mapping[str, Any], where: str) -> dict[str, Forms]:
    found = {}
    if "en" in table:
        found["en"] = _english(table["en"], f"{where}.en")
    if "uk" in table:
        found["uk"] = _ukrainian(table["uk"], CASES[name], f"{where}.uk")
    return found


def _english(pair: list[str], where: str) -> Forms:
    article, _, noun = pair[0].partition(" ")
    if article not in _ARTICLES or not noun:
        guess = _ARTICLES[pair[0][:1].lower() in "aeiou"]
        raise ConfigError(f'{where}: begin the singular with its article: ["{guess} {pair[0]}", "{pair[1]}"]')
    return Forms({"": (noun, pair[1])}, article=article)


def _ukrainian(table: Mapping[str, Any], cases: tuple[str, ...], where: str) -> Forms:
    missing = [key for key in ("gender", *cases) if key not in table]
    if missing:
        known = declined(table[NOMINATIVE][0]) if NOMINATIVE in table else {}
        written = [f"{key} = {known[key]}" for key in missing if key in known]
        perhaps = f"; perhaps {', '.join(written)}" if written else ""
        raise ConfigError(f"{where} lacks {', '.join(missing)}{perhaps}")
    return Forms({case: (table[case][0], table[case][1]) for case in cases}, gender=table["gender"])


_CASES = {
    "nominative": "nomn",
    "genitive": "gent",
    "accusative": "accs",
    "instrumental": "ablt",
    "locative": "loct",
}
_GENDERS = dict(zip(("masc", "femn", "neut"), GENDERS, strict=True))


def declined(noun: str) -> dict[str, str]:
    """A Ukrainian noun's gender and cases as TOML writes them, from pymorphy3's dictionary; else nothing."""
    try:
        import pymorphy3_dicts_uk
        from pymorphy3 import MorphAnalyzer
    except ImportError:
        return {}
    analyzer = MorphAnalyzer(pymorphy3_dicts_uk.get_path(), lang="uk")
    nouns = [one for one in analyzer.parse(noun) if "NOUN" in one.tag and _case(one.tag) == "nomn"]
    # what is compared is rather a thing than a person
    nouns.sort(key=lambda one: "inan" not in one.tag)
    return dict(_forms(nouns[0])) if nouns else {}


def _case(tag: Any) -> str:
    return next((case for case in ("voct", "datv", *_CASES.values()) if case in tag), "nomn")


def _forms(noun: Any) -> Iterator[tuple[str, str]]:
    gender = next((one for one in _GENDERS if one in noun.tag), "")
    if gender:
        yield "gender", f'"{_GENDERS[gender]}"'
    for case, grammeme in _CASES.items():
        of_case = [one for one in noun.lexeme if _case(one.tag) == grammeme]
        of_number = {"plur" in one.tag: one.word for one in reversed(of_case)}
        if len(of_number) == 2:
            yield case, f'["{of_number[False]}", "{of_number[True]}"]'
