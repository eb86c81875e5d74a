"""Every kind of claim has its place in the document, those of a package's own rules too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from publications import Undrawn
from wholes import stored_plan

from fxreport.analysis.arrange import study
from fxreport.analysis.claims import CERTAIN, Claim, DatasetNames
from fxreport.analysis.conclude import Conclusions, conclude
from fxreport.analysis.context import Context
from fxreport.analysis.rules import RULES
from fxreport.report.build import make_study
from fxreport.report.draft import Draft
from fxreport.report.figures.cache import FigureCache
from fxreport.report.technical import technical_report
from fxreport.report.words import Words
from fxreport.report.writers.markdown import render_markdown
from fxreport.store import Store

pytestmark = pytest.mark.slow

#: told to programs alone: a ranking has the same, set by set and metric by metric
IN_THE_EXPORT_ONLY = {"best"}
COLUMNS = ("key", "dataset", "extractor", "input_size", "clusterer", "seed", "metric", "value", "levels")


def rows(*cells: tuple[str, str, int, float, str]) -> pd.DataFrame:
    """(image set, extractor, seed, ARI, levels) → tidy rows."""
    table = [(f"{e}{seed}{by}", d, e, None, "kmeans", seed, "ari", x, by) for d, e, seed, x, by in cells]
    frame = pd.DataFrame(table, columns=COLUMNS).assign(unit="", n=None, origin="measured")
    return frame.astype({"input_size": "Int64", "n": "Int64"})


def settings() -> Conclusions:
    """Raw pixels that nothing beats, an extractor with two settings, and single runs besides."""
    return conclude(
        study(
            rows(
                *((d, "raw_pixels", s, 0.5 + s / 1000, "") for d in ("mnist", "digits") for s in range(3)),
                *(
                    (d, "custom_cnn", s, 0.3 + level / 10 + s / 1000, f'{{"dropout":{level}}}')
                    for d in ("mnist", "digits")
                    for s in range(3)
                    for level in (0, 1)
                ),
            )
        )
    )


def many_sets() -> Conclusions:
    """Image sets enough for a test of ranks, and times of extractors of which nobody knows the kind."""
    quality = rows(
        *(
            (f"set{number}", name, 0, place / 10 + number / 1000, "")
            for number in range(12)
            for place, name in enumerate(("a", "b", "c"))
        )
    )
    times = quality.assign(metric="extraction_seconds", clusterer="", value=1 + quality["value"])
    return conclude(study(pd.concat([quality, times], ignore_index=True)))


def committed(checkout: Path) -> Conclusions:
    store = Store(checkout / "results")
    return conclude(make_study(store, stored_plan(store)))


def shown(conclusions: Conclusions) -> set[str]:
    """Kinds of which the document says a claim, or shows a number."""
    draft = Draft(conclusions, Words("en", conclusions.study), Undrawn())
    technical_report(draft)
    said = {derivation.id for derivation in draft.origins}
    return {claim.kind for claim in conclusions.claims if claim.id in said}


def test_every_kind_of_claim_is_shown(checkout: Path) -> None:
    made, told = set(), set()
    for conclusions in (committed(checkout), settings(), many_sets()):
        made |= {claim.kind for claim in conclusions.claims}
        told |= shown(conclusions)
    assert made - told == IN_THE_EXPORT_ONLY
    assert {"winner", "factor", "rank_test", "gain_group", "surest_errors"} <= told


def counted(context: Context) -> Iterator[Claim]:
    """A rule of somebody's own."""
    yield Claim(
        "sets/all",
        "sets",
        "Somebody else’s rule saw {datasets}.",
        {"datasets": DatasetNames(context.study.measured_datasets)},
        support=CERTAIN,
    )


@pytest.mark.parametrize("lang", ["en", "uk"])
def test_what_a_package_s_own_rule_concludes_is_in_the_document(lang: str, tmp_path: Path) -> None:
    study_of_two = settings().study
    conclusions = conclude(study_of_two, rules=(*RULES, counted))
    text = render_markdown(
        technical_report(Draft(conclusions, Words(lang, study_of_two), FigureCache(tmp_path)))
    )
    assert "Somebody else’s rule saw MNIST" in text
    assert {"en": "## Further findings", "uk": "## Інші висновки"}[lang] in text
