"""What sentences say of a study's main measure of quality, whatever it is: placeholders of any message.

``{metric}`` is its title, with an article ``{a_metric}``; ``{highest}`` is what the best value is. A
translation may use the forms that its language has: ``{metric_of}``, ``{highest_by}`` …; ``{metric_alone}``
where no word agrees with the title.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fxreport.vocabulary.messages import N_

#: the title in the cases of a language that has them; an abbreviation stays as it is
_TITLE: Mapping[str, str] = {
    "metric": N_("{title}"),
    "metric_of": N_("{title} (genitive)"),
    "metric_by": N_("{title} (instrumental)"),
    "metric_in": N_("{title} (locative)"),
}
#: words for a quality of which more is better, and of which less is
_WAYS: Mapping[str, tuple[str, str]] = {
    "highest": (N_("highest"), N_("lowest")),
    "lowest": (N_("lowest"), N_("highest")),
    "highest_of": (N_("highest (genitive)"), N_("lowest (genitive)")),
    "highest_by": (N_("highest (instrumental)"), N_("lowest (instrumental)")),
    "higher": (N_("higher"), N_("lower")),
    "lower": (N_("lower"), N_("higher")),
    "above": (N_("above"), N_("below")),
    "below": (N_("below"), N_("above")),
    "rises": (N_("rises"), N_("falls")),
    "falls": (N_("falls"), N_("rises")),
}


def main_quality(translate: Callable[[str], str], title: str, *, rising: bool) -> dict[str, str]:
    """Each placeholder's text, and with a capital under its own name with one (``{Metric}``)."""
    said = {
        name: title if title.isupper() else translate(form).format(title=title)
        for name, form in _TITLE.items()
    }
    article = "an" if title[:1].lower() in "aeiou" else "a"
    said |= {"a_metric": f"{article} {title}", "metric_alone": title}
    said |= {name: translate(more if rising else less) for name, (more, less) in _WAYS.items()}
    return said | {name[:1].upper() + name[1:]: text[:1].upper() + text[1:] for name, text in said.items()}
