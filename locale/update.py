"""Bring the catalogues in step with the code: ``python locale/update.py [--lang LANG] [TRANSLATIONS.json]``.

Messages are extracted from ``fxreport/``; translations are kept, messages that are gone dropped, and those
without a translation are printed. A JSON file takes new translations into the language's catalogue (uk):
``{message: text}``, a plural as ``{"context|singular": [one, few, many, other]}``. English is the source text
and translates itself. Other languages than these two may be partial.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po
from filelock import FileLock

LOCALE = Path(__file__).resolve().parent
#: languages that leave nothing untranslated
WHOLE = ("en", "uk")
KEYWORDS = {"N_": None, "NP_": ((1, "c"), 2, 3)}
Key = tuple[str | None, str]
Text = str | tuple[str, ...]


def extract() -> dict[Key, Text]:
    """Every message of the code: (context, singular) → the message, or singular and plural."""
    found = extract_from_dir(LOCALE.parent / "fxreport", method_map=[("**.py", "python")], keywords=KEYWORDS)
    messages: dict[Key, Text] = {}
    for _, _, message, _, context in found:
        messages[context, message if isinstance(message, str) else message[0]] = message
    return messages


def update(path: Path, messages: dict[Key, Text], new: dict[str, str | list[str]]) -> list[str]:
    """Rewrite one catalogue; returns the messages without a translation."""
    language = path.parents[1].name
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    there = {(m.context, m.id if isinstance(m.id, str) else m.id[0]): m.string for m in catalogue if m.id}
    fresh = Catalog(locale=language, header_comment=catalogue.header_comment, fuzzy=False)
    fresh.mime_headers = catalogue.mime_headers
    fresh._num_plurals, fresh._plural_expr = catalogue.num_plurals, catalogue.plural_expr
    untranslated = []
    for (context, singular), message in messages.items():
        given = new.get(f"{context}|{singular}" if context else singular)
        text: Text = message if language == "en" else there.get((context, singular), "")
        if given is not None:
            text = given if isinstance(given, str) else tuple(given)
        if not text or not all(text):
            untranslated.append(f"{context}|{singular}" if context else singular)
        fresh.add(message, text, context=context)
    with path.open("wb") as file:
        write_po(file, fresh, width=110, sort_output=True)
    return untranslated


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lang", default="uk", help="language of the translations (%(default)s)")
    parser.add_argument("files", nargs="*", type=Path, metavar="TRANSLATIONS.json")
    arguments = parser.parse_args()
    new: dict[str, str | list[str]] = {}
    for file in arguments.files:
        new |= json.loads(file.read_text(encoding="utf-8"))
    with FileLock(Path(tempfile.gettempdir()) / "fxreport-locale.lock"):
        messages = extract()
        missing = {
            path.parents[1].name: update(
                path, messages, new if path.parents[1].name == arguments.lang else {}
            )
            for path in sorted(LOCALE.glob("*/LC_MESSAGES/fxreport.po"))
        }
    for language, untranslated in missing.items():
        if language not in WHOLE:
            print(f"{language}: {len(untranslated)} of {len(messages)} messages are not translated")
            continue
        for message in untranslated:
            print(f"{language}: {message}")
    return 1 if any(missing[language] for language in WHOLE) else 0


if __name__ == "__main__":
    sys.exit(main())
