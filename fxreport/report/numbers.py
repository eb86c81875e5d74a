"""Messages and numbers of a language: translations, plural forms, units, digits."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal

from fxreport.analysis.claims import N_
from fxreport.analysis.quantities.digits import exponent
from fxreport.analysis.study import Study
from fxreport.report.catalogue import NOUNS, locale_of, plural_forms
from fxreport.report.subject import about

MINUS = "\u2212"

SECONDS, MEGABYTES = N_("s"), N_("MB")

#: from here on values of metrics that were brought, and what is computed, have so many significant digits
LARGE, DIGITS = 10, 4
#: decimals beyond which numbers differ by the rounding of their sums only
_EXACT = 12
#: probabilities below it, and above its complement, are not told apart
_SURE = 0.01


class Numbers:
    """Messages, plural forms and numbers of one language."""

    def __init__(self, lang: str, study: Study) -> None:
        self.lang = lang
        self.study = study
        self.locale = locale_of(lang)
        self._catalogue = about(lang, study.subject)
        self._decimal = self.locale.number_symbols["latn"]["decimal"]
        self._group = self.locale.number_symbols["latn"]["group"]
        self._plural: Callable[[Decimal], str] = self.locale.plural_form
        self._forms = plural_forms(self.locale)

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
        if known.name in self.study.brought and abs(value) >= LARGE:
            return self.significant(value, DIGITS)
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
        """A probability as a whole percent; nearer to an end than ``_SURE`` it is not told how near.

        A few seeds do not tell that: it hangs on the shape of the tails, which is taken for granted.
        ``short``: with signs instead of words, for tables.
        """
        if _SURE <= value <= 1 - _SURE:
            return self.percent(value, 0)
        high = value > _SURE
        bound = self.percent(1 - _SURE if high else _SURE, 0)
        if short:
            return f"{'>' if high else '<'}\u00a0{bound}"
        return self(N_("over {bound}") if high else N_("under {bound}")).format(bound=bound)
