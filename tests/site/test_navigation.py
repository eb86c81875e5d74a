"""What leads from page to page: every part of what is cut leads to every other."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from fxreport.site.model import SECTION, Page, Piece
from fxreport.site.navigation import Navigation, Step

ROOT = PurePosixPath("report/index.html")


def page(name: str, up: PurePosixPath | None = ROOT, piece: Piece | None = None) -> Page:
    title = f"{name}, {piece.label}" if piece else name
    label = piece.label if piece and piece.number > 1 else name
    return Page(
        "en", PurePosixPath("en/report", f"{name}.html"), SECTION, title, "", up=up, label=label, piece=piece
    )


LONG = page("long", piece=Piece(1, "part 1 of 3"))
REST = [page(f"long.{i}", LONG.name, Piece(i, f"part {i} of 3")) for i in (2, 3)]
BEFORE, AFTER, CHILD = page("before"), page("after"), page("child", LONG.name)
INDEX = page("index", up=None)
NAVIGATION = Navigation([INDEX, BEFORE, LONG, *REST, CHILD, AFTER])


def test_every_part_leads_to_every_other() -> None:
    for number, one in enumerate([LONG, *REST], start=1):
        steps = NAVIGATION.pieces(one)
        assert [(step.href, step.label) for step in steps] == [
            ("long.html", "part 1 of 3"),
            ("long.2.html", "part 2 of 3"),
            ("long.3.html", "part 3 of 3"),
        ]
        assert [step.current for step in steps] == ["page" if i == number else "" for i in (1, 2, 3)]
    assert NAVIGATION.pieces(BEFORE) == NAVIGATION.pieces(CHILD) == []


def test_the_menu_of_a_part_has_the_first_part_too() -> None:
    assert NAVIGATION.siblings(REST[0]) == NAVIGATION.pieces(REST[0])
    assert [step.label for step in NAVIGATION.siblings(LONG)] == ["before", "long", "after"]


def test_pages_are_turned_part_by_part_and_back() -> None:
    order = [BEFORE, LONG, *REST, AFTER]
    names = [one.path.name for one in order]
    turns = [NAVIGATION.turns(one) for one in order]
    assert [before and before.href for before, _ in turns] == [None, *names[:-1]]
    assert [after and after.href for _, after in turns] == [*names[1:], None]
    assert turns[1][1] == Step("long.2.html", "part 2 of 3")
    assert turns[4][0] == Step("long.3.html", "long.3, part 3 of 3")
    assert turns[3][1] == Step("after.html", "after")


def test_what_is_below_a_cut_page_is_none_of_its_parts() -> None:
    assert NAVIGATION.turns(CHILD) == (None, None)
    assert [step.label for step in NAVIGATION.trail(CHILD)] == ["index", "long"]
    assert [step.label for step in NAVIGATION.trail(REST[1])] == ["index", "long"]


def test_parts_of_a_page_of_the_header_are_turned_too() -> None:
    first = page("advice", None, Piece(1, "part 1 of 2"))
    second = page("advice.2", first.name, Piece(2, "part 2 of 2"))
    assert Navigation([first, second]).turns(first)[1] == Step("advice.2.html", "part 2 of 2")


def test_what_a_page_leads_to_is_not_sought_among_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand pages side by side: as much is done for each as where they are a hundred."""

    def asked(number: int) -> int:
        pages = [page(f"page-{i}") for i in range(number)]
        navigation, made = Navigation([INDEX, *pages]), list[Page]()
        with monkeypatch.context() as patch:
            patch.setattr(Page, "name", property(lambda one: made.append(one) or one.path.relative_to("en")))
            for one in pages:
                assert navigation.siblings(one) == []
                before, after = navigation.turns(one)
                assert (before is None, after is None) == (one is pages[0], one is pages[-1])
        return len(made)

    assert asked(1000) == 10 * asked(100)
