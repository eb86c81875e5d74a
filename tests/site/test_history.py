"""The editions of a site: kept, counted once, bounded, and told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from built_sites import files, run, write_history

from fxreport.analysis.changes.change import APPEARED, FIRMNESS, TURNED, VALUE, Change, Changes, Side
from fxreport.analysis.study import Study
from fxreport.report.anchors import Address
from fxreport.report.changes import topics
from fxreport.report.model import Bullets, Link, Paragraph, Section, to_string
from fxreport.report.origins import address_of
from fxreport.report.words import Words
from fxreport.site.history import (
    KEPT,
    Edition,
    edition_title,
    extended,
    history_sections,
    read_edition,
    read_editions,
)
from fxreport.vocabulary.errors import InputError


def publish(site: Path, value: float, **more: str) -> None:
    write_history(site, extended(site, run(value, **more)))


def said(section: Section) -> list[str]:
    found = [section.title]
    for block in section.blocks:
        if isinstance(block, Paragraph):
            found.append(to_string(block.text))
        elif isinstance(block, Bullets):
            found += [to_string(item) for item in block.items]
    return [*found, *(line for child in section.children for line in said(child))]


def words(lang: str) -> Words:
    return Words(lang, Study((), (), {}))


def test_the_same_run_is_one_edition_whenever_it_is_built(tmp_path: Path) -> None:
    publish(tmp_path, 0.5)
    held = files(tmp_path)
    publish(tmp_path, 0.5)
    publish(tmp_path, 0.5, date="2027-01-01T00:00:00+00:00")
    assert files(tmp_path) == held
    assert [edition.number for edition in read_editions(tmp_path)] == [1]


def test_editions_are_compared_with_the_one_before(tmp_path: Path) -> None:
    for value in (0.5, 0.3, 0.5):
        publish(tmp_path, value)
    first, second, third = read_editions(tmp_path)
    assert first.changes is None
    assert first.digest == third.digest, "what comes back is an edition all the same"
    assert first.name != third.name
    for edition, subjects in ((second, ("raw_pixels",)), (third, ("custom_cnn",))):
        assert edition.changes
        [turned] = edition.changes.changes
        assert turned.after
        assert turned.after.subjects == subjects
    assert read_edition(tmp_path / second.folder).digest == second.digest


def test_nothing_is_written_by_asking(tmp_path: Path) -> None:
    history = extended(tmp_path, run(0.5))
    assert files(tmp_path) == {}
    assert [path.name for path in history.files][-1] == "run.json"


def test_old_editions_keep_their_changes_alone(tmp_path: Path) -> None:
    for i in range(KEPT + 3):
        publish(tmp_path, 0.3 if i % 2 else 0.5)
    editions = read_editions(tmp_path)
    assert [edition.number for edition in editions] == list(range(1, KEPT + 4))
    held = files(tmp_path)
    for edition in editions:
        kept = {Path(name).name for name in held if edition.name in name}
        full = edition in editions[-KEPT:]
        assert ("conclusions.json" in kept) == ("measurements.json" in kept) == full
        assert "run.json" in kept
        assert ("changes.json" in kept) == (edition.number > 1)
    sections = history_sections(editions, words("en"))
    assert [bool(section.children) for section in sections] == [True] * KEPT + [False] * 3
    assert said(sections[-2])[1:] == ["Changed: 1; said for the first time: 0; no longer said: 0."]
    with pytest.raises(InputError, match="only its changes are kept"):
        read_edition(tmp_path / editions[0].folder)


def test_an_edition_that_was_not_finished_is_none(tmp_path: Path) -> None:
    publish(tmp_path, 0.5)
    history = extended(tmp_path, run(0.3))
    for path, data in list(history.files.items())[:-1]:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    assert len(read_editions(tmp_path)) == 1


@pytest.mark.parametrize("name", ["run.json", "changes.json"])
@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"schema": 9}', "[" * 100_000])
def test_a_damaged_edition_is_told(tmp_path: Path, name: str, text: str) -> None:
    publish(tmp_path, 0.5)
    publish(tmp_path, 0.3)
    (tmp_path / read_editions(tmp_path)[1].folder / name).write_text(text)
    with pytest.raises(InputError, match="runs/0002"):
        read_editions(tmp_path)


@pytest.mark.parametrize("name", ["conclusions.json", "measurements.json"])
@pytest.mark.parametrize("text", ["", "[]", "{}"])
def test_a_damaged_run_is_told(tmp_path: Path, name: str, text: str) -> None:
    publish(tmp_path, 0.5)
    folder = tmp_path / read_editions(tmp_path)[0].folder
    (folder / name).write_text(text)
    with pytest.raises(InputError, match=name):
        read_edition(folder)


def test_a_moved_edition_is_told(tmp_path: Path) -> None:
    publish(tmp_path, 0.5)
    folder = tmp_path / read_editions(tmp_path)[0].folder
    folder.rename(folder.with_name("0007-abc"))
    with pytest.raises(InputError, match="0007-abc"):
        read_editions(tmp_path)


def test_the_page_tells_the_newest_first_and_reversals_first(tmp_path: Path) -> None:
    publish(tmp_path, 0.5, date="2026-11-01T23:30:00+00:00")
    publish(tmp_path, 0.3)
    newest, first = history_sections(read_editions(tmp_path), words("en"))
    assert said(newest) == [
        "Edition 2, November 30, 2026",
        "Conclusions that changed",
        "The best: raw_pixels. Before: Custom CNN. Because of: MNIST · Custom CNN · ARI 0.500 → 0.300.",
        "What is behind it",
        "Statements that hold: 0.",
        "Measured means: 1 changed, 0 added, 0 no longer there.",
    ]
    assert said(first) == [
        "Edition 1, November 1, 2026",
        "The first edition: there is nothing to compare it with.",
    ]
    ids = [newest.id, *(child.id for child in newest.children), first.id]
    assert len(set(ids)) == len(ids)


def test_the_page_speaks_ukrainian(tmp_path: Path) -> None:
    publish(tmp_path, 0.5)
    publish(tmp_path, 0.3)
    newest, _ = history_sections(read_editions(tmp_path), words("uk"))
    assert said(newest)[:3] == [
        "Випуск 2, 30 листопада 2026\u202fр.",
        "Висновки, що змінилися",
        "Найкращий: raw_pixels. Раніше: Custom CNN. Причина: MNIST · Custom CNN · ARI: 0,500 → 0,300.",
    ]


def test_an_edition_without_a_date_has_its_number(tmp_path: Path) -> None:
    publish(tmp_path, 0.5, date="")
    assert edition_title(read_editions(tmp_path)[0], words("en")) == "Edition 1"


def test_a_language_that_came_later_is_told_what_was_said_in_english(tmp_path: Path) -> None:
    publish(tmp_path, 0.5)
    publish(tmp_path, 0.3)
    for path in tmp_path.glob("runs/*/changes.json"):
        told = json.loads(path.read_text("utf-8"))
        for change in told["changes"]:
            del change["after"]["text"]["uk"]
        path.write_text(json.dumps(told), "utf-8")
    newest, _ = history_sections(read_editions(tmp_path), words("uk"))
    assert "The best: raw_pixels. Раніше: Custom CNN." in " ".join(said(newest))


def links(section: Section) -> list[tuple[str, str]]:
    """What leads somewhere, by text and address."""
    items = [item for block in section.blocks if isinstance(block, Bullets) for item in block.items]
    own = [(part.text, part.href) for item in items for part in item if isinstance(part, Link)]
    return [*own, *(link for child in section.children for link in links(child))]


def test_causes_and_statements_lead_to_what_the_site_has(tmp_path: Path) -> None:
    publish(tmp_path, 0.5)
    publish(tmp_path, 0.3)
    editions = read_editions(tmp_path)
    cause, statement = Address("mnist", "custom_cnn", "ari").id, address_of("winner/mnist")
    newest, _ = history_sections(editions, words("en"), {cause, statement})
    assert links(newest) == [
        ("MNIST · Custom CNN · ARI", f"#{cause}"),
        ("Evidence today", f"#{statement}"),
    ]
    assert links(history_sections(editions, words("en"))[0]) == []


@pytest.mark.parametrize(("kept", "says"), [(12, "2 others, in "), (11, "2 others, the first of them in ")])
def test_what_is_not_told_is_said_to_be_in_a_file(tmp_path: Path, kept: int, says: str) -> None:
    side = Side("one", text={"en": "Said."})
    changes = (Change(APPEARED, "claim", "one", (), None, side),) * kept
    edition = Edition(2, "abc", "", Changes(changes, {APPEARED: 12}))
    [section] = history_sections([edition], words("en"))
    *_, last = section.children[0].blocks[0].items
    assert to_string(last) == f"{says}changes.json"
    assert links(section) == [("changes.json", "../runs/0002-abc/changes.json")]


def told(change: str, how: str, kind: str, was: float, now: float, metric: str = "ari") -> str:
    """The one line about a claim that had the first value and has the second."""
    sides = [Side("one", ("a",), metric, value, "certain", text={"en": "Said."}) for value in (was, now)]
    one = Change(change, "claim", kind, (), *sides, how=how)
    return to_string(topics(Changes((one,), {change: 1}), words("en"))[0].lines[0])


@pytest.mark.parametrize(
    ("kind", "was", "now", "says"),
    [
        ("published", 0.365, -0.001, "Said. Before, the difference was 0.365."),
        ("published", -0.001, 0.365, "Said. Before, the difference was 0.001."),
        ("published", 0.365, -0.2, "Said. Before, it was the other way round (0.365)."),
        ("family", 0.236, -0.01, "Said. Before, it was the other way round (0.236)."),
    ],
)
def test_what_agreed_was_not_the_other_way_round(kind: str, was: float, now: float, says: str) -> None:
    assert told(TURNED, "direction", kind, was, now) == says


def test_a_place_is_no_value() -> None:
    assert told(VALUE, "", "speed_rank", 2, 3, "extraction_seconds") == "Said. Place before: 2."
    assert told(VALUE, "", "mean_quality", 0.4, 0.28) == "Said. Value before: 0.400."


def test_a_verdict_quotes_the_statement_and_says_why() -> None:
    was = Side("verdict/x", outcome="refuted", text={"en": "Ours is lower."})
    now = Side("verdict/x", outcome="undetermined", text={"en": "The interval is too wide."})
    one = Change(FIRMNESS, "verdict", "value", (), was, now, title={"en": "ARI of the autoencoder"})
    assert to_string(topics(Changes((one,), {FIRMNESS: 1}), words("en"))[0].lines[0]) == (
        "The tested document states: “ARI of the autoencoder”. Now cannot be told; before, refuted. "
        "The interval is too wide."
    )
