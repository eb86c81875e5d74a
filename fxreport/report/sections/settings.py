"""The settings of the method: fixed numbers that sentences name, each defined once."""

from __future__ import annotations

from collections.abc import Sequence

from fxreport.analysis.claims import N_
from fxreport.analysis.quantities.stars import ARI_LEVELS, GPU_BELOW, MODEL_BYTES_LEVELS, SECONDS_LEVELS
from fxreport.analysis.recommend.situations import FAST
from fxreport.analysis.rules.features.importance import LEAST_IDLE
from fxreport.analysis.rules.networks.filter_measures import RANGE
from fxreport.analysis.rules.networks.filters import P_VALUE
from fxreport.analysis.rules.networks.overfitting import OVERFITS
from fxreport.analysis.rules.networks.training import STILL_IMPROVING
from fxreport.analysis.rules.quality.merging import MERGED
from fxreport.analysis.rules.studies.published import AGREEMENT
from fxreport.analysis.statistics.compare import ACCURACY_MARGIN
from fxreport.analysis.statistics.power import MOST_SEEDS, POWER
from fxreport.analysis.statistics.uncertainty import LEVEL
from fxreport.report.anchors import setting_address
from fxreport.report.draft import Draft
from fxreport.report.model import Number, Row, Table, TableCell, plain
from fxreport.report.words import Words
from fxreport.vocabulary.experiment import FILTER_DRAWS, LEAST_GAIN, MOST_AGREEMENT, SHUFFLED, SUFFICIENT

#: how an entry calls a setting
NAMES = {
    "level": N_("level"),
    "margin": N_("margin"),
    "power": N_("power"),
    "most_seeds": N_("seeds at most"),
    "accuracy_margin": N_("margin"),
    "fast_extraction": N_("fast up to"),
    "agreement": N_("agreement within"),
    "filter_p_value": N_("p-value up to"),
    "filter_draws": N_("draws"),
    "filter_least_p": N_("smallest p-value"),
    "filter_range": N_("range"),
    "most_agreement": N_("agreement below"),
    "least_gain": N_("gain from"),
    "sufficient": N_("enough from"),
    "shuffled": N_("shuffled at once"),
    "least_idle": N_("told from"),
}


#: settings that have a meaning only where ARI is the main quality
_OF_ARI = ("margin", "stars_ari")
#: settings of a comparison of whatever numbers
_OF_ANY = ("level", "margin", "power", "most_seeds")


def scales(words: Words) -> dict[str, str]:
    """The bounds of the stars and of the need of a GPU, by the name of the setting."""

    def listed(levels: Sequence[float], message: str, scale: float = 1.0) -> str:
        values = (x / scale for x in levels)
        shown = (words.significant(x, 1 if float(f"{x:.0e}") == x else 2) for x in values)
        return "; ".join(words(message).format(number=number) for number in shown)

    return {
        "stars_ari": "; ".join(words.significant(x, 1) for x in ARI_LEVELS),
        "stars_time": listed(SECONDS_LEVELS, N_("{number} s")),
        "stars_size": listed(MODEL_BYTES_LEVELS, N_("{number} MB"), 1e6),
        "gpu": words.number(GPU_BELOW, 0),
    }


def settings(draft: Draft) -> Table:
    """One row a setting, whose id is what numbers of the document lead to."""
    words, shown = draft.words, scales(draft.words)

    def number(value: float, decimals: int = 2) -> str:
        return words.number(value, decimals)

    rows = (
        ("level", N_("Level of the intervals"), words.percent(LEVEL, 0)),
        (
            "margin",
            N_("Two ARI are taken as practically equal within"),
            number(draft.context.margin),
        ),
        (
            "power",
            N_("More runs are proposed that settle a question with the probability"),
            words.percent(POWER, 0),
        ),
        ("most_seeds", N_("Runs of each extractor that are proposed in all, at most"), number(MOST_SEEDS, 0)),
        (
            "accuracy_margin",
            N_("Two accuracies are taken as practically equal within"),
            number(ACCURACY_MARGIN),
        ),
        ("agreement", N_("A published value is taken as met within"), number(AGREEMENT)),
        (
            "merged",
            N_("Two classes merge where images of both share a cluster with at least the probability"),
            words.percent(MERGED, 0),
        ),
        (
            "still_improving",
            N_(
                "A network was still improving (or overfitting) where its validation loss changed over the last "
                "quarter of the epochs by more than"
            ),
            words.percent(STILL_IMPROVING, 0),
        ),
        (
            "overfits",
            N_(
                "A network overfits where its accuracy on the images that it learns from is above that on "
                "held-out ones by at least"
            ),
            words.percent(OVERFITS, 0),
        ),
        (
            "filter_p_value",
            N_("First-layer filters are told from untrained ones up to a p-value of"),
            number(P_VALUE),
        ),
        (
            "filter_draws",
            N_("Draws of the initialiser that first-layer filters are held against"),
            number(FILTER_DRAWS, 0),
        ),
        (
            "filter_least_p",
            N_("The smallest p-value that so many draws allow"),
            number(1 / (FILTER_DRAWS + 1), 3),
        ),
        (
            "filter_range",
            N_(
                "Part of the draws’ means, around their median, that is called the range of untrained filters"
            ),
            words.percent(RANGE, 0),
        ),
        (
            "sufficient",
            N_("Principal components suffice where they keep, of the accuracy in all dimensions, at least"),
            words.percent(SUFFICIENT, 0),
        ),
        ("shuffled", N_("Share of the dimensions that are shuffled at once"), words.percent(SHUFFLED, 0)),
        (
            "least_idle",
            N_("Dimensions without weight are mentioned where, in every run, their share of all is at least"),
            words.percent(LEAST_IDLE, 0),
        ),
        (
            "most_agreement",
            N_("Maps of a network and of one with layers drawn anew differ where they agree by less than"),
            number(MOST_AGREEMENT, 1),
        ),
        (
            "least_gain",
            N_("The pixels that a map names matter where the gain over maps moved at random is at least"),
            number(LEAST_GAIN),
        ),
        (
            "stars_ari",
            N_(
                "Clusters are said to agree weakly, partly, for the most part or nearly with the classes from an ARI of"
            ),
            shown["stars_ari"],
        ),
        (
            "stars_time",
            N_("Five, four, three and two stars for speed up to an extraction of a thousand images in"),
            shown["stars_time"],
        ),
        (
            "stars_size",
            N_("Five, four, three and two stars for a small model up to"),
            shown["stars_size"],
        ),
        (
            "fast_extraction",
            N_("Extraction is called fast up to so many seconds per thousand images"),
            words.significant(FAST, 1),
        ),
        ("gpu", N_("Where there is no GPU, images per second are wanted of at least"), shown["gpu"]),
    )
    return Table(
        "table-settings",
        draft.say(N_("Settings of the method")),
        (draft.text_column(N_("Setting")), draft.text_column(N_("Value"), numeric=True)),
        tuple(
            Row(
                (
                    TableCell(plain(draft.words(meaning))),
                    TableCell((Number(value),)),
                ),
                id=setting_address(name),
            )
            for name, meaning, value in rows
            if _meant(draft, name)
        ),
    )


def _meant(draft: Draft, name: str) -> bool:
    """Whether a setting has a meaning in the study."""
    by_ari = draft.main == "ari" and (draft.context.of_field or bool(draft.context.quality))
    if name in _OF_ARI and not by_ari:
        return False
    return draft.context.of_field or name in _OF_ANY
