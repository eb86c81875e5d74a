"""The few words that templates need beside the content."""

from __future__ import annotations

from collections.abc import Mapping

from fxreport.report.words import Words
from fxreport.vocabulary.messages import N_

LABELS = {
    "all_figures": N_("All figures"),
    "back_to_top": N_("Back to top"),
    "best_value": N_("Bold marks the best value of a column."),
    "contents": N_("Contents"),
    "drawn_from": N_("Drawn from"),
    "figure": N_("Figure"),
    "higher_is_better": N_("higher is better"),
    "interactive_failed": N_(
        "A file of the folder “interactive” could not be loaded; it must lie beside this page."
    ),
    "lower_is_better": N_("lower is better"),
    "note": N_("Note"),
    "open_interactive": N_("Open interactively"),
    "skip_to_content": N_("Skip to content"),
    "surprising": N_("unexpected"),
    "table": N_("Table"),
    "to_document": N_("To the document"),
}


def labels(words: Words, messages: Mapping[str, str] = LABELS) -> dict[str, str]:
    return {key: words(message) for key, message in messages.items()}
