"""Text from outside."""

from __future__ import annotations

import pytest

from fxreport.vocabulary.text import parse_json, unprintable


def test_json_nested_without_end_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="nested too deep"):
        parse_json("[" * 200_000)


@pytest.mark.parametrize("name", ["CIFAR-10", "Київ, Ґ й ё", "«№ 5»", "می‌خواهم", "ישראל", "x@32 + y"])
def test_names_of_any_script_are_printable(name: str) -> None:
    assert unprintable(name) == ""


@pytest.mark.parametrize(
    ("name", "found"),
    [("a\rb", "U+000D"), ("\x1b[31m", "U+001B"), ("a\u202eb", "U+202E"), ("\u2028", "U+2028")],
)
def test_what_a_terminal_or_a_page_obeys_is_found(name: str, found: str) -> None:
    assert unprintable(name) == found
