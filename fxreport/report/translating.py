"""A catalogue of another language: made of all messages, brought in step, and checked."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import write_po
from babel.plural import to_gettext

from fxreport.report.catalogue import broken, locale_of, plural_forms, read_catalogue
from fxreport.system.resources import OURS, catalogue

#: whose catalogue has every message, as it is the source text
_SOURCE = OURS[0]
_WIDTH = 110


def make_catalogue(lang: str, existing: Catalog | None = None) -> Catalog:
    """All messages in their order, with the translations that ``existing`` has; plural forms are CLDR's.

    Raises ConfigError for a language that Babel does not know.
    """
    locale = locale_of(lang)
    known = {_key(m): m for m in existing or () if m.id}
    source = read_catalogue(catalogue(_SOURCE), _SOURCE)
    made = Catalog(
        locale,
        header_comment=f"# fxreport: {lang}.",
        project=source.project,
        version=source.version,
        msgid_bugs_address=source.msgid_bugs_address,
        creation_date=source.creation_date,  # no clock
        revision_date=source.creation_date,
        last_translator=source.last_translator,
        language_team=source.language_team,
        fuzzy=False,
    )
    forms = len(plural_forms(locale))
    rule = to_gettext(locale.plural_form).partition("plural=")[2].removesuffix(";")
    made._num_plurals, made._plural_expr = forms, rule  # type: ignore[assignment]
    for message in source:
        if message.id:
            empty: str | tuple[str, ...] = ("",) * forms if message.pluralizable else ""
            before = known.get(_key(message))
            made.add(message.id, before.string if before else empty, context=message.context)
    return made


def as_text(made: Catalog) -> str:
    """The catalogue as a file."""
    text = BytesIO()
    write_po(text, made, width=_WIDTH, sort_output=True)
    return text.getvalue().decode("utf-8")


@dataclass(frozen=True, slots=True)
class State:
    """Of how many messages how many are translated; what is not; what no longer is a message; what is broken,
    by line."""

    messages: int
    untranslated: tuple[str, ...]
    gone: tuple[str, ...]
    broken: tuple[tuple[int, str], ...]

    @property
    def translated(self) -> int:
        return self.messages - len(self.untranslated)


def state(read: Catalog) -> State:
    """How a catalogue stands against the messages that there are."""
    wanted = {_key(m): m for m in read_catalogue(catalogue(_SOURCE), _SOURCE) if m.id}
    there = {_key(m): m for m in read if m.id}
    lacking = [key for key in wanted if key not in there or not _is_translated(there[key])]
    return State(
        len(wanted),
        tuple(singular for _, singular in lacking),
        tuple(singular for context, singular in there if (context, singular) not in wanted),
        tuple(broken(read)),
    )


def _key(message: Message) -> tuple[str | None, str]:
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def _is_translated(message: Message) -> bool:
    strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
    return bool(strings) and all(strings) and not message.fuzzy
