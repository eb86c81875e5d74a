"""The editions of a site: what each concluded, kept beside its pages, and what changed from one to the next.

``runs/<name>/`` of a site holds an edition: ``conclusions.json``, ``measurements.json`` (means, plan and
versions), ``changes.json`` (against the edition before) and, written last, ``run.json``. Of editions older
than the newest ``KEPT`` the changes stay and the rest goes, so that a site grows by a page's worth for each.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from babel.dates import format_date

from fxreport.analysis.changes import Changes, Record, Run, compare, read_run, record_of
from fxreport.analysis.changes.change import APPEARED, SILENT, TURNED
from fxreport.analysis.claims import Derived, Verbatim
from fxreport.analysis.conclude import Conclusions
from fxreport.report.changes import Topic, others, topics
from fxreport.report.export import conclusions_json
from fxreport.report.model import Bullets, Link, Paragraph, Plain, Section, Text, to_string
from fxreport.report.words import Words
from fxreport.site.model import HISTORY, Page
from fxreport.vocabulary.errors import InputError
from fxreport.vocabulary.messages import N_

RUNS, PAGE = PurePosixPath("runs"), PurePosixPath("history.html")
RUN, CONCLUSIONS, MEASUREMENTS, CHANGES = "run.json", "conclusions.json", "measurements.json", "changes.json"
SCHEMA = 1

#: editions of which all is kept
KEPT = 12
#: changes of each kind that an edition keeps
_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Edition:
    """``date`` is the moment of the youngest measurement (ISO 8601, may be "").

    ``changes`` are those against the edition before; None of the first.
    """

    number: int
    digest: str
    date: str
    changes: Changes | None = None

    @property
    def name(self) -> str:
        return f"{self.number:04d}-{self.digest}"

    @property
    def folder(self) -> PurePosixPath:
        return RUNS / self.name


@dataclass(frozen=True, slots=True)
class History:
    """``editions``, the oldest first; ``files`` to write and ``gone`` to remove, relative to the site.

    Of an edition ``run.json`` comes last among the files: without it the edition is not there.
    """

    editions: tuple[Edition, ...]
    files: Mapping[PurePosixPath, bytes] = field(default_factory=dict)
    gone: tuple[PurePosixPath, ...] = ()


def read_editions(site: Path) -> tuple[Edition, ...]:
    """Return the editions that a site's folder holds, the oldest first.

    Raises InputError for a damaged one.
    """
    found = []
    for path in sorted((site / RUNS).glob(f"*/{RUN}")):
        told = _read(path)
        changes = path.with_name(CHANGES)
        try:
            one = Edition(int(told["number"]), str(told["digest"]), str(told["date"]))
            if one.name != path.parent.name or told["schema"] != SCHEMA:
                raise ValueError("of another edition")
            found.append(replace(one, changes=Changes.from_dict(_read(changes))) if changes.exists() else one)
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(
                f"{path.parent}: is no edition that can be read ({error}); remove it or bring it back"
            ) from error
    return tuple(sorted(found, key=lambda edition: edition.number))


def read_edition(folder: Path) -> Run:
    """Return an edition's run, from its folder.

    Raises InputError where it is not kept in full, or damaged.
    """
    if not (folder / CONCLUSIONS).exists():
        raise InputError(f"{folder}: of this edition only its changes are kept; name a newer one")
    measured = folder / MEASUREMENTS
    try:
        record = Record.from_dict(_read(measured)) if measured.exists() else None
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{measured}: is no record of measurements ({error}); bring it back") from error
    try:
        return read_run(_read(folder / CONCLUSIONS), record)
    except InputError as error:
        raise InputError(f"{folder / CONCLUSIONS}: {error}") from error


def run_of(conclusions: Conclusions, text: str = "") -> Run:
    """Return what an edition keeps of conclusions; ``text`` are these as JSON, where it is there already."""
    return read_run(json.loads(text or conclusions_json(conclusions)), record_of(conclusions.study))


def extended(site: Path, run: Run) -> History:
    """Return the site's history with this run as its newest edition; the same where that is what it is.

    Nothing is written. Raises InputError for a damaged edition.
    """
    editions = read_editions(site)
    newest = editions[-1] if editions else None
    before = None if newest is None or newest.digest == run.digest else read_edition(site / newest.folder)
    # an earlier version told digests of digits that are not meant
    if newest is not None and (before is None or before.digest == run.digest):
        return History(editions)
    one = Edition(editions[-1].number + 1 if editions else 1, run.digest, run.record.date)
    files = {
        one.folder / CONCLUSIONS: _text(run.conclusions),
        one.folder / MEASUREMENTS: _text(run.record.to_dict()),
    }
    if before is not None:
        changes = compare(before, run).shortened(_SHOWN)
        one = replace(one, changes=changes)
        files[one.folder / CHANGES] = _text(changes.to_dict())
    head = {"schema": SCHEMA, "number": one.number, "digest": one.digest, "date": one.date}
    files[one.folder / RUN] = _text(head)
    editions = (*editions, one)
    gone = [old.folder / name for old in editions[:-KEPT] for name in (CONCLUSIONS, MEASUREMENTS)]
    return History(editions, files, tuple(path for path in gone if (site / path).exists()))


def history_page(editions: Sequence[Edition], words: Words, there: Collection[str] = ()) -> Page:
    """Return the page of a site's history in one language; ``there`` are the anchors that the site has."""
    return Page(
        words.lang,
        words.lang / PAGE,
        HISTORY,
        words(N_("What changed")),
        words(N_("Which conclusions changed from one edition of this site to the next, and why.")),
        history_sections(editions, words, there),
    )


def history_sections(
    editions: Sequence[Edition], words: Words, there: Collection[str] = ()
) -> tuple[Section, ...]:
    """Return a section an edition, the newest first: what turned, appeared, fell silent, held, and why."""
    newest = editions[-KEPT:]
    return tuple(_section(edition, words, there, whole=edition in newest) for edition in reversed(editions))


def edition_title(edition: Edition, words: Words) -> str:
    """Return what an edition is called: its number and, where that is known, its date."""
    number = Derived(edition.number, "integer")
    if not edition.date:
        return to_string(words.say(N_("Edition {number}"), {"number": number}))
    date = format_date(datetime.fromisoformat(edition.date).date(), "long", locale=words.locale)
    return to_string(words.say(N_("Edition {number}, {date}"), {"number": number, "date": Verbatim(date)}))


def edition_anchor(edition: Edition) -> str:
    """Return the anchor of an edition's part of the page."""
    return f"edition-{edition.number}"


def summed_up(edition: Edition, words: Words) -> str:
    """Return in a sentence how much changed in an edition."""
    return to_string(_counts(edition, words))


def _counts(edition: Edition, words: Words) -> Text:
    if edition.changes is None:
        return words.say(N_("The first edition: there is nothing to compare it with."), {})
    numbers = {name: edition.changes.totals.get(name, 0) for name in (TURNED, APPEARED, SILENT)}
    message = N_("Changed: {turned}; said for the first time: {appeared}; no longer said: {silent}.")
    return words.say(message, {name: Derived(n, "integer") for name, n in numbers.items()})


def _section(edition: Edition, words: Words, there: Collection[str], *, whole: bool) -> Section:
    """``whole``: with each change; else how many there were, so that the page stays a page."""
    anchor, changes = edition_anchor(edition), edition.changes
    if changes is None or not whole:
        return Section(anchor, edition_title(edition, words), (Paragraph(_counts(edition, words)),))
    told = tuple(
        Section(f"{anchor}-{i}", topic.title, (Bullets((*topic.lines, *_left(edition, topic, words))),))
        for i, topic in enumerate(topics(changes, words, there), start=1)
    )
    return Section(anchor, edition_title(edition, words), children=told)


def _left(edition: Edition, topic: Topic, words: Words) -> Iterator[Text]:
    """How many changes are not told here, and the file that has them."""
    if topic.left:
        message = N_("{others}, in {file}") if topic.whole else N_("{others}, the first of them in {file}")
        before, _, after = words(message).partition("{file}")
        file = Link(CHANGES, f"../{edition.folder / CHANGES}")
        yield Plain(before.format(others=others(words, topic.left))), file, Plain(after)


def _text(data: Mapping[str, Any]) -> bytes:
    return (json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False) + "\n").encode()


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file") from error
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: is no JSON ({error})") from error
