"""The settings of the method: fixed numbers that sentences name, each defined once."""

from __future__ import annotations

from fxreport.analysis.claims import N_, Derived
from fxreport.analysis.rules.internals import CONTRAST
from fxreport.analysis.rules.projections import MERGED
from fxreport.analysis.rules.published import AGREEMENT
from fxreport.analysis.rules.training import STILL_IMPROVING
from fxreport.analysis.uncertainty import LEVEL
from fxreport.report.draft import Draft
from fxreport.report.model import Number, Row, Table, TableCell, plain
from fxreport.report.words import setting_address

#: how an entry calls a setting
NAMES = {
    "level": N_("level"),
    "margin": N_("margin"),
    "agreement": N_("agreement within"),
    "contrast": N_("share"),
}


def settings(draft: Draft) -> Table:
    """One row a setting, whose id is what numbers of the document lead to."""
    rows = (
        ("level", N_("Level of the intervals"), Derived(LEVEL, "percent", 0)),
        (
            "margin",
            N_("Two ARI are taken as practically equal within"),
            Derived(draft.context.margin, decimals=2),
        ),
        ("agreement", N_("A published value is taken as met within"), Derived(AGREEMENT, decimals=2)),
        (
            "merged",
            N_("Two classes merge where images of both share a cluster with at least the probability"),
            Derived(MERGED, "percent", 0),
        ),
        (
            "still_improving",
            N_(
                "A network was still improving (or overfitting) where its validation loss changed over the last "
                "quarter of the epochs by more than"
            ),
            Derived(STILL_IMPROVING, "percent", 0),
        ),
        (
            "contrast",
            N_(
                "A filter answers to contrast where its weaker sign holds, of its absolute weight, at least the share"
            ),
            Derived(CONTRAST, "percent", 0),
        ),
    )
    return Table(
        "table-settings",
        draft.say(N_("Settings of the method")),
        (draft.text_column(N_("Setting")), draft.text_column(N_("Value"), numeric=True)),
        tuple(
            Row(
                (
                    TableCell(plain(draft.words(meaning))),
                    TableCell((Number(draft.words.derived(value).text),)),
                ),
                id=setting_address(name),
            )
            for name, meaning, value in rows
        ),
    )
